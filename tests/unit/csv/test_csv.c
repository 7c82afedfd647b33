/* SPDX-License-Identifier: Apache-2.0 */
/* test_csv.c - rows, fields, line numbers, and that splitting and reading agree wherever a chunk ends. */
#include <stdio.h>
#include <stdlib.h>

#include "lib/csv/csv.h"
#include "tests/support/test.h"

#define FIELDS_MAX 256
#define TEXT_MAX 200
#define TRANSCRIPT_MAX 4096
#define RANDOM_TEXTS 200000

/* What was read, written down so that it can be compared: "1<a><b> " is a row of fields a and b that starts at
 * line 1; "3!quote " and "3!wide " are rows passed over. */
struct transcript {
    char text[TRANSCRIPT_MAX];
    size_t length;
};

static void add_bytes(struct transcript *transcript, const char *bytes, size_t length)
{
    assert_true(length < sizeof transcript->text - transcript->length);
    memcpy(transcript->text + transcript->length, bytes, length);
    transcript->length += length;
    transcript->text[transcript->length] = '\0';
}

static void add_text(struct transcript *transcript, const char *text)
{
    add_bytes(transcript, text, strlen(text));
}

static const struct csv_dialect comma = {',', '"'}, no_quotes = {',', '\0'};

static void add_row(struct transcript *transcript, uint64_t line, enum csv_result result,
                    const struct elig_text *fields, size_t count)
{
    char number[sizeof "18446744073709551615"];
    snprintf(number, sizeof number, "%llu", (unsigned long long)line);
    add_text(transcript, number);
    if (result == CSV_BAD_QUOTE)
        add_text(transcript, "!quote");
    if (result == CSV_TOO_WIDE)
        add_text(transcript, "!wide");
    for (size_t i = 0; result == CSV_ROW && i < count; i++) {
        add_text(transcript, "<");
        add_bytes(transcript, fields[i].bytes, fields[i].length);
        add_text(transcript, ">");
    }
    add_text(transcript, " ");
}

/* Reads a block of rows with csv_next(), from a copy that is exactly as long, so that reading past it shows
 * under a sanitizer. Returns the number of rows. */
static size_t read_block(struct transcript *transcript, const char *bytes, size_t length, uint64_t line,
                         struct csv_dialect dialect, size_t capacity)
{
    struct elig_text fields[FIELDS_MAX];
    char *copy = malloc(length > 0 ? length : 1);
    assert_non_null(copy);
    memcpy(copy, bytes, length);

    struct csv_reader reader = {.at = copy, .left = length, .line = line, .dialect = dialect};
    struct csv_row row;
    size_t rows = 0;
    enum csv_result result;
    while ((result = csv_next(&reader, fields, capacity, &row)) != CSV_END) {
        assert_memory_equal(row.bytes, bytes + (row.bytes - copy), row.length);
        csv_unquote(&row, dialect, fields);
        add_row(transcript, row.line, result, fields, row.count);
        rows++;
    }
    assert_int_equal(reader.left, 0);
    free(copy);
    return rows;
}

/* The rules again, one byte at a time and with none of the module's means, to compare it with. */

static size_t line_end_at(const char *text, size_t length, size_t at)
{
    if (at >= length || (text[at] != '\r' && text[at] != '\n'))
        return 0;
    return text[at] == '\r' && at + 1 < length && text[at + 1] == '\n' ? 2 : 1;
}

struct reference {
    const char *text;
    size_t length;
    size_t at;
    uint64_t line;
    struct csv_dialect dialect;
    char field[TEXT_MAX];
    size_t field_length;
    bool bad_quote;
    bool never_closed;
};

static void reference_take(struct reference *reference)
{
    reference->field[reference->field_length++] = reference->text[reference->at++];
}

