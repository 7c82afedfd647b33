/* SPDX-License-Identifier: Apache-2.0 */
/*
 * forked.h - work done in a process of its own, so that one contender's memory and mappings do not disturb
 * another's.
 */
#ifndef ELIG_FORKED_H
#define ELIG_FORKED_H

#include <stddef.h>

#include "include/elig.h"

/* Fills values; returns 1, or 0 with the reason printed. */
typedef int forked_work(void *context, double *values);

/* Runs work in a forked child, which dies with its parent, and hands over what it wrote to count values.
 * Returns 1, or 0 if the child failed or crashed. */
ELIG_CHECK_RESULT int forked_run(forked_work *work, void *context, double *values, size_t count);

#endif
