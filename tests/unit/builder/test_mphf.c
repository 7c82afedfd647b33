/* SPDX-License-Identifier: Apache-2.0 */
/* test_mphf.c - pages hold every identifier, match no absent one, show nothing else and are always the same. */
#include <math.h>
#include <sys/wait.h>

#include "builder/index/mphf.h"
#include "lib/elig/index/leaf.h"
#include "tests/support/asking.h"
#include "tests/support/fixture_index.h"
#include "tests/support/test.h"

/* The keys of one page, with digests in rising order. */
struct keys {
    uint8_t digest[LEAF_SLOTS_MAX][ELIG_DIGEST_BYTES];
    struct mphf_key key[LEAF_SLOTS_MAX];
};

static struct keys keys;
static struct mphf_builder *builder;

static int compare_digests(const void *a, const void *b)
{
    return memcmp(a, b, ELIG_DIGEST_BYTES);
}

static void make_keys(uint64_t seed, size_t count, unsigned payload_bits)
{
    test_random_bytes(&seed, keys.digest[0], count * ELIG_DIGEST_BYTES);
    qsort(keys.digest, count, ELIG_DIGEST_BYTES, compare_digests);
    for (size_t i = 0; i < count; i++) {
        uint64_t payload = payload_bits == 0 ? 0 : test_random(&seed) >> (64 - payload_bits);
        keys.key[i] = (struct mphf_key){keys.digest[i], (uint32_t)payload};
    }
}

static struct mphf_task task_of(const struct leaf_shape *shape, size_t count)
{
    return (struct mphf_task){.shape = shape, .salt = test_salt(), .keys = keys.key, .count = count};
}

static void assert_all_are_found(const struct leaf_shape *shape, const uint8_t *page, uint16_t seed,
                                 size_t count)
{
    const struct leaf_reader reader = leaf_reader_make(shape);
    for (size_t i = 0; i < count; i++) {
        uint64_t payload;
        assert_int_equal(leaf_probe(&reader, page, seed, keys.digest[i], &payload), 1);
        assert_int_equal(payload, keys.key[i].payload);
    }
}

static size_t count_found(const struct leaf_shape *shape, const uint8_t *page, uint16_t seed,
                          const uint8_t (*digests)[ELIG_DIGEST_BYTES], size_t count)
{
    const struct leaf_reader reader = leaf_reader_make(shape);
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t payload;
        found += (size_t)leaf_probe(&reader, page, seed, digests[i], &payload);
    }
    return found;
}

static int setup(void **state)
{
    (void)state;
    builder = mphf_builder_new();
    return builder != NULL ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    mphf_builder_free(builder);
    return 0;
}

/* ---- Shapes ---- */

static void every_shape_fits_the_page_and_wastes_less_than_a_slot(void **state)
{
    (void)state;
    for (unsigned f = ELIG_FINGERPRINT_MIN; f <= ELIG_FINGERPRINT_MAX; f++)
        for (unsigned payload = 0; payload <= ELIG_PAYLOAD_MAX; payload++) {
            struct leaf_shape shape = mphf_shape(f, payload);
            assert_int_equal(leaf_shape_is_valid(&shape), 1);
            assert_int_equal(shape.fingerprint_bits, f);
            assert_int_equal(shape.payload_bits, payload);
            /* at most 8.5 identifiers per bucket; with one slot more there would be more */
            assert_true((uint64_t)shape.slots * 1000 <= (uint64_t)shape.buckets * MPHF_BUCKET_SIZE_MILLI);
            uint32_t slots = shape.slots + 1;
            uint32_t buckets = (slots * 1000 + MPHF_BUCKET_SIZE_MILLI - 1) / MPHF_BUCKET_SIZE_MILLI;
            assert_true(slots * (f + payload) + buckets * ELIG_PILOT_BITS > ELIG_PAGE_BITS);
        }
}

static void shapes_of_more_bits_have_fewer_slots(void **state)
{
    (void)state;
    uint32_t before = UINT32_MAX;
    for (unsigned f = ELIG_FINGERPRINT_MIN; f <= ELIG_FINGERPRINT_MAX; f++) {
        struct leaf_shape shape = mphf_shape(f, 0);
        assert_true(shape.slots < before);
        before = shape.slots;
    }
    assert_in_range(mphf_shape(32, 0).slots, 900, 1024);
}

/* ---- Finding ---- */

