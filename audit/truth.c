#include "truth.h"

#include "bytes.h"
#include "lists.h"
#include "pending.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define AT_ONCE 64
#define ROOM_FIRST 65536

struct truth {
    struct digest_key *key; /* in locked memory */
    pthread_mutex_t lock;   /* over the three below, while they grow */
    uint64_t *values;       /* rising and different, once sorted */
    size_t count, room;
};

struct truth *truth_new(void)
{
    uint8_t secret[ELIG_SECRET_BYTES], salt[ELIG_SALT_BYTES];
    struct truth *truth = calloc(1, sizeof *truth);
    if (truth == NULL)
        return NULL;
    pthread_mutex_init(&truth->lock, NULL);
    truth->key = sodium_malloc(sizeof *truth->key);
    if (truth->key == NULL) {
        truth_free(truth);
        return NULL;
    }
    randombytes_buf(secret, sizeof secret);
    randombytes_buf(salt, sizeof salt);
    digest_key_make(truth->key, secret, salt);
    sodium_memzero(secret, sizeof secret);
    return truth;
}

void truth_free(struct truth *truth)
{
    if (truth == NULL)
        return;
    sodium_free(truth->key);
    if (truth->values != NULL)
        sodium_memzero(truth->values, truth->room * sizeof *truth->values);
    free(truth->values);
    pthread_mutex_destroy(&truth->lock);
    free(truth);
}

/* ---- Adding ---- */

static int add_values(struct truth *truth, const uint64_t *values, size_t count)
{
    int good = 1;
    pthread_mutex_lock(&truth->lock);
    if (truth->room - truth->count < count) {
        size_t room = truth->room > 0 ? 2 * truth->room : ROOM_FIRST;
        uint64_t *more = realloc(truth->values, room * sizeof *more);
        good = more != NULL;
        if (good) {
            truth->values = more;
            truth->room = room;
        }
    }
    if (good) {
        memcpy(truth->values + truth->count, values, count * sizeof *values);
        truth->count += count;
    }
    pthread_mutex_unlock(&truth->lock);
    return good;
}

static void hash(const struct truth *truth, const struct digest_input *inputs, size_t count,
                 uint64_t values[AT_ONCE])
{
    uint8_t digests[AT_ONCE][ELIG_DIGEST_BYTES];
    digest_keyed_many(truth->key, inputs, count, digests);
    for (size_t i = 0; i < count; i++)
        values[i] = bytes_get_le64(digests[i]);
    sodium_memzero(digests, sizeof digests);
}

int truth_add(struct truth *truth, const struct digest_input *inputs, size_t count)
{
    uint64_t values[AT_ONCE];
    for (size_t done = 0; done < count; done += AT_ONCE) {
        size_t some = count - done < AT_ONCE ? count - done : AT_ONCE;
        hash(truth, inputs + done, some, values);
        if (!add_values(truth, values, some))
            return 0;
    }
    return 1;
}

static int compare_values(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

void truth_sort(struct truth *truth)
{
    size_t kept = 0;
    if (truth->count == 0)
        return;
    qsort(truth->values, truth->count, sizeof *truth->values, compare_values);
    for (size_t i = 0; i < truth->count; i++)
        if (kept == 0 || truth->values[i] != truth->values[kept - 1])
            truth->values[kept++] = truth->values[i];
    truth->count = kept;
}

/* ---- Asking ---- */

static int has(const struct truth *truth, uint64_t value)
{
    return truth->count > 0 &&
           bsearch(&value, truth->values, truth->count, sizeof value, compare_values) != NULL;
}

uint64_t truth_count(const struct truth *truth, const struct digest_input *inputs, size_t count)
{
    uint64_t values[AT_ONCE], members = 0;
    for (size_t done = 0; done < count; done += AT_ONCE) {
        size_t some = count - done < AT_ONCE ? count - done : AT_ONCE;
        hash(truth, inputs + done, some, values);
        for (size_t i = 0; i < some; i++)
            members += (uint64_t)has(truth, values[i]);
    }
    return members;
}

uint64_t truth_size(const struct truth *truth)
{
    return truth->count;
}

/* ---- The lists ---- */

struct reading {
    struct truth *truth;
    const struct header *header;
    struct pending *pending; /* one for each thread */
};

static int flush(void *context, unsigned worker)
{
    struct reading *reading = context;
    struct pending *pending = &reading->pending[worker];
    int good = truth_add(reading->truth, pending->inputs, pending->count);
    pending_clear(pending);
    return good ? 0 : ELIG_E_MEMORY;
}

static int take(void *context, unsigned worker, const struct lists_identifier *identifier)
{
    struct reading *reading = context;
    struct pending *pending = &reading->pending[worker];
    if (identifier->canonical == NULL)
        return 0;
    const char *name = reading->header->kinds[identifier->kind].name;
    if (pending_add(pending, name, identifier))
        return 0;
    int error = flush(context, worker);
    return error != 0 || pending_add(pending, name, identifier) ? error : ELIG_E_ARGUMENT;
}

struct truth *truth_read(struct run *run)
{
    struct lists_counts counts;
    struct reading reading = {.truth = truth_new(), .header = &run->subject->header};
    int result = EXIT_CANNOT;
    reading.pending = calloc(run->audit->threads, sizeof *reading.pending);
    if (reading.truth != NULL && reading.pending != NULL)
        result = lists_read(run, &counts, take, flush, &reading);
    else
        message("read the list: %s", elig_error_text(ELIG_E_MEMORY));
    if (reading.pending != NULL)
        sodium_memzero(reading.pending, run->audit->threads * sizeof *reading.pending);
    free(reading.pending);
    if (result != EXIT_DONE) {
        truth_free(reading.truth);
        return NULL;
    }
    truth_sort(reading.truth);
    return reading.truth;
}
