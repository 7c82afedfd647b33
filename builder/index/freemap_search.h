/* SPDX-License-Identifier: Apache-2.0 */
/*
 * freemap_search.h - the two searches of freemap.h, written once for both methods. freemap.c includes this file
 * for each method, after it has defined
 *
 *     SEARCH(name)   the name of a function of this method
 *     SEARCH_TARGET  the attribute of its functions
 *     SEARCH_ANY(x)  whether any bit of a vector_bits is set
 *
 * The compiler splits vectors into what any processor of the architecture has before it inlines, so each method
 * needs its own functions with its own attribute, and none of them has a vector as an argument.
 */

/* Adds one bucket's key to a search: bits keeps what is free for this key, too. */
#define SEARCH_AND(bits, from, part) (memcpy(&more, (from) + (part) * sizeof more, sizeof more), (bits) &= more)

/* The same for a swap: most keeps where at most one slot is not free, all where every slot is free. */
#define SEARCH_AND_SWAP(most, all, from, part) \
    (memcpy(&more, (from) + (part) * sizeof more, sizeof more), (most) &= more, (most) |= (all), (all) &= more)

/* Computes each key's slot before displacement, and the offset from which the map is read for it. */
SEARCH_TARGET static inline void SEARCH(aim)(struct freemap *freemap, const struct freemap_bucket *bucket,
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
SEARCH_TARGET static inline bool SEARCH(all_free)(const uint8_t *map, const uint32_t *offset, uint32_t count,
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
SEARCH_TARGET static inline bool SEARCH(all_but_one_free)(const uint8_t *map, const uint32_t *offset,
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
    for (unsigned part = 0; part < SEARCH_VECTORS; part++)
        most[part] &= ~all[part];
    memcpy(found, most, sizeof most);
    return true;
}

SEARCH_TARGET static bool SEARCH(find)(struct freemap *freemap, const struct freemap_bucket *bucket,
                                       struct freemap_pilot *pilot)
{
    const struct freemap_bucket copy = *bucket; /* else it is read again after every write */
    uint32_t slots = freemap->slots, functions = freemap->functions, from = pilot->displacements;
    uint8_t found[SEARCH_BYTES];
    for (uint32_t f = pilot->functions; f < functions; f++, from = 0) {
        SEARCH(aim)(freemap, &copy, freemap_function(&copy, f, functions));
        for (uint32_t at = from / 64 * 64; at < slots; at += SEARCH_BITS) {
            if (!SEARCH(all_free)(freemap->bits + 1 + at / 8, freemap->offset, copy.count, found))
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

SEARCH_TARGET static bool SEARCH(find_swap)(struct freemap *freemap, const struct freemap_bucket *bucket,
                                            struct freemap_pilot *pilot, uint32_t *cost)
{
    const struct freemap_bucket copy = *bucket;
    uint32_t slots = freemap->slots, functions = freemap->functions, from = pilot->displacements;
    uint8_t found[SEARCH_BYTES];
    for (uint32_t f = pilot->functions; f < functions; f++, from = 0) {
        SEARCH(aim)(freemap, &copy, freemap_function(&copy, f, functions));
        for (uint32_t at = from / 64 * 64; at < slots; at += SEARCH_BITS) {
            if (!SEARCH(all_but_one_free)(freemap->bits + 1 + at / 8, freemap->offset, copy.count, found))
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

#undef SEARCH
#undef SEARCH_TARGET
#undef SEARCH_ANY
#undef SEARCH_AND
#undef SEARCH_AND_SWAP
