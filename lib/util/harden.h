/* SPDX-License-Identifier: Apache-2.0 */
/* harden.h - the first thing, and the last, that every program that handles identifiers does. */
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

/*
 * Overwrites HARDEN_STACK_BYTES of the stack below the caller, and the vector registers. The C library's copies
 * leave text in these registers, and the dynamic linker stores them on the stack when it resolves a function of
 * a library, whenever that is. Call in each thread after its last identifier or key.
 */
#define HARDEN_STACK_BYTES (64u << 10)
void harden_clear_stack(void);

#endif
