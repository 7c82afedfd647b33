/* SPDX-License-Identifier: Apache-2.0 */
/* digest_file_writer.c - writes the partitions of a digest file, then its tables and header; reads it back. */
#include "builder/digest_file/digest_file_writer.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "builder/digest_file/digest_file_format.h"
#include "builder/records/record_batch.h"
#include "lib/elig/digest/digest.h"
#include "lib/elig/index/header.h"
#include "lib/elig/parallel.h"
#include "lib/util/file.h"

struct digest_file_writer {
    const struct digest_file_plan *plan;
    int descriptor;
    struct dictionary dictionary;
    uint16_t *code; /* by label number */
    uint64_t records_at;
    uint64_t first[SPILL_PARTITIONS + 1]; /* by partition: number of its first record */
    uint8_t table[DIGEST_FILE_PARTITIONS_BYTES];
    uint64_t (*of_kind)[ELIG_KINDS_MAX]; /* by worker: the records of each kind that it wrote, for the header */
    size_t capacity;                     /* records that a worker loads at once */
};

/* ---- One partition ---- */

/* The first range to load of a partition. */
static struct record_range range_of(const struct digest_file_writer *writer, unsigned partition)
{
    uint64_t records = spill_partition_records(writer->plan->spill, partition);
    return (struct record_range){partition, 0, record_batch_sub_bits(records, writer->capacity),
                                 writer->capacity};
}

/* Records of one digest come in the order of their label numbers, and are written in the order of their codes:
 * moves record number at down past those of the same digest that have greater codes. */
static void insert_by_code(uint8_t *bytes, size_t at)
{
    uint8_t moving[DIGEST_FILE_RECORD_BYTES];
    memcpy(moving, bytes + at * DIGEST_FILE_RECORD_BYTES, sizeof moving);
    for (; at > 0; at--) {
        const uint8_t *before = bytes + (at - 1) * DIGEST_FILE_RECORD_BYTES;
        if (memcmp(before, moving, ELIG_DIGEST_BYTES) != 0 ||
            bytes_get_le16(before + DIGEST_FILE_AT_LABEL) < bytes_get_le16(moving + DIGEST_FILE_AT_LABEL))
            break;
        memcpy(bytes + at * DIGEST_FILE_RECORD_BYTES, before, DIGEST_FILE_RECORD_BYTES);
    }
    memcpy(bytes + at * DIGEST_FILE_RECORD_BYTES, moving, sizeof moving);
}

/* Writes sorted records, all records of an identifier among them, and adds them to the hash. */
static int write_records(struct digest_file_writer *writer, uint64_t *of_kind, const struct record_batch *batch,
                         uint64_t at, crypto_generichash_blake2b_state *hash)
{
    uint8_t *bytes = malloc(batch->count * DIGEST_FILE_RECORD_BYTES + 1);
    if (bytes == NULL)
        return ELIG_E_MEMORY;
    for (size_t i = 0; i < batch->count; i++) {
        const struct record *record = &batch->records[i];
        uint8_t *encoded = bytes + i * DIGEST_FILE_RECORD_BYTES;
        memcpy(encoded, record->digest, ELIG_DIGEST_BYTES);
        bytes_put_le16(encoded + DIGEST_FILE_AT_LABEL, writer->code[record_label(record)]);
        encoded[DIGEST_FILE_AT_KIND] = (uint8_t)record_kind(record);
        insert_by_code(bytes, i);
        of_kind[record_kind(record)]++;
    }
    crypto_generichash_blake2b_update(hash, bytes, batch->count * DIGEST_FILE_RECORD_BYTES);
    int error = file_write_at(writer->descriptor, bytes, batch->count * DIGEST_FILE_RECORD_BYTES,
                              writer->records_at + at * DIGEST_FILE_RECORD_BYTES);
    free(bytes);
    return error;
}

