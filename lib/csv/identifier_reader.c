/* SPDX-License-Identifier: Apache-2.0 */
/* identifier_reader.c - blocks of rows to fields, parts and canonical forms. */
#include "lib/csv/identifier_reader.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "lib/csv/csv.h"
#include "lib/csv/doubt.h"
#include "lib/csv/hidden_rows.h"
#include "lib/elig/bytes.h"
#include "lib/elig/canon/canon.h"
#include "lib/elig/canon/raw_text.h"
#include "lib/elig/index/dictionary.h"
#include "lib/elig/parallel.h"
#include "lib/util/harden.h"

struct reading;

/* Rows that were overwritten cannot be counted: this many NUL bytes are taken for a line of a short one. */
#define NUL_BYTES_A_LINE 32

/* The canonical forms of one cell of several, each after its length in two bytes; the first that fit. */
#define CELL_FORMS_BYTES (16u << 10)

struct cell_forms {
    size_t length;
    uint8_t bytes[CELL_FORMS_BYTES];
};

/* What one thread needs. */
struct worker {
    const struct reading *reading;
    unsigned number;
    struct elig_text *fields; /* COLUMNS_FIELDS_MAX */
    struct row_block block;
    struct identifier_counts counts;
    bool is_row_rejected;                         /* the present row, or an identifier of it */
    char rewritten[ELIG_PARTS_MAX][NOTATION_MAX]; /* the parts of an identifier whose columns have a notation */
    uint8_t canonical[CANON_MAX];
    struct cell_forms cell; /* the present one */
};

struct reading {
    const struct identifier_source *source;
    const struct identifier_handler *handler;
    void *context;
    struct row_reader *rows;
    struct worker *workers;
    char last_day[DATE_BYTES + 1]; /* of dates that are not in the future */
};

/* Whether some of the parts have text. */
static bool has_text(const struct elig_text *parts, unsigned count)
{
    while (count > 0 && (parts[count - 1].length == 0 || raw_text_trim(parts[count - 1]).length == 0))
        count--;
    return count > 0;
}

static void add_doubt(struct identifier_counts *counts, unsigned doubt, uint64_t count, uint64_t first)
{
    counts->doubts[doubt] += count;
    if (first < counts->first_doubt[doubt])
        counts->first_doubt[doubt] = first;
}

/* Counts what is doubtful about the parts of an identifier. */
static void count_doubts(struct worker *worker, const struct identifier_row *row, const struct elig_kind *kind,
                         const struct identifier *identifier)
{
    const uint8_t *form = identifier->canonical;
    size_t length = identifier->length;
    for (unsigned i = 0; i < kind->part_count; i++) {
        if (kind->part_count > 1) {
            length = bytes_get_le16(form);
            form += CANON_LENGTH_BYTES;
        }
        unsigned doubts =
            doubt_find(kind->parts[i].type, identifier->typed[i], form, length, worker->reading->last_day);
        for (unsigned doubt = 0; doubts != 0 && doubt < DOUBT_COUNT; doubt++)
            if (doubts >> doubt & 1u)
                add_doubt(&worker->counts, doubt, 1, row_position(row->input, row->line));
        form += length;
    }
}

/* Brings one identifier into canonical form, after what was typed is rewritten where columns have a notation.
 */
static void canonicalize(struct worker *worker, struct identifier *identifier)
{
    const struct schema *schema = worker->reading->source->schema;
    const struct elig_kind *description = &schema->kinds[identifier->kind];
    const struct notation *notations = schema->notations[identifier->kind];
    struct elig_text parts[ELIG_PARTS_MAX];
    for (unsigned i = 0; i < description->part_count && identifier->reason == ELIG_REASON_NONE; i++) {
        parts[i] = identifier->typed[i];
        if (parts[i].length > 0)
            identifier->reason = notation_rewrite(&notations[i], parts[i], worker->rewritten[i], &parts[i]);
        identifier->part = description->part_count > 1 ? i + 1 : 0;
    }
    identifier->canonical = worker->canonical;
    if (identifier->reason != ELIG_REASON_NONE)
        return;
    identifier->part = 0;
    identifier->reason = canon_identifier(description, parts, worker->canonical, &identifier->length);
    if (identifier->reason != ELIG_REASON_NONE)
        identifier->part = canon_malformed_part(description, parts, identifier->reason);
}

