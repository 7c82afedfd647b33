/* SPDX-License-Identifier: Apache-2.0 */
/*
 * progress.h - a line on the terminal: the present phase, the share that is done, the rate, and the time left
 * for all phases.
 *
 * Silent when standard error is no terminal, and when the user asked for that. progress_add() may be called
 * from any thread; the others belong to the main thread.
 *
 * The time left is that of the present phase at its own rate, plus that of later phases at the average rate of
 * all phases so far: each phase has a weight, its usual cost relative to the others'.
 */
#ifndef ELIG_PROGRESS_H
#define ELIG_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress;

/* One phase of the work. */
struct progress_phase {
    const char *text; /* what the user reads, such as "reading" */
    double weight;    /* its usual cost relative to the others'; 0 for a phase that is left out */
};

#define PROGRESS_PHASES_MAX 16

/* phases: count of them, at most PROGRESS_PHASES_MAX; copied. NULL when memory ran out: all calls accept NULL
 * and do nothing. */
struct progress *progress_new(bool is_quiet, const struct progress_phase *phases, unsigned count);

/* Begins a phase of total steps; 0: unknown. unit: what is counted, such as "MB". scale: steps in one unit. */
void progress_begin(struct progress *progress, unsigned phase, uint64_t total, const char *unit,
                    uint64_t scale);
void progress_add(struct progress *progress, uint64_t steps);

/* Seconds spent in a phase, up to now if it is the present one. */
double progress_seconds(const struct progress *progress, unsigned phase);

/* Seconds that the rest of all phases will take; negative while there is no basis for an estimate. */
double progress_left(const struct progress *progress);

/* Clears the line and frees. */
void progress_free(struct progress *progress);

#endif
