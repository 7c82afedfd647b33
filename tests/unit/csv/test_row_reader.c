/* SPDX-License-Identifier: Apache-2.0 */
/* test_row_reader.c - blocks of rows, taken by several threads, are exactly the rows of the inputs with their
 * lines, wherever a block happens to end; what is no list is refused with the line. */
#include <errno.h>
#include <pthread.h>
#include <sys/resource.h>

#include "lib/csv/csv.h"
#include "lib/csv/row_reader.h"
#include "tests/support/fixture_schema.h"
#include "tests/support/test.h"

#define RAW_BYTES (256u << 10) /* what row_reader.c reads at once, and the least it hands out */
#define THREADS_MAX 4
#define INPUTS 1024

/* How lists are read: what is read of them, and by how many threads. */
struct reading {
    struct schema schema;
    unsigned threads;
};

static struct row_reader *open_rows(const struct schema *schema, const char **inputs, unsigned input_count)
{
    struct row_reader *rows;
    assert_int_equal(row_reader_open(schema, inputs, input_count, false, ELIG_PROFILE_KEYED, &rows), 0);
    return rows;
}

static struct reading one_reader(void)
{
    return (struct reading){.schema = test_schema(), .threads = 1};
}

/* Orders rows by input and line. */
static uint64_t row_number(unsigned input, uint64_t line)
{
    return (uint64_t)input << 48 | line;
}

static uint64_t line_of(uint64_t number)
{
    return number & ((UINT64_C(1) << 48) - 1);
}

/* A row, for its sum: a list of a million rows is compared without keeping it. */
struct row {
    uint64_t number; /* row_number() */
    uint64_t sum;    /* of its fields */
};

struct list {
    struct row *rows;
    size_t count, room;
};

static void add_row(struct list *list, uint64_t number, uint64_t sum)
{
    if (list->count == list->room) {
        list->room = list->room == 0 ? 1024 : 2 * list->room;
        list->rows = realloc(list->rows, list->room * sizeof *list->rows);
        if (list->rows == NULL)
            abort();
    }
    list->rows[list->count++] = (struct row){number, sum};
}

static void free_list(struct list *list)
{
    free(list->rows);
    *list = (struct list){0};
}

