/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/comparison.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/forked.h"
#include "bench/pages.h"

/* At 2^-32, one false positive among the misses of a child is one chance in 10,000; two are a defect. */
#define FALSE_POSITIVES_MAX 1

/* Larger lists are built once; a build that takes long sees slow and quick spells itself. */
#define BUILD_AGAIN_MAX 2000000

#define MIB (1024.0 * 1024.0)

void comparison_add(struct comparison *comparison, const struct peer *peer, const char *folder)
{
    struct contender *contender = &comparison->contenders[comparison->count++];
    contender->peer = peer;
    snprintf(contender->path, sizeof contender->path, "%s/%s", folder, peer->file);
}

const struct contender *comparison_find(const struct comparison *comparison, const struct peer *peer)
{
    for (unsigned i = 0; i < comparison->count; i++)
        if (comparison->contenders[i].peer == peer)
            return &comparison->contenders[i];
    return NULL;
}

static int complain(const struct peer *peer, const char *what)
{
    fprintf(stderr, "bench: %s: %s\n", peer->name, what);
    return 0;
}

/* On a terminal, what is being done, in a line that whatever comes next overwrites. */
static void show(const char *what, const struct contender *contender, unsigned round)
{
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r%s %s, round %u of %u\033[K\r", what, contender->peer->name, round + 1,
                CLOCK_ROUNDS);
}

/* ---- Building ---- */

struct build_task {
    const struct contender *contender;
    const uint8_t (*digests)[ELIG_DIGEST_BYTES];
    uint64_t n;
};

static int build_one(void *context, double *seconds)
{
    const struct build_task *task = context;
    double start = clock_seconds();
    int good = task->contender->peer->build(task->contender->path, task->digests, task->n);
    *seconds = clock_seconds() - start;
    return good;
}

static int build_again(struct contender *contender, const uint8_t (*digests)[ELIG_DIGEST_BYTES], uint64_t n,
                       double *seconds)
{
    struct build_task task = {contender, digests, n};
    if (unlink(contender->path) != 0 && errno != ENOENT)
        return complain(contender->peer, "the old file cannot be removed");
    return forked_run(build_one, &task, seconds, 1) || complain(contender->peer, "building failed");
}

/* The figures of one round; those of a contender that shares a file are those of the file's builder. */
static int build_all(struct comparison *comparison, const uint8_t (*digests)[ELIG_DIGEST_BYTES], unsigned round)
{
    double seconds = 0;
    for (unsigned i = 0; i < comparison->count; i++) {
        struct contender *contender = &comparison->contenders[i];
        struct stat status;
        show("building", contender, round);
        if (contender->peer->build != NULL && !build_again(contender, digests, comparison->n, &seconds))
            return 0;
        if (stat(contender->path, &status) != 0)
            return complain(contender->peer, "building made no file");
        contender->values[CONTEST_BUILD_NS][round] = seconds * 1e9 / (double)comparison->n;
        contender->values[CONTEST_BITS][round] = (double)status.st_size * CHAR_BIT / (double)comparison->n;
    }
    return 1;
}

int comparison_build(struct comparison *comparison, const uint8_t (*digests)[ELIG_DIGEST_BYTES])
{
    unsigned rounds = comparison->n <= BUILD_AGAIN_MAX ? CLOCK_ROUNDS : 1;
    for (unsigned round = 0; round < rounds; round++)
        if (!build_all(comparison, digests, round))
            return 0;
    for (unsigned round = rounds; round < CLOCK_ROUNDS; round++)
        for (unsigned i = 0; i < comparison->count; i++)
            for (unsigned metric = CONTEST_BUILD_NS; metric <= CONTEST_BITS; metric++)
                comparison->contenders[i].values[metric][round] = comparison->contenders[i].values[metric][0];
    return 1;
}

int comparison_take(struct comparison *comparison, const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return complain(comparison->contenders[0].peer, "the index is not there");
    for (unsigned i = 0; i < comparison->count; i++) {
        struct contender *contender = &comparison->contenders[i];
        snprintf(contender->path, sizeof contender->path, "%s", path);
        for (unsigned round = 0; round < CLOCK_ROUNDS; round++) {
            contender->values[CONTEST_BUILD_NS][round] = (double)NAN;
            contender->values[CONTEST_BITS][round] = (double)status.st_size * CHAR_BIT / (double)comparison->n;
        }
    }
    return 1;
}

/* ---- Asking ---- */

struct ask_task {
    const struct contender *contender;
    const struct queries *queries; /* NULL: only the probe is asked */
    uint8_t probe[ELIG_DIGEST_BYTES];
    unsigned round;
};

static int ask_cold(void *context, double *milliseconds)
{
    const struct ask_task *task = context;
    const struct peer *peer = task->contender->peer;
    int was_dropped = pages_drop(task->contender->path);
    double start = clock_seconds();
    void *handle = peer->open(task->contender->path);
    if (handle == NULL)
        return complain(peer, "opening failed");
    int found = peer->find_one(handle, task->probe);
    *milliseconds = was_dropped ? (clock_seconds() - start) * 1e3 : (double)NAN;
    peer->close(handle);
    return found == 1 ? 1 : complain(peer, "a listed digest was not found");
}

typedef int64_t probe_digests(const struct peer *peer, void *handle,
                              const uint8_t (*digests)[ELIG_DIGEST_BYTES], unsigned count);

static int64_t find_singly(const struct peer *peer, void *handle, const uint8_t (*digests)[ELIG_DIGEST_BYTES],
                           unsigned count)
{
    int64_t found = 0;
    for (unsigned i = 0; i < count; i++) {
        int result = peer->find_one(handle, digests[i]);
        if (result < 0)
            return result;
        found += result;
    }
    return found;
}

