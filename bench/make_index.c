/* SPDX-License-Identifier: Apache-2.0 */
/* Digests become records, and records an index, as in a build. */
#include "bench/make_index.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "bench/dataset.h"
#include "builder/index/index_verifier.h"
#include "builder/index/index_writer.h"
#include "builder/merge/record_counts.h"
#include "lib/elig/digest/digest.h"
#include "lib/elig/parallel.h"
#include "lib/util/atomic_file.h"

#define CHUNK 65536 /* digests that a thread adds in one call */
#define RECORD_BYTES_MAX (UINT64_C(4) << 30)

struct record_task {
    const uint8_t (*digests)[ELIG_DIGEST_BYTES];
    uint64_t n;
    struct spill_writer **writers;
};

static int record_chunk(void *context, unsigned worker, uint64_t chunk)
{
    const struct record_task *task = context;
    uint64_t end = (chunk + 1) * CHUNK < task->n ? (chunk + 1) * CHUNK : task->n;
    for (uint64_t i = chunk * CHUNK; i < end; i++) {
        struct record record;
        memcpy(record.digest, task->digests[i], sizeof record.digest);
        record_set_attributes(&record, 0, 0, row_position(0, 1));
        if (spill_add(task->writers[worker], &record, 1) != 0)
            return -1;
    }
    return 0;
}

static bool fill_spill(struct spill *spill, unsigned threads, const uint8_t (*digests)[ELIG_DIGEST_BYTES],
                       uint64_t n)
{
    struct spill_writer *writers[PARALLEL_THREADS_MAX] = {NULL};
    struct record_task task = {digests, n, writers};
    bool ok = true;
    for (unsigned i = 0; i < threads; i++)
        ok = ok && (writers[i] = spill_writer_new(spill)) != NULL;
    ok = ok && parallel_run(threads, (n + CHUNK - 1) / CHUNK, record_chunk, &task) == 0;
    for (unsigned i = 0; i < threads; i++)
        spill_writer_close(writers[i]);
    return ok;
}

static bool write_index(const char *path, struct header *header, unsigned fingerprint_bits, unsigned threads,
                        struct record_source *listed, const struct label_table *labels)
{
    struct record_counts totals;
    struct rejects rejects = {0};
    struct atomic_file *file;
    const struct index_input input = {
        .listed = listed, .labels = labels, .totals = &totals, .threads = threads, .bytes = RECORD_BYTES_MAX};
    bool ok = atomic_file_open(path, &file) == 0 &&
              record_counts_make(&totals, listed, &(struct record_rules){.has_labels = false}, threads,
                                 RECORD_BYTES_MAX, NULL, &rejects) == 0 &&
              index_writer_write(&input, header, fingerprint_bits, NULL, atomic_file_descriptor(file),
                                 &rejects) == 0 &&
              index_verifier_run(&input, header, dataset_secret, atomic_file_path(file)) == 0;
    if (ok)
        ok = atomic_file_commit(file, 0444) == 0;
    else
        atomic_file_abandon(file);
    record_counts_free(&totals);
    rejects_free(&rejects);
    return ok;
}

bool make_index(const char *path, const uint8_t (*digests)[ELIG_DIGEST_BYTES], uint64_t n,
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
    bool ok = listed.spill != NULL && labels != NULL && fill_spill(listed.spill, threads, digests, n) &&
              write_index(path, &header, fingerprint_bits, threads, &listed, labels);
    if (!ok)
        fprintf(stderr, "bench: make %s: %s\n", path, strerror(errno));
    spill_free(listed.spill);
    label_table_free(labels);
    return ok;
}
