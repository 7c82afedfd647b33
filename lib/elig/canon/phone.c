/* SPDX-License-Identifier: Apache-2.0 */
/* Computes the canonical form of phone numbers: collects all plausible readings, and accepts a single one. */
#include "lib/elig/canon/phone.h"

#include <string.h>

#include "lib/elig/canon/code_point.h"
#include "lib/elig/canon/decimal.h"

#define DECIMAL 10u

/* The plausible readings of one number. All are suffixes of the same digits, so that calling code and length
 * tell them apart. */
struct readings {
    const struct phone_table_code *code; /* of the plausible reading, NULL before there is one */
    size_t national_length;              /* its digits after the calling code */
    bool any_length_possible;
    bool are_several;
};

/* The node that a digit leads to, or PHONE_TABLE_NO_NODE. */
static inline uint32_t node_after(uint32_t node, uint8_t digit)
{
    unsigned bit = digit - (unsigned)'0';
    uint32_t edge;
    while (!((edge = phone_table_edge(node)) >> bit & 1u)) {
        if (edge & PHONE_TABLE_LAST)
            return PHONE_TABLE_NO_NODE;
        node++;
    }
    return edge >> PHONE_TABLE_TARGET_SHIFT;
}

static bool node_accepts(uint32_t node)
{
    return (phone_table_edge(node) & PHONE_TABLE_ACCEPT) != 0;
}

static bool is_plausible(const struct phone_table_code *code, const uint8_t *national, size_t length)
{
    uint32_t node = code->numbers;
    for (size_t at = 0; at < length; at++) {
        node = node_after(node, national[at]);
        if (node == PHONE_TABLE_NO_NODE)
            return false;
    }
    return node_accepts(node);
}

static void read_exactly(struct readings *readings, const struct phone_table_code *code,
                         const uint8_t *national, size_t length)
{
    if (length > PHONE_TABLE_NATIONAL_DIGITS || !(code->lengths >> length & 1u))
        return;
    readings->any_length_possible = true;
    if (!is_plausible(code, national, length))
        return;
    if (readings->code == NULL) {
        readings->code = code;
        readings->national_length = length;
    } else if (readings->code != code || readings->national_length != length) {
        readings->are_several = true;
    }
}

/* Reads digits as a national number after each trunk prefix they begin with. */
static void read_after_trunks(struct readings *readings, const struct phone_table_code *code,
                              const uint8_t *digits, size_t length)
{
    uint32_t node = code->trunks;
    for (size_t at = 0; at < length; at++) {
        node = node_after(node, digits[at]);
        if (node == PHONE_TABLE_NO_NODE)
            return;
        if (node_accepts(node))
            read_exactly(readings, code, digits + at + 1, length - at - 1);
    }
}

/* Reads digits as a national number, as it stands and after each trunk prefix it begins with. */
static void read_national(struct readings *readings, const struct phone_table_code *code, const uint8_t *digits,
                          size_t length)
{
    read_exactly(readings, code, digits, length);
    read_after_trunks(readings, code, digits, length);
}

/* Number of digits of a calling code. */
static size_t code_digits(unsigned code)
{
    return code < DECIMAL ? 1 : code < DECIMAL * DECIMAL ? 2 : PHONE_TABLE_CODE_DIGITS;
}

static unsigned number_of(const uint8_t *digits, size_t count)
{
    unsigned value = 0;
    for (size_t at = 0; at < count; at++)
        value = value * DECIMAL + (unsigned)(digits[at] - '0');
    return value;
}

/* The row of a calling code, looked for from the first one that has its first two digits, or NULL. */
static const struct phone_table_code *find_code(unsigned code)
{
    unsigned first_two = code < DECIMAL ? code * DECIMAL : code < DECIMAL * DECIMAL ? code : code / DECIMAL;
    for (size_t at = phone_table_code_starts[first_two];
         at < phone_table_code_count && phone_table_codes[at].code <= code; at++)
        if (phone_table_codes[at].code == code)
            return &phone_table_codes[at];
    return NULL;
}

/* Reads digits as calling code and national number. No calling code is the beginning of another one. */
static void read_international(struct readings *readings, const uint8_t *digits, size_t length)
{
    unsigned value = 0;
    for (size_t at = 0; at < length && at < PHONE_TABLE_CODE_DIGITS; at++) {
        value = value * DECIMAL + (unsigned)(digits[at] - '0');
        const struct phone_table_code *code = find_code(value);
        if (code != NULL) {
            read_national(readings, code, digits + at + 1, length - at - 1);
            return;
        }
    }
}

