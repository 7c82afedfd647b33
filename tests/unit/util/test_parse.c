/* SPDX-License-Identifier: Apache-2.0 */
/* test_parse.c - numbers, sizes, rates, times and bytes as typed, and everything that only looks like them. */
#include "lib/util/parse.h"
#include "tests/support/test.h"

static void assert_number(const char *text, uint64_t minimum, uint64_t maximum, int good, uint64_t expected)
{
    uint64_t value = 0;
    if (parse_number(text, minimum, maximum, &value) != good || (good && value != expected))
        fail_msg("'%s'", text);
}

static void a_number_is_digits_within_bounds(void **state)
{
    (void)state;
    assert_number("0", 0, 0, 1, 0);
    assert_number("1", 1, 256, 1, 1);
    assert_number("256", 1, 256, 1, 256);
    assert_number("007", 1, 256, 1, 7);
    assert_number("18446744073709551615", 0, UINT64_MAX, 1, UINT64_MAX);
    assert_number("0", 1, 256, 0, 0);
    assert_number("257", 1, 256, 0, 0);
    assert_number("18446744073709551616", 0, UINT64_MAX, 0, 0);
    assert_number("99999999999999999999999999999", 0, UINT64_MAX, 0, 0);
    static const char *const bad[] = {"",    " ",   " 1",   "1 ",  "+1",  "-1",
                                      "1.0", "1e3", "0x10", "one", "1\n", "\xEF\xBC\x91"};
    for (size_t i = 0; i < LENGTH(bad); i++)
        assert_number(bad[i], 0, UINT64_MAX, 0, 0);
}

static void a_share_is_a_percentage_of_four_decimals(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint32_t share;
    } good[] = {{"0%", 0},
                {"1%", 10000},
                {"0.1%", 1000},
                {"0.0001%", 1},
                {"12.5%", 125000},
                {"99.9999%", 999999},
                {"100%", PARSE_SHARE_ONE},
                {"100.0%", PARSE_SHARE_ONE}};
    static const char *const bad[] = {"",          "%",    "1",    "1.%",    ".1%",  "0.00001%",
                                      "100.0001%", "101%", "-1%",  "+1%",    " 1%",  "1 %",
                                      "1%%",       "1e1%", "0,1%", "1.1.1%", "0x1%", "99999999999999999999%"};
    uint32_t share;
    for (size_t i = 0; i < LENGTH(good); i++)
        if (!parse_share(good[i].text, &share) || share != good[i].share)
            fail_msg("'%s'", good[i].text);
    for (size_t i = 0; i < LENGTH(bad); i++)
        if (parse_share(bad[i], &share))
            fail_msg("'%s'", bad[i]);
}

static void assert_size(const char *text, int good, uint64_t expected)
{
    uint64_t bytes = 0;
    if (parse_size(text, 0, UINT64_MAX, &bytes) != good || (good && bytes != expected))
        fail_msg("'%s'", text);
}

static void a_size_is_a_number_and_perhaps_a_unit(void **state)
{
    (void)state;
    assert_size("0", 1, 0);
    assert_size("1048576", 1, 1048576);
    assert_size("1K", 1, 1024);
    assert_size("1KB", 1, 1024);
    assert_size("1KiB", 1, 1024);
    assert_size("64MiB", 1, UINT64_C(64) << 20);
    assert_size("2G", 1, UINT64_C(2) << 30);
    assert_size("3T", 1, UINT64_C(3) << 40);
    assert_size("16777215T", 1, UINT64_C(16777215) << 40);
    assert_size("16777216T", 0, 0);
    assert_size("18014398509481983K", 1, UINT64_C(18014398509481983) << 10);
    assert_size("18014398509481984K", 0, 0);
    static const char *const bad[] = {"",      "K",   "1k",  "1m", "1Ki",  "1KIB", "1KBB",
                                      "1KiBB", "1KK", "1B",  "1P", "1.5G", "-1K",  "+1K",
                                      "1 K",   "1K ", " 1K", "K1", "1iB",  "0x1K"};
    for (size_t i = 0; i < LENGTH(bad); i++)
        assert_size(bad[i], 0, 0);
}

