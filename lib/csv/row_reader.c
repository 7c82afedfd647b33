/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/csv/row_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "lib/csv/charset.h"
#include "lib/csv/csv.h"
#include "lib/util/message.h"

#define RAW_BYTES (256u << 10) /* read at once */

/* A block is handed out once it has rows and is this long: it still is in the second-level cache when it is
 * taken apart. Where a digest takes a thousand times as long or a million times, threads are to share few rows.
 */
#define ENOUGH_BYTES (256u << 10)
#define ENOUGH_BYTES_BLIND (4u << 10)
#define ENOUGH_BYTES_OFFLINE (1u << 8)

struct row_reader {
    _Atomic int is_stopped;
    int stop; /* becomes readable then: who waits for input holds the lock */

    pthread_mutex_t lock; /* over all below */
    const struct schema *schema;
    const char **inputs;
    unsigned input_count;
    int is_absent;
    uint64_t bytes;
    size_t enough;           /* one of ENOUGH_BYTES... */
    int is_over;             /* nothing more is to be had */
    int is_complete;         /* since all was read */
    struct columns *columns; /* of each input */

    /* the present input; inputs before it are done */
    unsigned input;
    int file; /* -1: not open yet */
    struct charset *charset;
    struct csv_scan scan;
    int is_first;       /* no row was found yet */
    uint64_t line;      /* at which the next block starts */
    char *raw;          /* RAW_BYTES as they were read */
    const char *unread; /* what of them is still to be decoded */
    size_t unread_bytes;
    uint64_t decoded; /* bytes that are, and are no block's read_bytes yet */
    char *tail;       /* ROW_READER_BLOCK_BYTES: the beginning of a row that the last block ended in */
    size_t tail_bytes;
};

static const char *input_name(const struct row_reader *rows)
{
    const char *path = rows->inputs[rows->input];
    return path != NULL ? path : "standard input";
}

static int explain(const struct row_reader *rows, int why)
{
    message("read %s: %s", input_name(rows), strerror(why));
    return -1;
}

/* ---- One input ---- */

/* Opens the present input: 1, or -1 with the failure explained. */
static int open_input(struct row_reader *rows)
{
    const char *path = rows->inputs[rows->input];
    rows->scan = csv_scan_start(rows->schema->delimiter);
    rows->is_first = 1;
    rows->line = 1;
    rows->file = path != NULL ? open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY) : STDIN_FILENO;
    if (rows->file < 0)
        return explain(rows, errno);
    posix_fadvise(rows->file, 0, 0, POSIX_FADV_SEQUENTIAL);
    /* the encoding itself was tried when the command line was read */
    return charset_open(&rows->charset, rows->schema->encoding) == 0 ? 1 : explain(rows, ENOMEM);
}

static void close_input(struct row_reader *rows)
{
    charset_close(rows->charset);
    rows->charset = NULL;
    if (rows->file >= 0 && rows->inputs[rows->input] != NULL)
        close(rows->file);
    rows->file = -1;
}

/* Waits until there is something to read; 0 if that is not wanted any more. */
static int wait_for_input(const struct row_reader *rows)
{
    struct pollfd files[] = {{.fd = rows->file, .events = POLLIN}, {.fd = rows->stop, .events = POLLIN}};
    while (poll(files, sizeof files / sizeof *files, -1) < 0 && errno == EINTR)
        continue;
    return files[1].revents == 0;
}

/* Reads on: 1, 0 at the end of the input, or -1 with the failure explained, or for whoever stopped this to
 * explain. */
static int read_raw(struct row_reader *rows)
{
    ssize_t got;
    sodium_memzero(rows->raw, (size_t)(rows->unread - rows->raw));
    rows->unread = rows->raw;
    rows->unread_bytes = 0;
    if (!wait_for_input(rows))
        return -1;
    do
        got = read(rows->file, rows->raw, RAW_BYTES);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return explain(rows, errno);
    rows->unread_bytes = (size_t)got;
    rows->bytes += (uint64_t)got;
    return got > 0;
}

/* ---- One block ---- */

/* The whole rows that a block has so far. */
struct whole {
    size_t bytes;
    uint64_t newlines; /* of the input before their end */
};

