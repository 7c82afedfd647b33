/* SPDX-License-Identifier: Apache-2.0 */
/* steps.c - the first steps of every command, counting, and the report at the end. */
#include "builder/steps.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "builder/build_report.h"
#include "builder/completeness.h"
#include "lib/elig/digest/digest.h"
#include "lib/elig/parallel.h"
#include "lib/util/message.h"

/* What a build holds beside records: tables, buffers of libraries. */
#define MEMORY_OF_TABLES (UINT64_C(16) << 20)
#define MEMORY_OF_A_DIGEST_FILE (UINT64_C(64) << 10)

/* ---- Messages ---- */

int step_out_of_memory(void)
{
    message("build: %s", strerror(ENOMEM));
    return EXIT_CANNOT;
}

int step_explain_digest_file(const char *path, int error)
{
    if (error != ELIG_E_MEMORY && error != ELIG_E_READ)
        return message_exit_code(message_refuse("read %s: %s", path, digest_file_error_text(error)));
    message("read %s: %s", path, error == ELIG_E_READ ? strerror(errno) : digest_file_error_text(error));
    return EXIT_CANNOT;
}

int step_explain_records(struct pipeline *pipeline, int error)
{
    const struct record_source *sources[] = {&pipeline->listed, &pipeline->absent};
    int error_number = errno;
    pipeline->has_counts = false;
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        if (sources[i]->failed != NULL) {
            errno = sources[i]->failed_errno;
            return step_explain_digest_file(digest_file_path(sources[i]->failed), sources[i]->failed_error);
        }
    if (error == ELIG_E_MEMORY)
        return step_out_of_memory();
    message("%s a temporary file in %s: %s", error == SPILL_E_WRITE ? "write" : "read",
            pipeline->config->tmpdir,
            error == SPILL_E_DAMAGED ? spill_error_text(error) : strerror(error_number));
    return EXIT_CANNOT;
}

/* ---- Memory ---- */

/* What is left for records, over all threads: at least half of --memory. */
static uint64_t record_memory(const struct config *config)
{
    uint64_t of_a_thread = INGEST_BYTES_PER_THREAD + config->profile.argon2_memory;
    uint64_t reserved = MEMORY_OF_TABLES + INGEST_BYTES + (uint64_t)config->threads * of_a_thread;
    if (config->command == COMMAND_ASSEMBLE)
        reserved =
            MEMORY_OF_TABLES + (uint64_t)(config->input_count + config->absent_count + config->removed_count) *
                                   MEMORY_OF_A_DIGEST_FILE;
    return config->memory - (reserved < config->memory / 2 ? reserved : config->memory / 2);
}

uint64_t step_spill_memory(const struct config *config)
{
    return record_memory(config) / 4 * 3;
}

uint64_t step_load_memory(const struct config *config)
{
    return config->command == COMMAND_ASSEMBLE ? record_memory(config) : record_memory(config) / 4;
}

/* ---- Beginning ---- */

/* Opened at the start, so that a file that cannot be written is found before an hour of work. */
static int begin_file(const char *path, struct atomic_file **file)
{
    if (atomic_file_open(path, file) == 0)
        return EXIT_DONE;
    message("write %s: %s", path, strerror(errno));
    return EXIT_CANNOT;
}

/* What an identifier costs in each phase, in nanoseconds of one thread (docs/BENCHMARKS.md). */
static const double weights[][PHASE_COUNT] = {
    [COMMAND_COMPILE] =
        {[PHASE_READ] = 320, [PHASE_MERGE] = 52, [PHASE_SOLVE] = 95, [PHASE_VERIFY] = 25, [PHASE_PUBLISH] = 8},
    [COMMAND_DIGEST] =
        {[PHASE_READ] = 345, [PHASE_MERGE] = 34, [PHASE_WRITE] = 80, [PHASE_VERIFY] = 36, [PHASE_PUBLISH] = 58},
    [COMMAND_ASSEMBLE] = {[PHASE_MERGE] = 83, [PHASE_SOLVE] = 140, [PHASE_VERIFY] = 85, [PHASE_PUBLISH] = 12},
};

/* How identifiers are digested. A dry run digests them to tell them apart, for which the fastest profile does:
 * the key is random, so that what is spilled says nothing afterwards. */
