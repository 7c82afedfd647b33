/* SPDX-License-Identifier: Apache-2.0 */
/* keyspace.c - patterns of phone numbers, days, and orders of magnitude of the rest. */
#include "lib/guess/keyspace.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lib/elig/canon/phone_table.h"

/* ---- Rules that candidates follow ---- */

/*
 * A pattern has one or several alternatives with '|' between them, in which 'd' is any digit, [..] one of the
 * characters and ranges in it, and everything else itself.
 */
#define DIGITS "0123456789"

/* The characters that a pattern allows next; moves *at past them. */
static size_t next_characters(const char **at, char set[sizeof DIGITS])
{
    const char *from = *at;
    size_t count = 0;
    if (*from == 'd') {
        memcpy(set, DIGITS, sizeof DIGITS);
        *at = from + 1;
        return sizeof DIGITS - 1;
    }
    if (*from != '[') {
        set[0] = *from;
        *at = from + 1;
        return 1;
    }
    for (from++; *from != ']'; from++)
        if (*from == '-')
            for (char next = (char)(from[-1] + 1); next < from[1]; next++)
                set[count++] = next;
        else
            set[count++] = *from;
    *at = from + 1;
    return count;
}

/* Candidates of the alternative that begins at *at; moves *at to its end. */
static uint64_t count_alternative(const char **at)
{
    char set[sizeof DIGITS];
    uint64_t count = 1;
    while (**at != '\0' && **at != '|')
        count *= next_characters(at, set);
    return count;
}

static uint64_t count_pattern(const char *pattern)
{
    uint64_t count = 0;
    for (const char *at = pattern;; at++) {
        count += count_alternative(&at);
        if (*at == '\0')
            return count;
    }
}

/* Writes an alternative's candidate, of count; the first character is the most significant. */
static size_t write_alternative(const char *alternative, uint64_t count, uint64_t number, char *text)
{
    char set[sizeof DIGITS];
    size_t length = 0;
    while (*alternative != '\0' && *alternative != '|') {
        size_t size = next_characters(&alternative, set);
        /* divisions take most of the time here: none for what is no choice, and only one for a digit */
        count = size == 1 ? count : size == 10 ? count / 10 : count / size;
        uint64_t choice = size == 1 ? 0 : number / count;
        text[length++] = set[choice];
        number -= choice * count;
    }
    text[length] = '\0';
    return length;
}

static size_t write_pattern(const char *pattern, uint64_t number, char *text)
{
    for (const char *at = pattern;; at++) {
        const char *alternative = at;
        uint64_t count = count_alternative(&at);
        if (number < count)
            return write_alternative(alternative, count, number, text);
        number -= count;
    }
}

/* ---- Phone numbers ---- */

/*
 * The mobile numbers of countries whose plan gives them ranges of their own, as international numbers; North
 * America gives them none, so there it is every number. They are as many as libphonenumber 8.12.57 knows to
 * within a factor of three, but for Canada, whose numbers look like those of all North America, and Korea,
 * where it also has the prefixes that were given up for 010 by 2021.
 */
static const struct mobile {
    char region[3];
    const char *pattern, *words;
} mobiles[] = {
    {"AU", "+614dddddddd", "04 and 8 digits"},
    {"BE", "+324[5-9]ddddddd", "045 to 049 and 7 digits"},
    {"CA", "+1[2-9]dd[2-9]dddddd", "no range of their own, so all of North America's, 10 digits"},
    {"CH", "+417[5-9]ddddddd", "075 to 079 and 7 digits"},
    {"CN", "+861[3-9]ddddddddd", "13 to 19 and 9 digits"},
    {"DE", "+4915ddddddddd|+4916[023]ddddddd|+4917dddddddd", "015, 0160, 0162, 0163 and 017"},
    {"ES", "+346dddddddd|+347[1-4]ddddddd", "6 and 8 digits, 71 to 74 and 7 digits"},
    {"FR", "+33[67]dddddddd", "06 or 07 and 8 digits"},
    {"GB", "+447[1-57-9]dddddddd", "071 to 075, 077 to 079 and 8 digits"},
    {"IN", "+91[6-9]ddddddddd", "6 to 9 and 9 digits"},
    {"IT", "+393[1-9]dddddddd", "31 to 39 and 8 digits"},
    {"JP", "+81[7-9]0[1-9]ddddddd", "070, 080 or 090 and 8 digits"},
    {"KR", "+8210dddddddd", "010 and 8 digits"},
    {"NL", "+316[1-58]ddddddd", "061 to 065, 068 and 7 digits"},
    {"RU", "+79ddddddddd", "9 and 9 digits"},
    {"SE", "+467[02369]ddddddd", "070, 072, 073, 076 or 079 and 7 digits"},
    {"SG", "+65[89]ddddddd", "8 or 9 and 7 digits"},
    {"TW", "+8869dddddddd", "09 and 8 digits"},
    {"US", "+1[2-9]dd[2-9]dddddd", "no range of their own, so all of North America's, 10 digits"},
};

