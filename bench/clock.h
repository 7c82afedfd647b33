/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clock.h - time, and the middle of several measurements of it.
 */
#ifndef ELIG_CLOCK_H
#define ELIG_CLOCK_H

#define CLOCK_ROUNDS 7 /* of every measurement; odd, so that there is a middle one */

/* Seconds of the monotonic clock. */
double clock_seconds(void);

double clock_median(const double values[CLOCK_ROUNDS]);

/* Median of values[i] / by[i]: what was measured in one round saw the same machine. */
double clock_median_ratio(const double values[CLOCK_ROUNDS], const double by[CLOCK_ROUNDS]);

#endif
