/* SPDX-License-Identifier: Apache-2.0 */
/* text_blocks.c - reads, decodes, and finds where the last whole row in the buffer ends. */
#include "builder/inspect/text_blocks.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "lib/csv/text_reader.h"

#define ADDED_BYTES (64u << 10) /* at once */
#define ENOUGH_BYTES (256u << 10)
#define TEXT_BYTES (TEXT_BLOCKS_ROW_MAX + ADDED_BYTES)

struct text_blocks {
    struct text_reader *reader;
    struct csv_scan scan;
    bool is_over;     /* the input is read and decoded */
    bool is_skipping; /* a row that is too long */
    uint64_t line;    /* of the text at the buffer's start */
    size_t used;      /* bytes of the block before, which the caller has done with */
    uint64_t used_newlines;
    size_t length; /* of text */
    char text[TEXT_BYTES];
};

int text_blocks_open(struct text_blocks **out, const char *path, const char *encoding,
                     struct csv_dialect dialect)
{
    struct text_blocks *blocks = calloc(1, sizeof *blocks);
    *out = NULL;
    if (blocks == NULL)
        return ELIG_E_MEMORY;
    blocks->scan = csv_scan_start(dialect);
    blocks->line = 1;
    int error = text_reader_open(&blocks->reader, path, encoding);
    if (error != 0) {
        text_blocks_close(blocks);
        return error;
    }
    *out = blocks;
    return 0;
}

/* Drops bytes from the buffer's start; newlines: of the input before what then is the start. */
static void drop(struct text_blocks *blocks, size_t count, uint64_t newlines)
{
    blocks->length -= count;
    memmove(blocks->text, blocks->text + count, blocks->length);
    blocks->line = 1 + newlines;
}

/* Adds to the buffer; *end is then where its last whole row ends, if one does. */
static int add(struct text_blocks *blocks, struct csv_end *end)
{
    size_t added, before = blocks->length, room = TEXT_BYTES - before;
    int error = text_reader_next(blocks->reader, -1, blocks->text + before,
                                 room < ADDED_BYTES ? room : ADDED_BYTES, &added, &blocks->is_over);
    if (error != 0)
        return error;
    bool has_end = csv_split(&blocks->scan, blocks->text + before, added);
    blocks->length += added;
    if (has_end) {
        *end = (struct csv_end){before + blocks->scan.last_end.bytes, blocks->scan.last_end.newlines};
        if (blocks->is_skipping) {
            size_t skipped = before + blocks->scan.first_end.bytes;
            drop(blocks, skipped, blocks->scan.first_end.newlines);
            end->bytes -= skipped;
        }
        blocks->is_skipping = false;
    }
    return 0;
}

int text_blocks_next(struct text_blocks *blocks, struct csv_reader *reader, bool *is_end)
{
    struct csv_end end = {0, 0};
    int error = 0;
    if (blocks->used > 0)
        drop(blocks, blocks->used, blocks->used_newlines);
    while (error == 0 && !blocks->is_over && end.bytes < ENOUGH_BYTES) {
        if (TEXT_BYTES - blocks->length < CHARSET_ROOM_MIN) {
            if (end.bytes > 0)
                break;
            blocks->is_skipping = true;
            blocks->length = 0;
        }
        error = add(blocks, &end);
    }
    if (blocks->is_over && !blocks->is_skipping)
        end = (struct csv_end){blocks->length, blocks->scan.newlines};
    blocks->used = end.bytes;
    blocks->used_newlines = end.newlines;
    *is_end = end.bytes == 0;
    *reader = (struct csv_reader){blocks->text, end.bytes, blocks->line, blocks->scan.dialect};
    return error;
}

void text_blocks_close(struct text_blocks *blocks)
{
    if (blocks == NULL)
        return;
    text_reader_close(blocks->reader);
    sodium_memzero(blocks, sizeof *blocks);
    free(blocks);
}
