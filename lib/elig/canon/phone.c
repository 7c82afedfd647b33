/* SPDX-License-Identifier: Apache-2.0 */
/* Computes the canonical form of phone numbers: collects all plausible readings, and accepts a single one. */
#include "lib/elig/canon/phone.h"

#include <sodium.h>
#include <string.h>
#include <strings.h>

#include "lib/elig/canon/numeral.h"

#define DECIMAL 10u
#define SUBSCRIBER_DIGITS 8 /* of a number without its area code, at most, anywhere */
#define SCHEME "tel:"
#define SCHEME_BYTES (sizeof SCHEME - 1)

#define RENUMBERED_MAX (PHONE_TABLE_NATIONAL_DIGITS + 2 * PHONE_TABLE_RENUMBERED_DIGITS)

/* The plausible readings of one number. */
struct readings {
    const struct phone_table *table;
    const struct phone_table_code *code;          /* of the plausible reading, NULL before there is one */
    const struct phone_table_code *international; /* that the digits after '+' begin with, or NULL */
    const uint8_t *national;                      /* the digits after the calling code */
    size_t length;                                /* of them */
    bool any_length_possible;
    bool are_several;
    bool has_trunk;                        /* one of them is what follows a trunk prefix, plausible or not */
    bool has_renumbered;                   /* something is in these: */
    uint8_t renumbered[2][RENUMBERED_MAX]; /* room for a reading and for one that is compared with it */
};

static void begin(struct readings *readings, const struct phone_table *table)
{
    readings->table = table;
    readings->code = readings->international = NULL;
    readings->national = NULL;
    readings->any_length_possible = readings->are_several = false;
    readings->has_trunk = readings->has_renumbered = false;
}

static void wipe(struct readings *readings)
{
    if (readings->has_renumbered)
        sodium_memzero(readings->renumbered, sizeof readings->renumbered);
}

/* Follows the edge that a digit takes from *node, if there is one; returns whether. */
static inline bool follow(const struct phone_table *table, uint32_t *node, uint8_t digit)
{
    unsigned bit = digit - (unsigned)'0';
    uint32_t edge;
    while (!((edge = phone_table_edge(table, *node)) >> bit & 1u)) {
        if (edge & PHONE_TABLE_LAST)
            return false;
        ++*node;
    }
    *node = phone_table_target(edge);
    return true;
}

static bool node_accepts(const struct phone_table *table, uint32_t node)
{
    return (phone_table_edge(table, node) & PHONE_TABLE_ACCEPT) != 0;
}

/* Whether digits are in the set of a node. */
static bool is_member(const struct phone_table *table, uint32_t node, const uint8_t *digits, size_t length)
{
    for (const uint8_t *end = digits + length; digits < end; digits++)
        if (!follow(table, &node, *digits))
            return false;
    return node_accepts(table, node);
}

static bool is_possible_length(const struct phone_table_code *code, size_t length)
{
    return length >= PHONE_TABLE_NATIONAL_SHORTEST && length <= PHONE_TABLE_NATIONAL_DIGITS &&
           code->lengths >> (length - PHONE_TABLE_NATIONAL_SHORTEST) & 1u;
}

