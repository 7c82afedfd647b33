/* test_runs.c - runs and their merge: in memory and spilled alike, labels decided, a full disk reported. */
#include "test.h"

#include <dirent.h>
#include <signal.h>
#include <sys/resource.h>

#include "merge.h"

/* Collectors take turns, so this many of each size hold some of every identifier's records. */
#define COLLECTORS 3

static unsigned entries_in(const char *path)
{
    unsigned entries = 0;
    DIR *folder = opendir(path);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        entries += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(folder);
    return entries;
}

/* Merges a range of runs. The caller frees. */
static struct merged *merge_all(const struct runs *runs, const uint32_t *rank, unsigned first, unsigned end,
                                size_t buffer_bytes, size_t *count)
{
    size_t room = 16;
    struct merged *all = calloc(room, sizeof *all);
    struct merge *merge = merge_open(runs, rank, first, end, buffer_bytes);
    int got;
    assert_non_null(all);
    assert_non_null(merge);
    *count = 0;
    while ((got = merge_next(merge, &all[*count])) > 0)
        if (++*count == room) {
            room *= 2;
            all = realloc(all, room * sizeof *all);
            assert_non_null(all);
            memset(all + *count, 0, (room - *count) * sizeof *all); /* padding too, to be compared */
        }
    assert_int_equal(got, 0);
    assert_int_equal(merge_next(merge, &all[*count]), 0);
    merge_close(merge);
    return all;
}

static void assert_same_merged(const struct merged *a, const struct merged *b)
{
    assert_memory_equal(a->digest, b->digest, sizeof a->digest);
    assert_int_equal(a->label, b->label);
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->is_conflict, b->is_conflict);
    assert_true(a->place == b->place);
    assert_true(a->other_place == b->other_place);
}

/* Records of which many are of the same few identifiers, with labels. */
static struct record *repeated_records(uint64_t seed, size_t count, size_t identifiers, unsigned labels)
{
    struct record *records = test_records(seed, count);
    for (size_t i = identifiers; i < count; i++)
        records[i] = test_record(records[test_below(&seed, identifiers)].digest,
                                 (uint16_t)test_below(&seed, labels + 1), i + 1);
    return records;
}

/* What a merge should make of one identifier's records, by looking at all of them twice. */
static struct merged expected_of(const struct record *records, size_t count, const uint8_t *digest,
                                 const uint32_t *rank)
{
    struct merged expected = {.label = 0, .place = UINT64_MAX};
    for (size_t i = 0; i < count; i++) { /* the label of the lowest rank; of several such, the lowest label */
        uint16_t label = record_label(&records[i]), best = expected.label;
        if (memcmp(records[i].digest, digest, ELIG_DIGEST_BYTES) == 0 && label != 0 &&
            (best == 0 || rank[label] < rank[best] || (rank[label] == rank[best] && label < best)))
            expected.label = label;
    }
    for (size_t i = 0; i < count; i++) {
        uint16_t label = record_label(&records[i]);
        if (memcmp(records[i].digest, digest, ELIG_DIGEST_BYTES) != 0)
            continue;
        int is_rival = label != 0 && label != expected.label && rank[label] == rank[expected.label];
        if ((label == expected.label || is_rival) && record_where(&records[i]) < expected.place)
            expected.place = record_where(&records[i]);
        if (is_rival)
            expected.is_conflict = 1;
    }
    return expected;
}

/* ---- Runs ---- */

static void records_that_fit_stay_in_memory(void **state)
{
    (void)state;
    struct record *records = test_records(1, 1000);
    struct runs *runs = test_runs(records, 1000, COLLECTORS, 1000 * sizeof *records);
    assert_int_equal(runs_spilled(runs), 0);
    assert_int_equal(runs_count(runs), COLLECTORS);
    runs_free(runs);
    free(records);
}

