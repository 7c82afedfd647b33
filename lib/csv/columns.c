/* SPDX-License-Identifier: Apache-2.0 */
/* columns.c - looks names and numbers of columns up in the first row. */
#include "lib/csv/columns.h"

#include <stdlib.h>
#include <string.h>

#include "lib/csv/first_row.h"
#include "lib/elig/canon/canon.h"
#include "lib/elig/canon/raw_text.h"
#include "lib/util/message.h"
#include "lib/util/parse.h"

enum { NOT_FOUND = -1, TWICE = -2, USED = -3 };

struct elig_text columns_trim(struct elig_text text)
{
    return text.length > 0 ? raw_text_trim(text) : text;
}

/* Whether two names are one as `text`. */
static bool is_same_text(struct elig_text a, struct elig_text b)
{
    static const struct elig_part text = {.type = ELIG_TYPE_TEXT};
    uint8_t canonical[2][CANON_PART_MAX];
    size_t lengths[2];
    return canon_part(&text, a, canonical[0], &lengths[0]) == ELIG_REASON_NONE &&
           canon_part(&text, b, canonical[1], &lengths[1]) == ELIG_REASON_NONE && lengths[0] == lengths[1] &&
           memcmp(canonical[0], canonical[1], lengths[0]) == 0;
}

static bool is_same(struct elig_text a, struct elig_text b)
{
    return a.length == b.length && memcmp(a.bytes, b.bytes, a.length) == 0;
}

/* The number of the field whose name is the same; NOT_FOUND or TWICE. */
static int find_name(struct elig_text name, const struct elig_text *row, unsigned fields,
                     bool (*is_equal)(struct elig_text, struct elig_text))
{
    int found = NOT_FOUND;
    for (unsigned i = 0; i < fields; i++)
        if (is_equal(name, columns_trim(row[i])))
            found = found == NOT_FOUND ? (int)i : TWICE;
    return found;
}

/* The number of the field that the header calls name, or that name is the number of; or NOT_FOUND or TWICE. */
static int find_field(const struct schema *schema, const char *name, const struct elig_text *row,
                      unsigned fields)
{
    struct elig_text text = {name, strlen(name)};
    int found = NOT_FOUND;
    uint64_t number;
    if (schema->has_header)
        found = find_name(text, row, fields, is_same);
    if (schema->has_header && found == NOT_FOUND)
        found = find_name(text, row, fields, is_same_text);
    if (found == NOT_FOUND && parse_number(name, 1, fields, &number))
        found = (int)number - 1;
    return found;
}

/* Says that there is no such column, and which there are; returns MESSAGE_E_REFUSED. */
static int explain_missing(const struct schema *schema, const char *file, const char *name,
                           const struct elig_text *row, unsigned fields)
{
    char names[FIRST_ROW_NAMES_MAX];
    if (!schema->has_header)
        return message_refuse(
            "read %s: no column '%s' in the first row, which has %u: with --no-header columns "
            "are numbers from 1",
            file, name, fields);
    if (first_row_names(row, fields, names))
        return message_refuse("read %s: no column '%s' in the first row: its columns are %s%s", file, name,
                              names, fields == 1 ? " (is the delimiter another one?)" : "");
    return message_refuse(
        "read %s: no column '%s' in the first row, which has %u, and is not shown, since it may "
        "be a person's (is the delimiter or the encoding another one? Are there lines above the "
        "header?)",
        file, name, fields);
}

/* Says why a column was not found; returns MESSAGE_E_REFUSED. */
static int explain(const struct schema *schema, const char *file, const char *name, int found,
                   const struct elig_text *row, unsigned fields)
{
    if (found == NOT_FOUND)
        return explain_missing(schema, file, name, row, fields);
    return message_refuse(found == TWICE
                              ? "read %s: more than one column is called '%s', case and blanks aside; "
                                "give its number instead"
                              : "read %s: column '%s' is given twice for one kind",
                          file, name);
}

/* Finds the columns of one kind; if one is not found, *missing is its name, and *found is NOT_FOUND, TWICE, or
 * USED: it is another part's column, too. */
static bool find_kind(struct columns *columns, const struct schema *schema, unsigned kind,
                      const struct elig_text *row, const char **missing, int *found)
{
    for (unsigned i = 0; i < schema->kinds[kind].part_count; i++) {
        *missing = schema->columns[kind][i];
        *found = find_field(schema, *missing, row, columns->fields);
        if (*found < 0)
            return false;
        for (unsigned j = 0; j < i; j++)
            if (columns->part[kind][j] == *found) {
                *found = USED;
                return false;
            }
        columns->part[kind][i] = *found;
    }
    return true;
}

