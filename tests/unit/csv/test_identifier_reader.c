/* SPDX-License-Identifier: Apache-2.0 */
/* test_identifier_reader.c - every row reaches the handler once, whatever the number of threads; only the rows
 * of a part are read; rejected rows are named and counted; an error of the handler ends the reading. */
#include <stdatomic.h>

#include "lib/csv/identifier_reader.h"
#include "tests/support/fixture_schema.h"
#include "tests/support/test.h"

#define INPUTS_MAX 512
#define LINES_MAX 40000
#define HANDLER_ERROR (-4242)

/* What the handler was called with, and what it does. Threads add to it at once. */
struct record {
    atomic_uint rows, identifiers, empty, malformed, blocks; /* calls */
    atomic_uint width, quote, nul, label, rowless;           /* rejected rows */
    _Atomic uint64_t bytes;                                  /* of all canonical forms */
    atomic_uchar calls[LINES_MAX]; /* of identifier(), by line, for all inputs together */
    uint64_t failing_line;         /* of the row for which a function below fails; 0: none */
    bool row_fails, identifier_fails, block_fails;
    atomic_bool has_failed;
    atomic_bool is_wrong; /* a worker's number, a field or a canonical form is not as it must be */
    const char *text;
};

static struct record record; /* too large for the stack */

/* Fails once, on one thread: the others must be stopped. */
static int fail_with_errno(struct record *seen)
{
    if (atomic_exchange(&seen->has_failed, true))
        return 0;
    errno = EXDEV;
    return HANDLER_ERROR;
}

static int on_row(void *context, unsigned worker, const struct identifier_row *row)
{
    struct record *seen = context;
    seen->rows++;
    seen->is_wrong |= worker >= 4 || row->label.bytes != row->fields[1].bytes;
    return seen->row_fails && row->line == seen->failing_line ? fail_with_errno(seen) : 0;
}

static int on_identifier(void *context, unsigned worker, const struct identifier_row *row,
                         const struct identifier *identifier)
{
    struct record *seen = context;
    const struct elig_text *field = &row->fields[row->columns->part[identifier->kind][0]];
    seen->is_wrong |= worker >= 4 || identifier->typed[0].bytes != field->bytes;
    if (row->line < LINES_MAX)
        seen->calls[row->line]++;
    if (identifier->reason == ELIG_REASON_NONE) {
        seen->identifiers++;
        seen->bytes += identifier->length;
        seen->is_wrong |= identifier->length != field->length ||
                          memcmp(identifier->canonical, field->bytes, field->length) != 0;
    } else if (identifier->reason == ELIG_REASON_EMPTY) {
        seen->empty++;
    } else {
        seen->malformed++;
    }
    return seen->identifier_fails && row->line == seen->failing_line ? fail_with_errno(seen) : 0;
}

static int on_rejected_row(void *context, unsigned worker, const struct identifier_row *row,
                           enum identifier_row_fault fault)
{
    struct record *seen = context;
    seen->is_wrong |= worker >= 4;
    seen->width += fault == IDENTIFIER_ROW_WIDTH;
    seen->quote += fault == IDENTIFIER_ROW_QUOTE;
    seen->nul += fault == IDENTIFIER_ROW_NUL;
    seen->label += fault == IDENTIFIER_ROW_LABEL;
    seen->rowless += fault == IDENTIFIER_ROW_EMPTY;
    return row->line == seen->failing_line && !seen->row_fails && !seen->identifier_fails
               ? fail_with_errno(seen)
               : 0;
}

static int on_block_end(void *context, unsigned worker)
{
    struct record *seen = context;
    seen->is_wrong |= worker >= 4;
    seen->blocks++;
    return seen->block_fails ? fail_with_errno(seen) : 0;
}

static const struct identifier_handler handler = {on_row, on_identifier, on_rejected_row, on_block_end};

/* Reads the inputs; what the handler saw is in record. */
static int run(const char **inputs, unsigned input_count, unsigned threads, unsigned part, unsigned parts,
               struct identifier_counts *counts)
{
    struct schema schema = test_schema();
    schema.label_column = "note";
    struct identifier_source source = {.schema = &schema,
                                       .inputs = inputs,
                                       .input_count = input_count,
                                       .profile = ELIG_PROFILE_KEYED,
                                       .part = part,
                                       .parts = parts,
                                       .threads = threads};
    *counts = identifier_counts_start();
    return identifier_reader_run(&source, &handler, &record, counts);
}

