/* SPDX-License-Identifier: Apache-2.0 */
/* digest_file.c - opens digest files, compares their parameters, and reads their records. */
#include "builder/digest_file/digest_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "builder/digest_file/digest_file_format.h"
#include "lib/elig/digest/digest.h"
#include "lib/elig/index/header.h"
#include "lib/util/file.h"

struct digest_file {
    const char *path;
    int descriptor;
    struct digest_file_parameters parameters;
    uint64_t rows, records;
    struct digest_file_shard shard;
    struct dictionary dictionary; /* until digest_file_intern_labels() */
    uint32_t label_count;
    uint16_t *label;                      /* by code: the word's number in the label table */
    uint64_t first[SPILL_PARTITIONS + 1]; /* by partition: number of its first record; the last is records */
    uint8_t hash[SPILL_PARTITIONS][ELIG_HASH_BYTES];
    uint64_t records_at; /* offset of the first record */
    /* What is known once all partitions were read and their hashes were right. */
    _Atomic unsigned char is_checked[SPILL_PARTITIONS];
    _Atomic uint64_t checked_records;
    _Atomic uint64_t checked_of_kind[ELIG_KINDS_MAX];
    _Atomic bool has_wrong_kinds; /* the header states other numbers of records of each kind */
};

const char *digest_file_error_text(int error)
{
    switch (error) {
    case ELIG_E_READ:
        return "it cannot be read";
    case DIGEST_FILE_E_NOT_ONE:
        return "not a digest file: 'elig-build digest' makes one from a list";
    case DIGEST_FILE_E_VERSION:
        return "a digest file of a version this program does not know";
    case DIGEST_FILE_E_RULES:
        return "a digest file of a rules version this program does not know";
    case DIGEST_FILE_E_PROFILE:
        return "a digest file of a profile this program does not know";
    case DIGEST_FILE_E_LENGTH:
        return "the digest file is truncated or has bytes after its end";
    case DIGEST_FILE_E_DAMAGED:
        return "the digest file is damaged";
    default:
        return elig_text(error);
    }
}

const char *digest_file_path(const struct digest_file *file)
{
    return file->path;
}

const struct digest_file_parameters *digest_file_parameters(const struct digest_file *file)
{
    return &file->parameters;
}

uint64_t digest_file_rows(const struct digest_file *file)
{
    return file->rows;
}

struct digest_file_shard digest_file_shard(const struct digest_file *file)
{
    return file->shard;
}

uint64_t digest_file_partition_records(const struct digest_file *file, unsigned partition)
{
    return file->first[partition + 1] - file->first[partition];
}

/* ---- Opening ---- */

static int read_bytes(const struct digest_file *file, void *bytes, size_t length, uint64_t offset)
{
    int error = file_read_at(file->descriptor, bytes, length, offset);
    return error != 0 && errno == ENODATA ? DIGEST_FILE_E_LENGTH : error;
}

/* Reads length bytes and compares their hash. The caller frees *bytes, also after an error. */
static int read_hashed(const struct digest_file *file, const char *domain, const uint8_t *hash, size_t length,
                       uint64_t offset, uint8_t **bytes)
{
    uint8_t got[ELIG_HASH_BYTES];
    *bytes = malloc(length);
    if (*bytes == NULL)
        return ELIG_E_MEMORY;
    int error = read_bytes(file, *bytes, length, offset);
    if (error == 0) {
        digest_bytes(domain, file->parameters.profile.salt, *bytes, length, got);
        if (memcmp(got, hash, sizeof got) != 0)
            error = DIGEST_FILE_E_DAMAGED;
    }
    return error;
}

/* Whether the bytes of the header page that this version does not use are zero. */
static bool unused_is_zero(const uint8_t *page)
{
    static const struct {
        uint32_t from, to;
    } unused[] = {
        {ELIG_AT_PROFILE + 4, ELIG_AT_SALT},          {DIGEST_FILE_AT_LIST_CHECK + 8, DIGEST_FILE_AT_RECORDS},
        {DIGEST_FILE_AT_RECORDS + 8, ELIG_AT_LABELS}, {ELIG_AT_KIND_COUNT + 4, ELIG_AT_KINDS},
        {ELIG_AT_CAMPAIGN, ELIG_AT_HEADER_HASH},      {ELIG_AT_SIGNATURE, ELIG_PAGE_BYTES},
    };
    for (size_t i = 0; i < sizeof unused / sizeof *unused; i++)
        if (!bytes_are_zero(page + unused[i].from, unused[i].to - unused[i].from))
            return false;
    return true;
}