static void a_size_is_within_its_bounds(void **state)
{
    (void)state;
    uint64_t bytes;
    assert_int_equal(parse_size("63MiB", UINT64_C(64) << 20, UINT64_C(1) << 40, &bytes), 0);
    assert_int_equal(parse_size("64MiB", UINT64_C(64) << 20, UINT64_C(1) << 40, &bytes), 1);
    assert_int_equal(parse_size("1T", UINT64_C(64) << 20, UINT64_C(1) << 40, &bytes), 1);
    assert_int_equal(parse_size("2T", UINT64_C(64) << 20, UINT64_C(1) << 40, &bytes), 0);
}

static void assert_rate(const char *text, int good, unsigned expected)
{
    unsigned bits = 0;
    if (parse_rate(text, &bits) != good || (good && bits != expected))
        fail_msg("'%s': %u", text, bits);
}

static void a_rate_becomes_the_fewest_bits_that_keep_to_it(void **state)
{
    (void)state;
    assert_rate("2^-8", 1, 8);
    assert_rate("2^-32", 1, 32);
    assert_rate("2^-56", 1, 56);
    assert_rate("1e-6", 1, 20);
    assert_rate("1E-6", 1, 20);
    assert_rate("0.000001", 1, 20);
    assert_rate("1e-9", 1, 30);
    assert_rate(".001", 1, 10);
    assert_rate("0.001", 1, 10);
    assert_rate("0.00390625", 1, 8); /* 2^-8 itself */
    assert_rate("0.0039", 1, 9);     /* a little less */
    assert_rate("2.3283064365386963e-10", 1, 32);
    assert_rate("2.32830643e-10", 1, 33);
    assert_rate("1.3877787807814457e-17", 1, 56);
    assert_rate("0.5", 1, 8); /* better than asked for is not worse */
    assert_rate("0.999", 1, 8);
}

static void rates_out_of_range_or_of_no_sense_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"",       "0",    "0.0",    "1",     "1.0",   "2",
                                      "-1",     "-0.1", "+0.1",   "2^-7",  "2^-57", "2^-0",
                                      "2^8",    "2^-",  "2^--8",  "2^-8x", "1/8",   "1e-18",
                                      "1e-400", "nan",  "inf",    "0.1x",  "0.1 ",  " 0.1",
                                      "0,1",    "1%",   "2^-8.5", "e-6",   ".",     "2^-18446744073709551624"};
    for (size_t i = 0; i < LENGTH(bad); i++)
        assert_rate(bad[i], 0, 0);
}

/* Seconds computed with Python's datetime. */
static void a_time_is_seconds_since_1970(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t seconds;
    } times[] = {
        {"2026-11-24T09:00:00+09:00", 1795478400},
        {"2026-11-24t00:00:00z", 1795478400},
        {"2026-11-24 00:00:00Z", 1795478400},
        {"2024-02-29T00:00:00Z", 1709164800},
        {"2000-02-29T12:34:56Z", 951827696},
        {"2100-03-01T00:00:00Z", 4107542400},
        {"1970-01-01T00:00:01Z", 1},
        {"1970-01-01T00:00:00-00:01", 60},
        {"2038-01-19T03:14:08Z", 2147483648},
        {"9999-12-31T23:59:59Z", 253402300799},
        {"2027-01-01T08:59:59+09:00", 1798761599},
        {"2026-06-30T23:59:59-05:30", 1782883799},
        {"2027-12-31T23:59:59-23:59", 1830383939},
        {"2026-11-24T00:00:00-00:00", 1795478400},
    };
    for (size_t i = 0; i < LENGTH(times); i++) {
        int64_t seconds = 0;
        if (parse_time(times[i].text, &seconds) != 1 || seconds != times[i].seconds)
            fail_msg("'%s': %lld", times[i].text, (long long)seconds);
    }
}

