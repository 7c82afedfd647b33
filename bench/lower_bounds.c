/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/lower_bounds.h"

#include <sodium.h>
#include <stdio.h>

#include "bench/clock.h"
#include "bench/mapped.h"
#include "bench/pages.h"
#include "bench/peer.h"

#define LINE_BYTES 64
#define GROUP 32 /* lines prefetched at a time */

static volatile uint64_t sink; /* keeps results from being optimised away */

struct floors {
    const struct queries *queries;
    struct mapped mapped;
    struct elig *index;
    uint64_t start; /* of the random lines */
    uint64_t wrong; /* answers */
};

/* The next state of a linear congruential generator (Knuth's MMIX), and a line of the map for a state. */
static uint64_t step(uint64_t state)
{
    return state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
}

static const uint8_t *line_of(const struct mapped *mapped, uint64_t state)
{
    uint64_t lines = mapped->length / LINE_BYTES;
    return mapped->bytes + (uint64_t)((unsigned __int128)state * lines >> 64) * LINE_BYTES;
}

static void dependent_lines(struct floors *floors)
{
    uint64_t state = floors->start;
    for (unsigned i = 0; i < QUERIES; i++)
        state = step(state ^ *line_of(&floors->mapped, state));
    sink = state;
}

/* Random lines whose addresses are known GROUP ahead. */
static void prefetched_lines(struct floors *floors)
{
    uint64_t state = ~floors->start, sum = 0;
    const uint8_t *wanted[GROUP];
    _Static_assert(QUERIES % GROUP == 0, "no group is cut short");
    for (unsigned done = 0; done < QUERIES; done += GROUP) {
        for (unsigned i = 0; i < GROUP; i++) {
            state = step(state);
            wanted[i] = line_of(&floors->mapped, state);
            __builtin_prefetch(wanted[i]);
        }
        for (unsigned i = 0; i < GROUP; i++)
            sum += *wanted[i];
    }
    sink = sum;
}

static void hash_alone(struct floors *floors)
{
    const struct elig_text *parts = floors->queries->parts[0];
    uint8_t digest[ELIG_DIGEST_BYTES];
    uint64_t sum = 0;
    for (unsigned i = 0; i < QUERIES; i++) {
        crypto_generichash(digest, sizeof digest, (const uint8_t *)parts[i].bytes, parts[i].length,
                           dataset_secret, sizeof dataset_secret);
        sum += digest[0];
    }
    sink = sum;
}

static void identifiers_one(struct floors *floors)
{
    for (unsigned i = 0; i < QUERIES; i++) {
        struct elig_answer answer;
        elig_lookup(floors->index, 0, &floors->queries->parts[0][i], 1, &answer);
        floors->wrong += answer.verdict != ELIG_ELIGIBLE;
    }
}

static void identifiers_batch(struct floors *floors)
{
    for (unsigned done = 0; done < QUERIES; done += PEER_BATCH) {
        struct elig_answer answers[PEER_BATCH];
        unsigned count = QUERIES - done < PEER_BATCH ? QUERIES - done : PEER_BATCH;
        elig_lookup_batch(floors->index, 0, floors->queries->parts[1] + done, count, 1, answers);
        for (unsigned i = 0; i < count; i++)
            floors->wrong += answers[i].verdict != ELIG_ELIGIBLE;
    }
}

int lower_bounds_measure(const char *path, const struct queries *queries, unsigned round,
                         double nanoseconds[FLOORS_COUNT])
{
    void (*const all[FLOORS_COUNT])(struct floors * floors) = {
        [FLOOR_DEPENDENT] = dependent_lines,
        [FLOOR_PREFETCHED] = prefetched_lines,
        [FLOOR_HASH] = hash_alone,
        [FLOOR_IDENTIFIER_ONE] = identifiers_one,
        [FLOOR_IDENTIFIER_BATCH] = identifiers_batch,
    };
    const struct elig_options options = {
        .size = sizeof options, .check = ELIG_CHECK_ALL, .secret = dataset_secret};
    struct floors floors = {.queries = queries, .start = step(round + 1)};
    int error = elig_open(path, &options, &floors.index);
    if (error != 0) {
        fprintf(stderr, "bench: open %s: %s\n", path, elig_text(error));
        return 0;
    }
    int good = mapped_open(path, &floors.mapped);
    if (good) {
        good = pages_touch(path);
        for (unsigned i = 0; i < FLOORS_COUNT; i++) {
            double start = clock_seconds();
            all[i](&floors);
            nanoseconds[i] = (clock_seconds() - start) * 1e9 / QUERIES;
        }
        mapped_close(&floors.mapped);
    }
    elig_close(floors.index);
    if (floors.wrong > 0)
        fprintf(stderr, "bench: elig: %llu identifiers were not found\n", (unsigned long long)floors.wrong);
    return good && floors.wrong == 0;
}
