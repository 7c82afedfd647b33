/* SPDX-License-Identifier: Apache-2.0 */
/* row_reader.c - reads and decodes the lists in turn and cuts them into blocks at row ends. */
#include "lib/csv/row_reader.h"

#include <errno.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "lib/csv/csv.h"
#include "lib/csv/text_reader.h"
#include "lib/util/message.h"

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
    size_t enough;           /* one of ENOUGH_BYTES... */
    bool is_over;            /* all was read, or an input was refused */
    struct columns *columns; /* of each input */
    uint64_t bytes;          /* of all inputs that are decoded */
    uint64_t reported;       /* of them, in the read_bytes of blocks */

    /* the present input; inputs before it are done */
    unsigned input;
    struct text_reader *text; /* NULL: not open yet */
    bool has_rows;            /* a row was found */
    bool lacks_line_end;      /* its last row */
    uint64_t line;            /* at which the next block starts */
    uint64_t lines_before;    /* of the row before it; 0: none, or it was too long */
    char *tail;               /* ROW_READER_BLOCK_BYTES: the text after the rows of the last block */
    size_t tail_bytes;
};

static const char *input_name(const struct row_reader *rows)
{
    const char *path = rows->inputs[rows->input];
    return path != NULL ? path : "standard input";
}

static int cannot_read(const struct row_reader *rows, int error_number)
{
    message("read %s: %s", input_name(rows), strerror(error_number));
    return MESSAGE_E_PRINTED;
}

/* ---- One input ---- */

static int open_input(struct row_reader *rows)
{
    rows->has_rows = false;
    rows->lacks_line_end = false;
    rows->line = 1;
    rows->lines_before = 0;
    int error = text_reader_open(&rows->text, rows->inputs[rows->input], rows->schema->encoding);
    if (error == 0)
        return 0;
    if (error != ELIG_E_ARGUMENT)
        return cannot_read(rows, error == ELIG_E_MEMORY ? ENOMEM : errno);
    /* it could when the command line was read: a table of iconv's cannot be read any more */
    message("read %s: iconv cannot convert %s", input_name(rows), rows->schema->encoding);
    return MESSAGE_E_PRINTED;
}

static void close_input(struct row_reader *rows)
{
    text_reader_close(rows->text);
    rows->text = NULL;
}

/* Writes the text that follows, as text_reader_next() does. */
static int read_text(struct row_reader *rows, char *out, size_t room, size_t *count, bool *is_end)
{
    uint64_t before = text_reader_bytes(rows->text);
    int error = text_reader_next(rows->text, rows->stop, out, room, count, is_end);
    if (error != 0) /* after a stop, too, where row_reader_next() returns 0 */
        return rows->is_stopped ? error : cannot_read(rows, errno);
    rows->bytes += text_reader_bytes(rows->text) - before;
    const char *advice = text_reader_advice(rows->text);
    return advice != NULL ? message_refuse("read %s: %s", input_name(rows), advice) : 0;
}

/* ---- One block ---- */

/* A block while it is filled. */
struct filling {
    struct row_block *block;
    struct csv_scan scan;       /* from the block's start, where a row starts */
    bool has_row_end;           /* of a row or a blank line; then: */
    struct csv_end first, last; /* the first and the last of these ends; bytes of the block */
    bool is_input_end;
};

/* Appends bytes that stand after the block's text, and looks for row ends in them. */
static void append(struct filling *filling, size_t added)
{
    struct row_block *block = filling->block;
    if (csv_split(&filling->scan, block->bytes + block->length, added)) {
        struct csv_end first = filling->scan.first_end, last = filling->scan.last_end;
        if (!filling->has_row_end)
            filling->first = (struct csv_end){block->length + first.bytes, first.newlines};
        filling->has_row_end = true;
        filling->last = (struct csv_end){block->length + last.bytes, last.newlines};
    }
    block->length += added;
}

/* Begins a block with the text after the rows of the last one. */
static struct filling begin_block(struct row_reader *rows, struct row_block *block)
{
    *block = (struct row_block){.bytes = block->bytes,
                                .line = rows->line,
                                .lines_before = rows->lines_before,
                                .input = rows->input,
                                .columns = &rows->columns[rows->input]};
    struct filling filling = {.block = block, .scan = csv_scan_start(rows->schema->dialect)};
    filling.scan.newlines = filling.scan.last_end.newlines = rows->line - 1;
    memcpy(block->bytes, rows->tail, rows->tail_bytes);
    append(&filling, rows->tail_bytes);
    sodium_memzero(rows->tail, rows->tail_bytes);
    rows->tail_bytes = 0;
    return filling;
}

