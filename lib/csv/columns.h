/* SPDX-License-Identifier: Apache-2.0 */
/* columns.h - which field of a row holds which part of which kind. */
#ifndef ELIG_COLUMNS_H
#define ELIG_COLUMNS_H

#include <stdbool.h>

#include "lib/csv/schema.h"

/* The first row of a list. */
struct columns_header {
    struct elig_text *names; /* one for each field, trimmed; NULL: none is kept */
    char *bytes;             /* of these texts */
};

struct columns {
    unsigned fields;                          /* of every row */
    int part[ELIG_KINDS_MAX][ELIG_PARTS_MAX]; /* numbers of fields */
    bool has_kind[ELIG_KINDS_MAX]; /* false: this input lacks a column of the kind (may_lack_kinds) */
    int label;                     /* number of a field, or -1 */
    struct columns_header header;  /* to know it when it comes again; empty: the list has none */
};

#define COLUMNS_FIELDS_MAX 4096

/*
 * Finds the columns of the schema in the first row of an input: by name where there is a header, else by number
 * from 1. A name that no field of the header has is compared once more as `text` is, without regard to case,
 * white space and normalisation. may_lack_kinds: columns of some kinds may be missing, though not of all.
 * Returns 0; ELIG_E_MEMORY; or MESSAGE_E_REFUSED, with a message that names the file and the column asked for,
 * or says that the header is somebody's row. Free with columns_free(), also after an error.
 */
ELIG_CHECK_RESULT int columns_find(struct columns *columns, const struct schema *schema, const char *file,
                                   const struct elig_text *first_row, unsigned fields, bool may_lack_kinds);

/* Whether a row of columns->fields fields is the header once more; or in a list of one column ends with it, as
 * where a list without a last line end stands before another list. */
bool columns_is_header(const struct columns *columns, const struct elig_text *row);

void columns_free(struct columns *columns);

/* Copies the first row. Returns 0 or ELIG_E_MEMORY. Free with columns_header_free() in either case. */
ELIG_CHECK_RESULT int columns_header_copy(struct columns_header *header, const struct elig_text *row,
                                          unsigned fields);
void columns_header_free(struct columns_header *header);

/* The text as raw_text_trim() leaves it; it may be empty. Header cells and labels are compared so. */
struct elig_text columns_trim(struct elig_text text);

#endif
