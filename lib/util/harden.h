/* SPDX-License-Identifier: Apache-2.0 */
/*
 * harden.h - the first thing that every program that handles identifiers does.
 */
#ifndef ELIG_HARDEN_H
#define ELIG_HARDEN_H

/*
 * No core dumps, no attaching by other processes of the user; broken pipes and file size limits become errors
 * instead of signals; standard streams that are closed are never taken by files that are opened later. Call at
 * the start of main(). (Freed memory is overwritten by zero_free.c.)
 */
void harden_process(void);

#endif
