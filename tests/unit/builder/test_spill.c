/* SPDX-License-Identifier: Apache-2.0 */
/* test_spill.c - records are added and read back, from memory and from the spill file, in any order in which
 * threads add them; a partition may be replaced by its sorted records; a full disk, a truncated spill file,
 * every changed byte of it and every lost write are reported. */
#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>

#include "builder/records/sort.h"
#include "builder/records/spill.h"
#include "tests/support/fixture_index.h"
#include "tests/support/test.h"

/* The least memory: chunks of a page, one for each partition and writer, and no spare ones. */
#define CHUNK_BYTES 4096
#define HEAD_BYTES 32
#define CHUNK_RECORDS ((CHUNK_BYTES - HEAD_BYTES) / sizeof(struct record))

/* count records of random digests in one partition, the first at position 1. The caller frees. */
static struct record *records_of_partition(uint64_t seed, unsigned partition, size_t count)
{
    struct record *records = test_records(seed, count);
    for (size_t i = 0; i < count; i++) {
        unsigned below = bytes_get_be16(records[i].digest) % (1u << (16 - SPILL_PARTITION_BITS));
        unsigned first = partition << (16 - SPILL_PARTITION_BITS) | below;
        records[i].digest[0] = (uint8_t)(first >> 8);
        records[i].digest[1] = (uint8_t)first;
        assert_int_equal(spill_partition_of(records[i].digest), partition);
    }
    return records;
}

/* All records of a partition in the order of the chain; their number is as the spill says. The caller frees. */
static struct record *read_partition(const struct spill *spill, unsigned partition, size_t *count)
{
    size_t room = spill_partition_records(spill, partition) + SPILL_CHUNK_RECORDS_MAX, some;
    struct record *records = calloc(room, sizeof *records);
    struct spill_iterator walk = spill_iterator_start(spill, partition);
    assert_non_null(records);
    *count = 0;
    do {
        assert_int_equal(spill_iterator_next(spill, &walk, records + *count, &some), 0);
        assert_in_range(some, 0, SPILL_CHUNK_RECORDS_MAX);
        *count += some;
        assert_true(*count + SPILL_CHUNK_RECORDS_MAX <= room);
    } while (some > 0);
    assert_int_equal(*count, spill_partition_records(spill, partition));
    assert_int_equal(spill_iterator_next(spill, &walk, records + *count, &some), 0);
    assert_int_equal(some, 0);
    for (size_t i = 0; i < *count; i++)
        assert_int_equal(spill_partition_of(records[i].digest), partition);
    return records;
}

/* All partitions together hold exactly these records, in any order. */
static void assert_holds(const struct spill *spill, const struct record *records, size_t count)
{
    struct record *expected = calloc(count + 1, sizeof *expected), *all = calloc(count + 1, sizeof *all);
    size_t total = 0, some;
    assert_non_null(expected);
    assert_non_null(all);
    for (unsigned partition = 0; partition < SPILL_PARTITIONS; partition++) {
        struct record *of_partition = read_partition(spill, partition, &some);
        assert_true(total + some <= count);
        if (some > 0)
            memcpy(all + total, of_partition, some * sizeof *all);
        total += some;
        free(of_partition);
    }
    assert_int_equal(total, count);
    if (count > 0)
        memcpy(expected, records, count * sizeof *expected);
    sort_records(expected, count, 0);
    sort_records(all, count, 0);
    assert_memory_equal(all, expected, count * sizeof *all);
    free(expected);
    free(all);
}

/* ---- Into the spill and out of it ---- */

static void records_that_fit_stay_in_memory(void **state)
{
    (void)state;
    struct record *records = test_records(1, 1000);
    struct spill *spill = test_spill(records, 1000, 3, 0);
    assert_int_equal(spill_file_bytes(spill), 0);
    assert_holds(spill, records, 1000);
    spill_free(spill);
    spill_writer_close(NULL); /* nothing is allowed */
    spill_free(NULL);
    free(records);
}

