/* SPDX-License-Identifier: Apache-2.0 */
/*
 * completeness.h - whether a list is whole, as far as counts tell: as many rows and digest files as expected,
 * few rows rejected, and nothing empty that should not be.
 */
#ifndef ELIG_COMPLETENESS_H
#define ELIG_COMPLETENESS_H

#include "builder/config.h"
#include "builder/merge/record_counts.h"
#include "builder/records/label_table.h"
#include "lib/csv/identifier_reader.h"

/* Above how many rows of one identifier there is a warning: one in a thousand, but 10 to 100. A person, a
 * family or an office stands in a handful of rows, whatever the size of the list; a list of events, where
 * honest people recur, costs one warning. */
uint64_t completeness_rows_warned(uint64_t rows);

/* The most lines of rejected rows that --skip-invalid leaves out of a list. By default the
 * lesser of 100 and one in a hundred, but at least 10. */
uint64_t completeness_skip_limit(const struct skip_limit *limit, uint64_t rows);

/* Whether a kind has an identifier in fewer than one row of 100, of at least 100, but in some: its column may
 * be another one. */
bool completeness_is_sparse(const struct identifier_counts *counts, unsigned kind);

/* Whether at least nine in ten composites of a kind lack a part, and at least 10 of them. Not if all lack one:
 * then the kind is empty. */
bool completeness_is_incomplete(const struct identifier_counts *counts, unsigned kind);

struct completeness {
    const struct config *config;
    const struct identifier_counts *counts, *absent_counts;
    const struct record_counts *totals;
    const struct label_table *labels;
};

/* Called with each reason why a list is not whole, a sentence without a full stop. */
typedef void completeness_sink(void *context, const char *reason);

/* Whether the list is whole. sink may be NULL. */
bool completeness_check(const struct completeness *list, completeness_sink *sink, void *context);

#endif
