/* SPDX-License-Identifier: Apache-2.0 */
/* Digest files for tests, made with the builder's modules. */
#include "tests/support/fixture_digest_file.h"

#include "builder/digestfile/digest_file_writer.h"
#include "tests/support/test.h"

void test_make_digest_file(const struct config *config, const struct record *records, size_t count,
                           const char *const *words, unsigned word_count, const char *path)
{
    struct label_table *labels = test_label_table(words, word_count);
    struct record_source source = {.store = test_spill(records, count, config->threads, 0)};
    struct record_counts totals;
    uint64_t length;
    int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(file >= 0);
    assert_int_equal(record_counts_make(&totals, config, &source, NULL, word_count > 0, 1 << 20, NULL, NULL),
                     1);
    const struct digest_file_plan plan = {
        .config = config, .source = &source, .labels = labels, .rows = count, .bytes = 1 << 20};
    assert_int_equal(digest_file_write(&plan, file, &length), 1);
    struct stat status;
    assert_int_equal(fstat(file, &status), 0);
    assert_int_equal(status.st_size, length);
    assert_int_equal(close(file), 0);
    record_counts_free(&totals);
    spill_free(source.store);
    label_table_free(labels);
}

struct digest_file *test_open_digest_file(const char *path, struct label_table *labels)
{
    struct digest_file *set;
    assert_int_equal(digest_file_open(path, &set), DIGEST_FILE_GOOD);
    assert_non_null(set);
    assert_int_equal(digest_file_number_labels(set, labels), 1);
    return set;
}
