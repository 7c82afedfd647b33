/* SPDX-License-Identifier: Apache-2.0 */
/*
 * region_guess.h - the regions under which the phone numbers of a list have a canonical form, from a few rows.
 */
#ifndef ELIG_REGION_GUESS_H
#define ELIG_REGION_GUESS_H

#include <stdbool.h>

#include "include/elig.h"

#define REGION_GUESS_MAX 3
#define REGION_GUESS_CELLS 500 /* are tried with all regions */

/* Start with all zero. */
struct region_guess {
    uint64_t cells;             /* that may be phone numbers */
    uint64_t accepted[26 * 26]; /* of them, by region */
    uint64_t hints[26 * 26];    /* cells whose letters, domains or groups of digits are a region's */
    char regions[REGION_GUESS_MAX][2];
    unsigned count;  /* of these */
    unsigned equals; /* regions that accept as many cells as the first */
};

/* Tries a cell, trimmed, with all regions if it may be a phone number; else looks for hints in it. */
void region_guess_add(struct region_guess *guess, struct elig_text cell);

/* Fills in regions, best first. given: regions of --region, which are taken instead, count of them; 0: none. */
void region_guess_conclude(struct region_guess *guess, const char (*given)[2], unsigned count);

#endif
