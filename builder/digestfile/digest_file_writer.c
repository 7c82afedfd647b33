/* SPDX-License-Identifier: Apache-2.0 */
#include "builder/digestfile/digest_file_writer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/elig/digest/digest.h"
#include "lib/elig/index/header.h"
#include "lib/elig/parallel.h"
#include "lib/util/file.h"

/* Of each kind: how many records a part has of it, which the header sums up. */
struct part_counts {
    uint64_t of_kind[ELIG_KINDS_MAX];
};

struct writing {
    const struct digest_file_plan *plan;
    int file;
    struct dictionary dictionary;
    uint16_t *code; /* by label number */
    uint64_t records_at;
    uint64_t first[SPILL_PARTITIONS + 1]; /* number of each part's first record */
    uint8_t table[DIGEST_FILE_PARTITIONS_BYTES];
    struct part_counts *counts; /* by worker */
    size_t room;                /* records that a worker loads at once */
};

/* ---- One part ---- */

static void put_record(uint8_t *bytes, const struct record *record, uint16_t code)
{
    memcpy(bytes, record->digest, ELIG_DIGEST_BYTES);
    bytes_put_le16(bytes + DIGEST_FILE_AT_LABEL, code);
    bytes[DIGEST_FILE_AT_KIND] = (uint8_t)record_kind(record);
}

/* Labels were numbered as they were met, and are now to be in the order of their codes: moves the record down
 * past those of the same digest that it must come before. */
static void settle(uint8_t *bytes, size_t at)
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

/* Writes some records that are in order and hold whole identifiers; hashes them on. */
static int put_records(struct writing *writing, struct part_counts *counts, const struct record *records,
                       size_t count, uint64_t at, crypto_generichash_blake2b_state *hash)
{
    uint8_t *bytes = malloc(count * DIGEST_FILE_RECORD_BYTES + 1);
    if (bytes == NULL)
        return 0;
    for (size_t i = 0; i < count; i++) {
        put_record(bytes + i * DIGEST_FILE_RECORD_BYTES, &records[i], writing->code[record_label(&records[i])]);
        settle(bytes, i);
        counts->of_kind[record_kind(&records[i])]++;
    }
    crypto_generichash_blake2b_update(hash, bytes, count * DIGEST_FILE_RECORD_BYTES);
    int good = file_write_at(writing->file, bytes, count * DIGEST_FILE_RECORD_BYTES,
                             writing->records_at + at * DIGEST_FILE_RECORD_BYTES);
    free(bytes);
    return good;
}

static unsigned sub_bits_for(const struct writing *writing, unsigned part)
{
    uint64_t records = record_source_partition_records(writing->plan->source, part);
    unsigned bits = 0;
    while (records >> bits > writing->room)
        bits++;
    return bits;
}

static int write_part(void *context, unsigned worker, uint64_t number)
{
    struct writing *writing = context;
    const struct digest_file_plan *plan = writing->plan;
    struct record_batch batch = {0};
    crypto_generichash_blake2b_state hash;
    unsigned part = (unsigned)number, sub_bits = sub_bits_for(writing, part);
    uint64_t at = writing->first[part];
    int good = 1;
    (void)crypto_generichash_blake2b_init_salt_personal(&hash, NULL, 0, ELIG_HASH_BYTES,
                                                        plan->config->profile.salt,
                                                        (const uint8_t *)DIGEST_FILE_DOMAIN_PARTITION);
    for (unsigned sub = 0; sub >> sub_bits == 0 && good; sub++) {
        good = record_source_load(plan->source, part, sub, sub_bits, writing->room, &batch) &&
               put_records(writing, &writing->counts[worker], batch.records, batch.count, at, &hash);
        at += batch.count;
        progress_add(plan->progress, batch.count);
    }
    int why = errno;
    crypto_generichash_blake2b_final(&hash, writing->table + number * DIGEST_FILE_PARTITION_BYTES + 8,
                                     ELIG_HASH_BYTES);
    record_batch_free(&batch);
    if (good && at != writing->first[part + 1]) {
        good = 0;
        why = EIO;
    }
    errno = why;
    return good ? 0 : -1;
}