static void solve_and_check(unsigned f, unsigned payload, size_t count, uint64_t seed)
{
    struct leaf_shape shape = mphf_shape(f, payload);
    uint8_t page[ELIG_PAGE_BYTES];
    uint16_t leaf_seed;
    struct mphf_task task = task_of(&shape, count);
    memset(page, 0xa5, sizeof page);
    make_keys(seed, count, payload < 32 ? payload : 32);
    assert_int_equal(mphf_builder_run(builder, &task, page, &leaf_seed), 0);
    assert_all_are_found(&shape, page, leaf_seed, count);
    assert_int_equal(leaf_padding_is_zero(&shape, page), 1);
}

static void every_key_is_found_with_its_payload_however_many_there_are(void **state)
{
    (void)state;
    static const unsigned widths[][2] = {{8, 0},   {8, 1},   {8, 16}, {9, 7},  {13, 0},  {16, 0},
                                         {16, 1},  {16, 16}, {24, 3}, {32, 0}, {32, 1},  {32, 2},
                                         {32, 16}, {40, 32}, {56, 0}, {56, 1}, {56, 16}, {56, 64}};
    for (size_t i = 0; i < LENGTH(widths); i++) {
        uint32_t slots = mphf_shape(widths[i][0], widths[i][1]).slots;
        const size_t counts[] = {1, 2, 3, 10, slots / 3, slots / 2, slots - 1, slots};
        for (size_t j = 0; j < LENGTH(counts); j++)
            solve_and_check(widths[i][0], widths[i][1], counts[j], 100 * i + j);
    }
}

static void full_pages_of_every_width_can_be_solved(void **state)
{
    (void)state;
    for (unsigned f = ELIG_FINGERPRINT_MIN; f <= ELIG_FINGERPRINT_MAX; f++)
        solve_and_check(f, 0, mphf_shape(f, 0).slots, 5000 + f);
    for (unsigned payload = 1; payload <= ELIG_PAYLOAD_MAX; payload++)
        solve_and_check(32, payload, mphf_shape(32, payload).slots, 6000 + payload);
}

static void keys_that_differ_only_where_leaves_do_not_look_are_solved(void **state)
{
    (void)state;
    struct leaf_shape shape = mphf_shape(8, 0);
    uint8_t page[ELIG_PAGE_BYTES];
    uint16_t seed;
    struct mphf_task task = task_of(&shape, 500);
    make_keys(1, 500, 0);
    for (size_t i = 0; i < 500; i++) /* all fingerprints and masks are the same */
        memset(keys.digest[i] + ELIG_DIGEST_AT_FINGERPRINT, 0, ELIG_DIGEST_BYTES - ELIG_DIGEST_AT_FINGERPRINT);
    assert_int_equal(mphf_builder_run(builder, &task, page, &seed), 0);
    assert_all_are_found(&shape, page, seed, 500);
}

/* Two digests with the same word are in the same slot under every seed and pilot. */
static void keys_with_the_same_word_are_refused(void **state)
{
    (void)state;
    struct leaf_shape shape = mphf_shape(32, 0);
    uint8_t page[ELIG_PAGE_BYTES];
    uint16_t seed;
    struct mphf_task task = task_of(&shape, 2);
    make_keys(2, 2, 0);
    memcpy(keys.digest[1] + ELIG_DIGEST_AT_WORD, keys.digest[0] + ELIG_DIGEST_AT_WORD, sizeof(uint64_t));
    assert_int_equal(mphf_builder_run(builder, &task, page, &seed), MPHF_E_IMPOSSIBLE);
}

/* Full pages, most of which need no second seed: so buckets evict others, which find new pilots. */
static void full_pages_are_repaired_rather_than_begun_again(void **state)
{
    (void)state;
    enum { LEAVES = 60 };
    static const unsigned widths[] = {8, 16, 32, 56};
    for (size_t i = 0; i < LENGTH(widths); i++) {
        struct leaf_shape shape = mphf_shape(widths[i], 0);
        struct mphf_stats before = mphf_builder_stats(builder);
        for (uint64_t leaf = 0; leaf < LEAVES; leaf++)
            solve_and_check(widths[i], 0, shape.slots, 7000 + 100 * i + leaf);
        struct mphf_stats after = mphf_builder_stats(builder);
        assert_true(after.evictions - before.evictions > LEAVES);
        assert_true(after.seeds - before.seeds < LEAVES + LEAVES / 2);
    }
}

