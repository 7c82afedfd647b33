#include "faults.h"

#include <stdlib.h>
#include <string.h>

static int reserve(struct faults *faults, size_t more)
{
    size_t room = faults->room == 0 ? 64 : faults->room;
    while (room < faults->count + more)
        room *= 2;
    if (room == faults->room)
        return 1;
    struct fault *grown = realloc(faults->entries, room * sizeof *grown);
    if (grown == NULL)
        return 0;
    faults->entries = grown;
    faults->room = room;
    return 1;
}

int fault_is_mild(int reason)
{
    return reason != FAULT_LABEL_CONFLICT && reason != FAULT_LABEL_RARE && reason != FAULT_ABSENT_LISTED;
}

uint64_t faults_all(const struct faults *faults)
{
    return faults->count + faults->unkept_mild + faults->unkept_severe;
}

uint64_t faults_mild(const struct faults *faults)
{
    uint64_t mild = faults->unkept_mild;
    for (size_t i = 0; i < faults->count; i++)
        mild += (uint64_t)fault_is_mild(faults->entries[i].reason);
    return mild;
}

static size_t kept_max(const struct faults *faults)
{
    return faults->kept_max > 0 ? faults->kept_max : FAULTS_KEPT_MAX;
}

static void count_only(struct faults *faults, int reason)
{
    if (fault_is_mild(reason))
        faults->unkept_mild++;
    else
        faults->unkept_severe++;
}

int faults_add(struct faults *faults, uint64_t place, unsigned kind, int reason)
{
    if (faults->count >= kept_max(faults)) {
        count_only(faults, reason);
        return 1;
    }
    if (!reserve(faults, 1))
        return 0;
    faults->entries[faults->count++] = (struct fault){place, (uint8_t)kind, (uint8_t)reason};
    return 1;
}

int faults_join(struct faults *faults, struct faults *more)
{
    size_t room = kept_max(faults) - faults->count;
    size_t kept = more->count < room ? more->count : room;
    if (kept > 0) {
        if (!reserve(faults, kept))
            return 0;
        memcpy(faults->entries + faults->count, more->entries, kept * sizeof *more->entries);
        faults->count += kept;
    }
    for (size_t i = kept; i < more->count; i++)
        count_only(faults, more->entries[i].reason);
    faults->unkept_mild += more->unkept_mild;
    faults->unkept_severe += more->unkept_severe;
    faults_free(more);
    return 1;
}

static int compare(const void *left, const void *right)
{
    const struct fault *a = left, *b = right;
    if (a->place != b->place)
        return a->place < b->place ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return (a->reason > b->reason) - (a->reason < b->reason);
}

void faults_sort(struct faults *faults)
{
    if (faults->count > 0)
        qsort(faults->entries, faults->count, sizeof *faults->entries, compare);
}

void faults_free(struct faults *faults)
{
    free(faults->entries);
    *faults = (struct faults){0};
}

#define FAULT_CASE(name, value, text) \
    case name:                        \
        return text;

const char *fault_text(int reason)
{
    switch (reason) {
        FAULTS_OF_ROWS(FAULT_CASE)
    default:
        return elig_reason_text(reason);
    }
}
