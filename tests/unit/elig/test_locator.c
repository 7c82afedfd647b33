/* SPDX-License-Identifier: Apache-2.0 */
/* test_locator.c - from a digest to its leaf: right for all separators, and fast where they are distributed as
 * digests are. */
#include "lib/elig/index/locator.h"
#include "tests/support/asking.h"
#include "tests/support/forge_index.h"
#include "tests/support/test.h"

#define SEPARATORS_MAX 3000

/* Sorted separators, all different. */
struct spread {
    const char *name;
    size_t count;
    uint8_t keys[SEPARATORS_MAX][ELIG_DIGEST_BYTES]; /* the first ELIG_SEPARATOR_BYTES of each matter */
};

static void put_key(uint8_t *key, uint64_t high, uint16_t low)
{
    memset(key, 0, ELIG_DIGEST_BYTES);
    for (unsigned i = 0; i < 8; i++)
        key[i] = (uint8_t)(high >> (56 - 8 * i));
    key[8] = (uint8_t)(low >> 8);
    key[9] = (uint8_t)low;
}

static int compare_keys(const void *a, const void *b)
{
    return memcmp(a, b, ELIG_SEPARATOR_BYTES);
}

static void sort_out(struct spread *spread)
{
    size_t kept = 0;
    qsort(spread->keys, spread->count, sizeof *spread->keys, compare_keys);
    for (size_t i = 0; i < spread->count; i++)
        if (kept == 0 || compare_keys(spread->keys[kept - 1], spread->keys[i]) != 0)
            memmove(spread->keys[kept++], spread->keys[i], sizeof *spread->keys);
    spread->count = kept;
}

#define SPREADS 12

static void make_spread(struct spread *spread, unsigned number, size_t count)
{
    uint64_t seed = number;
    static const char *const names[SPREADS] = {"uniform",
                                               "even",
                                               "equal except the last byte",
                                               "equal except the ninth byte",
                                               "powers of two",
                                               "few clusters",
                                               "at the bottom",
                                               "at the top",
                                               "halves halved",
                                               "at the pieces",
                                               "all at the ends",
                                               "one dense piece"};
    spread->name = names[number];
    spread->count = count;
    for (size_t i = 0; i < count; i++) {
        uint64_t any = test_random(&seed);
        uint64_t high = any;
        uint16_t low = (uint16_t)test_random(&seed);
        switch (number) {
        case 1:
            high = UINT64_MAX / count * i + any % (UINT64_MAX / count / 8);
            break;
        case 2:
            high = UINT64_C(0x0123456789abcdef), low = (uint16_t)(0xab00 | i % 256);
            break;
        case 3:
            high = UINT64_C(0x8000000000000000), low = (uint16_t)(i << 8);
            break;
        case 4:
            high = UINT64_C(1) << i % 64, low = (uint16_t)(i / 64);
            break;
        case 5:
            high = (any % 5) * UINT64_C(0x3000000000000001) + any % 1000;
            break;
        case 6:
            high = any % (2 * count);
            break;
        case 7:
            high = UINT64_MAX - any % (2 * count);
            break;
        case 8:
            high = any >> any % 64;
            break;
        case 9:
            high = (any % 256) << 56, low = (uint16_t)(i % 3);
            break;
        case 10:
            high = i % 2 == 0 ? i : UINT64_MAX - i;
            break;
        case 11:
            high = i % 8 == 0 ? any : UINT64_C(0x7700000000000000) | any >> 9;
            break;
        default:
            break;
        }
        put_key(spread->keys[i], high, low);
    }
    sort_out(spread);
}

static struct locator make_table(const struct spread *spread)
{
    struct locator table;
    assert_int_equal(locator_new(&table, spread->count), 0);
    for (size_t i = 0; i < spread->count; i++)
        assert_int_equal(locator_add(&table, i, tree_key_of(spread->keys[i]), (uint16_t)(i * 7 + 1)), 0);
    assert_int_equal(locator_finish(&table), 0);
    return table;
}

/* Places by comparing bytes with every separator in turn. */
static size_t place_of(const struct spread *spread, const uint8_t *key)
{
    size_t place = 0;
    while (place < spread->count && compare_keys(spread->keys[place], key) <= 0)
        place++;
    return place;
}

