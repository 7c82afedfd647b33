/* SPDX-License-Identifier: Apache-2.0 */
/* region_guess.c - canonical forms under each region of the phone table. */
#include "builder/inspect/region_guess.h"

#include <sodium.h>
#include <string.h>
#include <strings.h>

#include "builder/inspect/cell_traits.h"
#include "lib/csv/columns.h"
#include "lib/csv/notation.h"
#include "lib/elig/canon/canon.h"
#include "lib/elig/canon/phone_table.h"

#define LETTERS 26
#define REGIONS REGION_GUESS_REGIONS
#define DIGITS_MIN 7
#define DIGITS_MAX 17

static struct elig_part part_of(unsigned region)
{
    return (struct elig_part){.type = ELIG_TYPE_PHONE,
                              .region = {(char)('A' + region / LETTERS), (char)('A' + region % LETTERS)}};
}

/* Whether a cell has the digits of a phone number, and nothing else than what stands between them. */
static bool may_be_phone(struct elig_text cell)
{
    unsigned digits = 0;
    for (size_t i = 0; i < cell.length; i++) {
        char c = cell.bytes[i];
        if (c >= '0' && c <= '9')
            digits++;
        else if (strchr("+-. ()/", c) == NULL || c == '\0')
            return false;
    }
    return digits >= DIGITS_MIN && digits <= DIGITS_MAX;
}

/* Whether a text has a character of three bytes of UTF-8 from first to last, by its first two. */
static bool has_range(struct elig_text text, unsigned first, unsigned last)
{
    for (size_t i = 0; i + 2 < text.length; i++) {
        unsigned start = (unsigned)(uint8_t)text.bytes[i] << 8 | (uint8_t)text.bytes[i + 1];
        if (start >= first && start <= last)
            return true;
    }
    return false;
}

static unsigned number_of(const char *region)
{
    return (unsigned)(region[0] - 'A') * LETTERS + (unsigned)(region[1] - 'A');
}

/* The region of a domain's last label of two letters. */
static void add_domain(struct region_hints *hints, struct elig_text cell)
{
    const char *end = cell.bytes + cell.length;
    if (cell.length < 4 || memchr(cell.bytes, '@', cell.length) == NULL || end[-3] != '.')
        return;
    char region[2] = {(char)(end[-2] & ~0x20), (char)(end[-1] & ~0x20)};
    if (memcmp(region, "UK", 2) == 0)
        memcpy(region, "GB", 2);
    if (region[0] >= 'A' && region[0] <= 'Z' && region[1] >= 'A' && region[1] <= 'Z')
        hints->cells[number_of(region)]++;
}

/* Three groups, as mobile numbers are written in Korea (010-1234-5678) and Japan (090-1234-5678). */
static void add_grouping(struct region_hints *hints, struct elig_text cell)
{
    if (!may_be_phone(cell) || cell.length < 12 || cell.bytes[0] != '0' || cell.bytes[3] != '-' ||
        cell.bytes[cell.length - 5] != '-')
        return;
    if (cell.bytes[1] == '1')
        hints->cells[number_of("KR")]++;
    else if (cell.bytes[1] >= '7' && cell.bytes[2] == '0')
        hints->cells[number_of("JP")]++;
}

