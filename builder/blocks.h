/*
 * blocks.h - blocks of input on their way from the reading thread to the workers: a fixed set of buffers, so
 * that memory is bounded and the reader waits for slow workers.
 */
#ifndef ELIG_BLOCKS_H
#define ELIG_BLOCKS_H

#include "columns.h"

/* Longest row, and size of a block. */
#define BLOCKS_BYTES (1u << 20)

struct block {
    char *bytes; /* BLOCKS_BYTES */
    size_t start, length;
    uint64_t line; /* at which the byte at start stands */
    unsigned input;
    const struct columns *columns;
};

struct blocks;

/* NULL when there is no memory. */
ELIG_CHECK_RESULT struct blocks *blocks_new(unsigned count);

/* The reader's side: an empty block (waits for one; NULL after blocks_stop()), one on its way, and the end. */
struct block *blocks_empty(struct blocks *blocks);
void blocks_fill(struct blocks *blocks, struct block *block);
void blocks_end(struct blocks *blocks);

/* The workers' side: the next block (waits; NULL at the end), and back after use, wiped. */
struct block *blocks_take(struct blocks *blocks);
void blocks_give_back(struct blocks *blocks, struct block *block);

/* Either side: no more work, something failed. */
void blocks_stop(struct blocks *blocks);

/* Wipes and frees; no thread may be using it. */
void blocks_free(struct blocks *blocks);

#endif
