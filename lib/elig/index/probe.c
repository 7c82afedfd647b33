/* SPDX-License-Identifier: Apache-2.0 */
/* Looks digests up: elig_find(), one at a time, and in batches whose memory reads overlap. */
#include "lib/elig/index/probe.h"

/* The answer from a slot that holds the digest's fingerprint, in an index with labels. Not inlined: it is rare,
 * or takes little of the time. */
static __attribute__((noinline)) struct elig_answer
answer_of_slot(const struct elig *index, const uint8_t *page, uint32_t slot_at, const uint8_t *digest)
{
    return index_answer(index, true, leaf_reader_payload(&index->reader, page, slot_at, digest));
}

static struct elig_answer find_by_walk(const struct elig *index, const uint8_t *digest)
{
    uint8_t page[ELIG_PAGE_BYTES];
    uint16_t seed;
    bool has_leaf;
    int error = index_walk(index, digest, page, &seed, &has_leaf);
    if (error != 0 || !has_leaf)
        return error != 0 ? index_error(error) : index_verdict(ELIG_NOT_LISTED);
    return probe_leaf(index, page, seed, digest);
}

/* ---- Lookups in memory ---- */

static bool leaf_needs_check(const struct elig *index, uint64_t leaf)
{
    return index->leaf_is_good != NULL &&
           !atomic_load_explicit(&index->leaf_is_good[leaf], memory_order_relaxed);
}

/* The leaf that a digest can be in. */
struct leaf_page {
    const uint8_t *page; /* NULL: the digest is below every leaf, or there is an error */
    uint64_t seed;
};

/* Corrects the prediction and checks the leaf page if that is due. Returns 0 or ELIG_E_DAMAGED. */
static inline int find_leaf(const struct elig *index, uint64_t predicted, const uint8_t *digest,
                            struct leaf_page *leaf_page)
{
    struct location location = locator_correct(&index->locator, predicted, digest);
    uint64_t leaf = location.leaf_number - 1;
    leaf_page->page = NULL;
    if (__builtin_expect(location.leaf_number == 0, 0))
        return 0;
    if (__builtin_expect(leaf_needs_check(index, leaf), 0) && index_check_leaf(index, leaf) != 0)
        return ELIG_E_DAMAGED;
    leaf_page->page = index_leaf(index, leaf);
    leaf_page->seed = location.seed;
    return 0;
}

static struct elig_answer find_one(const struct elig *index, const uint8_t *digest)
{
    struct leaf_page leaf_page;
    int error = find_leaf(index, locator_predict(&index->locator, bytes_get_be64(digest)), digest, &leaf_page);
    if (error != 0)
        return index_error(error);
    return leaf_page.page == NULL ? index_verdict(ELIG_NOT_LISTED)
                                  : probe_leaf(index, leaf_page.page, leaf_page.seed, digest);
}

/*
 * One lookup of a batch between two stages. A stage ends with a prefetch where the next read is likely to wait
 * for memory, so that other lookups proceed meanwhile (docs/DESIGN.md, "Lookups").
 */
struct pending {
    uint64_t number;   /* the predicted leaf, then the hash, then the bit where the slot starts */
    const uint8_t *at; /* the pilot, then the page; NULL: answered already */
};

/*
 * Lookups pass through four stages in blocks, each block one stage after the previous one. Each stage is a
 * tight loop: a load that waits for a page's address stalls the instructions after it, so such loads are kept
 * together. 2 * BLOCK outstanding cache lines are about the most that a core can track.
 */
#define BLOCK 12
#define STAGES 4 /* a power of two, so that step numbers below 0 wrap around correctly */

/* A block at one stage. The stages are not inlined: registers suffice for one stage, not for all four. */
struct block {
    const struct elig *index;
    const uint8_t (*digests)[ELIG_DIGEST_BYTES];
    struct elig_answer *answers;
    struct pending *pending;
    size_t count;
};

/* Predicts the leaves and prefetches their separators. */
static __attribute__((noinline)) void block_predict(const struct block *given)
{
    const struct block block = *given;
    const struct locator *locator = &block.index->locator;
    for (size_t i = 0; i < block.count; i++) {
        block.pending[i].number = locator_predict(locator, bytes_get_be64(block.digests[i]));
        __builtin_prefetch(&locator->words[block.pending[i].number]);
    }
}