static bool is_name(const char *name, const struct elig_text *row, unsigned fields)
{
    struct elig_text text = {name, strlen(name)};
    return find_name(text, row, fields, is_same) != NOT_FOUND ||
           find_name(text, row, fields, is_same_text) != NOT_FOUND;
}

/* Whether some column is given by its name in the first row, rather than by number. */
static bool has_name(const struct schema *schema, const struct elig_text *row, unsigned fields)
{
    if (schema->label_column != NULL && is_name(schema->label_column, row, fields))
        return true;
    for (unsigned kind = 0; kind < schema->kind_count; kind++)
        for (unsigned i = 0; i < schema->kinds[kind].part_count; i++)
            if (is_name(schema->columns[kind][i], row, fields))
                return true;
    return false;
}

int columns_header_copy(struct columns_header *header, const struct elig_text *row, unsigned fields)
{
    size_t bytes = 0;
    for (unsigned i = 0; i < fields; i++)
        bytes += row[i].length;
    header->names = calloc(fields, sizeof *header->names);
    header->bytes = malloc(bytes + 1);
    if (header->names == NULL || header->bytes == NULL)
        return ELIG_E_MEMORY;
    char *at = header->bytes;
    for (unsigned i = 0; i < fields; i++) {
        struct elig_text name = columns_trim(row[i]);
        memcpy(at, name.bytes, name.length);
        header->names[i] = (struct elig_text){at, name.length};
        at += name.length;
    }
    return 0;
}

void columns_header_free(struct columns_header *header)
{
    free(header->names);
    free(header->bytes);
    *header = (struct columns_header){NULL, NULL};
}

#define NAME_BYTES_MIN 3 /* of a name that is no accident at the end of a field */

static bool ends_with(struct elig_text field, struct elig_text name)
{
    return name.length >= NAME_BYTES_MIN && field.length > name.length &&
           memcmp(field.bytes + field.length - name.length, name.bytes, name.length) == 0;
}

/* Whether the fields of a row are the names of the columns, as names are compared. */
bool columns_is_header(const struct columns *columns, const struct elig_text *row)
{
    if (columns->header.names == NULL)
        return false;
    if (columns->fields == 1 && ends_with(columns_trim(row[0]), columns->header.names[0]))
        return true;
    for (unsigned i = 0; i < columns->fields; i++) {
        struct elig_text field = columns_trim(row[i]), name = columns->header.names[i];
        if (is_same(field, name))
            continue;
        bool may_be_same = field.length > 0 && name.length > 0 &&
                           ((field.bytes[0] ^ name.bytes[0]) % 32 == 0 || (uint8_t)field.bytes[0] >= 0x80);
        if (!may_be_same || !is_same_text(field, name))
            return false;
    }
    return true;
}

void columns_free(struct columns *columns)
{
    columns_header_free(&columns->header);
}

int columns_find(struct columns *columns, const struct schema *schema, const char *file,
                 const struct elig_text *first_row, unsigned fields, bool may_lack_kinds)
{
    const char *missing = NULL;
    int found = NOT_FOUND;
    unsigned kinds_found = 0;
    *columns = (struct columns){.fields = fields, .label = -1};
    for (unsigned kind = 0; kind < schema->kind_count; kind++) {
        columns->has_kind[kind] = find_kind(columns, schema, kind, first_row, &missing, &found);
        kinds_found += (unsigned)columns->has_kind[kind];
        if (!columns->has_kind[kind] && (!may_lack_kinds || found != NOT_FOUND))
            return explain(schema, file, missing, found, first_row, fields);
    }
    if (kinds_found == 0)
        return explain(schema, file, missing, found, first_row, fields);
    for (unsigned kind = 0; kind < schema->kind_count; kind++)
        if (!columns->has_kind[kind])
            message("read %s: warning: it has no column for the kind '%s', of which it excludes nothing", file,
                    schema->kinds[kind].name);
    if (schema->label_column != NULL) {
        columns->label = find_field(schema, schema->label_column, first_row, fields);
        if (columns->label < 0)
            return explain(schema, file, schema->label_column, columns->label, first_row, fields);
    }
    if (!schema->has_header)
        return 0;
    if (first_row_is_data(schema, columns, first_row))
        return message_refuse(
            "read %s: the first row holds somebody's identifier, where the header should be: has "
            "the list none (--no-header)?",
            file);
    if (first_row_may_be_data(schema, columns, first_row, has_name(schema, first_row, fields)))
        return message_refuse(
            "read %s: columns are given by number, and the first row, which would be left out as the header, "
            "has "
            "no word of headers: has the list none (--no-header)? If it has one, give a column by its name",
            file);
    return columns_header_copy(&columns->header, first_row, fields);
}
