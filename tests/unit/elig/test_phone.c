/* SPDX-License-Identifier: Apache-2.0 */
/* test_phone.c - phone numbers: published examples, and the property that no two accepted spellings of one
 * number differ. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/elig/canon/canon.h"
#include "lib/elig/canon/phone.h"
#include "lib/elig/canon/phone_table.h"

#define SPELLING_MAX 256
#define NUMBERS_PER_REGION 400
#define FOREIGN_NUMBERS 20000
#define TABLE_BYTES_MAX (24 * 1024) /* so that elig-lookup stays within its 64 KiB */

static enum elig_reason canonical(const char region[2], const char *text, char out[CANON_PART_MAX + 1])
{
    const struct elig_part part = {.type = ELIG_TYPE_PHONE, .region = {region[0], region[1]}};
    size_t length;
    const enum elig_reason reason =
        canon_part(&part, (struct elig_text){text, strlen(text)}, (uint8_t *)out, &length);

    out[length] = 0;
    return reason;
}

/* region is "" for none */
static void assert_canonical(const char *region, const char *text, const char *expected)
{
    char out[CANON_PART_MAX + 1];

    assert_int_equal(canonical(region[0] ? region : "\0", text, out), ELIG_REASON_NONE);
    assert_string_equal(out, expected);
}

static void assert_refused(const char *region, const char *text, enum elig_reason expected)
{
    char out[CANON_PART_MAX + 1];

    assert_int_equal(canonical(region[0] ? region : "\0", text, out), expected);
    assert_string_equal(out, "");
}

/* ---- examples ---- */

static void korean_spellings_of_one_mobile_number_agree(void **state)
{
    static const char *const spellings[] = {
        "010-1234-5678",
        "01012345678",
        "1012345678",
        "010 1234 5678",
        "010.1234.5678",
        "+82 10 1234 5678",
        "+82-010-1234-5678",
        "+82 (0)10 1234 5678",
        "(+82) 10-1234-5678",
        "82-10-1234-5678",
        "82 010 1234 5678",
        "001 82 10 1234 5678",
        "00 82 10 1234 5678",
        "00700 82 10 1234 5678",
        "\xEF\xBC\x90\xEF\xBC\x91\xEF\xBC\x90\xEF\xBC\x8D"
        "1234\xEF\xBC\x8D"
        "5678",                                                          /* fullwidth 010- and - */
        "\xEF\xBC\x90\xEF\xBC\x90\xEF\xBC\x98\xEF\xBC\x92 10 1234 5678", /* fullwidth 0082 */
        "\xEF\xBC\x8B\xEF\xBC\x98\xEF\xBC\x92 10 1234 5678",             /* fullwidth +82 */
        "\xE2\x80\xAD+82 10\xE2\x80\x91"
        "1234\xE2\x80\x93"
        "5678\xE2\x80\xAC", /* U+202D, U+2011, U+2013, U+202C */
        "010\xC2\xB7"
        "1234\xE3\x83\xBB"
        "5678",                               /* middle dots */
        "\xD9\xA0\xD9\xA1\xD9\xA0-1234-5678", /* Arabic 010 */
    };

    (void)state;
    for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++)
        assert_canonical("KR", spellings[i], "821012345678");
    assert_canonical("KR", "02-123-4567", "8221234567");
    assert_canonical("KR", "82-2-123-4567", "8221234567");
    assert_canonical("KR", "070-1234-5678", "827012345678");
}

static void numbers_from_other_countries_agree(void **state)
{
    (void)state;
    /* Ofcom's and the NANPA's numbers for use in drama */
    assert_canonical("GB", "020 7946 0018", "442079460018");
    assert_canonical("GB", "+44 (0)20 7946 0018", "442079460018");
    assert_canonical("KR", "001 44 20 7946 0018", "442079460018");
    assert_canonical("US", "(212) 555-0123", "12125550123");
    assert_canonical("US", "1-212-555-0123", "12125550123");
    assert_canonical("US", "+1 212 555 0123", "12125550123");
    assert_canonical("US", "011 44 20 7946 0018", "442079460018");
    assert_canonical("HU", "06 1 234 5678", "3612345678");
    assert_canonical("RU", "8 (495) 123-45-67", "74951234567");
    assert_canonical("RU", "7 495 123 45 67", "74951234567");
    assert_canonical("RU", "+7 (8) 495 123-45-67", "74951234567");
    assert_canonical("BY", "8 029 123 45 67", "375291234567");
    assert_canonical("BY", "80 29 123 45 67", "375291234567");
}

