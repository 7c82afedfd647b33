/* SPDX-License-Identifier: Apache-2.0 */
/* repeats.h - the identifiers that stand in most rows, by the position of their first row. */
#ifndef ELIG_REPEATS_H
#define ELIG_REPEATS_H

#include <stdbool.h>
#include <stdint.h>

#define REPEATS_KEPT_MAX 10

struct repeat {
    uint64_t rows;
    uint64_t position; /* of the first row */
    unsigned kind;
    bool is_dropped; /* left out of the list for this */
};

/* Those of most rows first, then those that come first. Starts with all zero. */
struct repeats {
    struct repeat most[REPEATS_KEPT_MAX];
    unsigned count;
};

/* Adds an identifier if it is one of those of most rows, and stands in more than one. */
void repeats_add(struct repeats *repeats, struct repeat repeat);

void repeats_join(struct repeats *repeats, const struct repeats *more);

#endif
