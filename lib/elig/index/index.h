/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index.h - an open index: what a handle holds, and how its pages are read and checked.
 */
#ifndef ELIG_INDEX_H
#define ELIG_INDEX_H

#include <stdatomic.h>
#include <stdbool.h>

#include "include/elig.h"

#include "lib/elig/digest/profile.h"
#include "lib/elig/index/dictionary.h"
#include "lib/elig/index/header.h"
#include "lib/elig/index/locator.h"
#include "lib/elig/index/tree.h"

/* The members that every lookup in a mapped index reads come first: they share as few cache lines as possible.
 */
struct elig {
    struct leaf_reader reader;
    /* With ELIG_CHECK_WALK, and in an index without leaves, the members down to map are NULL. */
    const uint8_t *leaves;               /* at a multiple of ELIG_PAGE_BYTES: mapped, or a copy */
    _Atomic unsigned char *leaf_is_good; /* one for each leaf; NULL once all are checked */
    struct locator locator;

    uint8_t (*tags)[ELIG_TAG_BYTES]; /* one for each leaf; NULL once all are checked */
    void *map;                       /* the mapping that leaves points into, map_bytes long */
    size_t map_bytes;
    struct header header;
    struct dictionary dictionary;
    struct digester *digester; /* in locked memory; NULL where a secret is needed and none was given */
    unsigned threads;          /* that a lookup in an offline index may run */
    int file;                  /* descriptor */
    enum elig_check check;
};

/* Reads length bytes of the file: 0, ELIG_E_READ, or ELIG_E_LENGTH where the file ends before. */
ELIG_CHECK_RESULT int index_read_at(const struct elig *index, uint8_t *bytes, size_t length, uint64_t offset);

/*
 * Reads one page into private memory (ELIG_PAGE_BYTES), so that a change of the file after the check has no
 * effect, and checks it against the entry that lists it: its tag, and that it is as a builder writes it.
 * position counts within the level. Returns 0, ELIG_E_READ or ELIG_E_DAMAGED. Both work in every mode.
 */
ELIG_CHECK_RESULT int index_read_inner(const struct elig *index, unsigned level, uint64_t position,
                                       const uint8_t *entry, uint8_t *page);
ELIG_CHECK_RESULT int index_read_leaf(const struct elig *index, uint64_t leaf, const uint8_t *entry,
                                      uint8_t *page);

/*
 * Reads the leaf page that a digest can be in to page (ELIG_PAGE_BYTES), and its seed, from the root down and
 * checking each page. Sets *has_leaf to false if the digest is below every leaf. Returns 0, ELIG_E_READ or
 * ELIG_E_DAMAGED. Works in every mode.
 */
ELIG_CHECK_RESULT int index_walk(const struct elig *index, const uint8_t *digest, uint8_t *page, uint16_t *seed,
                                 bool *has_leaf);

/* Compares a leaf page in memory with its tag. Only while index->tags is not NULL. Returns 0, or
 * ELIG_E_DAMAGED. Safe from any thread. */
ELIG_CHECK_RESULT int index_check_leaf(const struct elig *index, uint64_t leaf);

/* The page of a leaf in memory; not with ELIG_CHECK_WALK. */
static inline const uint8_t *index_leaf(const struct elig *index, uint64_t leaf)
{
    return index->leaves + leaf * ELIG_PAGE_BYTES;
}

/* An answer that holds only a verdict, and one that holds an error. */
static inline struct elig_answer index_verdict(enum elig_verdict verdict)
{
    return (struct elig_answer){.verdict = (uint16_t)verdict};
}

static inline struct elig_answer index_error(int error)
{
    return (struct elig_answer){.error = error};
}

/* The answer from a slot; found: it holds the digest's fingerprint. A payload above the codes of all words
 * means a false positive (one chance in 2^f), or a page that elig's builder did not write. */
static inline struct elig_answer index_answer(const struct elig *index, bool found, uint64_t payload)
{
    struct elig_answer answer = {.verdict = ELIG_NOT_LISTED};
    if (!found || payload > index->dictionary.count)
        return answer;
    answer.verdict = ELIG_ELIGIBLE;
    if (payload > 0)
        answer.label = index->dictionary.words[payload - 1];
    return answer;
}

#endif
