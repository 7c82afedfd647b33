/* SPDX-License-Identifier: Apache-2.0 */
/* Reads dates: first each character becomes the ASCII character that means the same, then that text is parsed.
 */
#include "lib/elig/canon/date.h"

#include <sodium.h>
#include <string.h>

#include "lib/elig/canon/code_point.h"
#include "lib/elig/canon/decimal.h"

#define DECIMAL 10u
#define HUNDRED 100u
#define YEAR_DIGITS 4
#define COMPACT_DIGITS 8
#define SHORT_DIGITS 6 /* with two of the year */
#define MONTHS 12
#define FEBRUARY 2
#define LEAP_DAY 29
#define NOON 12u

/* What characters mean beside digits, white space and dashes: y, o, d for year, month and day; n for noon, with
 * a before and p after it. Letters of ASCII are those of AM, PM, T, Z and UTC, in capitals. */
static const struct {
    uint16_t code_point;
    char meaning;
} meanings[] = {
    {0x00B7, '.'}, {0x119E, '.'}, {0x3002, '.'}, {0x30FB, '.'}, /* U+119E is NFKC of U+318D */
    {0x1173, '-'}, {0x30FC, '-'},                               /* U+1173 is NFKC of U+3161 */
    {0x5E74, 'y'}, {0xB144, 'y'}, {0x6708, 'o'}, {0xC6D4, 'o'}, /* year and month */
    {0x65E5, 'd'}, {0xC77C, 'd'}, {0x53F7, 'd'}, {0x865F, 'd'}, /* day */
    {0xC624, 'n'}, {0xC804, 'a'}, {0xD6C4, 'p'},                /* Korean: noon, before, after */
    {0x5348, 'n'}, {0x524D, 'a'}, {0x5F8C, 'p'},                /* Japanese */
    {0x4E0A, 'a'}, {0x4E0B, 'p'},                               /* Chinese */
};

static char meaning_of(uint32_t code_point)
{
    if (code_point >= 'a' && code_point <= 'z')
        code_point -= 'a' - 'A';
    if (code_point < ASCII_END)
        return (char)code_point;
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
        if (meanings[i].code_point == code_point)
            return meanings[i].meaning;
    int class = decimal_class(code_point);
    if (class < DECIMAL_SEPARATOR)
        return (char)('0' + class);
    if (class != DECIMAL_SEPARATOR)
        return '?';
    return code_point_is_white_space(code_point) ? ' ' : '-';
}

/* Whether white space around it does not matter. What is no part of any date may be a sign as well. */
static bool is_sign(char meaning)
{
    bool is_digit = meaning >= '0' && meaning <= '9';
    return !is_digit && meaning != ' ' && meaning != 'T' && meaning != 'U' && meaning != 'C';
}

/* Writes the ASCII text that means the same, without the white space around signs. False if it is too long. */
static bool flatten(struct elig_text text, char *out)
{
    const uint8_t *at = (const uint8_t *)text.bytes, *end = at + text.length;
    const char *room = out + DATE_TEXT_MAX;
    char last = '.';
    uint32_t code_point;
    while (at < end && out < room) {
        char next = (char)*at;
        if (next >= '0' && next <= '9') {
            at++;
        } else {
            at += code_point_read(at, (size_t)(end - at), &code_point);
            next = meaning_of(code_point);
            if (next == ' ' && (last == ' ' || is_sign(last)))
                continue;
            if (last == ' ' && is_sign(next))
                out--;
        }
        *out++ = last = next;
    }
    *out = 0;
    return at == end;
}

/* Reads up to COMPACT_DIGITS digits; returns how many there are. */
static uint8_t read_number(const char **at, unsigned *value)
{
    const char *start = *at, *end = start;
    unsigned number = 0, digit;
    for (; (digit = (unsigned)(*end - '0')) < DECIMAL && end < start + COMPACT_DIGITS; end++)
        number = number * DECIMAL + digit;
    *at = end;
    *value = number;
    return (uint8_t)(end - start);
}

static bool skip(const char **at, char character)
{
    if (**at != character)
        return false;
    ++*at;
    return true;
}

/* The half of the day: A, P, or 0 if none is named. */
static char read_half(const char **at)
{
    static const char names[][3] = {"AM", "PM", "na",
                                    "np", "an", "pn"}; /* the second of each pair is after noon */
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strncmp(*at, names[i], 2) == 0) {
            *at += 2;
            return i % 2 == 0 ? 'A' : 'P';
        }
    return 0;
}

/* hh:mm or hh:mm:ss, then with a fraction or without; or hhmm or hhmmss. *rest: all but the hour, 0 at the full
 * hour. False if it is no time. */
static bool read_clock(const char **at, unsigned *hour, unsigned *rest)
{
    unsigned value, numbers = 1, digits = read_number(at, hour);
    *rest = 0;
    if (**at != ':') {
        unsigned unit = digits == 4 ? HUNDRED : HUNDRED * HUNDRED;
        *rest = *hour % unit;
        *hour /= unit;
        return digits == 4 || digits == 6;
    }
    for (; numbers < 3 && skip(at, ':'); numbers++) {
        if (read_number(at, &value) != 2)
            return false;
        *rest |= value;
    }
    if (numbers == 3 && skip(at, '.')) {
        size_t all = strspn(*at, "0123456789");
        *rest |= strspn(*at, "0") < all;
        *at += all;
        if (all == 0)
            return false;
    }
    return digits == 1 || digits == 2;
}

/* Z, UTC, or an offset: +hh, +hhmm or +hh:mm. The day as written does not depend on it. False if it is
 * something else; nothing is fine. */
