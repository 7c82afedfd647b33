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
#define NOON 12u
#define FLAT_MAX 47 /* longer texts are no dates */

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

/* Writes the ASCII text that means the same, without the white space around signs. False if it is too long. */
static bool flatten(struct elig_text text, char out[FLAT_MAX + 1])
{
    static const char signs[] = "-./:yodnapAPMZ+";
    size_t at = 0, length = 0;
    uint32_t code_point;
    while (at < text.length && length < FLAT_MAX) {
        if (text.bytes[at] >= '0' && text.bytes[at] <= '9') {
            out[length++] = text.bytes[at++];
            continue;
        }
        at += code_point_read((const uint8_t *)text.bytes + at, text.length - at, &code_point);
        char next = meaning_of(code_point);
        char last = length > 0 ? out[length - 1] : ' ';
        if (next == ' ' && (last == ' ' || strchr(signs, last) != NULL))
            continue;
        if (last == ' ' && length > 0 && strchr(signs, next) != NULL)
            length--;
        out[length++] = next;
    }
    out[length] = 0;
    return at == text.length;
}

/* Reads up to COMPACT_DIGITS digits; returns how many there are. */
static uint8_t read_number(const char **at, unsigned *value)
{
    uint8_t count = 0;
    *value = 0;
    for (; **at >= '0' && **at <= '9' && count < COMPACT_DIGITS; ++*at, count++)
        *value = *value * DECIMAL + (unsigned)(**at - '0');
    return count;
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
    return first == second && strchr("-./ ", first) != NULL;
}

static enum elig_reason parse(const char *at, struct date *date)
{
    *date = (struct date){0};
    date->digits[0] = read_number(&at, &date->values[0]);
    if (date->digits[0] == COMPACT_DIGITS || date->digits[0] == SHORT_DIGITS) {
        unsigned all = date->values[0];
        uint8_t year_digits = (uint8_t)(date->digits[0] - 2 - 2);
        *date = (struct date){{all / HUNDRED / HUNDRED, all / HUNDRED % HUNDRED, all % HUNDRED},
                              {year_digits, 2, 2},
                              true,
                              false};
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
    char flat[FLAT_MAX + 1];
    enum elig_reason reason = flatten(text, flat) ? parse(flat, date) : ELIG_REASON_DATE_FORMAT;
    sodium_memzero(flat, sizeof flat);
    return reason;
}

bool date_write(unsigned year, unsigned month, unsigned day, uint8_t *out)
{
    static const uint8_t days[MONTHS] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (year < 1 || year > 9999 || month < 1 || month > MONTHS || day < 1 ||
        day > days[month - 1] + (month == FEBRUARY && is_leap ? 1u : 0u))
        return false;
    unsigned number = (year * HUNDRED + month) * HUNDRED + day;
    for (size_t at = DATE_BYTES; at-- > 0;) {
        if (at == YEAR_DIGITS || at == YEAR_DIGITS + 3) {
            out[at] = '-';
        } else {
            out[at] = (uint8_t)('0' + number % DECIMAL);
            number /= DECIMAL;
        }
    }
    return true;
}

enum elig_reason date_canon(struct elig_text text, uint8_t *out, size_t *length)
{
    struct date date;
    enum elig_reason reason = date_read(text, &date);
    if (reason == ELIG_REASON_NONE && (date.digits[0] != YEAR_DIGITS || date.digits[2] > 2))
        reason = ELIG_REASON_DATE_FORMAT;
    if (reason == ELIG_REASON_NONE && !date_write(date.values[0], date.values[1], date.values[2], out))
        reason = ELIG_REASON_DATE_CALENDAR;
    *length = DATE_BYTES;
    sodium_memzero(&date, sizeof date);
    return reason;
}
