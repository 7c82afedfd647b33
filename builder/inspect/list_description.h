/* SPDX-License-Identifier: Apache-2.0 */
/*
 * list_description.h - what one list is: encoding, dialect, header, rows, columns. The file is read several
 * times.
 *
 * Cells are tried as types in the first LIST_DESCRIPTION_ROWS rows and then in one of LIST_DESCRIPTION_STEP;
 * emptiness and repeats are those of all rows.
 */
#ifndef ELIG_LIST_DESCRIPTION_H
#define ELIG_LIST_DESCRIPTION_H

#include "builder/inspect/column_statistics.h"
#include "builder/inspect/dialect_guess.h"
#include "builder/inspect/encoding_guess.h"
#include "lib/csv/columns.h"

#define LIST_DESCRIPTION_ROWS 100000
#define LIST_DESCRIPTION_STEP 16
#define LIST_DESCRIPTION_COLUMNS 256 /* are described */

/* What was given, and is not to be guessed. */
struct list_given {
    const char *encoding; /* NULL: to be guessed */
    char delimiter;       /* '\0': to be guessed */
    bool is_without_header;
    const char (*regions)[2]; /* region_count of them; 0: to be guessed */
    unsigned region_count;
};

struct list_description {
    const char *path;
    struct encoding_guess encoding;
    const char *encoding_name; /* given or guessed; NULL: it was not found, and the rest is not filled in */
    struct dialect_guess dialect;
    struct region_hints hints;
    bool has_header;
    bool is_header_doubtful;      /* a column's cell of it looks like an identifier and does not parse as one */
    const char *hidden;           /* why the header is not shown, if it is not */
    bool is_named;                /* the header can be shown: it is no person's row */
    struct columns_header header; /* the first row, of dialect.fields cells, a header or not */
    uint64_t rows, lines;         /* of the table, without header and blank lines */
    uint64_t multiline_rows, first_multiline;
    uint64_t tried_rows;
    unsigned column_count; /* of columns */
    bool *is_repeated;     /* of each: a row that is not the first one once more has the first row's cell */
    struct column_statistics *columns;
};

/* Returns 0; ELIG_E_READ with errno set; or ELIG_E_MEMORY. Free with list_description_free() in every case. */
ELIG_CHECK_RESULT int list_description_make(struct list_description *list, const char *path,
                                            const struct list_given *given);

void list_description_free(struct list_description *list);

#endif
