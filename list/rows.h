/*
 * rows.h - the inputs as blocks of whole rows, handed to whichever thread asks next.
 *
 * One thread at a time reads, decodes and finds where the last whole row ends, quoted line ends and all, while
 * the others take apart the blocks they have: so every thread reads and no thread only reads. A lock is held
 * for that time; nothing else is shared.
 */
#ifndef ELIG_ROWS_H
#define ELIG_ROWS_H

#include "columns.h"
#include "layout.h"

/* Longest row, and size of a block. */
#define ROWS_BLOCK_BYTES (1u << 20)

/* Memory that a thread which asks for blocks, and all of them together, take. */
#define ROWS_BYTES_A_THREAD ROWS_BLOCK_BYTES
#define ROWS_BYTES (2u << 20)

struct rows_block {
    char *bytes; /* ROWS_BLOCK_BYTES, the caller's */
    size_t start, length;
    uint64_t line; /* at which the byte at start stands */
    unsigned input;
    const struct columns *columns;
    uint64_t read_bytes; /* of the inputs that it took, for the progress */
};

struct rows;

/* The rows of input_count inputs; a NULL entry is standard input. is_absent: as columns_find() has it. profile:
 * how what is read will be digested; the dearer that is, the fewer rows make a block. Everything must outlive
 * the rows. NULL when there is no memory. */
ELIG_CHECK_RESULT struct rows *rows_open(const struct layout *layout, const char **inputs, unsigned input_count,
                                         int is_absent, enum elig_profile profile);

/* Fills the caller's block. Returns 1; 0 when no rows are left, or rows_stop() was called, or an input could
 * not be read, which has been explained. Safe from any thread. */
ELIG_CHECK_RESULT int rows_next(struct rows *rows, struct rows_block *block);

/* Any thread: no more blocks, something failed. */
void rows_stop(struct rows *rows);

/* Bytes read so far, and whether all inputs were read to their ends. Once no thread uses the rows. */
uint64_t rows_bytes(const struct rows *rows);
int rows_are_complete(const struct rows *rows);

/* Wipes and frees; no thread may be using it. NULL is fine. */
void rows_close(struct rows *rows);

#endif