/* As many digests with one word as are given, among others: no seed parts them. That is found out by one try a
 * seed, however many of them there are. */
static void assert_refused_soon(const struct leaf_shape *shape, size_t count, size_t same)
{
    uint64_t seeds_tried = 256, evictions_of_a_seed = 16; /* docs/FORMAT.md, section 7 */
    uint8_t page[ELIG_PAGE_BYTES];
    uint16_t seed;
    struct mphf_task task = task_of(shape, count);
    struct mphf_stats before = mphf_builder_stats(builder);
    make_keys(3, count, 0);
    for (size_t i = 1; i < same; i++)
        memcpy(keys.digest[i] + ELIG_DIGEST_AT_WORD, keys.digest[0] + ELIG_DIGEST_AT_WORD, sizeof(uint64_t));
    assert_int_equal(mphf_builder_run(builder, &task, page, &seed), MPHF_E_IMPOSSIBLE);
    struct mphf_stats after = mphf_builder_stats(builder);
    assert_int_equal(after.seeds - before.seeds, seeds_tried);
    assert_true(after.evictions - before.evictions <= seeds_tried * evictions_of_a_seed);
}

static void many_keys_with_the_same_word_are_refused_soon(void **state)
{
    (void)state;
    struct leaf_shape shape = mphf_shape(32, 0);
    assert_refused_soon(&shape, shape.slots, 2);
    assert_refused_soon(&shape, shape.slots, shape.slots / 2);
    assert_refused_soon(&shape, 40, 40);
}

/* ---- Determinism ---- */

static void a_page_does_not_depend_on_what_was_in_memory(void **state)
{
    (void)state;
    struct leaf_shape shape = mphf_shape(16, 3), other = mphf_shape(8, 0);
    const size_t counts[] = {1, 700, shape.slots};
    for (size_t i = 0; i < LENGTH(counts); i++) {
        uint8_t page[2][ELIG_PAGE_BYTES];
        uint16_t seed[2];
        struct mphf_builder *fresh = mphf_builder_new();
        assert_non_null(fresh);
        struct mphf_task task = task_of(&shape, counts[i]), disturbing = task_of(&other, other.slots);
        make_keys(30 + i, counts[i], 3);
        memset(page[0], 0, sizeof page[0]);
        assert_int_equal(mphf_builder_run(fresh, &task, page[0], &seed[0]), 0);
        make_keys(40, other.slots, 0);
        assert_int_equal(mphf_builder_run(builder, &disturbing, page[1], &seed[1]), 0);
        make_keys(30 + i, counts[i], 3);
        memset(page[1], 0xff, sizeof page[1]);
        assert_int_equal(mphf_builder_run(builder, &task, page[1], &seed[1]), 0);
        assert_int_equal(seed[0], seed[1]);
        assert_memory_equal(page[0], page[1], ELIG_PAGE_BYTES);
        mphf_builder_free(fresh);
    }
}

static void every_method_of_search_makes_the_same_page(void **state)
{
    (void)state;
    static const unsigned widths[][2] = {{8, 0}, {16, 1}, {32, 0}, {56, 16}};
    for (size_t i = 0; i < 4 * LENGTH(widths); i++) {
        struct leaf_shape shape = mphf_shape(widths[i / 4][0], widths[i / 4][1]);
        const size_t counts[] = {1, shape.slots / 2, shape.slots, shape.slots};
        uint8_t page[2][ELIG_PAGE_BYTES];
        uint16_t seed[2];
        uint8_t(*absent)[ELIG_DIGEST_BYTES] = test_digests(53 + i, 1500);
        struct mphf_task task = task_of(&shape, counts[i % 4]);
        task.absent = (const uint8_t(*)[ELIG_DIGEST_BYTES])absent;
        task.absent_count = i % 4 == 3 ? 1500 : 0;
        make_keys(52 + i, counts[i % 4], widths[i / 4][1]);
        mphf_builder_use(builder, FREEMAP_PORTABLE);
        assert_int_equal(mphf_builder_run(builder, &task, page[0], &seed[0]), 0);
        for (enum freemap_method method = FREEMAP_AVX2; method <= freemap_best_method(); method++) {
            mphf_builder_use(builder, method);
            assert_int_equal(mphf_builder_run(builder, &task, page[1], &seed[1]), 0);
            assert_int_equal(seed[0], seed[1]);
            assert_memory_equal(page[0], page[1], ELIG_PAGE_BYTES);
        }
        free(absent);
    }
}

