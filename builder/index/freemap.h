/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ring.h - the free slots of a leaf, kept so that many pilots are tried at once.
 *
 * A pilot is a hash function q and a displacement d, and a displacement turns all slots of a bucket together
 * (lib/elig/index/leaf.h). With the free slots as a ring of bits, bit d of
 *     the ring turned by base(key 1)  &  the ring turned by base(key 2)  &  ...
 * says whether displacement d sends every key to a free slot. So that turning costs nothing the ring is kept
 * in eight copies, each a bit further on than the one before: from any bit on, it can be read at the start of
 * a byte of one of them. One AND a key then tries as many displacements as a vector has bits.
 *
 * Three methods find the same: words of 64 bits, the compiler's vectors, and these compiled for AVX2.
 */
#ifndef ELIG_RING_H
#define ELIG_RING_H

#include "lib/elig/index/leaf.h"

/* A bucket's keys may be read this many at a time: their arrays go on for so many behind the last. */
#define FREEMAP_LANES 8

/* What the longest vectors, four at once, read past the last displacement. */
#define FREEMAP_SLACK_BYTES 128
#define FREEMAP_COPIES 8
/* Every copy has the ring twice, one after the other. 5 * 256 bytes are quicker to multiply with than fewer. */
#define FREEMAP_COPY_BYTES (2 * LEAF_SLOTS_MAX / 8 + FREEMAP_SLACK_BYTES + 128)

enum freemap_method { FREEMAP_WORDS, FREEMAP_VECTORS, FREEMAP_AVX2 };

struct freemap {
    enum freemap_method method;
    uint32_t slots;
    uint32_t functions;                                    /* how many hash functions a pilot can name */
    uint16_t price[LEAF_SLOTS_MAX];                        /* what it costs to free a slot; 0: it is free */
    uint8_t bits[1 + FREEMAP_COPIES * FREEMAP_COPY_BYTES]; /* 1: free */
    /* Scratch of a search: each key's slot before displacement, and where the ring is read from there on. */
    uint32_t base[LEAF_SLOTS_MAX + FREEMAP_LANES];
    uint32_t offset[LEAF_SLOTS_MAX + FREEMAP_LANES];
};

/* A bucket, and the pilot that its search begins with. */
struct freemap_bucket {
    const uint32_t *first; /* leaf_first() of each key, and FREEMAP_LANES more of anything */
    const uint32_t *step;  /* leaf_step(), alike */
    uint32_t count;        /* at least 1 */
    uint32_t function;
    uint32_t displacement;
};

/* A pilot, as counted from the one that the search begins with. All zero is that one. */
struct freemap_pilot {
    uint32_t functions;     /* how many functions further, 0 .. ring->functions - 1 */
    uint32_t displacements; /* how many displacements further, 0 .. slots - 1 */
};

/* The hash function that is so many further than the one a search begins with. */
static inline uint32_t freemap_function(const struct freemap_bucket *bucket, uint32_t further,
                                        uint32_t functions)
{
    uint32_t q = bucket->function + further;
    return q < functions ? q : q - functions;
}

/* The method that is best on this processor. */
enum freemap_method freemap_best_method(void);

/* Makes all slots free. */
void freemap_start(struct freemap *freemap, uint32_t slots, enum freemap_method method);

/* Takes a free slot for a price of at least 1, or gives a taken one back. */
void freemap_mark(struct freemap *freemap, uint32_t slot, uint16_t price);
void freemap_clear(struct freemap *freemap, uint32_t slot);

/* The number of a pilot in the file, and the slots to which it sends a bucket's keys. */
uint16_t freemap_number(const struct freemap *freemap, const struct freemap_bucket *bucket,
                        struct freemap_pilot pilot);
void freemap_slots(const struct freemap *freemap, const struct freemap_bucket *bucket,
                   struct freemap_pilot pilot, uint32_t *slots);

/* Moves on to the first pilot, this one included, that sends every key to a free slot. Two keys may share
 * one: then no displacement under this function is of use. 0 if there is no such pilot. */
ELIG_CHECK_RESULT int freemap_find(struct freemap *freemap, const struct freemap_bucket *bucket,
                                   struct freemap_pilot *pilot);

/* Moves on to the first pilot, this one included, that sends every key but one to a free slot, and that one to
 * a slot with a price below *price, which becomes that. 0 if there is none. */
ELIG_CHECK_RESULT int freemap_find_swap(struct freemap *freemap, const struct freemap_bucket *bucket,
                                        struct freemap_pilot *pilot, uint32_t *price);

#endif
