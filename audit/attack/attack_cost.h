/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attacker.h - what it costs to try everybody, and how sure an attacker can be of who was found: the figures
 * that attack_cost_check() reports. docs/THREATS.md says where they are from.
 *
 * Pure; safe from any thread.
 */
#ifndef ELIG_ATTACK_COST_H
#define ELIG_ATTACK_COST_H

#include "lib/guess/cost.h"

/* What somebody holds. */
enum attack_cost_holder {
    ATTACK_COST_FILE, /* the file alone */
    ATTACK_COST_KEY   /* the file and its secret; of an offline file with work bits, the seed of its tweaks */
};

struct attack_cost_price {
    double digests;      /* to be made for all candidates; infinite: not without what the holder lacks */
    double core_seconds; /* on one core of this machine; infinite, or 0 where a digest could not be measured */
    double card_days;    /* offline: on one graphics card; else 0 */
    double dollars;      /* of rented cards (offline) or cores; infinite */
};

/* What trying so many candidates costs a holder; digest_seconds as cost_digest_seconds() measures it. It finds
 * all who are listed at once, however many they are, since one salt serves the file. */
struct attack_cost_price attack_cost_price(const struct profile *profile, enum attack_cost_holder holder,
                                           double candidates, double digest_seconds);

/* Days that a key service which answers so many guesses a second takes for all of them. */
double attack_cost_service_days(double candidates, double guesses_a_second);

/* How sure an attacker can be who has tried all candidates of all kinds. */
struct attack_cost_odds {
    double false_positives; /* of this kind's candidates, expected: (U - N) 2^-b */
    double lambda;          /* false positives to a member: (U - N) / N 2^-b; infinite without members */
    double precision;       /* 1 / (1 + lambda): chance that one who was found is listed */
    double certain;         /* about this share of all members is known with certainty */
};

/*
 * candidates, members: U and N of the kind; U is taken to be N at least. strangers: the sum of U - N over all
 * kinds. identifiers: the sum of N. rate: how often a lookup of a stranger finds somebody.
 */
struct attack_cost_odds attack_cost_odds(double candidates, double members, double strangers,
                                         double identifiers, double rate);

#endif
