/* SPDX-License-Identifier: Apache-2.0 */
/*
 * coverage.h - with the secret: which identifiers of the lists are in the index, and how many in the index are
 * not on the lists.
 *
 * Each identifier of the lists is digested and marks the slot that holds it. Slots that stay unmarked are
 * filler, or hold identifiers that are not on the lists.
 */
#ifndef ELIG_COVERAGE_H
#define ELIG_COVERAGE_H

#include <stdbool.h>

#include "audit/checks/page_checks.h"
#include "audit/context/context.h"
#include "audit/lists/list_reader.h"

struct coverage;

/* Coverage is counted in this audit: there are lists and the secret. With a blind index, whose digests take
 * long, it is counted only if a search was asked for; rebuilding alone compares the members anyway. */
bool coverage_is_counted(const struct audit_context *context);

/* For a target that is open with its secret. drop_repeats: identifiers that occur more often are not expected
 * in the index; 0: no limit. threads: number of workers. NULL: no memory. */
ELIG_CHECK_RESULT struct coverage *coverage_new(const struct target *target, uint64_t drop_repeats,
                                                unsigned threads);
void coverage_free(struct coverage *coverage);

/* Adds an identifier; one without a canonical form is ignored. Digests are made many at a time: call
 * coverage_flush() after the last one of a worker. Return 0 or ELIG_E_MEMORY. */
ELIG_CHECK_RESULT int coverage_add(struct coverage *coverage, unsigned worker,
                                   const struct list_reader_identifier *identifier);
ELIG_CHECK_RESULT int coverage_flush(void *coverage, unsigned worker);

/* Adds the findings proof.members, structure.labels and, if all are covered, plaintext.filler. Returns 0 or
 * MESSAGE_E_PRINTED. */
ELIG_CHECK_RESULT int coverage_report(struct coverage *coverage, struct audit_context *context,
                                      const struct identifier_counts *counts);

#endif
