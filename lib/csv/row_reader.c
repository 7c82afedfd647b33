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
#include "lib/csv/file_type.h"
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
    bool is_at_start;      /* no byte was read yet */
    bool is_first;         /* no row was found yet */
    uint64_t line;         /* at which the next block starts */
    char *raw;             /* RAW_BYTES as they were read */
    const char *undecoded; /* the rest of them that is still to be decoded */
    size_t undecoded_bytes;
    uint64_t decoded; /* bytes that are decoded, and not counted in the read_bytes of a block yet */
    char *tail;       /* ROW_READER_BLOCK_BYTES: the incomplete row at the end of the last block */
    size_t tail_bytes;
    bool is_tail_unscanned; /* or what followed a row that was read past */
    bool lacks_line_end;    /* of its last row */
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
    rows->scan = csv_scan_start(rows->schema->dialect);
    rows->is_first = true;
    rows->is_at_start = true;
    rows->lacks_line_end = false;
    rows->line = 1;
    rows->file = path != NULL ? open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY) : STDIN_FILENO;
    if (rows->file < 0)
        return refuse(rows, errno);
    posix_fadvise(rows->file, 0, 0, POSIX_FADV_SEQUENTIAL);
    int error = charset_open(&rows->charset, rows->schema->encoding);
    if (error == ELIG_E_MEMORY)
        return refuse(rows, ENOMEM);
    if (error != 0) { /* it could when the command line was read: a table of iconv's cannot be read any more */
        message("read %s: iconv cannot convert %s", input_name(rows), rows->schema->encoding);
        return MESSAGE_E_PRINTED;
    }
    return 0;
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
    if (!wait_for_input(rows)) {
        errno = ECANCELED;
        return ELIG_E_READ; /* with is_stopped set: row_reader_next() returns 0 */
    }
    do
        got = read(rows->file, rows->raw, RAW_BYTES);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return refuse(rows, errno);
    rows->undecoded_bytes = (size_t)got;
    rows->bytes += (uint64_t)got;
    const char *advice = NULL;
    if (rows->is_at_start && got > 0)
        advice = file_type_advice(rows->raw, rows->undecoded_bytes, charset_is_wide(rows->charset));
    rows->is_at_start = false;
    if (advice == NULL)
        return 0;
    message("read %s: %s", input_name(rows), advice);
    return MESSAGE_E_PRINTED;
}

/* ---- One block ---- */

/* The whole rows that a block has so far. */
struct whole_rows {
    bool has_end;         /* of a row or a blank line */
    struct csv_end first; /* the first of these ends; bytes of the block */
    size_t bytes;
    uint64_t newlines; /* of the input before their end */
};

/* Looks for row ends in bytes that were added to the block. */
static void scan_added(struct row_reader *rows, struct row_block *block, size_t added, struct whole_rows *whole)
{
    const struct csv_scan *scan = &rows->scan;
    if (csv_split(&rows->scan, block->bytes + block->length, added)) {
        if (!whole->has_end)
            whole->first = (struct csv_end){block->length + scan->first_end.bytes, scan->first_end.newlines};
        whole->has_end = true;
        whole->bytes = block->length + scan->last_end.bytes;
        whole->newlines = scan->last_end.newlines;
    }
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
        message(
            "read %s: a quote is never closed, in the row that starts at line %llu or a later one: are fields "
            "quoted at all (--quote none)?",
            input_name(rows), (unsigned long long)line);
        return MESSAGE_E_PRINTED;
    }
    rows->lacks_line_end = rows->scan.last != '\n' && rows->scan.last != '\r';
    whole->bytes = block->length;
    whole->newlines = rows->scan.newlines;
    return 0;
}

/* Adds to a block what is decoded at once, or what the end of the input adds: then *is_end is set. */
static int feed_block(struct row_reader *rows, struct row_block *block, struct whole_rows *whole, bool *is_end)
{
    size_t capacity = ROW_READER_BLOCK_BYTES - block->length;
    int error = rows->undecoded_bytes == 0 ? read_raw(rows) : 0;
    if (error != 0)
        return error;
    *is_end = rows->undecoded_bytes == 0;
    if (*is_end)
        return end_input(rows, block, whole);
    size_t undecoded = rows->undecoded_bytes;
    size_t added =
        charset_feed(rows->charset, &rows->undecoded, &rows->undecoded_bytes, block->bytes + block->length,
                     capacity < rows->enough ? capacity : rows->enough);
    rows->decoded += undecoded - rows->undecoded_bytes;
    scan_added(rows, block, added, whole);
    return 0;
}

/* What the block's first row is too long for is read past: its bytes are overwritten, its lines counted, and
 * what follows it waits for the next block. */
