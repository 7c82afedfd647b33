/* SPDX-License-Identifier: Apache-2.0 */
/*
 * harden.h - the first thing that every program that handles identifiers does.
 */
#ifndef ELIG_HARDEN_H
#define ELIG_HARDEN_H

#include "include/elig.h"

/*
 * No core dumps, no attaching by other processes of the user; broken pipes and file size limits become errors
 * instead of signals; standard streams that are closed are never taken by files that are opened later. Call at
 * the start of main(). (Freed memory is overwritten by zero_free.c.) Returns 0, or ELIG_E_READ when a standard
 * stream is closed and /dev/null cannot stand in for it: then the program must end without a message.
 */
ELIG_CHECK_RESULT int harden_process(void);

#endif
