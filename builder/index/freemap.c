/* SPDX-License-Identifier: Apache-2.0 */
/* freemap.c - keeps the copies of the bitmap, and chooses the method of a search. */
#include "builder/index/freemap.h"

#include "builder/index/freemap_search.h"

enum freemap_method freemap_best_method(void)
{
#if defined __x86_64__
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
#if defined __x86_64__
    if (freemap->method == FREEMAP_AVX2)
        return freemap_find_avx2(freemap, bucket, pilot);
#endif
    return search_find(freemap, bucket, pilot);
}

bool freemap_find_swap(struct freemap *freemap, const struct freemap_bucket *bucket,
                       struct freemap_pilot *pilot, uint32_t *cost)
{
#if defined __x86_64__
    if (freemap->method == FREEMAP_AVX2)
        return freemap_find_swap_avx2(freemap, bucket, pilot, cost);
#endif
    return search_find_swap(freemap, bucket, pilot, cost);
}