/* Whether the cell had this identifier before: a row counts once among those in which an identifier stands. */
static bool is_in_cell(struct cell_forms *cell, const struct identifier *identifier)
{
    size_t at = 0, length = identifier->length;
    while (at < cell->length) {
        size_t before = bytes_get_le16(cell->bytes + at);
        if (before == length && memcmp(cell->bytes + at + 2, identifier->canonical, length) == 0)
            return true;
        at += 2 + before;
    }
    if (length <= UINT16_MAX && CELL_FORMS_BYTES - at >= 2 + length) {
        bytes_put_le16(cell->bytes + at, (uint16_t)length);
        memcpy(cell->bytes + at + 2, identifier->canonical, length);
        cell->length = at + 2 + length;
    }
    return false;
}

/* Counts one identifier and hands it over, unless the row is rejected: then it is only counted. Clears
 * *is_empty unless it is empty. */
static int read_identifier(struct worker *worker, const struct identifier_row *row, unsigned kind,
                           const struct elig_text *typed, bool is_rejected, bool *is_empty)
{
    const struct reading *reading = worker->reading;
    const struct elig_kind *description = &reading->source->schema->kinds[kind];
    struct identifier_counts *counts = &worker->counts;
    struct identifier identifier = {.kind = kind, .typed = typed, .reason = ELIG_REASON_NONE};
    canonicalize(worker, &identifier);
    if (is_rejected) {
        counts->rejected_with_label[kind] += identifier.reason == ELIG_REASON_NONE;
        return 0;
    }
    if (reading->source->schema->notations[kind][0].is_several && identifier.reason == ELIG_REASON_NONE &&
        is_in_cell(&worker->cell, &identifier))
        return 0;
    switch (identifier.reason) {
    case ELIG_REASON_NONE:
        counts->identifiers[kind]++;
        count_doubts(worker, row, description, &identifier);
        break;
    case ELIG_REASON_EMPTY:
        (has_text(typed, description->part_count) ? counts->incomplete : counts->empty)[kind]++;
        break;
    default:
        counts->malformed[kind]++;
        worker->is_row_rejected = true;
    }
    if (identifier.reason != ELIG_REASON_EMPTY)
        *is_empty = false;
    return reading->handler->identifier(reading->context, worker->number, row, &identifier);
}

/* Reads the identifiers of one kind that a row has: one, or where a cell holds several, each of them. */
static int read_kind(struct worker *worker, const struct identifier_row *row, unsigned kind, bool is_rejected,
                     bool *is_empty)
{
    const struct schema *schema = worker->reading->source->schema;
    const struct elig_kind *description = &schema->kinds[kind];
    struct elig_text typed[ELIG_PARTS_MAX], cell = row->fields[row->columns->part[kind][0]];
    enum elig_type type = (enum elig_type)description->parts[0].type;
    int error = 0;
    worker->cell.length = 0;
    if (schema->notations[kind][0].is_several && notation_next(&cell, type, &typed[0])) {
        do
            error = read_identifier(worker, row, kind, typed, is_rejected, is_empty);
        while (error == 0 && notation_next(&cell, type, &typed[0]));
        return error;
    }
    for (unsigned i = 0; i < description->part_count; i++)
        typed[i] = row->fields[row->columns->part[kind][i]];
    return read_identifier(worker, row, kind, typed, is_rejected, is_empty);
}

