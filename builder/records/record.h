/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record.h - what the builder keeps of one identifier between reading and writing: its digest, and eight bytes
 * of attributes: its label, its kind and its position in the lists (row_position.h). Nothing personal.
 *
 * Attributes are big-endian with the label first, so that records compare as bytes: by digest, then by label,
 * then removed ones after others, then by kind and position.
 */
#ifndef ELIG_RECORD_H
#define ELIG_RECORD_H

#include <stdbool.h>

#include "include/elig.h"

#include "lib/csv/row_position.h"
#include "lib/elig/bytes.h"

#define RECORD_KIND_BITS 4
#define RECORD_REMOVED_BIT (ROW_POSITION_BITS + RECORD_KIND_BITS)
#define RECORD_LABEL_SHIFT (RECORD_REMOVED_BIT + 1)

#define RECORD_ATTRIBUTES_BYTES 8
#define RECORD_LABEL_BYTES 2

_Static_assert(RECORD_LABEL_SHIFT + 8 * RECORD_LABEL_BYTES == 8 * RECORD_ATTRIBUTES_BYTES,
               "every attribute bit is used");

struct record {
    uint8_t digest[ELIG_DIGEST_BYTES];
    uint8_t attributes[RECORD_ATTRIBUTES_BYTES];
};

static inline void record_put_attributes(struct record *record, uint64_t attributes)
{
    for (unsigned i = 0; i < RECORD_ATTRIBUTES_BYTES; i++)
        record->attributes[i] = (uint8_t)(attributes >> (8 * (RECORD_ATTRIBUTES_BYTES - 1 - i)));
}

static inline void record_set_attributes(struct record *record, uint16_t label, unsigned kind,
                                         uint64_t position)
{
    record_put_attributes(record, (uint64_t)label << RECORD_LABEL_SHIFT | (uint64_t)kind << ROW_POSITION_BITS |
                                      position);
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
    return (unsigned)(bytes_get_be64(record->attributes) >> ROW_POSITION_BITS) & ((1u << RECORD_KIND_BITS) - 1);
}

static inline uint64_t record_position(const struct record *record)
{
    return bytes_get_be64(record->attributes) & ((UINT64_C(1) << ROW_POSITION_BITS) - 1);
}

#endif
