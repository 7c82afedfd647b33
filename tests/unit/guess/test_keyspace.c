/* SPDX-License-Identifier: Apache-2.0 */
/* How many identifiers of a type there are to guess, and the writing of them one by one. */
#include <math.h>

#include "lib/elig/canon/canon.h"
#include "lib/guess/keyspace.h"
#include "tests/support/test.h"

static struct elig_kind kind_of(const char *type)
{
    struct elig_kind kind = {.name = "kind", .part_count = 1};
    assert_int_equal(canon_part_parse(type, &kind.parts[0]), 1);
    return kind;
}

/* Ranges of the plans multiplied by hand: Korea 10^8, Japan 3 x 9 x 10^7, France 2 x 10^8, Britain 8 x 10^8,
 * North America 8 x 10^2 x 8 x 10^6, China 7 x 10^9, Germany 10^9 + 3 x 10^7 + 10^8. */
static void mobile_numbers_are_as_many_as_the_plan_has(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        uint64_t candidates;
    } cases[] = {{"phone/KR", UINT64_C(100000000)},  {"phone/JP", UINT64_C(270000000)},
                 {"phone/FR", UINT64_C(200000000)},  {"phone/GB", UINT64_C(800000000)},
                 {"phone/US", UINT64_C(6400000000)}, {"phone/CN", UINT64_C(7000000000)},
                 {"phone/DE", UINT64_C(1130000000)}, {"date", 36525}};
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct elig_kind kind = kind_of(cases[i].type);
        assert_true(fabs(keyspace_candidates(&kind) - (double)cases[i].candidates) <= 0);
        assert_int_equal(keyspace_writable(&kind.parts[0]), cases[i].candidates);
    }
}

static void what_is_not_known_is_an_order_of_magnitude(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        double candidates;
    } cases[] = {{"phone", 1e8}, {"phone/AT", 1e8}, {"email", 1e10}, {"text", 1e7}, {"exact", 1e10}};
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct elig_kind kind = kind_of(cases[i].type);
        assert_true(fabs(keyspace_candidates(&kind) - cases[i].candidates) <= 0);
        assert_int_equal(keyspace_writable(&kind.parts[0]), 0);
    }
}

/* Each of the first, the last and some between, under 1,000 steps. */
static void what_is_written_is_an_identifier_and_no_two_are_one(void **state)
{
    (void)state;
    static const char *const types[] = {"phone/AU", "phone/BE", "phone/CA", "phone/CH", "phone/DE",
                                        "phone/ES", "phone/FR", "phone/GB", "phone/IN", "phone/IT",
                                        "phone/JP", "phone/KR", "phone/NL", "phone/RU", "phone/SE",
                                        "phone/SG", "phone/TW", "phone/US", "digits",   "date"};
    for (size_t i = 0; i < LENGTH(types); i++) {
        struct elig_kind kind = kind_of(types[i]);
        uint64_t all = keyspace_writable(&kind.parts[0]);
        char last[CANON_PART_MAX] = "";
        for (uint64_t step = 0; step <= 1000; step++) {
            char text[KEYSPACE_CANDIDATE_TEXT];
            uint8_t canonical[CANON_PART_MAX + 1];
            size_t length;
            struct elig_text typed = {text, 0};
            typed.length = keyspace_write(&kind.parts[0], (all - 1) / 1000 * step, text);
            assert_int_equal(typed.length, strlen(text));
            assert_int_equal(canon_part(&kind.parts[0], typed, canonical, &length), ELIG_REASON_NONE);
            canonical[length] = '\0';
            /* numbered in their order, those of one length */
            if (strlen(last) == length)
                assert_true(strcmp(last, (char *)canonical) < 0);
            strcpy(last, (char *)canonical);
        }
    }
}

