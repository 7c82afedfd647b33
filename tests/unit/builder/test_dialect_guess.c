/* SPDX-License-Identifier: Apache-2.0 */
/* test_dialect_guess.c - delimiters, quotes, and lines above the header. */
#include "builder/inspect/dialect_guess.h"
#include "tests/support/test.h"

static struct dialect_guess guess_text(const char *text, char delimiter)
{
    struct dialect_guess guess;
    test_write_text(test_path("list"), text);
    assert_int_equal(dialect_guess_file(test_path("list"), NULL, delimiter, &guess), 0);
    return guess;
}

static const struct {
    const char *text;
    char delimiter;
    unsigned fields;
    enum dialect_quoting quoting;
    unsigned titles;
} lists[] = {
    {"a,b,c\n1,2,3\n4,5,6\n", ',', 3, DIALECT_NO_QUOTES, 0},
    {"a\tb\n1,5\t2\n3,7\t4\n", '\t', 2, DIALECT_NO_QUOTES, 0},
    {"a;b;c\nSeoul, A;1;2\nBusan, B;3;4\n", ';', 3, DIALECT_NO_QUOTES, 0},
    {"a|b\n1|2\n", '|', 2, DIALECT_NO_QUOTES, 0},
    {"a\nb\nc\n", ',', 1, DIALECT_NO_QUOTES, 0},
    {"a,b\n\"Seoul, A\",1\n\"Busan, B\",2\n", ',', 2, DIALECT_QUOTES, 0},
    {"a,b\n1,\"two\nlines\"\n2,\"more\nlines\"\n", ',', 2, DIALECT_QUOTES, 0},
    {"a,b\n1,2\n3,\"nick\n5,6\n7,nick\"\n9,0\n", ',', 2, DIALECT_STRAY_QUOTES, 0},
    {"a,b,c\n1,\"x, y\",2\n3,\"x, y\",\"nick\n5,\"x, y\",6\n", ',', 3, DIALECT_MIXED_QUOTES, 0},
    {"Title\n\nPrinted\na,b\n1,2\n3,4\n5,6\n", ',', 2, DIALECT_NO_QUOTES, 2},
    {"a,b\n1 \"one\",2\n3,4\n", ',', 2, DIALECT_NO_QUOTES, 0},
};

static void most_lines_decide(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(lists); i++) {
        struct dialect_guess guess = guess_text(lists[i].text, '\0');
        if (guess.dialect.delimiter != lists[i].delimiter || guess.fields != lists[i].fields ||
            guess.quoting != lists[i].quoting || guess.title_lines != lists[i].titles)
            fail_msg("%zu: '%c', %u fields, quoting %d, %d titles", i, guess.dialect.delimiter, guess.fields,
                     (int)guess.quoting, (int)guess.title_lines);
        assert_int_equal(guess.dialect.quote, guess.quoting == DIALECT_STRAY_QUOTES ? '\0' : '"');
    }
}

static void stray_quotes_are_located(void **state)
{
    (void)state;
    struct dialect_guess guess = guess_text("a,b\n1,\"x\n2,y\n3,\"z\n4,5\n", '\0');
    assert_int_equal(guess.quoting, DIALECT_STRAY_QUOTES);
    assert_int_equal(guess.open_lines, 2);
    assert_int_equal(guess.first_open[0], 2);
    assert_int_equal(guess.first_open[1], 4);
}

static void other_separators_of_single_fields_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *text, *unknown;
        bool is_fixed_width;
    } singles[] = {
        {"lotus^1\ncedar^2\n", "'^'", false},
        {"lotus\x01"
         "1\ncedar\x01"
         "2\n",
         "the control character 1", false},
        {"lotus\uFF0C1\ncedar\uFF0C2\n", "'\uFF0C'", false},
        {"lotus   1\ncedar   2\n", "", true},
        {"lotus^1\ncedar\n", "", false},
        {"lotus-a\ncedar-b\n", "", false},
        {"lotus^1,a\ncedar^2,b\n", "", false},
    };
    for (size_t i = 0; i < LENGTH(singles); i++) {
        struct dialect_guess guess = guess_text(singles[i].text, '\0');
        assert_string_equal(guess.unknown, singles[i].unknown);
        assert_int_equal(guess.is_fixed_width, singles[i].is_fixed_width);
    }
}

static void a_delimiter_can_be_given(void **state)
{
    (void)state;
    struct dialect_guess guess = guess_text("a,b#c\n1,2#3\n", '#');
    assert_int_equal(guess.dialect.delimiter, '#');
    assert_int_equal(guess.fields, 2);
    assert_int_equal(guess_text("\n\n", '\0').fields, 0);
    assert_int_equal(dialect_guess_file(test_path("missing"), NULL, '\0', &guess), ELIG_E_READ);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(most_lines_decide),
        cmocka_unit_test(stray_quotes_are_located),
        cmocka_unit_test(other_separators_of_single_fields_are_named),
        cmocka_unit_test(a_delimiter_can_be_given),
    };
    return cmocka_run_group_tests_name("dialect_guess", tests, test_folder_make, test_folder_remove);
}
