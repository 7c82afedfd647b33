/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record.h - what the builder keeps of one identifier between reading and solving: its digest, and a note of
 * eight bytes that says its label, its kind and where it stood. Nothing personal.
 *
 * The note is big-endian with the label first, so that records compare as bytes: by digest, then by label,
 * then removed ones after others, then by kind and place.
 */
#ifndef ELIG_RECORD_H
#define ELIG_RECORD_H

#include "include/elig.h"

#include "lib/elig/bytes.h"

#define RECORD_INPUT_BITS 10
#define RECORD_LINE_BITS 33
#define RECORD_PLACE_BITS (RECORD_INPUT_BITS + RECORD_LINE_BITS)
#define RECORD_KIND_BITS 4
#define RECORD_REMOVED_BIT (RECORD_PLACE_BITS + RECORD_KIND_BITS)
#define RECORD_LABEL_SHIFT (RECORD_REMOVED_BIT + 1)
#define RECORD_INPUTS_MAX (1u << RECORD_INPUT_BITS)
#define RECORD_LINE_MAX ((UINT64_C(1) << RECORD_LINE_BITS) - 1)

#define RECORD_NOTE_BYTES 8
#define RECORD_LABEL_BYTES 2

_Static_assert(RECORD_LABEL_SHIFT + 8 * RECORD_LABEL_BYTES == 8 * RECORD_NOTE_BYTES, "a note is full");

struct record {
    uint8_t digest[ELIG_DIGEST_BYTES];
    uint8_t note[RECORD_NOTE_BYTES];
};

/* Where something stood: the input's number from 0, the line's from 1 (0: not known, as in a set), comparable
 * as a number. */
static inline uint64_t record_place(unsigned input, uint64_t line)
{
    return (uint64_t)input << RECORD_LINE_BITS | (line < RECORD_LINE_MAX ? line : RECORD_LINE_MAX);
}

static inline unsigned record_place_input(uint64_t place)
{
    return (unsigned)(place >> RECORD_LINE_BITS);
}

static inline uint64_t record_place_line(uint64_t place)
{
    return place & RECORD_LINE_MAX;
}

static inline void record_put_note(struct record *record, uint64_t note)
{
    for (unsigned i = 0; i < RECORD_NOTE_BYTES; i++)
        record->note[i] = (uint8_t)(note >> (8 * (RECORD_NOTE_BYTES - 1 - i)));
}

static inline void record_set_note(struct record *record, uint16_t label, unsigned kind, uint64_t place)
{
    record_put_note(record,
                    (uint64_t)label << RECORD_LABEL_SHIFT | (uint64_t)kind << RECORD_PLACE_BITS | place);
}

/* Marks an identifier that is not to be listed, whatever other records of it say. */
static inline void record_set_removed(struct record *record)
{
    record_put_note(record, UINT64_C(1) << RECORD_REMOVED_BIT);
}

static inline int record_is_removed(const struct record *record)
{
    return (int)(bytes_get_be64(record->note) >> RECORD_REMOVED_BIT & 1);
}

static inline uint16_t record_label(const struct record *record)
{
    return bytes_get_be16(record->note);
}

static inline unsigned record_kind(const struct record *record)
{
    return (unsigned)(bytes_get_be64(record->note) >> RECORD_PLACE_BITS) & ((1u << RECORD_KIND_BITS) - 1);
}

static inline uint64_t record_where(const struct record *record)
{
    return bytes_get_be64(record->note) & ((UINT64_C(1) << RECORD_PLACE_BITS) - 1);
}

#endif
