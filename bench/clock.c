/* SPDX-License-Identifier: Apache-2.0 */
/* Time, and medians of measurements. */
#include "bench/clock.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

double clock_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int compare(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

double clock_median(const double values[CLOCK_ROUNDS])
{
    double sorted[CLOCK_ROUNDS];
    memcpy(sorted, values, sizeof sorted);
    qsort(sorted, CLOCK_ROUNDS, sizeof *sorted, compare);
    return sorted[CLOCK_ROUNDS / 2];
}

double clock_median_ratio(const double values[CLOCK_ROUNDS], const double by[CLOCK_ROUNDS])
{
    double ratios[CLOCK_ROUNDS];
    for (unsigned i = 0; i < CLOCK_ROUNDS; i++)
        ratios[i] = values[i] / by[i];
    return clock_median(ratios);
}