static int check_versions(const uint8_t *page)
{
    uint8_t hash[ELIG_HASH_BYTES];
    if (memcmp(page, DIGEST_FILE_MAGIC, ELIG_MAGIC_BYTES) != 0)
        return DIGEST_FILE_E_NOT_ONE;
    if (bytes_get_le32(page + ELIG_AT_FORMAT_VERSION) != DIGEST_FILE_VERSION)
        return DIGEST_FILE_E_VERSION;
    if (bytes_get_le32(page + ELIG_AT_RULES_VERSION) != ELIG_RULES_VERSION)
        return DIGEST_FILE_E_RULES;
    digest_bytes(DIGEST_FILE_DOMAIN_HEADER, NULL, page, ELIG_AT_HEADER_HASH, hash);
    if (memcmp(hash, page + ELIG_AT_HEADER_HASH, sizeof hash) != 0)
        return DIGEST_FILE_E_DAMAGED;
    return 0;
}

static int read_dictionary(struct digest_file *file, const uint8_t *page, uint64_t *next)
{
    uint32_t count = bytes_get_le32(page + ELIG_AT_LABELS);
    uint64_t used = bytes_get_le64(page + ELIG_AT_DICTIONARY);
    uint8_t *bytes;
    if (count > ELIG_LABELS_MAX || used < (uint64_t)count * 2 || used > (uint64_t)count * (1 + ELIG_LABEL_MAX))
        return DIGEST_FILE_E_DAMAGED;
    file->label_count = count;
    file->label = calloc((size_t)count + 1, sizeof *file->label);
    if (file->label == NULL)
        return ELIG_E_MEMORY;
    if (count == 0)
        return bytes_are_zero(page + ELIG_AT_DICTIONARY_HASH, ELIG_HASH_BYTES) ? 0 : DIGEST_FILE_E_DAMAGED;
    size_t length = header_dictionary_pages(used) * ELIG_PAGE_BYTES;
    int error =
        read_hashed(file, ELIG_DOMAIN_DICTIONARY, page + ELIG_AT_DICTIONARY_HASH, length, *next, &bytes);
    if (error == 0) {
        error = dictionary_read(&file->dictionary, count, bytes, length, used);
        error = error == ELIG_E_DAMAGED ? DIGEST_FILE_E_DAMAGED : error;
    }
    free(bytes);
    *next += length;
    return error;
}

static int read_partition_table(struct digest_file *file, const uint8_t *page, uint64_t *next)
{
    uint8_t *bytes;
    int error = read_hashed(file, DIGEST_FILE_DOMAIN_PARTITIONS, page + DIGEST_FILE_AT_PARTITIONS_HASH,
                            DIGEST_FILE_PARTITIONS_BYTES, *next, &bytes);
    for (unsigned partition = 0; partition < SPILL_PARTITIONS && error == 0; partition++) {
        const uint8_t *entry = bytes + (size_t)partition * DIGEST_FILE_PARTITION_BYTES;
        uint64_t records = bytes_get_le64(entry);
        if (records > file->records - file->first[partition])
            error = DIGEST_FILE_E_DAMAGED;
        file->first[partition + 1] = file->first[partition] + records;
        memcpy(file->hash[partition], entry + 8, ELIG_HASH_BYTES);
    }
    free(bytes);
    if (error == 0 && file->first[SPILL_PARTITIONS] != file->records)
        error = DIGEST_FILE_E_DAMAGED;
    *next += DIGEST_FILE_PARTITIONS_BYTES;
    return error;
}

