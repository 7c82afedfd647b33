/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guesses.h - the candidates that an attack tries: those of a keyspace, in a pseudorandom order, or those of a
 * file.
 *
 * Any number of threads may take batches from one source.
 */
#ifndef ELIG_GUESSES_H
#define ELIG_GUESSES_H

#include <stdbool.h>

#include "include/elig.h"

struct guesses;

/* sample different candidates, spread over the keyspace of a part; all of them if sample is 0 or larger than
 * the keyspace. Returns 0, ELIG_E_ARGUMENT if its candidates cannot be enumerated (keyspace_writable()), or
 * ELIG_E_MEMORY. */
ELIG_CHECK_RESULT int guesses_of_part(const struct elig_part *part, uint64_t sample, struct guesses **guesses);

/* The lines of a file; parts are separated by a TAB. Returns 0, ELIG_E_READ with errno set, or ELIG_E_MEMORY.
 */
ELIG_CHECK_RESULT int guesses_of_file(const char *path, struct guesses **guesses);

/* The steps to be done: the candidates of a keyspace; the bytes of a file. */
uint64_t guesses_total(const struct guesses *guesses);

#define GUESSES_AT_ONCE 1024
#define GUESSES_BYTES (1u << 17)

struct guesses_batch {
    size_t count;
    struct elig_text texts[GUESSES_AT_ONCE];
    uint64_t steps; /* of guesses_total() that this batch took */
    char bytes[GUESSES_BYTES];
};

/* Fills a batch with at most `most` candidates, 1 .. GUESSES_AT_ONCE; batch->count is 0 if there are no more.
 * Returns 0, or ELIG_E_READ with errno set. */
ELIG_CHECK_RESULT int guesses_next(struct guesses *guesses, struct guesses_batch *batch, size_t most);

/* Wipes a batch; to be called before its memory is freed. */
void guesses_wipe(struct guesses_batch *batch);

/* Wipes and frees; NULL is fine. */
void guesses_close(struct guesses *guesses);

/* Splits a candidate at its TABs. False: it does not have part_count parts. */
ELIG_CHECK_RESULT bool guesses_split(struct elig_text text, struct elig_text *parts, unsigned part_count);

#endif
