/* SPDX-License-Identifier: Apache-2.0 */
/* Digest files for tests, made with the builder's modules. */
#include "tests/support/fixture_digest_file.h"

#include "tests/support/test.h"

struct digest_file_plan test_digest_file_plan(const struct config *config, struct record_source *source,
                                              const struct label_table *labels, uint64_t rows, size_t bytes)
{
    return (struct digest_file_plan){.spill = source->spill,
                                     .labels = labels,
                                     .profile = &config->profile,
                                     .kinds = config->list.kinds,
                                     .kind_count = config->list.kind_count,
                                     .rows = rows,
                                     .threads = config->threads,
                                     .bytes = bytes};
}

void test_make_digest_file(const struct config *config, const struct record *records, size_t count,
                           const char *const *words, unsigned word_count, const char *path)
{
    struct label_table *labels = test_label_table(words, word_count);
    struct record_source source = {.spill = test_spill(records, count, config->threads, 0)};
    struct record_counts totals;
    uint64_t length;
    int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(file >= 0);
    assert_int_equal(record_counts_make(&totals, &source, &(struct record_rules){.has_labels = word_count > 0},
                                        config->threads, 1 << 20, NULL, NULL),
                     0);
    const struct digest_file_plan plan = test_digest_file_plan(config, &source, labels, count, 1 << 20);
    assert_int_equal(digest_file_write(&plan, file, &length), 0);
    struct stat status;
    assert_int_equal(fstat(file, &status), 0);
    assert_int_equal(status.st_size, length);
    assert_int_equal(close(file), 0);
    record_counts_free(&totals);
    spill_free(source.spill);
    label_table_free(labels);
}

struct digest_file *test_open_digest_file(const char *path, struct label_table *labels)
{
    struct digest_file *set;
    assert_int_equal(digest_file_open(path, &set), 0);
    assert_non_null(set);
    assert_int_equal(digest_file_intern_labels(set, labels), 0);
    return set;
}