static int load(struct digest_file *file)
{
    uint8_t page[ELIG_PAGE_BYTES];
    struct stat status;
    uint64_t next = ELIG_PAGE_BYTES;
    if (fstat(file->descriptor, &status) != 0)
        return ELIG_E_READ;
    if (S_ISDIR(status.st_mode)) {
        errno = EISDIR;
        return ELIG_E_READ;
    }
    if (!S_ISREG(status.st_mode) || status.st_size < ELIG_PAGE_BYTES)
        return DIGEST_FILE_E_NOT_ONE;
    int error = read_bytes(file, page, sizeof page, 0);
    if (error == 0)
        error = check_versions(page);
    if (error != 0) {
        sodium_memzero(page, sizeof page); /* it may be a list, given by mistake */
        return error;
    }
    int profile = profile_read(&file->parameters.profile, page);
    if (profile != 0)
        return profile == ELIG_E_PROFILE ? DIGEST_FILE_E_PROFILE : DIGEST_FILE_E_DAMAGED;
    file->rows = bytes_get_le64(page + DIGEST_FILE_AT_ROWS);
    file->records = bytes_get_le64(page + DIGEST_FILE_AT_RECORDS);
    struct digest_file_shard *shard = &file->shard;
    *shard = (struct digest_file_shard){bytes_get_le32(page + DIGEST_FILE_AT_SHARDS),
                                        bytes_get_le32(page + DIGEST_FILE_AT_SHARD),
                                        bytes_get_le64(page + DIGEST_FILE_AT_LIST_CHECK)};
    if (file->records > ELIG_IDENTIFIERS_MAX || !unused_is_zero(page) ||
        (shard->count > 0 ? shard->number >= shard->count : shard->number != 0 || shard->list_check != 0) ||
        header_kinds_read(file->parameters.kinds, &file->parameters.kind_count, file->records, page) != 0)
        return DIGEST_FILE_E_DAMAGED;
    error = read_dictionary(file, page, &next);
    if (error == 0)
        error = read_partition_table(file, page, &next);
    file->records_at = next;
    if (error == 0 && (uint64_t)status.st_size != next + file->records * DIGEST_FILE_RECORD_BYTES)
        error = DIGEST_FILE_E_LENGTH;
    return error;
}

int digest_file_open(const char *path, struct digest_file **out)
{
    *out = NULL;
    struct digest_file *file = calloc(1, sizeof *file);
    if (file == NULL)
        return ELIG_E_MEMORY;
    file->path = path;
    file->descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    int error = file->descriptor < 0 ? ELIG_E_READ : load(file);
    if (error != 0) {
        int error_number = errno;
        digest_file_close(file);
        errno = error_number;
        return error;
    }
    posix_fadvise(file->descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);
    *out = file;
    return 0;
}

void digest_file_close(struct digest_file *file)
{
    if (file == NULL)
        return;
    if (file->descriptor >= 0)
        close(file->descriptor);
    dictionary_free(&file->dictionary);
    free(file->label);
    free(file);
}

/* ---- Comparing files ---- */

static bool is_same_kind(const struct elig_kind *a, const struct elig_kind *b)
{
    if (strcmp(a->name, b->name) != 0 || a->part_count != b->part_count)
        return false;
    for (unsigned i = 0; i < a->part_count; i++)
        if (a->parts[i].type != b->parts[i].type || a->parts[i].flags != b->parts[i].flags ||
            memcmp(a->parts[i].region, b->parts[i].region, sizeof a->parts[i].region) != 0)
            return false;
    return true;
}

const char *digest_file_difference(const struct digest_file_parameters *left,
                                   const struct digest_file_parameters *right)
{
    const struct profile *a = &left->profile, *b = &right->profile;
    if (a->id != b->id)
        return "their profiles differ";
    if (memcmp(a->salt, b->salt, sizeof a->salt) != 0)
        return "their salts differ (give every digest job the same --salt)";
    if (a->argon2_memory != b->argon2_memory || a->argon2_passes != b->argon2_passes)
        return "their costs differ (give every digest job the same --argon2-memory and --argon2-passes)";
    if (a->work_bits != b->work_bits)
        return "their work factors differ (give every digest job the same --work-bits)";
    if (memcmp(a->key_check, b->key_check, sizeof a->key_check) != 0)
        return a->id == ELIG_PROFILE_OFFLINE ? "their seeds differ" : "their secrets differ";
    if (memcmp(a->blind_key, b->blind_key, sizeof a->blind_key) != 0)
        return "their secrets differ";
    if (left->kind_count != right->kind_count)
        return "one has more kinds of identifiers than the other";
    for (unsigned i = 0; i < left->kind_count; i++)
        if (!is_same_kind(&left->kinds[i], &right->kinds[i]))
            return "their kinds differ in name, type or order (give every digest job the same --kind options)";
    return NULL;
}

