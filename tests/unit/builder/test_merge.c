/* SPDX-License-Identifier: Apache-2.0 */
/* test_merge.c - a merge gives each identifier of a source once, in order, with the label that wins, from
 * spills and digest files, loaded whole or in pieces; against a model that has all records at once. */
#include <pthread.h>
#include <sys/mman.h>

#include "builder/merge/merge.h"
#include "builder/merge/record_counts.h"
#include "builder/records/sort.h"
#include "tests/support/fixture_digest_file.h"
#include "tests/support/fixture_index.h"
#include "tests/support/test.h"

#define SETS_MAX 5

static const char *const words[] = {"bronze", "gold", "silver", "tin", "zinc"};
#define LABELS LENGTH(words)

/* A list: its records, each in one of some digest files, and the records of those who are to be removed.
 * Records are at place (digest file, 0), also where they are kept in a spill, so that all ways of keeping them
 * must agree. */
struct list {
    struct record *records, *removed;
    size_t count, removed_count;
    const uint32_t *priority;
};

static struct record listed_record(const uint8_t *digest, unsigned label, unsigned kind, unsigned set)
{
    struct record record;
    memcpy(record.digest, digest, sizeof record.digest);
    record_set_attributes(&record, (uint16_t)label, kind, row_position(set, 0));
    return record;
}

static struct record removed_record(const uint8_t *digest)
{
    struct record record;
    memcpy(record.digest, digest, sizeof record.digest);
    record_set_removed(&record);
    return record;
}

/* An identifier's kind follows from its digest, as in a build. */
static unsigned kind_of(const uint8_t *digest)
{
    return digest[ELIG_DIGEST_BYTES - 1] % 2;
}

/* Random records, of which many are of the same few identifiers; all of partition 5 if in_one_partition. Of the
 * removed ones half are listed. */
static struct list make_list(uint64_t seed, size_t count, size_t identifiers, size_t removed_count,
                             int in_one_partition, const uint32_t *priority)
{
    struct list list = {.records = test_records(seed, count),
                        .removed = test_records(seed + 1, removed_count),
                        .count = count,
                        .removed_count = removed_count,
                        .priority = priority};
    for (size_t i = 0; i < count; i++) {
        uint8_t digest[ELIG_DIGEST_BYTES];
        memcpy(digest, list.records[i < identifiers ? i : test_below(&seed, identifiers)].digest,
               sizeof digest);
        if (in_one_partition) {
            digest[0] = 5 >> 2;
            digest[1] = (uint8_t)(5 << 6 | digest[1] % 64);
        }
        list.records[i] = listed_record(digest, (unsigned)test_below(&seed, LABELS + 1), kind_of(digest),
                                        (unsigned)test_below(&seed, SETS_MAX));
    }
    for (size_t i = 0; i < removed_count; i++)
        list.removed[i] =
            removed_record(i % 2 == 0 ? list.records[test_below(&seed, count)].digest : list.removed[i].digest);
    return list;
}

static void free_list(struct list *list)
{
    free(list->records);
    free(list->removed);
}

/* ---- The model ---- */

static int compare_digests(const void *a, const void *b)
{
    return memcmp(a, b, ELIG_DIGEST_BYTES);
}

static int is_removed(const struct list *list, const uint8_t *digest)
{
    for (size_t i = 0; i < list->removed_count; i++)
        if (memcmp(list->removed[i].digest, digest, ELIG_DIGEST_BYTES) == 0)
            return 1;
    return 0;
}

static uint32_t priority_of(const struct list *list, unsigned label)
{
    return list->priority != NULL ? list->priority[label] : MERGE_NO_PRIORITY;
}

/* What a merge must make of one identifier's records: of the labels of the lowest priority the first, and the
 * positions at which the first two of these labels were seen. */
static struct merged judge(const struct list *list, const struct record *records, size_t count)
{
    uint64_t first[LABELS + 1], places[LABELS + 1];
    unsigned best = 0, rivals = 0;
    struct merged merged = {.kind = record_kind(records), .rows = count, .first_position = UINT64_MAX};
    for (unsigned label = 0; label <= LABELS; label++)
        first[label] = UINT64_MAX;
    for (size_t i = 0; i < count; i++) {
        unsigned label = record_label(&records[i]);
        if (record_position(&records[i]) < first[label])
            first[label] = record_position(&records[i]);
        if (record_position(&records[i]) < merged.first_position)
            merged.first_position = record_position(&records[i]);
    }
    for (unsigned label = 1; label <= LABELS; label++)
        if (first[label] != UINT64_MAX && (best == 0 || priority_of(list, label) < priority_of(list, best)))
            best = label;
    for (unsigned label = 1; label <= LABELS; label++)
        if (best != 0 && first[label] != UINT64_MAX && priority_of(list, label) == priority_of(list, best)) {
            unsigned at = rivals++;
            for (; at > 0 && places[at - 1] > first[label]; at--)
                places[at] = places[at - 1];
            places[at] = first[label];
        }
    memcpy(merged.digest, records->digest, sizeof merged.digest);
    merged.label = (uint16_t)best;
    merged.is_conflict = rivals > 1;
    merged.position = best == 0 ? first[0] : places[0];
    merged.other_position = rivals > 1 ? places[1] : 0;
    return merged;
}

