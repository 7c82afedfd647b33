/*
 * build.h - a build under way: what its commands have in common, step by step.
 *
 * Each step returns an exit code of message.h and has explained what went wrong. The steps of a command follow
 * one another in commands.c.
 */
#ifndef ELIG_BUILD_H
#define ELIG_BUILD_H

#include "assemble.h"
#include "census.h"
#include "intake.h"
#include "price.h"
#include "publish.h"

struct build {
    struct recipe *recipe;
    struct progress *progress;
    struct publish *publish;
    struct publish *report_file; /* NULL without --report */
    struct labels *labels;
    struct source listed, absent; /* absent: without --absent, without anything in it */
    struct intake_counts counts, absent_counts;
    struct faults faults, absent_faults;
    uint32_t *rank; /* of labels, as merge.h has it */
    struct census census;
    struct assembly assembly;
    uint64_t set_bytes;    /* length of the set that was written */
    double digest_seconds; /* of one digest on one thread, as measured */
    struct price prices[ELIG_KINDS_MAX];
    int is_too_cheap; /* one of them is, and the build was refused for it */
};

/* ---- Steps: build.c, build_price.c, build_input.c, build_output.c ---- */

/* Opens the files to be written and what all later steps need. */
ELIG_CHECK_RESULT int build_begin(struct build *build);

/* Says what the build and what trying everybody out costs; EXIT_REFUSED for an offline index of what anyone can
 * try out, unless that is wanted. */
ELIG_CHECK_RESULT int build_price(struct build *build);

/* Compares the disk space that the build needs with what is free. */
ELIG_CHECK_RESULT int build_check_disk(struct build *build);

/* Reads the lists, --absent ones too, into stores. */
ELIG_CHECK_RESULT int build_read_lists(struct build *build);

/* Opens the sets, takes the recipe's terms from them and sees to it that they go together. */
ELIG_CHECK_RESULT int build_open_sets(struct build *build);

/* Puts all records in order and counts identifiers and labels; what is wrong with labels becomes faults if the
 * command is to decide on them. */
ELIG_CHECK_RESULT int build_count(struct build *build);

/* EXIT_DONE, or EXIT_REFUSED if there are faults that nobody said to pass over. */
ELIG_CHECK_RESULT int build_judge(struct build *build);

/* Writes the index, and looks every identifier up in it. */
ELIG_CHECK_RESULT int build_write_index(struct build *build);
ELIG_CHECK_RESULT int build_verify_index(struct build *build);

/* Writes the set, and reads it back. */
ELIG_CHECK_RESULT int build_write_set(struct build *build);
ELIG_CHECK_RESULT int build_verify_set(struct build *build);

/* Makes the output appear under its name. */
ELIG_CHECK_RESULT int build_publish(struct build *build);

/* Reports what was published (result is EXIT_DONE) or refused; returns result, or EXIT_CANNOT if the report
 * cannot be written. */
ELIG_CHECK_RESULT int build_report(struct build *build, int result);

void build_free(struct build *build);

/* ---- What the steps share ---- */

/* Memory for records: in stores while lists are read, and to load them into afterwards, over all threads. */
uint64_t build_store_memory(const struct recipe *recipe);
uint64_t build_load_memory(const struct recipe *recipe);

/* At most how many identifiers the lists have; 0: not known. */
uint64_t build_estimate_identifiers(const struct recipe *recipe);

/* Say what went wrong, and return an exit code: there is no memory; the set at path cannot be used (SET_E_READ:
 * errno says more); errno, or the source, says why its records could not be read, and then there is no
 * report. A set that is damaged is refused, whenever that is found. */
int build_out_of_memory(void);
int build_explain_set(const char *path, enum set_error error);
int build_explain_source(struct build *build, const struct source *source);

#endif
