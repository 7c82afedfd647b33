/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cost.h - what it costs to try all candidates (keyspace.h) of a kind under a profile. docs/THREATS.md has the
 * table, its sources and the formula.
 *
 * These are orders of magnitude, so that a report can state a number instead of an adjective.
 */
#ifndef ELIG_COST_H
#define ELIG_COST_H

#include <stdbool.h>

#include "lib/elig/digest/profile.h"

/*
 * Argon2id on a graphics card is bound by its memory: a digest of m bytes and t passes moves m (3 t - 1) bytes,
 * and cards reach COST_CARD_SHARE of their bandwidth at it. The card is an RTX 4090, at the price of renting
 * it.
 */
#define COST_CARD_NAME "RTX 4090"
#define COST_CARD_SHARE 0.88
#define COST_CARD_BANDWIDTH 1008e9     /* bytes a second */
#define COST_CARD_DOLLARS_AN_HOUR 0.35 /* market prices of 2025 */
#define COST_CORE_DOLLARS_AN_HOUR 0.05 /* of a processor in a data centre; on demand, 2025 */

struct cost {
    double candidates; /* to try */
    double seconds;    /* to try them all on one thread of this machine, with the secret if there is one */
    double dollars;    /* offline: on rented graphics cards, without anything but the file; else 0 */
};

/* Below this, anyone can afford to try all candidates of a kind. */
#define COST_CHEAP 10000.0 /* dollars */

/* Seconds that one digest takes under a profile on one thread of this machine, measured now; 0 if that fails.
 */
double cost_digest_seconds(const struct profile *profile);

/* Seconds that one rented card takes for a number of digests of an offline profile, and what that costs;
 * a guess takes 2^work_bits digests. */
double cost_card_seconds(const struct profile *profile, double digests);
double cost_card_dollars(const struct profile *profile, double digests);

struct cost cost_of_kind(const struct profile *profile, const struct elig_kind *kind, double digest_seconds);

/* Whether anyone who has an offline index can try all candidates for less than COST_CHEAP. */
bool cost_is_cheap(const struct profile *profile, const struct cost *cost);

/* A time in a suitable unit, such as "17 h", to text (COST_TEXT bytes); of 0 that it was not measured. Returns
 * text. */
#define COST_TEXT 32
const char *cost_time_text(double seconds, char text[COST_TEXT]);

/* A count in words, such as "100 million", "16.9 billion" or "36525", to text; returns text. */
const char *cost_count_text(double count, char text[COST_TEXT]);

/* The same as an expression whose text lives as long as the enclosing block. */
#define COST_COUNT(number) cost_count_text(number, (char[COST_TEXT]){""})

/* Dollars, to the cent below ten, to one digit below a cent, to text (COST_TEXT bytes); returns text. */
const char *cost_dollars_text(double dollars, char text[COST_TEXT]);

/* What trying all candidates of a kind costs, in words, to text (COST_SENTENCE bytes); returns text. */
#define COST_SENTENCE 256
const char *cost_sentence(const struct profile *profile, const struct elig_kind *kind, const struct cost *cost,
                          char text[COST_SENTENCE]);

#endif