/* All identifiers of a list. The caller frees. */
static struct merged *expect(const struct list *list, size_t *count, uint64_t removed[ELIG_KINDS_MAX])
{
    struct record *sorted = calloc(list->count + 1, sizeof *sorted);
    struct merged *all = calloc(list->count + 1, sizeof *all);
    size_t end;
    assert_non_null(sorted);
    assert_non_null(all);
    memcpy(sorted, list->records, list->count * sizeof *sorted);
    qsort(sorted, list->count, sizeof *sorted, compare_digests);
    memset(removed, 0, ELIG_KINDS_MAX * sizeof *removed);
    *count = 0;
    for (size_t i = 0; i < list->count; i = end) {
        for (end = i + 1; end < list->count && compare_digests(&sorted[i], &sorted[end]) == 0; end++)
            continue;
        if (is_removed(list, sorted[i].digest))
            removed[record_kind(&sorted[i])]++;
        else
            all[(*count)++] = judge(list, &sorted[i], end - i);
    }
    free(sorted);
    return all;
}

/* ---- The merge ---- */

static bool next(struct merge *merge, struct merged *identifier)
{
    bool has_identifier;
    assert_int_equal(merge_next(merge, identifier, &has_identifier), 0);
    return has_identifier;
}

static void assert_same_merged(const struct merged *a, const struct merged *b)
{
    assert_memory_equal(a->digest, b->digest, sizeof a->digest);
    assert_int_equal(a->label, b->label);
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->is_conflict, b->is_conflict);
    assert_true(a->position == b->position);
    assert_true(a->first_position == b->first_position);
    if (a->is_conflict)
        assert_true(a->other_position == b->other_position);
}

/* The identifiers of some partitions are those of expected from index *at on. */
static void assert_merges(struct record_source *source, const uint32_t *priority, unsigned first, unsigned end,
                          size_t bytes, const struct merged *expected, size_t *at,
                          uint64_t removed[ELIG_KINDS_MAX])
{
    struct merge *merge = merge_open(source, priority, first, end, bytes);
    struct merged identifier;
    assert_non_null(merge);
    while (next(merge, &identifier)) {
        if (source->spill != NULL) /* digest files hold an identifier once */
            assert_true(identifier.rows == expected[*at].rows);
        assert_same_merged(&identifier, &expected[(*at)++]);
    }
    assert_false(next(merge, &identifier));
    for (unsigned kind = 0; kind < ELIG_KINDS_MAX; kind++)
        removed[kind] += merge_left_out(merge)->removed[kind];
    merge_close(merge);
}

/* All of a source is what the model makes of the list: read at once, and in ranges of partitions. */
static void assert_source(struct record_source *source, const struct list *list, size_t bytes)
{
    uint64_t removed[ELIG_KINDS_MAX];
    size_t count;
    struct merged *expected = expect(list, &count, removed);
    for (unsigned step = SPILL_PARTITIONS; step >= 64; step /= 4) {
        uint64_t passed[ELIG_KINDS_MAX] = {0};
        size_t at = 0;
        for (unsigned partition = 0; partition < SPILL_PARTITIONS; partition += step)
            assert_merges(source, list->priority, partition, partition + step, bytes, expected, &at, passed);
        assert_int_equal(at, count);
        assert_memory_equal(passed, removed, sizeof removed);
    }
    free(expected);
}

/* ---- Ways of keeping records ---- */

static struct config two_kinds(void)
{
    struct config config = test_config();
    config.list.kind_count = 2;
    strcpy(config.list.kinds[1].name, "other");
    config.list.kinds[1].part_count = 1;
    config.list.kinds[1].parts[0].type = ELIG_TYPE_EXACT;
    return config;
}

