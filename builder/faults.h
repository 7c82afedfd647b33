/*
 * faults.h - what was wrong with the input and where: line numbers and reasons, never content.
 */
#ifndef ELIG_FAULTS_H
#define ELIG_FAULTS_H

#include "record.h"

#include <stdio.h>

/* Reasons beside enum elig_reason for which a whole row is rejected. X(name, value, text) */
#define FAULTS_OF_ROWS(X)                                                                                 \
    X(FAULT_FIELDS, 100, "row with another number of fields than the first")                              \
    X(FAULT_QUOTE, 101, "row with text after a closing quote")                                            \
    X(FAULT_NO_IDENTIFIER, 102, "row without any identifier")                                             \
    X(FAULT_LABEL, 103, "row with a label that is too long or not plain text")                            \
    X(FAULT_LABEL_CONFLICT, 104, "identifier with two labels, and no --label-order that says which wins") \
    X(FAULT_LABEL_RARE, 105, "first row with a label that fewer identifiers hold than --label-minimum")   \
    X(FAULT_ABSENT_LISTED, 106, "identifier of the --absent list that is on the list itself")

enum fault_reason {
#define FAULT_ENTRY(name, value, text) name = (value),
    FAULTS_OF_ROWS(FAULT_ENTRY)
#undef FAULT_ENTRY
};

#define FAULT_NO_KIND 255

struct fault {
    uint64_t place; /* record_place() */
    uint8_t kind;   /* number of the kind, or FAULT_NO_KIND */
    uint8_t reason; /* enum elig_reason or enum fault_reason */
};

/* How many a list keeps, so that a list of which every line is wrong does not fill the memory: more are counted
 * without saying where they stand. */
#define FAULTS_KEPT_MAX (1u << 20)

/* A growing list for one thread. Start with all zero. */
struct faults {
    struct fault *entries;
    size_t count, room;
    size_t kept_max;                     /* 0: FAULTS_KEPT_MAX */
    uint64_t unkept_mild, unkept_severe; /* counted only: those that --skip-invalid passes over, and others */
};

/* 1 if --skip-invalid passes over it: over what was typed wrong. It does not decide between labels, make a rare
 * one common, or choose between lists. */
int fault_is_mild(int reason);

/* All of them, and those of them that are mild. */
uint64_t faults_all(const struct faults *faults);
uint64_t faults_mild(const struct faults *faults);

/* Returns 1, or 0 when there is no memory. */
ELIG_CHECK_RESULT int faults_add(struct faults *faults, uint64_t place, unsigned kind, int reason);

/* Moves all of more to the end of faults and empties more. Returns 1, or 0 when there is no memory. */
ELIG_CHECK_RESULT int faults_join(struct faults *faults, struct faults *more);

/* Sorts by place, then kind, then reason. */
void faults_sort(struct faults *faults);

void faults_free(struct faults *faults);

const char *fault_text(int reason);

#endif
