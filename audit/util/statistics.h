/* SPDX-License-Identifier: Apache-2.0 */
/*
 * statistics.h - p-values of statistical tests. The distributions are GSL's.
 *
 * Pure, thread-safe. A p-value is the probability of a deviation at least as large as the one seen, by chance
 * alone.
 */
#ifndef ELIG_STATISTICS_H
#define ELIG_STATISTICS_H

#include <stddef.h>
#include <stdint.h>

/* A p-value below the first is a FAIL, below the second a WARN. An audit makes some dozens of tests; with these
 * thresholds about one clean file in a million fails by chance. */
#define STATISTICS_FAULT 1e-9
#define STATISTICS_NOTABLE 1e-6

/* Pearson's chi-square of counts against equal shares, two-sided. bins is a power of two, at most
 * STATISTICS_BINS_MAX: where fewer than five are expected in each bin, neighbours are merged; 1 if fewer than
 * five would be expected in each of two bins. */
#define STATISTICS_BINS_MAX 256
double statistics_uniform(const uint64_t *counts, size_t bins);

/* Two-sided p-value of count heads in a number of throws of a coin, by the normal distribution; 1 for fewer
 * than 30 throws. */
double statistics_half(uint64_t count, uint64_t throws);

/* Compares two uint64_t, for qsort() and bsearch(). */
int statistics_compare(const void *a, const void *b);

/* Two-sided p-value of a number of standard deviations. */
double statistics_normal(double z);

/* Probability of at least this number of events if expected are expected (Poisson). */
double statistics_at_least(uint64_t events, double expected);

/* Serial correlation of pairs (x, y), added up as sums; Knuth, The Art of Computer Programming, volume 2,
 * section 3.3.2 K. */
struct correlation {
    double n, x, y, xx, yy, xy;
};

static inline void correlation_add(struct correlation *correlation, double x, double y)
{
    correlation->n++;
    correlation->x += x;
    correlation->y += y;
    correlation->xx += x * x;
    correlation->yy += y * y;
    correlation->xy += x * y;
}

void correlation_merge(struct correlation *to, const struct correlation *from);

/* The coefficient, and its p-value: without correlation it is about normal with variance 1 / n. 0 and 1 for
 * fewer than 30 pairs, or if x or y is constant. */
double correlation_coefficient(const struct correlation *correlation);
double correlation_p(const struct correlation *correlation);

#endif
