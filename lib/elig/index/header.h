/* SPDX-License-Identifier: Apache-2.0 */
/*
 * header.h - the header page as a structure: made from bytes with every field checked, and made into bytes.
 *
 * Pure and thread-safe. header_read() is the gate for everything else: code that runs after it may rely on
 * the ranges named here for every file.
 */
#ifndef ELIG_HEADER_H
#define ELIG_HEADER_H

#include <stdbool.h>

#include "include/elig.h"
#include "include/elig_format.h"

#include "lib/elig/digest/profile.h"
#include "lib/elig/index/leaf.h"
#include "lib/elig/index/tree.h"

struct header {
    struct profile profile;
    uint64_t serial;               /* 0: none; fits an int64_t */
    int64_t not_before, not_after; /* 0: no bound */
    uint64_t identifiers;          /* 0 .. ELIG_IDENTIFIERS_MAX */
    struct leaf_shape leaf;        /* passed leaf_shape_is_valid() */
    struct tree_shape tree;        /* agrees with identifiers, leaf and the dictionary's length */
    uint32_t label_count;          /* 0 .. ELIG_LABELS_MAX, fits the payload */
    uint64_t dictionary_bytes;     /* within what label_count words can take */
    uint8_t dictionary_hash[ELIG_HASH_BYTES];
    uint8_t root[ELIG_ENTRY_BYTES];
    unsigned kind_count; /* 1 .. ELIG_KINDS_MAX */
    struct elig_kind kinds[ELIG_KINDS_MAX];
    char campaign[ELIG_CAMPAIGN_MAX + 1];
    uint8_t signer[ELIG_SIGNER_BYTES]; /* zero: unsigned */
};

/* Reads a page into *header. Returns 0, or ELIG_E_NOT_INDEX, ELIG_E_FORMAT; ELIG_E_UNSIGNED, ELIG_E_SIGNER or
 * ELIG_E_SIGNATURE if signer is not NULL; ELIG_E_RULES, ELIG_E_PROFILE, ELIG_E_COST or ELIG_E_DAMAGED; tried in
 * this order, so that a file of a later version is called that and not damaged. A signature is checked whether
 * or not a signer is demanded: ELIG_E_SIGNATURE if the page has one and it is wrong. */
ELIG_CHECK_RESULT int header_read(struct header *header, const uint8_t page[ELIG_PAGE_BYTES],
                                  const uint8_t *signer);

/* Writes the page with its hash, without a signature. The fields must be as header_read() would leave them. */
void header_write(const struct header *header, uint8_t page[ELIG_PAGE_BYTES]);

/* Whether no signer is named. */
bool header_is_unsigned(const struct header *header);

/* The kind records of a page, which digest files have at the same offset. Reading returns 0, or
 * ELIG_E_DAMAGED if one is malformed, two have one name, or their identifiers do not add up to identifiers. */
ELIG_CHECK_RESULT int header_kinds_read(struct elig_kind kinds[ELIG_KINDS_MAX], unsigned *count,
                                        uint64_t identifiers, const uint8_t page[ELIG_PAGE_BYTES]);
void header_kinds_write(const struct elig_kind *kinds, unsigned count, uint8_t page[ELIG_PAGE_BYTES]);

/* Leaf pages that n identifiers need, and pages that a dictionary needs. */
uint64_t header_leaves(uint64_t identifiers, uint32_t slots);
uint64_t header_dictionary_pages(uint64_t dictionary_bytes);

/* Whether name is one a kind may have: 1 .. ELIG_KIND_NAME_MAX lower-case letters, digits, '-' and '_'. */
ELIG_CHECK_RESULT bool header_kind_name_is_valid(const char *name);

/* Bits of the codes of label_count words and of "no label". */
unsigned header_label_bits(uint32_t label_count);

#endif
