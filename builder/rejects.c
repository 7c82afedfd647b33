/* SPDX-License-Identifier: Apache-2.0 */
#include "builder/rejects.h"

#include <stdlib.h>
#include <string.h>

static int reserve(struct rejects *rejects, size_t more)
{
    size_t room = rejects->room == 0 ? 64 : rejects->room;
    while (room < rejects->count + more)
        room *= 2;
    if (room == rejects->room)
        return 1;
    struct reject *grown = realloc(rejects->entries, room * sizeof *grown);
    if (grown == NULL)
        return 0;
    rejects->entries = grown;
    rejects->room = room;
    return 1;
}

int reject_is_skippable(int reason)
{
    return reason != FAULT_LABEL_CONFLICT && reason != FAULT_LABEL_RARE && reason != FAULT_ABSENT_LISTED;
}

uint64_t rejects_all(const struct rejects *rejects)
{
    return rejects->count + rejects->unkept_skippable + rejects->unkept_fatal;
}

uint64_t rejects_skippable(const struct rejects *rejects)
{
    uint64_t mild = rejects->unkept_skippable;
    for (size_t i = 0; i < rejects->count; i++)
        mild += (uint64_t)reject_is_skippable(rejects->entries[i].reason);
    return mild;
}

static size_t kept_max(const struct rejects *rejects)
{
    return rejects->kept_max > 0 ? rejects->kept_max : REJECTS_KEPT_MAX;
}

static void count_only(struct rejects *rejects, int reason)
{
    if (reject_is_skippable(reason))
        rejects->unkept_skippable++;
    else
        rejects->unkept_fatal++;
}

int rejects_add(struct rejects *rejects, uint64_t place, unsigned kind, int reason)
{
    if (rejects->count >= kept_max(rejects)) {
        count_only(rejects, reason);
        return 1;
    }
    if (!reserve(rejects, 1))
        return 0;
    rejects->entries[rejects->count++] = (struct reject){place, (uint8_t)kind, (uint8_t)reason};
    return 1;
}

int rejects_join(struct rejects *rejects, struct rejects *more)
{
    size_t room = kept_max(rejects) - rejects->count;
    size_t kept = more->count < room ? more->count : room;
    if (kept > 0) {
        if (!reserve(rejects, kept))
            return 0;
        memcpy(rejects->entries + rejects->count, more->entries, kept * sizeof *more->entries);
        rejects->count += kept;
    }
    for (size_t i = kept; i < more->count; i++)
        count_only(rejects, more->entries[i].reason);
    rejects->unkept_skippable += more->unkept_skippable;
    rejects->unkept_fatal += more->unkept_fatal;
    rejects_free(more);
    return 1;
}

static int compare(const void *left, const void *right)
{
    const struct reject *a = left, *b = right;
    if (a->place != b->place)
        return a->place < b->place ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return (a->reason > b->reason) - (a->reason < b->reason);
}

void rejects_sort(struct rejects *rejects)
{
    if (rejects->count > 0)
        qsort(rejects->entries, rejects->count, sizeof *rejects->entries, compare);
}

void rejects_free(struct rejects *rejects)
{
    free(rejects->entries);
    *rejects = (struct rejects){0};
}

#define REJECT_CASE(name, value, text) \
    case name:                         \
        return text;

const char *reject_text(int reason)
{
    switch (reason) {
        REJECT_REASONS(REJECT_CASE)
    default:
        return elig_reason_text(reason);
    }
}
