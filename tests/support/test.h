/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test.h - what the test programs share: cmocka, reproducible random numbers, a temporary folder, files,
 * indexes made by the builder's own modules, and forging, which is changing a file and making its hashes right
 * again.
 *
 * All data is made up. Each program has a folder of its own, test_folder_make() to test_folder_remove(), which
 * are a group's setup and teardown. Everything here asserts that it worked.
 */
#ifndef ELIG_TEST_H
#define ELIG_TEST_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "include/elig.h"
#include "include/elig_format.h"

#include "builder/config.h"
#include "builder/digestfile/digest_file_writer.h"
#include "builder/index/index_writer.h"
#include "builder/pipeline.h"
#include "builder/records/label_table.h"
#include "builder/records/record_counts.h"
#include "lib/elig/bytes.h"
#include "lib/elig/digest/digest.h"
#include "lib/elig/index/header.h"
#include "lib/elig/index/leaf.h"
#include "lib/util/keyfile.h"
#include "lib/util/message.h"

/* A sanitizer brings an allocator of its own, which tests that make memory be wanting cannot take the place of.
 */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define TEST_HAS_OWN_MALLOC
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define TEST_HAS_OWN_MALLOC
#endif

#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* ---- Random numbers ---- */

/* splitmix64 (Steele, Lea, Flood 2014); any state is a good start. */
static inline uint64_t test_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static inline size_t test_below(uint64_t *state, size_t limit)
{
    return (size_t)(test_random(state) % limit);
}

static inline void test_random_bytes(uint64_t *state, uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        bytes[i] = (uint8_t)test_random(state);
}

/* ---- The folder ---- */

#define TEST_PATH_MAX 512

static inline char *test_folder(void)
{
    static char folder[TEST_PATH_MAX];
    return folder;
}

static inline int test_folder_make(void **state)
{
    (void)state;
    const char *parent = getenv("TMPDIR");
    snprintf(test_folder(), TEST_PATH_MAX, "%s/elig-test-XXXXXX", parent != NULL ? parent : "/tmp");
    return mkdtemp(test_folder()) != NULL ? 0 : -1;
}

static inline int test_remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

