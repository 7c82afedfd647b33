/* SPDX-License-Identifier: Apache-2.0 */
/*
 * table.h - prints the results: a table to read, ratios first, and lines of CSV for the plot.
 */
#ifndef ELIG_TABLE_H
#define ELIG_TABLE_H

#include <stdbool.h>

#include "bench/comparison.h"

/* The least and the most pages of the file that one lookup read. */
struct table_pages {
    bool is_known; /* false: this file system does not let the benchmark count them */
    uint64_t least, most;
};

/* once: opening an index and one lookup; open: a lookup in an open index. */
void table_print(const struct comparison *comparison, const struct table_pages *once,
                 const struct table_pages *open);

/* Appends one line for each contender and lower bound to the file at path, after a line of names if it is new.
 * On failure prints the reason and returns false. */
ELIG_CHECK_RESULT bool table_append_csv(const struct comparison *comparison, const char *path);

#endif
