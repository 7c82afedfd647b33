/* SPDX-License-Identifier: Apache-2.0 */
/*
 * faults.h - what was wrong with the input and where: line numbers and reasons, never content.
 */
#ifndef ELIG_FAULTS_H
#define ELIG_FAULTS_H

#include <stdio.h>

#include "builder/records/record.h"

/* Reasons beside enum elig_reason for which a whole row is rejected. X(name, value, text) */
#define REJECT_REASONS(X)                                                                                 \
    X(FAULT_FIELDS, 100, "row with another number of fields than the first")                              \
    X(FAULT_QUOTE, 101, "row with text after a closing quote")                                            \
    X(FAULT_NO_IDENTIFIER, 102, "row without any identifier")                                             \
    X(FAULT_LABEL, 103, "row with a label that is too long or not plain text")                            \
    X(FAULT_LABEL_CONFLICT, 104, "identifier with two labels, and no --label-order that says which wins") \
    X(FAULT_LABEL_RARE, 105, "first row with a label that fewer identifiers hold than --label-minimum")   \
    X(FAULT_ABSENT_LISTED, 106, "identifier of the --absent list that is on the list itself")

enum reject_reason {
#define REJECT_ENTRY(name, value, text) name = (value),
    REJECT_REASONS(REJECT_ENTRY)
#undef REJECT_ENTRY
};

#define REJECT_NO_KIND 255

struct reject {
    uint64_t place; /* record_place() */
    uint8_t kind;   /* number of the kind, or REJECT_NO_KIND */
    uint8_t reason; /* enum elig_reason or enum reject_reason */
};

/* How many a list keeps, so that a list of which every line is wrong does not fill the memory: more are counted
 * without saying where they stand. */
#define REJECTS_KEPT_MAX (1u << 20)

/* A growing list for one thread. Start with all zero. */
struct rejects {
    struct reject *entries;
    size_t count, room;
    size_t kept_max; /* 0: REJECTS_KEPT_MAX */
    uint64_t unkept_skippable,
        unkept_fatal; /* counted only: those that --skip-invalid passes over, and others */
};

/* 1 if --skip-invalid passes over it: over what was typed wrong. It does not decide between labels, make a rare
 * one common, or choose between lists. */
int reject_is_skippable(int reason);

/* All of them, and those of them that are mild. */
uint64_t rejects_all(const struct rejects *rejects);
uint64_t rejects_skippable(const struct rejects *rejects);

/* Returns 1, or 0 when there is no memory. */
ELIG_CHECK_RESULT int rejects_add(struct rejects *rejects, uint64_t place, unsigned kind, int reason);

/* Moves all of more to the end of faults and empties more. Returns 1, or 0 when there is no memory. */
ELIG_CHECK_RESULT int rejects_join(struct rejects *rejects, struct rejects *more);

/* Sorts by place, then kind, then reason. */
void rejects_sort(struct rejects *rejects);

void rejects_free(struct rejects *rejects);

const char *reject_text(int reason);

#endif