static uint64_t sum_of(uint64_t sum, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        sum = (sum ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
    return (sum ^ 0x100) * UINT64_C(0x100000001b3);
}

/* ---- Texts whose rows are known ---- */

struct text {
    char *bytes;
    size_t length, room;
    uint64_t line; /* at which the next byte stands */
};

static void write_text(struct text *text, const char *bytes, size_t length)
{
    if (text->room - text->length < length || text->bytes == NULL) {
        text->room = 2 * text->room + length + 1;
        text->bytes = realloc(text->bytes, text->room);
        assert_non_null(text->bytes);
    }
    memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
}

static struct text start_text(void)
{
    struct text text = {.line = 1};
    write_text(&text, "", 0);
    return text;
}

/* Appends a row of an identifier and a note, quoted, in which there may be line ends, and adds it to the list.
 */
static void write_row(struct text *text, struct list *list, unsigned input, const char *identifier,
                      const char *note, size_t note_length, unsigned lines_in_note, const char *end)
{
    uint64_t sum = sum_of(0, identifier, strlen(identifier));
    add_row(list, row_number(input, text->line), sum_of(sum, note, note_length));
    write_text(text, identifier, strlen(identifier));
    write_text(text, ",\"", 2);
    write_text(text, note, note_length);
    write_text(text, "\"", 1);
    write_text(text, end, strlen(end));
    text->line += lines_in_note + 1;
}

static const char *const ends[] = {"\n", "\r\n", "\r"};

/* Appends a header and many rows of any length up to a longest one, with line ends in quotes, blank lines, and
 * all sorts of line ends, no two of which together are one line end. */
static void write_rows(struct text *text, struct list *list, unsigned input, uint64_t seed, size_t length,
                       size_t longest)
{
    static const char *const pieces[] = {"\n", "\r\n", "\r", "x", ",", "한", "0123456789"};
    char *note = malloc(longest + 16);
    assert_non_null(note);
    write_text(text, "id,note\n", 8);
    text->line++;
    while (text->length < length) {
        char identifier[32];
        size_t most = test_below(&seed, 8) == 0 ? longest : 60, used = 0;
        unsigned lines = 0;
        for (size_t i = test_below(&seed, most); used < i;) {
            size_t piece = test_below(&seed, LENGTH(pieces));
            if (used > 0 && note[used - 1] == '\r' && pieces[piece][0] == '\n')
                continue; /* would be one line end, not two */
            memcpy(note + used, pieces[piece], strlen(pieces[piece]));
            used += strlen(pieces[piece]);
            lines += piece < LENGTH(ends);
        }
        snprintf(identifier, sizeof identifier, "p%zu", text->length);
        write_row(text, list, input, identifier, note, used, lines, ends[test_below(&seed, LENGTH(ends))]);
        if (test_below(&seed, 10) == 0 && text->bytes[text->length - 1] == '\n') {
            write_text(text, "\n", 1); /* a blank line */
            text->line++;
        }
    }
    free(note);
}

/* ---- Threads that read blocks ---- */

struct consumer {
    pthread_t thread;
    struct row_reader *rows;
    struct csv_dialect dialect;
    struct list list;
    struct row_block block;
    int is_good;
    int error; /* what the last call of row_reader_next() returned */
    useconds_t pause;
};

static void parse_block(struct consumer *consumer)
{
    const struct row_block *block = &consumer->block;
    struct csv_reader csv = {block->bytes + block->start, block->length - block->start, block->line,
                             consumer->dialect};
    struct elig_text fields[16];
    enum csv_result result;
    struct csv_row row;
    if (block->lines > 0) /* one that is too long: its lines stand for its content */
        add_row(&consumer->list, row_number(block->input, block->line), block->lines);
    while ((result = csv_next(&csv, fields, LENGTH(fields), &row)) != CSV_END) {
        uint64_t sum = 0;
        consumer->is_good = consumer->is_good && result == CSV_ROW && row.count == block->columns->fields;
        csv_unquote(&row, consumer->dialect, fields);
        for (size_t i = 0; result == CSV_ROW && i < row.count; i++)
            sum = sum_of(sum, fields[i].bytes, fields[i].length);
        add_row(&consumer->list, row_number(block->input, row.line), sum);
    }
}

static void *read_blocks(void *argument)
{
    struct consumer *consumer = argument;
    bool is_end;
    while ((consumer->error = row_reader_next(consumer->rows, &consumer->block, &is_end)) == 0 && !is_end) {
        consumer->is_good = consumer->is_good && consumer->block.length <= ROW_READER_BLOCK_BYTES &&
                            consumer->block.start <= consumer->block.length;
        parse_block(consumer);
        memset(consumer->block.bytes, 0x5a, ROW_READER_BLOCK_BYTES); /* as identifier_reader.c wipes it */
        if (consumer->pause > 0)
            usleep(consumer->pause);
    }
    return NULL;
}

static int compare_rows(const void *a, const void *b)
{
    uint64_t x = ((const struct row *)a)->number, y = ((const struct row *)b)->number;
    return (x > y) - (x < y);
}

/* All rows of some inputs, taken by some threads, in order. *is_complete: all were read. */
static struct list read_inputs(const struct reading *reading, const char **inputs, unsigned input_count,
                               int *is_complete)
{
    static struct consumer consumers[THREADS_MAX];
    struct list all = {0};
    struct row_reader *rows = open_rows(&reading->schema, inputs, input_count);
    assert_non_null(rows);
    for (unsigned i = 0; i < reading->threads; i++) {
        consumers[i] = (struct consumer){.rows = rows, .dialect = reading->schema.dialect, .is_good = 1};
        consumers[i].block.bytes = malloc(ROW_READER_BLOCK_BYTES);
        assert_non_null(consumers[i].block.bytes);
        assert_int_equal(pthread_create(&consumers[i].thread, NULL, read_blocks, &consumers[i]), 0);
    }
    *is_complete = 1;
    for (unsigned i = 0; i < reading->threads; i++) {
        assert_int_equal(pthread_join(consumers[i].thread, NULL), 0);
        assert_int_equal(consumers[i].is_good, 1);
        assert_true(consumers[i].error == 0 || consumers[i].error == MESSAGE_E_REFUSED ||
                    consumers[i].error == MESSAGE_E_PRINTED);
        assert_true(consumers[i].error == 0 || *is_complete); /* only one thread is told */
        *is_complete &= consumers[i].error == 0;
        for (size_t j = 0; j < consumers[i].list.count; j++)
            add_row(&all, consumers[i].list.rows[j].number, consumers[i].list.rows[j].sum);
        free_list(&consumers[i].list);
        free(consumers[i].block.bytes);
    }
    row_reader_close(rows);
    if (all.count > 0)
        qsort(all.rows, all.count, sizeof *all.rows, compare_rows);
    return all;
}

static void assert_same_rows(const struct list *got, const struct list *expected)
{
    for (size_t i = 0; i < got->count && i < expected->count; i++)
        if (got->rows[i].number != expected->rows[i].number || got->rows[i].sum != expected->rows[i].sum)
            fail_msg("row %zu: at line %llu, or other fields; expected line %llu", i,
                     (unsigned long long)line_of(got->rows[i].number),
                     (unsigned long long)line_of(expected->rows[i].number));
    assert_int_equal(got->count, expected->count);
}

static void assert_reads(const struct reading *reading, const char **inputs, unsigned input_count,
                         const struct list *expected)
{
    int is_complete;
    struct list got = read_inputs(reading, inputs, input_count, &is_complete);
    assert_same_rows(&got, expected);
    assert_int_equal(is_complete, 1);
    free_list(&got);
}

/* ---- Rows of good lists ---- */

static void threads_get_every_row_once_with_its_line(void **state)
{
    (void)state;
    static const size_t longest[] = {60, 5000, 900000};
    const char *input = test_path("list.csv");
    for (size_t i = 0; i < LENGTH(longest); i++) {
        struct reading reading = one_reader();
        struct text text = start_text();
        struct list list = {0};
        write_rows(&text, &list, 0, i, 20 * RAW_BYTES, longest[i]);
        test_write_bytes(input, text.bytes, text.length);
        for (reading.threads = 1; reading.threads <= THREADS_MAX; reading.threads++)
            assert_reads(&reading, &input, 1, &list);
        free(text.bytes);
        free_list(&list);
    }
}

/* Rows all alike and shifted byte by byte, so that every byte of one comes to stand at the end of what is read
 * at once. */
static void assert_every_border(const char *note, const char *meaning, unsigned lines_in_note, const char *end)
{
    struct reading reading = one_reader();
    const char *input = test_path("border.csv");
    size_t row = strlen("b,\"\"") + strlen(note) + strlen(end);
    uint64_t sum = sum_of(sum_of(0, "b", 1), meaning, strlen(meaning));
    reading.schema.has_header = 0;
    static char one[] = "1";
    reading.schema.columns[0][0] = one;
    for (size_t shift = 0; shift <= row; shift++) {
        struct text text = start_text();
        struct list list = {0};
        char first[64] = "";
        memset(first, 'a', shift + 1);
        write_row(&text, &list, 0, first, "", 0, 0, end);
        while (text.length < 2 * RAW_BYTES + 100)
            write_row(&text, &list, 0, "b", note, strlen(note), lines_in_note, end);
        for (size_t i = 1; i < list.count; i++)
            list.rows[i].sum = sum;
        test_write_bytes(input, text.bytes, text.length);
        reading.threads = 1 + shift % 2;
        assert_reads(&reading, &input, 1, &list);
        free(text.bytes);
        free_list(&list);
    }
}

static void a_block_may_end_at_any_byte_of_a_row(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(ends); i++)
        assert_every_border("c", "c", 0, ends[i]);
    assert_every_border("\r\n", "\r\n", 1, "\r\n");
    assert_every_border("\n", "\n", 1, "\n");
    assert_every_border("\"\"", "\"", 0, "\n");
}

