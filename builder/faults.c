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

int faults_add(struct faults *faults, uint64_t place, unsigned kind, int reason)
{
    if (!reserve(faults, 1))
        return 0;
    faults->entries[faults->count++] = (struct fault){place, (uint8_t)kind, (uint8_t)reason};
    return 1;
}

int faults_join(struct faults *faults, struct faults *more)
{
    if (more->count > 0) {
        if (!reserve(faults, more->count))
            return 0;
        memcpy(faults->entries + faults->count, more->entries, more->count * sizeof *more->entries);
        faults->count += more->count;
    }
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