static const struct mobile *find_mobile(const struct elig_part *part)
{
    for (size_t i = 0; i < sizeof mobiles / sizeof *mobiles; i++)
        if (memcmp(mobiles[i].region, part->region, sizeof part->region) == 0)
            return &mobiles[i];
    return NULL;
}

/* Digit strings that a node of the phone table accepts. memo: by node, of those counted; less than 0: not yet.
 */
#define NODES (PHONE_TABLE_TARGET_MASK + 1)
static double count_numbers(uint32_t node, double memo[NODES])
{
    if (memo[node] >= 0)
        return memo[node];
    double count = (phone_table_edge(&phone_table, node) & PHONE_TABLE_ACCEPT) != 0;
    for (uint32_t at = node;; at++) {
        uint32_t edge = phone_table_edge(&phone_table, at);
        unsigned digits = (unsigned)__builtin_popcount(edge & (PHONE_TABLE_LAST - 1));
        if (digits > 0)
            count += digits * count_numbers(phone_table_target(edge), memo);
        if (edge & PHONE_TABLE_LAST)
            break;
    }
    return memo[node] = count;
}

/* Every number that the plan of a region's calling code allows; of all calling codes without a region. */
static double plausible_numbers(const struct elig_part *part)
{
    double memo[NODES], count = 0;
    for (size_t i = 0; i < NODES; i++)
        memo[i] = -1;
    for (size_t row = 0; row < phone_table.region_count; row++) {
        char name[sizeof part->region];
        phone_table_region_name(&phone_table, row, name);
        if (part->region[0] != '\0' && memcmp(name, part->region, sizeof name) == 0 &&
            phone_table.regions[row].code != PHONE_TABLE_NO_CODE)
            return count_numbers(phone_table.codes[phone_table.regions[row].code].numbers, memo);
    }
    for (size_t i = 0; i < phone_table.code_count; i++)
        count += count_numbers(phone_table.codes[i].numbers, memo);
    return count;
}

static unsigned keyspaces_of_phone(const struct elig_part *part, struct keyspace keyspaces[KEYSPACES_MAX])
{
    const struct mobile *mobile = find_mobile(part);
    bool has_region = part->region[0] != '\0';
    keyspaces[0] = (struct keyspace){.candidates = 1e8, .source = "order of magnitude of one country's"};
    snprintf(keyspaces[0].what, KEYSPACE_TEXT, "mobile numbers of %.*s",
             has_region ? (int)sizeof part->region : INT_MAX, has_region ? part->region : "one country");
    if (mobile != NULL) {
        keyspaces[0].candidates = (double)count_pattern(mobile->pattern);
        keyspaces[0].source = "the country's numbering plan";
        snprintf(keyspaces[0].what, KEYSPACE_TEXT, "mobile numbers of %s: %s", mobile->region, mobile->words);
    }
    keyspaces[1] = (struct keyspace){.candidates = plausible_numbers(part),
                                     .what = "plausible numbers of all sorts and all countries",
                                     .source = "counted in the phone table, from libphonenumber"};
    if (has_region)
        snprintf(keyspaces[1].what, KEYSPACE_TEXT,
                 "plausible numbers of all sorts under the calling code of %.2s", part->region);
    return 2;
}

/* ---- Days ---- */

#define DAYS 36525 /* from 1926-01-01 to 2025-12-31: a hundred years */

static int days_of_year(unsigned year)
{
    return year % 4 == 0 ? 366 : 365; /* no year from 1926 to 2025 is a multiple of 100 but 2000 */
}

