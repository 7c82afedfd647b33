/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dataset.h - the data of all measurements: synthetic persons, their digests, and queries for them.
 *
 * Person i has the e-mail address person<i>@mail<i mod 8>.example.net. Persons 0 .. n - 1 are listed; the
 * others are not. All of it is computed from i, so that nothing large has to be stored.
 */
#ifndef ELIG_DATASET_H
#define ELIG_DATASET_H

#include <stdbool.h>

#include "include/elig.h"

#define DATASET_TEXT_MAX 64

/* The secret, salt and kind of all measurements: fixed, so that runs agree. */
extern const uint8_t dataset_secret[ELIG_SECRET_BYTES];
extern const uint8_t dataset_salt[ELIG_SALT_BYTES];
extern const char dataset_kind[];

/* Writes person i's address to text (DATASET_TEXT_MAX bytes) and returns its length. */
size_t dataset_text(uint64_t person, char *text);

/* The keyed digest of person i. */
void dataset_digest(uint64_t person, uint8_t digest[ELIG_DIGEST_BYTES]);

/* The digests of persons 0 .. n - 1 in ascending order; the caller frees them. NULL: out of memory. Takes twice
 * the memory of the result while it runs. */
ELIG_CHECK_RESULT uint8_t (*dataset_digests(uint64_t n, unsigned threads))[ELIG_DIGEST_BYTES];

/* Person numbers for queries: a fixed random sequence; hits below n, misses from n on. */
uint64_t dataset_query(uint64_t n, uint64_t i, bool is_hit);

#endif
