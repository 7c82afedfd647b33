/* SPDX-License-Identifier: Apache-2.0 */
/*
 * steps.h - the steps of which pipeline.c makes the commands, and what they hand on to each other.
 *
 * Only here, in pipeline.c and in main.c are there exit codes: each step turns the errors of what it calls into
 * a message and an exit code of message.h.
 */
#ifndef ELIG_STEPS_H
#define ELIG_STEPS_H

#include "builder/config.h"
#include "builder/index/index_input.h"
#include "builder/ingest.h"
#include "builder/phases.h"
#include "lib/elig/index/header.h"
#include "lib/guess/cost.h"
#include "lib/util/atomic_file.h"

/* A build while it runs. */
struct pipeline {
    struct config *config;
    struct progress *progress;
    struct atomic_file *output;
    struct atomic_file *report_file; /* NULL without --report */
    struct label_table *labels;
    struct record_source listed, absent; /* absent: without --absent, without records */
    struct identifier_counts counts, absent_counts;
    struct rejects rejects, absent_rejects;
    uint32_t *priority; /* of labels, as in merge.h */
    struct record_counts totals;
    struct header header;       /* of the index that was written */
    uint64_t digest_file_bytes; /* length of the digest file that was written */
    double digest_seconds;      /* time of one digest on one thread, as measured */
    struct profile profile;     /* how identifiers are digested, and its key: the configuration's, or keyed */
    const uint8_t *key;         /* with a key that is thrown away for a dry run, whatever the profile is: */
    uint8_t *dry_run_key;       /* ELIG_SECRET_BYTES in locked memory, or NULL */
    struct cost prices[ELIG_KINDS_MAX];
    bool has_counts; /* counts and totals are of all of the input */
};

/* ---- Steps ---- */

/* Opens the files to write, and makes what all later steps need. */
ELIG_CHECK_RESULT int step_begin(struct pipeline *pipeline);

/* Prints what the build costs, unless that is next to nothing. EXIT_REFUSED for an offline index of identifiers
 * that anyone can try, unless --accept-enumerable was given. */
ELIG_CHECK_RESULT int step_check_costs(struct pipeline *pipeline);

/* Prints what trying all possible identifiers of each kind costs: of a list that could be read. */
ELIG_CHECK_RESULT int step_print_guessing_costs(struct pipeline *pipeline);

/* Compares the disk space that the build needs with what is free. */
ELIG_CHECK_RESULT int step_check_disk(struct pipeline *pipeline);

/* Reads the lists, those of --absent too, into spills. */
ELIG_CHECK_RESULT int step_read_lists(struct pipeline *pipeline);

/* Opens the digest files, copies their parameters into the configuration and checks that they agree. */
ELIG_CHECK_RESULT int step_open_digest_files(struct pipeline *pipeline);

/* Sorts all records and counts identifiers and labels. Unless the command is digest, conflicts between labels
 * and rare labels become rejects. */
ELIG_CHECK_RESULT int step_count(struct pipeline *pipeline);

/* Dry run: identifiers of the --absent lists that are listed become rejects, as writing the index makes them.
 */
ELIG_CHECK_RESULT int step_check_absent(struct pipeline *pipeline);

/* EXIT_REFUSED if there are rejects that --skip-invalid does not leave out, or if the list is not whole. */
ELIG_CHECK_RESULT int step_check_findings(struct pipeline *pipeline);

/* Writes the index, and looks every identifier up in it. */
ELIG_CHECK_RESULT int step_write_index(struct pipeline *pipeline);
ELIG_CHECK_RESULT int step_verify_index(struct pipeline *pipeline);

/* Writes the digest file, and reads it back. */
ELIG_CHECK_RESULT int step_write_digest_file(struct pipeline *pipeline);
ELIG_CHECK_RESULT int step_verify_digest_file(struct pipeline *pipeline);

/* Gives the output its name. */
ELIG_CHECK_RESULT int step_publish(struct pipeline *pipeline);

/* Reports what was published (result is EXIT_DONE) or refused. Returns result, or EXIT_CANNOT if the report
 * cannot be written. */
ELIG_CHECK_RESULT int step_report(struct pipeline *pipeline, int result);

void step_free(struct pipeline *pipeline);

/* ---- What the steps share ---- */

/* Memory for records, over all threads: for spills while lists are read, and for loading records afterwards. */
uint64_t step_spill_memory(const struct config *config);
uint64_t step_load_memory(const struct config *config);

/* At most how many identifiers the lists have; 0: not known. */
uint64_t step_estimate_identifiers(const struct config *config);

/* Each prints what failed and returns an exit code. */
int step_out_of_memory(void);

/* A digest file that cannot be used, with errno for ELIG_E_READ. */
int step_explain_digest_file(const char *path, int error);

/* Records that could not be read, or not be sorted: an error of record_source_load(). A digest file that is
 * damaged is refused, at whichever step that is found; then no counts are reported. */
int step_explain_records(struct pipeline *pipeline, int error);

#endif
