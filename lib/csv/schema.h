/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schema.h - how lists are written, and which of their columns are read.
 *
 * Shared by all threads that read, and read-only then.
 */
#ifndef ELIG_SCHEMA_H
#define ELIG_SCHEMA_H

#include <stdbool.h>

#include "include/elig.h"

#include "lib/csv/csv.h"
#include "lib/csv/notation.h"
#include "lib/util/options.h"

struct schema {
    unsigned kind_count;
    struct elig_kind kinds[ELIG_KINDS_MAX];                    /* identifiers: 0 */
    char *columns[ELIG_KINDS_MAX][ELIG_PARTS_MAX];             /* by name or number, one for each part */
    struct notation notations[ELIG_KINDS_MAX][ELIG_PARTS_MAX]; /* of these columns */
    const char *label_column;                                  /* NULL: no labels */
    struct csv_dialect dialect;
    uint64_t row_lines;   /* the most lines that a row may take */
    const char *encoding; /* NULL: UTF-8 */
    bool has_header;
};

#define SCHEMA_ROW_LINES_DEFAULT 10

/* A list by RFC 4180, with a header. */
#define SCHEMA_INIT                                                                      \
    {                                                                                    \
        .dialect = {',', '"'}, .row_lines = SCHEMA_ROW_LINES_DEFAULT, .has_header = true \
    }

/* Setters of --delimiter, --quote and --encoding, at the offset of what they set. */
option_setter schema_set_delimiter, schema_set_quote, schema_set_encoding;

/* Checks what options together say: 0, or MESSAGE_E_USAGE with the reason printed. */
ELIG_CHECK_RESULT int schema_check(const struct schema *schema);

/* Frees the names of columns. */
void schema_free(struct schema *schema);

#endif
