/* SPDX-License-Identifier: Apache-2.0 */
/* clock.h - a clock in seconds. */
#ifndef ELIG_UTIL_CLOCK_H
#define ELIG_UTIL_CLOCK_H

#include <time.h>

/* The seconds that a clock of clock_gettime() shows. Differences count; the zero of a clock is its own. */
static inline double clock_read(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

#endif
