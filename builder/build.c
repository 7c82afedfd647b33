#include "build.h"

#include "digest.h"
#include "disk.h"
#include "message.h"
#include "parallel.h"
#include "report.h"
#include "set_write.h"
#include "solve.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

/* What a build holds besides records: tables, buffers of libraries. */
#define MEMORY_ASIDE (UINT64_C(16) << 20)
#define MEMORY_OF_A_SET (UINT64_C(64) << 10)

/* ---- Messages ---- */

static int out_of_memory(void)
{
    message("build: %s", strerror(ENOMEM));
    return EXIT_CANNOT;
}

/* Says why the records of a source could not be read. */
static int explain_source(const struct build *build, const struct source *source)
{
    int why = errno;
    if (why == EBADMSG && source->broken != NULL)
        message("read %s: %s", set_path(source->broken),
                source->broken_why == SET_E_READ ? strerror(EIO)
                                                 : set_error_text((enum set_error)source->broken_why));
    else
        message("read a temporary file in %s: %s", build->recipe->tmpdir, strerror(why));
    return EXIT_CANNOT;
}

static struct source *broken_source(struct build *build)
{
    return build->absent.broken != NULL ? &build->absent : &build->listed;
}

/* ---- Memory ---- */

/* What is left for records, over all threads, once lists have been read or sets opened. */
static uint64_t record_memory(const struct recipe *recipe)
{
    uint64_t aside = MEMORY_ASIDE + INTAKE_BYTES + (uint64_t)recipe->threads * INTAKE_BYTES_A_THREAD;
    if (recipe->command == COMMAND_ASSEMBLE)
        aside = MEMORY_ASIDE + (uint64_t)(recipe->input_count + recipe->absent_count + recipe->removed_count) *
                                   MEMORY_OF_A_SET;
    return recipe->memory - (aside < recipe->memory / 2 ? aside : recipe->memory / 2);
}

/* Stores get three quarters of it, and what is loaded from them later the last one. */
static uint64_t store_memory(const struct recipe *recipe)
{
    return record_memory(recipe) / 4 * 3;
}

static uint64_t load_memory(const struct recipe *recipe)
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
    [COMMAND_COMPILE] = {[PHASE_READ] = 300,
                         [PHASE_MERGE] = 110,
                         [PHASE_SOLVE] = 200,
                         [PHASE_VERIFY] = 60,
                         [PHASE_PUBLISH] = 10},
    [COMMAND_DIGEST] = {[PHASE_READ] = 300,
                        [PHASE_MERGE] = 110,
                        [PHASE_WRITE] = 60,
                        [PHASE_VERIFY] = 50,
                        [PHASE_PUBLISH] = 40},
    [COMMAND_ASSEMBLE] = {[PHASE_MERGE] = 150, [PHASE_SOLVE] = 260, [PHASE_VERIFY] = 120, [PHASE_PUBLISH] = 10},
};

int build_begin(struct build *build)
{
    struct recipe *recipe = build->recipe;
    if (recipe->secret != NULL) {
        digest_key_check(recipe->secret, recipe->salt, recipe->key_check);
        digest_clear_stack();
    }
    build->progress = progress_new(recipe->is_quiet, weights[recipe->command]);
    build->labels = labels_new();
    build->rank = calloc(ELIG_LABELS_MAX + 1, sizeof *build->rank);
    if (build->progress == NULL || build->labels == NULL || build->rank == NULL)
        return out_of_memory();
    int result = begin_file(recipe->output, &build->publish);
    if (result == EXIT_DONE && recipe->report != NULL)
        result = begin_file(recipe->report, &build->report_file);
    return result;
}

/* ---- Disk ---- */

/* At most how many identifiers a list has; 0: not known. */
static uint64_t estimate_list(const struct recipe *recipe, const char **inputs, unsigned count)
{
    uint64_t rows = 0;
    for (unsigned i = 0; i < count; i++) {
        uint64_t more = disk_estimate_rows(inputs[i]);
        if (more == 0)
            return 0;
        rows += more;
    }
    return rows * recipe->kind_count;
}

