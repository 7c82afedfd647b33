/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_csv.c - reads arbitrary bytes as a list, as a whole and in blocks split at arbitrary positions: both
 * must give the same rows, and every field must lie in the reader's buffer.
 *
 * The first byte of the input chooses the delimiter (lowest two bits), the room for fields (two bits) and the
 * longest chunk (four bits); the rest is the text.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/csv/csv.h"

#define DELIMITER_BITS 2
#define ROOM_BITS 2
#define FIELDS_MAX 32

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char delimiters[1 << DELIMITER_BITS] = {',', ';', '\t', '|'};
static const size_t rooms[1 << ROOM_BITS] = {1, 2, 5, FIELDS_MAX};

static void require(int holds)
{
    if (!holds)
        abort();
}

/* A copy of a block, of exactly its length, and the reader that parses it. */
struct block {
    char *bytes;
    size_t length;
    struct csv_reader reader;
};

static void block_open(struct block *block, const uint8_t *bytes, size_t length, uint64_t line, char delimiter)
{
    block->bytes = malloc(length > 0 ? length : 1);
    require(block->bytes != NULL);
    if (length > 0)
        memcpy(block->bytes, bytes, length);
    block->length = length;
    block->reader =
        (struct csv_reader){.at = block->bytes, .left = length, .line = line, .delimiter = delimiter};
}

struct row {
    enum csv_result result;
    struct elig_text fields[FIELDS_MAX];
    size_t count;
    uint64_t line;
};

static void block_next(struct block *block, struct row *row, size_t room)
{
    size_t left = block->reader.left;
    row->result = csv_next(&block->reader, row->fields, room, &row->count, &row->line);
    require(row->result == CSV_END ? block->reader.left == 0 : block->reader.left < left);
    require(block->reader.at == block->bytes + (block->length - block->reader.left));
    require(row->count <= room);
    if (row->result != CSV_ROW)
        return;

    /* Fields are in the order of the buffer, do not overlap, and end before the next row. */
    const char *from = block->bytes;
    require(row->count > 0);
    for (size_t i = 0; i < row->count; i++) {
        require(row->fields[i].bytes >= from && row->fields[i].bytes <= block->reader.at);
        require(row->fields[i].length <= (size_t)(block->reader.at - row->fields[i].bytes));
        from = row->fields[i].bytes + row->fields[i].length;
    }
}

static void require_same(const struct row *a, const struct row *b)
{
    require(a->result == b->result);
    if (a->result == CSV_END)
        return;
    require(a->line == b->line);
    if (a->result != CSV_ROW)
        return;
    require(a->count == b->count);
    for (size_t i = 0; i < a->count; i++) {
        require(a->fields[i].length == b->fields[i].length);
        require(memcmp(a->fields[i].bytes, b->fields[i].bytes, a->fields[i].length) == 0);
    }
}

/* Reads the block to its end; each of its rows must equal the next row of the whole text. */
static void compare_block(struct block *block, struct block *whole, size_t room)
{
    struct row row, expected;
    for (;;) {
        block_next(block, &row, room);
        if (row.result == CSV_END)
            break;
        block_next(whole, &expected, room);
        require_same(&row, &expected);
    }
    free(block->bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    char delimiter = delimiters[*data % (1 << DELIMITER_BITS)];
    size_t room = rooms[(*data >> DELIMITER_BITS) % (1 << ROOM_BITS)];
    size_t chunk_max = 1 + (size_t)(*data >> (DELIMITER_BITS + ROOM_BITS));
    data++;
    size--;

    struct block whole, block;
    block_open(&whole, data, size, 1, delimiter);
    struct csv_scan scan = csv_scan_start(delimiter);
    size_t start = 0;
    uint64_t line = 1, newlines_at_end = 0;
    for (size_t at = 0; at < size;) {
        size_t chunk = chunk_max < size - at ? chunk_max : size - at;
        size_t rows = csv_split(&scan, (const char *)data + at, chunk, &newlines_at_end);
        require(rows <= chunk);
        if (rows > 0) {
            block_open(&block, data + start, at + rows - start, line, delimiter);
            compare_block(&block, &whole, room);
            start = at + rows;
            line = 1 + newlines_at_end;
        }
        at += chunk;
    }
    block_open(&block, data + start, size - start, line, delimiter);
    compare_block(&block, &whole, room);

    struct row end;
    block_next(&whole, &end, room);
    require(end.result == CSV_END);
    free(whole.bytes);
    return 0;
}
