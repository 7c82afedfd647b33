/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/make_index.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "bench/dataset.h"
#include "builder/index/index_verifier.h"
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
        record_set_attributes(&record, 0, 0, record_position(0, 1));
        if (spill_add(task->writers[worker], &record, 1) != 0)
            return -1;
    }
    return 0;
}

static int fill_spill(struct spill *spill, unsigned threads, const uint8_t (*digests)[ELIG_DIGEST_BYTES],
                      uint64_t n)
{
    struct spill_writer *writers[PARALLEL_THREADS_MAX] = {NULL};
    struct record_task task = {digests, n, writers};
    int good = 1;
    for (unsigned i = 0; i < threads; i++)
        good = good && (writers[i] = spill_writer_new(spill)) != NULL;
    good = good && parallel_run(threads, (n + PIECE - 1) / PIECE, record_piece, &task) == 0;
    for (unsigned i = 0; i < threads; i++)
        spill_writer_close(writers[i]);
    return good;
}

static int write_index(const char *path, struct header *header, unsigned fingerprint_bits, unsigned threads,
                       struct record_source *listed, const struct label_table *labels)
{
    struct record_counts totals;
    struct rejects rejects = {0};
    struct atomic_file *publish = atomic_file_open(path);
    const struct index_input input = {
        .listed = listed, .labels = labels, .totals = &totals, .threads = threads, .bytes = RECORD_BYTES_MAX};
    int good =
        record_counts_make(&totals, listed, NULL, false, threads, RECORD_BYTES_MAX, NULL, &rejects) == 0 &&
        publish != NULL &&
        index_writer_write(&input, header, fingerprint_bits, NULL, atomic_file_descriptor(publish), &rejects) ==
            0 &&
        index_verifier_run(&input, header, dataset_secret, atomic_file_path(publish)) == 0;
    if (good)
        good = atomic_file_commit(publish, 0444);
    else
        atomic_file_abandon(publish);
    record_counts_free(&totals);
    rejects_free(&rejects);
    return good;
}

int make_index(const char *path, const uint8_t (*digests)[ELIG_DIGEST_BYTES], uint64_t n,
               unsigned fingerprint_bits, unsigned threads)
{
    char folder[PATH_MAX];
    struct header header = {.kind_count = 1,
                            .kinds = {{.part_count = 1, .parts = {{.type = ELIG_TYPE_EMAIL}}}},
                            .campaign = "benchmark"};
    snprintf(folder, sizeof folder, "%s", path);
    snprintf(header.kinds[0].name, sizeof header.kinds[0].name, "%s", dataset_kind);
    memcpy(header.profile.salt, dataset_salt, sizeof header.profile.salt);
    header.profile.id = ELIG_PROFILE_KEYED;
    digest_key_check(dataset_secret, header.profile.salt, header.profile.key_check);
    struct record_source listed = {.spill = spill_new(dirname(folder), RECORD_BYTES_MAX, threads)};
    struct label_table *labels = label_table_new();
    int good = listed.spill != NULL && labels != NULL && fill_spill(listed.spill, threads, digests, n) &&
               write_index(path, &header, fingerprint_bits, threads, &listed, labels);
    if (!good)
        fprintf(stderr, "bench: make %s: %s\n", path, strerror(errno));
    spill_free(listed.spill);
    label_table_free(labels);
    return good;
}
