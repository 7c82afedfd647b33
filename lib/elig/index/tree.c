/* SPDX-License-Identifier: Apache-2.0 */
/* Computes the shape of the tree above the leaves, and searches and checks its pages. */
#include "lib/elig/index/tree.h"

#include <string.h>

int tree_shape_make(struct tree_shape *shape, uint64_t first_tree_page, uint64_t leaves)
{
    memset(shape, 0, sizeof *shape);
    shape->count[0] = leaves;
    while (shape->count[shape->levels] > 1) {
        if (shape->levels == ELIG_LEVELS_MAX)
            return ELIG_E_ARGUMENT;
        shape->levels++;
        uint64_t below = shape->count[shape->levels - 1];
        shape->count[shape->levels] = below / ELIG_FANOUT + (below % ELIG_FANOUT != 0);
    }
    uint64_t page = first_tree_page;
    for (unsigned level = shape->levels + 1; level-- > 0;) {
        shape->first_page[level] = page;
        page += shape->count[level];
    }
    shape->pages = page;
    return 0;
}

unsigned tree_entries(const struct tree_shape *shape, unsigned level, uint64_t index)
{
    uint64_t left = shape->count[level - 1] - index * ELIG_FANOUT;
    return left < ELIG_FANOUT ? (unsigned)left : ELIG_FANOUT;
}

int tree_child(const uint8_t *page, unsigned count, struct tree_key key)
{
    unsigned low = 0, high = count; /* entries before low are <= key, those from high on are > key */
    while (low < high) {
        unsigned middle = (low + high) / 2;
        if (tree_key_is_less(key, tree_key_of(tree_entry(page, middle))))
            high = middle;
        else
            low = middle + 1;
    }
    return (int)low - 1;
}

bool tree_page_is_sound(const uint8_t *page, unsigned level, unsigned count, const uint8_t *entry)
{
    if (memcmp(page + ELIG_ENTRY_AT_SEPARATOR, entry + ELIG_ENTRY_AT_SEPARATOR, ELIG_SEPARATOR_BYTES) != 0)
        return false;
    for (unsigned i = 0; i < count; i++) {
        const uint8_t *child = tree_entry(page, i);
        if (i > 0 && !tree_key_is_less(tree_key_of(child - ELIG_ENTRY_BYTES), tree_key_of(child)))
            return false;
        if (level > 1 && bytes_get_le16(child + ELIG_ENTRY_AT_SEED) != 0)
            return false;
    }
    return bytes_are_zero(tree_entry(page, count), ELIG_PAGE_BYTES - (size_t)count * ELIG_ENTRY_BYTES);
}
