/* SPDX-License-Identifier: Apache-2.0 */
/* slots.c - shifts pages, and gathers the same bits of all slots, into bytes. */
#include "audit/search/slots.h"

#include <stdlib.h>

#include "lib/elig/index/leaf.h"

/* The bits that a stream takes of each slot: width bits from bit at; width 0: the page as it is stored. */
struct bit_field {
    unsigned at, width;
};

/* A byte sequence written into consecutive fields of this number of bits begins at a multiple of the result. */
static unsigned shift_step(unsigned bits)
{
    unsigned step = 8;
    while (bits % step != 0)
        step /= 2;
    return step;
}

/* The bits of a page from bit shift on. */
static void shift_page(const uint8_t *page, unsigned shift, uint8_t *out)
{
    for (unsigned i = 0; i < ELIG_PAGE_BYTES; i++) {
        unsigned next = i + 1 < ELIG_PAGE_BYTES ? page[i + 1] : 0;
        out[i] = (uint8_t)(page[i] >> shift | next << (8 - shift));
    }
}

/* The bits of a field of all slots, concatenated, from bit shift on. */
static void gather_field(const struct leaf_shape *shape, const uint8_t *page, struct bit_field bit_field,
                         unsigned shift, uint8_t *out)
{
    uint64_t bit = 0;
    for (uint32_t slot = 0; slot < shape->slots; slot++) {
        uint64_t value = leaf_get_bits(page, leaf_slot_at(shape, slot) + bit_field.at, bit_field.width);
        for (unsigned i = 0; i < bit_field.width; i++, bit++)
            if (bit >= shift && (value >> i & 1) != 0)
                out[(bit - shift) / 8] |= (uint8_t)(1u << (bit - shift) % 8);
    }
}

static int add_stream(struct slots *slots, const struct target *target, struct bit_field bit_field,
                      unsigned shift, uint64_t memory)
{
    const struct header *header = &target->header;
    const struct leaf_shape *shape = &header->leaf;
    uint64_t leaves = header->tree.count[0];
    uint64_t leaf_bytes =
        bit_field.width == 0 ? ELIG_PAGE_BYTES : (uint64_t)shape->slots * bit_field.width / 8 + 1;
    slots->bytes_needed += leaves * leaf_bytes;
    if (slots->bytes_needed > memory)
        return 0;
    struct slots_stream *stream = &slots->streams[slots->count];
    stream->leaf_bytes = leaf_bytes;
    stream->bytes = calloc((size_t)leaves, (size_t)leaf_bytes);
    if (stream->bytes == NULL)
        return ELIG_E_MEMORY;
    slots->count++;
    slots->bytes += leaves * leaf_bytes;
    for (uint64_t leaf = 0; leaf < leaves; leaf++) {
        const uint8_t *page = target_page(target, header->tree.first_page[0] + leaf);
        if (page != NULL && bit_field.width == 0)
            shift_page(page, shift, stream->bytes + leaf * leaf_bytes);
        else if (page != NULL)
            gather_field(shape, page, bit_field, shift, stream->bytes + leaf * leaf_bytes);
    }
    return 0;
}

int slots_make(struct slots *slots, const struct target *target, uint64_t memory)
{
    const struct leaf_shape *shape = &target->header.leaf;
    unsigned f = shape->fingerprint_bits, p = shape->payload_bits;
    *slots = (struct slots){0};
    if (!target->has_header || target->header.tree.count[0] == 0)
        return 0;
    for (unsigned shift = shift_step(f + p); shift < 8; shift += shift_step(f + p))
        if (add_stream(slots, target, (struct bit_field){0, 0}, shift, memory) != 0)
            return ELIG_E_MEMORY;
    for (unsigned shift = 0; p > 0 && shift < 8; shift += shift_step(f))
        if (add_stream(slots, target, (struct bit_field){0, f}, shift, memory) != 0)
            return ELIG_E_MEMORY;
    for (unsigned shift = 0; p > 0 && shift < 8; shift += shift_step(p))
        if (add_stream(slots, target, (struct bit_field){f, p}, shift, memory) != 0)
            return ELIG_E_MEMORY;
    return 0;
}

void slots_free(struct slots *slots)
{
    for (unsigned i = 0; i < slots->count; i++)
        free(slots->streams[i].bytes);
    *slots = (struct slots){0};
}
