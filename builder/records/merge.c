/* SPDX-License-Identifier: Apache-2.0 */
#include "builder/records/merge.h"

#include <stdlib.h>
#include <string.h>

struct merge {
    struct record_source *source;
    const uint32_t *rank;
    unsigned part, end;     /* the part at hand, and the one to end before */
    unsigned sub, sub_bits; /* what is to be loaded next of it */
    size_t room;            /* records at once */
    struct record_batch batch;
    size_t at; /* in batch */
    uint64_t removed[ELIG_KINDS_MAX];
};

#define SUB_BITS_MAX 16

struct merge *merge_open(struct record_source *source, const uint32_t *rank, unsigned first, unsigned end,
                         size_t bytes)
{
    struct merge *merge = calloc(1, sizeof *merge);
    if (merge == NULL)
        return NULL;
    merge->source = source;
    merge->rank = rank;
    merge->part = first;
    merge->end = end;
    merge->room = bytes / sizeof(struct record);
    if (merge->room < 2 * SPILL_CHUNK_RECORDS_MAX)
        merge->room = 2 * SPILL_CHUNK_RECORDS_MAX;
    return merge;
}

/* Into how many pieces, as a power of two, a part is to be loaded so that each fits with room to spare: digests
 * are uniform. */
static unsigned sub_bits_for(const struct merge *merge)
{
    uint64_t records = record_source_partition_records(merge->source, merge->part);
    unsigned bits = 0;
    while (bits < SUB_BITS_MAX && records >> bits > merge->room / 4 * 3)
        bits++;
    return bits;
}

/* Makes sure that there is a record at hand: 1, 0 at the end, -1 with errno set. */
static int refill(struct merge *merge)
{
    while (merge->at == merge->batch.count) {
        if (merge->part == merge->end)
            return 0;
        if (merge->sub == 0)
            merge->sub_bits = sub_bits_for(merge);
        merge->at = 0;
        if (!record_source_load(merge->source, merge->part, merge->sub, merge->sub_bits, merge->room,
                                &merge->batch))
            return -1;
        if (++merge->sub >> merge->sub_bits != 0) {
            merge->sub = 0;
            merge->part++;
        }
    }
    return 1;
}

static uint32_t rank_of(const struct merge *merge, uint16_t label)
{
    return merge->rank != NULL ? merge->rank[label] : MERGE_UNRANKED;
}

/* Notes a label that is in conflict with those before; of all places, the two smallest are kept, whatever the
 * order in which labels were numbered. */
static void note_conflict(struct merged *identifier, uint64_t place)
{
    uint64_t *first = &identifier->place, *second = &identifier->other_place;
    if (place < *first) {
        *second = *first;
        *first = place;
    } else if (!identifier->is_conflict || place < *second) {
        *second = place;
    }
    identifier->is_conflict = 1;
}

/* Takes one more record of the same identifier into account. */
static void join(const struct merge *merge, struct merged *identifier, const struct record *record)
{
    uint16_t label = record_label(record);
    if (label == identifier->label || label == 0)
        return;
    uint32_t old = rank_of(merge, identifier->label), new = rank_of(merge, label);
    if (identifier->label == 0 || new < old) {
        identifier->label = label;
        identifier->place = record_where(record);
        identifier->is_conflict = 0;
    } else if (new == old && (!identifier->is_conflict || label != identifier->other_label)) {
        /* a label's first record has its first place: how many more there are depends on the runs */
        note_conflict(identifier, record_where(record));
        identifier->other_label = label;
    }
}

/* Takes all records of the next identifier, which are in one batch: 1 if it is listed, else 0. */
static int take(struct merge *merge, struct merged *identifier)
{
    const struct record *record = &merge->batch.records[merge->at];
    const struct record *end = merge->batch.records + merge->batch.count;
    int is_listed = 0, is_removed = 0;
    memcpy(identifier->digest, record->digest, sizeof identifier->digest);
    for (; record < end && memcmp(record->digest, identifier->digest, sizeof record->digest) == 0; record++) {
        if (record_is_removed(record)) {
            is_removed = 1;
        } else if (!is_listed) {
            is_listed = 1;
            identifier->label = record_label(record);
            identifier->kind = record_kind(record);
            identifier->place = record_where(record);
            identifier->other_place = 0;
            identifier->other_label = 0;
            identifier->is_conflict = 0;
        } else {
            join(merge, identifier, record);
        }
    }
    merge->at = (size_t)(record - merge->batch.records);
    if (is_listed && is_removed)
        merge->removed[identifier->kind]++;
    return is_listed && !is_removed;
}

int merge_next(struct merge *merge, struct merged *identifier)
{
    int got;
    while ((got = refill(merge)) > 0)
        if (take(merge, identifier))
            return 1;
    return got;
}

const uint64_t *merge_removed(const struct merge *merge)
{
    return merge->removed;
}

void merge_close(struct merge *merge)
{
    if (merge == NULL)
        return;
    record_batch_free(&merge->batch);
    free(merge);
}
