/* SPDX-License-Identifier: Apache-2.0 */
/* Indexes for tests, made with the builder's modules. */
#include "tests/support/fixture_index.h"

#include "builder/index/index_verifier.h"
#include "builder/pipeline.h"
#include "lib/elig/digest/digest.h"
#include "tests/support/fixture_schema.h"
#include "tests/support/test.h"

struct config test_config(void)
{
    static char tmpdir[TEST_PATH_MAX];
    static const char *allowed_empty[] = {"id"};
    struct config config = {.list = test_schema(),
                            .label_minimum = 1,
                            .rate_bits = 32,
                            .campaign = "",
                            .secret = test_secret(),
                            .parts = 1,
                            .allowed_empty = allowed_empty,
                            .allowed_empty_count = 1,
                            .tmpdir = tmpdir,
                            .memory = UINT64_C(64) << 20,
                            .threads = 1};
    strcpy(tmpdir, test_folder());
    memcpy(config.profile.salt, test_salt(), ELIG_SALT_BYTES);
    config.profile.id = ELIG_PROFILE_KEYED;
    digest_key_check(config.secret, config.profile.salt, config.profile.key_check);
    return config;
}

int test_compile(const struct config *given, const char *csv, const char *path)
{
    struct config config = *given;
    const char *input = test_path("input.csv");
    test_write_text(input, csv);
    config.inputs = &input;
    config.input_count = 1;
    config.output = path;
    return pipeline_run(&config);
}

struct record test_record(const uint8_t *digest, uint16_t label, uint64_t place)
{
    struct record record;
    memcpy(record.digest, digest, sizeof record.digest);
    record_set_attributes(&record, label, 0, place);
    return record;
}

struct label_table *test_label_table(const char *const *words, unsigned word_count)
{
    struct label_table *labels = label_table_new();
    assert_non_null(labels);
    for (unsigned i = 0; i < word_count; i++) {
        uint16_t number;
        assert_int_equal(label_table_intern(labels, words[i], strlen(words[i]), &number), 0);
        assert_int_equal(number, i + 1);
    }
    return labels;
}

struct spill *test_spill(const struct record *records, size_t count, unsigned writers, size_t bytes)
{
    struct spill_writer *writer[16];
    struct spill *store = spill_new(test_folder(), bytes, writers);
    assert_non_null(store);
    assert_true(writers <= LENGTH(writer));
    for (unsigned i = 0; i < writers; i++) {
        writer[i] = spill_writer_new(store);
        assert_non_null(writer[i]);
    }
    for (size_t i = 0; i < count; i++)
        assert_int_equal(spill_add(writer[i % writers], &records[i], 1), 0);
    for (unsigned i = 0; i < writers; i++)
        spill_writer_close(writer[i]);
    return store;
}

void test_sort_partitions(struct record_source *source)
{
    struct record_batch batch = {0};
    for (unsigned part = 0; part < SPILL_PARTITIONS; part++)
        assert_int_equal(
            record_source_load(
                source, &(struct record_range){.partition = part, .capacity = SPILL_CHUNK_RECORDS_MAX}, &batch),
            0);
    record_batch_free(&batch);
}

int test_write_index(const struct test_list *list, int file, const char *path)
{
    static uint32_t priority[ELIG_LABELS_MAX + 1];
    struct config config = test_config();
    struct rejects rejects = {0}, absent_rejects = {0};
    struct record_counts totals;
    config.threads = list->threads > 0 ? list->threads : 1;
    config.rate_bits = list->fingerprint_bits > 0 ? list->fingerprint_bits : 32;
    memset(priority, 0xff, sizeof priority); /* MERGE_NO_PRIORITY */

    struct label_table *labels = test_label_table(list->words, list->word_count);
    struct record_source listed = {
        .spill = test_spill(list->records, list->count, config.threads, list->spill_bytes)};
    struct record_source absent = {.spill = NULL};
    if (list->absent_count > 0) {
        struct record *records = calloc(list->absent_count, sizeof *records);
        assert_non_null(records);
        for (size_t i = 0; i < list->absent_count; i++)
            records[i] = test_record(list->absent[i], 0, i + 1);
        absent.spill = test_spill(records, list->absent_count, 1, 0);
        test_sort_partitions(&absent);
        free(records);
    }
    assert_int_equal(
        record_counts_make(&totals, &listed,
                           &(struct record_rules){.priority = priority, .has_labels = list->word_count > 0},
                           config.threads, 1 << 20, NULL, &rejects),
        0);
    assert_int_equal(rejects.count, 0);
    const struct index_input input = {.listed = &listed,
                                      .absent = absent.spill != NULL ? &absent : NULL,
                                      .priority = priority,
                                      .labels = labels,
                                      .totals = &totals,
                                      .threads = config.threads,
                                      .bytes = 1 << 20};
    struct header header = {.profile = config.profile, .kind_count = 1, .kinds = {config.list.kinds[0]}};
    int error = index_writer_write(&input, &header, config.rate_bits, NULL, file, &absent_rejects);
    if (error == 0)
        assert_int_equal(index_verifier_run(&input, &header, config.secret, path), 0);
    record_counts_free(&totals);
    rejects_free(&rejects);
    rejects_free(&absent_rejects);
    spill_free(listed.spill);
    spill_free(absent.spill);
    label_table_free(labels);
    return error;
}

void test_make_index(const struct test_list *list, const char *path)
{
    int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    assert_true(file >= 0);
    assert_int_equal(test_write_index(list, file, path), 0);
    assert_int_equal(close(file), 0);
}

struct record *test_records(uint64_t seed, size_t count)
{
    struct record *records = calloc(count + 1, sizeof *records);
    uint8_t digest[ELIG_DIGEST_BYTES];
    assert_non_null(records);
    seed = test_seed(seed);
    for (size_t i = 0; i < count; i++) {
        test_random_bytes(&seed, digest, sizeof digest);
        records[i] = test_record(digest, 0, i + 1);
    }
    return records;
}

uint8_t (*test_digests(uint64_t seed, size_t count))[ELIG_DIGEST_BYTES]
{
    uint8_t(*digests)[ELIG_DIGEST_BYTES] = calloc(count + 1, sizeof *digests);
    assert_non_null(digests);
    seed = test_seed(seed);
    test_random_bytes(&seed, digests[0], count * sizeof *digests);
    return digests;
}
