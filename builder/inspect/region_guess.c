/* SPDX-License-Identifier: Apache-2.0 */
/* region_guess.c - canonical forms under each region of the phone table. */
#include "builder/inspect/region_guess.h"

#include <sodium.h>
#include <string.h>

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

bool region_guess_may_be_phone(struct elig_text cell)
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

void region_guess_add(struct region_guess *guess, struct elig_text cell)
{
    uint8_t canonical[CANON_PART_MAX];
    size_t length;
    guess->hangul += has_range(cell, 0xEAB0, 0xED9E);
    guess->kana += has_range(cell, 0xE381, 0xE383);
    if (guess->cells == REGION_GUESS_CELLS || !region_guess_may_be_phone(cell))
        return;
    guess->cells++;
    for (unsigned region = 0; region < REGIONS; region++) {
        struct elig_part part = part_of(region);
        if (canon_part_is_valid(&part) && canon_part(&part, cell, canonical, &length) == ELIG_REASON_NONE)
            guess->accepted[region]++;
    }
    sodium_memzero(canonical, sizeof canonical);
}

static unsigned number_of(const char *region)
{
    return (unsigned)(region[0] - 'A') * LETTERS + (unsigned)(region[1] - 'A');
}

/* The region with most cells that is not chosen yet. Of equal ones the letters of the list decide, then an
 * order by how many people each has, then the alphabet. */
static unsigned best_region(const struct region_guess *guess)
{
    static const char order[][3] = {"IN", "CN", "US", "ID", "BR", "JP", "MX", "TR", "DE", "TH",
                                    "GB", "FR", "KR", "IT", "ES", "TW", "NL", "SE", "SG"};
    const char *hint = guess->hangul > 0 ? "KR" : guess->kana > 0 ? "JP" : NULL;
    unsigned best = hint != NULL ? number_of(hint) : number_of(order[0]);
    bool is_chosen[REGIONS] = {false};
    for (unsigned i = 0; i < guess->count; i++)
        is_chosen[number_of(guess->regions[i])] = true;
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        if (is_chosen[best] ||
            (!is_chosen[number_of(order[i])] && guess->accepted[number_of(order[i])] > guess->accepted[best]))
            best = number_of(order[i]);
    for (unsigned region = 0; region < REGIONS; region++)
        if (!is_chosen[region] && (is_chosen[best] || guess->accepted[region] > guess->accepted[best]))
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
