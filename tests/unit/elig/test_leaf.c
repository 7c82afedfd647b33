/* SPDX-License-Identifier: Apache-2.0 */
/* test_leaf.c - the layout of a leaf page, and that nothing reads outside it whatever it holds. */
#include <math.h>
#include <sys/mman.h>

#include "lib/elig/index/leaf.h"
#include "tests/support/test.h"

#define RANDOM_SHAPES 2000
#define HASHES 2000

static const struct leaf_shape usual = {
    .slots = 949, .buckets = 123, .fingerprint_bits = 32, .payload_bits = 0};

/* A shape that passes leaf_shape_is_valid(), extreme ones among them. */
static struct leaf_shape random_shape(uint64_t *state)
{
    struct leaf_shape shape;
    do {
        shape.fingerprint_bits =
            ELIG_FINGERPRINT_MIN + (unsigned)test_below(state, ELIG_FINGERPRINT_MAX - ELIG_FINGERPRINT_MIN + 1);
        shape.payload_bits = (unsigned)test_below(state, ELIG_PAYLOAD_MAX + 1);
        uint32_t most = ELIG_PAGE_BITS / (shape.fingerprint_bits + shape.payload_bits);
        shape.slots = 1 + (uint32_t)test_below(state, most);
        uint32_t left = ELIG_PAGE_BITS - shape.slots * (shape.fingerprint_bits + shape.payload_bits);
        shape.buckets = 1 + (uint32_t)test_below(state, left / ELIG_PILOT_BITS + 1);
        if (test_below(state, 2) == 0)
            shape.buckets = left / ELIG_PILOT_BITS;
    } while (!leaf_shape_is_valid(&shape));
    return shape;
}

static void a_shape_is_valid_only_if_the_page_has_room_for_it(void **state)
{
    (void)state;
    const struct leaf_shape good[] = {
        usual,           {1, 1, 8, 0}, {1, 1, 56, 64}, {1, 2040, 56, 64},
        {4094, 1, 8, 0}, /* one bucket beside as many slots as fit */
        {1, 2047, 8, 8}, /* 16 + 2047 * 16 bits: the page to its last bit */
        {2047, 1, 8, 8},
    };
    const struct leaf_shape bad[] = {
        {0, 123, 32, 0},        {949, 0, 32, 0},        {949, 123, 7, 0},       {949, 123, 0, 0},
        {100, 10, 57, 0},       {100, 10, 255, 0},      {100, 10, 32, 65},      {100, 10, 32, UINT32_MAX},
        {949, 151, 32, 0},      {970, 123, 32, 0},      {949, 123, 32, 1},      {4096, 1, 8, 0},
        {4097, 1, 8, 0},        {1, 2048, 8, 8},        {1, 2049, 8, 0},        {UINT32_MAX, 1, 8, 0},
        {1, UINT32_MAX, 8, 0},  {0x10000000, 1, 16, 0}, {1, 0x10000000, 16, 0}, {UINT32_MAX, UINT32_MAX, 8, 0},
        {0x08000001, 1, 32, 0},
    };
    for (size_t i = 0; i < LENGTH(good); i++)
        assert_int_equal(leaf_shape_is_valid(&good[i]), 1);
    for (size_t i = 0; i < LENGTH(bad); i++)
        assert_int_equal(leaf_shape_is_valid(&bad[i]), 0);
}

static int bit_of(const uint8_t *page, uint32_t at)
{
    return page[at / 8] >> at % 8 & 1;
}

static void bits_are_read_from_any_place_of_the_page(void **state)
{
    (void)state;
    uint8_t page[ELIG_PAGE_BYTES];
    uint64_t seed = 1;
    test_random_bytes(&seed, page, sizeof page);
    for (unsigned bits = 1; bits <= 64; bits++)
        for (uint32_t at = 0; at + bits <= ELIG_PAGE_BITS;
             at += at < 128 || at > ELIG_PAGE_BITS - 300 ? 1 : 37) {
            uint64_t expected = 0;
            for (unsigned i = 0; i < bits; i++)
                expected |= (uint64_t)bit_of(page, at + i) << i;
            if (leaf_get_bits(page, at, bits) != expected)
                fail_msg("%u bits from bit %u", bits, at);
        }
}