/* A spill of all records of a list. */
static struct record_source spill_of(const struct list *list, unsigned writers, size_t bytes)
{
    size_t count = list->count + list->removed_count;
    struct record *all = calloc(count + 1, sizeof *all);
    assert_non_null(all);
    memcpy(all, list->records, list->count * sizeof *all);
    memcpy(all + list->count, list->removed, list->removed_count * sizeof *all);
    struct record_source source = {.spill = test_spill(all, count, writers, bytes)};
    free(all);
    return source;
}

/* An open digest file in a memory file, opened through its descriptor. */
static struct digest_file *set_of(const struct record *records, size_t count, struct label_table *labels,
                                  char *path)
{
    const struct config config = two_kinds();
    int file = memfd_create("set", MFD_CLOEXEC);
    assert_true(file >= 0);
    snprintf(path, TEST_PATH_MAX, "/proc/self/fd/%d", file);
    test_make_digest_file(&config, records, count, words, LABELS, path);
    struct digest_file *opened = test_open_digest_file(path, labels);
    assert_int_equal(close(file), 0);
    return opened;
}

struct sets {
    struct label_table *labels;
    struct digest_file *listed[SETS_MAX], *removed[2];
    char paths[SETS_MAX + 2][TEST_PATH_MAX];
};

/* The list's records in as many digest files as are asked for (the last ones of them in the last digest file),
 * and two of those to be removed, if there are any. Places are made to agree. */
static struct record_source sets_of(const struct list *list, unsigned count, struct sets *digest_files)
{
    struct record_source source = {.digest_files = digest_files->listed,
                                   .digest_file_count = count,
                                   .removed = digest_files->removed,
                                   .removed_count = 0};
    struct record *some = calloc(list->count + list->removed_count + 1, sizeof *some);
    assert_non_null(some);
    digest_files->labels = test_label_table(words, LABELS);
    for (size_t i = 0; i < list->count; i++)
        if (row_position_input(record_position(&list->records[i])) >= count)
            record_set_attributes(&list->records[i], record_label(&list->records[i]),
                                  record_kind(&list->records[i]), row_position(count - 1, 0));
    for (unsigned set = 0; set < count; set++) {
        size_t held = 0;
        for (size_t i = 0; i < list->count; i++)
            if (row_position_input(record_position(&list->records[i])) == set)
                some[held++] = list->records[i];
        digest_files->listed[set] = set_of(some, held, digest_files->labels, digest_files->paths[set]);
    }
    for (; list->removed_count > 0 && source.removed_count < LENGTH(digest_files->removed);
         source.removed_count++) {
        unsigned number = source.removed_count;
        size_t held = 0;
        for (size_t i = number; i < list->removed_count; i += LENGTH(digest_files->removed))
            some[held++] =
                listed_record(list->removed[i].digest, 1 + number, 1, 0); /* label and kind do not matter */
        digest_files->removed[number] =
            set_of(some, held, digest_files->labels, digest_files->paths[SETS_MAX + number]);
    }
    free(some);
    return source;
}

static void close_sets(struct record_source *source, struct sets *digest_files)
{
    for (unsigned i = 0; i < source->digest_file_count; i++)
        digest_file_close(source->digest_files[i]);
    for (unsigned i = 0; i < source->removed_count; i++)
        digest_file_close(source->removed[i]);
    label_table_free(digest_files->labels);
}

/* Each of these ways to store and load a list merges as the model says. Where programs are slow, by
 * TEST_STRIDE, every list goes some of the ways, the next list others. */
static void assert_all_ways(const struct list *list)
{
    static unsigned long way;
    unsigned long stride = 1 + test_stride() / 32;
    static const size_t memory[] = {0, 1 << 22};        /* of the spill */
    static const size_t bytes[] = {0, 200000, 1 << 24}; /* of a merge: many pieces, some pieces, one piece */
    struct sets digest_files;
    for (size_t i = 0; i < LENGTH(bytes); i++) {
        for (size_t j = 0; j < LENGTH(memory); j++) {
            if (way++ % stride != 0)
                continue;
            struct record_source source = spill_of(list, 1 + (unsigned)i, memory[j]);
            assert_source(&source, list, bytes[i]);
            spill_free(source.spill);
        }
        for (unsigned count = 1 + (unsigned)i; count <= SETS_MAX; count += 2) {
            if (way++ % stride != 0)
                continue;
            struct list copy = *list; /* whose places are to be those of this many sets */
            copy.records = calloc(list->count + 1, sizeof *copy.records);
            assert_non_null(copy.records);
            memcpy(copy.records, list->records, list->count * sizeof *copy.records);
            struct record_source source = sets_of(&copy, count, &digest_files);
            assert_source(&source, &copy, bytes[i]);
            assert_null(source.failed);
            close_sets(&source, &digest_files);
            free(copy.records);
        }
    }
}

