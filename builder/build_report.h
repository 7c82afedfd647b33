/* SPDX-License-Identifier: Apache-2.0 */
/*
 * build_report.h - what a build read, rejected and made, as JSON and in a few words. No identifier, no content
 * of a cell; label words, which are public, are in it.
 */
#ifndef ELIG_BUILD_REPORT_H
#define ELIG_BUILD_REPORT_H

#include "builder/config.h"
#include "builder/merge/record_counts.h"
#include "builder/records/label_table.h"
#include "builder/records/rejects.h"
#include "lib/csv/identifier_reader.h"
#include "lib/elig/index/header.h"
#include "lib/guess/cost.h"
#include "lib/util/atomic_file.h"

struct report {
    const struct config *config;
    const struct cost *prices; /* by kind */
    const struct identifier_counts *counts, *absent_counts;
    const struct record_counts *totals;
    const struct label_table *labels;
    const struct rejects *rejects;        /* of the inputs, sorted */
    const struct rejects *absent_rejects; /* of the --absent lists, sorted */
    bool is_published;
    const struct header *header; /* of the index that was published */
    uint64_t digest_file_bytes;  /* length of the digest file that was published */
    const struct progress *progress;
    uint64_t spilled_bytes;
};

/* Writes the JSON and publishes it; closes file in either case. Returns 0, or ELIG_E_WRITE with errno set. */
ELIG_CHECK_RESULT int build_report_write(const struct report *report, struct atomic_file *file);

/* Prints the first lines that were rejected and how many there are, then what was made, unless quiet. */
void build_report_print(const struct report *report);

#endif