static void bits_are_written_without_touching_their_neighbours(void **state)
{
    (void)state;
    uint8_t page[ELIG_PAGE_BYTES], expected[ELIG_PAGE_BYTES];
    uint64_t seed = 2;
    test_random_bytes(&seed, page, sizeof page);
    memcpy(expected, page, sizeof page);
    for (int i = 0; i < 20000; i++) {
        unsigned bits = 1 + (unsigned)test_below(&seed, 64);
        uint32_t last = ELIG_PAGE_BITS - bits;
        uint32_t at = test_below(&seed, 4) > 0 ? (uint32_t)test_below(&seed, last + 1)
                                               : last - (uint32_t)test_below(&seed, 64);
        uint64_t value = test_random(&seed); /* what is above bits must not get in */
        for (unsigned j = 0; j < bits; j++) {
            expected[(at + j) / 8] &= (uint8_t) ~(1u << (at + j) % 8);
            expected[(at + j) / 8] |= (uint8_t)((value >> j & 1) << (at + j) % 8);
        }
        leaf_put_bits(page, at, bits, value);
        if (memcmp(page, expected, sizeof page) != 0)
            fail_msg("%u bits at bit %u", bits, at);
    }
}

/* The integral of min(max(-ln(1 - u), 0.15), 2.3) from 0 to t, in the widest floating point there is. */
static long double buckets_up_to(long double t)
{
    long double flat = 0.15L, steep = 2.3L, flat_to = 1 - expl(-flat), steep_from = 1 - expl(-steep);
    if (t <= flat_to)
        return flat * t;
    long double u = t < steep_from ? t : steep_from;
    return flat * flat_to + (u + (1 - u) * logl(1 - u)) - (flat_to + (1 - flat_to) * logl(1 - flat_to)) +
           (t - u) * steep;
}

static void the_table_is_the_distribution_of_the_bucket_skew(void **state)
{
    (void)state;
    for (unsigned i = 0; i < LEAF_SKEW_STEPS; i++) {
        long double y = buckets_up_to((long double)i / LEAF_SKEW_STEPS) / buckets_up_to(1);
        assert_int_equal(leaf_skew_cdf[i], (uint32_t)floorl(y * 4294967296.0L));
    }
    assert_int_equal(leaf_skew_cdf[LEAF_SKEW_STEPS], UINT32_MAX);
}

static void buckets_rise_with_the_hash_and_stay_in_range(void **state)
{
    (void)state;
    uint64_t seed = 3;
    for (int i = 0; i < RANDOM_SHAPES; i++) {
        struct leaf_shape shape = random_shape(&seed);
        assert_int_equal(leaf_bucket(&shape, 0), 0);
        assert_int_equal(leaf_bucket(&shape, UINT64_MAX), shape.buckets - 1);
        uint32_t before = 0;
        for (uint64_t x = 0; x <= UINT32_MAX; x += 1 + test_below(&seed, 1u << 27)) {
            uint32_t bucket = leaf_bucket(&shape, x << 32);
            assert_in_range(bucket, before, shape.buckets - 1);
            before = bucket;
        }
    }
}

/* Computed with Python's integers from the description in leaf.h. */
static void hash_bucket_and_slot_are_what_another_program_computes(void **state)
{
    (void)state;
    uint8_t digest[ELIG_DIGEST_BYTES];
    for (unsigned i = 0; i < sizeof digest; i++)
        digest[i] = (uint8_t)i;
    static const struct {
        uint16_t seed;
        uint64_t hash;
        uint32_t bucket, base_0, base_1, slot_5, slot_948, slot_949, slot_65535;
    } vectors[] = {
        {0, UINT64_C(0x83874f4cd23aa92f), 23, 779, 124, 784, 778, 124, 238},
        {1, UINT64_C(0x6547145adf2ea78b), 13, 827, 902, 832, 826, 902, 393},
        {255, UINT64_C(0xf904c2146926ffa5), 114, 389, 160, 394, 388, 160, 739},
        {65535, UINT64_C(0x324cdf6444ae4770), 4, 254, 133, 259, 253, 133, 508},
    };
    for (size_t i = 0; i < LENGTH(vectors); i++) {
        uint64_t hash = leaf_hash(digest, vectors[i].seed);
        assert_true(hash == vectors[i].hash);
        assert_int_equal(leaf_bucket(&usual, hash), vectors[i].bucket);
        assert_int_equal(leaf_base(&usual, hash, 0), vectors[i].base_0);
        assert_int_equal(leaf_base(&usual, hash, 1), vectors[i].base_1);
        assert_int_equal(leaf_slot(&usual, hash, 5), vectors[i].slot_5);
        assert_int_equal(leaf_slot(&usual, hash, 948), vectors[i].slot_948);
        assert_int_equal(leaf_slot(&usual, hash, 949), vectors[i].slot_949);
        assert_int_equal(leaf_slot(&usual, hash, 65535), vectors[i].slot_65535);
    }
}

static uint32_t bin_start(uint32_t bin, uint32_t bins)
{
    return (bin * usual.slots + bins - 1) / bins;
}

