/* SPDX-License-Identifier: Apache-2.0 */
/*
 * multi_search.h - multi-pattern search: finds millions of patterns in some bytes, in all encodings.
 *
 * The list is larger than the file, and each identifier has dozens of encodings. So the file is indexed, not
 * the patterns: every window of MULTI_SEARCH_WINDOW bytes is added to a Bloom filter. A pattern whose first and
 * last window both pass the filter is a hit of the filter. Hits are few; one pass over the file compares
 * them in full. That costs two cache lines a pattern, whatever the file's size, and 2 bytes of memory for each
 * byte of the file.
 *
 * Encodings that one decoder undoes for all patterns together are undone in the bytes, once. The decoded bytes
 * are further segments to search: runs of hexadecimal digits, runs of base64 at its four phases, runs of
 * characters with zeros between them (UTF-16, UTF-32), each also read backwards, and two of them nested.
 * Windows and comparisons ignore the case of ASCII letters and the direction of reading.
 *
 * (Bloom 1970; cache-line blocks: Putze, Sanders, Singler 2007; windows that are the same in both directions
 * are what genome assemblers call canonical k-mers.)
 *
 * multi_search_add() and multi_search_finish() are called from one thread; then any number of threads add
 * patterns, each with a struct patterns of its own.
 */
#ifndef ELIG_MULTI_SEARCH_H
#define ELIG_MULTI_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "include/elig.h"

/* Patterns shorter than MULTI_SEARCH_WINDOW would match by chance in a large file, and are refused. Of longer
 * ones the first MULTI_SEARCH_PATTERN_MAX bytes are searched. */
#define MULTI_SEARCH_WINDOW 6
#define MULTI_SEARCH_PATTERN_MAX 64

struct multi_search;

/* memory: bytes for the filter, the decoded bytes and the hits. NULL: no memory. */
ELIG_CHECK_RESULT struct multi_search *multi_search_new(uint64_t memory);

/* Adds bytes, which must outlive the search, and what decoders make of them. source is the caller's number for
 * them. Returns 0 or ELIG_E_MEMORY. */
ELIG_CHECK_RESULT int multi_search_add(struct multi_search *search, const uint8_t *bytes, uint64_t length,
                                       unsigned source);

/* Makes the filter, on several threads; call it after the last multi_search_add(). Returns 0 or ELIG_E_MEMORY.
 */
ELIG_CHECK_RESULT int multi_search_finish(struct multi_search *search, unsigned threads);

/* Bytes to search, decoded ones included. */
uint64_t multi_search_bytes(const struct multi_search *search);

/* ---- Patterns ---- */

/* The patterns of one thread, which are collected and tested many at a time. */
struct patterns;
ELIG_CHECK_RESULT struct patterns *patterns_new(struct multi_search *search);

/* Adds a copy of one. encoding: the caller's number for the type of pattern, 0 .. MULTI_SEARCH_ENCODINGS - 1.
 * where: the caller's number for its origin, such as a line number. Returns false if it is shorter than
 * MULTI_SEARCH_WINDOW and was left out. */
#define MULTI_SEARCH_ENCODINGS 64
bool patterns_add(struct patterns *patterns, const uint8_t *bytes, size_t length, unsigned encoding,
                  uint64_t where);

/* Tests the remaining patterns, hands hits and counts to the search, wipes and frees. NULL is fine. */
void patterns_close(struct patterns *patterns);

/* ---- Matches ---- */

/* How many patterns of an encoding and a length were searched for, and how many matches they are expected to
 * have in random bytes of the same number. */
uint64_t multi_search_searched(const struct multi_search *search, unsigned encoding, size_t length);
double multi_search_expected(const struct multi_search *search, unsigned encoding, size_t length);

struct multi_search_match {
    unsigned source;
    uint64_t offset;     /* in the source; of decoded bytes, where the outermost encoded run begins */
    const char *decoder; /* "", or the encoding of the bytes: "hex", "base64", "UTF-16 in base64" */
    bool is_reversed;
    unsigned encoding;
    size_t length; /* of the pattern, at most MULTI_SEARCH_PATTERN_MAX */
    uint64_t where;
};

/* Call after all struct patterns are closed: compares the hits in full and returns the matches, *count of
 * them, sorted by source and offset; they live as long as the search. A pattern counts once at each offset.
 * *is_complete: false if there were more hits, decoded bytes or matches than memory. */
const struct multi_search_match *multi_search_matches(struct multi_search *search, unsigned threads,
                                                      size_t *count, bool *is_complete);

/* Wipes hits and decoded bytes, and frees. NULL is fine. */
void multi_search_free(struct multi_search *search);

#endif
