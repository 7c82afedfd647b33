/* SPDX-License-Identifier: Apache-2.0 */
/*
 * candidates.h - whom an attacker tries: candidates of a universe, in an order like chance, or from a file.
 *
 * Any number of threads may take from one source.
 */
#ifndef ELIG_GUESSES_H
#define ELIG_GUESSES_H

#include "include/elig.h"

struct guesses;

/* sample of all candidates of a part's universe, no two the same, spread over all of it; 0, or more than there
 * are: all of them. NULL if its candidates follow no rule (keyspace_writable()), or for lack of memory. */
ELIG_CHECK_RESULT struct guesses *guesses_of_part(const struct elig_part *part, uint64_t sample);

/* The lines of a file; parts are separated by a TAB. NULL with errno if it cannot be opened. */
ELIG_CHECK_RESULT struct guesses *guesses_of_file(const char *path);

/* How many there are: of a universe exactly; of a file its bytes. */
uint64_t guesses_total(const struct guesses *guesses);

#define GUESSES_AT_ONCE 1024
#define GUESSES_BYTES (1u << 17)

struct guesses_batch {
    size_t count;
    struct elig_text texts[GUESSES_AT_ONCE];
    uint64_t steps; /* of guesses_total() that it took */
    char bytes[GUESSES_BYTES];
};

/* Fills a batch with at most so many, 1 .. GUESSES_AT_ONCE: returns 1, or 0 when there are no more. */
ELIG_CHECK_RESULT int guesses_next(struct guesses *guesses, struct guesses_batch *batch, size_t most);

/* Wipes a batch; the caller's to call before it is freed or left. */
void guesses_wipe(struct guesses_batch *batch);

/* 0 if a file could not be read to its end, with errno. Once no thread takes any more. */
int guesses_are_complete(const struct guesses *guesses);

/* Wipes and frees; NULL is fine. */
void guesses_close(struct guesses *guesses);

/* Takes a candidate apart at its TABs: 1, or 0 if it has another number of parts than given. */
ELIG_CHECK_RESULT int guesses_split(struct elig_text text, struct elig_text *parts, unsigned part_count);

#endif
