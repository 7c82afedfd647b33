/* SPDX-License-Identifier: Apache-2.0 */
/*
 * section_checks.h - the fields of the header and what each reveals, and whether every byte of the file belongs
 * to a section. A check as in audit/context/context.h.
 */
#ifndef ELIG_SECTION_CHECKS_H
#define ELIG_SECTION_CHECKS_H

#include "include/elig.h"

struct audit_context;

/* Adds two tables, and the finding structure.sections if the header can be relied on. */
ELIG_CHECK_RESULT int section_checks_run(struct audit_context *context);

#endif
