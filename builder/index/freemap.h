/* SPDX-License-Identifier: Apache-2.0 */
/*
 * freemap.h - the free slots of a leaf as a bitmap in which many pilots are tried at once.
 *
 * A pilot is a hash function q and a displacement d; a displacement shifts all slots of a bucket together,
 * modulo the number of slots (lib/elig/index/leaf.h). With a bit for each slot, set where the slot is free, let
 * M be the map rotated by base(key 1) AND the map rotated by base(key 2) AND ... Bit d of M is set if
 * displacement d sends every key to a free slot. To make rotating cheap, the map is kept in eight copies, each
 * shifted by one bit more than the one before: from any bit on, it can be read at the start of a byte of one of
 * them. One AND for each key then tries as many displacements as a vector has bits.
 *
 * Two methods find the same pilots: vectors that the compiler makes of what every processor has, and AVX2.
 */
#ifndef ELIG_FREEMAP_H
#define ELIG_FREEMAP_H

#include <stdbool.h>

#include "lib/elig/index/leaf.h"

/* A bucket's keys are read this many at a time, so their arrays have this many more entries after the last. */
#define FREEMAP_LANES 8

/* The number of bytes that are read after the last displacement. */
#define FREEMAP_SLACK_BYTES 128
#define FREEMAP_COPIES 8
/* Every copy has the map twice, one after the other. It is longer than it must be, since to multiply by
 * 5 * 256 is faster. */
#define FREEMAP_COPY_BYTES (2 * LEAF_SLOTS_MAX / 8 + FREEMAP_SLACK_BYTES + 128)

enum freemap_method { FREEMAP_PORTABLE, FREEMAP_AVX2 };

struct freemap {
    enum freemap_method method;
    uint32_t slots;
    uint32_t functions;                                    /* how many hash functions a pilot can name */
    uint16_t cost[LEAF_SLOTS_MAX];                         /* of evicting the slot's bucket; 0: free */
    uint8_t bits[1 + FREEMAP_COPIES * FREEMAP_COPY_BYTES]; /* 1: free */
    /* Scratch of a search: each key's slot before displacement, and the offset from which bits are read. */
    uint32_t base[LEAF_SLOTS_MAX + FREEMAP_LANES];
    uint32_t offset[LEAF_SLOTS_MAX + FREEMAP_LANES];
};

/* A bucket, and the pilot that its search begins with. */
struct freemap_bucket {
    const uint32_t *first; /* leaf_first() of each key, and FREEMAP_LANES more entries of any value */
    const uint32_t *step;  /* leaf_step(), likewise */
    uint32_t count;        /* at least 1 */
    uint32_t function;
    uint32_t displacement;
};

/* A pilot, counted from the one that the search begins with, which is all zero. */
struct freemap_pilot {
    uint32_t functions;     /* functions later, 0 .. freemap->functions - 1 */
    uint32_t displacements; /* displacements later, 0 .. slots - 1 */
};

/* The fastest method on this processor. */
enum freemap_method freemap_best_method(void);

/* Makes all slots free. */
void freemap_start(struct freemap *freemap, uint32_t slots, enum freemap_method method);

/* Marks a free slot as used, with an eviction cost of at least 1; or a used slot as free, with cost 0. */
void freemap_mark(struct freemap *freemap, uint32_t slot, uint16_t cost);

/* A pilot's number in the file, and the slots to which it sends a bucket's keys. */
uint16_t freemap_number(const struct freemap *freemap, const struct freemap_bucket *bucket,
                        struct freemap_pilot pilot);
void freemap_slots(const struct freemap *freemap, const struct freemap_bucket *bucket,
                   struct freemap_pilot pilot, uint32_t *slots);

/* Moves *pilot on to the first one, itself included, that sends every key to a free slot; false if there is
 * no such pilot. Two keys may be sent to the same slot: then every displacement under this function does that.
 */
ELIG_CHECK_RESULT bool freemap_find(struct freemap *freemap, const struct freemap_bucket *bucket,
                                    struct freemap_pilot *pilot);

/* Moves *pilot on to the first one, itself included, that sends every key but one to a free slot, and that one
 * to a slot whose cost is less than *cost, which becomes that; false if there is no such pilot. */
ELIG_CHECK_RESULT bool freemap_find_swap(struct freemap *freemap, const struct freemap_bucket *bucket,
                                         struct freemap_pilot *pilot, uint32_t *cost);

#endif
