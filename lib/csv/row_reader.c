/* SPDX-License-Identifier: Apache-2.0 */
/* row_reader.c - reads and decodes the lists in turn and cuts them into blocks at row ends. */
#include "lib/csv/row_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "lib/csv/charset.h"
#include "lib/csv/csv.h"
#include "lib/util/message.h"

#define RAW_BYTES (256u << 10) /* read at once */

/* A block is handed out once it has rows and this length: it is still in the second-level cache when it is
 * parsed. Where a digest takes a thousand or a million times as long, a block has few rows, so that all threads
 * get some. */
#define ENOUGH_BYTES (256u << 10)
#define ENOUGH_BYTES_BLIND (4u << 10)
#define ENOUGH_BYTES_OFFLINE (1u << 8)

struct row_reader {
    _Atomic bool is_stopped;
    int stop; /* an eventfd that becomes readable then: a thread that waits for input holds the lock */

    pthread_mutex_t lock; /* over all below */
    const struct schema *schema;
    const char **inputs;
    unsigned input_count;
    bool may_lack_kinds;
    uint64_t bytes;
    size_t enough;           /* one of ENOUGH_BYTES... */
    bool is_over;            /* all was read, or an input was refused */
    struct columns *columns; /* of each input */

    /* the present input; inputs before it are done */
    unsigned input;
    int file; /* -1: not open yet */
    struct charset *charset;
    struct csv_scan scan;
    bool is_first;         /* no row was found yet */
    uint64_t line;         /* at which the next block starts */
    char *raw;             /* RAW_BYTES as they were read */
    const char *undecoded; /* the rest of them that is still to be decoded */
    size_t undecoded_bytes;
    uint64_t decoded; /* bytes that are decoded, and not counted in the read_bytes of a block yet */
    char *tail;       /* ROW_READER_BLOCK_BYTES: the incomplete row at the end of the last block */
    size_t tail_bytes;
};

static const char *input_name(const struct row_reader *rows)
{
    const char *path = rows->inputs[rows->input];
    return path != NULL ? path : "standard input";
}

static int refuse(const struct row_reader *rows, int error_number)
{
    message("read %s: %s", input_name(rows), strerror(error_number));
    return MESSAGE_E_PRINTED;
}

/* ---- One input ---- */

static int open_input(struct row_reader *rows)
{
    const char *path = rows->inputs[rows->input];
    rows->scan = csv_scan_start(rows->schema->delimiter);
    rows->is_first = true;
    rows->line = 1;
    rows->file = path != NULL ? open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY) : STDIN_FILENO;
    if (rows->file < 0)
        return refuse(rows, errno);
    posix_fadvise(rows->file, 0, 0, POSIX_FADV_SEQUENTIAL);
    /* the encoding itself was tried when the command line was read */
    return charset_open(&rows->charset, rows->schema->encoding) == 0 ? 0 : refuse(rows, ENOMEM);
}

static void close_input(struct row_reader *rows)
{
    charset_close(rows->charset);
    rows->charset = NULL;
    if (rows->file >= 0 && rows->inputs[rows->input] != NULL)
        close(rows->file);
    rows->file = -1;
}

/* Waits until there is something to read; false if row_reader_stop() was called meanwhile. */
static bool wait_for_input(const struct row_reader *rows)
{
    struct pollfd files[] = {{.fd = rows->file, .events = POLLIN}, {.fd = rows->stop, .events = POLLIN}};
    while (poll(files, sizeof files / sizeof *files, -1) < 0 && errno == EINTR)
        continue;
    return files[1].revents == 0;
}

/* Reads on; leaves no undecoded bytes at the end of the input. */
static int read_raw(struct row_reader *rows)
{
    ssize_t got;
    sodium_memzero(rows->raw, (size_t)(rows->undecoded - rows->raw));
    rows->undecoded = rows->raw;
    rows->undecoded_bytes = 0;
    if (!wait_for_input(rows))
        return MESSAGE_E_PRINTED; /* which row_reader_next() does not report */
    do
        got = read(rows->file, rows->raw, RAW_BYTES);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return refuse(rows, errno);
    rows->undecoded_bytes = (size_t)got;
    rows->bytes += (uint64_t)got;
    return 0;
}

