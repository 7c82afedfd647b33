#include "phone.h"

#include <string.h>

#include "unicode.h"

#define NO_NODE 0xFFFFFFFFu
#define DECIMAL 10u
#define EDGE_CELLS 2

/* What the readings of one number came to. All readings are suffixes of the same digits, so that calling code
 * and length tell them apart. */
struct readings {
    const struct phone_table_code *code; /* of the plausible reading, NULL before there is one */
    size_t national_length;              /* its digits after the calling code */
    int any_length_possible;
    int are_several;
};

static uint32_t node_after(uint32_t node, uint8_t digit)
{
    const unsigned wanted = 1u << (digit - '0');

    for (;;) {
        const unsigned cell = phone_table_cells[node];
        if (cell & wanted)
            return phone_table_cells[node + 1];
        if (cell & PHONE_TABLE_LAST)
            return NO_NODE;
        node += EDGE_CELLS;
    }
}

static int node_accepts(uint32_t node)
{
    return (phone_table_cells[node] & PHONE_TABLE_ACCEPT) != 0;
}

static int is_plausible(const struct phone_table_code *code, const uint8_t *national, size_t length)
{
    uint32_t node = code->numbers;

    for (size_t at = 0; at < length; at++) {
        node = node_after(node, national[at]);
        if (node == NO_NODE)
            return 0;
    }
    return node_accepts(node);
}

static void read_exactly(struct readings *readings, const struct phone_table_code *code,
                         const uint8_t *national, size_t length)
{
    if (length > PHONE_TABLE_NATIONAL_DIGITS || !(code->lengths >> length & 1u))
        return;
    readings->any_length_possible = 1;
    if (!is_plausible(code, national, length))
        return;
    if (readings->code == NULL) {
        readings->code = code;
        readings->national_length = length;
    } else if (readings->code != code || readings->national_length != length) {
        readings->are_several = 1;
    }
}

/* Reads digits as a national number, as it stands and after each trunk prefix it begins with. */
static void read_national(struct readings *readings, const struct phone_table_code *code, const uint8_t *digits,
                          size_t length)
{
    uint32_t node = code->trunks;

    read_exactly(readings, code, digits, length);
    for (size_t at = 0; at < length; at++) {
        node = node_after(node, digits[at]);
        if (node == NO_NODE)
            return;
        if (node_accepts(node))
            read_exactly(readings, code, digits + at + 1, length - at - 1);
    }
}

static const struct phone_table_code *find_code(unsigned code)
{
    size_t low = 0, high = phone_table_code_count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (phone_table_codes[middle].code == code)
            return &phone_table_codes[middle];
        if (phone_table_codes[middle].code < code)
            low = middle + 1;
        else
            high = middle;
    }
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

/* Number of digits of a calling code, which are written to out. */
static size_t write_code(unsigned code, uint8_t out[PHONE_TABLE_CODE_DIGITS])
{
    size_t count = 1;

    for (unsigned rest = code / DECIMAL; rest > 0; rest /= DECIMAL)
        count++;
    for (size_t at = count; at-- > 0; code /= DECIMAL)
        out[at] = (uint8_t)('0' + code % DECIMAL);
    return count;
}

/* Every way to read digits that came without '+'. */
static void read_domestic(struct readings *readings, const struct phone_table_region *region,
                          const uint8_t *digits, size_t length)
{
    uint32_t node = region->prefixes;

    for (size_t at = 0; at < length; at++) {
        node = node_after(node, digits[at]);
        if (node == NO_NODE)
            break;
        if (node_accepts(node))
            read_international(readings, digits + at + 1, length - at - 1);
    }
    if (region->code != PHONE_TABLE_NO_CODE) {
        const struct phone_table_code *code = &phone_table_codes[region->code];
        uint8_t spelled[PHONE_TABLE_CODE_DIGITS];
        const size_t count = write_code(code->code, spelled);

        read_national(readings, code, digits, length);
        if (length < code->shortest_bare && is_plausible(code, digits, length)) {
            /* "2123 4567" in Korea: a number of Seoul without its area code, or with area code 2 whose 0 a
             * spreadsheet has eaten. */
            readings->are_several = 1;
        }
        if (length > count && memcmp(digits, spelled, count) == 0)
            read_national(readings, code, digits + count, length - count);
    }
}

static const struct phone_table_region *find_region(const char name[2])
{
    size_t low = 0, high = phone_table_region_count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order =
            memcmp(phone_table_regions[middle].name, name, sizeof phone_table_regions[middle].name);
        if (order == 0)
            return &phone_table_regions[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

int phone_region_is_known(const char region[2])
{
    return find_region(region) != NULL;
}

/* Reduces text to its digits in place; *has_plus tells whether a '+' came before them. Returns 0 at any other
 * character that is no separator. */
static int collect_digits(uint8_t *text, size_t *length, int *has_plus)
{
    size_t at = 0, digits = 0;
    uint32_t code_point;

    *has_plus = 0;
    while (at < *length) {
        at += unicode_next(text + at, *length - at, &code_point);
        const int meaning = unicode_number_class(code_point);
        if (meaning < UNICODE_SEPARATOR)
            text[digits++] = (uint8_t)('0' + meaning);
        else if (code_point == '+' && digits == 0 && !*has_plus)
            *has_plus = 1;
        else if (meaning != UNICODE_SEPARATOR)
            return 0;
    }
    *length = digits;
    return 1;
}

static enum elig_reason refusal(const struct readings *readings)
{
    if (readings->are_several)
        return ELIG_REASON_PHONE_AMBIGUOUS;
    if (readings->code != NULL)
        return ELIG_REASON_NONE;
    return readings->any_length_possible ? ELIG_REASON_PHONE_RANGE : ELIG_REASON_PHONE_LENGTH;
}

enum elig_reason phone_canon(const char region_name[2], uint8_t *text, size_t *length)
{
    const struct phone_table_region *region = find_region(region_name);
    struct readings readings = {0};
    int has_plus;

    if (region == NULL || !collect_digits(text, length, &has_plus))
        return ELIG_REASON_PHONE_CHARACTER;
    if (has_plus)
        read_international(&readings, text, *length);
    else
        read_domestic(&readings, region, text, *length);
    if (readings.code != NULL) {
        /* The number found, written with '+', may have a second reading as well: the trunk prefix of its
         * country may seem to begin it. Then no spelling of it is accepted. */
        const size_t national_length = readings.national_length;
        read_national(&readings, readings.code, text + *length - national_length, national_length);
    }
    const enum elig_reason reason = refusal(&readings);
    if (reason == ELIG_REASON_NONE) {
        uint8_t code[PHONE_TABLE_CODE_DIGITS];
        const size_t count = write_code(readings.code->code, code);

        memmove(text + count, text + *length - readings.national_length, readings.national_length);
        memcpy(text, code, count);
        *length = count + readings.national_length;
    }
    return reason;
}
