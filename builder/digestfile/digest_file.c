/* SPDX-License-Identifier: Apache-2.0 */
#include "builder/digestfile/digest_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/elig/digest/digest.h"
#include "lib/elig/index/header.h"
#include "lib/util/file.h"

struct digest_file {
    const char *path;
    int file;
    struct digest_file_terms terms;
    uint64_t rows, records;
    struct digest_file_shard shard;
    struct dictionary dictionary; /* until digest_file_number_labels() */
    uint32_t label_count;
    uint16_t *label; /* by code: the number that digest_file_number_labels() gave the word */
    uint64_t first[SPILL_PARTITIONS + 1]; /* number of each part's first record; the last is records */
    uint8_t hash[SPILL_PARTITIONS][ELIG_HASH_BYTES];
    _Atomic unsigned char is_good[SPILL_PARTITIONS]; /* the part's hash was right */
    _Atomic uint64_t good_records;                   /* of those parts */
    _Atomic uint64_t good_of_kind[ELIG_KINDS_MAX];
    _Atomic int has_other_kinds; /* than the header says: known once all parts are good */
    uint64_t records_at;         /* where the first record starts */
};

static const uint8_t no_salt[ELIG_SALT_BYTES];

const char *digest_file_error_text(enum digest_file_error error)
{
    switch (error) {
    case DIGEST_FILE_GOOD:
        break;
#define DIGEST_FILE_CASE(name, text) \
    case name:                       \
        return text;
        DIGEST_FILE_ERRORS(DIGEST_FILE_CASE)
    }
    return "";
}

const char *digest_file_path(const struct digest_file *set)
{
    return set->path;
}

const struct digest_file_terms *digest_file_terms(const struct digest_file *set)
{
    return &set->terms;
}

uint64_t digest_file_rows(const struct digest_file *set)
{
    return set->rows;
}

struct digest_file_shard digest_file_shard(const struct digest_file *set)
{
    return set->shard;
}

uint64_t digest_file_records(const struct digest_file *set)
{
    return set->records;
}

uint64_t digest_file_partition_records(const struct digest_file *set, unsigned part)
{
    return set->first[part + 1] - set->first[part];
}

/* ---- Opening ---- */

static enum digest_file_error read_bytes(const struct digest_file *set, void *bytes, size_t length,
                                         uint64_t offset)
{
    if (file_read_at(set->file, bytes, length, offset))
        return DIGEST_FILE_GOOD;
    return errno == ENODATA ? SET_E_LENGTH : SET_E_READ;
}

/* Reads length bytes and compares their hash: memory to be freed by the caller in *bytes. */
static enum digest_file_error read_hashed(const struct digest_file *set, const char *domain,
                                          const uint8_t *hash, size_t length, uint64_t offset, uint8_t **bytes)
{
    uint8_t got[ELIG_HASH_BYTES];
    *bytes = malloc(length);
    if (*bytes == NULL)
        return SET_E_MEMORY;
    enum digest_file_error error = read_bytes(set, *bytes, length, offset);
    if (error == DIGEST_FILE_GOOD) {
        digest_bytes(domain, set->terms.profile.salt, *bytes, length, got);
        if (memcmp(got, hash, sizeof got) != 0)
            error = SET_E_DAMAGED;
    }
    return error;
}

/* The parts of the header page that hold nothing in this version. */
static int unused_is_zero(const uint8_t *page)
{
    static const struct {
        uint32_t from, to;
    } unused[] = {
        {ELIG_AT_PROFILE + 4, ELIG_AT_SALT},          {DIGEST_FILE_AT_LIST_BYTES + 8, DIGEST_FILE_AT_RECORDS},
        {DIGEST_FILE_AT_RECORDS + 8, ELIG_AT_LABELS}, {ELIG_AT_KIND_COUNT + 4, ELIG_AT_KINDS},
        {ELIG_AT_CAMPAIGN, ELIG_AT_HEADER_HASH},      {ELIG_AT_SIGNATURE, ELIG_PAGE_BYTES},
    };
    for (size_t i = 0; i < sizeof unused / sizeof *unused; i++)
        if (!bytes_are_zero(page + unused[i].from, unused[i].to - unused[i].from))
            return 0;
    return 1;
}

