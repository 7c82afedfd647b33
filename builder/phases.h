/* SPDX-License-Identifier: Apache-2.0 */
/* phases.h - the phases of a build, in order, for its progress and its report. */
#ifndef ELIG_PHASES_H
#define ELIG_PHASES_H

#include <stdbool.h>

#include "lib/util/progress.h"
#include "lib/util/x_macro.h"

/* X(name, what the user reads, name in the report) */
#define PHASES(X)                          \
    X(PHASE_READ, "reading", "read")       \
    X(PHASE_MERGE, "merging", "merge")     \
    X(PHASE_SOLVE, "solving", "solve")     \
    X(PHASE_WRITE, "writing", "write")     \
    X(PHASE_VERIFY, "verifying", "verify") \
    X(PHASE_PUBLISH, "publishing", "publish")

enum phase { PHASES(X_NAME) PHASE_COUNT };

/* weights, by phase: nanoseconds of one thread for each identifier, as measured. */
static inline struct progress *phases_progress(bool is_quiet, const double weights[PHASE_COUNT])
{
    const struct progress_phase phases[] = {
#define PHASE_TEXT(name, text, key) {text, weights[name]},
        PHASES(PHASE_TEXT)
#undef PHASE_TEXT
    };
    return progress_new(is_quiet, phases, PHASE_COUNT);
}

/* What the report calls a phase. */
static inline const char *phases_key(enum phase phase)
{
    static const char *const keys[] = {
#define PHASE_KEY(name, text, key) key,
        PHASES(PHASE_KEY)
#undef PHASE_KEY
    };
    return keys[phase];
}

#endif
