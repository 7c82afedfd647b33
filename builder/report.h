/*
 * report.h - what a build read, rejected and made, as JSON and in a few words. No identifier, no content of a
 * cell; label words, which are public, are in it.
 */
#ifndef ELIG_REPORT_H
#define ELIG_REPORT_H

#include "census.h"
#include "faults.h"
#include "header.h"
#include "intake.h"
#include "labels.h"
#include "price.h"
#include "publish.h"

struct report {
    const struct recipe *recipe;
    const struct price *prices; /* by kind */
    const struct intake_counts *counts, *absent_counts;
    const struct census *census;
    const struct labels *labels;
    const struct faults *faults;        /* of the inputs, sorted */
    const struct faults *absent_faults; /* of the --absent lists, sorted */
    int is_published;
    const struct header *header; /* of the index that was published */
    uint64_t set_bytes;          /* length of the set that was published */
    const struct progress *progress;
    uint64_t spilled_bytes;
};

/* Writes the JSON and publishes it. file is used up. Returns 1, or 0 with errno set. */
ELIG_CHECK_RESULT int report_write(const struct report *report, struct publish *file);

/* Prints the first lines that were rejected and how many there are, then what was made, unless quiet. */
void report_print(const struct report *report);

#endif
