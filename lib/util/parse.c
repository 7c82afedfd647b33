/* SPDX-License-Identifier: Apache-2.0 */
/* parse.c - one checked parser for each form of value on command lines. */
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

/* Reads the digits at *text and moves it past them; false if there is no digit or the number does not fit. */
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

bool parse_share(const char *text, uint32_t *share)
{
    uint64_t value;
    uint32_t unit = PARSE_SHARE_ONE / 100;
    if (!read_digits(&text, &value) || value > 100)
        return false;
    *share = (uint32_t)value * unit;
    if (*text == '.' && !isdigit((unsigned char)*++text))
        return false;
    for (; isdigit((unsigned char)*text) && unit > 1; text++) {
        unit /= 10;
        *share += (uint32_t)(*text - '0') * unit;
    }
    return strcmp(text, "%") == 0 && *share <= PARSE_SHARE_ONE;
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

bool parse_rate(const char *text, unsigned *rate_bits)
{
    uint64_t bits;
    if (strncmp(text, "2^-", 3) == 0) {
        if (!parse_number(text + 3, ELIG_FINGERPRINT_MIN, ELIG_FINGERPRINT_MAX, &bits))
            return false;
        *rate_bits = (unsigned)bits;
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
    *rate_bits = needed < ELIG_FINGERPRINT_MIN ? ELIG_FINGERPRINT_MIN : (unsigned)needed;
    return true;
}

/* One number of a time: after one of the characters before it, with a fixed number of digits. */
struct time_field {
    char before[4]; /* empty: nothing comes before */
    uint16_t digits, minimum, maximum;
};

/* Reads such numbers at *text and moves it past them. */
static bool read_fields(const char **text, const struct time_field *fields, size_t count, int *values)
{
    for (size_t i = 0; i < count; i++) {
        unsigned value = 0;
        if (fields[i].before[0] != '\0' && (**text == '\0' || strchr(fields[i].before, *(*text)++) == NULL))
            return false;
        for (unsigned digit = 0; digit < fields[i].digits; digit++, (*text)++) {
            if (!isdigit((unsigned char)**text))
                return false;
            value = value * 10 + (unsigned)(**text - '0');
        }
        if (value < fields[i].minimum || value > fields[i].maximum)
            return false;
        values[i] = (int)value;
    }
    return true;
}

bool parse_time(const char *text, int64_t *seconds)
{
    static const struct time_field local[] = {{"", 4, 1970, 9999}, {"-", 2, 1, 12}, {"-", 2, 1, 31},
                                              {"Tt ", 2, 0, 23},   {":", 2, 0, 59}, {":", 2, 0, 59}};
    static const struct time_field offset[] = {{"+-", 2, 0, 23}, {":", 2, 0, 59}};
    int values[sizeof local / sizeof *local], east[2] = {0, 0};
    if (!read_fields(&text, local, sizeof local / sizeof *local, values))
        return false;
    int sign = *text == '-' ? -1 : 1;
    if (*text == 'Z' || *text == 'z')
        text++;
    else if (!read_fields(&text, offset, sizeof offset / sizeof *offset, east))
        return false;
    struct tm tm = {.tm_year = values[0] - 1900,
                    .tm_mon = values[1] - 1,
                    .tm_mday = values[2],
                    .tm_hour = values[3],
                    .tm_min = values[4],
                    .tm_sec = values[5]};
    *seconds = (int64_t)timegm(&tm) - sign * (east[0] * 60 + east[1]) * 60;
    /* timegm() turns 31 April into 1 May; bounds of an index are after 1970, where 0 means "no bound" */
    return *text == '\0' && tm.tm_mday == values[2] && *seconds > 0;
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