int build_check_disk(struct build *build)
{
    const struct recipe *recipe = build->recipe;
    uint64_t listed, spilled = 0, kept = store_memory(recipe) / sizeof(struct record);
    if (recipe->command == COMMAND_ASSEMBLE) {
        listed = source_records(&build->listed);
    } else {
        listed = estimate_list(recipe, recipe->inputs, recipe->input_count);
        spilled = listed + estimate_list(recipe, recipe->absent, recipe->absent_count);
        spilled = spilled > kept ? spilled - kept : 0;
    }
    struct leaf_shape shape = solver_shape(recipe->fingerprint_bits, 0);
    uint64_t output = recipe->command == COMMAND_DIGEST ? listed * SET_RECORD_BYTES
                                                        : header_leaves(listed, shape.slots) * ELIG_PAGE_BYTES;
    const struct disk_need needs[] = {
        {recipe->tmpdir, 1, spilled * sizeof(struct record), "temporary files"},
        {recipe->output, 0, output, "the output"},
    };
    return disk_has_room(needs, sizeof needs / sizeof *needs) ? EXIT_DONE : EXIT_CANNOT;
}

/* ---- Lists ---- */

static uint64_t input_bytes(const struct recipe *recipe)
{
    uint64_t bytes = 0;
    struct stat status;
    for (unsigned i = 0; i < recipe->input_count; i++) {
        const char *input = recipe->inputs[i];
        if ((input != NULL ? stat(input, &status) : fstat(0, &status)) != 0 || !S_ISREG(status.st_mode))
            return 0; /* unknown */
        bytes += (uint64_t)status.st_size;
    }
    for (unsigned i = 0; i < recipe->absent_count; i++)
        if (stat(recipe->absent[i], &status) == 0)
            bytes += (uint64_t)status.st_size;
    return bytes;
}

int build_read_lists(struct build *build)
{
    const struct recipe *recipe = build->recipe;
    uint64_t memory = store_memory(recipe);
    /* a list of absent identifiers is the shorter one; what was read stays in memory beside what is read next
     */
    uint64_t for_absent = recipe->absent_count > 0 ? memory / 4 : 0;
    build->listed.store = store_new(recipe->tmpdir, memory - for_absent, recipe->threads);
    if (recipe->absent_count > 0)
        build->absent.store = store_new(recipe->tmpdir, for_absent, recipe->threads);
    if (build->listed.store == NULL || (recipe->absent_count > 0 && build->absent.store == NULL))
        return out_of_memory();
    struct intake intake = {.recipe = recipe,
                            .inputs = recipe->inputs,
                            .input_count = recipe->input_count,
                            .labels = build->labels,
                            .store = build->listed.store,
                            .progress = build->progress};
    progress_phase(build->progress, PHASE_READ, input_bytes(recipe), "MB", 1000000);
    int result = intake_run(&intake, &build->counts, &build->faults);
    if (result == EXIT_DONE && build->absent.store != NULL) {
        intake.inputs = recipe->absent;
        intake.input_count = recipe->absent_count;
        intake.is_absent = 1;
        intake.store = build->absent.store;
        result = intake_run(&intake, &build->absent_counts, &build->absent_faults);
    }
    return result;
}

/* ---- Sets ---- */

/* Takes the recipe's terms from the first set. */
static void adopt_terms(struct recipe *recipe, const struct set_terms *terms)
{
    memcpy(recipe->salt, terms->salt, sizeof recipe->salt);
    memcpy(recipe->key_check, terms->key_check, sizeof recipe->key_check);
    recipe->kind_count = terms->kind_count;
    for (unsigned kind = 0; kind < terms->kind_count; kind++) {
        recipe->kinds[kind] = terms->kinds[kind];
        recipe->kinds[kind].identifiers = 0;
    }
}

/* Opens one set and compares it with the first: an exit code. */
static int open_set(struct build *build, const char *path, struct set **set)
{
    enum set_error error = set_open(path, set);
    if (error != SET_GOOD) {
        message("read %s: %s", path, error == SET_E_READ ? strerror(errno) : set_error_text(error));
        return error == SET_E_MEMORY || error == SET_E_READ ? EXIT_CANNOT : EXIT_REFUSED;
    }
    if (build->recipe->kind_count == 0)
        adopt_terms(build->recipe, set_terms(*set));
    const struct set *first = build->listed.sets[0];
    const char *difference = set_terms_difference(set_terms(first), set_terms(*set));
    if (difference != NULL) {
        message("assemble: %s and %s cannot be put together: %s", set_path(first), path, difference);
        return EXIT_REFUSED;
    }
    int numbered = set_number_labels(*set, build->labels);
    if (numbered == LABELS_FULL)
        message("read %s: the sets have more than %d different labels together", path, ELIG_LABELS_MAX);
    if (numbered == LABELS_NO_MEMORY)
        return out_of_memory();
    return numbered > 0 ? EXIT_DONE : EXIT_REFUSED;
}