/* Counts the files of one list's shards, and those of one shard of it. */
static void count_shards(struct digest_file *const *files, unsigned count,
                         const struct digest_file_shard *shard, uint64_t *of_list, uint64_t *of_shard)
{
    *of_list = *of_shard = 0;
    for (unsigned i = 0; i < count; i++) {
        const struct digest_file_shard *other = &files[i]->shard;
        bool is_same_list = other->count == shard->count && other->list_check == shard->list_check;
        *of_list += is_same_list;
        *of_shard += is_same_list && other->number == shard->number;
    }
}

/* Whether each shard of a list is given at least once. */
static bool has_all_shards(struct digest_file *const *files, unsigned count, struct digest_file_shard shard)
{
    uint64_t of_list, of_shard;
    for (shard.number = 0; shard.number < shard.count; shard.number++) {
        count_shards(files, count, &shard, &of_list, &of_shard);
        if (of_shard == 0)
            return false;
    }
    return true;
}

/*
 * Every shard of a list must be given, and equally often (once, unless the list is given several times). If n
 * files are of one list, there must be n / count files of each shard. It is enough to count for the shards that
 * are given: were one missing, the files of the others would add up to fewer than n. If none is missing, some
 * shard is given more often than n / count times.
 */
const struct digest_file *digest_file_find_incomplete(struct digest_file *const *files, unsigned count,
                                                      bool *is_repeated)
{
    *is_repeated = false;
    for (unsigned i = 0; i < count; i++) {
        const struct digest_file_shard *shard = &files[i]->shard;
        uint64_t of_list, of_shard;
        count_shards(files, count, shard, &of_list, &of_shard);
        if (shard->count == 0 || of_list == of_shard * shard->count)
            continue;
        *is_repeated = has_all_shards(files, count, *shard);
        if (!*is_repeated || of_shard * shard->count > of_list)
            return files[i];
    }
    return NULL;
}

int digest_file_intern_labels(struct digest_file *file, struct label_table *labels)
{
    int error = 0;
    for (uint32_t code = 1; code <= file->dictionary.count && error == 0; code++) {
        const char *word = file->dictionary.words[code - 1];
        error = label_table_intern(labels, word, strlen(word), &file->label[code]);
    }
    dictionary_free(&file->dictionary);
    return error;
}

/* ---- Records ---- */

struct digest_file_iterator {
    struct digest_file *file;
    unsigned partition, input;
    uint64_t next, left; /* records */
    bool is_hashed;      /* the partition's hash was compared */
    uint64_t of_kind[ELIG_KINDS_MAX];
    bool has_last;
    struct record last; /* with the label's code: the next record must come after it */
    crypto_generichash_blake2b_state hash;
};

struct digest_file_iterator *digest_file_iterator_open(struct digest_file *file, unsigned partition,
                                                       unsigned input)
{
    struct digest_file_iterator *iterator = NULL;
    if (posix_memalign((void **)&iterator, _Alignof(struct digest_file_iterator), sizeof *iterator) != 0)
        return NULL;
    *iterator = (struct digest_file_iterator){.file = file,
                                              .partition = partition,
                                              .input = input,
                                              .next = file->first[partition],
                                              .left = digest_file_partition_records(file, partition)};
    (void)crypto_generichash_blake2b_init_salt_personal(&iterator->hash, NULL, 0, ELIG_HASH_BYTES,
                                                        file->parameters.profile.salt,
                                                        (const uint8_t *)DIGEST_FILE_DOMAIN_PARTITION);
    return iterator;
}

