/* SPDX-License-Identifier: Apache-2.0 */
/* test_strings.c - text is found in random bytes, and random bytes are not taken for text. */
#include <sodium.h>

#include "audit/checks/strings.h"
#include "audit/util/statistics.h"
#include "tests/support/test.h"

#define BYTES ((size_t)65536)
#define AT 30001

static struct strings scan(const void *content, size_t length, uint8_t seed_byte)
{
    uint8_t seed[randombytes_SEEDBYTES] = {seed_byte};
    uint8_t *bytes = malloc(BYTES);
    struct strings strings = {0};
    assert_non_null(bytes);
    randombytes_buf_deterministic(bytes, BYTES, seed);
    memcpy(bytes + AT, content, length);
    strings_scan(&strings, bytes, BYTES / 2, 4096);
    strings_scan(&strings, bytes + BYTES / 2, BYTES / 2, 4096 + BYTES / 2);
    strings_finish(&strings);
    free(bytes);
    return strings;
}

static void assert_found(const void *content, size_t length, enum strings_shape shape, uint64_t characters)
{
    struct strings strings = scan(content, length, 1);
    assert_in_range(strings.shapes[shape].longest, characters,
                    characters + 2); /* random neighbours may extend it */
    assert_in_range(strings.shapes[shape].at, 4096 + AT - 4, 4096 + AT + 1);
    assert_true(strings.shapes[shape].expected < STATISTICS_FAULT);
}

static void each_shape_is_found(void **state)
{
    (void)state;
    static const char text[] = "It was a bright cold day in April, and the clocks";
    static const char hash[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    static const char upper[] = "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD";
    static const char base64[] = "amFuZS5yb2VAZXhhbXBsZS5jb20sIHdobyBlbHNl";
    static const char utf16[] = "j\0a\0n\0e\0.\0r\0o\0e";
    assert_found(text, strlen(text), STRINGS_PRINTABLE, strlen(text));
    assert_found("0101234567812", 13, STRINGS_DIGITS, 13);
    assert_found("jane.roe@example.com", 20, STRINGS_EMAIL, 20);
    assert_found(hash, strlen(hash), STRINGS_HEX, strlen(hash));
    assert_found(upper, strlen(upper), STRINGS_HEX, strlen(upper));
    assert_found(base64, strlen(base64), STRINGS_BASE64, strlen(base64));
    assert_found(utf16, sizeof utf16, STRINGS_UTF16, 8);
    assert_found("홍길동이라는사람", strlen("홍길동이라는사람"), STRINGS_HANGUL, 8);
    assert_found(
        "\xc8\xab\xb1\xe6\xb5\xbf\xc0\xcc\xb6\xf3\xb4\xc2\xbb\xe7\xb6\xf7\xc0\xcc\xb4\xd9\xb6\xf3\xb0\xed", 24,
        STRINGS_HANGUL_LEGACY, 12);
}

/* The expected numbers over two hundred files of random bytes. */
static void runs_in_random_bytes_are_as_frequent_as_expected(void **state)
{
    (void)state;
    unsigned below_tenth[STRINGS_COUNT] = {0};
    for (unsigned run = 0; run < 200; run++) {
        struct strings strings = scan("", 0, (uint8_t)run);
        for (unsigned i = 0; i < STRINGS_COUNT; i++) {
            assert_true(strings.shapes[i].expected > 1e-6);
            below_tenth[i] += strings.shapes[i].expected < 0.1;
        }
    }
    for (unsigned i = 0; i < STRINGS_COUNT; i++)
        assert_in_range(below_tenth[i], 0, 200 / 10 * 3 / 2);
}

static void no_bytes_contain_no_text(void **state)
{
    (void)state;
    struct strings strings = {0};
    strings_scan(&strings, (const uint8_t *)"", 0, 0);
    strings_finish(&strings);
    for (unsigned i = 0; i < STRINGS_COUNT; i++) {
        assert_int_equal(strings.shapes[i].longest, 0);
        assert_true(strlen(strings_text((enum strings_shape)i)) > 3);
    }
}

/* Every length from 0 on, up to the end of readable memory. */
static void no_byte_beyond_the_end_is_read(void **state)
{
    (void)state;
    static const char text[] = "a@b.c 123 가나다 \xb0\xa1";
    for (size_t length = 0; length <= strlen(text); length++) {
        uint8_t *bytes = malloc(length + 1);
        struct strings strings = {0};
        memcpy(bytes, text, length);
        strings_scan(&strings, bytes, length, 0);
        strings_finish(&strings);
        assert_int_equal(strings.bytes, length);
        free(bytes);
    }
}

int main(void)
{
    assert_true(sodium_init() >= 0);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_shape_is_found),
        cmocka_unit_test(runs_in_random_bytes_are_as_frequent_as_expected),
        cmocka_unit_test(no_bytes_contain_no_text),
        cmocka_unit_test(no_byte_beyond_the_end_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
