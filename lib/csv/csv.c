/* SPDX-License-Identifier: Apache-2.0 */
/*
 * csv.c - rows and fields.
 *
 * Only quotes and line ends decide where rows end, so both halves look at eight bytes at once and stop at
 * those bytes only: most of a list is neither. The word is assembled in little-endian order on every
 * processor, so that its lowest byte is the one that comes first in the text.
 */
#include "lib/csv/csv.h"

#include <stdbool.h>
#include <string.h>

#include "lib/elig/bytes.h"

#define CR '\r'
#define LF '\n'

#define WORD_BYTES sizeof(uint64_t)
#define EACH_BYTE UINT64_C(0x0101010101010101)
#define TOP_BITS (EACH_BYTE * 0x80)
#define TOP_BYTE_SHIFT 56

/* A word that holds byte eight times. */
static inline uint64_t word_of(char byte)
{
    return EACH_BYTE * (uint8_t)byte;
}

/* The top bit of each byte of word that equals the same byte of pattern. No carry crosses a byte, so there
 * are no false matches above a true one. */
static inline uint64_t word_matches(uint64_t word, uint64_t pattern)
{
    uint64_t difference = word ^ pattern;
    return ~(((difference & ~TOP_BITS) + ~TOP_BITS) | difference) & TOP_BITS;
}

/* Which byte of the word the lowest of these top bits belongs to. matches is not 0. */
static inline size_t word_first(uint64_t matches)
{
    uint64_t below = (matches & (~matches + 1)) - 1; /* all bits below the lowest one that is set */
    return (size_t)((((below & EACH_BYTE) * EACH_BYTE) >> TOP_BYTE_SHIFT) - 1);
}

/* What is searched for in place of a quote: without quotes, a byte that ends a row anyway. */
static inline char quote_to_find(struct csv_dialect dialect)
{
    return dialect.quote != '\0' ? dialect.quote : LF;
}

static inline bool is_quote(struct csv_dialect dialect, char byte)
{
    return byte == dialect.quote && byte != '\0';
}

/* How many bytes come before the first that is a, b or c; length if there is no such byte. */
static inline size_t find_first(const char *bytes, size_t length, char a, char b, char c)
{
    size_t at = 0;
    for (; length - at >= WORD_BYTES; at += WORD_BYTES) {
        uint64_t word = bytes_get_le64((const uint8_t *)bytes + at);
        uint64_t matches =
            word_matches(word, word_of(a)) | word_matches(word, word_of(b)) | word_matches(word, word_of(c));
        if (matches != 0)
            return at + word_first(matches);
    }
    while (at < length && bytes[at] != a && bytes[at] != b && bytes[at] != c)
        at++;
    return at;
}

/* One call of csv_split(), kept apart from the caller's scan so that it can live in registers. */
struct split {
    const char *bytes;
    size_t length;
    struct csv_scan scan;
    size_t pair_at; /* where a quote would be the second of a pair */
    bool has_end;
};

static inline void set_end(struct split *split, size_t bytes)
{
    split->scan.row_newlines = split->scan.newlines - split->scan.last_end.newlines;
    split->scan.last_end = (struct csv_end){bytes, split->scan.newlines};
    if (!split->has_end)
        split->scan.first_end = split->scan.last_end;
    split->has_end = true;
}

/* Processes the byte at "at", which is a quote, CR or LF. */
static inline void split_at(struct split *split, size_t at)
{
    char byte = split->bytes[at];
    char before = at > 0 ? split->bytes[at - 1] : split->scan.last;

    if (is_quote(split->scan.dialect, byte)) {
        if (split->scan.in_quotes) {
            split->scan.in_quotes = false;
            split->pair_at = at + 1;
        } else {
            /* Outside quotes, a delimiter or a line end always ends a field. */
            split->scan.in_quotes =
                at == split->pair_at || before == split->scan.dialect.delimiter || before == LF || before == CR;
        }
        return;
    }
    if (byte == CR || before != CR)
        split->scan.newlines++;
    if (split->scan.in_quotes)
        return;
    /* If LF follows a CR, or may follow it, the row ends with that LF. */
    if (byte == CR && (split->length - at == 1 || split->bytes[at + 1] == LF))
        return;
    set_end(split, at + 1);
}

static inline void split_all(struct split *split)
{
    char quote = quote_to_find(split->scan.dialect);
    size_t at = 0;
    for (; split->length - at >= WORD_BYTES; at += WORD_BYTES) {
        uint64_t word = bytes_get_le64((const uint8_t *)split->bytes + at);
        uint64_t matches = word_matches(word, word_of(quote)) | word_matches(word, word_of(CR)) |
                           word_matches(word, word_of(LF));
        for (; matches != 0; matches &= matches - 1)
            split_at(split, at + word_first(matches));
    }
    for (; at < split->length; at++) {
        char byte = split->bytes[at];
        if (byte == quote || byte == CR || byte == LF)
            split_at(split, at);
    }
}

struct csv_scan csv_scan_start(struct csv_dialect dialect)
{
    /* The start of a text is like the start of any row: a line end came before. */
    return (struct csv_scan){.dialect = dialect, .last = LF};
}

