/* SPDX-License-Identifier: Apache-2.0 */
/* Rewrites dates to YYYY-MM-DD and telephone numbers to their international form. */
#include "lib/csv/notation.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "lib/elig/canon/canon.h"
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

static enum elig_reason reorder(const struct notation *notation, const struct date *date, char *out,
                                struct elig_text *text)
{
    bool is_year_first = notation->order == NOTATION_YEAR_MONTH_DAY;
    if (date->digits[0] == YEAR_DIGITS)
        return date->is_compact && !is_year_first ? ELIG_REASON_DATE_FORMAT : ELIG_REASON_NONE;
    if (date->has_signs && !is_year_first)
        return ELIG_REASON_DATE_FORMAT; /* they say the order, which is another one */
    unsigned year_at = is_year_first ? 0 : 2, month_at = notation->order == NOTATION_MONTH_DAY_YEAR ? 0 : 1;
    unsigned year = date->values[year_at];
    if (date->digits[0] > 2 || (is_year_first && date->digits[2] > 2) || (date->is_compact && !is_year_first))
        return ELIG_REASON_DATE_FORMAT;
    if (date->digits[year_at] == 2 && notation->pivot < CENTURY)
        year += year <= notation->pivot ? 20 * CENTURY : 19 * CENTURY;
    else if (date->digits[year_at] != YEAR_DIGITS)
        return ELIG_REASON_DATE_FORMAT;
    return write_date(year, date->values[month_at], date->values[is_year_first ? 2 : 1 - month_at], out, text);
}

