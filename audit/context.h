/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run.h - an audit under way, and the checks that it consists of.
 *
 * Each check adds its findings to the dossier and returns EXIT_DONE; or EXIT_CANNOT when it could not be
 * carried out for lack of memory, or because something other than the file under audit cannot be read: that is
 * explained on standard error, and ends the audit. What is wrong with the file is a finding, never an error.
 */
#ifndef ELIG_RUN_H
#define ELIG_RUN_H

#include "audit/checks/target.h"
#include "audit/config.h"
#include "audit/report/report.h"
#include "lib/util/message.h"
#include "lib/util/progress.h"

/* Phases, in order, for the progress: X(name, what the user reads, nanoseconds of one thread for each byte of
 * the file, and of the lists), as measured once. A simulation and two files take as long as they take. */
#define RUN_PHASES(X)                                \
    X(RUN_PAGES, "reading pages", 5, 0)              \
    X(RUN_READABLE, "looking for text", 6, 0)        \
    X(RUN_KEYS, "trying bytes as the secret", 70, 0) \
    X(RUN_RATE, "asking for strangers", 3, 0)        \
    X(RUN_INDEX, "indexing the file", 20, 0)         \
    X(RUN_LISTS, "searching for the list", 0, 130)   \
    X(RUN_SUSPECTS, "comparing suspects", 3, 0)      \
    X(RUN_REBUILD, "building again", 0, 12)          \
    X(RUN_SIMULATE, "guessing", 0, 0)

enum run_phase {
#define RUN_ENTRY(name, text, of_file, of_lists) name,
    RUN_PHASES(RUN_ENTRY)
#undef RUN_ENTRY
        RUN_PHASE_COUNT
};

struct audit_context {
    const struct audit_config *audit;
    const struct target *target;
    const struct target *other; /* JOB_LINK; else NULL */
    struct report *report;
    struct progress *progress; /* may be NULL */
};

/* ---- The checks, each in the file of its name ---- */

ELIG_CHECK_RESULT int header_checks_run(struct audit_context *run); /* header, fields, sections */
ELIG_CHECK_RESULT int public_text_check(struct audit_context *run); /* labels, kinds, campaign */
ELIG_CHECK_RESULT int page_checks_run(struct audit_context *run);   /* tree, pilots, uniformity */
ELIG_CHECK_RESULT int strings_check(struct audit_context *run);     /* text, secrets among the bytes */
ELIG_CHECK_RESULT int attack_cost_check(struct audit_context *run); /* what it costs, and how sure it is */
ELIG_CHECK_RESULT int fpr_test_check(struct audit_context *run);    /* false positives, measured */
ELIG_CHECK_RESULT int
list_search_check(struct audit_context *run);                   /* the list, in every encoding; its members */
ELIG_CHECK_RESULT int rebuild_check(struct audit_context *run); /* the list, built again */
ELIG_CHECK_RESULT int compare_check(struct audit_context *run); /* two files */
ELIG_CHECK_RESULT int attack_check(struct audit_context *run);  /* guesses, really made */

#endif
