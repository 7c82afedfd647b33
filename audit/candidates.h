/*
 * candidates.h - whom an attacker tries: candidates of a universe, in an order like chance, or from a file.
 *
 * Any number of threads may take from one source.
 */
#ifndef ELIG_CANDIDATES_H
#define ELIG_CANDIDATES_H

#include "elig.h"

struct candidates;

/* sample of all candidates of a part's universe, no two the same, spread over all of it; 0, or more than there
 * are: all of them. NULL if its candidates follow no rule (universe_writable()), or for lack of memory. */
ELIG_CHECK_RESULT struct candidates *candidates_of_part(const struct elig_part *part, uint64_t sample);

/* The lines of a file; parts are separated by a TAB. NULL with errno if it cannot be opened. */
ELIG_CHECK_RESULT struct candidates *candidates_of_file(const char *path);

/* How many there are: of a universe exactly; of a file its bytes. */
uint64_t candidates_total(const struct candidates *candidates);

#define CANDIDATES_AT_ONCE 1024
#define CANDIDATES_BYTES (1u << 17)

struct candidates_batch {
    size_t count;
    struct elig_text texts[CANDIDATES_AT_ONCE];
    uint64_t steps; /* of candidates_total() that it took */
    char bytes[CANDIDATES_BYTES];
};

/* Fills a batch with at most so many, 1 .. CANDIDATES_AT_ONCE: returns 1, or 0 when there are no more. */
ELIG_CHECK_RESULT int candidates_next(struct candidates *candidates, struct candidates_batch *batch,
                                      size_t most);

/* Wipes a batch; the caller's to call before it is freed or left. */
void candidates_wipe(struct candidates_batch *batch);

/* 0 if a file could not be read to its end, with errno. Once no thread takes any more. */
int candidates_are_complete(const struct candidates *candidates);

/* Wipes and frees; NULL is fine. */
void candidates_close(struct candidates *candidates);

/* Takes a candidate apart at its TABs: 1, or 0 if it has another number of parts than given. */
ELIG_CHECK_RESULT int candidates_split(struct elig_text text, struct elig_text *parts, unsigned part_count);

#endif
