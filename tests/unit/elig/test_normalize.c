/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8, properties of code points, and NFKC_Casefold of Unicode 17.0.0. */
#include "lib/elig/canon/code_point.h"
#include "lib/elig/canon/normalize.h"
#include "tests/support/test.h"
#include "tests/unit/elig/unicode_vectors.h"

#define RANDOM_TEXTS 100000
#define HANGUL_FIRST 0xAC00u
#define HANGUL_COUNT 11172u
#define CODE_POINTS_END 0x110000u
#define SURROGATES_FIRST 0xD800u
#define SURROGATES_END 0xE000u

/* The form of a zero-terminated text, as a string. */
static enum elig_reason fold_string(const char *text, char out[ELIG_TEXT_MAX + 1])
{
    size_t length;
    enum elig_reason reason =
        normalize_text((struct elig_text){text, strlen(text)}, FOLD_NONE, (uint8_t *)out, &length);

    out[length] = 0;
    return reason;
}

static void assert_form(const char *text, const char *expected)
{
    char out[ELIG_TEXT_MAX + 1];

    assert_int_equal(fold_string(text, out), ELIG_REASON_NONE);
    assert_string_equal(out, expected);
}

/* ---- UTF-8 ---- */

static bool is_assigned(uint32_t code_point)
{
    return (code_point_class(code_point) & UNICODE_TABLE_ASSIGNED) != 0;
}

static bool is_dash(uint32_t code_point)
{
    return (code_point_class(code_point) & UNICODE_TABLE_DASH) != 0;
}

static void every_code_point_is_written_and_read_back(void **state)
{
    (void)state;
    for (uint32_t code_point = 0; code_point < CODE_POINTS_END; code_point++) {
        uint8_t bytes[CODE_POINT_UTF8_MAX + 1] = {'x'};
        uint32_t first, last;
        if (code_point >= SURROGATES_FIRST && code_point < SURROGATES_END)
            continue;
        size_t size = code_point_write(code_point, bytes + 1);
        assert_int_equal(code_point_read(bytes + 1, size, &first), size);
        assert_int_equal(code_point_read_last(bytes, size + 1, &last), size);
        assert_true(first == code_point && last == code_point);
        for (size_t cut = 1; cut < size; cut++)
            assert_int_equal(code_point_read(bytes + 1, cut, &first), 0);
    }
}

/* Table 3-7 of the Unicode Standard by counting: no more sequences are taken than there are code points. */
static void as_many_sequences_are_well_formed_as_there_are_code_points(void **state)
{
    size_t found[CODE_POINT_UTF8_MAX + 1] = {0};
    uint32_t code_point;

    (void)state;
    for (uint32_t three = 0; three < 1u << 24; three++) {
        uint8_t bytes[CODE_POINT_UTF8_MAX] = {(uint8_t)(three >> 16), (uint8_t)(three >> 8), (uint8_t)three,
                                              0x80};
        size_t size = code_point_read(bytes, sizeof bytes, &code_point);
        if (size >= 3 || (size == 2 && bytes[2] == 0) || (size == 1 && (three & 0xFFFF) == 0))
            found[size]++;
    }
    assert_int_equal(found[1], 0x80);
    assert_int_equal(found[2], 0x800 - 0x80);
    assert_int_equal(found[3], 0x10000 - 0x800 - (SURROGATES_END - SURROGATES_FIRST));
    assert_int_equal(found[4], (CODE_POINTS_END - 0x10000) / 64); /* the fourth byte does not vary */
}

/* ---- Properties ---- */

static void properties_are_those_of_unicode_17(void **state)
{
    (void)state;
    assert_true(code_point_is_white_space(0x3000) && code_point_is_white_space(0x0085) &&
                !code_point_is_white_space(0x200B));
    assert_true(code_point_is_ignorable(0x200B) && code_point_is_ignorable(0x00AD) &&
                code_point_is_ignorable(0x3164) && code_point_is_ignorable(0xE01EF) &&
                !code_point_is_ignorable(0x0301));
    assert_true(is_dash(0x2010) && is_dash('-') && !is_dash(0x2212));
    assert_true(code_point_is_control(0x0085) && code_point_is_control(0x7F) && !code_point_is_control(0x200E));
    assert_true(code_point_is_letter(0xAC00) && !code_point_is_letter('1') && !code_point_is_letter(0x0301));
}

