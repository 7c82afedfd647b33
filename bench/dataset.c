/* SPDX-License-Identifier: Apache-2.0 */
/* Synthetic persons: their addresses, their digests, and the digests of many in order. */
#include "bench/dataset.h"

#include <stdlib.h>
#include <string.h>

#include "lib/elig/bytes.h"
#include "lib/elig/digest/digest.h"
#include "lib/elig/parallel.h"

#define CHUNK 65536 /* persons that a thread digests in one call */
#define BUCKET_BITS                                                                          \
    16 /* digests are sorted by their first bits, which are uniform, and then within buckets \
        */
#define BUCKETS (1u << BUCKET_BITS)

const uint8_t dataset_secret[ELIG_SECRET_BYTES] = "benchmarks need no secret secret";
const uint8_t dataset_salt[ELIG_SALT_BYTES] = "one fixed salt.";

const char dataset_kind[] = "email";

size_t dataset_text(uint64_t person, char *text)
{
    static const char before[] = "person", middle[] = "@mail", after[] = ".example.net";
    char digits[24];
    size_t count = 0, length = strlen(before);
    uint64_t rest = person;
    memcpy(text, before, length);
    do {
        digits[count++] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    while (count > 0)
        text[length++] = digits[--count];
    memcpy(text + length, middle, strlen(middle));
    length += strlen(middle);
    text[length++] = (char)('0' + person % 8);
    memcpy(text + length, after, strlen(after));
    return length + strlen(after);
}

void dataset_digest(uint64_t person, uint8_t digest[ELIG_DIGEST_BYTES])
{
    char text[DATASET_TEXT_MAX];
    size_t length = dataset_text(person, text);
    const struct digest_input input = {dataset_kind, (const uint8_t *)text, length};
    digest_keyed(dataset_secret, dataset_salt, &input, digest);
}

/* SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t mix(uint64_t z)
{
    z += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

uint64_t dataset_query(uint64_t n, uint64_t i, bool is_hit)
{
    return mix(i) % n + (is_hit ? 0 : n);
}

struct digest_task {
    uint64_t n;
    uint8_t (*made)[ELIG_DIGEST_BYTES];
    uint8_t (*sorted)[ELIG_DIGEST_BYTES];
    uint64_t end[BUCKETS]; /* of each bucket in sorted; its start until the bucket is filled */
};

static int digest_chunk(void *context, unsigned worker, uint64_t chunk)
{
    const struct digest_task *task = context;
    uint64_t end = (chunk + 1) * CHUNK < task->n ? (chunk + 1) * CHUNK : task->n;
    (void)worker;
    for (uint64_t person = chunk * CHUNK; person < end; person++)
        dataset_digest(person, task->made[person]);
    return 0;
}

static void scatter(struct digest_task *task)
{
    uint64_t before = 0;
    for (uint64_t i = 0; i < task->n; i++)
        task->end[bytes_get_be16(task->made[i])]++;
    for (uint32_t bucket = 0; bucket < BUCKETS; bucket++) {
        uint64_t count = task->end[bucket];
        task->end[bucket] = before;
        before += count;
    }
    for (uint64_t i = 0; i < task->n; i++)
        memcpy(task->sorted[task->end[bytes_get_be16(task->made[i])]++], task->made[i], ELIG_DIGEST_BYTES);
}

static int compare_digests(const void *a, const void *b)
{
    return memcmp(a, b, ELIG_DIGEST_BYTES);
}

static int sort_bucket(void *context, unsigned worker, uint64_t bucket)
{
    const struct digest_task *task = context;
    uint64_t first = bucket == 0 ? 0 : task->end[bucket - 1];
    (void)worker;
    qsort(task->sorted + first, task->end[bucket] - first, ELIG_DIGEST_BYTES, compare_digests);
    return 0;
}

uint8_t (*dataset_digests(uint64_t n, unsigned threads))[ELIG_DIGEST_BYTES]
{
    struct digest_task *task = calloc(1, sizeof *task);
    uint8_t(*sorted)[ELIG_DIGEST_BYTES] = NULL;
    if (task == NULL)
        return NULL;
    task->n = n;
    task->made = malloc(n * sizeof *task->made);
    task->sorted = malloc(n * sizeof *task->sorted);
    if (task->made != NULL && task->sorted != NULL &&
        parallel_run(threads, (n + CHUNK - 1) / CHUNK, digest_chunk, task) == 0) {
        scatter(task);
        if (parallel_run(threads, BUCKETS, sort_bucket, task) == 0)
            sorted = task->sorted;
    }
    free(task->made);
    if (sorted == NULL)
        free(task->sorted);
    free(task);
    return sorted;
}