static int reject_row(struct worker *worker, const struct identifier_row *row, enum identifier_row_fault fault)
{
    const struct reading *reading = worker->reading;
    worker->is_row_rejected = fault != IDENTIFIER_ROW_EMPTY;
    return reading->handler->rejected_row != NULL
               ? reading->handler->rejected_row(reading->context, worker->number, row, fault)
               : 0;
}

/* Hands over all identifiers of a row, or rejects it. */
static int read_row(struct worker *worker, struct identifier_row *row)
{
    const struct reading *reading = worker->reading;
    bool is_empty = true;
    int error = 0;
    row->label =
        row->columns->label < 0 ? (struct elig_text){0} : columns_trim(row->fields[row->columns->label]);
    bool is_rejected = row->label.length > 0 && !dictionary_word_is_valid(row->label.bytes, row->label.length);
    worker->counts.rejected_labels += is_rejected;
    if (is_rejected)
        error = reject_row(worker, row, IDENTIFIER_ROW_LABEL);
    else if (reading->handler->row != NULL)
        error = reading->handler->row(reading->context, worker->number, row);
    for (unsigned kind = 0; kind < reading->source->schema->kind_count && error == 0; kind++)
        if (row->columns->has_kind[kind])
            error = read_kind(worker, row, kind, is_rejected, &is_empty);
        else if (!is_rejected)
            worker->counts.empty[kind]++;
    if (error != 0 || is_rejected || !is_empty)
        return error;
    worker->counts.rows_without_identifier++;
    return reject_row(worker, row, IDENTIFIER_ROW_EMPTY);
}

/* What is wrong with the form of a row; IDENTIFIER_ROW_NO_FAULT if nothing is. */
static enum identifier_row_fault form_fault(struct worker *worker, const struct csv_row *row,
                                            enum csv_result result)
{
    const struct schema *schema = worker->reading->source->schema;
    const struct columns *columns = worker->block.columns;
    if (memchr(row->bytes, '\0', row->length) != NULL)
        return IDENTIFIER_ROW_NUL;
    if (row->lines > schema->row_lines)
        return IDENTIFIER_ROW_LINES;
    if (row->lines > 1 && hidden_rows_exist(row, schema, columns))
        return IDENTIFIER_ROW_HIDDEN;
    if (result != CSV_ROW)
        return result == CSV_BAD_QUOTE ? IDENTIFIER_ROW_QUOTE : IDENTIFIER_ROW_WIDTH;
    return row->count == columns->fields ? IDENTIFIER_ROW_NO_FAULT : IDENTIFIER_ROW_WIDTH;
}

/* Counts a row, and hands its identifiers over or rejects it: for its form together with the row of several
 * lines before it, if there is one (long_row_line, else 0), in which a quote that is not one may have taken its
 * start. */
static int read_or_reject(struct worker *worker, struct identifier_row *row, enum identifier_row_fault fault,
                          uint64_t long_row_line)
{
    struct identifier_counts *counts = &worker->counts;
    counts->rows++;
    counts->lines += row->lines;
    counts->multiline_rows += row->lines > 1;
    counts->rejected_rows += fault != IDENTIFIER_ROW_NO_FAULT;
    worker->is_row_rejected = false;
    if (fault != IDENTIFIER_ROW_NO_FAULT && fault != IDENTIFIER_ROW_HEADER && long_row_line > 0) {
        row->lines += row->line - long_row_line;
        row->line = long_row_line;
    }
    int error = fault == IDENTIFIER_ROW_NO_FAULT ? read_row(worker, row) : reject_row(worker, row, fault);
    counts->lost_lines += worker->is_row_rejected ? row->lines : 0;
    return error;
}

/* Whether a row belongs to the part of the list that is read; if not, counts it. Its bytes decide, so that an
 * export of the same rows in another order is divided alike; in a row that is too long to be held, its line. */