static void a_partition_that_outgrows_its_chunk_is_spilled_to_a_file_without_a_name(void **state)
{
    (void)state;
    enum { COUNT = 1000 };
    unsigned entries = test_entries_in(test_folder());
    struct record *records = records_of_partition(2, 7, COUNT);
    struct spill *spill = test_spill(records, CHUNK_RECORDS, 1, 0);
    assert_int_equal(spill_file_bytes(spill), 0);
    spill_free(spill);
    spill = test_spill(records, COUNT, 1, 0);
    assert_int_equal(spill_file_bytes(spill), (COUNT - 1) / CHUNK_RECORDS * CHUNK_BYTES);
    assert_int_equal(test_entries_in(test_folder()), entries);
    assert_holds(spill, records, COUNT);
    spill_free(spill);
    assert_int_equal(test_entries_in(test_folder()), entries);
    free(records);
}

static void spare_chunks_are_used_before_the_file(void **state)
{
    (void)state;
    enum { COUNT = 1000, SPARE = 3 };
    struct record *records = records_of_partition(3, 7, COUNT);
    struct spill *spill = test_spill(records, COUNT, 1, (SPILL_PARTITIONS + SPARE) * CHUNK_BYTES);
    assert_int_equal(spill_file_bytes(spill), ((COUNT - 1) / CHUNK_RECORDS - SPARE) * CHUNK_BYTES);
    assert_holds(spill, records, COUNT);
    spill_free(spill);
    free(records);
}

static void much_memory_makes_large_chunks(void **state)
{
    (void)state;
    enum { COUNT = 5000 };
    struct record *records = records_of_partition(4, 1023, COUNT);
    struct record *chunk = calloc(SPILL_CHUNK_RECORDS_MAX, sizeof *chunk);
    size_t count;
    assert_non_null(chunk);
    struct spill *spill = test_spill(records, COUNT, 1, (size_t)1 << 30);
    struct spill_iterator walk = spill_iterator_start(spill, 1023);
    assert_int_equal(spill_iterator_next(spill, &walk, chunk, &count), 0);
    assert_int_equal(spill_iterator_next(spill, &walk, chunk, &count), 0);
    assert_int_equal(count, (SPILL_CHUNK_BYTES_MAX - HEAD_BYTES) / sizeof(struct record));
    assert_int_equal(spill_file_bytes(spill), 0);
    assert_holds(spill, records, COUNT);
    spill_free(spill);
    free(chunk);
    free(records);
}

static void every_record_is_read_back_with_any_memory_and_number_of_writers(void **state)
{
    (void)state;
    enum { COUNT = 12000 };
    static const size_t spare[] = {0, 1, 10, 60, 1000};
    struct record *records = records_of_partition(5, 0, COUNT);
    for (size_t i = 0; i < COUNT; i++) /* into the first, the last and one in the middle */
        if (i % 3 != 0)
            memcpy(records[i].digest, i % 3 == 1 ? "\xff\xff" : "\x80\x00", 2);
    for (unsigned writers = 1; writers <= 5; writers += 2)
        for (size_t i = 0; i < LENGTH(spare); i++) {
            size_t bytes = (writers * SPILL_PARTITIONS + spare[i]) * CHUNK_BYTES;
            struct spill *spill = test_spill(records, COUNT, writers, bytes);
            assert_int_equal(spill_file_bytes(spill) > 0, spare[i] < 100);
            assert_int_equal(spill_partition_records(spill, 0), COUNT / 3);
            assert_int_equal(spill_partition_records(spill, SPILL_PARTITIONS - 1), COUNT / 3);
            assert_int_equal(spill_partition_records(spill, SPILL_PARTITIONS / 2), COUNT / 3);
            assert_holds(spill, records, COUNT);
            spill_free(spill);
        }
    free(records);
}

static void an_empty_spill_holds_nothing(void **state)
{
    (void)state;
    struct spill *spill = test_spill(NULL, 0, 2, 0);
    assert_holds(spill, NULL, 0);
    assert_int_equal(spill_file_bytes(spill), 0);
    assert_int_equal(spill_is_sorted(spill, 0), 1);
    spill_free(spill);
}

