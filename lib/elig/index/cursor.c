/* SPDX-License-Identifier: Apache-2.0 */
/* Iterates over the leaves and keeps the inner pages above the current leaf. */
#include "lib/elig/index/cursor.h"

#include <fcntl.h>
#include <stdlib.h>

#include "lib/elig/index/probe.h"

/* Leaves to read ahead at a time, since ELIG_CHECK_WALK turns the kernel's own read-ahead off. */
#define READ_AHEAD_LEAVES 256

#define NO_PAGE UINT64_MAX

struct cursor {
    const struct elig *index;
    int error;                                 /* the last result of cursor_next(); once not 0, it stays */
    bool has_leaf;                             /* false before the first leaf and after the last */
    uint64_t next;                             /* leaf that cursor_next() moves to */
    struct tree_key separator, next_separator; /* of the current leaf and the one after it */
    bool has_next_separator;                   /* false: the current leaf is the last */
    uint16_t seed;                             /* of the current leaf */
    uint64_t held[ELIG_LEVELS_MAX + 1];        /* which page of each level is in pages, or NO_PAGE */
    uint8_t pages[ELIG_LEVELS_MAX + 1][ELIG_PAGE_BYTES]; /* the current leaf and those above it */
};

struct cursor *cursor_open(const struct elig *index, uint64_t first_leaf)
{
    struct cursor *cursor = calloc(1, sizeof *cursor);
    if (cursor == NULL)
        return NULL;
    cursor->index = index;
    cursor->next = first_leaf;
    for (unsigned level = 0; level <= ELIG_LEVELS_MAX; level++)
        cursor->held[level] = NO_PAGE;
    return cursor;
}

/* The page of a level that a leaf is under. */
static uint64_t ancestor(uint64_t leaf, unsigned level)
{
    for (; level > 0; level--)
        leaf /= ELIG_FANOUT;
    return leaf;
}

/*
 * Reads the inner pages above a leaf that are not held, from the top, since each is checked against an entry of
 * the one above. Sets *entry to the leaf's entry and keeps the separators. The next leaf's is the following
 * entry of the lowest page that has one: a page's first separator is its own entry's, or the page is refused.
 */
static int read_above(struct cursor *cursor, uint64_t leaf, const uint8_t **entry)
{
    const struct tree_shape *tree = &cursor->index->header.tree;
    *entry = cursor->index->header.root;
    cursor->has_next_separator = false;
    for (unsigned level = tree->levels; level > 0; level--) {
        uint64_t position = ancestor(leaf, level);
        uint8_t *page = cursor->pages[level];
        if (cursor->held[level] != position) {
            cursor->held[level] = NO_PAGE;
            int error = index_read_inner(cursor->index, level, position, *entry, page);
            if (error != 0)
                return error;
            cursor->held[level] = position;
        }
        unsigned child = (unsigned)(ancestor(leaf, level - 1) - position * ELIG_FANOUT);
        *entry = tree_entry(page, child);
        if (child + 1 < tree_entries(tree, level, position)) {
            cursor->next_separator = tree_key_of(tree_entry(page, child + 1));
            cursor->has_next_separator = true;
        }
    }
    cursor->separator = tree_key_of(*entry);
    cursor->seed = bytes_get_le16(*entry + ELIG_ENTRY_AT_SEED);
    /* index_read_inner() checked that separators rise within a page; this is for the last entry of a page. */
    if (cursor->has_next_separator && !tree_key_is_less(cursor->separator, cursor->next_separator))
        return ELIG_E_DAMAGED;
    return 0;
}

static void read_ahead(const struct cursor *cursor, uint64_t leaf)
{
    const struct tree_shape *tree = &cursor->index->header.tree;
    if (cursor->held[0] == NO_PAGE || leaf % READ_AHEAD_LEAVES == 0)
        (void)posix_fadvise(cursor->index->file, (off_t)((tree->first_page[0] + leaf) * ELIG_PAGE_BYTES),
                            (off_t)READ_AHEAD_LEAVES * ELIG_PAGE_BYTES, POSIX_FADV_WILLNEED);
}

static int move(struct cursor *cursor, uint64_t leaf)
{
    const uint8_t *entry;
    read_ahead(cursor, leaf);
    int error = read_above(cursor, leaf, &entry);
    if (error == 0)
        error = index_read_leaf(cursor->index, leaf, entry, cursor->pages[0]);
    if (error == 0)
        cursor->held[0] = leaf;
    return error;
}

int cursor_next(struct cursor *cursor, bool *has_leaf)
{
    cursor->has_leaf = cursor->error == 0 && cursor->next < cursor->index->header.tree.count[0];
    if (cursor->has_leaf) {
        cursor->error = move(cursor, cursor->next++);
        cursor->has_leaf = cursor->error == 0;
    }
    *has_leaf = cursor->has_leaf;
    return cursor->error;
}

struct tree_key cursor_separator(const struct cursor *cursor)
{
    return cursor->separator;
}

bool cursor_next_separator(const struct cursor *cursor, struct tree_key *key)
{
    if (cursor->has_next_separator)
        *key = cursor->next_separator;
    return cursor->has_next_separator;
}

int cursor_probe(const struct cursor *cursor, const uint8_t *digest, struct elig_answer *answer)
{
    struct tree_key key = tree_key_of(digest);
    if (!cursor->has_leaf || tree_key_is_less(key, cursor->separator) ||
        (cursor->has_next_separator && !tree_key_is_less(key, cursor->next_separator))) {
        *answer = index_error(ELIG_E_ARGUMENT);
        return ELIG_E_ARGUMENT;
    }
    *answer = probe_leaf(cursor->index, cursor->pages[0], cursor->seed, digest);
    return 0;
}

void cursor_close(struct cursor *cursor)
{
    free(cursor);
}
