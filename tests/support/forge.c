/* SPDX-License-Identifier: Apache-2.0 */
/* The hashes of changed indexes, made right again. */
#include "tests/support/forge.h"

#include "include/elig_format.h"

#include "lib/elig/digest/digest.h"
#include "lib/elig/index/header.h"

void forge_header_hash(uint8_t *page)
{
    digest_bytes(ELIG_DOMAIN_HEADER, NULL, page, ELIG_AT_HEADER_HASH, page + ELIG_AT_HEADER_HASH);
}

bool forge_hashes(uint8_t *bytes, size_t length)
{
    struct header header;
    if (length < ELIG_PAGE_BYTES)
        return false;
    forge_header_hash(bytes);
    if (header_read(&header, bytes, NULL) != 0 || header.tree.pages * ELIG_PAGE_BYTES != length)
        return false;
    if (header.dictionary_bytes > 0)
        digest_bytes(ELIG_DOMAIN_DICTIONARY, header.profile.salt, bytes + ELIG_PAGE_BYTES,
                     header_dictionary_pages(header.dictionary_bytes) * ELIG_PAGE_BYTES,
                     bytes + ELIG_AT_DICTIONARY_HASH);
    for (unsigned level = 0; level <= header.tree.levels; level++)
        for (uint64_t i = 0; i < header.tree.count[level]; i++) {
            uint64_t number = header.tree.first_page[level] + i;
            uint8_t *entry = bytes + ELIG_AT_ROOT;
            if (level < header.tree.levels)
                entry = bytes + (header.tree.first_page[level + 1] + i / ELIG_FANOUT) * ELIG_PAGE_BYTES +
                        i % ELIG_FANOUT * ELIG_ENTRY_BYTES;
            digest_page(header.profile.salt, number, bytes + number * ELIG_PAGE_BYTES,
                        entry + ELIG_ENTRY_AT_TAG);
        }
    forge_header_hash(bytes);
    return true;
}
