/* SPDX-License-Identifier: Apache-2.0 */
/* test_multi_search.c - patterns are found in all encodings at their offsets, and nothing else is. */
#include <sodium.h>

#include "audit/search/decoders.h"
#include "audit/search/encodings.h"
#include "audit/search/multi_search.h"
#include "tests/support/test.h"

#define TEXT_BYTES ((size_t)1 << 18)
#define PIECE_BYTES ((size_t)1 << 20) /* of the searched bytes, for one thread at a time */
#define AT 200001                     /* offset of the planted pattern */

static const char pattern[] = "hong.gildong@example.co.kr";

/* ---- Random bytes with a planted pattern ---- */

static uint8_t *plant(const void *content, size_t length, size_t at)
{
    static const uint8_t seed[randombytes_SEEDBYTES] = {7};
    uint8_t *text = malloc(TEXT_BYTES);
    assert_non_null(text);
    randombytes_buf_deterministic(text, TEXT_BYTES, seed);
    memcpy(text + at, content, length);
    return text;
}

struct result {
    size_t count;
    struct multi_search_match first;
    uint64_t searched;
    double expected;
    char decoder[32];
};

/* Searches for one pattern. */
static struct result search_bytes(const uint8_t *text, size_t text_length, const void *bytes, size_t length)
{
    struct multi_search *search = multi_search_new(UINT64_C(64) << 20);
    assert_non_null(search);
    assert_int_equal(multi_search_add(search, text, text_length, 3), 0);
    assert_int_equal(multi_search_finish(search, 2), 0);
    struct patterns *patterns = patterns_new(search);
    assert_non_null(patterns);
    assert_int_equal(patterns_add(patterns, bytes, length, ENCODING_TEXT, 17), 1);
    patterns_close(patterns);
    struct result result = {0};
    bool is_complete;
    const struct multi_search_match *matches = multi_search_matches(search, 2, &result.count, &is_complete);
    assert_int_equal(is_complete, 1);
    if (result.count > 0) {
        result.first = matches[0];
        snprintf(result.decoder, sizeof result.decoder, "%s", matches[0].decoder);
    }
    size_t kept = length < MULTI_SEARCH_PATTERN_MAX ? length : MULTI_SEARCH_PATTERN_MAX;
    result.searched = multi_search_searched(search, ENCODING_TEXT, kept);
    result.expected = multi_search_expected(search, ENCODING_TEXT, kept);
    multi_search_free(search);
    return result;
}

/* A planted pattern is found once, at its offset, with its encoding. */
static void assert_found(const void *content, size_t length, const char *decoder, bool is_reversed)
{
    uint8_t *text = plant(content, length, AT);
    struct result result = search_bytes(text, TEXT_BYTES, pattern, strlen(pattern));
    assert_int_equal(result.count, 1);
    assert_string_equal(result.decoder, decoder);
    assert_int_equal(result.first.is_reversed, is_reversed);
    assert_int_equal(result.first.source, 3);
    assert_int_equal(result.first.where, 17);
    assert_int_equal(result.first.encoding, ENCODING_TEXT);
    assert_in_range(result.first.offset, AT - 8, AT + 1); /* random bytes before it may extend the run */
    free(text);
}

/* ---- Encodings, made here in their plainest way ---- */

static size_t to_hex(const uint8_t *bytes, size_t length, const char *digits, char *out)
{
    for (size_t i = 0; i < length; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    return 2 * length;
}

static size_t to_utf16(const char *text, bool is_big, uint8_t *out)
{
    size_t length = strlen(text);
    memset(out, 0, 2 * length);
    for (size_t i = 0; i < length; i++)
        out[2 * i + (size_t)is_big] = (uint8_t)text[i];
    return 2 * length;
}

static void reverse(uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length / 2; i++) {
        uint8_t kept = bytes[i];
        bytes[i] = bytes[length - 1 - i];
        bytes[length - 1 - i] = kept;
    }
}

static void a_pattern_is_found(void **state)
{
    (void)state;
    assert_found(pattern, strlen(pattern), "", 0);
}

static void a_pattern_is_found_in_another_case(void **state)
{
    (void)state;
    assert_found("Hong.GilDong@EXAMPLE.co.kr", strlen(pattern), "", 0);
}

static void a_pattern_is_found_backwards(void **state)
{
    (void)state;
    uint8_t text[sizeof pattern];
    memcpy(text, pattern, sizeof pattern);
    reverse(text, strlen(pattern));
    assert_found(text, strlen(pattern), "", 1);
}

