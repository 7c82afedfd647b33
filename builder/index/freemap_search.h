/* SPDX-License-Identifier: Apache-2.0 */
/*
 * freemap_search.h - the two searches of freemap.h, written once and compiled for each method. freemap.c has
 * them as they are. freemap_avx2.c defines, before it includes this file,
 *
 *     SEARCH_TARGET  the attribute of its functions
 *     SEARCH_ANY(x)  whether any bit of a vector_bits is set
 *
 * The compiler splits vectors into what any processor of the architecture has before it inlines, so each method
 * needs its own functions with its own attribute, and none of them has a vector as an argument.
 */
#ifndef ELIG_FREEMAP_SEARCH_H
#define ELIG_FREEMAP_SEARCH_H

#include <string.h>

#include "builder/index/freemap.h"

#ifndef SEARCH_TARGET
#define SEARCH_TARGET
#define SEARCH_ANY(x) (((x)[0] | (x)[1] | (x)[2] | (x)[3]) != 0)
#endif

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

/* Adds one bucket's key to a search: bits keeps what is free for this key, too. */
#define SEARCH_AND(bits, from, i) (memcpy(&more, (from) + (i) * sizeof more, sizeof more), (bits) &= more)

/* The same for a swap: most keeps where at most one slot is not free, all where every slot is free. */
#define SEARCH_AND_SWAP(most, all, from, i) \
    (memcpy(&more, (from) + (i) * sizeof more, sizeof more), (most) &= more, (most) |= (all), (all) &= more)

/* Computes each key's slot before displacement, and the offset from which the map is read for it. */
SEARCH_TARGET static inline void search_offsets(struct freemap *freemap, const struct freemap_bucket *bucket,
                                                uint32_t q)
{
    uint32_t slots = freemap->slots, turn = bucket->displacement - slots, count = bucket->count;
    const uint32_t *firsts = bucket->first, *steps = bucket->step;
    uint32_t *bases = freemap->base, *offsets = freemap->offset;
    for (uint32_t i = 0; i < count; i += FREEMAP_LANES) {
        vector_lanes first, step;
        memcpy(&first, firsts + i, sizeof first);
        memcpy(&step, steps + i, sizeof step);
        vector_lanes base = ((first + step * q) >> 16) * slots >> 16; /* leaf_base() */
        base += turn;
        base += -(base >> 31) & slots; /* where that was negative */
        vector_lanes offset = (base & (FREEMAP_COPIES - 1)) * FREEMAP_COPY_BYTES + (base >> 3);
        memcpy(bases + i, &base, sizeof base);
        memcpy(offsets + i, &offset, sizeof offset);
    }
    offsets[count] = offsets[count - 1]; /* all_free() reads keys in pairs */
}

/* Finds the displacements under which every key's slot is free, from the one at which map begins: sets their
 * bits in found, or returns false if there is no such displacement. */
SEARCH_TARGET static inline bool search_all_free(const uint8_t *map, const uint32_t *offset, uint32_t count,
                                                 uint8_t *found)
{
    vector_bits bits[SEARCH_VECTORS], more;
    bits[0] = bits[1] = bits[2] = bits[3] = ~(vector_bits){0};
    for (uint32_t i = 0; i < count; i += 2) {
        const uint8_t *one = map + offset[i], *other = map + offset[i + 1];
        SEARCH_AND(bits[0], one, 0);
        SEARCH_AND(bits[1], one, 1);
        SEARCH_AND(bits[2], one, 2);
        SEARCH_AND(bits[3], one, 3);
        SEARCH_AND(bits[0], other, 0);
        SEARCH_AND(bits[1], other, 1);
        SEARCH_AND(bits[2], other, 2);
        SEARCH_AND(bits[3], other, 3);
        more = bits[0] | bits[1] | bits[2] | bits[3];
        if (!SEARCH_ANY(more))
            return false;
    }
    memcpy(found, bits, sizeof bits);
    return true;
}

/* The same for the displacements under which every key's slot but one is free. */
SEARCH_TARGET static inline bool search_all_but_one_free(const uint8_t *map, const uint32_t *offset,
                                                         uint32_t count, uint8_t *found)
{
    vector_bits most[SEARCH_VECTORS], all[SEARCH_VECTORS], more;
    most[0] = most[1] = most[2] = most[3] = all[0] = all[1] = all[2] = all[3] = ~(vector_bits){0};
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t *from = map + offset[i];
        SEARCH_AND_SWAP(most[0], all[0], from, 0);
        SEARCH_AND_SWAP(most[1], all[1], from, 1);
        SEARCH_AND_SWAP(most[2], all[2], from, 2);
        SEARCH_AND_SWAP(most[3], all[3], from, 3);
        more = most[0] | most[1] | most[2] | most[3];
        if (!SEARCH_ANY(more))
            return false;
    }
    for (unsigned i = 0; i < SEARCH_VECTORS; i++)
        most[i] &= ~all[i];
    memcpy(found, most, sizeof most);
    return true;
}

SEARCH_TARGET static inline bool search_find(struct freemap *freemap, const struct freemap_bucket *bucket,
                                             struct freemap_pilot *pilot)
{
    const struct freemap_bucket copy = *bucket; /* else it is read again after every write */
    uint32_t slots = freemap->slots, functions = freemap->functions, from = pilot->displacements;
    uint8_t found[SEARCH_BYTES];
    for (uint32_t f = pilot->functions; f < functions; f++, from = 0) {
        search_offsets(freemap, &copy, freemap_function(&copy, f, functions));
        for (uint32_t at = from / 64 * 64; at < slots; at += SEARCH_BITS) {
            if (!search_all_free(freemap->bits + 1 + at / 8, freemap->offset, copy.count, found))
                continue;
            uint32_t d = at + first_bit(found, from > at ? from - at : 0, slots - at);
            if (d < slots) {
                *pilot = (struct freemap_pilot){f, d};
                return true;
            }
        }
    }
    return false;
}

SEARCH_TARGET static inline bool search_find_swap(struct freemap *freemap, const struct freemap_bucket *bucket,
                                                  struct freemap_pilot *pilot, uint32_t *cost)
{
    const struct freemap_bucket copy = *bucket;
    uint32_t slots = freemap->slots, functions = freemap->functions, from = pilot->displacements;
    uint8_t found[SEARCH_BYTES];
    for (uint32_t f = pilot->functions; f < functions; f++, from = 0) {
        search_offsets(freemap, &copy, freemap_function(&copy, f, functions));
        for (uint32_t at = from / 64 * 64; at < slots; at += SEARCH_BITS) {
            if (!search_all_but_one_free(freemap->bits + 1 + at / 8, freemap->offset, copy.count, found))
                continue;
            uint32_t end = slots - at < SEARCH_BITS ? slots - at : SEARCH_BITS;
            uint32_t d = first_bit(found, from > at ? from - at : 0, end);
            for (; d < end; d = first_bit(found, d + 1, end)) {
                uint32_t this_cost = eviction_cost(freemap, copy.count, at + d);
                if (this_cost >= *cost)
                    continue;
                *cost = this_cost;
                *pilot = (struct freemap_pilot){f, at + d};
                return true;
            }
        }
    }
    return false;
}

/* The searches of freemap_avx2.c, for processors that have AVX2. */
ELIG_CHECK_RESULT bool freemap_find_avx2(struct freemap *freemap, const struct freemap_bucket *bucket,
                                         struct freemap_pilot *pilot);
ELIG_CHECK_RESULT bool freemap_find_swap_avx2(struct freemap *freemap, const struct freemap_bucket *bucket,
                                              struct freemap_pilot *pilot, uint32_t *cost);

#endif