static void a_last_row_needs_no_line_end(void **state)
{
    (void)state;
    static const char *const last[] = {"", "\n", "\r", "\r\n", "\n\n", "\r\r\n\n"};
    const struct reading reading = one_reader();
    const char *input = test_path("last.csv");
    for (size_t i = 0; i < LENGTH(last); i++) {
        struct text text = start_text();
        struct list list = {0};
        write_text(&text, "\n\r\nid,note\n\n", 12);
        text.line = 5;
        write_row(&text, &list, 0, "b", "c", 1, 0, last[i]);
        test_write_bytes(input, text.bytes, text.length);
        assert_reads(&reading, &input, 1, &list);
        free(text.bytes);
        free_list(&list);
    }
}

static void inputs_follow_one_another_each_with_its_own_lines_and_header(void **state)
{
    (void)state;
    static const size_t lengths[] = {1000, 3 * RAW_BYTES, 9, RAW_BYTES, 100};
    struct reading reading = one_reader();
    const char *inputs[LENGTH(lengths)];
    char names[LENGTH(lengths)][16];
    struct list list = {0};
    for (unsigned i = 0; i < LENGTH(lengths); i++) {
        struct text text = start_text();
        snprintf(names[i], sizeof names[i], "part-%u.csv", i);
        inputs[i] = test_path(names[i]);
        write_rows(&text, &list, i, 50 + i, lengths[i], 2000);
        /* the fourth has its columns the other way round, which is for columns_find() to tell */
        if (i == 3)
            memcpy(text.bytes, "note,id", 7);
        test_write_bytes(inputs[i], text.bytes, text.length);
        free(text.bytes);
    }
    for (reading.threads = 1; reading.threads <= 3; reading.threads += 2)
        assert_reads(&reading, inputs, LENGTH(lengths), &list);

    static char bytes[ROW_READER_BLOCK_BYTES];
    struct row_block block = {.bytes = bytes};
    struct row_reader *rows = open_rows(&reading.schema, inputs, LENGTH(lengths));
    assert_non_null(rows);
    bool is_end;
    while (row_reader_next(rows, &block, &is_end) == 0 && !is_end)
        assert_int_equal(block.columns->part[0][0], block.input == 3);
    row_reader_close(rows);
    free_list(&list);
}

