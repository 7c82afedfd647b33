/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_index.c - opens arbitrary files as indexes: a file is refused, or each kind of lookup gives an answer,
 * and all give the same one if the check of the whole file succeeds. A changed file whose hashes were not
 * recomputed is refused, or answers as the unchanged one.
 *
 * The first byte of the input: bits 0-1 select the file that is changed (an empty index, an offline one of one
 * leaf, one of four leaves under an inner page; 3: the rest of the input is the file itself); bit 2: its hashes
 * are recomputed afterwards, so that the code after the hash checks is reached; bit 3: the file gets another
 * length, which follows as two bytes. The rest are changes, each an offset of two bytes and a value.
 */
#include "builder/index/index_writer.h"
#include "fuzz/fuzz_file.h"
#include "lib/elig/digest/digest.h"
#include "tests/support/forge.h"

#define LISTED 1500
#define QUERIES 40

/* The last one checks the whole file at open. */
static const struct elig_options modes[] = {
    {.size = sizeof(struct elig_options), .check = ELIG_CHECK_WALK},
    {.size = sizeof(struct elig_options), .check = ELIG_CHECK_FIRST_USE},
    {.size = sizeof(struct elig_options), .check = ELIG_CHECK_FIRST_USE, .populate = 1},
    {.size = sizeof(struct elig_options), .check = ELIG_CHECK_ALL, .populate = 1},
    {.size = sizeof(struct elig_options), .check = ELIG_CHECK_ALL}};
#define MODES (sizeof modes / sizeof *modes)

static uint8_t queries[QUERIES][ELIG_DIGEST_BYTES]; /* digests that the largest base lists, and others */
static struct elig_answer honest[BASES][QUERIES];   /* their labels point to honest_labels */
static char honest_labels[BASES][QUERIES][ELIG_LABEL_MAX + 1];

/* ---- The bases ---- */

static void make_digest(uint64_t number, uint8_t *digest)
{
    static const uint8_t salt[ELIG_SALT_BYTES];
    uint8_t bytes[sizeof number];
    bytes_put_le64(bytes, number);
    digest_bytes(ELIG_DOMAIN_FILLER, salt, bytes, sizeof bytes, digest);
}

/* Lookups by digest need no secret, and no Argon2id. */
static struct profile profile_of(int is_offline, const uint8_t *key)
{
    struct profile profile = {.id = ELIG_PROFILE_KEYED};
    if (is_offline)
        profile = (struct profile){.id = ELIG_PROFILE_OFFLINE,
                                   .argon2_memory = ELIG_ARGON2_MEMORY_MIN,
                                   .argon2_passes = ELIG_ARGON2_PASSES_MIN,
                                   .work_bits = 2};
    require(profile_set_key(&profile, key) == 0);
    return profile;
}

static void write_base(unsigned listed_count, int is_offline)
{
    static const char *const words[] = {"bronze", "gold", "silver"};
    static const uint32_t priority[ELIG_LABELS_MAX + 1];
    static uint8_t secret[ELIG_SECRET_BYTES];
    struct header header = {.kind_count = 2,
                            .kinds = {{.name = "id", .part_count = 1, .parts = {{.type = ELIG_TYPE_EXACT}}},
                                      {.name = "person",
                                       .part_count = 2,
                                       .parts = {{.type = ELIG_TYPE_TEXT, .flags = ELIG_TEXT_COMPACT},
                                                 {.type = ELIG_TYPE_PHONE, .region = {'K', 'R'}}}}},
                            .profile = profile_of(is_offline, secret),
                            .not_before = 1,
                            .campaign = "Vouchers"};
    struct rejects rejects = {0};
    struct record_counts totals;
    struct record_source listed = {.spill = spill_new("/tmp", 0, 1)};
    struct label_table *labels = label_table_new();
    struct spill_writer *records = spill_writer_new(listed.spill);
    for (int i = 0; i < 3; i++) {
        uint16_t number;
        require(label_table_intern(labels, words[i], strlen(words[i]), &number) == 0 && number == i + 1);
    }
    for (unsigned i = 0; i < listed_count; i++) {
        struct record record;
        make_digest(i, record.digest);
        record_set_attributes(&record, (uint16_t)(i % 4), i % 2, i);
        require(spill_add(records, &record, 1) == 0);
    }
    spill_writer_close(records);
    require(record_counts_make(&totals, &listed,
                               &(struct record_rules){.priority = priority, .has_labels = listed_count > 0}, 1,
                               1 << 20, NULL, &rejects) == 0);
    const struct index_input input = {.listed = &listed,
                                      .priority = priority,
                                      .labels = labels,
                                      .totals = &totals,
                                      .threads = 1,
                                      .bytes = 1 << 20};
    require(ftruncate(descriptor, 0) == 0);
    require(index_writer_write(&input, &header, 56, NULL, descriptor, &rejects) == 0);
    record_counts_free(&totals);
    label_table_free(labels);
    spill_free(listed.spill);
}

