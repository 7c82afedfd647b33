/* SPDX-License-Identifier: Apache-2.0 */
/* list_description.c - the passes over a list, and whether its first row is a header. */
#include "builder/inspect/list_description.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "builder/inspect/text_blocks.h"
#include "lib/csv/columns.h"
#include "lib/csv/first_row.h"

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

/* Whether the first row is a header: in each column whose cells are addresses, phone numbers, dates or numbers,
 * its cell is no such thing; and where there is no such column, it has no digit, and a word that headers have.
 */
static int find_header(struct list_description *list)
{
    bool has_typed_column = false, is_person = false;
    for (unsigned i = 0; i < list->column_count && !is_person; i++) {
        const struct column_type *type = column_statistics_type(&list->columns[i]);
        if (type == NULL || type->part.type == ELIG_TYPE_TEXT || list->header.names[i].length == 0)
            continue;
        int error = is_data(&list->columns[i], list->header.names[i], &is_person);
        if (error != 0)
            return error;
        has_typed_column = true;
    }
    list->has_header =
        !is_person && (has_typed_column || (!has_digit_or_at(list) &&
                                            first_row_is_known(list->header.names, list->dialect.fields)));
    return 0;
}

static int conclude_header(struct list_description *list, const struct list_given *given)
{
    char names[FIRST_ROW_NAMES_MAX];
    if (list->header.names == NULL)
        return 0;
    int error = given->is_without_header ? 0 : find_header(list);
    if (error != 0)
        return error;
    list->is_named = list->has_header && first_row_names(list->header.names, list->dialect.fields, names);
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
    for (unsigned i = 0; i < list->column_count; i++)
        column_statistics_add(&list->columns[i], fields[i], row->line, is_tried);
    return 0;
}

static int allocate_columns(struct list_description *list)
{
    unsigned count =
        list->dialect.fields < LIST_DESCRIPTION_COLUMNS ? list->dialect.fields : LIST_DESCRIPTION_COLUMNS;
    list->columns = calloc(count + 1, sizeof *list->columns);
    list->column_count = list->columns != NULL ? count : 0;
    return list->columns != NULL ? 0 : ELIG_E_MEMORY;
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
    columns_header_free(&list->header);
    *list = (struct list_description){.path = NULL};
}