static inline int test_folder_remove(void **state)
{
    (void)state;
    return nftw(test_folder(), test_remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

/* A path in the folder; good until as many more were asked for. */
static inline const char *test_path(const char *name)
{
    static char paths[16][TEST_PATH_MAX];
    static unsigned next;
    char *path = paths[next++ % LENGTH(paths)];
    assert_true(snprintf(path, TEST_PATH_MAX, "%s/%s", test_folder(), name) < TEST_PATH_MAX);
    return path;
}

static inline unsigned test_entries_in(const char *path)
{
    unsigned entries = 0;
    DIR *folder = opendir(path);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        entries += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(folder);
    return entries;
}

/* ---- Files ---- */

struct test_file {
    uint8_t *bytes;
    size_t length;
};

static inline void test_write_bytes(const char *path, const void *bytes, size_t length)
{
    FILE *stream = fopen(path, "wb");
    assert_non_null(stream);
    assert_int_equal(fwrite(bytes, 1, length, stream), length);
    assert_int_equal(fclose(stream), 0);
}

static inline void test_write_text(const char *path, const char *text)
{
    test_write_bytes(path, text, strlen(text));
}

static inline struct test_file test_read_file(const char *path)
{
    struct stat status;
    FILE *stream = fopen(path, "rb");
    if (stream == NULL)
        fail_msg("cannot open %s (are the tests run from the project's folder?)", path);
    assert_int_equal(fstat(fileno(stream), &status), 0);
    struct test_file file = {malloc((size_t)status.st_size + 1), (size_t)status.st_size};
    assert_non_null(file.bytes);
    assert_int_equal(fread(file.bytes, 1, file.length, stream), file.length);
    file.bytes[file.length] = '\0';
    fclose(stream);
    return file;
}

static inline struct test_file test_copy(const struct test_file *file)
{
    struct test_file copy = {malloc(file->length + 1), file->length};
    assert_non_null(copy.bytes);
    memcpy(copy.bytes, file->bytes, file->length);
    return copy;
}

static inline void test_file_free(struct test_file *file)
{
    free(file->bytes);
    *file = (struct test_file){NULL, 0};
}

static inline void assert_same_files(const char *one, const char *other)
{
    struct test_file a = test_read_file(one), b = test_read_file(other);
    assert_int_equal(a.length, b.length);
    assert_memory_equal(a.bytes, b.bytes, a.length);
    test_file_free(&a);
    test_file_free(&b);
}

/* ---- Indexes ---- */

static inline const uint8_t *test_salt(void)
{
    return (const uint8_t *)"sixteen bytes of";
}

static inline uint8_t *test_secret(void)
{
    static uint8_t secret[ELIG_SECRET_BYTES];
    for (unsigned i = 0; i < sizeof secret; i++)
        secret[i] = (uint8_t)(7 * i + 1);
    return secret;
}

/* A recipe for one kind, "id", of type exact, in a column of that name; nothing optional. */
static inline struct config test_recipe(void)
{
    static char column[] = "id";
    static char tmpdir[TEST_PATH_MAX];
    struct config config = {
        .list = {.kind_count = 1,
                 .kinds = {{.name = "id", .part_count = 1, .parts = {{.type = ELIG_TYPE_EXACT}}}},
                 .columns = {{column}},
                 .delimiter = ',',
                 .has_header = 1,
                 .is_quiet = 1},
        .label_minimum = 1,
        .rate_bits = 32,
        .campaign = "",
        .secret = test_secret(),
        .parts = 1,
        .tmpdir = tmpdir,
        .memory = UINT64_C(64) << 20,
        .threads = 1};
    strcpy(tmpdir, test_folder());
    memcpy(config.profile.salt, test_salt(), ELIG_SALT_BYTES);
    config.profile.id = ELIG_PROFILE_KEYED;
    digest_key_check(config.secret, config.profile.salt, config.profile.key_check);
    return config;
}

/* Compiles a text of CSV to path. Returns the exit code. */
static inline int test_compile(const struct config *given, const char *csv, const char *path)
{
    struct config config = *given;
    const char *input = test_path("input.csv");
    test_write_text(input, csv);
    config.inputs = &input;
    config.input_count = 1;
    config.output = path;
    return pipeline_run(&config);
}

/* An index of digests that a test chose itself, without CSV. All records are of kind 0. */
struct test_list {
    const struct record *records;
    size_t count;
    const uint8_t (*absent)[ELIG_DIGEST_BYTES];
    size_t absent_count;
    const char *const *words; /* of labels 1, 2, ... */
    unsigned word_count;
    unsigned fingerprint_bits; /* 0: 32 */
    unsigned threads;          /* 0: 1 */
    size_t store_bytes;        /* memory of the store; 0: as little as there can be */
};

static inline struct record test_record(const uint8_t *digest, uint16_t label, uint64_t place)
{
    struct record record;
    memcpy(record.digest, digest, sizeof record.digest);
    record_set_note(&record, label, 0, place);
    return record;
}

/* Labels numbered 1, 2, ... as the words come. */
static inline struct label_table *test_labels(const char *const *words, unsigned word_count)
{
    struct label_table *labels = label_table_new();
    assert_non_null(labels);
    for (unsigned i = 0; i < word_count; i++)
        assert_int_equal(label_table_intern(labels, words[i], strlen(words[i])), i + 1);
    return labels;
}

/* A store of records, dealt out among writers. */
static inline struct spill *test_store(const struct record *records, size_t count, unsigned writers,
                                       size_t bytes)
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
        assert_int_equal(spill_add(writer[i % writers], &records[i], 1), 1);
    for (unsigned i = 0; i < writers; i++)
        spill_writer_close(writer[i]);
    return store;
}

/* Puts all parts of a store in order, so that any thread may load any part of it. */
static inline void test_settle(struct record_source *source)
{
    struct record_batch batch = {0};
    for (unsigned part = 0; part < SPILL_PARTITIONS; part++)
        assert_int_equal(record_source_load(source, part, 0, 0, SPILL_CHUNK_RECORDS_MAX, &batch), 1);
    record_batch_free(&batch);
}

static inline enum index_writer_result test_assemble(const struct test_list *list, int file, const char *path)
{
    static uint32_t rank[ELIG_LABELS_MAX + 1];
    struct config config = test_recipe();
    struct rejects rejects = {0}, absent_rejects = {0};
    struct record_counts totals;
    config.threads = list->threads > 0 ? list->threads : 1;
    config.rate_bits = list->fingerprint_bits > 0 ? list->fingerprint_bits : 32;
    memset(rank, 0xff, sizeof rank); /* MERGE_UNRANKED */

    struct label_table *labels = test_labels(list->words, list->word_count);
    struct record_source listed = {
        .store = test_store(list->records, list->count, config.threads, list->store_bytes)};
    struct record_source absent = {.store = NULL};
    if (list->absent_count > 0) {
        struct record *records = calloc(list->absent_count, sizeof *records);
        assert_non_null(records);
        for (size_t i = 0; i < list->absent_count; i++)
            records[i] = test_record(list->absent[i], 0, i + 1);
        absent.store = test_store(records, list->absent_count, 1, 0);
        test_settle(&absent);
        free(records);
    }
    assert_int_equal(
        record_counts_make(&totals, &config, &listed, rank, list->word_count > 0, 1 << 20, NULL, &rejects), 1);
    assert_int_equal(rejects.count, 0);
    struct index_writer writer = {.config = &config,
                                  .listed = &listed,
                                  .absent = absent.store != NULL ? &absent : NULL,
                                  .rank = rank,
                                  .labels = labels,
                                  .totals = &totals,
                                  .bytes = 1 << 20};
    enum index_writer_result result = index_writer_write(&writer, file, &absent_rejects);
    int error;
    if (result == INDEX_WRITER_DONE)
        assert_int_equal(index_writer_verify(&writer, path, &error), 1);
    index_writer_free(&writer);
    record_counts_free(&totals);
    rejects_free(&rejects);
    rejects_free(&absent_rejects);
    spill_free(listed.store);
    spill_free(absent.store);
    label_table_free(labels);
    return result;
}

static inline void test_build(const struct test_list *list, const char *path)
{
    int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    assert_true(file >= 0);
    assert_int_equal(test_assemble(list, file, path), INDEX_WRITER_DONE);
    assert_int_equal(close(file), 0);
}

/* A set of records that a test chose itself, with the terms of a recipe; label 1 is the first word. */
static inline void test_make_set(const struct config *config, const struct record *records, size_t count,
                                 const char *const *words, unsigned word_count, const char *path)
{
    struct label_table *labels = test_labels(words, word_count);
    struct record_source source = {.store = test_store(records, count, config->threads, 0)};
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

static inline struct digest_file *test_open_set(const char *path, struct label_table *labels)
{
    struct digest_file *set;
    assert_int_equal(digest_file_open(path, &set), DIGEST_FILE_GOOD);
    assert_non_null(set);
    assert_int_equal(digest_file_number_labels(set, labels), 1);
    return set;
}

/* count records of random digests without labels; to be freed. */
static inline struct record *test_records(uint64_t seed, size_t count)
{
    struct record *records = calloc(count + 1, sizeof *records);
    uint8_t digest[ELIG_DIGEST_BYTES];
    assert_non_null(records);
    for (size_t i = 0; i < count; i++) {
        test_random_bytes(&seed, digest, sizeof digest);
        records[i] = test_record(digest, 0, i + 1);
    }
    return records;
}

static inline uint8_t (*test_digests(uint64_t seed, size_t count))[ELIG_DIGEST_BYTES]
{
    uint8_t(*digests)[ELIG_DIGEST_BYTES] = calloc(count + 1, sizeof *digests);
    assert_non_null(digests);
    test_random_bytes(&seed, digests[0], count * sizeof *digests);
    return digests;
}

/* ---- Opening and asking ---- */

static inline int test_open_error(const char *path, enum elig_check check, const uint8_t *secret)
{
    const struct elig_options options = {.check = check, .secret = secret};
    struct elig *index = (struct elig *)&options; /* anything but NULL */
    int error = elig_open(path, &options, &index);
    if (error == 0)
        elig_close(index);
    else
        assert_null(index);
    return error;
}

static inline struct elig *test_open(const char *path, enum elig_check check)
{
    const struct elig_options options = {.check = check, .secret = test_secret()};
    struct elig *index = NULL;
    assert_int_equal(elig_open(path, &options, &index), 0);
    assert_non_null(index);
    return index;
}

static inline struct elig_answer test_find(const struct elig *index, const uint8_t *digest)
{
    struct elig_answer answer;
    int error = elig_find(index, (const uint8_t(*)[ELIG_DIGEST_BYTES])digest, 1, &answer);
    assert_int_equal(error, answer.verdict < 0 ? answer.verdict : 0);
    return answer;
}

static inline int test_ask(const struct elig *index, const char *kind, const char *identifier,
                           struct elig_answer *answer)
{
    const struct elig_text text = {identifier, strlen(identifier)};
    int number = elig_kind(index, kind);
    assert_true(number >= 0);
    int verdict = elig_lookup(index, (unsigned)number, &text, 1, answer);
    assert_int_equal(verdict, answer->verdict);
    return verdict;
}

static inline void assert_same_label(const char *label, const char *expected)
{
    if (expected == NULL)
        assert_null(label);
    else {
        assert_non_null(label);
        assert_string_equal(label, expected);
    }
}

static inline void assert_listed(const struct elig *index, const char *kind, const char *identifier,
                                 const char *label)
{
    struct elig_answer answer;
    assert_int_equal(test_ask(index, kind, identifier, &answer), ELIG_ELIGIBLE);
    assert_same_label(answer.label, label);
}

static inline void assert_not_listed(const struct elig *index, const char *kind, const char *identifier)
{
    struct elig_answer answer;
    assert_int_equal(test_ask(index, kind, identifier, &answer), ELIG_NOT_LISTED);
    assert_null(answer.label);
}

/* ---- Forging ---- */

/* Makes the header's own hash right. */
static inline void test_seal_header(uint8_t *page)
{
    static const uint8_t no_salt[ELIG_SALT_BYTES];
    digest_bytes(ELIG_DOMAIN_HEADER, no_salt, page, ELIG_AT_HEADER_HASH, page + ELIG_AT_HEADER_HASH);
}

/* Makes every hash right: dictionary, pages from the leaves up, header. The header's fields must be good. */
static inline void test_seal(struct test_file *file)
{
    struct header header;
    test_seal_header(file->bytes);
    assert_int_equal(header_read(&header, file->bytes, NULL), 0);
    assert_int_equal(header.tree.pages * ELIG_PAGE_BYTES, file->length);
    if (header.dictionary_bytes > 0)
        digest_bytes(ELIG_DOMAIN_DICTIONARY, header.profile.salt, file->bytes + ELIG_PAGE_BYTES,
                     header_dictionary_pages(header.dictionary_bytes) * ELIG_PAGE_BYTES,
                     file->bytes + ELIG_AT_DICTIONARY_HASH);
    for (unsigned level = 0; level <= header.tree.levels; level++)
        for (uint64_t i = 0; i < header.tree.count[level]; i++) {
            uint64_t number = header.tree.first_page[level] + i;
            uint8_t *entry = file->bytes + ELIG_AT_ROOT;
            if (level < header.tree.levels)
                entry = file->bytes + (header.tree.first_page[level + 1] + i / ELIG_FANOUT) * ELIG_PAGE_BYTES +
                        i % ELIG_FANOUT * ELIG_ENTRY_BYTES;
            digest_page(header.profile.salt, number, file->bytes + number * ELIG_PAGE_BYTES,
                        entry + ELIG_ENTRY_AT_TAG);
        }
    test_seal_header(file->bytes);
}

/* An index of count digests, sorted and of different separators, that a test chose itself: one slot a leaf, so
 * that the digests are the separators, every hash right. Fingerprints have 56 bits. */
static inline struct test_file test_forge(const uint8_t (*digests)[ELIG_DIGEST_BYTES], size_t count)
{
    struct header header = {
        .leaf = {.slots = 1, .buckets = 1, .fingerprint_bits = 56},
        .identifiers = count,
        .kind_count = 1,
        .kinds = {{.name = "id", .part_count = 1, .parts = {{.type = ELIG_TYPE_EXACT}}, .identifiers = count}}};
    memcpy(header.profile.salt, test_salt(), sizeof header.profile.salt);
    header.profile.id = ELIG_PROFILE_KEYED;
    digest_key_check(test_secret(), header.profile.salt, header.profile.key_check);
    assert_int_equal(tree_shape_make(&header.tree, 1, count), 1);
    struct test_file file = {calloc(header.tree.pages, ELIG_PAGE_BYTES), header.tree.pages * ELIG_PAGE_BYTES};
    assert_non_null(file.bytes);
    if (count > 0)
        memcpy(header.root, digests[0], ELIG_SEPARATOR_BYTES);
    header_write(&header, file.bytes);
    size_t below = 1; /* leaves under one entry of the level */
    for (unsigned level = 0; level <= header.tree.levels; level++, below *= ELIG_FANOUT)
        for (size_t i = 0; i < header.tree.count[level]; i++) {
            uint8_t *page = file.bytes + (header.tree.first_page[level] + i) * ELIG_PAGE_BYTES;
            if (level == 0)
                leaf_put_bits(page, 0, 56, leaf_fingerprint(&header.leaf, digests[i]));
            for (size_t j = 0; level > 0 && j < tree_entries(&header.tree, level, i); j++)
                memcpy(page + j * ELIG_ENTRY_BYTES, digests[(i * ELIG_FANOUT + j) * below / ELIG_FANOUT],
                       ELIG_SEPARATOR_BYTES);
        }
    test_seal(&file);
    return file;
}

#endif
