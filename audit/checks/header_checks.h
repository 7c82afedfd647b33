/* SPDX-License-Identifier: Apache-2.0 */
/*
 * header_checks.h - the checks of the header and the label dictionary: lengths, versions, hashes, fields,
 * signature, unused bytes, keys. A check as in audit/context/context.h.
 */
#ifndef ELIG_HEADER_CHECKS_H
#define ELIG_HEADER_CHECKS_H

#include "include/elig.h"

struct audit_context;

/* Adds the findings structure.length to structure.origin but those of section_checks.h, page_checks.h and
 * rebuild.h; plaintext.words; and structure.labels where coverage.h does not. */
ELIG_CHECK_RESULT int header_checks_run(struct audit_context *context);

#endif