static int64_t find_in_batches(const struct peer *peer, void *handle,
                               const uint8_t (*digests)[ELIG_DIGEST_BYTES], unsigned count)
{
    int64_t found = 0;
    if (peer->find_batch == NULL)
        return find_singly(peer, handle, digests, count);
    for (unsigned done = 0; done < count; done += PEER_BATCH) {
        size_t some = count - done < PEER_BATCH ? count - done : PEER_BATCH;
        int64_t result = peer->find_batch(handle, digests + done, some);
        if (result < 0)
            return result;
        found += result;
    }
    return found;
}

/* How many of QUERIES a contender is asked: slow ones, fewer. Even, so that half of the mixed ones are listed.
 */
static unsigned queries_of(const struct peer *peer)
{
    return peer->one_in == 0 ? QUERIES : QUERIES / peer->one_in / 2 * 2;
}

/* One timed pass over digests, half of which, all or none are listed; a wrong answer is a failure. */
static int ask_all(const struct peer *peer, void *handle, const uint8_t (*digests)[ELIG_DIGEST_BYTES],
                   probe_digests *find, double listed_share, double *nanoseconds)
{
    unsigned count = queries_of(peer);
    double start = clock_seconds();
    int64_t found = find(peer, handle, digests, count);
    *nanoseconds = (clock_seconds() - start) * 1e9 / count;
    int64_t listed = (int64_t)(count * listed_share);
    int64_t most = listed + (peer->is_approximate && listed < count ? FALSE_POSITIVES_MAX : 0);
    if (found >= listed && found <= most)
        return 1;
    fprintf(stderr, "bench: %s: %lld found, %lld are listed\n", peer->name, (long long)found,
            (long long)listed);
    return 0;
}

static int ask_warm(void *context, double *values)
{
    const struct ask_task *task = context;
    const struct queries *queries = task->queries;
    const struct peer *peer = task->contender->peer;
    double untimed;
    int64_t before = pages_resident();
    void *handle = peer->open(task->contender->path);
    if (handle == NULL)
        return complain(peer, "opening failed");
    int good = peer->find_one(handle, queries->warm[0]) == 1 && pages_touch(task->contender->path) &&
               ask_all(peer, handle, queries->warm, find_singly, 1, &untimed) &&
               ask_all(peer, handle, queries->hits, find_singly, 1, &values[CONTEST_HIT_NS]) &&
               ask_all(peer, handle, queries->misses, find_singly, 0, &values[CONTEST_MISS_NS]) &&
               ask_all(peer, handle, queries->mixed, find_in_batches, 0.5, &values[CONTEST_BATCH_NS]);
    values[CONTEST_MEMORY_MIB] = before < 0 ? (double)NAN : (double)(pages_resident() - before) / MIB;
    peer->close(handle);
    return good;
}

static int ask_contender(struct contender *contender, const struct queries *queries, unsigned round)
{
    double values[CONTEST_METRICS_COUNT] = {0};
    struct ask_task task = {.contender = contender, .queries = queries, .round = round};
    if (!forked_run(ask_warm, &task, values, CONTEST_METRICS_COUNT))
        return complain(contender->peer, "asking failed");
    for (unsigned metric = CONTEST_HIT_NS; metric < CONTEST_METRICS_COUNT; metric++)
        contender->values[metric][round] = values[metric];
    return 1;
}

static int measure_floors(void *context, double *nanoseconds)
{
    const struct ask_task *task = context;
    return lower_bounds_measure(task->contender->path, task->queries, task->round, nanoseconds);
}

static int ask_floors(struct comparison *comparison, const struct queries *queries, unsigned round)
{
    double values[FLOORS_COUNT];
    struct ask_task task = {.contender = &comparison->contenders[0], .queries = queries, .round = round};
    if (!forked_run(measure_floors, &task, values, FLOORS_COUNT))
        return 0;
    for (unsigned floor = 0; floor < FLOORS_COUNT; floor++)
        comparison->floors[floor][round] = values[floor];
    return 1;
}

static int ask_all_cold(struct comparison *comparison, unsigned round)
{
    int good = 1;
    for (unsigned i = 0; good && i < comparison->count; i++) {
        struct contender *contender = &comparison->contenders[i];
        struct ask_task task = {.contender = contender, .round = round};
        show("asking cold", contender, round);
        dataset_digest(dataset_query(comparison->n, round, 1), task.probe);
        good = forked_run(ask_cold, &task, &contender->values[CONTEST_COLD_MS][round], 1);
    }
    return good;
}

static int ask_all_warm(struct comparison *comparison, const struct queries *queries, unsigned round)
{
    int good = ask_floors(comparison, queries, round);
    for (unsigned i = 0; good && i < comparison->count; i++) {
        show("asking", &comparison->contenders[i], round);
        good = ask_contender(&comparison->contenders[i], queries, round);
    }
    return good;
}

int comparison_ask(struct comparison *comparison)
{
    struct queries *queries = malloc(sizeof *queries);
    int good = queries != NULL;
    for (unsigned round = 0; good && round < CLOCK_ROUNDS; round++)
        good = ask_all_cold(comparison, round);
    for (unsigned i = 0; good && i < comparison->count; i++)
        good = pages_fetch(comparison->contenders[i].path);
    for (unsigned round = 0; good && round < CLOCK_ROUNDS; round++) {
        queries_make(queries, comparison->n, round);
        good = ask_all_warm(comparison, queries, round);
    }
    free(queries);
    return good;
}