static void records_that_do_not_fit_are_spilled_to_a_file_without_a_name(void **state)
{
    (void)state;
    struct record *records = test_records(2, 1000);
    unsigned entries = entries_in(test_folder());
    struct runs *runs = test_runs(records, 1000, 1, 64 * sizeof *records);
    assert_int_equal(runs_spilled(runs), 1000 * sizeof *records);
    assert_int_equal(runs_count(runs), 16); /* the last one is not full */
    assert_int_equal(entries_in(test_folder()), entries);
    runs_free(runs);
    free(records);
}

static void a_collector_has_room_for_one_record_at_least(void **state)
{
    (void)state;
    struct record *records = test_records(3, 10);
    struct runs *runs = test_runs(records, 10, 1, 0);
    assert_int_equal(runs_count(runs), 10);
    size_t count;
    struct merged *all = merge_all(runs, NULL, 0, RUNS_RANGES, 0, &count);
    assert_int_equal(count, 10);
    free(all);
    runs_free(runs);
    free(records);
}

static void no_records_are_no_runs(void **state)
{
    (void)state;
    struct runs *runs = test_runs(NULL, 0, COLLECTORS, 1000);
    assert_int_equal(runs_count(runs), 0);
    size_t count;
    struct merged *all = merge_all(runs, NULL, 0, RUNS_RANGES, 1000, &count);
    assert_int_equal(count, 0);
    assert_int_equal(runs_range_records(runs, 0), 0);
    free(all);
    runs_free(runs);
}

static void duplicates_within_a_run_are_kept_once(void **state)
{
    (void)state;
    struct record *records = test_records(4, 100);
    for (size_t i = 0; i < 100; i++)
        records[i] = test_record(records[i % 5].digest, 1, 100 - i);
    struct runs *runs = test_runs(records, 100, 1, 100 * sizeof *records);
    assert_int_equal(runs_get(runs, 0)->count, 5);
    struct record kept[5];
    assert_int_equal(runs_read(runs, runs_get(runs, 0), 0, 5, kept), 1);
    for (size_t i = 0; i < 5; i++)
        assert_in_range(record_where(&kept[i]), 1, 5);
    runs_free(runs);
    free(records);
}

static void a_directory_says_where_each_range_starts(void **state)
{
    (void)state;
    for (int spilled = 0; spilled <= 1; spilled++) {
        enum { COUNT = 20000 };
        struct record *records = test_records(5, COUNT);
        struct runs *runs = test_runs(records, COUNT, 1, (spilled ? COUNT / 4 : COUNT) * sizeof *records);
        assert_int_equal(runs_count(runs), spilled ? 4 : 1);
        uint64_t total = 0;
        for (unsigned range = 0; range < RUNS_RANGES; range++)
            total += runs_range_records(runs, range);
        assert_int_equal(total, COUNT);
        for (size_t i = 0; i < runs_count(runs); i++) {
            const struct run *run = runs_get(runs, i);
            assert_int_equal(run->directory[0], 0);
            assert_int_equal(run->directory[RUNS_RANGES], run->count);
            struct record *all = calloc(run->count, sizeof *all);
            assert_non_null(all);
            assert_int_equal(runs_read(runs, run, 0, run->count, all), 1);
            for (unsigned range = 0; range < RUNS_RANGES; range++)
                for (uint32_t at = run->directory[range]; at < run->directory[range + 1]; at++)
                    assert_int_equal(runs_range_of(all[at].digest), range);
            free(all);
        }
        runs_free(runs);
        free(records);
    }
}