static enum digest_file_error check_versions(const uint8_t *page)
{
    uint8_t hash[ELIG_HASH_BYTES];
    if (memcmp(page, DIGEST_FILE_MAGIC, ELIG_MAGIC_BYTES) != 0)
        return SET_E_NOT_SET;
    if (bytes_get_le32(page + ELIG_AT_FORMAT_VERSION) != DIGEST_FILE_VERSION)
        return SET_E_VERSION;
    if (bytes_get_le32(page + ELIG_AT_RULES_VERSION) != ELIG_RULES_VERSION)
        return SET_E_RULES;
    digest_bytes(DIGEST_FILE_DOMAIN_HEADER, no_salt, page, ELIG_AT_HEADER_HASH, hash);
    if (memcmp(hash, page + ELIG_AT_HEADER_HASH, sizeof hash) != 0)
        return SET_E_DAMAGED;
    return DIGEST_FILE_GOOD;
}

static enum digest_file_error read_dictionary(struct digest_file *set, const uint8_t *page, uint64_t *next)
{
    uint32_t count = bytes_get_le32(page + ELIG_AT_LABELS);
    uint64_t used = bytes_get_le64(page + ELIG_AT_DICTIONARY);
    uint8_t *bytes;
    if (count > ELIG_LABELS_MAX || used < (uint64_t)count * 2 || used > (uint64_t)count * (1 + ELIG_LABEL_MAX))
        return SET_E_DAMAGED;
    set->label_count = count;
    set->label = calloc((size_t)count + 1, sizeof *set->label);
    if (set->label == NULL)
        return SET_E_MEMORY;
    if (count == 0)
        return bytes_are_zero(page + ELIG_AT_DICTIONARY_HASH, ELIG_HASH_BYTES) ? DIGEST_FILE_GOOD
                                                                               : SET_E_DAMAGED;
    size_t length = header_dictionary_pages(used) * ELIG_PAGE_BYTES;
    enum digest_file_error error =
        read_hashed(set, ELIG_DOMAIN_DICTIONARY, page + ELIG_AT_DICTIONARY_HASH, length, *next, &bytes);
    if (error == DIGEST_FILE_GOOD) {
        int result = dictionary_read(&set->dictionary, count, bytes, length, used);
        error = result == 0 ? DIGEST_FILE_GOOD : result == ELIG_E_MEMORY ? SET_E_MEMORY : SET_E_DAMAGED;
    }
    free(bytes);
    *next += length;
    return error;
}

static enum digest_file_error read_parts(struct digest_file *set, const uint8_t *page, uint64_t *next)
{
    uint8_t *bytes;
    enum digest_file_error error =
        read_hashed(set, DIGEST_FILE_DOMAIN_PARTITIONS, page + DIGEST_FILE_AT_PARTITIONS_HASH,
                    DIGEST_FILE_PARTITIONS_BYTES, *next, &bytes);
    for (unsigned part = 0; part < SPILL_PARTITIONS && error == DIGEST_FILE_GOOD; part++) {
        const uint8_t *entry = bytes + (size_t)part * DIGEST_FILE_PARTITION_BYTES;
        uint64_t records = bytes_get_le64(entry);
        if (records > set->records - set->first[part])
            error = SET_E_DAMAGED;
        set->first[part + 1] = set->first[part] + records;
        memcpy(set->hash[part], entry + 8, ELIG_HASH_BYTES);
    }
    free(bytes);
    if (error == DIGEST_FILE_GOOD && set->first[SPILL_PARTITIONS] != set->records)
        error = SET_E_DAMAGED;
    *next += DIGEST_FILE_PARTITIONS_BYTES;
    return error;
}

static int slice_is_sound(const struct digest_file_shard *shard)
{
    return shard->count > 0 ? shard->number < shard->count : shard->number == 0 && shard->list_bytes == 0;
}

