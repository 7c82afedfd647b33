/* SPDX-License-Identifier: Apache-2.0 */
/*
 * list_checks.h - whether the lists are ones that elig-build takes: rows of several lines, rejected rows, kinds
 * without identifiers, identifiers that stand in many rows. elig-build itself is asked, by a dry run.
 */
#ifndef ELIG_LIST_CHECKS_H
#define ELIG_LIST_CHECKS_H

#include "audit/context/context.h"
#include "lib/csv/identifier_reader.h"

/* Adds list.rows and list.build. counts: what was read of the lists. Returns 0 or MESSAGE_E_PRINTED. */
ELIG_CHECK_RESULT int list_checks_report(struct audit_context *context, const struct identifier_counts *counts);

#endif
