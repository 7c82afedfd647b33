/* SPDX-License-Identifier: Apache-2.0 */
/*
 * phone_table.h - phone numbering plans of the world: layout of the generated phone_table.c.
 *
 * phone_table.c is written by tools/phone_table.py from the metadata of Google's libphonenumber (its head
 * names version and licence). There are three types of sets of digit strings. Each set is a node of one
 * acyclic automaton in phone_table_edges:
 *
 *   numbers   of a calling code: the national numbers that are plausible. The general pattern of each region
 *             that shares the code, cut to the lengths possible there. Where such a number would begin like
 *             an international call (00, or a prefix of the region), the general patterns are far too
 *             generous, so there a pattern of some kind of number (mobile, toll-free, ...) must match.
 *   trunks    of a calling code: the prefixes dialled before a national number inside the country, such as
 *             0, carrier selection included. A prefix that has to be replaced by other digits instead of
 *             dropped is left out.
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
#define PHONE_TABLE_NO_NODE 0xFFF
#define PHONE_TABLE_EDGE_BYTES 3

#define PHONE_TABLE_CODE_DIGITS 3      /* longest calling code */
#define PHONE_TABLE_NATIONAL_DIGITS 17 /* longest national number */
#define PHONE_TABLE_LETTERS 26         /* that names of regions begin with: A to Z */
#define PHONE_TABLE_NO_START 255       /* in phone_table_code_starts: no row; beyond all of them */
#define PHONE_TABLE_NO_CODE 0xFF       /* a region without calling code: none given */

struct phone_table_code {
    uint64_t code : 10;         /* calling code, 1 .. 999; the table is sorted by it */
    uint64_t numbers : 12;      /* node */
    uint64_t trunks : 12;       /* node */
    uint64_t shortest_bare : 5; /* fewer digits without trunk prefix may be a number without area code */
    uint64_t lengths : 25;      /* bit n is set if a national number may have n digits */
};

struct phone_table_region {
    char second;       /* letter of the ISO 3166 code; zero in the first row, which stands for no region */
    uint8_t code;      /* index into phone_table_codes, or PHONE_TABLE_NO_CODE */
    uint16_t prefixes; /* node */
};

extern const size_t phone_table_code_count;
extern const struct phone_table_code phone_table_codes[];
/* For each value of two digits, the row of the first code that begins with them or that they begin with. */
extern const uint8_t phone_table_code_starts[];
extern const size_t phone_table_region_count;
extern const struct phone_table_region phone_table_regions[]; /* sorted by name */
/* For each letter, the first row of a region that begins with it or a later one; and one more entry, for the
 * end. */
extern const uint8_t phone_table_region_starts[];
extern const size_t phone_table_edge_count;
extern const uint8_t
    phone_table_edges[]; /* PHONE_TABLE_EDGE_BYTES each, and one more byte for phone_table_edge() */

/* Four bytes at once: one load. */
static inline uint32_t phone_table_edge(uint32_t number)
{
    return bytes_get_le32(phone_table_edges + (size_t)number * PHONE_TABLE_EDGE_BYTES) & 0xFFFFFF;
}

/* The name of a region by its row: its first letter is the one whose rows it is among. */
static inline void phone_table_region_name(size_t row, char name[2])
{
    size_t letter = 0;
    while (row > 0 && phone_table_region_starts[letter + 1] <= row)
        letter++;
    name[0] = row > 0 ? (char)('A' + letter) : '\0';
    name[1] = phone_table_regions[row].second;
}

#endif