/* The end of an input: the rest is a last row without a line end, unless a quote is still open. */
static int end_input(struct row_reader *rows, struct filling *filling)
{
    const struct csv_scan *scan = &filling->scan;
    if (scan->in_quotes) {
        uint64_t line = filling->has_row_end ? 1 + filling->last.newlines : rows->line;
        return message_refuse(
            "read %s: a quote is never closed, in the row that starts at line %llu or a later "
            "one: are fields quoted at all (--quote none)?",
            input_name(rows), (unsigned long long)line);
    }
    rows->lacks_line_end = scan->last != '\n' && scan->last != '\r';
    struct csv_end end = {filling->block->length, scan->newlines + rows->lacks_line_end};
    if (!filling->has_row_end)
        filling->first = end;
    filling->has_row_end = true;
    filling->last = end;
    return 0;
}

/* Appends what is decoded at once. */
static int feed_block(struct row_reader *rows, struct filling *filling)
{
    struct row_block *block = filling->block;
    size_t added, room = ROW_READER_BLOCK_BYTES - block->length;
    int error = read_text(rows, block->bytes + block->length, room < rows->enough ? room : rows->enough, &added,
                          &filling->is_input_end);
    if (error != 0)
        return error;
    append(filling, added);
    return filling->is_input_end ? end_input(rows, filling) : 0;
}

/* Moves the block's text from an end on to the tail. */
static void cut_block(struct row_reader *rows, struct row_block *block, struct csv_end end)
{
    rows->tail_bytes = block->length - end.bytes;
    memcpy(rows->tail, block->bytes + end.bytes, rows->tail_bytes);
    sodium_memzero(block->bytes + end.bytes, rows->tail_bytes);
    block->length = end.bytes;
    rows->line = 1 + end.newlines;
}

/* Makes a block of a row that is too long to be held: its bytes are overwritten as they are read, and its lines
 * counted. */
static int skip_long_row(struct row_reader *rows, struct filling *filling)
{
    struct row_block *block = filling->block;
    int error = 0;
    if (!rows->has_rows)
        return message_refuse("read %s: the first row is longer than %u bytes", input_name(rows),
                              ROW_READER_BLOCK_BYTES);
    while (error == 0 && !filling->has_row_end) {
        block->nul_bytes += csv_count_nul(block->bytes, block->length);
        sodium_memzero(block->bytes, block->length);
        block->length = 0;
        error = feed_block(rows, filling);
    }
    if (error != 0)
        return error;
    block->lines = filling->first.newlines + 1 - block->line;
    block->nul_bytes += csv_count_nul(block->bytes, filling->first.bytes);
    cut_block(rows, block, filling->first);
    rows->lines_before = 0;
    sodium_memzero(block->bytes, block->length);
    block->length = 0;
    return 0;
}