static void the_first_and_the_last_range_have_their_records(void **state)
{
    (void)state;
    struct record records[4];
    uint8_t digest[ELIG_DIGEST_BYTES];
    static const uint8_t firsts[] = {0x00, 0xff, 0x00, 0xff};
    for (size_t i = 0; i < 4; i++) {
        memset(digest, firsts[i], sizeof digest);
        digest[31] = (uint8_t)i;
        records[i] = test_record(digest, 0, i);
    }
    struct runs *runs = test_runs(records, 4, 1, sizeof records);
    assert_int_equal(runs_range_records(runs, 0), 2);
    assert_int_equal(runs_range_records(runs, RUNS_RANGES - 1), 2);
    assert_int_equal(runs_range_records(runs, 1), 0);
    size_t count;
    struct merged *all = merge_all(runs, NULL, RUNS_RANGES - 1, RUNS_RANGES, 100, &count);
    assert_int_equal(count, 2);
    assert_int_equal(all[0].digest[31], 1);
    assert_int_equal(all[1].digest[31], 3);
    free(all);
    all = merge_all(runs, NULL, 1, RUNS_RANGES - 1, 100, &count);
    assert_int_equal(count, 0);
    free(all);
    runs_free(runs);
}

/* ---- Merging ---- */

static void every_way_of_keeping_records_merges_alike(void **state)
{
    (void)state;
    enum { COUNT = 6000, IDENTIFIERS = 900, LABELS = 4 };
    static uint32_t rank[ELIG_LABELS_MAX + 1];
    memset(rank, 0xff, sizeof rank);
    rank[2] = 1;
    rank[4] = 0;
    struct record *records = repeated_records(6, COUNT, IDENTIFIERS, LABELS);
    struct runs *runs = test_runs(records, COUNT, 1, COUNT * sizeof *records);
    size_t expected_count;
    struct merged *expected = merge_all(runs, rank, 0, RUNS_RANGES, 1 << 20, &expected_count);
    runs_free(runs);
    assert_int_equal(expected_count, IDENTIFIERS);
    for (size_t i = 0; i < expected_count; i++) {
        struct merged one = expected_of(records, COUNT, expected[i].digest, rank);
        assert_int_equal(expected[i].label, one.label);
        assert_int_equal(expected[i].is_conflict, one.is_conflict);
        assert_true(expected[i].place == one.place);
    }

    static const size_t room[] = {1, 7, 64, 1000, COUNT};
    static const size_t buffers[] = {0, 1000, 1 << 20};
    for (size_t i = 0; i < LENGTH(room); i++)
        for (unsigned collectors = 1; collectors <= COLLECTORS; collectors++)
            for (size_t j = 0; j < LENGTH(buffers); j++) {
                size_t count;
                runs = test_runs(records, COUNT, collectors, room[i] * sizeof *records);
                struct merged *all = merge_all(runs, rank, 0, RUNS_RANGES, buffers[j], &count);
                assert_int_equal(count, expected_count);
                for (size_t k = 0; k < count; k++)
                    assert_same_merged(&all[k], &expected[k]);
                free(all);
                runs_free(runs);
            }
    free(expected);
    free(records);
}

static void ranges_merged_one_by_one_are_the_whole(void **state)
{
    (void)state;
    enum { COUNT = 10000 };
    struct record *records = test_records(7, COUNT);
    struct runs *runs = test_runs(records, COUNT, COLLECTORS, COUNT / 10 * sizeof *records);
    size_t total, count, done = 0;
    struct merged *whole = merge_all(runs, NULL, 0, RUNS_RANGES, 100000, &total);
    for (unsigned range = 0; range < RUNS_RANGES; range += 64) {
        struct merged *part = merge_all(runs, NULL, range, range + 64, 5000, &count);
        for (size_t i = 0; i < count; i++)
            assert_same_merged(&part[i], &whole[done++]);
        free(part);
    }
    assert_int_equal(done, total);
    free(whole);
    runs_free(runs);
    free(records);
}

/* One identifier's records, one a run, into one. */
static struct merged decide(const struct record *records, size_t count, const uint32_t *rank)
{
    struct runs *runs = test_runs(records, count, 1, 0);
    size_t merged;
    struct merged *all = merge_all(runs, rank, 0, RUNS_RANGES, 0, &merged);
    assert_int_equal(merged, 1);
    struct merged one = all[0];
    free(all);
    runs_free(runs);
    return one;
}