static bool read_zone(const char **at)
{
    unsigned value;
    if (**at == '+' || **at == '-') {
        ++*at;
        unsigned digits = read_number(at, &value);
        return digits == 4 || (digits == 2 && (!skip(at, ':') || read_number(at, &value) == 2));
    }
    if (!skip(at, 'Z') && strcmp(*at, " UTC") == 0)
        *at += strlen(*at);
    return true;
}

static enum elig_reason read_time(const char *at)
{
    unsigned hour, rest;
    char half = read_half(&at);
    if (!read_clock(&at, &hour, &rest))
        return ELIG_REASON_DATE_FORMAT;
    if (half == 0)
        half = read_half(&at);
    if (!read_zone(&at) || *at != 0)
        return ELIG_REASON_DATE_FORMAT;
    if (half == 'A' && hour == NOON)
        hour = 0;
    return hour == 0 && rest == 0 && half != 'P' ? ELIG_REASON_NONE : ELIG_REASON_DATE_TIME;
}

/* Reads the second and the third number and what stands between and after them. */
static bool read_rest(const char **at, struct date *date)
{
    char first = *(*at)++;
    date->digits[1] = read_number(at, &date->values[1]);
    char second = **at;
    if (second == 0)
        return false;
    ++*at;
    date->digits[2] = read_number(at, &date->values[2]);
    date->has_signs = first == 'y';
    if (date->has_signs)
        return second == 'o' && skip(at, 'd');
    if (first == '.')
        (void)skip(at, '.');
    return first == second && (first == ' ' || (first >= '-' && first <= '/')); /* with the dot between */
}

static enum elig_reason parse(const char *at, struct date *date)
{
    date->is_compact = date->has_signs = false;
    date->digits[0] = read_number(&at, &date->values[0]);
    if (date->digits[0] == COMPACT_DIGITS || date->digits[0] == SHORT_DIGITS) {
        unsigned all = date->values[0];
        date->values[2] = all % HUNDRED;
        date->values[1] = all / HUNDRED % HUNDRED;
        date->values[0] = all / HUNDRED / HUNDRED;
        date->digits[0] -= 2 + 2;
        date->digits[1] = date->digits[2] = 2;
        date->is_compact = true;
    } else if (*at == 0 || !read_rest(&at, date)) {
        return ELIG_REASON_DATE_FORMAT;
    }
    const uint8_t *digits = date->digits;
    if (digits[0] == 0 || digits[0] > YEAR_DIGITS || digits[1] == 0 || digits[1] > 2 || digits[2] == 0 ||
        digits[2] > YEAR_DIGITS)
        return ELIG_REASON_DATE_FORMAT;
    if (*at == 0)
        return ELIG_REASON_NONE;
    bool is_parted =
        skip(&at, ' ') || skip(&at, 'T') || strchr("APnap", *at) != NULL || at[-1] == 'd' || at[-1] == '.';
    return is_parted ? read_time(at) : ELIG_REASON_DATE_FORMAT;
}

enum elig_reason date_read(struct elig_text text, struct date *date)
{
    return flatten(text, date->text) ? parse(date->text, date) : ELIG_REASON_DATE_FORMAT;
}

/* Writes two digits; returns their end. */
static uint8_t *write_two(uint8_t *out, unsigned value)
{
    *out++ = (uint8_t)('0' + value / DECIMAL);
    *out++ = (uint8_t)('0' + value % DECIMAL);
    return out;
}

bool date_write(unsigned year, unsigned month, unsigned day, uint8_t *out)
{
    static const uint8_t days[MONTHS] = {31, LEAP_DAY, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < 1 || year > 9999 || month < 1 || month > MONTHS || day < 1 || day > days[month - 1])
        return false;
    if (month == FEBRUARY && day == LEAP_DAY && (year % 4 != 0 || (year % 100 == 0 && year % 400 != 0)))
        return false;
    out = write_two(write_two(out, year / HUNDRED), year % HUNDRED);
    *out++ = '-';
    out = write_two(out, month);
    *out++ = '-';
    (void)write_two(out, day);
    return true;
}

static unsigned two_at(const char *at)
{
    return (unsigned)(at[0] - '0') * DECIMAL + (unsigned)(at[1] - '0');
}

/* Whether text, which is not at out, is a date in canonical form, as nearly all dates are typed: what is
 * written for the numbers at the places of its digits, whatever stands there, is the same again. */
static bool is_canonical(struct elig_text text, uint8_t *out)
{
    const char *bytes = text.bytes;
    return text.length == DATE_BYTES &&
           date_write(two_at(bytes) * HUNDRED + two_at(bytes + 2), two_at(bytes + 5), two_at(bytes + 8), out) &&
           memcmp(out, bytes, DATE_BYTES) == 0;
}

enum elig_reason date_canon(struct elig_text text, uint8_t *out, size_t *length)
{
    struct date date;
    *length = DATE_BYTES;
    if (text.bytes != (const char *)out && is_canonical(text, out))
        return ELIG_REASON_NONE;
    enum elig_reason reason = date_read(text, &date);
    if (reason == ELIG_REASON_NONE && (date.digits[0] != YEAR_DIGITS || date.digits[2] > 2))
        reason = ELIG_REASON_DATE_FORMAT;
    if (reason == ELIG_REASON_NONE && !date_write(date.values[0], date.values[1], date.values[2], out))
        reason = ELIG_REASON_DATE_CALENDAR;
    sodium_memzero(&date, sizeof date);
    return reason;
}
