/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "builder/disk.h"
#include "builder/index/mphf.h"
#include "builder/steps.h"
#include "lib/util/message.h"

/* ---- Disk ---- */

/* At most how many identifiers a list has; 0: not known. */
static uint64_t estimate_list(const struct config *config, const char **inputs, unsigned count)
{
    uint64_t rows = 0;
    for (unsigned i = 0; i < count; i++) {
        uint64_t more = disk_estimate_rows(inputs[i]);
        if (more == 0)
            return 0;
        rows += more;
    }
    return rows * config->list.kind_count;
}

uint64_t step_estimate_identifiers(const struct config *config)
{
    return estimate_list(config, config->inputs, config->input_count) / config->parts;
}

int step_check_disk(struct pipeline *build)
{
    const struct config *config = build->config;
    uint64_t listed, spilled = 0, kept = step_store_memory(config) / sizeof(struct record);
    if (config->command == COMMAND_ASSEMBLE) {
        listed = record_source_records(&build->listed);
    } else {
        listed = step_estimate_identifiers(config);
        spilled = listed + estimate_list(config, config->absent, config->absent_count);
        spilled = spilled > kept ? spilled - kept : 0;
    }
    struct leaf_shape shape = mphf_shape(recipe_fingerprint_bits(config), 0);
    uint64_t output = config->command == COMMAND_DIGEST ? listed * DIGEST_FILE_RECORD_BYTES
                                                        : header_leaves(listed, shape.slots) * ELIG_PAGE_BYTES;
    const struct disk_need needs[] = {
        {config->tmpdir, 1, spilled * sizeof(struct record), "temporary files"},
        {config->output, 0, output, "the output"},
    };
    return disk_has_room(needs, sizeof needs / sizeof *needs) ? EXIT_DONE : EXIT_CANNOT;
}

/* ---- Lists ---- */

static uint64_t input_bytes(const struct config *config)
{
    uint64_t bytes = 0;
    struct stat status;
    for (unsigned i = 0; i < config->input_count; i++) {
        const char *input = config->inputs[i];
        if ((input != NULL ? stat(input, &status) : fstat(0, &status)) != 0 || !S_ISREG(status.st_mode))
            return 0; /* unknown */
        bytes += (uint64_t)status.st_size;
    }
    for (unsigned i = 0; i < config->absent_count; i++)
        if (stat(config->absent[i], &status) == 0)
            bytes += (uint64_t)status.st_size;
    return bytes;
}

int step_read_lists(struct pipeline *build)
{
    const struct config *config = build->config;
    uint64_t memory = step_store_memory(config);
    /* a list of absent identifiers is the shorter one; what was read stays in memory beside what is read next
     */
    uint64_t for_absent = config->absent_count > 0 ? memory / 4 : 0;
    build->listed.store = spill_new(config->tmpdir, memory - for_absent, config->threads);
    if (config->absent_count > 0)
        build->absent.store = spill_new(config->tmpdir, for_absent, config->threads);
    if (build->listed.store == NULL || (config->absent_count > 0 && build->absent.store == NULL))
        return step_out_of_memory();
    struct ingest intake = {.config = config,
                            .inputs = config->inputs,
                            .input_count = config->input_count,
                            .labels = build->labels,
                            .store = build->listed.store,
                            .progress = build->progress};
    progress_begin(build->progress, PHASE_READ, input_bytes(config), "MB", 1000000);
    int result = ingest_run(&intake, &build->counts, &build->rejects);
    if (result == EXIT_DONE && build->absent.store != NULL) {
        intake.inputs = config->absent;
        intake.input_count = config->absent_count;
        intake.is_absent = 1;
        intake.store = build->absent.store;
        result = ingest_run(&intake, &build->absent_counts, &build->absent_rejects);
    }
    return result;
}

/* ---- Sets ---- */

/* Takes the recipe's terms from the first set. */
static void adopt_terms(struct config *config, const struct digest_file_terms *terms)
{
    config->profile = terms->profile;
    config->list.kind_count = terms->kind_count;
    for (unsigned kind = 0; kind < terms->kind_count; kind++) {
        config->list.kinds[kind] = terms->kinds[kind];
        config->list.kinds[kind].identifiers = 0;
    }
}

