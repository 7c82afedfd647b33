#include "build.h"

#include "digest.h"
#include "message.h"
#include "parallel.h"
#include "report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What a build holds besides records: tables, buffers of libraries. */
#define MEMORY_ASIDE (UINT64_C(16) << 20)
#define MEMORY_OF_A_SET (UINT64_C(64) << 10)

/* ---- Messages ---- */

int build_out_of_memory(void)
{
    message("build: %s", strerror(ENOMEM));
    return EXIT_CANNOT;
}

int build_explain_set(const char *path, enum set_error error)
{
    message("read %s: %s", path, error == SET_E_READ ? strerror(errno) : set_error_text(error));
    return error == SET_E_MEMORY || error == SET_E_READ ? EXIT_CANNOT : EXIT_REFUSED;
}

int build_explain_source(struct build *build, const struct source *source)
{
    int why = errno;
    census_free(&build->census); /* what was counted or found in part is nothing to report */
    if (why == EBADMSG && source->broken != NULL) {
        errno = source->broken_errno;
        return build_explain_set(set_path(source->broken), (enum set_error)source->broken_why);
    }
    message("read a temporary file in %s: %s", build->recipe->tmpdir, strerror(why));
    return EXIT_CANNOT;
}

/* ---- Memory ---- */

/* What is left for records, over all threads, once lists have been read or sets opened. */
static uint64_t record_memory(const struct recipe *recipe)
{
    uint64_t of_a_thread = INTAKE_BYTES_A_THREAD + recipe->profile.argon2_memory;
    uint64_t aside = MEMORY_ASIDE + INTAKE_BYTES + (uint64_t)recipe->threads * of_a_thread;
    if (recipe->command == COMMAND_ASSEMBLE)
        aside = MEMORY_ASIDE + (uint64_t)(recipe->input_count + recipe->absent_count + recipe->removed_count) *
                                   MEMORY_OF_A_SET;
    return recipe->memory - (aside < recipe->memory / 2 ? aside : recipe->memory / 2);
}

uint64_t build_store_memory(const struct recipe *recipe)
{
    return record_memory(recipe) / 4 * 3;
}

uint64_t build_load_memory(const struct recipe *recipe)
{
    return recipe->command == COMMAND_ASSEMBLE ? record_memory(recipe) : record_memory(recipe) / 4;
}

/* ---- Beginning ---- */