static enum digest_file_error load(struct digest_file *set)
{
    uint8_t page[ELIG_PAGE_BYTES];
    struct stat status;
    uint64_t next = ELIG_PAGE_BYTES;
    if (fstat(set->file, &status) != 0)
        return SET_E_READ;
    if (S_ISDIR(status.st_mode)) {
        errno = EISDIR;
        return SET_E_READ;
    }
    if (!S_ISREG(status.st_mode) || status.st_size < ELIG_PAGE_BYTES)
        return SET_E_NOT_SET;
    enum digest_file_error error = read_bytes(set, page, sizeof page, 0);
    if (error == DIGEST_FILE_GOOD)
        error = check_versions(page);
    if (error != DIGEST_FILE_GOOD)
        return error;
    int profile = profile_read(&set->terms.profile, page);
    if (profile != 0)
        return profile == ELIG_E_PROFILE ? SET_E_PROFILE : SET_E_DAMAGED;
    set->rows = bytes_get_le64(page + DIGEST_FILE_AT_ROWS);
    set->records = bytes_get_le64(page + DIGEST_FILE_AT_RECORDS);
    set->shard = (struct digest_file_shard){bytes_get_le32(page + DIGEST_FILE_AT_SHARDS),
                                            bytes_get_le32(page + DIGEST_FILE_AT_SHARD),
                                            bytes_get_le64(page + DIGEST_FILE_AT_LIST_BYTES)};
    if (set->records > ELIG_IDENTIFIERS_MAX || !unused_is_zero(page) || !slice_is_sound(&set->shard) ||
        !header_kinds_read(set->terms.kinds, &set->terms.kind_count, set->records, page))
        return SET_E_DAMAGED;
    error = read_dictionary(set, page, &next);
    if (error == DIGEST_FILE_GOOD)
        error = read_parts(set, page, &next);
    set->records_at = next;
    if (error == DIGEST_FILE_GOOD && (uint64_t)status.st_size != next + set->records * DIGEST_FILE_RECORD_BYTES)
        error = SET_E_LENGTH;
    return error;
}

enum digest_file_error digest_file_open(const char *path, struct digest_file **out)
{
    *out = NULL;
    struct digest_file *set = calloc(1, sizeof *set);
    if (set == NULL)
        return SET_E_MEMORY;
    set->path = path;
    set->file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    enum digest_file_error error = set->file < 0 ? SET_E_READ : load(set);
    if (error != DIGEST_FILE_GOOD) {
        int why = errno;
        digest_file_close(set);
        errno = why;
        return error;
    }
    posix_fadvise(set->file, 0, 0, POSIX_FADV_SEQUENTIAL);
    *out = set;
    return DIGEST_FILE_GOOD;
}

void digest_file_close(struct digest_file *set)
{
    if (set == NULL)
        return;
    if (set->file >= 0)
        close(set->file);
    dictionary_free(&set->dictionary);
    free(set->label);
    free(set);
}

/* ---- What sets have in common ---- */

static int same_kind(const struct elig_kind *a, const struct elig_kind *b)
{
    if (strcmp(a->name, b->name) != 0 || a->part_count != b->part_count)
        return 0;
    for (unsigned i = 0; i < a->part_count; i++)
        if (a->parts[i].type != b->parts[i].type || a->parts[i].flags != b->parts[i].flags ||
            memcmp(a->parts[i].region, b->parts[i].region, sizeof a->parts[i].region) != 0)
            return 0;
    return 1;
}

static const char *profile_difference(const struct profile *a, const struct profile *b)
{
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
    return memcmp(a->blind_key, b->blind_key, sizeof a->blind_key) != 0 ? "their secrets differ" : NULL;
}

const char *digest_file_terms_difference(const struct digest_file_terms *a, const struct digest_file_terms *b)
{
    const char *difference = profile_difference(&a->profile, &b->profile);
    if (difference != NULL)
        return difference;
    if (a->kind_count != b->kind_count)
        return "one has more kinds of identifiers than the other";
    for (unsigned i = 0; i < a->kind_count; i++)
        if (!same_kind(&a->kinds[i], &b->kinds[i]))
            return "their kinds differ in name, type or order (give every digest job the same --kind options)";
    return NULL;
}

/* If a number is among a list's slices as often as they are many for one each, and that is true of all that are
 * there, then all are. */
const struct digest_file *digest_file_without_others(struct digest_file *const *digest_files, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        const struct digest_file_shard *shard = &digest_files[i]->shard;
        uint64_t of_list = 0, alike = 0;
        for (unsigned j = 0; j < count && shard->count > 0; j++) {
            const struct digest_file_shard *other = &digest_files[j]->shard;
            int is_of_list = other->count == shard->count && other->list_bytes == shard->list_bytes;
            of_list += (uint64_t)is_of_list;
            alike += (uint64_t)(is_of_list && other->number == shard->number);
        }
        if (of_list != alike * shard->count)
            return digest_files[i];
    }
    return NULL;
}

int digest_file_number_labels(struct digest_file *set, struct label_table *labels)
{
    for (uint32_t code = 1; code <= set->dictionary.count; code++) {
        const char *word = set->dictionary.words[code - 1];
        int number = label_table_intern(labels, word, strlen(word));
        if (number < 0)
            return number;
        set->label[code] = (uint16_t)number;
    }
    dictionary_free(&set->dictionary);
    return 1;
}

/* ---- Records ---- */