static void a_record_added_many_times_is_there_as_many_times(void **state)
{
    (void)state;
    enum { COUNT = 5000 };
    struct record *records = test_records(6, COUNT);
    for (size_t i = 1; i < COUNT; i++)
        records[i] = records[0];
    struct spill *spill = test_spill(records, COUNT, 2, 0);
    assert_true(spill_file_bytes(spill) > 0);
    assert_holds(spill, records, COUNT);
    spill_free(spill);
    free(records);
}

struct adder {
    pthread_t thread;
    struct spill_writer *writer;
    const struct record *records;
    size_t count;
    int is_good;
};

static void *add_all(void *argument)
{
    struct adder *adder = argument;
    adder->is_good = 1;
    for (size_t i = 0; i < adder->count; i++)
        adder->is_good = spill_add(adder->writer, &adder->records[i], 1) == 0 && adder->is_good;
    spill_writer_close(adder->writer);
    return NULL;
}

static void threads_fill_a_spill_at_once(void **state)
{
    (void)state;
    enum { THREADS = 4, EACH = 15000 };
    static const size_t spare[] = {0, 100, 100000};
    struct record *records = test_records(7, THREADS * EACH);
    for (size_t i = 0; i < THREADS * EACH; i++) /* half of them into four partitions */
        if (i % 2 == 0)
            records[i].digest[0] = 0x55;
    for (size_t i = 0; i < LENGTH(spare); i++) {
        struct adder adders[THREADS];
        size_t bytes = (THREADS * SPILL_PARTITIONS + spare[i]) * CHUNK_BYTES;
        struct spill *spill = spill_new(test_folder(), bytes, THREADS);
        assert_non_null(spill);
        for (unsigned j = 0; j < THREADS; j++) {
            adders[j] =
                (struct adder){.writer = spill_writer_new(spill), .records = records + j * EACH, .count = EACH};
            assert_non_null(adders[j].writer);
            assert_int_equal(pthread_create(&adders[j].thread, NULL, add_all, &adders[j]), 0);
        }
        for (unsigned j = 0; j < THREADS; j++) {
            assert_int_equal(pthread_join(adders[j].thread, NULL), 0);
            assert_int_equal(adders[j].is_good, 1);
        }
        assert_int_equal(spill_file_bytes(spill) > 0, i < 2);
        assert_holds(spill, records, THREADS * EACH);
        spill_free(spill);
    }
    free(records);
}

/* ---- Put back sorted ---- */

static void a_partition_put_back_sorted_comes_in_that_order(void **state)
{
    (void)state;
    enum { COUNT = 1234, PART = 300 };
    static const size_t spare[] = {0, 2, 5,
                                   1000}; /* all but a chunk of each writer in the file; mixed; in memory */
    static const size_t kept[] = {0, 1, CHUNK_RECORDS, CHUNK_RECORDS + 1, COUNT / 2, COUNT};
    struct record *records = records_of_partition(8, PART, COUNT + 1);
    records[COUNT].digest[0] = 0; /* one of another partition */
    for (unsigned writers = 1; writers <= 4; writers += 3)
        for (size_t i = 0; i < LENGTH(spare); i++)
            for (size_t j = 0; j < LENGTH(kept); j++) {
                struct spill *spill = test_spill(records, COUNT + 1, writers,
                                                 (writers * SPILL_PARTITIONS + spare[i]) * CHUNK_BYTES);
                uint64_t spilled = spill_file_bytes(spill);
                size_t count;
                assert_int_equal(spill_is_sorted(spill, PART), 0);
                struct record *partition = read_partition(spill, PART, &count);
                assert_int_equal(count, COUNT);
                sort_records(partition, COUNT, 0);
                assert_int_equal(spill_put_sorted(spill, PART, partition, kept[j]), 0);
                struct record *again = read_partition(spill, PART, &count);
                assert_int_equal(count, kept[j]);
                assert_memory_equal(again, partition, count * sizeof *partition);
                assert_int_equal(spill_is_sorted(spill, PART), 1);
                assert_int_equal(spill_file_bytes(spill), spilled);
                free(again);

                again = read_partition(spill, spill_partition_of(records[COUNT].digest), &count);
                assert_int_equal(count, 1);
                assert_memory_equal(again, &records[COUNT], sizeof *again);
                assert_int_equal(spill_is_sorted(spill, spill_partition_of(records[COUNT].digest)), 0);
                free(again);
                free(partition);
                spill_free(spill);
            }
    free(records);
}

