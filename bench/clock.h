/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clock.h - time, and the median of several measurements.
 */
#ifndef ELIG_CLOCK_H
#define ELIG_CLOCK_H

#define CLOCK_ROUNDS 7 /* of every measurement; odd, so that one of them is the median */

/* Seconds of the monotonic clock. */
double clock_seconds(void);

double clock_median(const double values[CLOCK_ROUNDS]);

/* Median of values[i] / by[i]. The two measurements of one round ran under the same load of the machine. */
double clock_median_ratio(const double values[CLOCK_ROUNDS], const double by[CLOCK_ROUNDS]);

#endif
