/* SPDX-License-Identifier: Apache-2.0 */
/* column_statistics.c - canonical forms under each type, and the type that explains most cells. */
#include "builder/inspect/column_statistics.h"

#include <sodium.h>
#include <string.h>

#include "lib/csv/columns.h"
#include "lib/csv/doubt.h"
#include "lib/elig/canon/canon.h"

#define NUMBER_DIGITS_MIN 7

#define ANY_PIVOT 30u

#define RECENT_YEARS 16u /* people of a list are mostly older */

static void add_type(struct column_statistics *column, enum elig_type type, enum notation_order order,
                     unsigned pivot)
{
    column->types[column->type_count++] = (struct column_type){
        .part.type = (uint8_t)type, .notation = {.order = order, .pivot = pivot, .is_several = false}};
}

int column_statistics_start(struct column_statistics *column, const struct region_guess *regions)
{
    static const enum elig_type types[] = {ELIG_TYPE_EMAIL, ELIG_TYPE_DATE, ELIG_TYPE_DIGITS, ELIG_TYPE_TEXT};
    *column = (struct column_statistics){.values = frequent_new(), .regions = *regions};
    doubt_last_day(column->last_day);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        add_type(column, types[i], NOTATION_FREE, NOTATION_NO_PIVOT);
    add_type(column, ELIG_TYPE_DATE, NOTATION_DAY_MONTH_YEAR, NOTATION_NO_PIVOT);
    add_type(column, ELIG_TYPE_DATE, NOTATION_MONTH_DAY_YEAR, NOTATION_NO_PIVOT);
    add_type(column, ELIG_TYPE_DATE, NOTATION_YEAR_MONTH_DAY, ANY_PIVOT);
    add_type(column, ELIG_TYPE_DATE, NOTATION_DAY_MONTH_YEAR, ANY_PIVOT);
    add_type(column, ELIG_TYPE_DATE, NOTATION_MONTH_DAY_YEAR, ANY_PIVOT);
    add_type(column, ELIG_TYPE_DATE, NOTATION_SERIAL, NOTATION_NO_PIVOT);
    for (unsigned i = 0; i < regions->count || i == 0; i++) {
        add_type(column, ELIG_TYPE_PHONE, NOTATION_FREE, NOTATION_NO_PIVOT);
        memcpy(column->types[column->type_count - 1].part.region, regions->regions[i],
               sizeof regions->regions[i]);
    }
    return column->values != NULL ? 0 : ELIG_E_MEMORY;
}

/* The reason for which a text is not of a type. */
static enum elig_reason try_text(const struct column_type *type, struct elig_text text)
{
    uint8_t canonical[CANON_PART_MAX];
    char rewritten[NOTATION_MAX];
    size_t length;
    enum elig_reason reason = notation_rewrite(&type->notation, text, rewritten, &text);
    if (reason == ELIG_REASON_NONE)
        reason = canon_part(&type->part, text, canonical, &length);
    sodium_memzero(canonical, sizeof canonical);
    sodium_memzero(rewritten, sizeof rewritten);
    return reason;
}

/* The same of a cell, which may hold several addresses or phone numbers. */
static enum elig_reason try_cell(const struct column_type *type, struct elig_text cell, unsigned traits)
{
    bool may_be_several = type->part.type == ELIG_TYPE_EMAIL || type->part.type == ELIG_TYPE_PHONE;
    struct elig_text one;
    enum elig_reason reason = ELIG_REASON_NONE;
    if (type->notation.order != NOTATION_FREE && (traits & CELL_DATES) == 0)
        return ELIG_REASON_DATE_FORMAT;
    if (!may_be_several || (traits & CELL_SEVERAL) == 0)
        return try_text(type, cell);
    while (reason == ELIG_REASON_NONE && notation_next(&cell, (enum elig_type)type->part.type, &one))
        reason = try_text(type, one);
    return reason;
}

