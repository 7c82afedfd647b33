/* SPDX-License-Identifier: Apache-2.0 */
/*
 * options_check.h - what cannot be checked option by option: options that exclude or need each other, files
 * that would be written over, memory that is too small for the work.
 */
#ifndef ELIG_OPTIONS_CHECK_H
#define ELIG_OPTIONS_CHECK_H

#include "builder/config.h"

/* Checks a configuration whose options are all read, and fills in what depends on several: the costs of an
 * offline profile, a random seed that is not kept, fewer threads. Returns 0; MESSAGE_USAGE, with the reason
 * printed; or ELIG_E_MEMORY, printed, too. */
ELIG_CHECK_RESULT int options_check(struct config *config);

#endif
