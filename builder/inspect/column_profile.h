/* SPDX-License-Identifier: Apache-2.0 */
/*
 * column_profile.h - what the cells of one column are: the types they parse as, how they are written, which
 * value is repeated. Numbers and lines only; no content is kept beyond hashes in memory.
 */
#ifndef ELIG_COLUMN_PROFILE_H
#define ELIG_COLUMN_PROFILE_H

#include "builder/inspect/cell_notation.h"
#include "builder/inspect/frequent.h"
#include "builder/inspect/region_guess.h"

#define COLUMN_TYPES_MAX (REGION_GUESS_MAX + 4)
#define COLUMN_LINES 3

/* A type that the cells are tried as. */
struct column_type {
    struct elig_part part;
    uint64_t accepted, rejected;
    uint64_t first_rejected[COLUMN_LINES];
    enum elig_reason reason; /* of the first of them */
};

struct column_profile {
    uint64_t cells, empty;
    uint64_t tried;        /* not empty, and tried as the types */
    uint64_t plain_digits; /* of them: digits and nothing else, the first not 0 */
    unsigned type_count;
    struct column_type types[COLUMN_TYPES_MAX];
    uint64_t notations[CELL_NOTATION_COUNT]; /* cells of those that were tried */
    uint64_t first_notations[CELL_NOTATION_COUNT][COLUMN_LINES];
    struct frequent *values;
};

/* Returns 0 or ELIG_E_MEMORY. */
ELIG_CHECK_RESULT int column_profile_start(struct column_profile *column, const struct region_guess *regions);

/* Adds the cell of a row. is_tried: also tries it as all types; else it is only counted. */
void column_profile_add(struct column_profile *column, struct elig_text cell, uint64_t line, bool is_tried);

/* The type that most cells seem to be meant as; NULL if no cell was tried. */
const struct column_type *column_profile_type(const struct column_profile *column);

/* The entry of a type, its first region for phone numbers; NULL if it was not tried. */
const struct column_type *column_profile_find(const struct column_profile *column, enum elig_type type);

void column_profile_free(struct column_profile *column);

#endif
