/* SPDX-License-Identifier: Apache-2.0 */
/*
 * profiles.c - measures the primitives of the offline and the blind profile, and lookups in an offline index;
 * bench/profiles.sh runs this program.
 *
 *     profiles primitive blind|offline THREADS COUNT   prints the microseconds of one digest's primitive, on
 * THREADS threads profiles lookups INDEX LISTED RUNS               looks up RUNS hits and RUNS misses, and
 * prints their times
 *
 * A primitive is libsodium's alone: for offline, Argon2id at 64 MiB and 3 passes; for blind, two SHA-512
 * hashes, the map to the group, one multiplication and one more hash. Persons are those of dataset.h; LISTED of
 * them are in the index.
 */
#include <math.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "include/elig.h"

#include "bench/clock.h"
#include "bench/dataset.h"
#include "lib/elig/parallel.h"
#include "lib/util/parse.h"

#define ARGON2_MEMORY ((size_t)64 << 20)
#define ARGON2_PASSES 3
#define SUITE_BYTES 48 /* about the bytes that RFC 9497 hashes in addition to a message */
#define MICROSECONDS 1e6

static int usage(void)
{
    fputs("usage: profiles primitive blind|offline THREADS COUNT | profiles lookups INDEX LISTED RUNS\n",
          stderr);
    return 2;
}

/* ---- Primitives ---- */

struct primitive {
    bool is_blind;
    uint64_t count; /* digests of each thread */
};

static int digest_offline(const char *text, size_t length)
{
    uint8_t digest[ELIG_DIGEST_BYTES];
    return crypto_pwhash(digest, sizeof digest, text, length, dataset_salt, ARGON2_PASSES, ARGON2_MEMORY,
                         crypto_pwhash_ALG_ARGON2ID13);
}

static int digest_blind(const char *text, size_t length)
{
    static const uint8_t zeros[128 + SUITE_BYTES];
    uint8_t hash[64], element[32], product[32];
    crypto_hash_sha512_state state;
    crypto_hash_sha512_init(&state);
    crypto_hash_sha512_update(&state, zeros, sizeof zeros);
    crypto_hash_sha512_update(&state, (const uint8_t *)text, length);
    crypto_hash_sha512_final(&state, hash);
    crypto_hash_sha512(hash, hash, sizeof hash);
    crypto_core_ristretto255_from_hash(element, hash);
    if (crypto_scalarmult_ristretto255(product, dataset_secret, element) != 0)
        return -1;
    return crypto_hash_sha512(hash, product, sizeof product);
}

static int run_primitive(void *context, unsigned worker, uint64_t chunk)
{
    const struct primitive *primitive = context;
    char text[DATASET_TEXT_MAX];
    (void)worker;
    for (uint64_t i = 0; i < primitive->count; i++) {
        size_t length = dataset_text(chunk * primitive->count + i, text);
        if ((primitive->is_blind ? digest_blind(text, length) : digest_offline(text, length)) != 0)
            return -1;
    }
    return 0;
}

static int measure_primitive(const char *profile, unsigned threads, uint64_t count)
{
    struct primitive primitive = {strcmp(profile, "blind") == 0, count / threads};
    double begun = clock_seconds();
    if (parallel_run(threads, threads, run_primitive, &primitive) != 0)
        return 1;
    printf("%.3f\n", (clock_seconds() - begun) / (double)primitive.count * MICROSECONDS);
    return 0;
}

/* ---- Hits and misses ---- */

struct timing {
    double seconds;
    bool is_hit;
};

static int by_time(const void *a, const void *b)
{
    const struct timing *left = a, *right = b;
    return (left->seconds > right->seconds) - (left->seconds < right->seconds);
}

/* Mann and Whitney's U of sorted timings, in standard deviations from its expectation. */
static double mann_whitney(const struct timing *timings, size_t each)
{
    double ranks = 0, n = (double)each;
    for (size_t i = 0; i < 2 * each; i++)
        ranks += timings[i].is_hit ? (double)(i + 1) : 0;
    double u = ranks - n * (n + 1) / 2;
    return (u - n * n / 2) / sqrt(n * n * (2 * n + 1) / 12);
}

static double median_of(const struct timing *timings, size_t count, bool is_hit)
{
    size_t seen = 0;
    for (size_t i = 0; i < count; i++)
        if (timings[i].is_hit == is_hit && seen++ == count / 4)
            return timings[i].seconds;
    return 0;
}

/* One lookup: its time, and whether the answer is "eligible". Returns false if there is no answer. */
static bool timed_lookup(const struct elig *index, uint64_t person, double *seconds, bool *is_eligible)
{
    char text[DATASET_TEXT_MAX];
    struct elig_answer answer;
    const struct elig_text part = {text, dataset_text(person, text)};
    double begun = clock_seconds();
    int error = elig_lookup(index, 0, &part, 1, 0, &answer);
    *seconds = clock_seconds() - begun;
    *is_eligible = error == 0 && answer.verdict == ELIG_ELIGIBLE;
    return error == 0;
}

static int run_lookups(const struct elig *index, uint64_t listed, size_t each, struct timing *timings)
{
    uint64_t false_positives = 0;
    for (size_t i = 0; i < 2 * each; i++) {
        bool is_hit = i % 2 == 0, is_eligible;
        timings[i].is_hit = is_hit;
        if (!timed_lookup(index, is_hit ? i / 2 % listed : listed + i, &timings[i].seconds, &is_eligible) ||
            (is_hit && !is_eligible))
            return 1;
        false_positives += !is_hit && is_eligible;
    }
    qsort(timings, 2 * each, sizeof *timings, by_time);
    printf("%.3f %.3f %.2f %llu\n", median_of(timings, 2 * each, true) * MICROSECONDS,
           median_of(timings, 2 * each, false) * MICROSECONDS, mann_whitney(timings, each),
           (unsigned long long)false_positives);
    return 0;
}

static int measure_lookups(const char *path, uint64_t listed, size_t each)
{
    const struct elig_options options = {.size = sizeof options, .check = ELIG_CHECK_ALL};
    struct elig *index;
    int error = elig_open(path, &options, &index);
    struct timing *timings = calloc(2 * each, sizeof *timings);
    if (error == 0 && timings != NULL)
        error = run_lookups(index, listed, each, timings);
    free(timings);
    elig_close(index);
    return error != 0 || timings == NULL;
}

int main(int argc, char **argv)
{
    uint64_t first, second;
    if (argc != 5 || sodium_init() < 0 || !parse_number(argv[4], 1, 1000000000, &second))
        return usage();
    bool is_primitive = strcmp(argv[1], "primitive") == 0;
    if (!parse_number(argv[3], 1, is_primitive ? PARALLEL_THREADS_MAX : 1000000000, &first))
        return usage();
    return is_primitive ? measure_primitive(argv[2], (unsigned)first, second)
                        : measure_lookups(argv[2], first, second);
}
