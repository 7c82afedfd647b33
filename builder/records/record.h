/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record.h - what the builder keeps of one identifier between reading and writing: its digest, and eight bytes
 * of attributes: its label, its kind and its position in the input. Nothing personal.
 *
 * Attributes are big-endian with the label first, so that records compare as bytes: by digest, then by label,
 * then removed ones after others, then by kind and position.
 */
#ifndef ELIG_RECORD_H
#define ELIG_RECORD_H

#include <stdbool.h>

#include "include/elig.h"

#include "lib/elig/bytes.h"

#define RECORD_INPUT_BITS 10
#define RECORD_LINE_BITS 33
#define RECORD_POSITION_BITS (RECORD_INPUT_BITS + RECORD_LINE_BITS)
#define RECORD_KIND_BITS 4
#define RECORD_REMOVED_BIT (RECORD_POSITION_BITS + RECORD_KIND_BITS)
#define RECORD_LABEL_SHIFT (RECORD_REMOVED_BIT + 1)
#define RECORD_INPUTS_MAX (1u << RECORD_INPUT_BITS)
#define RECORD_LINE_MAX ((UINT64_C(1) << RECORD_LINE_BITS) - 1)

#define RECORD_ATTRIBUTES_BYTES 8
#define RECORD_LABEL_BYTES 2

_Static_assert(RECORD_LABEL_SHIFT + 8 * RECORD_LABEL_BYTES == 8 * RECORD_ATTRIBUTES_BYTES,
               "every attribute bit is used");

struct record {
    uint8_t digest[ELIG_DIGEST_BYTES];
    uint8_t attributes[RECORD_ATTRIBUTES_BYTES];
};

/* A position in the input, comparable as a number: the input's number from 0, and the line's from 1 (0: not
 * known, as in a digest file). */
static inline uint64_t record_position(unsigned input, uint64_t line)
{
    return (uint64_t)input << RECORD_LINE_BITS | (line < RECORD_LINE_MAX ? line : RECORD_LINE_MAX);
}

static inline unsigned record_position_input(uint64_t position)
{
    return (unsigned)(position >> RECORD_LINE_BITS);
}

static inline uint64_t record_position_line(uint64_t position)
{
    return position & RECORD_LINE_MAX;
}

static inline void record_put_attributes(struct record *record, uint64_t attributes)
{
    for (unsigned i = 0; i < RECORD_ATTRIBUTES_BYTES; i++)
        record->attributes[i] = (uint8_t)(attributes >> (8 * (RECORD_ATTRIBUTES_BYTES - 1 - i)));
}

static inline void record_set_attributes(struct record *record, uint16_t label, unsigned kind,
                                         uint64_t position)
{
    record_put_attributes(record, (uint64_t)label << RECORD_LABEL_SHIFT |
                                      (uint64_t)kind << RECORD_POSITION_BITS | position);
}

/* Marks an identifier that must not be listed, even if other records list it. */
static inline void record_set_removed(struct record *record)
{
    record_put_attributes(record, UINT64_C(1) << RECORD_REMOVED_BIT);
}

static inline bool record_is_removed(const struct record *record)
{
    return (bytes_get_be64(record->attributes) >> RECORD_REMOVED_BIT & 1) != 0;
}

static inline uint16_t record_label(const struct record *record)
{
    return bytes_get_be16(record->attributes);
}

static inline unsigned record_kind(const struct record *record)
{
    return (unsigned)(bytes_get_be64(record->attributes) >> RECORD_POSITION_BITS) &
           ((1u << RECORD_KIND_BITS) - 1);
}

static inline uint64_t record_position_of(const struct record *record)
{
    return bytes_get_be64(record->attributes) & ((UINT64_C(1) << RECORD_POSITION_BITS) - 1);
}

#endif