static void a_page_that_excludes_absent_digests_is_the_same_each_time(void **state)
{
    (void)state;
    struct leaf_shape shape = mphf_shape(8, 0);
    uint8_t page[2][ELIG_PAGE_BYTES];
    uint16_t seed[2];
    uint8_t(*absent)[ELIG_DIGEST_BYTES] = test_digests(50, 2000);
    struct mphf_task task = task_of(&shape, 1000);
    make_keys(51, 1000, 0);
    task.absent = (const uint8_t(*)[ELIG_DIGEST_BYTES])absent;
    task.absent_count = 2000;
    struct mphf_builder *fresh = mphf_builder_new();
    assert_non_null(fresh);
    assert_int_equal(mphf_builder_run(builder, &task, page[0], &seed[0]), 0);
    assert_int_equal(mphf_builder_run(builder, &task, page[1], &seed[1]), 0);
    assert_memory_equal(page[0], page[1], ELIG_PAGE_BYTES);
    assert_int_equal(mphf_builder_run(fresh, &task, page[1], &seed[1]), 0);
    assert_memory_equal(page[0], page[1], ELIG_PAGE_BYTES);
    mphf_builder_free(fresh);
    free(absent);
}

static void the_salt_and_each_digest_decide_the_filler(void **state)
{
    (void)state;
    struct leaf_shape shape = mphf_shape(32, 0);
    uint8_t page[3][ELIG_PAGE_BYTES];
    uint16_t seed;
    struct mphf_task task = task_of(&shape, 2);
    make_keys(60, 2, 0);
    assert_int_equal(mphf_builder_run(builder, &task, page[0], &seed), 0);
    task.salt = (const uint8_t *)"another sixteen.";
    assert_int_equal(mphf_builder_run(builder, &task, page[1], &seed), 0);
    task.salt = test_salt();
    keys.digest[1][ELIG_DIGEST_BYTES - 1] ^= 1; /* a bit that neither separators nor slots hold */
    assert_int_equal(mphf_builder_run(builder, &task, page[2], &seed), 0);
    assert_memory_not_equal(page[0], page[1], ELIG_PAGE_BYTES / 2);
    assert_memory_not_equal(page[0], page[2], ELIG_PAGE_BYTES / 2);
}

/* ---- Absent digests ---- */

static void absent_digests_are_never_found(void **state)
{
    (void)state;
    struct leaf_shape shape = mphf_shape(8, 2);
    const size_t counts[] = {1, 2, 1500, shape.slots - 1, shape.slots};
    for (size_t i = 0; i < LENGTH(counts); i++) {
        size_t absent_count = counts[i] < 1500 ? 9000 : 4000;
        uint8_t page[ELIG_PAGE_BYTES];
        uint16_t seed;
        uint8_t(*absent)[ELIG_DIGEST_BYTES] = test_digests(70 + i, absent_count);
        struct mphf_task task = task_of(&shape, counts[i]);
        make_keys(80 + i, counts[i], 2);

        /* without the absent list some are found, or the test would prove nothing */
        assert_int_equal(mphf_builder_run(builder, &task, page, &seed), 0);
        const uint8_t(*digests)[ELIG_DIGEST_BYTES] = (const uint8_t(*)[ELIG_DIGEST_BYTES])absent;
        assert_true(count_found(&shape, page, seed, digests, absent_count) > 0);

        task.absent = digests;
        task.absent_count = absent_count;
        assert_int_equal(mphf_builder_run(builder, &task, page, &seed), 0);
        assert_int_equal(count_found(&shape, page, seed, digests, absent_count), 0);
        assert_all_are_found(&shape, page, seed, counts[i]);
        free(absent);
    }
}

/* An absent digest with a key's word and fingerprint leads to the key's slot and matches, whatever the pilot.
 */
static void an_absent_digest_that_no_page_can_exclude_is_refused(void **state)
{
    (void)state;
    struct leaf_shape shape = mphf_shape(8, 0);
    uint8_t page[ELIG_PAGE_BYTES], absent[1][ELIG_DIGEST_BYTES];
    uint16_t seed;
    struct mphf_task task = task_of(&shape, 20);
    make_keys(90, 20, 0);
    memcpy(absent[0], keys.digest[7], ELIG_DIGEST_BYTES);
    absent[0][0] ^= 1;
    task.absent = (const uint8_t(*)[ELIG_DIGEST_BYTES])absent;
    task.absent_count = 1;
    assert_int_equal(mphf_builder_run(builder, &task, page, &seed), MPHF_E_IMPOSSIBLE);
    absent[0][ELIG_DIGEST_AT_FINGERPRINT] ^= 1;
    assert_int_equal(mphf_builder_run(builder, &task, page, &seed), 0);
    assert_int_equal(count_found(&shape, page, seed, task.absent, 1), 0);
}

