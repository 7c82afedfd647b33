/* SPDX-License-Identifier: Apache-2.0 */
/* record_source.c - loads a partition, or an aligned piece of it, into memory and sorts it. */
#include "builder/records/record_source.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "builder/records/sort.h"

#define SUB_BITS_MAX 16
#define FIRST_ROOM (2 * SPILL_CHUNK_RECORDS_MAX)

/* One call of record_source_load(). */
struct loading {
    struct record_source *source;
    unsigned partition, sub, sub_bits;
    size_t room;
    struct record_batch *batch;
};

void record_batch_free(struct record_batch *batch)
{
    free(batch->records);
    *batch = (struct record_batch){0};
}

uint64_t record_source_partition_records(const struct record_source *source, unsigned partition)
{
    uint64_t records = source->spill != NULL ? spill_partition_records(source->spill, partition) : 0;
    for (unsigned i = 0; i < source->digest_file_count; i++)
        records += digest_file_partition_records(source->digest_files[i], partition);
    for (unsigned i = 0; i < source->removed_count; i++)
        records += digest_file_partition_records(source->removed[i], partition);
    return records;
}

uint64_t record_source_records(const struct record_source *source)
{
    uint64_t records = 0;
    for (unsigned partition = 0; partition < SPILL_PARTITIONS; partition++)
        records += record_source_partition_records(source, partition);
    return records;
}

unsigned record_source_sub_bits(const struct record_source *source, unsigned partition, size_t room)
{
    uint64_t records = record_source_partition_records(source, partition);
    unsigned bits = 0;
    while (bits < SUB_BITS_MAX && records >> bits > room / 4 * 3)
        bits++;
    return bits;
}

static void sort_batch(const struct loading *loading)
{
    struct record_batch *batch = loading->batch;
    sort_records(batch->records, batch->count, SPILL_PARTITION_BITS + loading->sub_bits);
    batch->count = sort_unique(batch->records, batch->count);
}

/* Makes room for one more chunk. */
static int make_room(const struct loading *loading)
{
    struct record_batch *batch = loading->batch;
    if (batch->room - batch->count >= SPILL_CHUNK_RECORDS_MAX)
        return 0;
    if (batch->room >= loading->room) {
        /* The batch may not grow, unless nearly all of its records are different. */
        sort_batch(loading);
        if (batch->count <= batch->room / 4 * 3 && batch->room - batch->count >= SPILL_CHUNK_RECORDS_MAX)
            return 0;
    }
    size_t room = 2 * batch->room;
    if (batch->room < loading->room && room > loading->room)
        room = loading->room;
    room = room < FIRST_ROOM ? FIRST_ROOM : room;
    struct record *grown = realloc(batch->records, room * sizeof *grown);
    if (grown == NULL)
        return ELIG_E_MEMORY;
    batch->records = grown;
    batch->room = room;
    return 0;
}

/* Adds to the batch those of the count records after its last that begin with the bits of sub. */
static void keep_loaded(const struct loading *loading, size_t count)
{
    struct record_batch *batch = loading->batch;
    if (loading->sub_bits == 0) {
        batch->count += count;
        return;
    }
    const struct record *read = batch->records + batch->count;
    for (size_t i = 0; i < count; i++)
        if ((bytes_get_be64(read[i].digest) << SPILL_PARTITION_BITS) >> (64 - loading->sub_bits) ==
            loading->sub)
            batch->records[batch->count++] = read[i];
}

static int load_spill(const struct loading *loading)
{
    struct spill *spill = loading->source->spill;
    struct record_batch *batch = loading->batch;
    struct spill_iterator iterator = spill_iterator_start(spill, loading->partition);
    size_t count;
    int error;
    do {
        error = make_room(loading);
        if (error == 0)
            error = spill_iterator_next(spill, &iterator, batch->records + batch->count, &count);
        if (error == 0)
            keep_loaded(loading, count);
    } while (error == 0 && count > 0);
    return error;
}

static int load_digest_file(const struct loading *loading, struct digest_file *file, unsigned input,
                            bool is_removed)
{
    struct record_source *source = loading->source;
    struct record_batch *batch = loading->batch;
    struct digest_file *none = NULL;
    struct digest_file_iterator *iterator = digest_file_iterator_open(file, loading->partition, input);
    size_t count = 0;
    int error = iterator != NULL ? 0 : ELIG_E_MEMORY;
    do {
        if (error == 0)
            error = make_room(loading);
        if (error != 0)
            break;
        struct record *records = batch->records + batch->count;
        error = digest_file_iterator_next(iterator, records, &count);
        /* The first digest file that fails is remembered; others may fail in other threads at the same time. */
        if (error != 0 && atomic_compare_exchange_strong(&source->failed, &none, file)) {
            source->failed_error = error;
            source->failed_errno = errno;
        }
        for (size_t i = 0; error == 0 && is_removed && i < count; i++)
            record_set_removed(&records[i]);
        if (error == 0)
            keep_loaded(loading, count);
    } while (error == 0 && count > 0);
    digest_file_iterator_close(iterator);
    return error;
}

int record_source_load(struct record_source *source, unsigned partition, unsigned sub, unsigned sub_bits,
                       size_t room, struct record_batch *batch)
{
    const struct loading loading = {source, partition, sub, sub_bits, room, batch};
    /* Records are read in order from a single digest file, and from a partition that was replaced. */
    bool was_sorted = source->spill != NULL ? spill_is_sorted(source->spill, partition)
                                            : source->digest_file_count + source->removed_count == 1;
    int error = 0;
    batch->count = 0;
    if (source->spill != NULL)
        error = load_spill(&loading);
    for (unsigned i = 0; i < source->digest_file_count && error == 0; i++)
        error = load_digest_file(&loading, source->digest_files[i], i, false);
    for (unsigned i = 0; i < source->removed_count && error == 0; i++)
        error = load_digest_file(&loading, source->removed[i], source->digest_file_count + i, true);
    if (error != 0 || was_sorted)
        return error;
    sort_batch(&loading);
    if (source->spill == NULL || sub_bits > 0)
        return 0;
    return spill_put_sorted(source->spill, partition, batch->records, batch->count);
}
