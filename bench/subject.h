/*
 * subject.h - what is measured: an index of synthetic people, and queries for it.
 *
 * Person i has the e-mail address person<i>@mail<i mod 8>.example.net. Persons 0 .. n - 1 are listed; the
 * others are not. Everything follows from i, so that nothing large is kept beside the index.
 */
#ifndef ELIG_SUBJECT_H
#define ELIG_SUBJECT_H

#include "elig.h"

#define SUBJECT_TEXT_MAX 64

/* Writes person i's address to text (SUBJECT_TEXT_MAX bytes) and returns its length. */
size_t subject_text(uint64_t person, char *text);

/* The secret, salt and kind of all measurements: fixed, so that runs agree. */
extern const uint8_t subject_secret[ELIG_SECRET_BYTES];
extern const uint8_t subject_salt[ELIG_SALT_BYTES];
extern const char subject_kind[];

/* The keyed digest of person i. */
void subject_digest(uint64_t person, uint8_t digest[ELIG_DIGEST_BYTES]);

struct subject_build {
    double digest_seconds, build_seconds; /* digesting alone; sorting, solving, writing and verifying */
    unsigned threads;
};

/* Builds an index of n persons at path through the builder's own modules. Returns 1, or 0 with the reason
 * printed. */
ELIG_CHECK_RESULT int subject_make(const char *path, const char *tmpdir, uint64_t n, unsigned fingerprint_bits,
                                   struct subject_build *build);

/* Person numbers for queries: a fixed random sequence; hits below n, misses from n on. */
uint64_t subject_query(uint64_t n, uint64_t i, int is_hit);

#endif
