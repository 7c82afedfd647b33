/* SPDX-License-Identifier: Apache-2.0 */
/* page_writer.c - a page goes to its place; its entry goes to where the page above will be. */
#include "builder/index/page_writer.h"

#include <string.h>

#include "lib/elig/digest/digest.h"
#include "lib/util/file.h"

/* The offset of a page's entry: in the page above it, or, for the root, in the header page. */
static uint64_t entry_offset(const struct tree_shape *tree, unsigned level, uint64_t position)
{
    if (level == tree->levels)
        return ELIG_AT_ROOT;
    return (tree->first_page[level + 1] + position / ELIG_FANOUT) * ELIG_PAGE_BYTES +
           position % ELIG_FANOUT * ELIG_ENTRY_BYTES;
}

int page_writer_write(const struct header *header, int descriptor, unsigned level, uint64_t position,
                      const uint8_t *page, const uint8_t *first_digest, uint16_t seed)
{
    uint64_t number = header->tree.first_page[level] + position;
    uint8_t entry[ELIG_ENTRY_BYTES];
    memcpy(entry + ELIG_ENTRY_AT_SEPARATOR, first_digest, ELIG_SEPARATOR_BYTES);
    bytes_put_le16(entry + ELIG_ENTRY_AT_SEED, seed);
    digest_page(header->profile.salt, number, page, entry + ELIG_ENTRY_AT_TAG);
    int error = file_write_at(descriptor, page, ELIG_PAGE_BYTES, number * ELIG_PAGE_BYTES);
    if (error == 0)
        error = file_write_at(descriptor, entry, sizeof entry, entry_offset(&header->tree, level, position));
    return error;
}