static int choose_profile(struct pipeline *pipeline)
{
    struct config *config = pipeline->config;
    if (!config->is_dry_run) {
        if (profile_set_key(&config->profile, config_key(config)) != 0) {
            message("read the secret: it cannot be used: make another"); /* one secret in 2^252 */
            return EXIT_CANNOT;
        }
        pipeline->profile = config->profile;
        pipeline->key = config_key(config);
        return EXIT_DONE;
    }
    pipeline->dry_run_key = sodium_malloc(ELIG_SECRET_BYTES);
    if (pipeline->dry_run_key == NULL)
        return step_out_of_memory();
    randombytes_buf(pipeline->dry_run_key, ELIG_SECRET_BYTES);
    pipeline->profile = (struct profile){.id = ELIG_PROFILE_KEYED};
    memcpy(pipeline->profile.salt, config->profile.salt, sizeof pipeline->profile.salt);
    pipeline->key = pipeline->dry_run_key;
    return profile_set_key(&pipeline->profile, pipeline->key) == 0 ? EXIT_DONE : step_out_of_memory();
}

int step_begin(struct pipeline *pipeline)
{
    struct config *config = pipeline->config;
    int result = config->command != COMMAND_ASSEMBLE ? choose_profile(pipeline) : EXIT_DONE;
    if (result != EXIT_DONE)
        return result;
    double weight[PHASE_COUNT];
    memcpy(weight, weights[config->command], sizeof weight);
    if (config->command != COMMAND_ASSEMBLE && pipeline->profile.id != ELIG_PROFILE_KEYED) {
        pipeline->digest_seconds = cost_digest_seconds(&config->profile);
        weight[PHASE_READ] += pipeline->digest_seconds * 1e9;
    }
    pipeline->progress = phases_progress(config->is_quiet, weight);
    pipeline->labels = label_table_new();
    pipeline->priority = calloc(ELIG_LABELS_MAX + 1, sizeof *pipeline->priority);
    if (pipeline->progress == NULL || pipeline->labels == NULL || pipeline->priority == NULL)
        return step_out_of_memory();
    if (!config->is_dry_run)
        result = begin_file(config->output, &pipeline->output);
    if (result == EXIT_DONE && config->report != NULL)
        result = begin_file(config->report, &pipeline->report_file);
    return result;
}

/* ---- Counting ---- */

struct sort_task {
    struct spill *spill;
    size_t capacity; /* records */
};

static int sort_partition(void *context, unsigned worker, uint64_t number)
{
    const struct sort_task *task = context;
    struct record_batch batch = {0};
    (void)worker;
    struct record_range range = {.partition = (unsigned)number, .capacity = task->capacity};
    if (spill_partition_records(task->spill, range.partition) > task->capacity)
        return 0; /* too large to be sorted at once: it will be loaded in sub-partitions */
    int error = record_batch_load(&batch, task->spill, &range);
    record_batch_free(&batch);
    return error;
}

/* Sorts the spilled absent records, so that any thread may load any partition of them. */
static int sort_absent(struct pipeline *pipeline)
{
    const struct config *config = pipeline->config;
    struct sort_task task = {pipeline->absent.spill,
                             step_load_memory(config) / config->threads / sizeof(struct record)};
    if (pipeline->absent.spill == NULL)
        return 0;
    return parallel_run(config->threads, SPILL_PARTITIONS, sort_partition, &task);
}

/* Labels have the priorities of --label-order: the first word wins. */
static void order_labels(struct pipeline *pipeline)
{
    const struct config *config = pipeline->config;
    for (unsigned number = 0; number <= ELIG_LABELS_MAX; number++)
        pipeline->priority[number] = MERGE_NO_PRIORITY;
    for (unsigned number = 1; number <= label_table_count(pipeline->labels); number++)
        for (unsigned i = config->label_order_count; i-- > 0;)
            if (strcmp(label_table_word(pipeline->labels, number), config->label_order[i]) == 0)
                pipeline->priority[number] = i;
}

int step_count(struct pipeline *pipeline)
{
    const struct config *config = pipeline->config;
    unsigned labels = label_table_count(pipeline->labels);
    /* Digest files keep all labels: they are judged when an index is made. They have each identifier once, so
     * repeats are judged when a list is read. */
    bool judges_labels = config->command != COMMAND_DIGEST;
    /* An owner who gives a limit has decided what is too many. */
    bool warns = config->command != COMMAND_ASSEMBLE && config->max_repeats == 0;
    const struct record_rules rules = {.priority = pipeline->priority,
                                       .has_labels = labels > 0,
                                       .accepts_conflicts = !judges_labels,
                                       .rows_max = config->max_repeats,
                                       .rows_warned =
                                           warns ? completeness_rows_warned(pipeline->counts.rows) : 0};
    order_labels(pipeline);
    pipeline->listed.rows_max = config->drop_repeats;
    progress_begin(pipeline->progress, PHASE_MERGE, record_source_records(&pipeline->listed), "identifiers", 1);
    int error = record_counts_make(&pipeline->totals, &pipeline->listed, &rules, config->threads,
                                   step_load_memory(config), pipeline->progress, &pipeline->rejects);
    if (error == 0)
        error = sort_absent(pipeline);
    const struct record_counts *totals = &pipeline->totals;
    for (unsigned number = 1; error == 0 && judges_labels && number <= labels; number++)
        if (totals->of_label[number] > 0 && totals->of_label[number] < config->label_minimum)
            error = rejects_add(&pipeline->rejects, totals->first_position[number], 1, REJECT_NO_KIND,
                                REJECT_LABEL_RARE);
    if (error != 0)
        return step_explain_records(pipeline, error);
    rejects_sort(&pipeline->rejects);
    pipeline->has_counts = true;
    return EXIT_DONE;
}

