/* SPDX-License-Identifier: Apache-2.0 */
/* test_file_type.c - files that are no lists are named, and lists are not. */
#include "lib/csv/file_type.h"
#include "tests/support/test.h"

static const char *advice(const char *bytes, size_t length, bool is_wide)
{
    return file_type_advice(bytes, length, is_wide);
}

#define ADVICE(text) advice(text, sizeof(text) - 1, false)

static void files_that_are_no_lists_are_named(void **state)
{
    (void)state;
    const struct {
        const char *said, *advice;
    } cases[] = {
        {"gzip", ADVICE("\x1F\x8B\x08\x00")},
        {"zstd", ADVICE("\x28\xB5\x2F\xFD\x04")},
        {"bzip2", ADVICE("BZh91AY")},
        {"xz", ADVICE("\xFD"
                      "7zXZ\x00")},
        {".xlsx", ADVICE("PK\x03\x04\x14")},
        {".xls", ADVICE("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")},
        {"SQLite", ADVICE("SQLite format 3\x00")},
        {"Parquet", ADVICE("PAR1\x15")},
        {"PDF", ADVICE("%PDF-1.7\n")},
        {"XML", ADVICE("<?xml version=\"1.0\"?>")},
        {"HTML", ADVICE("<html><table>")},
        {"HTML", ADVICE("\xEF\xBB\xBF<!DOCTYPE html>")},
        {"JSON", ADVICE("{\"email\": \"a@example.com\"}\n")},
        {"JSON", ADVICE(" [\n  {\"email\":1}]")},
        {"JSON", ADVICE("[[1,2]]")},
        {"sep=", ADVICE("sep=;\nemail;phone\n")},
        {"sep=", ADVICE("\xEF\xBB\xBFsep=;\r\n")},
        {"key file", ADVICE("# elig secret. Keep it")},
        {"UTF-16", ADVICE("\xFF\xFE"
                          "e\x00m\x00")},
        {"UTF-16", ADVICE("\xFE\xFF\x00"
                          "e")},
        {"UTF-16", ADVICE("e\x00m\x00")},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        assert_non_null(cases[i].advice);
        assert_non_null(strstr(cases[i].advice, cases[i].said));
    }
}

static void lists_are_not_named(void **state)
{
    (void)state;
    assert_null(ADVICE(""));
    assert_null(ADVICE("e"));
    assert_null(ADVICE("email,phone\n"));
    assert_null(ADVICE("\"email\",\"phone\"\n"));
    assert_null(ADVICE("{curly},phone\n"));
    assert_null(ADVICE("[id],phone\n"));
    assert_null(ADVICE("separator,phone\n"));
    assert_null(ADVICE("\xEF\xBB\xBF\xEC\x9D\xB4\xEB\xA6\x84,phone\n"));
    assert_null(ADVICE("\xC0\xCC\xB8\xA7,phone\n")); /* CP949 */
    assert_null(advice("\xFF\xFE"
                       "e\x00",
                       4, true));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_that_are_no_lists_are_named),
        cmocka_unit_test(lists_are_not_named),
    };
    return cmocka_run_group_tests_name("file_type", tests, NULL, NULL);
}
