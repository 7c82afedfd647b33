/* SPDX-License-Identifier: Apache-2.0 */
/* Finds digests: elig_find(), one at a time and in batches with many memory reads under way. */
#include "lib/elig/index/probe.h"

/* The answer of a slot that holds the digest's fingerprint, where there are labels. Not inlined, for it is rare
 * or far from being what takes the time. */
static __attribute__((noinline)) struct elig_answer
answer_of_slot(const struct elig *index, const uint8_t *page, uint32_t slot_at, const uint8_t *digest)
{
    return index_answer(index, 1, leaf_reader_payload(&index->reader, page, slot_at, digest));
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

static int leaf_needs_check(const struct elig *index, uint64_t leaf)
{
    return index->leaf_is_good != NULL &&
           !atomic_load_explicit(&index->leaf_is_good[leaf], memory_order_relaxed);
}

static struct elig_answer find_one(const struct elig *index, const uint8_t *digest)
{
    uint64_t guess = locator_predict(&index->locator, bytes_get_be64(digest));
    struct location route = locator_correct(&index->locator, guess, digest);
    uint64_t leaf = route.place - 1;
    if (route.place == 0)
        return index_verdict(ELIG_NOT_LISTED);
    if (leaf_needs_check(index, leaf) && index_check_leaf(index, leaf) != 0)
        return index_error(ELIG_E_DAMAGED);
    return probe_leaf(index, index_leaf(index, leaf), route.seed, digest);
}

/*
 * One lookup of many under way. It stops where its next read is likely to have to wait for the memory, having
 * asked for it, so that others can go on meanwhile (docs/DESIGN.md, "Lookups").
 */
struct flight {
    uint64_t number;   /* the guessed place, then the hash, then the bit where the slot starts */
    const uint8_t *at; /* the pilot, then the page; NULL: answered already */
};

/*
 * Lookups go through four stages in blocks, each block one stage behind the one before it. Each stage is a
 * tight loop: a wait for a page's address holds up the instructions behind it, so such waits had better be
 * close together. Twice BLOCK lines on their way are about what a core can keep track of.
 */
#define BLOCK 12
#define STAGES 4 /* a power of two, so that step numbers below 0 wrap around right */

/* A block at one stage. Not inlined: the processor's registers are enough for one stage, not for all four. */
struct block {
    const struct elig *index;
    const uint8_t (*digests)[ELIG_DIGEST_BYTES];
    struct elig_answer *answers;
    struct flight *flights;
    size_t count;
};

/* Guesses where the leaves' routes are and asks for those. */
static __attribute__((noinline)) void block_aim(const struct block *given)
{
    const struct block block = *given;
    const struct locator *routes = &block.index->locator;
    for (size_t i = 0; i < block.count; i++) {
        block.flights[i].number = locator_predict(routes, bytes_get_be64(block.digests[i]));
        __builtin_prefetch(&routes->words[block.flights[i].number]);
    }
}

/* Finds the leaf and where in it the pilot is. Returns 0 or an error. */
static inline int flight_route(const struct elig *index, const uint8_t *digest, struct flight *flight,
                               struct elig_answer *answer)
{
    struct location route = locator_correct(&index->locator, flight->number, digest);
    uint64_t leaf = route.place - 1;
    flight->at = NULL;
    if (__builtin_expect(route.place == 0, 0)) {
        *answer = index_verdict(ELIG_NOT_LISTED);
        return 0;
    }
    if (__builtin_expect(leaf_needs_check(index, leaf), 0) && index_check_leaf(index, leaf) != 0) {
        *answer = index_error(ELIG_E_DAMAGED);
        return ELIG_E_DAMAGED;
    }
    flight->number = leaf_hash(digest, route.seed);
    flight->at = index_leaf(index, leaf) + leaf_reader_pilot_at(&index->reader, flight->number);
    return 0;
}

/* Finds the leaves and asks for the pilots. Returns the first error met, or 0. */
static __attribute__((noinline)) int block_route(const struct block *given)
{
    const struct block block = *given;
    int first = 0;
    for (size_t i = 0; i < block.count; i++) {
        int error = flight_route(block.index, block.digests[i], &block.flights[i], &block.answers[i]);
        if (__builtin_expect(error != 0, 0) && first == 0)
            first = error;
    }
    for (size_t i = 0; i < block.count; i++)
        __builtin_prefetch(block.flights[i].at);
    return first;
}

/* Turns pilots into slots and asks for those. A pilot may be anything, and the slot is still one of the leaf.
 */
static __attribute__((noinline)) void block_turn(const struct block *given)
{
    const struct block block = *given;
    const struct leaf_reader *reader = &block.index->reader;
    for (size_t i = 0; i < block.count; i++) {
        struct flight *flight = &block.flights[i];
        if (flight->at == NULL)
            continue;
        flight->number = leaf_reader_slot_at(reader, flight->number, bytes_get_le16(flight->at));
        flight->at -= (uintptr_t)flight->at % ELIG_PAGE_BYTES;
        __builtin_prefetch(flight->at + flight->number / 8);
    }
}

/* Compares the slots. */
static __attribute__((noinline)) void block_land(const struct block *given)
{
    const struct block block = *given;
    const struct leaf_reader *reader = &block.index->reader;
    for (size_t i = 0; i < block.count; i++) {
        const struct flight *flight = &block.flights[i];
        uint32_t slot_at = (uint32_t)flight->number;
        if (flight->at == NULL)
            continue;
        int found = leaf_reader_is_match(reader, flight->at, slot_at, block.digests[i]);
        block.answers[i] = index_verdict(found ? ELIG_ELIGIBLE : ELIG_NOT_LISTED);
        if (reader->payload_bits > 0 && found)
            block.answers[i] = answer_of_slot(block.index, flight->at, slot_at, block.digests[i]);
    }
}

static int find_many(const struct elig *index, const uint8_t (*digests)[ELIG_DIGEST_BYTES], size_t count,
                     struct elig_answer *answers)
{
    struct flight ring[STAGES][BLOCK];
    struct block blocks[STAGES];
    int first = 0;
    for (size_t i = 0; i < STAGES; i++)
        blocks[i] = (struct block){.index = index, .count = 0};
    for (size_t step = 0, from = 0; from < count + (STAGES - 1) * BLOCK; step++, from += BLOCK) {
        size_t left = from < count ? count - from : 0;
        blocks[step % STAGES] = (struct block){.index = index,
                                               .digests = digests + (left > 0 ? from : 0),
                                               .answers = answers + (left > 0 ? from : 0),
                                               .flights = ring[step % STAGES],
                                               .count = left < BLOCK ? left : BLOCK};
        block_aim(&blocks[step % STAGES]);
        int error = block_route(&blocks[(step - 1) % STAGES]);
        block_turn(&blocks[(step - 2) % STAGES]);
        block_land(&blocks[(step - 3) % STAGES]);
        first = first != 0 ? first : error;
    }
    return first;
}

int elig_find(const struct elig *index, const uint8_t (*digests)[ELIG_DIGEST_BYTES], size_t count,
              struct elig_answer *answers)
{
    int is_mapped = index->locator.lines != NULL, first = 0;
    if (is_mapped && count > 1)
        return find_many(index, digests, count, answers);
    for (size_t i = 0; i < count; i++) {
        answers[i] = is_mapped ? find_one(index, digests[i]) : find_by_walk(index, digests[i]);
        if (first == 0)
            first = answers[i].error;
    }
    return first;
}
