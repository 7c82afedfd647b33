/* SPDX-License-Identifier: Apache-2.0 */
/* record_counts.c - counts merged identifiers, one partition at a time, on several threads. */
#include "builder/merge/record_counts.h"

#include <stdlib.h>

#include "lib/elig/parallel.h"

/* What one worker counted. */
struct counter {
    uint64_t of_kind[ELIG_KINDS_MAX];
    uint64_t *of_label, *first_position; /* NULL where no record has a label */
    uint64_t removed[ELIG_KINDS_MAX];
    struct rejects rejects;
};

struct count_task {
    struct record_counts *totals;
    struct record_source *source;
    const uint32_t *priority;
    size_t bytes; /* of one worker */
    struct progress *progress;
    bool rejects_conflicts;
    struct counter *counters; /* by worker */
};

/* Counts one partition; its number of identifiers goes to first_identifier[partition + 1] for now. */
static int count_partition(void *context, unsigned worker, uint64_t number)
{
    const struct count_task *task = context;
    struct counter *counter = &task->counters[worker];
    unsigned partition = (unsigned)number;
    uint64_t records = record_source_partition_records(task->source, partition), count = 0;
    struct merged identifier;
    bool has_identifier;
    if (records == 0)
        return 0;
    struct merge *merge = merge_open(task->source, task->priority, partition, partition + 1, task->bytes);
    if (merge == NULL)
        return ELIG_E_MEMORY;
    int error = merge_next(merge, &identifier, &has_identifier);
    for (; error == 0 && has_identifier; count++) {
        uint16_t label = identifier.label;
        counter->of_kind[identifier.kind]++;
        if (counter->of_label != NULL && !identifier.is_conflict)
            if (counter->of_label[label]++ == 0 || identifier.position < counter->first_position[label])
                counter->first_position[label] = identifier.position;
        if (identifier.is_conflict && task->rejects_conflicts)
            error = rejects_add(&counter->rejects, identifier.other_position, 1, identifier.kind,
                                REJECT_LABEL_CONFLICT);
        if (error == 0)
            error = merge_next(merge, &identifier, &has_identifier);
    }
    for (unsigned kind = 0; kind < ELIG_KINDS_MAX; kind++)
        counter->removed[kind] += merge_removed(merge)[kind];
    merge_close(merge);
    task->totals->first_identifier[partition + 1] = count;
    progress_add(task->progress, records);
    return error;
}

/* Adds one worker's counts to the totals, and frees what it holds. */
static int add_counter(struct record_counts *totals, struct counter *counter, struct rejects *rejects)
{
    for (unsigned kind = 0; kind < ELIG_KINDS_MAX; kind++) {
        totals->of_kind[kind] += counter->of_kind[kind];
        totals->removed[kind] += counter->removed[kind];
    }
    for (unsigned label = 0; counter->of_label != NULL && label <= ELIG_LABELS_MAX; label++) {
        if (counter->of_label[label] == 0)
            continue;
        if (totals->of_label[label] == 0 || counter->first_position[label] < totals->first_position[label])
            totals->first_position[label] = counter->first_position[label];
        totals->of_label[label] += counter->of_label[label];
    }
    free(counter->of_label);
    free(counter->first_position);
    int error = rejects != NULL ? rejects_join(rejects, &counter->rejects) : 0;
    rejects_free(&counter->rejects);
    return error;
}

static int make_label_counts(uint64_t **of_label, uint64_t **first_position)
{
    *of_label = calloc(ELIG_LABELS_MAX + 1, sizeof **of_label);
    *first_position = calloc(ELIG_LABELS_MAX + 1, sizeof **first_position);
    return *of_label != NULL && *first_position != NULL ? 0 : ELIG_E_MEMORY;
}

int record_counts_make(struct record_counts *totals, struct record_source *source, const uint32_t *priority,
                       bool has_labels, unsigned threads, size_t bytes, struct progress *progress,
                       struct rejects *rejects)
{
    *totals = (struct record_counts){.of_label = NULL};
    struct count_task task = {totals, source, priority, bytes / threads, progress, rejects != NULL, NULL};
    task.counters = calloc(threads, sizeof *task.counters);
    if (task.counters == NULL)
        return ELIG_E_MEMORY;
    int error = make_label_counts(&totals->of_label, &totals->first_position);
    for (unsigned i = 0; i < threads && error == 0 && has_labels; i++)
        error = make_label_counts(&task.counters[i].of_label, &task.counters[i].first_position);
    if (error == 0)
        error = parallel_run(threads, SPILL_PARTITIONS, count_partition, &task);
    for (unsigned i = 0; i < threads; i++) {
        int joined = add_counter(totals, &task.counters[i], rejects);
        error = error != 0 ? error : joined;
    }
    for (unsigned partition = 0; partition < SPILL_PARTITIONS; partition++)
        totals->first_identifier[partition + 1] += totals->first_identifier[partition];
    free(task.counters);
    return error;
}

void record_counts_free(struct record_counts *totals)
{
    free(totals->of_label);
    free(totals->first_position);
    totals->of_label = totals->first_position = NULL;
}
