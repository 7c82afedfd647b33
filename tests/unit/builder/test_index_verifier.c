/* SPDX-License-Identifier: Apache-2.0 */
/* test_index_verifier.c - a finished index with a wrong answer is found, also where ranges of partitions meet.
 */
#include "builder/index/index_input.h"
#include "builder/index/index_verifier.h"
#include "builder/index/index_writer.h"
#include "builder/records/sort.h"
#include "tests/support/fixture_index.h"
#include "tests/support/test.h"

#define COUNT 20000
#define THREADS 2

static const char *const words[] = {"gold", "silver"};

/* An index of random records, with fingerprints of 8 bits so that false positives are easy to find. */
static struct {
    struct record *records; /* sorted */
    struct label_table *labels;
    struct record_source listed;
    struct record_counts totals;
    struct header header;
    char path[TEST_PATH_MAX];
} made;

static struct index_input input_of(struct record_source *listed, struct record_source *absent,
                                   const struct record_counts *totals, const struct label_table *labels)
{
    return (struct index_input){.listed = listed,
                                .absent = absent,
                                .labels = labels,
                                .totals = totals,
                                .threads = THREADS,
                                .bytes = 1 << 20};
}

static int make_index(void **state)
{
    const struct config config = test_config();
    struct rejects rejects = {0};
    if (test_folder_make(state) != 0)
        return -1;
    strcpy(made.path, test_path("index"));
    made.records = test_records(1, COUNT);
    for (size_t i = 0; i < COUNT; i++)
        record_set_attributes(&made.records[i], (uint16_t)(i % 3), 0, i + 1);
    sort_records(made.records, COUNT, 0);
    made.labels = test_label_table(words, LENGTH(words));
    made.listed.spill = test_spill(made.records, COUNT, THREADS, 0);
    made.header =
        (struct header){.profile = test_config().profile, .kind_count = 1, .kinds = {config.list.kinds[0]}};
    const struct index_input input = input_of(&made.listed, NULL, &made.totals, made.labels);
    int file = open(made.path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    int error = record_counts_make(&made.totals, &made.listed, &(struct record_rules){.has_labels = true},
                                   THREADS, 1 << 20, NULL, NULL);
    if (error == 0)
        error = index_writer_write(&input, &made.header, 8, NULL, file, &rejects);
    close(file);
    return error;
}

static int free_index(void **state)
{
    record_counts_free(&made.totals);
    spill_free(made.listed.spill);
    label_table_free(made.labels);
    free(made.records);
    return test_folder_remove(state);
}

static int verify(const struct index_input *input)
{
    return index_verifier_run(input, &made.header, test_secret(), made.path);
}

/* Verifies the index against one digest that must not be found. */
static int verify_absent(const uint8_t *digest)
{
    const struct record record = test_record(digest, 0, 1);
    struct record_source absent = {.spill = test_spill(&record, 1, 1, 0)};
    test_sort_partitions(&absent);
    const struct index_input input = input_of(&made.listed, &absent, &made.totals, made.labels);
    int error = verify(&input);
    spill_free(absent.spill);
    return error;
}

/* A random digest of the partitions from first on, less than the first record of these, for which a lookup
 * answers as wanted. Returns false if there is no room for one. */
static bool digest_before(struct elig *index, uint64_t *seed, unsigned first, enum elig_verdict wanted,
                          uint8_t *digest)
{
    const struct record *record = &made.records[made.totals.first_identifier[first]];
    uint64_t start = (uint64_t)first << (64 - SPILL_PARTITION_BITS), end = bytes_get_be64(record->digest);
    for (unsigned tries = 0; tries < 20000 && end > start; tries++) {
        uint64_t word = start + test_random(seed) % (end - start);
        test_random_bytes(seed, digest, ELIG_DIGEST_BYTES);
        for (unsigned i = 0; i < sizeof word; i++)
            digest[i] = (uint8_t)(word >> (56 - 8 * i));
        if (test_find(index, digest).verdict == (int)wanted)
            return true;
    }
    return false;
}

static void a_right_index_is_right(void **state)
{
    (void)state;
    const struct index_input input = input_of(&made.listed, NULL, &made.totals, made.labels);
    assert_int_equal(verify(&input), 0);
}

/* A range's first leaf begins before or at its first identifier; absent digests before that identifier are
 * looked up in that leaf, or in the one before. */
static void absent_digests_before_the_first_identifier_of_a_range_are_looked_up(void **state)
{
    (void)state;
    struct elig *index = test_open(made.path, ELIG_CHECK_ALL);
    unsigned ranges = index_input_ranges(THREADS), found = 0;
    uint64_t seed = 2;
    for (unsigned range = 0; range < ranges; range++) {
        unsigned first = index_input_partition(ranges, range);
        uint8_t digest[ELIG_DIGEST_BYTES];
        if (digest_before(index, &seed, first, ELIG_ELIGIBLE, digest)) {
            assert_int_equal(verify_absent(digest), INDEX_VERIFIER_E_ANSWER);
            found++;
        }
        if (digest_before(index, &seed, first, ELIG_NOT_LISTED, digest))
            assert_int_equal(verify_absent(digest), 0);
    }
    assert_true(found >= ranges - 1); /* before the first leaf, nothing is found */
    elig_close(index);
}

static void an_identifier_that_is_missing_is_found(void **state)
{
    (void)state;
    struct record *records = calloc(COUNT + 1, sizeof *records);
    struct record_counts totals;
    assert_non_null(records);
    memcpy(records, made.records, COUNT * sizeof *records);
    memset(records[COUNT].digest, 0xff, ELIG_DIGEST_BYTES);
    records[COUNT].digest[ELIG_DIGEST_BYTES - 1] = 0;
    struct record_source listed = {.spill = test_spill(records, COUNT + 1, 1, 0)};
    assert_int_equal(record_counts_make(&totals, &listed, &(struct record_rules){.has_labels = true}, 1,
                                        1 << 20, NULL, NULL),
                     0);
    const struct index_input input = input_of(&listed, NULL, &totals, made.labels);
    struct elig *index = test_open(made.path, ELIG_CHECK_ALL);
    assert_int_equal(test_find(index, records[COUNT].digest).verdict, ELIG_NOT_LISTED);
    assert_int_equal(verify(&input), INDEX_VERIFIER_E_ANSWER);
    elig_close(index);
    record_counts_free(&totals);
    spill_free(listed.spill);
    free(records);
}

static void a_wrong_label_is_found(void **state)
{
    (void)state;
    static const char *const others[] = {"gold", "tin"};
    struct label_table *labels = test_label_table(others, LENGTH(others));
    const struct index_input input = input_of(&made.listed, NULL, &made.totals, labels);
    assert_int_equal(verify(&input), INDEX_VERIFIER_E_ANSWER);
    label_table_free(labels);
}

static void damage_is_found(void **state)
{
    (void)state;
    const struct index_input input = input_of(&made.listed, NULL, &made.totals, made.labels);
    struct test_file file = test_read_file(made.path);
    off_t at = (off_t)(file.length - 5000);
    uint8_t byte = file.bytes[at] ^ 1;
    int descriptor = open(made.path, O_WRONLY | O_CLOEXEC);
    assert_int_equal(pwrite(descriptor, &byte, 1, at), 1);
    assert_int_equal(verify(&input), ELIG_E_DAMAGED);
    assert_int_equal(pwrite(descriptor, &file.bytes[at], 1, at), 1);
    assert_int_equal(verify(&input), 0);
    close(descriptor);
    test_file_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_right_index_is_right),
        cmocka_unit_test(absent_digests_before_the_first_identifier_of_a_range_are_looked_up),
        cmocka_unit_test(an_identifier_that_is_missing_is_found),
        cmocka_unit_test(a_wrong_label_is_found),
        cmocka_unit_test(damage_is_found),
    };
    return cmocka_run_group_tests_name("index_verifier", tests, make_index, free_index);
}
