/* SPDX-License-Identifier: Apache-2.0 */
/* test_encodings.c - each pattern of an identifier is found in bytes that contain it. */
#include <sodium.h>

#include "audit/search/encodings.h"
#include "lib/elig/canon/canon.h"
#include "tests/support/test.h"

static const struct elig_kind email = {.name = "email", .part_count = 1, .parts = {{.type = ELIG_TYPE_EMAIL}}};
static const struct elig_kind phone = {
    .name = "phone", .part_count = 1, .parts = {{.type = ELIG_TYPE_PHONE, .region = {'K', 'R'}}}};
static const struct elig_kind exact = {.name = "id", .part_count = 1, .parts = {{.type = ELIG_TYPE_EXACT}}};
static const struct elig_kind person = {
    .name = "person", .part_count = 2, .parts = {{.type = ELIG_TYPE_TEXT}, {.type = ELIG_TYPE_DATE}}};

/* Searches some bytes for one identifier, its parts separated by '|': a bit for each encoding that was found.
 */
static uint64_t found_in(const struct elig_kind *kind, const char *typed, const void *text, size_t length)
{
    struct elig_text parts[2] = {{typed, strcspn(typed, "|")}, {"", 0}};
    if (kind->part_count == 2)
        parts[1] = (struct elig_text){typed + parts[0].length + 1, strlen(typed) - parts[0].length - 1};
    uint8_t canonical[CANON_MAX];
    size_t canonical_length = 0;
    bool good = canon_identifier(kind, parts, canonical, &canonical_length) == ELIG_REASON_NONE;
    struct multi_search *search = multi_search_new(1 << 20);
    assert_int_equal(multi_search_add(search, text, length, 0), 0);
    assert_int_equal(multi_search_finish(search, 1), 0);
    struct patterns *patterns = patterns_new(search);
    struct encodings *encodings = encodings_new();
    (void)encodings_add(encodings, patterns, kind, parts, good ? canonical : NULL, canonical_length, 1);
    encodings_free(encodings);
    patterns_close(patterns);
    size_t count;
    bool is_complete;
    uint64_t found = 0;
    const struct multi_search_match *matches = multi_search_matches(search, 1, &count, &is_complete);
    for (size_t i = 0; i < count; i++)
        found |= UINT64_C(1) << matches[i].encoding;
    multi_search_free(search);
    return found;
}

static uint64_t found_text(const struct elig_kind *kind, const char *typed, const char *text)
{
    return found_in(kind, typed, text, strlen(text));
}

static uint64_t found_hex(const struct elig_kind *kind, const char *typed, const char *hex)
{
    uint8_t bytes[256];
    size_t length;
    assert_int_equal(sodium_hex2bin(bytes, sizeof bytes, hex, strlen(hex), " ", &length, NULL), 0);
    return found_in(kind, typed, bytes, length);
}

#define BIT(encoding) (UINT64_C(1) << (encoding))

static void an_identifier_is_found_as_typed_and_in_canonical_form(void **state)
{
    (void)state;
    assert_int_equal(found_text(&exact, "Member 4711", "..Member 4711.."), BIT(ENCODING_TEXT));
    uint64_t found = found_text(&phone, "010-1234-5678", "[821012345678]");
    assert_int_equal(found, BIT(ENCODING_CANONICAL) | BIT(ENCODING_DIGITS));
    assert_int_equal(found_text(&phone, "010-1234-5678", "[010-1234-5678]"), BIT(ENCODING_TEXT));
    assert_int_equal(found_text(&phone, "010-1234-5679", "[010-1234-5678]"), 0);
}

static void a_number_is_found_with_any_prefix(void **state)
{
    (void)state;
    static const char *const typed[] = {"010-1234-5678", "+82 10 1234 5678", "82-10-1234-5678"};
    for (size_t i = 0; i < LENGTH(typed); i++) {
        assert_true(found_text(&phone, typed[i], "tel=01012345678") & BIT(ENCODING_DIGITS));
        assert_true(found_text(&phone, typed[i], "tel=+821012345678") & BIT(ENCODING_DIGITS));
        assert_true(found_text(&phone, typed[i], "tel=1012345678") & BIT(ENCODING_DIGITS));
    }
}

