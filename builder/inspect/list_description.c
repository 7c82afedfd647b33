/* SPDX-License-Identifier: Apache-2.0 */
/* list_description.c - the passes over a list, and whether its first row is a header. */
#include "builder/inspect/list_description.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "builder/inspect/text_blocks.h"
#include "lib/csv/columns.h"
#include "lib/csv/first_row.h"
#include "lib/elig/index/plain_text.h"

#define DOUBTFUL_DIGITS 4 /* of a header's cell that may be an identifier */

/* A row of the table, for a pass. */
typedef int row_handler(struct list_description *list, const struct csv_row *row,
                        const struct elig_text *fields);

/* Calls the handler for each row that has as many fields as most, from the first such row on, the header
 * included, until it returns something else than 0; a positive number ends the pass. */
static int for_each_row(struct list_description *list, row_handler *handle)
{
    struct text_blocks *blocks;
    struct csv_reader reader;
    struct csv_row row;
    bool is_end = false;
    struct elig_text *fields = calloc(COLUMNS_FIELDS_MAX, sizeof *fields);
    int error = text_blocks_open(&blocks, list->path, list->encoding_name, list->dialect.dialect);
    if (error == 0 && fields == NULL)
        error = ELIG_E_MEMORY;
    while (error == 0 && !is_end) {
        error = text_blocks_next(blocks, &reader, &is_end);
        enum csv_result result;
        while (error == 0 && (result = csv_next(&reader, fields, COLUMNS_FIELDS_MAX, &row)) != CSV_END) {
            if (result != CSV_ROW || row.count != list->dialect.fields)
                continue;
            csv_unquote(&row, list->dialect.dialect, fields);
            error = handle(list, &row, fields);
        }
    }
    text_blocks_close(blocks);
    free(fields);
    return error > 0 ? 0 : error;
}

/* ---- The first row ---- */

static int keep_first_row(struct list_description *list, const struct csv_row *row,
                          const struct elig_text *fields)
{
    return columns_header_copy(&list->header, fields, (unsigned)row->count);
}

/* Whether a cell is an address, a phone number, a date or a number. */
static int is_data(const struct column_statistics *column, struct elig_text cell, bool *result)
{
    struct column_statistics first;
    int error = column_statistics_start(&first, &column->regions);
    *result = false;
    if (error == 0)
        column_statistics_add(&first, cell, 1, true);
    for (unsigned i = 0; error == 0 && i < first.type_count; i++)
        *result |= first.types[i].part.type != ELIG_TYPE_TEXT && first.types[i].accepted > 0;
    column_statistics_free(&first);
    return error;
}

static bool has_digit_or_at(const struct list_description *list)
{
    for (unsigned i = 0; i < list->dialect.fields; i++)
        for (size_t j = 0; j < list->header.names[i].length; j++)
            if (strchr("0123456789@", list->header.names[i].bytes[j]) != NULL)
                return true;
    return false;
}

/* Whether the first row's cell in a column of addresses, phone numbers or numbers is like these. */
static bool is_doubtful(const struct column_type *type, struct elig_text cell)
{
    size_t digits = 0;
    for (size_t i = 0; i < cell.length; i++)
        digits += cell.bytes[i] >= '0' && cell.bytes[i] <= '9';
    return (type->part.type == ELIG_TYPE_EMAIL && memchr(cell.bytes, '@', cell.length) != NULL) ||
           digits >= DOUBTFUL_DIGITS;
}

static bool has_repeated_cell(const struct list_description *list)
{
    for (unsigned i = 0; i < list->column_count; i++)
        if (list->is_repeated[i])
            return true;
    return false;
}

/* Whether more than half of the first row's cells have a word that headers have. */
static bool has_known_words(const struct list_description *list)
{
    unsigned known = 0;
    for (unsigned i = 0; i < list->dialect.fields; i++)
        known += first_row_is_known(&list->header.names[i], 1) ||
                 header_word_find(list->header.names[i]) != HEADER_WORD_OTHER;
    return 2 * known > list->dialect.fields;
}

/* Whether the first row is a header: in each column whose cells are addresses, phone numbers, dates or numbers,
 * its cell is no such thing; and where there is no such column, it has no digit, words that headers have, and
 * no cell that stands in the same column of another row.
 */
static int find_header(struct list_description *list)
{
    bool has_typed_column = false, is_person = false;
    bool is_known = has_known_words(list);
    for (unsigned i = 0; i < list->column_count && !is_person; i++) {
        const struct column_type *type = column_statistics_type(&list->columns[i]);
        struct elig_text cell = list->header.names[i];
        if (type == NULL || type->part.type == ELIG_TYPE_TEXT || cell.length == 0)
            continue;
        int error = is_data(&list->columns[i], cell, &is_person);
        if (error != 0)
            return error;
        has_typed_column = true;
        list->is_header_doubtful |= is_doubtful(type, cell);
        is_known |= header_word_find(cell) != HEADER_WORD_OTHER;
    }
    list->has_header =
        !is_person && (has_typed_column || (is_known && !has_digit_or_at(list) && !has_repeated_cell(list)));
    list->is_header_doubtful &= list->has_header;
    list->hidden = has_digit_or_at(list)     ? "it has a digit or an '@'"
                   : has_repeated_cell(list) ? "a cell of it stands in its column in another row, too"
                   : !is_known               ? "too few of its words are known as those of headers"
                                             : NULL;
    return 0;
}

