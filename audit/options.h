/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit_options.h - the command line of elig-audit into a struct audit_config.
 */
#ifndef ELIG_AUDIT_OPTIONS_H
#define ELIG_AUDIT_OPTIONS_H

#include "audit/config.h"
#include "lib/elig/index/header.h"

/* Fills *audit. Returns EXIT_DONE; or another exit code, the reason printed; or one of the two below when that
 * was asked for. *audit is to be given to audit_options_free() in every case. */
#define AUDIT_OPTIONS_HELP (-1)
#define AUDIT_OPTIONS_VERSION (-2)
ELIG_CHECK_RESULT int audit_options_read(struct audit_config *audit, int argc, char **argv);

/* Once the index is open: which columns hold what its header lists. Without a header that is any guide (NULL),
 * the kinds are those of --kind, and their texts are taken as they are. Returns EXIT_DONE, or EXIT_USAGE with
 * the reason printed. */
ELIG_CHECK_RESULT int audit_options_resolve(struct audit_config *audit, const struct header *header);

void audit_options_free(struct audit_config *audit);

#endif