static int skip_long_row(struct row_reader *rows, struct row_block *block, bool *is_end)
{
    struct whole_rows whole = {.has_end = false};
    int error = 0;
    if (rows->is_first) {
        message("read %s: the first row is longer than %u bytes", input_name(rows), ROW_READER_BLOCK_BYTES);
        return MESSAGE_E_PRINTED;
    }
    while (error == 0 && !whole.has_end && !*is_end) {
        sodium_memzero(block->bytes, block->length);
        block->length = 0;
        error = feed_block(rows, block, &whole, is_end);
    }
    if (error != 0)
        return error;
    struct csv_end end = whole.first;
    if (!whole.has_end)
        end = (struct csv_end){block->length, rows->scan.newlines + rows->lacks_line_end};
    block->lines = end.newlines + 1 - rows->line;
    rows->tail_bytes = block->length - end.bytes;
    rows->is_tail_unscanned = rows->tail_bytes > 0;
    memcpy(rows->tail, block->bytes + end.bytes, rows->tail_bytes);
    sodium_memzero(block->bytes, block->length);
    block->length = 0;
    rows->scan = csv_scan_start(rows->schema->dialect);
    rows->scan.newlines = end.newlines;
    *is_end = *is_end && !rows->is_tail_unscanned;
    return 0;
}

/* Fills a block until it has enough whole rows, or the input ends: then *is_end is set. */
static int fill_block(struct row_reader *rows, struct row_block *block, struct whole_rows *whole, bool *is_end)
{
    int error = 0;
    *is_end = false;
    while (error == 0 && !*is_end && whole->bytes < rows->enough) {
        if (ROW_READER_BLOCK_BYTES - block->length < CHARSET_ROOM_MIN)
            return whole->bytes > 0 ? 0 : skip_long_row(rows, block, is_end);
        error = feed_block(rows, block, whole, is_end);
    }
    return error;
}

/* Finds the columns in the input's first row, and leaves that row out of the block if it is a header. */
static int find_columns(struct row_reader *rows, struct row_block *block)
{
    struct elig_text *fields = calloc(COLUMNS_FIELDS_MAX, sizeof *fields);
    struct csv_reader csv = {block->bytes, block->length, rows->line, rows->schema->dialect};
    struct csv_row row;
    if (fields == NULL)
        return ELIG_E_MEMORY;
    int error = MESSAGE_E_PRINTED;
    if (csv_next(&csv, fields, COLUMNS_FIELDS_MAX, &row) != CSV_ROW) {
        message("read %s: the first row is no CSV of at most %d fields", input_name(rows), COLUMNS_FIELDS_MAX);
    } else {
        if (rows->schema->has_header)
            csv_unquote(&row, rows->schema->dialect, fields);
        error = columns_find(&rows->columns[rows->input], rows->schema, input_name(rows), fields,
                             (unsigned)row.count, rows->may_lack_kinds);
    }
    if (rows->schema->has_header) {
        block->start = block->length - csv.left;
        block->line = csv.line;
    }
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
    int error = 0;
    if (rows->is_first && !is_blank(block->bytes, block->length))
        error = find_columns(rows, block);
    return error;
}

/* Takes over what waited for this block. */
static void begin_block(struct row_reader *rows, struct row_block *block, struct whole_rows *whole)
{
    size_t bytes = rows->tail_bytes;
    *block = (struct row_block){.bytes = block->bytes,
                                .line = rows->line,
                                .input = rows->input,
                                .columns = &rows->columns[rows->input]};
    memcpy(block->bytes, rows->tail, bytes);
    sodium_memzero(rows->tail, bytes);
    rows->tail_bytes = 0;
    if (rows->is_tail_unscanned)
        scan_added(rows, block, bytes, whole);
    else
        block->length = bytes;
    rows->is_tail_unscanned = false;
}

/* What can be told of an input when all of it was read: that it is empty, cut, or of another encoding. */
static int check_input(const struct row_reader *rows)
{
    const char *name = input_name(rows), *encoding = rows->schema->encoding;
    struct charset_doubts doubts = charset_doubts(rows->charset);
    int error = MESSAGE_E_PRINTED;
    if (rows->is_first && rows->schema->has_header)
        message("read %s: empty, without even a header row", name);
    else if (doubts.is_utf8)
        message("read %s: it is UTF-8, and not %s: leave --encoding out", name, encoding);
    else
        error = 0;
    if (doubts.may_be_utf8 && !doubts.is_utf8)
        message("read %s: warning: it may be UTF-8: is it %s?", name, encoding);
    if (doubts.undecodable > 0)
        message("read %s: warning: in %llu places it is not %s: is it another encoding?", name,
                (unsigned long long)doubts.undecodable, encoding);
    if (rows->lacks_line_end)
        message("read %s: warning: the last row has no line end: is the list whole?", name);
    return error;
}

/* Makes the next block of the present input; *is_made is false if the input has no more rows. */
static int next_block(struct row_reader *rows, struct row_block *block, bool *is_made)
{
    struct whole_rows whole = {.has_end = false};
    bool is_end;
    begin_block(rows, block, &whole);
    int error = fill_block(rows, block, &whole, &is_end);
    *is_made = error == 0 && (whole.bytes > 0 || block->lines > 0);
    if (*is_made && block->lines == 0)
        error = cut_block(rows, block, whole);
    rows->line = 1 + (block->lines > 0 ? rows->scan.newlines : whole.newlines);
    block->read_bytes = rows->decoded;
    rows->decoded = 0;
    if (error == 0 && is_end)
        error = check_input(rows);
    if (error != 0 || !is_end)
        return error;
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
    for (unsigned i = 0; rows->columns != NULL && i < rows->input_count; i++)
        columns_free(&rows->columns[i]);
    free(rows->columns);
    pthread_mutex_destroy(&rows->lock);
    free(rows);
}