static size_t write_day(uint64_t number, char *text)
{
    static const uint8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    unsigned year = 1926, month = 0;
    int day = (int)number;
    for (; day >= days_of_year(year); year++)
        day -= days_of_year(year);
    for (;; month++) {
        int length = lengths[month] + (month == 1 && days_of_year(year) == 366);
        if (day < length)
            break;
        day -= length;
    }
    return (size_t)snprintf(text, KEYSPACE_CANDIDATE_TEXT, "%u-%02u-%02d", year, month + 1, day + 1);
}

/* ---- All types ---- */

#define CUSTOMER_NUMBERS "dddddddd"

/* What needs no further data: by type, one or two keyspaces. */
static const struct {
    double candidates;
    const char *what, *source;
} known[][KEYSPACES_MAX] = {
    [ELIG_TYPE_EMAIL] = {{1e10, "addresses in the collections of past leaks",
                          "Have I Been Pwned counts more than 10^10 accounts"},
                         {1e11, "names of one country at large providers",
                          "assumed: 10^7 names in 10 spellings with 100 endings at 10 providers"}},
    [ELIG_TYPE_TEXT] = {{1e7, "full names of one country", "order of magnitude"}},
    [ELIG_TYPE_DIGITS] = {{1e8, "customer numbers of 8 digits", "assumed: handed out in sequence"},
                          {1e9, "numbers of 9 digits, such as social security numbers of the US",
                           "all there are of 9 digits"}},
    [ELIG_TYPE_DATE] = {{DAYS, "days of a hundred years", "the calendar"}},
    [ELIG_TYPE_EXACT] = {{1e10, "unknown values", "not known: taken as many as e-mail addresses"}},
};

static unsigned keyspaces_of_part(const struct elig_part *part, struct keyspace keyspaces[KEYSPACES_MAX])
{
    unsigned count = 0;
    if (part->type == ELIG_TYPE_PHONE)
        return keyspaces_of_phone(part, keyspaces);
    for (; count < KEYSPACES_MAX && known[part->type][count].what != NULL; count++) {
        keyspaces[count].candidates = known[part->type][count].candidates;
        keyspaces[count].source = known[part->type][count].source;
        snprintf(keyspaces[count].what, KEYSPACE_TEXT, "%s", known[part->type][count].what);
    }
    return count;
}

/* The people on a list with all parts that an attacker may have. */
#define PEOPLE 1e8

unsigned keyspace_of_kind(const struct elig_kind *kind, struct keyspace keyspaces[KEYSPACES_MAX])
{
    struct keyspace product = {.candidates = 1, .source = "product, as if the parts were independent"};
    if (kind->part_count == 1)
        return keyspaces_of_part(&kind->parts[0], keyspaces);
    for (unsigned i = 0; i < kind->part_count; i++) {
        keyspaces_of_part(&kind->parts[i], keyspaces);
        product.candidates *= keyspaces[0].candidates;
        size_t length = strlen(product.what);
        snprintf(product.what + length, KEYSPACE_TEXT - length, "%s%s", i > 0 ? " x " : "", keyspaces[0].what);
    }
    keyspaces[0] = product;
    if (product.candidates <= PEOPLE)
        return 1;
    keyspaces[1] = (struct keyspace){.candidates = PEOPLE,
                                     .what = "people of one country, if a list with all parts is available",
                                     .source = "order of magnitude of a population"};
    return 2;
}

double keyspace_candidates(const struct elig_kind *kind)
{
    struct keyspace keyspaces[KEYSPACES_MAX];
    keyspace_of_kind(kind, keyspaces);
    return keyspaces[0].candidates;
}

uint64_t keyspace_writable(const struct elig_part *part)
{
    const struct mobile *mobile = part->type == ELIG_TYPE_PHONE ? find_mobile(part) : NULL;
    if (mobile != NULL)
        return count_pattern(mobile->pattern);
    return part->type == ELIG_TYPE_DIGITS ? count_pattern(CUSTOMER_NUMBERS)
           : part->type == ELIG_TYPE_DATE ? DAYS
                                          : 0;
}

size_t keyspace_write(const struct elig_part *part, uint64_t number, char text[KEYSPACE_CANDIDATE_TEXT])
{
    if (part->type == ELIG_TYPE_DATE)
        return write_day(number, text);
    return write_pattern(part->type == ELIG_TYPE_PHONE ? find_mobile(part)->pattern : CUSTOMER_NUMBERS, number,
                         text);
}
