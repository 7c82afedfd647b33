/* SPDX-License-Identifier: Apache-2.0 */
/*
 * csv.h - RFC 4180 in two steps, so that splitting is cheap and sequential and parsing can be spread over
 * threads: csv_split() finds where the last whole row of a block ends, csv_next() parses rows.
 *
 * Both agree on every byte: a row that csv_split() ends is a row that csv_next() reads (fuzz/fuzz_csv.c checks
 * that). Text is UTF-8 (the byte values of quote, CR and LF never occur inside a multi-byte character). Nothing
 * is allocated; fields point into the caller's buffer, whose bytes are changed in place where a quoted field
 * holds "" pairs.
 *
 * Rules: rows end with LF, CR LF or a lone CR, outside quotes. A field is quoted if its first byte is a
 * quote; a quote elsewhere in an unquoted field is an ordinary byte. A line of no bytes at all is no row.
 * Bytes between a closing quote and the next delimiter or row end make the row CSV_BAD_QUOTE.
 *
 * The delimiter is one byte of ASCII, neither quote nor CR nor LF: the caller checks that, and
 * whether each row has the number of fields of the first.
 *
 * Threads: nothing is shared; each scan and each reader belongs to one thread at a time.
 */
#ifndef ELIG_CSV_H
#define ELIG_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "include/elig.h"

/* The state of a scan, which starts with csv_scan_start(). */
struct csv_scan {
    char delimiter;
    char last;         /* the byte scanned last */
    bool in_quotes;    /* at the end of the input: a quote was never closed */
    bool quote_closed; /* the byte scanned last closed a quote: one more quote makes it a pair */
    uint64_t newlines; /* line ends passed so far, those inside quotes too; CR LF is one */
};

/* A scan at the start of a text whose fields are separated by delimiter. */
struct csv_scan csv_scan_start(char delimiter);

/*
 * Goes on scanning length bytes. Returns how many of them, from the first, belong to whole rows: 0 when
 * no row end was found, as when one long row goes on. The first of those rows may have begun in an earlier
 * call. *newlines_at_end, if not NULL, receives scan->newlines as it was at that row end: a block that starts
 * there starts at line 1 + *newlines_at_end. It is left alone when 0 is returned.
 *
 * A CR that is the last byte seen does not end its row yet, since LF may follow. When something else follows,
 * that row comes out with the next row that ends.
 *
 * A quote that is never closed keeps every later byte in one row: callers need a limit for a row's length.
 */
size_t csv_split(struct csv_scan *scan, const char *bytes, size_t length, uint64_t *newlines_at_end);

enum csv_result {
    CSV_ROW,       /* a row was read */
    CSV_END,       /* no row is left */
    CSV_BAD_QUOTE, /* a row with bytes after a closing quote, or a quote that never closes; it is passed over */
    CSV_TOO_WIDE   /* a row of more fields than there is room for, quotes in order; it is passed over */
};

/* A block of whole rows that is being parsed: the caller fills it in, csv_next() moves it on. */
struct csv_reader {
    char *at;
    size_t left;
    uint64_t line; /* number of the line at which the block's bytes at "at" start */
    char delimiter;
};

/*
 * Reads the next row: sets *row_line to the line it starts at, fields[0 .. *count - 1] to its fields.
 * The last row of a block may lack its line end. room is the number of entries in fields, at least 1.
 * Only CSV_ROW leaves fields to be used; *row_line is set with every result but CSV_END.
 */
ELIG_CHECK_RESULT enum csv_result csv_next(struct csv_reader *reader, struct elig_text *fields, size_t room,
                                           size_t *count, uint64_t *row_line);

#endif
