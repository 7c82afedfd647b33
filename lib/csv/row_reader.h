/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rows.h - the inputs as blocks of whole rows, handed to whichever thread asks next.
 *
 * One thread at a time reads, decodes and finds where the last whole row ends, quoted line ends and all, while
 * the others take apart the blocks they have: so every thread reads and no thread only reads. A lock is held
 * for that time; nothing else is shared.
 */
#ifndef ELIG_ROWS_H
#define ELIG_ROWS_H

#include "lib/csv/columns.h"
#include "lib/csv/schema.h"

/* Longest row, and size of a block. */
#define ROW_READER_BLOCK_BYTES (1u << 20)

/* Memory that a thread which asks for blocks, and all of them together, take. */
#define ROW_READER_BYTES_PER_THREAD ROW_READER_BLOCK_BYTES
#define ROW_READER_BYTES (2u << 20)

struct row_block {
    char *bytes; /* ROW_READER_BLOCK_BYTES, the caller's */
    size_t start, length;
    uint64_t line; /* at which the byte at start stands */
    unsigned input;
    const struct columns *columns;
    uint64_t read_bytes; /* of the inputs that it took, for the progress */
};

struct row_reader;

/* The rows of input_count inputs; a NULL entry is standard input. is_absent: as columns_find() has it. profile:
 * how what is read will be digested; the dearer that is, the fewer rows make a block. Everything must outlive
 * the rows. NULL when there is no memory. */
ELIG_CHECK_RESULT struct row_reader *row_reader_open(const struct schema *schema, const char **inputs,
                                                     unsigned input_count, int is_absent,
                                                     enum elig_profile profile);

/* Fills the caller's block. Returns 1; 0 when no rows are left, or row_reader_stop() was called, or an input
 * could not be read, which has been explained. Safe from any thread. */
ELIG_CHECK_RESULT int row_reader_next(struct row_reader *rows, struct row_block *block);

/* Any thread: no more blocks, something failed. */
void row_reader_stop(struct row_reader *rows);

/* Bytes read so far, and whether all inputs were read to their ends. Once no thread uses the rows. */
uint64_t row_reader_bytes(const struct row_reader *rows);
int row_reader_are_complete(const struct row_reader *rows);

/* Wipes and frees; no thread may be using it. NULL is fine. */
void row_reader_close(struct row_reader *rows);

#endif