static void an_empty_input_has_no_rows_unless_a_header_is_missing(void **state)
{
    (void)state;
    struct reading reading = one_reader();
    const char *inputs[] = {test_path("empty"), test_path("blank"), test_path("list"), test_path("empty")};
    struct list list = {0}, got;
    int is_complete;
    static char one[] = "1";
    test_write_text(inputs[0], "");
    test_write_text(inputs[1], "\n\r\n\r");
    test_write_text(inputs[2], "b,\"c\"");
    reading.schema.has_header = 0;
    reading.schema.columns[0][0] = one;
    add_row(&list, row_number(2, 1), sum_of(sum_of(0, "b", 1), "c", 1));
    assert_reads(&reading, inputs, LENGTH(inputs), &list);
    reading = one_reader();
    for (unsigned i = 0; i < 2; i++) {
        got = read_inputs(&reading, &inputs[i], 1, &is_complete);
        assert_int_equal(got.count, 0);
        assert_int_equal(is_complete, 0);
        free_list(&got);
    }
    test_write_text(inputs[2], "id,note\n"); /* a header alone will do */
    free_list(&list);
    assert_reads(&reading, &inputs[2], 1, &list);
}

static void every_encoding_becomes_the_same_rows(void **state)
{
    (void)state;
    static const struct {
        const char *encoding, *bytes;
        size_t length;
    } texts[] = {
        {NULL, "id,note\n\xec\xa0\x95,\"\xed\x95\x9c\"\n", 0},
        {NULL, "\xef\xbb\xbfid,note\n\xec\xa0\x95,\"\xed\x95\x9c\"\n", 0}, /* a byte order mark */
        {"CP949", "id,note\n\xc1\xa4,\"\xc7\xd1\"\n", 0},
        {"UTF-16", "\xff\xfei\0d\0,\0n\0o\0t\0e\0\n\0\x15\xc8,\0\"\0\x5c\xd5\"\0\n\0", 30},
        {"UTF-16BE", "\0i\0d\0,\0n\0o\0t\0e\0\n\xc8\x15\0,\0\"\xd5\x5c\0\"\0\n", 28},
    };
    const char *input = test_path("encoded.csv");
    struct list list = {0};
    add_row(&list, row_number(0, 2), sum_of(sum_of(0, "정", 3), "한", 3));
    for (size_t i = 0; i < LENGTH(texts); i++) {
        struct reading reading = one_reader();
        reading.schema.encoding = texts[i].encoding;
        test_write_bytes(input, texts[i].bytes, texts[i].length > 0 ? texts[i].length : strlen(texts[i].bytes));
        assert_reads(&reading, &input, 1, &list);
    }
    free_list(&list);
}

/* Many rows of UTF-16, which become longer, and shorter, on their way. */
static void blocks_of_another_encoding_are_whole_rows_too(void **state)
{
    (void)state;
    struct reading reading = one_reader();
    const char *input = test_path("wide.csv");
    struct text text = start_text(), wide = start_text();
    struct list list = {0};
    reading.schema.encoding = "UTF-16LE";
    reading.threads = 3;
    write_text(&text, "id,note\n", 8);
    text.line = 2;
    for (uint64_t seed = 60; text.length < 6 * RAW_BYTES;) {
        char note[256] = "";
        for (size_t i = test_below(&seed, 50); i > 0; i--)
            strcat(note, test_below(&seed, 2) ? "한" : "x");
        write_row(&text, &list, 0, "b", note, strlen(note), 0, ends[test_below(&seed, LENGTH(ends))]);
    }
    for (size_t i = 0; i < text.length; i++) {
        char unit[2] = {text.bytes[i], 0};
        if ((unsigned char)text.bytes[i] == 0xed) { /* the only character outside ASCII: U+D55C */
            unit[0] = '\x5c';
            unit[1] = '\xd5';
            i += 2;
        }
        write_text(&wide, unit, 2);
    }
    test_write_bytes(input, wide.bytes, wide.length);
    assert_reads(&reading, &input, 1, &list);
    free(text.bytes);
    free(wide.bytes);
    free_list(&list);
}

struct pipe_writer {
    pthread_t thread;
    const struct text *text;
    const char *path;
};