/* ---- Failures ---- */

static struct spill_writer *only_writer(const char *folder, struct spill **spill)
{
    *spill = spill_new(folder, 0, 1);
    assert_non_null(*spill);
    struct spill_writer *writer = spill_writer_new(*spill);
    assert_non_null(writer);
    return writer;
}

/* Adds records until that fails for the expected reason. Returns the number added. */
static size_t add_until(struct spill_writer *writer, const struct record *records, size_t count, int why)
{
    size_t added = 0;
    int result = 0;
    errno = 0;
    while (added < count && (result = spill_add(writer, &records[added], 1)) == 0)
        added++;
    assert_true(added < count);
    assert_int_equal(result, SPILL_E_WRITE);
    assert_int_equal(errno, why);
    return added;
}

static void a_folder_that_is_not_there_is_reported_when_it_is_needed(void **state)
{
    (void)state;
    struct spill *spill;
    struct record *records = records_of_partition(9, 1, 200);
    struct spill_writer *writer = only_writer("/nowhere/at/all", &spill);
    assert_int_equal(add_until(writer, records, 200, ENOENT), CHUNK_RECORDS);
    spill_writer_close(writer);
    spill_free(spill);
    free(records);
}

static void a_folder_that_is_a_file_is_reported(void **state)
{
    (void)state;
    struct spill *spill;
    struct record *records = records_of_partition(10, 1, 200);
    const char *path = test_path("a-file");
    test_write_text(path, "x");
    struct spill_writer *writer = only_writer(path, &spill);
    assert_int_equal(add_until(writer, records, 200, ENOTDIR), CHUNK_RECORDS);
    spill_writer_close(writer);
    spill_free(spill);
    free(records);
}

/* A limit on the size of files, in place of a full disk. */
static void limit_files(rlim_t bytes)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_full_disk_is_reported(void **state)
{
    (void)state;
    enum { FIT = 9, COUNT = 3000 };
    static const rlim_t more[] = {0, 1, CHUNK_BYTES - 100};
    struct rlimit old;
    struct record *records = records_of_partition(11, 1, COUNT);
    unsigned entries = test_entries_in(test_folder());
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    signal(SIGXFSZ, SIG_IGN);
    for (size_t i = 0; i < LENGTH(more); i++) {
        struct spill *spill;
        limit_files(FIT * CHUNK_BYTES + more[i]);
        struct spill_writer *writer = only_writer(test_folder(), &spill);
        size_t added = add_until(writer, records, COUNT, EFBIG);
        limit_files(old.rlim_cur);
        assert_int_equal(added, (FIT + 1) * CHUNK_RECORDS);
        spill_writer_close(writer);
        spill_free(spill);
    }
    assert_int_equal(test_entries_in(test_folder()), entries);
    free(records);
}

/* The descriptor of the spill file, found among this process's open files. */
static int open_spill(void)
{
    DIR *folder = opendir("/proc/self/fd");
    int file = -1;
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char target[2 * TEST_PATH_MAX];
        ssize_t length = readlinkat(dirfd(folder), entry->d_name, target, sizeof target - 1);
        target[length > 0 ? length : 0] = '\0';
        if (strncmp(target, test_folder(), strlen(test_folder())) == 0 &&
            strstr(target, " (deleted)") != NULL) {
            assert_int_equal(file, -1);
            file = (int)strtol(entry->d_name, NULL, 10);
        }
    }
    closedir(folder);
    assert_true(file >= 0);
    return file;
}

/* A partition of 1,000 records, nine of ten chunks in the file, is read until that fails. */
static void assert_unreadable(const struct spill *spill, unsigned partition, int expected)
{
    struct record *chunk = calloc(SPILL_CHUNK_RECORDS_MAX, sizeof *chunk);
    struct spill_iterator walk = spill_iterator_start(spill, partition);
    size_t count;
    int error;
    assert_non_null(chunk);
    while ((error = spill_iterator_next(spill, &walk, chunk, &count)) == 0 && count > 0)
        continue;
    assert_int_equal(error, expected);
    free(chunk);
}

