/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keyspace.h - how many candidates an attacker has to try for a type of identifier, what they are, and the
 * source of that number. docs/THREATS.md, "What guessing costs", has the table.
 *
 * These are orders of magnitude, so that a report can state a number instead of an adjective. Candidates that
 * follow a rule, such as the mobile numbers of a country, are counted, and can be written down.
 *
 * Pure; safe from any thread.
 */
#ifndef ELIG_KEYSPACE_H
#define ELIG_KEYSPACE_H

#include "include/elig.h"

struct keyspace {
    double candidates;
#define KEYSPACE_TEXT 512
    char what[KEYSPACE_TEXT]; /* "mobile numbers of KR: 010 and 8 digits" */
    const char *source;       /* of the number */
};

/* All keyspaces of a kind, 1 .. KEYSPACES_MAX of them; returns the number. Costs are stated for the first,
 * which needs no knowledge of the people; the others need more knowledge or more time. The first keyspace of a
 * composite is the product of its parts', as if they were independent. */
#define KEYSPACES_MAX 2
unsigned keyspace_of_kind(const struct elig_kind *kind, struct keyspace keyspaces[KEYSPACES_MAX]);

/* Candidates of the first keyspace of a kind. */
double keyspace_candidates(const struct elig_kind *kind);

/* How many of a part's first keyspace can be written down: all of them, or 0 if they follow no rule. */
uint64_t keyspace_writable(const struct elig_part *part);

/* Writes candidate number, 0 .. keyspace_writable() - 1, as a person would type it, to text, zero-terminated.
 * Returns its length. The text is the caller's to wipe. */
#define KEYSPACE_CANDIDATE_TEXT 32
size_t keyspace_write(const struct elig_part *part, uint64_t number, char text[KEYSPACE_CANDIDATE_TEXT]);

#endif