int step_check_absent(struct pipeline *pipeline)
{
    if (pipeline->absent.spill == NULL)
        return EXIT_DONE;
    int error = record_counts_reject_common(&pipeline->listed, &pipeline->absent,
                                            step_load_memory(pipeline->config), &pipeline->absent_rejects);
    if (error != 0)
        return step_explain_records(pipeline, error);
    rejects_sort(&pipeline->absent_rejects);
    return EXIT_DONE;
}

int step_check_findings(struct pipeline *pipeline)
{
    const struct config *config = pipeline->config;
    const struct completeness list = {.config = config,
                                      .counts = &pipeline->counts,
                                      .absent_counts = &pipeline->absent_counts,
                                      .totals = &pipeline->totals,
                                      .labels = pipeline->labels};
    uint64_t rejects = rejects_all(&pipeline->rejects) + rejects_all(&pipeline->absent_rejects);
    if (config->skip_invalid.type != SKIP_NOTHING)
        rejects -= rejects_skippable(&pipeline->rejects) + rejects_skippable(&pipeline->absent_rejects);
    return rejects == 0 && completeness_check(&list, NULL, NULL) ? EXIT_DONE : EXIT_REFUSED;
}

/* ---- The end ---- */

static uint64_t spilled_bytes(const struct pipeline *pipeline)
{
    return (pipeline->listed.spill != NULL ? spill_file_bytes(pipeline->listed.spill) : 0) +
           (pipeline->absent.spill != NULL ? spill_file_bytes(pipeline->absent.spill) : 0);
}

int step_report(struct pipeline *pipeline, int result)
{
    const struct config *config = pipeline->config;
    struct report report = {.config = config,
                            .has_counts = pipeline->has_counts,
                            .is_refused = result != EXIT_DONE,
                            .is_published = result == EXIT_DONE && !config->is_dry_run,
                            .prices = pipeline->prices,
                            .counts = &pipeline->counts,
                            .absent_counts = &pipeline->absent_counts,
                            .totals = &pipeline->totals,
                            .labels = pipeline->labels,
                            .rejects = &pipeline->rejects,
                            .absent_rejects = &pipeline->absent_rejects,
                            .header = &pipeline->header,
                            .digest_file_bytes = pipeline->digest_file_bytes,
                            .progress = pipeline->progress,
                            .spilled_bytes = spilled_bytes(pipeline)};
    int error = pipeline->report_file != NULL ? build_report_write(&report, pipeline->report_file) : 0;
    pipeline->report_file = NULL;
    int error_number = errno;
    progress_free(pipeline->progress);
    pipeline->progress = NULL;
    build_report_print(&report);
    if (result != EXIT_DONE && report.has_counts)
        message("nothing was published%s",
                config->skip_invalid.type == SKIP_NOTHING &&
                        rejects_skippable(&pipeline->rejects) + rejects_skippable(&pipeline->absent_rejects) > 0
                    ? ": correct these lines, or leave them out with --skip-invalid"
                    : "");
    else if (config->is_dry_run && !config->is_quiet)
        message("dry run: the list would be taken; nothing was written%s",
                config->report != NULL ? " but the report" : "");
    if (error != 0) {
        message("write %s: %s", config->report, strerror(error_number));
        return EXIT_CANNOT;
    }
    return result;
}

static void free_source(struct record_source *source)
{
    for (unsigned i = 0; i < source->digest_file_count; i++)
        digest_file_close(source->digest_files[i]);
    for (unsigned i = 0; i < source->removed_count; i++)
        digest_file_close(source->removed[i]);
    free(source->digest_files);
    free(source->removed);
    spill_free(source->spill);
}

void step_free(struct pipeline *pipeline)
{
    progress_free(pipeline->progress);
    atomic_file_abandon(pipeline->output);
    atomic_file_abandon(pipeline->report_file);
    record_counts_free(&pipeline->totals);
    free_source(&pipeline->listed);
    free_source(&pipeline->absent);
    label_table_free(pipeline->labels);
    rejects_free(&pipeline->rejects);
    rejects_free(&pipeline->absent_rejects);
    free(pipeline->priority);
    sodium_free(pipeline->dry_run_key);
}