/* Absent digests of every fingerprint that all lead to one slot, which holds no key: no content of the slot is
 * right. That is no accident of crafted digests: a leaf of few keys and about a million absent digests at 2^-8
 * has such a slot. Run in a child, since a builder that searched for the content would not end. */
static void absent_digests_that_leave_an_empty_slot_no_content_are_refused(void **state)
{
    (void)state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        enum { VALUES = 1 << 8 };
        struct leaf_shape shape = mphf_shape(8, 0);
        uint8_t page[ELIG_PAGE_BYTES];
        static uint8_t absent[VALUES][ELIG_DIGEST_BYTES];
        uint16_t seed;
        struct mphf_task task = task_of(&shape, 1);
        alarm(5);
        make_keys(91, 1, 0);
        for (unsigned i = 0; i < VALUES; i++) {
            memcpy(absent[i], keys.digest[0], ELIG_DIGEST_BYTES);
            absent[i][ELIG_DIGEST_AT_WORD] ^= 1;
            absent[i][ELIG_DIGEST_AT_FINGERPRINT] = (uint8_t)i;
        }
        task.absent = (const uint8_t(*)[ELIG_DIGEST_BYTES])absent;
        task.absent_count = VALUES;
        _exit(mphf_builder_run(builder, &task, page, &seed) == MPHF_E_IMPOSSIBLE ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status)); /* and was not killed by the alarm */
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* ---- False positives ---- */

/* A full page and one of a single key, whose slots are filler: both find 2^-f of what is not there. The number
 * found is binomial; five standard deviations leave one chance in 1.7 million, and the seed is fixed. */
static void false_positives_are_as_many_as_the_fingerprint_says(void **state)
{
    (void)state;
    enum { ASKED = 400000 };
    struct leaf_shape shape = mphf_shape(8, 0);
    uint8_t(*digests)[ELIG_DIGEST_BYTES] = test_digests(110, ASKED);
    const size_t counts[] = {1, shape.slots / 2, shape.slots};
    for (size_t i = 0; i < LENGTH(counts); i++) {
        uint8_t page[ELIG_PAGE_BYTES];
        uint16_t seed;
        struct mphf_task task = task_of(&shape, counts[i]);
        make_keys(111 + i, counts[i], 0);
        assert_int_equal(mphf_builder_run(builder, &task, page, &seed), 0);
        double rate = 1.0 / 256, expected = ASKED * rate, deviation = sqrt(ASKED * rate * (1 - rate));
        size_t found = count_found(&shape, page, seed, (const uint8_t(*)[ELIG_DIGEST_BYTES])digests, ASKED);
        assert_in_range(found, (size_t)(expected - 5 * deviation), (size_t)(expected + 5 * deviation));
    }
    free(digests);
}

/* ---- Nothing to see ---- */

#define BINS 64
/* A chi-square of 63 degrees of freedom is above 131 once in a million. */
#define CHI_SQUARE_MAX 131.0

static double chi_square_of_uniform(const uint64_t *bins)
{
    double total = 0, sum = 0;
    for (size_t i = 0; i < BINS; i++)
        total += (double)bins[i];
    for (size_t i = 0; i < BINS; i++) {
        double off = (double)bins[i] - total / BINS;
        sum += off * off / (total / BINS);
    }
    return sum;
}

/* The chi-square statistic of two samples, from the shares of each bin. */
static double chi_square_of_two(const uint64_t *a, const uint64_t *b)
{
    double total_a = 0, total_b = 0, sum = 0;
    for (size_t i = 0; i < BINS; i++) {
        total_a += (double)a[i];
        total_b += (double)b[i];
    }
    for (size_t i = 0; i < BINS; i++) {
        double off = sqrt(total_b / total_a) * (double)a[i] - sqrt(total_a / total_b) * (double)b[i];
        if (a[i] + b[i] > 0)
            sum += off * off / (double)(a[i] + b[i]);
    }
    return sum;
}