/* Writes to a pipe, in pieces of all sizes. */
static void *write_pipe(void *argument)
{
    const struct pipe_writer *writer = argument;
    uint64_t seed = 70;
    int file = open(writer->path, O_WRONLY | O_CLOEXEC);
    for (size_t at = 0; file >= 0 && at < writer->text->length;) {
        size_t some = 1 + test_below(&seed, test_below(&seed, 4) == 0 ? 60000 : 300);
        if (some > writer->text->length - at)
            some = writer->text->length - at;
        ssize_t written = write(file, writer->text->bytes + at, some);
        if (written <= 0)
            break;
        at += (size_t)written;
    }
    close(file);
    return NULL;
}

static void what_comes_through_a_pipe_is_read_as_it_comes(void **state)
{
    (void)state;
    struct reading reading = one_reader();
    const char *input = test_path("pipe");
    struct text text = start_text();
    struct list list = {0};
    struct pipe_writer writer = {.text = &text, .path = input};
    write_rows(&text, &list, 0, 71, 8 * RAW_BYTES, 3000);
    assert_int_equal(mkfifo(input, 0600), 0);
    for (reading.threads = 1; reading.threads <= 2; reading.threads++) {
        assert_int_equal(pthread_create(&writer.thread, NULL, write_pipe, &writer), 0);
        assert_reads(&reading, &input, 1, &list);
        assert_int_equal(pthread_join(writer.thread, NULL), 0);
    }
    free(text.bytes);
    free_list(&list);
}

static void standard_input_is_read_and_left_open(void **state)
{
    (void)state;
    const struct reading reading = one_reader();
    const char *input = NULL, *path = test_path("stdin.csv");
    struct list list = {0};
    int kept = dup(STDIN_FILENO), file;
    test_write_text(path, "id,note\nb,\"c\"\n");
    file = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(file >= 0);
    assert_int_equal(dup2(file, STDIN_FILENO), STDIN_FILENO);
    add_row(&list, row_number(0, 2), sum_of(sum_of(0, "b", 1), "c", 1));
    assert_reads(&reading, &input, 1, &list);
    assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0);
    if (kept >= 0) {
        dup2(kept, STDIN_FILENO);
        close(kept);
    }
    close(file);
    free_list(&list);
}

static void bytes_are_counted_before_they_are_decoded(void **state)
{
    (void)state;
    struct reading reading = one_reader();
    static char bytes[ROW_READER_BLOCK_BYTES];
    struct row_block block = {.bytes = bytes};
    const char *input = test_path("counted.csv");
    reading.schema.encoding = "UTF-16LE";
    test_write_bytes(input, "i\0d\0\n\0b\0\n\0", 10);
    struct row_reader *rows = open_rows(&reading.schema, &input, 1);
    assert_non_null(rows);
    bool is_end;
    while (row_reader_next(rows, &block, &is_end) == 0 && !is_end)
        assert_int_equal(block.length - block.start, 2);
    assert_int_equal(row_reader_bytes(rows), 10);
    assert_true(is_end);
    assert_int_equal(row_reader_next(rows, &block, &is_end), 0);
    assert_true(is_end);
    row_reader_close(rows);
}

/* ---- What is refused ---- */

/* What is said while inputs are read, which must not come to their ends. The caller frees. */
static char *messages_of(const struct reading *reading, const char **inputs, unsigned input_count, size_t *rows)
{
    const char *path = test_path("messages");
    int kept = dup(STDERR_FILENO), is_complete;
    int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(kept >= 0 && file >= 0);
    fflush(stderr);
    dup2(file, STDERR_FILENO);
    struct list list = read_inputs(reading, inputs, input_count, &is_complete);
    fflush(stderr);
    dup2(kept, STDERR_FILENO);
    close(kept);
    close(file);
    assert_int_equal(is_complete, 0);
    *rows = list.count;
    free_list(&list);
    return (char *)test_read_file(path).bytes;
}

static void assert_refused(const struct reading *reading, const char *bytes, size_t length,
                           const char *expected)
{
    const char *inputs[] = {test_path("refused.csv"), test_path("never-read")};
    size_t rows;
    test_write_bytes(inputs[0], bytes, length);
    char *messages = messages_of(reading, inputs, LENGTH(inputs), &rows);
    if (strstr(messages, expected) == NULL)
        fail_msg("'%s' does not say '%s'", messages, expected);
    assert_non_null(strstr(messages, "refused.csv: "));
    assert_null(strstr(messages, "never-read"));
    free(messages);
}

/* Appends a row of a note that no block can hold, of which the list has the line, and the number of lines. */
static void write_long_row(struct text *text, struct list *list, size_t length, bool is_lines, const char *end)
{
    char *note = malloc(length);
    assert_non_null(note);
    memset(note, is_lines ? '\n' : 'x', length);
    unsigned lines = is_lines ? (unsigned)length : 0;
    write_row(text, list, 0, "b", note, length, lines, end);
    list->rows[list->count - 1].sum = lines + 1;
    free(note);
}

