/* SPDX-License-Identifier: Apache-2.0 */
/* rejects.c - lists of rejected rows and identifiers, of bounded length. */
#include "builder/records/rejects.h"

#include <stdlib.h>
#include <string.h>

static bool reserve(struct rejects *rejects, size_t more)
{
    size_t capacity = rejects->capacity == 0 ? 64 : rejects->capacity;
    while (capacity < rejects->count + more)
        capacity *= 2;
    if (capacity == rejects->capacity)
        return true;
    struct reject *grown = realloc(rejects->entries, capacity * sizeof *grown);
    if (grown == NULL)
        return false;
    rejects->entries = grown;
    rejects->capacity = capacity;
    return true;
}

static bool is_skippable(int reason)
{
    return reason != REJECT_LABEL_CONFLICT && reason != REJECT_LABEL_RARE && reason != REJECT_REPEATED &&
           reason != REJECT_ABSENT_LISTED;
}

uint64_t rejects_all(const struct rejects *rejects)
{
    return rejects->count + rejects->unkept_skippable + rejects->unkept_fatal;
}

uint64_t rejects_skippable(const struct rejects *rejects)
{
    uint64_t skippable = rejects->unkept_skippable;
    for (size_t i = 0; i < rejects->count; i++)
        skippable += (uint64_t)is_skippable(rejects->entries[i].reason);
    return skippable;
}

static size_t kept_max(const struct rejects *rejects)
{
    return rejects->kept_max > 0 ? rejects->kept_max : REJECTS_KEPT_MAX;
}

static void count_only(struct rejects *rejects, int reason)
{
    if (is_skippable(reason))
        rejects->unkept_skippable++;
    else
        rejects->unkept_fatal++;
}

static int add(struct rejects *rejects, uint64_t lines, struct reject reject)
{
    if (rejects->count >= kept_max(rejects)) {
        count_only(rejects, reject.reason);
        return 0;
    }
    if (!reserve(rejects, 1))
        return ELIG_E_MEMORY;
    reject.lines = lines < UINT32_MAX ? (uint32_t)lines : UINT32_MAX;
    rejects->entries[rejects->count++] = reject;
    return 0;
}

int rejects_add(struct rejects *rejects, uint64_t position, uint64_t lines, unsigned kind, int reason)
{
    return add(rejects, lines,
               (struct reject){.position = position, .kind = (uint8_t)kind, .reason = (uint8_t)reason});
}

int rejects_add_row(struct rejects *rejects, const struct identifier_row *row, enum identifier_row_fault fault)
{
    static const enum reject_reason reasons[] = {[IDENTIFIER_ROW_NUL] = REJECT_NUL,
                                                 [IDENTIFIER_ROW_QUOTE] = REJECT_QUOTE,
                                                 [IDENTIFIER_ROW_WIDTH] = REJECT_FIELDS,
                                                 [IDENTIFIER_ROW_LONG] = REJECT_LONG,
                                                 [IDENTIFIER_ROW_LINES] = REJECT_LINES,
                                                 [IDENTIFIER_ROW_HIDDEN] = REJECT_HIDDEN,
                                                 [IDENTIFIER_ROW_HEADER] = REJECT_HEADER,
                                                 [IDENTIFIER_ROW_LABEL] = REJECT_LABEL,
                                                 [IDENTIFIER_ROW_EMPTY] = REJECT_NO_IDENTIFIER};
    return rejects_add(rejects, row_position(row->input, row->line), row->lines, REJECT_NO_KIND,
                       (int)reasons[fault]);
}

int rejects_add_identifier(struct rejects *rejects, const struct identifier_row *row,
                           const struct identifier *identifier)
{
    return add(rejects, row->lines,
               (struct reject){.position = row_position(row->input, row->line),
                               .kind = (uint8_t)identifier->kind,
                               .reason = (uint8_t)identifier->reason,
                               .part = (uint8_t)identifier->part});
}

int rejects_join(struct rejects *rejects, struct rejects *more)
{
    size_t left = kept_max(rejects) - rejects->count;
    size_t kept = more->count < left ? more->count : left;
    if (kept > 0) {
        if (!reserve(rejects, kept))
            return ELIG_E_MEMORY;
        memcpy(rejects->entries + rejects->count, more->entries, kept * sizeof *more->entries);
        rejects->count += kept;
    }
    for (size_t i = kept; i < more->count; i++)
        count_only(rejects, more->entries[i].reason);
    rejects->unkept_skippable += more->unkept_skippable;
    rejects->unkept_fatal += more->unkept_fatal;
    rejects_free(more);
    return 0;
}

bool reject_is_like(const struct reject *a, const struct reject *b)
{
    return a->kind == b->kind && a->part == b->part && a->reason == b->reason;
}

static int compare(const void *left, const void *right)
{
    const struct reject *a = left, *b = right;
    if (a->position != b->position)
        return a->position < b->position ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (a->reason != b->reason)
        return a->reason < b->reason ? -1 : 1;
    return (a->part > b->part) - (a->part < b->part);
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

const char *reject_text(int reason)
{
    static const char *const texts[] = {REJECT_REASONS(X_TEXT)};
    size_t number = (size_t)reason - (REJECT_BASE + 1);
    return number < sizeof texts / sizeof *texts ? texts[number] : elig_text(reason);
}