/* The bin of a pilot: those with a number of no whole function are never used, by no bucket. */
static uint32_t bin_of(const struct leaf_shape *shape, const uint8_t *page, uint32_t bucket)
{
    uint32_t pilot = bytes_get_le16(page + leaf_pilot_at(shape, bucket));
    uint32_t pilots = LEAF_PILOTS / shape->slots * shape->slots;
    assert_true(pilot < pilots);
    return pilot * BINS / pilots;
}

/* Over many pages of few keys: the bits of slots, used and empty alike, and of pilots, of used and empty
 * buckets alike. */
static void neither_slots_nor_pilots_show_which_are_used(void **state)
{
    (void)state;
    static uint64_t slots[2][BINS], pilots[2][BINS];
    struct leaf_shape shape = mphf_shape(16, 0);
    memset(slots, 0, sizeof slots);
    memset(pilots, 0, sizeof pilots);
    for (uint64_t leaf = 0; leaf < 300; leaf++) {
        uint8_t page[ELIG_PAGE_BYTES], is_used[LEAF_SLOTS_MAX] = {0}, has_key[ELIG_PAGE_BYTES] = {0};
        uint16_t seed;
        size_t count = 1 + leaf;
        struct mphf_task task = task_of(&shape, count);
        make_keys(200 + leaf, count, 0);
        assert_int_equal(mphf_builder_run(builder, &task, page, &seed), 0);
        for (size_t i = 0; i < count; i++) {
            uint64_t hash = leaf_hash(keys.digest[i], seed);
            uint32_t bucket = leaf_bucket(&shape, hash);
            has_key[bucket] = 1;
            is_used[leaf_slot(&shape, hash, bytes_get_le16(page + leaf_pilot_at(&shape, bucket)))] = 1;
        }
        for (uint32_t slot = 0; slot < shape.slots; slot++)
            slots[is_used[slot]][leaf_get_bits(page, leaf_slot_at(&shape, slot), 16) * BINS >> 16]++;
        for (uint32_t bucket = 0; bucket < shape.buckets; bucket++)
            pilots[has_key[bucket]][bin_of(&shape, page, bucket)]++;
    }
    for (int used = 0; used <= 1; used++) {
        assert_true(chi_square_of_uniform(slots[used]) < CHI_SQUARE_MAX);
        assert_true(chi_square_of_uniform(pilots[used]) < CHI_SQUARE_MAX);
    }
    assert_true(chi_square_of_two(slots[0], slots[1]) < CHI_SQUARE_MAX);
    assert_true(chi_square_of_two(pilots[0], pilots[1]) < CHI_SQUARE_MAX);
}

static void pilots_of_a_full_page_are_spread_like_those_of_an_empty_one(void **state)
{
    (void)state;
    static uint64_t pilots[2][BINS];
    struct leaf_shape shape = mphf_shape(32, 0);
    const size_t counts[] = {1, shape.slots};
    memset(pilots, 0, sizeof pilots);
    for (int full = 0; full <= 1; full++)
        for (uint64_t leaf = 0; leaf < 150; leaf++) {
            uint8_t page[ELIG_PAGE_BYTES];
            uint16_t seed;
            struct mphf_task task = task_of(&shape, counts[full]);
            make_keys(1000 + leaf, counts[full], 0);
            assert_int_equal(mphf_builder_run(builder, &task, page, &seed), 0);
            for (uint32_t bucket = 0; bucket < shape.buckets; bucket++)
                pilots[full][bin_of(&shape, page, bucket)]++;
        }
    assert_true(chi_square_of_uniform(pilots[0]) < CHI_SQUARE_MAX);
    assert_true(chi_square_of_uniform(pilots[1]) < CHI_SQUARE_MAX);
    assert_true(chi_square_of_two(pilots[0], pilots[1]) < CHI_SQUARE_MAX);
}

/* Nor do pilots tell large buckets from small ones, neither by hash function nor by displacement: buckets of
 * 1 to 4 keys, of 5 to 12 and of more. */
