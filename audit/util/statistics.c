/* SPDX-License-Identifier: Apache-2.0 */
/* statistics.c - chi-square, normal, Poisson and correlation tests. */
#include "audit/util/statistics.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#define EXPECTED_MIN 5
#define BINS_TOO_EVEN 16
#define PAIRS_MIN 30
#define THROWS_MIN 30

double statistics_uniform(const uint64_t *given, size_t bins)
{
    double counts[STATISTICS_BINS_MAX], total = 0, sum = 0;
    for (size_t i = 0; i < bins; i++) {
        counts[i] = (double)given[i];
        total += counts[i];
    }
    for (; bins > 1 && total / (double)bins < EXPECTED_MIN; bins /= 2)
        for (size_t i = 0; i < bins / 2; i++)
            counts[i] = counts[2 * i] + counts[2 * i + 1];
    if (bins < 2)
        return 1;
    double expected = total / (double)bins;
    for (size_t i = 0; i < bins; i++)
        sum += (counts[i] - expected) * (counts[i] - expected) / expected;
    double upper = gsl_cdf_chisq_Q(sum, (double)(bins - 1)), lower = gsl_cdf_chisq_P(sum, (double)(bins - 1));
    /* counts that are too even are as suspicious as uneven ones; but few bins are often exactly even by chance
     */
    double p = 2 * (upper < lower || bins < BINS_TOO_EVEN ? upper : lower);
    return p < 1 ? p : 1;
}

double statistics_half(uint64_t count, uint64_t throws)
{
    if (throws < THROWS_MIN)
        return 1;
    return statistics_normal((2 * (double)count - (double)throws) / sqrt((double)throws));
}

int statistics_compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

double statistics_normal(double z)
{
    return 2 * gsl_cdf_ugaussian_Q(fabs(z));
}

double statistics_at_least(uint64_t events, double expected)
{
    if (events == 0)
        return 1;
    if (!(expected > 0))
        return 0;
    /* the Poisson tail by the gamma distribution, which takes counts of any size */
    return gsl_cdf_gamma_P(expected, (double)events, 1);
}

void correlation_merge(struct correlation *to, const struct correlation *from)
{
    to->n += from->n;
    to->x += from->x;
    to->y += from->y;
    to->xx += from->xx;
    to->yy += from->yy;
    to->xy += from->xy;
}

double correlation_coefficient(const struct correlation *given)
{
    const struct correlation c = *given;
    double x_variance = c.n * c.xx - c.x * c.x, y_variance = c.n * c.yy - c.y * c.y;
    if (c.n < PAIRS_MIN || x_variance <= 0 || y_variance <= 0)
        return 0;
    return (c.n * c.xy - c.x * c.y) / sqrt(x_variance * y_variance);
}

double correlation_p(const struct correlation *correlation)
{
    if (correlation->n < PAIRS_MIN)
        return 1;
    return statistics_normal(correlation_coefficient(correlation) * sqrt(correlation->n));
}
