/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_seal.h - the hashes of an index that was changed, made right again. Included by one harness each.
 */
#ifndef ELIG_FUZZ_SEAL_H
#define ELIG_FUZZ_SEAL_H

#include "fuzz/fuzz_file.h"
#include "lib/elig/digest/digest.h"
#include "lib/elig/index/header.h"

/* Makes the hashes right, from the leaves up, as far as the header makes sense. */
static void seal(struct file *file)
{
    static const uint8_t no_salt[ELIG_SALT_BYTES];
    struct header header;
    uint8_t *bytes = file->bytes;
    if (file->length < ELIG_PAGE_BYTES)
        return;
    digest_bytes(ELIG_DOMAIN_HEADER, no_salt, bytes, ELIG_AT_HEADER_HASH, bytes + ELIG_AT_HEADER_HASH);
    if (header_read(&header, bytes, NULL) != 0 || header.tree.pages * ELIG_PAGE_BYTES != file->length)
        return;
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
    digest_bytes(ELIG_DOMAIN_HEADER, no_salt, bytes, ELIG_AT_HEADER_HASH, bytes + ELIG_AT_HEADER_HASH);
}

#endif
