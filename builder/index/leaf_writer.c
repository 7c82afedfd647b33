/* SPDX-License-Identifier: Apache-2.0 */
/* leaf_writer.c - distributes merged identifiers and absent digests over leaves, solves each leaf and writes
 * it. */
#include "builder/index/leaf_writer.h"

#include <stdlib.h>
#include <string.h>

#include "builder/index/mphf.h"
#include "lib/elig/digest/digest.h"
#include "lib/elig/parallel.h"
#include "lib/util/file.h"

/* What one thread works with. */
struct leaf_worker {
    struct mphf_builder *builder;
    struct merged *identifiers; /* of the leaf, and the first one of the next leaf */
    struct mphf_key *keys;
    uint8_t (*absent)[ELIG_DIGEST_BYTES];
    size_t absent_count, absent_room;
    struct rejects rejects;
    uint8_t page[ELIG_PAGE_BYTES];
};

struct leaf_task {
    const struct index_input *input;
    const struct header *header;
    const uint16_t *code;
    int descriptor;
    unsigned ranges;
    struct leaf_worker *workers;
};

/* The identifiers and absent digests of a range, read one leaf after the other by one worker. */
struct leaf_stream {
    struct merge *listed, *absent;
    size_t count; /* identifiers that the worker holds: 1 if the next leaf's first is known already */
    struct merged next_absent;
    bool has_next_absent;
};

static struct tree_key key_of(const struct merged *identifier)
{
    return tree_key_of(identifier->digest);
}

/* ---- One leaf ---- */

int leaf_writer_write_page(const struct header *header, int descriptor, unsigned level, uint64_t position,
                           const uint8_t *page, const uint8_t *first_digest, uint16_t seed)
{
    const struct tree_shape *tree = &header->tree;
    uint64_t number = tree->first_page[level] + position;
    uint8_t entry[ELIG_ENTRY_BYTES];
    uint64_t entry_at = ELIG_AT_ROOT; /* the root's is in the header page */
    if (level < tree->levels)
        entry_at = (tree->first_page[level + 1] + position / ELIG_FANOUT) * ELIG_PAGE_BYTES +
                   position % ELIG_FANOUT * ELIG_ENTRY_BYTES;
    memcpy(entry + ELIG_ENTRY_AT_SEPARATOR, first_digest, ELIG_SEPARATOR_BYTES);
    bytes_put_le16(entry + ELIG_ENTRY_AT_SEED, seed);
    digest_page(header->profile.salt, number, page, entry + ELIG_ENTRY_AT_TAG);
    int error = file_write_at(descriptor, page, ELIG_PAGE_BYTES, number * ELIG_PAGE_BYTES);
    return error != 0 ? error : file_write_at(descriptor, entry, sizeof entry, entry_at);
}

/* Reads identifiers until the worker holds count of them, or fewer at the end of the list. */
static int read_identifiers(struct leaf_worker *worker, struct leaf_stream *stream, size_t count)
{
    bool has_identifier = true;
    int error = 0;
    while (error == 0 && has_identifier && stream->count < count) {
        error = merge_next(stream->listed, &worker->identifiers[stream->count], &has_identifier);
        stream->count += has_identifier;
    }
    return error;
}

static int add_absent(struct leaf_worker *worker, const uint8_t *digest)
{
    if (worker->absent_count == worker->absent_room) {
        size_t room = worker->absent_room == 0 ? LEAF_SLOTS_MAX : 2 * worker->absent_room;
        void *grown = realloc(worker->absent, room * sizeof *worker->absent);
        if (grown == NULL)
            return ELIG_E_MEMORY;
        worker->absent = grown;
        worker->absent_room = room;
    }
    memcpy(worker->absent[worker->absent_count++], digest, ELIG_DIGEST_BYTES);
    return 0;
}

static int compare_to_merged(const void *digest, const void *merged)
{
    return memcmp(digest, ((const struct merged *)merged)->digest, ELIG_DIGEST_BYTES);
}

/* Collects the absent digests for which lookups would read this leaf of count identifiers: those from its
 * separator on and before the next leaf's. */
static int read_absent(struct leaf_worker *worker, struct leaf_stream *stream, size_t count)
{
    struct tree_key first = key_of(&worker->identifiers[0]);
    const struct merged *absent = &stream->next_absent;
    bool is_last_leaf = stream->count <= count;
    int error = 0;
    worker->absent_count = 0;
    while (error == 0 && stream->has_next_absent) {
        struct tree_key key = key_of(absent);
        if (!is_last_leaf && !tree_key_is_less(key, key_of(&worker->identifiers[count])))
            return 0;
        if (bsearch(absent->digest, worker->identifiers, count, sizeof *worker->identifiers,
                    compare_to_merged) != NULL)
            error = rejects_add(&worker->rejects, absent->position, 1, absent->kind, REJECT_ABSENT_LISTED);
        else if (!tree_key_is_less(key, first))
            error = add_absent(worker, absent->digest);
        if (error == 0)
            error = merge_next(stream->absent, &stream->next_absent, &stream->has_next_absent);
    }
    return error;
}

/* Solves the leaf whose count identifiers the worker holds, and writes its page and its entry. */
static int solve_leaf(const struct leaf_task *task, struct leaf_worker *worker, uint64_t leaf, size_t count)
{
    const struct header *header = task->header;
    uint16_t seed;
    for (size_t i = 0; i < count; i++)
        worker->keys[i] =
            (struct mphf_key){worker->identifiers[i].digest, task->code[worker->identifiers[i].label]};
    const struct mphf_task solve = {.shape = &header->leaf,
                                    .salt = header->profile.salt,
                                    .keys = worker->keys,
                                    .count = count,
                                    .absent = (const uint8_t(*)[ELIG_DIGEST_BYTES])worker->absent,
                                    .absent_count = worker->absent_count};
    int error = mphf_builder_run(worker->builder, &solve, worker->page, &seed);
    if (error == 0)
        error = leaf_writer_write_page(header, task->descriptor, 0, leaf, worker->page,
                                       worker->identifiers[0].digest, seed);
    if (error == 0)
        progress_add(task->input->progress, count);
    return error;
}

