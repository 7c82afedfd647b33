/* SPDX-License-Identifier: Apache-2.0 */
/* region_guess.c - canonical forms under each region of the phone table. */
#include "builder/inspect/region_guess.h"

#include <sodium.h>
#include <string.h>

#include "builder/inspect/cell_notation.h"
#include "lib/elig/canon/canon.h"

#define LETTERS 26
#define REGIONS (LETTERS * LETTERS)
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
static void add_domain(struct region_guess *guess, struct elig_text cell)
{
    const char *end = cell.bytes + cell.length;
    if (cell.length < 4 || memchr(cell.bytes, '@', cell.length) == NULL || end[-3] != '.')
        return;
    char region[2] = {(char)(end[-2] & ~0x20), (char)(end[-1] & ~0x20)};
    if (memcmp(region, "UK", 2) == 0)
        memcpy(region, "GB", 2);
    if (region[0] >= 'A' && region[0] <= 'Z' && region[1] >= 'A' && region[1] <= 'Z')
        guess->hints[number_of(region)]++;
}

/* Three groups, as mobile numbers are written in Korea (010-1234-5678) and Japan (090-1234-5678). */
static void add_grouping(struct region_guess *guess, struct elig_text cell)
{
    if (cell.length < 12 || cell.bytes[0] != '0' || cell.bytes[3] != '-' || cell.bytes[cell.length - 5] != '-')
        return;
    if (cell.bytes[1] == '1')
        guess->hints[number_of("KR")]++;
    else if (cell.bytes[1] >= '7' && cell.bytes[2] == '0')
        guess->hints[number_of("JP")]++;
}

void region_guess_add(struct region_guess *guess, struct elig_text cell)
{
    uint8_t canonical[CANON_PART_MAX];
    size_t length;
    guess->hints[number_of("KR")] += has_range(cell, 0xEAB0, 0xED9E);
    guess->hints[number_of("JP")] += has_range(cell, 0xE381, 0xE383);
    add_domain(guess, cell);
    if (guess->cells == REGION_GUESS_CELLS || !may_be_phone(cell) || cell_notation(cell) != 0)
        return;
    guess->cells++;
    add_grouping(guess, cell);
    for (unsigned region = 0; region < REGIONS; region++) {
        struct elig_part part = part_of(region);
        if (canon_part_is_valid(&part) && canon_part(&part, cell, canonical, &length) == ELIG_REASON_NONE)
            guess->accepted[region]++;
    }
    sodium_memzero(canonical, sizeof canonical);
}

static bool is_better(const struct region_guess *guess, unsigned a, unsigned b)
{
    if (guess->accepted[a] != guess->accepted[b])
        return guess->accepted[a] > guess->accepted[b];
    return guess->hints[a] > guess->hints[b];
}

/* The region with most cells that is not chosen yet. Of equal ones the hints decide, then an order by how many
 * people each has, then the alphabet. */
static unsigned best_region(const struct region_guess *guess)
{
    static const char order[][3] = {"IN", "CN", "US", "ID", "BR", "JP", "MX", "TR", "DE", "TH",
                                    "GB", "FR", "KR", "IT", "ES", "TW", "NL", "SE", "SG"};
    bool is_chosen[REGIONS] = {false};
    unsigned best = REGIONS;
    for (unsigned i = 0; i < guess->count; i++)
        is_chosen[number_of(guess->regions[i])] = true;
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        unsigned region = number_of(order[i]);
        if (!is_chosen[region] && (best == REGIONS || is_better(guess, region, best)))
            best = region;
    }
    for (unsigned region = 0; region < REGIONS; region++)
        if (!is_chosen[region] && is_better(guess, region, best))
            best = region;
    return best;
}

void region_guess_conclude(struct region_guess *guess, const char (*given)[2], unsigned count)
{
    for (guess->count = 0; guess->count < count && guess->count < REGION_GUESS_MAX; guess->count++)
        memcpy(guess->regions[guess->count], given[guess->count], 2);
    while (count == 0 && guess->count < REGION_GUESS_MAX) {
        struct elig_part part = part_of(best_region(guess));
        uint64_t accepted = guess->accepted[number_of(part.region)];
        if (accepted == 0 || accepted * 2 < guess->cells)
            break;
        memcpy(guess->regions[guess->count++], part.region, 2);
    }
    for (unsigned region = 0; guess->count > 0 && region < REGIONS; region++)
        guess->equals += guess->accepted[region] > 0 &&
                         guess->accepted[region] >= guess->accepted[number_of(guess->regions[0])];
}