static int open_list_of_sets(struct build *build, const char **paths, unsigned count, struct set ***sets,
                             unsigned *opened)
{
    int result = EXIT_DONE;
    *sets = calloc((size_t)count + 1, sizeof **sets);
    if (*sets == NULL)
        return out_of_memory();
    for (; *opened < count && result == EXIT_DONE; (*opened)++)
        result = open_set(build, paths[*opened], &(*sets)[*opened]);
    return result;
}

/* What a report counts as read. */
static void count_sets(const struct source *source, struct intake_counts *counts)
{
    for (unsigned i = 0; i < source->set_count; i++) {
        const struct set_terms *terms = set_terms(source->sets[i]);
        counts->rows += set_rows(source->sets[i]);
        for (unsigned kind = 0; kind < terms->kind_count; kind++)
            counts->identifiers[kind] += terms->kinds[kind].identifiers;
    }
}

int build_open_sets(struct build *build)
{
    const struct recipe *recipe = build->recipe;
    struct source *listed = &build->listed, *absent = &build->absent;
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) { /* each set is an open file */
        files.rlim_cur = files.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &files);
    }
    int result =
        open_list_of_sets(build, recipe->inputs, recipe->input_count, &listed->sets, &listed->set_count);
    if (result == EXIT_DONE)
        result = open_list_of_sets(build, recipe->removed, recipe->removed_count, &listed->removed,
                                   &listed->removed_count);
    if (result == EXIT_DONE)
        result =
            open_list_of_sets(build, recipe->absent, recipe->absent_count, &absent->sets, &absent->set_count);
    count_sets(listed, &build->counts);
    count_sets(absent, &build->absent_counts);
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
    struct settling settling = {&build->absent, load_memory(recipe) / recipe->threads / sizeof(struct record)};
    if (build->absent.store == NULL || parallel_run(recipe->threads, STORE_PARTS, settle_part, &settling) == 0)
        return EXIT_DONE;
    return explain_source(build, &build->absent);
}

/* Labels are decided on when an index is made: sets keep what was said. */
static int judge_labels(struct build *build)
{
    const struct census *census = &build->census;
    for (unsigned number = 1; number <= labels_count(build->labels); number++)
        if (census->held[number] > 0 && census->held[number] < build->recipe->label_minimum &&
            !faults_add(&build->faults, census->first_place[number], FAULT_NO_KIND, FAULT_LABEL_RARE))
            return out_of_memory();
    return EXIT_DONE;
}

int build_count(struct build *build)
{
    const struct recipe *recipe = build->recipe;
    int decides = recipe->command != COMMAND_DIGEST;
    rank_labels(build);
    progress_phase(build->progress, PHASE_MERGE, source_records(&build->listed), "identifiers", 1);
    if (!census_take(&build->census, recipe, &build->listed, build->rank, labels_count(build->labels) > 0,
                     load_memory(recipe), build->progress, decides ? &build->faults : NULL))
        return explain_source(build, &build->listed);
    int result = settle_absent(build);
    if (result == EXIT_DONE && decides)
        result = judge_labels(build);
    faults_sort(&build->faults);
    return result;
}

/* --skip-invalid passes over what was typed wrong; it does not decide between labels, make a rare one common,
 * or choose between lists. */
static int may_be_skipped(const struct fault *fault)
{
    return fault->reason != FAULT_LABEL_CONFLICT && fault->reason != FAULT_LABEL_RARE &&
           fault->reason != FAULT_ABSENT_LISTED;
}

static size_t skippable(const struct faults *faults)
{
    size_t count = 0;
    for (size_t i = 0; i < faults->count; i++)
        count += (size_t)may_be_skipped(&faults->entries[i]);
    return count;
}

