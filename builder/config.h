/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config.h - the options of one command of elig-build, checked. The pipeline reads it and passes to other
 * modules what they need. It does not change once it is made, except that `assemble` copies profile and kinds
 * from the first digest file.
 */
#ifndef ELIG_CONFIG_H
#define ELIG_CONFIG_H

#include "include/elig.h"
#include "include/elig_format.h"

#include "lib/csv/schema.h"
#include "lib/elig/digest/profile.h"
#include "lib/util/options_file.h"

/* How much --skip-invalid leaves out before the list is refused. */
struct skip_limit {
    enum { SKIP_NOTHING, SKIP_DEFAULT, SKIP_LINES, SKIP_SHARE } type;
    uint64_t lines; /* SKIP_LINES */
    uint32_t share; /* SKIP_SHARE: of the rows, in parts of PARSE_SHARE_ONE */
};

/* From lists to an index; from lists to a digest file; from digest files to an index. */
enum command { COMMAND_COMPILE, COMMAND_DIGEST, COMMAND_ASSEMBLE };

struct config {
    enum command command;
    struct options_file file; /* in which options were given; texts below point into it */
    struct schema list;       /* how lists are read */
    char **label_order;       /* label_order_count words */
    unsigned label_order_count;
    uint64_t label_minimum;
    unsigned rate_bits; /* the false-positive rate is to be 2^-rate_bits */
    int64_t not_before, not_after;
    int64_t serial;       /* 0: none */
    const char *campaign; /* may be empty */

    struct profile profile; /* profile_set_key() adds what it keeps of a key when all options are known */
    uint8_t *secret;        /* keyed, blind: ELIG_SECRET_BYTES in locked memory; NULL for `assemble` */
    const char *secret_path;
    uint8_t *seed; /* offline with work bits: ELIG_SECRET_BYTES in locked memory; NULL for `assemble` */
    const char *seed_path;
    bool has_salt;           /* given, not random */
    bool accepts_enumerable; /* offline: also kinds of which all identifiers are cheap to try */
    uint8_t *signer;         /* seed of an Ed25519 key pair, in locked memory; NULL: unsigned */
    const char *signer_path;
    uint8_t signer_public[ELIG_SIGNER_BYTES]; /* zero: unsigned */

    const char **inputs; /* names of lists or of digest files; a NULL entry is standard input */
    unsigned input_count;
    const char **absent; /* names of lists or of digest files */
    unsigned absent_count;
    const char **removed; /* names of digest files */
    unsigned removed_count;
    unsigned part, parts; /* only rows the hash of whose bytes is part modulo parts */
    struct skip_limit skip_invalid;
    bool expects_rows, expects_sets;
    uint64_t expected_rows, expected_sets;
    const char **allowed_empty; /* names of kinds and words of labels */
    unsigned allowed_empty_count;
    uint64_t max_repeats, drop_repeats; /* 0: no limit */
    bool is_dry_run;                    /* output may be NULL; nothing but the report is written */

    const char *output, *report; /* report may be NULL */
    const char *tmpdir;
    uint64_t memory; /* bytes */
    unsigned threads;
    bool is_quiet; /* no progress and no summary; warnings are printed */
    bool wants_help;
};

/* A lookup in an offline index tries 2^work_bits fingerprints, so each has work_bits more to keep the rate. */
static inline unsigned config_fingerprint_bits(const struct config *config)
{
    return config->rate_bits + config->profile.work_bits;
}

/* The key with which digests are made: the secret or the seed; NULL: none. */
static inline const uint8_t *config_key(const struct config *config)
{
    return config->secret != NULL ? config->secret : config->seed;
}

#endif
