/* SPDX-License-Identifier: Apache-2.0 */
/*
 * haystack.h - bytes in which many million needles are looked for at once, in whatever way they are written
 * down.
 *
 * The list is larger than the file, and each identifier has dozens of encodings. So it is the file that is
 * indexed, not the needles: every window of MULTI_SEARCH_WINDOW bytes goes into a Bloom filter, and a needle
 * whose first and last window are both in it becomes a suspect; suspects are few, and one pass over the file
 * compares them in full. That costs two cache lines a needle, whatever the file's size, and 2 bytes of memory
 * for each of the file's.
 *
 * What one decoding undoes for all needles together is undone in the haystack, once, as further bytes to be
 * searched ("views"): runs of hexadecimal digits, runs of base64 at its four phases, runs of characters with
 * zeros between them (UTF-16, UTF-32), each also read backwards, and these within one another. Windows and
 * comparisons disregard the case of ASCII letters and the direction of reading.
 *
 * (Bloom 1970; cache-line blocks: Putze, Sanders, Singler 2007; windows that are the same in both directions
 * are what genome assemblers call canonical k-mers.)
 *
 * Adding and finishing belong to one thread; probing is safe from any, each with a struct patterns of its own.
 */
#ifndef ELIG_MULTI_SEARCH_H
#define ELIG_MULTI_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "include/elig.h"

/* Needles that are shorter cannot be told from chance in a large file, and are refused. Of longer ones than
 * MULTI_SEARCH_PATTERN_MAX bytes the first so many are searched. */
#define MULTI_SEARCH_WINDOW 6
#define MULTI_SEARCH_PATTERN_MAX 64

struct multi_search;

/* memory: bytes for the filter and the suspects. NULL: no memory. */
ELIG_CHECK_RESULT struct multi_search *multi_search_new(uint64_t memory);

/* Adds bytes, which must outlive it, and their views. source is the caller's number for them. Returns 0 for
 * lack of memory. */
ELIG_CHECK_RESULT int multi_search_add(struct multi_search *search, const uint8_t *bytes, uint64_t length,
                                       unsigned source);

/* Makes the filter once everything is added, on several threads. 0 for lack of memory. */
ELIG_CHECK_RESULT int multi_search_finish(struct multi_search *search, unsigned threads);

/* Bytes to be searched, views included. */
uint64_t multi_search_bytes(const struct multi_search *search);

/* ---- Needles ---- */

/* A thread's needles, gathered and probed many at a time. */
struct patterns;
ELIG_CHECK_RESULT struct patterns *patterns_new(struct multi_search *search);

/* Adds one. form: what sort of needle it is, 0
 * .. MULTI_SEARCH_FORMS - 1. where: whatever tells the caller whose it is, such as a line number. Returns 1, or
 * 0 if it is shorter than MULTI_SEARCH_WINDOW and was left out. Copied. */
#define MULTI_SEARCH_ENCODINGS 64
int patterns_add(struct patterns *patterns, const uint8_t *bytes, size_t length, unsigned encoding,
                 uint64_t where);

/* Probes what is left, hands suspects and counts to the haystack, wipes and frees. NULL is fine. */
void patterns_close(struct patterns *patterns);

/* ---- Matches ---- */

/* How many needles of a form and a length were looked for, and how many matches they would have by chance in as
 * many random bytes. */
uint64_t multi_search_searched(const struct multi_search *search, unsigned encoding, size_t length);
double multi_search_expected(const struct multi_search *search, unsigned encoding, size_t length);

struct multi_search_match {
    unsigned source;
    uint64_t offset;     /* in the source; of a view, where the run begins that it was made of */
    const char *decoder; /* "", or how the bytes were written: "hex", "base64", "UTF-16 / base64" */
    bool is_reversed;
    unsigned encoding;
    size_t length; /* of the needle, or MULTI_SEARCH_PATTERN_MAX */
    uint64_t where;
};

/* Once all needles are closed: compares the suspects in full and returns the matches, *count of them, sorted by
 * source and offset; they live as long as the haystack. Each needle counts once at each place. NULL with a
 * count of 0 if there are none. *is_complete: 0 if there were more suspects or matches than there is memory
 * for. */
const struct multi_search_match *multi_search_matches(struct multi_search *search, unsigned threads,
                                                      size_t *count, bool *is_complete);

/* Wipes suspects and frees. NULL is fine. */
void multi_search_free(struct multi_search *search);

#endif
