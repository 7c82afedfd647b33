/* SPDX-License-Identifier: Apache-2.0 */
/* list_profile.c - the passes over a list, and whether its first row is a header. */
#include "builder/inspect/list_profile.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "builder/inspect/text_blocks.h"
#include "lib/csv/columns.h"
#include "lib/csv/first_row.h"

/* A row of the table, for a pass. */
typedef int row_handler(struct list_profile *list, const struct csv_row *row, const struct elig_text *fields);

/* Calls the handler for each row that has as many fields as most, from the first such row on, the header
 * included, until it returns something else than 0; a positive number ends the pass. */
static int for_each_row(struct list_profile *list, row_handler *handle)
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

static int keep_first_row(struct list_profile *list, const struct csv_row *row, const struct elig_text *fields)
{
    list->header = calloc(row->count, sizeof *list->header);
    list->header_bytes = malloc(row->length + 1);
    if (list->header == NULL || list->header_bytes == NULL)
        return ELIG_E_MEMORY;
    char *at = list->header_bytes;
    for (size_t i = 0; i < row->count; i++) {
        struct elig_text cell = columns_trim(fields[i]);
        list->header[i] = (struct elig_text){at, cell.length};
        memcpy(at, cell.bytes, cell.length);
        at += cell.length;
    }
    return 0;
}

/* Whether the first row is a header: in each column whose cells are addresses, phone numbers, dates or numbers,
 * its cell is no such thing; and where there is no such column, it has no digit, and a word that headers have.
 */
static bool is_header(const struct list_profile *list)
{
    bool has_typed_column = false;
    for (unsigned i = 0; i < list->column_count; i++) {
        struct column_profile first;
        const struct column_type *type = column_profile_type(&list->columns[i]);
        if (type == NULL || type->part.type == ELIG_TYPE_TEXT || list->header[i].length == 0)
            continue;
        if (column_profile_start(&first, &list->regions) != 0)
            return true;
        column_profile_add(&first, list->header[i], 1, true);
        bool is_data = false;
        for (unsigned j = 0; j < first.type_count; j++)
            is_data |= first.types[j].part.type != ELIG_TYPE_TEXT && first.types[j].accepted > 0;
        column_profile_free(&first);
        if (is_data)
            return false;
        has_typed_column = true;
    }
    for (unsigned i = 0; i < list->dialect.fields && !has_typed_column; i++)
        for (size_t j = 0; j < list->header[i].length; j++)
            if (strchr("0123456789@", list->header[i].bytes[j]) != NULL)
                return false;
    return has_typed_column || first_row_is_known(list->header, list->dialect.fields);
}

static void conclude_header(struct list_profile *list, const struct list_given *given)
{
    char names[FIRST_ROW_NAMES_MAX];
    if (list->header == NULL)
        return;
    list->has_header = !given->is_without_header && is_header(list);
    list->is_named = list->has_header && first_row_names(list->header, list->dialect.fields, names);
    for (unsigned i = 0; i < list->column_count && !list->has_header; i++)
        column_profile_add(&list->columns[i], list->header[i], 1, true);
    list->rows += !list->has_header;
    list->lines += !list->has_header;
}

/* ---- Passes ---- */

/* The first rows, for regions. */
static int try_regions(struct list_profile *list, const struct csv_row *row, const struct elig_text *fields)
{
    for (size_t i = 0; i < row->count; i++)
        region_guess_add(&list->regions, columns_trim(fields[i]));
    return ++list->tried_rows == REGION_GUESS_CELLS ? 1 : 0;
}

static int add_row(struct list_profile *list, const struct csv_row *row, const struct elig_text *fields)
{
    if (list->header == NULL)
        return keep_first_row(list, row, fields);
    bool is_tried = list->rows < LIST_PROFILE_ROWS || list->rows % LIST_PROFILE_STEP == 0;
    list->rows++;
    list->lines += row->lines;
    list->tried_rows += is_tried;
    if (row->lines > 1 && list->multiline_rows++ == 0)
        list->first_multiline = row->line;
    for (unsigned i = 0; i < list->column_count; i++)
        column_profile_add(&list->columns[i], fields[i], row->line, is_tried);
    return 0;
}

static int start_columns(struct list_profile *list)
{
    unsigned count = list->dialect.fields < LIST_PROFILE_COLUMNS ? list->dialect.fields : LIST_PROFILE_COLUMNS;
    list->columns = calloc(count + 1, sizeof *list->columns);
    int error = list->columns != NULL ? 0 : ELIG_E_MEMORY;
    for (; error == 0 && list->column_count < count; list->column_count++)
        error = column_profile_start(&list->columns[list->column_count], &list->regions);
    return error;
}

int list_profile_make(struct list_profile *list, const char *path, const struct list_given *given)
{
    *list = (struct list_profile){.path = path};
    int error = encoding_guess_file(path, &list->encoding);
    if (error != 0 || list->encoding.advice != NULL)
        return error;
    list->encoding_name = given->encoding != NULL ? given->encoding : list->encoding.name;
    if (list->encoding_name == NULL)
        return 0;
    error = dialect_guess_file(path, list->encoding_name, given->delimiter, &list->dialect);
    if (error == 0)
        error = for_each_row(list, try_regions);
    region_guess_conclude(&list->regions, given->regions, given->region_count);
    list->tried_rows = 0;
    if (error == 0)
        error = start_columns(list);
    if (error == 0)
        error = for_each_row(list, add_row);
    if (error == 0)
        conclude_header(list, given);
    return error;
}

void list_profile_free(struct list_profile *list)
{
    for (unsigned i = 0; i < list->column_count; i++)
        column_profile_free(&list->columns[i]);
    free(list->columns);
    free(list->header);
    free(list->header_bytes);
    *list = (struct list_profile){.path = NULL};
}