static void a_spill_file_that_lost_its_end_is_reported(void **state)
{
    (void)state;
    static const off_t lengths[] = {0, 8, 9 * CHUNK_BYTES - CHUNK_BYTES, 9 * CHUNK_BYTES - 100};
    struct record *records = records_of_partition(12, 1, 1000);
    for (size_t i = 0; i < LENGTH(lengths); i++) {
        struct spill *spill = test_spill(records, 1000, 1, 0);
        assert_int_equal(spill_file_bytes(spill), 9 * CHUNK_BYTES);
        assert_int_equal(ftruncate(open_spill(), lengths[i]), 0);
        assert_unreadable(spill, 1, SPILL_E_READ);
        assert_int_equal(errno, ENODATA);
        spill_free(spill);
    }
    free(records);
}

static void a_spill_file_that_is_damaged_is_not_followed_out_of_a_chunk(void **state)
{
    (void)state;
    static const uint64_t counts[] = {CHUNK_RECORDS + 1, UINT64_MAX, UINT64_MAX / sizeof(struct record) + 2};
    struct record *records = records_of_partition(13, 1, 1000);
    for (size_t i = 0; i < LENGTH(counts); i++) {
        struct spill *spill = test_spill(records, 1000, 1, 0);
        assert_int_equal(pwrite(open_spill(), &counts[i], sizeof counts[i], 3 * CHUNK_BYTES + 8),
                         sizeof counts[i]);
        assert_unreadable(spill, 1, SPILL_E_DAMAGED);
        spill_free(spill);
    }
    free(records);
}

/* Inverts one bit of the spill file. */
static void flip_bit(int file, size_t bit)
{
    uint8_t byte;
    assert_int_equal(pread(file, &byte, 1, (off_t)(bit / 8)), 1);
    byte ^= (uint8_t)(1u << bit % 8);
    assert_int_equal(pwrite(file, &byte, 1, (off_t)(bit / 8)), 1);
}

static void a_flipped_bit_in_the_spill_file_is_found(void **state)
{
    (void)state;
    enum { USED_BYTES = HEAD_BYTES + CHUNK_RECORDS * sizeof(struct record) };
    uint64_t seed = 14;
    size_t count;
    struct record *records = records_of_partition(14, 1, 1000);
    struct spill *spill = test_spill(records, 1000, 1, 0);
    int file = open_spill();
    assert_string_equal(spill_error_text(SPILL_E_DAMAGED),
                        "its content changed after it was written: check the disk and the memory");
    for (size_t i = 0; i < 3000; i++) { /* every bit of a head, and some of each chunk */
        size_t at = i < 8 * HEAD_BYTES ? i : test_below(&seed, 8 * USED_BYTES);
        size_t bit = 8 * CHUNK_BYTES * (i % 9) + at;
        flip_bit(file, bit);
        assert_unreadable(spill, 1, SPILL_E_DAMAGED);
        flip_bit(file, bit);
    }
    free(read_partition(spill, 1, &count));
    spill_free(spill);
    free(records);
}

static void a_chunk_in_the_place_of_another_is_found(void **state)
{
    (void)state;
    uint8_t chunk[CHUNK_BYTES];
    struct record *records = records_of_partition(15, 1, 1000);
    struct spill *spill = test_spill(records, 1000, 1, 0);
    int file = open_spill();
    assert_int_equal(pread(file, chunk, sizeof chunk, 2 * CHUNK_BYTES), CHUNK_BYTES);
    assert_int_equal(pwrite(file, chunk, sizeof chunk, 5 * CHUNK_BYTES), CHUNK_BYTES);
    assert_unreadable(spill, 1, SPILL_E_DAMAGED);
    spill_free(spill);
    free(records);
}

static void replacing_does_not_follow_a_damaged_chain(void **state)
{
    (void)state;
    size_t count;
    struct record *records = records_of_partition(16, 1, 1000);
    struct spill *spill = test_spill(records, 1000, 1, 0);
    struct record *sorted = read_partition(spill, 1, &count);
    sort_records(sorted, count, 0);
    flip_bit(open_spill(), 8 * CHUNK_BYTES * 4);
    assert_int_equal(spill_put_sorted(spill, 1, sorted, count), SPILL_E_DAMAGED);
    spill_free(spill);
    free(sorted);
    free(records);
}

