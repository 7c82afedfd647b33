/* SPDX-License-Identifier: Apache-2.0 */
/* test_fpr_test.c - intervals against published values, and measured rates of false positives. */
#include "tests/support/test.h"

#include <math.h>
#include <stdbool.h>

#include "audit/checks/fpr_test.h"
#include "tests/support/asking.h"
#include "tests/support/fixture_index.h"

/* Ends found with mpmath 1.3, 40 digits, by bisection of the binomial sums. */
static void intervals_are_those_of_the_binomial_sums(void **state)
{
    (void)state;
    static const struct {
        uint64_t found, asked;
        double alpha, low, high;
    } cases[] = {
        {3, 1000, 0.05, 0.00061909993165, 0.00874202323848},
        {10, 100000, 0.05, 4.7954895139e-5, 0.000183895845377},
        {2000, 20000000, 0.05, 9.56651404519e-5, 0.000104480637884},
        {2000, 20000000, 1e-9, 8.69390317803e-5, 0.000114324685071},
        {512, FPR_TEST_SAMPLE_MAX, 1e-9, 1.14926830532e-5, 1.97797646297e-5},
        {131072, FPR_TEST_SAMPLE_MAX, 0.05, 0.00388517203489, 0.00392741362843},
        {131072, FPR_TEST_SAMPLE_MAX, 1e-9, 0.00384081834161, 0.00397242754758},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        double low = fpr_test_low(cases[i].found, cases[i].asked, cases[i].alpha);
        double high = fpr_test_high(cases[i].found, cases[i].asked, cases[i].alpha);
        assert_true(fabs(low / cases[i].low - 1) < 1e-6);
        assert_true(fabs(high / cases[i].high - 1) < 1e-6);
    }
}

/* If none is seen, the upper end is 1 - (alpha / 2)^(1 / n), in closed form. */
static void intervals_of_none_and_all_are_the_closed_form(void **state)
{
    (void)state;
    static const uint64_t asked[] = {1, 1000, 20000000};
    for (size_t i = 0; i < LENGTH(asked); i++) {
        double end = -expm1(log(0.025) / (double)asked[i]);
        assert_true(fpr_test_low(0, asked[i], 0.05) <= 0);
        assert_true(fabs(fpr_test_high(0, asked[i], 0.05) / end - 1) < 1e-6);
        assert_true(fpr_test_high(asked[i], asked[i], 0.05) >= 1);
        assert_true(fabs(fpr_test_low(asked[i], asked[i], 0.05) - (1 - end)) < 1e-6);
    }
}

/* ---- Indexes ---- */

static struct elig *make(size_t count, unsigned fingerprint_bits, unsigned words)
{
    static const char *const labels[] = {"gold", "silver", "bronze"};
    struct record *records = test_records(count + fingerprint_bits, count);
    for (size_t i = 0; i < count && words > 0; i++)
        record_set_attributes(&records[i], (uint16_t)(i % words + 1), 0, i + 1);
    struct test_list list = {.records = records,
                             .count = count,
                             .words = words > 0 ? labels : NULL,
                             .word_count = words,
                             .fingerprint_bits = fingerprint_bits};
    test_make_index(&list, test_path("fpr_test.elig"));
    free(records);
    return test_open(test_path("fpr_test.elig"), ELIG_CHECK_FIRST_USE);
}

static bool is_within(double share, uint64_t found, uint64_t asked)
{
    return share >= fpr_test_low(found, asked, 1e-9) && share <= fpr_test_high(found, asked, 1e-9);
}

static void the_measured_rate_is_the_expected_one(void **state)
{
    (void)state;
    static const struct {
        size_t count;
        unsigned fingerprint_bits, words;
    } cases[] = {{1, 8, 0},    {3, 8, 0},     {5000, 8, 0},  {5000, 8, 1},
                 {5000, 9, 2}, {3000, 12, 3}, {2000, 32, 0}, {2000, 56, 2}};
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct elig *index = make(cases[i].count, cases[i].fingerprint_bits, cases[i].words);
        struct fpr_test_sample sample;
        assert_int_equal(fpr_test_measure(index, 0.2, NULL, &sample), 0);
        assert_true(sample.asked >= 4096);
        assert_true(is_within(fpr_test_expected(index), sample.found, sample.asked));
        assert_int_equal(sample.bits, cases[i].fingerprint_bits < 16 ? cases[i].fingerprint_bits : 16);
        if (cases[i].count >= 2000)
            assert_true(is_within(ldexp(1, -(int)sample.bits), sample.agreed, sample.asked));
        elig_close(index);
    }
}

/* A fingerprint one bit longer or shorter is detected, given enough lookups, which a checker may make slow. */
static void another_rate_is_detected(void **state)
{
    (void)state;
    struct elig *index = make(5000, 8, 0);
    struct fpr_test_sample sample = {0};
    for (int attempt = 0; sample.asked < 100000 && attempt < 5; attempt++)
        assert_int_equal(fpr_test_measure(index, ldexp(0.2, 2 * attempt), NULL, &sample), 0);
    assert_true(fabs(fpr_test_expected(index) - 0x1p-8) < 0x1p-8 * 0.001);
    assert_false(is_within(0x1p-7, sample.found, sample.asked));
    assert_false(is_within(0x1p-9, sample.found, sample.asked));
    assert_false(is_within(0x1p-9, sample.agreed, sample.asked));
    elig_close(index);
}

/* Of two labels' codes and "none" three in four payloads are a code. */
static void payloads_without_a_label_lower_the_rate(void **state)
{
    (void)state;
    struct elig *index = make(5000, 8, 2);
    assert_true(fabs(fpr_test_expected(index) / (0x1p-8 * 0.75) - 1) < 0.001);
    elig_close(index);
}

static void an_empty_index_finds_nothing(void **state)
{
    (void)state;
    struct elig *index = make(0, 8, 0);
    struct fpr_test_sample sample;
    assert_int_equal(fpr_test_measure(index, 0.01, NULL, &sample), 0);
    assert_true(sample.asked > 0);
    assert_int_equal(sample.found, 0);
    assert_true(fpr_test_expected(index) <= 0);
    elig_close(index);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals_are_those_of_the_binomial_sums),
        cmocka_unit_test(intervals_of_none_and_all_are_the_closed_form),
        cmocka_unit_test(the_measured_rate_is_the_expected_one),
        cmocka_unit_test(another_rate_is_detected),
        cmocka_unit_test(payloads_without_a_label_lower_the_rate),
        cmocka_unit_test(an_empty_index_finds_nothing),
    };
    message_program("test_fpr_test");
    return cmocka_run_group_tests(tests, test_folder_make, test_folder_remove);
}