static void assert_routed(const struct spread *spread, const struct locator *table, const uint8_t *key)
{
    size_t place = place_of(spread, key);
    struct location found = locator_correct(table, locator_predict(table, bytes_get_be64(key)), key);
    struct location searched = locator_search(table, key);
    if (found.leaf_number != place || searched.leaf_number != place)
        fail_msg("%s, %zu leaves: place %zu, found %zu, searched %zu", spread->name, spread->count, place,
                 (size_t)found.leaf_number, (size_t)searched.leaf_number);
    uint16_t seed = place == 0 ? 0 : (uint16_t)((place - 1) * 7 + 1);
    if (place > 0 && (found.seed != seed || searched.seed != seed))
        fail_msg("%s, %zu leaves: place %zu has seed %u", spread->name, spread->count, place, seed);
}

/* A key one greater or one less, as far as there is one. */
static void step_key(uint8_t *key, int by)
{
    uint8_t before[ELIG_DIGEST_BYTES];
    unsigned i = ELIG_SEPARATOR_BYTES;
    memcpy(before, key, sizeof before);
    while (i-- > 0) {
        key[i] = (uint8_t)(key[i] + by);
        if (key[i] != (by > 0 ? 0 : 0xff))
            return;
    }
    memcpy(key, before, sizeof before);
}

static void assert_all_are_routed(const struct spread *spread, uint64_t seed)
{
    struct locator table = make_table(spread);
    uint8_t key[ELIG_DIGEST_BYTES];
    for (size_t i = 0; i < spread->count; i++)
        for (int by = -1; by <= 1; by++) {
            memcpy(key, spread->keys[i], sizeof key);
            if (by != 0)
                step_key(key, by);
            assert_routed(spread, &table, key);
        }
    for (unsigned i = 0; i < 2000; i++) {
        test_random_bytes(&seed, key, sizeof key);
        for (unsigned j = (unsigned)test_below(&seed, 11); j < ELIG_SEPARATOR_BYTES; j++) /* the start of a */
            if (i % 2 == 0 && spread->count > 0)                                          /* separator      */
                key[9 - j] = spread->keys[i % spread->count][9 - j];
        assert_routed(spread, &table, key);
    }
    for (uint64_t i = 0; i <= 512; i++) /* where pieces may meet */
        for (uint64_t off = 0; off <= 2; off++) {
            put_key(key, (i << 55) + off - 1, off == 0 ? 0xffff : 0);
            assert_routed(spread, &table, key);
        }
    locator_free(&table);
}

static void every_key_is_routed_right_whatever_the_separators(void **state)
{
    (void)state;
    static const size_t counts[] = {1, 2, 3, 31, 63, 64, 65, 128, 700, SEPARATORS_MAX};
    struct spread *spread = malloc(sizeof *spread);
    assert_non_null(spread);
    for (unsigned number = 0; number < SPREADS; number++)
        for (size_t i = 0; i < LENGTH(counts); i++) {
            make_spread(spread, number, counts[i]);
            assert_all_are_routed(spread, number * 100 + i);
        }
    free(spread);
}

/* Leaves of 949 identifiers each, as at 34 million: the walk of the separators around their mean is that of
 * sums of exponential variables, here of sums of twelve uniform ones of the same variance. */
static void separators_of_uniform_digests_need_no_search(void **state)
{
    (void)state;
    enum { LEAVES = 36000 };
    struct locator table;
    uint64_t seed = 1, high = 0, searched = 0;
    uint64_t mean = UINT64_MAX / LEAVES, deviation = mean / 31; /* sqrt(949) = 30.8 */
    assert_int_equal(locator_new(&table, LEAVES), 0);
    for (uint64_t i = 0; i < LEAVES; i++) {
        assert_int_equal(locator_add(&table, i, (struct tree_key){high, 0}, 0), 0);
        uint64_t sum = 0; /* its mean is 6 deviations, its variance that of one deviation */
        for (unsigned j = 0; j < 12; j++)
            sum += test_random(&seed) % deviation;
        high += mean - mean / 1000 - 6 * deviation + sum; /* a little less, so as not to walk over the end */
    }
    assert_int_equal(locator_finish(&table), 0);
    for (uint64_t i = 0; i < table.line_count; i++)
        searched += table.lines[i] >> (LOCATOR_SLOPE_BITS + LOCATOR_FRACTION_BITS) > LEAVES;
    assert_in_range(searched, 0, 2); /* of 1024: where the last separator is not near the end */
    assert_in_range(table.line_count, LEAVES / 64, LEAVES / 32);
    locator_free(&table);
}