static void reference_quoted(struct reference *r)
{
    r->at++;
    while (r->at < r->length) {
        bool quote = r->text[r->at] == r->dialect.quote;
        if (quote && (r->at + 1 >= r->length || r->text[r->at + 1] != r->dialect.quote)) {
            r->at++;
            return;
        }
        if (quote)
            r->at++;
        size_t line_end = line_end_at(r->text, r->length, r->at);
        if (line_end > 0)
            r->line++;
        if (line_end > 1)
            reference_take(r);
        reference_take(r);
    }
    r->bad_quote = r->never_closed = true;
}

static void reference_field(struct reference *r)
{
    r->field_length = 0;
    bool quoted = r->dialect.quote != '\0' && r->at < r->length && r->text[r->at] == r->dialect.quote;
    if (quoted)
        reference_quoted(r);
    while (r->at < r->length && r->text[r->at] != r->dialect.delimiter &&
           line_end_at(r->text, r->length, r->at) == 0) {
        if (quoted)
            r->bad_quote = true;
        reference_take(r);
    }
}

/* Returns whether the text ends inside quotes. */
static bool reference_read(struct transcript *transcript, const char *text, size_t length,
                           struct csv_dialect dialect)
{
    struct reference r = {.text = text, .length = length, .line = 1, .dialect = dialect};
    while (r.at < length) {
        size_t line_end = line_end_at(text, length, r.at);
        if (line_end == 0) {
            uint64_t row_line = r.line;
            struct transcript row = {.length = 0};
            r.bad_quote = false;
            for (bool more = true; more; r.at += more) {
                reference_field(&r);
                add_text(&row, "<");
                add_bytes(&row, r.field, r.field_length);
                add_text(&row, ">");
                more = r.at < length && text[r.at] == dialect.delimiter;
            }
            add_row(transcript, row_line, r.bad_quote ? CSV_BAD_QUOTE : CSV_ROW, NULL, 0);
            if (!r.bad_quote) {
                transcript->length--; /* the space after the row */
                add_bytes(transcript, row.text, row.length);
                add_text(transcript, " ");
            }
            line_end = line_end_at(text, length, r.at);
        }
        r.line += line_end > 0;
        r.at += line_end;
    }
    return r.never_closed;
}

/* A small reproducible source of numbers (splitmix64). */
static uint64_t random_state = 1;

static size_t random_below(size_t limit)
{
    random_state += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t x = random_state;
    x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (size_t)((x ^ (x >> 31)) % limit);
}

/* Splits the text in chunks of 1 .. chunk_max bytes and reads each block of whole rows as it comes; the rest
 * is the last block. Returns the number of rows in that last one. */
static size_t read_in_chunks(struct transcript *transcript, const char *text, size_t length,
                             struct csv_dialect dialect, size_t chunk_max, struct csv_scan *scan)
{
    size_t block = 0, at = 0;
    uint64_t line = 1;

    *scan = csv_scan_start(dialect);
    while (at < length) {
        size_t chunk = 1 + random_below(chunk_max);
        if (chunk > length - at)
            chunk = length - at;
        if (csv_split(scan, text + at, chunk)) {
            size_t rows = scan->last_end.bytes;
            assert_true(scan->first_end.bytes <= rows && rows <= chunk);
            read_block(transcript, text + block, at + rows - block, line, dialect, FIELDS_MAX);
            block = at + rows;
            line = 1 + scan->last_end.newlines;
        }
        at += chunk;
    }
    return read_block(transcript, text + block, length - block, line, dialect, FIELDS_MAX);
}

/* Holds one text against the expected transcript: read whole, and in chunks of every size. */
static void assert_dialect_reads(const char *text, struct csv_dialect dialect, const char *expected)
{
    size_t length = strlen(text);
    struct transcript whole = {.length = 0};
    read_block(&whole, text, length, 1, dialect, FIELDS_MAX);
    assert_string_equal(whole.text, expected);

    for (size_t chunk_max = 1; chunk_max <= length; chunk_max++) {
        struct transcript chunked = {.length = 0};
        struct csv_scan scan;
        read_in_chunks(&chunked, text, length, dialect, chunk_max, &scan);
        assert_string_equal(chunked.text, expected);
    }
}