/* Two keys of one bucket, whose hashes agree in their upper bits: under each function their slots are as far
 * apart as any two, and as they are under one function tells nothing of another. A chi-square of 63 degrees of
 * freedom is above 131 once in a million. */
static void keys_of_one_bucket_are_independent_under_every_function(void **state)
{
    (void)state;
    enum { FUNCTIONS = 60, PAIRS = 200000, BINS = 8 };
    uint64_t seed = 10;
    for (uint32_t q = 0; q < FUNCTIONS; q += 7) {
        uint32_t bins[BINS][BINS] = {{0}};
        double sum = 0;
        for (int i = 0; i < PAIRS; i++) {
            uint64_t upper = test_random(&seed) & ~(UINT64_MAX >> 9), rest = UINT64_MAX >> 9;
            uint64_t one = upper | (test_random(&seed) & rest), other = upper | (test_random(&seed) & rest);
            uint32_t apart = usual.slots + leaf_base(&usual, one, q) - leaf_base(&usual, other, q);
            uint32_t next = usual.slots + leaf_base(&usual, one, q + 1) - leaf_base(&usual, other, q + 1);
            bins[apart % usual.slots * BINS / usual.slots][next % usual.slots * BINS / usual.slots]++;
        }
        for (uint32_t i = 0; i < BINS * BINS; i++) { /* not all bins are as wide: 118 or 119 distances */
            uint32_t a = i / BINS, b = i % BINS;
            uint32_t wide_a = bin_start(a + 1, BINS) - bin_start(a, BINS);
            uint32_t wide_b = bin_start(b + 1, BINS) - bin_start(b, BINS);
            double expected = (double)PAIRS * wide_a * wide_b / usual.slots / usual.slots;
            sum += (bins[a][b] - expected) * (bins[a][b] - expected) / expected;
        }
        assert_true(sum < 131.0);
    }
}

static void every_pilot_gives_a_slot_of_the_leaf(void **state)
{
    (void)state;
    uint64_t seed = 4;
    for (int i = 0; i < RANDOM_SHAPES; i++) {
        struct leaf_shape shape = random_shape(&seed);
        uint64_t hash = i == 0 ? 0 : i == 1 ? UINT64_MAX : test_random(&seed);
        for (uint32_t pilot = 0; pilot <= UINT16_MAX; pilot += 1 + (uint32_t)test_below(&seed, 200))
            assert_true(leaf_slot(&shape, hash, (uint16_t)pilot) < shape.slots);
        assert_true(leaf_slot(&shape, hash, UINT16_MAX) < shape.slots);
    }
}

static void the_pilots_of_one_hash_function_reach_every_slot_once(void **state)
{
    (void)state;
    uint8_t is_reached[949] = {0};
    for (uint16_t pilot = 949; pilot < 2 * 949; pilot++)
        is_reached[leaf_slot(&usual, UINT64_C(0x0123456789abcdef), pilot)]++;
    for (size_t slot = 0; slot < LENGTH(is_reached); slot++)
        assert_int_equal(is_reached[slot], 1);
}

static void slots_and_pilots_never_share_a_bit(void **state)
{
    (void)state;
    uint64_t seed = 5;
    for (int i = 0; i < RANDOM_SHAPES; i++) {
        struct leaf_shape shape = random_shape(&seed);
        assert_true(leaf_slot_at(&shape, shape.slots) <= leaf_pilot_at(&shape, 0) * 8);
        assert_int_equal(leaf_pilot_at(&shape, shape.buckets - 1), ELIG_PAGE_BYTES - 2);
    }
}

static void a_mask_applied_twice_is_none(void **state)
{
    (void)state;
    uint64_t seed = 6;
    uint8_t digest[ELIG_DIGEST_BYTES];
    for (unsigned bits = 0; bits <= ELIG_PAYLOAD_MAX; bits++) {
        const struct leaf_shape shape = {1, 1, 8, bits};
        test_random_bytes(&seed, digest, sizeof digest);
        uint64_t payload = bits == 0 ? 0 : test_random(&seed) >> (64 - bits);
        uint64_t masked = leaf_mask(&shape, digest, payload);
        assert_true(bits == 64 || masked >> bits == 0);
        assert_true(leaf_mask(&shape, digest, masked) == payload);
    }
}

