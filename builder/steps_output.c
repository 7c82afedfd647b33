/* SPDX-License-Identifier: Apache-2.0 */
/* steps_output.c - the steps that write, verify and publish an index or a digest file. */
#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>

#include "builder/digest_file/digest_file_writer.h"
#include "builder/index/index_verifier.h"
#include "builder/index/index_writer.h"
#include "builder/index/mphf.h"
#include "builder/steps.h"
#include "lib/util/message.h"

/* Whether the records failed, in a digest file or in the spill file, and not the output. */
static bool is_of_records(const struct pipeline *pipeline, int error)
{
    return pipeline->listed.failed != NULL || pipeline->absent.failed != NULL || error == SPILL_E_DAMAGED ||
           error == SPILL_E_READ || error == SPILL_E_WRITE;
}

static int explain_output(struct pipeline *pipeline, int error)
{
    int error_number = error == ELIG_E_MEMORY ? ENOMEM : errno;
    if (is_of_records(pipeline, error))
        return step_explain_records(pipeline, error);
    message("write %s: %s", pipeline->config->output, strerror(error_number));
    return EXIT_CANNOT;
}

/* ---- The index ---- */

static struct index_input index_input(struct pipeline *pipeline)
{
    const struct config *config = pipeline->config;
    return (struct index_input){.listed = &pipeline->listed,
                                .absent =
                                    record_source_records(&pipeline->absent) > 0 ? &pipeline->absent : NULL,
                                .priority = pipeline->priority,
                                .labels = pipeline->labels,
                                .totals = &pipeline->totals,
                                .threads = config->threads,
                                .bytes = step_load_memory(config),
                                .progress = pipeline->progress};
}

static int explain_index(struct pipeline *pipeline, int error)
{
    const struct config *config = pipeline->config;
    switch (error) {
    case LEAF_WRITER_E_ABSENT_LISTED: /* the report says which */
        return EXIT_REFUSED;
    case MPHF_E_IMPOSSIBLE:
        return message_exit_code(
            message_refuse("write %s: the --absent lists are too long to exclude every false "
                           "positive at a rate of 2^-%u: choose a lower --fpr",
                           config->output, config->rate_bits));
    case INDEX_WRITER_E_TOO_MANY:
    case LEAF_WRITER_E_SALT:
        return message_exit_code(
            message_refuse("write %s: %s", config->output, index_writer_error_text(error)));
    case LEAF_WRITER_E_CHANGED:
        message("write %s: %s", config->output, index_writer_error_text(error));
        return EXIT_CANNOT;
    default:
        return explain_output(pipeline, error);
    }
}

int step_write_index(struct pipeline *pipeline)
{
    const struct config *config = pipeline->config;
    const struct index_input input = index_input(pipeline);
    struct header *header = &pipeline->header;
    header->profile = config->profile;
    memcpy(header->signer, config->signer_public, sizeof header->signer);
    header->serial = (uint64_t)config->serial;
    header->not_before = config->not_before;
    header->not_after = config->not_after;
    strcpy(header->campaign, config->campaign);
    header->kind_count = config->list.kind_count;
    memcpy(header->kinds, config->list.kinds, header->kind_count * sizeof *header->kinds);
    progress_begin(pipeline->progress, PHASE_SOLVE, pipeline->totals.first_identifier[SPILL_PARTITIONS],
                   "identifiers", 1);
    int error = index_writer_write(&input, header, config_fingerprint_bits(config), config->signer,
                                   atomic_file_descriptor(pipeline->output), &pipeline->absent_rejects);
    return error == 0 ? EXIT_DONE : explain_index(pipeline, error);
}

