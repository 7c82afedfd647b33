/* SPDX-License-Identifier: Apache-2.0 */
/* Rewrites dates to YYYY-MM-DD and telephone numbers to their international form. */
#include "lib/csv/notation.h"

#include <string.h>

#include "lib/elig/canon/date.h"
#include "lib/elig/canon/normalize.h"
#include "lib/elig/canon/raw_text.h"

#define YEAR_DIGITS 4
#define CENTURY 100u
/* Spreadsheets count a 29 February 1900: serial numbers before it are days since 1899-12-31, later ones since
 * the day before, and its own is no day. */
#define SERIAL_DIGITS 7
#define SERIAL_FAULT 60u
#define SERIAL_LAST 2958465u /* 9999-12-31 */
#define DAYS_OF_400_YEARS 146097u
#define DAYS_BEFORE_1899_12_30 693899u /* since 0000-03-01 */

static enum elig_reason write_date(unsigned year, unsigned month, unsigned day, char *out,
                                   struct elig_text *text)
{
    if (!date_write(year, month, day, (uint8_t *)out))
        return ELIG_REASON_DATE_CALENDAR;
    *text = (struct elig_text){out, DATE_BYTES};
    return ELIG_REASON_NONE;
}

/* Days since 0000-03-01 as a date, by years that begin in March, so that a leap day is the last of its year. */
static enum elig_reason write_day(unsigned days, char *out, struct elig_text *text)
{
    unsigned era = days / DAYS_OF_400_YEARS, day = days % DAYS_OF_400_YEARS;
    unsigned year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    day -= 365 * year + year / 4 - year / 100;
    unsigned month = (5 * day + 2) / 153; /* from March on */
    day -= (153 * month + 2) / 5;
    year += 400 * era + (month >= 10);
    return write_date(year, month < 10 ? month + 3 : month - 9, day + 1, out, text);
}

/* Returns how many digits are at *at, and their value. */
static size_t read_digits(const struct elig_text *text, size_t *at, unsigned *value)
{
    size_t first = *at;
    *value = 0;
    for (; *at < text->length && text->bytes[*at] >= '0' && text->bytes[*at] <= '9'; ++*at)
        if (*at - first < SERIAL_DIGITS)
            *value = *value * 10 + (unsigned)(text->bytes[*at] - '0');
    return *at - first;
}

/* A whole number of days, which a data frame may have written with a fraction of zero. */
static enum elig_reason rewrite_serial(struct elig_text normal, char *out, struct elig_text *text)
{
    size_t at = 0;
    unsigned days, fraction = 0;
    size_t digits = read_digits(&normal, &at, &days);
    if (at < normal.length && normal.bytes[at] == '.') {
        at++;
        while (at < normal.length && normal.bytes[at] >= '0' && normal.bytes[at] <= '9')
            fraction |= (unsigned)(normal.bytes[at++] - '0');
    }
    if (digits == 0 || digits > SERIAL_DIGITS || at < normal.length)
        return ELIG_REASON_NONE; /* perhaps a date */
    if (fraction != 0)
        return ELIG_REASON_DATE_TIME;
    if (days == 0 || days == SERIAL_FAULT || days > SERIAL_LAST)
        return ELIG_REASON_DATE_CALENDAR;
    return write_day(DAYS_BEFORE_1899_12_30 + days + (days < SERIAL_FAULT), out, text);
}

static enum elig_reason rewrite_ordered(const struct notation *notation, struct elig_text normal, char *out,
                                        struct elig_text *text)
{
    bool is_year_first = notation->order == NOTATION_YEAR_MONTH_DAY;
    struct date date;
    enum elig_reason reason = date_read(normal, &date);
    if (reason != ELIG_REASON_NONE)
        return reason;
    if (date.digits[0] == YEAR_DIGITS)
        return date.is_compact && !is_year_first ? ELIG_REASON_DATE_FORMAT : ELIG_REASON_NONE;
    unsigned year_at = is_year_first ? 0 : 2, month_at = notation->order == NOTATION_MONTH_DAY_YEAR ? 0 : 1;
    unsigned year = date.values[year_at];
    if (date.digits[0] > 2 || (is_year_first && date.digits[2] > 2) || (date.is_compact && !is_year_first))
        return ELIG_REASON_DATE_FORMAT;
    if (date.digits[year_at] == 2 && notation->pivot < CENTURY)
        year += year <= notation->pivot ? 20 * CENTURY : 19 * CENTURY;
    else if (date.digits[year_at] != YEAR_DIGITS)
        return ELIG_REASON_DATE_FORMAT;
    return write_date(year, date.values[month_at], date.values[is_year_first ? 2 : 1 - month_at], out, text);
}

static enum elig_reason rewrite_date(const struct notation *notation, struct elig_text cell, char *out,
                                     struct elig_text *text)
{
    size_t length;
    enum elig_reason reason = raw_text_check(cell);
    if (reason == ELIG_REASON_NONE)
        reason = normalize_text(cell, FOLD_NONE, (uint8_t *)out, &length);
    if (reason != ELIG_REASON_NONE)
        return reason;
    struct elig_text normal = {out, length};
    *text = normal; /* as good as the cell */
    return notation->order == NOTATION_SERIAL ? rewrite_serial(normal, out, text)
                                              : rewrite_ordered(notation, normal, out, text);
}

static void rewrite_phone(struct elig_text cell, char *out, struct elig_text *text)
{
    if (cell.length >= NOTATION_MAX || memchr(cell.bytes, '+', cell.length) != NULL ||
        memmem(cell.bytes, cell.length, "＋", strlen("＋")) != NULL)
        return;
    out[0] = '+';
    memcpy(out + 1, cell.bytes, cell.length);
    *text = (struct elig_text){out, cell.length + 1};
}

enum elig_reason notation_rewrite(const struct notation *notation, struct elig_text cell,
                                  char out[NOTATION_MAX], struct elig_text *text)
{
    *text = cell;
    if (notation->order == NOTATION_FREE)
        return ELIG_REASON_NONE;
    cell = raw_text_trim(cell);
    *text = cell;
    if (cell.length == 0)
        return ELIG_REASON_NONE; /* empty, as the caller will find */
    if (cell.length > ELIG_TEXT_MAX)
        return ELIG_REASON_TOO_LONG;
    if (notation->order != NOTATION_E164)
        return rewrite_date(notation, cell, out, text);
    rewrite_phone(cell, out, text);
    return ELIG_REASON_NONE;
}
