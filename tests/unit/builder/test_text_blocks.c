/* SPDX-License-Identifier: Apache-2.0 */
/* test_text_blocks.c - the rows of a file in blocks: all of them, with their line numbers, but those that are
 * too long. */
#include "builder/inspect/text_blocks.h"
#include "tests/support/test.h"

static const struct csv_dialect csv = {',', '"'};

/* Counts rows, checks that each row's first field is its line's number, and adds their bytes. */
static unsigned read_rows(const char *path, const char *encoding, struct csv_dialect dialect,
                          uint64_t *last_line)
{
    struct text_blocks *blocks;
    struct csv_reader reader;
    struct csv_row row;
    struct elig_text fields[8];
    bool is_end = false;
    unsigned rows = 0;
    assert_int_equal(text_blocks_open(&blocks, path, encoding, dialect), 0);
    while (!is_end) {
        assert_int_equal(text_blocks_next(blocks, &reader, &is_end), 0);
        while (csv_next(&reader, fields, LENGTH(fields), &row) == CSV_ROW) {
            char number[32];
            size_t length = (size_t)snprintf(number, sizeof number, "%llu", (unsigned long long)row.line);
            assert_int_equal(fields[0].length, length);
            assert_memory_equal(fields[0].bytes, number, length);
            *last_line = row.line;
            rows++;
        }
    }
    text_blocks_close(blocks);
    return rows;
}

static void rows_have_their_lines(void **state)
{
    (void)state;
    enum { ROWS = 60000 };
    const char *path = test_path("rows");
    uint64_t last;
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    for (unsigned i = 0; i < ROWS; i++)
        fprintf(file, "%u,\"two\nlines\",and some more text\r\n", 2 * i + 1);
    fclose(file);
    assert_int_equal(read_rows(path, NULL, csv, &last), ROWS);
    assert_int_equal(last, 2 * ROWS - 1);
}

static void a_row_that_is_too_long_is_left_out(void **state)
{
    (void)state;
    const char *path = test_path("long");
    uint64_t last;
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("1,a\n2,", file);
    for (unsigned i = 0; i < 3 * TEXT_BLOCKS_ROW_MAX; i++)
        fputc('x', file);
    fputs("\n3,b\n4,c", file);
    fclose(file);
    assert_int_equal(read_rows(path, NULL, csv, &last), 3);
    assert_int_equal(last, 4);
    file = fopen(path, "a");
    assert_non_null(file);
    fputs("\n5,", file);
    for (unsigned i = 0; i < 3 * TEXT_BLOCKS_ROW_MAX; i++)
        fputc('x', file);
    fclose(file);
    assert_int_equal(read_rows(path, NULL, csv, &last), 4 - 1);
}

static void text_is_decoded(void **state)
{
    (void)state;
    const char *path = test_path("wide");
    uint64_t last;
    test_write_bytes(path,
                     "\xFF\xFE"
                     "1\0,\0a\0\n\0"
                     "2\0,\0\xAC\xAC\n\0",
                     2 + 8 + 8);
    assert_int_equal(read_rows(path, "UTF-16", csv, &last), 2);
    test_write_bytes(path, "", 0);
    assert_int_equal(read_rows(path, NULL, csv, &last), 0);
}

static void what_cannot_be_opened_is_said(void **state)
{
    (void)state;
    struct text_blocks *blocks;
    assert_int_equal(text_blocks_open(&blocks, test_path("missing"), NULL, csv), ELIG_E_READ);
    assert_int_equal(errno, ENOENT);
    test_write_text(test_path("there"), "1\n");
    assert_int_equal(text_blocks_open(&blocks, test_path("there"), "no encoding", csv), ELIG_E_ARGUMENT);
    assert_null(blocks);
    text_blocks_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_have_their_lines),
        cmocka_unit_test(a_row_that_is_too_long_is_left_out),
        cmocka_unit_test(text_is_decoded),
        cmocka_unit_test(what_cannot_be_opened_is_said),
    };
    return cmocka_run_group_tests_name("text_blocks", tests, test_folder_make, test_folder_remove);
}