static void separators_that_do_not_rise_are_refused(void **state)
{
    (void)state;
    struct locator table;
    const struct tree_key low = {5, 7}, same_high = {5, 8}, high = {6, 0};
    assert_int_equal(locator_new(&table, 3), 0);
    assert_int_equal(locator_add(&table, 0, low, 1), 0);
    assert_int_equal(locator_add(&table, 1, low, 1), ELIG_E_DAMAGED);
    assert_int_equal(locator_add(&table, 1, (struct tree_key){5, 6}, 1), ELIG_E_DAMAGED);
    assert_int_equal(locator_add(&table, 1, (struct tree_key){4, 9}, 1), ELIG_E_DAMAGED);
    assert_int_equal(locator_add(&table, 1, same_high, 1), 0);
    assert_int_equal(locator_add(&table, 2, same_high, 1), ELIG_E_DAMAGED);
    assert_int_equal(locator_add(&table, 2, high, 1), 0);
    locator_free(&table);
    assert_int_equal(locator_new(&table, UINT64_MAX), ELIG_E_MEMORY);
    locator_free(&table);
    assert_int_equal(locator_new(&table, UINT64_C(1) << 36), ELIG_E_MEMORY); /* would not fit a line */
    locator_free(&table);
}

/* Whole files with such separators: mapped and copied, one at a time and in a batch, as a walk finds it. */
static void an_index_of_hostile_separators_answers_as_a_walk_does(void **state)
{
    (void)state;
    enum { ASKED = 1000 };
    struct spread *spread = malloc(sizeof *spread);
    uint8_t(*digests)[ELIG_DIGEST_BYTES] = calloc(ASKED, sizeof *digests);
    struct elig_answer *walked = calloc(ASKED, sizeof *walked), *found = calloc(ASKED, sizeof *found);
    assert_true(spread != NULL && digests != NULL && walked != NULL && found != NULL);
    for (unsigned number = 0; number < SPREADS; number++) {
        uint64_t seed = number;
        make_spread(spread, number, 600);
        for (size_t i = 0; i < spread->count; i++)
            test_random_bytes(&seed, spread->keys[i] + ELIG_DIGEST_AT_FINGERPRINT, 8);
        struct test_file file = forge_index((const uint8_t(*)[ELIG_DIGEST_BYTES])spread->keys, spread->count);
        const char *path = test_path("spread.elig");
        test_write_bytes(path, file.bytes, file.length);
        for (size_t i = 0; i < ASKED; i++) {
            memcpy(digests[i], spread->keys[test_below(&seed, spread->count)], ELIG_DIGEST_BYTES);
            if (i % 3 == 0)
                test_random_bytes(&seed, digests[i] + test_below(&seed, ELIG_SEPARATOR_BYTES), 1);
            if (i % 50 == 0)
                test_random_bytes(&seed, digests[i], ELIG_DIGEST_BYTES);
        }
        struct elig *walking = test_open(path, ELIG_CHECK_WALK);
        assert_int_equal(elig_find(walking, (const uint8_t(*)[ELIG_DIGEST_BYTES])digests, ASKED, walked), 0);
        elig_close(walking);
        for (int populate = 0; populate <= 1; populate++) {
            const struct elig_options options = {
                .size = sizeof options, .check = ELIG_CHECK_FIRST_USE, .populate = populate};
            struct elig *index;
            assert_int_equal(elig_open(path, &options, &index), 0);
            assert_int_equal(elig_find(index, (const uint8_t(*)[ELIG_DIGEST_BYTES])digests, ASKED, found), 0);
            size_t listed = 0;
            for (size_t i = 0; i < ASKED; i++) {
                assert_int_equal(found[i].verdict, walked[i].verdict);
                assert_int_equal(test_find(index, digests[i]).verdict, walked[i].verdict);
                listed += found[i].verdict == ELIG_ELIGIBLE;
            }
            assert_true(listed > ASKED / 2);
            elig_close(index);
        }
        test_file_free(&file);
    }
    free(spread);
    free(digests);
    free(walked);
    free(found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_is_routed_right_whatever_the_separators),
        cmocka_unit_test(separators_of_uniform_digests_need_no_search),
        cmocka_unit_test(separators_that_do_not_rise_are_refused),
        cmocka_unit_test(an_index_of_hostile_separators_answers_as_a_walk_does),
    };
    return cmocka_run_group_tests_name("route", tests, test_folder_make, test_folder_remove);
}