static int write_partition(void *context, unsigned worker, uint64_t number)
{
    struct digest_file_writer *writer = context;
    const struct digest_file_plan *plan = writer->plan;
    struct record_batch batch = {0};
    crypto_generichash_blake2b_state hash;
    struct record_range range = range_of(writer, (unsigned)number);
    uint64_t at = writer->first[number];
    int error = 0;
    (void)crypto_generichash_blake2b_init_salt_personal(&hash, NULL, 0, ELIG_HASH_BYTES, plan->profile->salt,
                                                        (const uint8_t *)DIGEST_FILE_DOMAIN_PARTITION);
    for (; range.sub >> range.sub_bits == 0 && error == 0; range.sub++) {
        error = record_batch_load(&batch, plan->spill, &range);
        progress_add(plan->progress, batch.count);
        record_batch_leave_out_repeats(&batch, plan->rows_max);
        if (error == 0)
            error = write_records(writer, writer->of_kind[worker], &batch, at, &hash);
        at += batch.count;
    }
    crypto_generichash_blake2b_final(&hash, writer->table + number * DIGEST_FILE_PARTITION_BYTES + 8,
                                     ELIG_HASH_BYTES);
    record_batch_free(&batch);
    return error;
}

/* ---- All partitions ---- */

/* Counts the records of a partition that will be written. */
static int count_partition(void *context, unsigned worker, uint64_t number)
{
    struct digest_file_writer *writer = context;
    const struct digest_file_plan *plan = writer->plan;
    struct record_range range = range_of(writer, (unsigned)number);
    struct record_batch batch = {0};
    uint64_t count = 0;
    int error = 0;
    (void)worker;
    for (; range.sub >> range.sub_bits == 0 && error == 0; range.sub++) {
        error = record_batch_load(&batch, plan->spill, &range);
        record_batch_leave_out_repeats(&batch, plan->rows_max);
        count += batch.count;
    }
    record_batch_free(&batch);
    bytes_put_le64(writer->table + number * DIGEST_FILE_PARTITION_BYTES, count);
    return error;
}

/* ---- Dictionary and header ---- */

static void fill_header(const struct digest_file_writer *writer, uint8_t *page)
{
    const struct digest_file_plan *plan = writer->plan;
    struct elig_kind kinds[ELIG_KINDS_MAX];
    for (unsigned kind = 0; kind < plan->kind_count; kind++) {
        kinds[kind] = plan->kinds[kind];
        kinds[kind].identifiers = 0;
        for (unsigned worker = 0; worker < plan->threads; worker++)
            kinds[kind].identifiers += writer->of_kind[worker][kind];
    }
    memcpy(page, DIGEST_FILE_MAGIC, ELIG_MAGIC_BYTES);
    bytes_put_le32(page + ELIG_AT_FORMAT_VERSION, DIGEST_FILE_VERSION);
    bytes_put_le32(page + ELIG_AT_RULES_VERSION, ELIG_RULES_VERSION);
    profile_write(plan->profile, page);
    bytes_put_le64(page + DIGEST_FILE_AT_ROWS, plan->rows);
    bytes_put_le32(page + DIGEST_FILE_AT_SHARDS, plan->shard.count);
    bytes_put_le32(page + DIGEST_FILE_AT_SHARD, plan->shard.number);
    bytes_put_le64(page + DIGEST_FILE_AT_LIST_CHECK, plan->shard.list_check);
    bytes_put_le64(page + DIGEST_FILE_AT_RECORDS, writer->first[SPILL_PARTITIONS]);
    bytes_put_le32(page + ELIG_AT_LABELS, writer->dictionary.count);
    bytes_put_le64(page + ELIG_AT_DICTIONARY, dictionary_bytes(&writer->dictionary));
    digest_bytes(DIGEST_FILE_DOMAIN_PARTITIONS, plan->profile->salt, writer->table, sizeof writer->table,
                 page + DIGEST_FILE_AT_PARTITIONS_HASH);
    header_kinds_write(kinds, plan->kind_count, page);
    digest_bytes(DIGEST_FILE_DOMAIN_HEADER, NULL, page, ELIG_AT_HEADER_HASH, page + ELIG_AT_HEADER_HASH);
}

