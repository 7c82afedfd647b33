/* SPDX-License-Identifier: Apache-2.0 */
/* dialect_guess.c - counts fields of each line under each delimiter, with and without regard to quotes. */
#include "builder/inspect/dialect_guess.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "builder/inspect/text_blocks.h"
#include "lib/csv/columns.h"

#define QUOTE '"'
#define COUNTS_MAX 256      /* lines of more fields are counted as of this number */
#define UNKNOWN_LINES 10000 /* are searched for other separators */
#define TITLES_MAX 20       /* lines whose number of fields is remembered */

/* In order of preference, where several do. */
static const char delimiters[] = {',', '\t', ';', '|'};
#define DELIMITERS sizeof delimiters

/* Lines under one delimiter. */
struct counts {
    char delimiter;
    uint64_t closed[COUNTS_MAX + 1]; /* by number of fields: lines whose quotes are closed */
    uint64_t open[COUNTS_MAX + 1];   /* lines with an open quote, as if it did not quote */
    uint64_t open_lines, first_open[DIALECT_GUESS_FIRST];
    uint64_t quoted_fields,
        needed_quotes;                /* fields in quotes; those of them that have a delimiter or a quote */
    unsigned first_lines[TITLES_MAX]; /* fields of these lines */
};

/* What may separate fields beside the four delimiters. Not '/', nor what stands in addresses and names. */
static const char *const unknown[] = {"^",  "~",  ":", "#",    "!",    "$",    "%",    "&",    "*",   "=",
                                      "`",  "\\", "{", "}",    "[",    "]",    "?",    "，",   "；",  "、",
                                      "｜", "¦",  "§", "\x01", "\x02", "\x1C", "\x1D", "\x1E", "\x1F"};
#define UNKNOWN (sizeof unknown / sizeof *unknown)

/* How often they stand in the first line, and in how many lines equally often. */
struct unknown_counts {
    unsigned first[UNKNOWN];
    uint64_t lines[UNKNOWN];
    uint64_t spaced_lines; /* with two blanks in a row inside them */
};

struct guessing {
    struct unknown_counts unknown;
    struct counts counts[DELIMITERS];
    unsigned delimiters;
    uint64_t lines, unknown_lines;
    struct elig_text *fields; /* COLUMNS_FIELDS_MAX */
};

static unsigned limited(size_t count)
{
    return count < COUNTS_MAX ? (unsigned)count : COUNTS_MAX;
}

static void count_quoted(struct counts *counts, const struct csv_row *row, const struct elig_text *fields)
{
    for (size_t i = 0; i < row->count; i++) {
        if (fields[i].bytes == row->bytes || fields[i].bytes[-1] != QUOTE)
            continue;
        counts->quoted_fields++;
        counts->needed_quotes += memchr(fields[i].bytes, counts->delimiter, fields[i].length) != NULL ||
                                 memchr(fields[i].bytes, QUOTE, fields[i].length) != NULL;
    }
}

/* The fields of a line as if the quote that is open at its end did not quote: the delimiters after it count,
 * too. */
static size_t count_open(const struct counts *counts, const struct csv_row *row, const struct elig_text *fields)
{
    struct elig_text last = fields[row->count - 1];
    size_t count = row->count;
    if (last.bytes + last.length < row->bytes + row->length)
        return count; /* what is wrong is text after a closing quote */
    for (size_t i = 0; i < last.length; i++)
        count += last.bytes[i] == counts->delimiter;
    return count;
}

/* Counts a line under one delimiter; number is its line number. */
static void count_line(struct guessing *guessing, struct counts *counts, struct elig_text line, uint64_t number)
{
    struct csv_row row;
    struct csv_reader reader = {(char *)line.bytes, line.length, number, {counts->delimiter, QUOTE}};
    bool is_open = csv_next(&reader, guessing->fields, COLUMNS_FIELDS_MAX, &row) == CSV_BAD_QUOTE;
    unsigned count = limited(is_open ? count_open(counts, &row, guessing->fields) : row.count);
    if (is_open) {
        if (counts->open_lines < DIALECT_GUESS_FIRST)
            counts->first_open[counts->open_lines] = number;
        counts->open_lines++;
        counts->open[count]++;
    } else {
        counts->closed[count]++;
        count_quoted(counts, &row, guessing->fields);
    }
    if (guessing->lines < TITLES_MAX)
        counts->first_lines[guessing->lines] = count;
}

static unsigned count_text(struct elig_text line, const char *text)
{
    size_t length = strlen(text);
    unsigned count = 0;
    for (size_t i = 0; i + length <= line.length; i++)
        count += memcmp(line.bytes + i, text, length) == 0;
    return count;
}

static void count_unknown(struct unknown_counts *counts, struct elig_text line, bool is_first)
{
    line = columns_trim(line);
    for (size_t i = 0; i < UNKNOWN; i++) {
        unsigned count = count_text(line, unknown[i]);
        if (is_first)
            counts->first[i] = count;
        counts->lines[i] += count > 0 && count == counts->first[i];
    }
    counts->spaced_lines += count_text(line, "  ") > 0;
}

/* Whether a count is that of nearly all lines. */
static bool is_nearly_all(uint64_t count, uint64_t lines)
{
    return count * 20 >= lines * 19 && lines > 1;
}

