/* SPDX-License-Identifier: Apache-2.0 */
/*
 * forked.h - runs a function in a process of its own, so that the memory and mappings of one contender do not
 * affect the next.
 */
#ifndef ELIG_FORKED_H
#define ELIG_FORKED_H

#include <stdbool.h>
#include <stddef.h>

#include "include/elig.h"

/* Fills values; on failure prints the reason and returns false. */
typedef bool forked_function(void *context, double *values);

/* Calls function in a child process, which is killed when its parent ends, and copies the count values that it
 * wrote to values. Returns false if the child failed or crashed. */
ELIG_CHECK_RESULT bool forked_run(forked_function *function, void *context, double *values, size_t count);

#endif
