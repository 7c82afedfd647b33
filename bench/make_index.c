/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/make_index.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "bench/dataset.h"
#include "builder/index/index_writer.h"
#include "builder/records/record_counts.h"
#include "lib/elig/digest/digest.h"
#include "lib/elig/parallel.h"
#include "lib/util/atomic_file.h"

#define PIECE 65536 /* digests recorded at a time */
#define RECORD_BYTES_MAX (UINT64_C(4) << 30)

struct record_task {
    const uint8_t (*digests)[ELIG_DIGEST_BYTES];
    uint64_t n;
    struct spill_writer **writers;
};

static int record_piece(void *context, unsigned worker, uint64_t piece)
{
    const struct record_task *task = context;
    uint64_t end = (piece + 1) * PIECE < task->n ? (piece + 1) * PIECE : task->n;
    for (uint64_t i = piece * PIECE; i < end; i++) {
        struct record record;
        memcpy(record.digest, task->digests[i], sizeof record.digest);
        record_set_note(&record, 0, 0, record_place(0, 1));
        if (spill_add(task->writers[worker], &record, 1) != 0)
            return -1;
    }
    return 0;
}

static int fill_store(struct spill *store, const struct config *config,
                      const uint8_t (*digests)[ELIG_DIGEST_BYTES], uint64_t n)
{
    struct spill_writer *writers[PARALLEL_THREADS_MAX] = {NULL};
    struct record_task task = {digests, n, writers};
    int good = 1;
    for (unsigned i = 0; i < config->threads; i++)
        good = good && (writers[i] = spill_writer_new(store)) != NULL;
    good = good && parallel_run(config->threads, (n + PIECE - 1) / PIECE, record_piece, &task) == 0;
    for (unsigned i = 0; i < config->threads; i++)
        spill_writer_close(writers[i]);
    return good;
}

static int write_index(const struct config *config, struct record_source *listed,
                       const struct label_table *labels)
{
    struct record_counts totals;
    struct rejects rejects = {0};
    int error = 0;
    struct atomic_file *publish = atomic_file_open(config->output);
    int good =
        record_counts_make(&totals, config, listed, NULL, 0, config->memory, NULL, &rejects) && publish != NULL;
    struct index_writer writer = {
        .config = config, .listed = listed, .labels = labels, .totals = &totals, .bytes = config->memory};
    good = good &&
           index_writer_write(&writer, atomic_file_descriptor(publish), &rejects) == INDEX_WRITER_DONE &&
           index_writer_verify(&writer, atomic_file_path(publish), &error);
    if (good)
        good = atomic_file_commit(publish, 0444);
    else
        atomic_file_abandon(publish);
    index_writer_free(&writer);
    record_counts_free(&totals);
    rejects_free(&rejects);
    return good;
}

int make_index(const char *path, const uint8_t (*digests)[ELIG_DIGEST_BYTES], uint64_t n,
               unsigned fingerprint_bits, unsigned threads)
{
    char folder[PATH_MAX];
    uint8_t secret[ELIG_SECRET_BYTES];
    struct config config = {
        .list = {.kind_count = 1, .kinds = {{.part_count = 1, .parts = {{.type = ELIG_TYPE_EMAIL}}}}},
        .rate_bits = fingerprint_bits,
        .campaign = "benchmark",
        .output = path,
        .memory = RECORD_BYTES_MAX,
        .threads = threads,
        .secret = secret};
    snprintf(folder, sizeof folder, "%s", path);
    config.tmpdir = dirname(folder);
    snprintf(config.list.kinds[0].name, sizeof config.list.kinds[0].name, "%s", dataset_kind);
    memcpy(secret, dataset_secret, sizeof secret);
    memcpy(config.profile.salt, dataset_salt, sizeof config.profile.salt);
    config.profile.id = ELIG_PROFILE_KEYED;
    digest_key_check(config.secret, config.profile.salt, config.profile.key_check);
    struct record_source listed = {.store = spill_new(config.tmpdir, config.memory, config.threads)};
    struct label_table *labels = label_table_new();
    int good = listed.store != NULL && labels != NULL && fill_store(listed.store, &config, digests, n) &&
               write_index(&config, &listed, labels);
    if (!good)
        fprintf(stderr, "bench: make %s: %s\n", path, strerror(errno));
    spill_free(listed.store);
    label_table_free(labels);
    return good;
}
