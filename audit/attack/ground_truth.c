/* SPDX-License-Identifier: Apache-2.0 */
/* ground_truth.c - a sorted array of keyed hashes of the identifiers on the lists. */
#include "audit/attack/ground_truth.h"

#include <pthread.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "audit/lists/list_reader.h"
#include "audit/util/statistics.h"
#include "lib/elig/bytes.h"

#define CAPACITY_FIRST 65536

struct ground_truth {
    struct digest_key *key; /* in locked memory */
    pthread_mutex_t lock;   /* over the three members below, while they grow */
    uint64_t *values;       /* ascending and different, once sorted */
    size_t count, capacity;
};

struct ground_truth *ground_truth_new(void)
{
    uint8_t secret[ELIG_SECRET_BYTES], salt[ELIG_SALT_BYTES];
    struct ground_truth *ground_truth = calloc(1, sizeof *ground_truth);
    if (ground_truth == NULL)
        return NULL;
    pthread_mutex_init(&ground_truth->lock, NULL);
    ground_truth->key = sodium_malloc(sizeof *ground_truth->key);
    if (ground_truth->key == NULL) {
        ground_truth_free(ground_truth);
        return NULL;
    }
    randombytes_buf(secret, sizeof secret);
    randombytes_buf(salt, sizeof salt);
    digest_key_make(ground_truth->key, secret, salt);
    sodium_memzero(secret, sizeof secret);
    return ground_truth;
}

void ground_truth_free(struct ground_truth *ground_truth)
{
    if (ground_truth == NULL)
        return;
    sodium_free(ground_truth->key);
    if (ground_truth->values != NULL)
        sodium_memzero(ground_truth->values, ground_truth->capacity * sizeof *ground_truth->values);
    free(ground_truth->values);
    pthread_mutex_destroy(&ground_truth->lock);
    free(ground_truth);
}

/* ---- Adding ---- */

static int add_values(struct ground_truth *ground_truth, const uint64_t *values, size_t count)
{
    bool good = true;
    pthread_mutex_lock(&ground_truth->lock);
    if (ground_truth->capacity - ground_truth->count < count) {
        size_t capacity = ground_truth->capacity > 0 ? 2 * ground_truth->capacity : CAPACITY_FIRST;
        uint64_t *more = realloc(ground_truth->values, capacity * sizeof *more);
        good = more != NULL;
        if (good) {
            ground_truth->values = more;
            ground_truth->capacity = capacity;
        }
    }
    if (good) {
        memcpy(ground_truth->values + ground_truth->count, values, count * sizeof *values);
        ground_truth->count += count;
    }
    pthread_mutex_unlock(&ground_truth->lock);
    return good ? 0 : ELIG_E_MEMORY;
}

static void hash_identifiers(const struct ground_truth *ground_truth, const struct digest_input *inputs,
                             size_t count, uint64_t values[DIGEST_BATCH_MAX])
{
    uint8_t digests[DIGEST_BATCH_MAX][ELIG_DIGEST_BYTES];
    digest_keyed_many(ground_truth->key, inputs, count, digests);
    for (size_t i = 0; i < count; i++)
        values[i] = bytes_get_le64(digests[i]);
    sodium_memzero(digests, sizeof digests);
}

int ground_truth_add(struct ground_truth *ground_truth, const struct digest_input *inputs, size_t count)
{
    uint64_t values[DIGEST_BATCH_MAX];
    hash_identifiers(ground_truth, inputs, count, values);
    return add_values(ground_truth, values, count);
}

void ground_truth_sort(struct ground_truth *ground_truth, uint64_t drop_repeats)
{
    size_t kept = 0;
    if (ground_truth->count == 0)
        return;
    qsort(ground_truth->values, ground_truth->count, sizeof *ground_truth->values, statistics_compare);
    for (size_t first = 0, next = 0; first < ground_truth->count; first = next) {
        while (next < ground_truth->count && ground_truth->values[next] == ground_truth->values[first])
            next++;
        if (drop_repeats == 0 || next - first <= drop_repeats)
            ground_truth->values[kept++] = ground_truth->values[first];
    }
    ground_truth->count = kept;
}

/* ---- Counting ---- */

uint64_t ground_truth_count(const struct ground_truth *ground_truth, const struct digest_input *inputs,
                            size_t count)
{
    uint64_t values[DIGEST_BATCH_MAX], members = 0;
    hash_identifiers(ground_truth, inputs, count, values);
    for (size_t i = 0; i < count; i++)
        members += ground_truth->count > 0 && bsearch(&values[i], ground_truth->values, ground_truth->count,
                                                      sizeof *values, statistics_compare) != NULL;
    return members;
}

uint64_t ground_truth_size(const struct ground_truth *ground_truth)
{
    return ground_truth->count;
}

/* ---- The lists ---- */

struct list_hasher {
    struct ground_truth *ground_truth;
    const struct elig_kind *kinds;
    struct digest_batch *batches; /* one for each thread */
};

static int flush(void *context, unsigned worker)
{
    struct list_hasher *hasher = context;
    struct digest_batch *batch = &hasher->batches[worker];
    int error = ground_truth_add(hasher->ground_truth, batch->inputs, batch->count);
    digest_batch_clear(batch);
    return error;
}

static int add_identifier(void *context, unsigned worker, const struct list_reader_identifier *identifier)
{
    struct list_hasher *hasher = context;
    bool is_full = list_reader_collect(&hasher->batches[worker], hasher->kinds, identifier);
    return is_full ? flush(context, worker) : 0;
}

int ground_truth_read(struct audit_context *context, struct ground_truth **ground_truth)
{
    struct identifier_counts counts;
    size_t threads = context->config->threads;
    struct list_hasher hasher = {.ground_truth = ground_truth_new(),
                                 .kinds = context->target->header.kinds,
                                 .batches = calloc(threads, sizeof *hasher.batches)};
    int error = hasher.ground_truth != NULL && hasher.batches != NULL
                    ? list_reader_read(context, &counts, add_identifier, flush, &hasher)
                    : context_fail("read the list", ELIG_E_MEMORY);
    if (hasher.batches != NULL)
        sodium_memzero(hasher.batches, threads * sizeof *hasher.batches);
    free(hasher.batches);
    if (error == 0) {
        ground_truth_sort(hasher.ground_truth, context->config->drop_repeats);
    } else {
        ground_truth_free(hasher.ground_truth);
        hasher.ground_truth = NULL;
    }
    *ground_truth = hasher.ground_truth;
    return error;
}