static void what_is_unassigned_in_unicode_17_is_told(void **state)
{
    (void)state;
    assert_true(is_assigned(0xA7F1) && is_assigned(0x16EA0));  /* new in 17.0 */
    assert_true(is_assigned(0xE000) && is_assigned(0x10FFFD)); /* private use */
    assert_true(!is_assigned(0x0378) && !is_assigned(0xFFFF) && !is_assigned(0x3FFFF) &&
                !is_assigned(0x50000) && !is_assigned(0xE0002) && !is_assigned(0x10FFFE) &&
                !is_assigned(SURROGATES_FIRST));
}

static void decimal_digits_have_their_values(void **state)
{
    (void)state;
    for (int i = 0; i < 10; i++) {
        assert_int_equal(code_point_decimal('0' + (uint32_t)i), i);
        assert_int_equal(code_point_decimal(0x0660 + (uint32_t)i), i);  /* Arabic-Indic */
        assert_int_equal(code_point_decimal(0x1D7F6 + (uint32_t)i), i); /* the fifth of five ranges in a row */
        assert_int_equal(code_point_decimal(0x1E950 + (uint32_t)i), i); /* Adlam */
    }
    assert_int_equal(code_point_decimal(0x00B2), -1);
    assert_int_equal(code_point_decimal(0x4E00), -1);
    assert_int_equal(code_point_decimal('a'), -1);
    assert_int_equal(code_point_decimal(0xF0000), -1);
}

/* ---- Forms ---- */

static void forms_agree_with_icu(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(casefold_vectors); i++)
        assert_form(casefold_vectors[i].typed, casefold_vectors[i].form);
}

/* Values of the Unicode Standard: its NormalizationTest.txt, CaseFolding.txt and sections 3.11 and 3.13. */
static void forms_are_those_of_the_standard(void **state)
{
    (void)state;
    assert_form("", "");
    assert_form("MÜLLER", "müller");
    assert_form("Mu\xCC\x88ller", "müller");
    assert_form("Straße STRASSE ẞ", "strasse strasse ss");
    assert_form("ΣΊΣΥΦΟΣ", "σίσυφοσ");
    assert_form("\xE2\x84\xAB", "å"); /* Angstrom sign */
    assert_form("ｆｕｌｌ　ｗｉｄｔｈ", "full width");
    assert_form("ﾊﾟﾊﾟ", "パパ");
    assert_form("ﬁ Ĳ ſ ™", "fi ij s tm");
    assert_form("\xE1\xBA\x9B\xCC\xA3", "ṩ");      /* U+1E9B U+0323 */
    assert_form("D\xCC\x87\xCC\xA3", "ḍ\xCC\x87"); /* ordered before it is composed */
    assert_form("a\xC2\xAD\xE2\x80\x8B\xEF\xBB\xBF"
                "b",
                "ab");                     /* ignorables */
    assert_form("e\xCD\x8F\xCC\x81", "é"); /* a mark finds its letter past U+034F */
    assert_form("İ", "i\xCC\x87");
    assert_form("\xEF\xB7\xBA", "صلى الله عليه وسلم");         /* U+FDFA: 18 characters */
    assert_form("\xF0\x9D\x94\xB8\xF0\x9F\x84\xB0", "aa");     /* U+1D538, U+1F130 */
    assert_form("\xE0\xA5\x98", "\xE0\xA4\x95\xE0\xA4\xBC");   /* U+0958, a composition exclusion */
    assert_form("豈", "豈");                                   /* U+F900 */
    assert_form("\xE1\x84\x80\xE1\x85\xA1\xE1\x86\xA8", "각"); /* conjoining jamo */
    assert_form("\xEA\xB0\x80\xE1\x86\xA8", "각");             /* U+AC00 U+11A8 */
    assert_form("\xEA\xB0\x81\xE1\x86\xA8", "각\xE1\x86\xA8");
    assert_form("ᾳ", "αι");
}