static int write_leaf(const struct leaf_task *task, struct leaf_worker *worker, struct leaf_stream *stream,
                      uint64_t leaf)
{
    const struct header *header = task->header;
    size_t count = index_input_identifier(header, leaf + 1) - index_input_identifier(header, leaf);
    int error = read_identifiers(worker, stream, count + 1);
    if (error != 0)
        return error;
    if (stream->count < count || (stream->count == count && leaf + 1 < header->tree.count[0]))
        return LEAF_WRITER_E_CHANGED;
    if (stream->count > count &&
        !tree_key_is_less(key_of(&worker->identifiers[count - 1]), key_of(&worker->identifiers[count])))
        return LEAF_WRITER_E_SALT;
    if (stream->absent != NULL)
        error = read_absent(worker, stream, count);
    if (error == 0)
        error = solve_leaf(task, worker, leaf, count);
    worker->identifiers[0] = worker->identifiers[count];
    stream->count -= count;
    return error;
}

/* ---- One range ---- */

/* Opens both lists, and skips what the range before reads: the skipped first identifiers, which belong to its
 * last leaf, and the absent digests before this range's first leaf. */
static int open_stream(const struct leaf_task *task, struct leaf_worker *worker, struct leaf_stream *stream,
                       unsigned partition, uint64_t skipped)
{
    const struct index_input *input = task->input;
    size_t bytes = input->bytes / input->threads / (input->absent != NULL ? 2 : 1);
    stream->listed = merge_open(input->listed, input->priority, partition, SPILL_PARTITIONS, bytes);
    if (stream->listed == NULL)
        return ELIG_E_MEMORY;
    bool has_identifier = true;
    int error = 0;
    for (; skipped > 0 && error == 0; skipped--) {
        error = merge_next(stream->listed, &worker->identifiers[0], &has_identifier);
        if (error == 0 && !has_identifier)
            error = LEAF_WRITER_E_CHANGED;
    }
    if (error != 0 || input->absent == NULL)
        return error;
    stream->absent = merge_open(input->absent, NULL, partition, SPILL_PARTITIONS, bytes);
    if (stream->absent == NULL)
        return ELIG_E_MEMORY;
    error = read_identifiers(worker, stream, 1);
    do {
        if (error == 0)
            error = merge_next(stream->absent, &stream->next_absent, &stream->has_next_absent);
    } while (error == 0 && stream->has_next_absent &&
             tree_key_is_less(key_of(&stream->next_absent), key_of(&worker->identifiers[0])));
    return error;
}

/* Writes the leaves whose first identifiers are in one range. */
static int write_range(void *context, unsigned number, uint64_t range)
{
    const struct leaf_task *task = context;
    struct leaf_worker *worker = &task->workers[number];
    struct leaf_stream stream = {0};
    const uint64_t *first = task->input->totals->first_identifier;
    unsigned partition = index_input_partition(task->ranges, range);
    uint64_t leaf = index_input_leaf(task->header, first[partition]);
    uint64_t end = index_input_leaf(task->header, first[index_input_partition(task->ranges, range + 1)]);
    if (leaf == end)
        return 0;
    int error = open_stream(task, worker, &stream, partition,
                            index_input_identifier(task->header, leaf) - first[partition]);
    for (; leaf < end && error == 0; leaf++)
        error = write_leaf(task, worker, &stream, leaf);
    merge_close(stream.listed);
    merge_close(stream.absent);
    return error;
}

/* ---- All leaves ---- */

int leaf_writer_write(const struct index_input *input, const struct header *header, const uint16_t *code,
                      int descriptor, struct rejects *absent_rejects)
{
    struct leaf_task task = {input,
                             header,
                             code,
                             descriptor,
                             index_input_ranges(input->threads),
                             calloc(input->threads, sizeof *task.workers)};
    if (task.workers == NULL)
        return ELIG_E_MEMORY;
    uint64_t rejected = 0;
    int error = 0;
    for (unsigned i = 0; i < input->threads && error == 0; i++) {
        struct leaf_worker *worker = &task.workers[i];
        worker->builder = mphf_builder_new();
        worker->identifiers = calloc(header->leaf.slots + 1, sizeof *worker->identifiers);
        worker->keys = calloc(header->leaf.slots, sizeof *worker->keys);
        if (worker->builder == NULL || worker->identifiers == NULL || worker->keys == NULL)
            error = ELIG_E_MEMORY;
    }
    if (error == 0)
        error = parallel_run(input->threads, task.ranges, write_range, &task);
    for (unsigned i = 0; i < input->threads; i++) {
        struct leaf_worker *worker = &task.workers[i];
        rejected += rejects_all(&worker->rejects);
        int joined = rejects_join(absent_rejects, &worker->rejects);
        error = error != 0 ? error : joined;
        mphf_builder_free(worker->builder);
        free(worker->identifiers);
        free(worker->keys);
        free(worker->absent);
        rejects_free(&worker->rejects);
    }
    free(task.workers);
    rejects_sort(absent_rejects);
    return error == 0 && rejected > 0 ? LEAF_WRITER_E_ABSENT_LISTED : error;
}
