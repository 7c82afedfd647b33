/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ring_search.h - the two searches of ring.h, written once for all methods. ring.c includes this file for each
 * with its own types; so nothing here is for anyone else.
 *
 *     SEARCH(name)   the name of a function, told apart by method
 *     SEARCH_TARGET  the function's attributes
 *     SEARCH_BITS    an unsigned integer or a vector of them: bits of the ring
 *     SEARCH_LANES   uint32_t or a vector of FREEMAP_LANES of them: numbers of keys
 *     SEARCH_LANE_COUNT  how many, 1 or FREEMAP_LANES
 *     SEARCH_ANY(x)  whether any bit of a SEARCH_BITS is set
 */
#ifndef SEARCH
#define SEARCH(name) name##_words
#define SEARCH_TARGET
#define SEARCH_BITS uint64_t
#define SEARCH_LANES uint32_t
#define SEARCH_LANE_COUNT 1
#define SEARCH_ANY(x) ((x) != 0)
#endif

#include <string.h>

#include "builder/index/freemap.h"

/* Four vectors at a time, since what is done once for all costs as much as they do. */
#define SEARCH_PART sizeof(SEARCH_BITS)
#define SEARCH_BYTES (4 * SEARCH_PART)
#define SEARCH_BITS_AT_ONCE (8 * (uint32_t)SEARCH_BYTES)

/* Computes each key's slot before displacement and where the ring is read from there on. */
SEARCH_TARGET static inline void SEARCH(aim)(struct freemap *freemap, const struct freemap_bucket *bucket,
                                             uint32_t q)
{
    const uint32_t slots = freemap->slots, turn = bucket->displacement - slots, count = bucket->count;
    const uint32_t *firsts = bucket->first, *steps = bucket->step;
    uint32_t *bases = freemap->base, *offsets = freemap->offset;
    for (uint32_t i = 0; i < count; i += SEARCH_LANE_COUNT) {
        SEARCH_LANES first, step;
        memcpy(&first, firsts + i, sizeof first);
        memcpy(&step, steps + i, sizeof step);
        SEARCH_LANES base = ((first + step * q) >> 16) * slots >> 16; /* leaf_base() */
        base += turn;
        base += -(base >> 31) & slots; /* add what was taken off too much */
        SEARCH_LANES offset = (base & (FREEMAP_COPIES - 1)) * FREEMAP_COPY_BYTES + (base >> 3);
        memcpy(bases + i, &base, sizeof base);
        memcpy(offsets + i, &offset, sizeof offset);
    }
    offsets[count] = offsets[count - 1]; /* all_free() takes keys in pairs */
}

/* The first bit set at or behind bit from, below bit end; or end. */
static inline uint32_t SEARCH(first_bit)(const uint8_t *bits, uint32_t from, uint32_t end)
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

/* What is free for one more key; a macro since vectors are no arguments where AVX2 may be missing. */
#define SEARCH_KEY(bits, from, part) (memcpy(&more, (from) + (part)*SEARCH_PART, SEARCH_PART), (bits) &= more)

/* Which displacements send every key to a free slot, from the one on that ring points to. 0 if none does. */
SEARCH_TARGET static inline int SEARCH(all_free)(const uint8_t *freemap, const uint32_t *offset, uint32_t count,
                                                 uint8_t *found)
{
    SEARCH_BITS part_0, part_1, part_2, part_3, more;
    part_0 = part_1 = part_2 = part_3 = ~(SEARCH_BITS){0};
    for (uint32_t i = 0; i < count; i += 2) {
        const uint8_t *one = freemap + offset[i], *other = freemap + offset[i + 1];
        SEARCH_KEY(part_0, one, 0);
        SEARCH_KEY(part_1, one, 1);
        SEARCH_KEY(part_2, one, 2);
        SEARCH_KEY(part_3, one, 3);
        SEARCH_KEY(part_0, other, 0);
        SEARCH_KEY(part_1, other, 1);
        SEARCH_KEY(part_2, other, 2);
        SEARCH_KEY(part_3, other, 3);
        more = part_0 | part_1 | part_2 | part_3;
        if (!SEARCH_ANY(more))
            return 0;
    }
    memcpy(found, &part_0, SEARCH_PART);
    memcpy(found + SEARCH_PART, &part_1, SEARCH_PART);
    memcpy(found + 2 * SEARCH_PART, &part_2, SEARCH_PART);
    memcpy(found + 3 * SEARCH_PART, &part_3, SEARCH_PART);
    return 1;
}

/* One more key: most says where at most one slot is taken, all where none is. */
#define SEARCH_KEY_OF_SWAP(most, all, from, part) \
    (memcpy(&more, (from) + (part)*SEARCH_PART, SEARCH_PART), (most) &= more, (most) |= (all), (all) &= more)

