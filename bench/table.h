/* SPDX-License-Identifier: Apache-2.0 */
/*
 * table.h - the results in words: one table for people, ratios first, and lines of CSV for the plot.
 */
#ifndef ELIG_TABLE_H
#define ELIG_TABLE_H

#include "bench/comparison.h"

/* What elig's pages are: least and most read by one lookup, -1 where the kernel does not say. */
struct table_pages {
    int64_t once_least, once_most; /* to open and ask once */
    int64_t open_least, open_most; /* in an open index */
};

void table_print(const struct comparison *comparison, const struct table_pages *pages);

/* Appends one line for each contender and floor to the file at path, after a line of names if it is new.
 * Returns 1, or 0 with the reason printed. */
ELIG_CHECK_RESULT int table_append_csv(const struct comparison *comparison, const char *path);

#endif