/* At once, not after an hour's work: can the files be put where they are to go? */
static int begin_file(const char *path, struct publish **file)
{
    *file = publish_open(path);
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

int build_begin(struct build *build)
{
    struct recipe *recipe = build->recipe;
    if (recipe->command != COMMAND_ASSEMBLE && !profile_set_key(&recipe->profile, recipe_key(recipe))) {
        message("read the secret: it is of no use: make another"); /* one in 2^252 */
        return EXIT_CANNOT;
    }
    double weight[PHASE_COUNT];
    memcpy(weight, weights[recipe->command], sizeof weight);
    if (recipe->command != COMMAND_ASSEMBLE && recipe->profile.id != ELIG_PROFILE_KEYED) {
        build->digest_seconds = price_digest_seconds(&recipe->profile);
        weight[PHASE_READ] += build->digest_seconds * 1e9;
    }
    build->progress = phases_progress(recipe->list.is_quiet, weight);
    build->labels = labels_new();
    build->rank = calloc(ELIG_LABELS_MAX + 1, sizeof *build->rank);
    if (build->progress == NULL || build->labels == NULL || build->rank == NULL)
        return build_out_of_memory();
    int result = begin_file(recipe->output, &build->publish);
    if (result == EXIT_DONE && recipe->report != NULL)
        result = begin_file(recipe->report, &build->report_file);
    return result;
}

/* ---- Counting ---- */

/* Ranks the labels as --label-order says, the first word lowest. */
static void rank_labels(struct build *build)
{
    const struct recipe *recipe = build->recipe;
    for (unsigned number = 0; number <= ELIG_LABELS_MAX; number++)
        build->rank[number] = MERGE_UNRANKED;
    for (unsigned number = 1; number <= labels_count(build->labels); number++)
        for (unsigned i = recipe->label_order_count; i-- > 0;)
            if (strcmp(labels_word(build->labels, number), recipe->label_order[i]) == 0)
                build->rank[number] = i;
}

struct settling {
    struct source *source;
    size_t room; /* records */
};

static int settle_part(void *context, unsigned worker, uint64_t part)
{
    const struct settling *settling = context;
    struct batch batch = {0};
    (void)worker;
    if (source_part_records(settling->source, (unsigned)part) > settling->room)
        return 0; /* too much to be sorted at once: it will be loaded in pieces */
    int good = source_load(settling->source, (unsigned)part, 0, 0, settling->room, &batch);
    int why = errno;
    batch_free(&batch);
    errno = why;
    return good ? 0 : -1;
}

/* Puts the absent records in order, so that any thread may load any part of them. */
static int settle_absent(struct build *build)
{
    const struct recipe *recipe = build->recipe;
    struct settling settling = {&build->absent,
                                build_load_memory(recipe) / recipe->threads / sizeof(struct record)};
    if (build->absent.store == NULL || parallel_run(recipe->threads, STORE_PARTS, settle_part, &settling) == 0)
        return EXIT_DONE;
    return build_explain_source(build, &build->absent);
}

/* Labels are decided on when an index is made: sets keep what was said. */
static int judge_labels(struct build *build)
{
    const struct census *census = &build->census;
    for (unsigned number = 1; number <= labels_count(build->labels); number++)
        if (census->held[number] > 0 && census->held[number] < build->recipe->label_minimum &&
            !faults_add(&build->faults, census->first_place[number], FAULT_NO_KIND, FAULT_LABEL_RARE))
            return build_out_of_memory();
    return EXIT_DONE;
}

int build_count(struct build *build)
{
    const struct recipe *recipe = build->recipe;
    int decides = recipe->command != COMMAND_DIGEST;
    rank_labels(build);
    progress_begin(build->progress, PHASE_MERGE, source_records(&build->listed), "identifiers", 1);
    if (!census_take(&build->census, recipe, &build->listed, build->rank, labels_count(build->labels) > 0,
                     build_load_memory(recipe), build->progress, decides ? &build->faults : NULL))
        return build_explain_source(build, &build->listed);
    int result = settle_absent(build);
    if (result == EXIT_DONE && decides)
        result = judge_labels(build);
    faults_sort(&build->faults);
    return result;
}

int build_judge(struct build *build)
{
    uint64_t faults = faults_all(&build->faults) + faults_all(&build->absent_faults);
    if (build->recipe->skip_invalid)
        faults -= faults_mild(&build->faults) + faults_mild(&build->absent_faults);
    return faults == 0 ? EXIT_DONE : EXIT_REFUSED;
}

/* ---- The end ---- */

static uint64_t spilled(const struct build *build)
{
    return (build->listed.store != NULL ? store_spilled(build->listed.store) : 0) +
           (build->absent.store != NULL ? store_spilled(build->absent.store) : 0);
}

int build_report(struct build *build, int result)
{
    const struct recipe *recipe = build->recipe;
    struct report report = {.recipe = recipe,
                            .is_published = result == EXIT_DONE,
                            .prices = build->prices,
                            .counts = &build->counts,
                            .absent_counts = &build->absent_counts,
                            .census = &build->census,
                            .labels = build->labels,
                            .faults = &build->faults,
                            .absent_faults = &build->absent_faults,
                            .header = &build->assembly.header,
                            .set_bytes = build->set_bytes,
                            .progress = build->progress,
                            .spilled_bytes = spilled(build)};
    int written = build->report_file == NULL || report_write(&report, build->report_file);
    build->report_file = NULL;
    int why = errno;
    progress_free(build->progress);
    build->progress = NULL;
    report_print(&report);
    if (result != EXIT_DONE)
        message("nothing was published%s",
                !recipe->skip_invalid && faults_mild(&build->faults) + faults_mild(&build->absent_faults) > 0
                    ? ": correct these lines, or leave them out with --skip-invalid"
                    : "");
    if (!written) {
        message("write %s: %s", recipe->report, strerror(why));
        return EXIT_CANNOT;
    }
    return result;
}

static void free_source(struct source *source)
{
    for (unsigned i = 0; i < source->set_count; i++)
        set_close(source->sets[i]);
    for (unsigned i = 0; i < source->removed_count; i++)
        set_close(source->removed[i]);
    free(source->sets);
    free(source->removed);
    store_free(source->store);
}

void build_free(struct build *build)
{
    progress_free(build->progress);
    publish_abandon(build->publish);
    publish_abandon(build->report_file);
    assemble_free(&build->assembly);
    census_free(&build->census);
    free_source(&build->listed);
    free_source(&build->absent);
    labels_free(build->labels);
    faults_free(&build->faults);
    faults_free(&build->absent_faults);
    free(build->rank);
}