void digest_file_iterator_close(struct digest_file_iterator *iterator)
{
    free(iterator);
}

/* Counts a partition whose hash was right; with the last one, compares the number of records of each kind with
 * the header's. */
static void count_checked(struct digest_file *file, const struct digest_file_iterator *iterator)
{
    uint64_t records = digest_file_partition_records(file, iterator->partition);
    if (atomic_exchange(&file->is_checked[iterator->partition], 1)) /* by another iterator */
        return;
    for (unsigned kind = 0; kind < file->parameters.kind_count; kind++)
        atomic_fetch_add(&file->checked_of_kind[kind], iterator->of_kind[kind]);
    if (atomic_fetch_add(&file->checked_records, records) + records < file->records)
        return;
    for (unsigned kind = 0; kind < file->parameters.kind_count; kind++)
        if (file->checked_of_kind[kind] != file->parameters.kinds[kind].identifiers)
            file->has_wrong_kinds = true;
}

/* At the end of a partition, compares its hash: each time, for a file can change between two readings. */
static int check_partition(struct digest_file_iterator *iterator)
{
    struct digest_file *file = iterator->file;
    uint8_t hash[ELIG_HASH_BYTES];
    if (!iterator->is_hashed) {
        iterator->is_hashed = true;
        crypto_generichash_blake2b_final(&iterator->hash, hash, sizeof hash);
        if (memcmp(hash, file->hash[iterator->partition], sizeof hash) != 0)
            return DIGEST_FILE_E_DAMAGED;
        count_checked(file, iterator);
    }
    return file->has_wrong_kinds ? DIGEST_FILE_E_DAMAGED : 0;
}

/* Decodes one record. Returns whether it belongs to the partition and comes after the one before: the order is
 * by digest, then by code; and records of one digest are of one kind. */
static bool read_record(struct digest_file_iterator *iterator, const uint8_t *bytes, struct record *record)
{
    const struct digest_file *file = iterator->file;
    uint16_t code = bytes_get_le16(bytes + DIGEST_FILE_AT_LABEL);
    unsigned kind = bytes[DIGEST_FILE_AT_KIND];
    memcpy(record->digest, bytes, ELIG_DIGEST_BYTES);
    if (spill_partition_of(record->digest) != iterator->partition || code > file->label_count ||
        kind >= file->parameters.kind_count)
        return false;
    record_set_attributes(record, code, kind, 0);
    const struct record *last = &iterator->last;
    int order = iterator->has_last ? memcmp(last->digest, record->digest, ELIG_DIGEST_BYTES) : -1;
    if (order > 0 || (order == 0 && (record_label(last) >= record_label(record) || record_kind(last) != kind)))
        return false;
    iterator->last = *record;
    iterator->has_last = true;
    iterator->of_kind[kind]++;
    record_set_attributes(record, file->label[code], kind, row_position(iterator->input, 0));
    return true;
}

int digest_file_iterator_next(struct digest_file_iterator *iterator, struct record *records, size_t *count)
{
    uint8_t bytes[SPILL_CHUNK_RECORDS_MAX * DIGEST_FILE_RECORD_BYTES];
    size_t some = iterator->left < SPILL_CHUNK_RECORDS_MAX ? (size_t)iterator->left : SPILL_CHUNK_RECORDS_MAX;
    *count = 0;
    if (some == 0)
        return check_partition(iterator);
    int error = read_bytes(iterator->file, bytes, some * DIGEST_FILE_RECORD_BYTES,
                           iterator->file->records_at + iterator->next * DIGEST_FILE_RECORD_BYTES);
    if (error != 0)
        return error;
    crypto_generichash_blake2b_update(&iterator->hash, bytes, some * DIGEST_FILE_RECORD_BYTES);
    for (size_t i = 0; i < some; i++)
        if (!read_record(iterator, bytes + i * DIGEST_FILE_RECORD_BYTES, &records[i]))
            return DIGEST_FILE_E_DAMAGED;
    iterator->next += some;
    iterator->left -= some;
    *count = some;
    return 0;
}
