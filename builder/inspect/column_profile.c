/* SPDX-License-Identifier: Apache-2.0 */
/* column_profile.c - canonical forms under each type, and the type that explains most cells. */
#include "builder/inspect/column_profile.h"

#include <sodium.h>
#include <string.h>

#include "lib/csv/columns.h"
#include "lib/elig/canon/canon.h"

int column_profile_start(struct column_profile *column, const struct region_guess *regions)
{
    static const enum elig_type types[] = {ELIG_TYPE_EMAIL, ELIG_TYPE_DATE, ELIG_TYPE_DIGITS, ELIG_TYPE_TEXT};
    *column = (struct column_profile){.values = frequent_new()};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        column->types[column->type_count++].part.type = (uint8_t)types[i];
    for (unsigned i = 0; i < regions->count; i++) {
        struct elig_part *part = &column->types[column->type_count++].part;
        part->type = ELIG_TYPE_PHONE;
        memcpy(part->region, regions->regions[i], sizeof part->region);
    }
    return column->values != NULL ? 0 : ELIG_E_MEMORY;
}

static void try_type(struct column_type *type, struct elig_text cell, uint64_t line)
{
    uint8_t canonical[CANON_PART_MAX];
    size_t length;
    enum elig_reason reason = canon_part(&type->part, cell, canonical, &length);
    sodium_memzero(canonical, sizeof canonical);
    if (reason == ELIG_REASON_NONE) {
        type->accepted++;
        return;
    }
    if (type->rejected == 0)
        type->reason = reason;
    if (type->rejected < COLUMN_LINES)
        type->first_rejected[type->rejected] = line;
    type->rejected++;
}

static bool is_plain_digits(struct elig_text cell)
{
    for (size_t i = 0; i < cell.length; i++)
        if (cell.bytes[i] < '0' || cell.bytes[i] > '9')
            return false;
    return cell.bytes[0] != '0';
}

void column_profile_add(struct column_profile *column, struct elig_text cell, uint64_t line, bool is_tried)
{
    cell = columns_trim(cell);
    column->cells++;
    if (cell.length == 0) {
        column->empty++;
        return;
    }
    frequent_add(column->values, cell, line);
    if (!is_tried)
        return;
    column->tried++;
    column->plain_digits += is_plain_digits(cell);
    for (unsigned i = 0; i < column->type_count; i++)
        try_type(&column->types[i], cell, line);
    unsigned bits = cell_notation(cell);
    for (unsigned i = 0; i < CELL_NOTATION_COUNT; i++)
        if ((bits & 1u << i) != 0) {
            if (column->notations[i] < COLUMN_LINES)
                column->first_notations[i][column->notations[i]] = line;
            column->notations[i]++;
        }
}

const struct column_type *column_profile_find(const struct column_profile *column, enum elig_type type)
{
    const struct column_type *best = NULL;
    for (unsigned i = 0; i < column->type_count; i++)
        if (column->types[i].part.type == type && (best == NULL || column->types[i].accepted > best->accepted))
            best = &column->types[i];
    return best;
}

/* Whether more than half of the cells are of a type. */
static bool is_most(const struct column_profile *column, const struct column_type *type)
{
    return type != NULL && type->accepted * 2 > column->tried;
}

/* Whether more than half of the cells are dates whose notation has to be declared: not with the year first. */
static bool has_other_dates(const struct column_profile *column)
{
    uint64_t dates = 0;
    for (unsigned i = 0; i < CELL_NOTATION_COUNT; i++)
        if ((1u << i & (CELL_DAY_FIRST | CELL_MONTH_FIRST | CELL_EITHER_WAY | CELL_SHORT_YEAR)) != 0)
            dates += column->notations[i];
    return dates * 2 > column->tried;
}

const struct column_type *column_profile_type(const struct column_profile *column)
{
    const struct column_type *email = column_profile_find(column, ELIG_TYPE_EMAIL);
    const struct column_type *date = column_profile_find(column, ELIG_TYPE_DATE);
    const struct column_type *phone = column_profile_find(column, ELIG_TYPE_PHONE);
    const struct column_type *digits = column_profile_find(column, ELIG_TYPE_DIGITS);
    if (column->tried == 0)
        return NULL;
    if (is_most(column, email))
        return email;
    if (is_most(column, date) || has_other_dates(column))
        return date;
    /* numbers that nothing marks as those of telephones may be those of members */
    if (is_most(column, phone) && column->plain_digits * 2 <= column->tried)
        return phone;
    return is_most(column, digits) ? digits : column_profile_find(column, ELIG_TYPE_TEXT);
}

void column_profile_free(struct column_profile *column)
{
    frequent_free(column->values);
    column->values = NULL;
}