/* Which displacements send every key but one to a free slot. 0 if none does. */
SEARCH_TARGET static inline int SEARCH(all_but_one_free)(const uint8_t *freemap, const uint32_t *offset,
                                                         uint32_t count, uint8_t *found)
{
    SEARCH_BITS most_0, most_1, most_2, most_3, all_0, all_1, all_2, all_3, more;
    most_0 = most_1 = most_2 = most_3 = all_0 = all_1 = all_2 = all_3 = ~(SEARCH_BITS){0};
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t *from = freemap + offset[i];
        SEARCH_KEY_OF_SWAP(most_0, all_0, from, 0);
        SEARCH_KEY_OF_SWAP(most_1, all_1, from, 1);
        SEARCH_KEY_OF_SWAP(most_2, all_2, from, 2);
        SEARCH_KEY_OF_SWAP(most_3, all_3, from, 3);
        more = most_0 | most_1 | most_2 | most_3;
        if (!SEARCH_ANY(more))
            return 0;
    }
    most_0 &= ~all_0;
    most_1 &= ~all_1;
    most_2 &= ~all_2;
    most_3 &= ~all_3;
    memcpy(found, &most_0, SEARCH_PART);
    memcpy(found + SEARCH_PART, &most_1, SEARCH_PART);
    memcpy(found + 2 * SEARCH_PART, &most_2, SEARCH_PART);
    memcpy(found + 3 * SEARCH_PART, &most_3, SEARCH_PART);
    return 1;
}

SEARCH_TARGET static inline int SEARCH(find)(struct freemap *freemap, const struct freemap_bucket *bucket,
                                             struct freemap_pilot *pilot)
{
    const struct freemap_bucket seen = *bucket; /* a copy, or all is read again after each write */
    const uint32_t slots = freemap->slots, functions = freemap->functions;
    uint8_t found[SEARCH_BYTES];
    uint32_t from = pilot->displacements;
    for (uint32_t f = pilot->functions; f < functions; f++, from = 0) {
        SEARCH(aim)(freemap, &seen, freemap_function(&seen, f, functions));
        for (uint32_t at = from / 64 * 64; at < slots; at += SEARCH_BITS_AT_ONCE) {
            if (!SEARCH(all_free)(freemap->bits + 1 + at / 8, freemap->offset, seen.count, found))
                continue;
            uint32_t d = at + SEARCH(first_bit)(found, from > at ? from - at : 0, slots - at);
            if (d < slots) {
                *pilot = (struct freemap_pilot){f, d};
                return 1;
            }
        }
    }
    return 0;
}

/* The price of the one slot to free under a displacement that needs one. */
static inline uint32_t SEARCH(price)(const struct freemap *freemap, uint32_t count, uint32_t d)
{
    uint32_t price = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t slot = freemap->base[i] + d;
        price += freemap->price[slot < freemap->slots ? slot : slot - freemap->slots];
    }
    return price;
}

SEARCH_TARGET static inline int SEARCH(find_swap)(struct freemap *freemap, const struct freemap_bucket *bucket,
                                                  struct freemap_pilot *pilot, uint32_t *price)
{
    const struct freemap_bucket seen = *bucket;
    const uint32_t slots = freemap->slots, functions = freemap->functions;
    uint8_t found[SEARCH_BYTES];
    uint32_t from = pilot->displacements;
    for (uint32_t f = pilot->functions; f < functions; f++, from = 0) {
        SEARCH(aim)(freemap, &seen, freemap_function(&seen, f, functions));
        for (uint32_t at = from / 64 * 64; at < slots; at += SEARCH_BITS_AT_ONCE) {
            if (!SEARCH(all_but_one_free)(freemap->bits + 1 + at / 8, freemap->offset, seen.count, found))
                continue;
            uint32_t end = slots - at < SEARCH_BITS_AT_ONCE ? slots - at : SEARCH_BITS_AT_ONCE;
            uint32_t d = SEARCH(first_bit)(found, from > at ? from - at : 0, end);
            for (; d < end; d = SEARCH(first_bit)(found, d + 1, end)) {
                uint32_t asked = SEARCH(price)(freemap, seen.count, at + d);
                if (asked >= *price)
                    continue;
                *price = asked;
                *pilot = (struct freemap_pilot){f, at + d};
                return 1;
            }
        }
    }
    return 0;
}

#undef SEARCH
#undef SEARCH_TARGET
#undef SEARCH_BITS
#undef SEARCH_LANES
#undef SEARCH_LANE_COUNT
#undef SEARCH_ANY
#undef SEARCH_PART
#undef SEARCH_BITS_AT_ONCE
#undef SEARCH_KEY
#undef SEARCH_KEY_OF_SWAP
#undef SEARCH_BYTES
