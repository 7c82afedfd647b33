/* SPDX-License-Identifier: Apache-2.0 */
/*
 * build_report.h - what a build read, rejected and made, as JSON and in a few words. No identifier, no content
 * of a cell; label words, which are public, are in it.
 */
#ifndef ELIG_BUILD_REPORT_H
#define ELIG_BUILD_REPORT_H

#include "builder/completeness.h"
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
    bool has_counts;                      /* the list was read: counts and totals are known */
    bool is_refused, is_published;        /* neither: a dry run of a list that would be taken */
    const struct header *header;          /* of the index that was published */
    uint64_t digest_file_bytes;           /* length of the digest file that was published */
    const struct progress *progress;
    uint64_t spilled_bytes;
};

/* ---- What JSON and text share ---- */

/* The name of a rejected identifier's kind; NULL for a row. */
const char *build_report_kind_name(const struct report *report, const struct reject *reject);

/* The column of the malformed part of a kind with several; NULL otherwise. */
const char *build_report_column_name(const struct report *report, const struct reject *reject);

/* A path, or "standard input" for NULL. */
const char *build_report_input_name(const char *input);

double build_report_bits_per_identifier(const struct header *header);

/* Identifiers of a kind that were read and repeat one that is counted. */
uint64_t build_report_duplicates(const struct report *report, unsigned kind);

/* What completeness_check() takes. */
struct completeness build_report_completeness(const struct report *report);

/* ---- JSON and text ---- */

/* Writes the JSON and publishes it; closes file in either case. Returns 0, or ELIG_E_WRITE with errno set. */
ELIG_CHECK_RESULT int build_report_write(const struct report *report, struct atomic_file *file);

/* Prints the first lines that were rejected and how many there are, why the list is refused as a whole, and
 * which identifiers stand in many rows; unless quiet also what was counted and made. */
void build_report_print(const struct report *report);

#endif