/* Where languages are spoken that have these letters or words, in lower case or with a capital. */
static const struct {
    const char *text, *regions;
} spoken[] = {
    {"ş", "TR"},
    {"ğ", "TR"},
    {"ı", "TR"},
    {"İ", "TR"},
    {"ß", "DEAT"},
    {"ä", "DE"},
    {"ü", "DETR"},
    {"ł", "PL"},
    {"ż", "PL"},
    {"ą", "PL"},
    {"ñ", "ESMX"},
    {"ã", "BR"},
    {"õ", "BR"},
    {"å", "SE"},
    {"ø", "NODK"},
    {"ő", "HU"},
    {"ř", "CZ"},
    {"č", "CZ"},
    {"ă", "RO"},
    {"ț", "RO"},
    {"і", "UA"},
    {"ї", "UA"},
    {"и", "RU"},
    {"о", "RUUA"},
    {"α", "GR"},
    {"ο", "GR"},
    {"ה", "IL"},
    {"ا", "EGSA"},
    {"ی", "IR"},
    {"า", "TH"},
    {"อ", "TH"},
    {"ạ", "VN"},
    {"ễ", "VN"},
    {"ị", "VN"},
    {"ư", "VN"},
    {"ा", "IN"},
    {"ç", "FRTRBR"},
    {"é", "FR"},
    {"è", "FRIT"},
    {"geburt", "DEATCH"},
    {"tarih", "TR"},
    {"soyad", "TR"},
    {"telefonnummer", "DESECH"},
    {"vorname", "DEATCH"},
    {"naissance", "FR"},
    {"prénom", "FR"},
    {"portable", "FR"},
    {"correo", "ESMXCO"},
    {"teléfono", "ESMXCOAR"},
    {"móvil", "ES"},
    {"celular", "BRMXCO"},
    {"telefone", "BRPT"},
    {"nascimento", "BRPT"},
    {"cellulare", "IT"},
    {"nascita", "IT"},
    {"cognome", "IT"},
    {"lahir", "ID"},
    {"nama", "ID"},
    {"telepon", "ID"},
    {"手机", "CN"},
    {"电话", "CN"},
    {"手機", "TWHK"},
    {"電話", "JPTW"},
    {"性别", "CN"},
    {"imię", "PL"},
    {"nazwisko", "PL"},
    {"geboorte", "NL"},
    {"achternaam", "NL"},
    {"förnamn", "SE"},
    {"thoại", "VN"},
};

/* Groupings of digits, each 'd' being any. */
static const struct {
    const char *pattern, *regions;
} groupings[] = {
    {"(ddd) ddd-dddd", "US"},  {"ddd-ddd-dddd", "US"},      {"07ddd dddddd", "GB"},   {"020 dddd dddd", "GB"},
    {"0d dd dd dd dd", "FR"},  {"(dd) 9dddd-dddd", "BR"},   {"dd 9dddd dddd", "BR"},  {"0ddd ddd dd dd", "TR"},
    {"ddd ddd dd dd", "TR"},   {"8 (ddd) ddd-dd-dd", "RU"}, {"1dddddddddd", "CN"},    {"1dd dddd dddd", "CN"},
    {"0d-dddd-dddd", "JPTW"},  {"09dd-ddd-ddd", "TW"},      {"08dd-dddd-dddd", "ID"}, {"08dd-dddd-ddd", "ID"},
    {"ddddd ddddd", "IN"},     {"0ddd dddddddd", "DE"},     {"0ddd ddddddd", "DE"},   {"0ddd-ddddddd", "DE"},
    {"6dd dd dd dd", "ES"},    {"04dd ddd ddd", "AU"},      {"0d dddd dddd", "AU"},   {"09dd ddd dddd", "PH"},
    {"0dd ddd dd dd", "CHUA"}, {"06-dddddddd", "NL"},       {"ddd ddd ddd", "PL"},    {"0dd-ddd dd dd", "SE"},
    {"dddd dddd", "HKSG"},     {"0dd ddd dddd", "THVNZA"},  {"dd dddd dddd", "MX"},   {"3dd dddddd", "IT"},
    {"3dd ddddddd", "IT"},
};

static bool is_like(struct elig_text cell, const char *pattern)
{
    if (cell.length != strlen(pattern))
        return false;
    for (size_t i = 0; i < cell.length; i++)
        if (pattern[i] == 'd' ? cell.bytes[i] < '0' || cell.bytes[i] > '9' : cell.bytes[i] != pattern[i])
            return false;
    return true;
}

static void add_likely(struct region_hints *hints, const char *regions)
{
    for (; *regions != '\0'; regions += 2)
        hints->likely[number_of(regions)]++;
}

/* Looks for what speaks for regions and does not decide. */
static void add_weak(struct region_hints *hints, struct elig_text cell)
{
    for (size_t i = 0; i < sizeof groupings / sizeof *groupings; i++)
        if (is_like(cell, groupings[i].pattern))
            add_likely(hints, groupings[i].regions);
    for (size_t i = 0; i < sizeof spoken / sizeof *spoken; i++) {
        size_t length = strlen(spoken[i].text);
        for (size_t at = 0; at + length <= cell.length; at++)
            if (strncasecmp(cell.bytes + at, spoken[i].text, length) == 0) {
                add_likely(hints, spoken[i].regions);
                break;
            }
    }
}

