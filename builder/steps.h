/* SPDX-License-Identifier: Apache-2.0 */
/*
 * build.h - a build under way: what its commands have in common, step by step.
 *
 * Each step returns an exit code of message.h and has explained what went wrong. The steps of a command follow
 * one another in commands.c.
 */
#ifndef ELIG_BUILD_H
#define ELIG_BUILD_H

#include "builder/index/index_writer.h"
#include "builder/ingest.h"
#include "builder/records/record_counts.h"
#include "lib/guess/cost.h"
#include "lib/util/atomic_file.h"

struct pipeline {
    struct config *config;
    struct progress *progress;
    struct atomic_file *output;
    struct atomic_file *report_file; /* NULL without --report */
    struct label_table *labels;
    struct record_source listed, absent; /* absent: without --absent, without anything in it */
    struct identifier_counts counts, absent_counts;
    struct rejects rejects, absent_rejects;
    uint32_t *rank; /* of labels, as merge.h has it */
    struct record_counts totals;
    struct index_writer writer;
    uint64_t set_bytes;    /* length of the set that was written */
    double digest_seconds; /* of one digest on one thread, as measured */
    struct cost prices[ELIG_KINDS_MAX];
    int is_too_cheap; /* one of them is, and the build was refused for it */
};

/* ---- Steps: build.c, step_price.c, build_input.c, build_output.c ---- */

/* Opens the files to be written and what all later steps need. */
ELIG_CHECK_RESULT int step_begin(struct pipeline *build);

/* Says what the build and what trying everybody out costs; EXIT_REFUSED for an offline index of what anyone can
 * try out, unless that is wanted. */
ELIG_CHECK_RESULT int step_price(struct pipeline *build);

/* Compares the disk space that the build needs with what is free. */
ELIG_CHECK_RESULT int step_check_disk(struct pipeline *build);

/* Reads the lists, --absent ones too, into stores. */
ELIG_CHECK_RESULT int step_read_lists(struct pipeline *build);

/* Opens the sets, takes the recipe's terms from them and sees to it that they go together. */
ELIG_CHECK_RESULT int step_open_sets(struct pipeline *build);

/* Puts all records in order and counts identifiers and labels; what is wrong with labels becomes faults if the
 * command is to decide on them. */
ELIG_CHECK_RESULT int step_count(struct pipeline *build);

/* EXIT_DONE, or EXIT_REFUSED if there are faults that nobody said to pass over. */
ELIG_CHECK_RESULT int step_judge(struct pipeline *build);

/* Writes the index, and looks every identifier up in it. */
ELIG_CHECK_RESULT int step_write_index(struct pipeline *build);
ELIG_CHECK_RESULT int step_verify_index(struct pipeline *build);

/* Writes the set, and reads it back. */
ELIG_CHECK_RESULT int step_write_set(struct pipeline *build);
ELIG_CHECK_RESULT int step_verify_set(struct pipeline *build);

/* Makes the output appear under its name. */
ELIG_CHECK_RESULT int step_publish(struct pipeline *build);

/* Reports what was published (result is EXIT_DONE) or refused; returns result, or EXIT_CANNOT if the report
 * cannot be written. */
ELIG_CHECK_RESULT int step_report(struct pipeline *build, int result);

void step_free(struct pipeline *build);

/* ---- What the steps share ---- */

/* Memory for records: in stores while lists are read, and to load them into afterwards, over all threads. */
uint64_t step_store_memory(const struct config *config);
uint64_t step_load_memory(const struct config *config);

/* At most how many identifiers the lists have; 0: not known. */
uint64_t step_estimate_identifiers(const struct config *config);

/* Say what went wrong, and return an exit code: there is no memory; the set at path cannot be used (SET_E_READ:
 * errno says more); errno, or the source, says why its records could not be read, and then there is no
 * report. A set that is damaged is refused, whenever that is found. */
int step_out_of_memory(void);
int step_explain_set(const char *path, enum digest_file_error error);
int step_explain_source(struct pipeline *build, const struct record_source *source);

#endif