static bool is_of_part(struct worker *worker, const struct csv_row *row)
{
    const struct identifier_source *source = worker->reading->source;
    if (source->parts == 1)
        return true;
    uint64_t hash = row->bytes != NULL ? XXH3_64bits(row->bytes, row->length) : row->line;
    bool is_ours = hash % source->parts == source->part;
    worker->counts.rows_hash += hash;
    worker->counts.rows_of_other_parts += !is_ours;
    return is_ours;
}

/* The line of the row before a block, if that takes several; else 0. */
static uint64_t line_of_long_row(const struct row_block *block)
{
    return block->lines_before > 1 ? block->line - block->lines_before : 0;
}

/* A row that is too long for a block. */
static int reject_long_row(struct worker *worker)
{
    const struct row_block *block = &worker->block;
    struct identifier_row row = {
        .input = block->input, .line = block->line, .lines = block->lines, .columns = block->columns};
    if (!is_of_part(worker, &(struct csv_row){.line = row.line}))
        return 0;
    worker->counts.lost_lines += block->nul_bytes / NUL_BYTES_A_LINE;
    return read_or_reject(worker, &row, block->nul_bytes > 0 ? IDENTIFIER_ROW_NUL : IDENTIFIER_ROW_LONG,
                          line_of_long_row(block));
}

static int read_rows(struct worker *worker)
{
    const struct row_block *block = &worker->block;
    struct csv_dialect dialect = worker->reading->source->schema->dialect;
    struct csv_reader csv = {block->bytes + block->start, block->length - block->start, block->line, dialect};
    struct identifier_row row = {.input = block->input, .fields = worker->fields, .columns = block->columns};
    struct csv_row csv_row;
    enum csv_result result;
    uint64_t next_long = line_of_long_row(block);
    int error = 0;
    while (error == 0 && (result = csv_next(&csv, worker->fields, COLUMNS_FIELDS_MAX, &csv_row)) != CSV_END) {
        uint64_t long_row_line = next_long;
        next_long = csv_row.lines > 1 ? csv_row.line : 0;
        if (!is_of_part(worker, &csv_row))
            continue;
        row.line = csv_row.line;
        row.lines = csv_row.lines;
        enum identifier_row_fault fault = form_fault(worker, &csv_row, result);
        if (fault == IDENTIFIER_ROW_NUL)
            worker->counts.lost_lines += csv_count_nul(csv_row.bytes, csv_row.length) / NUL_BYTES_A_LINE;
        csv_unquote(&csv_row, dialect, worker->fields);
        if (fault == IDENTIFIER_ROW_NO_FAULT && columns_is_header(row.columns, worker->fields))
            fault = IDENTIFIER_ROW_HEADER;
        error = read_or_reject(worker, &row, fault, long_row_line);
        if (fault != IDENTIFIER_ROW_NO_FAULT) /* its lines are named */
            next_long = 0;
    }
    return error;
}

static int read_block(struct worker *worker)
{
    const struct reading *reading = worker->reading;
    int error = worker->block.lines > 0 ? reject_long_row(worker) : read_rows(worker);
    if (error == 0 && reading->handler->block_end != NULL)
        error = reading->handler->block_end(reading->context, worker->number);
    return error;
}

/* Reads blocks until there are no more. Each piece of parallel_run() is one thread's share of the blocks. */
static int read_blocks(void *context, unsigned number, uint64_t piece)
{
    const struct reading *reading = context;
    struct worker *worker = &reading->workers[number];
    bool is_end = false;
    int error = 0;
    (void)piece;
    while (error == 0 && (error = row_reader_next(reading->rows, &worker->block, &is_end)) == 0 && !is_end) {
        for (unsigned kind = 0; kind < ELIG_KINDS_MAX; kind++)
            worker->counts.has_kind[kind] &= worker->block.columns->has_kind[kind];
        error = read_block(worker);
        int error_number = errno;
        progress_add(reading->source->progress, worker->block.read_bytes);
        sodium_memzero(worker->block.bytes, worker->block.length);
        errno = error_number;
    }
    if (error != 0)
        row_reader_stop(reading->rows);
    sodium_memzero(worker->canonical, sizeof worker->canonical);
    sodium_memzero(worker->rewritten, sizeof worker->rewritten);
    sodium_memzero(&worker->cell, sizeof worker->cell);
    harden_clear_stack();
    return error;
}

