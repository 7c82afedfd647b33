/* SPDX-License-Identifier: Apache-2.0 */
/*
 * options.h - the command line of elig-audit into a struct audit_config.
 */
#ifndef ELIG_AUDIT_OPTIONS_H
#define ELIG_AUDIT_OPTIONS_H

#include "audit/context/config.h"
#include "lib/elig/index/header.h"

/* Fills *config. Returns 0, MESSAGE_E_USAGE or MESSAGE_E_PRINTED. Where help or the
 * version is asked for, the rest of *config is not checked. *config goes to audit_options_free() in every case.
 */
ELIG_CHECK_RESULT int audit_options_read(struct audit_config *config, int argc, char **argv);

/* Prints the options. */
void audit_options_print(void);

/* Once the index is open: finds the columns that hold what its header lists. Without a header that can be read
 * (NULL) the kinds are those of --kind, and their texts are taken unchanged. Returns 0, MESSAGE_E_USAGE or
 * MESSAGE_E_PRINTED. */
ELIG_CHECK_RESULT int audit_options_resolve(struct audit_config *config, const struct header *header);

void audit_options_free(struct audit_config *audit);

#endif