static enum elig_reason rewrite_ordered(const struct notation *notation, struct elig_text normal, char *out,
                                        struct elig_text *text)
{
    struct date date;
    enum elig_reason reason = date_read(normal, &date);
    if (reason == ELIG_REASON_NONE)
        reason = reorder(notation, &date, out, text);
    sodium_memzero(&date, sizeof date);
    return reason;
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

/* What a spreadsheet's formula ="..." of one text yields; other cells stay as they are. */
static struct elig_text formula_text(struct elig_text cell)
{
    static const char start[] = "=\"";
    size_t length = sizeof start - 1;
    if (cell.length <= length || memcmp(cell.bytes, start, length) != 0 || cell.bytes[cell.length - 1] != '"' ||
        memchr(cell.bytes + length, '"', cell.length - length) != cell.bytes + cell.length - 1)
        return cell;
    return (struct elig_text){cell.bytes + length, cell.length - length - 1};
}

enum elig_reason notation_rewrite(const struct notation *notation, struct elig_text cell,
                                  char out[NOTATION_MAX], struct elig_text *text)
{
    cell = formula_text(cell);
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

/* ---- The words on a command line ---- */

static const struct {
    const char *word;
    enum notation_order order;
    enum elig_type type;
    bool takes_pivot;
} words[] = {
    {"dmy", NOTATION_DAY_MONTH_YEAR, ELIG_TYPE_DATE, true},
    {"mdy", NOTATION_MONTH_DAY_YEAR, ELIG_TYPE_DATE, true},
    {"ymd", NOTATION_YEAR_MONTH_DAY, ELIG_TYPE_DATE, true},
    {"serial", NOTATION_SERIAL, ELIG_TYPE_DATE, false},
    {"e164", NOTATION_E164, ELIG_TYPE_PHONE, false},
};

#define WORD_COUNT (sizeof words / sizeof *words)
static const char several[] = "several";

/* Reads "=NN" to the end of a word; true if there is nothing to read. */
static bool read_pivot(const char *text, size_t length, struct notation *notation)
{
    if (length == 0)
        return true;
    if (length != 3 || text[0] != '=' || text[1] < '0' || text[1] > '9' || text[2] < '0' || text[2] > '9')
        return false;
    notation->pivot = (unsigned)(10 * (text[1] - '0') + text[2] - '0');
    return true;
}

/* Reads one word; false if it is another one, or contradicts what was read before. */
static bool read_word(const char *word, size_t length, struct notation *notation)
{
    if (length == sizeof several - 1 && memcmp(word, several, length) == 0) {
        bool is_new = !notation->is_several;
        notation->is_several = true;
        return is_new;
    }
    for (size_t i = 0; i < WORD_COUNT && notation->order == NOTATION_FREE; i++) {
        size_t own = strlen(words[i].word);
        struct notation read = *notation;
        if (length < own || memcmp(word, words[i].word, own) != 0 ||
            !read_pivot(word + own, length - own, &read) || (length > own && !words[i].takes_pivot))
            continue;
        if (words[i].order == NOTATION_YEAR_MONTH_DAY && read.pivot == NOTATION_NO_PIVOT)
            return false;
        read.order = words[i].order;
        *notation = read;
        return true;
    }
    return false;
}

size_t notation_parse(const char *text, size_t length, struct notation *notation)
{
    *notation = (struct notation)NOTATION_INIT;
    for (;;) {
        const char *slash = memrchr(text, '/', length), *word = slash != NULL ? slash + 1 : text;
        if (!read_word(word, length - (size_t)(word - text), notation))
            return length;
        if (slash == NULL)
            return 0;
        length = (size_t)(slash - text);
    }
}

bool notation_fits(const struct notation *notation, enum elig_type type)
{
    for (size_t i = 0; i < WORD_COUNT; i++)
        if (words[i].order == notation->order)
            return words[i].type == type;
    return true;
}

void notation_print(const struct notation *notation, char text[NOTATION_TEXT_MAX])
{
    size_t length = 0;
    text[0] = '\0';
    for (size_t i = 0; i < WORD_COUNT; i++)
        if (words[i].order == notation->order)
            length = (size_t)snprintf(text, NOTATION_TEXT_MAX, "/%s", words[i].word);
    if (length > 0 && notation->pivot < CENTURY)
        length += (size_t)snprintf(text + length, NOTATION_TEXT_MAX - length, "=%02u", notation->pivot);
    if (notation->is_several)
        snprintf(text + length, NOTATION_TEXT_MAX - length, "/%s", several);
}

/* ---- Cells of several identifiers ---- */

#define PHONE_DIGITS_MIN 7 /* before a '/' that is not within a number */

static unsigned count_digits(struct elig_text text)
{
    unsigned count = 0;
    for (size_t i = 0; i < text.length; i++)
        count += text.bytes[i] >= '0' && text.bytes[i] <= '9';
    return count;
}

/* Whether '/' or '|', which is at the start of rest, divides what stands before it from the rest. */
static bool divides(struct elig_text before, struct elig_text rest, enum elig_type type)
{
    if (type == ELIG_TYPE_EMAIL)
        return memchr(before.bytes, '@', before.length) != NULL && memchr(rest.bytes, '@', rest.length) != NULL;
    return type != ELIG_TYPE_PHONE || rest.bytes[0] == '|' || count_digits(before) >= PHONE_DIGITS_MIN;
}

/* The length of a separator at the start of rest; 0 if there is another character. */
static size_t separator_length(struct elig_text before, struct elig_text rest, enum elig_type type)
{
    static const char *const longer[] = {"；", "，", "、", ":::"}; /* the last one is Google's */
    char first = rest.bytes[0];
    if (first == '/' || first == '|')
        return divides(before, rest, type);
    if (memchr(";,\r\n", first, 4) != NULL || (type == ELIG_TYPE_EMAIL && (first == ' ' || first == '\t')))
        return 1;
    for (size_t i = 0; i < sizeof longer / sizeof *longer; i++)
        if (rest.length >= strlen(longer[i]) && memcmp(rest.bytes, longer[i], strlen(longer[i])) == 0)
            return strlen(longer[i]);
    return 0;
}

bool notation_next(struct elig_text *cell, enum elig_type type, struct elig_text *identifier)
{
    *identifier = (struct elig_text){cell->bytes, 0};
    while (cell->length > 0) {
        size_t separator = separator_length(*identifier, *cell, type), step = separator > 0 ? separator : 1;
        cell->bytes += step;
        cell->length -= step;
        identifier->length += separator > 0 ? 0 : 1;
        bool is_end = separator > 0 || cell->length == 0;
        if (is_end && identifier->length > 0 && raw_text_trim(*identifier).length > 0)
            return true;
        if (separator > 0)
            *identifier = (struct elig_text){cell->bytes, 0};
    }
    return false;
}

#define IDENTIFIER_DIGITS_MIN 5 /* of a cell that was to be an identifier */

bool notation_holds_identifier(const struct notation *notation, const struct elig_part *part,
                               struct elig_text cell)
{
    if (memchr(cell.bytes, '@', cell.length) != NULL || count_digits(cell) >= IDENTIFIER_DIGITS_MIN)
        return true;
    uint8_t canonical[CANON_PART_MAX];
    char rewritten[NOTATION_MAX];
    struct elig_text one = cell;
    size_t length;
    bool is_identifier = false;
    while (!is_identifier &&
           (notation->is_several ? notation_next(&cell, (enum elig_type)part->type, &one) : one.length > 0)) {
        is_identifier = notation_rewrite(notation, one, rewritten, &one) == ELIG_REASON_NONE &&
                        canon_part(part, one, canonical, &length) == ELIG_REASON_NONE;
        if (!notation->is_several)
            break;
    }
    sodium_memzero(canonical, sizeof canonical);
    sodium_memzero(rewritten, sizeof rewritten);
    return is_identifier;
}