/* ---- All parts ---- */

/* A part that was too large to be put in order at once may still have duplicates: they are counted by loading
 * it. */
static int count_part(void *context, unsigned worker, uint64_t number)
{
    struct writing *writing = context;
    struct record_source *source = writing->plan->source;
    unsigned part = (unsigned)number, sub_bits = sub_bits_for(writing, part);
    struct record_batch batch = {0};
    uint64_t count = 0;
    int good = 1;
    (void)worker;
    if (spill_is_sorted(source->store, part)) {
        count = spill_partition_records(source->store, part);
    } else {
        for (unsigned sub = 0; sub >> sub_bits == 0 && good; sub++) {
            good = record_source_load(source, part, sub, sub_bits, writing->room, &batch);
            count += batch.count;
        }
    }
    record_batch_free(&batch);
    bytes_put_le64(writing->table + number * DIGEST_FILE_PARTITION_BYTES, count);
    return good ? 0 : -1;
}

static int write_parts(struct writing *writing)
{
    unsigned threads = writing->plan->config->threads;
    if (parallel_run(threads, SPILL_PARTITIONS, count_part, writing) != 0)
        return 0;
    for (unsigned part = 0; part < SPILL_PARTITIONS; part++)
        writing->first[part + 1] =
            writing->first[part] + bytes_get_le64(writing->table + (size_t)part * DIGEST_FILE_PARTITION_BYTES);
    return parallel_run(threads, SPILL_PARTITIONS, write_part, writing) == 0;
}

static int write_dictionary(const struct writing *writing, uint8_t *page, size_t length)
{
    uint8_t *bytes = calloc(1, length + 1);
    if (bytes == NULL)
        return 0;
    dictionary_write(&writing->dictionary, bytes);
    if (length > 0)
        digest_bytes(ELIG_DOMAIN_DICTIONARY, writing->plan->config->profile.salt, bytes, length,
                     page + ELIG_AT_DICTIONARY_HASH);
    int good = file_write_at(writing->file, bytes, length, ELIG_PAGE_BYTES);
    free(bytes);
    return good;
}

static void fill_header(const struct writing *writing, uint8_t *page)
{
    static const uint8_t no_salt[ELIG_SALT_BYTES];
    const struct config *config = writing->plan->config;
    struct elig_kind kinds[ELIG_KINDS_MAX];
    for (unsigned kind = 0; kind < config->list.kind_count; kind++) {
        kinds[kind] = config->list.kinds[kind];
        kinds[kind].identifiers = 0;
        for (unsigned worker = 0; worker < config->threads; worker++)
            kinds[kind].identifiers += writing->counts[worker].of_kind[kind];
    }
    memcpy(page, DIGEST_FILE_MAGIC, ELIG_MAGIC_BYTES);
    bytes_put_le32(page + ELIG_AT_FORMAT_VERSION, DIGEST_FILE_VERSION);
    bytes_put_le32(page + ELIG_AT_RULES_VERSION, ELIG_RULES_VERSION);
    profile_write(&config->profile, page);
    bytes_put_le64(page + DIGEST_FILE_AT_ROWS, writing->plan->rows);
    if (config->parts > 1) {
        bytes_put_le32(page + DIGEST_FILE_AT_SHARDS, config->parts);
        bytes_put_le32(page + DIGEST_FILE_AT_SHARD, config->part);
        bytes_put_le64(page + DIGEST_FILE_AT_LIST_BYTES, writing->plan->list_bytes);
    }
    bytes_put_le64(page + DIGEST_FILE_AT_RECORDS, writing->first[SPILL_PARTITIONS]);
    bytes_put_le32(page + ELIG_AT_LABELS, writing->dictionary.count);
    bytes_put_le64(page + ELIG_AT_DICTIONARY, dictionary_bytes(&writing->dictionary));
    digest_bytes(DIGEST_FILE_DOMAIN_PARTITIONS, config->profile.salt, writing->table, sizeof writing->table,
                 page + DIGEST_FILE_AT_PARTITIONS_HASH);
    header_kinds_write(kinds, config->list.kind_count, page);
    digest_bytes(DIGEST_FILE_DOMAIN_HEADER, no_salt, page, ELIG_AT_HEADER_HASH, page + ELIG_AT_HEADER_HASH);
}

