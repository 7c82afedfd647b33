/*
 * clock.h - time, and the middle of several measurements of it.
 */
#ifndef ELIG_CLOCK_H
#define ELIG_CLOCK_H

#define CLOCK_REPEATS 7 /* odd, so that there is a middle one */

/* Seconds of the monotonic clock. */
double clock_seconds(void);

/* Median of CLOCK_REPEATS values; sorts them. */
double clock_median(double values[CLOCK_REPEATS]);

#endif