int step_verify_index(struct pipeline *pipeline)
{
    const struct config *config = pipeline->config;
    const struct index_input input = index_input(pipeline);
    progress_begin(pipeline->progress, PHASE_VERIFY, pipeline->header.identifiers, "identifiers", 1);
    int error =
        index_verifier_run(&input, &pipeline->header, config->secret, atomic_file_path(pipeline->output));
    if (error == 0)
        return EXIT_DONE;
    if (is_of_records(pipeline, error))
        return step_explain_records(pipeline, error);
    message("verify %s: %s: nothing was published", config->output,
            error == INDEX_VERIFIER_E_ANSWER ? "an answer from the finished file is wrong" : elig_text(error));
    return EXIT_CANNOT;
}

/* ---- The digest file ---- */

/*
 * What all shards of one list have in common: the digest of its number of rows and the sum of their hashes, as
 * an identifier's is made, but of a kind without a name. The hashes alone would tell who can guess the rows.
 */
static int check_of_list(const struct pipeline *pipeline, uint64_t *check)
{
    const struct identifier_counts *counts = &pipeline->counts;
    uint8_t rows[2 * sizeof(uint64_t)], digest[1][ELIG_DIGEST_BYTES];
    struct digest_input input = {"", rows, sizeof rows};
    struct digester *digester = sodium_malloc(sizeof *digester);
    bytes_put_le64(rows, counts->rows + counts->rows_of_other_parts);
    bytes_put_le64(rows + sizeof(uint64_t), counts->rows_hash);
    int error = digester != NULL ? digester_make(digester, &pipeline->profile, pipeline->key) : ELIG_E_MEMORY;
    if (error == 0)
        error = digester_run(digester, &input, 1, digest);
    if (error == 0)
        *check = bytes_get_le64(digest[0]);
    sodium_free(digester);
    return error;
}

int step_write_digest_file(struct pipeline *pipeline)
{
    const struct config *config = pipeline->config;
    struct digest_file_plan plan = {.spill = pipeline->listed.spill,
                                    .labels = pipeline->labels,
                                    .profile = &config->profile,
                                    .kinds = config->list.kinds,
                                    .kind_count = config->list.kind_count,
                                    .rows = pipeline->counts.rows,
                                    .rows_max = config->drop_repeats,
                                    .threads = config->threads,
                                    .bytes = step_load_memory(config),
                                    .progress = pipeline->progress};
    if (config->parts > 1) {
        plan.shard = (struct digest_file_shard){config->parts, config->part, 0};
        if (check_of_list(pipeline, &plan.shard.list_check) != 0)
            return step_out_of_memory();
    }
    progress_begin(pipeline->progress, PHASE_WRITE, record_source_records(&pipeline->listed), "identifiers", 1);
    int error =
        digest_file_write(&plan, atomic_file_descriptor(pipeline->output), &pipeline->digest_file_bytes);
    return error == 0 ? EXIT_DONE : explain_output(pipeline, error);
}

int step_verify_digest_file(struct pipeline *pipeline)
{
    const struct config *config = pipeline->config;
    progress_begin(pipeline->progress, PHASE_VERIFY, record_source_records(&pipeline->listed), "identifiers",
                   1);
    int error = digest_file_verify(atomic_file_path(pipeline->output), config->threads, pipeline->progress);
    if (error == 0)
        return EXIT_DONE;
    message("verify %s: %s: nothing was published", config->output, digest_file_error_text(error));
    return EXIT_CANNOT;
}

/* ---- Either ---- */

int step_publish(struct pipeline *pipeline)
{
    mode_t mode = S_IRUSR | S_IRGRP | S_IROTH;
    if (pipeline->config->command == COMMAND_DIGEST)
        mode = S_IRUSR; /* whole digests say more than an index */
    progress_begin(pipeline->progress, PHASE_PUBLISH, 0, "files", 1);
    bool is_done = atomic_file_commit(pipeline->output, mode) == 0;
    pipeline->output = NULL;
    if (!is_done)
        message("write %s: %s", pipeline->config->output, strerror(errno));
    return is_done ? EXIT_DONE : EXIT_CANNOT;
}
