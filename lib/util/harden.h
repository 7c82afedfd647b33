/* SPDX-License-Identifier: Apache-2.0 */
/*
 * harden.h - what every program that touches identifiers does first.
 */
#ifndef ELIG_HARDEN_H
#define ELIG_HARDEN_H

/*
 * No core dumps, no attaching by other processes of the user; broken pipes and file size limits as errors
 * instead of signals; standard streams that were closed stay closed to files that are opened later. Call at the
 * start of main(). (Freed memory is overwritten by wipe.c.)
 */
void harden_process(void);

#endif