static void italian_numbers_keep_their_zero(void **state)
{
    (void)state;
    assert_canonical("IT", "06 1234 5678", "390612345678");
    assert_canonical("IT", "+39 06 1234 5678", "390612345678");
    assert_canonical("IT", "347 123 4567", "393471234567");
    assert_canonical("IT", "+39 347 123 4567", "393471234567");
    assert_refused("IT", "+39 6 1234 5678", ELIG_REASON_PHONE_RANGE);
}

static void no_region_understands_only_international_spellings(void **state)
{
    (void)state;
    assert_canonical("", "+82 10 1234 5678", "821012345678");
    assert_canonical("", "0082 10 1234 5678", "821012345678");
    assert_refused("", "010-1234-5678", ELIG_REASON_PHONE_LENGTH);
    assert_refused("", "82-10-1234-5678", ELIG_REASON_PHONE_LENGTH);
    assert_refused("", "001 82 10 1234 5678", ELIG_REASON_PHONE_LENGTH);
}

static void other_characters_are_refused(void **state)
{
    static const char *const refused[] = {"010-1234-567x",  "+82+10 1234 5678", "82+1012345678",
                                          "++821012345678", "010*1234",         "fax:01012345678",
                                          "010,1234,5678",  "\xEA\xB0\x80"};

    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        assert_refused("KR", refused[i], ELIG_REASON_PHONE_CHARACTER);
}

static void impossible_lengths_and_ranges_are_refused(void **state)
{
    (void)state;
    assert_refused("KR", "+", ELIG_REASON_PHONE_CODE);
    assert_refused("KR", "-", ELIG_REASON_PHONE_LENGTH);
    assert_refused("KR", "1", ELIG_REASON_PHONE_LENGTH);
    assert_refused("KR", "1234567", ELIG_REASON_PHONE_LENGTH); /* a local number: its area is unknown */
    assert_refused("KR", "+82 10 1234 5678 9012 3456", ELIG_REASON_PHONE_LENGTH);
    assert_refused("KR", "+999 1234 5678", ELIG_REASON_PHONE_CODE);
    assert_refused("KR", "090 1234 5678", ELIG_REASON_PHONE_RANGE);
    assert_refused("US", "012 555 0123", ELIG_REASON_PHONE_RANGE);
}

static void a_thousand_digits_are_refused(void **state)
{
    char text[ELIG_TEXT_MAX + 1];

    (void)state;
    memset(text, '0', ELIG_TEXT_MAX);
    text[ELIG_TEXT_MAX] = 0;
    assert_refused("KR", text, ELIG_REASON_PHONE_LENGTH);
}

static void numbers_with_two_readings_are_refused(void **state)
{
    (void)state;
    /* 008 is a Korean carrier's international prefix, 00 the usual one, and 882 a calling code. */
    assert_refused("KR", "008 82 10 1234 5678", ELIG_REASON_PHONE_AMBIGUOUS);
}

static void subscriber_numbers_without_area_code_are_refused(void **state)
{
    (void)state;
    assert_refused("KR", "2123-4567", ELIG_REASON_PHONE_AMBIGUOUS); /* of Seoul, or 02-123-4567 */
    assert_refused("US", "310 1234", ELIG_REASON_PHONE_AMBIGUOUS);
    assert_refused("DE", "555 1234", ELIG_REASON_PHONE_AMBIGUOUS);
    assert_canonical("KR", "2-1234-5678", "82212345678"); /* too long for a subscriber number */
    assert_canonical("BE", "2 123 45 67", "3221234567"); /* as long as Belgian fixed lines are with area code */
    assert_canonical("SG", "6123 4567", "6561234567");   /* no area codes there */
}

/* ---- the property ---- */

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u; /* Numerical Recipes, section 7.1 */
    return *seed >> 8;
}

/* Walks from a node at random to the end of some digit string of its set. Returns 0 if the set is empty. */
static int random_member(uint32_t node, uint32_t *seed, char out[PHONE_TABLE_NATIONAL_DIGITS + 1])
{
    size_t length = 0;

    for (;;) {
        unsigned digits[10];
        uint32_t targets[10];
        size_t count = 0;
        int is_end = (phone_table_edge(&phone_table, node) & PHONE_TABLE_ACCEPT) != 0;

        for (uint32_t at = node; phone_table_edge(&phone_table, at) & 0x3FFu; at++) {
            for (unsigned digit = 0; digit < 10; digit++) {
                if (phone_table_edge(&phone_table, at) >> digit & 1u) {
                    digits[count] = digit;
                    targets[count++] = phone_table_target(phone_table_edge(&phone_table, at));
                }
            }
            if (phone_table_edge(&phone_table, at) & PHONE_TABLE_LAST)
                break;
        }
        if (count == 0 || (is_end && next_random(seed) % 2)) {
            out[length] = 0;
            return is_end;
        }
        size_t chosen = next_random(seed) % count;
        assert_in_range(length, 0, PHONE_TABLE_NATIONAL_DIGITS - 1);
        out[length++] = (char)('0' + digits[chosen]);
        node = targets[chosen];
    }
}