static void a_label_wins_over_none(void **state)
{
    (void)state;
    const uint8_t digest[ELIG_DIGEST_BYTES] = {1};
    const struct record records[] = {test_record(digest, 0, 1), test_record(digest, 5, 9),
                                     test_record(digest, 0, 2), test_record(digest, 5, 7)};
    struct merged one = decide(records, LENGTH(records), NULL);
    assert_int_equal(one.label, 5);
    assert_int_equal(one.place, 7);
    assert_int_equal(one.is_conflict, 0);
}

static void two_labels_without_rank_are_a_conflict_with_both_places(void **state)
{
    (void)state;
    const uint8_t digest[ELIG_DIGEST_BYTES] = {1};
    const struct record records[] = {test_record(digest, 6, 3), test_record(digest, 5, 9),
                                     test_record(digest, 6, 2)};
    struct merged one = decide(records, LENGTH(records), NULL);
    assert_int_equal(one.is_conflict, 1);
    assert_int_equal(one.label, 5);
    assert_int_equal(one.place, 2);
    assert_int_equal(one.other_place, 9);
}

static void the_lowest_rank_wins_in_whatever_order_labels_come(void **state)
{
    (void)state;
    static uint32_t rank[ELIG_LABELS_MAX + 1];
    const uint8_t digest[ELIG_DIGEST_BYTES] = {1};
    static const uint32_t ranks[][3] = {{0, 1, 2},
                                        {2, 1, 0},
                                        {1, 0, 2},
                                        {1, 2, 0},
                                        {0, MERGE_UNRANKED, MERGE_UNRANKED},
                                        {MERGE_UNRANKED, 0, MERGE_UNRANKED},
                                        {MERGE_UNRANKED, MERGE_UNRANKED, 0}};
    const struct record records[] = {test_record(digest, 3, 1), test_record(digest, 1, 2),
                                     test_record(digest, 2, 3)};
    for (size_t i = 0; i < LENGTH(ranks); i++) {
        uint16_t winner = 1;
        memset(rank, 0xff, sizeof rank);
        for (uint16_t label = 1; label <= 3; label++) {
            rank[label] = ranks[i][label - 1];
            if (rank[label] < rank[winner])
                winner = label;
        }
        struct merged one = decide(records, LENGTH(records), rank);
        assert_int_equal(one.label, winner);
        assert_int_equal(one.is_conflict, 0);
        assert_int_equal(one.place, winner == 3 ? 1 : winner + 1);
    }
}

/* ---- Failures ---- */

static void a_folder_that_is_not_there_is_reported_when_it_is_needed(void **state)
{
    (void)state;
    struct record *records = test_records(8, 3);
    struct runs *runs = runs_new("/nowhere/at/all");
    assert_non_null(runs);
    struct collector *collector = collector_new(runs, 2 * sizeof *records);
    assert_non_null(collector);
    assert_int_equal(collector_add(collector, &records[0]), 1);
    assert_int_equal(collector_add(collector, &records[1]), 1);
    errno = 0;
    assert_int_equal(collector_add(collector, &records[2]), 0);
    assert_int_equal(errno, ENOENT);
    assert_int_equal(collector_finish(&collector, 1), 1);
    assert_null(collector);
    runs_free(runs);
    free(records);
}

static void a_folder_that_is_a_file_is_reported(void **state)
{
    (void)state;
    struct record *records = test_records(9, 2);
    const char *path = test_path("a-file");
    test_write_text(path, "x");
    struct runs *runs = runs_new(path);
    assert_non_null(runs);
    struct collector *collector = collector_new(runs, 0);
    assert_non_null(collector);
    assert_int_equal(collector_add(collector, &records[0]), 1);
    assert_int_equal(collector_add(collector, &records[1]), 0);
    assert_int_equal(errno, ENOTDIR);
    assert_int_equal(collector_finish(&collector, 1), 1);
    runs_free(runs);
    free(records);
}