static void a_match_needs_every_bit_of_the_fingerprint(void **state)
{
    (void)state;
    uint64_t seed = 7;
    for (unsigned bits = ELIG_FINGERPRINT_MIN; bits <= ELIG_FINGERPRINT_MAX; bits++) {
        const struct leaf_shape shape = {
            .slots = 100, .buckets = 10, .fingerprint_bits = bits, .payload_bits = 5};
        const struct leaf_reader reader = leaf_reader_make(&shape);
        uint8_t page[ELIG_PAGE_BYTES] = {0}, digest[ELIG_DIGEST_BYTES];
        uint64_t payload;
        test_random_bytes(&seed, digest, sizeof digest);
        /* with all pilots 0 */
        uint32_t at = leaf_slot_at(&shape, leaf_slot(&shape, leaf_hash(digest, 7), 0));
        leaf_put_bits(page, at, bits, leaf_fingerprint(&shape, digest));
        leaf_put_bits(page, at + bits, 5, leaf_mask(&shape, digest, 21));
        assert_int_equal(leaf_probe(&reader, page, 7, digest, &payload), 1);
        assert_int_equal(payload, 21);
        for (unsigned bit = 0; bit < bits; bit++) {
            page[(at + bit) / 8] ^= (uint8_t)(1u << (at + bit) % 8);
            assert_int_equal(leaf_probe(&reader, page, 7, digest, &payload), 0);
            assert_int_equal(payload, 0);
            page[(at + bit) / 8] ^= (uint8_t)(1u << (at + bit) % 8);
        }
    }
}

static void a_gap_with_any_bit_set_is_not_zero(void **state)
{
    (void)state;
    const struct leaf_shape shapes[] = {{.slots = 949, .buckets = 123, .fingerprint_bits = 32},
                                        {.slots = 100, .buckets = 10, .fingerprint_bits = 9, .payload_bits = 2},
                                        {.slots = 3, .buckets = 2040, .fingerprint_bits = 11},
                                        {.slots = 2047, .buckets = 1, .fingerprint_bits = 8, .payload_bits = 8},
                                        {.slots = 1, .buckets = 1, .fingerprint_bits = 8}};
    for (size_t i = 0; i < LENGTH(shapes); i++) {
        uint8_t page[ELIG_PAGE_BYTES];
        memset(page, 0xff, sizeof page);
        uint32_t from = leaf_slot_at(&shapes[i], shapes[i].slots), to = leaf_pilot_at(&shapes[i], 0) * 8;
        for (uint32_t bit = from; bit < to; bit++)
            leaf_put_bits(page, bit, 1, 0);
        assert_int_equal(leaf_padding_is_zero(&shapes[i], page), 1);
        for (uint32_t bit = from; bit < to; bit++) {
            leaf_put_bits(page, bit, 1, 1);
            assert_int_equal(leaf_padding_is_zero(&shapes[i], page), 0);
            leaf_put_bits(page, bit, 1, 0);
        }
    }
}