/* Takes note of bytes that were added to the block. */
static void scan_added(struct row_reader *rows, struct row_block *block, size_t added, struct whole *whole)
{
    uint64_t newlines = 0;
    size_t rows_end = csv_split(&rows->scan, block->bytes + block->length, added, &newlines);
    if (rows_end > 0)
        *whole = (struct whole){block->length + rows_end, newlines};
    block->length += added;
}

/* The end of an input: what is left is a last row without a line end, unless a quote is still open. */
static int take_end(struct row_reader *rows, struct row_block *block, struct whole *whole)
{
    scan_added(
        rows, block,
        charset_finish(rows->charset, block->bytes + block->length, ROW_READER_BLOCK_BYTES - block->length),
        whole);
    if (csv_scan_in_quotes(&rows->scan)) {
        uint64_t line = whole->bytes > 0 ? 1 + whole->newlines : rows->line;
        message("read %s: a quote is never closed, in the row that starts at line %llu or a later one",
                input_name(rows), (unsigned long long)line);
        return -1;
    }
    *whole = (struct whole){block->length, rows->scan.newlines};
    return 0;
}

/* Fills a block with the input's next whole rows: 1 if there may be more, 0 at the end of the input, or -1 with
 * the failure explained. */
static int read_rows(struct row_reader *rows, struct row_block *block, struct whole *whole)
{
    while (whole->bytes < rows->enough) {
        size_t room = ROW_READER_BLOCK_BYTES - block->length, unread;
        if (room < CHARSET_ROOM_MIN) {
            if (whole->bytes > 0)
                return 1;
            message("read %s: the row that starts at line %llu is longer than %u bytes: is a quote not closed?",
                    input_name(rows), (unsigned long long)rows->line, ROW_READER_BLOCK_BYTES);
            return -1;
        }
        if (rows->unread_bytes == 0) {
            int got = read_raw(rows);
            if (got <= 0)
                return got == 0 ? take_end(rows, block, whole) : -1;
        }
        unread = rows->unread_bytes;
        size_t added = charset_feed(rows->charset, &rows->unread, &rows->unread_bytes,
                                    block->bytes + block->length, room < rows->enough ? room : rows->enough);
        rows->decoded += unread - rows->unread_bytes;
        scan_added(rows, block, added, whole);
    }
    return 1;
}

/* Finds the columns in the input's first row, and passes over it if it is a header: 1, or -1, explained. */
static int find_columns(struct row_reader *rows, struct row_block *block, size_t whole)
{
    const struct schema *schema = rows->schema;
    struct elig_text *row = calloc(COLUMNS_FIELDS_MAX, sizeof *row);
    char *copy = malloc(whole + 1); /* csv_next() changes what it reads */
    size_t fields = 0;
    uint64_t line;
    int good = row != NULL && copy != NULL;
    if (!good) {
        explain(rows, ENOMEM);
    } else {
        memcpy(copy, block->bytes, whole);
        struct csv_reader csv = {copy, whole, rows->line, schema->delimiter};
        enum csv_result result = csv_next(&csv, row, COLUMNS_FIELDS_MAX, &fields, &line);
        if (result != CSV_ROW) {
            message("read %s: the first row is no CSV of at most %d fields", input_name(rows),
                    COLUMNS_FIELDS_MAX);
            good = 0;
        } else {
            good = columns_find(&rows->columns[rows->input], schema, input_name(rows), row, (unsigned)fields,
                                rows->is_absent);
        }
        if (schema->has_header) {
            block->start = whole - csv.left;
            block->line = csv.line;
        }
        sodium_memzero(copy, whole);
    }
    free(copy);
    free(row);
    rows->is_first = 0;
    return good ? 1 : -1;
}

/* 1 if rows of a first block are line ends and nothing else. */
static int is_blank(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (bytes[i] != '\n' && bytes[i] != '\r')
            return 0;
    return 1;
}

/* Makes a block of the whole rows at hand; the rest waits for the next. 1, or -1 with the failure explained. */
static int cut(struct row_reader *rows, struct row_block *block, struct whole whole)
{
    rows->tail_bytes = block->length - whole.bytes;
    memcpy(rows->tail, block->bytes + whole.bytes, rows->tail_bytes);
    sodium_memzero(block->bytes + whole.bytes, rows->tail_bytes);
    block->length = whole.bytes;
    block->line = rows->line;
    block->input = rows->input;
    block->columns = &rows->columns[rows->input];
    block->read_bytes = rows->decoded;
    rows->decoded = 0;
    int found = 1;
    if (rows->is_first && !is_blank(block->bytes, whole.bytes))
        found = find_columns(rows, block, whole.bytes);
    rows->line = 1 + whole.newlines;
    return found;
}