/* ---- One block ---- */

/* The whole rows that a block has so far. */
struct whole_rows {
    size_t bytes;
    uint64_t newlines; /* of the input before their end */
};

/* Looks for row ends in bytes that were added to the block. */
static void scan_added(struct row_reader *rows, struct row_block *block, size_t added, struct whole_rows *whole)
{
    uint64_t newlines = 0;
    size_t rows_end = csv_split(&rows->scan, block->bytes + block->length, added, &newlines);
    if (rows_end > 0)
        *whole = (struct whole_rows){block->length + rows_end, newlines};
    block->length += added;
}

/* The end of an input: the rest is a last row without a line end, unless a quote is still open. */
static int end_input(struct row_reader *rows, struct row_block *block, struct whole_rows *whole)
{
    size_t added =
        charset_finish(rows->charset, block->bytes + block->length, ROW_READER_BLOCK_BYTES - block->length);
    scan_added(rows, block, added, whole);
    if (rows->scan.in_quotes) {
        uint64_t line = whole->bytes > 0 ? 1 + whole->newlines : rows->line;
        message("read %s: a quote is never closed, in the row that starts at line %llu or a later one",
                input_name(rows), (unsigned long long)line);
        return MESSAGE_E_PRINTED;
    }
    *whole = (struct whole_rows){block->length, rows->scan.newlines};
    return 0;
}

/* Fills a block until it has enough whole rows, or the input ends: then *is_end is set. */
static int fill_block(struct row_reader *rows, struct row_block *block, struct whole_rows *whole, bool *is_end)
{
    *is_end = false;
    while (whole->bytes < rows->enough) {
        size_t room = ROW_READER_BLOCK_BYTES - block->length;
        if (room < CHARSET_ROOM_MIN) {
            if (whole->bytes > 0)
                return 0;
            message("read %s: the row that starts at line %llu is longer than %u bytes: is a quote not closed?",
                    input_name(rows), (unsigned long long)rows->line, ROW_READER_BLOCK_BYTES);
            return MESSAGE_E_PRINTED;
        }
        int error = rows->undecoded_bytes == 0 ? read_raw(rows) : 0;
        if (error != 0)
            return error;
        *is_end = rows->undecoded_bytes == 0;
        if (*is_end)
            return end_input(rows, block, whole);
        size_t undecoded = rows->undecoded_bytes;
        size_t added = charset_feed(rows->charset, &rows->undecoded, &rows->undecoded_bytes,
                                    block->bytes + block->length, room < rows->enough ? room : rows->enough);
        rows->decoded += undecoded - rows->undecoded_bytes;
        scan_added(rows, block, added, whole);
    }
    return 0;
}

/* Finds the columns in the input's first row, and leaves that row out of the block if it is a header. */
static int find_columns(struct row_reader *rows, struct row_block *block)
{
    struct elig_text *fields = calloc(COLUMNS_FIELDS_MAX, sizeof *fields);
    char *copy =
        malloc(block->length + 1); /* the parser changes bytes; a row that is no header is parsed again */
    struct csv_reader csv = {copy, block->length, rows->line, rows->schema->delimiter};
    size_t count = 0;
    uint64_t line;
    int error = 0;
    if (fields == NULL || copy == NULL) {
        error = refuse(rows, ENOMEM);
        goto end;
    }
    memcpy(copy, block->bytes, block->length);
    if (csv_next(&csv, fields, COLUMNS_FIELDS_MAX, &count, &line) != CSV_ROW) {
        message("read %s: the first row is no CSV of at most %d fields", input_name(rows), COLUMNS_FIELDS_MAX);
        error = MESSAGE_E_PRINTED;
    } else {
        error = columns_find(&rows->columns[rows->input], rows->schema, input_name(rows), fields,
                             (unsigned)count, rows->may_lack_kinds);
    }
    if (rows->schema->has_header) {
        block->start = block->length - csv.left;
        block->line = csv.line;
    }
    sodium_memzero(copy, block->length);
end:
    free(copy);
    free(fields);
    rows->is_first = false;
    return error;
}

