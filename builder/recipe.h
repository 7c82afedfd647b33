/*
 * recipe.h - what is to be made and how: the options of one command of elig-build, checked.
 *
 * Shared by all threads, and read-only once made; but for `assemble` the terms come from the sets when they are
 * opened.
 */
#ifndef ELIG_RECIPE_H
#define ELIG_RECIPE_H

#include "elig.h"
#include "elig_format.h"

/* From a list to an index; from a list to a set of digests; from sets to an index. */
enum command { COMMAND_COMPILE, COMMAND_DIGEST, COMMAND_ASSEMBLE };

struct recipe {
    enum command command;
    unsigned kind_count;
    struct elig_kind kinds[ELIG_KINDS_MAX];        /* identifiers: 0 */
    char *columns[ELIG_KINDS_MAX][ELIG_PARTS_MAX]; /* by name or number, one for each part */
    const char *label_column;                      /* NULL: no labels */
    char **label_order;                            /* label_order_count words */
    unsigned label_order_count;
    uint64_t label_minimum;
    unsigned fingerprint_bits;
    int64_t not_before, not_after;
    int64_t serial;       /* 0: none */
    const char *campaign; /* may be empty */

    uint8_t salt[ELIG_SALT_BYTES];
    uint8_t key_check[ELIG_KEY_CHECK_BYTES];
    uint8_t *secret; /* ELIG_SECRET_BYTES in locked memory; NULL for `assemble` */
    const char *secret_path;
    uint8_t *signer; /* seed of an Ed25519 key pair, in locked memory; NULL: unsigned */
    const char *signer_path;
    uint8_t signer_public[ELIG_SIGNER_BYTES]; /* zero: unsigned */

    const char **inputs; /* input_count names, of lists or of sets; NULL entries: standard input */
    unsigned input_count;
    const char **absent; /* absent_count names, of lists or of sets */
    unsigned absent_count;
    const char **removed; /* removed_count names of sets */
    unsigned removed_count;
    char delimiter;
    const char *encoding; /* NULL: UTF-8 */
    int has_header;
    int skip_invalid;

    const char *output, *report; /* report may be NULL */
    const char *tmpdir;
    uint64_t memory; /* bytes */
    unsigned threads;
    int is_quiet;
};

#endif
