/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record.h - what the builder keeps of one identifier between reading and writing: its digest, and eight bytes
 * of attributes: its label, its kind and its position in the lists (row_position.h). Nothing personal.
 *
 * Records of one digest and label become two when they are sorted (sort_unique()): the first of them, and a
 * count record, which has the number of the others in place of a position. So it is known in how many rows an
 * identifier stands, however often and in whatever pieces its records were sorted.
 *
 * Attributes are big-endian with the label first, so that records compare as bytes: by digest, then by label,
 * then removed ones after others, then by kind, then count records after others, then by position.
 */
#ifndef ELIG_RECORD_H
#define ELIG_RECORD_H

#include <stdbool.h>

#include "include/elig.h"

#include "lib/csv/row_position.h"
#include "lib/elig/bytes.h"

#define RECORD_KIND_BITS 4
#define RECORD_COUNT_BIT ROW_POSITION_BITS
#define RECORD_KIND_SHIFT (RECORD_COUNT_BIT + 1)
#define RECORD_REMOVED_BIT (RECORD_KIND_SHIFT + RECORD_KIND_BITS)
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
    record_put_attributes(record, (uint64_t)label << RECORD_LABEL_SHIFT | (uint64_t)kind << RECORD_KIND_SHIFT |
                                      position);
}

/* Makes a count record: count more records have the digest, label and kind of first. */
static inline void record_set_count(struct record *record, const struct record *first, uint64_t count)
{
    uint64_t attributes = bytes_get_be64(first->attributes) >> ROW_POSITION_BITS << ROW_POSITION_BITS;
    *record = *first;
    record_put_attributes(record, attributes | UINT64_C(1) << RECORD_COUNT_BIT | count);
}

static inline bool record_is_count(const struct record *record)
{
    return (bytes_get_be64(record->attributes) >> RECORD_COUNT_BIT & 1) != 0;
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
    return (unsigned)(bytes_get_be64(record->attributes) >> RECORD_KIND_SHIFT) & ((1u << RECORD_KIND_BITS) - 1);
}

static inline uint64_t record_position(const struct record *record)
{
    return bytes_get_be64(record->attributes) & ((UINT64_C(1) << ROW_POSITION_BITS) - 1);
}

/* The number of records as they were read that a record stands for. */
static inline uint64_t record_rows(const struct record *record)
{
    return record_is_count(record) ? record_position(record) : 1;
}

#endif
