/* SPDX-License-Identifier: Apache-2.0 */
/* test_encoding_name.c - names of encodings as other systems write them, all of which iconv then knows. */
#include <iconv.h>

#include "lib/csv/encoding_name.h"
#include "tests/support/test.h"

static const struct {
    const char *given, *name;
} names[] = {
    {"MS949", "CP949"},
    {"windows-949", "CP949"},
    {"x-windows-949", "CP949"},
    {"ks_c_5601-1987", "CP949"},
    {"KSC5601", "CP949"},
    {"949", "CP949"},
    {"cp949", "CP949"},
    {"KO16MSWIN949", "CP949"},
    {"cp51949", "EUC-KR"},
    {"cp65001", "UTF-8"},
    {"65001", "UTF-8"},
    {"UTF-8-SIG", "UTF-8"},
    {"utf_8_sig", "UTF-8"},
    {"utf8mb4", "UTF-8"},
    {"UTF8", "UTF-8"},
    {"MS932", "CP932"},
    {"windows-31j", "CP932"},
    {"x-SJIS", "CP932"},
    {"Shift_JIS", "CP932"},
    {"shift-jis", "CP932"},
    {"MS_Kanji", "CP932"},
    {"ms936", "CP936"},
    {"ms950", "CP950"},
    {"big5hkscs", "BIG5-HKSCS"},
    {"cp54936", "GB18030"},
    {"windows-1252", "CP1252"},
    {"WINDOWS1252", "CP1252"},
    {"Cp1254", "CP1254"},
    {"1256", "CP1256"},
    {"IBM437", "CP437"},
    {"latin_1", "ISO-8859-1"},
    {"Latin-9", "ISO-8859-15"},
    {"iso8859_15", "ISO-8859-15"},
    {"ISO 8859-9", "ISO-8859-9"},
    {"cp28605", "ISO-8859-15"},
    {"koi8_r", "KOI8-R"},
    {"mac_roman", "MACINTOSH"},
    {"x-MacRoman", "MACINTOSH"},
    {"x-UTF-16LE-BOM", "UTF-16LE"},
    {"utf_16_be", "UTF-16BE"},
    {"UnicodeLittle", "UTF-16LE"},
    {"cp1200", "UTF-16LE"},
    {"x-Johab", "JOHAB"},
};

static void names_of_other_systems_are_found_and_iconv_knows_them(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(names); i++) {
        char name[ENCODING_NAME_MAX];
        assert_true(encoding_name_find(names[i].given, name));
        assert_string_equal(name, names[i].name);
        iconv_t conversion = iconv_open("UTF-8", name);
        assert_true(conversion != (iconv_t)-1);
        iconv_close(conversion);
    }
}

static void other_names_are_left_to_iconv(void **state)
{
    (void)state;
    static const char *const others[] = {
        "",     "-",        "x",        "EUC-KR",        "ISO-2022-KR",
        "ansi", "windows-", "cp123456", "utf-8//IGNORE", "a name that is longer than any that an encoding has"};
    char name[ENCODING_NAME_MAX];
    for (size_t i = 0; i < LENGTH(others); i++)
        assert_false(encoding_name_find(others[i], name));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_other_systems_are_found_and_iconv_knows_them),
        cmocka_unit_test(other_names_are_left_to_iconv),
    };
    return cmocka_run_group_tests_name("encoding_name", tests, NULL, NULL);
}
