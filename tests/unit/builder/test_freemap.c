/* SPDX-License-Identifier: Apache-2.0 */
/* test_freemap.c - the searches over free slots, by both methods, against trying one pilot after the other. */
#include "builder/index/freemap.h"
#include "tests/support/test.h"

#define KEYS_MAX 40

static struct freemap freemap;
static uint32_t first[KEYS_MAX + FREEMAP_LANES], step[KEYS_MAX + FREEMAP_LANES];

static void make_bucket(uint64_t *seed, struct freemap_bucket *bucket)
{
    *bucket = (struct freemap_bucket){.first = first,
                                      .step = step,
                                      .count = 1 + (uint32_t)test_below(seed, KEYS_MAX),
                                      .function = (uint32_t)test_below(seed, freemap.functions),
                                      .displacement = (uint32_t)test_below(seed, freemap.slots)};
    for (uint32_t i = 0; i < bucket->count; i++) {
        first[i] = (uint32_t)test_random(seed);
        step[i] = (uint32_t)test_random(seed);
    }
}

/* Makes a map of which about free_in_thousand of 1,000 slots are free. */
static void make_map(uint64_t *seed, enum freemap_method method, uint32_t slots, uint32_t free_in_thousand)
{
    freemap_start(&freemap, slots, method);
    for (uint32_t slot = 0; slot < slots; slot++)
        if (test_below(seed, 1000) >= free_in_thousand)
            freemap_mark(&freemap, slot, (uint16_t)(1 + test_below(seed, 50)));
}

/* What the searches look for, one pilot at a time: no used slot, or one with a cost below *cost. */
static bool find_slowly(const struct freemap_bucket *bucket, struct freemap_pilot *pilot,
                        uint32_t used_expected, uint32_t *cost)
{
    uint32_t slots[KEYS_MAX];
    for (; pilot->functions < freemap.functions; pilot->functions++, pilot->displacements = 0)
        for (; pilot->displacements < freemap.slots; pilot->displacements++) {
            uint32_t used = 0, sum = 0;
            freemap_slots(&freemap, bucket, *pilot, slots);
            for (uint32_t i = 0; i < bucket->count; i++) {
                used += freemap.cost[slots[i]] > 0;
                sum += freemap.cost[slots[i]];
            }
            if (used == used_expected && (used == 0 || sum < *cost)) {
                *cost = sum;
                return true;
            }
        }
    return false;
}

/* Compares the first results of a search, each after the one before. */
static void assert_finds(const struct freemap_bucket *bucket, bool is_swap)
{
    struct freemap_pilot pilot = {0, 0}, expected = {0, 0};
    uint32_t cost = UINT32_MAX, expected_cost = UINT32_MAX;
    for (int i = 0; i < 8; i++) {
        bool is_expected = find_slowly(bucket, &expected, is_swap ? 1 : 0, &expected_cost);
        bool is_found = is_swap ? freemap_find_swap(&freemap, bucket, &pilot, &cost)
                                : freemap_find(&freemap, bucket, &pilot);
        assert_int_equal(is_found, is_expected);
        if (!is_found)
            return;
        assert_int_equal(pilot.functions, expected.functions);
        assert_int_equal(pilot.displacements, expected.displacements);
        assert_true(!is_swap || cost == expected_cost);
        pilot.displacements++;
        expected.displacements++;
    }
}

static void every_method_finds_what_trying_one_by_one_finds(void **state)
{
    (void)state;
    static const uint32_t sizes[] = {1,   2,    63,   64,   65,   255,  268,  566,
                                     967, 1023, 1024, 1025, 1831, 3315, 4095, 4096};
    uint64_t seed = 1;
    uint32_t stride = 1 + (uint32_t)test_stride() / 32;
    for (enum freemap_method method = FREEMAP_PORTABLE; method <= freemap_best_method(); method++)
        for (size_t i = 0; i < LENGTH(sizes); i++)
            for (uint32_t free = 1; free <= 1001; free += 100 * stride) {
                struct freemap_bucket bucket;
                make_map(&seed, method, sizes[i], free);
                make_bucket(&seed, &bucket);
                if (free < 500 && bucket.count > 6) /* or nothing would ever fit */
                    bucket.count = 1 + bucket.count % 6;
                assert_finds(&bucket, false);
                assert_finds(&bucket, true);
            }
}

static void slots_and_numbers_are_those_of_the_reader(void **state)
{
    (void)state;
    uint64_t seed = 2;
    for (size_t i = 0; i < 3000; i += test_stride()) {
        struct freemap_bucket bucket;
        uint32_t slots[KEYS_MAX];
        uint64_t hash[KEYS_MAX];
        const struct leaf_shape shape = {.slots = 1 + (uint32_t)test_below(&seed, LEAF_SLOTS_MAX),
                                         .buckets = 1};
        freemap_start(&freemap, shape.slots, FREEMAP_PORTABLE);
        make_bucket(&seed, &bucket);
        for (uint32_t j = 0; j < bucket.count; j++) {
            hash[j] = test_random(&seed);
            first[j] = leaf_first(hash[j]);
            step[j] = leaf_step(hash[j]);
        }
        struct freemap_pilot pilot = {(uint32_t)test_below(&seed, freemap.functions),
                                      (uint32_t)test_below(&seed, freemap.slots)};
        uint16_t number = freemap_number(&freemap, &bucket, pilot);
        freemap_slots(&freemap, &bucket, pilot, slots);
        for (uint32_t j = 0; j < bucket.count; j++)
            assert_int_equal(slots[j], leaf_slot(&shape, hash[j], number));
    }
}

/* Marking and clearing in any order leaves bits, in all copies, and costs as they were. */
static void a_slot_that_was_cleared_is_as_free_as_before(void **state)
{
    (void)state;
    static uint8_t bits[sizeof freemap.bits];
    static uint16_t cost[LEAF_SLOTS_MAX];
    uint64_t seed = 3;
    make_map(&seed, FREEMAP_PORTABLE, 967, 300);
    memcpy(bits, freemap.bits, sizeof bits);
    memcpy(cost, freemap.cost, sizeof cost);
    for (int round = 0; round < 2; round++)
        for (uint32_t slot = 0; slot < freemap.slots; slot += 3)
            if (round == 0 && freemap.cost[slot] == 0)
                freemap_mark(&freemap, slot, 1000);
            else if (round == 1 && freemap.cost[slot] == 1000)
                freemap_mark(&freemap, slot, 0);
    assert_memory_equal(freemap.bits, bits, sizeof bits);
    assert_memory_equal(freemap.cost, cost, freemap.slots * sizeof *cost);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_method_finds_what_trying_one_by_one_finds),
        cmocka_unit_test(slots_and_numbers_are_those_of_the_reader),
        cmocka_unit_test(a_slot_that_was_cleared_is_as_free_as_before),
    };
    return cmocka_run_group_tests_name("freemap", tests, NULL, NULL);
}
