/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hash.c - measures how long BLAKE2b alone takes for the identifiers of a list. The time for compiling the list
 * is compared with that. bench/build.sh runs this program before and after a compilation.
 *
 *     hash THREADS LIST.csv
 *
 * Reads a list as tests/tools/people --plain writes it (e-mail and phone in the second and third column,
 * nothing quoted) in blocks, makes the canonical form of each identifier, and hashes a block's identifiers with
 * the key on THREADS threads. Only the hashing is timed. Prints the number of identifiers and the seconds.
 */
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/clock.h"
#include "bench/dataset.h"
#include "lib/elig/canon/canon.h"
#include "lib/elig/parallel.h"
#include "lib/util/parse.h"

#define BLOCK_BYTES (16 << 20)
#define CHUNK 4096 /* identifiers that a thread hashes in one call */
#define CANONICAL_MAX 127
#define ROW_BYTES_LEAST 16 /* an e-mail address and a phone number need at least this */
#define IDENTIFIERS_MAX (2 * BLOCK_BYTES / ROW_BYTES_LEAST)
#define COLUMNS 2

struct identifier {
    uint8_t length;
    uint8_t bytes[CANONICAL_MAX];
};

struct hashing {
    unsigned threads;
    uint64_t identifiers; /* hashed so far */
    double seconds;
    char *block;
    struct elig_text *cells; /* of the block; e-mail and phone alternate */
    struct identifier *canonical;
    size_t count; /* of cells, and of canonical forms */
    uint8_t sums[PARALLEL_THREADS_MAX];
};

static const struct elig_part parts[COLUMNS] = {{.type = ELIG_TYPE_EMAIL},
                                                {.type = ELIG_TYPE_PHONE, .region = {'K', 'R'}}};

static size_t end_of_chunk(const struct hashing *hashing, uint64_t chunk)
{
    return (chunk + 1) * CHUNK < hashing->count ? (size_t)(chunk + 1) * CHUNK : hashing->count;
}

static int canonicalise_chunk(void *context, unsigned worker, uint64_t chunk)
{
    const struct hashing *hashing = context;
    (void)worker;
    for (size_t i = chunk * CHUNK; i < end_of_chunk(hashing, chunk); i++) {
        uint8_t out[CANON_PART_MAX];
        size_t length = 0;
        if (canon_part(&parts[i % COLUMNS], hashing->cells[i], out, &length) != ELIG_REASON_NONE ||
            length > CANONICAL_MAX)
            return -1;
        hashing->canonical[i].length = (uint8_t)length;
        memcpy(hashing->canonical[i].bytes, out, length);
    }
    return 0;
}

static int hash_chunk(void *context, unsigned worker, uint64_t chunk)
{
    struct hashing *hashing = context;
    uint8_t sum = 0;
    for (size_t i = chunk * CHUNK; i < end_of_chunk(hashing, chunk); i++) {
        uint8_t digest[ELIG_DIGEST_BYTES];
        crypto_generichash(digest, sizeof digest, hashing->canonical[i].bytes, hashing->canonical[i].length,
                           dataset_secret, sizeof dataset_secret);
        sum ^= digest[0];
    }
    hashing->sums[worker] ^= sum;
    return 0;
}

/* Appends the cells of a row's second and third column to cells. Returns false if the row lacks them. */
static bool split_row(struct hashing *hashing, const char *row, const char *end)
{
    for (unsigned column = 0; column < COLUMNS; column++) {
        const char *before = memchr(row, ',', (size_t)(end - row));
        const char *after = before == NULL ? NULL : memchr(before + 1, ',', (size_t)(end - before - 1));
        if (after == NULL || hashing->count >= IDENTIFIERS_MAX)
            return false;
        hashing->cells[hashing->count++] = (struct elig_text){before + 1, (size_t)(after - before - 1)};
        row = after;
    }
    return true;
}

/* Splits the complete rows of the first length bytes and hashes their identifiers; *done is the length of these
 * rows. */
static bool hash_block(struct hashing *hashing, size_t length, size_t *done)
{
    const char *row = hashing->block, *end;
    hashing->count = 0;
    while ((end = memchr(row, '\n', length - (size_t)(row - hashing->block))) != NULL) {
        if (!split_row(hashing, row, end))
            return false;
        row = end + 1;
    }
    uint64_t chunks = (hashing->count + CHUNK - 1) / CHUNK;
    if (parallel_run(hashing->threads, chunks, canonicalise_chunk, hashing) != 0)
        return false;
    double start = clock_seconds();
    if (parallel_run(hashing->threads, chunks, hash_chunk, hashing) != 0)
        return false;
    hashing->seconds += clock_seconds() - start;
    hashing->identifiers += hashing->count;
    *done = (size_t)(row - hashing->block);
    return true;
}

static bool hash_list(struct hashing *hashing, FILE *list)
{
    size_t kept = 0, got;
    while (fgetc(list) != '\n') /* the header */
        if (feof(list) || ferror(list))
            return false;
    while ((got = fread(hashing->block + kept, 1, BLOCK_BYTES - kept, list)) > 0) {
        size_t done;
        if (!hash_block(hashing, kept + got, &done))
            return false;
        kept = kept + got - done;
        memmove(hashing->block, hashing->block + done, kept);
    }
    return kept == 0 && !ferror(list);
}

int main(int argc, char **argv)
{
    struct hashing hashing = {0};
    uint64_t threads = 0;
    if (argc != 3 || sodium_init() < 0 || !parse_number(argv[1], 1, PARALLEL_THREADS_MAX, &threads)) {
        fprintf(stderr, "Usage: hash THREADS LIST.csv\n");
        return 2;
    }
    FILE *list = fopen(argv[2], "rbe");
    hashing.threads = (unsigned)threads;
    hashing.block = malloc(BLOCK_BYTES);
    hashing.cells = calloc(IDENTIFIERS_MAX, sizeof *hashing.cells);
    hashing.canonical = calloc(IDENTIFIERS_MAX, sizeof *hashing.canonical);
    bool ok = list != NULL && hashing.block != NULL && hashing.cells != NULL && hashing.canonical != NULL &&
              hash_list(&hashing, list);
    if (ok)
        printf("%llu %.3f\n", (unsigned long long)hashing.identifiers, hashing.seconds);
    else
        fprintf(stderr, "hash: %s: cannot be read, or is not as tests/tools/people --plain writes it\n",
                argv[2]);
    if (list != NULL)
        fclose(list);
    free(hashing.block);
    free(hashing.cells);
    free(hashing.canonical);
    return ok ? 0 : 1;
}
