/* SPDX-License-Identifier: Apache-2.0 */
/*
 * context.h - what every check of one audit is given, and the contract of checks.
 *
 * A check is a function int NAME(struct audit_context *) that adds its findings to the report and returns 0. It
 * returns MESSAGE_E_PRINTED if it could not be carried out: memory ran out, or something other than the audited
 * file cannot be read or written. The reason is then on standard error, and the audit ends. What is wrong with
 * the audited file is a finding, never an error.
 */
#ifndef ELIG_AUDIT_CONTEXT_CONTEXT_H
#define ELIG_AUDIT_CONTEXT_CONTEXT_H

#include "audit/context/config.h"
#include "audit/report/report.h"
#include "audit/target/target.h"
#include "lib/util/message.h"
#include "lib/util/progress.h"
#include "lib/util/x_macro.h"

/* Phases of an audit, in order, for the progress: X(name, what the user reads, nanoseconds of one thread for
 * each byte of the file, for each byte of the lists), as measured once. The time of the phases with two zeros
 * is not known in advance. */
#define AUDIT_PHASES(X)                                                  \
    X(AUDIT_PHASE_PAGES, "reading pages", 5, 0)                          \
    X(AUDIT_PHASE_STRINGS, "looking for text", 6, 0)                     \
    X(AUDIT_PHASE_KEYS, "trying bytes as the secret", 70, 0)             \
    X(AUDIT_PHASE_FPR, "looking up random digests", 3, 0)                \
    X(AUDIT_PHASE_INDEX, "indexing the file", 20, 0)                     \
    X(AUDIT_PHASE_LISTS, "searching for the list", 0, 130)               \
    X(AUDIT_PHASE_LIST_BUILD, "reading the list as a build does", 0, 12) \
    X(AUDIT_PHASE_COMPARE, "comparing candidates", 3, 0)                 \
    X(AUDIT_PHASE_REBUILD, "building again", 0, 12)                      \
    X(AUDIT_PHASE_ATTACK, "guessing", 0, 0)

enum audit_phase { AUDIT_PHASES(X_NAME) AUDIT_PHASE_COUNT };

struct audit_context {
    const struct audit_config *config;
    const struct target *target;
    const struct target *other; /* the file to compare with, or NULL */
    struct report *report;
    struct progress *progress; /* may be NULL */
};

/* Prints "attempt: the error's text" on standard error and returns MESSAGE_E_PRINTED. */
static inline int context_fail(const char *attempt, int error)
{
    message("%s: %s", attempt, elig_text(error));
    return MESSAGE_E_PRINTED;
}

#endif
