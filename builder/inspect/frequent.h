/* SPDX-License-Identifier: Apache-2.0 */
/*
 * frequent.h - which value stands in most cells of a column, in memory that does not grow: the counters of
 * Misra and Gries ("Finding repeated elements", 1982), of hashes of the values.
 *
 * Counts are exact while there are at most FREQUENT_VALUES different values, else too low by at most one in
 * FREQUENT_VALUES of the cells.
 */
#ifndef ELIG_FREQUENT_H
#define ELIG_FREQUENT_H

#include <stdbool.h>

#include "include/elig.h"

#define FREQUENT_VALUES 1024

struct frequent;

/* What is known of the most frequent value. */
struct frequent_top {
    uint64_t count;    /* 0: no value was added */
    uint64_t line;     /* of the first row with it, as far as is known */
    uint64_t distinct; /* different values, if is_exact */
    bool is_exact;
};

/* NULL without memory. */
struct frequent *frequent_new(void);
void frequent_add(struct frequent *frequent, struct elig_text value, uint64_t line);
struct frequent_top frequent_top(const struct frequent *frequent);

/* Wipes and frees. NULL is fine. */
void frequent_free(struct frequent *frequent);

#endif
