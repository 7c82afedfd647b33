/* SPDX-License-Identifier: Apache-2.0 */
/* cell_traits.c - patterns of digits and separators. */
#include "builder/inspect/cell_traits.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "lib/csv/notation.h"
#include "lib/elig/canon/date.h"
#include "lib/elig/canon/normalize.h"
#include "lib/elig/canon/raw_text.h"

#define DIGITS "0123456789"

/* A spreadsheet's numbers of days from 1927-05-18 to 2064-04-08: dates of people are among them. */
#define SERIAL_MIN 10000
#define SERIAL_MAX 60000
#define SERIAL_DIGITS 5

#define YEAR_DIGITS 4
#define COMPACT_MIN 1900
#define COMPACT_END 2100
#define DATE_BYTES_MAX 160 /* in whatever script */

#define SHEET_DIGITS 15 /* of a number that spreadsheets keep */

/* Of a resident's number, and before its hyphen. */
#define RESIDENT_DIGITS 13
#define RESIDENT_FIRST 6

#define NAME_BYTES_MAX 80

#define CELL_BYTES_MAX 1024 /* longer ones have no traits */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* The length of the digits at text. */
static size_t digits(const char *text)
{
    return strspn(text, DIGITS);
}

static unsigned number(const char *text, size_t length)
{
    unsigned value = 0;
    for (size_t i = 0; i < length && i < 9; i++)
        value = value * 10 + (unsigned)(text[i] - '0');
    return value;
}

