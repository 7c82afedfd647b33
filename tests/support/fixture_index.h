/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fixture_index.h - indexes for tests, made with the builder's modules: from a text of CSV, or from digests
 * that a test chose itself. All functions assert that they worked unless they return a result.
 */
#ifndef ELIG_SUPPORT_FIXTURE_INDEX_H
#define ELIG_SUPPORT_FIXTURE_INDEX_H

#include "builder/config.h"
#include "builder/index/index_writer.h"
#include "builder/merge/record_source.h"
#include "builder/records/label_table.h"
#include "builder/records/record.h"
#include "builder/records/spill.h"
#include "lib/util/message.h"
#include "tests/support/asking.h"

/* A configuration for test_schema()'s list: keyed, labels optional, nothing else; it may be empty. */
struct config test_config(void);

/* Compiles a text of CSV to path. Returns the exit code. */
int test_compile(const struct config *given, const char *csv, const char *path);

/* What test_make_index() makes an index of. All records are of kind 0. */
struct test_list {
    const struct record *records;
    size_t count;
    const uint8_t (*absent)[ELIG_DIGEST_BYTES];
    size_t absent_count;
    const char *const *words; /* of labels 1, 2, ... */
    unsigned word_count;
    unsigned fingerprint_bits; /* 0: 32 */
    unsigned threads;          /* 0: 1 */
    size_t spill_bytes;        /* memory of the spill; 0: as little as possible */
};

void test_make_index(const struct test_list *list, const char *path);

/* The same into an open file, and returns the writer's error. path names the file for the verification. */
int test_write_index(const struct test_list *list, int file, const char *path);

struct record test_record(const uint8_t *digest, uint16_t label, uint64_t place);

/* count records of random digests without labels, or count random digests; the caller frees. */
struct record *test_records(uint64_t seed, size_t count);
uint8_t (*test_digests(uint64_t seed, size_t count))[ELIG_DIGEST_BYTES];

/* A table whose labels 1, 2, ... are the words in their order. */
struct label_table *test_label_table(const char *const *words, unsigned word_count);

/* A spill of records that are dealt out among writers. */
struct spill *test_spill(const struct record *records, size_t count, unsigned writers, size_t bytes);

/* Sorts all partitions of a spill, so that any thread may load any piece of them. */
void test_sort_partitions(struct record_source *source);

#endif