/* Good until as many more were asked for. */
static const char *name_of(const struct phone_table_region *region)
{
    static char names[8][2];
    static unsigned next;
    char *name = names[next++ % 8];
    phone_table_region_name(&phone_table, (size_t)(region - phone_table.regions), name);
    return name;
}

static const char *const spelling_names[] = {
    "+CC", "+CC in parts", "+CC trunk",      "00 CC",    "00 CC trunk",         "prefix CC", "prefix CC trunk",
    "CC",  "CC trunk",     "trunk national", "national", "full-width national",
};
enum { FOREIGN_SPELLINGS = 7, SPELLINGS = sizeof spelling_names / sizeof spelling_names[0] };

struct tally {
    unsigned tried[SPELLINGS];
    unsigned refused[SPELLINGS];
};

/* Digits as full-width characters. */
static void widen(const char *digits, char *out)
{
    for (; *digits; digits++)
        out += snprintf(out, 4, "\xEF\xBC%c", (int)(0x90 + *digits - '0'));
    *out = 0;
}

/* Writes one spelling of a number; returns 0 if the plan has no such spelling. */
static int spell(size_t spelling, const struct phone_table_region *region, const struct phone_table_code *code,
                 const char *national, uint32_t *seed, char out[SPELLING_MAX])
{
    char trunk[PHONE_TABLE_NATIONAL_DIGITS + 1], prefix[PHONE_TABLE_NATIONAL_DIGITS + 1];
    int has_trunk = random_member(code->trunks, seed, trunk);

    assert_true(random_member(region->prefixes, seed, prefix));
    switch (spelling) {
    case 0:
        return snprintf(out, SPELLING_MAX, "+%u%s", code->code, national);
    case 1:
        return snprintf(out, SPELLING_MAX, " (+%u) %.2s-%.2s %s", code->code, national, national + 2,
                        national + 4);
    case 2:
        return has_trunk && snprintf(out, SPELLING_MAX, "+%u (%s) %s", code->code, trunk, national);
    case 3:
        return snprintf(out, SPELLING_MAX, "00 %u %s", code->code, national);
    case 4:
        return has_trunk && snprintf(out, SPELLING_MAX, "00 %u %s %s", code->code, trunk, national);
    case 5:
        return snprintf(out, SPELLING_MAX, "%s-%u %s", prefix, code->code, national);
    case 6:
        return has_trunk && snprintf(out, SPELLING_MAX, "%s-%u (%s) %s", prefix, code->code, trunk, national);
    case 7:
        return snprintf(out, SPELLING_MAX, "%u%s", code->code, national);
    case 8:
        return has_trunk && snprintf(out, SPELLING_MAX, "%u %s %s", code->code, trunk, national);
    case 9:
        return has_trunk && snprintf(out, SPELLING_MAX, "%s%s", trunk, national);
    case 10:
        return snprintf(out, SPELLING_MAX, "%s", national);
    default:
        widen(national, out);
        return 1;
    }
}

static void check_spellings(const struct phone_table_region *region, const struct phone_table_code *code,
                            size_t spellings, uint32_t *seed, struct tally *tally)
{
    char national[PHONE_TABLE_NATIONAL_DIGITS + 1], expected[CANON_PART_MAX + 1];

    assert_true(random_member(code->numbers, seed, national));
    snprintf(expected, sizeof expected, "+%u%s", code->code, national);
    char now[CANON_PART_MAX + 1];
    assert_int_equal(canonical("\0", expected, now), ELIG_REASON_NONE);
    if (!code->is_renumbered)
        assert_string_equal(now, expected + 1);
    strcpy(expected, now);
    for (size_t i = 0; i < spellings; i++) {
        char text[SPELLING_MAX], out[CANON_PART_MAX + 1];
        if (!spell(i, region, code, national, seed, text))
            continue;
        enum elig_reason reason = canonical(name_of(region), text, out);
        tally->tried[i]++;
        if (reason == ELIG_REASON_NONE) {
            assert_string_equal(out, expected);
        } else {
            assert_int_equal(reason, text[0] == '+' ? ELIG_REASON_PHONE_TRUNK : ELIG_REASON_PHONE_AMBIGUOUS);
            assert_true(i >= 2);
            tally->refused[i]++;
        }
    }
}

