/* SPDX-License-Identifier: Apache-2.0 */
/* Whole indexes written without the builder. */
#include "tests/support/forge_index.h"

#include "lib/elig/digest/digest.h"
#include "lib/elig/index/header.h"
#include "lib/elig/index/leaf.h"
#include "tests/support/asking.h"
#include "tests/support/forge.h"
#include "tests/support/test.h"

struct test_file forge_index(const uint8_t (*digests)[ELIG_DIGEST_BYTES], size_t count)
{
    struct header header = {
        .leaf = {.slots = 1, .buckets = 1, .fingerprint_bits = 56},
        .identifiers = count,
        .kind_count = 1,
        .kinds = {{.name = "id", .part_count = 1, .parts = {{.type = ELIG_TYPE_EXACT}}, .identifiers = count}}};
    memcpy(header.profile.salt, test_salt(), sizeof header.profile.salt);
    header.profile.id = ELIG_PROFILE_KEYED;
    digest_key_check(test_secret(), header.profile.salt, header.profile.key_check);
    assert_int_equal(tree_shape_make(&header.tree, 1, count), 0);
    struct test_file file = {calloc(header.tree.pages, ELIG_PAGE_BYTES), header.tree.pages * ELIG_PAGE_BYTES};
    assert_non_null(file.bytes);
    if (count > 0)
        memcpy(header.root, digests[0], ELIG_SEPARATOR_BYTES);
    header_write(&header, file.bytes);
    size_t below = 1; /* leaves under one entry of the level */
    for (unsigned level = 0; level <= header.tree.levels; level++, below *= ELIG_FANOUT)
        for (size_t i = 0; i < header.tree.count[level]; i++) {
            uint8_t *page = file.bytes + (header.tree.first_page[level] + i) * ELIG_PAGE_BYTES;
            if (level == 0)
                leaf_put_bits(page, 0, 56, leaf_fingerprint(&header.leaf, digests[i]));
            for (size_t j = 0; level > 0 && j < tree_entries(&header.tree, level, i); j++)
                memcpy(page + j * ELIG_ENTRY_BYTES, digests[(i * ELIG_FANOUT + j) * below / ELIG_FANOUT],
                       ELIG_SEPARATOR_BYTES);
        }
    assert_true(forge_hashes(file.bytes, file.length));
    return file;
}
