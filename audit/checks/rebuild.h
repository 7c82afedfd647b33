/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rebuild.h - the lists compiled again with the header's own parameters, and compared byte for byte with the
 * audited file; and how many bits of the file nothing explains. A check as in audit/context/context.h.
 */
#ifndef ELIG_REBUILD_H
#define ELIG_REBUILD_H

#include "include/elig.h"

struct audit_context;

/* Adds proof.rebuild, if it is tried or cannot be tried, and structure.capacity. Runs elig-build; writes a file
 * to the folder for temporary files, which is removed before this returns. */
ELIG_CHECK_RESULT int rebuild_check(struct audit_context *context);

#endif
