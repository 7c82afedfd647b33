/* SPDX-License-Identifier: Apache-2.0 */
/*
 * digest_file_people.c - a digest file (builder/digest_file/digest_file.h) of persons FROM .. TO - 1 of
 * dataset.h, made without a list: for measurements at sizes whose list would take too much disk.
 *
 *     digest_file_people FROM TO TMPDIR FILE
 */
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench/dataset.h"
#include "builder/digest_file/digest_file_writer.h"
#include "builder/merge/record_source.h"
#include "lib/elig/digest/digest.h"
#include "lib/elig/parallel.h"
#include "lib/util/atomic_file.h"
#include "lib/util/parse.h"

#define CHUNK 65536 /* persons that a thread digests in one call */
#define GROUP 64    /* persons digested together */
#define SPILL_BYTES (UINT64_C(768) << 20)
#define LOAD_BYTES (UINT64_C(256) << 20)

struct task {
    uint64_t from, to;
    const struct digest_key *key;
    struct spill_writer **writers;
};

static bool digest_group(const struct task *task, struct spill_writer *writer, uint64_t first, size_t count)
{
    char texts[GROUP][DATASET_TEXT_MAX];
    struct digest_input inputs[GROUP];
    uint8_t digests[GROUP][ELIG_DIGEST_BYTES];
    struct record records[GROUP];
    for (size_t i = 0; i < count; i++)
        inputs[i] =
            (struct digest_input){dataset_kind, (const uint8_t *)texts[i], dataset_text(first + i, texts[i])};
    digest_keyed_many(task->key, inputs, count, digests);
    for (size_t i = 0; i < count; i++) {
        memcpy(records[i].digest, digests[i], sizeof records[i].digest);
        record_set_attributes(&records[i], 0, 0, row_position(0, 0));
    }
    return spill_add(writer, records, count) == 0;
}

static int digest_chunk(void *context, unsigned worker, uint64_t chunk)
{
    const struct task *task = context;
    uint64_t at = task->from + chunk * CHUNK;
    uint64_t end = task->to - at < CHUNK ? task->to : at + CHUNK;
    for (; at < end; at += GROUP)
        if (!digest_group(task, task->writers[worker], at, end - at < GROUP ? end - at : GROUP))
            return -1;
    return 0;
}

static bool fill_spill(struct spill *spill, unsigned threads, uint64_t from, uint64_t to)
{
    struct spill_writer *writers[PARALLEL_THREADS_MAX] = {NULL};
    struct digest_key key;
    struct task task = {from, to, &key, writers};
    bool ok = true;
    digest_key_make(&key, dataset_secret, dataset_salt);
    for (unsigned i = 0; i < threads; i++)
        ok = ok && (writers[i] = spill_writer_new(spill)) != NULL;
    ok = ok && parallel_run(threads, (to - from + CHUNK - 1) / CHUNK, digest_chunk, &task) == 0;
    for (unsigned i = 0; i < threads; i++)
        spill_writer_close(writers[i]);
    return ok;
}

static bool make_digest_file(uint64_t from, uint64_t to, const char *tmpdir, const char *path)
{
    unsigned threads = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
    struct profile profile = {.id = ELIG_PROFILE_KEYED};
    struct elig_kind kind = {.part_count = 1, .parts = {{.type = ELIG_TYPE_EMAIL}}};
    struct record_source source = {.spill = spill_new(tmpdir, SPILL_BYTES, threads)};
    struct label_table *labels = label_table_new();
    struct atomic_file *file;
    const struct digest_file_plan plan = {.spill = source.spill,
                                          .labels = labels,
                                          .profile = &profile,
                                          .kinds = &kind,
                                          .kind_count = 1,
                                          .rows = to - from,
                                          .threads = threads,
                                          .bytes = LOAD_BYTES};
    uint64_t length;
    snprintf(kind.name, sizeof kind.name, "%s", dataset_kind);
    memcpy(profile.salt, dataset_salt, sizeof profile.salt);
    digest_key_check(dataset_secret, dataset_salt, profile.key_check);
    bool ok = atomic_file_open(path, &file) == 0 && source.spill != NULL && labels != NULL &&
              fill_spill(source.spill, threads, from, to) &&
              digest_file_write(&plan, atomic_file_descriptor(file), &length) == 0;
    if (ok)
        ok = atomic_file_commit(file, 0400) == 0;
    else
        atomic_file_abandon(file);
    if (!ok)
        fprintf(stderr, "digest_file_people: make %s: %s\n", path, strerror(errno));
    spill_free(source.spill);
    label_table_free(labels);
    return ok;
}

int main(int argc, char **argv)
{
    uint64_t from, to;
    if (argc != 5 || sodium_init() < 0 || !parse_number(argv[1], 0, UINT64_C(1) << 40, &from) ||
        !parse_number(argv[2], from, UINT64_C(1) << 40, &to)) {
        fprintf(stderr, "Usage: digest_file_people FROM TO TMPDIR FILE\n");
        return 2;
    }
    return make_digest_file(from, to, argv[3], argv[4]) ? 0 : 1;
}