static void sorted_records_in_the_file_are_checked_too(void **state)
{
    (void)state;
    size_t count;
    struct record *records = records_of_partition(17, 1, 1000);
    struct spill *spill = test_spill(records, 1000, 1, 0);
    struct record *sorted = read_partition(spill, 1, &count);
    sort_records(sorted, count, 0);
    assert_int_equal(spill_put_sorted(spill, 1, sorted, count), 0);
    flip_bit(open_spill(), 8 * (CHUNK_BYTES + HEAD_BYTES + 7));
    assert_unreadable(spill, 1, SPILL_E_DAMAGED);
    spill_free(spill);
    free(sorted);
    free(records);
}

static void a_lost_write_of_sorted_records_is_found(void **state)
{
    (void)state;
    /* Which bytes of the chunk are as they were before: all, its head, its records. */
    static const struct {
        size_t from, length;
    } lost[] = {{0, CHUNK_BYTES}, {0, HEAD_BYTES}, {HEAD_BYTES, CHUNK_BYTES - HEAD_BYTES}};
    enum { CHUNK = 3 };
    size_t count;
    struct record *records = records_of_partition(18, 1, 1000);
    for (size_t i = 0; i < LENGTH(lost); i++) {
        struct spill *spill = test_spill(records, 1000, 1, 0);
        struct record *sorted = read_partition(spill, 1, &count);
        uint8_t old[CHUNK_BYTES];
        int file = open_spill();
        assert_int_equal(pread(file, old, sizeof old, CHUNK * CHUNK_BYTES), CHUNK_BYTES);
        sort_records(sorted, count, 0);
        assert_int_equal(spill_put_sorted(spill, 1, sorted, count), 0);
        assert_int_equal(
            pwrite(file, old + lost[i].from, lost[i].length, (off_t)(CHUNK * CHUNK_BYTES + lost[i].from)),
            (ssize_t)lost[i].length);
        assert_unreadable(spill, 1, SPILL_E_DAMAGED);
        free(sorted);
        spill_free(spill);
    }
    free(records);
}

static void more_memory_than_there_is_is_reported(void **state)
{
    (void)state;
    assert_null(spill_new(test_folder(), SIZE_MAX / 2, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_that_fit_stay_in_memory),
        cmocka_unit_test(a_partition_that_outgrows_its_chunk_is_spilled_to_a_file_without_a_name),
        cmocka_unit_test(spare_chunks_are_used_before_the_file),
        cmocka_unit_test(much_memory_makes_large_chunks),
        cmocka_unit_test(every_record_is_read_back_with_any_memory_and_number_of_writers),
        cmocka_unit_test(an_empty_spill_holds_nothing),
        cmocka_unit_test(a_record_added_many_times_is_there_as_many_times),
        cmocka_unit_test(threads_fill_a_spill_at_once),
        cmocka_unit_test(a_partition_put_back_sorted_comes_in_that_order),
        cmocka_unit_test(a_folder_that_is_not_there_is_reported_when_it_is_needed),
        cmocka_unit_test(a_folder_that_is_a_file_is_reported),
        cmocka_unit_test(a_full_disk_is_reported),
        cmocka_unit_test(a_spill_file_that_lost_its_end_is_reported),
        cmocka_unit_test(a_spill_file_that_is_damaged_is_not_followed_out_of_a_chunk),
        cmocka_unit_test(a_flipped_bit_in_the_spill_file_is_found),
        cmocka_unit_test(a_chunk_in_the_place_of_another_is_found),
        cmocka_unit_test(replacing_does_not_follow_a_damaged_chain),
        cmocka_unit_test(sorted_records_in_the_file_are_checked_too),
        cmocka_unit_test(a_lost_write_of_sorted_records_is_found),
        cmocka_unit_test(more_memory_than_there_is_is_reported),
    };
    return cmocka_run_group_tests_name("spill", tests, test_folder_make, test_folder_remove);
}
