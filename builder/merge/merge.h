/* SPDX-License-Identifier: Apache-2.0 */
/*
 * merge.h - the identifiers of a source in rising order of their digests, each once, with the label that wins.
 *
 * A build merges its list three times. The first pass counts (record_counts.h): the number of identifiers
 * decides where each leaf begins, and their labels decide the width of a slot, so no leaf can be written
 * before. The second pass writes the leaves. The third looks every identifier up in the finished file, and so
 * must not rest on what the writer kept. Merged identifiers are not stored between the passes, since that would
 * take as much memory or disk again; the first pass replaces spilled partitions by their sorted records, so the
 * other two only read.
 *
 * A merge belongs to one thread; any number of merges may read one source at once, as record_source.h says.
 */
#ifndef ELIG_MERGE_H
#define ELIG_MERGE_H

#include "builder/merge/record_source.h"
#include "builder/merge/repeats.h"

struct merge;

/* Which label wins when an identifier has several: the one with the lowest priority[label]. Labels of
 * MERGE_NO_PRIORITY lose to the others and are in conflict among themselves. Label 0 is no label and loses to
 * all. priority NULL: no label has a priority. */
#define MERGE_NO_PRIORITY UINT32_MAX

struct merged {
    uint8_t digest[ELIG_DIGEST_BYTES];
    uint16_t label;
    unsigned kind;
    bool is_conflict;        /* several labels, and no winner */
    uint64_t position;       /* where the label was first seen */
    uint64_t rows;           /* in which it stands; of digest files, each counts as one */
    uint64_t first_position; /* of these rows */
    uint16_t other_label;    /* with is_conflict: the last label that was in conflict */
    uint64_t
        other_position; /* with is_conflict: of the positions of labels in conflict, these are the first two */
};

/* Begins with the first identifier of partition first and ends before partition end. Uses about bytes of
 * memory. NULL when there is no memory. */
ELIG_CHECK_RESULT struct merge *merge_open(struct record_source *source, const uint32_t *priority,
                                           unsigned first, unsigned end, size_t bytes);

/* Moves to the next identifier; *has_identifier is false at the end. Returns 0 or an error of
 * record_source_load(). */
ELIG_CHECK_RESULT int merge_next(struct merge *merge, struct merged *identifier, bool *has_identifier);

/* The identifiers that were left out, by kind. */
struct merge_left_out {
    uint64_t removed[ELIG_KINDS_MAX]; /* because a list of removals names them */
    uint64_t dropped[ELIG_KINDS_MAX]; /* because they stand in more rows than the source's rows_max */
    uint64_t dropped_rows[ELIG_KINDS_MAX];
    struct repeats most_dropped;
};

/* What was left out so far. */
const struct merge_left_out *merge_left_out(const struct merge *merge);

/* NULL is fine. */
void merge_close(struct merge *merge);

#endif
