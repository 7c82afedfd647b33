/* SPDX-License-Identifier: Apache-2.0 */
/*
 * statistics.h - how likely it is that what was seen is chance. Distributions are GSL's.
 *
 * Pure, thread-safe. A p-value is the probability that chance alone deviates as much, or more.
 */
#ifndef ELIG_STATISTICS_H
#define ELIG_STATISTICS_H

#include <stddef.h>
#include <stdint.h>

/* An audit makes some dozens of tests: below the first a deviation is a fault, below the second worth a look.
 * So that of a million clean files about one is blamed without cause. */
#define STATISTICS_FAULT 1e-9
#define STATISTICS_NOTABLE 1e-6

/* Pearson's chi-square of counts against equal shares, two-sided. bins is a power of two, at most
 * STATISTICS_BINS_MAX: where fewer than five are expected in each, neighbours are taken together; 1 if even two
 * would have fewer. */
#define STATISTICS_BINS_MAX 256
double statistics_uniform(const uint64_t *counts, size_t bins);

/* Of so many throws of a coin, how many fell on one side: two-sided, by the normal distribution; 1 for fewer
 * than 30. */
double statistics_half(uint64_t count, uint64_t throws);

/* Two-sided p-value of a number of standard deviations. */
double statistics_normal(double z);

/* Probability of at least so many events where expected are expected (Poisson). */
double statistics_at_least(uint64_t events, double expected);

/* Serial correlation of pairs (x, y), fed as sums; Knuth, The Art of Computer Programming, volume 2, section
 * 3.3.2 K. */
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

/* The coefficient, and its p-value for pairs that have none: it is then about normal, with variance 1 / n. 0
 * and 1 for fewer than 30 pairs, or where x or y never change. */
double correlation_coefficient(const struct correlation *correlation);
double correlation_p(const struct correlation *correlation);

#endif