/* Definition D147 orders marks first: U+0345, which becomes a letter, comes last. */
static void ypogegrammeni_becomes_iota_after_all_other_marks(void **state)
{
    (void)state;
    assert_form("α\xCD\x85\xCC\x81", "άι");
    assert_form("ᾳ\xCC\x81", "άι");
    assert_form("α\xCD\x85\xCC\xA7\xCC\x81β", "ά\xCC\xA7ιβ");
    assert_form("α\xCD\x85\xEF\xBE\x9E", "αι\xE3\x82\x99"); /* U+FF9E is a letter until it is folded */
    assert_form("\xCD\xBA\xCC\x81",
                " ί"); /* U+037A has no canonical decomposition: its iota is a letter at once */
}

static size_t random_text(uint64_t *seed, uint8_t *out)
{
    static const uint32_t limits[] = {0x80, 0x400, 0x2000, 0xFFFF, 0x30000};
    size_t length = 0;

    for (size_t i = test_below(seed, 12); i > 0; i--) {
        uint32_t code_point = (uint32_t)test_below(seed, limits[test_below(seed, LENGTH(limits))]);
        if (test_below(seed, 3) == 0)
            code_point = HANGUL_FIRST + (uint32_t)test_below(seed, HANGUL_COUNT);
        if (is_assigned(code_point))
            length += code_point_write(code_point, out + length);
    }
    return length;
}

static void a_form_is_its_own_form(void **state)
{
    uint64_t seed = 1;

    (void)state;
    for (size_t i = 0; i < RANDOM_TEXTS; i += test_stride()) {
        uint8_t typed[64], first[ELIG_TEXT_MAX], second[ELIG_TEXT_MAX];
        size_t first_length, second_length;
        struct elig_text text = {(const char *)typed, random_text(&seed, typed)};
        assert_int_equal(normalize_text(text, FOLD_NONE, first, &first_length), ELIG_REASON_NONE);
        text = (struct elig_text){(const char *)first, first_length};
        assert_int_equal(normalize_text(text, FOLD_NONE, second, &second_length), ELIG_REASON_NONE);
        assert_int_equal(first_length, second_length);
        assert_memory_equal(first, second, first_length);
    }
}

static void ascii_and_hangul_take_a_shortcut_to_the_same_form(void **state)
{
    static const enum fold folds[] = {FOLD_NONE,    FOLD_TEXT,          FOLD_PLAIN,
                                      FOLD_COMPACT, FOLD_PLAIN_COMPACT, FOLD_LOCAL};
    uint64_t seed = 2;

    (void)state;
    for (size_t i = 0; i < RANDOM_TEXTS; i += test_stride()) {
        uint8_t typed[128], shorter[ELIG_TEXT_MAX], longer[ELIG_TEXT_MAX];
        size_t length = 0, shorter_length, longer_length;
        enum fold fold = folds[test_below(&seed, LENGTH(folds))];
        for (size_t left = test_below(&seed, 30); left > 0; left--) {
            uint32_t code_point = ' ' + (uint32_t)test_below(&seed, '~' - ' ' + 1);
            if (test_below(&seed, 4) == 0)
                code_point = HANGUL_FIRST + (uint32_t)test_below(&seed, HANGUL_COUNT);
            else if (test_below(&seed, 4) == 0)
                code_point = (uint8_t) "-`' "[test_below(&seed, 4)];
            length += code_point_write(code_point, typed + length);
        }
        struct elig_text text = {(const char *)typed, length};
        assert_int_equal(normalize_text(text, fold, shorter, &shorter_length), ELIG_REASON_NONE);
        assert_int_equal(normalize_text_general(text, fold, longer, &longer_length), ELIG_REASON_NONE);
        assert_int_equal(shorter_length, longer_length);
        assert_memory_equal(shorter, longer, shorter_length);
    }
}

/* ---- Limits ---- */

/* A text of one code point many times. */
static struct elig_text repeated(uint32_t code_point, char out[ELIG_TEXT_MAX])
{
    uint8_t bytes[CODE_POINT_UTF8_MAX];
    size_t size = code_point_write(code_point, bytes), length = 0;

    for (; ELIG_TEXT_MAX - length >= size; length += size)
        memcpy(out + length, bytes, size);
    return (struct elig_text){out, length};
}

