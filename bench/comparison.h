/* SPDX-License-Identifier: Apache-2.0 */
/*
 * contest.h - the same questions to every contender: each builds its file, answers cold and warm, in children
 * of its own, round by round in turn.
 */
#ifndef ELIG_CONTEST_H
#define ELIG_CONTEST_H

#include "bench/clock.h"
#include "bench/lower_bounds.h"
#include "bench/peer.h"

#define COMPARISON_MAX 16        /* contenders */
#define COMPARISON_PATH_MAX 1024 /* bytes of a file's name, with the terminator */

/* What is measured of each contender (bench/README.md); NAN where it cannot be. X(name, name in the CSV) */
#define COMPARISON_METRICS(X)       \
    X(CONTEST_BUILD_NS, "build_ns") \
    X(CONTEST_BITS, "bits")         \
    X(CONTEST_COLD_MS, "cold_ms")   \
    X(CONTEST_HIT_NS, "hit_ns")     \
    X(CONTEST_MISS_NS, "miss_ns")   \
    X(CONTEST_BATCH_NS, "batch_ns") \
    X(CONTEST_MEMORY_MIB, "memory_mib")

#define COMPARISON_ENTRY(name, text) name,
enum comparison_metric { COMPARISON_METRICS(COMPARISON_ENTRY) CONTEST_METRICS_COUNT };
#undef COMPARISON_ENTRY

struct contender {
    const struct peer *peer;
    char path[COMPARISON_PATH_MAX];
    double values[CONTEST_METRICS_COUNT][CLOCK_ROUNDS];
};

struct comparison {
    uint64_t n;
    unsigned count;
    struct contender contenders[COMPARISON_MAX]; /* the first is elig */
    double floors[FLOORS_COUNT][CLOCK_ROUNDS];
};

/* Adds a contender whose file is in folder. */
void comparison_add(struct comparison *comparison, const struct peer *peer, const char *folder);

/* Each returns 1, or 0 with the reason printed. To be called in this order; comparison_take() in place of
 * building, if all contenders read the index at path. */
ELIG_CHECK_RESULT int comparison_take(struct comparison *comparison, const char *path);
ELIG_CHECK_RESULT int comparison_build(struct comparison *comparison,
                                       const uint8_t (*digests)[ELIG_DIGEST_BYTES]);
ELIG_CHECK_RESULT int comparison_ask(struct comparison *comparison);

/* The contender of that peer, or NULL. */
const struct contender *comparison_find(const struct comparison *comparison, const struct peer *peer);

#endif
