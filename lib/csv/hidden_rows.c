/* SPDX-License-Identifier: Apache-2.0 */
/* hidden_rows.c - reads the lines of a row once more, as if there were no quotes. */
#include "lib/csv/hidden_rows.h"

#include <string.h>

/* A field of a line, without the quotes that may stand around it. */
static struct elig_text strip_quotes(struct elig_text field, char quote)
{
    field = columns_trim(field);
    if (field.length > 0 && field.bytes[0] == quote) {
        field.bytes++;
        field.length--;
    }
    if (field.length > 0 && field.bytes[field.length - 1] == quote)
        field.length--;
    return field;
}

/* Field number of a line; all its delimiters count. */
static struct elig_text field_of(struct elig_text line, char delimiter, unsigned number)
{
    const char *end = line.bytes + line.length, *at = line.bytes;
    for (; number > 0; number--)
        at = (const char *)memchr(at, delimiter, (size_t)(end - at)) + 1;
    const char *next = memchr(at, delimiter, (size_t)(end - at));
    return (struct elig_text){at, (size_t)((next != NULL ? next : end) - at)};
}

static unsigned count_delimiters(struct elig_text line, char delimiter)
{
    unsigned count = 0;
    for (size_t i = 0; i < line.length; i++)
        count += line.bytes[i] == delimiter;
    return count;
}

static bool is_row(struct elig_text line, const struct schema *schema, const struct columns *columns)
{
    struct csv_dialect dialect = schema->dialect;
    if (count_delimiters(line, dialect.delimiter) + 1 != columns->fields)
        return false;
    for (unsigned kind = 0; kind < schema->kind_count; kind++)
        for (unsigned i = 0; columns->has_kind[kind] && i < schema->kinds[kind].part_count; i++) {
            struct elig_text field = field_of(line, dialect.delimiter, (unsigned)columns->part[kind][i]);
            if (notation_holds_identifier(&schema->notations[kind][i], &schema->kinds[kind].parts[i],
                                          strip_quotes(field, dialect.quote)))
                return true;
        }
    return false;
}

bool hidden_rows_exist(const struct csv_row *row, const struct schema *schema, const struct columns *columns)
{
    unsigned rows = 0;
    const char *end = row->bytes + row->length;
    for (const char *at = row->bytes; at < end && rows < 2; at++) {
        struct elig_text line = {at, 0};
        while (at < end && *at != '\n' && *at != '\r')
            at++;
        line.length = (size_t)(at - line.bytes);
        rows += is_row(line, schema, columns);
    }
    return rows >= 2;
}