/* The page lies between two pages that cannot be read, so that a byte outside it is a crash. */
static void a_probe_never_leaves_the_page(void **state)
{
    (void)state;
    uint8_t *fence = mmap(NULL, 3 * ELIG_PAGE_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(fence != MAP_FAILED);
    uint8_t *page = fence + ELIG_PAGE_BYTES;
    assert_int_equal(mprotect(page, ELIG_PAGE_BYTES, PROT_READ | PROT_WRITE), 0);
    uint64_t seed = 8, found = 0;
    for (int i = 0; i < RANDOM_SHAPES; i++) {
        const struct leaf_shape shape = random_shape(&seed);
        const struct leaf_reader reader = leaf_reader_make(&shape);
        if (i % 100 == 0)
            test_random_bytes(&seed, page, ELIG_PAGE_BYTES);
        if (i % 100 == 1)
            memset(page, 0xff, ELIG_PAGE_BYTES);
        for (int j = 0; j < 50; j++) {
            uint8_t digest[ELIG_DIGEST_BYTES];
            uint64_t payload = 0;
            test_random_bytes(&seed, digest, sizeof digest);
            int is_found = leaf_probe(&reader, page, (uint16_t)test_random(&seed), digest, &payload);
            assert_in_range(is_found, 0, 1);
            assert_true(shape.payload_bits == 64 || payload >> shape.payload_bits == 0);
            found += (uint64_t)is_found;
        }
        (void)!leaf_padding_is_zero(&shape, page);
    }
    assert_true(found < RANDOM_SHAPES * 50 / 100);
    munmap(fence, 3 * ELIG_PAGE_BYTES);
}

/* Every pilot under every number of slots that a leaf can have: a multiplication divides exactly. */
static void the_reciprocal_divides_exactly(void **state)
{
    (void)state;
    for (uint32_t slots = 1; slots <= LEAF_SLOTS_MAX; slots++) {
        const struct leaf_shape shape = {.slots = slots, .buckets = 1, .fingerprint_bits = 8};
        const struct leaf_reader reader = leaf_reader_make(&shape);
        uint32_t pilot = 0, wrong = 0;
        for (uint32_t q = 0; pilot <= UINT16_MAX; q++) /* without a division to compare with */
            for (uint32_t i = 0; i < slots && pilot <= UINT16_MAX; i++, pilot++)
                wrong += leaf_reader_quotient(&reader, (uint16_t)pilot) != q;
        if (wrong != 0)
            fail_msg("%u pilots are divided wrong by %u", wrong, slots);
    }
}

/* What docs/FORMAT.md says, one thing after another: the bit where a digest's slot starts. */
static uint32_t slot_at_by_the_page(const struct leaf_shape *shape, const uint8_t *page, uint64_t hash)
{
    uint16_t pilot = bytes_get_le16(page + leaf_pilot_at(shape, leaf_bucket(shape, hash)));
    return leaf_slot_at(shape, leaf_slot(shape, hash, pilot));
}

static void a_probe_finds_what_is_in_the_slot(void **state)
{
    (void)state;
    uint64_t seed = 10;
    unsigned matches = 0;
    for (int i = 0; i < RANDOM_SHAPES; i++) {
        const struct leaf_shape shape = random_shape(&seed);
        const struct leaf_reader reader = leaf_reader_make(&shape);
        unsigned f = shape.fingerprint_bits, p = shape.payload_bits;
        uint8_t page[ELIG_PAGE_BYTES];
        test_random_bytes(&seed, page, ELIG_PAGE_BYTES);
        for (int j = 0; j < 20; j++) {
            uint8_t digest[ELIG_DIGEST_BYTES];
            uint64_t payload, expected = 0;
            test_random_bytes(&seed, digest, sizeof digest);
            uint32_t at = slot_at_by_the_page(&shape, page, leaf_hash(digest, (uint16_t)i));
            if (j % 2 == 0)
                leaf_put_bits(page, at, f, leaf_fingerprint(&shape, digest));
            int is_there = leaf_get_bits(page, at, f) == leaf_fingerprint(&shape, digest);
            if (is_there && p > 0)
                expected = leaf_mask(&shape, digest, leaf_get_bits(page, at + f, p));
            assert_int_equal(leaf_probe(&reader, page, (uint16_t)i, digest, &payload), is_there);
            assert_int_equal(payload, expected);
            matches += (unsigned)is_there;
        }
    }
    assert_in_range(matches, RANDOM_SHAPES * 8, RANDOM_SHAPES * 11);
}

static void the_seed_changes_where_everything_goes(void **state)
{
    (void)state;
    uint64_t seed = 9;
    unsigned same = 0;
    for (int i = 0; i < HASHES; i++) {
        uint8_t digest[ELIG_DIGEST_BYTES];
        test_random_bytes(&seed, digest, sizeof digest);
        uint64_t one = leaf_hash(digest, 0), other = leaf_hash(digest, (uint16_t)(1 + i));
        assert_true(one != other);
        same += leaf_slot(&usual, one, 77) == leaf_slot(&usual, other, 77);
    }
    assert_in_range(same, 0, 12); /* 2.1 are expected; more than 12 in less than one of a million tries */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_shape_is_valid_only_if_the_page_has_room_for_it),
        cmocka_unit_test(bits_are_read_from_any_place_of_the_page),
        cmocka_unit_test(bits_are_written_without_touching_their_neighbours),
        cmocka_unit_test(the_table_is_the_distribution_of_the_bucket_skew),
        cmocka_unit_test(buckets_rise_with_the_hash_and_stay_in_range),
        cmocka_unit_test(hash_bucket_and_slot_are_what_another_program_computes),
        cmocka_unit_test(keys_of_one_bucket_are_independent_under_every_function),
        cmocka_unit_test(every_pilot_gives_a_slot_of_the_leaf),
        cmocka_unit_test(the_pilots_of_one_hash_function_reach_every_slot_once),
        cmocka_unit_test(slots_and_pilots_never_share_a_bit),
        cmocka_unit_test(a_mask_applied_twice_is_none),
        cmocka_unit_test(a_match_needs_every_bit_of_the_fingerprint),
        cmocka_unit_test(a_gap_with_any_bit_set_is_not_zero),
        cmocka_unit_test(a_probe_never_leaves_the_page),
        cmocka_unit_test(the_reciprocal_divides_exactly),
        cmocka_unit_test(a_probe_finds_what_is_in_the_slot),
        cmocka_unit_test(the_seed_changes_where_everything_goes),
    };
    return cmocka_run_group_tests_name("leaf", tests, NULL, NULL);
}
