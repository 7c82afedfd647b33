/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ingest.h - from CSV files to spilled records: identifiers (identifier_reader.h) are digested, many at once,
 * and records of the digests are written to the spill. Canonical forms are overwritten after use.
 */
#ifndef ELIG_INGEST_H
#define ELIG_INGEST_H

#include "builder/records/label_table.h"
#include "builder/records/rejects.h"
#include "builder/records/spill.h"
#include "lib/csv/identifier_reader.h"

/* Memory that each thread takes while it reads, and all threads together, beside the records. */
#define INGEST_BYTES_PER_THREAD (ROW_READER_BYTES_PER_THREAD + (1u << 20))
#define INGEST_BYTES ROW_READER_BYTES

struct ingest {
    struct identifier_source source;
    const struct profile *profile; /* how identifiers are digested, with key (NULL: none) */
    const uint8_t *key;
    struct label_table *labels;
    struct spill *spill; /* made for source.threads writers */
};

/* Reads all inputs into the spill. Fills *counts and *rejects (sorted); a rejected row is not a failure.
 * Returns 0, or an error of identifier_reader_run(), label_table_intern(), digester_run() or spill_add(). */
ELIG_CHECK_RESULT int ingest_run(const struct ingest *ingest, struct identifier_counts *counts,
                                 struct rejects *rejects);

#endif