/* Whether the first row can be printed. */
static bool is_plain(const struct list_description *list)
{
    for (unsigned i = 0; i < list->dialect.fields; i++)
        if (!plain_text_is_valid(list->header.names[i].bytes, list->header.names[i].length))
            return false;
    return true;
}

static int conclude_header(struct list_description *list, const struct list_given *given)
{
    if (list->header.names == NULL)
        return 0;
    int error = given->is_without_header ? 0 : find_header(list);
    if (error != 0)
        return error;
    if (list->hidden == NULL && !is_plain(list))
        list->hidden = "it has control characters";
    list->is_named = list->has_header && list->hidden == NULL;
    for (unsigned i = 0; i < list->column_count; i++)
        if (list->has_header)
            list->columns[i].header = header_word_find(list->header.names[i]);
        else
            column_statistics_add(&list->columns[i], list->header.names[i], 1, true);
    list->rows += !list->has_header;
    list->lines += !list->has_header;
    return 0;
}

/* ---- Passes ---- */

/* The first rows, for regions, which are kept where the columns are. */
static int try_regions(struct list_description *list, const struct csv_row *row, const struct elig_text *fields)
{
    for (size_t i = 0; i < row->count; i++) {
        struct elig_text cell = columns_trim(fields[i]);
        region_hints_add(&list->hints, cell);
        if (i < list->column_count)
            region_guess_add(&list->columns[i].regions, cell);
    }
    return ++list->tried_rows == REGION_GUESS_CELLS ? 1 : 0;
}

static bool is_equal(struct elig_text a, struct elig_text b)
{
    return a.length == b.length && a.length > 0 && memcmp(a.bytes, b.bytes, a.length) == 0;
}

/* Whether a row is the first one once more, as in lists that were put together. */
static bool is_first_row(const struct list_description *list, const struct elig_text *fields)
{
    for (unsigned i = 0; i < list->column_count; i++)
        if (list->header.names[i].length > 0 && !is_equal(columns_trim(fields[i]), list->header.names[i]))
            return false;
    return true;
}

static int add_row(struct list_description *list, const struct csv_row *row, const struct elig_text *fields)
{
    if (list->header.names == NULL)
        return keep_first_row(list, row, fields);
    bool is_tried = list->rows < LIST_DESCRIPTION_ROWS || list->rows % LIST_DESCRIPTION_STEP == 0;
    list->rows++;
    list->lines += row->lines;
    list->tried_rows += is_tried;
    if (row->lines > 1 && list->multiline_rows++ == 0)
        list->first_multiline = row->line;
    bool is_first = is_first_row(list, fields);
    for (unsigned i = 0; i < list->column_count; i++) {
        column_statistics_add(&list->columns[i], fields[i], row->line, is_tried);
        list->is_repeated[i] |= !is_first && is_equal(columns_trim(fields[i]), list->header.names[i]);
    }
    return 0;
}

static int allocate_columns(struct list_description *list)
{
    unsigned count =
        list->dialect.fields < LIST_DESCRIPTION_COLUMNS ? list->dialect.fields : LIST_DESCRIPTION_COLUMNS;
    list->columns = calloc(count + 1, sizeof *list->columns);
    list->is_repeated = calloc(count + 1, sizeof *list->is_repeated);
    list->column_count = list->columns != NULL ? count : 0;
    return list->columns != NULL && list->is_repeated != NULL ? 0 : ELIG_E_MEMORY;
}

static int start_columns(struct list_description *list, const struct list_given *given)
{
    int error = 0;
    for (unsigned i = 0; error == 0 && i < list->column_count; i++) {
        struct region_guess regions = list->columns[i].regions;
        region_guess_conclude(&regions, &list->hints, given->regions, given->region_count);
        error = column_statistics_start(&list->columns[i], &regions);
    }
    return error;
}

int list_description_make(struct list_description *list, const char *path, const struct list_given *given)
{
    *list = (struct list_description){.path = path};
    int error = encoding_guess_file(path, &list->encoding);
    if (error != 0 || list->encoding.advice != NULL)
        return error;
    list->encoding_name = given->encoding != NULL ? given->encoding : list->encoding.name;
    if (list->encoding_name == NULL)
        return 0;
    error = dialect_guess_file(path, list->encoding_name, given->delimiter, &list->dialect);
    if (error == 0)
        error = allocate_columns(list);
    if (error == 0)
        error = for_each_row(list, try_regions);
    list->tried_rows = 0;
    if (error == 0)
        error = start_columns(list, given);
    if (error == 0)
        error = for_each_row(list, add_row);
    return error == 0 ? conclude_header(list, given) : error;
}

void list_description_free(struct list_description *list)
{
    for (unsigned i = 0; i < list->column_count; i++)
        column_statistics_free(&list->columns[i]);
    free(list->columns);
    free(list->is_repeated);
    columns_header_free(&list->header);
    *list = (struct list_description){.path = NULL};
}