static void times_that_are_none_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "2026-11-24",
        "2026-11-24T09:00:00", /* without an offset it could be any of 27 hours */
        "2026-11-24T09:00Z",
        "2026-11-24T09:00:00.5Z",
        "2026-11-24T09:00:00+0900",
        "2026-11-24T09:00:00+9:00",
        "2026-11-24T09:00:00+24:00",
        "2026-11-24T09:00:00+09:60",
        "2026-11-24T09:00:00 Z",
        "2026-11-24T09:00:00Z ",
        " 2026-11-24T09:00:00Z",
        "2026-11-24T09:00:00ZZ",
        "2026-11-24T24:00:00Z",
        "2026-11-24T09:60:00Z",
        "2026-12-31T23:59:60Z",
        "2026-00-24T09:00:00Z",
        "2026-13-24T09:00:00Z",
        "2026-11-00T09:00:00Z",
        "2026-11-31T09:00:00Z",
        "2026-02-29T09:00:00Z",
        "2100-02-29T09:00:00Z",
        "2024-02-30T09:00:00Z",
        "26-11-24T09:00:00Z",
        "02026-11-24T09:00:00Z",
        "10000-01-01T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "1970-01-01T00:00:00Z", /* 0 is "no bound" in the index */
        "1970-01-01T00:00:00+00:01",
        "2026/11/24T09:00:00Z",
        "2026-11-24T09.00.00Z",
        "2026-1-24T09:00:00Z",
        "-2026-11-24T09:00:00Z",
        "now",
        "1795478400",
    };
    int64_t seconds;
    for (size_t i = 0; i < LENGTH(bad); i++)
        if (parse_time(bad[i], &seconds))
            fail_msg("'%s' was taken for a time", bad[i]);
}

static void every_day_of_the_calendar_is_printed_as_it_was_read(void **state)
{
    (void)state;
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t before = 0;
    for (int year = 1971; year <= 2110; year++)
        for (int month = 1; month <= 12; month++)
            for (int day = 1; day <= 32; day++) {
                int is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
                int last = days[month - 1] + (month == 2 && is_leap);
                char text[64], printed[PARSE_TIME_TEXT];
                int64_t seconds;
                snprintf(text, sizeof text, "%04d-%02d-%02dT07:08:09Z", year, month, day);
                assert_int_equal(parse_time(text, &seconds), day <= last);
                if (day > last)
                    continue;
                assert_true(before == 0 || seconds == before + 86400);
                before = seconds;
                parse_time_print(seconds, printed);
                assert_string_equal(printed, text);
            }
}

static void any_number_of_seconds_can_be_printed(void **state)
{
    (void)state;
    char text[PARSE_TIME_TEXT];
    parse_time_print(0, text);
    assert_string_equal(text, "1970-01-01T00:00:00Z");
    parse_time_print(253402300799, text);
    assert_string_equal(text, "9999-12-31T23:59:59Z");
    parse_time_print(INT64_MAX, text);
    assert_string_equal(text, "@9223372036854775807");
    parse_time_print(67768036191676799,
                     text); /* the last second of year 2147485547, the last one of struct tm */
    assert_true(strlen(text) > 0);
}

static void hexadecimal_is_exactly_as_long_as_asked(void **state)
{
    (void)state;
    uint8_t bytes[4] = {0};
    assert_int_equal(parse_hex("00fFa59b", bytes, 4), 1);
    assert_memory_equal(bytes, "\x00\xff\xa5\x9b", 4);
    assert_int_equal(parse_hex("", bytes, 0), 1);
    static const char *const bad[] = {"",         "00",       "00fFa59",  "00fFa59b0", "00fFa59b00", "00fFa59g",
                                      " 0fFa59b", "0x00ff9b", "00 ff a5", "+0+0+0+0",  "00fFa5-1"};
    for (size_t i = 0; i < LENGTH(bad); i++)
        assert_int_equal(parse_hex(bad[i], bytes, 4), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_is_digits_within_bounds),
        cmocka_unit_test(a_share_is_a_percentage_of_four_decimals),
        cmocka_unit_test(a_size_is_a_number_and_perhaps_a_unit),
        cmocka_unit_test(a_size_is_within_its_bounds),
        cmocka_unit_test(a_rate_becomes_the_fewest_bits_that_keep_to_it),
        cmocka_unit_test(rates_out_of_range_or_of_no_sense_are_refused),
        cmocka_unit_test(a_time_is_seconds_since_1970),
        cmocka_unit_test(times_that_are_none_are_refused),
        cmocka_unit_test(every_day_of_the_calendar_is_printed_as_it_was_read),
        cmocka_unit_test(any_number_of_seconds_can_be_printed),
        cmocka_unit_test(hexadecimal_is_exactly_as_long_as_asked),
    };
    return cmocka_run_group_tests_name("parse", tests, NULL, NULL);
}
