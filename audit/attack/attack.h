/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attack.h - an attack that is carried out: looks candidates up at full speed, and counts what is found.
 * Nothing else of a candidate is kept.
 */
#ifndef ELIG_ATTACK_H
#define ELIG_ATTACK_H

#include <stdbool.h>

#include "include/elig.h"

#include "audit/attack/ground_truth.h"
#include "audit/attack/guesses.h"

struct attack_tally {
    uint64_t tried;   /* candidates with as many parts as the kind, invalid ones included */
    uint64_t invalid; /* of those, without a canonical form */
    uint64_t found;
    uint64_t members; /* of the found ones, on the lists; 0 without lists */
};

struct attack {
    const struct elig *index; /* open with its secret, if it has one */
    struct guesses *guesses;
    const struct ground_truth *ground_truth; /* NULL: not known */
    bool is_wanted[ELIG_KINDS_MAX];
    unsigned threads;
    struct progress *progress; /* may be NULL; counts the steps of guesses_total() */

    /* Results. */
    struct attack_tally tallies[ELIG_KINDS_MAX];
    uint64_t unmatched;  /* lines whose number of parts fits no wanted kind */
    double seconds;      /* elapsed */
    double core_seconds; /* processor time of all threads */
};

/* Tries each candidate for every wanted kind with the same number of parts, at a time within the window of the
 * index. Returns 0 or a negative enum elig_error; ELIG_E_READ, with errno set, if the candidates cannot be
 * read. */
ELIG_CHECK_RESULT int attack_run(struct attack *attack);

struct audit_context;

/* The check, as in audit/context/context.h. Adds simulation.rate and simulation.precision, if --simulate or
 * --simulate-list is given. */
ELIG_CHECK_RESULT int attack_check(struct audit_context *context);

#endif
