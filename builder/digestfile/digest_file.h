/* SPDX-License-Identifier: Apache-2.0 */
/*
 * set.h - a set: the digests of one part of a list, in a file, on their way from `elig-build digest` to
 * `elig-build assemble`. docs/FORMAT.md, section 10, says what its bytes are.
 *
 * A set holds digests, labels and kinds; no line numbers, since they would tell which digests are one person's.
 * Everything in it is checked before it is believed: the header and what it covers when the set is opened, each
 * part whenever it is read, and how many records there are of each kind once every part was.
 */
#ifndef ELIG_SET_H
#define ELIG_SET_H

#include <sodium.h>

#include "builder/records/label_table.h"
#include "builder/records/record.h"
#include "builder/records/spill.h"
#include "lib/elig/digest/profile.h"
#include "lib/elig/index/dictionary.h"

#define DIGEST_FILE_MAGIC \
    "\x89"                \
    "ELIGS\r\n"
#define DIGEST_FILE_VERSION 1

/* A record in a set: the digest, the label's code (u16), the kind (u8). */
#define DIGEST_FILE_RECORD_BYTES 35
#define DIGEST_FILE_AT_LABEL ELIG_DIGEST_BYTES
#define DIGEST_FILE_AT_KIND (ELIG_DIGEST_BYTES + 2)

/* The header page. Fields that an index has too are where an index has them. */
#define DIGEST_FILE_AT_ROWS ELIG_AT_SERIAL          /* u64, rows that were read */
#define DIGEST_FILE_AT_SHARDS 120                   /* u32, slices of the list; 0: this is all of it */
#define DIGEST_FILE_AT_SHARD 124                    /* u32, which of them this is, from 0 */
#define DIGEST_FILE_AT_LIST_BYTES 128               /* u64, bytes of the list; 0 where there are no slices */
#define DIGEST_FILE_AT_RECORDS ELIG_AT_IDENTIFIERS  /* u64 */
#define DIGEST_FILE_AT_PARTITIONS_HASH ELIG_AT_ROOT /* ELIG_HASH_BYTES, of the part table */

/* The part table: for each of SPILL_PARTITIONS parts its records (u64) and their hash. */
#define DIGEST_FILE_PARTITION_BYTES (8 + ELIG_HASH_BYTES)
#define DIGEST_FILE_PARTITIONS_BYTES (SPILL_PARTITIONS * DIGEST_FILE_PARTITION_BYTES)

#define DIGEST_FILE_DOMAIN_HEADER "elig set header "
#define DIGEST_FILE_DOMAIN_PARTITIONS "elig set parts  "
#define DIGEST_FILE_DOMAIN_PARTITION "elig set part   "

/* What all sets of one index, and the index, have in common. */
struct digest_file_terms {
    struct profile profile;
    unsigned kind_count;
    struct elig_kind kinds[ELIG_KINDS_MAX]; /* identifiers: the set's records of the kind */
};

/* Why a set cannot be used. X(name, text) */
#define DIGEST_FILE_ERRORS(X)                                                           \
    X(SET_E_READ, "it cannot be read") /* errno says more */                            \
    X(SET_E_MEMORY, "out of memory")                                                    \
    X(SET_E_NOT_SET, "not a set of digests: 'elig-build digest' makes one from a list") \
    X(SET_E_VERSION, "a set of a version this program does not know")                   \
    X(SET_E_RULES, "a set of a rules version this program does not know")               \
    X(SET_E_PROFILE, "a set of a profile this program does not know")                   \
    X(SET_E_LENGTH, "the set is truncated or has bytes after its end")                  \
    X(SET_E_DAMAGED, "the set is damaged")

enum digest_file_error {
    DIGEST_FILE_GOOD = 0,
#define DIGEST_FILE_ENTRY(name, text) name,
    DIGEST_FILE_ERRORS(DIGEST_FILE_ENTRY)
#undef DIGEST_FILE_ENTRY
};
const char *digest_file_error_text(enum digest_file_error error);

/* Which rows of a list a set has: those that `digest --part` took. All slices of a list go into an index, or
 * none. */
struct digest_file_shard {
    uint32_t count; /* 0: all rows */
    uint32_t number;
    uint64_t list_bytes;
};

struct digest_file;

/* Opens the set at path, which must outlive it, and checks all but its records. On failure *out is NULL. */
ELIG_CHECK_RESULT enum digest_file_error digest_file_open(const char *path, struct digest_file **out);
void digest_file_close(struct digest_file *set);

const char *digest_file_path(const struct digest_file *set);
const struct digest_file_terms *digest_file_terms(const struct digest_file *set);
uint64_t digest_file_rows(const struct digest_file *set);
struct digest_file_shard digest_file_shard(const struct digest_file *set);
uint64_t digest_file_records(const struct digest_file *set);
uint64_t digest_file_partition_records(const struct digest_file *set, unsigned part);

/* What two sets, or a set and an index, do not have in common, in words; NULL if they go together. */
const char *digest_file_terms_difference(const struct digest_file_terms *a, const struct digest_file_terms *b);

/* The first of some sets that is a slice of a list not all slices of which are among them, each as often as any
 * other; NULL if there is none. */
const struct digest_file *digest_file_without_others(struct digest_file *const *digest_files, unsigned count);

/* Numbers the set's label words, once, so that its records can be read, and forgets the words. Returns 1, or
 * LABELS_... of labels.h. */
ELIG_CHECK_RESULT int digest_file_number_labels(struct digest_file *set, struct label_table *labels);

/* A walk through the records of a part. Start with digest_file_iterator_start(). */
struct digest_file_iterator {
    unsigned part;
    uint64_t next, left; /* records */
    int is_hashed;       /* the part's hash is made and right */
    uint64_t of_kind[ELIG_KINDS_MAX];
    int has_last;
    struct record last; /* what the next record must come after */
    crypto_generichash_blake2b_state hash;
};

void digest_file_iterator_start(const struct digest_file *set, unsigned part,
                                struct digest_file_iterator *walk);

/* Reads the next records, at most SPILL_CHUNK_RECORDS_MAX, with labels as digest_file_number_labels() numbered
 * them and the place (input, 0). Returns 1; 0 at the end; or, negative, a SET_E_... */
ELIG_CHECK_RESULT int digest_file_iterator_next(struct digest_file *set, struct digest_file_iterator *walk,
                                                unsigned input, struct record *records, size_t *count);

#endif
