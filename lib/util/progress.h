/* SPDX-License-Identifier: Apache-2.0 */
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

/* One phase of the work. */
struct progress_phase {
    const char *text; /* what the user reads, such as "reading" */
    double weight;    /* its usual cost beside the others'; 0 for a phase that does not come */
};

#define PROGRESS_PHASES_MAX 16

/* phases: as many as count, copied. NULL when there is no memory or no thread to be had: all calls take NULL
 * and do nothing. */
struct progress *progress_new(int is_quiet, const struct progress_phase *phases, unsigned count);

/* Begins a phase of total steps; 0: unknown. unit: what is counted, such as "MB". scale: steps to one unit. */
void progress_begin(struct progress *progress, unsigned phase, uint64_t total, const char *unit,
                    uint64_t scale);
void progress_add(struct progress *progress, uint64_t steps);

/* Seconds spent in a phase, up to now if it is the present one. */
double progress_seconds(const struct progress *progress, unsigned phase);

/* Seconds that all phases will still take, or less than 0 while that cannot be said. */
double progress_left(const struct progress *progress);

/* Clears the line and frees. */
void progress_free(struct progress *progress);

#endif
