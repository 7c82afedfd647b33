/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/elig/index/cursor.h"

#include <fcntl.h>
#include <stdlib.h>

#include "lib/elig/index/index.h"

/* Leaves that the kernel is asked to read at a time: an index opened for walks has its reading ahead off. */
#define AHEAD 256

#define NO_PAGE UINT64_MAX

struct cursor {
    const struct elig *index;
    int state;                                           /* what cursor_next() returned last, at first 1 */
    uint64_t next;                                       /* leaf that cursor_next() moves to */
    struct tree_key separator, next_separator;           /* of the present leaf and the one after it */
    int has_next_separator;                              /* 0: the present leaf is the last */
    uint16_t seed;                                       /* of the present leaf */
    uint64_t held[ELIG_LEVELS_MAX + 1];                  /* which page of each level is in pages, or NO_PAGE */
    uint8_t pages[ELIG_LEVELS_MAX + 1][ELIG_PAGE_BYTES]; /* the present leaf and those above it */
};

struct cursor *cursor_open(const struct elig *index, uint64_t first_leaf)
{
    struct cursor *scan = calloc(1, sizeof *scan);
    if (scan == NULL)
        return NULL;
    scan->index = index;
    scan->state = 1;
    scan->next = first_leaf;
    for (unsigned level = 0; level <= ELIG_LEVELS_MAX; level++)
        scan->held[level] = NO_PAGE;
    return scan;
}

/* Which page of a level a leaf is under. */
static uint64_t ancestor(uint64_t leaf, unsigned level)
{
    for (; level > 0; level--)
        leaf /= ELIG_FANOUT;
    return leaf;
}

/*
 * Reads the inner pages above a leaf that are not held, from the top, since each is checked against an entry of
 * the one above. Sets *entry to the leaf's entry and notes the separators. The next leaf's is the following
 * entry of the lowest page that has one: a page's first separator is its own entry's, or the page is refused.
 */
static int read_above(struct cursor *scan, uint64_t leaf, const uint8_t **entry)
{
    const struct tree_shape *tree = &scan->index->header.tree;
    *entry = scan->index->header.root;
    scan->has_next_separator = 0;
    for (unsigned level = tree->levels; level > 0; level--) {
        uint64_t position = ancestor(leaf, level);
        uint8_t *page = scan->pages[level];
        if (scan->held[level] != position) {
            scan->held[level] = NO_PAGE;
            int error = index_read_inner(scan->index, level, position, *entry, page);
            if (error != 0)
                return error;
            scan->held[level] = position;
        }
        unsigned child = (unsigned)(ancestor(leaf, level - 1) - position * ELIG_FANOUT);
        *entry = tree_entry(page, child);
        if (child + 1 < tree_entries(tree, level, position)) {
            scan->next_separator = tree_key_of(tree_entry(page, child + 1));
            scan->has_next_separator = 1;
        }
    }
    scan->separator = tree_key_of(*entry);
    scan->seed = bytes_get_le16(*entry + ELIG_ENTRY_AT_SEED);
    /* Within a page separators rise, or it is refused; this is for the last entry of one. */
    if (scan->has_next_separator && !tree_key_is_less(scan->separator, scan->next_separator))
        return ELIG_E_DAMAGED;
    return 0;
}

static void ask_ahead(const struct cursor *scan, uint64_t leaf)
{
    const struct tree_shape *tree = &scan->index->header.tree;
    if (scan->held[0] == NO_PAGE || leaf % AHEAD == 0)
        (void)posix_fadvise(scan->index->file, (off_t)((tree->first_page[0] + leaf) * ELIG_PAGE_BYTES),
                            (off_t)AHEAD * ELIG_PAGE_BYTES, POSIX_FADV_WILLNEED);
}

int cursor_next(struct cursor *scan)
{
    const uint8_t *entry;
    uint64_t leaf = scan->next;
    if (scan->state == 1 && leaf >= scan->index->header.tree.count[0])
        scan->state = 0;
    if (scan->state != 1)
        return scan->state;
    ask_ahead(scan, leaf);
    int error = read_above(scan, leaf, &entry);
    if (error == 0)
        error = index_read_leaf(scan->index, leaf, entry, scan->pages[0]);
    if (error != 0)
        return scan->state = error;
    scan->held[0] = leaf;
    scan->next = leaf + 1;
    return 1;
}

uint64_t cursor_leaf(const struct cursor *scan)
{
    return scan->held[0];
}

struct tree_key cursor_separator(const struct cursor *scan)
{
    return scan->separator;
}

int cursor_next_separator(const struct cursor *scan, struct tree_key *key)
{
    if (scan->has_next_separator)
        *key = scan->next_separator;
    return scan->has_next_separator;
}

int cursor_probe(const struct cursor *scan, const uint8_t *digest, struct elig_answer *answer)
{
    struct tree_key key = tree_key_of(digest);
    *answer = (struct elig_answer){.verdict = ELIG_E_ARGUMENT, .reason = ELIG_REASON_NONE, .label = NULL};
    if (scan->state == 1 && scan->held[0] != NO_PAGE && !tree_key_is_less(key, scan->separator) &&
        !(scan->has_next_separator && !tree_key_is_less(key, scan->next_separator))) {
        uint64_t payload;
        int found = leaf_probe(&scan->index->reader, scan->pages[0], scan->seed, digest, &payload);
        *answer = index_answer(scan->index, found, payload);
    }
    return answer->verdict;
}

void cursor_close(struct cursor *scan)
{
    free(scan);
}
