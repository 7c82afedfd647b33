/* SPDX-License-Identifier: Apache-2.0 */
/* Measures memory accesses, the hash, and lookups of identifiers. */
#include "bench/lower_bounds.h"

#include <sodium.h>
#include <stdio.h>

#include "bench/clock.h"
#include "bench/mapped.h"
#include "bench/pages.h"
#include "bench/peer.h"

#define LINE_BYTES 64
#define GROUP 32 /* lines prefetched at a time */

static volatile uint64_t sink; /* keeps the compiler from removing the loops */

struct measurement {
    const struct queries *queries;
    struct mapped mapped;
    struct elig *index;
    uint64_t start; /* of the random lines */
    uint64_t wrong; /* number of wrong answers */
};

/* The next state of a linear congruential generator (Knuth's MMIX). */
static uint64_t step(uint64_t state)
{
    return state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
}

/* The cache line of the mapping that a state selects. */
static const uint8_t *line_of(const struct mapped *mapped, uint64_t state)
{
    uint64_t lines = mapped->length / LINE_BYTES;
    return mapped->bytes + (uint64_t)((unsigned __int128)state * lines >> 64) * LINE_BYTES;
}

static void dependent_lines(struct measurement *m)
{
    uint64_t state = m->start;
    for (unsigned i = 0; i < QUERIES; i++)
        state = step(state ^ *line_of(&m->mapped, state));
    sink = state;
}

/* Random lines whose addresses are known GROUP ahead. */
static void prefetched_lines(struct measurement *m)
{
    uint64_t state = ~m->start, sum = 0;
    const uint8_t *lines[GROUP];
    _Static_assert(QUERIES % GROUP == 0, "all groups are complete");
    for (unsigned done = 0; done < QUERIES; done += GROUP) {
        for (unsigned i = 0; i < GROUP; i++) {
            state = step(state);
            lines[i] = line_of(&m->mapped, state);
            __builtin_prefetch(lines[i]);
        }
        for (unsigned i = 0; i < GROUP; i++)
            sum += *lines[i];
    }
    sink = sum;
}

static void hash_alone(struct measurement *m)
{
    const struct elig_text *parts = m->queries->parts[0];
    uint8_t digest[ELIG_DIGEST_BYTES];
    uint64_t sum = 0;
    for (unsigned i = 0; i < QUERIES; i++) {
        crypto_generichash(digest, sizeof digest, (const uint8_t *)parts[i].bytes, parts[i].length,
                           dataset_secret, sizeof dataset_secret);
        sum += digest[0];
    }
    sink = sum;
}

static void identifiers_one(struct measurement *m)
{
    for (unsigned i = 0; i < QUERIES; i++) {
        struct elig_answer answer;
        elig_lookup(m->index, 0, &m->queries->parts[0][i], 1, 1, &answer);
        m->wrong += answer.verdict != ELIG_ELIGIBLE;
    }
}

static void identifiers_batch(struct measurement *m)
{
    for (unsigned done = 0; done < QUERIES; done += PEER_BATCH) {
        struct elig_answer answers[PEER_BATCH];
        unsigned count = QUERIES - done < PEER_BATCH ? QUERIES - done : PEER_BATCH;
        elig_lookup_batch(m->index, 0, m->queries->parts[1] + done, 1, count, 1, answers);
        for (unsigned i = 0; i < count; i++)
            m->wrong += answers[i].verdict != ELIG_ELIGIBLE;
    }
}

bool lower_bounds_measure(const char *path, const struct queries *queries, unsigned round,
                          double nanoseconds[BOUNDS_COUNT])
{
    void (*const all[BOUNDS_COUNT])(struct measurement * m) = {
        [BOUND_DEPENDENT] = dependent_lines,
        [BOUND_PREFETCHED] = prefetched_lines,
        [BOUND_HASH] = hash_alone,
        [BOUND_IDENTIFIER_ONE] = identifiers_one,
        [BOUND_IDENTIFIER_BATCH] = identifiers_batch,
    };
    const struct elig_options options = {
        .size = sizeof options, .check = ELIG_CHECK_ALL, .secret = dataset_secret};
    struct measurement m = {.queries = queries, .start = step(round + 1)};
    int error = elig_open(path, &options, &m.index);
    if (error != 0) {
        fprintf(stderr, "bench: open %s: %s\n", path, elig_text(error));
        return false;
    }
    bool ok = mapped_open(path, &m.mapped);
    if (ok) {
        ok = pages_touch(path);
        for (unsigned i = 0; i < BOUNDS_COUNT; i++) {
            double start = clock_seconds();
            all[i](&m);
            nanoseconds[i] = (clock_seconds() - start) * 1e9 / QUERIES;
        }
        mapped_close(&m.mapped);
    }
    elig_close(m.index);
    if (m.wrong > 0)
        fprintf(stderr, "bench: elig: %llu identifiers were not found\n", (unsigned long long)m.wrong);
    return ok && m.wrong == 0;
}
