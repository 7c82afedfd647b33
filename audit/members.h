/*
 * members.h - who of a list is in the index, and who in the index is not on the list: with the secret.
 *
 * Each identifier of the list is digested and marks the slot that answers for it. What stays unmarked is
 * filler, or somebody the list does not have.
 */
#ifndef ELIG_MEMBERS_H
#define ELIG_MEMBERS_H

#include "lists.h"
#include "pages.h"
#include "run.h"

struct members;

/* 1 if members are counted in this audit: there are lists and the secret; and, since a digest of a blind index
 * takes long, it is not the rebuilding alone that was asked for, which sees them, too. */
int members_are_counted(const struct run *run);

/* For a subject that is open with its secret. NULL: no memory. threads: workers. */
ELIG_CHECK_RESULT struct members *members_new(const struct subject *subject, unsigned threads);
void members_free(struct members *members);

/* Takes an identifier with a canonical form; others are passed over. Digests are made many at a time:
 * members_flush() at the end of each block. Return 0, or ELIG_E_MEMORY. */
ELIG_CHECK_RESULT int members_take(struct members *members, unsigned worker,
                                   const struct lists_identifier *identifier);
ELIG_CHECK_RESULT int members_flush(struct members *members, unsigned worker);

/* Adds CHECK_MEMBERS, CHECK_LABELS and CHECK_FILLER. */
void members_report(struct members *members, struct run *run, const struct lists_counts *counts);

/* 1 if the list explains every slot that the header counts. */
int members_are_all(const struct members *members);

#endif