static void a_form_that_is_too_long_is_refused(void **state)
{
    static const uint32_t growing[] = {0xFDFA, 0x0390, 0x1F82, 0xFB2C, 0x2057, 0x1D160, 0x0958};
    char typed[ELIG_TEXT_MAX];
    uint8_t out[ELIG_TEXT_MAX];
    size_t length;

    (void)state;
    for (size_t i = 0; i < LENGTH(growing); i++) {
        enum elig_reason reason = normalize_text(repeated(growing[i], typed), FOLD_NONE, out, &length);
        assert_true(reason == (growing[i] == 0x0390 ? ELIG_REASON_NONE : ELIG_REASON_TOO_LONG));
    }
}

/* Letters with three marks are decomposed to half as many characters again as ELIG_TEXT_MAX has bytes. */
static void a_form_of_the_greatest_length_is_made(void **state)
{
    static const uint32_t kept[] = {0x01D6, 0x1EAD, 0x1F02, 0xAC01, 0x4E00, 0x0101, 0x1D56};
    char typed[ELIG_TEXT_MAX];
    uint8_t out[ELIG_TEXT_MAX];
    size_t length;

    (void)state;
    for (size_t i = 0; i < LENGTH(kept); i++) {
        struct elig_text text = repeated(kept[i], typed);
        assert_int_equal(normalize_text_general(text, FOLD_NONE, out, &length), ELIG_REASON_NONE);
        assert_true(length <= text.length);
    }
}

/* 512 marks in the order that makes each of them move past all before it. */
static void marks_in_the_worst_order_are_ordered(void **state)
{
    static const uint32_t marks[] = {0x0345, 0x0300, 0x0316, 0x0321, 0x05B0, 0x0334};
    char typed[ELIG_TEXT_MAX];
    uint8_t out[ELIG_TEXT_MAX];
    size_t typed_length = 0, length, at = 0;
    uint32_t code_point, last = 0;

    (void)state;
    for (size_t i = 0; i < ELIG_TEXT_MAX / 2; i++)
        typed_length +=
            code_point_write(marks[i * LENGTH(marks) / (ELIG_TEXT_MAX / 2)], (uint8_t *)typed + typed_length);
    assert_int_equal(typed_length, ELIG_TEXT_MAX);
    assert_int_equal(normalize_text((struct elig_text){typed, typed_length}, FOLD_NONE, out, &length),
                     ELIG_REASON_NONE);
    assert_int_equal(length, ELIG_TEXT_MAX);
    while (at < length) {
        size_t size = code_point_read(out + at, length - at, &code_point);
        assert_int_equal(size, 2);
        uint32_t ccc = code_point_class(code_point) & UNICODE_TABLE_CCC;
        assert_true(ccc >= last || code_point == 0x03B9);
        last = ccc;
        at += size;
    }
}

static void bytes_that_are_no_utf8_are_refused(void **state)
{
    char out[ELIG_TEXT_MAX + 1];

    (void)state;
    assert_int_equal(fold_string("a\xC3", out), ELIG_REASON_ENCODING);
    assert_int_equal(fold_string("\xED\xA0\x80", out), ELIG_REASON_ENCODING);
    assert_string_equal(out, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_point_is_written_and_read_back),
        cmocka_unit_test(as_many_sequences_are_well_formed_as_there_are_code_points),
        cmocka_unit_test(properties_are_those_of_unicode_17),
        cmocka_unit_test(what_is_unassigned_in_unicode_17_is_told),
        cmocka_unit_test(decimal_digits_have_their_values),
        cmocka_unit_test(forms_agree_with_icu),
        cmocka_unit_test(forms_are_those_of_the_standard),
        cmocka_unit_test(ypogegrammeni_becomes_iota_after_all_other_marks),
        cmocka_unit_test(a_form_is_its_own_form),
        cmocka_unit_test(ascii_and_hangul_take_a_shortcut_to_the_same_form),
        cmocka_unit_test(a_form_that_is_too_long_is_refused),
        cmocka_unit_test(a_form_of_the_greatest_length_is_made),
        cmocka_unit_test(marks_in_the_worst_order_are_ordered),
        cmocka_unit_test(bytes_that_are_no_utf8_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
