/* SPDX-License-Identifier: Apache-2.0 */
#include "builder/steps.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "builder/build_report.h"
#include "lib/elig/digest/digest.h"
#include "lib/elig/parallel.h"
#include "lib/util/message.h"

/* What a build holds besides records: tables, buffers of libraries. */
#define MEMORY_ASIDE (UINT64_C(16) << 20)
#define MEMORY_OF_A_SET (UINT64_C(64) << 10)

/* ---- Messages ---- */

int step_out_of_memory(void)
{
    message("build: %s", strerror(ENOMEM));
    return EXIT_CANNOT;
}

int step_explain_set(const char *path, enum digest_file_error error)
{
    message("read %s: %s", path, error == SET_E_READ ? strerror(errno) : digest_file_error_text(error));
    return error == SET_E_MEMORY || error == SET_E_READ ? EXIT_CANNOT : EXIT_REFUSED;
}

int step_explain_source(struct pipeline *build, const struct record_source *source)
{
    int why = errno;
    record_counts_free(&build->totals); /* what was counted or found in part is nothing to report */
    if (why == EBADMSG && source->broken != NULL) {
        errno = source->broken_errno;
        return step_explain_set(digest_file_path(source->broken), (enum digest_file_error)source->broken_why);
    }
    message("read a temporary file in %s: %s", build->config->tmpdir,
            why == EUCLEAN ? spill_error_text(SPILL_E_DAMAGED) : strerror(why));
    return EXIT_CANNOT;
}

/* ---- Memory ---- */

/* What is left for records, over all threads, once lists have been read or sets opened. */
static uint64_t record_memory(const struct config *config)
{
    uint64_t of_a_thread = INGEST_BYTES_PER_THREAD + config->profile.argon2_memory;
    uint64_t aside = MEMORY_ASIDE + INGEST_BYTES + (uint64_t)config->threads * of_a_thread;
    if (config->command == COMMAND_ASSEMBLE)
        aside = MEMORY_ASIDE + (uint64_t)(config->input_count + config->absent_count + config->removed_count) *
                                   MEMORY_OF_A_SET;
    return config->memory - (aside < config->memory / 2 ? aside : config->memory / 2);
}

uint64_t step_store_memory(const struct config *config)
{
    return record_memory(config) / 4 * 3;
}

uint64_t step_load_memory(const struct config *config)
{
    return config->command == COMMAND_ASSEMBLE ? record_memory(config) : record_memory(config) / 4;
}

/* ---- Beginning ---- */

/* At once, not after an hour's work: can the files be put where they are to go? */
static int begin_file(const char *path, struct atomic_file **file)
{
    *file = atomic_file_open(path);
    if (*file == NULL)
        message("write %s: %s", path, strerror(errno));
    return *file != NULL ? EXIT_DONE : EXIT_CANNOT;
}

/* What an identifier costs in each phase, in nanoseconds of one thread (docs/BENCHMARKS.md). */
static const double weights[][PHASE_COUNT] = {
    [COMMAND_COMPILE] =
        {[PHASE_READ] = 320, [PHASE_MERGE] = 52, [PHASE_SOLVE] = 95, [PHASE_VERIFY] = 25, [PHASE_PUBLISH] = 8},
    [COMMAND_DIGEST] =
        {[PHASE_READ] = 345, [PHASE_MERGE] = 34, [PHASE_WRITE] = 80, [PHASE_VERIFY] = 36, [PHASE_PUBLISH] = 58},
    [COMMAND_ASSEMBLE] = {[PHASE_MERGE] = 83, [PHASE_SOLVE] = 140, [PHASE_VERIFY] = 85, [PHASE_PUBLISH] = 12},
};

int step_begin(struct pipeline *build)
{
    struct config *config = build->config;
    if (config->command != COMMAND_ASSEMBLE && !profile_set_key(&config->profile, recipe_key(config))) {
        message("read the secret: it is of no use: make another"); /* one in 2^252 */
        return EXIT_CANNOT;
    }
    double weight[PHASE_COUNT];
    memcpy(weight, weights[config->command], sizeof weight);
    if (config->command != COMMAND_ASSEMBLE && config->profile.id != ELIG_PROFILE_KEYED) {
        build->digest_seconds = cost_digest_seconds(&config->profile);
        weight[PHASE_READ] += build->digest_seconds * 1e9;
    }
    build->progress = phases_progress(config->list.is_quiet, weight);
    build->labels = label_table_new();
    build->rank = calloc(ELIG_LABELS_MAX + 1, sizeof *build->rank);
    if (build->progress == NULL || build->labels == NULL || build->rank == NULL)
        return step_out_of_memory();
    int result = begin_file(config->output, &build->output);
    if (result == EXIT_DONE && config->report != NULL)
        result = begin_file(config->report, &build->report_file);
    return result;
}

/* ---- Counting ---- */

/* Ranks the labels as --label-order says, the first word lowest. */
static void rank_labels(struct pipeline *build)
{
    const struct config *config = build->config;
    for (unsigned number = 0; number <= ELIG_LABELS_MAX; number++)
        build->rank[number] = MERGE_UNRANKED;
    for (unsigned number = 1; number <= label_table_count(build->labels); number++)
        for (unsigned i = config->label_order_count; i-- > 0;)
            if (strcmp(label_table_word(build->labels, number), config->label_order[i]) == 0)
                build->rank[number] = i;
}