/* Every way to read digits that came without '+'. */
static void read_domestic(struct readings *readings, const struct phone_table_region *region,
                          const uint8_t *digits, size_t length)
{
    uint32_t node = region->prefixes;
    for (size_t at = 0; at < length; at++) {
        node = node_after(node, digits[at]);
        if (node == PHONE_TABLE_NO_NODE)
            break;
        if (node_accepts(node))
            read_international(readings, digits + at + 1, length - at - 1);
    }
    if (region->code != PHONE_TABLE_NO_CODE) {
        const struct phone_table_code *code = &phone_table_codes[region->code];
        size_t count = code_digits(code->code);
        read_national(readings, code, digits, length);
        if (length < code->shortest_bare && is_plausible(code, digits, length)) {
            /* "2123 4567" in Korea: a number of Seoul without its area code, or with area code 2 whose 0 a
             * spreadsheet has eaten. */
            readings->are_several = true;
        }
        if (length > count && number_of(digits, count) == code->code)
            read_national(readings, code, digits + count, length - count);
    }
}

static const struct phone_table_region *find_region(const char name[2])
{
    unsigned letter = (unsigned)(unsigned char)name[0] - 'A';
    if (letter >= PHONE_TABLE_LETTERS)
        return name[0] == 0 && name[1] == 0 ? &phone_table_regions[0] : NULL;
    for (size_t at = phone_table_region_starts[letter]; at < phone_table_region_starts[letter + 1]; at++)
        if (phone_table_regions[at].second == name[1])
            return &phone_table_regions[at];
    return NULL;
}

bool phone_region_is_known(const char region[2])
{
    return find_region(region) != NULL;
}

/* Writes the digits of text to out; *has_plus tells whether a '+' came before them. False at any other
 * character that is no separator. */
static bool collect_digits(struct elig_text text, uint8_t *out, size_t *length, bool *has_plus)
{
    const uint8_t *bytes = (const uint8_t *)text.bytes;
    size_t at = 0, digits = 0;
    uint32_t code_point;
    *has_plus = false;
    while (at < text.length) {
        if (bytes[at] >= '0' && bytes[at] <= '9') { /* nearly all are */
            out[digits++] = bytes[at++];
            continue;
        }
        at += code_point_read(bytes + at, text.length - at, &code_point);
        int meaning = decimal_class(code_point);
        if (meaning < DECIMAL_SEPARATOR)
            out[digits++] = (uint8_t)('0' + meaning);
        else if (code_point == '+' && digits == 0 && !*has_plus)
            *has_plus = true;
        else if (meaning != DECIMAL_SEPARATOR)
            return false;
    }
    *length = digits;
    return true;
}

static enum elig_reason refusal(const struct readings *readings)
{
    if (readings->are_several)
        return ELIG_REASON_PHONE_AMBIGUOUS;
    if (readings->code != NULL)
        return ELIG_REASON_NONE;
    return readings->any_length_possible ? ELIG_REASON_PHONE_RANGE : ELIG_REASON_PHONE_LENGTH;
}

/* Puts the calling code of the reading in front of its digits, which are the last of *length. */
static void write_result(const struct readings *readings, uint8_t *digits, size_t *length)
{
    size_t count = code_digits(readings->code->code);
    const uint8_t *national = digits + *length - readings->national_length;
    unsigned code = readings->code->code;
    if (national != digits + count)
        memmove(digits + count, national, readings->national_length);
    for (size_t at = count; at-- > 0; code /= DECIMAL)
        digits[at] = (uint8_t)('0' + code % DECIMAL);
    *length = count + readings->national_length;
}

enum elig_reason phone_canon(const char region_name[2], struct elig_text text, uint8_t *out, size_t *length)
{
    const struct phone_table_region *region = find_region(region_name);
    struct readings readings = {0};
    bool has_plus;
    if (region == NULL || !collect_digits(text, out, length, &has_plus))
        return ELIG_REASON_PHONE_CHARACTER;
    if (has_plus)
        read_international(&readings, out, *length);
    else
        read_domestic(&readings, region, out, *length);
    if (readings.code != NULL) {
        /* The number found, written with '+', may have a second reading as well: the trunk prefix of its
         * country may seem to begin it. Then no spelling of it is accepted. */
        size_t national_length = readings.national_length;
        read_after_trunks(&readings, readings.code, out + *length - national_length, national_length);
    }
    enum elig_reason reason = refusal(&readings);
    if (reason == ELIG_REASON_NONE)
        write_result(&readings, out, length);
    return reason;
}