static void assert_reads(const char *text, char delimiter, const char *expected)
{
    assert_dialect_reads(text, (struct csv_dialect){delimiter, '"'}, expected);
}

static void a_row_is_its_fields(void **state)
{
    (void)state;
    assert_reads("id,email,phone\n1,a@example.com,010-1234-5678\n", ',',
                 "1<id><email><phone> 2<1><a@example.com><010-1234-5678> ");
}

static void empty_fields_are_fields(void **state)
{
    (void)state;
    assert_reads(",\na,\n,b\n,,\n", ',', "1<><> 2<a><> 3<><b> 4<><><> ");
}

static void an_empty_text_has_no_rows(void **state)
{
    (void)state;
    assert_reads("", ',', "");
}

static void the_last_line_end_may_be_missing(void **state)
{
    (void)state;
    assert_reads("a,b\nc,d", ',', "1<a><b> 2<c><d> ");
    assert_reads("a,b\nc,", ',', "1<a><b> 2<c><> ");
    assert_reads("a,b\n\"c\",\"d\"", ',', "1<a><b> 2<c><d> ");
}

static void cr_lf_is_one_line_end(void **state)
{
    (void)state;
    assert_reads("a,b\r\nc,d\r\n", ',', "1<a><b> 2<c><d> ");
}

static void a_lone_cr_is_a_line_end(void **state)
{
    (void)state;
    assert_reads("a,b\rc,d\re,f", ',', "1<a><b> 2<c><d> 3<e><f> ");
    assert_reads("a\r", ',', "1<a> ");
}

static void blank_lines_are_no_rows_but_count_as_lines(void **state)
{
    (void)state;
    assert_reads("\n\na\n\r\n\r\rb\n\n", ',', "3<a> 7<b> ");
    assert_reads("\n", ',', "");
    assert_reads("\r", ',', "");
}

static void a_line_of_white_space_is_a_row(void **state)
{
    (void)state;
    assert_reads(" \n\t\n", ',', "1< > 2<\t> ");
}

static void an_empty_pair_of_quotes_alone_is_a_row(void **state)
{
    (void)state;
    assert_reads("\"\"\na\n", ',', "1<> 2<a> ");
}

static void quotes_keep_delimiters_together(void **state)
{
    (void)state;
    assert_reads("\"a,b\",c\n\",\",\",,\"\n", ',', "1<a,b><c> 2<,><,,> ");
}

static void a_pair_of_quotes_is_one_quote(void **state)
{
    (void)state;
    assert_reads("\"say \"\"hello\"\"\",x\n\"\"\"\"\n\"\"\"a\"\n", ',', "1<say \"hello\"><x> 2<\"> 3<\"a> ");
}

static void line_ends_inside_quotes_are_kept_and_counted(void **state)
{
    (void)state;
    assert_reads("\"a\nb\",c\nd\n", ',', "1<a\nb><c> 3<d> ");
    assert_reads("\"a\r\nb\r\n\",c\r\nd\r\n", ',', "1<a\r\nb\r\n><c> 4<d> ");
    assert_reads("\"a\rb\",c\rd\r", ',', "1<a\rb><c> 3<d> ");
    assert_reads("\"\"\"\r\n\"\"\"\nd", ',', "1<\"\r\n\"> 3<d> ");
}

static void a_row_is_numbered_by_the_line_it_starts_at(void **state)
{
    (void)state;
    assert_reads("h\n\"a\n\n\nb\"\n\nc,\"d\ne\"\nf\n", ',', "1<h> 2<a\n\n\nb> 7<c><d\ne> 9<f> ");
}

