/*
 * fuzz_set.c - any file as a set of digests: it is refused, or all of its records are such as a builder writes,
 * each time it is read, and merge in order. A file whose hashes were not made right after it was changed is
 * refused, or read as it was before.
 *
 * The first byte of the input: bits 0-1 choose what is changed (a set of nobody, of a few without labels, of
 * some hundred with labels; 3: the rest of the input is the file itself), bit 2 asks for the hashes of header,
 * dictionary and part table to be made right afterwards, so that they do not stand in the way of what lies
 * behind them, bit 3 for another length, which follows as two bytes, bit 4 for the parts' hashes too. The rest
 * is changes, each an offset of two bytes and a value.
 */
#include "census.h"
#include "digest.h"
#include "fuzz_file.h"
#include "header.h"
#include "set_write.h"

#define FLAG_SEAL_PARTS 16u

#define RECORDS_MAX 300

static const char *const words[] = {"bronze", "gold", "silver"};
#define LABELS (sizeof words / sizeof *words)

static struct set_terms honest;

/* ---- The bases ---- */

static struct labels *make_labels(size_t count)
{
    struct labels *labels = labels_new();
    require(labels != NULL);
    for (size_t i = 0; i < count; i++)
        require(labels_number(labels, words[i], strlen(words[i])) == (int)i + 1);
    return labels;
}

/* Some records are of one identifier, and every other one is in part 9. */
static void add_record(struct store_writer *writer, unsigned number, size_t labels)
{
    static const uint8_t no_salt[ELIG_SALT_BYTES];
    struct record record;
    uint8_t bytes[sizeof number];
    bytes_put_le32(bytes, number % 10 == 2 ? 0 : number);
    digest_bytes(ELIG_DOMAIN_FILLER, no_salt, bytes, sizeof bytes, record.digest);
    if (number % 2 == 0) {
        record.digest[0] = 9 >> 2;
        record.digest[1] = (uint8_t)(9 << 6 | record.digest[1] % 64);
    }
    record_set_note(&record, (uint16_t)(number / 10 % (labels + 1)), number % 2, 1);
    require(store_add(writer, &record, 1));
}

static void write_base(unsigned records, size_t label_count)
{
    static uint8_t secret[ELIG_SECRET_BYTES];
    struct recipe recipe = {
        .list = {.kind_count = 2,
                 .kinds = {{.name = "id", .part_count = 1, .parts = {{.type = ELIG_TYPE_EXACT}}},
                           {.name = "person",
                            .part_count = 2,
                            .parts = {{.type = ELIG_TYPE_TEXT, .flags = ELIG_TEXT_COMPACT},
                                      {.type = ELIG_TYPE_PHONE, .region = {'K', 'R'}}}}}},
        .tmpdir = "/tmp",
        .threads = 1};
    struct source source = {.store = store_new(recipe.tmpdir, 0, 1)};
    struct labels *labels = make_labels(label_count);
    struct store_writer *writer = store_writer_new(source.store);
    struct census census;
    uint64_t length;
    recipe.profile.id = ELIG_PROFILE_KEYED;
    digest_key_check(secret, recipe.profile.salt, recipe.profile.key_check);
    for (unsigned i = 0; i < records; i++)
        add_record(writer, i, label_count);
    store_writer_close(writer);
    require(census_take(&census, &recipe, &source, NULL, label_count > 0, 1 << 20, NULL, NULL));
    const struct set_plan plan = {
        .recipe = &recipe, .source = &source, .labels = labels, .rows = records, .bytes = 1 << 20};
    require(ftruncate(descriptor, 0) == 0);
    require(set_write(&plan, descriptor, &length) && length < FILE_MAX);
    census_free(&census);
    labels_free(labels);
    store_free(source.store);
}

