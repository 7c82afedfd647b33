/* SPDX-License-Identifier: Apache-2.0 */
/*
 * region_guess.h - the regions under which the phone numbers of a list have a canonical form, from a few rows,
 * and whether anything but the numbers says which it is.
 */
#ifndef ELIG_REGION_GUESS_H
#define ELIG_REGION_GUESS_H

#include <stdbool.h>

#include "include/elig.h"

#define REGION_GUESS_MAX 3
#define REGION_GUESS_CELLS 500 /* are tried with all regions */

#define REGION_GUESS_REGIONS (26 * 26)

/* Cells of a list whose letters, domains or groups of digits are a region's. Start with all zero. */
struct region_hints {
    uint64_t cells[REGION_GUESS_REGIONS];
    uint64_t
        likely[REGION_GUESS_REGIONS]; /* what does not decide: languages, and groupings that several have */
};

/* Of a column. Start with all zero. */
struct region_guess {
    uint64_t cells;                          /* that may be phone numbers */
    uint64_t international;                  /* of them, those that need no region */
    uint64_t accepted[REGION_GUESS_REGIONS]; /* of them, by region */
    char regions[REGION_GUESS_MAX][2];
    unsigned count;     /* of these */
    unsigned suggested; /* of these, the first ones, for which hints speak */
    unsigned fits;      /* calling codes whose regions accept nearly as many cells as the first region */
    bool is_given;
    bool is_certain; /* the first region is given, or the only one that fits, or hints decide */
};

/* Whether a count is at least 19/20 of another: one cell in twenty may be a slip. */
bool region_guess_is_nearly(uint64_t count, uint64_t of);

/* Whether a region is among those that are suggested. */
bool region_guess_is_suggested(const struct region_guess *guess, const char region[2]);

/* Whether two regions have one calling code: numbers have the same canonical forms under both. */
bool region_guess_share_code(const char a[2], const char b[2]);

/* Looks for hints in a cell, trimmed. */
void region_hints_add(struct region_hints *hints, struct elig_text cell);

/* Tries a cell, trimmed, or each of several numbers in it, with all regions if it may be a phone number. */
void region_guess_add(struct region_guess *guess, struct elig_text cell);

/*
 * Fills in regions, those with hints first, of different calling codes: numbers that fit one region of a
 * calling code fit all. If nearly all numbers have their calling code and no hint decides, the only region is
 * the one without letters. given: regions of --region, which are taken instead, count of them; 0: none.
 */
void region_guess_conclude(struct region_guess *guess, const struct region_hints *hints, const char (*given)[2],
                           unsigned count);

#endif
