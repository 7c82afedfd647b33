/* SPDX-License-Identifier: Apache-2.0 */
/*
 * digest_file.h - reads digest files: the digests of a list, or of a shard of it, on their way from
 * `elig-build digest` to `elig-build assemble`. docs/FORMAT.md, section 10, defines the bytes.
 *
 * A digest file holds digests, labels and kinds. It holds no line numbers, since they would tell which digests
 * belong to one person. Nothing in it is used before it is checked: the header and what the header covers when
 * the file is opened, each partition whenever it is read, and the number of records of each kind once every
 * partition was read.
 */
#ifndef ELIG_DIGEST_FILE_H
#define ELIG_DIGEST_FILE_H

#include "builder/records/label_table.h"
#include "builder/records/record.h"
#include "builder/records/spill.h"
#include "lib/elig/digest/profile.h"
#include "lib/elig/index/dictionary.h"

/* Why a digest file cannot be used, beside ELIG_E_READ (errno says more) and ELIG_E_MEMORY. */
enum digest_file_error {
    DIGEST_FILE_E_NOT_ONE = -100,
    DIGEST_FILE_E_VERSION = -101,
    DIGEST_FILE_E_RULES = -102,
    DIGEST_FILE_E_PROFILE = -103,
    DIGEST_FILE_E_LENGTH = -104,
    DIGEST_FILE_E_DAMAGED = -105
};

/* The text for an error of any function here. */
const char *digest_file_error_text(int error);

/* What all digest files of one index must agree in: how digests are made, and of what. */
struct digest_file_parameters {
    struct profile profile;
    unsigned kind_count;
    struct elig_kind kinds[ELIG_KINDS_MAX]; /* identifiers: the file's records of the kind */
};

/* Which rows of its list a file is of, as `digest --part` says. All shards of a list go into an index, or none.
 */
struct digest_file_shard {
    uint32_t count; /* 0: all rows */
    uint32_t number;
    uint64_t list_check; /* of all rows of the list: equal only in shards of one list */
};

struct digest_file;

/* Opens the digest file at path, which must outlive it, and checks all but its records. Returns 0, or an error
 * with *out NULL. */
ELIG_CHECK_RESULT int digest_file_open(const char *path, struct digest_file **out);

/* NULL is fine. */
void digest_file_close(struct digest_file *file);

const char *digest_file_path(const struct digest_file *file);
const struct digest_file_parameters *digest_file_parameters(const struct digest_file *file);
uint64_t digest_file_rows(const struct digest_file *file);
struct digest_file_shard digest_file_shard(const struct digest_file *file);
uint64_t digest_file_partition_records(const struct digest_file *file, unsigned partition);

/* In what the parameters of two files differ, as a text; NULL if they agree. */
const char *digest_file_difference(const struct digest_file_parameters *left,
                                   const struct digest_file_parameters *right);

/* The first of some files that is a shard of a list whose shards are not all given, or not equally often; NULL
 * if there is no such file. *is_repeated: all shards are given, and this one more often than another. */
const struct digest_file *digest_file_find_incomplete(struct digest_file *const *files, unsigned count,
                                                      bool *is_repeated);

/* Adds the file's label words to a table, once, before its records are read. Returns 0 or an error of
 * label_table_intern(). */
ELIG_CHECK_RESULT int digest_file_intern_labels(struct digest_file *file, struct label_table *labels);

/* Iterates over the records of a partition. An iterator belongs to one thread; a file may have any number. */
struct digest_file_iterator;

/* Begins before the first record. Records get the position (input, 0). NULL when there is no memory. */
ELIG_CHECK_RESULT struct digest_file_iterator *digest_file_iterator_open(struct digest_file *file,
                                                                         unsigned partition, unsigned input);

/* Copies the next records, at most SPILL_CHUNK_RECORDS_MAX, with label numbers of the table, and their number
 * to *count; 0 at the end. Returns 0 or an error. */
ELIG_CHECK_RESULT int digest_file_iterator_next(struct digest_file_iterator *iterator, struct record *records,
                                                size_t *count);

/* NULL is fine. */
void digest_file_iterator_close(struct digest_file_iterator *iterator);

#endif
