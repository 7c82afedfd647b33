/*
 * lists.h - the auditor's copy of the list, identifier by identifier, on all threads.
 */
#ifndef ELIG_LISTS_H
#define ELIG_LISTS_H

#include "columns.h"
#include "elig.h"
#include "run.h"

/* One identifier as the list has it. Lives during the call. */
struct lists_identifier {
    unsigned kind;
    const struct elig_text *typed; /* trimmed; one for each part of the kind; not all of them empty */
    const uint8_t *canonical;      /* NULL: it is malformed or lacks a part */
    size_t length;
    uint64_t where; /* lists_where() has its words */
};

/* What is called for each, and after each block of rows; worker is 0 .. threads - 1. Return 0, or an enum
 * elig_error to stop; NULL for none. */
typedef int lists_take(void *context, unsigned worker, const struct lists_identifier *identifier);
typedef int lists_pause(void *context, unsigned worker);

struct lists_counts {
    uint64_t rows;
    uint64_t bad_rows; /* that are no CSV, or of another width */
    uint64_t identifiers[ELIG_KINDS_MAX], malformed[ELIG_KINDS_MAX];
    int has_kind[ELIG_KINDS_MAX]; /* in every list */
};

/* Reads run->audit's lists. Returns EXIT_DONE, or EXIT_CANNOT, explained. Everything that held an identifier is
 * wiped. */
ELIG_CHECK_RESULT int lists_read(struct run *run, struct lists_counts *counts, lists_take *take,
                                 lists_pause *pause, void *context);

/* "line 17 of customers.csv", to text (LISTS_WHERE bytes); returns text. */
#define LISTS_WHERE 160
const char *lists_where(const struct audit *audit, uint64_t where, char text[LISTS_WHERE]);

/* Bytes of all lists, for the progress; 0: not known. */
uint64_t lists_bytes(const struct audit *audit);

#endif