static void a_pattern_is_found_in_hexadecimal(void **state)
{
    (void)state;
    char hex[2 * sizeof pattern];
    size_t length = to_hex((const uint8_t *)pattern, strlen(pattern), "0123456789abcdef", hex);
    assert_found(hex, length, "hex", 0);
    length = to_hex((const uint8_t *)pattern, strlen(pattern), "0123456789ABCDEF", hex);
    assert_found(hex, length, "hex", 0);
    reverse((uint8_t *)hex, length);
    assert_found(hex, length, "hex", 1);
}

static void a_pattern_is_found_in_base64_at_every_phase(void **state)
{
    (void)state;
    static const int variants[] = {sodium_base64_VARIANT_ORIGINAL, sodium_base64_VARIANT_URLSAFE_NO_PADDING};
    for (size_t before = 0; before < 4; before++)
        for (size_t after = 0; after < 3; after++)
            for (size_t i = 0; i < LENGTH(variants); i++) {
                char text[sizeof pattern + 8], base64[128];
                snprintf(text, sizeof text, "%.*s%s%.*s", (int)before, "\xff\xfe?>", pattern, (int)after,
                         "<\xfb");
                sodium_bin2base64(base64, sizeof base64, (const uint8_t *)text, strlen(text), variants[i]);
                assert_found(base64, strlen(base64), "base64", 0);
            }
}

static void a_pattern_is_found_in_utf16_and_utf32(void **state)
{
    (void)state;
    uint8_t wide[2 * sizeof pattern], wider[4 * sizeof pattern] = {0};
    assert_found(wide, to_utf16(pattern, 0, wide), "UTF-16", 0);
    assert_found(wide, to_utf16(pattern, 1, wide), "UTF-16", 0);
    for (size_t i = 0; i < strlen(pattern); i++)
        wider[4 * i] = (uint8_t)pattern[i];
    assert_found(wider, 4 * strlen(pattern), "UTF-32", 0);
}

static void nested_encodings_are_decoded(void **state)
{
    (void)state;
    uint8_t wide[2 * sizeof pattern];
    char text[8 * sizeof pattern];
    size_t length = to_utf16(pattern, 0, wide);
    sodium_bin2base64(text, sizeof text, wide, length, sodium_base64_VARIANT_ORIGINAL);
    assert_found(text, strlen(text), "UTF-16 in base64", 0);
    assert_found(text, to_hex(wide, length, "0123456789abcdef", text), "UTF-16 in hex", 0);
}

static void a_pattern_is_found_at_both_ends(void **state)
{
    (void)state;
    size_t length = strlen(pattern);
    const size_t places[] = {0, TEXT_BYTES - length, (TEXT_BYTES >> 1) - 3};
    for (size_t i = 0; i < LENGTH(places); i++) {
        uint8_t *text = plant(pattern, length, places[i]);
        struct result result = search_bytes(text, TEXT_BYTES, pattern, length);
        assert_int_equal(result.count, 1);
        assert_int_equal(result.first.offset, places[i]);
        free(text);
    }
}

static void a_pattern_across_the_pieces_of_two_threads_is_found(void **state)
{
    (void)state;
    size_t length = strlen(pattern), twice = 2 * PIECE_BYTES;
    uint8_t *text = calloc(1, twice);
    assert_non_null(text);
    const size_t befores[] = {0,          1,     MULTI_SEARCH_WINDOW - 1, MULTI_SEARCH_WINDOW, length / 2,
                              length - 1, length};
    for (size_t i = 0; i < LENGTH(befores); i++) {
        size_t before = befores[i];
        memset(text, 0, twice);
        memcpy(text + PIECE_BYTES - before, pattern, length);
        struct result result = search_bytes(text, twice, pattern, length);
        assert_int_equal(result.count, 1);
        assert_int_equal(result.first.offset, PIECE_BYTES - before);
        reverse(text + PIECE_BYTES - before, length);
        result = search_bytes(text, twice, pattern, length);
        assert_int_equal(result.count, 1);
        assert_int_equal(result.first.is_reversed, 1);
        assert_int_equal(result.first.offset, PIECE_BYTES - before);
    }
    free(text);
}

