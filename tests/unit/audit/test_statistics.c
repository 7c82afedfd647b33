/* SPDX-License-Identifier: Apache-2.0 */
/* test_statistics.c - p-values against published tables, and their distribution for random values. */
#include <math.h>
#include <sodium.h>

#include "audit/util/statistics.h"
#include "tests/support/test.h"

static void assert_near(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%g, expected %g", value, expected);
}

/* Critical values of the chi-square distribution at 0.05, NIST/SEMATECH e-Handbook, 1.3.6.7.4: 24.996 for 15
 * degrees of freedom, 3.841 for one. */
static void chi_square_is_that_of_the_tables(void **state)
{
    (void)state;
    uint64_t two[2] = {10000 + 98, 10000 - 98}; /* (2 x 98^2) / 10000 = 1.92 each way: 0.96 * 2 */
    double p = statistics_uniform(two, 2);
    assert_near(p, 2 * 0.1658, 0.002); /* P(chi-square, 1 > 1.9208) = 0.1658 */
    uint64_t sixteen[16];
    for (unsigned i = 0; i < 16; i++)
        sixteen[i] = 100000;
    /* one bin up, one down by d: 2 d^2 / 100000 = 24.996 */
    sixteen[3] += 1118;
    sixteen[9] -= 1118;
    assert_near(statistics_uniform(sixteen, 16), 2 * 0.05, 0.001);
}

static void counts_that_are_too_even_are_significant(void **state)
{
    (void)state;
    uint64_t even[256];
    for (unsigned i = 0; i < 256; i++)
        even[i] = 1000000;
    assert_true(statistics_uniform(even, 256) < STATISTICS_FAULT);
    even[0] = even[1] = 9; /* nine and nine are not significant */
    assert_near(statistics_uniform(even, 2), 1, 0);
}

static void few_values_are_judged_in_fewer_bins(void **state)
{
    (void)state;
    uint64_t counts[256] = {0};
    assert_near(statistics_uniform(counts, 256), 1, 0);
    counts[0] = 9; /* fewer than five in each half */
    assert_near(statistics_uniform(counts, 256), 1, 0);
    counts[0] = 100; /* all of a hundred in one */
    assert_true(statistics_uniform(counts, 256) < STATISTICS_FAULT);
}

static void half_and_normal_are_those_of_the_tables(void **state)
{
    (void)state;
    assert_near(statistics_normal(1.959964), 0.05, 1e-6);
    assert_near(statistics_normal(-1.959964), 0.05, 1e-6);
    assert_near(statistics_half(5000, 10000), 1, 0);
    assert_near(statistics_half(5098, 10000), 0.05, 0.001); /* 1.96 standard deviations of 50 */
    assert_near(statistics_half(0, 29), 1, 0);
    assert_true(statistics_half(100, 1000) < STATISTICS_FAULT);
}

static void poisson_is_that_of_its_formula(void **state)
{
    (void)state;
    assert_near(statistics_at_least(0, 0), 1, 0);
    assert_near(statistics_at_least(1, 0), 0, 0);
    assert_near(statistics_at_least(1, 1), 1 - exp(-1), 1e-12);
    assert_near(statistics_at_least(2, 1), 1 - 2 * exp(-1), 1e-12);
    assert_near(statistics_at_least(3, 0.5), 1 - exp(-0.5) * (1 + 0.5 + 0.125), 1e-12);
    assert_near(statistics_at_least(1, 1e-12), 1e-12, 1e-15);
}

static void correlation_is_that_of_its_formula(void **state)
{
    (void)state;
    struct correlation line = {0}, chance = {0}, other = {0};
    uint64_t random[20001];
    static const uint8_t seed[randombytes_SEEDBYTES] = {3};
    randombytes_buf_deterministic(random, sizeof random, seed);
    for (unsigned i = 0; i < 20000; i++) {
        correlation_add(&line, i, 3.0 * i + 1);
        correlation_add(i % 2 == 0 ? &chance : &other, (double)random[i], (double)random[i + 1]);
    }
    assert_near(correlation_coefficient(&line), 1, 1e-9);
    assert_true(correlation_p(&line) < STATISTICS_FAULT);
    correlation_merge(&chance, &other);
    assert_near(chance.n, 20000, 0);
    assert_near(correlation_coefficient(&chance), 0, 0.03);
    assert_true(correlation_p(&chance) > 1e-4);
    struct correlation none = {0}, constant = {0};
    assert_near(correlation_p(&none), 1, 0);
    for (unsigned i = 0; i < 100; i++)
        correlation_add(&constant, 1, 1);
    assert_near(correlation_coefficient(&constant), 0, 0);
}

/* Of a thousand random tests few have a p-value below a percent, and none is a FAIL. */
static void random_values_seldom_fail(void **state)
{
    (void)state;
    unsigned below = 0;
    uint8_t seed[randombytes_SEEDBYTES] = {0}, bytes[4096];
    for (unsigned run = 0; run < 1000; run++) {
        uint64_t counts[256] = {0};
        seed[0] = (uint8_t)run;
        seed[1] = (uint8_t)(run >> 8);
        randombytes_buf_deterministic(bytes, sizeof bytes, seed);
        for (size_t i = 0; i < sizeof bytes; i++)
            counts[bytes[i]]++;
        double p = statistics_uniform(counts, 256);
        assert_true(p > STATISTICS_NOTABLE);
        below += p < 0.01;
    }
    assert_in_range(below, 1, 25);
}

int main(void)
{
    assert_true(sodium_init() >= 0);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chi_square_is_that_of_the_tables),
        cmocka_unit_test(counts_that_are_too_even_are_significant),
        cmocka_unit_test(few_values_are_judged_in_fewer_bins),
        cmocka_unit_test(half_and_normal_are_those_of_the_tables),
        cmocka_unit_test(poisson_is_that_of_its_formula),
        cmocka_unit_test(correlation_is_that_of_its_formula),
        cmocka_unit_test(random_values_seldom_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
