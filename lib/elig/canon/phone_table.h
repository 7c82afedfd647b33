/* SPDX-License-Identifier: Apache-2.0 */
/*
 * phone_table.h - phone numbering plans of the world: layout of the generated phone_table.c.
 *
 * phone_table.c is written by tools/phone_table.py from the metadata of Google's libphonenumber (its head
 * names version and licence). There are four types of sets of digit strings. Each set is a node of one
 * acyclic automaton, the edges of the table:
 *
 *   numbers   of a calling code: the national numbers that are plausible. The general pattern of each region
 *             that shares the code, cut to the lengths possible there, and the ranges that an older table had.
 *             Where such a number would begin like an international call (00, or a prefix of the region), or
 *             would have a second reading after a trunk prefix, the general patterns are far too generous, so
 *             there a pattern of some kind of number (mobile, toll-free, ...) must match. So no number is
 *             another one after a trunk prefix of its calling code.
 *   trunks    of a calling code: the prefixes dialled before a national number inside the country, such as
 *             0, carrier selection included. A prefix that has to be replaced by other digits instead of
 *             dropped is left out.
 *   whole     of a calling code: numbers of fewer digits than shortest_bare that are dialled as they stand
 *             everywhere in the country.
 *   prefixes  of a region: the prefixes dialled before a calling code, such as 001, and always 00.
 *
 * A node is the number of its first edge. An edge is three bytes, little-endian: bits 0..9 the digits it takes,
 * PHONE_TABLE_LAST on the node's last one, PHONE_TABLE_ACCEPT on the first one if the digits so far are in the
 * set, and in the upper 12 bits the node it leads to. A node without edges is one that takes no digits.
 */
#ifndef ELIG_PHONE_TABLE_H
#define ELIG_PHONE_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "lib/elig/bytes.h"

#define PHONE_TABLE_LAST (1u << 10)
#define PHONE_TABLE_ACCEPT (1u << 11)
#define PHONE_TABLE_TARGET_SHIFT 12
#define PHONE_TABLE_TARGET_MASK 0xFFFu
#define PHONE_TABLE_EDGE_BYTES 3

#define PHONE_TABLE_CODE_DIGITS 3 /* longest calling code */
#define PHONE_TABLE_NATIONAL_SHORTEST 4
#define PHONE_TABLE_NATIONAL_DIGITS 17  /* longest national number */
#define PHONE_TABLE_RENUMBERED_DIGITS 3 /* of a field of a renumbering, at most */
#define PHONE_TABLE_LETTERS 26          /* that names of regions begin with: A to Z */
#define PHONE_TABLE_NO_START 255        /* in code_starts: no row; beyond all of them */
#define PHONE_TABLE_NO_CODE 0xFF        /* a region without calling code: none given */

struct phone_table_code {
    uint64_t code : 10;         /* calling code, 1 .. 999; the table is sorted by it */
    uint64_t numbers : 12;      /* node */
    uint64_t trunks : 12;       /* node */
    uint64_t whole : 12;        /* node */
    uint64_t bare : 3;          /* see phone_table_shortest_bare() */
    uint64_t lengths : 14;      /* bit n: a national number may have PHONE_TABLE_NATIONAL_SHORTEST + n digits */
    uint64_t is_renumbered : 1; /* there are renumberings of it */
};

/*
 * How national numbers of a calling code that are still written as they once were are written now: a number of
 * length digits that has the digits before at the place at has after there instead, and front before all. The
 * first row that fits holds, if its result is one of the numbers.
 */
struct phone_table_renumbering {
    uint64_t code : 10;
    uint64_t length : 5;
    uint64_t at : 3;
    uint64_t is_after_code : 1; /* only of a number that stands after its calling code */
    uint64_t before_digits : 2;
    uint64_t before : 10;            /* as a number */
    uint64_t after : 12, front : 12; /* digits plus one, in four bits each, the first one lowest */
};

struct phone_table_region {
    char second;       /* letter of the ISO 3166 code; zero in the first row, which stands for no region */
    uint8_t code;      /* index of the calling code, or PHONE_TABLE_NO_CODE */
    uint16_t prefixes; /* node */
};

struct phone_table {
    const struct phone_table_code *codes;
    /* For each value of two digits, the row of the first code that begins with them or that they begin with. */
    const uint8_t *code_starts;
    const struct phone_table_region *regions; /* sorted by name */
    /* For each letter, the first row of a region that begins with it or a later one; and one more entry, for
     * the end. */
    const uint8_t *region_starts;
    const struct phone_table_renumbering *renumberings;
    const uint8_t *edges; /* PHONE_TABLE_EDGE_BYTES each, and one more byte for phone_table_edge() */
    uint16_t code_count, region_count, renumbering_count, edge_count;
};

extern const struct phone_table phone_table;

/* Four bytes at once: one load. Above the edge's bits are eight of the next edge. */
static inline uint32_t phone_table_edge(const struct phone_table *table, uint32_t number)
{
    return bytes_get_le32(table->edges + (size_t)number * PHONE_TABLE_EDGE_BYTES);
}

/* The node that an edge leads to. */
static inline uint32_t phone_table_target(uint32_t edge)
{
    return edge >> PHONE_TABLE_TARGET_SHIFT & PHONE_TABLE_TARGET_MASK;
}

/* With fewer digits than this, a national number without trunk prefix may be a subscriber number without area
 * code; 0 where nothing is dialled before the area code. */
static inline size_t phone_table_shortest_bare(const struct phone_table_code *code)
{
    return code->bare == 0 ? 0 : code->bare + PHONE_TABLE_NATIONAL_SHORTEST - 1u;
}

/* The name of a region by its row: its first letter is the one whose rows it is among. */
static inline void phone_table_region_name(const struct phone_table *table, size_t row, char name[2])
{
    size_t letter = 0;
    while (row > 0 && table->region_starts[letter + 1] <= row)
        letter++;
    name[0] = row > 0 ? (char)('A' + letter) : '\0';
    name[1] = table->regions[row].second;
}

#endif