static void a_pattern_that_differs_in_one_byte_is_not_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < strlen(pattern); i++) {
        char other[sizeof pattern];
        memcpy(other, pattern, sizeof pattern);
        other[i] = '!';
        uint8_t *text = plant(other, strlen(pattern), AT);
        assert_int_equal(search_bytes(text, TEXT_BYTES, pattern, strlen(pattern)).count, 0);
        free(text);
    }
}

static void each_occurrence_counts(void **state)
{
    (void)state;
    uint8_t *text = plant(pattern, strlen(pattern), AT);
    memcpy(text + 11, pattern, strlen(pattern));
    struct result result = search_bytes(text, TEXT_BYTES, pattern, strlen(pattern));
    assert_int_equal(result.count, 2);
    assert_int_equal(result.first.offset, 11);
    free(text);
}

static void a_long_pattern_is_found_by_its_beginning(void **state)
{
    (void)state;
    char text[200];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)('a' + i * i % 23);
    uint8_t *bytes = plant(text, MULTI_SEARCH_PATTERN_MAX, AT);
    struct result result = search_bytes(bytes, TEXT_BYTES, text, sizeof text);
    assert_int_equal(result.count, 1);
    assert_int_equal(result.first.length, MULTI_SEARCH_PATTERN_MAX);
    free(bytes);
}

static void patterns_below_the_minimum_length_are_refused(void **state)
{
    (void)state;
    uint8_t *text = plant("\x01\x02\x03\x04\x05\x06", 6, AT);
    struct result result = search_bytes(text, TEXT_BYTES, "\x01\x02\x03\x04\x05\x06", MULTI_SEARCH_WINDOW);
    assert_int_equal(result.count, 1);
    struct multi_search *search = multi_search_new(1 << 20);
    assert_int_equal(multi_search_finish(search, 1), 0);
    struct patterns *patterns = patterns_new(search);
    assert_int_equal(patterns_add(patterns, text, MULTI_SEARCH_WINDOW - 1, ENCODING_TEXT, 0), 0);
    patterns_close(patterns);
    multi_search_free(search);
    free(text);
}

/* The probability is two directions x bytes x 256^-length, twice that for each letter, whose case is ignored.
 */
static void expected_matches_follow_the_formula(void **state)
{
    (void)state;
    static const uint8_t zero[TEXT_BYTES];
    struct result result = search_bytes(zero, sizeof zero, "\x01\x02\x03\x04\x05\x06", 6);
    assert_int_equal(result.searched, 1);
    assert_true(result.expected > 0.999 * 2 * (double)TEXT_BYTES / 281474976710656.0 &&
                result.expected < 1.001 * 2 * (double)TEXT_BYTES / 281474976710656.0);
    result = search_bytes(zero, sizeof zero,
                          "a\x02\x03\x04\x05"
                          "Z",
                          6);
    assert_true(result.expected > 0.999 * 8 * (double)TEXT_BYTES / 281474976710656.0 &&
                result.expected < 1.001 * 8 * (double)TEXT_BYTES / 281474976710656.0);
}

/* The number of random matches of patterns of the shortest length. */
static void matches_by_chance_are_as_frequent_as_expected(void **state)
{
    (void)state;
    uint8_t *text = plant("", 0, 0);
    uint64_t random[1 << 10];
    static const uint8_t seed[randombytes_SEEDBYTES] = {9};
    struct multi_search *search = multi_search_new(UINT64_C(64) << 20);
    assert_int_equal(multi_search_add(search, text, TEXT_BYTES, 0), 0);
    assert_int_equal(multi_search_finish(search, 2), 0);
    struct patterns *patterns = patterns_new(search);
    randombytes_buf_deterministic(random, sizeof random, seed);
    for (uint64_t i = 0; i < 1000000; i++) {
        uint64_t value = (random[i % LENGTH(random)] + i) * UINT64_C(0x9e3779b97f4a7c15);
        assert_int_equal(patterns_add(patterns, (const uint8_t *)&value, MULTI_SEARCH_WINDOW, ENCODING_TEXT, i),
                         1);
    }
    patterns_close(patterns);
    size_t count;
    bool is_complete;
    (void)multi_search_matches(search, 2, &count, &is_complete);
    assert_int_equal(is_complete, 1);
    double expected = multi_search_expected(search, ENCODING_TEXT, MULTI_SEARCH_WINDOW);
    assert_true(expected > 0.001 && expected < 1);
    assert_in_range(count, 0, 4);
    multi_search_free(search);
    free(text);
}

