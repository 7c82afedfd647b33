/* SPDX-License-Identifier: Apache-2.0 */
/* first_row.c - tells a header from a person by what the fields look like. */
#include "lib/csv/first_row.h"

#include <stdio.h>
#include <string.h>

#include "lib/elig/index/plain_text.h"

bool first_row_is_data(const struct schema *schema, const struct columns *columns, const struct elig_text *row)
{
    static const struct elig_part email = {.type = ELIG_TYPE_EMAIL};
    static const struct notation several = {.pivot = NOTATION_NO_PIVOT, .is_several = true};
    for (unsigned i = 0; i < columns->fields; i++)
        if (notation_holds_identifier(&several, &email, row[i]))
            return true;
    for (unsigned kind = 0; kind < schema->kind_count; kind++)
        for (unsigned i = 0; columns->has_kind[kind] && i < schema->kinds[kind].part_count; i++) {
            const struct elig_part *part = &schema->kinds[kind].parts[i];
            if ((part->type == ELIG_TYPE_PHONE || part->type == ELIG_TYPE_DATE) &&
                notation_holds_identifier(&schema->notations[kind][i], part, row[columns->part[kind][i]]))
                return true;
        }
    return false;
}

bool first_row_names(const struct elig_text *row, unsigned fields, char names[FIRST_ROW_NAMES_MAX])
{
    static const char no_name[] = "0123456789@";
    size_t length = 0;
    names[0] = '\0';
    for (unsigned i = 0; i < fields; i++) {
        struct elig_text name = columns_trim(row[i]);
        for (size_t j = 0; j < name.length; j++)
            if (memchr(no_name, name.bytes[j], sizeof no_name - 1) != NULL)
                return false;
        if (!plain_text_is_valid(name.bytes, name.length))
            return false;
        if (length + name.length + 2 < FIRST_ROW_NAMES_MAX)
            length += (size_t)snprintf(names + length, FIRST_ROW_NAMES_MAX - length, "%s%.*s",
                                       length > 0 ? ", " : "", (int)name.length, name.bytes);
    }
    return fields > 1;
}
