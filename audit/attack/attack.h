/* SPDX-License-Identifier: Apache-2.0 */
/*
 * simulate.h - guesses, really made: candidates looked up at full speed, and counts of what came of it. Nothing
 * else of a candidate is kept.
 */
#ifndef ELIG_ATTACK_H
#define ELIG_ATTACK_H

#include <stdbool.h>

#include "audit/attack/ground_truth.h"
#include "audit/attack/guesses.h"

struct attack_tally {
    uint64_t tried;   /* candidates of the kind's shape, invalid ones too */
    uint64_t invalid; /* that can be nobody's */
    uint64_t found;
    uint64_t members; /* of those, on the list; 0 without a list */
};

struct attack {
    const struct elig *index; /* with its secret, if it has one */
    struct guesses *guesses;
    const struct ground_truth *ground_truth; /* NULL: not known */
    bool is_wanted[ELIG_KINDS_MAX];
    unsigned threads;
    struct progress *progress; /* may be NULL; counts what guesses_total() does */

    /* What came of it. */
    struct attack_tally tallies[ELIG_KINDS_MAX];
    uint64_t unmatched;  /* lines that have the parts of no kind that is wanted */
    double seconds;      /* from beginning to end */
    double core_seconds; /* that the process spent on it, on all cores together */
};

/* Tries all candidates for each kind that is wanted and that has as many parts, whatever the index's window.
 * Returns 0, or the enum elig_error that it stopped at. */
ELIG_CHECK_RESULT int attack_run(struct attack *attack);

#endif