static const uint32_t *some_priorities(void)
{
    static uint32_t priority[ELIG_LABELS_MAX + 1];
    memset(priority, 0xff, sizeof priority);
    priority[2] = 1;
    priority[4] = 0;
    return priority;
}

static void every_way_to_store_records_merges_alike(void **state)
{
    (void)state;
    struct list list = make_list(1, 20000, 3000, 0, 0, some_priorities());
    assert_all_ways(&list);
    free_list(&list);
}

static void every_way_merges_alike_without_priorities(void **state)
{
    (void)state;
    struct list list = make_list(2, 6000, 1500, 0, 0, NULL);
    assert_all_ways(&list);
    free_list(&list);
}

static void every_way_merges_alike_in_one_partition(void **state)
{
    (void)state;
    struct list list = make_list(3, 30000, 12000, 0, 1, some_priorities());
    assert_all_ways(&list);
    free_list(&list);
}

static void removed_identifiers_are_left_out_and_counted(void **state)
{
    (void)state;
    for (int in_one_partition = 0; in_one_partition <= 1; in_one_partition++) {
        struct list list = make_list(4, 9000, 2000, 700, in_one_partition, some_priorities());
        uint64_t removed[ELIG_KINDS_MAX];
        size_t count;
        struct merged *expected = expect(&list, &count, removed);
        assert_in_range(removed[0], 50, 350); /* both kinds, and only identifiers on both lists */
        assert_in_range(removed[1], 50, 350);
        free(expected);
        assert_all_ways(&list);
        free_list(&list);
    }
}

static void all_identifiers_may_be_removed(void **state)
{
    (void)state;
    struct list list = make_list(5, 2000, 500, 500, 0, NULL);
    for (size_t i = 0; i < 500; i++)
        list.removed[i] = removed_record(list.records[i].digest);
    assert_all_ways(&list);
    free_list(&list);
}

static void a_partition_of_nothing_but_duplicates_is_one_identifier(void **state)
{
    (void)state;
    struct list list = make_list(6, 20000, 1, 0, 0, some_priorities());
    for (size_t i = 0; i < list.count; i++)
        record_set_attributes(&list.records[i], 3, kind_of(list.records[0].digest),
                              row_position((unsigned)(i % SETS_MAX), 0));
    assert_all_ways(&list);
    free_list(&list);
}

static void an_identifier_with_thousands_of_records_stays_one(void **state)
{
    (void)state;
    struct list list = make_list(7, 30000, 8, 0, 1, some_priorities());
    assert_all_ways(&list);
    free_list(&list);
}

static void an_identifier_with_thousands_of_labels_stays_one(void **state)
{
    (void)state;
    enum { COUNT = 9000 };
    struct record *records = test_records(8, COUNT);
    for (size_t i = 0; i < COUNT; i++)
        records[i] = test_record(records[0].digest, (uint16_t)(COUNT - i), 100 + i);
    struct record_source source = {.spill = test_spill(records, COUNT, 2, 0)};
    for (unsigned again = 0; again < 2; again++) {
        struct merge *merge = merge_open(&source, NULL, 0, SPILL_PARTITIONS, 0);
        struct merged identifier;
        assert_non_null(merge);
        assert_true(next(merge, &identifier));
        assert_int_equal(identifier.label, 1);
        assert_int_equal(identifier.is_conflict, 1);
        assert_int_equal(identifier.position, 100);
        assert_int_equal(identifier.other_position, 101);
        assert_false(next(merge, &identifier));
        merge_close(merge);
    }
    spill_free(source.spill);
    free(records);
}

static void nothing_merges_to_nothing(void **state)
{
    (void)state;
    struct list list = make_list(9, 0, 0, 0, 0, NULL);
    assert_all_ways(&list);
    free_list(&list);
}

/* ---- Loading ---- */

