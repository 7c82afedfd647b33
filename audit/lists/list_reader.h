/* SPDX-License-Identifier: Apache-2.0 */
/*
 * list_reader.h - reads the auditor's lists, identifier by identifier, on all threads.
 */
#ifndef ELIG_LIST_READER_H
#define ELIG_LIST_READER_H

#include <stdbool.h>

#include "include/elig.h"

#include "audit/context/context.h"
#include "lib/csv/identifier_reader.h"
#include "lib/elig/digest/digest_batch.h"

/* One identifier of a list. Valid during the call. */
struct list_reader_identifier {
    unsigned kind;
    const struct elig_text *typed; /* trimmed; one for each part of the kind; at least one is not empty */
    const uint8_t *canonical;      /* NULL: it is malformed, lacks a part, or its row has an invalid label */
    size_t length;
    uint64_t where; /* list and line: list_reader_where() prints it */
};

/* Adds an identifier of a list with these kinds to a batch, unless it is malformed. Returns whether the batch
 * is full. */
static inline bool list_reader_collect(struct digest_batch *batch, const struct elig_kind *kinds,
                                       const struct list_reader_identifier *identifier)
{
    if (identifier->canonical != NULL)
        digest_batch_add(batch, kinds[identifier->kind].name, identifier->canonical, identifier->length);
    return digest_batch_is_full(batch);
}

/* Called for each identifier, and after each block of rows (may be NULL); worker is 0 .. threads - 1. Return 0,
 * or a negative enum elig_error to stop. */
typedef int list_reader_visit(void *context, unsigned worker, const struct list_reader_identifier *identifier);
typedef int list_reader_block_end(void *context, unsigned worker);

/* Reads all lists of the configuration. Returns 0 or MESSAGE_E_PRINTED. Everything that
 * held an identifier is wiped. */
ELIG_CHECK_RESULT int list_reader_read(struct audit_context *context, struct identifier_counts *counts,
                                       list_reader_visit *visit, list_reader_block_end *block_end,
                                       void *argument);

/* Prints `where`, such as "line 17 of customers.csv", to text (LIST_READER_WHERE bytes), and returns text. */
#define LIST_READER_WHERE 160
const char *list_reader_where(const struct audit_config *config, uint64_t where, char text[LIST_READER_WHERE]);

/* Bytes of all lists, for the progress; 0: unknown. */
uint64_t list_reader_bytes(const struct audit_config *config);

#endif
