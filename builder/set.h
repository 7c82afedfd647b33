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

#include "dictionary.h"
#include "labels.h"
#include "profile.h"
#include "record.h"
#include "store.h"

#include <sodium.h>

#define SET_MAGIC \
    "\x89"        \
    "ELIGS\r\n"
#define SET_VERSION 1

/* A record in a set: the digest, the label's code (u16), the kind (u8). */
#define SET_RECORD_BYTES 35
#define SET_AT_LABEL ELIG_DIGEST_BYTES
#define SET_AT_KIND (ELIG_DIGEST_BYTES + 2)

/* The header page. Fields that an index has too are where an index has them. */
#define SET_AT_ROWS ELIG_AT_SERIAL         /* u64, rows that were read */
#define SET_AT_SLICES 120                  /* u32, slices of the list; 0: this is all of it */
#define SET_AT_SLICE 124                   /* u32, which of them this is, from 0 */
#define SET_AT_LIST_BYTES 128              /* u64, bytes of the list; 0 where there are no slices */
#define SET_AT_RECORDS ELIG_AT_IDENTIFIERS /* u64 */
#define SET_AT_PARTS_HASH ELIG_AT_ROOT     /* ELIG_HASH_BYTES, of the part table */

/* The part table: for each of STORE_PARTS parts its records (u64) and their hash. */
#define SET_PART_BYTES (8 + ELIG_HASH_BYTES)
#define SET_PARTS_BYTES (STORE_PARTS * SET_PART_BYTES)

#define SET_DOMAIN_HEADER "elig set header "
#define SET_DOMAIN_PARTS "elig set parts  "
#define SET_DOMAIN_PART "elig set part   "

/* What all sets of one index, and the index, have in common. */
struct set_terms {
    struct profile profile;
    unsigned kind_count;
    struct elig_kind kinds[ELIG_KINDS_MAX]; /* identifiers: the set's records of the kind */
};

/* Why a set cannot be used. X(name, text) */
#define SET_ERRORS(X)                                                                   \
    X(SET_E_READ, "it cannot be read") /* errno says more */                            \
    X(SET_E_MEMORY, "out of memory")                                                    \
    X(SET_E_NOT_SET, "not a set of digests: 'elig-build digest' makes one from a list") \
    X(SET_E_VERSION, "a set of a version this program does not know")                   \
    X(SET_E_RULES, "a set of a rules version this program does not know")               \
    X(SET_E_PROFILE, "a set of a profile this program does not know")                   \
    X(SET_E_LENGTH, "the set is truncated or has bytes after its end")                  \
    X(SET_E_DAMAGED, "the set is damaged")

enum set_error {
    SET_GOOD = 0,
#define SET_ENTRY(name, text) name,
    SET_ERRORS(SET_ENTRY)
#undef SET_ENTRY
};
const char *set_error_text(enum set_error error);

/* Which rows of a list a set has: those that `digest --part` took. All slices of a list go into an index, or
 * none. */
struct set_slice {
    uint32_t count; /* 0: all rows */
    uint32_t number;
    uint64_t list_bytes;
};

struct set;

/* Opens the set at path, which must outlive it, and checks all but its records. On failure *out is NULL. */
ELIG_CHECK_RESULT enum set_error set_open(const char *path, struct set **out);
void set_close(struct set *set);

const char *set_path(const struct set *set);
const struct set_terms *set_terms(const struct set *set);
uint64_t set_rows(const struct set *set);
struct set_slice set_slice(const struct set *set);
uint64_t set_records(const struct set *set);
uint64_t set_part_records(const struct set *set, unsigned part);

/* What two sets, or a set and an index, do not have in common, in words; NULL if they go together. */
const char *set_terms_difference(const struct set_terms *a, const struct set_terms *b);

/* The first of some sets that is a slice of a list not all slices of which are among them, each as often as any
 * other; NULL if there is none. */
const struct set *set_without_others(struct set *const *sets, unsigned count);

/* Numbers the set's label words, once, so that its records can be read, and forgets the words. Returns 1, or
 * LABELS_... of labels.h. */
ELIG_CHECK_RESULT int set_number_labels(struct set *set, struct labels *labels);

/* A walk through the records of a part. Start with set_walk_start(). */
struct set_walk {
    unsigned part;
    uint64_t next, left; /* records */
    int is_hashed;       /* the part's hash is made and right */
    uint64_t of_kind[ELIG_KINDS_MAX];
    int has_last;
    struct record last; /* what the next record must come after */
    crypto_generichash_blake2b_state hash;
};

void set_walk_start(const struct set *set, unsigned part, struct set_walk *walk);

/* Reads the next records, at most STORE_CHUNK_RECORDS_MAX, with labels as set_number_labels() numbered them and
 * the place (input, 0). Returns 1; 0 at the end; or, negative, a SET_E_... */
ELIG_CHECK_RESULT int set_walk_next(struct set *set, struct set_walk *walk, unsigned input,
                                    struct record *records, size_t *count);

#endif
