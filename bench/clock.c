#include "clock.h"

#include <stdlib.h>
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

double clock_median(double values[CLOCK_REPEATS])
{
    qsort(values, CLOCK_REPEATS, sizeof *values, compare);
    return values[CLOCK_REPEATS / 2];
}
