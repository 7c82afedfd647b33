/* SPDX-License-Identifier: Apache-2.0 */
/*
 * interrupt.h - SIGINT, SIGTERM and SIGHUP while something is on the disk that must be removed first.
 *
 * The main thread's, one at a time; not nested.
 */
#ifndef ELIG_INTERRUPT_H
#define ELIG_INTERRUPT_H

#include <signal.h>

#define INTERRUPT_SIGNALS 3

struct interrupt {
    struct sigaction before[INTERRUPT_SIGNALS];
};

/* 0, or the signal that came since interrupt_catch(). */
extern volatile sig_atomic_t interrupt_number;

/* From now on a signal sets interrupt_number, and nothing else happens; one that is ignored stays so. */
void interrupt_catch(struct interrupt *interrupt);

/* Signals do what they did before; one that came meanwhile does it now. */
void interrupt_release(const struct interrupt *interrupt);

#endif
