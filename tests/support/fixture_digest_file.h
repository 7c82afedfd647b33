/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fixture_digest_file.h - digest files for tests, made with the builder's modules. All functions assert that
 * they worked.
 */
#ifndef ELIG_SUPPORT_FIXTURE_DIGEST_FILE_H
#define ELIG_SUPPORT_FIXTURE_DIGEST_FILE_H

#include "builder/digest_file/digest_file_writer.h"
#include "tests/support/fixture_index.h"

/* A digest file of records that a test chose itself, with profile, kinds and threads of a configuration; label
 * 1 is the first word. */
void test_make_digest_file(const struct config *config, const struct record *records, size_t count,
                           const char *const *words, unsigned word_count, const char *path);

/* What digest_file_write() writes with profile, kinds and threads of a configuration. */
struct digest_file_plan test_digest_file_plan(const struct config *config, struct record_source *source,
                                              const struct label_table *labels, uint64_t rows, size_t bytes);

/* Opens a digest file and adds its labels to a table. */
struct digest_file *test_open_digest_file(const char *path, struct label_table *labels);

#endif
