/* SPDX-License-Identifier: Apache-2.0 */
/* record_source.c - loads records from a spill, or from all digest files of a source. */
#include "builder/merge/record_source.h"

#include <errno.h>
#include <stdatomic.h>

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

static int load_digest_file(struct record_source *source, const struct record_range *range,
                            struct record_batch *batch, struct digest_file *file, unsigned input,
                            bool is_removed)
{
    struct digest_file *none = NULL;
    struct digest_file_iterator *iterator = digest_file_iterator_open(file, range->partition, input);
    size_t count = 0;
    int error = iterator != NULL ? 0 : ELIG_E_MEMORY;
    do {
        if (error == 0)
            error = record_batch_reserve(batch, range);
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
            record_batch_keep(batch, range, count);
    } while (error == 0 && count > 0);
    digest_file_iterator_close(iterator);
    return error;
}

int record_source_load(struct record_source *source, const struct record_range *range,
                       struct record_batch *batch)
{
    int error = 0;
    if (source->spill != NULL)
        return record_batch_load(batch, source->spill, range);
    batch->count = 0;
    for (unsigned i = 0; i < source->digest_file_count && error == 0; i++)
        error = load_digest_file(source, range, batch, source->digest_files[i], i, false);
    for (unsigned i = 0; i < source->removed_count && error == 0; i++)
        error = load_digest_file(source, range, batch, source->removed[i], source->digest_file_count + i, true);
    /* The records of a single digest file are in order. */
    if (error == 0 && source->digest_file_count + source->removed_count != 1)
        record_batch_sort(batch, range);
    return error;
}
