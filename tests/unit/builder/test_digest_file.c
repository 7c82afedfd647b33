/* SPDX-License-Identifier: Apache-2.0 */
/* test_digest_file.c - digest files: what was written is read, the bytes follow from the records alone, files
 * that do not belong together are told apart, labels mean the same in all of them, a file that changes is
 * found. */
#include "builder/digest_file/digest_file_format.h"
#include "builder/digest_file/digest_file_writer.h"
#include "builder/records/sort.h"
#include "tests/support/fixture_digest_file.h"
#include "tests/support/fixture_index.h"
#include "tests/support/test.h"

static const char *const words[] = {"gold", "silver", "다이아몬드", "tin"};
#define LABELS LENGTH(words)

static struct config two_kinds(void)
{
    struct config config = test_config();
    config.list.kind_count = 2;
    config.list.kinds[1] = (struct elig_kind){
        .name = "person", .part_count = 2, .parts = {{.type = ELIG_TYPE_TEXT}, {.type = ELIG_TYPE_DATE}}};
    return config;
}

/* count records, each of another identifier, of two kinds, with labels or without, unsorted. */
static struct record *make_records(uint64_t seed, size_t count)
{
    struct record *records = test_records(seed, count);
    for (size_t i = 0; i < count; i++)
        record_set_attributes(&records[i], (uint16_t)(i % (LABELS + 1)), i % 3 == 0,
                              row_position((unsigned)(i % 7), i + 1));
    return records;
}

/* All records of a digest file, partition by partition, as input 3. The caller frees. */
static struct record *read_all(struct digest_file *opened, size_t *count)
{
    size_t room = SPILL_CHUNK_RECORDS_MAX;
    for (unsigned partition = 0; partition < SPILL_PARTITIONS; partition++)
        room += digest_file_partition_records(opened, partition);
    struct record *all = calloc(room, sizeof *all);
    assert_non_null(all);
    *count = 0;
    for (unsigned partition = 0; partition < SPILL_PARTITIONS; partition++) {
        struct digest_file_iterator *iterator = digest_file_iterator_open(opened, partition, 3);
        size_t some, of_partition = 0;
        assert_non_null(iterator);
        do {
            assert_int_equal(digest_file_iterator_next(iterator, all + *count, &some), 0);
            assert_in_range(some, 0, SPILL_CHUNK_RECORDS_MAX);
            for (size_t i = *count; i < *count + some; i++)
                assert_int_equal(spill_partition_of(all[i].digest), partition);
            *count += some;
            of_partition += some;
        } while (some > 0);
        digest_file_iterator_close(iterator);
        assert_int_equal(of_partition, digest_file_partition_records(opened, partition));
    }
    return all;
}

/* ---- There and back ---- */

static void what_is_put_into_a_digest_file_comes_out_in_order(void **state)
{
    (void)state;
    static const size_t counts[] = {0, 1, 2, 1000, 20000};
    const struct config config = two_kinds();
    const char *path = test_path("round");
    for (size_t i = 0; i < LENGTH(counts); i++) {
        struct record *records = make_records(i, counts[i]);
        struct label_table *labels = test_label_table(words, LABELS);
        size_t count;
        test_make_digest_file(&config, records, counts[i], words, LABELS, path);
        assert_int_equal(digest_file_verify(path, 2, NULL), 0);
        struct digest_file *opened = test_open_digest_file(path, labels);
        assert_string_equal(digest_file_path(opened), path);
        assert_int_equal(digest_file_rows(opened), counts[i]);
        assert_int_equal(digest_file_parameters(opened)->kind_count, 2);
        assert_string_equal(digest_file_parameters(opened)->kinds[1].name, "person");
        assert_int_equal(digest_file_parameters(opened)->kinds[0].identifiers, counts[i] - (counts[i] + 2) / 3);
        assert_int_equal(digest_file_parameters(opened)->kinds[1].identifiers, (counts[i] + 2) / 3);
        assert_memory_equal(digest_file_parameters(opened)->profile.salt, config.profile.salt, ELIG_SALT_BYTES);
        assert_memory_equal(digest_file_parameters(opened)->profile.key_check, config.profile.key_check,
                            ELIG_KEY_CHECK_BYTES);
        assert_int_equal(label_table_count(labels), LABELS); /* no new ones */

        struct record *all = read_all(opened, &count);
        sort_records(records, counts[i], 0);
        assert_int_equal(count, counts[i]);
        for (size_t j = 0; j < count; j++) { /* all but the lines */
            struct record expected = records[j];
            record_set_attributes(&expected, record_label(&expected), record_kind(&expected),
                                  row_position(3, 0));
            assert_memory_equal(&all[j], &expected, sizeof expected);
        }
        free(all);
        all = read_all(opened, &count); /* again, after the hashes were found right */
        assert_int_equal(count, counts[i]);
        free(all);
        digest_file_close(opened);
        label_table_free(labels);
        free(records);
    }
}

