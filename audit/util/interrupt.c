/* SPDX-License-Identifier: Apache-2.0 */
/* interrupt.c - signal handlers that record a number, set and reset. */
#include "audit/util/interrupt.h"

#include <stddef.h>

volatile sig_atomic_t interrupt_number;

static const int signals[INTERRUPT_SIGNALS] = {SIGINT, SIGTERM, SIGHUP};

static void keep_number(int number)
{
    interrupt_number = number;
}

void interrupt_catch(struct interrupt *interrupt)
{
    const struct sigaction action = {.sa_handler = keep_number, .sa_flags = SA_RESTART};
    interrupt_number = 0;
    for (size_t i = 0; i < INTERRUPT_SIGNALS; i++) {
        sigaction(signals[i], NULL, &interrupt->before[i]);
        if (interrupt->before[i].sa_handler != SIG_IGN) /* as under nohup */
            sigaction(signals[i], &action, NULL);
    }
}

void interrupt_release(const struct interrupt *interrupt)
{
    for (size_t i = 0; i < INTERRUPT_SIGNALS; i++)
        sigaction(signals[i], &interrupt->before[i], NULL);
    if (interrupt_number != 0)
        raise(interrupt_number);
}