static void start(void)
{
    static const unsigned records[BASES] = {0, 7, RECORDS_MAX};
    static const size_t labels[BASES] = {0, 0, LABELS};
    open_descriptor("set");
    for (unsigned base = 0; base < BASES; base++) {
        struct set *set;
        write_base(records[base], labels[base]);
        keep_base(base);
        require(set_open(path, &set) == SET_GOOD);
        honest = *set_terms(set);
        set_close(set);
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
    size_t table = parts_at(file), at = table + SET_PARTS_BYTES;
    for (unsigned part = 0; part < STORE_PARTS && at <= file->length; part++) {
        uint8_t *entry = file->bytes + table + (size_t)part * SET_PART_BYTES;
        uint64_t records = bytes_get_le64(entry);
        if (records > (file->length - at) / SET_RECORD_BYTES)
            return;
        digest_bytes(SET_DOMAIN_PART, file->bytes + ELIG_AT_SALT, file->bytes + at, records * SET_RECORD_BYTES,
                     entry + 8);
        at += records * SET_RECORD_BYTES;
    }
}

/* Makes the other hashes right, as far as there is what they cover. */
static void seal(struct file *file)
{
    static const uint8_t no_salt[ELIG_SALT_BYTES];
    uint8_t *bytes = file->bytes;
    size_t table = parts_at(file);
    if (table + SET_PARTS_BYTES <= file->length) {
        digest_bytes(SET_DOMAIN_PARTS, bytes + ELIG_AT_SALT, bytes + table, SET_PARTS_BYTES,
                     bytes + SET_AT_PARTS_HASH);
        if (table > ELIG_PAGE_BYTES)
            digest_bytes(ELIG_DOMAIN_DICTIONARY, bytes + ELIG_AT_SALT, bytes + ELIG_PAGE_BYTES,
                         table - ELIG_PAGE_BYTES, bytes + ELIG_AT_DICTIONARY_HASH);
    }
    digest_bytes(SET_DOMAIN_HEADER, no_salt, bytes, ELIG_AT_HEADER_HASH, bytes + ELIG_AT_HEADER_HASH);
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

static void require_record(const struct set *set, const struct labels *labels, unsigned part,
                           const struct record *record)
{
    require(store_part_of(record->digest) == part);
    require(record_label(record) <= labels_count(labels));
    require(record_kind(record) < set_terms(set)->kind_count);
    require(record_where(record) == record_place(5, 0));
    require(!record_is_removed(record));
}

/* Walks through all parts: an enum set_error. */
static enum set_error walk(struct set *set, const struct labels *labels)
{
    static struct record records[STORE_CHUNK_RECORDS_MAX];
    for (unsigned part = 0; part < STORE_PARTS; part++) {
        struct set_walk at;
        uint64_t total = 0;
        uint8_t last[ELIG_DIGEST_BYTES] = {0};
        size_t count;
        int got;
        set_walk_start(set, part, &at);
        while ((got = set_walk_next(set, &at, 5, records, &count)) > 0) {
            require(count >= 1 && count <= STORE_CHUNK_RECORDS_MAX);
            for (size_t i = 0; i < count; i++) {
                require_record(set, labels, part, &records[i]);
                require(memcmp(last, records[i].digest, sizeof last) <= 0);
                memcpy(last, records[i].digest, sizeof last);
            }
            total += count;
        }
        require(got <= 0 && got >= -SET_E_DAMAGED);
        if (got < 0)
            return (enum set_error) - got;
        require(total == set_part_records(set, part));
    }
    return SET_GOOD;
}

/* What the set lists, and what is left of it when it is removed from itself. */
static uint64_t merge_set(struct set *set, int is_removed, enum set_error expected)
{
    struct source source = {
        .sets = &set, .set_count = 1, .removed = &set, .removed_count = (unsigned)is_removed};
    struct merge *merge = merge_open(&source, NULL, 0, STORE_PARTS, 0);
    struct merged identifier;
    uint8_t last[ELIG_DIGEST_BYTES];
    uint64_t count = 0;
    int got;
    require(merge != NULL);
    while ((got = merge_next(merge, &identifier)) > 0) {
        require(count == 0 || memcmp(last, identifier.digest, sizeof last) < 0);
        memcpy(last, identifier.digest, sizeof last);
        count++;
    }
    require((got == 0) == (expected == SET_GOOD));
    if (got < 0)
        require(source.broken == set && source.broken_why == (int)expected);
    for (unsigned kind = 0; kind < set_terms(set)->kind_count && is_removed; kind++)
        count += merge_removed(merge)[kind];
    merge_close(merge);
    return count;
}

static void read_set(struct set *set, unsigned flags, const struct file *file)
{
    const struct set_terms *terms = set_terms(set);
    struct labels *labels = make_labels(LABELS);
    require(terms->kind_count >= 1 && terms->kind_count <= ELIG_KINDS_MAX);
    require(set_records(set) * SET_RECORD_BYTES < file->length);
    require(set_terms_difference(terms, terms) == NULL);
    (void)set_terms_difference(terms, &honest);
    require(set_number_labels(set, labels) == 1);
    enum set_error error = walk(set, labels);
    require(error == SET_GOOD || error == SET_E_DAMAGED);
    require(walk(set, labels) == error);
    require(set_verify(path, 1, NULL) == error);
    uint64_t listed = merge_set(set, 0, error), removed = merge_set(set, 1, error);
    require(listed <= set_records(set));
    if (error == SET_GOOD) {
        require(removed == listed);
        if ((flags & (FLAG_SEAL | FLAG_SEAL_PARTS)) == 0 && (flags & FLAG_BASE) != BASES)
            require(file->length == bases[flags & FLAG_BASE].length &&
                    memcmp(file->bytes, bases[flags & FLAG_BASE].bytes, file->length) == 0);
    }
    labels_free(labels);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct file file;
    struct set *set;
    if (descriptor < 0)
        start();
    if (size == 0)
        return 0;
    make_file(&file, *data, data + 1, size - 1);
    put_file(&file);
    enum set_error error = set_open(path, &set);
    require((error == SET_GOOD) == (set != NULL));
    require(error != SET_E_READ && error != SET_E_MEMORY);
    if (error == SET_GOOD)
        read_set(set, *data, &file);
    else
        require(set_verify(path, 1, NULL) == error);
    set_close(set);
    return 0;
}
