/* SPDX-License-Identifier: Apache-2.0 */
/*
 * intake.h - from CSV files to a store of records: the only part of elig that holds personal data.
 *
 * Threads ask for blocks of rows (rows.h), take them apart, bring identifiers into canonical form and digest
 * them, many at once. Blocks and canonical forms are wiped after use.
 */
#ifndef ELIG_INTAKE_H
#define ELIG_INTAKE_H

#include "builder/config.h"
#include "builder/phases.h"
#include "builder/records/label_table.h"
#include "builder/records/spill.h"
#include "builder/rejects.h"
#include "lib/csv/row_reader.h"

/* Memory that each thread takes while it reads, and all of them together, records aside. */
#define INGEST_BYTES_PER_THREAD (ROW_READER_BYTES_PER_THREAD + (1u << 20))
#define INGEST_BYTES ROW_READER_BYTES

/* What was read. All counts are of occurrences: duplicates are found later. */
struct ingest_counts {
    uint64_t bytes; /* of input, before decoding */
    uint64_t rows;  /* without headers and blank lines */
    uint64_t rows_without_identifier;
    uint64_t identifiers[ELIG_KINDS_MAX];
    uint64_t empty[ELIG_KINDS_MAX];
};

struct ingest {
    const struct config *config;
    const char **inputs; /* input_count names; a NULL entry is standard input */
    unsigned input_count;
    int is_absent; /* a list of --absent: may lack columns, has no labels */
    struct label_table *labels;
    struct spill *store; /* made for recipe->threads writers */
    struct progress *progress;
};

/* Reads all inputs into intake->store. Fills *counts and *faults (sorted). Returns an exit code of message.h,
 * with everything but EXIT_DONE explained on standard error. Rejected rows are faults, not failures. */
ELIG_CHECK_RESULT int ingest_run(const struct ingest *intake, struct ingest_counts *counts,
                                 struct rejects *rejects);

#endif
