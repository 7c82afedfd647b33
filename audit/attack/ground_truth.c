/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/attack/ground_truth.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "audit/checks/digest_batch.h"
#include "audit/checks/list_reader.h"
#include "lib/elig/bytes.h"

#define AT_ONCE 64
#define CAPACITY_FIRST 65536

struct ground_truth {
    struct digest_key *key; /* in locked memory */
    pthread_mutex_t lock;   /* over the three below, while they grow */
    uint64_t *values;       /* rising and different, once sorted */
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
    bool good = 1;
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
    return good;
}

static void hash_identifiers(const struct ground_truth *ground_truth, const struct digest_input *inputs,
                             size_t count, uint64_t values[AT_ONCE])
{
    uint8_t digests[AT_ONCE][ELIG_DIGEST_BYTES];
    digest_keyed_many(ground_truth->key, inputs, count, digests);
    for (size_t i = 0; i < count; i++)
        values[i] = bytes_get_le64(digests[i]);
    sodium_memzero(digests, sizeof digests);
}

int ground_truth_add(struct ground_truth *ground_truth, const struct digest_input *inputs, size_t count)
{
    uint64_t values[AT_ONCE];
    for (size_t done = 0; done < count; done += AT_ONCE) {
        size_t chunk = count - done < AT_ONCE ? count - done : AT_ONCE;
        hash_identifiers(ground_truth, inputs + done, chunk, values);
        if (!add_values(ground_truth, values, chunk))
            return 0;
    }
    return 1;
}

static int compare_values(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

void ground_truth_sort(struct ground_truth *ground_truth)
{
    size_t kept = 0;
    if (ground_truth->count == 0)
        return;
    qsort(ground_truth->values, ground_truth->count, sizeof *ground_truth->values, compare_values);
    for (size_t i = 0; i < ground_truth->count; i++)
        if (kept == 0 || ground_truth->values[i] != ground_truth->values[kept - 1])
            ground_truth->values[kept++] = ground_truth->values[i];
    ground_truth->count = kept;
}

/* ---- Asking ---- */

static int contains(const struct ground_truth *ground_truth, uint64_t value)
{
    return ground_truth->count > 0 &&
           bsearch(&value, ground_truth->values, ground_truth->count, sizeof value, compare_values) != NULL;
}

uint64_t ground_truth_count(const struct ground_truth *ground_truth, const struct digest_input *inputs,
                            size_t count)
{
    uint64_t values[AT_ONCE], members = 0;
    for (size_t done = 0; done < count; done += AT_ONCE) {
        size_t chunk = count - done < AT_ONCE ? count - done : AT_ONCE;
        hash_identifiers(ground_truth, inputs + done, chunk, values);
        for (size_t i = 0; i < chunk; i++)
            members += (uint64_t)contains(ground_truth, values[i]);
    }
    return members;
}

uint64_t ground_truth_size(const struct ground_truth *ground_truth)
{
    return ground_truth->count;
}

/* ---- The lists ---- */

struct reading {
    struct ground_truth *ground_truth;
    const struct header *header;
    struct digest_batch *batches; /* one for each thread */
};

static int flush(void *context, unsigned worker)
{
    struct reading *reading = context;
    struct digest_batch *batches = &reading->batches[worker];
    bool good = ground_truth_add(reading->ground_truth, batches->inputs, batches->count);
    digest_batch_clear(batches);
    return good ? 0 : ELIG_E_MEMORY;
}

static int add_identifier(void *context, unsigned worker, const struct list_reader_identifier *identifier)
{
    struct reading *reading = context;
    struct digest_batch *batches = &reading->batches[worker];
    if (identifier->canonical == NULL)
        return 0;
    const char *name = reading->header->kinds[identifier->kind].name;
    if (digest_batch_add(batches, name, identifier))
        return 0;
    int error = flush(context, worker);
    return error != 0 || digest_batch_add(batches, name, identifier) ? error : ELIG_E_ARGUMENT;
}

struct ground_truth *ground_truth_read(struct audit_context *context)
{
    struct identifier_counts counts;
    struct reading reading = {.ground_truth = ground_truth_new(), .header = &context->target->header};
    int result = EXIT_CANNOT;
    reading.batches = calloc(context->config->threads, sizeof *reading.batches);
    if (reading.ground_truth != NULL && reading.batches != NULL)
        result = list_reader_read(context, &counts, add_identifier, flush, &reading);
    else
        message("read the list: %s", elig_error_text(ELIG_E_MEMORY));
    if (reading.batches != NULL)
        sodium_memzero(reading.batches, context->config->threads * sizeof *reading.batches);
    free(reading.batches);
    if (result != EXIT_DONE) {
        ground_truth_free(reading.ground_truth);
        return NULL;
    }
    ground_truth_sort(reading.ground_truth);
    return reading.ground_truth;
}
