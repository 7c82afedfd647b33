/* SPDX-License-Identifier: Apache-2.0 */
/* test_attack_cost.c - costs and odds against figures computed by hand, and odds against simulated digests. */
#include <math.h>

#include "audit/attack/attack_cost.h"
#include "lib/elig/index/index.h"
#include "tests/support/asking.h"
#include "tests/support/fixture_index.h"
#include "tests/support/test.h"

static struct profile offline(uint32_t work_bits)
{
    return (struct profile){.id = ELIG_PROFILE_OFFLINE,
                            .argon2_memory = UINT64_C(64) << 20,
                            .argon2_passes = 3,
                            .work_bits = work_bits};
}

static void assert_close(double value, double expected)
{
    assert_true(fabs(value - expected) <= 1e-6 * fabs(expected));
}

/* 0.88 x 1008e9 / (64 x 2^20 x 8) = 1652.2407531738 digests a second, as fractions: 10^8 of them take 0.7005
 * days, at 24 x $0.35 each. */
static void an_offline_file_costs_what_a_card_costs(void **state)
{
    (void)state;
    struct profile profile = offline(0);
    struct attack_cost cost = attack_cost_of_candidates(&profile, ATTACK_COST_FILE, 1e8, 0.1);
    assert_close(cost.digests, 1e8);
    assert_close(cost.core_seconds, 1e7);
    assert_close(cost.card_days, 0.700507722729945);
    assert_close(cost.dollars, 5.8842648709315375);
}

static void work_bits_cost_those_who_lack_the_seed(void **state)
{
    (void)state;
    struct profile profile = offline(8), plain = offline(0);
    double without = attack_cost_of_candidates(&plain, ATTACK_COST_FILE, 1e8, 0.1).dollars;
    assert_close(attack_cost_of_candidates(&profile, ATTACK_COST_FILE, 1e8, 0.1).dollars, 256 * without);
    assert_close(attack_cost_of_candidates(&profile, ATTACK_COST_KEY, 1e8, 0.1).dollars, without);
    assert_close(attack_cost_of_candidates(&profile, ATTACK_COST_FILE, 1e8, 0.1).core_seconds, 256 * 1e7);
}

static void without_the_secret_the_cost_is_infinite_and_with_it_low(void **state)
{
    (void)state;
    struct profile profile = {.id = ELIG_PROFILE_KEYED};
    assert_true(isinf(attack_cost_of_candidates(&profile, ATTACK_COST_FILE, 1e8, 1e-6).dollars));
    assert_true(isinf(attack_cost_of_candidates(&profile, ATTACK_COST_FILE, 1e8, 1e-6).core_seconds));
    struct attack_cost cost = attack_cost_of_candidates(&profile, ATTACK_COST_KEY, 1e8, 1e-6);
    assert_close(cost.core_seconds, 100);
    assert_close(cost.dollars, 100.0 / 3600 * 0.05);
    assert_close(attack_cost_service_days(1e8, 1000), 1e5 / 86400);
}

static void parameters_that_no_builder_writes_are_used_as_they_are(void **state)
{
    (void)state;
    struct profile profile = offline(0);
    profile.argon2_passes = 0;
    assert_true(attack_cost_of_candidates(&profile, ATTACK_COST_FILE, 1e8, 0).dollars <= 0);
    profile.argon2_passes = 1; /* m bytes written, m read: a quarter of 3 passes' 8 m */
    struct profile usual = offline(0);
    assert_close(attack_cost_of_candidates(&profile, ATTACK_COST_FILE, 1e8, 0).dollars,
                 attack_cost_of_candidates(&usual, ATTACK_COST_FILE, 1e8, 0).dollars / 4);
}

/* (10^8 - 3.4 x 10^7) / 3.4 x 10^7 / 2^8 = 33/17/256 = 0.00758272..., and at 2^-32 4.5196e-10. */
static void odds_follow_the_formula(void **state)
{
    (void)state;
    struct attack_cost_odds odds = attack_cost_odds(1e8, 3.4e7, 6.6e7, 3.4e7, ldexp(1, -8));
    assert_close(odds.false_positives, 257812.5);
    assert_close(odds.lambda, 0.007582720588);
    assert_close(odds.precision, 0.992474344);
    assert_close(odds.certain, 0.992445956);
    odds = attack_cost_odds(1e8, 3.4e7, 6.6e7, 3.4e7, ldexp(1, -32));
    assert_close(odds.lambda, 4.519654e-10);
}

