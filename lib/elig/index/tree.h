/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tree.h - the tree above the leaves: which page holds which digests, and what each page must be.
 *
 * Leaves are level 0. An inner page of level k lists up to ELIG_FANOUT consecutive pages of level k - 1, each
 * by its smallest digest's first bytes (separator), its seed and its tag; the one page of the highest level
 * is listed in the header. In the file the highest level comes first, the leaves last.
 */
#ifndef ELIG_TREE_H
#define ELIG_TREE_H

#include <stdbool.h>

#include "include/elig_format.h"

#include "lib/elig/bytes.h"

struct tree_shape {
    unsigned levels;                          /* inner levels; 0: the header lists the one leaf, or none */
    uint64_t count[ELIG_LEVELS_MAX + 1];      /* pages of each level; count[0] leaves */
    uint64_t first_page[ELIG_LEVELS_MAX + 1]; /* number in the file of each level's first page */
    uint64_t pages;                           /* pages of the whole file */
};

/* A separator or a digest's first bytes, comparable as (high, low). */
struct tree_key {
    uint64_t high;
    uint16_t low;
};

/* Fills shape for a file whose tree starts at page first_tree_page and has leaves leaf pages. Returns 0, or
 * ELIG_E_ARGUMENT if that many leaves need more levels than the format has. */
ELIG_CHECK_RESULT int tree_shape_make(struct tree_shape *shape, uint64_t first_tree_page, uint64_t leaves);

/* Entries of page number index of a level (1 .. levels). */
unsigned tree_entries(const struct tree_shape *shape, unsigned level, uint64_t index);

static inline const uint8_t *tree_entry(const uint8_t *page, unsigned i)
{
    return page + i * ELIG_ENTRY_BYTES;
}

static inline struct tree_key tree_key_of(const uint8_t *bytes)
{
    return (struct tree_key){bytes_get_be64(bytes), bytes_get_be16(bytes + sizeof(uint64_t))};
}

static inline bool tree_key_is_less(struct tree_key a, struct tree_key b)
{
    return a.high < b.high || (a.high == b.high && a.low < b.low);
}

/* The last of an inner page's count entries whose separator is not greater than key, or -1 if all are greater.
 */
int tree_child(const uint8_t *page, unsigned count, struct tree_key key);

/*
 * Whether an inner page is as a builder writes it: its first separator is entry's (the one that lists it),
 * separators rise strictly, the seeds of inner pages are zero, and the bytes after its count entries are zero.
 */
ELIG_CHECK_RESULT bool tree_page_is_sound(const uint8_t *page, unsigned level, unsigned count,
                                          const uint8_t *entry);

#endif