/* Finds the columns in the input's first row, and leaves that row out of the block if it is a header. */
static int find_columns(struct row_reader *rows, struct row_block *block)
{
    struct elig_text *fields = calloc(COLUMNS_FIELDS_MAX, sizeof *fields);
    struct csv_reader csv = {block->bytes, block->length, block->line, rows->schema->dialect};
    struct csv_row row;
    if (fields == NULL)
        return ELIG_E_MEMORY;
    int error;
    if (csv_next(&csv, fields, COLUMNS_FIELDS_MAX, &row) != CSV_ROW) {
        error = message_refuse("read %s: the first row is no CSV of at most %d fields", input_name(rows),
                               COLUMNS_FIELDS_MAX);
    } else if (memchr(row.bytes, '\0', row.length) != NULL) {
        error = message_refuse("read %s: the first row has a NUL byte: was a part of the file overwritten?",
                               input_name(rows));
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
    rows->has_rows = true;
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

/* Fills a block until it has enough whole rows, or the input ends; the rest waits for the next block. */
static int fill_block(struct row_reader *rows, struct filling *filling)
{
    struct row_block *block = filling->block;
    int error = 0;
    while (error == 0 && !filling->is_input_end && filling->last.bytes < rows->enough) {
        if (ROW_READER_BLOCK_BYTES - block->length < CHARSET_ROOM_MIN) {
            if (!filling->has_row_end)
                return skip_long_row(rows, filling);
            break;
        }
        error = feed_block(rows, filling);
    }
    if (error != 0)
        return error;
    cut_block(rows, block, filling->last);
    rows->lines_before = filling->scan.row_newlines;
    return rows->has_rows || is_blank(block->bytes, block->length) ? 0 : find_columns(rows, block);
}

/* Whether a column of text or codes is read: other types hardly have characters that another encoding changes.
 */
static bool has_text(const struct schema *schema)
{
    for (unsigned kind = 0; kind < schema->kind_count; kind++)
        for (unsigned i = 0; i < schema->kinds[kind].part_count; i++)
            if (schema->kinds[kind].parts[i].type == ELIG_TYPE_TEXT ||
                schema->kinds[kind].parts[i].type == ELIG_TYPE_EXACT)
                return true;
    return false;
}

/* Warns if the text of an input looks like that of another encoding. */
static int judge_encoding(const struct row_reader *rows)
{
    const char *better;
    if (!has_text(rows->schema))
        return 0;
    int error = text_reader_judge(rows->text, &better);
    if (error == 0 && better != NULL)
        message("read %s: warning: it looks like %s: is it %s? Under another encoding names are other names",
                input_name(rows), better, rows->schema->encoding);
    return error == ELIG_E_MEMORY ? error : 0;
}

/* What can be told of an input when all of it was read: that it is empty, cut, or of another encoding. */
static int check_input(const struct row_reader *rows)
{
    const char *name = input_name(rows), *encoding = rows->schema->encoding;
    struct charset_doubts doubts = text_reader_doubts(rows->text);
    int error = 0;
    if (!rows->has_rows && rows->schema->has_header)
        error = message_refuse("read %s: empty, without even a header row", name);
    else if (doubts.is_utf8)
        error = message_refuse("read %s: it is UTF-8, and not %s: leave --encoding out", name, encoding);
    if (doubts.may_be_utf8 && !doubts.is_utf8)
        message("read %s: warning: it may be UTF-8: is it %s?", name, encoding);
    else if (doubts.is_mixed && !doubts.is_utf8)
        message(
            "read %s: warning: what is beyond ASCII is UTF-8 in %llu lines, and not in %llu: is all of it %s?",
            name, (unsigned long long)doubts.utf8_lines, (unsigned long long)doubts.other_lines, encoding);
    if (doubts.undecodable > 0)
        message("read %s: warning: in %llu places it is not %s: is it another encoding?", name,
                (unsigned long long)doubts.undecodable, encoding);
    if (rows->lacks_line_end)
        message("read %s: warning: the last row has no line end: is the list whole?", name);
    return error != 0 || doubts.may_be_utf8 ? error : judge_encoding(rows);
}

/* Makes the next block of the present input; *is_made is false if the input has no more rows. */
static int next_block(struct row_reader *rows, struct row_block *block, bool *is_made)
{
    struct filling filling = begin_block(rows, block);
    int error = fill_block(rows, &filling);
    *is_made = error == 0 && (block->length > 0 || block->lines > 0);
    block->read_bytes = rows->bytes - rows->reported;
    rows->reported = rows->bytes;
    if (error != 0 || !filling.is_input_end || rows->tail_bytes > 0)
        return error;
    error = check_input(rows);
    if (error == 0) {
        close_input(rows);
        rows->input++;
    }
    return error;
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
    rows->tail = malloc(ROW_READER_BLOCK_BYTES);
    rows->columns = calloc(input_count, sizeof *rows->columns);
    rows->stop = eventfd(0, EFD_CLOEXEC);
    int error = rows->stop < 0 ? ELIG_E_READ : 0;
    int error_number = errno;
    if (rows->tail == NULL || rows->columns == NULL)
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
        if (rows->text == NULL)
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
    close_input(rows);
    if (rows->stop >= 0)
        close(rows->stop);
    if (rows->tail != NULL)
        sodium_memzero(rows->tail, ROW_READER_BLOCK_BYTES);
    free(rows->tail);
    for (unsigned i = 0; rows->columns != NULL && i < rows->input_count; i++)
        columns_free(&rows->columns[i]);
    free(rows->columns);
    pthread_mutex_destroy(&rows->lock);
    free(rows);
}