static void pieces_of_a_partition_are_the_whole_in_order(void **state)
{
    (void)state;
    static const unsigned bits[] = {0, 1, 5, 10, 16};
    for (size_t i = 0; i < LENGTH(bits); i++) {
        unsigned sub_bits = bits[i];
        struct list list = make_list(10, sub_bits < 16 ? 5000 : 100, sub_bits < 16 ? 3000 : 60, 0, 1, NULL);
        struct record_source source = spill_of(&list, 2, 0);
        struct record_batch batch = {0}, whole = {0};
        size_t count = 0;
        for (unsigned sub = 0; sub >> sub_bits == 0; sub++) {
            assert_int_equal(
                record_source_load(&source, &(struct record_range){5, sub, sub_bits, 100000}, &batch), 0);
            whole.records = realloc(whole.records, (count + batch.count + 1) * sizeof *whole.records);
            assert_non_null(whole.records);
            if (batch.count > 0)
                memcpy(whole.records + count, batch.records, batch.count * sizeof *batch.records);
            count += batch.count;
            /* replaced only when it was loaded whole: other threads may be reading it */
            assert_int_equal(spill_is_sorted(source.spill, 5), sub_bits == 0);
        }
        assert_int_equal(record_source_load(&source, &(struct record_range){5, 0, 0, 0}, &batch), 0);
        assert_int_equal(batch.count, count);
        assert_memory_equal(batch.records, whole.records, count * sizeof *batch.records);
        assert_int_equal(record_source_partition_records(&source, 5), count);
        record_batch_free(&batch);
        record_batch_free(&whole);
        spill_free(source.spill);
        free_list(&list);
    }
}

static void duplicates_make_room_before_a_batch_grows(void **state)
{
    (void)state;
    enum { ROOM = 4 * SPILL_CHUNK_RECORDS_MAX, IDENTIFIERS = 250 };
    struct list list = make_list(11, 100000, IDENTIFIERS, 0, 1, NULL);
    struct record_source source = spill_of(&list, 1, 0);
    struct record_batch batch = {0};
    assert_int_equal(record_source_load(&source, &(struct record_range){5, 0, 0, ROOM}, &batch), 0);
    assert_in_range(batch.count, IDENTIFIERS, IDENTIFIERS * 2 * (LABELS + 1));
    assert_in_range(batch.capacity, ROOM, ROOM);
    record_batch_free(&batch);
    spill_free(source.spill);
    free_list(&list);
}

/* ---- Labels ---- */

/* What a merge makes of one identifier's records, each in a chunk of its own. */
static struct merged decide(const struct record *records, size_t count, const uint32_t *priority)
{
    struct record_source source = {.spill = test_spill(records, count, (unsigned)count, 0)};
    struct merge *merge = merge_open(&source, priority, 0, SPILL_PARTITIONS, 0);
    struct merged one, none;
    assert_non_null(merge);
    assert_true(next(merge, &one));
    assert_false(next(merge, &none));
    merge_close(merge);
    spill_free(source.spill);
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
    assert_int_equal(one.position, 7);
    assert_int_equal(one.is_conflict, 0);
}

static void two_labels_without_priority_are_a_conflict_with_both_places(void **state)
{
    (void)state;
    const uint8_t digest[ELIG_DIGEST_BYTES] = {1};
    const struct record records[] = {test_record(digest, 6, 3), test_record(digest, 5, 9),
                                     test_record(digest, 6, 2)};
    struct merged one = decide(records, LENGTH(records), NULL);
    assert_int_equal(one.is_conflict, 1);
    assert_int_equal(one.label, 5);
    assert_int_equal(one.position, 2);
    assert_int_equal(one.other_position, 9);
    assert_int_equal(one.other_label, 6);
}

static void of_three_labels_in_conflict_the_first_two_places_are_kept(void **state)
{
    (void)state;
    const uint8_t digest[ELIG_DIGEST_BYTES] = {1};
    static const uint64_t places[][3] = {{1, 2, 3}, {1, 3, 2}, {2, 1, 3}, {2, 3, 1}, {3, 1, 2}, {3, 2, 1}};
    for (size_t i = 0; i < LENGTH(places); i++) {
        const struct record records[] = {test_record(digest, 1, places[i][0]),
                                         test_record(digest, 2, places[i][1]),
                                         test_record(digest, 3, places[i][2])};
        struct merged one = decide(records, LENGTH(records), NULL);
        assert_int_equal(one.is_conflict, 1);
        assert_int_equal(one.position, 1);
        assert_int_equal(one.other_position, 2);
    }
}

static void the_lowest_priority_wins_in_any_order_of_labels(void **state)
{
    (void)state;
    static uint32_t priority[ELIG_LABELS_MAX + 1];
    const uint8_t digest[ELIG_DIGEST_BYTES] = {1};
    static const uint32_t priorities[][3] = {{0, 1, 2},
                                             {2, 1, 0},
                                             {1, 0, 2},
                                             {1, 2, 0},
                                             {0, MERGE_NO_PRIORITY, MERGE_NO_PRIORITY},
                                             {MERGE_NO_PRIORITY, 0, MERGE_NO_PRIORITY},
                                             {MERGE_NO_PRIORITY, MERGE_NO_PRIORITY, 0}};
    const struct record records[] = {test_record(digest, 3, 1), test_record(digest, 1, 2),
                                     test_record(digest, 2, 3)};
    for (size_t i = 0; i < LENGTH(priorities); i++) {
        uint16_t winner = 1;
        memset(priority, 0xff, sizeof priority);
        for (uint16_t label = 1; label <= 3; label++) {
            priority[label] = priorities[i][label - 1];
            if (priority[label] < priority[winner])
                winner = label;
        }
        struct merged one = decide(records, LENGTH(records), priority);
        assert_int_equal(one.label, winner);
        assert_int_equal(one.is_conflict, 0);
        assert_int_equal(one.position, winner == 3 ? 1 : winner + 1);
    }
}

