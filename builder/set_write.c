#include "set_write.h"

#include "digest.h"
#include "file.h"
#include "header.h"
#include "parallel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Of each kind: how many records a part has of it, which the header sums up. */
struct part_counts {
    uint64_t of_kind[ELIG_KINDS_MAX];
};

struct writing {
    const struct set_plan *plan;
    int file;
    struct dictionary dictionary;
    uint16_t *code; /* by label number */
    uint64_t records_at;
    uint64_t first[STORE_PARTS + 1]; /* number of each part's first record */
    uint8_t table[SET_PARTS_BYTES];
    struct part_counts *counts; /* by worker */
    size_t room;                /* records that a worker loads at once */
};

/* ---- One part ---- */

static void put_record(uint8_t *bytes, const struct record *record, uint16_t code)
{
    memcpy(bytes, record->digest, ELIG_DIGEST_BYTES);
    bytes_put_le16(bytes + SET_AT_LABEL, code);
    bytes[SET_AT_KIND] = (uint8_t)record_kind(record);
}

/* Labels were numbered as they were met, and are now to be in the order of their codes: moves the record down
 * past those of the same digest that it must come before. */
static void settle(uint8_t *bytes, size_t at)
{
    uint8_t moving[SET_RECORD_BYTES];
    memcpy(moving, bytes + at * SET_RECORD_BYTES, sizeof moving);
    for (; at > 0; at--) {
        const uint8_t *before = bytes + (at - 1) * SET_RECORD_BYTES;
        if (memcmp(before, moving, ELIG_DIGEST_BYTES) != 0 ||
            bytes_get_le16(before + SET_AT_LABEL) < bytes_get_le16(moving + SET_AT_LABEL))
            break;
        memcpy(bytes + at * SET_RECORD_BYTES, before, SET_RECORD_BYTES);
    }
    memcpy(bytes + at * SET_RECORD_BYTES, moving, sizeof moving);
}

/* Writes some records that are in order and hold whole identifiers; hashes them on. */
static int put_records(struct writing *writing, struct part_counts *counts, const struct record *records,
                       size_t count, uint64_t at, crypto_generichash_blake2b_state *hash)
{
    uint8_t *bytes = malloc(count * SET_RECORD_BYTES + 1);
    if (bytes == NULL)
        return 0;
    for (size_t i = 0; i < count; i++) {
        put_record(bytes + i * SET_RECORD_BYTES, &records[i], writing->code[record_label(&records[i])]);
        settle(bytes, i);
        counts->of_kind[record_kind(&records[i])]++;
    }
    crypto_generichash_blake2b_update(hash, bytes, count * SET_RECORD_BYTES);
    int good = file_write_at(writing->file, bytes, count * SET_RECORD_BYTES,
                             writing->records_at + at * SET_RECORD_BYTES);
    free(bytes);
    return good;
}

static unsigned sub_bits_for(const struct writing *writing, unsigned part)
{
    uint64_t records = source_part_records(writing->plan->source, part);
    unsigned bits = 0;
    while (records >> bits > writing->room)
        bits++;
    return bits;
}

static int write_part(void *context, unsigned worker, uint64_t number)
{
    struct writing *writing = context;
    const struct set_plan *plan = writing->plan;
    struct batch batch = {0};
    crypto_generichash_blake2b_state hash;
    unsigned part = (unsigned)number, sub_bits = sub_bits_for(writing, part);
    uint64_t at = writing->first[part];
    int good = 1;
    (void)crypto_generichash_blake2b_init_salt_personal(
        &hash, NULL, 0, ELIG_HASH_BYTES, plan->recipe->profile.salt, (const uint8_t *)SET_DOMAIN_PART);
    for (unsigned sub = 0; sub >> sub_bits == 0 && good; sub++) {
        good = source_load(plan->source, part, sub, sub_bits, writing->room, &batch) &&
               put_records(writing, &writing->counts[worker], batch.records, batch.count, at, &hash);
        at += batch.count;
        progress_add(plan->progress, batch.count);
    }
    int why = errno;
    crypto_generichash_blake2b_final(&hash, writing->table + number * SET_PART_BYTES + 8, ELIG_HASH_BYTES);
    batch_free(&batch);
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
    struct source *source = writing->plan->source;
    unsigned part = (unsigned)number, sub_bits = sub_bits_for(writing, part);
    struct batch batch = {0};
    uint64_t count = 0;
    int good = 1;
    (void)worker;
    if (store_is_sorted(source->store, part)) {
        count = store_part_records(source->store, part);
    } else {
        for (unsigned sub = 0; sub >> sub_bits == 0 && good; sub++) {
            good = source_load(source, part, sub, sub_bits, writing->room, &batch);
            count += batch.count;
        }
    }
    batch_free(&batch);
    bytes_put_le64(writing->table + number * SET_PART_BYTES, count);
    return good ? 0 : -1;
}

static int write_parts(struct writing *writing)
{
    unsigned threads = writing->plan->recipe->threads;
    if (parallel_run(threads, STORE_PARTS, count_part, writing) != 0)
        return 0;
    for (unsigned part = 0; part < STORE_PARTS; part++)
        writing->first[part + 1] =
            writing->first[part] + bytes_get_le64(writing->table + (size_t)part * SET_PART_BYTES);
    return parallel_run(threads, STORE_PARTS, write_part, writing) == 0;
}

