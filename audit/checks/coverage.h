/* SPDX-License-Identifier: Apache-2.0 */
/*
 * members.h - who of a list is in the index, and who in the index is not on the list: with the secret.
 *
 * Each identifier of the list is digested and marks the slot that answers for it. What stays unmarked is
 * filler, or somebody the list does not have.
 */
#ifndef ELIG_COVERAGE_H
#define ELIG_COVERAGE_H

#include "audit/checks/list_reader.h"
#include "audit/checks/page_checks.h"
#include "audit/context.h"

struct coverage;

/* 1 if members are counted in this audit: there are lists and the secret; and, since a digest of a blind index
 * takes long, it is not the rebuilding alone that was asked for, which sees them, too. */
int coverage_is_counted(const struct audit_context *context);

/* For a subject that is open with its secret. NULL: no memory. threads: workers. */
ELIG_CHECK_RESULT struct coverage *coverage_new(const struct target *target, unsigned threads);
void coverage_free(struct coverage *coverage);

/* Takes an identifier with a canonical form; others are passed over. Digests are made many at a time:
 * coverage_flush() at the end of each block. Return 0, or ELIG_E_MEMORY. */
ELIG_CHECK_RESULT int coverage_add(struct coverage *coverage, unsigned worker,
                                   const struct list_reader_identifier *identifier);
ELIG_CHECK_RESULT int coverage_flush(struct coverage *coverage, unsigned worker);

/* Adds CHECK_MEMBERS, CHECK_LABELS and CHECK_FILLER. */
void coverage_report(struct coverage *coverage, struct audit_context *context,
                     const struct identifier_counts *counts);

/* 1 if the list explains every slot that the header counts. */
int coverage_is_complete(const struct coverage *coverage);

#endif