bool csv_split(struct csv_scan *scan, const char *bytes, size_t length)
{
    if (length == 0)
        return false;

    struct split split = {
        .bytes = bytes, .length = length, .scan = *scan, .pair_at = scan->quote_closed ? 0 : SIZE_MAX};
    if (scan->last == CR && !scan->in_quotes && bytes[0] != LF)
        set_end(&split, 0);
    split_all(&split);

    *scan = split.scan;
    scan->last = bytes[length - 1];
    scan->quote_closed = split.pair_at == length;
    return split.has_end;
}

static inline void reader_pass(struct csv_reader *reader, size_t count)
{
    reader->at += count;
    reader->left -= count;
}

static inline bool reader_at_line_end(const struct csv_reader *reader)
{
    return reader->left > 0 && (*reader->at == CR || *reader->at == LF);
}

/* Whether the reader, which is at a CR or LF, is at the first byte of a CR LF. */
static inline bool reader_at_cr_lf(const struct csv_reader *reader)
{
    return *reader->at == CR && reader->left > 1 && reader->at[1] == LF;
}

static inline void pass_line_end(struct csv_reader *reader)
{
    reader_pass(reader, reader_at_cr_lf(reader) ? 2 : 1);
    reader->line++;
}

/* Everything up to the next delimiter or line end. */
static inline struct elig_text read_plain(struct csv_reader *reader)
{
    struct elig_text field = {.bytes = reader->at};
    field.length = find_first(reader->at, reader->left, reader->dialect.delimiter, CR, LF);
    reader_pass(reader, field.length);
    return field;
}

/* Reads the rest of a quoted field whose opening quote has been passed. Returns whether the quote was closed,
 * with its closing quote passed. */
static bool read_inside_quotes(struct csv_reader *reader, struct elig_text *field, struct csv_row *row)
{
    char quote = reader->dialect.quote;
    field->bytes = reader->at;
    while (reader->left > 0) {
        reader_pass(reader, find_first(reader->at, reader->left, quote, CR, LF));
        if (reader->left == 0)
            break;
        if (*reader->at != quote) {
            pass_line_end(reader);
            continue;
        }
        reader_pass(reader, 1);
        if (reader->left == 0 || *reader->at != quote) {
            field->length = (size_t)(reader->at - 1 - field->bytes);
            return true;
        }
        row->has_pairs = true;
        reader_pass(reader, 1);
    }
    field->length = (size_t)(reader->at - field->bytes);
    return false;
}

/* Reads one field up to the delimiter or line end after it; returns whether its quotes are in order. */
static inline bool read_field(struct csv_reader *reader, struct elig_text *field, struct csv_row *row)
{
    if (reader->left == 0 || !is_quote(reader->dialect, *reader->at)) {
        *field = read_plain(reader);
        return true;
    }
    reader_pass(reader, 1);
    return read_inside_quotes(reader, field, row) && read_plain(reader).length == 0;
}

enum csv_result csv_next(struct csv_reader *reader, struct elig_text *fields, size_t capacity,
                         struct csv_row *row)
{
    while (reader_at_line_end(reader))
        pass_line_end(reader);
    *row = (struct csv_row){.bytes = reader->at, .line = reader->line};
    if (reader->left == 0)
        return CSV_END;

    enum csv_result result = CSV_ROW;
    for (;;) {
        struct elig_text field;
        if (!read_field(reader, &field, row))
            result = CSV_BAD_QUOTE;
        else if (row->count == capacity && result == CSV_ROW)
            result = CSV_TOO_WIDE;
        if (row->count < capacity)
            fields[row->count++] = field;
        if (reader->left == 0 || reader_at_line_end(reader))
            break;
        reader_pass(reader, 1); /* the delimiter */
    }
    row->length = (size_t)(reader->at - row->bytes);
    row->lines = reader->line - row->line + 1;
    if (reader->left > 0)
        pass_line_end(reader);
    return result;
}

size_t csv_count_nul(const char *bytes, size_t length)
{
    const char *end = bytes + length, *at = length > 0 ? memchr(bytes, '\0', length) : NULL;
    size_t count = 0;
    for (; at != NULL && at < end; at++)
        count += *at == '\0';
    return count;
}

/* Makes one quote of each pair in a field; returns its length then. */
static size_t unquote(char *bytes, size_t length, char quote)
{
    size_t to = 0;
    for (size_t from = 0; from < length; from++) {
        bytes[to++] = bytes[from];
        from += bytes[from] == quote;
    }
    return to;
}

void csv_unquote(struct csv_row *row, struct csv_dialect dialect, struct elig_text *fields)
{
    for (size_t i = 0; row->has_pairs && i < row->count; i++) {
        char *bytes = row->bytes + (fields[i].bytes - row->bytes);
        if (bytes > row->bytes && is_quote(dialect, bytes[-1])) /* else the field is not quoted */
            fields[i].length = unquote(bytes, fields[i].length, dialect.quote);
    }
    row->has_pairs = false;
}