/* Names what separates the fields of lines that are one field each. */
static void conclude_unknown(const struct guessing *guessing, struct dialect_guess *guess)
{
    const struct unknown_counts *counts = &guessing->unknown;
    size_t best = UNKNOWN;
    for (size_t i = 0; i < UNKNOWN; i++)
        if (is_nearly_all(counts->lines[i], guessing->unknown_lines) &&
            (best == UNKNOWN || counts->lines[i] > counts->lines[best]))
            best = i;
    if (best < UNKNOWN && (uint8_t)unknown[best][0] < ' ')
        snprintf(guess->unknown, sizeof guess->unknown, "the control character %u", (unsigned)unknown[best][0]);
    else if (best < UNKNOWN)
        snprintf(guess->unknown, sizeof guess->unknown, "'%s'", unknown[best]);
    guess->is_fixed_width = is_nearly_all(counts->spaced_lines, guessing->unknown_lines);
}

/* The number of fields that most lines have, and how many do. */
static unsigned most_frequent(const struct counts *counts, uint64_t *lines)
{
    unsigned most = 1;
    for (unsigned i = 1; i <= COUNTS_MAX; i++)
        if (counts->closed[i] + counts->open[i] > counts->closed[most] + counts->open[most])
            most = i;
    *lines = counts->closed[most] + counts->open[most];
    return most;
}

/* Whether the quotes that are open at the end of lines are stray, and not those of fields of several lines:
 * these have further lines, which have another number of fields. */
static enum dialect_quoting quoting_of(const struct counts *counts, unsigned fields, uint64_t odd_lines,
                                       uint64_t lines)
{
    if (counts->quoted_fields + counts->open_lines == 0)
        return DIALECT_NO_QUOTES;
    if (counts->open[fields] <= odd_lines)
        return DIALECT_QUOTES;
    bool is_quoted = counts->needed_quotes > 0 || counts->quoted_fields * 2 >= lines;
    return is_quoted ? DIALECT_MIXED_QUOTES : DIALECT_STRAY_QUOTES;
}

static void conclude(const struct guessing *guessing, struct dialect_guess *guess)
{
    const struct counts *best = NULL;
    uint64_t best_lines = 0;
    for (unsigned i = 0; i < guessing->delimiters; i++) {
        uint64_t lines;
        unsigned fields = most_frequent(&guessing->counts[i], &lines);
        if (best == NULL || (fields > 1 && (guess->fields <= 1 || lines > best_lines ||
                                            (lines == best_lines && fields > guess->fields)))) {
            best = &guessing->counts[i];
            best_lines = lines;
            guess->fields = fields;
        }
    }
    guess->lines = guessing->lines;
    guess->odd_lines = guessing->lines - best_lines;
    guess->quoting = quoting_of(best, guess->fields, guess->odd_lines, guessing->lines);
    guess->dialect =
        (struct csv_dialect){best->delimiter, guess->quoting == DIALECT_STRAY_QUOTES ? '\0' : QUOTE};
    guess->open_lines = best->open_lines;
    memcpy(guess->first_open, best->first_open, sizeof guess->first_open);
    while (guess->title_lines < TITLES_MAX && guess->title_lines < guess->lines &&
           best->first_lines[guess->title_lines] != guess->fields)
        guess->title_lines++;
    if (guess->lines == 0)
        guess->fields = 0;
    if (guess->fields == 1)
        conclude_unknown(guessing, guess);
}

static int count_lines(struct guessing *guessing, struct text_blocks *blocks, bool *is_sample)
{
    struct csv_reader reader;
    struct csv_row row;
    bool is_end = false;
    int error = 0;
    while (error == 0 && !is_end && guessing->lines < DIALECT_GUESS_LINES) {
        error = text_blocks_next(blocks, &reader, &is_end);
        while (error == 0 && csv_next(&reader, guessing->fields, 1, &row) != CSV_END) {
            struct elig_text line = {row.bytes, row.length};
            for (unsigned i = 0; i < guessing->delimiters; i++)
                count_line(guessing, &guessing->counts[i], line, row.line);
            if (guessing->unknown_lines < UNKNOWN_LINES)
                count_unknown(&guessing->unknown, line, guessing->unknown_lines++ == 0);
            guessing->lines++;
        }
    }
    *is_sample = !is_end;
    return error;
}

int dialect_guess_file(const char *path, const char *encoding, char delimiter, struct dialect_guess *guess)
{
    struct text_blocks *blocks = NULL;
    struct guessing *guessing = calloc(1, sizeof *guessing);
    *guess = (struct dialect_guess){.fields = 0};
    int error = guessing != NULL ? text_blocks_open(&blocks, path, encoding, (struct csv_dialect){'\n', '\0'})
                                 : ELIG_E_MEMORY;
    if (error == 0) {
        guessing->fields = calloc(COLUMNS_FIELDS_MAX, sizeof *guessing->fields);
        guessing->delimiters = delimiter != '\0' ? 1 : DELIMITERS;
        for (unsigned i = 0; i < guessing->delimiters; i++)
            guessing->counts[i].delimiter = delimiter != '\0' ? delimiter : delimiters[i];
        error = guessing->fields != NULL ? count_lines(guessing, blocks, &guess->is_sample) : ELIG_E_MEMORY;
        if (error == 0)
            conclude(guessing, guess);
        free(guessing->fields);
    }
    text_blocks_close(blocks);
    free(guessing);
    return error;
}
