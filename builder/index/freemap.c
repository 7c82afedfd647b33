/* SPDX-License-Identifier: Apache-2.0 */
/* freemap.c - keeps the copies of the bitmap, and chooses the method of a search. */
#include "builder/index/freemap.h"

#include <string.h>

/* Vectors that gcc and clang have on every processor: they split them into what it can do. */
typedef uint64_t vector_bits __attribute__((vector_size(32)));
typedef uint32_t vector_lanes __attribute__((vector_size(FREEMAP_LANES * sizeof(uint32_t))));

/* Vectors of one step of a search: four, since what is done once for all of them costs as much as they do. */
#define SEARCH_VECTORS 4
#define SEARCH_BYTES (SEARCH_VECTORS * sizeof(vector_bits))
#define SEARCH_BITS (8 * (uint32_t)SEARCH_BYTES)

_Static_assert(SEARCH_BYTES <= FREEMAP_SLACK_BYTES, "a step reads no further than the slack");

/* The hash function that comes this many later than the one a search begins with. */
static inline uint32_t freemap_function(const struct freemap_bucket *bucket, uint32_t later, uint32_t functions)
{
    uint32_t q = bucket->function + later;
    return q < functions ? q : q - functions;
}

/* The first bit set from bit from on, below bit end; or end. */
static inline uint32_t first_bit(const uint8_t *bits, uint32_t from, uint32_t end)
{
    for (uint32_t i = from / 64; i < SEARCH_BYTES / 8; i++) {
        uint64_t word = bytes_get_le64(bits + 8 * i);
        if (i == from / 64)
            word &= UINT64_MAX << from % 64;
        if (word != 0) {
            uint32_t bit = 64 * i + (uint32_t)__builtin_ctzll(word);
            return bit < end ? bit : end;
        }
    }
    return end;
}

/* The cost of the one slot that is not free under a displacement. */
static inline uint32_t eviction_cost(const struct freemap *freemap, uint32_t count, uint32_t displacement)
{
    uint32_t cost = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t slot = freemap->base[i] + displacement;
        cost += freemap->cost[slot < freemap->slots ? slot : slot - freemap->slots];
    }
    return cost;
}

#define SEARCH(name) name##_portable
#define SEARCH_TARGET
#define SEARCH_ANY(x) (((x)[0] | (x)[1] | (x)[2] | (x)[3]) != 0)
#include "builder/index/freemap_search.h"

#if defined __x86_64__
#define HAS_AVX2 1
typedef long long vector_tested __attribute__((vector_size(32)));
#define SEARCH(name) name##_avx2
#define SEARCH_TARGET __attribute__((target("avx2")))
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
    return FREEMAP_PORTABLE;
}

/* Searches read bits after the second map of a copy, and ignore them. */
void freemap_start(struct freemap *freemap, uint32_t slots, enum freemap_method method)
{
    freemap->method = method;
    freemap->slots = slots;
    freemap->functions = LEAF_PILOTS / slots;
    memset(freemap->cost, 0, slots * sizeof freemap->cost[0]);
    for (uint32_t copy = 0; copy < FREEMAP_COPIES; copy++)
        memset(freemap->bits + 1 + copy * FREEMAP_COPY_BYTES, 0xff, (2 * slots + 7) / 8);
}

static inline uint32_t flip_in_copy(uint8_t *at, uint32_t bits)
{
    bytes_put_le16(at, (uint16_t)(bytes_get_le16(at) ^ bits));
    return bits >> 1;
}

/* Bit b of copy c is bit b + c of the map. So a bit moves down by one from copy to copy, and is in the same two
 * bytes of each. (There is one byte before the first copy; before the others is the slack of the one before.)
 */
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

void freemap_mark(struct freemap *freemap, uint32_t slot, uint16_t cost)
{
    freemap->cost[slot] = cost;
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
    uint32_t q = freemap_function(bucket, pilot.functions, freemap->functions);
    uint32_t d = displacement_of(freemap, bucket, pilot);
    for (uint32_t i = 0; i < bucket->count; i++) {
        uint32_t slot = leaf_base_of(freemap->slots, bucket->first[i], bucket->step[i], q) + d;
        slots[i] = slot < freemap->slots ? slot : slot - freemap->slots;
    }
}

bool freemap_find(struct freemap *freemap, const struct freemap_bucket *bucket, struct freemap_pilot *pilot)
{
#if HAS_AVX2
    if (freemap->method == FREEMAP_AVX2)
        return find_avx2(freemap, bucket, pilot);
#endif
    return find_portable(freemap, bucket, pilot);
}

bool freemap_find_swap(struct freemap *freemap, const struct freemap_bucket *bucket,
                       struct freemap_pilot *pilot, uint32_t *cost)
{
#if HAS_AVX2
    if (freemap->method == FREEMAP_AVX2)
        return find_swap_avx2(freemap, bucket, pilot, cost);
#endif
    return find_swap_portable(freemap, bucket, pilot, cost);
}
