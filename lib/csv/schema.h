/* SPDX-License-Identifier: Apache-2.0 */
/*
 * layout.h - how lists are written, and which of their columns are wanted.
 *
 * Shared by all threads that read, and read-only then.
 */
#ifndef ELIG_LAYOUT_H
#define ELIG_LAYOUT_H

#include "include/elig.h"

struct schema {
    unsigned kind_count;
    struct elig_kind kinds[ELIG_KINDS_MAX];        /* identifiers: 0 */
    char *columns[ELIG_KINDS_MAX][ELIG_PARTS_MAX]; /* by name or number, one for each part */
    const char *label_column;                      /* NULL: no labels */
    char delimiter;
    const char *encoding; /* NULL: UTF-8 */
    int has_header;
    int is_quiet;
};

/* What --delimiter and --encoding say, whose texts outlive the layout. Return EXIT_DONE, or EXIT_USAGE with the
 * reason printed. */
ELIG_CHECK_RESULT int schema_read_delimiter(struct schema *schema, const char *text);
ELIG_CHECK_RESULT int schema_read_encoding(struct schema *schema, const char *text);

#endif
