/* SPDX-License-Identifier: Apache-2.0 */
/*
 * interrupt.h - holds SIGINT, SIGTERM and SIGHUP back while a temporary file exists that must be removed first.
 *
 * For the main thread; not nested.
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

/* From now on a signal only sets interrupt_number. Signals that were ignored stay ignored. */
void interrupt_catch(struct interrupt *interrupt);

/* Restores the former handlers, and raises the signal that came meanwhile, if any. */
void interrupt_release(const struct interrupt *interrupt);

#endif
