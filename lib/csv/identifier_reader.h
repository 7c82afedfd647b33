/* SPDX-License-Identifier: Apache-2.0 */
/*
 * identifier_reader.h - lists into identifiers in canonical form, on several threads: the one loop over rows
 * that builder and auditor share, so that they agree on what a row is.
 *
 * Each thread asks for blocks of rows (row_reader.h), splits them into fields and brings the parts of each kind
 * into canonical form. What happens to an identifier is the caller's: it is called for each. Blocks and
 * canonical forms are wiped after use.
 */
#ifndef ELIG_IDENTIFIER_READER_H
#define ELIG_IDENTIFIER_READER_H

#include "lib/csv/doubt.h"
#include "lib/csv/row_position.h"
#include "lib/csv/row_reader.h"
#include "lib/util/progress.h"

/* A row. It and what it points to live during the call. */
struct identifier_row {
    unsigned input;                 /* number of the list */
    uint64_t line;                  /* at which it starts */
    uint64_t lines;                 /* that it takes */
    const struct elig_text *fields; /* columns->fields of them; not of a row that is rejected for its form */
    const struct columns *columns;
    struct elig_text label; /* trimmed; empty: none */
};

/* One identifier of a row. Lives during the call. */
struct identifier {
    unsigned kind;
    const struct elig_text *typed; /* one for each part of the kind, as the row has them */
    enum elig_reason reason;       /* ELIG_REASON_NONE, or why there is no canonical form */
    unsigned part;                 /* number, from 1, of the malformed part of several; else 0 */
    const uint8_t *canonical;
    size_t length;
};

/* Why a whole row is rejected. */
enum identifier_row_fault {
    IDENTIFIER_ROW_NO_FAULT,
    IDENTIFIER_ROW_NUL,    /* a NUL byte, which stands in no text: what was there was overwritten */
    IDENTIFIER_ROW_QUOTE,  /* bytes after a closing quote */
    IDENTIFIER_ROW_WIDTH,  /* another number of fields than the first row has */
    IDENTIFIER_ROW_LONG,   /* more bytes than a block holds */
    IDENTIFIER_ROW_LINES,  /* more lines than the schema allows */
    IDENTIFIER_ROW_HIDDEN, /* several of its lines would be rows by themselves */
    IDENTIFIER_ROW_HEADER, /* the header once more */
    IDENTIFIER_ROW_LABEL,  /* its label is not a word that an index can have; its form is right */
    IDENTIFIER_ROW_EMPTY   /* its form is right, and it has no identifier of any kind */
};

/*
 * What is called: worker is 0 .. threads - 1, and two threads never have the same number. Each returns 0, or a
 * negative number, which stops all threads and is what identifier_reader_run() returns, with errno as the
 * function left it. All but identifier may be NULL.
 */
struct identifier_handler {
    /* Before the identifiers of a row. */
    int (*row)(void *context, unsigned worker, const struct identifier_row *row);
    /* For each kind that the list has columns of, also where these are empty. */
    int (*identifier)(void *context, unsigned worker, const struct identifier_row *row,
                      const struct identifier *identifier);
    int (*rejected_row)(void *context, unsigned worker, const struct identifier_row *row,
                        enum identifier_row_fault fault);
    /* After the rows of a block. */
    int (*block_end)(void *context, unsigned worker);
};

/* What is read, and how. */
struct identifier_source {
    const struct schema *schema;
    const char **inputs; /* input_count names; a NULL entry is standard input */
    unsigned input_count;
    bool may_lack_kinds;       /* as columns_find() takes it */
    enum elig_profile profile; /* how the identifiers will be digested; see row_reader_open() */
    unsigned part, parts;      /* only rows the hash of whose bytes is part modulo parts; parts 1: all */
    unsigned threads;
    struct progress *progress; /* counts bytes; may be NULL */
};

/* What was read. All counts are of occurrences: duplicates count. */
struct identifier_counts {
    uint64_t bytes;               /* of input, before decoding */
    uint64_t rows;                /* without headers and blank lines */
    uint64_t rows_of_other_parts; /* not counted in what follows */
    uint64_t rows_hash;           /* of parts: the sum of hashes of all rows, in any order */
    uint64_t lines;               /* that these rows take */
    uint64_t multiline_rows;      /* rows of more than one line, rejected or not */
    uint64_t lost_lines;      /* lines of rows that are rejected, for their form or label or an identifier; and
                               * one for each 32 NUL bytes, for rows that were overwritten */
    uint64_t rejected_rows;   /* of them: for their form, IDENTIFIER_ROW_NUL to IDENTIFIER_ROW_HEADER */
    uint64_t rejected_labels; /* of them: IDENTIFIER_ROW_LABEL */
    uint64_t rows_without_identifier;
    uint64_t doubts[DOUBT_COUNT];      /* parts that may not be what was meant, by enum doubt */
    uint64_t first_doubt[DOUBT_COUNT]; /* row_position() of the first of each; UINT64_MAX: none */
    uint64_t identifiers[ELIG_KINDS_MAX], malformed[ELIG_KINDS_MAX];
    uint64_t empty[ELIG_KINDS_MAX];               /* no part has text */
    uint64_t incomplete[ELIG_KINDS_MAX];          /* some part is empty, and some has text */
    uint64_t rejected_with_label[ELIG_KINDS_MAX]; /* well-formed, in rows of which the label is rejected */
    bool has_kind[ELIG_KINDS_MAX];                /* in every list of which rows were read */
};

/*
 * Reads all rows of the source and adds what they were to *counts, which starts with identifier_counts_start().
 * Returns 0; what the handler returned; or an error of row_reader.h. Runs with fewer threads where there is no
 * memory for all.
 */
ELIG_CHECK_RESULT int identifier_reader_run(const struct identifier_source *source,
                                            const struct identifier_handler *handler, void *context,
                                            struct identifier_counts *counts);

struct identifier_counts identifier_counts_start(void);

#endif