/* The next block of the present input: 1, 0 if it has none, or -1 with the failure explained. */
static int next_block(struct row_reader *rows, struct row_block *block)
{
    struct whole whole = {0, 0};
    block->start = 0;
    block->length = rows->tail_bytes;
    memcpy(block->bytes, rows->tail, rows->tail_bytes);
    sodium_memzero(rows->tail, rows->tail_bytes);
    rows->tail_bytes = 0;
    int more = read_rows(rows, block, &whole);
    if (more < 0)
        return -1;
    int got = whole.bytes > 0 ? cut(rows, block, whole) : 0;
    if (more == 0 && got >= 0 && rows->is_first && rows->schema->has_header) {
        message("read %s: empty, without even a header row", input_name(rows));
        return -1;
    }
    if (more == 0) {
        close_input(rows);
        rows->input++;
    }
    return got;
}

/* ---- All inputs ---- */

struct row_reader *row_reader_open(const struct schema *schema, const char **inputs, unsigned input_count,
                                   int is_absent, enum elig_profile profile)
{
    struct row_reader *rows = calloc(1, sizeof *rows);
    if (rows == NULL)
        return NULL;
    pthread_mutex_init(&rows->lock, NULL);
    rows->schema = schema;
    rows->inputs = inputs;
    rows->input_count = input_count;
    rows->is_absent = is_absent;
    rows->enough = profile == ELIG_PROFILE_OFFLINE ? ENOUGH_BYTES_OFFLINE
                   : profile == ELIG_PROFILE_BLIND ? ENOUGH_BYTES_BLIND
                                                   : ENOUGH_BYTES;
    rows->file = -1;
    rows->stop = eventfd(0, EFD_CLOEXEC);
    rows->raw = malloc(RAW_BYTES);
    rows->unread = rows->raw;
    rows->tail = malloc(ROW_READER_BLOCK_BYTES);
    rows->columns = calloc(input_count, sizeof *rows->columns);
    if (rows->stop < 0 || rows->raw == NULL || rows->tail == NULL || rows->columns == NULL) {
        row_reader_close(rows);
        return NULL;
    }
    return rows;
}

/* Fills the block from this input or a later one. */
static int take_next(struct row_reader *rows, struct row_block *block)
{
    int got = 0;
    while (got == 0 && !rows->is_stopped && rows->input < rows->input_count) {
        if (rows->file < 0)
            got = open_input(rows) > 0 ? 0 : -1;
        if (got == 0)
            got = next_block(rows, block);
    }
    if (got <= 0) {
        rows->is_complete = got == 0;
        rows->is_over = 1;
    }
    return got > 0;
}

int row_reader_next(struct row_reader *rows, struct row_block *block)
{
    pthread_mutex_lock(&rows->lock);
    int got = rows->is_over ? 0 : take_next(rows, block);
    pthread_mutex_unlock(&rows->lock);
    return got;
}

void row_reader_stop(struct row_reader *rows)
{
    const uint64_t one = 1;
    rows->is_stopped = 1;
    ssize_t put = write(rows->stop, &one, sizeof one);
    (void)put; /* which fails only if there were 2^64 calls before */
}

uint64_t row_reader_bytes(const struct row_reader *rows)
{
    return rows->bytes;
}

int row_reader_are_complete(const struct row_reader *rows)
{
    return rows->is_complete && !rows->is_stopped;
}

void row_reader_close(struct row_reader *rows)
{
    if (rows == NULL)
        return;
    if (rows->file >= 0)
        close_input(rows);
    if (rows->stop >= 0)
        close(rows->stop);
    if (rows->raw != NULL)
        sodium_memzero(rows->raw, RAW_BYTES);
    if (rows->tail != NULL)
        sodium_memzero(rows->tail, ROW_READER_BLOCK_BYTES);
    free(rows->raw);
    free(rows->tail);
    free(rows->columns);
    pthread_mutex_destroy(&rows->lock);
    free(rows);
}
