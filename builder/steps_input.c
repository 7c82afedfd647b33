/* SPDX-License-Identifier: Apache-2.0 */
/* steps_input.c - the steps that check the disk and open or read the input. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "builder/digest_file/digest_file_format.h"
#include "builder/disk.h"
#include "builder/index/mphf.h"
#include "builder/options.h"
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

int step_check_disk(struct pipeline *pipeline)
{
    const struct config *config = pipeline->config;
    uint64_t listed, spilled = 0, kept = step_spill_memory(config) / sizeof(struct record);
    if (config->command == COMMAND_ASSEMBLE) {
        listed = record_source_records(&pipeline->listed);
    } else {
        listed = step_estimate_identifiers(config);
        spilled = listed + estimate_list(config, config->absent, config->absent_count);
        spilled = spilled > kept ? spilled - kept : 0;
    }
    struct leaf_shape shape = mphf_shape(config_fingerprint_bits(config), 0);
    uint64_t output = config->command == COMMAND_DIGEST ? listed * DIGEST_FILE_RECORD_BYTES
                                                        : header_leaves(listed, shape.slots) * ELIG_PAGE_BYTES;
    const struct disk_need needs[] = {
        {config->tmpdir, true, spilled * sizeof(struct record), "temporary files"},
        {config->output, false, output, "the output"}, /* last: a dry run has none */
    };
    struct disk_shortage shortage;
    if (disk_has_room(needs, sizeof needs / sizeof *needs - config->is_dry_run, &shortage))
        return EXIT_DONE;
    char needed[DISK_SIZE_TEXT], available[DISK_SIZE_TEXT];
    message("write %s to %s: about %s are needed there in all, and %s are free", shortage.need->purpose,
            shortage.need->path, disk_size_text(shortage.needed_bytes, needed),
            disk_size_text(shortage.free_bytes, available));
    return EXIT_CANNOT;
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

int step_read_lists(struct pipeline *pipeline)
{
    const struct config *config = pipeline->config;
    uint64_t memory = step_spill_memory(config);
    /* Lists of absent identifiers are short; records that were read stay in memory while the next are read. */
    uint64_t for_absent = config->absent_count > 0 ? memory / 4 : 0;
    pipeline->listed.spill = spill_new(config->tmpdir, memory - for_absent, config->threads);
    if (config->absent_count > 0)
        pipeline->absent.spill = spill_new(config->tmpdir, for_absent, config->threads);
    if (pipeline->listed.spill == NULL || (config->absent_count > 0 && pipeline->absent.spill == NULL))
        return step_out_of_memory();
    struct ingest ingest = {.source = {.schema = &config->list,
                                       .inputs = config->inputs,
                                       .input_count = config->input_count,
                                       .profile = pipeline->profile.id,
                                       .part = config->part,
                                       .parts = config->parts,
                                       .threads = config->threads,
                                       .progress = pipeline->progress},
                            .profile = &pipeline->profile,
                            .key = pipeline->key,
                            .labels = pipeline->labels,
                            .spill = pipeline->listed.spill};
    progress_begin(pipeline->progress, PHASE_READ, input_bytes(config), "MB", 1000000);
    int error = ingest_run(&ingest, &pipeline->counts, &pipeline->rejects);
    if (error == 0 && pipeline->absent.spill != NULL) {
        struct schema without_labels = config->list;
        without_labels.label_column = NULL;
        ingest.source.schema = &without_labels;
        ingest.source.inputs = config->absent;
        ingest.source.input_count = config->absent_count;
        ingest.source.may_lack_kinds = true;
        ingest.spill = pipeline->absent.spill;
        error = ingest_run(&ingest, &pipeline->absent_counts, &pipeline->absent_rejects);
    }
    if (error == 0)
        return EXIT_DONE;
    if (error == LABEL_TABLE_E_FULL)
        error = message_refuse("read labels: more than %d different words: is --label the right column?",
                               ELIG_LABELS_MAX);
    if (error == MESSAGE_E_REFUSED)
        return EXIT_REFUSED;
    if (error == SPILL_E_WRITE)
        message("write a temporary file in %s: %s", config->tmpdir, strerror(errno));
    else if (error != MESSAGE_E_PRINTED) /* which was explained */
        message("read: %s", strerror(error == ELIG_E_READ ? errno : ENOMEM));
    return EXIT_CANNOT;
}

/* ---- Digest files ---- */

/* Opens a digest file and compares it with the first one, whose parameters become the configuration's. Returns
 * an exit code. */