static void print_tally(const struct tally *tally, size_t spellings)
{
    for (size_t i = 0; i < spellings; i++) {
        print_message("  %-20s %7u tried, %6u refused\n", spelling_names[i], tally->tried[i],
                      tally->refused[i]);
    }
}

static void spellings_of_a_domestic_number_never_disagree(void **state)
{
    struct tally tally = {0};
    uint32_t seed = 1;

    (void)state;
    for (size_t i = 0; i < phone_table.region_count; i++) {
        const struct phone_table_region *region = &phone_table.regions[i];
        for (int n = 0; n < NUMBERS_PER_REGION && region->code != PHONE_TABLE_NO_CODE; n++)
            check_spellings(region, &phone_table.codes[region->code], SPELLINGS, &seed, &tally);
    }
    print_tally(&tally, SPELLINGS);
}

static void spellings_of_a_foreign_number_never_disagree(void **state)
{
    struct tally tally = {0};
    uint32_t seed = 2;

    (void)state;
    for (int n = 0; n < FOREIGN_NUMBERS; n++) {
        size_t region = next_random(&seed) % phone_table.region_count;
        size_t code = next_random(&seed) % phone_table.code_count;
        check_spellings(&phone_table.regions[region], &phone_table.codes[code], FOREIGN_SPELLINGS, &seed,
                        &tally);
    }
    print_tally(&tally, FOREIGN_SPELLINGS);
}

/* Any digits at all: what is accepted must be accepted again, unchanged, with '+' and every spelling of it must
 * lead back to it or nowhere. */
static void whatever_is_accepted_is_its_own_canonical_form(void **state)
{
    uint32_t seed = 3;
    unsigned accepted = 0;

    (void)state;
    for (int n = 0; n < FOREIGN_NUMBERS * 10; n++) {
        const struct phone_table_region *region =
            &phone_table.regions[next_random(&seed) % phone_table.region_count];
        char text[PHONE_MAX + 1], out[CANON_PART_MAX + 1], again[CANON_PART_MAX + 1];
        size_t length = 4 + next_random(&seed) % (PHONE_MAX - 4);

        for (size_t i = 0; i < length; i++)
            text[i] = (char)('0' + next_random(&seed) % (i < 3 ? 3 : 10));
        text[length] = 0;
        if (canonical(name_of(region), text, out) == ELIG_REASON_NONE) {
            char with_plus[PHONE_MAX + 2];
            snprintf(with_plus, sizeof with_plus, "+%.*s", PHONE_MAX, out);
            accepted++;
            assert_int_equal(canonical(name_of(region), with_plus, again), ELIG_REASON_NONE);
            assert_string_equal(out, again);
        }
    }
    assert_true(accepted > FOREIGN_NUMBERS / 10);
}

/* Any digits after '+', of which most are in ranges that the table does not have: the form is the form of the
 * form, and the spellings of another region lead to it or are refused. */
static void whatever_is_accepted_with_plus_is_the_same_everywhere(void **state)
{
    uint32_t seed = 4;
    unsigned accepted = 0;

    (void)state;
    for (int n = 0; n < FOREIGN_NUMBERS * 5; n++) {
        const struct phone_table_code *code = &phone_table.codes[next_random(&seed) % phone_table.code_count];
        const struct phone_table_region *region =
            &phone_table.regions[next_random(&seed) % phone_table.region_count];
        char text[SPELLING_MAX], out[CANON_PART_MAX + 1], again[CANON_PART_MAX + 1];
        size_t length = 6 + next_random(&seed) % 7;
        size_t used = (size_t)snprintf(text, sizeof text, "+%u", code->code);

        for (size_t i = 0; i < length; i++)
            text[used++] = (char)('0' + next_random(&seed) % 10);
        text[used] = 0;
        if (canonical("\0", text, out) != ELIG_REASON_NONE)
            continue;
        accepted++;
        assert_int_equal(canonical(name_of(region), text, again), ELIG_REASON_NONE);
        assert_string_equal(out, again);
        snprintf(text, sizeof text, "+%.*s", PHONE_MAX, out);
        assert_int_equal(canonical("\0", text, again), ELIG_REASON_NONE);
        assert_string_equal(out, again);
    }
    assert_true(accepted > FOREIGN_NUMBERS);
}

/* ---- the table ---- */