static void a_quote_inside_an_unquoted_field_is_an_ordinary_byte(void **state)
{
    (void)state;
    assert_reads("a\"b,c\"\"d\" ,e\"\nf\n", ',', "1<a\"b><c\"\"d\" ><e\"> 2<f> ");
    assert_reads(" \"a\nb\"\n", ',', "1< \"a> 2<b\"> ");
}

static void bytes_after_a_closing_quote_spoil_only_their_row(void **state)
{
    (void)state;
    assert_reads("\"a\"b,c\nd,e\n", ',', "1!quote 2<d><e> ");
    assert_reads("a,\"b\" ,c\nd\n", ',', "1!quote 2<d> ");
    assert_reads("\"a\nb\"c\"d\ne\n", ',', "1!quote 3<e> ");
    assert_reads("\"a\"b\"\"\",\"c\"\nd\n", ',', "1!quote 2<d> ");
}

static void a_quote_that_never_closes_spoils_the_rest(void **state)
{
    (void)state;
    assert_reads("a\n\"b,c\nd,e\n", ',', "1<a> 2!quote ");
    assert_reads("a\n\"", ',', "1<a> 2!quote ");
    assert_reads("a\n\"b\"\"", ',', "1<a> 2!quote ");
}

static void other_delimiters_leave_commas_alone(void **state)
{
    (void)state;
    assert_reads("a,1;\"b;\";c\n", ';', "1<a,1><b;><c> ");
    assert_reads("a b\t\"c\td\"\t\n", '\t', "1<a b><c\td><> ");
    assert_reads("a|\"b\"\"\"|c;d\n", '|', "1<a><b\"><c;d> ");
}

static void rows_may_have_any_number_of_fields(void **state)
{
    (void)state;
    assert_reads("a\nb,c,d\ne,f\n", ',', "1<a> 2<b><c><d> 3<e><f> ");
}

static void fields_longer_than_many_words_are_read_whole(void **state)
{
    (void)state;
    assert_reads("0123456789abcdefghijklmnopqrstuvwxyz,\"0123456789\"\"abcdefghijklmnopqrstuvwxyz\"\nend\n",
                 ',',
                 "1<0123456789abcdefghijklmnopqrstuvwxyz><0123456789\"abcdefghijklmnopqrstuvwxyz> 2<end> ");
}

static void bytes_of_any_value_are_taken_as_they_are(void **state)
{
    (void)state;
    assert_reads("\xFF\x01\x8A\x8D\xA2,\xED\x99\x8D\n\x7F\x80,\x0B\x0C\n", ',',
                 "1<\xFF\x01\x8A\x8D\xA2><\xED\x99\x8D> 2<\x7F\x80><\x0B\x0C> ");
}

static void a_row_wider_than_the_capacity_is_passed_over(void **state)
{
    (void)state;
    const char text[] = "a,b\nc,d,e\nf,\"g\n\",h,i\nj\nk,l,\"m\"n\n";
    struct transcript transcript = {.length = 0};
    read_block(&transcript, text, sizeof text - 1, 1, comma, 2);
    assert_string_equal(transcript.text, "1<a><b> 2!wide 3!wide 5<j> 6!quote ");
}

static void without_quotes_every_line_is_a_row(void **state)
{
    (void)state;
    assert_dialect_reads("a,\"b\nc\",d\n\"e\"\"\n", no_quotes, "1<a><\"b> 2<c\"><d> 3<\"e\"\"> ");
    struct transcript transcript = {.length = 0};
    read_block(&transcript, "a\0b,\0\n", 6, 1, no_quotes, FIELDS_MAX);
    assert_string_equal(transcript.text, "1<a");
    assert_memory_equal(transcript.text, "1<a\0b><\0> ", 11);
}

static void any_byte_may_be_the_quote(void **state)
{
    (void)state;
    assert_dialect_reads("'a,b','it''s',\"c\n'd\ne'\n", (struct csv_dialect){',', '\''},
                         "1<a,b><it's><\"c> 2<d\ne> ");
}

