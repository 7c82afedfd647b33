/* SPDX-License-Identifier: Apache-2.0 */
/* columns.c - looks names and numbers of columns up in the first row. */
#include "lib/csv/columns.h"

#include <string.h>

#include "lib/util/message.h"
#include "lib/util/parse.h"

enum { NOT_FOUND = -1, TWICE = -2, USED = -3 };

struct elig_text columns_trim(struct elig_text text)
{
    static const char white[] = {' ', '\t', '\r', '\n'};
    while (text.length > 0 && memchr(white, text.bytes[0], sizeof white) != NULL) {
        text.bytes++;
        text.length--;
    }
    while (text.length > 0 && memchr(white, text.bytes[text.length - 1], sizeof white) != NULL)
        text.length--;
    return text;
}

/* The number of the field that the header calls name, or that name is the number of; or NOT_FOUND or TWICE. */
static int find_field(const struct schema *schema, const char *name, const struct elig_text *row,
                      unsigned fields)
{
    int found = NOT_FOUND;
    size_t length = strlen(name);
    for (unsigned i = 0; schema->has_header && i < fields; i++) {
        struct elig_text header = columns_trim(row[i]);
        if (header.length != length || memcmp(header.bytes, name, length) != 0)
            continue;
        if (found != NOT_FOUND)
            return TWICE;
        found = (int)i;
    }
    uint64_t number;
    if (found == NOT_FOUND && parse_number(name, 1, fields, &number))
        found = (int)number - 1;
    return found;
}

/* Says why a column was not found; returns MESSAGE_E_PRINTED. */
static int explain(const struct schema *schema, const char *file, const char *name, int found)
{
    if (found == TWICE)
        message("read %s: column '%s' is there twice; give its number instead", file, name);
    else if (found == USED)
        message("read %s: column '%s' is given twice for one kind", file, name);
    else
        message("read %s: no column '%s' in the first row%s", file, name,
                schema->has_header ? " (is the delimiter or the encoding another one?)"
                                   : ": with --no-header columns are numbers from 1");
    return MESSAGE_E_PRINTED;
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
            return explain(schema, file, missing, found);
    }
    if (kinds_found == 0)
        return explain(schema, file, missing, found);
    for (unsigned kind = 0; kind < schema->kind_count; kind++)
        if (!columns->has_kind[kind] && !schema->is_quiet)
            message("read %s: it has no column for the kind '%s', of which it excludes nothing", file,
                    schema->kinds[kind].name);
    if (schema->label_column != NULL) {
        columns->label = find_field(schema, schema->label_column, first_row, fields);
        if (columns->label < 0)
            return explain(schema, file, schema->label_column, columns->label);
    }
    return 0;
}
