/* SPDX-License-Identifier: Apache-2.0 */
/*
 * csv.h - RFC 4180 in two steps, so that splitting is cheap and sequential and parsing can be spread over
 * threads: csv_split() finds where the last whole row of a block ends, csv_next() parses rows.
 *
 * Both agree on every byte: a row that csv_split() ends is a row that csv_next() reads (fuzz/fuzz_csv.c checks
 * that). Text is UTF-8 (the byte values of quote, CR and LF never occur inside a multi-byte character). Nothing
 * is allocated; fields point into the caller's buffer, whose bytes only csv_unquote() changes.
 *
 * Rules: rows end with LF, CR LF or a lone CR, outside quotes. A field is quoted if its first byte is a
 * quote; a quote elsewhere in an unquoted field is an ordinary byte. A line of no bytes at all is no row.
 * Bytes between a closing quote and the next delimiter or row end make the row CSV_BAD_QUOTE. A dialect without
 * quotes has no such rule: a quote is an ordinary byte, and every line is a row.
 *
 * Delimiter and quote are each one byte of ASCII, different from each other, from CR and from LF: the caller
 * checks that, and whether each row has the number of fields of the first.
 *
 * Threads: nothing is shared; each scan and each reader belongs to one thread at a time.
 */
#ifndef ELIG_CSV_H
#define ELIG_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "include/elig.h"

struct csv_dialect {
    char delimiter;
    char quote; /* '\0': fields are never quoted */
};

/* The end of a row or of a blank line: bytes of the call before it, and line ends of the text before it. */
struct csv_end {
    size_t bytes;
    uint64_t newlines;
};

/* The state of a scan, which starts with csv_scan_start(). */
struct csv_scan {
    struct csv_dialect dialect;
    char last;         /* the byte scanned last */
    bool in_quotes;    /* at the end of the input: a quote was never closed */
    bool quote_closed; /* the byte scanned last closed a quote: one more quote makes it a pair */
    uint64_t newlines; /* line ends passed so far, those inside quotes too; CR LF is one */
    struct csv_end first_end, last_end; /* in the bytes of the last call, if it returned true */
    uint64_t row_newlines;              /* then: lines of the row that ends last */
};

/* A scan at the start of a text. */
struct csv_scan csv_scan_start(struct csv_dialect dialect);

/*
 * Goes on scanning length bytes. Returns whether a row ends in them, as one long row does not; then sets
 * first_end and last_end. The first of those rows may have begun in an earlier call. A block that starts at an
 * end starts at line 1 + newlines.
 *
 * A CR that is the last byte seen does not end its row yet, since LF may follow. When something else follows,
 * its row ends before the first byte of that call.
 *
 * A quote that is never closed keeps every later byte in one row: callers need a limit for a row's length.
 */
bool csv_split(struct csv_scan *scan, const char *bytes, size_t length);

enum csv_result {
    CSV_ROW,       /* a row was read */
    CSV_END,       /* no row is left */
    CSV_BAD_QUOTE, /* a row with bytes after a closing quote, or a quote that never closes; it is passed over */
    CSV_TOO_WIDE   /* a row of more fields than capacity, quotes in order; it is passed over */
};

/* A block of whole rows that is being parsed: the caller fills it in, csv_next() moves it on. */
struct csv_reader {
    char *at;
    size_t left;
    uint64_t line; /* number of the line at which the block's bytes at "at" start */
    struct csv_dialect dialect;
};

/* A row as it stands in the text. */
struct csv_row {
    char *bytes;
    size_t length; /* without its line end */
    uint64_t line; /* at which it starts */
    uint64_t lines;
    size_t count;   /* fields */
    bool has_pairs; /* some quoted field holds a pair of quotes, which stands for one */
};

/*
 * Reads the next row and its fields, quoted ones without the quotes around them, at most capacity, at least 1.
 * The last row of a block may lack its line end. Only CSV_ROW leaves fields to be used; *row is set with every
 * result but CSV_END.
 */
ELIG_CHECK_RESULT enum csv_result csv_next(struct csv_reader *reader, struct elig_text *fields, size_t capacity,
                                           struct csv_row *row);

/* How many NUL bytes a text has: text has none. */
size_t csv_count_nul(const char *bytes, size_t length);

/* Makes one quote of each pair in the row's quoted fields, in place: row->bytes is not the text of the list any
 * more. */
void csv_unquote(struct csv_row *row, struct csv_dialect dialect, struct elig_text *fields);

#endif
