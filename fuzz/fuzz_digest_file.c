/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_digest_file.c - reads arbitrary files as digest files: a file is refused, or each reading of it gives
 * records as a builder writes them, which merge in order. A changed file whose hashes were not recomputed is
 * refused, or has the records of the unchanged one.
 *
 * The first byte of the input: bits 0-1 select the file that is changed (a digest file without records, with a
 * few records and no labels, with some hundred records and labels; 3: the rest of the input is the file
 * itself); bit 2: the hashes of header, dictionary and partition table are recomputed afterwards, so that the
 * data they cover is read; bit 3: the file gets another length, which follows as two bytes; bit 4: the hashes
 * of the partitions are recomputed, too. The rest are changes, each an offset of two bytes and a value.
 */
#include "builder/digest_file/digest_file_format.h"
#include "builder/digest_file/digest_file_writer.h"
#include "builder/merge/record_counts.h"
#include "fuzz/fuzz_file.h"
#include "lib/elig/digest/digest.h"
#include "lib/elig/index/header.h"

#define FLAG_SEAL_PARTS 16u

#define RECORDS_MAX 300

static const char *const words[] = {"bronze", "gold", "silver"};
#define LABELS (sizeof words / sizeof *words)

static struct digest_file_parameters honest;

/* ---- The bases ---- */

static struct label_table *make_labels(size_t count)
{
    struct label_table *labels = label_table_new();
    require(labels != NULL);
    for (size_t i = 0; i < count; i++) {
        uint16_t number;
        require(label_table_intern(labels, words[i], strlen(words[i]), &number) == 0 && number == i + 1);
    }
    return labels;
}

/* Some records are of one identifier, and every other record is in partition 9. */
static void add_record(struct spill_writer *writer, unsigned number, size_t labels)
{
    struct record record;
    uint8_t bytes[sizeof number];
    bytes_put_le32(bytes, number % 10 == 2 ? 0 : number);
    digest_bytes(ELIG_DOMAIN_FILLER, NULL, bytes, sizeof bytes, record.digest);
    if (number % 2 == 0) {
        record.digest[0] = 9 >> 2;
        record.digest[1] = (uint8_t)(9 << 6 | record.digest[1] % 64);
    }
    record_set_attributes(&record, (uint16_t)(number / 10 % (labels + 1)), number % 2, 1);
    require(spill_add(writer, &record, 1) == 0);
}

static void write_base(unsigned records, size_t label_count)
{
    static uint8_t secret[ELIG_SECRET_BYTES];
    static const struct elig_kind kinds[] = {
        {.name = "id", .part_count = 1, .parts = {{.type = ELIG_TYPE_EXACT}}},
        {.name = "person",
         .part_count = 2,
         .parts = {{.type = ELIG_TYPE_TEXT, .flags = ELIG_TEXT_COMPACT},
                   {.type = ELIG_TYPE_PHONE, .region = {'K', 'R'}}}}};
    struct profile profile = {.id = ELIG_PROFILE_KEYED};
    struct record_source source = {.spill = spill_new("/tmp", 0, 1)};
    struct label_table *labels = make_labels(label_count);
    struct spill_writer *writer = spill_writer_new(source.spill);
    struct record_counts totals;
    uint64_t length;
    digest_key_check(secret, profile.salt, profile.key_check);
    for (unsigned i = 0; i < records; i++)
        add_record(writer, i, label_count);
    spill_writer_close(writer);
    require(record_counts_make(&totals, &source, &(struct record_rules){.has_labels = label_count > 0}, 1,
                               1 << 20, NULL, NULL) == 0);
    const struct digest_file_plan plan = {.spill = source.spill,
                                          .labels = labels,
                                          .profile = &profile,
                                          .kinds = kinds,
                                          .kind_count = 2,
                                          .rows = records,
                                          .threads = 1,
                                          .bytes = 1 << 20};
    require(ftruncate(descriptor, 0) == 0);
    require(digest_file_write(&plan, descriptor, &length) == 0 && length < FILE_MAX);
    record_counts_free(&totals);
    label_table_free(labels);
    spill_free(source.spill);
}

