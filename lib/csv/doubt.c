/* SPDX-License-Identifier: Apache-2.0 */
/* Looks for lost letters and for words of spreadsheets and databases in cells, and at the years of dates. */
#include "lib/csv/doubt.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "lib/elig/canon/raw_text.h"

#define DAY_SECONDS 86400
#define FIRST_DAY "1850-01-01"

/* Whether a text has "&", then letters, digits or '#', then ";", as HTML writes characters. */
static bool has_reference(struct elig_text text)
{
    for (size_t i = 0; i < text.length; i++) {
        size_t end = i + 1;
        while (text.bytes[i] == '&' && end < text.length &&
               (text.bytes[end] == '#' || isalnum((unsigned char)text.bytes[end])))
            end++;
        if (end > i + 1 && end < text.length && text.bytes[end] == ';')
            return true;
    }
    return false;
}

static bool has_lost_letters(struct elig_text text)
{
    return memchr(text.bytes, '?', text.length) != NULL || memchr(text.bytes, '*', text.length) != NULL ||
           (memchr(text.bytes, '&', text.length) != NULL && has_reference(text));
}

/* Whether a cell is an error value of a spreadsheet: #REF!, #NAME?, in other languages #BEZUG!, #¡VALOR!; or
 * one without a mark at its end. */
static bool is_error_value(struct elig_text cell)
{
    static const char *const unmarked[] = {"#N/A", "#N/D", "#NV", "#GETTING_DATA"};
    char last = cell.bytes[cell.length - 1];
    if (cell.bytes[0] != '#' || cell.length == 1)
        return false;
    for (size_t i = 0; i < sizeof unmarked / sizeof unmarked[0]; i++)
        if (strlen(unmarked[i]) == cell.length && strncasecmp(cell.bytes, unmarked[i], cell.length) == 0)
            return true;
    for (size_t i = 1; i < cell.length - 1; i++)
        if (islower((unsigned char)cell.bytes[i]) || cell.bytes[i] == ' ')
            return false;
    return last == '!' || last == '?';
}

/* Of databases, data frames and pivot tables. Not NA, which is a family name in Korea. */
static bool is_placeholder(struct elig_text cell)
{
    static const char *const words[] = {"NULL", "(null)", "<null>", "N/A",       "<NA>",    "NaN",
                                        "NaT",  "#NULL#", "None",   "undefined", "(blank)", "\\N"};
    cell = cell.length > 0 ? raw_text_trim(cell) : cell;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strlen(words[i]) == cell.length && strncasecmp(cell.bytes, words[i], cell.length) == 0)
            return true;
    return cell.length > 0 && is_error_value(cell);
}

/* Whether a cell begins and ends with these marks, and has something between them. */
static bool is_between(struct elig_text cell, const char *start, const char *end)
{
    size_t start_length = strlen(start), end_length = strlen(end);
    return cell.length > start_length + end_length && memcmp(cell.bytes, start, start_length) == 0 &&
           memcmp(cell.bytes + cell.length - end_length, end, end_length) == 0;
}

/* Whether a cell stands in quotation marks, as databases and people write it, or begins with the apostrophe by
 * which a spreadsheet knows text. Names such as 't Hooft have a small letter there. */
static bool is_quoted(struct elig_text cell)
{
    static const char *const marks[][2] = {
        {"'", "'"}, {"`", "`"}, {"\"", "\""}, {"\u2018", "\u2019"}, {"\u201C", "\u201D"}};
    cell = cell.length > 0 ? raw_text_trim(cell) : cell;
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (is_between(cell, marks[i][0], marks[i][1]))
            return true;
    return cell.length > 1 && cell.bytes[0] == '\'' && !islower((unsigned char)cell.bytes[1]) &&
           cell.bytes[1] != ' ';
}

void doubt_last_day(char day[DATE_BYTES + 1])
{
    time_t tomorrow = time(NULL) + DAY_SECONDS; /* where it is tomorrow already */
    struct tm parts;
    if (gmtime_r(&tomorrow, &parts) == NULL || strftime(day, DATE_BYTES + 1, "%Y-%m-%d", &parts) != DATE_BYTES)
        strcpy(day, "9999-12-31");
}

unsigned doubt_find(uint8_t type, struct elig_text cell, const uint8_t *canonical, size_t length,
                    const char last_day[DATE_BYTES + 1])
{
    unsigned doubts = 0;
    if ((type == ELIG_TYPE_TEXT || type == ELIG_TYPE_EMAIL) && has_lost_letters(cell))
        doubts |= 1u << DOUBT_LETTERS;
    if ((type == ELIG_TYPE_TEXT || type == ELIG_TYPE_EXACT) && is_placeholder(cell))
        doubts = 1u << DOUBT_PLACEHOLDER;
    if ((type == ELIG_TYPE_TEXT || type == ELIG_TYPE_EXACT) && is_quoted(cell))
        doubts |= 1u << DOUBT_QUOTED;
    if (type == ELIG_TYPE_DATE && length == DATE_BYTES &&
        (memcmp(canonical, FIRST_DAY, DATE_BYTES) < 0 || memcmp(canonical, last_day, DATE_BYTES) > 0))
        doubts |= 1u << DOUBT_DATE;
    return doubts;
}