struct settling {
    struct record_source *source;
    size_t room; /* records */
};

static int settle_part(void *context, unsigned worker, uint64_t part)
{
    const struct settling *settling = context;
    struct record_batch batch = {0};
    (void)worker;
    if (record_source_partition_records(settling->source, (unsigned)part) > settling->room)
        return 0; /* too much to be sorted at once: it will be loaded in pieces */
    int good = record_source_load(settling->source, (unsigned)part, 0, 0, settling->room, &batch);
    int why = errno;
    record_batch_free(&batch);
    errno = why;
    return good ? 0 : -1;
}

/* Puts the absent records in order, so that any thread may load any part of them. */
static int settle_absent(struct pipeline *build)
{
    const struct config *config = build->config;
    struct settling settling = {&build->absent,
                                step_load_memory(config) / config->threads / sizeof(struct record)};
    if (build->absent.store == NULL ||
        parallel_run(config->threads, SPILL_PARTITIONS, settle_part, &settling) == 0)
        return EXIT_DONE;
    return step_explain_source(build, &build->absent);
}

/* Labels are decided on when an index is made: sets keep what was said. */
static int judge_labels(struct pipeline *build)
{
    const struct record_counts *totals = &build->totals;
    for (unsigned number = 1; number <= label_table_count(build->labels); number++)
        if (totals->held[number] > 0 && totals->held[number] < build->config->label_minimum &&
            !rejects_add(&build->rejects, totals->first_place[number], REJECT_NO_KIND, FAULT_LABEL_RARE))
            return step_out_of_memory();
    return EXIT_DONE;
}

int step_count(struct pipeline *build)
{
    const struct config *config = build->config;
    int decides = config->command != COMMAND_DIGEST;
    rank_labels(build);
    progress_begin(build->progress, PHASE_MERGE, record_source_records(&build->listed), "identifiers", 1);
    if (!record_counts_make(&build->totals, config, &build->listed, build->rank,
                            label_table_count(build->labels) > 0, step_load_memory(config), build->progress,
                            decides ? &build->rejects : NULL))
        return step_explain_source(build, &build->listed);
    int result = settle_absent(build);
    if (result == EXIT_DONE && decides)
        result = judge_labels(build);
    rejects_sort(&build->rejects);
    return result;
}

int step_judge(struct pipeline *build)
{
    uint64_t rejects = rejects_all(&build->rejects) + rejects_all(&build->absent_rejects);
    if (build->config->skip_invalid)
        rejects -= rejects_skippable(&build->rejects) + rejects_skippable(&build->absent_rejects);
    return rejects == 0 ? EXIT_DONE : EXIT_REFUSED;
}

/* ---- The end ---- */

static uint64_t spilled(const struct pipeline *build)
{
    return (build->listed.store != NULL ? spill_file_bytes(build->listed.store) : 0) +
           (build->absent.store != NULL ? spill_file_bytes(build->absent.store) : 0);
}

int step_report(struct pipeline *build, int result)
{
    const struct config *config = build->config;
    struct report report = {.config = config,
                            .is_published = result == EXIT_DONE,
                            .prices = build->prices,
                            .counts = &build->counts,
                            .absent_counts = &build->absent_counts,
                            .totals = &build->totals,
                            .labels = build->labels,
                            .rejects = &build->rejects,
                            .absent_rejects = &build->absent_rejects,
                            .header = &build->writer.header,
                            .set_bytes = build->set_bytes,
                            .progress = build->progress,
                            .spilled_bytes = spilled(build)};
    int written = build->report_file == NULL || build_report_write(&report, build->report_file);
    build->report_file = NULL;
    int why = errno;
    progress_free(build->progress);
    build->progress = NULL;
    build_report_print(&report);
    if (result != EXIT_DONE)
        message("nothing was published%s",
                !config->skip_invalid &&
                        rejects_skippable(&build->rejects) + rejects_skippable(&build->absent_rejects) > 0
                    ? ": correct these lines, or leave them out with --skip-invalid"
                    : "");
    if (!written) {
        message("write %s: %s", config->report, strerror(why));
        return EXIT_CANNOT;
    }
    return result;
}

static void free_source(struct record_source *source)
{
    for (unsigned i = 0; i < source->set_count; i++)
        digest_file_close(source->digest_files[i]);
    for (unsigned i = 0; i < source->removed_count; i++)
        digest_file_close(source->removed[i]);
    free(source->digest_files);
    free(source->removed);
    spill_free(source->store);
}

void step_free(struct pipeline *build)
{
    progress_free(build->progress);
    atomic_file_abandon(build->output);
    atomic_file_abandon(build->report_file);
    index_writer_free(&build->writer);
    record_counts_free(&build->totals);
    free_source(&build->listed);
    free_source(&build->absent);
    label_table_free(build->labels);
    rejects_free(&build->rejects);
    rejects_free(&build->absent_rejects);
    free(build->rank);
}
