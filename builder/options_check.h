/* SPDX-License-Identifier: Apache-2.0 */
/*
 * options_check.h - what no single option can tell: options that exclude or need each other, files that would
 * be written over, memory that does not hold the work.
 */
#ifndef ELIG_OPTIONS_CHECK_H
#define ELIG_OPTIONS_CHECK_H

#include "builder/config.h"

/* Checks a recipe whose options are all read, and fills in what depends on several: the costs of an offline
 * profile, a seed that nobody is to have, fewer threads. Returns an exit code of message.h, the reason printed.
 */
ELIG_CHECK_RESULT int options_check(struct config *config);

#endif