static int write_all(struct writing *writing, uint64_t *length)
{
    uint8_t page[ELIG_PAGE_BYTES] = {0};
    size_t words = header_dictionary_pages(dictionary_bytes(&writing->dictionary)) * ELIG_PAGE_BYTES;
    uint64_t table_at = ELIG_PAGE_BYTES + words;
    writing->records_at = table_at + DIGEST_FILE_PARTITIONS_BYTES;
    if (!write_parts(writing) || !write_dictionary(writing, page, words))
        return 0;
    fill_header(writing, page);
    *length = writing->records_at + writing->first[SPILL_PARTITIONS] * DIGEST_FILE_RECORD_BYTES;
    return file_write_at(writing->file, writing->table, sizeof writing->table, table_at) &&
           file_write_at(writing->file, page, sizeof page, 0);
}

/* Every word that was met gets a code: which of them stay is decided when an index is made. */
static int make_dictionary(struct writing *writing)
{
    const struct label_table *labels = writing->plan->labels;
    uint64_t *held = calloc(ELIG_LABELS_MAX + 1, sizeof *held);
    writing->code = calloc(ELIG_LABELS_MAX + 1, sizeof *writing->code);
    for (unsigned number = 1; held != NULL && number <= label_table_count(labels); number++)
        held[number] = 1;
    int good = held != NULL && writing->code != NULL &&
               label_table_dictionary(labels, held, &writing->dictionary, writing->code);
    free(held);
    return good;
}

int digest_file_write(const struct digest_file_plan *plan, int file, uint64_t *length)
{
    struct writing *writing = calloc(1, sizeof *writing);
    int good = 0;
    if (writing != NULL) {
        writing->plan = plan;
        writing->file = file;
        writing->room =
            plan->bytes / plan->config->threads / (sizeof(struct record) + DIGEST_FILE_RECORD_BYTES);
        writing->counts = calloc(plan->config->threads, sizeof *writing->counts);
        good = writing->counts != NULL && make_dictionary(writing);
    }
    if (good)
        good = write_all(writing, length);
    else
        errno = ENOMEM;
    int why = errno;
    if (writing != NULL) {
        dictionary_free(&writing->dictionary);
        free(writing->code);
        free(writing->counts);
    }
    free(writing);
    errno = why;
    return good;
}

/* ---- The proof ---- */

struct verifying {
    struct digest_file *set;
    struct progress *progress;
};

static int verify_part(void *context, unsigned worker, uint64_t part)
{
    const struct verifying *verifying = context;
    struct record *records = malloc(SPILL_CHUNK_RECORDS_MAX * sizeof *records);
    struct digest_file_iterator walk;
    int got = records != NULL ? 1 : -SET_E_MEMORY;
    (void)worker;
    digest_file_iterator_start(verifying->set, (unsigned)part, &walk);
    while (got > 0) {
        size_t count = 0;
        got = digest_file_iterator_next(verifying->set, &walk, 0, records, &count);
        progress_add(verifying->progress, got > 0 ? count : 0);
    }
    free(records);
    return got;
}

enum digest_file_error digest_file_verify(const char *path, unsigned threads, struct progress *progress)
{
    struct verifying verifying = {.progress = progress};
    enum digest_file_error error = digest_file_open(path, &verifying.set);
    if (error == DIGEST_FILE_GOOD)
        error = (enum digest_file_error) - parallel_run(threads, SPILL_PARTITIONS, verify_part, &verifying);
    digest_file_close(verifying.set);
    return error;
}
