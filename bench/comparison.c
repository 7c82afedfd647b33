/* SPDX-License-Identifier: Apache-2.0 */
/* Builds the files of all contenders and measures their lookups. */
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

/* At 2^-32, one false positive among the misses of a child has a probability of 1 in 10,000; two are a defect.
 */
#define FALSE_POSITIVES_MAX 1

/* Larger files are built once: a long build averages over changes in the load of the machine. */
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

static bool failed(const struct peer *peer, const char *what)
{
    fprintf(stderr, "bench: %s: %s\n", peer->name, what);
    return false;
}

/* On a terminal, shows the current step, in a line that the next output overwrites. */
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

static bool build_one(void *context, double *seconds)
{
    const struct build_task *task = context;
    double start = clock_seconds();
    bool ok = task->contender->peer->build(task->contender->path, task->digests, task->n);
    *seconds = clock_seconds() - start;
    return ok;
}

static bool build_again(struct contender *contender, const uint8_t (*digests)[ELIG_DIGEST_BYTES], uint64_t n,
                        double *seconds)
{
    struct build_task task = {contender, digests, n};
    if (unlink(contender->path) != 0 && errno != ENOENT)
        return failed(contender->peer, "the old file cannot be removed");
    return forked_run(build_one, &task, seconds, 1) || failed(contender->peer, "building failed");
}

/* The figures of one round. A contender that shares a file has the figures of the one that built it. */
static bool build_all(struct comparison *comparison, const uint8_t (*digests)[ELIG_DIGEST_BYTES],
                      unsigned round)
{
    double seconds = 0;
    for (unsigned i = 0; i < comparison->count; i++) {
        struct contender *contender = &comparison->contenders[i];
        struct stat status;
        show("building", contender, round);
        if (contender->peer->build != NULL && !build_again(contender, digests, comparison->n, &seconds))
            return false;
        if (stat(contender->path, &status) != 0)
            return failed(contender->peer, "building made no file");
        contender->values[METRIC_BUILD_NS][round] = seconds * 1e9 / (double)comparison->n;
        contender->values[METRIC_BITS][round] = (double)status.st_size * CHAR_BIT / (double)comparison->n;
    }
    return true;
}

bool comparison_build(struct comparison *comparison, const uint8_t (*digests)[ELIG_DIGEST_BYTES])
{
    unsigned rounds = comparison->n <= BUILD_AGAIN_MAX ? CLOCK_ROUNDS : 1;
    for (unsigned round = 0; round < rounds; round++)
        if (!build_all(comparison, digests, round))
            return false;
    for (unsigned round = rounds; round < CLOCK_ROUNDS; round++)
        for (unsigned i = 0; i < comparison->count; i++)
            for (unsigned metric = METRIC_BUILD_NS; metric <= METRIC_BITS; metric++)
                comparison->contenders[i].values[metric][round] = comparison->contenders[i].values[metric][0];
    return true;
}

bool comparison_use_index(struct comparison *comparison, const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return failed(comparison->contenders[0].peer, "the index is not there");
    for (unsigned i = 0; i < comparison->count; i++) {
        struct contender *contender = &comparison->contenders[i];
        snprintf(contender->path, sizeof contender->path, "%s", path);
        for (unsigned round = 0; round < CLOCK_ROUNDS; round++) {
            contender->values[METRIC_BUILD_NS][round] = (double)NAN;
            contender->values[METRIC_BITS][round] = (double)status.st_size * CHAR_BIT / (double)comparison->n;
        }
    }
    return true;
}

/* ---- Measuring ---- */

struct measure_task {
    const struct contender *contender;
    const struct queries *queries; /* NULL: only the probe is looked up */
    uint8_t probe[ELIG_DIGEST_BYTES];
    unsigned round;
};

static bool measure_cold(void *context, double *milliseconds)
{
    const struct measure_task *task = context;
    const struct peer *peer = task->contender->peer;
    bool was_dropped = pages_drop(task->contender->path);
    double start = clock_seconds();
    void *handle = peer->open(task->contender->path);
    if (handle == NULL)
        return failed(peer, "opening failed");
    bool is_listed = false, ok = peer->find_one(handle, task->probe, &is_listed);
    *milliseconds = was_dropped ? (clock_seconds() - start) * 1e3 : (double)NAN;
    peer->close(handle);
    return (ok && is_listed) || failed(peer, "a listed digest was not found");
}

typedef bool find_function(const struct peer *peer, void *handle, const uint8_t (*digests)[ELIG_DIGEST_BYTES],
                           unsigned count, uint64_t *found);

static bool find_singly(const struct peer *peer, void *handle, const uint8_t (*digests)[ELIG_DIGEST_BYTES],
                        unsigned count, uint64_t *found)
{
    *found = 0;
    for (unsigned i = 0; i < count; i++) {
        bool is_listed;
        if (!peer->find_one(handle, digests[i], &is_listed))
            return failed(peer, "a lookup failed");
        *found += is_listed;
    }
    return true;
}

static bool find_in_batches(const struct peer *peer, void *handle, const uint8_t (*digests)[ELIG_DIGEST_BYTES],
                            unsigned count, uint64_t *found)
{
    if (peer->find_batch == NULL)
        return find_singly(peer, handle, digests, count, found);
    *found = 0;
    for (unsigned done = 0; done < count; done += PEER_BATCH) {
        uint64_t listed;
        if (!peer->find_batch(handle, digests + done, count - done < PEER_BATCH ? count - done : PEER_BATCH,
                              &listed))
            return failed(peer, "a lookup failed");
        *found += listed;
    }
    return true;
}