/* Whether rows are line ends and nothing else. */
static bool is_blank(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (bytes[i] != '\n' && bytes[i] != '\r')
            return false;
    return true;
}

/* Ends the block after its whole rows; the rest waits for the next block. */
static int cut_block(struct row_reader *rows, struct row_block *block, struct whole_rows whole)
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
    int error = 0;
    if (rows->is_first && !is_blank(block->bytes, block->length))
        error = find_columns(rows, block);
    rows->line = 1 + whole.newlines;
    return error;
}

/* Makes the next block of the present input; *is_made is false if the input has no more rows. */
static int next_block(struct row_reader *rows, struct row_block *block, bool *is_made)
{
    struct whole_rows whole = {0, 0};
    bool is_end;
    block->start = 0;
    block->length = rows->tail_bytes;
    memcpy(block->bytes, rows->tail, rows->tail_bytes);
    sodium_memzero(rows->tail, rows->tail_bytes);
    rows->tail_bytes = 0;
    int error = fill_block(rows, block, &whole, &is_end);
    *is_made = error == 0 && whole.bytes > 0;
    if (*is_made)
        error = cut_block(rows, block, whole);
    if (error != 0 || !is_end)
        return error;
    if (rows->is_first && rows->schema->has_header) {
        message("read %s: empty, without even a header row", input_name(rows));
        return MESSAGE_E_PRINTED;
    }
    close_input(rows);
    rows->input++;
    return 0;
}

/* ---- All inputs ---- */

int row_reader_open(const struct schema *schema, const char **inputs, unsigned input_count, bool may_lack_kinds,
                    enum elig_profile profile, struct row_reader **out)
{
    struct row_reader *rows = calloc(1, sizeof *rows);
    *out = NULL;
    if (rows == NULL)
        return ELIG_E_MEMORY;
    pthread_mutex_init(&rows->lock, NULL);
    rows->schema = schema;
    rows->inputs = inputs;
    rows->input_count = input_count;
    rows->may_lack_kinds = may_lack_kinds;
    rows->enough = profile == ELIG_PROFILE_OFFLINE ? ENOUGH_BYTES_OFFLINE
                   : profile == ELIG_PROFILE_BLIND ? ENOUGH_BYTES_BLIND
                                                   : ENOUGH_BYTES;
    rows->file = -1;
    rows->raw = malloc(RAW_BYTES);
    rows->undecoded = rows->raw;
    rows->tail = malloc(ROW_READER_BLOCK_BYTES);
    rows->columns = calloc(input_count, sizeof *rows->columns);
    rows->stop = eventfd(0, EFD_CLOEXEC);
    int error = rows->stop < 0 ? ELIG_E_READ : 0;
    int error_number = errno;
    if (rows->raw == NULL || rows->tail == NULL || rows->columns == NULL)
        error = ELIG_E_MEMORY;
    if (error == 0)
        *out = rows;
    else
        row_reader_close(rows);
    errno = error_number;
    return error;
}

int row_reader_next(struct row_reader *rows, struct row_block *block, bool *is_end)
{
    bool is_made = false;
    int error = 0;
    pthread_mutex_lock(&rows->lock);
    /* the next block of this input or a later one */
    while (error == 0 && !is_made && !rows->is_over && !rows->is_stopped && rows->input < rows->input_count) {
        if (rows->file < 0)
            error = open_input(rows);
        if (error == 0)
            error = next_block(rows, block, &is_made);
    }
    rows->is_over = error != 0 || !is_made;
    *is_end = rows->is_over;
    pthread_mutex_unlock(&rows->lock);
    return rows->is_stopped ? 0 : error;
}

void row_reader_stop(struct row_reader *rows)
{
    uint64_t one = 1;
    rows->is_stopped = true;
    ssize_t written = write(rows->stop, &one, sizeof one);
    (void)written; /* which fails only after 2^64 - 1 calls */
}

uint64_t row_reader_bytes(const struct row_reader *rows)
{
    return rows->bytes;
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
