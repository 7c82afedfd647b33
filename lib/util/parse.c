/* SPDX-License-Identifier: Apache-2.0 */
/* parse.c - one checked parser for each notation of the command lines. */
#include "lib/util/parse.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "include/elig_format.h"

/* Reads the digits at *text and moves it past them; false if there are none or the number does not fit. */
static bool read_digits(const char **text, uint64_t *value)
{
    char *end;
    if (!isdigit((unsigned char)**text))
        return false;
    errno = 0;
    unsigned long long number = strtoull(*text, &end, 10);
    if (errno != 0)
        return false;
    *value = number;
    *text = end;
    return true;
}

bool parse_number(const char *text, uint64_t minimum, uint64_t maximum, uint64_t *value)
{
    return read_digits(&text, value) && *text == '\0' && *value >= minimum && *value <= maximum;
}

bool parse_size(const char *text, uint64_t minimum, uint64_t maximum, uint64_t *bytes)
{
    static const char units[] = "KMGT";
    if (!read_digits(&text, bytes))
        return false;
    const char *unit = *text != '\0' ? strchr(units, *text) : NULL;
    if (unit != NULL) {
        unsigned shift = 10 * (unsigned)(unit - units + 1);
        if (*bytes > UINT64_MAX >> shift)
            return false;
        *bytes <<= shift;
        text++;
        if (strcmp(text, "iB") == 0 || strcmp(text, "B") == 0)
            text = "";
    }
    return *text == '\0' && *bytes >= minimum && *bytes <= maximum;
}

bool parse_rate(const char *text, unsigned *fingerprint_bits)
{
    uint64_t bits;
    if (strncmp(text, "2^-", 3) == 0) {
        if (!parse_number(text + 3, ELIG_FINGERPRINT_MIN, ELIG_FINGERPRINT_MAX, &bits))
            return false;
        *fingerprint_bits = (unsigned)bits;
        return true;
    }
    char *end;
    if (!isdigit((unsigned char)*text) && *text != '.')
        return false;
    double rate = strtod(text, &end);
    if (*end != '\0' || !(rate > 0.0 && rate < 1.0))
        return false;
    double needed = ceil(-log2(rate));
    if (needed > ELIG_FINGERPRINT_MAX)
        return false;
    *fingerprint_bits = needed < ELIG_FINGERPRINT_MIN ? ELIG_FINGERPRINT_MIN : (unsigned)needed;
    return true;
}

/* Reads exactly count digits at *text and moves it past them. */
static bool read_fixed(const char **text, unsigned count, int minimum, int maximum, int *value)
{
    *value = 0;
    for (unsigned i = 0; i < count; i++, (*text)++) {
        if (!isdigit((unsigned char)**text))
            return false;
        *value = *value * 10 + (**text - '0');
    }
    return *value >= minimum && *value <= maximum;
}

static bool read_char(const char **text, const char *any_of)
{
    if (**text == '\0' || strchr(any_of, **text) == NULL)
        return false;
    (*text)++;
    return true;
}

/* Reads the offset from UTC, in minutes: Z, or + or - hh:mm. */
static bool read_offset(const char **text, int *minutes)
{
    int hour, minute;
    *minutes = 0;
    if (read_char(text, "Zz"))
        return true;
    int sign = **text == '-' ? -1 : 1;
    if (!read_char(text, "+-") || !read_fixed(text, 2, 0, 23, &hour) || !read_char(text, ":") ||
        !read_fixed(text, 2, 0, 59, &minute))
        return false;
    *minutes = sign * (hour * 60 + minute);
    return true;
}

bool parse_time(const char *text, int64_t *seconds)
{
    struct tm tm = {0};
    int offset;
    if (!read_fixed(&text, 4, 1970, 9999, &tm.tm_year) || !read_char(&text, "-") ||
        !read_fixed(&text, 2, 1, 12, &tm.tm_mon) || !read_char(&text, "-") ||
        !read_fixed(&text, 2, 1, 31, &tm.tm_mday) || !read_char(&text, "Tt ") ||
        !read_fixed(&text, 2, 0, 23, &tm.tm_hour) || !read_char(&text, ":") ||
        !read_fixed(&text, 2, 0, 59, &tm.tm_min) || !read_char(&text, ":") ||
        !read_fixed(&text, 2, 0, 59, &tm.tm_sec) || !read_offset(&text, &offset) || *text != '\0')
        return false;
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

bool parse_hex(const char *text, uint8_t *bytes, size_t count)
{
    size_t length = 0;
    return strlen(text) == 2 * count &&
           sodium_hex2bin(bytes, count, text, 2 * count, NULL, &length, NULL) == 0 && length == count;
}
