/* SPDX-License-Identifier: Apache-2.0 */
/*
 * recipe.h - what is to be made and how: the options of one command of elig-build, checked.
 *
 * Shared by all threads, and read-only once made; but for `assemble` the terms come from the sets when they are
 * opened.
 */
#ifndef ELIG_RECIPE_H
#define ELIG_RECIPE_H

#include "include/elig.h"
#include "include/elig_format.h"

#include "lib/csv/schema.h"
#include "lib/elig/digest/profile.h"

/* From a list to an index; from a list to a set of digests; from sets to an index. */
enum command { COMMAND_COMPILE, COMMAND_DIGEST, COMMAND_ASSEMBLE };

struct config {
    enum command command;
    struct schema list; /* what of the lists is wanted */
    char **label_order; /* label_order_count words */
    unsigned label_order_count;
    uint64_t label_minimum;
    unsigned rate_bits; /* the false-positive rate is to be 2^-rate_bits */
    int64_t not_before, not_after;
    int64_t serial;       /* 0: none */
    const char *campaign; /* may be empty */

    struct profile profile; /* what it keeps of a key, profile_set_key() fills in once all options are known */
    uint8_t *secret;        /* keyed, blind: ELIG_SECRET_BYTES in locked memory; NULL for `assemble` */
    const char *secret_path;
    uint8_t *seed; /* offline with work bits: ELIG_SECRET_BYTES in locked memory; NULL for `assemble` */
    const char *seed_path;
    int has_salt;           /* it was given, not drawn */
    int accepts_enumerable; /* offline: kinds that are cheap to try out, too */
    uint8_t *signer;        /* seed of an Ed25519 key pair, in locked memory; NULL: unsigned */
    const char *signer_path;
    uint8_t signer_public[ELIG_SIGNER_BYTES]; /* zero: unsigned */

    const char **inputs; /* input_count names, of lists or of sets; NULL entries: standard input */
    unsigned input_count;
    const char **absent; /* absent_count names, of lists or of sets */
    unsigned absent_count;
    const char **removed; /* removed_count names of sets */
    unsigned removed_count;
    unsigned part, parts; /* of the rows, those whose line's number is part modulo parts */
    int skip_invalid;

    const char *output, *report; /* report may be NULL */
    const char *tmpdir;
    uint64_t memory; /* bytes */
    unsigned threads;
};

/* A lookup in an offline index tries 2^work_bits fingerprints, which takes as many bits more to keep to the
 * rate. */
static inline unsigned recipe_fingerprint_bits(const struct config *config)
{
    return config->rate_bits + config->profile.work_bits;
}

/* What digests are made with: the secret or the seed; NULL where there is none. */
static inline const uint8_t *recipe_key(const struct config *config)
{
    return config->secret != NULL ? config->secret : config->seed;
}

#endif
