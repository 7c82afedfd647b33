/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "builder/digestfile/digest_file_writer.h"
#include "builder/steps.h"
#include "lib/util/message.h"

/* ---- The index ---- */

/* The source with a set that could not be read, or NULL. */
static struct record_source *broken_source(struct pipeline *build)
{
    struct record_source *sources[] = {&build->listed, &build->absent};
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        if (sources[i]->broken != NULL)
            return sources[i];
    return NULL;
}

static int explain_broken(struct pipeline *build)
{
    errno = EBADMSG;
    return step_explain_source(build, broken_source(build));
}

static int explain_assembly(struct pipeline *build, enum index_writer_result result)
{
    const struct config *config = build->config;
    int why = errno;
    switch (result) {
    case INDEX_WRITER_DONE:
        return EXIT_DONE;
    case INDEX_WRITER_FAILED:
        if (broken_source(build) != NULL)
            return explain_broken(build);
        message("write %s: %s", config->output, strerror(why));
        return EXIT_CANNOT;
    case INDEX_WRITER_TOO_MANY:
        message("write %s: more identifiers than an index holds (2^40)", config->output);
        return EXIT_REFUSED;
    case INDEX_WRITER_ABSENT_LISTED:
        return EXIT_REFUSED;
    case INDEX_WRITER_UNSOLVABLE:
        message("write %s: the --absent lists are too long to exclude every false positive at a rate of 2^-%u: "
                "choose a lower --fpr",
                config->output, config->rate_bits);
        return EXIT_REFUSED;
    case INDEX_WRITER_SALT:
        message("write %s: two digests are too alike under this salt: choose another --salt", config->output);
        return EXIT_REFUSED;
    }
    return EXIT_CANNOT;
}

int step_write_index(struct pipeline *build)
{
    const struct config *config = build->config;
    build->writer =
        (struct index_writer){.config = config,
                              .listed = &build->listed,
                              .absent = record_source_records(&build->absent) > 0 ? &build->absent : NULL,
                              .rank = build->rank,
                              .labels = build->labels,
                              .totals = &build->totals,
                              .bytes = step_load_memory(config),
                              .progress = build->progress};
    return explain_assembly(build, index_writer_write(&build->writer, atomic_file_descriptor(build->output),
                                                      &build->absent_rejects));
}

int step_verify_index(struct pipeline *build)
{
    int error;
    progress_begin(build->progress, PHASE_VERIFY, build->writer.header.identifiers, "identifiers", 1);
    if (index_writer_verify(&build->writer, atomic_file_path(build->output), &error))
        return EXIT_DONE;
    if (broken_source(build) != NULL)
        return explain_broken(build);
    message("verify %s: %s: nothing was published", build->config->output,
            error != 0 ? elig_error_text(error) : "an answer from the finished file is wrong");
    return EXIT_CANNOT;
}

/* ---- The set ---- */

int step_write_set(struct pipeline *build)
{
    const struct digest_file_plan plan = {.config = build->config,
                                          .source = &build->listed,
                                          .labels = build->labels,
                                          .rows = build->counts.rows,
                                          .list_bytes = build->counts.bytes,
                                          .bytes = step_load_memory(build->config),
                                          .progress = build->progress};
    progress_begin(build->progress, PHASE_WRITE, record_source_records(&build->listed), "identifiers", 1);
    if (digest_file_write(&plan, atomic_file_descriptor(build->output), &build->set_bytes))
        return EXIT_DONE;
    message("write %s: %s", build->config->output, strerror(errno));
    return EXIT_CANNOT;
}

int step_verify_set(struct pipeline *build)
{
    const struct config *config = build->config;
    progress_begin(build->progress, PHASE_VERIFY, record_source_records(&build->listed), "identifiers", 1);
    enum digest_file_error error =
        digest_file_verify(atomic_file_path(build->output), config->threads, build->progress);
    if (error == DIGEST_FILE_GOOD)
        return EXIT_DONE;
    message("verify %s: %s: nothing was published", config->output, digest_file_error_text(error));
    return EXIT_CANNOT;
}

/* ---- Either ---- */

int step_publish(struct pipeline *build)
{
    mode_t mode = S_IRUSR | S_IRGRP | S_IROTH;
    if (build->config->command == COMMAND_DIGEST)
        mode = S_IRUSR; /* whole digests: more than an index gives away */
    progress_begin(build->progress, PHASE_PUBLISH, 0, "files", 1);
    int good = atomic_file_commit(build->output, mode);
    build->output = NULL;
    if (!good)
        message("write %s: %s", build->config->output, strerror(errno));
    return good ? EXIT_DONE : EXIT_CANNOT;
}
