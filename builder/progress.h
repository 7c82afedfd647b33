/*
 * progress.h - a line on the terminal that says what is being done, how far it is, how fast it goes and how
 * long all of it will still take.
 *
 * Silent when standard error is no terminal, and where the user asked for quiet. progress_add() may be called
 * from any thread; the others belong to the main thread.
 *
 * The time left is that of the present phase at its own rate, and that of the phases to come at the rate of all
 * so far: each phase has a weight, its usual cost beside the others'.
 */
#ifndef ELIG_PROGRESS_H
#define ELIG_PROGRESS_H

#include <stdint.h>

struct progress;

/* Phases of a build, in order. X(name, what the user reads, name in the report) */
#define PROGRESS_PHASES(X)                 \
    X(PHASE_READ, "reading", "read")       \
    X(PHASE_MERGE, "merging", "merge")     \
    X(PHASE_SOLVE, "solving", "solve")     \
    X(PHASE_WRITE, "writing", "write")     \
    X(PHASE_VERIFY, "verifying", "verify") \
    X(PHASE_PUBLISH, "publishing", "publish")

enum progress_phase {
#define PROGRESS_ENTRY(name, text, key) name,
    PROGRESS_PHASES(PROGRESS_ENTRY)
#undef PROGRESS_ENTRY
        PHASE_COUNT
};

/* weights, by phase: nanoseconds of one thread for each identifier, as measured once; 0 for phases that do not
 * come. NULL when there is no memory or no thread to be had: all calls take NULL and do nothing. */
struct progress *progress_new(int is_quiet, const double weights[PHASE_COUNT]);

/* Begins a phase of total steps; 0: unknown. unit: what is counted, such as "MB". scale: steps to one unit. */
void progress_phase(struct progress *progress, enum progress_phase phase, uint64_t total, const char *unit,
                    uint64_t scale);
void progress_add(struct progress *progress, uint64_t steps);

/* Seconds spent in a phase, up to now if it is the present one. */
double progress_seconds(const struct progress *progress, enum progress_phase phase);

/* Seconds that all phases will still take, or less than 0 while that cannot be said. */
double progress_left(const struct progress *progress);

/* Clears the line and frees. */
void progress_free(struct progress *progress);

const char *progress_phase_key(enum progress_phase phase);

#endif