static void a_repeated_record_is_kept_once_and_all_labels_of_an_identifier_are_kept(void **state)
{
    (void)state;
    const struct config config = test_config();
    const uint8_t digest[ELIG_DIGEST_BYTES] = {9};
    const struct record records[] = {test_record(digest, 2, 5), test_record(digest, 1, 6),
                                     test_record(digest, 2, 4), test_record(digest, 0, 9),
                                     test_record(digest, 0, 8)};
    const char *path = test_path("twice");
    struct label_table *labels = test_label_table(words, LABELS);
    size_t count;
    test_make_digest_file(&config, records, LENGTH(records), words, LABELS, path);
    struct digest_file *opened = test_open_digest_file(path, labels);
    struct record *all = read_all(opened, &count);
    assert_int_equal(count, 3);
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(record_label(&all[i]), i);
    assert_int_equal(digest_file_rows(opened), LENGTH(records));
    free(all);
    digest_file_close(opened);
    digest_file_close(NULL); /* nothing is allowed */
    label_table_free(labels);
}

static void the_line_of_a_record_makes_no_difference(void **state)
{
    (void)state;
    const struct config config = two_kinds();
    struct record *records = make_records(20, 500);
    const char *one = test_path("lines"), *other = test_path("no-lines");
    test_make_digest_file(&config, records, 500, words, LABELS, one);
    for (size_t i = 0; i < 500; i++)
        record_set_attributes(&records[i], record_label(&records[i]), record_kind(&records[i]),
                              row_position(9, 99 * i));
    test_make_digest_file(&config, records, 500, words, LABELS, other);
    assert_same_files(one, other);
    free(records);
}

static void the_same_records_make_the_same_bytes(void **state)
{
    (void)state;
    enum { COUNT = 5000 };
    static const char *const other_words[] = {"tin", "다이아몬드", "silver", "gold"};
    struct config config = two_kinds();
    struct record *records = make_records(21, COUNT);
    const char *first = test_path("first"), *again = test_path("again");
    uint64_t seed = 22;
    test_make_digest_file(&config, records, COUNT, words, LABELS, first);
    for (unsigned threads = 1; threads <= 5; threads += 2)
        for (int other_numbers = 0; other_numbers <= 1; other_numbers++) {
            for (size_t i = COUNT; i-- > 1;) { /* shuffled */
                size_t j = test_below(&seed, i + 1);
                struct record swapped = records[i];
                records[i] = records[j];
                records[j] = swapped;
            }
            for (size_t i = 0; i < COUNT; i++) { /* words numbered in reverse */
                unsigned label = record_label(&records[i]);
                record_set_attributes(&records[i], (uint16_t)(label > 0 ? LABELS + 1 - label : 0),
                                      record_kind(&records[i]), 1);
            }
            config.threads = threads;
            test_make_digest_file(&config, records, COUNT, other_numbers ? words : other_words, LABELS, again);
            assert_same_files(first, again);
        }
    free(records);
}

