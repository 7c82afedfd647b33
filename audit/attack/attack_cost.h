/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attack_cost.h - what it costs to try all candidates, and how sure an attacker can be that a found one is
 * listed. docs/THREATS.md says where the figures are from.
 *
 * Pure; safe from any thread.
 */
#ifndef ELIG_ATTACK_COST_H
#define ELIG_ATTACK_COST_H

#include "include/elig.h"

#include "lib/guess/cost.h"

/* What an attacker holds. */
enum attack_cost_holder {
    ATTACK_COST_FILE, /* the file alone */
    ATTACK_COST_KEY   /* the file and its secret; of an offline file with work bits, the seed of its tweaks */
};

struct attack_cost {
    double digests;      /* to be made for all candidates; infinite: the holder lacks the secret */
    double core_seconds; /* on one core of this machine; infinite; 0 if a digest could not be measured */
    double card_days;    /* offline: on one graphics card; else 0 */
    double dollars;      /* of rented cards (offline) or cores; infinite */
};

/* What trying a number of candidates costs a holder; digest_seconds is from cost_digest_seconds(). It finds all
 * listed identifiers at once, however many they are, since one salt serves the file. */
struct attack_cost attack_cost_of_candidates(const struct profile *profile, enum attack_cost_holder holder,
                                             double candidates, double digest_seconds);

/* Days that a key service needs to answer all guesses. */
double attack_cost_service_days(double candidates, double guesses_a_second);

/* How sure an attacker can be after trying all candidates of all kinds. */
struct attack_cost_odds {
    double false_positives; /* of this kind's candidates, expected: (U - N) 2^-b */
    double lambda;          /* false positives to a member: (U - N) / N 2^-b; infinite without members */
    double precision;       /* 1 / (1 + lambda): probability that a found candidate is listed */
    double certain;         /* about this share of all members is known with certainty */
};

/*
 * candidates, members: U and N of the kind; U is taken to be N at least. strangers: the sum of U - N over all
 * kinds. identifiers: the sum of N. rate: the probability of a false positive.
 */
struct attack_cost_odds attack_cost_odds(double candidates, double members, double strangers,
                                         double identifiers, double rate);

struct audit_context;

/* The check, as in audit/context/context.h. Adds the headline and attacker.counts, .enumeration, .insider and
 * .certainty, from the header alone. */
ELIG_CHECK_RESULT int attack_cost_check(struct audit_context *context);

#endif
