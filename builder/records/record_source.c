/* SPDX-License-Identifier: Apache-2.0 */
#include "builder/records/record_source.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "builder/records/sort.h"

#define FIRST_ROOM (2 * SPILL_CHUNK_RECORDS_MAX)

/* One call of record_source_load(). */
struct loading {
    struct record_source *source;
    unsigned part, sub, sub_bits;
    size_t room;
    struct record_batch *batch;
};

void record_batch_free(struct record_batch *batch)
{
    free(batch->records);
    *batch = (struct record_batch){0};
}

uint64_t record_source_partition_records(const struct record_source *source, unsigned part)
{
    uint64_t records = source->store != NULL ? spill_partition_records(source->store, part) : 0;
    for (unsigned i = 0; i < source->set_count; i++)
        records += digest_file_partition_records(source->digest_files[i], part);
    for (unsigned i = 0; i < source->removed_count; i++)
        records += digest_file_partition_records(source->removed[i], part);
    return records;
}

uint64_t record_source_records(const struct record_source *source)
{
    uint64_t records = 0;
    for (unsigned part = 0; part < SPILL_PARTITIONS; part++)
        records += record_source_partition_records(source, part);
    return records;
}

static int grow(struct record_batch *batch, size_t room)
{
    struct record *grown = realloc(batch->records, room * sizeof *grown);
    if (grown == NULL) {
        errno = ENOMEM;
        return 0;
    }
    batch->records = grown;
    batch->room = room;
    return 1;
}

static void tidy(const struct loading *loading)
{
    struct record_batch *batch = loading->batch;
    sort_records(batch->records, batch->count, SPILL_PARTITION_BITS + loading->sub_bits);
    batch->count = sort_unique(batch->records, batch->count);
}

/* Makes sure that one more chunk fits: 1, or 0 with errno set. */
static int make_room(const struct loading *loading)
{
    struct record_batch *batch = loading->batch;
    if (batch->room - batch->count >= SPILL_CHUNK_RECORDS_MAX)
        return 1;
    if (batch->room >= loading->room) {
        /* As much as there may be, unless many records are one identifier's. */
        tidy(loading);
        if (batch->count <= batch->room / 4 * 3 && batch->room - batch->count >= SPILL_CHUNK_RECORDS_MAX)
            return 1;
    }
    size_t room = 2 * batch->room;
    if (batch->room < loading->room && room > loading->room)
        room = loading->room;
    return grow(batch, room < FIRST_ROOM ? FIRST_ROOM : room);
}

/* Keeps of the count records just read after the batch's those that are wanted. */
static void take(const struct loading *loading, size_t count)
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

/* EUCLEAN: the spill file is damaged. */
static int spill_failed(int error)
{
    if (error == SPILL_E_DAMAGED)
        errno = EUCLEAN;
    return 0;
}

static int load_store(const struct loading *loading)
{
    struct spill *store = loading->source->store;
    struct record_batch *batch = loading->batch;
    struct spill_iterator walk = spill_iterator_start(store, loading->part);
    size_t count;
    do {
        if (!make_room(loading))
            return 0;
        int error = spill_iterator_next(store, &walk, batch->records + batch->count, &count);
        if (error != 0)
            return spill_failed(error);
        take(loading, count);
    } while (count > 0);
    return 1;
}

/* Takes note of the first set that could not be read; others may fail in other threads meanwhile. */
static void note_broken(struct record_source *source, struct digest_file *set, int why)
{
    struct digest_file *none = NULL;
    int reason = errno;
    if (!atomic_compare_exchange_strong(&source->broken, &none, set))
        return;
    source->broken_why = why;
    source->broken_errno = reason;
}

static int load_set(const struct loading *loading, struct digest_file *set, unsigned input, int is_removed)
{
    struct record_batch *batch = loading->batch;
    struct digest_file_iterator walk;
    int got = 1;
    digest_file_iterator_start(set, loading->part, &walk);
    while (got > 0) {
        size_t count;
        if (!make_room(loading))
            return 0;
        struct record *records = batch->records + batch->count;
        got = digest_file_iterator_next(set, &walk, input, records, &count);
        for (size_t i = 0; got > 0 && is_removed && i < count; i++)
            record_set_removed(&records[i]);
        if (got > 0)
            take(loading, count);
    }
    if (got == 0)
        return 1;
    note_broken(loading->source, set, -got);
    errno = EBADMSG;
    return 0;
}

/* A single set comes in order, and a store's part that was put back. */
static int is_in_order(const struct record_source *source, unsigned part)
{
    if (source->store != NULL)
        return spill_is_sorted(source->store, part);
    return source->set_count + source->removed_count == 1;
}

int record_source_load(struct record_source *source, unsigned part, unsigned sub, unsigned sub_bits,
                       size_t room, struct record_batch *batch)
{
    const struct loading loading = {source, part, sub, sub_bits, room, batch};
    int is_sorted = is_in_order(source, part);
    int good = 1;
    batch->count = 0;
    if (source->store != NULL)
        good = load_store(&loading);
    for (unsigned i = 0; i < source->set_count && good; i++)
        good = load_set(&loading, source->digest_files[i], i, 0);
    for (unsigned i = 0; i < source->removed_count && good; i++)
        good = load_set(&loading, source->removed[i], source->set_count + i, 1);
    if (!good)
        return 0;
    if (is_sorted)
        return 1;
    tidy(&loading);
    if (source->store == NULL || sub_bits > 0)
        return 1;
    int error = spill_put_sorted(source->store, part, batch->records, batch->count);
    return error == 0 ? 1 : spill_failed(error);
}
