/* SPDX-License-Identifier: Apache-2.0 */
/* record_batch.c - fills a batch chunk by chunk, and sorts it when it is full. */
#include "builder/records/record_batch.h"

#include <stdlib.h>
#include <string.h>

#include "builder/records/sort.h"

#define SUB_BITS_MAX 16
#define FIRST_CAPACITY (2 * SPILL_CHUNK_RECORDS_MAX)

unsigned record_batch_sub_bits(uint64_t records, size_t capacity)
{
    unsigned bits = 0;
    while (bits < SUB_BITS_MAX && records >> bits > capacity / 4 * 3)
        bits++;
    return bits;
}

void record_batch_sort(struct record_batch *batch, const struct record_range *range)
{
    sort_records(batch->records, batch->count, SPILL_PARTITION_BITS + range->sub_bits);
    batch->count = sort_unique(batch->records, batch->count);
}

int record_batch_reserve(struct record_batch *batch, const struct record_range *range)
{
    if (batch->capacity - batch->count >= SPILL_CHUNK_RECORDS_MAX)
        return 0;
    if (batch->capacity >= range->capacity) {
        /* The batch may not grow, unless nearly all of its records are different. */
        record_batch_sort(batch, range);
        if (batch->count <= batch->capacity / 4 * 3 &&
            batch->capacity - batch->count >= SPILL_CHUNK_RECORDS_MAX)
            return 0;
    }
    size_t capacity = 2 * batch->capacity;
    if (batch->capacity < range->capacity && capacity > range->capacity)
        capacity = range->capacity;
    capacity = capacity < FIRST_CAPACITY ? FIRST_CAPACITY : capacity;
    struct record *grown = realloc(batch->records, capacity * sizeof *grown);
    if (grown == NULL)
        return ELIG_E_MEMORY;
    batch->records = grown;
    batch->capacity = capacity;
    return 0;
}

void record_batch_keep(struct record_batch *batch, const struct record_range *range, size_t count)
{
    if (range->sub_bits == 0) {
        batch->count += count;
        return;
    }
    const struct record *read = batch->records + batch->count;
    for (size_t i = 0; i < count; i++)
        if ((bytes_get_be64(read[i].digest) << SPILL_PARTITION_BITS) >> (64 - range->sub_bits) == range->sub)
            batch->records[batch->count++] = read[i];
}

int record_batch_load(struct record_batch *batch, struct spill *spill, const struct record_range *range)
{
    struct spill_iterator iterator = spill_iterator_start(spill, range->partition);
    size_t count;
    int error;
    batch->count = 0;
    do {
        error = record_batch_reserve(batch, range);
        if (error == 0)
            error = spill_iterator_next(spill, &iterator, batch->records + batch->count, &count);
        if (error == 0)
            record_batch_keep(batch, range, count);
    } while (error == 0 && count > 0);
    if (error != 0 || spill_is_sorted(spill, range->partition))
        return error;
    record_batch_sort(batch, range);
    return range->sub_bits > 0 ? 0 : spill_put_sorted(spill, range->partition, batch->records, batch->count);
}

void record_batch_leave_out_repeats(struct record_batch *batch, uint64_t rows_max)
{
    struct record *records = batch->records;
    size_t kept = 0;
    for (size_t i = 0, end; i < batch->count; i = end) {
        uint64_t rows = 0;
        for (end = i;
             end < batch->count && memcmp(records[end].digest, records[i].digest, ELIG_DIGEST_BYTES) == 0;
             end++)
            rows += record_rows(&records[end]);
        bool is_kept = rows_max == 0 || rows <= rows_max;
        for (size_t j = i; j < end; j++)
            if (is_kept && !record_is_count(&records[j]))
                records[kept++] = records[j];
    }
    batch->count = kept;
}

void record_batch_free(struct record_batch *batch)
{
    free(batch->records);
    *batch = (struct record_batch){0};
}
