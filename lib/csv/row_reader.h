/* SPDX-License-Identifier: Apache-2.0 */
/*
 * row_reader.h - lists as blocks of whole rows, one block for each thread that asks.
 *
 * One thread at a time reads, decodes and finds where the last whole row of its block ends, line ends inside
 * quotes considered, while the others parse the blocks they have: so every thread reads, and no thread only
 * reads. A lock is held for that time; nothing else is shared.
 */
#ifndef ELIG_ROW_READER_H
#define ELIG_ROW_READER_H

#include <stdbool.h>

#include "lib/csv/columns.h"
#include "lib/csv/schema.h"
#include "lib/util/message.h"

/* Size of a block. A row that is longer is read past. */
#define ROW_READER_BLOCK_BYTES (1u << 20)

/* Memory that each thread takes for its block, and all threads together. */
#define ROW_READER_BYTES_PER_THREAD ROW_READER_BLOCK_BYTES
#define ROW_READER_BYTES (2u << 20)

struct row_block {
    char *bytes; /* ROW_READER_BLOCK_BYTES, the caller's */
    size_t start, length;
    uint64_t line;         /* number of the line of the byte at start */
    uint64_t lines_before; /* of the row before it, which is in another block; 0: none, or it was too long */
    uint64_t lines;        /* not 0: the block is one row, of that many lines, which is too long to be held */
    uint64_t nul_bytes;    /* of such a row */
    unsigned input;
    const struct columns *columns;
    uint64_t read_bytes; /* of the inputs that were decoded for it, for the progress */
};

struct row_reader;

/* The rows of input_count inputs; a NULL entry is standard input. may_lack_kinds: as columns_find() takes it.
 * profile: how the identifiers will be digested; the more expensive that is, the fewer rows make a block.
 * Everything must outlive the rows. Returns 0; or ELIG_E_MEMORY or ELIG_E_READ (errno says more: too many files
 * are open), with *out NULL. */
ELIG_CHECK_RESULT int row_reader_open(const struct schema *schema, const char **inputs, unsigned input_count,
                                      bool may_lack_kinds, enum elig_profile profile, struct row_reader **out);

/* Fills the caller's block, or sets *is_end when no rows are left, row_reader_stop() was called, or an input
 * was refused earlier. Returns 0; or, once, to the thread that found it, MESSAGE_E_PRINTED if an input cannot
 * be read, MESSAGE_E_REFUSED if it is no list with these columns, or ELIG_E_MEMORY. Safe from any thread. */
ELIG_CHECK_RESULT int row_reader_next(struct row_reader *rows, struct row_block *block, bool *is_end);

/* Ends the rows for all threads: something else failed. Safe from any thread. */
void row_reader_stop(struct row_reader *rows);

/* Bytes read so far. Not while a thread uses the rows. */
uint64_t row_reader_bytes(const struct row_reader *rows);

/* Wipes and frees; no thread may use it any more. NULL is fine. */
void row_reader_close(struct row_reader *rows);

#endif
