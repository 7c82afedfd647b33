/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ingest.h - from CSV files to spilled records: identifiers (identifier_reader.h) are digested, many at once,
 * and records of the digests are written to the spill. Canonical forms are wiped after use.
 */
#ifndef ELIG_INGEST_H
#define ELIG_INGEST_H

#include "builder/config.h"
#include "builder/phases.h"
#include "builder/records/label_table.h"
#include "builder/records/spill.h"
#include "builder/rejects.h"
#include "lib/csv/identifier_reader.h"

/* Memory that each thread takes while it reads, and all threads together, beside the records. */
#define INGEST_BYTES_PER_THREAD (ROW_READER_BYTES_PER_THREAD + (1u << 20))
#define INGEST_BYTES ROW_READER_BYTES

struct ingest {
    const struct config *config;
    const char **inputs; /* input_count names; a NULL entry is standard input */
    unsigned input_count;
    bool is_absent; /* a list of --absent: may lack columns, has no labels */
    struct label_table *labels;
    struct spill *store; /* made for config->threads writers */
    struct progress *progress;
};

/* Reads all inputs into ingest->store. Fills *counts and *rejects (sorted). Returns an exit code of message.h,
 * with the reason printed for all but EXIT_DONE. A rejected row is an entry of *rejects, not a failure. */
ELIG_CHECK_RESULT int ingest_run(const struct ingest *ingest, struct identifier_counts *counts,
                                 struct rejects *rejects);

#endif
