/* SPDX-License-Identifier: Apache-2.0 */
#include "builder/records/record_counts.h"

#include <errno.h>
#include <stdlib.h>

#include "lib/elig/parallel.h"

struct counter {
    uint64_t of_kind[ELIG_KINDS_MAX];
    uint64_t *held, *first_place;
    uint64_t removed[ELIG_KINDS_MAX];
    struct rejects rejects;
};

struct count_task {
    struct record_counts *totals;
    const struct config *config;
    struct record_source *source;
    const uint32_t *rank;
    size_t bytes;
    struct progress *progress;
    int notes_conflicts;
    struct counter *counters; /* one a worker */
};

static int count_one(struct counter *counter, const struct merged *identifier, int notes_conflicts)
{
    counter->of_kind[identifier->kind]++;
    if (counter->held != NULL && !identifier->is_conflict) {
        if (counter->held[identifier->label]++ == 0 ||
            identifier->place < counter->first_place[identifier->label])
            counter->first_place[identifier->label] = identifier->place;
    }
    if (!identifier->is_conflict || !notes_conflicts)
        return 1;
    errno = ENOMEM;
    return rejects_add(&counter->rejects, identifier->other_place, identifier->kind, FAULT_LABEL_CONFLICT);
}

/* Counts one part; its number of identifiers goes to first_rank[part + 1] for now. */
static int count_part(void *context, unsigned worker, uint64_t part)
{
    const struct count_task *task = context;
    struct merged identifier;
    uint64_t count = 0;
    int got, good = 1;
    uint64_t records = record_source_partition_records(task->source, (unsigned)part);
    if (records == 0)
        return 0;
    struct merge *merge = merge_open(task->source, task->rank, (unsigned)part, (unsigned)part + 1,
                                     task->bytes / task->config->threads);
    if (merge == NULL)
        return -1;
    while (good && (got = merge_next(merge, &identifier)) != 0) {
        good = got > 0 && count_one(&task->counters[worker], &identifier, task->notes_conflicts);
        count++;
    }
    int why = errno;
    for (unsigned kind = 0; kind < ELIG_KINDS_MAX; kind++)
        task->counters[worker].removed[kind] += merge_removed(merge)[kind];
    merge_close(merge);
    errno = why;
    task->totals->first_rank[part + 1] = count;
    progress_add(task->progress, records);
    return good ? 0 : -1;
}

/* Sums the workers' counts up and frees them. */
static int add_up(const struct count_task *task, struct rejects *rejects)
{
    struct record_counts *totals = task->totals;
    int good = 1;
    for (unsigned i = 0; i < task->config->threads; i++) {
        struct counter *counter = &task->counters[i];
        for (unsigned kind = 0; kind < ELIG_KINDS_MAX; kind++) {
            totals->of_kind[kind] += counter->of_kind[kind];
            totals->removed[kind] += counter->removed[kind];
        }
        for (unsigned label = 0; counter->held != NULL && label <= ELIG_LABELS_MAX; label++) {
            if (counter->held[label] == 0)
                continue;
            if (totals->held[label] == 0 || counter->first_place[label] < totals->first_place[label])
                totals->first_place[label] = counter->first_place[label];
            totals->held[label] += counter->held[label];
        }
        if (rejects != NULL)
            good = rejects_join(rejects, &counter->rejects) && good;
        free(counter->held);
        free(counter->first_place);
    }
    for (unsigned part = 0; part < SPILL_PARTITIONS; part++)
        totals->first_rank[part + 1] += totals->first_rank[part];
    return good;
}

static int make_tables(uint64_t **held, uint64_t **first_place)
{
    *held = calloc(ELIG_LABELS_MAX + 1, sizeof **held);
    *first_place = calloc(ELIG_LABELS_MAX + 1, sizeof **first_place);
    return *held != NULL && *first_place != NULL;
}

int record_counts_make(struct record_counts *totals, const struct config *config, struct record_source *source,
                       const uint32_t *rank, int has_labels, size_t bytes, struct progress *progress,
                       struct rejects *rejects)
{
    *totals = (struct record_counts){.held = NULL};
    struct count_task task = {totals, config, source, rank, bytes, progress, rejects != NULL, NULL};
    task.counters = calloc(config->threads, sizeof *task.counters);
    int good = task.counters != NULL && make_tables(&totals->held, &totals->first_place);
    for (unsigned i = 0; i < config->threads && good && has_labels; i++)
        good = make_tables(&task.counters[i].held, &task.counters[i].first_place);
    int why = ENOMEM;
    if (good) {
        good = parallel_run(config->threads, SPILL_PARTITIONS, count_part, &task) == 0;
        why = errno;
    }
    if (task.counters != NULL && !add_up(&task, rejects)) {
        good = 0;
        why = ENOMEM;
    }
    free(task.counters);
    errno = why;
    return good;
}

void record_counts_free(struct record_counts *totals)
{
    free(totals->held);
    free(totals->first_place);
    totals->held = totals->first_place = NULL;
}