static void assert_written(const char *type, uint64_t number, const char *expected)
{
    struct elig_kind kind = kind_of(type);
    char text[KEYSPACE_CANDIDATE_TEXT];
    assert_int_equal(keyspace_write(&kind.parts[0], number, text), strlen(expected));
    assert_string_equal(text, expected);
}

static void candidates_are_numbered_from_the_first_to_the_last(void **state)
{
    (void)state;
    assert_written("phone/KR", 0, "+821000000000");
    assert_written("phone/KR", 12345678, "+821012345678");
    assert_written("phone/KR", 99999999, "+821099999999");
    assert_written("phone/JP", 0, "+817010000000");
    assert_written("phone/JP", 269999999, "+819099999999");
    assert_written("phone/DE", 999999999, "+4915999999999");
    assert_written("phone/DE", 1000000000, "+491600000000");
    assert_written("phone/DE", 1010000000, "+491620000000");
    assert_written("phone/DE", 1030000000, "+491700000000");
    assert_written("digits", 7, "00000007");
    assert_written("date", 0, "1926-01-01");
    assert_written("date", 27087, "2000-02-29");
    assert_written("date", 36524, "2025-12-31");
}

static void a_composite_has_the_product_and_a_population(void **state)
{
    (void)state;
    struct elig_kind kind = {.name = "person", .part_count = 2};
    struct keyspace keyspaces[KEYSPACES_MAX];
    assert_int_equal(canon_part_parse("text/compact", &kind.parts[0]), 1);
    assert_int_equal(canon_part_parse("date", &kind.parts[1]), 1);
    assert_int_equal(keyspace_of_kind(&kind, keyspaces), 2);
    assert_true(fabs(keyspaces[0].candidates - 36525e7) <= 0);
    assert_string_equal(keyspaces[0].what, "full names of one country x days of a hundred years");
    assert_true(keyspaces[1].candidates < keyspaces[0].candidates);
    kind.parts[0] = kind.parts[1];
    kind.part_count = 1;
    assert_int_equal(keyspace_of_kind(&kind, keyspaces), 1);
}

/* France: numbers of nine digits, the first not 0, says phonenumbers' [1-9]\d{8}: 9 x 10^8. */
static void all_numbers_of_a_plan_are_counted_in_the_phone_table(void **state)
{
    (void)state;
    struct elig_kind kind = kind_of("phone/FR");
    struct keyspace keyspaces[KEYSPACES_MAX];
    assert_int_equal(keyspace_of_kind(&kind, keyspaces), 2);
    assert_true(fabs(keyspaces[1].candidates - 9e8) <= 0);
    kind = kind_of("phone");
    double france = keyspaces[1].candidates;
    assert_int_equal(keyspace_of_kind(&kind, keyspaces), 2);
    assert_true(keyspaces[1].candidates > france);
}

static void the_longest_composite_fits_its_text(void **state)
{
    (void)state;
    struct elig_kind kind = {.name = "long", .part_count = ELIG_PARTS_MAX};
    struct keyspace keyspaces[KEYSPACES_MAX];
    for (unsigned i = 0; i < ELIG_PARTS_MAX; i++)
        assert_int_equal(canon_part_parse("phone/US", &kind.parts[i]), 1);
    assert_int_equal(keyspace_of_kind(&kind, keyspaces), 2);
    assert_true(strlen(keyspaces[0].what) < KEYSPACE_TEXT);
    assert_true(fabs(keyspaces[0].candidates / pow(6.4e9, 8) - 1) < 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mobile_numbers_are_as_many_as_the_plan_has),
        cmocka_unit_test(what_is_not_known_is_an_order_of_magnitude),
        cmocka_unit_test(what_is_written_is_an_identifier_and_no_two_are_one),
        cmocka_unit_test(candidates_are_numbered_from_the_first_to_the_last),
        cmocka_unit_test(a_composite_has_the_product_and_a_population),
        cmocka_unit_test(all_numbers_of_a_plan_are_counted_in_the_phone_table),
        cmocka_unit_test(the_longest_composite_fits_its_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