static void calling_codes_are_sorted_and_none_begins_another(void **state)
{
    (void)state;
    for (size_t i = 0; i < phone_table.code_count; i++) {
        unsigned code = phone_table.codes[i].code;
        assert_in_range(code, 1, 999);
        assert_true(i == 0 || phone_table.codes[i - 1].code < code);
        for (size_t j = 0; j < phone_table.code_count; j++)
            assert_true(phone_table.codes[j].code / 10 != code && phone_table.codes[j].code / 100 != code);
    }
}

static void two_digits_lead_to_the_first_code_that_has_them(void **state)
{
    (void)state;
    for (unsigned pair = 0; pair < 100; pair++) {
        size_t first = PHONE_TABLE_NO_START;
        for (size_t i = phone_table.code_count; i-- > 0;) {
            unsigned code = phone_table.codes[i].code;
            unsigned begins = code < 10 ? pair / 10 : pair;
            if ((code < 100 ? code : code / 10) == begins)
                first = i;
        }
        assert_int_equal(phone_table.code_starts[pair], first);
    }
}

static void regions_are_sorted_and_known(void **state)
{
    (void)state;
    assert_int_equal(phone_table.regions[0].second, 0);
    for (size_t i = 1; i < phone_table.region_count; i++) {
        assert_true(memcmp(name_of(&phone_table.regions[i - 1]), name_of(&phone_table.regions[i]), 2) < 0);
        assert_in_range(phone_table.regions[i].code, 0, phone_table.code_count - 1);
        assert_int_equal(phone_region_is_known(&phone_table, name_of(&phone_table.regions[i])), 1);
    }
    assert_int_equal(phone_region_is_known(&phone_table, "\0\0"), 1);
    assert_int_equal(phone_region_is_known(&phone_table, "XX"), 0);
    assert_int_equal(phone_region_is_known(&phone_table, "kr"), 0);
    assert_int_equal(phone_region_is_known(&phone_table, "\0R"), 0);
    for (unsigned first = 0; first <= UCHAR_MAX; first++)
        for (unsigned second = 0; second <= UCHAR_MAX; second++) {
            const char name[2] = {(char)first, (char)second};
            int is_there = 0;
            for (size_t i = 0; i < phone_table.region_count; i++)
                is_there |= memcmp(name_of(&phone_table.regions[i]), name, sizeof name) == 0;
            assert_int_equal(phone_region_is_known(&phone_table, name), is_there);
        }
}

static void every_edge_of_the_table_stays_inside_it(void **state)
{
    (void)state;
    assert_true(phone_table_edge(&phone_table, (uint32_t)phone_table.edge_count - 1) & PHONE_TABLE_LAST);
    for (uint32_t at = 0; at < phone_table.edge_count; at++) {
        uint32_t edge = phone_table_edge(&phone_table, at);
        assert_in_range(phone_table_target(edge), 0, phone_table.edge_count - 1);
        if ((edge & 0x3FFu) == 0) /* of a node without edges */
            assert_true(edge & PHONE_TABLE_LAST && phone_table_target(edge) == 0);
    }
    assert_in_range(phone_table.edge_count * PHONE_TABLE_EDGE_BYTES +
                        phone_table.code_count * sizeof phone_table.codes[0] +
                        phone_table.region_count * sizeof phone_table.regions[0],
                    0, TABLE_BYTES_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(korean_spellings_of_one_mobile_number_agree),
        cmocka_unit_test(numbers_from_other_countries_agree),
        cmocka_unit_test(italian_numbers_keep_their_zero),
        cmocka_unit_test(no_region_understands_only_international_spellings),
        cmocka_unit_test(other_characters_are_refused),
        cmocka_unit_test(impossible_lengths_and_ranges_are_refused),
        cmocka_unit_test(a_thousand_digits_are_refused),
        cmocka_unit_test(numbers_with_two_readings_are_refused),
        cmocka_unit_test(subscriber_numbers_without_area_code_are_refused),
        cmocka_unit_test(spellings_of_a_domestic_number_never_disagree),
        cmocka_unit_test(spellings_of_a_foreign_number_never_disagree),
        cmocka_unit_test(whatever_is_accepted_is_its_own_canonical_form),
        cmocka_unit_test(whatever_is_accepted_with_plus_is_the_same_everywhere),
        cmocka_unit_test(calling_codes_are_sorted_and_none_begins_another),
        cmocka_unit_test(two_digits_lead_to_the_first_code_that_has_them),
        cmocka_unit_test(regions_are_sorted_and_known),
        cmocka_unit_test(every_edge_of_the_table_stays_inside_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
