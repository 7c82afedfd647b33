/* SPDX-License-Identifier: Apache-2.0 */
/* repeats.c - keeps a few entries in order by insertion. */
#include "builder/merge/repeats.h"

static bool comes_before(const struct repeat *a, const struct repeat *b)
{
    if (a->rows != b->rows)
        return a->rows > b->rows;
    return a->position != b->position ? a->position < b->position : a->kind < b->kind;
}

void repeats_add(struct repeats *repeats, struct repeat repeat)
{
    if (repeat.rows < 2)
        return;
    unsigned at = repeats->count;
    if (at == REPEATS_KEPT_MAX && !comes_before(&repeat, &repeats->most[at - 1]))
        return;
    if (at == REPEATS_KEPT_MAX)
        at--;
    else
        repeats->count++;
    for (; at > 0 && comes_before(&repeat, &repeats->most[at - 1]); at--)
        repeats->most[at] = repeats->most[at - 1];
    repeats->most[at] = repeat;
}

void repeats_join(struct repeats *repeats, const struct repeats *more)
{
    for (unsigned i = 0; i < more->count; i++)
        repeats_add(repeats, more->most[i]);
}