static void add_result(struct column_type *type, enum elig_reason reason, uint64_t line)
{
    if (reason == ELIG_REASON_NONE) {
        type->accepted++;
        return;
    }
    if (type->rejected == 0)
        type->reason = reason;
    if (type->rejected < COLUMN_LINES)
        type->first_rejected[type->rejected] = line;
    type->rejected++;
}

static bool is_plain_digits(struct elig_text cell)
{
    for (size_t i = 0; i < cell.length; i++)
        if (cell.bytes[i] < '0' || cell.bytes[i] > '9')
            return false;
    return cell.bytes[0] != '0';
}

static bool is_number(struct elig_text cell)
{
    size_t count = 0;
    for (size_t i = 0; i < cell.length; i++) {
        char c = cell.bytes[i];
        count += c >= '0' && c <= '9';
        if (c == '@' || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'))
            return false;
    }
    return count >= NUMBER_DIGITS_MIN && count * 2 >= cell.length;
}

/* Whether a text of digits is a phone number after a zero. */
static bool lacks_zero(const struct column_type *phone, struct elig_text cell)
{
    char text[1 + COLUMN_DIGITS_MAX] = "0";
    if (cell.length > COLUMN_DIGITS_MAX || !is_plain_digits(cell))
        return false;
    memcpy(text + 1, cell.bytes, cell.length);
    enum elig_reason reason = try_text(phone, (struct elig_text){text, cell.length + 1});
    sodium_memzero(text, sizeof text);
    return reason == ELIG_REASON_NONE;
}

static unsigned year_of(const char date[DATE_BYTES])
{
    unsigned year = 0;
    for (int i = 0; i < 4; i++)
        year = year * 10 + (unsigned)(date[i] - '0');
    return year;
}

/* The doubts about a cell of a type, as bits: a date is read in the notation of the type. */
static unsigned find_doubts(const struct column_statistics *column, const struct column_type *type,
                            struct elig_text cell)
{
    uint8_t canonical[CANON_PART_MAX];
    char rewritten[NOTATION_MAX];
    struct elig_text text;
    size_t length = 0;
    unsigned bits = 0, doubts = 0;
    bool is_text = type->part.type == ELIG_TYPE_TEXT, is_email = type->part.type == ELIG_TYPE_EMAIL;
    bool is_date = type->part.type == ELIG_TYPE_DATE && type->notation.order != NOTATION_SERIAL;
    if ((is_text || is_email || is_date) &&
        notation_rewrite(&type->notation, cell, rewritten, &text) == ELIG_REASON_NONE &&
        canon_part(&type->part, text, canonical, &length) == ELIG_REASON_NONE)
        doubts = doubt_find(type->part.type, cell, canonical, length, column->last_day);
    bits |= (doubts & 1u << DOUBT_LETTERS) != 0 ? CELL_LETTERS : 0;
    bits |= is_text && (doubts & 1u << DOUBT_PLACEHOLDER) != 0 ? CELL_PLACEHOLDER : 0;
    bits |= (doubts & 1u << DOUBT_DATE) != 0 ? CELL_YEAR : 0;
    if (is_date && length == DATE_BYTES && (bits & CELL_YEAR) == 0)
        bits |= year_of((const char *)canonical) + RECENT_YEARS > year_of(column->last_day) ? CELL_RECENT : 0;
    sodium_memzero(canonical, sizeof canonical);
    sodium_memzero(rewritten, sizeof rewritten);
    return bits;
}

/* Tries a cell as all types; returns the bits that say what is wrong with a phone number, and doubts. */
static unsigned try_types(struct column_statistics *column, struct elig_text cell, uint64_t line,
                          unsigned traits)
{
    unsigned bits = 0, doubts = 0;
    bool is_phone = false;
    for (unsigned i = 0; i < column->type_count; i++) {
        struct column_type *type = &column->types[i];
        enum elig_reason reason = try_cell(type, cell, traits);
        add_result(type, reason, line);
        if (reason == ELIG_REASON_NONE)
            doubts |= find_doubts(column, type, cell);
        if (type->part.type == ELIG_TYPE_DIGITS && reason == ELIG_REASON_NONE)
            column->lengths[cell.length < COLUMN_DIGITS_MAX ? cell.length : COLUMN_DIGITS_MAX]++;
        if (type->part.type != ELIG_TYPE_PHONE)
            continue;
        is_phone |= reason == ELIG_REASON_NONE;
        bits |= reason == ELIG_REASON_PHONE_SEVERAL ? CELL_PHONE_RANGE : 0;
        bits |= reason != ELIG_REASON_NONE && lacks_zero(type, cell) ? CELL_PHONE_NO_ZERO : 0;
    }
    return doubts | (is_phone ? 0 : bits);
}

/* Counts numbers that are one more than that of the cell before. */
static void count_step(struct column_statistics *column, struct elig_text cell)
{
    uint64_t number = 0;
    for (size_t i = 0; i < cell.length && i < 18; i++)
        number =
            number * 10 + (cell.bytes[i] >= '0' && cell.bytes[i] <= '9' ? (uint64_t)(cell.bytes[i] - '0') : 0);
    number = is_plain_digits(cell) && cell.length <= 18 ? number : 0;
    column->steps += number > 0 && number == column->last_number + 1;
    column->last_number = number;
}

void column_statistics_add(struct column_statistics *column, struct elig_text cell, uint64_t line,
                           bool is_tried)
{
    cell = columns_trim(cell);
    column->cells++;
    if (cell.length == 0) {
        column->empty++;
        return;
    }
    frequent_add(column->values, cell, line);
    if (!is_tried)
        return;
    column->tried++;
    column->plain_digits += is_plain_digits(cell);
    column->numbers += is_number(cell);
    count_step(column, cell);
    unsigned bits = cell_traits(cell);
    bits |= try_types(column, cell, line, bits);
    for (unsigned i = 0; i < CELL_TRAIT_COUNT; i++)
        if ((bits & 1u << i) != 0) {
            if (column->traits[i] < COLUMN_LINES)
                column->first_traits[i][column->traits[i]] = line;
            column->traits[i]++;
        }
}

uint64_t column_statistics_count(const struct column_statistics *column, unsigned traits)
{
    uint64_t count = 0;
    for (unsigned i = 0; i < CELL_TRAIT_COUNT; i++)
        count += (1u << i & traits) != 0 ? column->traits[i] : 0;
    return count;
}

/* Of regions, a later one has to fit clearly more cells than the one before. */
const struct column_type *column_statistics_find(const struct column_statistics *column, enum elig_type type)
{
    const struct column_type *best = NULL;
    for (unsigned i = 0; i < column->type_count; i++)
        if (column->types[i].part.type == type && column->types[i].notation.order == NOTATION_FREE &&
            (best == NULL || !region_guess_is_nearly(best->accepted, column->types[i].accepted)))
            best = &column->types[i];
    return best;
}

bool column_statistics_is_most(const struct column_statistics *column, const struct column_type *type)
{
    return type != NULL && type->accepted * 2 > column->tried;
}

bool column_statistics_is_nearly_all(const struct column_statistics *column, const struct column_type *type)
{
    return region_guess_is_nearly(type->accepted, column->tried);
}

bool column_statistics_is_region_certain(const struct column_statistics *column,
                                         const struct column_type *phone)
{
    const struct region_guess *regions = &column->regions;
    if (!regions->is_given)
        return regions->is_certain && memcmp(phone->part.region, regions->regions[0], 2) == 0;
    for (unsigned i = 0; i < column->type_count; i++) {
        const struct column_type *other = &column->types[i];
        if (other->part.type == ELIG_TYPE_PHONE && region_guess_is_nearly(other->accepted, phone->accepted) &&
            !region_guess_share_code(other->part.region, phone->part.region))
            return false;
    }
    return true;
}

/* ---- Dates ---- */

/* The type of dates in an order, with years of two or of four digits. */
static const struct column_type *find_order(const struct column_statistics *column, enum notation_order order,
                                            bool has_pivot)
{
    for (unsigned i = 0; i < column->type_count; i++)
        if (column->types[i].part.type == ELIG_TYPE_DATE && column->types[i].notation.order == order &&
            (column->types[i].notation.pivot != NOTATION_NO_PIVOT) == has_pivot)
            return &column->types[i];
    return NULL;
}

/* The order of years of two digits that fits most cells. */
static const struct column_type *find_short(const struct column_statistics *column)
{
    const struct column_type *best = find_order(column, NOTATION_YEAR_MONTH_DAY, true);
    const struct column_type *others[] = {find_order(column, NOTATION_DAY_MONTH_YEAR, true),
                                          find_order(column, NOTATION_MONTH_DAY_YEAR, true)};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (others[i]->accepted > best->accepted)
            best = others[i];
    return best;
}

const struct column_type *column_statistics_date(const struct column_statistics *column, bool *is_certain)
{
    const struct column_type *free_order = column_statistics_find(column, ELIG_TYPE_DATE);
    const struct column_type *serial = find_order(column, NOTATION_SERIAL, false);
    uint64_t day = column_statistics_count(column, CELL_DAY_FIRST);
    uint64_t month = column_statistics_count(column, CELL_MONTH_FIRST);
    uint64_t either = column_statistics_count(column, CELL_EITHER_WAY);
    uint64_t short_years = column_statistics_count(column, CELL_SHORT_YEAR), others = day + month + either;
    *is_certain = true;
    if (header_word_is_date(column->header) && column_statistics_count(column, CELL_SERIAL) * 2 > column->tried)
        return serial;
    if ((free_order->accepted + others + short_years) * 2 <= column->tried)
        return NULL;
    if (column_statistics_is_nearly_all(column, free_order))
        return free_order; /* others are slips, which are to be refused */
    if (short_years * 20 >= column->tried) {
        *is_certain = false;
        return find_short(column);
    }
    if (others * 20 < column->tried)
        return free_order;
    /* A few days above 12 among many dates that fit both orders are slips rather than evidence. */
    *is_certain = (day == 0) != (month == 0) && (day + month) * 20 >= either;
    return find_order(column, month > day ? NOTATION_MONTH_DAY_YEAR : NOTATION_DAY_MONTH_YEAR, false);
}

/* ---- The type ---- */

/* Whether the numbers of a column are phone numbers: its name says so; or they are as a region has them, and
 * either not plain digits, which may be those of members, or of a region that was given. */
static bool is_phone(const struct column_statistics *column, const struct column_type *phone)
{
    if (column_statistics_count(column, CELL_RESIDENT) * 2 > column->tried)
        return false;
    if (column->header == HEADER_WORD_PHONE)
        return column->numbers * 2 > column->tried || column_statistics_is_most(column, phone);
    uint64_t phones = phone->accepted;
    bool is_for_region = column->regions.is_given && column->header == HEADER_WORD_OTHER;
    if (is_for_region)
        phones += column_statistics_count(column, CELL_PHONE_NO_ZERO | CELL_PHONE_RANGE);
    return phones * 2 > column->tried && (is_for_region || column->plain_digits * 2 <= column->tried);
}

const struct column_type *column_statistics_type(const struct column_statistics *column)
{
    const struct column_type *email = column_statistics_find(column, ELIG_TYPE_EMAIL);
    const struct column_type *phone = column_statistics_find(column, ELIG_TYPE_PHONE);
    const struct column_type *digits = column_statistics_find(column, ELIG_TYPE_DIGITS);
    bool is_certain;
    if (column->tried == 0)
        return NULL;
    if (column_statistics_is_most(column, email))
        return email;
    const struct column_type *date = column_statistics_date(column, &is_certain);
    if (date != NULL)
        return date;
    if (is_phone(column, phone))
        return phone;
    return column_statistics_is_most(column, digits) ? digits : column_statistics_find(column, ELIG_TYPE_TEXT);
}

void column_statistics_free(struct column_statistics *column)
{
    frequent_free(column->values);
    column->values = NULL;
}