/* ---- Repeats ---- */

/* Counts a list on two threads. */
static struct record_counts count_list(struct record_source *source, uint64_t rows_max, uint64_t rows_warned,
                                       struct rejects *rejects)
{
    struct record_counts totals;
    const struct record_rules rules = {
        .has_labels = true, .accepts_conflicts = true, .rows_max = rows_max, .rows_warned = rows_warned};
    assert_int_equal(record_counts_make(&totals, source, &rules, 2, 0, NULL, rejects), 0);
    return totals;
}

/* Identifier i of COUNT stands in i + 1 rows, the first of them at position 1000 * (i + 1), of labels in turn.
 */
enum { REPEATED = 60 };
static struct record_source repeated_source(void)
{
    struct record *digests = test_records(21, REPEATED);
    struct record *records = calloc((size_t)REPEATED * REPEATED, sizeof *records);
    size_t count = 0;
    assert_non_null(records);
    for (unsigned i = 0; i < REPEATED; i++)
        for (unsigned row = 0; row <= i; row++) {
            memcpy(records[count].digest, digests[i].digest, ELIG_DIGEST_BYTES);
            record_set_attributes(&records[count++], (uint16_t)((row + 1) % 3), i % 2, 1000 * (i + 1) + row);
        }
    struct record_source source = {.spill = test_spill(records, count, 2, 0)};
    free(records);
    free(digests);
    return source;
}

static void the_identifiers_of_most_rows_are_named_by_their_first_rows(void **state)
{
    (void)state;
    struct record_source source = repeated_source();
    struct rejects rejects = {0};
    for (unsigned again = 0; again < 2; again++) { /* sorted as it was read, and sorted */
        struct record_counts totals = count_list(&source, 57, 50, &rejects);
        assert_int_equal(totals.first_identifier[SPILL_PARTITIONS], REPEATED);
        assert_int_equal(totals.warned_about, REPEATED - 50);
        assert_int_equal(totals.most.count, REPEATS_KEPT_MAX);
        for (unsigned i = 0; i < REPEATS_KEPT_MAX; i++) {
            const struct repeat *repeat = &totals.most.most[i];
            assert_int_equal(repeat->rows, REPEATED - i);
            assert_int_equal(repeat->position, 1000 * (REPEATED - i));
            assert_int_equal(repeat->kind, (REPEATED - i - 1) % 2);
            assert_false(repeat->is_dropped);
        }
        record_counts_free(&totals);
        rejects_sort(&rejects);
        assert_int_equal(rejects.count, 3); /* 58, 59 and 60 rows */
        for (unsigned i = 0; i < 3; i++) {
            assert_int_equal(rejects.entries[i].position, 1000 * (58 + i));
            assert_int_equal(rejects.entries[i].reason, REJECT_REPEATED);
        }
        assert_int_equal(rejects_skippable(&rejects), 0);
        rejects_free(&rejects);
    }
    spill_free(source.spill);
}

static void identifiers_of_too_many_rows_are_left_out_everywhere(void **state)
{
    (void)state;
    struct record_source source = repeated_source();
    struct rejects rejects = {0};
    source.rows_max = 40;
    struct record_counts totals = count_list(&source, 0, 39, &rejects);
    assert_int_equal(totals.first_identifier[SPILL_PARTITIONS], 40);
    assert_int_equal(totals.of_kind[0] + totals.of_kind[1], 40);
    assert_int_equal(totals.left_out.dropped[0], 10);
    assert_int_equal(totals.left_out.dropped[1], 10);
    assert_int_equal(totals.left_out.dropped_rows[0] + totals.left_out.dropped_rows[1], 20 * 101 / 2);
    assert_int_equal(totals.warned_about, 1); /* who is left out is not listed */
    for (unsigned i = 0; i < REPEATS_KEPT_MAX; i++)
        assert_true(totals.most.most[i].is_dropped && totals.most.most[i].rows == REPEATED - i);
    record_counts_free(&totals);
    assert_int_equal(rejects.count, 0);
    struct merge *merge = merge_open(&source, NULL, 0, SPILL_PARTITIONS, 0);
    struct merged identifier;
    unsigned count = 0;
    assert_non_null(merge);
    for (; next(merge, &identifier); count++)
        assert_in_range(identifier.rows, 1, 40);
    assert_int_equal(count, 40);
    merge_close(merge);
    spill_free(source.spill);
}