static void a_row_of_more_than_a_block_is_read_past_and_its_lines_are_counted(void **state)
{
    (void)state;
    static const size_t longer[] = {0, 1, RAW_BYTES - 1, ROW_READER_BLOCK_BYTES,
                                    3 * ROW_READER_BLOCK_BYTES + 17};
    const char *input = test_path("long.csv");
    for (unsigned i = 0; i < 2 * LENGTH(longer) * LENGTH(ends); i += test_stride() < 13 ? 1 : 13) {
        struct reading reading = one_reader();
        struct text text = start_text();
        struct list list = {0};
        size_t length = ROW_READER_BLOCK_BYTES + longer[i / 2 % LENGTH(longer)];
        const char *end = ends[i / 2 / LENGTH(longer)];
        write_rows(&text, &list, 0, 80 + i, 3 * RAW_BYTES, 500);
        write_long_row(&text, &list, length, i % 2 != 0, end);
        if (i % 4 < 2) { /* one after the other, then others */
            write_long_row(&text, &list, length, i % 2 == 0, end);
            for (unsigned row = 0; row < 3; row++)
                write_row(&text, &list, 0, "c", "d", 1, 0, end);
        }
        test_write_bytes(input, text.bytes, text.length);
        for (reading.threads = 1; reading.threads <= 2; reading.threads++)
            assert_reads(&reading, &input, 1, &list);
        free(text.bytes);
        free_list(&list);
    }
}

static void a_first_row_of_more_than_a_block_is_refused(void **state)
{
    (void)state;
    const struct reading reading = one_reader();
    size_t length = ROW_READER_BLOCK_BYTES + 2;
    char *text = malloc(length);
    assert_non_null(text);
    memset(text, 'x', length);
    assert_refused(&reading, text, length, "the first row is longer than");
    free(text);
}

static void a_quote_that_is_never_closed_in_a_long_row_is_refused(void **state)
{
    (void)state;
    const struct reading reading = one_reader();
    size_t length = 2 * ROW_READER_BLOCK_BYTES;
    char *text = malloc(length);
    assert_non_null(text);
    memset(text, 'x', length);
    memcpy(text, "id,note\na,\"b\n", 13);
    assert_refused(&reading, text, length, "never closed, in the row that starts at line 2 ");
    free(text);
}

static void what_is_no_list_is_named(void **state)
{
    (void)state;
    const struct reading reading = one_reader();
    assert_refused(&reading, "\x1F\x8B\x08\x00", 4, "gzip");
    assert_refused(&reading, "{\"id\":\"a\"}\n", 11, "JSON");
}

static void an_encoding_that_cannot_be_right_is_refused(void **state)
{
    (void)state;
    struct reading reading = one_reader();
    const char text[] = "id,note\na,한글\nb,한글\n";
    reading.schema.encoding = "ISO-8859-1";
    assert_refused(&reading, text, sizeof text - 1, "it is UTF-8, and not ISO-8859-1");
    const char fault[] = "id,note\na,한글 한글 한글 한글 한글\nb,Andr\xE9\n"; /* one that is not */
    assert_refused(&reading, fault, sizeof fault - 1, "it is UTF-8, and not ISO-8859-1");
}

/* expected: what is said of a list of one row; NULL: nothing. */
static void assert_warns(const struct reading *reading, const char *text, const char *expected)
{
    const char *inputs[] = {test_path("warned.csv"), test_path("never-there")};
    size_t rows;
    test_write_bytes(inputs[0], text, strlen(text));
    char *messages = messages_of(reading, inputs, LENGTH(inputs), &rows);
    assert_int_equal(rows, 1);
    assert_int_equal(strstr(messages, "warning") != NULL, expected != NULL);
    if (expected != NULL)
        assert_non_null(strstr(messages, expected));
    free(messages);
}

static void doubts_about_a_list_are_said(void **state)
{
    (void)state;
    struct reading reading = one_reader();
    assert_warns(&reading, "id,note\na,b", "the last row has no line end");
    assert_warns(&reading, "id,note\na,b\n", NULL);
    assert_warns(&reading, "id,note\ra,b\r", NULL);
    reading.schema.encoding = "ISO-8859-1";
    assert_warns(&reading, "id,note\na,한\n", "it may be UTF-8: is it ISO-8859-1?");
    reading.schema.encoding = "EUC-KR";
    assert_warns(&reading, "id,note\na,\xC7\xD1\n", NULL);
    assert_warns(&reading, "id,note\na,\x8C\x63\n", "it is not EUC-KR: is it another encoding?");
}