/* Finds the leaf and its pilot. Returns 0 or an error. */
static inline int locate_one(const struct elig *index, const uint8_t *digest, struct pending *pending,
                             struct elig_answer *answer)
{
    struct leaf_page leaf_page;
    int error = find_leaf(index, pending->number, digest, &leaf_page);
    pending->at = NULL;
    if (__builtin_expect(leaf_page.page == NULL, 0)) {
        *answer = error != 0 ? index_error(error) : index_verdict(ELIG_NOT_LISTED);
        return error;
    }
    pending->number = leaf_hash(digest, leaf_page.seed);
    pending->at = leaf_page.page + leaf_reader_pilot_at(&index->reader, pending->number);
    return 0;
}

/* Finds the leaves and prefetches the pilots. Returns the first error, or 0. */
static __attribute__((noinline)) int block_locate(const struct block *given)
{
    const struct block block = *given;
    int first = 0;
    for (size_t i = 0; i < block.count; i++) {
        int error = locate_one(block.index, block.digests[i], &block.pending[i], &block.answers[i]);
        if (__builtin_expect(error != 0, 0) && first == 0)
            first = error;
    }
    for (size_t i = 0; i < block.count; i++)
        __builtin_prefetch(block.pending[i].at);
    return first;
}

/* Computes the slots from the pilots and prefetches them. Any pilot gives a slot within the leaf. */
static __attribute__((noinline)) void block_read_pilots(const struct block *given)
{
    const struct block block = *given;
    const struct leaf_reader *reader = &block.index->reader;
    for (size_t i = 0; i < block.count; i++) {
        struct pending *pending = &block.pending[i];
        if (pending->at == NULL)
            continue;
        pending->number = leaf_reader_slot_at(reader, pending->number, bytes_get_le16(pending->at));
        pending->at -= (uintptr_t)pending->at % ELIG_PAGE_BYTES;
        __builtin_prefetch(pending->at + pending->number / 8);
    }
}

/* Compares the fingerprints in the slots and fills in the answers. */
static __attribute__((noinline)) void block_compare(const struct block *given)
{
    const struct block block = *given;
    const struct leaf_reader *reader = &block.index->reader;
    for (size_t i = 0; i < block.count; i++) {
        const struct pending *pending = &block.pending[i];
        uint32_t slot_at = (uint32_t)pending->number;
        if (pending->at == NULL)
            continue;
        bool found = leaf_reader_is_match(reader, pending->at, slot_at, block.digests[i]);
        block.answers[i] = index_verdict(found ? ELIG_ELIGIBLE : ELIG_NOT_LISTED);
        if (reader->payload_bits > 0 && found)
            block.answers[i] = answer_of_slot(block.index, pending->at, slot_at, block.digests[i]);
    }
}

static int find_many(const struct elig *index, const uint8_t (*digests)[ELIG_DIGEST_BYTES], size_t count,
                     struct elig_answer *answers)
{
    struct pending lookups[STAGES][BLOCK];
    struct block blocks[STAGES];
    int first = 0;
    for (size_t i = 0; i < STAGES; i++)
        blocks[i] = (struct block){.index = index, .count = 0};
    for (size_t step = 0, from = 0; from < count + (STAGES - 1) * BLOCK; step++, from += BLOCK) {
        size_t left = from < count ? count - from : 0;
        blocks[step % STAGES] = (struct block){.index = index,
                                               .digests = digests + (left > 0 ? from : 0),
                                               .answers = answers + (left > 0 ? from : 0),
                                               .pending = lookups[step % STAGES],
                                               .count = left < BLOCK ? left : BLOCK};
        block_predict(&blocks[step % STAGES]);
        int error = block_locate(&blocks[(step - 1) % STAGES]);
        block_read_pilots(&blocks[(step - 2) % STAGES]);
        block_compare(&blocks[(step - 3) % STAGES]);
        first = first != 0 ? first : error;
    }
    return first;
}

int elig_find(const struct elig *index, const uint8_t (*digests)[ELIG_DIGEST_BYTES], size_t count,
              struct elig_answer *answers)
{
    bool is_mapped = index->locator.lines != NULL;
    int first = 0;
    if (is_mapped && count > 1)
        return find_many(index, digests, count, answers);
    for (size_t i = 0; i < count; i++) {
        answers[i] = is_mapped ? find_one(index, digests[i]) : find_by_walk(index, digests[i]);
        if (first == 0)
            first = answers[i].error;
    }
    return first;
}