/* Writes a header and identifiers, one a line, from line 2 to the last line. */
static const char *write_list(const char *name, unsigned last_line)
{
    const char *path = test_path(name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("id,note\n", file);
    for (unsigned line = 2; line <= last_line; line++)
        fprintf(file, "member-%u@example.com,a note that makes the row longer\n", line);
    assert_int_equal(fclose(file), 0);
    return path;
}

static const unsigned thread_counts[] = {1, 4};

static void each_row_of_each_input_is_handed_over_once(void **state)
{
    (void)state;
    const char *inputs[] = {write_list("long.csv", LINES_MAX - 1), write_list("short.csv", 10),
                            write_list("header.csv", 1)};
    for (size_t i = 0; i < LENGTH(thread_counts); i++) {
        struct identifier_counts counts;
        memset(&record, 0, sizeof record);
        assert_int_equal(run(inputs, LENGTH(inputs), thread_counts[i], 0, 1, &counts), 0);
        for (unsigned line = 2; line < LINES_MAX; line++)
            assert_int_equal(record.calls[line], line <= 10 ? 2 : 1);
        assert_int_equal(record.calls[1], 0);
        assert_false(record.is_wrong);
        assert_int_equal(record.rows, LINES_MAX - 2 + 9);
        assert_int_equal(counts.rows, record.rows);
        assert_int_equal(counts.identifiers[0], record.identifiers);
        assert_int_equal(record.identifiers, record.rows);
        assert_true(record.blocks > 2);
        struct stat status;
        uint64_t bytes = 0;
        for (size_t j = 0; j < LENGTH(inputs); j++) {
            assert_int_equal(stat(inputs[j], &status), 0);
            bytes += (uint64_t)status.st_size;
        }
        assert_int_equal(counts.bytes, bytes);
    }
}

/* Each line of the list is in one part, in the same one whatever the number of threads; of two lists with one
 * row in different lines, both rows are. */
static void the_parts_of_a_list_have_each_row_once(void **state)
{
    (void)state;
    static uint8_t part_of[LINES_MAX];
    const char *inputs[] = {write_list("parts.csv", LINES_MAX - 1), write_list("more.csv", 100)};
    for (size_t i = 0; i < LENGTH(thread_counts); i++) {
        uint64_t rows = 0;
        for (unsigned part = 0; part < 3; part++) {
            struct identifier_counts counts;
            memset(&record, 0, sizeof record);
            assert_int_equal(run(inputs, LENGTH(inputs), thread_counts[i], part, 3, &counts), 0);
            for (unsigned line = 2; line < LINES_MAX; line++) {
                if (record.calls[line] == 0)
                    continue;
                assert_int_equal(record.calls[line], line <= 100 ? 2 : 1);
                if (i == 0)
                    part_of[line] = (uint8_t)(part + 1);
                assert_int_equal(part_of[line], part + 1);
            }
            assert_int_equal(counts.rows, record.rows);
            assert_int_equal(counts.rows + counts.rows_of_other_parts, LINES_MAX - 2 + 99);
            assert_true(counts.rows > (LINES_MAX + 97) / 4 && counts.rows < (LINES_MAX + 97) / 2);
            rows += counts.rows;
        }
        assert_int_equal(rows, LINES_MAX - 2 + 99);
    }
}

static const char messy[] = "id,note\n"
                            "good,x\n"        /* 2 */
                            "\"quo\"te,x\n"   /* 3: a byte after a closing quote */
                            "one\n"           /* 4: too few fields */
                            "one,two,three\n" /* 5: too many */
                            ",x\n"            /* 6: no identifier */
                            "\xff,x\n"        /* 7: not UTF-8 */
                            "  ,x\n"          /* 8: exact text of two spaces */
                            "\n"              /* 9: no row */
                            "good,x\ty\n";    /* 10: a control character in the label */

/* Wherever it stands, also in a column that is not read. */
static void a_row_with_a_nul_byte_is_rejected(void **state)
{
    (void)state;
    static const char head[] = "id,note\ngood,x\n", rows[] = "a,b\0c\n\"d\",\"e\n\0f\"\ngo\0\0od,x\ngood,x\n";
    static char text[4096];
    size_t length = 0;
    const char *input = test_path("nul.csv");
    memcpy(text, head, sizeof head - 1);
    for (length = sizeof head - 1; length < 2000; length += 7)
        memcpy(text + length, "good,x\n", 7);
    memcpy(text + length, rows, sizeof rows - 1);
    test_write_bytes(input, text, length + sizeof rows - 1);
    struct identifier_counts counts;
    memset(&record, 0, sizeof record);
    assert_int_equal(run(&input, 1, 1, 0, 1, &counts), 0);
    assert_int_equal(record.nul, 3);
    assert_int_equal(counts.rejected_rows, 3);
    assert_int_equal(counts.lost_lines, 4);
    assert_int_equal(counts.identifiers[0], counts.rows - 3);
}

/* The quote that breaks a row may stand in the row of several lines before it, also where that is in another
 * block.
 */
static void a_broken_row_is_named_with_the_long_row_before_it(void **state)
{
    (void)state;
    static const enum elig_profile profiles[] = {ELIG_PROFILE_KEYED, ELIG_PROFILE_OFFLINE};
    const char *input = test_path("long-rows.csv");
    const struct identifier_handler only = {.identifier = on_identifier};
    struct schema schema = test_schema();
    FILE *file = fopen(input, "w");
    assert_non_null(file);
    fputs("id,note\n", file);
    for (unsigned i = 0; i < 300; i++)
        fputs("good,\"x\ny\"\nbroken\nbroken,\"x\ny\",\nbroken\n", file);
    assert_int_equal(fclose(file), 0);
    for (size_t i = 0; i < LENGTH(profiles); i++) {
        struct identifier_source source = {.schema = &schema,
                                           .inputs = &input,
                                           .input_count = 1,
                                           .profile = profiles[i],
                                           .parts = 1,
                                           .threads = 2};
        struct identifier_counts counts = identifier_counts_start();
        memset(&record, 0, sizeof record);
        assert_int_equal(identifier_reader_run(&source, &only, &record, &counts), 0);
        assert_int_equal(counts.rows, 4 * 300);
        assert_int_equal(counts.lines, 6 * 300);
        assert_int_equal(counts.identifiers[0], 300);
        assert_int_equal(counts.rejected_rows, 3 * 300);
        assert_in_range(counts.lost_lines, (3 + 2 + 1) * 300, (3 + 2 + 3) * 300);
    }
}

static void rejected_rows_are_named_and_counted(void **state)
{
    (void)state;
    const char *input = test_path("messy.csv");
    test_write_text(input, messy);
    for (size_t i = 0; i < LENGTH(thread_counts); i++) {
        struct identifier_counts counts;
        memset(&record, 0, sizeof record);
        assert_int_equal(run(&input, 1, thread_counts[i], 0, 1, &counts), 0);
        assert_int_equal(record.quote, 1);
        assert_int_equal(record.width, 2);
        assert_int_equal(record.rowless, counts.rows_without_identifier);
        assert_int_equal(record.empty, record.rowless);
        assert_int_equal(record.malformed, 1);
        assert_int_equal(record.rows, 4); /* lines 2, 6, 7, 8 */
        assert_int_equal(record.calls[10], 0);
        assert_int_equal(record.calls[7], 1);
        assert_int_equal(counts.rows, 8);
        assert_int_equal(counts.rejected_rows, 3);
        assert_int_equal(record.label, 1);
        assert_int_equal(counts.rejected_labels, 1);
        assert_int_equal(counts.malformed[0], 1);
        assert_int_equal(counts.empty[0], record.empty);
        assert_int_equal(counts.identifiers[0] + counts.empty[0] + counts.malformed[0], 4);
        assert_true(counts.empty[0] >= 1);
        assert_false(record.is_wrong);
    }
}

/* Only identifier() is required. */
static void functions_of_the_handler_may_be_missing(void **state)
{
    (void)state;
    const char *input = test_path("messy.csv");
    const struct identifier_handler only = {.identifier = on_identifier};
    struct schema schema = test_schema();
    struct identifier_source source = {.schema = &schema, .inputs = &input, .input_count = 1, .parts = 1};
    struct identifier_counts counts = identifier_counts_start();
    source.threads = 2;
    test_write_text(input, messy);
    memset(&record, 0, sizeof record);
    assert_int_equal(identifier_reader_run(&source, &only, &record, &counts), 0);
    assert_int_equal(record.calls[10], 1);
    assert_int_equal(counts.rejected_rows, 3);
}

/* Reads a long list again and again, and expects the handler's error long before the end. */
static void assert_error_stops(void)
{
    static const char *inputs[INPUTS_MAX];
    inputs[0] = write_list("again.csv", LINES_MAX - 1);
    for (unsigned i = 1; i < INPUTS_MAX; i++)
        inputs[i] = inputs[0];
    for (size_t i = 0; i < LENGTH(thread_counts); i++) {
        struct identifier_counts counts;
        record.has_failed = false;
        errno = 0;
        assert_int_equal(run(inputs, INPUTS_MAX, thread_counts[i], 0, 1, &counts), HANDLER_ERROR);
        assert_int_equal(errno, EXDEV);
        assert_true(counts.rows < (uint64_t)INPUTS_MAX * LINES_MAX / 4);
    }
}

static void an_error_of_the_handler_stops_all_threads_and_keeps_errno(void **state)
{
    (void)state;
    memset(&record, 0, sizeof record);
    record.failing_line = 777;
    record.row_fails = true;
    assert_error_stops();
    memset(&record, 0, sizeof record);
    record.failing_line = 20000;
    record.identifier_fails = true;
    assert_error_stops();
    memset(&record, 0, sizeof record);
    record.block_fails = true;
    assert_error_stops();

    memset(&record, 0, sizeof record);
    struct identifier_counts counts;
    const char *input = test_path("messy.csv");
    test_write_text(input, messy);
    for (record.failing_line = 3; record.failing_line <= 6; record.failing_line++) {
        errno = 0;
        record.has_failed = false;
        assert_int_equal(run(&input, 1, 2, 0, 1, &counts), HANDLER_ERROR);
        assert_int_equal(errno, EXDEV);
    }
}

static void a_list_that_is_refused_ends_the_reading(void **state)
{
    (void)state;
    const char *inputs[] = {write_list("first.csv", 50), test_path("no-column.csv")};
    test_write_text(inputs[1], "mail,note\nb,c\n");
    for (size_t i = 0; i < LENGTH(thread_counts); i++) {
        struct identifier_counts counts;
        memset(&record, 0, sizeof record);
        assert_int_equal(run(inputs, LENGTH(inputs), thread_counts[i], 0, 1, &counts), MESSAGE_E_REFUSED);
        assert_int_equal(counts.rows, 49);
    }
}

#define WIDE 20000 /* bytes of a row that fills a block where a block is short */

/* Rows after the first one come in the same buffer, which holds nothing more of the first. */
static int check_wiped(void *context, unsigned worker, const struct identifier_row *row,
                       const struct identifier *identifier)
{
    struct record *seen = context;
    (void)worker;
    (void)identifier;
    if (row->line == 2)
        seen->text = row->fields[0].bytes;
    /* 4000: more than a later block holds, and the header's bytes */
    for (size_t i = 4000; row->line > 100 && i < WIDE; i++)
        seen->is_wrong |= seen->text[i] != 0;
    seen->rows++;
    return 0;
}

static void a_block_is_wiped_before_the_next_is_read(void **state)
{
    (void)state;
    const char *input = test_path("wide.csv");
    const struct identifier_handler checker = {.identifier = check_wiped};
    struct schema schema = test_schema();
    struct identifier_source source = {.schema = &schema,
                                       .inputs = &input,
                                       .input_count = 1,
                                       .profile = ELIG_PROFILE_OFFLINE, /* short blocks */
                                       .parts = 1,
                                       .threads = 1};
    struct identifier_counts counts = identifier_counts_start();
    FILE *file = fopen(input, "w");
    assert_non_null(file);
    fprintf(file, "id,note\nfirst,%0*d\n", WIDE, 7);
    for (unsigned line = 3; line <= 200; line++)
        fprintf(file, "member-%u,x\n", line);
    assert_int_equal(fclose(file), 0);
    memset(&record, 0, sizeof record);
    assert_int_equal(identifier_reader_run(&source, &checker, &record, &counts), 0);
    assert_int_equal(record.rows, 199);
    assert_false(record.is_wrong);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_row_of_each_input_is_handed_over_once),
        cmocka_unit_test(the_parts_of_a_list_have_each_row_once),
        cmocka_unit_test(a_row_with_a_nul_byte_is_rejected),
        cmocka_unit_test(a_broken_row_is_named_with_the_long_row_before_it),
        cmocka_unit_test(rejected_rows_are_named_and_counted),
        cmocka_unit_test(functions_of_the_handler_may_be_missing),
        cmocka_unit_test(an_error_of_the_handler_stops_all_threads_and_keeps_errno),
        cmocka_unit_test(a_list_that_is_refused_ends_the_reading),
        cmocka_unit_test(a_block_is_wiped_before_the_next_is_read),
    };
    return cmocka_run_group_tests_name("identifier_reader", tests, test_folder_make, test_folder_remove);
}
