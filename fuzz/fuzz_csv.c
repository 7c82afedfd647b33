/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_csv.c - reads arbitrary bytes as a list, as a whole and in blocks split at arbitrary positions: both
 * must give the same rows, and every field must lie in the reader's buffer.
 *
 * The first byte of the input chooses the delimiter (lowest two bits), the number of fields that are read (two
 * bits), the quote (one bit) and the longest chunk (three bits); the rest is the text.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/csv/csv.h"

#define DELIMITER_BITS 2
#define CAPACITY_BITS 2
#define QUOTE_BITS 1
#define FIELDS_MAX 32

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char delimiters[1 << DELIMITER_BITS] = {',', ';', '\t', '|'};
static const char quotes[1 << QUOTE_BITS] = {'"', '\0'};
static const size_t capacities[1 << CAPACITY_BITS] = {1, 2, 5, FIELDS_MAX};

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

static void block_open(struct block *block, const uint8_t *bytes, size_t length, uint64_t line,
                       struct csv_dialect dialect)
{
    block->bytes = malloc(length > 0 ? length : 1);
    require(block->bytes != NULL);
    if (length > 0)
        memcpy(block->bytes, bytes, length);
    block->length = length;
    block->reader = (struct csv_reader){.at = block->bytes, .left = length, .line = line, .dialect = dialect};
}

struct row {
    enum csv_result result;
    struct elig_text fields[FIELDS_MAX];
    struct csv_row row;
};

/* Fields are in the order of the row, do not overlap, and lie in it. */
static void require_fields_in_row(const struct row *row)
{
    const char *from = row->row.bytes, *end = row->row.bytes + row->row.length;
    require(row->row.count > 0);
    for (size_t i = 0; i < row->row.count; i++) {
        require(row->fields[i].bytes >= from && row->fields[i].bytes <= end);
        require(row->fields[i].length <= (size_t)(end - row->fields[i].bytes));
        from = row->fields[i].bytes + row->fields[i].length;
    }
}

static void block_next(struct block *block, struct row *row, size_t capacity)
{
    size_t left = block->reader.left;
    uint64_t line = block->reader.line;
    row->result = csv_next(&block->reader, row->fields, capacity, &row->row);
    require(row->result == CSV_END ? block->reader.left == 0 : block->reader.left < left);
    require(block->reader.at == block->bytes + (block->length - block->reader.left));
    require(row->row.count <= capacity);
    if (row->result == CSV_END)
        return;
    require(row->row.line >= line && row->row.lines > 0 &&
            row->row.line + row->row.lines + 1 >= block->reader.line);
    require(block->reader.dialect.quote != '\0' || (row->row.lines == 1 && row->result != CSV_BAD_QUOTE));
    if (row->result != CSV_ROW)
        return;
    require_fields_in_row(row);
    csv_unquote(&row->row, block->reader.dialect, row->fields);
    require_fields_in_row(row);
}

static void require_same(const struct row *a, const struct row *b)
{
    require(a->result == b->result);
    if (a->result == CSV_END)
        return;
    require(a->row.line == b->row.line && a->row.lines == b->row.lines && a->row.length == b->row.length);
    if (a->result != CSV_ROW)
        return;
    require(a->row.count == b->row.count);
    for (size_t i = 0; i < a->row.count; i++) {
        require(a->fields[i].length == b->fields[i].length);
        require(memcmp(a->fields[i].bytes, b->fields[i].bytes, a->fields[i].length) == 0);
    }
}

/* Reads the block to its end; each of its rows must equal the next row of the whole text. */
static void compare_block(struct block *block, struct block *whole, size_t capacity)
{
    struct row row, expected;
    for (;;) {
        block_next(block, &row, capacity);
        if (row.result == CSV_END)
            break;
        block_next(whole, &expected, capacity);
        require_same(&row, &expected);
    }
    free(block->bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    unsigned choice = *data;
    struct csv_dialect dialect = {.delimiter = delimiters[choice % (1 << DELIMITER_BITS)]};
    choice >>= DELIMITER_BITS;
    size_t capacity = capacities[choice % (1 << CAPACITY_BITS)];
    choice >>= CAPACITY_BITS;
    dialect.quote = quotes[choice % (1 << QUOTE_BITS)];
    size_t chunk_max = 1 + (size_t)(choice >> QUOTE_BITS);
    data++;
    size--;

    struct block whole, block;
    block_open(&whole, data, size, 1, dialect);
    struct csv_scan scan = csv_scan_start(dialect);
    size_t start = 0;
    uint64_t line = 1;
    for (size_t at = 0; at < size;) {
        size_t chunk = chunk_max < size - at ? chunk_max : size - at;
        if (csv_split(&scan, (const char *)data + at, chunk)) {
            require(scan.first_end.bytes <= scan.last_end.bytes && scan.last_end.bytes <= chunk);
            block_open(&block, data + start, at + scan.last_end.bytes - start, line, dialect);
            compare_block(&block, &whole, capacity);
            start = at + scan.last_end.bytes;
            line = 1 + scan.last_end.newlines;
        }
        at += chunk;
    }
    block_open(&block, data + start, size - start, line, dialect);
    compare_block(&block, &whole, capacity);

    struct row end;
    block_next(&whole, &end, capacity);
    require(end.result == CSV_END);
    free(whole.bytes);
    return 0;
}
