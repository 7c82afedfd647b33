/* SPDX-License-Identifier: Apache-2.0 */
/* record_counts.c - counts merged identifiers, one partition at a time, on several threads. */
#include "builder/merge/record_counts.h"

#include <stdlib.h>
#include <string.h>

#include "lib/elig/parallel.h"

/* What one worker counted. */
struct counter {
    uint64_t of_kind[ELIG_KINDS_MAX];
    uint64_t *of_label, *first_position; /* NULL where no record has a label */
    struct merge_left_out left_out;
    struct repeats most;
    uint64_t warned_about;
    struct rejects rejects;
};

struct count_task {
    struct record_counts *totals;
    struct record_source *source;
    const struct record_rules *rules;
    size_t bytes; /* of one worker */
    struct progress *progress;
    bool has_rejects;
    struct counter *counters; /* by worker */
};

static void add_left_out(struct merge_left_out *sum, const struct merge_left_out *more)
{
    for (unsigned kind = 0; kind < ELIG_KINDS_MAX; kind++) {
        sum->removed[kind] += more->removed[kind];
        sum->dropped[kind] += more->dropped[kind];
        sum->dropped_rows[kind] += more->dropped_rows[kind];
    }
    repeats_join(&sum->most_dropped, &more->most_dropped);
}

/* Counts an identifier, and rejects it if the rules say so. */
static int count_identifier(const struct count_task *task, struct counter *counter,
                            const struct merged *identifier)
{
    const struct record_rules *rules = task->rules;
    unsigned label = identifier->label, kind = identifier->kind;
    counter->of_kind[kind]++;
    if (counter->of_label != NULL && !identifier->is_conflict)
        if (counter->of_label[label]++ == 0 || identifier->position < counter->first_position[label])
            counter->first_position[label] = identifier->position;
    counter->warned_about += rules->rows_warned > 0 && identifier->rows > rules->rows_warned;
    repeats_add(&counter->most, (struct repeat){identifier->rows, identifier->first_position, kind, false});
    int error = 0;
    if (identifier->is_conflict && !rules->accepts_conflicts && task->has_rejects)
        error = rejects_add(&counter->rejects, identifier->other_position, 1, kind, REJECT_LABEL_CONFLICT);
    if (error == 0 && rules->rows_max > 0 && identifier->rows > rules->rows_max && task->has_rejects)
        error = rejects_add(&counter->rejects, identifier->first_position, 1, kind, REJECT_REPEATED);
    return error;
}

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
    struct merge *merge =
        merge_open(task->source, task->rules->priority, partition, partition + 1, task->bytes);
    if (merge == NULL)
        return ELIG_E_MEMORY;
    int error = merge_next(merge, &identifier, &has_identifier);
    for (; error == 0 && has_identifier; count++) {
        error = count_identifier(task, counter, &identifier);
        if (error == 0)
            error = merge_next(merge, &identifier, &has_identifier);
    }
    add_left_out(&counter->left_out, merge_left_out(merge));
    merge_close(merge);
    task->totals->first_identifier[partition + 1] = count;
    progress_add(task->progress, records);
    return error;
}

/* Adds one worker's counts to the totals, and frees what it holds. */
static int add_counter(struct record_counts *totals, struct counter *counter, struct rejects *rejects)
{
    for (unsigned kind = 0; kind < ELIG_KINDS_MAX; kind++)
        totals->of_kind[kind] += counter->of_kind[kind];
    add_left_out(&totals->left_out, &counter->left_out);
    repeats_join(&totals->most, &counter->most);
    repeats_join(&totals->most, &counter->left_out.most_dropped);
    totals->warned_about += counter->warned_about;
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

int record_counts_make(struct record_counts *totals, struct record_source *source,
                       const struct record_rules *rules, unsigned threads, size_t bytes,
                       struct progress *progress, struct rejects *rejects)
{
    *totals = (struct record_counts){.of_label = NULL};
    struct count_task task = {totals, source, rules, bytes / threads, progress, rejects != NULL, NULL};
    task.counters = calloc(threads, sizeof *task.counters);
    if (task.counters == NULL)
        return ELIG_E_MEMORY;
    int error = make_label_counts(&totals->of_label, &totals->first_position);
    for (unsigned i = 0; i < threads && error == 0 && rules->has_labels; i++)
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

/* ---- Listed and absent ---- */

int record_counts_reject_common(struct record_source *listed, struct record_source *absent, size_t bytes,
                                struct rejects *rejects)
{
    struct merge *merges[] = {merge_open(listed, NULL, 0, SPILL_PARTITIONS, bytes / 2),
                              merge_open(absent, NULL, 0, SPILL_PARTITIONS, bytes / 2)};
    struct merged next[2];
    bool has_next[2] = {false, false};
    int error = merges[0] != NULL && merges[1] != NULL ? 0 : ELIG_E_MEMORY;
    for (unsigned i = 0; i < 2 && error == 0; i++)
        error = merge_next(merges[i], &next[i], &has_next[i]);
    while (error == 0 && has_next[0] && has_next[1]) {
        int order = memcmp(next[0].digest, next[1].digest, ELIG_DIGEST_BYTES);
        if (order == 0)
            error = rejects_add(rejects, next[1].position, 1, next[1].kind, REJECT_ABSENT_LISTED);
        unsigned behind = order < 0 ? 0 : 1;
        if (error == 0)
            error = merge_next(merges[behind], &next[behind], &has_next[behind]);
    }
    merge_close(merges[0]);
    merge_close(merges[1]);
    return error;
}