static int open_digest_file(struct pipeline *pipeline, const char *path, struct digest_file **file)
{
    int error = digest_file_open(path, file);
    if (error != 0)
        return step_explain_digest_file(path, error);
    const struct digest_file_parameters *parameters = digest_file_parameters(*file);
    struct config *config = pipeline->config;
    if (config->list.kind_count == 0) {
        config->profile = parameters->profile;
        config->list.kind_count = parameters->kind_count;
        for (unsigned kind = 0; kind < parameters->kind_count; kind++) {
            config->list.kinds[kind] = parameters->kinds[kind];
            config->list.kinds[kind].identifiers = 0;
        }
    }
    const struct digest_file *first = pipeline->listed.digest_files[0];
    const char *difference = digest_file_difference(digest_file_parameters(first), parameters);
    if (difference != NULL)
        return message_exit_code(message_refuse("assemble: %s and %s cannot be put together: %s",
                                                digest_file_path(first), path, difference));
    error = digest_file_intern_labels(*file, pipeline->labels);
    if (error == LABEL_TABLE_E_FULL)
        return message_exit_code(message_refuse(
            "read %s: the digest files have more than %d different labels together", path, ELIG_LABELS_MAX));
    return error == 0 ? EXIT_DONE : step_out_of_memory();
}

static int open_digest_files(struct pipeline *pipeline, const char **paths, unsigned count,
                             struct digest_file ***digest_files, unsigned *opened)
{
    int result = EXIT_DONE;
    *digest_files = calloc((size_t)count + 1, sizeof **digest_files);
    if (*digest_files == NULL)
        return step_out_of_memory();
    for (; *opened < count && result == EXIT_DONE; (*opened)++)
        result = open_digest_file(pipeline, paths[*opened], &(*digest_files)[*opened]);
    return result;
}

/* An index of some shards of a list would answer "not listed" for the others. */
static int check_shards(const struct pipeline *pipeline)
{
    const struct {
        struct digest_file **digest_files;
        unsigned count;
    } lists[] = {{pipeline->listed.digest_files, pipeline->listed.digest_file_count},
                 {pipeline->listed.removed, pipeline->listed.removed_count},
                 {pipeline->absent.digest_files, pipeline->absent.digest_file_count}};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        bool is_repeated;
        const struct digest_file *incomplete =
            digest_file_find_incomplete(lists[i].digest_files, lists[i].count, &is_repeated);
        if (incomplete == NULL)
            continue;
        struct digest_file_shard shard = digest_file_shard(incomplete);
        return message_exit_code(
            message_refuse("assemble: %s is part %u of %u of its list: %s", digest_file_path(incomplete),
                           shard.number + 1, shard.count,
                           is_repeated ? "it is given more often than others: give each part once"
                                       : "not all of them are given, or the list changed between them"));
    }
    return EXIT_DONE;
}

/* Work bits exclude --absent, and a rate that leaves no room for them in a fingerprint. */
static int check_work_bits(const struct config *config)
{
    if (config->profile.work_bits > 0 && config->absent_count > 0) {
        message("assemble: --absent does not go with the digest files' --work-bits: an identifier then has "
                "many digests");
        return EXIT_USAGE;
    }
    if (config_fingerprint_bits(config) <= ELIG_FINGERPRINT_MAX)
        return EXIT_DONE;
    message("assemble: --fpr 2^-%u takes %u bits with the digest files' --work-bits %u, and there are %d",
            config->rate_bits, config_fingerprint_bits(config), (unsigned)config->profile.work_bits,
            ELIG_FINGERPRINT_MAX);
    return EXIT_USAGE;
}

/* Counts what the report says was read. */
static void count_records(const struct record_source *source, struct identifier_counts *counts)
{
    for (unsigned i = 0; i < source->digest_file_count; i++) {
        const struct digest_file_parameters *parameters = digest_file_parameters(source->digest_files[i]);
        counts->rows += digest_file_rows(source->digest_files[i]);
        for (unsigned kind = 0; kind < parameters->kind_count; kind++)
            counts->identifiers[kind] += parameters->kinds[kind].identifiers;
    }
}

int step_open_digest_files(struct pipeline *pipeline)
{
    const struct config *config = pipeline->config;
    struct record_source *listed = &pipeline->listed, *absent = &pipeline->absent;
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) { /* each digest file stays open */
        files.rlim_cur = files.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &files);
    }
    int result = open_digest_files(pipeline, config->inputs, config->input_count, &listed->digest_files,
                                   &listed->digest_file_count);
    if (result == EXIT_DONE)
        result = open_digest_files(pipeline, config->removed, config->removed_count, &listed->removed,
                                   &listed->removed_count);
    if (result == EXIT_DONE)
        result = open_digest_files(pipeline, config->absent, config->absent_count, &absent->digest_files,
                                   &absent->digest_file_count);
    if (result == EXIT_DONE)
        result = check_shards(pipeline);
    if (result == EXIT_DONE)
        result = check_work_bits(config);
    if (result == EXIT_DONE)
        result = message_exit_code(options_check_allowed(config));
    if (result != EXIT_DONE)
        return result;
    count_records(listed, &pipeline->counts);
    count_records(absent, &pipeline->absent_counts);
    return EXIT_DONE;
}
