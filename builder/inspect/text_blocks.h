/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text_blocks.h - a list's text in UTF-8, in blocks of whole rows, for one thread. `inspect` reads a list
 * several times, in dialects that it tries, and prints nothing on the way: row_reader.h is for lists that are
 * known.
 */
#ifndef ELIG_TEXT_BLOCKS_H
#define ELIG_TEXT_BLOCKS_H

#include "lib/csv/csv.h"

struct text_blocks;

/* Opens a file. The encoding is iconv's name, or NULL for UTF-8; the dialect says where rows end: without
 * quotes, each line is one. Returns 0; ELIG_E_READ with errno set; ELIG_E_ARGUMENT (the encoding); or
 * ELIG_E_MEMORY. */
ELIG_CHECK_RESULT int text_blocks_open(struct text_blocks **out, const char *path, const char *encoding,
                                       struct csv_dialect dialect);

/* Sets *reader to the next block's rows, which stay until the next call; or *is_end. A row that is longer than
 * TEXT_BLOCKS_ROW_MAX is left out. Returns 0, or ELIG_E_READ with errno set. */
#define TEXT_BLOCKS_ROW_MAX (1u << 20)
ELIG_CHECK_RESULT int text_blocks_next(struct text_blocks *blocks, struct csv_reader *reader, bool *is_end);

/* Wipes and frees. NULL is fine. */
void text_blocks_close(struct text_blocks *blocks);

#endif