static int write_all(struct digest_file_writer *writer, uint64_t *length)
{
    uint8_t page[ELIG_PAGE_BYTES] = {0};
    size_t dictionary = header_dictionary_pages(dictionary_bytes(&writer->dictionary)) * ELIG_PAGE_BYTES;
    uint64_t table_at = ELIG_PAGE_BYTES + dictionary;
    writer->records_at = table_at + DIGEST_FILE_PARTITIONS_BYTES;
    unsigned threads = writer->plan->threads;
    int error = parallel_run(threads, SPILL_PARTITIONS, count_partition, writer);
    if (error != 0)
        return error;
    for (unsigned partition = 0; partition < SPILL_PARTITIONS; partition++)
        writer->first[partition + 1] =
            writer->first[partition] +
            bytes_get_le64(writer->table + (size_t)partition * DIGEST_FILE_PARTITION_BYTES);
    error = parallel_run(threads, SPILL_PARTITIONS, write_partition, writer);
    if (error == 0)
        error = label_table_write_dictionary(&writer->dictionary, writer->plan->profile->salt,
                                             writer->descriptor, page + ELIG_AT_DICTIONARY_HASH);
    if (error != 0)
        return error;
    fill_header(writer, page);
    *length = writer->records_at + writer->first[SPILL_PARTITIONS] * DIGEST_FILE_RECORD_BYTES;
    error = file_write_at(writer->descriptor, writer->table, sizeof writer->table, table_at);
    return error != 0 ? error : file_write_at(writer->descriptor, page, sizeof page, 0);
}

/* Every word of the table gets a code: which words stay is decided when an index is made. */
static int make_dictionary(struct digest_file_writer *writer)
{
    const struct label_table *labels = writer->plan->labels;
    uint64_t *of_label = calloc(ELIG_LABELS_MAX + 1, sizeof *of_label);
    writer->code = calloc(ELIG_LABELS_MAX + 1, sizeof *writer->code);
    int error = ELIG_E_MEMORY;
    if (of_label != NULL && writer->code != NULL) {
        for (unsigned number = 1; number <= label_table_count(labels); number++)
            of_label[number] = 1;
        error = label_table_dictionary(labels, of_label, &writer->dictionary, writer->code);
    }
    free(of_label);
    return error;
}

int digest_file_write(const struct digest_file_plan *plan, int descriptor, uint64_t *length)
{
    struct digest_file_writer *writer = calloc(1, sizeof *writer);
    if (writer == NULL)
        return ELIG_E_MEMORY;
    writer->plan = plan;
    writer->descriptor = descriptor;
    writer->capacity = plan->bytes / plan->threads / (sizeof(struct record) + DIGEST_FILE_RECORD_BYTES);
    writer->of_kind = calloc(plan->threads, sizeof *writer->of_kind);
    int error = writer->of_kind != NULL ? make_dictionary(writer) : ELIG_E_MEMORY;
    if (error == 0)
        error = write_all(writer, length);
    dictionary_free(&writer->dictionary);
    free(writer->code);
    free(writer->of_kind);
    free(writer);
    return error;
}

/* ---- Verifying ---- */

struct verification {
    struct digest_file *file;
    struct progress *progress;
};

static int verify_partition(void *context, unsigned worker, uint64_t partition)
{
    const struct verification *verification = context;
    struct record *records = malloc(SPILL_CHUNK_RECORDS_MAX * sizeof *records);
    struct digest_file_iterator *iterator =
        digest_file_iterator_open(verification->file, (unsigned)partition, 0);
    size_t count = 1;
    int error = records != NULL && iterator != NULL ? 0 : ELIG_E_MEMORY;
    (void)worker;
    while (error == 0 && count > 0) {
        error = digest_file_iterator_next(iterator, records, &count);
        progress_add(verification->progress, count);
    }
    digest_file_iterator_close(iterator);
    free(records);
    return error;
}

int digest_file_verify(const char *path, unsigned threads, struct progress *progress)
{
    struct verification verification = {.progress = progress};
    int error = digest_file_open(path, &verification.file);
    if (error == 0)
        error = parallel_run(threads, SPILL_PARTITIONS, verify_partition, &verification);
    digest_file_close(verification.file);
    return error;
}