/* The longest row: a block without the room that a decoder needs. */
static void a_row_of_almost_a_block_is_read(void **state)
{
    (void)state;
    struct reading reading = one_reader();
    const char *input = test_path("almost.csv");
    struct text text = start_text();
    struct list list = {0};
    char *note = malloc(ROW_READER_BLOCK_BYTES);
    assert_non_null(note);
    memset(note, 'x', ROW_READER_BLOCK_BYTES);
    write_text(&text, "id,note\n", 8);
    text.line = 2;
    for (unsigned i = 0; i < 3; i++)
        write_row(&text, &list, 0, "b", note, ROW_READER_BLOCK_BYTES - 100 - i, 0, ends[i]);
    test_write_bytes(input, text.bytes, text.length);
    for (reading.threads = 1; reading.threads <= 2; reading.threads++)
        assert_reads(&reading, &input, 1, &list);
    free(note);
    free(text.bytes);
    free_list(&list);
}

static void a_quote_that_is_never_closed_is_refused_with_a_line_not_after_it(void **state)
{
    (void)state;
    const struct reading reading = one_reader();
    const char text[] = "id,note\nb,c\n\"d\nd\",e\nf,\"g\nh,i\n";
    assert_refused(&reading, text, sizeof text - 1,
                   "never closed, in the row that starts at line 5 or a later one");
    const char header[] = "id,\"note\nb,c\n";
    assert_refused(&reading, header, sizeof header - 1, "line 1 or a later one");
}

static void what_cannot_be_opened_or_has_not_the_columns_is_refused(void **state)
{
    (void)state;
    struct reading reading = one_reader();
    const char *nothing = test_path("nothing"), *folder = test_folder();
    size_t rows;
    char *messages = messages_of(&reading, &nothing, 1, &rows);
    assert_non_null(strstr(messages, "nothing: No such file"));
    free(messages);
    messages = messages_of(&reading, &folder, 1, &rows);
    assert_non_null(strstr(messages, "Is a directory"));
    free(messages);
    reading.schema.encoding = "no-such-encoding"; /* as if its table had been removed after it was tried */
    assert_refused(&reading, "id\nb\n", 5, "iconv cannot convert no-such-encoding");
    reading.schema.encoding = NULL;
    assert_refused(&reading, "mail\nb\n", 7, "");
    assert_refused(&reading, "\"id\"x\nb\n", 8, "the first row is no CSV");
    assert_refused(&reading, "", 0, "empty, without even a header row");
}

static void rows_before_a_failure_were_handed_out(void **state)
{
    (void)state;
    struct reading reading = one_reader();
    const char *inputs[] = {test_path("good.csv"), test_path("nothing")};
    struct text text = start_text();
    struct list list = {0};
    size_t rows;
    reading.threads = 2;
    write_rows(&text, &list, 0, 81, 3 * RAW_BYTES, 100);
    test_write_bytes(inputs[0], text.bytes, text.length);
    free(messages_of(&reading, inputs, LENGTH(inputs), &rows));
    assert_int_equal(rows, list.count);
    free(text.bytes);
    free_list(&list);
}

/* ---- Stopping ---- */

static void *stop_soon(void *argument)
{
    usleep(20000);
    row_reader_stop(argument);
    return NULL;
}

/* Rows without end, from a device, until another thread stops them. */
static void another_thread_can_stop_them(void **state)
{
    (void)state;
    struct reading reading = one_reader();
    const char *inputs[INPUTS];
    struct text text = start_text();
    struct list list = {0};
    pthread_t stopper;
    reading.threads = 1;
    inputs[0] = test_path("again-and-again.csv");
    for (unsigned i = 1; i < INPUTS; i++) /* 4 GiB in all */
        inputs[i] = inputs[0];
    write_rows(&text, &list, 0, 90, 16 * RAW_BYTES, 100);
    test_write_bytes(inputs[0], text.bytes, text.length);
    struct consumer consumers[2] = {{.pause = 1000}, {.pause = 1000}};
    struct row_reader *rows = open_rows(&reading.schema, inputs, INPUTS);
    assert_non_null(rows);
    for (unsigned i = 0; i < 2; i++) {
        consumers[i].rows = rows;
        consumers[i].dialect = reading.schema.dialect;
        consumers[i].is_good = 1;
        consumers[i].block.bytes = malloc(ROW_READER_BLOCK_BYTES);
        assert_non_null(consumers[i].block.bytes);
        assert_int_equal(pthread_create(&consumers[i].thread, NULL, read_blocks, &consumers[i]), 0);
    }
    assert_int_equal(pthread_create(&stopper, NULL, stop_soon, rows), 0);
    assert_int_equal(pthread_join(stopper, NULL), 0);
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(pthread_join(consumers[i].thread, NULL), 0);
        assert_int_equal(consumers[i].is_good, 1);
        assert_int_equal(consumers[i].error, 0);
    }
    assert_true(row_reader_bytes(rows) < (uint64_t)text.length * INPUTS);
    bool is_end = false;
    assert_int_equal(row_reader_next(rows, &consumers[0].block, &is_end), 0);
    assert_true(is_end);
    row_reader_stop(rows); /* again is fine */
    for (unsigned i = 0; i < 2; i++) {
        free(consumers[i].block.bytes);
        free_list(&consumers[i].list);
    }
    row_reader_close(rows);
    free(text.bytes);
    free_list(&list);
}