static void a_row_says_how_many_lines_it_takes(void **state)
{
    (void)state;
    char text[] = "a\n\n\"b\n\r\nc\"\r\n\"d\"e,\"f\ng\"\nh";
    const struct {
        uint64_t line, lines;
    } expected[] = {{1, 1}, {3, 3}, {6, 2}, {8, 1}};
    struct csv_reader reader = {text, sizeof text - 1, 1, comma};
    struct elig_text fields[FIELDS_MAX];
    struct csv_row row;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        assert_int_equal(csv_next(&reader, fields, FIELDS_MAX, &row), i == 2 ? CSV_BAD_QUOTE : CSV_ROW);
        assert_int_equal(row.line, expected[i].line);
        assert_int_equal(row.lines, expected[i].lines);
    }
    assert_int_equal(csv_next(&reader, fields, FIELDS_MAX, &row), CSV_END);
}

static void a_reader_starts_at_the_line_it_is_told(void **state)
{
    (void)state;
    const char text[] = "\na\n\"b\n\"\nc";
    struct transcript transcript = {.length = 0};
    read_block(&transcript, text, sizeof text - 1, 100, comma, FIELDS_MAX);
    assert_string_equal(transcript.text, "101<a> 102<b\n> 104<c> ");
}

static void assert_ends(const struct csv_scan *scan, size_t first, uint64_t first_newlines, size_t last,
                        uint64_t last_newlines)
{
    assert_int_equal(scan->first_end.bytes, first);
    assert_int_equal(scan->first_end.newlines, first_newlines);
    assert_int_equal(scan->last_end.bytes, last);
    assert_int_equal(scan->last_end.newlines, last_newlines);
}

static void a_split_finds_the_first_and_the_last_end(void **state)
{
    (void)state;
    struct csv_scan scan = csv_scan_start(comma);
    assert_false(csv_split(&scan, "a,\"", 3));
    assert_true(scan.in_quotes);
    assert_true(csv_split(&scan, "\n\"\nb\r\nc", 7));
    assert_ends(&scan, 3, 2, 6, 3);
    assert_false(scan.in_quotes);
    assert_false(csv_split(&scan, "", 0));
    assert_true(csv_split(&scan, "\n", 1));
    assert_ends(&scan, 1, 4, 1, 4);
    assert_int_equal(scan.newlines, 4);
}

static void a_cr_at_the_end_of_a_chunk_waits_for_lf(void **state)
{
    (void)state;
    struct csv_scan scan = csv_scan_start(comma);
    assert_false(csv_split(&scan, "a\r", 2));
    assert_true(csv_split(&scan, "\nb\r", 3));
    assert_ends(&scan, 1, 1, 1, 1);
    assert_true(csv_split(&scan, "c\n", 2));
    assert_ends(&scan, 0, 2, 2, 3);
    assert_false(csv_split(&scan, "d\r", 2));
    assert_true(csv_split(&scan, "e", 1));
    assert_ends(&scan, 0, 4, 0, 4);
}

static void a_pair_of_quotes_cut_in_two_is_still_a_pair(void **state)
{
    (void)state;
    struct csv_scan scan = csv_scan_start(comma);
    assert_false(csv_split(&scan, "\"a\"", 3));
    assert_false(scan.in_quotes);
    assert_false(csv_split(&scan, "\"", 1));
    assert_true(scan.in_quotes);
    assert_true(csv_split(&scan, "\"\n", 2));
    assert_ends(&scan, 2, 1, 2, 1);
}

/* Comma, quote, CR and LF come often, so that every pair and triple of them occurs; runs of letters make the
 * texts long enough to be looked at by words. */