/* Opens one set and compares it with the first: an exit code. */
static int open_set(struct pipeline *build, const char *path, struct digest_file **set)
{
    enum digest_file_error error = digest_file_open(path, set);
    if (error != DIGEST_FILE_GOOD)
        return step_explain_set(path, error);
    if (build->config->list.kind_count == 0)
        adopt_terms(build->config, digest_file_terms(*set));
    const struct digest_file *first = build->listed.digest_files[0];
    const char *difference = digest_file_terms_difference(digest_file_terms(first), digest_file_terms(*set));
    if (difference != NULL) {
        message("assemble: %s and %s cannot be put together: %s", digest_file_path(first), path, difference);
        return EXIT_REFUSED;
    }
    int numbered = digest_file_number_labels(*set, build->labels);
    if (numbered == LABEL_TABLE_FULL)
        message("read %s: the sets have more than %d different labels together", path, ELIG_LABELS_MAX);
    if (numbered == LABEL_TABLE_NO_MEMORY)
        return step_out_of_memory();
    return numbered > 0 ? EXIT_DONE : EXIT_REFUSED;
}

static int open_list_of_sets(struct pipeline *build, const char **paths, unsigned count,
                             struct digest_file ***digest_files, unsigned *opened)
{
    int result = EXIT_DONE;
    *digest_files = calloc((size_t)count + 1, sizeof **digest_files);
    if (*digest_files == NULL)
        return step_out_of_memory();
    for (; *opened < count && result == EXIT_DONE; (*opened)++)
        result = open_set(build, paths[*opened], &(*digest_files)[*opened]);
    return result;
}

/* Half of a list would be a wrong "not listed" for the other half. */
static int check_slices(const struct pipeline *build)
{
    const struct {
        struct digest_file **digest_files;
        unsigned count;
    } lists[] = {{build->listed.digest_files, build->listed.set_count},
                 {build->listed.removed, build->listed.removed_count},
                 {build->absent.digest_files, build->absent.set_count}};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        const struct digest_file *alone = digest_file_without_others(lists[i].digest_files, lists[i].count);
        if (alone == NULL)
            continue;
        struct digest_file_shard shard = digest_file_shard(alone);
        message("assemble: %s is part %u of %u of its list: not all of them are given, or the list changed "
                "between them",
                digest_file_path(alone), shard.number + 1, shard.count);
        return EXIT_REFUSED;
    }
    return EXIT_DONE;
}

/* What does not go with the work bits of the sets: a rate that leaves a fingerprint no room for them, and
 * --absent. */
static int check_work_bits(const struct config *config)
{
    if (config->profile.work_bits > 0 && config->absent_count > 0) {
        message(
            "assemble: --absent cannot be held with the sets' --work-bits, behind which an identifier has many "
            "digests");
        return EXIT_USAGE;
    }
    if (recipe_fingerprint_bits(config) <= ELIG_FINGERPRINT_MAX)
        return EXIT_DONE;
    message("assemble: --fpr 2^-%u takes %u bits with the sets' --work-bits %u, and there are %d",
            config->rate_bits, recipe_fingerprint_bits(config), (unsigned)config->profile.work_bits,
            ELIG_FINGERPRINT_MAX);
    return EXIT_USAGE;
}

/* What a report counts as read. */
static void count_sets(const struct record_source *source, struct identifier_counts *counts)
{
    for (unsigned i = 0; i < source->set_count; i++) {
        const struct digest_file_terms *terms = digest_file_terms(source->digest_files[i]);
        counts->rows += digest_file_rows(source->digest_files[i]);
        for (unsigned kind = 0; kind < terms->kind_count; kind++)
            counts->identifiers[kind] += terms->kinds[kind].identifiers;
    }
}

int step_open_sets(struct pipeline *build)
{
    const struct config *config = build->config;
    struct record_source *listed = &build->listed, *absent = &build->absent;
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) { /* each set is an open file */
        files.rlim_cur = files.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &files);
    }
    int result = open_list_of_sets(build, config->inputs, config->input_count, &listed->digest_files,
                                   &listed->set_count);
    if (result == EXIT_DONE)
        result = open_list_of_sets(build, config->removed, config->removed_count, &listed->removed,
                                   &listed->removed_count);
    if (result == EXIT_DONE)
        result = open_list_of_sets(build, config->absent, config->absent_count, &absent->digest_files,
                                   &absent->set_count);
    if (result == EXIT_DONE)
        result = check_slices(build);
    if (result == EXIT_DONE)
        result = check_work_bits(config);
    if (result != EXIT_DONE)
        return result;
    count_sets(listed, &build->counts);
    count_sets(absent, &build->absent_counts);
    return EXIT_DONE;
}