static void add_reading(struct readings *readings, const struct phone_table_code *code, const uint8_t *national,
                        size_t length)
{
    if (readings->code == NULL) {
        readings->code = code;
        readings->length = length;
        readings->national = national;
    } else if (readings->code != code || readings->length != length ||
               memcmp(readings->national, national, length) != 0) {
        readings->are_several = true;
    }
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

/* Appends digits of a renumbering; returns the end. */
static uint8_t *append(uint8_t *out, unsigned digits)
{
    for (; digits != 0; digits >>= 4)
        *out++ = (uint8_t)('0' - 1 + (digits & 0xFu));
    return out;
}

/* Adds what a number is now that is written as it once was. False if no renumbering fits. */
static bool read_renumbered(struct readings *readings, const struct phone_table_code *code,
                            const uint8_t *digits, size_t length, bool is_after_code)
{
    const struct phone_table_renumbering *row = readings->table->renumberings;
    for (const struct phone_table_renumbering *end = row + readings->table->renumbering_count; row < end;
         row++) {
        if (row->code != code->code || row->length != length || (row->is_after_code && !is_after_code) ||
            number_of(digits + row->at, row->before_digits) != row->before)
            continue;
        size_t after = row->at + row->before_digits;
        uint8_t *now = readings->renumbered[readings->national == readings->renumbered[0]];
        uint8_t *at = append(now, row->front);
        memcpy(at, digits, row->at);
        at = append(at + row->at, row->after);
        memcpy(at, digits + after, length - after);
        size_t count = (size_t)(at - now) + length - after;
        readings->has_renumbered = true;
        if (is_member(readings->table, code->numbers, now, count)) {
            readings->any_length_possible = true;
            add_reading(readings, code, now, count);
            return true;
        }
    }
    return false;
}

static inline void read_exactly(struct readings *readings, const struct phone_table_code *code,
                                const uint8_t *digits, size_t length, bool is_after_code)
{
    if (length > PHONE_TABLE_NATIONAL_DIGITS)
        return;
    if (code->is_renumbered && read_renumbered(readings, code, digits, length, is_after_code))
        return;
    if (!is_possible_length(code, length))
        return;
    readings->any_length_possible = true;
    if (is_member(readings->table, code->numbers, digits, length))
        add_reading(readings, code, digits, length);
}

/* Reads digits as a national number, as it stands and after each trunk prefix it begins with. */
static void read_national(struct readings *readings, const struct phone_table_code *code, const uint8_t *digits,
                          size_t length, bool is_after_code)
{
    uint32_t node = code->trunks;
    read_exactly(readings, code, digits, length, is_after_code);
    for (size_t at = 0; at < length && follow(readings->table, &node, digits[at]); at++) {
        if (node_accepts(readings->table, node)) {
            readings->has_trunk = true;
            read_exactly(readings, code, digits + at + 1, length - at - 1, is_after_code);
        }
    }
}

static bool begins_with_code(const struct phone_table_code *code, const uint8_t *digits, size_t length)
{
    size_t count = code_digits(code->code);
    return length > count && digits[0] != '0' && number_of(digits, count) == code->code;
}

/* The calling code that digits begin with, or NULL. No calling code is the beginning of another one. */
static const struct phone_table_code *find_code(const struct phone_table *table, const uint8_t *digits,
                                                size_t length)
{
    if (length < 2)
        return NULL;
    for (size_t row = table->code_starts[number_of(digits, 2)]; row < table->code_count; row++) {
        const struct phone_table_code *code = &table->codes[row];
        if (begins_with_code(code, digits, length))
            return code;
    }
    return NULL;
}

/* Reads digits as calling code and national number. Returns the code, or NULL. */
static const struct phone_table_code *read_international(struct readings *readings, const uint8_t *digits,
                                                         size_t length)
{
    const struct phone_table_code *code = find_code(readings->table, digits, length);
    if (code != NULL) {
        size_t count = code_digits(code->code);
        read_national(readings, code, digits + count, length - count, true);
    }
    return code;
}

/* Whether a zero is missing before digits that would be a number of the calling code with it: Italy's numbers
 * keep it. */
static bool lacks_zero(const struct phone_table *table, const struct phone_table_code *code,
                       const uint8_t *digits, size_t length)
{
    uint32_t node = code->numbers;
    return follow(table, &node, '0') && is_member(table, node, digits, length);
}

/* Reads digits after '+'. A number in a range that the table does not have stands for itself, if a number may
 * be of that length, no trunk prefix begins it, and no area code is missing. */
static void read_with_plus(struct readings *readings, const uint8_t *digits, size_t length)
{
    const struct phone_table_code *code = read_international(readings, digits, length);
    readings->international = code;
    if (code == NULL || readings->code != NULL || readings->has_trunk)
        return;
    size_t count = code_digits(code->code), rest = length - count;
    if (is_possible_length(code, rest) && (rest >= SUBSCRIBER_DIGITS || code->bare == 0) &&
        !lacks_zero(readings->table, code, digits + count, rest))
        add_reading(readings, code, digits + count, rest);
}

/* Every way to read digits that came without '+'. */
static void read_domestic(struct readings *readings, const struct phone_table_region *region,
                          const uint8_t *digits, size_t length)
{
    const struct phone_table *table = readings->table;
    uint32_t node = region->prefixes;
    for (size_t at = 0; at < length && follow(table, &node, digits[at]); at++)
        if (node_accepts(table, node))
            (void)read_international(readings, digits + at + 1, length - at - 1);
    if (region->code == PHONE_TABLE_NO_CODE)
        return;
    const struct phone_table_code *code = &table->codes[region->code];
    read_national(readings, code, digits, length, false);
    if (length < phone_table_shortest_bare(code) && is_member(table, code->numbers, digits, length) &&
        !is_member(table, code->whole, digits, length)) {
        /* "2123 4567" in Korea: a number of Seoul without its area code, or with area code 2 whose 0 a
         * spreadsheet has eaten. */
        readings->are_several = true;
    }
    if (begins_with_code(code, digits, length)) {
        size_t count = code_digits(code->code);
        read_national(readings, code, digits + count, length - count, true);
    }
}

static inline const struct phone_table_region *find_region(const struct phone_table *table, const char name[2])
{
    unsigned letter = (unsigned)(unsigned char)name[0] - 'A';
    if (letter >= PHONE_TABLE_LETTERS)
        return name[0] == 0 && name[1] == 0 ? &table->regions[0] : NULL;
    const struct phone_table_region *region = table->regions + table->region_starts[letter];
    const struct phone_table_region *end = table->regions + table->region_starts[letter + 1];
    for (; region < end; region++)
        if (region->second == name[1])
            return region;
    return NULL;
}

bool phone_region_is_known(const struct phone_table *table, const char region[2])
{
    return find_region(table, region) != NULL;
}

static void read_digits(struct readings *readings, const struct phone_table_region *region, bool has_plus,
                        const uint8_t *digits, size_t length)
{
    if (has_plus)
        read_with_plus(readings, digits, length);
    else
        read_domestic(readings, region, digits, length);
}

/* The number of the highest bit that is set, 0 without any. */
static size_t last_bit(uint64_t bits)
{
    return 63 - (size_t)__builtin_clzll(bits | 1);
}

/* Whether there is a second number, after what is a number already: after a '/'; or at the end, as in
 * 031-123-4567-8, in a group at most half as long as the one before it. */
static bool has_second_number(struct readings *readings, const struct phone_table_region *region,
                              const struct numeral *numeral, const uint8_t *digits)
{
    bool is_number = numeral->has_tilde;
    uint64_t all = (UINT64_C(1) << numeral->length % NUMERAL_GROUPED_DIGITS) - 1, marks = numeral->marks & all;
    if (marks == 0 || numeral->length >= NUMERAL_GROUPED_DIGITS)
        return is_number;
    uint64_t groups = numeral->groups & all,
             starts = numeral->slashes & all; /* of what may be a second number */
    size_t first = last_bit(groups);
    uint64_t last = UINT64_C(1) << first;
    if (2 * (numeral->length - first) <= first - last_bit(groups ^ last))
        starts |= marks & last;
    for (; starts != 0 && !is_number; starts &= starts - 1) {
        read_digits(readings, region, numeral->has_plus, digits, (size_t)__builtin_ctzll(starts));
        is_number = readings->code != NULL;
        wipe(readings);
        begin(readings, readings->table);
    }
    return is_number;
}

static enum elig_reason refusal(const struct readings *readings, bool has_plus)
{
    if (readings->are_several)
        return has_plus ? ELIG_REASON_PHONE_TRUNK : ELIG_REASON_PHONE_AMBIGUOUS;
    if (readings->code != NULL)
        return ELIG_REASON_NONE;
    if (has_plus && readings->international == NULL)
        return ELIG_REASON_PHONE_CODE;
    return readings->any_length_possible ? ELIG_REASON_PHONE_RANGE : ELIG_REASON_PHONE_LENGTH;
}

/* Four zeros after other marks than spaces are the last group of a number: +82 (10) 1472.0000. */
#define GROUP_OF_ZEROS 4

/* Whether a spreadsheet or a data frame has made a quantity of the number. */
static bool is_float(const struct numeral *numeral)
{
    if (numeral->fraction != NUMERAL_ZEROS || numeral->length >= NUMERAL_GROUPED_DIGITS)
        return numeral->fraction == NUMERAL_ZEROS || numeral->fraction == NUMERAL_EXPONENT;
    uint64_t groups = numeral->groups & ((UINT64_C(1) << numeral->length) - 1);
    size_t first = last_bit(groups);
    return numeral->length - first < GROUP_OF_ZEROS || (numeral->marks & ((UINT64_C(1) << first) - 1)) == 0;
}

static enum elig_reason read_number(struct readings *readings, const struct phone_table_region *region,
                                    const struct numeral *numeral, const uint8_t *digits)
{
    if (is_float(numeral))
        return ELIG_REASON_NUMBER_FLOAT;
    if (has_second_number(readings, region, numeral, digits))
        return ELIG_REASON_PHONE_SEVERAL;
    read_digits(readings, region, numeral->has_plus, digits, numeral->length);
    return refusal(readings, numeral->has_plus);
}

/* Writes the reading to out, whose digits it may be the last of. */
static size_t write_result(const struct readings *readings, uint8_t *out)
{
    unsigned code = readings->code->code;
    size_t count = code_digits(code);
    if (readings->national != out + count)
        memmove(out + count, readings->national, readings->length);
    for (size_t at = count; at-- > 0; code /= DECIMAL)
        out[at] = (uint8_t)('0' + code % DECIMAL);
    return count + readings->length;
}

/* Text without the scheme of RFC 3966; parameters are refused by their semicolon. */
static struct elig_text without_scheme(struct elig_text text)
{
    if (text.length > SCHEME_BYTES && (text.bytes[0] | 0x20) == SCHEME[0] &&
        strncasecmp(text.bytes, SCHEME, SCHEME_BYTES) == 0)
        return (struct elig_text){text.bytes + SCHEME_BYTES, text.length - SCHEME_BYTES};
    return text;
}

enum elig_reason phone_canon(const struct phone_table *table, const char region_name[2], struct elig_text text,
                             uint8_t *out, size_t *length)
{
    const struct phone_table_region *region = find_region(table, region_name);
    struct readings readings;
    struct numeral numeral;
    if (region == NULL || !numeral_read(without_scheme(text), out, &numeral))
        return ELIG_REASON_PHONE_CHARACTER;
    begin(&readings, table);
    enum elig_reason reason = read_number(&readings, region, &numeral, out);
    if (reason == ELIG_REASON_NONE)
        *length = write_result(&readings, out);
    wipe(&readings);
    return reason;
}