static void start(void)
{
    static const unsigned records[BASES] = {0, 7, RECORDS_MAX};
    static const size_t labels[BASES] = {0, 0, LABELS};
    open_descriptor("set");
    for (unsigned base = 0; base < BASES; base++) {
        struct digest_file *set;
        write_base(records[base], labels[base]);
        keep_base(base);
        require(digest_file_open(path, &set) == 0);
        honest = *digest_file_parameters(set);
        digest_file_close(set);
    }
}

/* ---- The file ---- */

static size_t parts_at(const struct file *file)
{
    uint64_t used = bytes_get_le64(file->bytes + ELIG_AT_DICTIONARY);
    return used < FILE_MAX ? ELIG_PAGE_BYTES * (1 + header_dictionary_pages(used)) : FILE_MAX;
}

static void seal_parts(struct file *file)
{
    size_t table = parts_at(file), at = table + DIGEST_FILE_PARTITIONS_BYTES;
    for (unsigned part = 0; part < SPILL_PARTITIONS && at <= file->length; part++) {
        uint8_t *entry = file->bytes + table + (size_t)part * DIGEST_FILE_PARTITION_BYTES;
        uint64_t records = bytes_get_le64(entry);
        if (records > (file->length - at) / DIGEST_FILE_RECORD_BYTES)
            return;
        digest_bytes(DIGEST_FILE_DOMAIN_PARTITION, file->bytes + ELIG_AT_SALT, file->bytes + at,
                     records * DIGEST_FILE_RECORD_BYTES, entry + 8);
        at += records * DIGEST_FILE_RECORD_BYTES;
    }
}

/* Recomputes the other hashes, if the file has the data that they cover. */
static void seal(struct file *file)
{
    uint8_t *bytes = file->bytes;
    size_t table = parts_at(file);
    if (table + DIGEST_FILE_PARTITIONS_BYTES <= file->length) {
        digest_bytes(DIGEST_FILE_DOMAIN_PARTITIONS, bytes + ELIG_AT_SALT, bytes + table,
                     DIGEST_FILE_PARTITIONS_BYTES, bytes + DIGEST_FILE_AT_PARTITIONS_HASH);
        if (table > ELIG_PAGE_BYTES)
            digest_bytes(ELIG_DOMAIN_DICTIONARY, bytes + ELIG_AT_SALT, bytes + ELIG_PAGE_BYTES,
                         table - ELIG_PAGE_BYTES, bytes + ELIG_AT_DICTIONARY_HASH);
    }
    digest_bytes(DIGEST_FILE_DOMAIN_HEADER, NULL, bytes, ELIG_AT_HEADER_HASH, bytes + ELIG_AT_HEADER_HASH);
}

static void make_file(struct file *file, unsigned flags, const uint8_t *data, size_t size)
{
    change_file(file, flags, data, size);
    if ((flags & FLAG_SEAL_PARTS) && file->length >= ELIG_PAGE_BYTES)
        seal_parts(file);
    if ((flags & FLAG_SEAL) && file->length >= ELIG_PAGE_BYTES)
        seal(file);
}

/* ---- Reading ---- */

static void require_record(const struct digest_file *set, const struct label_table *labels, unsigned part,
                           const struct record *record)
{
    require(spill_partition_of(record->digest) == part);
    require(record_label(record) <= label_table_count(labels));
    require(record_kind(record) < digest_file_parameters(set)->kind_count);
    require(record_position(record) == row_position(5, 0));
    require(!record_is_removed(record));
}

