/* SPDX-License-Identifier: Apache-2.0 */
/*
 * comparison.h - gives the same lookups to all contenders: each builds its file and answers from a cold and
 * from a warm cache, in processes of its own; the contenders take turns in each round.
 */
#ifndef ELIG_COMPARISON_H
#define ELIG_COMPARISON_H

#include <stdbool.h>

#include "bench/clock.h"
#include "bench/lower_bounds.h"
#include "bench/peer.h"

#define COMPARISON_MAX 16        /* contenders */
#define COMPARISON_PATH_MAX 1024 /* bytes of a file's name, with the terminator */

/* The metrics of a contender, defined in bench/README.md; NAN if it cannot be measured. X(name, name in the
 * CSV) */
#define COMPARISON_METRICS(X)      \
    X(METRIC_BUILD_NS, "build_ns") \
    X(METRIC_BITS, "bits")         \
    X(METRIC_COLD_MS, "cold_ms")   \
    X(METRIC_HIT_NS, "hit_ns")     \
    X(METRIC_MISS_NS, "miss_ns")   \
    X(METRIC_BATCH_NS, "batch_ns") \
    X(METRIC_MEMORY_MIB, "memory_mib")

#define COMPARISON_ENTRY(name, text) name,
enum comparison_metric { COMPARISON_METRICS(COMPARISON_ENTRY) METRICS_COUNT };
#undef COMPARISON_ENTRY

struct contender {
    const struct peer *peer;
    char path[COMPARISON_PATH_MAX];
    double values[METRICS_COUNT][CLOCK_ROUNDS];
};

struct comparison {
    uint64_t n;
    unsigned count;
    struct contender contenders[COMPARISON_MAX]; /* the first is elig */
    double bounds[BOUNDS_COUNT][CLOCK_ROUNDS];
};

/* Adds a contender whose file is in folder. */
void comparison_add(struct comparison *comparison, const struct peer *peer, const char *folder);

/* Each prints the reason of a failure and returns false. Call comparison_build(), or comparison_use_index() if
 * all contenders read an index that is already at path, and then comparison_measure(). */
ELIG_CHECK_RESULT bool comparison_use_index(struct comparison *comparison, const char *path);
ELIG_CHECK_RESULT bool comparison_build(struct comparison *comparison,
                                        const uint8_t (*digests)[ELIG_DIGEST_BYTES]);
ELIG_CHECK_RESULT bool comparison_measure(struct comparison *comparison);

/* The contender of that peer, or NULL. */
const struct contender *comparison_find(const struct comparison *comparison, const struct peer *peer);

#endif
