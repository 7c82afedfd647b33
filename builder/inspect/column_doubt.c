/* SPDX-License-Identifier: Apache-2.0 */
/* column_doubt.c - shares of cells that are written in a way by which people would be lost. */
#include "builder/inspect/column_doubt.h"

/* Labels that a column may have to be suggested as the column of labels, and rows for each of them. */
#define LABELS_MAX 20
#define LABEL_ROWS_MIN 10

#define SHEET_DIGITS 15 /* of a number that spreadsheets keep */
#define SHORT_DIGITS 3  /* of numbers that rather count than identify */

bool column_doubt_is_label(const struct column_statistics *column)
{
    struct frequent_top top = frequent_top(column->values);
    return top.is_exact && top.distinct > 0 && top.distinct <= LABELS_MAX &&
           column->cells >= top.distinct * LABEL_ROWS_MIN;
}

/* Whether one cell in twenty, or more, is of a count. */
static bool is_share(uint64_t count, const struct column_statistics *column)
{
    return count * 20 >= column->tried && count > 0;
}

bool column_doubt_has_several(const struct column_statistics *column)
{
    return is_share(column_statistics_count(column, CELL_SEVERAL), column);
}

bool column_doubt_may_be_phone(const struct column_statistics *column)
{
    return column_statistics_count(column, CELL_RESIDENT) * 2 <= column->tried &&
           column_statistics_is_most(column, column_statistics_find(column, ELIG_TYPE_PHONE));
}

/* Cells that are digits, of a number of them from first on. */
static uint64_t count_lengths(const struct column_statistics *column, unsigned first)
{
    uint64_t count = 0;
    for (unsigned i = first; i <= COLUMN_DIGITS_MAX; i++)
        count += column->lengths[i];
    return count;
}

/* Whether a spreadsheet has rounded numbers: most of those that are too long for it end with zeros. */
static bool is_rounded(const struct column_statistics *column)
{
    uint64_t rounded = column_statistics_count(column, CELL_ROUNDED);
    return rounded > 0 && rounded * 2 > count_lengths(column, SHEET_DIGITS + 1);
}

bool column_doubt_is_changed(const struct column_statistics *column)
{
    return column_statistics_count(column, CELL_FLOAT | CELL_EXPONENT) > 0 || is_rounded(column);
}

/* Whether cells have one length or two, but for one in ten. */
static bool has_few_lengths(const struct column_statistics *column)
{
    uint64_t first = 0, second = 0, all = count_lengths(column, 0);
    for (unsigned i = 0; i <= COLUMN_DIGITS_MAX; i++) {
        uint64_t count = column->lengths[i];
        second = count > first ? first : count > second ? count : second;
        first = count > first ? count : first;
    }
    return (first + second) * 10 >= all * 9;
}

bool column_doubt_is_plain_number(const struct column_statistics *column)
{
    const struct column_type *digits = column_statistics_find(column, ELIG_TYPE_DIGITS);
    bool is_number = column->header == HEADER_WORD_NUMBER || column->header == HEADER_WORD_POSTAL;
    bool is_for_region = !is_number || column->regions.is_given;
    return column_statistics_is_nearly_all(column, digits) && !column_doubt_is_changed(column) &&
           has_few_lengths(column) && column->header != HEADER_WORD_PHONE &&
           !header_word_is_date(column->header) && !(is_for_region && column_doubt_may_be_phone(column));
}

const char *column_doubt_of_number(const struct column_statistics *column)
{
    struct frequent_top top = frequent_top(column->values);
    uint64_t cells = column->cells - column->empty;
    if ((column->steps + 1) * 10 >= column->tried * 9 && column->tried > 2)
        return "numbers that go up by one from row to row: do they count rows, or identify people?";
    if (count_lengths(column, SHORT_DIGITS + 1) * 2 < column->tried)
        return "short numbers: do they identify people?";
    if (top.is_exact && top.distinct * 2 < cells)
        return "numbers that stand in several rows each: do they identify people?";
    if (column->header == HEADER_WORD_POSTAL)
        return "postal codes, which do not identify people";
    return column->header != HEADER_WORD_NUMBER
               ? "numbers of what? Take the suggested kind if they identify people"
               : NULL;
}

bool column_doubt_is_distinct(const struct column_statistics *column)
{
    struct frequent_top top = frequent_top(column->values);
    return !top.is_exact || region_guess_is_nearly(top.distinct, column->cells - column->empty);
}

/* Numbers that a spreadsheet has changed. */
static const char *find_changed(const struct column_statistics *column, uint64_t *cells)
{
    if (is_rounded(column)) {
        *cells = column_statistics_count(column, CELL_ROUNDED);
        return "numbers of more than 15 digits that end with zeros, as spreadsheets round them: export the "
               "column as text";
    }
    *cells = column_statistics_count(column, CELL_FLOAT | CELL_EXPONENT);
    return is_share(*cells, column)
               ? "numbers with a decimal point or an exponent (12345.0, 8.2E+10): export the column as text"
               : NULL;
}

const char *column_doubt_find(const struct column_statistics *column, bool has_kind, uint64_t *cells)
{
    const struct column_type *type = column_statistics_type(column);
    bool is_date = header_word_is_date(column->header),
         is_open = column->header != HEADER_WORD_OTHER || !has_kind;
    if (type == NULL || type->part.type == ELIG_TYPE_EMAIL || type->part.type == ELIG_TYPE_PHONE)
        return NULL;
    const char *changed = find_changed(column, cells);
    if (changed != NULL && (is_open || column_doubt_is_distinct(column)))
        return changed;
    *cells = column_statistics_count(column, CELL_AT);
    if (is_share(*cells, column))
        return "texts with an '@', and too few are e-mail addresses as they are written";
    if (column_doubt_is_label(column) || type->part.type == ELIG_TYPE_DATE)
        return NULL;
    *cells = column_statistics_count(column, CELL_TIME);
    if (is_share(*cells, column) && (column->header == HEADER_WORD_BIRTH || !has_kind))
        return "dates with a time of day: export dates alone";
    *cells = column->tried;
    if (column->header == HEADER_WORD_EMAIL)
        return "no e-mail addresses, though the name of the column says so";
    if (column->header == HEADER_WORD_PHONE)
        return "no phone numbers, though the name of the column says so";
    if (column->header == HEADER_WORD_BIRTH || (is_date && !has_kind))
        return "no dates that can be read, though the name of the column says so";
    *cells = column->numbers;
    return type->part.type == ELIG_TYPE_TEXT && !has_kind && is_share(column->numbers, column)
               ? "numbers of seven digits or more, and too few are of one type"
               : NULL;
}
