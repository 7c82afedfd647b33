/* SPDX-License-Identifier: Apache-2.0 */
/*
 * list_search.h - the search of the file for every identifier of the lists, in every encoding, and for the
 * secret. A check as in audit/context/context.h.
 */
#ifndef ELIG_LIST_SEARCH_H
#define ELIG_LIST_SEARCH_H

#include "include/elig.h"

struct audit_context;

/* Adds plaintext.listed, plaintext.parts, plaintext.hashes and plaintext.secret, the findings of list_checks.h,
 * and with the secret those of coverage.h. Does nothing without lists and without a secret. */
ELIG_CHECK_RESULT int list_search_check(struct audit_context *context);

#endif
