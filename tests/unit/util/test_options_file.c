/* SPDX-License-Identifier: Apache-2.0 */
/* test_options_file.c - options from a file, beside those of the command line. */
#include "lib/util/message.h"
#include "lib/util/options_file.h"
#include "tests/support/test.h"

struct target {
    struct options_file file;
    const char *name, *order, *limit;
    bool is_quick, wants_help;
    char words[64]; /* of --word, each after a blank */
};

static int add_word(void *target, const struct option_entry *option, const char *value)
{
    struct target *words = target;
    (void)option;
    strcat(words->words, " ");
    strcat(words->words, value);
    return strcmp(value, "bad") == 0 ? message_usage("a bad word") : 0;
}

#define TO(member) offsetof(struct target, member)
#define FIRST 1u
#define SECOND 2u

static const struct option_entry entries[] = {
    {NULL, NULL, "A heading", NULL, 0, FIRST | SECOND, 0, false},
    {"config", "FILE", "", options_file_set, TO(file), FIRST | SECOND, 0, false},
    {"name", "NAME", "", options_set_text, TO(name), FIRST, 'n', false},
    {"order", "ORDER", "", options_set_text, TO(order), SECOND, 0, false},
    {"quick", NULL, "", options_set_flag, TO(is_quick), FIRST, 0, false},
    {"word", "WORD", "", add_word, 0, FIRST, 0, true},
    {"limit", "[=N]", "", options_set_text, TO(limit), FIRST, 0, false},
    {"help", NULL, "", options_set_flag, TO(wants_help), FIRST | SECOND, 'h', false},
};

static const struct option_table table = {entries, LENGTH(entries), options_file_read, options_file_set, 0};

/* Parses a command line after the program's name, with a file of these options named by --config. */
static int parse(struct target *target, const char *options, char *argument, char *value)
{
    char *arguments[] = {
        (char *)"first", (char *)"--config", (char *)test_path("options"), argument, value, NULL};
    int count = argument == NULL ? 3 : value == NULL ? 4 : 5, first;
    *target = (struct target){.name = NULL};
    test_write_text(arguments[2], options);
    return options_parse(&table, FIRST, count, arguments, target, &first);
}

static void a_line_is_a_name_and_the_rest_of_the_line(void **state)
{
    (void)state;
    struct target target;
    assert_int_equal(parse(&target,
                           "\xEF\xBB\xBF# a comment\r\n\r\n  \t\n  # another\n"
                           "name  two words # and more\t \r\n\tquick\nword a=b",
                           NULL, NULL),
                     0);
    assert_string_equal(target.name, "two words # and more");
    assert_true(target.is_quick);
    assert_string_equal(target.words, " a=b");
    free(target.file.text);
}

static void lines_may_end_as_on_an_old_macintosh(void **state)
{
    (void)state;
    struct target target;
    assert_int_equal(parse(&target, "# a comment\rname lotus\rquick\r", NULL, NULL), 0);
    assert_string_equal(target.name, "lotus");
    assert_true(target.is_quick);
    free(target.file.text);
    assert_int_equal(parse(&target, "q", NULL, NULL), MESSAGE_E_USAGE);
    free(target.file.text);
}

static void a_value_may_be_optional(void **state)
{
    (void)state;
    struct target target;
    assert_int_equal(parse(&target, "limit\n", NULL, NULL), 0);
    assert_null(target.limit);
    free(target.file.text);
    assert_int_equal(parse(&target, "limit 5\n", NULL, NULL), 0);
    assert_string_equal(target.limit, "5");
    free(target.file.text);
}

static void the_command_line_overrules_and_adds(void **state)
{
    (void)state;
    struct target target;
    assert_int_equal(parse(&target, "name file\nword file\n", (char *)"--name=line", NULL), 0);
    assert_string_equal(target.name, "line");
    free(target.file.text);
    assert_int_equal(parse(&target, "name file\nword file\n", (char *)"--word", (char *)"line"), 0);
    assert_string_equal(target.name, "file");
    assert_string_equal(target.words, " file line");
    free(target.file.text);
    assert_int_equal(parse(&target, "name file\nbroken\n", (char *)"--help", NULL), 0);
    assert_true(target.wants_help);
    assert_null(target.name);
}

static void other_lines_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "unknown\n",   "--name x\n", "name\n",           "name \t\n",    "name = x\n",  "name=x\n",
        "quick yes\n", "quick=\n",   "order x\n",        "help\n",       "config x\n",  "word bad\n",
        "nam x\n",     "=\n",        "name a\nname b\n", "word\x01 x\n", "quick\nquick"};
    for (size_t i = 0; i < LENGTH(bad); i++) {
        struct target target;
        if (parse(&target, bad[i], NULL, NULL) != MESSAGE_E_USAGE)
            fail_msg("'%s'", bad[i]);
        free(target.file.text);
    }
}

static void a_file_has_a_size_and_is_text(void **state)
{
    (void)state;
    struct target target;
    char *large = malloc(OPTIONS_FILE_MAX + 2);
    assert_non_null(large);
    memset(large, '\n', OPTIONS_FILE_MAX + 1);
    large[OPTIONS_FILE_MAX + 1] = '\0';
    assert_int_equal(parse(&target, large, NULL, NULL), MESSAGE_E_USAGE);
    free(target.file.text);
    large[OPTIONS_FILE_MAX] = '\0';
    assert_int_equal(parse(&target, large, NULL, NULL), 0);
    free(target.file.text);
    free(large);

    char *arguments[] = {(char *)"first", (char *)"--config", (char *)test_path("zero"), NULL};
    int first;
    test_write_bytes(arguments[2], "quick\0\n", 7);
    target = (struct target){.name = NULL};
    assert_int_equal(options_parse(&table, FIRST, 3, arguments, &target, &first), MESSAGE_E_USAGE);
    free(target.file.text);
    static const char *const wide[] = {"\xFF\xFEq\0u\0", "\xFE\xFF\0q\0u", "q\0u\0i\0", "\0q\0u\0i"};
    for (size_t i = 0; i < LENGTH(wide); i++) {
        test_write_bytes(arguments[2], wide[i], 6);
        target = (struct target){.name = NULL};
        assert_int_equal(options_parse(&table, FIRST, 3, arguments, &target, &first), MESSAGE_E_USAGE);
        free(target.file.text);
    }
    arguments[2] = (char *)test_path("missing");
    target = (struct target){.name = NULL};
    assert_int_equal(options_parse(&table, FIRST, 3, arguments, &target, &first), MESSAGE_E_PRINTED);
    free(target.file.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_a_name_and_the_rest_of_the_line),
        cmocka_unit_test(lines_may_end_as_on_an_old_macintosh),
        cmocka_unit_test(a_value_may_be_optional),
        cmocka_unit_test(the_command_line_overrules_and_adds),
        cmocka_unit_test(other_lines_are_refused),
        cmocka_unit_test(a_file_has_a_size_and_is_text),
    };
    return cmocka_run_group_tests_name("options_file", tests, test_folder_make, test_folder_remove);
}
