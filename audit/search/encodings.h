/* SPDX-License-Identifier: Apache-2.0 */
/*
 * encodings.h - the patterns of one identifier: its text, canonical form, parts and hashes, in several
 * charsets.
 *
 * Encodings that multi_search.h undoes (hexadecimal, base64, UTF-16 of ASCII, reversal, case) are not among
 * them.
 */
#ifndef ELIG_ENCODINGS_H
#define ELIG_ENCODINGS_H

#include <stdbool.h>

#include "include/elig.h"

#include "audit/search/multi_search.h"
#include "lib/util/x_macro.h"

/* X(name, text): a type of pattern, and how a report names what was found */
#define ENCODINGS(X)                                                  \
    X(ENCODING_TEXT, "the identifier as it is in the list")           \
    X(ENCODING_CANONICAL, "its canonical form")                       \
    X(ENCODING_DIGITS, "its digits")                                  \
    X(ENCODING_PART, "a part of it")                                  \
    X(ENCODING_DOMAIN, "the domain of an e-mail address")             \
    X(ENCODING_UTF16LE, "it in UTF-16, little-endian")                \
    X(ENCODING_UTF16BE, "it in UTF-16, big-endian")                   \
    X(ENCODING_LEGACY, "it in a legacy encoding")                     \
    X(ENCODING_PART_UTF16LE, "a part of it in UTF-16, little-endian") \
    X(ENCODING_PART_UTF16BE, "a part of it in UTF-16, big-endian")    \
    X(ENCODING_PART_LEGACY, "a part of it in a legacy encoding")      \
    X(ENCODING_MD5, "its MD5")                                        \
    X(ENCODING_SHA1, "its SHA-1")                                     \
    X(ENCODING_SHA256, "its SHA-256")                                 \
    X(ENCODING_BLAKE2B_256, "its BLAKE2b-256")                        \
    X(ENCODING_BLAKE2B_512, "its BLAKE2b-512")                        \
    X(ENCODING_SECRET, "the secret")

enum encoding { ENCODINGS(X_NAME) ENCODING_COUNT };

/* The first bytes of a hash that are searched for, so that a truncated one is found too. */
#define ENCODINGS_HASH_BYTES 10

const char *encodings_text(enum encoding encoding);
bool encodings_is_part(enum encoding encoding); /* ENCODING_PART..., ENCODING_DOMAIN */
bool encodings_is_hash(enum encoding encoding);

/* The charset converters of one thread, and the parts that it added lately. */
struct encodings;
ELIG_CHECK_RESULT struct encodings *encodings_new(void);
void encodings_free(struct encodings *encodings);

/* Forgets which parts were added lately. Call it after each block of rows: then the number of patterns does not
 * depend on how threads share the rows. */
void encodings_forget(struct encodings *encodings);

/* Adds all patterns of one identifier of a kind. typed: one trimmed text for each part. canonical: NULL if the
 * identifier is malformed. Returns how many patterns were too short and were left out. */
unsigned encodings_add(struct encodings *encodings, struct patterns *patterns, const struct elig_kind *kind,
                       const struct elig_text *typed, const uint8_t *canonical, size_t length, uint64_t where);

#endif