/* A limit on the size of files stands in for a full disk. */
static void limit_files(rlim_t bytes)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_full_disk_is_reported_by_whoever_writes(void **state)
{
    (void)state;
    struct rlimit old;
    struct record *records = test_records(10, 100);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    signal(SIGXFSZ, SIG_IGN);
    limit_files(50 * sizeof *records);
    struct runs *runs = runs_new(test_folder());
    assert_non_null(runs);
    struct collector *collector = collector_new(runs, 40 * sizeof *records);
    assert_non_null(collector);
    size_t added = 0;
    errno = 0;
    while (added < 100 && collector_add(collector, &records[added]) == 1)
        added++;
    int why = errno;
    limit_files(old.rlim_cur);
    assert_int_equal(added, 80);
    assert_int_equal(why, EFBIG);
    assert_int_equal(collector_finish(&collector, 1), 1);
    runs_free(runs);
    free(records);
}

static void a_full_disk_is_reported_at_the_end(void **state)
{
    (void)state;
    struct rlimit old;
    struct record *records = test_records(11, 100);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    signal(SIGXFSZ, SIG_IGN);
    limit_files(45 * sizeof *records);
    struct runs *runs = runs_new(test_folder());
    assert_non_null(runs);
    struct collector *collector[] = {collector_new(runs, 40 * sizeof *records), NULL,
                                     collector_new(runs, 40 * sizeof *records)};
    assert_non_null(collector[0]);
    assert_non_null(collector[2]);
    for (size_t i = 0; i < 50; i++)
        assert_int_equal(collector_add(collector[0], &records[i]), 1);
    errno = 0;
    int finished = collector_finish(collector, 3), why = errno;
    limit_files(old.rlim_cur);
    assert_int_equal(finished, 0);
    assert_int_equal(why, EFBIG);
    assert_null(collector[0]);
    assert_null(collector[2]);
    runs_free(runs);
    free(records);
}

/* A run that says more than the spill file holds stands in for a disk that lost it. */
static void a_spill_file_that_cannot_be_read_is_reported(void **state)
{
    (void)state;
    struct record *records = test_records(12, 300);
    struct runs *runs = test_runs(records, 300, 1, 100 * sizeof *records);
    struct run lost = *runs_get(runs, 2);
    lost.offset += 1000 * sizeof *records;
    errno = 0;
    assert_int_equal(runs_read(runs, &lost, 0, 100, records), 0);
    assert_int_equal(errno, EIO);
    runs_free(runs);
    free(records);
}

static void freeing_nothing_is_fine(void **state)
{
    (void)state;
    struct collector *none[] = {NULL, NULL};
    runs_free(NULL);
    merge_close(NULL);
    assert_int_equal(collector_finish(none, 2), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_that_fit_stay_in_memory),
        cmocka_unit_test(records_that_do_not_fit_are_spilled_to_a_file_without_a_name),
        cmocka_unit_test(a_collector_has_room_for_one_record_at_least),
        cmocka_unit_test(no_records_are_no_runs),
        cmocka_unit_test(duplicates_within_a_run_are_kept_once),
        cmocka_unit_test(a_directory_says_where_each_range_starts),
        cmocka_unit_test(the_first_and_the_last_range_have_their_records),
        cmocka_unit_test(every_way_of_keeping_records_merges_alike),
        cmocka_unit_test(ranges_merged_one_by_one_are_the_whole),
        cmocka_unit_test(a_label_wins_over_none),
        cmocka_unit_test(two_labels_without_rank_are_a_conflict_with_both_places),
        cmocka_unit_test(the_lowest_rank_wins_in_whatever_order_labels_come),
        cmocka_unit_test(a_folder_that_is_not_there_is_reported_when_it_is_needed),
        cmocka_unit_test(a_folder_that_is_a_file_is_reported),
        cmocka_unit_test(a_full_disk_is_reported_by_whoever_writes),
        cmocka_unit_test(a_full_disk_is_reported_at_the_end),
        cmocka_unit_test(a_spill_file_that_cannot_be_read_is_reported),
        cmocka_unit_test(freeing_nothing_is_fine),
    };
    return cmocka_run_group_tests_name("runs", tests, test_folder_make, test_folder_remove);
}