static size_t random_text(char *text)
{
    static const char alphabet[] = {'a', ',', '"', '\r', '\n', ';'};
    size_t letters = 1 + random_below(12);
    size_t length = random_below(1 + random_below(TEXT_MAX));
    for (size_t i = 0; i < length; i++) {
        size_t pick = random_below(sizeof alphabet - 1 + letters);
        text[i] = pick < letters ? alphabet[0] : alphabet[pick - letters + 1];
    }
    return length;
}

static void random_texts_read_alike_by_every_way(void **state)
{
    (void)state;
    for (size_t i = 0; i < RANDOM_TEXTS; i += test_stride()) {
        char text[TEXT_MAX];
        size_t length = random_text(text);
        static const char quotes[] = {'"', '"', '\0', ';'};
        struct csv_dialect dialect = {random_below(2) == 0 ? ',' : 'a', quotes[random_below(sizeof quotes)]};

        struct transcript expected = {.length = 0}, whole = {.length = 0};
        struct transcript chunked = {.length = 0}, at_once = {.length = 0};
        bool in_quotes = reference_read(&expected, text, length, dialect);
        read_block(&whole, text, length, 1, dialect, FIELDS_MAX);
        assert_string_equal(whole.text, expected.text);

        struct csv_scan scan;
        read_in_chunks(&chunked, text, length, dialect, 1 + random_below(20), &scan);
        assert_string_equal(chunked.text, expected.text);
        assert_int_equal(scan.in_quotes, in_quotes);

        /* Only the last, unfinished row may be left over when the text comes in one piece. */
        struct csv_scan one = csv_scan_start(dialect);
        size_t rows = csv_split(&one, text, length) ? one.last_end.bytes : 0;
        assert_true(read_block(&at_once, text + rows, length - rows, 1, dialect, FIELDS_MAX) <= 1);
        assert_int_equal(one.newlines, scan.newlines);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_is_its_fields),
        cmocka_unit_test(empty_fields_are_fields),
        cmocka_unit_test(an_empty_text_has_no_rows),
        cmocka_unit_test(the_last_line_end_may_be_missing),
        cmocka_unit_test(cr_lf_is_one_line_end),
        cmocka_unit_test(a_lone_cr_is_a_line_end),
        cmocka_unit_test(blank_lines_are_no_rows_but_count_as_lines),
        cmocka_unit_test(a_line_of_white_space_is_a_row),
        cmocka_unit_test(an_empty_pair_of_quotes_alone_is_a_row),
        cmocka_unit_test(quotes_keep_delimiters_together),
        cmocka_unit_test(a_pair_of_quotes_is_one_quote),
        cmocka_unit_test(line_ends_inside_quotes_are_kept_and_counted),
        cmocka_unit_test(a_row_is_numbered_by_the_line_it_starts_at),
        cmocka_unit_test(a_quote_inside_an_unquoted_field_is_an_ordinary_byte),
        cmocka_unit_test(bytes_after_a_closing_quote_spoil_only_their_row),
        cmocka_unit_test(a_quote_that_never_closes_spoils_the_rest),
        cmocka_unit_test(other_delimiters_leave_commas_alone),
        cmocka_unit_test(rows_may_have_any_number_of_fields),
        cmocka_unit_test(fields_longer_than_many_words_are_read_whole),
        cmocka_unit_test(bytes_of_any_value_are_taken_as_they_are),
        cmocka_unit_test(a_row_wider_than_the_capacity_is_passed_over),
        cmocka_unit_test(without_quotes_every_line_is_a_row),
        cmocka_unit_test(any_byte_may_be_the_quote),
        cmocka_unit_test(a_row_says_how_many_lines_it_takes),
        cmocka_unit_test(a_reader_starts_at_the_line_it_is_told),
        cmocka_unit_test(a_split_finds_the_first_and_the_last_end),
        cmocka_unit_test(a_cr_at_the_end_of_a_chunk_waits_for_lf),
        cmocka_unit_test(a_pair_of_quotes_cut_in_two_is_still_a_pair),
        cmocka_unit_test(random_texts_read_alike_by_every_way),
    };
    return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
