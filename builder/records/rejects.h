/* SPDX-License-Identifier: Apache-2.0 */
/* rejects.h - the rows and identifiers that were rejected: positions and reasons, never content. */
#ifndef ELIG_REJECTS_H
#define ELIG_REJECTS_H

#include <stdbool.h>

#include "builder/records/record.h"
#include "lib/csv/identifier_reader.h"
#include "lib/util/x_macro.h"

/* Reasons beside those of enum elig_reason, whose numbers are all lower. X(name, text) */
#define REJECT_REASONS(X)                                                                             \
    X(REJECT_FIELDS, "row with another number of fields than the first")                              \
    X(REJECT_NUL, "row with a NUL byte: was a part of the file overwritten, and rows with it?")       \
    X(REJECT_QUOTE, "row with text after a closing quote")                                            \
    X(REJECT_LONG, "row of more than a mebibyte")                                                     \
    X(REJECT_LINES, "row of more lines than --row-lines: is a quote not closed?")                     \
    X(REJECT_HIDDEN, "row of which several lines would be rows by themselves: is a quote not one?")   \
    X(REJECT_HEADER, "the header once more: were two lists put together?")                            \
    X(REJECT_NO_IDENTIFIER, "row without any identifier")                                             \
    X(REJECT_LABEL, "row with a label that is too long or not plain text")                            \
    X(REJECT_LABEL_CONFLICT, "identifier with two labels, and no --label-order that says which wins") \
    X(REJECT_LABEL_RARE, "first row with a label that fewer identifiers hold than --label-minimum")   \
    X(REJECT_REPEATED, "identifier that stands in more rows than --max-repeats: a placeholder?")      \
    X(REJECT_ABSENT_LISTED, "identifier of the --absent list that is on the list itself")

enum reject_reason { REJECT_BASE = 99, REJECT_REASONS(X_NAME) };

#define REJECT_NO_KIND 255

struct reject {
    uint64_t position; /* row_position() */
    uint32_t lines;    /* of the row; 0: not known; UINT32_MAX: or more */
    uint8_t kind;      /* number of the kind, or REJECT_NO_KIND */
    uint8_t reason;    /* enum elig_reason or enum reject_reason */
    uint8_t part;      /* number, from 1, of the malformed part of a kind with several; else 0 */
};

/* The most entries that are kept, so that an input of which every line is wrong does not fill the memory. More
 * are counted, without their positions. */
#define REJECTS_KEPT_MAX (1u << 20)

/* A growing list that belongs to one thread. Start with all zero. */
struct rejects {
    struct reject *entries;
    size_t count, capacity;
    size_t kept_max;                         /* 0: REJECTS_KEPT_MAX */
    uint64_t unkept_skippable, unkept_fatal; /* counted only */
};

/* All rejects, and those that --skip-invalid leaves out: what was typed wrong. The option does not decide
 * between labels, allow a rare label, or choose between the list and the --absent list. */
uint64_t rejects_all(const struct rejects *rejects);
uint64_t rejects_skippable(const struct rejects *rejects);

/* Returns 0 or ELIG_E_MEMORY. */
ELIG_CHECK_RESULT int rejects_add(struct rejects *rejects, uint64_t position, uint64_t lines, unsigned kind,
                                  int reason);

/* The same for a row, and for an identifier of one, that identifier_reader.h found to be malformed. */
ELIG_CHECK_RESULT int rejects_add_row(struct rejects *rejects, const struct identifier_row *row,
                                      enum identifier_row_fault fault);
ELIG_CHECK_RESULT int rejects_add_identifier(struct rejects *rejects, const struct identifier_row *row,
                                             const struct identifier *identifier);

/* Whether two rejects are of one kind, part and reason. */
bool reject_is_like(const struct reject *a, const struct reject *b);

/* Moves all of more to the end of rejects and empties more. Returns 0 or ELIG_E_MEMORY. */
ELIG_CHECK_RESULT int rejects_join(struct rejects *rejects, struct rejects *more);

/* Sorts by position, then kind, then reason, then part. */
void rejects_sort(struct rejects *rejects);

void rejects_free(struct rejects *rejects);

/* The text for a reason of enum elig_reason or enum reject_reason. */
const char *reject_text(int reason);

#endif
