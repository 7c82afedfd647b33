/* SPDX-License-Identifier: Apache-2.0 */
/*
 * column_statistics.h - what the cells of one column are: the types they parse as, how they are written, which
 * value is repeated. Numbers and lines only; no content is kept beyond hashes in memory.
 */
#ifndef ELIG_COLUMN_STATISTICS_H
#define ELIG_COLUMN_STATISTICS_H

#include "builder/inspect/cell_traits.h"
#include "builder/inspect/frequent.h"
#include "builder/inspect/header_word.h"
#include "builder/inspect/region_guess.h"
#include "lib/csv/notation.h"
#include "lib/elig/canon/date.h"

#define COLUMN_TYPES_MAX (REGION_GUESS_MAX + 10)
#define COLUMN_LINES 3
#define COLUMN_DIGITS_MAX 32

/* A type that the cells are tried as, written in a notation. The years of two digits have a pivot that stands
 * for any. */
struct column_type {
    struct elig_part part;
    struct notation notation;
    uint64_t accepted, rejected;
    uint64_t first_rejected[COLUMN_LINES];
    enum elig_reason reason; /* of the first of them */
};

struct column_statistics {
    uint64_t cells, empty;
    uint64_t tried;                          /* not empty, and tried as the types */
    uint64_t plain_digits;                   /* of them: digits and nothing else, the first not 0 */
    uint64_t numbers;                        /* of them: seven digits or more, and no letter */
    uint64_t steps;                          /* of them: digits, one more than in the cell before */
    uint64_t lengths[COLUMN_DIGITS_MAX + 1]; /* cells that are `digits`, by how many; more count as the most */
    enum header_word header;                 /* to be set when it is known that the list has a header */
    char last_day[DATE_BYTES + 1];           /* from doubt_last_day() */
    struct region_guess regions;             /* of which the first ones are among the types */
    unsigned type_count;
    struct column_type types[COLUMN_TYPES_MAX];
    uint64_t traits[CELL_TRAIT_COUNT]; /* cells of those that were tried */
    uint64_t first_traits[CELL_TRAIT_COUNT][COLUMN_LINES];
    uint64_t last_number; /* of the cell before; 0: it was no number */
    struct frequent *values;
};

/* Returns 0 or ELIG_E_MEMORY. */
ELIG_CHECK_RESULT int column_statistics_start(struct column_statistics *column,
                                              const struct region_guess *regions);

/* Adds the cell of a row. is_tried: also tries it as all types; else it is only counted. */
void column_statistics_add(struct column_statistics *column, struct elig_text cell, uint64_t line,
                           bool is_tried);

/* The type that most cells seem to be meant as; NULL if no cell was tried. */
const struct column_type *column_statistics_type(const struct column_statistics *column);

/* The type of a column of dates, with its notation; NULL for other columns. *is_certain: the cells leave no
 * doubt about the order, and years have four digits. */
const struct column_type *column_statistics_date(const struct column_statistics *column, bool *is_certain);

/* Whether the type's region of phone numbers was given or is the only one that can be meant. */
bool column_statistics_is_region_certain(const struct column_statistics *column,
                                         const struct column_type *phone);

/* Whether more than half of the cells are of a type; false for NULL. */
bool column_statistics_is_most(const struct column_statistics *column, const struct column_type *type);

/* Whether a type, which is not NULL, has nearly all cells. */
bool column_statistics_is_nearly_all(const struct column_statistics *column, const struct column_type *type);

/* How many cells have one of these bits of cell_traits.h, or several: then they count as often. */
uint64_t column_statistics_count(const struct column_statistics *column, unsigned traits);

/* The entry of a type as everyone may type it, for phone numbers its best region; NULL if it was not tried. */
const struct column_type *column_statistics_find(const struct column_statistics *column, enum elig_type type);

void column_statistics_free(struct column_statistics *column);

#endif