static void the_halves_of_an_address_are_found(void **state)
{
    (void)state;
    assert_int_equal(found_text(&email, "Jane.Roe@Example.com", "user jane.roe"), BIT(ENCODING_PART));
    assert_int_equal(found_text(&email, "Jane.Roe@Example.com", "host example.com"), BIT(ENCODING_DOMAIN));
    assert_true(found_text(&email, "Jane.Roe@Example.com", "jane.roe@example.com") & BIT(ENCODING_TEXT));
    assert_true(found_text(&email, "ｊane.Roe@Example.com", "jane.roe@example.com") & BIT(ENCODING_CANONICAL));
}

static void a_malformed_identifier_is_found_as_typed(void **state)
{
    (void)state;
    assert_int_equal(found_text(&email, "jane.roe at home", "jane.roe at home"), BIT(ENCODING_TEXT));
}

static void each_part_of_a_composite_is_found(void **state)
{
    (void)state;
    assert_int_equal(found_text(&person, "Ada Ashdown|1985.12.31", "ada ashdown"), BIT(ENCODING_PART));
    assert_int_equal(found_text(&person, "Ada Ashdown|1985.12.31", "born 1985.12.31"), BIT(ENCODING_PART));
    assert_int_equal(found_text(&person, "Ada Ashdown|1985.12.31", "born 1985-12-31"), BIT(ENCODING_PART));
    assert_true(found_text(&person, "Ada Ashdown|1985.12.31",
                           "\x0b\x01"
                           "ada ashdown") &
                BIT(ENCODING_PART));
    assert_true(found_in(&person, "Ada Ashdown|1985.12.31",
                         "\x0b\0"
                         "ada ashdown"
                         "\x0a\0"
                         "1985-12-31",
                         25) &
                BIT(ENCODING_CANONICAL));
}

/* The bytes were made with the iconv of glibc. */
static void text_that_is_not_ascii_is_found_in_other_charsets(void **state)
{
    (void)state;
    assert_int_equal(found_hex(&exact, "홍길동이", "00 4dd6 38ae d9b3 74c7 00"), BIT(ENCODING_UTF16LE));
    assert_int_equal(found_hex(&exact, "홍길동이", "d64d ae38 b3d9 c774"), BIT(ENCODING_UTF16BE));
    assert_int_equal(found_hex(&exact, "홍길동이", "c8ab b1e6 b5bf c0cc"), BIT(ENCODING_LEGACY)); /* CP949 */
    assert_int_equal(found_hex(&person, "홍길동이|1985.12.31", "c8ab b1e6 b5bf c0cc"),
                     BIT(ENCODING_PART_LEGACY));
    assert_int_equal(found_hex(&person, "홍길동이|1985.12.31", "4dd6 38ae d9b3 74c7"),
                     BIT(ENCODING_PART_UTF16LE));
    assert_int_equal(found_hex(&person, "홍길동이|1985.12.31", "d64d ae38 b3d9 c774"),
                     BIT(ENCODING_PART_UTF16BE));
    assert_int_equal(found_hex(&exact, "山田太郎", "8e52 9363 91be 9859"),
                     BIT(ENCODING_LEGACY));                                                   /* Shift JIS */
    assert_int_equal(found_hex(&exact, "Müller", "4d fc 6c 6c 65 72"), BIT(ENCODING_LEGACY)); /* Windows-1252 */
}

