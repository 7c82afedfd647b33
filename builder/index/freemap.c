/* SPDX-License-Identifier: Apache-2.0 */
#include "builder/index/freemap.h"

#include <string.h>

/* Vectors as gcc and clang have them on every processor: they become what it can do. */
typedef uint64_t vector_bits __attribute__((vector_size(32)));
typedef uint32_t vector_lanes __attribute__((vector_size(FREEMAP_LANES * sizeof(uint32_t))));

#include "builder/index/freemap_search.h" /* words */

#define SEARCH(name) name##_vectors
#define SEARCH_TARGET
#define SEARCH_BITS vector_bits
#define SEARCH_LANES vector_lanes
#define SEARCH_LANE_COUNT FREEMAP_LANES
#define SEARCH_ANY(x) (((x)[0] | (x)[1] | (x)[2] | (x)[3]) != 0)
#include "builder/index/freemap_search.h"

#if defined __x86_64__
#define HAS_AVX2 1
typedef long long vector_tested __attribute__((vector_size(32)));
/* The attribute on every function, and not one body for all: gcc would cut vectors to pieces that any x86-64
 * has before it put the body where AVX2 is allowed. */
#define SEARCH(name) name##_avx2
#define SEARCH_TARGET __attribute__((target("avx2")))
#define SEARCH_BITS vector_bits
#define SEARCH_LANES vector_lanes
#define SEARCH_LANE_COUNT FREEMAP_LANES
#define SEARCH_ANY(x) (!__builtin_ia32_ptestz256((vector_tested)(x), (vector_tested)(x)))
#include "builder/index/freemap_search.h"
#else
#define HAS_AVX2 0
#endif

enum freemap_method freemap_best_method(void)
{
#if HAS_AVX2
    if (__builtin_cpu_supports("avx2"))
        return FREEMAP_AVX2;
#endif
    return FREEMAP_VECTORS;
}

/* What lies behind the second ring of a copy is read and never used, so that all ones do. */
void freemap_start(struct freemap *freemap, uint32_t slots, enum freemap_method method)
{
    freemap->method = method;
    freemap->slots = slots;
    freemap->functions = LEAF_PILOTS / slots;
    memset(freemap->price, 0, slots * sizeof freemap->price[0]);
    for (uint32_t copy = 0; copy < FREEMAP_COPIES; copy++)
        memset(freemap->bits + 1 + copy * FREEMAP_COPY_BYTES, 0xff, (2 * slots + 7) / 8);
}

static inline uint32_t flip_in_copy(uint8_t *at, uint32_t bits)
{
    bytes_put_le16(at, (uint16_t)(bytes_get_le16(at) ^ bits));
    return bits >> 1;
}

/* Bit b of copy c is bit b + c of the ring. So a bit moves down by one from copy to copy, and is in the same
 * two bytes of all. (There is one byte before the first copy; before others is what lies behind the ring.) */
static inline void flip_bit(struct freemap *freemap, uint32_t bit)
{
    uint8_t *at = freemap->bits + bit / 8;
    uint32_t bits = UINT32_C(0x100) << bit % 8;
    bits = flip_in_copy(at, bits);
    bits = flip_in_copy(at + FREEMAP_COPY_BYTES, bits);
    bits = flip_in_copy(at + 2 * FREEMAP_COPY_BYTES, bits);
    bits = flip_in_copy(at + 3 * FREEMAP_COPY_BYTES, bits);
    bits = flip_in_copy(at + 4 * FREEMAP_COPY_BYTES, bits);
    bits = flip_in_copy(at + 5 * FREEMAP_COPY_BYTES, bits);
    bits = flip_in_copy(at + 6 * FREEMAP_COPY_BYTES, bits);
    (void)flip_in_copy(at + 7 * FREEMAP_COPY_BYTES, bits);
}

void freemap_mark(struct freemap *freemap, uint32_t slot, uint16_t price)
{
    freemap->price[slot] = price;
    flip_bit(freemap, slot);
    flip_bit(freemap, slot + freemap->slots);
}

void freemap_clear(struct freemap *freemap, uint32_t slot)
{
    freemap_mark(freemap, slot, 0);
}

static uint32_t displacement_of(const struct freemap *freemap, const struct freemap_bucket *bucket,
                                struct freemap_pilot pilot)
{
    uint32_t d = bucket->displacement + pilot.displacements;
    return d < freemap->slots ? d : d - freemap->slots;
}

uint16_t freemap_number(const struct freemap *freemap, const struct freemap_bucket *bucket,
                        struct freemap_pilot pilot)
{
    return (uint16_t)(freemap_function(bucket, pilot.functions, freemap->functions) * freemap->slots +
                      displacement_of(freemap, bucket, pilot));
}

void freemap_slots(const struct freemap *freemap, const struct freemap_bucket *bucket,
                   struct freemap_pilot pilot, uint32_t *slots)
{
    const uint32_t q = freemap_function(bucket, pilot.functions, freemap->functions),
                   d = displacement_of(freemap, bucket, pilot);
    for (uint32_t i = 0; i < bucket->count; i++) {
        uint32_t slot = leaf_base_of(freemap->slots, bucket->first[i], bucket->step[i], q) + d;
        slots[i] = slot < freemap->slots ? slot : slot - freemap->slots;
    }
}

int freemap_find(struct freemap *freemap, const struct freemap_bucket *bucket, struct freemap_pilot *pilot)
{
#if HAS_AVX2
    if (freemap->method == FREEMAP_AVX2)
        return find_avx2(freemap, bucket, pilot);
#endif
    if (freemap->method == FREEMAP_VECTORS)
        return find_vectors(freemap, bucket, pilot);
    return find_words(freemap, bucket, pilot);
}

int freemap_find_swap(struct freemap *freemap, const struct freemap_bucket *bucket, struct freemap_pilot *pilot,
                      uint32_t *price)
{
#if HAS_AVX2
    if (freemap->method == FREEMAP_AVX2)
        return find_swap_avx2(freemap, bucket, pilot, price);
#endif
    if (freemap->method == FREEMAP_VECTORS)
        return find_swap_vectors(freemap, bucket, pilot, price);
    return find_swap_words(freemap, bucket, pilot, price);
}
