#include "compile.h"

#include "assemble.h"
#include "census.h"
#include "intake.h"
#include "message.h"
#include "publish.h"
#include "report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* What a build holds besides records: blocks of input, tables, buffers of libraries. */
#define MEMORY_ASIDE (UINT64_C(16) << 20)

/* The parts of a build as they come to be. */
struct build {
    const struct recipe *recipe;
    struct progress *progress;
    struct publish *publish;
    struct publish *report_file; /* NULL without --report */
    struct labels *labels;
    struct runs *listed, *absent; /* absent: NULL without --absent */
    struct intake_counts counts, absent_counts;
    struct faults faults, absent_faults;
    uint32_t *rank;
    struct census census;
    struct assembly assembly;
};

static int out_of_memory(void)
{
    message("compile: %s", strerror(ENOMEM));
    return EXIT_CANNOT;
}

/* At once, not after an hour's work: can the files be put where they are to go? */
static int begin_file(const char *path, struct publish **file)
{
    *file = publish_open(path);
    if (*file == NULL)
        message("write %s: %s", path, strerror(errno));
    return *file != NULL ? EXIT_DONE : EXIT_CANNOT;
}

static int begin(struct build *build)
{
    const struct recipe *recipe = build->recipe;
    build->progress = progress_new(recipe->is_quiet);
    build->labels = labels_new();
    build->listed = runs_new(recipe->tmpdir);
    build->rank = calloc(ELIG_LABELS_MAX + 1, sizeof *build->rank);
    if (recipe->absent_count > 0)
        build->absent = runs_new(recipe->tmpdir);
    if (build->progress == NULL || build->labels == NULL || build->listed == NULL || build->rank == NULL ||
        (recipe->absent_count > 0 && build->absent == NULL))
        return out_of_memory();
    int result = begin_file(recipe->output, &build->publish);
    if (result == EXIT_DONE && recipe->report != NULL)
        result = begin_file(recipe->report, &build->report_file);
    return result;
}

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

static int read_lists(struct build *build)
{
    const struct recipe *recipe = build->recipe;
    struct intake intake = {.recipe = recipe,
                            .inputs = recipe->inputs,
                            .input_count = recipe->input_count,
                            .record_bytes = recipe->memory - MEMORY_ASIDE,
                            .labels = build->labels,
                            .runs = build->listed,
                            .progress = build->progress};
    if (build->absent != NULL)
        intake.record_bytes /= 2; /* what was read stays in memory beside what is read next */
    progress_phase(build->progress, PHASE_READ, input_bytes(recipe), "MB", 1000000);
    int result = intake_run(&intake, &build->counts, &build->faults);
    if (result == EXIT_DONE && build->absent != NULL) {
        intake.inputs = recipe->absent;
        intake.input_count = recipe->absent_count;
        intake.is_absent = 1;
        intake.runs = build->absent;
        result = intake_run(&intake, &build->absent_counts, &build->absent_faults);
    }
    return result;
}

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

static size_t read_buffer(const struct recipe *recipe)
{
    return recipe->memory - MEMORY_ASIDE;
}

static int count(struct build *build)
{
    const struct recipe *recipe = build->recipe;
    uint64_t records = 0;
    for (unsigned range = 0; range < RUNS_RANGES; range++)
        records += runs_range_records(build->listed, range);
    rank_labels(build);
    progress_phase(build->progress, PHASE_MERGE, records, "records", 1);
    if (!census_take(&build->census, recipe, build->listed, build->rank, read_buffer(recipe), build->progress,
                     &build->faults)) {
        message("read a temporary file in %s: %s", recipe->tmpdir, strerror(errno));
        return EXIT_CANNOT;
    }
    for (unsigned number = 1; number <= labels_count(build->labels); number++)
        if (build->census.held[number] > 0 && build->census.held[number] < recipe->label_minimum &&
            !faults_add(&build->faults, build->census.first_place[number], FAULT_NO_KIND, FAULT_LABEL_RARE))
            return out_of_memory();
    faults_sort(&build->faults);
    return EXIT_DONE;
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

static int may_publish(const struct build *build)
{
    size_t faults = build->faults.count + build->absent_faults.count;
    if (build->recipe->skip_invalid)
        faults -= skippable(&build->faults) + skippable(&build->absent_faults);
    return faults == 0;
}

static int explain_assembly(const struct build *build, enum assemble_result result)
{
    const struct recipe *recipe = build->recipe;
    int why = errno;
    switch (result) {
    case ASSEMBLE_DONE:
        return EXIT_DONE;
    case ASSEMBLE_FAILED:
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

static int assemble(struct build *build)
{
    const struct recipe *recipe = build->recipe;
    build->assembly = (struct assembly){.recipe = recipe,
                                        .listed = build->listed,
                                        .absent = build->absent,
                                        .rank = build->rank,
                                        .labels = build->labels,
                                        .census = &build->census,
                                        .buffer_bytes = read_buffer(recipe),
                                        .progress = build->progress};
    return explain_assembly(
        build, assemble_write(&build->assembly, publish_file(build->publish), &build->absent_faults));
}

static int verify(struct build *build)
{
    int error;
    progress_phase(build->progress, PHASE_VERIFY, build->assembly.header.identifiers, "identifiers", 1);
    if (assemble_verify(&build->assembly, publish_path(build->publish), &error))
        return EXIT_DONE;
    message("verify %s: %s: nothing was published", build->recipe->output,
            error != 0 ? elig_error_text(error) : "an answer from the finished file is wrong");
    return EXIT_CANNOT;
}

static int publish(struct build *build)
{
    progress_phase(build->progress, PHASE_PUBLISH, 0, "files", 1);
    int good = publish_commit(build->publish, S_IRUSR | S_IRGRP | S_IROTH);
    build->publish = NULL;
    if (!good)
        message("write %s: %s", build->recipe->output, strerror(errno));
    return good ? EXIT_DONE : EXIT_CANNOT;
}

/* Reports a build that was published or refused; returns the exit code, result unless the report fails. */
static int report(struct build *build, int result)
{
    const struct recipe *recipe = build->recipe;
    struct report report = {.recipe = recipe,
                            .counts = &build->counts,
                            .absent_counts = &build->absent_counts,
                            .census = &build->census,
                            .labels = build->labels,
                            .faults = &build->faults,
                            .absent_faults = &build->absent_faults,
                            .header = result == EXIT_DONE ? &build->assembly.header : NULL,
                            .progress = build->progress,
                            .spilled_bytes = runs_spilled(build->listed)};
    if (build->absent != NULL)
        report.spilled_bytes += runs_spilled(build->absent);
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

static int run(struct build *build)
{
    int result = begin(build);
    if (result == EXIT_DONE)
        result = read_lists(build);
    if (result == EXIT_DONE)
        result = count(build);
    if (result != EXIT_DONE)
        return result;
    result = may_publish(build) ? assemble(build) : EXIT_REFUSED;
    if (result == EXIT_DONE)
        result = verify(build);
    if (result == EXIT_DONE)
        result = publish(build);
    return result == EXIT_DONE || result == EXIT_REFUSED ? report(build, result) : result;
}

int compile_run(const struct recipe *recipe)
{
    struct build build = {.recipe = recipe};
    int result = run(&build);
    progress_free(build.progress);
    publish_abandon(build.publish);
    publish_abandon(build.report_file);
    assemble_free(&build.assembly);
    census_free(&build.census);
    runs_free(build.listed);
    runs_free(build.absent);
    labels_free(build.labels);
    faults_free(&build.faults);
    faults_free(&build.absent_faults);
    free(build.rank);
    return result;
}
