/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run.h - an audit under way, and the checks that it consists of.
 *
 * Each check adds its findings to the dossier and returns EXIT_DONE; or EXIT_CANNOT when it could not be
 * carried out for lack of memory, or because something other than the file under audit cannot be read: that is
 * explained on standard error, and ends the audit. What is wrong with the file is a finding, never an error.
 */
#ifndef ELIG_AUDIT_CONTEXT_H
#define ELIG_AUDIT_CONTEXT_H

#include "audit/config.h"
#include "audit/report/report.h"
#include "audit/target/target.h"
#include "lib/util/message.h"
#include "lib/util/progress.h"

/* Phases, in order, for the progress: X(name, what the user reads, nanoseconds of one thread for each byte of
 * the file, and of the lists), as measured once. A simulation and two files take as long as they take. */
#define AUDIT_PHASES(X)                                      \
    X(AUDIT_PHASE_PAGES, "reading pages", 5, 0)              \
    X(AUDIT_PHASE_STRINGS, "looking for text", 6, 0)         \
    X(AUDIT_PHASE_KEYS, "trying bytes as the secret", 70, 0) \
    X(AUDIT_PHASE_FPR, "asking for strangers", 3, 0)         \
    X(AUDIT_PHASE_INDEX, "indexing the file", 20, 0)         \
    X(AUDIT_PHASE_LISTS, "searching for the list", 0, 130)   \
    X(AUDIT_PHASE_COMPARE, "comparing suspects", 3, 0)       \
    X(AUDIT_PHASE_REBUILD, "building again", 0, 12)          \
    X(AUDIT_PHASE_ATTACK, "guessing", 0, 0)

enum audit_phase {
#define PHASE_ENTRY(name, text, of_file, of_lists) name,
    AUDIT_PHASES(PHASE_ENTRY)
#undef PHASE_ENTRY
        AUDIT_PHASE_COUNT
};

struct audit_context {
    const struct audit_config *config;
    const struct target *target;
    const struct target *other; /* JOB_LINK; else NULL */
    struct report *report;
    struct progress *progress; /* may be NULL */
};

/* ---- The checks, each in the file of its name ---- */

ELIG_CHECK_RESULT int header_checks_run(struct audit_context *context); /* header, fields, sections */
ELIG_CHECK_RESULT int public_text_check(struct audit_context *context); /* labels, kinds, campaign */
ELIG_CHECK_RESULT int page_checks_run(struct audit_context *context);   /* tree, pilots, uniformity */
ELIG_CHECK_RESULT int strings_check(struct audit_context *context);     /* text, secrets among the bytes */
ELIG_CHECK_RESULT int attack_cost_check(struct audit_context *context); /* what it costs, and how sure it is */
ELIG_CHECK_RESULT int fpr_test_check(struct audit_context *context);    /* false positives, measured */
ELIG_CHECK_RESULT int
list_search_check(struct audit_context *context); /* the list, in every encoding; its members */
ELIG_CHECK_RESULT int rebuild_check(struct audit_context *context); /* the list, built again */
ELIG_CHECK_RESULT int compare_check(struct audit_context *context); /* two files */
ELIG_CHECK_RESULT int attack_check(struct audit_context *context);  /* guesses, really made */

#endif