void region_hints_add(struct region_hints *hints, struct elig_text cell)
{
    struct elig_text number;
    hints->cells[number_of("KR")] += has_range(cell, 0xEAB0, 0xED9E);
    hints->cells[number_of("JP")] += has_range(cell, 0xE381, 0xE383);
    add_domain(hints, cell);
    add_weak(hints, cell);
    while (notation_next(&cell, ELIG_TYPE_PHONE, &number))
        add_grouping(hints, columns_trim(number));
}

static void add_number(struct region_guess *guess, struct elig_text cell)
{
    static const struct elig_part alone = {.type = ELIG_TYPE_PHONE};
    uint8_t canonical[CANON_PART_MAX];
    size_t length;
    if (guess->cells == REGION_GUESS_CELLS || !may_be_phone(cell) || cell_traits(cell) != 0)
        return;
    guess->cells++;
    guess->international += canon_part(&alone, cell, canonical, &length) == ELIG_REASON_NONE;
    for (unsigned region = 0; region < REGIONS; region++) {
        struct elig_part part = part_of(region);
        if (canon_part_is_valid(&part) && canon_part(&part, cell, canonical, &length) == ELIG_REASON_NONE)
            guess->accepted[region]++;
    }
    sodium_memzero(canonical, sizeof canonical);
}

void region_guess_add(struct region_guess *guess, struct elig_text cell)
{
    struct elig_text number;
    while (notation_next(&cell, ELIG_TYPE_PHONE, &number))
        add_number(guess, columns_trim(number));
}

bool region_guess_is_nearly(uint64_t count, uint64_t of)
{
    return count * 20 >= of * 19;
}

/* The row of a region's calling code in the phone table; PHONE_TABLE_NO_CODE without region. */
static uint8_t code_of(const char region[2])
{
    for (size_t row = 1; row < phone_table.region_count; row++) {
        char name[2];
        phone_table_region_name(&phone_table, row, name);
        if (memcmp(name, region, sizeof name) == 0)
            return phone_table.regions[row].code;
    }
    return PHONE_TABLE_NO_CODE;
}

bool region_guess_is_suggested(const struct region_guess *guess, const char region[2])
{
    unsigned count = guess->is_given ? guess->count : guess->suggested;
    for (unsigned i = 0; i < count; i++)
        if (memcmp(guess->regions[i], region, sizeof guess->regions[i]) == 0)
            return true;
    return false;
}

bool region_guess_share_code(const char a[2], const char b[2])
{
    return code_of(a) == code_of(b);
}

static bool is_better(const struct region_guess *guess, const struct region_hints *hints, unsigned a,
                      unsigned b)
{
    if (guess->accepted[a] != guess->accepted[b])
        return guess->accepted[a] > guess->accepted[b];
    return hints->cells[a] > hints->cells[b];
}

/* Marks the regions that have a calling code of those chosen before. */
static void mark_chosen(const struct region_guess *guess, bool is_chosen[REGIONS])
{
    for (size_t row = 1; row < phone_table.region_count; row++) {
        char name[2];
        phone_table_region_name(&phone_table, row, name);
        for (unsigned i = 0; i < guess->count; i++)
            is_chosen[number_of(name)] |= code_of(guess->regions[i]) == phone_table.regions[row].code;
    }
}

/* The region with most cells whose calling code is not chosen yet. Of equal ones the hints decide, then an
 * order by how many people each has, then the alphabet. */
static unsigned best_region(const struct region_guess *guess, const struct region_hints *hints)
{
    static const char order[][3] = {"IN", "CN", "US", "ID", "BR", "JP", "MX", "TR", "DE", "TH",
                                    "GB", "FR", "KR", "IT", "ES", "TW", "NL", "SE", "SG"};
    bool is_chosen[REGIONS] = {false};
    unsigned best = REGIONS;
    mark_chosen(guess, is_chosen);
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        unsigned region = number_of(order[i]);
        if (!is_chosen[region] && (best == REGIONS || is_better(guess, hints, region, best)))
            best = region;
    }
    for (unsigned region = 0; region < REGIONS; region++)
        if (!is_chosen[region] && is_better(guess, hints, region, best))
            best = region;
    return best;
}