/* How many of QUERIES a contender is given. Even, so that half of the mixed ones are listed. */
static unsigned queries_of(const struct peer *peer)
{
    return peer->one_in == 0 ? QUERIES : QUERIES / peer->one_in / 2 * 2;
}

/* Looks up digests, of which all, half or none are listed, and measures the time. A wrong answer is a failure.
 */
static bool timed_pass(const struct peer *peer, void *handle, const uint8_t (*digests)[ELIG_DIGEST_BYTES],
                       find_function *find, double listed_share, double *nanoseconds)
{
    unsigned count = queries_of(peer);
    uint64_t found, listed = (uint64_t)(count * listed_share);
    double start = clock_seconds();
    if (!find(peer, handle, digests, count, &found))
        return false;
    *nanoseconds = (clock_seconds() - start) * 1e9 / count;
    uint64_t most = listed + (peer->is_approximate && listed < count ? FALSE_POSITIVES_MAX : 0);
    if (found >= listed && found <= most)
        return true;
    fprintf(stderr, "bench: %s: %llu found, %llu are listed\n", peer->name, (unsigned long long)found,
            (unsigned long long)listed);
    return false;
}

static bool measure_warm(void *context, double *values)
{
    const struct measure_task *task = context;
    const struct queries *queries = task->queries;
    const struct peer *peer = task->contender->peer;
    double untimed;
    uint64_t before = 0, after = 0;
    bool is_known = pages_resident(&before), is_listed = false;
    void *handle = peer->open(task->contender->path);
    if (handle == NULL)
        return failed(peer, "opening failed");
    bool ok = peer->find_one(handle, queries->warm[0], &is_listed) && is_listed &&
              pages_touch(task->contender->path) &&
              timed_pass(peer, handle, queries->warm, find_singly, 1, &untimed) &&
              timed_pass(peer, handle, queries->hits, find_singly, 1, &values[METRIC_HIT_NS]) &&
              timed_pass(peer, handle, queries->misses, find_singly, 0, &values[METRIC_MISS_NS]) &&
              timed_pass(peer, handle, queries->mixed, find_in_batches, 0.5, &values[METRIC_BATCH_NS]);
    is_known = pages_resident(&after) && is_known;
    values[METRIC_MEMORY_MIB] = is_known ? ((double)after - (double)before) / MIB : (double)NAN;
    peer->close(handle);
    return ok;
}

static bool measure_contender(struct contender *contender, const struct queries *queries, unsigned round)
{
    double values[METRICS_COUNT] = {0};
    struct measure_task task = {.contender = contender, .queries = queries, .round = round};
    if (!forked_run(measure_warm, &task, values, METRICS_COUNT))
        return failed(contender->peer, "measuring failed");
    for (unsigned metric = METRIC_HIT_NS; metric < METRICS_COUNT; metric++)
        contender->values[metric][round] = values[metric];
    return true;
}

static bool measure_bounds_once(void *context, double *nanoseconds)
{
    const struct measure_task *task = context;
    return lower_bounds_measure(task->contender->path, task->queries, task->round, nanoseconds);
}

static bool measure_bounds(struct comparison *comparison, const struct queries *queries, unsigned round)
{
    double values[BOUNDS_COUNT];
    struct measure_task task = {.contender = &comparison->contenders[0], .queries = queries, .round = round};
    if (!forked_run(measure_bounds_once, &task, values, BOUNDS_COUNT))
        return false;
    for (unsigned bound = 0; bound < BOUNDS_COUNT; bound++)
        comparison->bounds[bound][round] = values[bound];
    return true;
}

static bool measure_all_cold(struct comparison *comparison, unsigned round)
{
    bool ok = 1;
    for (unsigned i = 0; ok && i < comparison->count; i++) {
        struct contender *contender = &comparison->contenders[i];
        struct measure_task task = {.contender = contender, .round = round};
        show("measuring cold lookups of", contender, round);
        dataset_digest(dataset_query(comparison->n, round, true), task.probe);
        ok = forked_run(measure_cold, &task, &contender->values[METRIC_COLD_MS][round], 1);
    }
    return ok;
}

static bool measure_all_warm(struct comparison *comparison, const struct queries *queries, unsigned round)
{
    bool ok = measure_bounds(comparison, queries, round);
    for (unsigned i = 0; ok && i < comparison->count; i++) {
        show("measuring", &comparison->contenders[i], round);
        ok = measure_contender(&comparison->contenders[i], queries, round);
    }
    return ok;
}

bool comparison_measure(struct comparison *comparison)
{
    struct queries *queries = malloc(sizeof *queries);
    bool ok = queries != NULL;
    for (unsigned round = 0; ok && round < CLOCK_ROUNDS; round++)
        ok = measure_all_cold(comparison, round);
    for (unsigned i = 0; ok && i < comparison->count; i++)
        ok = pages_fetch(comparison->contenders[i].path);
    for (unsigned round = 0; ok && round < CLOCK_ROUNDS; round++) {
        queries_make(queries, comparison->n, round);
        ok = measure_all_warm(comparison, queries, round);
    }
    free(queries);
    return ok;
}