void digest_file_iterator_start(const struct digest_file *set, unsigned part, struct digest_file_iterator *walk)
{
    walk->part = part;
    walk->next = set->first[part];
    walk->left = set->first[part + 1] - set->first[part];
    walk->is_hashed = 0;
    memset(walk->of_kind, 0, sizeof walk->of_kind);
    walk->has_last = 0;
    (void)crypto_generichash_blake2b_init_salt_personal(&walk->hash, NULL, 0, ELIG_HASH_BYTES,
                                                        set->terms.profile.salt,
                                                        (const uint8_t *)DIGEST_FILE_DOMAIN_PARTITION);
}

/* Takes note of a part whose hash was right; with the last one, of whether the records of each kind are as many
 * as the header says. */
static void note_good_part(struct digest_file *set, const struct digest_file_iterator *walk)
{
    uint64_t records = digest_file_partition_records(set, walk->part);
    if (atomic_exchange(&set->is_good[walk->part], 1)) /* by another walk, meanwhile */
        return;
    for (unsigned kind = 0; kind < set->terms.kind_count; kind++)
        atomic_fetch_add(&set->good_of_kind[kind], walk->of_kind[kind]);
    if (atomic_fetch_add(&set->good_records, records) + records < set->records)
        return;
    for (unsigned kind = 0; kind < set->terms.kind_count; kind++)
        if (set->good_of_kind[kind] != set->terms.kinds[kind].identifiers)
            set->has_other_kinds = 1;
}

/* The end of a part: its hash, each time, for a file can change from one walk to the next. */
static int walk_end(struct digest_file *set, struct digest_file_iterator *walk)
{
    uint8_t hash[ELIG_HASH_BYTES];
    if (!walk->is_hashed) {
        walk->is_hashed = 1;
        crypto_generichash_blake2b_final(&walk->hash, hash, sizeof hash);
        if (memcmp(hash, set->hash[walk->part], sizeof hash) != 0)
            return -SET_E_DAMAGED;
        note_good_part(set, walk);
    }
    return set->has_other_kinds ? -SET_E_DAMAGED : 0;
}

/* By digest, then by code; and a digest is of one kind. */
static int comes_after(const struct record *record, const struct record *last)
{
    int order = memcmp(last->digest, record->digest, ELIG_DIGEST_BYTES);
    if (order != 0)
        return order < 0;
    return memcmp(last->note, record->note, RECORD_LABEL_BYTES) < 0 && record_kind(last) == record_kind(record);
}

/* Takes one record apart: 1, or 0 if it is none of this part, or out of order. */
static int read_record(const struct digest_file *set, struct digest_file_iterator *walk, unsigned input,
                       const uint8_t *bytes, struct record *record)
{
    uint16_t code = bytes_get_le16(bytes + DIGEST_FILE_AT_LABEL);
    unsigned kind = bytes[DIGEST_FILE_AT_KIND];
    memcpy(record->digest, bytes, ELIG_DIGEST_BYTES);
    if (spill_partition_of(record->digest) != walk->part || code > set->label_count ||
        kind >= set->terms.kind_count)
        return 0;
    record_set_note(record, code, kind, 0);
    if (walk->has_last && !comes_after(record, &walk->last))
        return 0;
    walk->last = *record;
    walk->has_last = 1;
    walk->of_kind[kind]++;
    record_set_note(record, set->label[code], kind, record_place(input, 0));
    return 1;
}

int digest_file_iterator_next(struct digest_file *set, struct digest_file_iterator *walk, unsigned input,
                              struct record *records, size_t *count)
{
    uint8_t bytes[SPILL_CHUNK_RECORDS_MAX * DIGEST_FILE_RECORD_BYTES];
    size_t some = walk->left < SPILL_CHUNK_RECORDS_MAX ? (size_t)walk->left : SPILL_CHUNK_RECORDS_MAX;
    if (some == 0)
        return walk_end(set, walk);
    enum digest_file_error error = read_bytes(set, bytes, some * DIGEST_FILE_RECORD_BYTES,
                                              set->records_at + walk->next * DIGEST_FILE_RECORD_BYTES);
    if (error != DIGEST_FILE_GOOD)
        return -(int)error;
    crypto_generichash_blake2b_update(&walk->hash, bytes, some * DIGEST_FILE_RECORD_BYTES);
    for (size_t i = 0; i < some; i++)
        if (!read_record(set, walk, input, bytes + i * DIGEST_FILE_RECORD_BYTES, &records[i]))
            return -SET_E_DAMAGED;
    walk->next += some;
    walk->left -= some;
    *count = some;
    return 1;
}