static void pilots_of_a_full_page_do_not_show_the_sizes_of_buckets(void **state)
{
    (void)state;
    static uint64_t numbers[3][BINS], displacements[3][BINS];
    struct leaf_shape shape = mphf_shape(32, 0);
    uint64_t evictions = mphf_builder_stats(builder).evictions;
    memset(numbers, 0, sizeof numbers);
    memset(displacements, 0, sizeof displacements);
    for (uint64_t leaf = 0; leaf < 400; leaf++) {
        uint8_t page[ELIG_PAGE_BYTES];
        uint32_t size[ELIG_PAGE_BITS / ELIG_PILOT_BITS] = {0};
        uint16_t seed;
        struct mphf_task task = task_of(&shape, shape.slots);
        make_keys(3000 + leaf, shape.slots, 0);
        assert_int_equal(mphf_builder_run(builder, &task, page, &seed), 0);
        for (size_t i = 0; i < shape.slots; i++)
            size[leaf_bucket(&shape, leaf_hash(keys.digest[i], seed))]++;
        for (uint32_t bucket = 0; bucket < shape.buckets; bucket++) {
            int class = size[bucket] > 12 ? 2 : size[bucket] > 4 ? 1 : 0;
            uint32_t displacement = bytes_get_le16(page + leaf_pilot_at(&shape, bucket)) % shape.slots;
            numbers[class][bin_of(&shape, page, bucket)]++;
            displacements[class][displacement * BINS / shape.slots]++;
        }
    }
    assert_true(mphf_builder_stats(builder).evictions - evictions > 1000); /* some pages needed evictions */
    for (int class = 0; class < 3; class ++) {
        assert_true(chi_square_of_uniform(numbers[class]) < CHI_SQUARE_MAX);
        assert_true(chi_square_of_two(displacements[class], displacements[(class + 1) % 3]) < CHI_SQUARE_MAX);
        assert_true(chi_square_of_two(numbers[class], numbers[(class + 1) % 3]) < CHI_SQUARE_MAX);
    }
}

static void a_payload_that_all_keys_share_does_not_show(void **state)
{
    (void)state;
    static uint64_t payloads[BINS];
    struct leaf_shape shape = mphf_shape(16, 6);
    memset(payloads, 0, sizeof payloads);
    for (uint64_t leaf = 0; leaf < 20; leaf++) {
        uint8_t page[ELIG_PAGE_BYTES];
        uint16_t seed;
        struct mphf_task task = task_of(&shape, shape.slots);
        make_keys(2000 + leaf, shape.slots, 6);
        for (size_t i = 0; i < shape.slots; i++)
            keys.key[i].payload = 1;
        assert_int_equal(mphf_builder_run(builder, &task, page, &seed), 0);
        for (uint32_t slot = 0; slot < shape.slots; slot++)
            payloads[leaf_get_bits(page, leaf_slot_at(&shape, slot) + 16, 6)]++;
    }
    assert_true(chi_square_of_uniform(payloads) < CHI_SQUARE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shape_fits_the_page_and_wastes_less_than_a_slot),
        cmocka_unit_test(shapes_of_more_bits_have_fewer_slots),
        cmocka_unit_test(every_key_is_found_with_its_payload_however_many_there_are),
        cmocka_unit_test(full_pages_of_every_width_can_be_solved),
        cmocka_unit_test(keys_that_differ_only_where_leaves_do_not_look_are_solved),
        cmocka_unit_test(keys_with_the_same_word_are_refused),
        cmocka_unit_test(many_keys_with_the_same_word_are_refused_soon),
        cmocka_unit_test(full_pages_are_repaired_rather_than_begun_again),
        cmocka_unit_test(a_page_does_not_depend_on_what_was_in_memory),
        cmocka_unit_test(every_method_of_search_makes_the_same_page),
        cmocka_unit_test(a_page_that_excludes_absent_digests_is_the_same_each_time),
        cmocka_unit_test(the_salt_and_each_digest_decide_the_filler),
        cmocka_unit_test(absent_digests_are_never_found),
        cmocka_unit_test(an_absent_digest_that_no_page_can_exclude_is_refused),
        cmocka_unit_test(absent_digests_that_leave_an_empty_slot_no_content_are_refused),
        cmocka_unit_test(false_positives_are_as_many_as_the_fingerprint_says),
        cmocka_unit_test(neither_slots_nor_pilots_show_which_are_used),
        cmocka_unit_test(pilots_of_a_full_page_are_spread_like_those_of_an_empty_one),
        cmocka_unit_test(pilots_of_a_full_page_do_not_show_the_sizes_of_buckets),
        cmocka_unit_test(a_payload_that_all_keys_share_does_not_show),
    };
    return cmocka_run_group_tests_name("solve", tests, setup, teardown);
}