/* The region that hints name: it fits nearly as many cells as the best one, one cell in twenty has a hint of
 * it, and at most half as many have one of another region that fits. REGIONS: no hint decides. */
static unsigned hinted_region(const struct region_guess *guess, const struct region_hints *hints,
                              uint64_t accepted)
{
    unsigned first = REGIONS;
    uint64_t others = 0;
    for (unsigned region = 0; region < REGIONS; region++) {
        if (hints->cells[region] == 0 || !region_guess_is_nearly(guess->accepted[region], accepted))
            continue;
        if (first == REGIONS || hints->cells[region] > hints->cells[first]) {
            others = first == REGIONS ? others : hints->cells[first];
            first = region;
        } else if (hints->cells[region] > others) {
            others = hints->cells[region];
        }
    }
    return first != REGIONS && hints->cells[first] * 20 >= guess->cells && hints->cells[first] >= 2 * others
               ? first
               : REGIONS;
}

/* Counts calling codes, of which any region is as good as another. */
static void count_fits(struct region_guess *guess, uint64_t accepted)
{
    bool has_code[PHONE_TABLE_NO_CODE + 1] = {false};
    for (size_t row = 1; row < phone_table.region_count; row++) {
        char name[2];
        phone_table_region_name(&phone_table, row, name);
        uint64_t cells = guess->accepted[number_of(name)];
        bool *is_counted = &has_code[phone_table.regions[row].code];
        if (cells > 0 && !*is_counted && region_guess_is_nearly(cells, accepted)) {
            *is_counted = true;
            guess->fits++;
        }
    }
}

/* The region for which most hints speak, of those that fit more than half of the cells and have no calling code
 * chosen before; REGIONS: none. */
static unsigned likely_region(const struct region_guess *guess, const struct region_hints *hints)
{
    bool is_chosen[REGIONS] = {false};
    unsigned best = REGIONS;
    uint64_t best_hints = 0;
    mark_chosen(guess, is_chosen);
    for (unsigned region = 0; region < REGIONS; region++) {
        uint64_t count = hints->cells[region] + hints->likely[region];
        if (!is_chosen[region] && guess->accepted[region] * 2 > guess->cells && count > best_hints) {
            best = region;
            best_hints = count;
        }
    }
    return best;
}

static void add_region(struct region_guess *guess, unsigned region)
{
    struct elig_part part = part_of(region);
    memcpy(guess->regions[guess->count++], part.region, sizeof part.region);
}

void region_guess_conclude(struct region_guess *guess, const struct region_hints *hints, const char (*given)[2],
                           unsigned count)
{
    unsigned best = best_region(guess, hints);
    uint64_t accepted = guess->accepted[best];
    unsigned hinted = hinted_region(guess, hints, accepted);
    guess->is_given = count > 0;
    count_fits(guess, accepted);
    guess->is_certain = guess->is_given || hinted != REGIONS || guess->fits == 1;
    for (; guess->count < count && guess->count < REGION_GUESS_MAX; guess->count++)
        memcpy(guess->regions[guess->count], given[guess->count], sizeof guess->regions[0]);
    if (guess->is_given || accepted == 0 || accepted * 2 < guess->cells)
        return;
    if (hinted != REGIONS) {
        add_region(guess, hinted);
    } else if (region_guess_is_nearly(guess->international, accepted)) {
        guess->is_certain = true;
        guess->count = 1;
        return;
    }
    while (guess->count < REGION_GUESS_MAX && likely_region(guess, hints) != REGIONS)
        add_region(guess, likely_region(guess, hints));
    guess->suggested = guess->count;
    while (guess->count < REGION_GUESS_MAX) {
        best = best_region(guess, hints);
        if (guess->accepted[best] == 0 || guess->accepted[best] * 2 < guess->cells)
            break;
        add_region(guess, best);
    }
}