static int write_dictionary(const struct writing *writing, uint8_t *page, size_t length)
{
    uint8_t *bytes = calloc(1, length + 1);
    if (bytes == NULL)
        return 0;
    dictionary_write(&writing->dictionary, bytes);
    if (length > 0)
        digest_bytes(ELIG_DOMAIN_DICTIONARY, writing->plan->recipe->profile.salt, bytes, length,
                     page + ELIG_AT_DICTIONARY_HASH);
    int good = file_write_at(writing->file, bytes, length, ELIG_PAGE_BYTES);
    free(bytes);
    return good;
}

static void fill_header(const struct writing *writing, uint8_t *page)
{
    static const uint8_t no_salt[ELIG_SALT_BYTES];
    const struct recipe *recipe = writing->plan->recipe;
    struct elig_kind kinds[ELIG_KINDS_MAX];
    for (unsigned kind = 0; kind < recipe->list.kind_count; kind++) {
        kinds[kind] = recipe->list.kinds[kind];
        kinds[kind].identifiers = 0;
        for (unsigned worker = 0; worker < recipe->threads; worker++)
            kinds[kind].identifiers += writing->counts[worker].of_kind[kind];
    }
    memcpy(page, SET_MAGIC, ELIG_MAGIC_BYTES);
    bytes_put_le32(page + ELIG_AT_FORMAT_VERSION, SET_VERSION);
    bytes_put_le32(page + ELIG_AT_RULES_VERSION, ELIG_RULES_VERSION);
    profile_write(&recipe->profile, page);
    bytes_put_le64(page + SET_AT_ROWS, writing->plan->rows);
    if (recipe->parts > 1) {
        bytes_put_le32(page + SET_AT_SLICES, recipe->parts);
        bytes_put_le32(page + SET_AT_SLICE, recipe->part);
        bytes_put_le64(page + SET_AT_LIST_BYTES, writing->plan->list_bytes);
    }
    bytes_put_le64(page + SET_AT_RECORDS, writing->first[STORE_PARTS]);
    bytes_put_le32(page + ELIG_AT_LABELS, writing->dictionary.count);
    bytes_put_le64(page + ELIG_AT_DICTIONARY, dictionary_bytes(&writing->dictionary));
    digest_bytes(SET_DOMAIN_PARTS, recipe->profile.salt, writing->table, sizeof writing->table,
                 page + SET_AT_PARTS_HASH);
    header_kinds_write(kinds, recipe->list.kind_count, page);
    digest_bytes(SET_DOMAIN_HEADER, no_salt, page, ELIG_AT_HEADER_HASH, page + ELIG_AT_HEADER_HASH);
}

static int write_all(struct writing *writing, uint64_t *length)
{
    uint8_t page[ELIG_PAGE_BYTES] = {0};
    size_t words = header_dictionary_pages(dictionary_bytes(&writing->dictionary)) * ELIG_PAGE_BYTES;
    uint64_t table_at = ELIG_PAGE_BYTES + words;
    writing->records_at = table_at + SET_PARTS_BYTES;
    if (!write_parts(writing) || !write_dictionary(writing, page, words))
        return 0;
    fill_header(writing, page);
    *length = writing->records_at + writing->first[STORE_PARTS] * SET_RECORD_BYTES;
    return file_write_at(writing->file, writing->table, sizeof writing->table, table_at) &&
           file_write_at(writing->file, page, sizeof page, 0);
}

/* Every word that was met gets a code: which of them stay is decided when an index is made. */
static int make_dictionary(struct writing *writing)
{
    const struct labels *labels = writing->plan->labels;
    uint64_t *held = calloc(ELIG_LABELS_MAX + 1, sizeof *held);
    writing->code = calloc(ELIG_LABELS_MAX + 1, sizeof *writing->code);
    for (unsigned number = 1; held != NULL && number <= labels_count(labels); number++)
        held[number] = 1;
    int good = held != NULL && writing->code != NULL &&
               labels_dictionary(labels, held, &writing->dictionary, writing->code);
    free(held);
    return good;
}

int set_write(const struct set_plan *plan, int file, uint64_t *length)
{
    struct writing *writing = calloc(1, sizeof *writing);
    int good = 0;
    if (writing != NULL) {
        writing->plan = plan;
        writing->file = file;
        writing->room = plan->bytes / plan->recipe->threads / (sizeof(struct record) + SET_RECORD_BYTES);
        writing->counts = calloc(plan->recipe->threads, sizeof *writing->counts);
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
    struct set *set;
    struct progress *progress;
};

static int verify_part(void *context, unsigned worker, uint64_t part)
{
    const struct verifying *verifying = context;
    struct record *records = malloc(STORE_CHUNK_RECORDS_MAX * sizeof *records);
    struct set_walk walk;
    int got = records != NULL ? 1 : -SET_E_MEMORY;
    (void)worker;
    set_walk_start(verifying->set, (unsigned)part, &walk);
    while (got > 0) {
        size_t count = 0;
        got = set_walk_next(verifying->set, &walk, 0, records, &count);
        progress_add(verifying->progress, got > 0 ? count : 0);
    }
    free(records);
    return got;
}

enum set_error set_verify(const char *path, unsigned threads, struct progress *progress)
{
    struct verifying verifying = {.progress = progress};
    enum set_error error = set_open(path, &verifying.set);
    if (error == SET_GOOD)
        error = (enum set_error) - parallel_run(threads, STORE_PARTS, verify_part, &verifying);
    set_close(verifying.set);
    return error;
}