/* A partition too large for the memory is written in pieces. */
static void memory_makes_no_difference(void **state)
{
    (void)state;
    enum { COUNT = 30000 };
    static const size_t bytes[] = {1 << 24, 300000, 70000};
    const struct config config = two_kinds();
    struct record *records = make_records(23, COUNT);
    const char *path[] = {test_path("memory-0"), test_path("memory-1"), test_path("memory-2")};
    for (size_t i = 0; i < COUNT; i++) { /* all in one partition; a third of them twice, not adjacent */
        if (i >= COUNT * 2 / 3)
            records[i] = records[i - COUNT / 2];
        records[i].digest[0] = 0x42;
        records[i].digest[1] %= 64;
    }
    for (size_t i = 0; i < LENGTH(bytes); i++) {
        struct label_table *labels = test_label_table(words, LABELS);
        struct record_source source = {.spill = test_spill(records, COUNT, 1, 0)};
        struct record_counts totals;
        uint64_t length;
        int file = open(path[i], O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        assert_true(file >= 0);
        assert_int_equal(record_counts_make(&totals, &source, &(struct record_rules){.has_labels = true}, 1,
                                            bytes[i], NULL, NULL),
                         0);
        assert_int_equal(spill_is_sorted(source.spill, 0x42 << 2), i == 0);
        const struct digest_file_plan plan = test_digest_file_plan(&config, &source, labels, COUNT, bytes[i]);
        assert_int_equal(digest_file_write(&plan, file, &length), 0);
        assert_int_equal(close(file), 0);
        assert_int_equal(digest_file_verify(path[i], 1, NULL), 0);
        assert_same_files(path[0], path[i]);
        record_counts_free(&totals);
        spill_free(source.spill);
        label_table_free(labels);
    }
    free(records);
}

/* Writes the list's records to path, without identifiers in more than rows_max rows. */
static void write_without_repeats(const struct record *records, size_t count, uint64_t rows_max, size_t bytes,
                                  const char *path)
{
    const struct config config = two_kinds();
    struct label_table *labels = test_label_table(words, LABELS);
    struct record_source source = {.spill = test_spill(records, count, 1, 0), .rows_max = rows_max};
    struct record_counts totals;
    uint64_t length;
    int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(file >= 0);
    assert_int_equal(
        record_counts_make(&totals, &source, &(struct record_rules){.has_labels = true}, 1, bytes, NULL, NULL),
        0);
    struct digest_file_plan plan = test_digest_file_plan(&config, &source, labels, 1000, bytes);
    plan.rows_max = rows_max;
    assert_int_equal(digest_file_write(&plan, file, &length), 0);
    assert_int_equal(close(file), 0);
    assert_int_equal(digest_file_verify(path, 1, NULL), 0);
    record_counts_free(&totals);
    spill_free(source.spill);
    label_table_free(labels);
}

static void identifiers_in_too_many_rows_are_as_if_they_were_not_in_the_list(void **state)
{
    (void)state;
    enum { COUNT = 20000, ONCE = 12000, REPEATED = 4 };
    static const size_t bytes[] = {1 << 24, 70000};
    struct record *records = make_records(27, COUNT);
    const char *with = test_path("with"), *without = test_path("without");
    for (size_t i = 0; i < COUNT; i++) { /* all in one partition; the last ones are of few identifiers */
        if (i >= ONCE)
            memcpy(records[i].digest, records[i < ONCE + REPEATED ? i : ONCE + i % REPEATED].digest,
                   ELIG_DIGEST_BYTES);
        records[i].digest[0] = 0x42;
        records[i].digest[1] %= 64;
    }
    for (size_t i = 0; i < LENGTH(bytes); i++) {
        write_without_repeats(records, ONCE, 0, bytes[i], without);
        write_without_repeats(records, COUNT, 1000, bytes[i], with);
        assert_same_files(with, without);
    }
    free(records);
}

static void a_digest_file_that_cannot_be_written_is_reported(void **state)
{
    (void)state;
    struct record *records = make_records(24, 100);
    const struct config config = two_kinds();
    struct label_table *labels = test_label_table(words, LABELS);
    struct record_source source = {.spill = test_spill(records, 100, 1, 0)};
    const struct digest_file_plan plan = test_digest_file_plan(&config, &source, labels, 100, 1 << 20);
    uint64_t length;
    int file = open("/dev/full", O_WRONLY | O_CLOEXEC);
    assert_true(file >= 0);
    errno = 0;
    assert_int_equal(digest_file_write(&plan, file, &length), ELIG_E_WRITE);
    assert_int_equal(errno, ENOSPC);
    assert_int_equal(close(file), 0);
    spill_free(source.spill);
    label_table_free(labels);
    free(records);
}

/* ---- Parameters ---- */

static struct digest_file_parameters some_parameters(void)
{
    struct digest_file_parameters parameters = {.kind_count = 2};
    const struct config config = two_kinds();
    memcpy(parameters.profile.salt, config.profile.salt, sizeof parameters.profile.salt);
    memcpy(parameters.profile.key_check, config.profile.key_check, sizeof parameters.profile.key_check);
    memcpy(parameters.kinds, config.list.kinds, sizeof parameters.kinds);
    return parameters;
}

static void assert_differ(const struct digest_file_parameters *other, const char *expected)
{
    const struct digest_file_parameters parameters = some_parameters();
    const char *difference = digest_file_difference(&parameters, other);
    assert_non_null(difference);
    assert_string_equal(difference, digest_file_difference(other, &parameters));
    if (strstr(difference, expected) == NULL)
        fail_msg("'%s' does not say '%s'", difference, expected);
}

static void files_of_the_same_parameters_go_together(void **state)
{
    (void)state;
    struct digest_file_parameters a = some_parameters(), b = some_parameters();
    assert_null(digest_file_difference(&a, &b));
    b.kinds[0].identifiers = 5; /* the number of records is no parameter */
    assert_null(digest_file_difference(&a, &b));
}

static void sets_that_do_not_go_together_say_what_differs(void **state)
{
    (void)state;
    struct digest_file_parameters other = some_parameters();
    other.profile.salt[15] ^= 1;
    assert_differ(&other, "salts");
    other = some_parameters();
    other.profile.key_check[0] ^= 1;
    assert_differ(&other, "secrets");
    other = some_parameters();
    other.kind_count = 1;
    assert_differ(&other, "more kinds");
    other = some_parameters();
    other.kinds[0] = some_parameters().kinds[1];
    other.kinds[1] = some_parameters().kinds[0];
    assert_differ(&other, "order");
    other = some_parameters();
    strcpy(other.kinds[0].name, "idx");
    assert_differ(&other, "name");
    other = some_parameters();
    other.kinds[1].part_count = 1;
    assert_differ(&other, "type");
    other = some_parameters();
    other.kinds[0].parts[0].type = ELIG_TYPE_DIGITS;
    assert_differ(&other, "type");
    other = some_parameters();
    other.kinds[1].parts[0].flags = ELIG_TEXT_COMPACT;
    assert_differ(&other, "type");
    other = some_parameters();
    other.kinds[1].parts[1].region[1] = 'R';
    assert_differ(&other, "type");
}

/* ---- Labels ---- */

static void a_word_has_one_number_in_all_sets(void **state)
{
    (void)state;
    static const char *const others[] = {"silver", "brass", "gold"};
    const struct config config = two_kinds();
    struct record *records = make_records(30, 60), *more = make_records(31, 60);
    for (size_t i = 0; i < 60; i++)
        record_set_attributes(&more[i], (uint16_t)(i % 4), 0, 1);
    const char *path[] = {test_path("words-0"), test_path("words-1")};
    struct label_table *labels = label_table_new();
    assert_non_null(labels);
    test_make_digest_file(&config, records, 60, words, LABELS, path[0]);
    test_make_digest_file(&config, more, 60, others, LENGTH(others), path[1]);
    struct digest_file *opened[] = {test_open_digest_file(path[0], labels),
                                    test_open_digest_file(path[1], labels)};
    assert_int_equal(label_table_count(labels), 5);
    struct record *made[] = {records, more};
    for (unsigned i = 0; i < 2; i++) {
        size_t count;
        struct record *all = read_all(opened[i], &count);
        assert_int_equal(count, 60);
        for (size_t j = 0; j < count; j++)
            for (size_t k = 0; k < 60; k++) {
                unsigned was = record_label(&made[i][k]), is = record_label(&all[j]);
                if (memcmp(made[i][k].digest, all[j].digest, ELIG_DIGEST_BYTES) != 0)
                    continue;
                assert_int_equal(was == 0, is == 0);
                if (was > 0)
                    assert_string_equal(label_table_word(labels, is),
                                        i == 0 ? words[was - 1] : others[was - 1]);
            }
        free(all);
        digest_file_close(opened[i]);
    }
    label_table_free(labels);
    free(records);
    free(more);
}

static void more_words_than_an_index_has_are_refused(void **state)
{
    (void)state;
    const struct config config = two_kinds();
    struct record *records = make_records(32, 10);
    const char *path = test_path("full");
    struct label_table *labels = label_table_new();
    struct digest_file *opened;
    assert_non_null(labels);
    test_make_digest_file(&config, records, 10, words, LABELS, path);
    for (unsigned i = 0; i < ELIG_LABELS_MAX; i++) {
        char word[16];
        int length = snprintf(word, sizeof word, "word-%u", i);
        uint16_t number;
        assert_int_equal(label_table_intern(labels, word, (size_t)length, &number), 0);
        assert_int_equal(number, i + 1);
    }
    assert_int_equal(digest_file_open(path, &opened), 0);
    assert_int_equal(digest_file_intern_labels(opened, labels), LABEL_TABLE_E_FULL);
    digest_file_close(opened);
    label_table_free(labels);
    free(records);
}

/* ---- Files that are no digest files, or change ---- */

static void assert_refused(const char *path, int expected)
{
    struct digest_file *opened = (struct digest_file *)&expected; /* anything but NULL */
    assert_int_equal(digest_file_open(path, &opened), expected);
    assert_null(opened);
    assert_int_equal(digest_file_verify(path, 1, NULL), expected);
    assert_true(strlen(digest_file_error_text(expected)) > 10);
}

static void what_is_no_digest_file_is_refused_without_waiting(void **state)
{
    (void)state;
    struct test_list list = {.count = 0};
    assert_refused(test_path("nothing"), ELIG_E_READ);
    errno = 0;
    assert_refused(test_folder(), ELIG_E_READ);
    assert_int_equal(errno, EISDIR);
    assert_refused("/dev/zero", DIGEST_FILE_E_NOT_ONE);
    assert_int_equal(mkfifo(test_path("fifo"), 0600), 0);
    assert_refused(test_path("fifo"), DIGEST_FILE_E_NOT_ONE);
    test_write_text(test_path("empty"), "");
    assert_refused(test_path("empty"), DIGEST_FILE_E_NOT_ONE);
    test_write_text(test_path("list"), "email\nada@example.com\n");
    assert_refused(test_path("list"), DIGEST_FILE_E_NOT_ONE);
    test_make_index(&list, test_path("index"));
    assert_refused(test_path("index"), DIGEST_FILE_E_NOT_ONE);
}

/* Opens a digest file of one partition, reads it if asked to, changes the file under its hands and reads it
 * again. */
static int read_changed(int is_read_before, off_t at, const void *bytes, size_t length, off_t truncate_to)
{
    enum { COUNT = 3000 };
    const struct config config = two_kinds();
    const char *path = test_path("changing");
    struct record *records = make_records(40, COUNT), *chunk = calloc(SPILL_CHUNK_RECORDS_MAX, sizeof *chunk);
    struct label_table *labels = test_label_table(words, LABELS);
    size_t count;
    int error = 0;
    assert_non_null(chunk);
    for (size_t i = 0; i < COUNT; i++)
        memset(records[i].digest, 0, 2);
    test_make_digest_file(&config, records, COUNT, words, LABELS, path);
    struct digest_file *opened = test_open_digest_file(path, labels);
    for (int again = !is_read_before; again < 2; again++) {
        if (again == 1) {
            int file = open(path, O_WRONLY | O_CLOEXEC);
            assert_true(file >= 0);
            off_t start = lseek(file, 0, SEEK_END) - COUNT * DIGEST_FILE_RECORD_BYTES;
            assert_int_equal(pwrite(file, bytes, length, start + at), length);
            assert_int_equal(ftruncate(file, start + truncate_to), 0);
            assert_int_equal(close(file), 0);
        }
        struct digest_file_iterator *iterator = digest_file_iterator_open(opened, 0, 0);
        assert_non_null(iterator);
        while ((error = digest_file_iterator_next(iterator, chunk, &count)) == 0 && count > 0)
            assert_in_range(count, 1, SPILL_CHUNK_RECORDS_MAX);
        digest_file_iterator_close(iterator);
        if (again == 0)
            assert_int_equal(error, 0);
    }
    digest_file_close(opened);
    label_table_free(labels);
    free(chunk);
    free(records);
    return error;
}

static void a_digest_file_that_changes_while_it_is_read_is_not_followed_out_of_bounds(void **state)
{
    (void)state;
    static const uint8_t code[] = {0xff, 0xff}, kind[] = {2}, digest[] = {0xff};
    off_t whole = 3000 * DIGEST_FILE_RECORD_BYTES;
    for (int is_read_before = 0; is_read_before <= 1; is_read_before++) {
        assert_int_equal(read_changed(is_read_before, 0, "", 0, whole), 0);
        assert_int_equal(read_changed(is_read_before, 2000 * DIGEST_FILE_RECORD_BYTES + DIGEST_FILE_AT_LABEL,
                                      code, 2, whole),
                         DIGEST_FILE_E_DAMAGED);
        assert_int_equal(read_changed(is_read_before, DIGEST_FILE_AT_KIND, kind, 1, whole),
                         DIGEST_FILE_E_DAMAGED);
        assert_int_equal(read_changed(is_read_before, 2999 * DIGEST_FILE_RECORD_BYTES, digest, 1, whole),
                         DIGEST_FILE_E_DAMAGED);
        /* still in order, and nothing that no record may hold */
        assert_int_equal(read_changed(is_read_before, 2999 * DIGEST_FILE_RECORD_BYTES + ELIG_DIGEST_BYTES - 1,
                                      digest, 1, whole),
                         DIGEST_FILE_E_DAMAGED);
        assert_int_equal(read_changed(is_read_before, 0, "", 0, whole - 1), DIGEST_FILE_E_LENGTH);
        assert_int_equal(read_changed(is_read_before, 0, "", 0, 0), DIGEST_FILE_E_LENGTH);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_put_into_a_digest_file_comes_out_in_order),
        cmocka_unit_test(a_repeated_record_is_kept_once_and_all_labels_of_an_identifier_are_kept),
        cmocka_unit_test(the_line_of_a_record_makes_no_difference),
        cmocka_unit_test(the_same_records_make_the_same_bytes),
        cmocka_unit_test(memory_makes_no_difference),
        cmocka_unit_test(identifiers_in_too_many_rows_are_as_if_they_were_not_in_the_list),
        cmocka_unit_test(a_digest_file_that_cannot_be_written_is_reported),
        cmocka_unit_test(files_of_the_same_parameters_go_together),
        cmocka_unit_test(sets_that_do_not_go_together_say_what_differs),
        cmocka_unit_test(a_word_has_one_number_in_all_sets),
        cmocka_unit_test(more_words_than_an_index_has_are_refused),
        cmocka_unit_test(what_is_no_digest_file_is_refused_without_waiting),
        cmocka_unit_test(a_digest_file_that_changes_while_it_is_read_is_not_followed_out_of_bounds),
    };
    return cmocka_run_group_tests_name("digest_file", tests, test_folder_make, test_folder_remove);
}