static void start(void)
{
    static const unsigned listed_count[BASES] = {0, 4, LISTED};
    open_descriptor("index");
    for (unsigned i = 0; i < QUERIES; i++)
        make_digest(i < QUERIES / 2 ? i : LISTED + i, queries[i]);
    for (unsigned base = 0; base < BASES; base++) {
        struct elig *index;
        write_base(listed_count[base], base == 1);
        keep_base(base);
        require(elig_open(path, NULL, &index) == 0);
        require(elig_find(index, (const uint8_t(*)[ELIG_DIGEST_BYTES])queries, QUERIES, honest[base]) == 0);
        for (unsigned i = 0; i < QUERIES; i++)
            if (honest[base][i].label != NULL)
                honest[base][i].label = strcpy(honest_labels[base][i], honest[base][i].label);
        elig_close(index);
    }
}

/* ---- The file ---- */

static void make_file(struct file *file, unsigned flags, const uint8_t *data, size_t size)
{
    change_file(file, flags, data, size);
    if (flags & FLAG_SEAL)
        forge_hashes(file->bytes, file->length);
}

/* ---- Lookups ---- */

static void require_answer(const struct elig_answer *answer)
{
    if (answer->error != 0)
        require(answer->error == ELIG_E_DAMAGED && answer->verdict == ELIG_NO_VERDICT);
    else
        require(answer->verdict == ELIG_ELIGIBLE || answer->verdict == ELIG_NOT_LISTED);
    require(answer->reason == ELIG_REASON_NONE);
    require(answer->label == NULL || answer->verdict == ELIG_ELIGIBLE);
    if (answer->label != NULL)
        require(strlen(answer->label) >= 1 && strlen(answer->label) <= ELIG_LABEL_MAX);
}

static void require_same(const struct elig_answer *a, const struct elig_answer *b)
{
    require(a->error == b->error && a->verdict == b->verdict && (a->label == NULL) == (b->label == NULL));
    if (a->label != NULL)
        require(strcmp(a->label, b->label) == 0);
}

static void require_info(const struct elig *index, size_t length)
{
    struct elig_info info = {.size = sizeof info};
    elig_info(index, &info);
    require(info.file_bytes == length);
    require(info.kind_count >= 1 && info.kind_count <= ELIG_KINDS_MAX);
    require(strlen(info.campaign) <= ELIG_CAMPAIGN_MAX);
    for (unsigned i = 0; i < info.kind_count; i++) {
        require(info.kinds[i].part_count >= 1 && info.kinds[i].part_count <= ELIG_PARTS_MAX);
        unsigned kind;
        require(elig_kind(index, info.kinds[i].name, &kind) == 0 && kind == i);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct file file;
    struct elig *index[MODES];
    struct elig_answer answers[MODES][QUERIES], single;
    int error[MODES];
    if (descriptor < 0)
        start();
    if (size == 0)
        return 0;
    unsigned flags = *data;
    make_file(&file, flags, data + 1, size - 1);
    put_file(&file);

    for (size_t i = 0; i < MODES; i++) {
        error[i] = elig_open(path, &modes[i], &index[i]);
        require((error[i] == 0) == (index[i] != NULL));
        require((error[i] <= 0 && error[i] >= ELIG_E_DAMAGED && error[i] != ELIG_E_ARGUMENT &&
                 error[i] != ELIG_E_READ) ||
                error[i] == ELIG_E_COST || error[i] == ELIG_E_SIGNATURE);
        if (error[i] != 0)
            continue;
        require_info(index[i], file.length);
        elig_find(index[i], (const uint8_t(*)[ELIG_DIGEST_BYTES])queries, QUERIES, answers[i]);
        for (unsigned j = 0; j < QUERIES; j++) {
            require_answer(&answers[i][j]);
            if ((flags & FLAG_SEAL) == 0 && (flags & FLAG_BASE) != BASES && answers[i][j].error == 0)
                require_same(&answers[i][j], &honest[flags & FLAG_BASE][j]);
        }
        elig_find(index[i], (const uint8_t(*)[ELIG_DIGEST_BYTES])queries, 1, &single);
        require_same(&single, &answers[i][0]);
    }
    /* A file that passes the check of the whole file gives the same answers in all modes. */
    for (size_t i = 0; error[MODES - 1] == 0 && i < MODES; i++) {
        require(error[i] == 0);
        for (unsigned j = 0; j < QUERIES; j++)
            require_same(&answers[i][j], &answers[MODES - 1][j]);
    }
    for (size_t i = 0; i < MODES; i++)
        elig_close(index[i]);
    return 0;
}
