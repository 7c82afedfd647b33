/* SPDX-License-Identifier: Apache-2.0 */
/*
 * universe.h - everybody there is to try: how many candidates an attacker has for a type of identifier, what
 * they are and where that figure is from. docs/THREATS.md, "What guessing costs", has the table.
 *
 * These are orders of magnitude, so that a report can have a number where it would have an adjective. Where
 * candidates follow a rule, such as the mobile numbers of a country, they can be written down, too, and are as
 * many as are counted.
 *
 * Pure; safe from any thread.
 */
#ifndef ELIG_UNIVERSE_H
#define ELIG_UNIVERSE_H

#include "include/elig.h"

struct keyspace {
    double candidates;
#define KEYSPACE_TEXT 512
    char what[KEYSPACE_TEXT]; /* "mobile numbers of KR: 010 and 8 digits" */
    const char *source;       /* who says that there are as many */
};

/* All universes of a kind, 1 .. KEYSPACES_MAX of them; returns how many. Prices are told for the first: what
 * whoever knows nothing of the people would try. The others need more knowledge or more time. */
#define KEYSPACES_MAX 2
unsigned keyspace_of_kind(const struct elig_kind *kind, struct keyspace keyspaces[KEYSPACES_MAX]);

/* Candidates of the first universe of a kind: of a composite the product of its parts', as if they were
 * independent. */
double keyspace_candidates(const struct elig_kind *kind);

/* How many of a part's first universe can be written down: all of them, or 0 where they follow no rule. */
uint64_t keyspace_writable(const struct elig_part *part);

/* Writes candidate number, 0 .. keyspace_writable() - 1, as somebody would type it, to text, zero-terminated.
 * Returns its length. The text is the caller's to wipe. */
#define KEYSPACE_CANDIDATE_TEXT 32
size_t keyspace_write(const struct elig_part *part, uint64_t number, char text[KEYSPACE_CANDIDATE_TEXT]);

#endif