/* Reads all partitions. Returns 0 or an error of digest_file.h. */
static int read_partitions(struct digest_file *set, const struct label_table *labels)
{
    static struct record records[SPILL_CHUNK_RECORDS_MAX];
    for (unsigned part = 0; part < SPILL_PARTITIONS; part++) {
        struct digest_file_iterator *iterator = digest_file_iterator_open(set, part, 5);
        uint64_t total = 0;
        uint8_t last[ELIG_DIGEST_BYTES] = {0};
        size_t count;
        int error;
        require(iterator != NULL);
        while ((error = digest_file_iterator_next(iterator, records, &count)) == 0 && count > 0) {
            require(count <= SPILL_CHUNK_RECORDS_MAX);
            for (size_t i = 0; i < count; i++) {
                require_record(set, labels, part, &records[i]);
                require(memcmp(last, records[i].digest, sizeof last) <= 0);
                memcpy(last, records[i].digest, sizeof last);
            }
            total += count;
        }
        digest_file_iterator_close(iterator);
        if (error != 0)
            return error;
        require(total == digest_file_partition_records(set, part));
    }
    return 0;
}

/* The number of identifiers that the file lists, or that are removed if it is removed from itself. */
static uint64_t merge_set(struct digest_file *set, int is_removed, int expected)
{
    struct record_source source = {
        .digest_files = &set, .digest_file_count = 1, .removed = &set, .removed_count = (unsigned)is_removed};
    struct merge *merge = merge_open(&source, NULL, 0, SPILL_PARTITIONS, 0);
    struct merged identifier;
    uint8_t last[ELIG_DIGEST_BYTES];
    uint64_t count = 0;
    bool has_identifier;
    int error;
    require(merge != NULL);
    while ((error = merge_next(merge, &identifier, &has_identifier)) == 0 && has_identifier) {
        require(count == 0 || memcmp(last, identifier.digest, sizeof last) < 0);
        memcpy(last, identifier.digest, sizeof last);
        count++;
    }
    require(error == expected);
    if (error != 0)
        require(source.failed == set && source.failed_error == expected);
    for (unsigned kind = 0; kind < digest_file_parameters(set)->kind_count && is_removed; kind++)
        count += merge_left_out(merge)->removed[kind];
    merge_close(merge);
    return count;
}

static void read_set(struct digest_file *set, unsigned flags, const struct file *file)
{
    const struct digest_file_parameters *parameters = digest_file_parameters(set);
    struct label_table *labels = make_labels(LABELS);
    require(parameters->kind_count >= 1 && parameters->kind_count <= ELIG_KINDS_MAX);
    uint64_t records = 0;
    for (unsigned part = 0; part < SPILL_PARTITIONS; part++)
        records += digest_file_partition_records(set, part);
    require(records * DIGEST_FILE_RECORD_BYTES < file->length);
    require(digest_file_difference(parameters, parameters) == NULL);
    (void)digest_file_difference(parameters, &honest);
    require(digest_file_intern_labels(set, labels) == 0);
    int error = read_partitions(set, labels);
    require(error == 0 || error == DIGEST_FILE_E_DAMAGED);
    require(read_partitions(set, labels) == error);
    require(digest_file_verify(path, 1, NULL) == error);
    uint64_t listed = merge_set(set, 0, error), removed = merge_set(set, 1, error);
    require(listed <= records);
    if (error == 0) {
        require(removed == listed);
        if ((flags & (FLAG_SEAL | FLAG_SEAL_PARTS)) == 0 && (flags & FLAG_BASE) != BASES)
            require(file->length == bases[flags & FLAG_BASE].length &&
                    memcmp(file->bytes, bases[flags & FLAG_BASE].bytes, file->length) == 0);
    }
    label_table_free(labels);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct file file;
    struct digest_file *set;
    if (descriptor < 0)
        start();
    if (size == 0)
        return 0;
    make_file(&file, *data, data + 1, size - 1);
    put_file(&file);
    int error = digest_file_open(path, &set);
    require((error == 0) == (set != NULL));
    require(error != ELIG_E_READ && error != ELIG_E_MEMORY);
    if (error == 0)
        read_set(set, *data, &file);
    else
        require(digest_file_verify(path, 1, NULL) == error);
    digest_file_close(set);
    return 0;
}
