/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schema.h - how lists are written, and which of their columns are read.
 *
 * Shared by all threads that read, and read-only then.
 */
#ifndef ELIG_SCHEMA_H
#define ELIG_SCHEMA_H

#include <stdbool.h>

#include "include/elig.h"

#include "lib/util/options.h"

struct schema {
    unsigned kind_count;
    struct elig_kind kinds[ELIG_KINDS_MAX];        /* identifiers: 0 */
    char *columns[ELIG_KINDS_MAX][ELIG_PARTS_MAX]; /* by name or number, one for each part */
    const char *label_column;                      /* NULL: no labels */
    char delimiter;
    const char *encoding; /* NULL: UTF-8 */
    bool has_header;
    bool is_quiet; /* no message about kinds that a list lacks */
};

/* Setters of --delimiter and --encoding, at the offset of the schema's members of these names. */
option_setter schema_set_delimiter, schema_set_encoding;

#endif
