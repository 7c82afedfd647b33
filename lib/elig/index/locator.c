/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the leaf of a digest among the separators, which it keeps in memory with a table of lines. */
#include "lib/elig/index/locator.h"

#include <stdlib.h>
#include <string.h>

/* Leaves to a piece, at least; at most twice as many. Fewer make a table that leaves less of the nearest cache
 * to other things, more make pieces that are not straight enough (docs/DESIGN.md, "Lookups"). */
#define PIECE_LEAVES 32

/* More would not fit a line; it is more than ELIG_LEVELS_MAX levels have. */
#define COUNT_MAX ((UINT64_MAX >> (LOCATOR_FRACTION_BITS + LOCATOR_SLOPE_BITS)) - 2)

#define ONE (UINT64_C(1) << LOCATOR_FRACTION_BITS)

static struct tree_key key_at(const struct locator *table, uint64_t place)
{
    uint64_t word = table->words[place] >> LOCATOR_SEED_BITS << LOCATOR_SEED_BITS;
    uint32_t tail = table->tails[place];
    return (struct tree_key){word | tail >> 16, (uint16_t)tail};
}

int locator_new(struct locator *table, uint64_t count)
{
    memset(table, 0, sizeof *table);
    if (count > COUNT_MAX)
        return ELIG_E_MEMORY;
    table->count = count;
    table->words = calloc(count + 2, sizeof *table->words);
    table->tails = calloc(count + 2, sizeof *table->tails);
    if (table->words == NULL || table->tails == NULL)
        return ELIG_E_MEMORY;
    table->words[count + 1] = UINT64_MAX;
    table->tails[count + 1] = UINT32_MAX;
    return 0;
}

int locator_add(struct locator *table, uint64_t leaf, struct tree_key separator, uint16_t seed)
{
    if (leaf > 0 && !tree_key_is_less(key_at(table, leaf), separator))
        return ELIG_E_DAMAGED;
    table->words[leaf + 1] = separator.high >> LOCATOR_SEED_BITS << LOCATOR_SEED_BITS | seed;
    table->tails[leaf + 1] = (uint32_t)separator.high << 16 | separator.low;
    return 0;
}

struct location locator_search(const struct locator *table, const uint8_t *digest)
{
    struct tree_key key = tree_key_of(digest);
    uint64_t low = 0, high = table->count + 1; /* the place is in low .. high - 1 */
    while (high - low > 1) {
        uint64_t middle = low + (high - low) / 2;
        if (tree_key_is_less(key, key_at(table, middle)))
            high = middle;
        else
            low = middle;
    }
    return (struct location){low, table->words[low] & LOCATOR_SEED_MAX};
}

/*
 * The place of a key with its fraction, straight between separators: place is the last whose separator is not
 * greater. All of what is below the first separator is place 1, which keeps the first piece straight.
 */
static uint64_t position_of(const struct locator *table, uint64_t high, uint64_t place)
{
    if (place == 0)
        return ONE;
    uint64_t from = key_at(table, place).high;
    uint64_t width = ((place < table->count ? key_at(table, place + 1).high : UINT64_MAX) - from) / ONE;
    uint64_t fraction = width == 0 ? 0 : (high - from) / width;
    return place * ONE + (fraction < ONE ? fraction : ONE - 1);
}

/* 1 if keys of which place is the last separator not greater, from high on or up to it, are guessed right. */
static int is_guessed(const struct locator *table, uint64_t high, uint64_t place)
{
    uint64_t guess = locator_predict(table, high);
    return guess <= table->count && (guess == place || guess + 1 == place);
}

/*
 * Makes the line of the piece first .. last, of which before and after are the places. Guesses rise with the
 * key, so they are right everywhere if they are right at both ends, and at each separator are one too small:
 * then keys just below it, whose place is one less, cannot be guessed too great either.
 */
static void make_line(const struct locator *table, uint64_t *line, uint64_t first, uint64_t last,
                      uint64_t before, uint64_t after)
{
    uint64_t start = position_of(table, first, before), end = position_of(table, last, after);
    int is_good = end - start <= LOCATOR_SLOPE_MAX;
    *line = (start - ONE / 2) << LOCATOR_SLOPE_BITS | ((end - start) & LOCATOR_SLOPE_MAX);
    is_good = is_good && is_guessed(table, first, before) && is_guessed(table, last, after);
    for (uint64_t place = before + 1; place <= after && is_good; place++)
        is_good = locator_predict(table, key_at(table, place).high) == place - 1;
    if (!is_good)
        *line = (table->count + 1) * ONE << LOCATOR_SLOPE_BITS;
}

__attribute__((cold)) int locator_finish(struct locator *table)
{
    uint64_t place = 0;
    table->line_count = 1;
    while (table->count / table->line_count >= 2 * PIECE_LEAVES)
        table->line_count *= 2;
    table->lines = calloc(table->line_count, sizeof *table->lines);
    if (table->lines == NULL)
        return ELIG_E_MEMORY;
    for (uint64_t i = 0; i < table->line_count; i++) {
        uint64_t width = UINT64_MAX / table->line_count; /* less one, as line_count is a power of two */
        uint64_t first = i * (width + 1), last = first + width;
        /* A separator with the same first eight bytes is not greater only if its last two are zero. */
        const struct tree_key start = {first, 0};
        if (place < table->count && !tree_key_is_less(start, key_at(table, place + 1)))
            place++;
        uint64_t before = place;
        while (place < table->count && key_at(table, place + 1).high <= last)
            place++;
        make_line(table, &table->lines[i], first, last, before, place);
    }
    return 0;
}

void locator_free(struct locator *table)
{
    free(table->lines);
    free(table->words);
    free(table->tails);
}
