/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the leaf of a digest among the separators, which it keeps in memory with a table of lines. */
#include "lib/elig/index/locator.h"

#include <stdlib.h>
#include <string.h>

/* An interval has INTERVAL_LEAVES to 2 * INTERVAL_LEAVES leaves. With fewer the lines take more of the nearest
 * cache; with more the intervals are not straight enough (docs/DESIGN.md, "Lookups"). */
#define INTERVAL_LEAVES 32

/* The most leaves that fit the start of a line; ELIG_LEVELS_MAX levels have fewer. */
#define COUNT_MAX ((UINT64_MAX >> (LOCATOR_FRACTION_BITS + LOCATOR_SLOPE_BITS)) - 2)

#define ONE (UINT64_C(1) << LOCATOR_FRACTION_BITS)

static struct tree_key key_at(const struct locator *table, uint64_t number)
{
    uint64_t word = table->words[number] >> LOCATOR_SEED_BITS << LOCATOR_SEED_BITS;
    uint32_t tail = table->tails[number];
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
    uint64_t low = 0, high = table->count + 1; /* the leaf number is in low .. high - 1 */
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
 * The leaf number of a key with a fraction, interpolated between separators; number is the last leaf whose
 * separator is not greater. A key below the first separator is at leaf 1, which keeps the first interval
 * straight.
 */
static uint64_t position_of(const struct locator *table, uint64_t high, uint64_t number)
{
    if (number == 0)
        return ONE;
    uint64_t from = key_at(table, number).high;
    uint64_t width = ((number < table->count ? key_at(table, number + 1).high : UINT64_MAX) - from) / ONE;
    uint64_t fraction = width == 0 ? 0 : (high - from) / width;
    return number * ONE + (fraction < ONE ? fraction : ONE - 1);
}

/* Whether the prediction for a key of leaf number is right or one too small. */
static bool is_predicted(const struct locator *table, uint64_t high, uint64_t number)
{
    uint64_t predicted = locator_predict(table, high);
    return predicted <= table->count && (predicted == number || predicted + 1 == number);
}

/*
 * Makes the line of the interval first .. last, whose ends are in the leaves before and after. Predictions rise
 * with the key. So they hold everywhere if they hold at both ends and are one too small at each separator:
 * then they are not too great for the keys just below it, whose leaf number is one less.
 */
static void make_line(const struct locator *table, uint64_t *line, uint64_t first, uint64_t last,
                      uint64_t before, uint64_t after)
{
    uint64_t start = position_of(table, first, before), end = position_of(table, last, after);
    bool is_good = end - start <= LOCATOR_SLOPE_MAX;
    *line = (start - ONE / 2) << LOCATOR_SLOPE_BITS | ((end - start) & LOCATOR_SLOPE_MAX);
    is_good = is_good && is_predicted(table, first, before) && is_predicted(table, last, after);
    for (uint64_t number = before + 1; number <= after && is_good; number++)
        is_good = locator_predict(table, key_at(table, number).high) == number - 1;
    if (!is_good)
        *line = (table->count + 1) * ONE << LOCATOR_SLOPE_BITS;
}

__attribute__((cold)) int locator_finish(struct locator *table)
{
    uint64_t number = 0; /* of the last leaf whose separator is not greater than the key looked at */
    table->line_count = 1;
    while (table->count / table->line_count >= 2 * INTERVAL_LEAVES)
        table->line_count *= 2;
    table->lines = calloc(table->line_count, sizeof *table->lines);
    if (table->lines == NULL)
        return ELIG_E_MEMORY;
    for (uint64_t i = 0; i < table->line_count; i++) {
        uint64_t width = UINT64_MAX / table->line_count; /* less one, as line_count is a power of two */
        uint64_t first = i * (width + 1), last = first + width;
        /* A separator with the same first eight bytes is not greater only if its last two are zero. */
        const struct tree_key start = {first, 0};
        if (number < table->count && !tree_key_is_less(start, key_at(table, number + 1)))
            number++;
        uint64_t before = number;
        while (number < table->count && key_at(table, number + 1).high <= last)
            number++;
        make_line(table, &table->lines[i], first, last, before, number);
    }
    return 0;
}

void locator_free(struct locator *table)
{
    free(table->lines);
    free(table->words);
    free(table->tails);
}
