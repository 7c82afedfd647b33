/* SPDX-License-Identifier: Apache-2.0 */
/* Reads pages of an open index and checks them, each against the entry of the tree that lists it. */
#include "lib/elig/index/index.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

int index_read_at(const struct elig *index, uint8_t *bytes, size_t length, uint64_t offset)
{
    while (length > 0) {
        ssize_t got = pread(index->file, bytes, length, (off_t)offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return ELIG_E_READ;
        if (got == 0)
            return ELIG_E_LENGTH;
        bytes += got;
        length -= (size_t)got;
        offset += (size_t)got;
    }
    return 0;
}

static int read_page(const struct elig *index, uint64_t number, uint8_t *page)
{
    int error = index_read_at(index, page, ELIG_PAGE_BYTES, number * ELIG_PAGE_BYTES);
    return error == ELIG_E_LENGTH ? ELIG_E_DAMAGED : error;
}

static bool tag_is(const struct elig *index, uint64_t number, const uint8_t *page, const uint8_t *expected)
{
    uint8_t tag[ELIG_TAG_BYTES];
    digest_page(index->header.profile.salt, number, page, tag);
    return memcmp(tag, expected, sizeof tag) == 0;
}

int index_read_inner(const struct elig *index, unsigned level, uint64_t position, const uint8_t *entry,
                     uint8_t *page)
{
    const struct tree_shape *tree = &index->header.tree;
    uint64_t number = tree->first_page[level] + position;
    int error = read_page(index, number, page);
    if (error != 0)
        return error;
    if (!tag_is(index, number, page, entry + ELIG_ENTRY_AT_TAG) ||
        !tree_page_is_sound(page, level, tree_entries(tree, level, position), entry))
        return ELIG_E_DAMAGED;
    return 0;
}

int index_read_leaf(const struct elig *index, uint64_t leaf, const uint8_t *entry, uint8_t *page)
{
    uint64_t number = index->header.tree.first_page[0] + leaf;
    int error = read_page(index, number, page);
    if (error != 0)
        return error;
    if (!tag_is(index, number, page, entry + ELIG_ENTRY_AT_TAG) ||
        !leaf_padding_is_zero(&index->header.leaf, page))
        return ELIG_E_DAMAGED;
    return 0;
}

int index_walk(const struct elig *index, const uint8_t *digest, uint8_t *page, uint16_t *seed, bool *has_leaf)
{
    const struct tree_shape *tree = &index->header.tree;
    struct tree_key key = tree_key_of(digest);
    uint8_t entry[ELIG_ENTRY_BYTES];
    uint64_t position = 0; /* of the page that entry lists, within its level */
    memcpy(entry, index->header.root, sizeof entry);
    *has_leaf = tree->count[0] > 0 && !tree_key_is_less(key, tree_key_of(entry));
    if (!*has_leaf)
        return 0;
    for (unsigned level = tree->levels; level > 0; level--) {
        int error = index_read_inner(index, level, position, entry, page);
        if (error != 0)
            return error;
        /* never -1: the page's first separator is entry's, which is not greater than key */
        int child = tree_child(page, tree_entries(tree, level, position), key);
        memcpy(entry, tree_entry(page, (unsigned)child), sizeof entry);
        position = position * ELIG_FANOUT + (unsigned)child;
    }
    *seed = bytes_get_le16(entry + ELIG_ENTRY_AT_SEED);
    return index_read_leaf(index, position, entry, page);
}

int index_check_leaf(const struct elig *index, uint64_t leaf)
{
    const uint8_t *page = index_leaf(index, leaf);
    if (!tag_is(index, index->header.tree.first_page[0] + leaf, page, index->tags[leaf]) ||
        !leaf_padding_is_zero(&index->header.leaf, page))
        return ELIG_E_DAMAGED;
    atomic_store_explicit(&index->leaf_is_good[leaf], 1, memory_order_relaxed);
    return 0;
}