static bool is_day_of_month(unsigned month, unsigned day)
{
    return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/* Two numbers before a year. */
static unsigned day_or_month_first(unsigned first, unsigned second)
{
    if (is_day_of_month(first, second))
        return is_day_of_month(second, first) ? CELL_EITHER_WAY : CELL_MONTH_FIRST;
    return is_day_of_month(second, first) ? CELL_DAY_FIRST : 0;
}

/* The order of three numbers. Eight digits are a date of these two centuries, or a number of something else. */
static unsigned order_of(const struct date *date)
{
    const unsigned *values = date->values;
    bool is_year_first = is_day_of_month(values[1], values[2]);
    if (date->digits[0] == YEAR_DIGITS)
        return is_year_first && date->digits[2] <= 2 &&
                       (!date->is_compact || (values[0] >= COMPACT_MIN && values[0] < COMPACT_END))
                   ? CELL_YEAR_FIRST
                   : 0;
    if (date->digits[0] > 2)
        return 0;
    unsigned order = day_or_month_first(values[0], values[1]);
    if (date->digits[2] == YEAR_DIGITS)
        return order;
    return date->digits[2] == 2 && (is_year_first || (order != 0 && !date->is_compact)) ? CELL_SHORT_YEAR : 0;
}

static unsigned date_traits(struct elig_text cell)
{
    char normal[ELIG_TEXT_MAX];
    size_t length;
    struct date date = {.is_compact = false};
    unsigned bits = 0;
    if (cell.length <= DATE_BYTES_MAX && raw_text_check(cell) == ELIG_REASON_NONE &&
        normalize_text(cell, FOLD_NONE, (uint8_t *)normal, &length) == ELIG_REASON_NONE) {
        enum elig_reason reason = date_read((struct elig_text){normal, length}, &date);
        bits = reason == ELIG_REASON_NONE || reason == ELIG_REASON_DATE_TIME ? order_of(&date) : 0;
        bits |= bits != 0 && reason == ELIG_REASON_DATE_TIME ? CELL_TIME : 0;
    }
    explicit_bzero(normal, sizeof normal);
    explicit_bzero(&date, sizeof date);
    return bits;
}

/* What nothing but digits can be, beside a date. */
static unsigned plain_number(const char *text, size_t length)
{
    unsigned value = number(text, length);
    if (length > SHEET_DIGITS)
        return strspn(text + SHEET_DIGITS, "0") == length - SHEET_DIGITS ? CELL_ROUNDED : 0;
    return length == SERIAL_DIGITS && value >= SERIAL_MIN && value <= SERIAL_MAX ? CELL_SERIAL : 0;
}

/* Whether a text is a number of a resident of Korea: the digits of a day, a hyphen that may be missing, and
 * seven digits. */
static bool is_resident_number(const char *text)
{
    size_t first = digits(text);
    const char *second = text + first + (text[first] == '-');
    bool is_whole = first == RESIDENT_DIGITS && text[first] == '\0';
    bool is_split = first == RESIDENT_FIRST && digits(second) == RESIDENT_DIGITS - RESIDENT_FIRST &&
                    second[RESIDENT_DIGITS - RESIDENT_FIRST] == '\0';
    return (is_whole || is_split) && is_day_of_month(number(text + 2, 2), number(text + 4, 2));
}

/* Whether a name has what is not of it: a title, brackets, a mark at an end, a second name. */
static bool is_decorated(const char *text, size_t length)
{
    static const char *const ends[] = {"님", "様", "さん", "先生", "女士"};
    static const char *const starts[] = {"dr.",   "dr ",   "mr.",   "mr ",   "mrs.", "mrs ", "ms.", "ms ",
                                         "prof.", "prof ", "herr ", "frau ", "bay ", "mme ", "(주)"};
    bool has_letter = false;
    for (size_t i = 0; i < length; i++)
        has_letter |= is_letter(text[i]);
    if (length > NAME_BYTES_MAX || !has_letter)
        return false;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (length > strlen(ends[i]) && strcmp(text + length - strlen(ends[i]), ends[i]) == 0)
            return true;
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (strncasecmp(text, starts[i], strlen(starts[i])) == 0)
            return true;
    return strpbrk(text, "()[]/,;_" DIGITS) != NULL || strchr("-*=.", text[0]) != NULL ||
           strchr("-*", text[length - 1]) != NULL;
}

/* Digits, then a point and zeros, or an exponent. */
static unsigned decimal_number(const char *text)
{
    const char *rest = text + digits(text);
    if (rest == text)
        return 0;
    if (*rest == '.') {
        size_t zeros = strspn(rest + 1, "0");
        if (zeros > 0 && rest[1 + zeros] == '\0')
            return CELL_FLOAT;
        rest += 1 + digits(rest + 1);
    }
    if (*rest != 'e' && *rest != 'E')
        return 0;
    rest++;
    rest += *rest == '+';
    return digits(rest) > 0 && rest[digits(rest)] == '\0' ? CELL_EXPONENT : 0;
}

/* Whether a piece between separators is an identifier by itself: it has an '@', or digits as a phone number. */
static bool is_piece(const char *text, size_t length)
{
    size_t count = 0;
    for (size_t i = 0; i < length; i++)
        count += is_digit(text[i]);
    return memchr(text, '@', length) != NULL || (count >= 7 && count * 2 > length);
}

/* Whether more than one identifier of a type is in a cell, as a build divides it. */
static bool has_several_of(struct elig_text cell, enum elig_type type)
{
    struct elig_text piece;
    unsigned pieces = 0;
    while (notation_next(&cell, type, &piece))
        pieces += is_piece(piece.bytes, piece.length);
    return pieces > 1;
}

static bool has_question(const char *text)
{
    const char *mark = strchr(text, '?');
    return mark != NULL && (mark[1] == '?' || (mark > text && is_letter(mark[-1]) && is_letter(mark[1])));
}

unsigned cell_traits(struct elig_text cell)
{
    char text[CELL_BYTES_MAX + 1];
    if (cell.length == 0 || cell.length > CELL_BYTES_MAX || memchr(cell.bytes, '\0', cell.length) != NULL)
        return 0;
    memcpy(text, cell.bytes, cell.length);
    text[cell.length] = '\0';
    unsigned bits = date_traits(cell);
    if (is_digit(text[0]))
        bits |= digits(text) == cell.length ? plain_number(text, cell.length) : decimal_number(text);
    bits |= has_several_of(cell, ELIG_TYPE_EMAIL) || has_several_of(cell, ELIG_TYPE_PHONE) ? CELL_SEVERAL : 0;
    bits |= strstr(text, "\xEF\xBF\xBD") != NULL ? CELL_REPLACED : 0;
    bits |= has_question(text) ? CELL_QUESTION : 0;
    bits |= strpbrk(text, "\r\n") != NULL ? CELL_LINES : 0;
    bits |= text[0] == '\'' ? CELL_APOSTROPHE : 0;
    bits |= strchr(text, '@') != NULL ? CELL_AT : 0;
    bits |= is_resident_number(text) ? CELL_RESIDENT : 0;
    bits |= bits == 0 && is_decorated(text, cell.length) ? CELL_DECORATED : 0;
    explicit_bzero(text, sizeof text);
    return bits;
}

const char *cell_traits_text(unsigned bit)
{
    static const char *const texts[CELL_TRAIT_COUNT] = {
        "dates with the year first",
        "dates with the day first",
        "dates with the month first",
        "dates with day or month first, which cannot be told",
        "dates with a year of two digits",
        "numbers of five digits, which may be a spreadsheet's dates",
        "numbers with a decimal point and zeros (12345.0), as programs write that take numbers for quantities",
        "numbers with an exponent (8.2E+10), of which digits are lost",
        "several identifiers in a cell",
        "a replacement character: text was lost before",
        "question marks inside words: text may be lost",
        "several lines in a cell",
        "an apostrophe before the text, a spreadsheet's mark",
        "an '@', and no e-mail address alone",
        "dates with a time of day: export dates alone",
        "numbers of more than 15 digits that end with zeros: a spreadsheet has rounded them",
        "numbers of residents",
        "names with a title, a mark, digits or another name: people may not type it",
        "phone numbers that lack their leading zero",
        "phone numbers with a second one after them, or a range",
        "'?', '*' or a character reference of HTML, as exports write for letters that they cannot hold",
        "what programs write where there is no value (#N/A, NULL, \\N)",
        "years before 1850 or in the future: another calendar, or no date",
        "dates of the last 16 years",
    };
    for (size_t i = 0; i < CELL_TRAIT_COUNT; i++)
        if (bit == 1u << i)
            return texts[i];
    return "";
}