static void an_empty_kind_has_no_members_to_find(void **state)
{
    (void)state;
    struct attack_cost_odds odds = attack_cost_odds(1e8, 0, 1e8, 0, ldexp(1, -32));
    assert_true(isinf(odds.lambda));
    assert_true(odds.precision <= 0 && odds.certain <= 0);
    odds = attack_cost_odds(36525, 1e6, 0, 1e6, ldexp(1, -32)); /* more members than candidates */
    assert_true(odds.false_positives <= 0);
    assert_true(odds.precision >= 1 && odds.certain >= 1);
}

/* ---- The formula and a file ---- */

/* The slot that a digest leads to, over all leaves, or -1; *fits: the slot holds its fingerprint. */
static int64_t slot_of(const struct elig *index, const uint8_t *digest, int *fits)
{
    struct location location =
        locator_correct(&index->locator, locator_predict(&index->locator, bytes_get_be64(digest)), digest);
    if (location.leaf_number == 0)
        return -1;
    const uint8_t *page = index_leaf(index, location.leaf_number - 1);
    uint64_t hash = leaf_hash(digest, location.seed);
    uint16_t pilot = bytes_get_le16(page + leaf_reader_pilot_at(&index->reader, hash));
    uint32_t at = leaf_reader_slot_at(&index->reader, hash, pilot);
    *fits = leaf_reader_is_match(&index->reader, page, at, digest);
    return (int64_t)((location.leaf_number - 1) * index->reader.slots + at / index->reader.slot_bits);
}

/* Full leaves at f = 8 and enough unlisted candidates that lambda is 1: e^-1 of all members should be alone in
 * their slots, and half of all found candidates listed. */
static void false_positives_hide_the_predicted_share_of_members(void **state)
{
    (void)state;
    const struct leaf_shape *shape;
    struct record *records = test_records(7, 1);
    test_make_index(&(struct test_list){.records = records, .count = 1, .fingerprint_bits = 8},
                    test_path("one.elig"));
    struct elig *index = test_open(test_path("one.elig"), ELIG_CHECK_FIRST_USE);
    shape = &index->header.leaf;
    size_t members = (size_t)4 * shape->slots, strangers = members << 8;
    elig_close(index);
    free(records);

    records = test_records(8, members);
    test_make_index(&(struct test_list){.records = records, .count = members, .fingerprint_bits = 8},
                    test_path("odds.elig"));
    index = test_open(test_path("odds.elig"), ELIG_CHECK_FIRST_USE);
    uint8_t *has_company = calloc(members, 1);
    assert_non_null(has_company);
    uint64_t seed = 9;
    size_t found = 0, alone = 0;
    int fits;
    for (size_t i = 0; i < strangers; i++) {
        uint8_t digest[ELIG_DIGEST_BYTES];
        for (size_t at = 0; at < sizeof digest; at += sizeof(uint64_t))
            bytes_put_le64(digest + at, test_random(&seed));
        int64_t slot = slot_of(index, digest, &fits);
        if (slot >= 0 && fits) {
            found++;
            has_company[slot] = 1;
        }
    }
    for (size_t i = 0; i < members; i++) {
        int64_t slot = slot_of(index, records[i].digest, &fits);
        assert_true(slot >= 0 && fits);
        alone += !has_company[slot];
    }
    double n = (double)members, t = (double)strangers;
    struct attack_cost_odds odds = attack_cost_odds(n + t, n, t, n, ldexp(1, -8));
    assert_close(odds.lambda, 1);
    /* five standard deviations of a Poisson and of a binomial count */
    assert_true(fabs((double)found - odds.false_positives) < 5 * sqrt(odds.false_positives));
    assert_true(fabs((double)alone - n * odds.certain) < 5 * sqrt(n * odds.certain * (1 - odds.certain)));
    free(has_company);
    free(records);
    elig_close(index);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_offline_file_costs_what_a_card_costs),
        cmocka_unit_test(work_bits_cost_those_who_lack_the_seed),
        cmocka_unit_test(without_the_secret_the_cost_is_infinite_and_with_it_low),
        cmocka_unit_test(parameters_that_no_builder_writes_are_used_as_they_are),
        cmocka_unit_test(odds_follow_the_formula),
        cmocka_unit_test(an_empty_kind_has_no_members_to_find),
        cmocka_unit_test(false_positives_hide_the_predicted_share_of_members),
    };
    message_program("test_attack_cost");
    return cmocka_run_group_tests(tests, test_folder_make, test_folder_remove);
}
