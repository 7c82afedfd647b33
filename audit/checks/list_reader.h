/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lists.h - the auditor's copy of the list, identifier by identifier, on all threads.
 */
#ifndef ELIG_LISTS_H
#define ELIG_LISTS_H

#include "include/elig.h"

#include "audit/context.h"
#include "lib/csv/identifier_reader.h"

/* One identifier as the list has it. Lives during the call. */
struct list_reader_identifier {
    unsigned kind;
    const struct elig_text *typed; /* trimmed; one for each part of the kind; not all of them empty */
    const uint8_t *canonical;      /* NULL: it is malformed or lacks a part */
    size_t length;
    uint64_t where; /* list_reader_where() has its words */
};

/* What is called for each, and after each block of rows; worker is 0 .. threads - 1. Return 0, or an enum
 * elig_error to stop; NULL for none. */
typedef int list_reader_take(void *context, unsigned worker, const struct list_reader_identifier *identifier);
typedef int list_reader_pause(void *context, unsigned worker);

/* Reads all lists of the configuration. Returns 0, or a negative error with the reason printed. Everything that
 * held an identifier is wiped. */
ELIG_CHECK_RESULT int list_reader_read(struct audit_context *run, struct identifier_counts *counts,
                                       list_reader_take *take, list_reader_pause *pause, void *context);

/* "line 17 of customers.csv", to text (LIST_READER_WHERE bytes); returns text. */
#define LIST_READER_WHERE 160
const char *list_reader_where(const struct audit_config *audit, uint64_t where, char text[LIST_READER_WHERE]);

/* Bytes of all lists, for the progress; 0: not known. */
uint64_t list_reader_bytes(const struct audit_config *audit);

#endif
