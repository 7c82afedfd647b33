/* SPDX-License-Identifier: Apache-2.0 */
/* merge.c - groups sorted records by digest and decides on each identifier's label. */
#include "builder/merge/merge.h"

#include <stdlib.h>
#include <string.h>

struct merge {
    struct record_source *source;
    const uint32_t *priority;
    struct record_range range; /* to load next */
    unsigned end;              /* the partition to end before */
    struct record_batch batch;
    size_t next; /* record of the batch */
    struct merge_left_out left_out;
};

struct merge *merge_open(struct record_source *source, const uint32_t *priority, unsigned first, unsigned end,
                         size_t bytes)
{
    struct merge *merge = calloc(1, sizeof *merge);
    if (merge == NULL)
        return NULL;
    merge->source = source;
    merge->priority = priority;
    merge->end = end;
    merge->range.partition = first;
    merge->range.capacity = bytes / sizeof(struct record);
    if (merge->range.capacity < 2 * SPILL_CHUNK_RECORDS_MAX)
        merge->range.capacity = 2 * SPILL_CHUNK_RECORDS_MAX;
    return merge;
}

/* Loads sub-partitions until the batch has a record left, or all partitions are loaded. */
static int refill(struct merge *merge)
{
    struct record_range *range = &merge->range;
    while (merge->next == merge->batch.count && range->partition < merge->end) {
        if (range->sub == 0)
            range->sub_bits = record_batch_sub_bits(
                record_source_partition_records(merge->source, range->partition), range->capacity);
        merge->next = 0;
        int error = record_source_load(merge->source, range, &merge->batch);
        if (error != 0)
            return error;
        if (++range->sub >> range->sub_bits != 0) {
            range->sub = 0;
            range->partition++;
        }
    }
    return 0;
}

static uint32_t priority_of(const struct merge *merge, uint16_t label)
{
    return merge->priority != NULL ? merge->priority[label] : MERGE_NO_PRIORITY;
}

/* Merges one more record of the same identifier. Of labels in conflict, the two smallest positions are kept, so
 * that they do not depend on the order in which labels were numbered. */
static void merge_record(const struct merge *merge, struct merged *identifier, const struct record *record)
{
    uint16_t label = record_label(record);
    if (label == identifier->label || label == 0)
        return;
    uint32_t old = priority_of(merge, identifier->label), new = priority_of(merge, label);
    uint64_t position = record_position(record);
    if (identifier->label == 0 || new < old) {
        identifier->label = label;
        identifier->position = position;
        identifier->is_conflict = false;
    } else if (new == old && (!identifier->is_conflict || label != identifier->other_label)) {
        /* Only a label's first record counts: how many more are left depends on how records were loaded. */
        if (position < identifier->position) {
            identifier->other_position = identifier->position;
            identifier->position = position;
        } else if (!identifier->is_conflict || position < identifier->other_position) {
            identifier->other_position = position;
        }
        identifier->is_conflict = true;
        identifier->other_label = label;
    }
}

/* Whether an identifier stands in more rows than the source allows; counts it if so. */
static bool is_dropped(struct merge *merge, const struct merged *identifier)
{
    struct merge_left_out *left_out = &merge->left_out;
    if (merge->source->rows_max == 0 || identifier->rows <= merge->source->rows_max)
        return false;
    left_out->dropped[identifier->kind]++;
    left_out->dropped_rows[identifier->kind] += identifier->rows;
    repeats_add(&left_out->most_dropped,
                (struct repeat){identifier->rows, identifier->first_position, identifier->kind, true});
    return true;
}

/* Begins an identifier with its first record. */
static void begin_identifier(struct merged *identifier, const struct record *record)
{
    identifier->label = record_label(record);
    identifier->kind = record_kind(record);
    identifier->position = identifier->first_position = record_position(record);
    identifier->other_position = 0;
    identifier->other_label = 0;
    identifier->is_conflict = false;
}

/* Merges all records of the next identifier, which are in one batch. Returns whether it is listed. */
static bool merge_identifier(struct merge *merge, struct merged *identifier)
{
    const struct record *record = &merge->batch.records[merge->next];
    const struct record *end = merge->batch.records + merge->batch.count;
    bool is_listed = false, is_removed = false;
    memcpy(identifier->digest, record->digest, sizeof identifier->digest);
    identifier->rows = 0;
    for (; record < end && memcmp(record->digest, identifier->digest, sizeof record->digest) == 0; record++) {
        if (record_is_removed(record)) {
            is_removed = true;
            continue;
        }
        identifier->rows += record_rows(record);
        if (record_is_count(record))
            continue;
        if (!is_listed)
            begin_identifier(identifier, record);
        else
            merge_record(merge, identifier, record);
        if (record_position(record) < identifier->first_position)
            identifier->first_position = record_position(record);
        is_listed = true;
    }
    merge->next = (size_t)(record - merge->batch.records);
    if (is_listed && is_removed)
        merge->left_out.removed[identifier->kind]++;
    return is_listed && !is_removed && !is_dropped(merge, identifier);
}

int merge_next(struct merge *merge, struct merged *identifier, bool *has_identifier)
{
    *has_identifier = false;
    for (;;) {
        int error = refill(merge);
        if (error != 0 || merge->next == merge->batch.count)
            return error;
        *has_identifier = merge_identifier(merge, identifier);
        if (*has_identifier)
            return 0;
    }
}

const struct merge_left_out *merge_left_out(const struct merge *merge)
{
    return &merge->left_out;
}

void merge_close(struct merge *merge)
{
    if (merge == NULL)
        return;
    record_batch_free(&merge->batch);
    free(merge);
}