static void without_repeats_there_are_none(void **state)
{
    (void)state;
    struct record *records = test_records(22, 500);
    struct record_source source = {.spill = test_spill(records, 500, 1, 0)};
    struct record_counts totals = count_list(&source, 1, 1, NULL);
    assert_int_equal(totals.most.count, 0);
    assert_int_equal(totals.warned_about, 0);
    record_counts_free(&totals);
    spill_free(source.spill);
    free(records);
}

static void repeats_come_by_rows_and_then_by_position(void **state)
{
    (void)state;
    struct repeats repeats = {.count = 0}, more = {.count = 0};
    for (unsigned i = 0; i < 40; i++) {
        repeats_add(&repeats, (struct repeat){.rows = i % 20, .position = i});
        repeats_add(&more, (struct repeat){.rows = 1, .position = i});
    }
    assert_int_equal(more.count, 0);
    repeats_add(&more, (struct repeat){.rows = 18, .position = 20});
    repeats_add(&more, (struct repeat){.rows = 2, .position = 0});
    repeats_join(&repeats, &more);
    static const uint64_t rows[] = {19, 19, 18, 18, 18, 17, 17, 16, 16, 15};
    static const uint64_t positions[] = {19, 39, 18, 20, 38, 17, 37, 16, 36, 15};
    assert_int_equal(repeats.count, LENGTH(rows));
    for (unsigned i = 0; i < repeats.count; i++) {
        assert_int_equal(repeats.most[i].rows, rows[i]);
        assert_int_equal(repeats.most[i].position, positions[i]);
    }
}

static void identifiers_that_are_listed_and_absent_are_found(void **state)
{
    (void)state;
    enum { COUNT = 3000 };
    struct record *records = test_records(23, 2 * COUNT);
    for (size_t i = 0; i < 2 * COUNT; i++)
        records[i] = test_record(records[i].digest, 0, i + 1);
    struct record_source listed = {.spill = test_spill(records, COUNT + 3, 1, 0)};
    struct record_source absent = {.spill = test_spill(records + COUNT, COUNT, 1, 0)};
    struct rejects rejects = {0};
    assert_int_equal(record_counts_reject_common(&listed, &absent, 0, &rejects), 0);
    rejects_sort(&rejects);
    assert_int_equal(rejects.count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(rejects.entries[i].position, COUNT + i + 1);
        assert_int_equal(rejects.entries[i].reason, REJECT_ABSENT_LISTED);
    }
    rejects_free(&rejects);
    spill_free(listed.spill);
    spill_free(absent.spill);
    free(records);
}

/* ---- Several threads ---- */

struct reader {
    pthread_t thread;
    struct record_source *source;
    unsigned first;
    uint64_t sum; /* over all identifiers from that partition on */
    int is_good;
};

static void *read_on(void *argument)
{
    struct reader *reader = argument;
    struct merge *merge = merge_open(reader->source, NULL, reader->first, SPILL_PARTITIONS, 0);
    struct merged identifier;
    bool has_identifier;
    int error = ELIG_E_MEMORY;
    while (merge != NULL && (error = merge_next(merge, &identifier, &has_identifier)) == 0 && has_identifier)
        reader->sum = reader->sum * 31 + bytes_get_be64(identifier.digest + 8) + identifier.label;
    merge_close(merge);
    reader->is_good = error == 0;
    return NULL;
}

/* As when leaves are written: threads begin at different partitions and read into those of others. */
static void assert_threads_agree(struct record_source *source)
{
    enum { THREADS = 4 };
    for (unsigned round = 0; round < 2; round++) {
        struct reader readers[THREADS];
        uint64_t sum = 0;
        for (unsigned i = 0; i < THREADS; i++) {
            readers[i] = (struct reader){.source = source, .first = i / 2 * 4};
            assert_int_equal(pthread_create(&readers[i].thread, NULL, read_on, &readers[i]), 0);
        }
        for (unsigned i = 0; i < THREADS; i++) {
            assert_int_equal(pthread_join(readers[i].thread, NULL), 0);
            assert_int_equal(readers[i].is_good, 1);
            if (i % 2 == 0)
                sum = readers[i].sum;
            assert_true(readers[i].sum == sum);
        }
    }
}

