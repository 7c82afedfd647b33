/*
 * contest.h - the same questions to every contender: each builds its file, answers cold and warm, in children
 * of its own, round by round in turn.
 */
#ifndef ELIG_CONTEST_H
#define ELIG_CONTEST_H

#include "clock.h"
#include "floors.h"
#include "peer.h"

#define CONTEST_MAX 16        /* contenders */
#define CONTEST_PATH_MAX 1024 /* bytes of a file's name, with the terminator */

/* What is measured of each contender (bench/README.md); NAN where it cannot be. X(name, name in the CSV) */
#define CONTEST_METRICS(X)          \
    X(CONTEST_BUILD_NS, "build_ns") \
    X(CONTEST_BITS, "bits")         \
    X(CONTEST_COLD_MS, "cold_ms")   \
    X(CONTEST_HIT_NS, "hit_ns")     \
    X(CONTEST_MISS_NS, "miss_ns")   \
    X(CONTEST_BATCH_NS, "batch_ns") \
    X(CONTEST_MEMORY_MIB, "memory_mib")

#define CONTEST_ENTRY(name, text) name,
enum contest_metric { CONTEST_METRICS(CONTEST_ENTRY) CONTEST_METRICS_COUNT };
#undef CONTEST_ENTRY

struct contender {
    const struct peer *peer;
    char path[CONTEST_PATH_MAX];
    double values[CONTEST_METRICS_COUNT][CLOCK_ROUNDS];
};

struct contest {
    uint64_t n;
    unsigned count;
    struct contender contenders[CONTEST_MAX]; /* the first is elig */
    double floors[FLOORS_COUNT][CLOCK_ROUNDS];
};

/* Adds a contender whose file is in folder. */
void contest_add(struct contest *contest, const struct peer *peer, const char *folder);

/* Each returns 1, or 0 with the reason printed. To be called in this order; contest_take() in place of
 * building, if all contenders read the index at path. */
ELIG_CHECK_RESULT int contest_take(struct contest *contest, const char *path);
ELIG_CHECK_RESULT int contest_build(struct contest *contest, const uint8_t (*digests)[ELIG_DIGEST_BYTES]);
ELIG_CHECK_RESULT int contest_ask(struct contest *contest);

/* The contender of that peer, or NULL. */
const struct contender *contest_find(const struct contest *contest, const struct peer *peer);

#endif
