/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hash.c - how long BLAKE2b takes for the identifiers of a list, and nothing else: what compiling the list is
 * compared with. bench/build.sh runs this program before and after a compilation.
 *
 *     hash THREADS LIST.csv
 *
 * Reads a list as tests/tools/people --plain writes it (e-mail and phone in the second and third column,
 * nothing quoted) in blocks, brings each identifier into its canonical form, and hashes a block's identifiers
 * with the key on so many threads. Only the hashing is timed. Prints how many identifiers there were, and
 * seconds.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/clock.h"
#include "bench/dataset.h"
#include "lib/elig/canon/canon.h"
#include "lib/elig/parallel.h"
#include "lib/util/parse.h"

#define BLOCK_BYTES (16 << 20)
#define PIECE 4096 /* identifiers hashed at a time */
#define CANONICAL_MAX 127
#define ROW_BYTES_LEAST 16 /* fewer would not hold an e-mail address and a phone number */
#define IDENTIFIERS_MAX (2 * BLOCK_BYTES / ROW_BYTES_LEAST)
#define COLUMNS 2

struct identifier {
    uint8_t length;
    uint8_t bytes[CANONICAL_MAX];
};

struct hashing {
    unsigned threads;
    uint64_t identifiers; /* so far */
    double seconds;
    char *block;
    struct elig_text *cells; /* of the block; an e-mail and a phone in turn */
    struct identifier *canonical;
    size_t count; /* of both */
    uint8_t sums[PARALLEL_THREADS_MAX];
};

static const struct elig_part parts[COLUMNS] = {{.type = ELIG_TYPE_EMAIL},
                                                {.type = ELIG_TYPE_PHONE, .region = {'K', 'R'}}};

static size_t end_of_piece(const struct hashing *hashing, uint64_t piece)
{
    return (piece + 1) * PIECE < hashing->count ? (size_t)(piece + 1) * PIECE : hashing->count;
}

static int canonicalise_piece(void *context, unsigned worker, uint64_t piece)
{
    const struct hashing *hashing = context;
    (void)worker;
    for (size_t i = piece * PIECE; i < end_of_piece(hashing, piece); i++) {
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

static int hash_piece(void *context, unsigned worker, uint64_t piece)
{
    struct hashing *hashing = context;
    uint8_t sum = 0;
    for (size_t i = piece * PIECE; i < end_of_piece(hashing, piece); i++) {
        uint8_t digest[ELIG_DIGEST_BYTES];
        crypto_generichash(digest, sizeof digest, hashing->canonical[i].bytes, hashing->canonical[i].length,
                           dataset_secret, sizeof dataset_secret);
        sum ^= digest[0];
    }
    hashing->sums[worker] ^= sum;
    return 0;
}

/* Puts the cells of a row's second and third column last. Returns 0 if the row has none. */
static int split_row(struct hashing *hashing, const char *row, const char *end)
{
    for (unsigned column = 0; column < COLUMNS; column++) {
        const char *before = memchr(row, ',', (size_t)(end - row));
        const char *after = before == NULL ? NULL : memchr(before + 1, ',', (size_t)(end - before - 1));
        if (after == NULL || hashing->count >= IDENTIFIERS_MAX)
            return 0;
        hashing->cells[hashing->count++] = (struct elig_text){before + 1, (size_t)(after - before - 1)};
        row = after;
    }
    return 1;
}

/* Splits the whole rows of length bytes and hashes their identifiers. Returns how many bytes of the block are
 * done, or -1. */
static ssize_t do_block(struct hashing *hashing, size_t length)
{
    const char *row = hashing->block, *end;
    hashing->count = 0;
    while ((end = memchr(row, '\n', length - (size_t)(row - hashing->block))) != NULL) {
        if (!split_row(hashing, row, end))
            return -1;
        row = end + 1;
    }
    uint64_t pieces = (hashing->count + PIECE - 1) / PIECE;
    if (parallel_run(hashing->threads, pieces, canonicalise_piece, hashing) != 0)
        return -1;
    double start = clock_seconds();
    if (parallel_run(hashing->threads, pieces, hash_piece, hashing) != 0)
        return -1;
    hashing->seconds += clock_seconds() - start;
    hashing->identifiers += hashing->count;
    return row - hashing->block;
}

static int do_list(struct hashing *hashing, FILE *list)
{
    size_t kept = 0, got;
    while (fgetc(list) != '\n') /* the header */
        if (feof(list) || ferror(list))
            return 0;
    while ((got = fread(hashing->block + kept, 1, BLOCK_BYTES - kept, list)) > 0) {
        ssize_t done = do_block(hashing, kept + got);
        if (done < 0)
            return 0;
        kept = kept + got - (size_t)done;
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
    int good = list != NULL && hashing.block != NULL && hashing.cells != NULL && hashing.canonical != NULL &&
               do_list(&hashing, list);
    if (good)
        printf("%llu %.3f\n", (unsigned long long)hashing.identifiers, hashing.seconds);
    else
        fprintf(stderr, "hash: %s: cannot be read, or is not as tests/tools/people --plain writes it\n",
                argv[2]);
    if (list != NULL)
        fclose(list);
    free(hashing.block);
    free(hashing.cells);
    free(hashing.canonical);
    return good ? 0 : 1;
}