static void threads_that_read_one_source_at_once_agree(void **state)
{
    (void)state;
    struct sets digest_files;
    for (int in_one_partition = 0; in_one_partition <= 1; in_one_partition++) {
        /* in one partition: too many records to be sorted at once */
        struct list list = make_list(12, 20000, 9000, 100, in_one_partition, NULL);
        struct record_source source = spill_of(&list, 2, 0);
        struct record_counts totals;
        assert_int_equal(
            record_counts_make(&totals, &source, &(struct record_rules){.has_labels = true}, 3, 0, NULL, NULL),
            0);
        assert_int_equal(spill_is_sorted(source.spill, 5), !in_one_partition);
        record_counts_free(&totals);
        assert_threads_agree(&source);
        spill_free(source.spill);

        source = sets_of(&list, 3, &digest_files);
        assert_threads_agree(&source);
        assert_null(source.failed);
        close_sets(&source, &digest_files);
        free_list(&list);
    }
}

/* ---- Failures ---- */

static void a_digest_file_that_cannot_be_read_is_named(void **state)
{
    (void)state;
    struct list list = make_list(13, 3000, 1000, 0, 0, NULL);
    struct config config = two_kinds();
    const char *good = test_path("good"), *bad = test_path("bad");
    test_make_digest_file(&config, list.records, list.count, words, LABELS, good);
    test_make_digest_file(&config, list.records, list.count, words, LABELS, bad);
    struct label_table *labels = test_label_table(words, LABELS);
    struct digest_file *digest_files[] = {test_open_digest_file(good, labels),
                                          test_open_digest_file(bad, labels)};
    struct stat status;
    assert_int_equal(stat(bad, &status), 0);
    assert_int_equal(truncate(bad, status.st_size - 1), 0);
    for (int removed = 0; removed <= 1; removed++) {
        struct record_source source = {.digest_files = digest_files,
                                       .digest_file_count = removed ? 1 : 2,
                                       .removed = digest_files + 1,
                                       .removed_count = (unsigned)removed};
        struct merge *merge = merge_open(&source, NULL, 0, SPILL_PARTITIONS, 0);
        struct merged identifier;
        bool has_identifier;
        int error;
        assert_non_null(merge);
        while ((error = merge_next(merge, &identifier, &has_identifier)) == 0 && has_identifier)
            continue;
        assert_int_equal(error, DIGEST_FILE_E_LENGTH);
        assert_ptr_equal(source.failed, digest_files[1]);
        assert_int_equal(source.failed_error, DIGEST_FILE_E_LENGTH);
        merge_close(merge);
    }
    digest_file_close(digest_files[0]);
    digest_file_close(digest_files[1]);
    label_table_free(labels);
    free_list(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_way_to_store_records_merges_alike),
        cmocka_unit_test(every_way_merges_alike_without_priorities),
        cmocka_unit_test(every_way_merges_alike_in_one_partition),
        cmocka_unit_test(removed_identifiers_are_left_out_and_counted),
        cmocka_unit_test(all_identifiers_may_be_removed),
        cmocka_unit_test(a_partition_of_nothing_but_duplicates_is_one_identifier),
        cmocka_unit_test(an_identifier_with_thousands_of_records_stays_one),
        cmocka_unit_test(an_identifier_with_thousands_of_labels_stays_one),
        cmocka_unit_test(nothing_merges_to_nothing),
        cmocka_unit_test(pieces_of_a_partition_are_the_whole_in_order),
        cmocka_unit_test(duplicates_make_room_before_a_batch_grows),
        cmocka_unit_test(a_label_wins_over_none),
        cmocka_unit_test(two_labels_without_priority_are_a_conflict_with_both_places),
        cmocka_unit_test(of_three_labels_in_conflict_the_first_two_places_are_kept),
        cmocka_unit_test(the_lowest_priority_wins_in_any_order_of_labels),
        cmocka_unit_test(the_identifiers_of_most_rows_are_named_by_their_first_rows),
        cmocka_unit_test(identifiers_of_too_many_rows_are_left_out_everywhere),
        cmocka_unit_test(without_repeats_there_are_none),
        cmocka_unit_test(repeats_come_by_rows_and_then_by_position),
        cmocka_unit_test(identifiers_that_are_listed_and_absent_are_found),
        cmocka_unit_test(threads_that_read_one_source_at_once_agree),
        cmocka_unit_test(a_digest_file_that_cannot_be_read_is_named),
    };
    return cmocka_run_group_tests_name("merge", tests, test_folder_make, test_folder_remove);
}