/* ---- All threads ---- */

struct identifier_counts identifier_counts_start(void)
{
    struct identifier_counts counts = {.bytes = 0};
    for (unsigned doubt = 0; doubt < DOUBT_COUNT; doubt++)
        counts.first_doubt[doubt] = UINT64_MAX;
    for (unsigned kind = 0; kind < ELIG_KINDS_MAX; kind++)
        counts.has_kind[kind] = true;
    return counts;
}

static void add_counts(struct identifier_counts *sum, const struct identifier_counts *more)
{
    sum->rows += more->rows;
    sum->rows_of_other_parts += more->rows_of_other_parts;
    sum->rows_hash += more->rows_hash;
    sum->lines += more->lines;
    sum->multiline_rows += more->multiline_rows;
    sum->lost_lines += more->lost_lines;
    sum->rejected_rows += more->rejected_rows;
    sum->rejected_labels += more->rejected_labels;
    sum->rows_without_identifier += more->rows_without_identifier;
    for (unsigned doubt = 0; doubt < DOUBT_COUNT; doubt++)
        add_doubt(sum, doubt, more->doubts[doubt], more->first_doubt[doubt]);
    for (unsigned kind = 0; kind < ELIG_KINDS_MAX; kind++) {
        sum->identifiers[kind] += more->identifiers[kind];
        sum->empty[kind] += more->empty[kind];
        sum->incomplete[kind] += more->incomplete[kind];
        sum->rejected_with_label[kind] += more->rejected_with_label[kind];
        sum->malformed[kind] += more->malformed[kind];
        sum->has_kind[kind] &= more->has_kind[kind];
    }
}

/* Prepares up to source->threads workers; returns for how many there is memory. */
static unsigned make_workers(struct reading *reading)
{
    for (unsigned i = 0; i < reading->source->threads; i++) {
        struct worker *worker = &reading->workers[i];
        worker->reading = reading;
        worker->number = i;
        worker->counts = identifier_counts_start();
        worker->fields = calloc(COLUMNS_FIELDS_MAX, sizeof *worker->fields);
        worker->block.bytes = malloc(ROW_READER_BLOCK_BYTES);
        if (worker->fields == NULL || worker->block.bytes == NULL)
            return i;
    }
    return reading->source->threads;
}

static void free_workers(struct reading *reading)
{
    for (unsigned i = 0; reading->workers != NULL && i < reading->source->threads; i++) {
        struct worker *worker = &reading->workers[i];
        if (worker->block.bytes != NULL)
            sodium_memzero(worker->block.bytes, ROW_READER_BLOCK_BYTES);
        free(worker->block.bytes);
        free(worker->fields);
    }
    free(reading->workers);
}

int identifier_reader_run(const struct identifier_source *source, const struct identifier_handler *handler,
                          void *context, struct identifier_counts *counts)
{
    struct reading reading = {.source = source, .handler = handler, .context = context};
    int error = row_reader_open(source->schema, source->inputs, source->input_count, source->may_lack_kinds,
                                source->profile, &reading.rows);
    doubt_last_day(reading.last_day);
    reading.workers = calloc(source->threads, sizeof *reading.workers);
    unsigned threads = reading.workers != NULL ? make_workers(&reading) : 0;
    if (error == 0)
        error = threads > 0 ? parallel_run(threads, threads, read_blocks, &reading) : ELIG_E_MEMORY;
    int error_number = errno;
    for (unsigned i = 0; i < threads; i++)
        add_counts(counts, &reading.workers[i].counts);
    if (reading.rows != NULL)
        counts->bytes += row_reader_bytes(reading.rows);
    row_reader_close(reading.rows);
    free_workers(&reading);
    errno = error_number;
    return error;
}
