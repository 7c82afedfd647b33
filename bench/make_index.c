#include "make_index.h"

#include "assemble.h"
#include "census.h"
#include "digest.h"
#include "parallel.h"
#include "publish.h"
#include "subject.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#define PIECE 65536 /* digests recorded at a time */
#define RECORD_BYTES_MAX (UINT64_C(4) << 30)

struct record_task {
    const uint8_t (*digests)[ELIG_DIGEST_BYTES];
    uint64_t n;
    struct store_writer **writers;
};

static int record_piece(void *context, unsigned worker, uint64_t piece)
{
    const struct record_task *task = context;
    uint64_t end = (piece + 1) * PIECE < task->n ? (piece + 1) * PIECE : task->n;
    for (uint64_t i = piece * PIECE; i < end; i++) {
        struct record record;
        memcpy(record.digest, task->digests[i], sizeof record.digest);
        record_set_note(&record, 0, 0, record_place(0, 1));
        if (!store_add(task->writers[worker], &record, 1))
            return -1;
    }
    return 0;
}

static int fill_store(struct store *store, const struct recipe *recipe,
                      const uint8_t (*digests)[ELIG_DIGEST_BYTES], uint64_t n)
{
    struct store_writer *writers[PARALLEL_THREADS_MAX] = {NULL};
    struct record_task task = {digests, n, writers};
    int good = 1;
    for (unsigned i = 0; i < recipe->threads; i++)
        good = good && (writers[i] = store_writer_new(store)) != NULL;
    good = good && parallel_run(recipe->threads, (n + PIECE - 1) / PIECE, record_piece, &task) == 0;
    for (unsigned i = 0; i < recipe->threads; i++)
        store_writer_close(writers[i]);
    return good;
}

static int write_index(const struct recipe *recipe, struct source *listed, const struct labels *labels)
{
    struct census census;
    struct faults faults = {0};
    int error = 0;
    struct publish *publish = publish_open(recipe->output);
    int good = census_take(&census, recipe, listed, NULL, 0, recipe->memory, NULL, &faults) && publish != NULL;
    struct assembly assembly = {
        .recipe = recipe, .listed = listed, .labels = labels, .census = &census, .bytes = recipe->memory};
    good = good && assemble_write(&assembly, publish_file(publish), &faults) == ASSEMBLE_DONE &&
           assemble_verify(&assembly, publish_path(publish), &error);
    if (good)
        good = publish_commit(publish, 0444);
    else
        publish_abandon(publish);
    assemble_free(&assembly);
    census_free(&census);
    faults_free(&faults);
    return good;
}

int make_index(const char *path, const uint8_t (*digests)[ELIG_DIGEST_BYTES], uint64_t n,
               unsigned fingerprint_bits, unsigned threads)
{
    char folder[PATH_MAX];
    uint8_t secret[ELIG_SECRET_BYTES];
    struct recipe recipe = {
        .list = {.kind_count = 1, .kinds = {{.part_count = 1, .parts = {{.type = ELIG_TYPE_EMAIL}}}}},
        .rate_bits = fingerprint_bits,
        .campaign = "benchmark",
        .output = path,
        .memory = RECORD_BYTES_MAX,
        .threads = threads,
        .secret = secret};
    snprintf(folder, sizeof folder, "%s", path);
    recipe.tmpdir = dirname(folder);
    snprintf(recipe.list.kinds[0].name, sizeof recipe.list.kinds[0].name, "%s", subject_kind);
    memcpy(secret, subject_secret, sizeof secret);
    memcpy(recipe.profile.salt, subject_salt, sizeof recipe.profile.salt);
    recipe.profile.id = ELIG_PROFILE_KEYED;
    digest_key_check(recipe.secret, recipe.profile.salt, recipe.profile.key_check);
    struct source listed = {.store = store_new(recipe.tmpdir, recipe.memory, recipe.threads)};
    struct labels *labels = labels_new();
    int good = listed.store != NULL && labels != NULL && fill_store(listed.store, &recipe, digests, n) &&
               write_index(&recipe, &listed, labels);
    if (!good)
        fprintf(stderr, "bench: make %s: %s\n", path, strerror(errno));
    store_free(listed.store);
    labels_free(labels);
    return good;
}
