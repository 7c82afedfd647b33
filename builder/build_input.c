#include "build.h"

#include "disk.h"
#include "message.h"
#include "solve.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

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
    return rows * recipe->list.kind_count;
}

uint64_t build_estimate_identifiers(const struct recipe *recipe)
{
    return estimate_list(recipe, recipe->inputs, recipe->input_count) / recipe->parts;
}

int build_check_disk(struct build *build)
{
    const struct recipe *recipe = build->recipe;
    uint64_t listed, spilled = 0, kept = build_store_memory(recipe) / sizeof(struct record);
    if (recipe->command == COMMAND_ASSEMBLE) {
        listed = source_records(&build->listed);
    } else {
        listed = build_estimate_identifiers(recipe);
        spilled = listed + estimate_list(recipe, recipe->absent, recipe->absent_count);
        spilled = spilled > kept ? spilled - kept : 0;
    }
    struct leaf_shape shape = solver_shape(recipe_fingerprint_bits(recipe), 0);
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
    uint64_t memory = build_store_memory(recipe);
    /* a list of absent identifiers is the shorter one; what was read stays in memory beside what is read next
     */
    uint64_t for_absent = recipe->absent_count > 0 ? memory / 4 : 0;
    build->listed.store = store_new(recipe->tmpdir, memory - for_absent, recipe->threads);
    if (recipe->absent_count > 0)
        build->absent.store = store_new(recipe->tmpdir, for_absent, recipe->threads);
    if (build->listed.store == NULL || (recipe->absent_count > 0 && build->absent.store == NULL))
        return build_out_of_memory();
    struct intake intake = {.recipe = recipe,
                            .inputs = recipe->inputs,
                            .input_count = recipe->input_count,
                            .labels = build->labels,
                            .store = build->listed.store,
                            .progress = build->progress};
    progress_begin(build->progress, PHASE_READ, input_bytes(recipe), "MB", 1000000);
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
    recipe->profile = terms->profile;
    recipe->list.kind_count = terms->kind_count;
    for (unsigned kind = 0; kind < terms->kind_count; kind++) {
        recipe->list.kinds[kind] = terms->kinds[kind];
        recipe->list.kinds[kind].identifiers = 0;
    }
}

/* Opens one set and compares it with the first: an exit code. */
static int open_set(struct build *build, const char *path, struct set **set)
{
    enum set_error error = set_open(path, set);
    if (error != SET_GOOD)
        return build_explain_set(path, error);
    if (build->recipe->list.kind_count == 0)
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
        return build_out_of_memory();
    return numbered > 0 ? EXIT_DONE : EXIT_REFUSED;
}

static int open_list_of_sets(struct build *build, const char **paths, unsigned count, struct set ***sets,
                             unsigned *opened)
{
    int result = EXIT_DONE;
    *sets = calloc((size_t)count + 1, sizeof **sets);
    if (*sets == NULL)
        return build_out_of_memory();
    for (; *opened < count && result == EXIT_DONE; (*opened)++)
        result = open_set(build, paths[*opened], &(*sets)[*opened]);
    return result;
}

/* Half of a list would be a wrong "not listed" for the other half. */
static int check_slices(const struct build *build)
{
    const struct {
        struct set **sets;
        unsigned count;
    } lists[] = {{build->listed.sets, build->listed.set_count},
                 {build->listed.removed, build->listed.removed_count},
                 {build->absent.sets, build->absent.set_count}};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        const struct set *alone = set_without_others(lists[i].sets, lists[i].count);
        if (alone == NULL)
            continue;
        struct set_slice slice = set_slice(alone);
        message("assemble: %s is part %u of %u of its list: not all of them are given, or the list changed "
                "between them",
                set_path(alone), slice.number + 1, slice.count);
        return EXIT_REFUSED;
    }
    return EXIT_DONE;
}

/* What does not go with the work bits of the sets: a rate that leaves a fingerprint no room for them, and
 * --absent. */
static int check_work_bits(const struct recipe *recipe)
{
    if (recipe->profile.work_bits > 0 && recipe->absent_count > 0) {
        message(
            "assemble: --absent cannot be held with the sets' --work-bits, behind which an identifier has many "
            "digests");
        return EXIT_USAGE;
    }
    if (recipe_fingerprint_bits(recipe) <= ELIG_FINGERPRINT_MAX)
        return EXIT_DONE;
    message("assemble: --fpr 2^-%u takes %u bits with the sets' --work-bits %u, and there are %d",
            recipe->rate_bits, recipe_fingerprint_bits(recipe), (unsigned)recipe->profile.work_bits,
            ELIG_FINGERPRINT_MAX);
    return EXIT_USAGE;
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
    if (result == EXIT_DONE)
        result = check_slices(build);
    if (result == EXIT_DONE)
        result = check_work_bits(recipe);
    if (result != EXIT_DONE)
        return result;
    count_sets(listed, &build->counts);
    count_sets(absent, &build->absent_counts);
    return EXIT_DONE;
}