int build_judge(const struct build *build)
{
    size_t faults = build->faults.count + build->absent_faults.count;
    if (build->recipe->skip_invalid)
        faults -= skippable(&build->faults) + skippable(&build->absent_faults);
    return faults == 0 ? EXIT_DONE : EXIT_REFUSED;
}

/* ---- The index ---- */

static int explain_assembly(struct build *build, enum assemble_result result)
{
    const struct recipe *recipe = build->recipe;
    int why = errno;
    switch (result) {
    case ASSEMBLE_DONE:
        return EXIT_DONE;
    case ASSEMBLE_FAILED:
        if (why == EBADMSG)
            return explain_source(build, broken_source(build));
        message("write %s: %s", recipe->output, strerror(why));
        return EXIT_CANNOT;
    case ASSEMBLE_TOO_MANY:
        message("write %s: more identifiers than an index holds (2^40)", recipe->output);
        return EXIT_REFUSED;
    case ASSEMBLE_ABSENT_LISTED:
        return EXIT_REFUSED;
    case ASSEMBLE_UNSOLVABLE:
        message("write %s: the --absent lists are too long to exclude every false positive at a rate of 2^-%u: "
                "choose a lower --fpr",
                recipe->output, recipe->fingerprint_bits);
        return EXIT_REFUSED;
    case ASSEMBLE_SALT:
        message("write %s: two digests are too alike under this salt: choose another --salt", recipe->output);
        return EXIT_REFUSED;
    }
    return EXIT_CANNOT;
}

int build_write_index(struct build *build)
{
    const struct recipe *recipe = build->recipe;
    build->assembly = (struct assembly){.recipe = recipe,
                                        .listed = &build->listed,
                                        .absent = source_records(&build->absent) > 0 ? &build->absent : NULL,
                                        .rank = build->rank,
                                        .labels = build->labels,
                                        .census = &build->census,
                                        .bytes = load_memory(recipe),
                                        .progress = build->progress};
    return explain_assembly(
        build, assemble_write(&build->assembly, publish_file(build->publish), &build->absent_faults));
}

int build_verify_index(struct build *build)
{
    int error;
    progress_phase(build->progress, PHASE_VERIFY, build->assembly.header.identifiers, "identifiers", 1);
    if (assemble_verify(&build->assembly, publish_path(build->publish), &error))
        return EXIT_DONE;
    message("verify %s: %s: nothing was published", build->recipe->output,
            error != 0 ? elig_error_text(error) : "an answer from the finished file is wrong");
    return EXIT_CANNOT;
}

/* ---- The set ---- */

int build_write_set(struct build *build)
{
    const struct set_plan plan = {.recipe = build->recipe,
                                  .source = &build->listed,
                                  .labels = build->labels,
                                  .rows = build->counts.rows,
                                  .bytes = load_memory(build->recipe),
                                  .progress = build->progress};
    progress_phase(build->progress, PHASE_WRITE, source_records(&build->listed), "identifiers", 1);
    if (set_write(&plan, publish_file(build->publish), &build->set_bytes))
        return EXIT_DONE;
    message("write %s: %s", build->recipe->output, strerror(errno));
    return EXIT_CANNOT;
}

int build_verify_set(struct build *build)
{
    const struct recipe *recipe = build->recipe;
    progress_phase(build->progress, PHASE_VERIFY, source_records(&build->listed), "identifiers", 1);
    enum set_error error = set_verify(publish_path(build->publish), recipe->threads, build->progress);
    if (error == SET_GOOD)
        return EXIT_DONE;
    message("verify %s: %s: nothing was published", recipe->output, set_error_text(error));
    return EXIT_CANNOT;
}

/* ---- The end ---- */

int build_publish(struct build *build)
{
    mode_t mode = S_IRUSR | S_IRGRP | S_IROTH;
    if (build->recipe->command == COMMAND_DIGEST)
        mode = S_IRUSR; /* whole digests: more than an index gives away */
    progress_phase(build->progress, PHASE_PUBLISH, 0, "files", 1);
    int good = publish_commit(build->publish, mode);
    build->publish = NULL;
    if (!good)
        message("write %s: %s", build->recipe->output, strerror(errno));
    return good ? EXIT_DONE : EXIT_CANNOT;
}

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
                !recipe->skip_invalid && skippable(&build->faults) + skippable(&build->absent_faults) > 0
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
