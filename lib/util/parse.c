/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/util/parse.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "include/elig_format.h"

/* Reads the digits at *text, moving it past them: 1, or 0 if there are none or they do not fit. */
static int take_digits(const char **text, uint64_t *value)
{
    char *end;
    if (!isdigit((unsigned char)**text))
        return 0;
    errno = 0;
    unsigned long long number = strtoull(*text, &end, 10);
    if (errno != 0)
        return 0;
    *value = number;
    *text = end;
    return 1;
}

int parse_number(const char *text, uint64_t minimum, uint64_t maximum, uint64_t *value)
{
    return take_digits(&text, value) && *text == '\0' && *value >= minimum && *value <= maximum;
}

int parse_size(const char *text, uint64_t minimum, uint64_t maximum, uint64_t *bytes)
{
    static const char units[] = "KMGT";
    if (!take_digits(&text, bytes))
        return 0;
    const char *unit = *text != '\0' ? strchr(units, *text) : NULL;
    if (unit != NULL) {
        unsigned shift = 10 * (unsigned)(unit - units + 1);
        if (*bytes > UINT64_MAX >> shift)
            return 0;
        *bytes <<= shift;
        text++;
        if (strcmp(text, "iB") == 0 || strcmp(text, "B") == 0)
            text = "";
    }
    return *text == '\0' && *bytes >= minimum && *bytes <= maximum;
}

int parse_rate(const char *text, unsigned *fingerprint_bits)
{
    uint64_t bits;
    if (strncmp(text, "2^-", 3) == 0) {
        if (!parse_number(text + 3, ELIG_FINGERPRINT_MIN, ELIG_FINGERPRINT_MAX, &bits))
            return 0;
        *fingerprint_bits = (unsigned)bits;
        return 1;
    }
    char *end;
    if (!isdigit((unsigned char)*text) && *text != '.')
        return 0;
    double rate = strtod(text, &end);
    if (*end != '\0' || !(rate > 0.0 && rate < 1.0))
        return 0;
    double needed = ceil(-log2(rate));
    if (needed > ELIG_FINGERPRINT_MAX)
        return 0;
    *fingerprint_bits = needed < ELIG_FINGERPRINT_MIN ? ELIG_FINGERPRINT_MIN : (unsigned)needed;
    return 1;
}

/* Exactly count digits at *text, moving it past them. */
static int take_fixed(const char **text, unsigned count, int minimum, int maximum, int *value)
{
    *value = 0;
    for (unsigned i = 0; i < count; i++, (*text)++) {
        if (!isdigit((unsigned char)**text))
            return 0;
        *value = *value * 10 + (**text - '0');
    }
    return *value >= minimum && *value <= maximum;
}

static int take_char(const char **text, const char *any_of)
{
    if (**text == '\0' || strchr(any_of, **text) == NULL)
        return 0;
    (*text)++;
    return 1;
}

/* The offset from UTC in minutes: Z, or + or - hh:mm. */
static int take_offset(const char **text, int *minutes)
{
    int hour, minute;
    *minutes = 0;
    if (take_char(text, "Zz"))
        return 1;
    int sign = **text == '-' ? -1 : 1;
    if (!take_char(text, "+-") || !take_fixed(text, 2, 0, 23, &hour) || !take_char(text, ":") ||
        !take_fixed(text, 2, 0, 59, &minute))
        return 0;
    *minutes = sign * (hour * 60 + minute);
    return 1;
}

int parse_time(const char *text, int64_t *seconds)
{
    struct tm tm = {0};
    int offset;
    if (!take_fixed(&text, 4, 1970, 9999, &tm.tm_year) || !take_char(&text, "-") ||
        !take_fixed(&text, 2, 1, 12, &tm.tm_mon) || !take_char(&text, "-") ||
        !take_fixed(&text, 2, 1, 31, &tm.tm_mday) || !take_char(&text, "Tt ") ||
        !take_fixed(&text, 2, 0, 23, &tm.tm_hour) || !take_char(&text, ":") ||
        !take_fixed(&text, 2, 0, 59, &tm.tm_min) || !take_char(&text, ":") ||
        !take_fixed(&text, 2, 0, 59, &tm.tm_sec) || !take_offset(&text, &offset) || *text != '\0')
        return 0;
    int day = tm.tm_mday;
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    *seconds = (int64_t)timegm(&tm) - offset * 60;
    /* timegm() turns 31 April into 1 May; the index bounds must be after 1970, where 0 means "no bound" */
    return tm.tm_mday == day && *seconds > 0;
}

void parse_time_print(int64_t seconds, char *out)
{
    time_t time = (time_t)seconds;
    struct tm tm;
    if (gmtime_r(&time, &tm) == NULL || strftime(out, PARSE_TIME_TEXT, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
        snprintf(out, PARSE_TIME_TEXT, "@%lld", (long long)seconds);
}

static int hex_digit(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c != '\0' ? strchr(digits, tolower((unsigned char)c)) : NULL;
    return at != NULL ? (int)(at - digits) : -1;
}

int parse_hex(const char *text, uint8_t *bytes, size_t count)
{
    if (strlen(text) != 2 * count)
        return 0;
    for (size_t i = 0; i < count; i++) {
        int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return 0;
        bytes[i] = (uint8_t)(high << 4 | low);
    }
    return 1;
}