/* RFC 1321, A.5; FIPS 180-4's examples; RFC 7693, appendix A; b2sum -l 256. */
static void hashes_are_found_whole_or_cut_short(void **state)
{
    (void)state;
    static const struct {
        const char *hex;
        enum encoding encoding;
    } cases[] = {
        {"900150983cd24fb0d6963f7d28e17f72", ENCODING_MD5},
        {"a9993e364706816aba3e25717850c26c9cd0d89d", ENCODING_SHA1},
        {"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", ENCODING_SHA256},
        {"bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319", ENCODING_BLAKE2B_256},
        {"ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
         "7d87c5392aab792dc252d5de4533cc9518d38aa8dbc4925ab92386edd4009923",
         ENCODING_BLAKE2B_512},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        assert_int_equal(found_hex(&exact, "abc", cases[i].hex), BIT(cases[i].encoding));
        assert_int_equal(found_text(&exact, "abc", cases[i].hex), BIT(cases[i].encoding)); /* its digits */
        char cut[2 * ENCODINGS_HASH_BYTES + 1];
        snprintf(cut, sizeof cut, "%s", cases[i].hex);
        assert_int_equal(found_text(&exact, "abc", cut), BIT(cases[i].encoding));
        assert_int_equal(found_text(&exact, "abd", cases[i].hex), 0);
    }
}

/* SHA-256 of 01012345678 and of 821012345678, by sha256sum. */
static void hashes_of_a_number_are_found_with_and_without_its_calling_code(void **state)
{
    (void)state;
    uint8_t hash[crypto_hash_sha256_BYTES];
    static const char *const written[] = {"010-1234-5678", "01012345678", "821012345678"};
    for (size_t i = 0; i < LENGTH(written); i++) {
        crypto_hash_sha256(hash, (const uint8_t *)written[i], strlen(written[i]));
        assert_int_equal(found_in(&phone, "010-1234-5678", hash, sizeof hash), BIT(ENCODING_SHA256));
    }
}

static void patterns_that_are_too_short_are_counted(void **state)
{
    (void)state;
    struct multi_search *search = multi_search_new(1 << 20);
    assert_int_equal(multi_search_finish(search, 1), 0);
    struct patterns *patterns = patterns_new(search);
    struct encodings *encodings = encodings_new();
    const struct elig_text text = {"abc", 3};
    assert_int_equal(encodings_add(encodings, patterns, &exact, &text, (const uint8_t *)"abc", 3, 0), 1);
    encodings_free(encodings);
    patterns_close(patterns);
    multi_search_free(search);
}

static void a_repeated_part_is_searched_once(void **state)
{
    (void)state;
    struct multi_search *search = multi_search_new(1 << 20);
    assert_int_equal(multi_search_finish(search, 1), 0);
    struct patterns *patterns = patterns_new(search);
    struct encodings *encodings = encodings_new();
    const struct elig_text texts[] = {{"Ada Ashdown", 11}, {"1985-12-31", 10}};
    for (int i = 0; i < 100; i++)
        (void)encodings_add(encodings, patterns, &person, texts, NULL, 0, 0);
    encodings_free(encodings);
    patterns_close(patterns);
    assert_int_equal(multi_search_searched(search, ENCODING_PART, 10), 1);
    assert_int_equal(multi_search_searched(search, ENCODING_PART, 11), 1);
    multi_search_free(search);
}

static void every_encoding_is_of_one_group_and_has_a_text(void **state)
{
    (void)state;
    for (int encoding = 0; encoding < ENCODING_COUNT; encoding++) {
        assert_true(strlen(encodings_text((enum encoding)encoding)) > 5);
        assert_false(encodings_is_part((enum encoding)encoding) && encodings_is_hash((enum encoding)encoding));
    }
    assert_true(ENCODING_COUNT <= MULTI_SEARCH_ENCODINGS);
}

int main(void)
{
    assert_true(sodium_init() >= 0);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_identifier_is_found_as_typed_and_in_canonical_form),
        cmocka_unit_test(a_number_is_found_with_any_prefix),
        cmocka_unit_test(the_halves_of_an_address_are_found),
        cmocka_unit_test(a_malformed_identifier_is_found_as_typed),
        cmocka_unit_test(each_part_of_a_composite_is_found),
        cmocka_unit_test(text_that_is_not_ascii_is_found_in_other_charsets),
        cmocka_unit_test(hashes_are_found_whole_or_cut_short),
        cmocka_unit_test(hashes_of_a_number_are_found_with_and_without_its_calling_code),
        cmocka_unit_test(patterns_that_are_too_short_are_counted),
        cmocka_unit_test(a_repeated_part_is_searched_once),
        cmocka_unit_test(every_encoding_is_of_one_group_and_has_a_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