/* A pipe stays open and nothing is written to it: a thread that waits for it is woken. */
static void a_thread_that_waits_for_a_pipe_is_stopped_too(void **state)
{
    (void)state;
    const struct reading reading = one_reader();
    int pipe_ends[2];
    char path[64];
    assert_int_equal(pipe(pipe_ends), 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", pipe_ends[0]);
    const char *inputs[] = {path};
    struct consumer consumer = {.dialect = reading.schema.dialect, .is_good = 1};
    pthread_t stopper;
    consumer.rows = open_rows(&reading.schema, inputs, 1);
    consumer.block.bytes = malloc(ROW_READER_BLOCK_BYTES);
    assert_non_null(consumer.rows);
    assert_non_null(consumer.block.bytes);
    assert_int_equal(pthread_create(&consumer.thread, NULL, read_blocks, &consumer), 0);
    assert_int_equal(pthread_create(&stopper, NULL, stop_soon, consumer.rows), 0);
    assert_int_equal(pthread_join(consumer.thread, NULL), 0);
    assert_int_equal(pthread_join(stopper, NULL), 0);
    assert_int_equal(consumer.error, 0);
    row_reader_close(consumer.rows);
    free(consumer.block.bytes);
    free_list(&consumer.list);
    close(pipe_ends[0]);
    close(pipe_ends[1]);
}

/* The error is not taken for one of memory. */
static void without_a_free_descriptor_rows_are_not_opened(void **state)
{
    (void)state;
    struct reading reading = one_reader();
    const char *inputs[] = {NULL};
    struct row_reader *rows;
    struct rlimit before, none;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = before;
    none.rlim_cur = 0;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    int error = row_reader_open(&reading.schema, inputs, 1, false, ELIG_PROFILE_KEYED, &rows);
    int error_number = errno;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(error, ELIG_E_READ);
    assert_int_equal(error_number, EMFILE);
    assert_null(rows);
    row_reader_close(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_get_every_row_once_with_its_line),
        cmocka_unit_test(a_block_may_end_at_any_byte_of_a_row),
        cmocka_unit_test(a_last_row_needs_no_line_end),
        cmocka_unit_test(inputs_follow_one_another_each_with_its_own_lines_and_header),
        cmocka_unit_test(an_empty_input_has_no_rows_unless_a_header_is_missing),
        cmocka_unit_test(every_encoding_becomes_the_same_rows),
        cmocka_unit_test(blocks_of_another_encoding_are_whole_rows_too),
        cmocka_unit_test(what_comes_through_a_pipe_is_read_as_it_comes),
        cmocka_unit_test(standard_input_is_read_and_left_open),
        cmocka_unit_test(bytes_are_counted_before_they_are_decoded),
        cmocka_unit_test(a_row_of_more_than_a_block_is_read_past_and_its_lines_are_counted),
        cmocka_unit_test(a_first_row_of_more_than_a_block_is_refused),
        cmocka_unit_test(a_quote_that_is_never_closed_in_a_long_row_is_refused),
        cmocka_unit_test(what_is_no_list_is_named),
        cmocka_unit_test(an_encoding_that_cannot_be_right_is_refused),
        cmocka_unit_test(doubts_about_a_list_are_said),
        cmocka_unit_test(a_row_of_almost_a_block_is_read),
        cmocka_unit_test(a_quote_that_is_never_closed_is_refused_with_a_line_not_after_it),
        cmocka_unit_test(what_cannot_be_opened_or_has_not_the_columns_is_refused),
        cmocka_unit_test(rows_before_a_failure_were_handed_out),
        cmocka_unit_test(another_thread_can_stop_them),
        cmocka_unit_test(a_thread_that_waits_for_a_pipe_is_stopped_too),
        cmocka_unit_test(without_a_free_descriptor_rows_are_not_opened),
    };
    return cmocka_run_group_tests_name("row_reader", tests, test_folder_make, test_folder_remove);
}