static void more_hits_than_memory_are_reported(void **state)
{
    (void)state;
    uint8_t *text = calloc(1, TEXT_BYTES);
    struct multi_search *search = multi_search_new(4096);
    for (size_t i = 0; i + 8 <= TEXT_BYTES; i += 8)
        memcpy(text + i, &(uint64_t){i * UINT64_C(0x9e3779b97f4a7c15)}, 8);
    assert_int_equal(multi_search_add(search, text, TEXT_BYTES, 0), 0);
    assert_int_equal(multi_search_finish(search, 1), 0);
    struct patterns *patterns = patterns_new(search);
    for (size_t i = 0; i + 8 <= TEXT_BYTES; i += 8)
        assert_int_equal(patterns_add(patterns, text + i, 8, ENCODING_TEXT, i), 1);
    patterns_close(patterns);
    size_t count;
    bool is_complete;
    (void)multi_search_matches(search, 1, &count, &is_complete);
    assert_int_equal(is_complete, 0);
    multi_search_free(search);
    free(text);
}

/* Adding bytes is safe for all lengths of all types of runs. */
static void any_bytes_can_be_searched(void **state)
{
    (void)state;
    static const char *const patterns[] = {"",     "a",   "0123456789abcdef", "AAAA", "a\0", "a\0\0\0",
                                           "\0\0", "+/-_"};
    for (size_t i = 0; i < LENGTH(patterns); i++)
        for (size_t length = 0; length < 300; length += length < 40 ? 1 : 37) {
            uint8_t *text =
                malloc(length + 1); /* of just this length, so that reading past the end is detected */
            size_t width = i == 4                    ? 2
                           : i == 5                  ? 4
                           : i == 6                  ? 2
                           : strlen(patterns[i]) > 0 ? strlen(patterns[i])
                                                     : 1;
            for (size_t k = 0; k < length; k++)
                text[k] = (uint8_t)patterns[i][k % width];
            struct multi_search *search = multi_search_new(1 << 16);
            assert_int_equal(multi_search_add(search, text, length, 0), 0);
            assert_int_equal(multi_search_finish(search, 1), 0);
            assert_true(multi_search_bytes(search) >= length);
            multi_search_free(search);
            free(text);
        }
}

/* A pattern across two pieces of a long run is found. */
static void long_runs_lose_nothing(void **state)
{
    (void)state;
    size_t length = 300000;
    char *hex = malloc(2 * length + 1);
    uint8_t *bytes = malloc(length);
    static const uint8_t seed[randombytes_SEEDBYTES] = {5};
    randombytes_buf_deterministic(bytes, length, seed);
    for (size_t at = 32600; at < 32900; at += 7 * (test_stride() < 16 ? test_stride() : 16)) {
        memcpy(bytes + at, pattern, strlen(pattern));
        to_hex(bytes, length, "0123456789abcdef", hex);
        struct result result = search_bytes((const uint8_t *)hex, 2 * length, pattern, strlen(pattern));
        assert_true(result.count >= 1);
        assert_string_equal(result.decoder, "hex");
        bytes[at + 5] = 0;
    }
    free(bytes);
    free(hex);
}

int main(void)
{
    assert_true(sodium_init() >= 0);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pattern_is_found),
        cmocka_unit_test(a_pattern_is_found_in_another_case),
        cmocka_unit_test(a_pattern_is_found_backwards),
        cmocka_unit_test(a_pattern_is_found_in_hexadecimal),
        cmocka_unit_test(a_pattern_is_found_in_base64_at_every_phase),
        cmocka_unit_test(a_pattern_is_found_in_utf16_and_utf32),
        cmocka_unit_test(nested_encodings_are_decoded),
        cmocka_unit_test(a_pattern_is_found_at_both_ends),
        cmocka_unit_test(a_pattern_across_the_pieces_of_two_threads_is_found),
        cmocka_unit_test(a_pattern_that_differs_in_one_byte_is_not_found),
        cmocka_unit_test(each_occurrence_counts),
        cmocka_unit_test(a_long_pattern_is_found_by_its_beginning),
        cmocka_unit_test(patterns_below_the_minimum_length_are_refused),
        cmocka_unit_test(expected_matches_follow_the_formula),
        cmocka_unit_test(matches_by_chance_are_as_frequent_as_expected),
        cmocka_unit_test(more_hits_than_memory_are_reported),
        cmocka_unit_test(any_bytes_can_be_searched),
        cmocka_unit_test(long_runs_lose_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
