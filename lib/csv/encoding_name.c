/* SPDX-License-Identifier: Apache-2.0 */
/* encoding_name.c - a table of names, and the rules for names with a number in them. */
#include "lib/csv/encoding_name.h"

#include <ctype.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* Names in lower case without separators, and iconv's. */
static const struct {
    const char *given, *name;
} names[] = {
    {"utf8", "UTF-8"},
    {"utf8sig", "UTF-8"},
    {"utf8bom", "UTF-8"},
    {"utf8mb3", "UTF-8"},
    {"utf8mb4", "UTF-8"},
    {"al32utf8", "UTF-8"},
    {"cp65001", "UTF-8"},
    {"utf16", "UTF-16"},
    {"utf16le", "UTF-16LE"},
    {"utf16lebom", "UTF-16LE"},
    {"unicodelittle", "UTF-16LE"},
    {"unicodelittleunmarked", "UTF-16LE"},
    {"cp1200", "UTF-16LE"},
    {"utf16be", "UTF-16BE"},
    {"utf16bebom", "UTF-16BE"},
    {"unicodebig", "UTF-16BE"},
    {"unicodebigunmarked", "UTF-16BE"},
    {"cp1201", "UTF-16BE"},
    {"utf32", "UTF-32"},
    {"utf32le", "UTF-32LE"},
    {"cp12000", "UTF-32LE"},
    {"utf32be", "UTF-32BE"},
    {"cp12001", "UTF-32BE"},
    {"ksc5601", "CP949"},
    {"ksc56011987", "CP949"},
    {"ksx1001", "CP949"},
    {"ko16mswin949", "CP949"},
    {"ko16ksc5601", "EUC-KR"},
    {"cp51949", "EUC-KR"},
    {"cp20949", "EUC-KR"},
    {"cp1361", "JOHAB"},
    {"johab", "JOHAB"},
    {"sjis", "CP932"},
    {"shiftjis", "CP932"},
    {"mskanji", "CP932"},
    {"csshiftjis", "CP932"},
    {"ja16sjis", "CP932"},
    {"windows31j", "CP932"},
    {"cp51932", "EUC-JP"},
    {"cp20932", "EUC-JP"},
    {"cp54936", "GB18030"},
    {"cp51936", "EUC-CN"},
    {"cp20936", "EUC-CN"},
    {"big5hkscs", "BIG5-HKSCS"},
    {"cp28591", "ISO-8859-1"},
    {"cp28592", "ISO-8859-2"},
    {"cp28595", "ISO-8859-5"},
    {"cp28599", "ISO-8859-9"},
    {"cp28605", "ISO-8859-15"},
    {"cp20127", "ASCII"},
    {"cp20866", "KOI8-R"},
    {"koi8r", "KOI8-R"},
    {"cp21866", "KOI8-U"},
    {"koi8u", "KOI8-U"},
    {"cp10000", "MACINTOSH"},
    {"macroman", "MACINTOSH"},
    {"latin1", "ISO-8859-1"},
    {"latin2", "ISO-8859-2"},
    {"latin5", "ISO-8859-9"},
    {"latin9", "ISO-8859-15"},
};

/* What stands before the number of a code page; "" last, since all names begin with it. */
static const char *const code_pages[] = {"cp", "windows", "win", "ms", "ibm", ""};

/* Lower case, without separators. False if that is too long for any name. */
static bool simplify(const char *given, char simple[ENCODING_NAME_MAX])
{
    size_t length = 0;
    for (; *given != '\0'; given++) {
        if (strchr("-_ .", *given) != NULL)
            continue;
        if (length == ENCODING_NAME_MAX - 1)
            return false;
        simple[length++] = (char)tolower((unsigned char)*given);
    }
    simple[length] = '\0';
    return length > 0;
}

static bool find_in_table(const char *simple, char name[ENCODING_NAME_MAX])
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i].given, simple) == 0) {
            snprintf(name, ENCODING_NAME_MAX, "%s", names[i].name);
            return true;
        }
    return false;
}

static bool is_number(const char *text)
{
    size_t length = strlen(text);
    return length > 0 && length <= 5 && strspn(text, "0123456789") == length;
}

/* The name of a numbered encoding: a part of ISO 8859, or a code page, which may be in the table, too. */
static bool find_number(const char *simple, char name[ENCODING_NAME_MAX])
{
    static const char iso[] = "iso8859";
    if (strncmp(simple, iso, sizeof iso - 1) == 0 && is_number(simple + sizeof iso - 1)) {
        snprintf(name, ENCODING_NAME_MAX, "ISO-8859-%s", simple + sizeof iso - 1);
        return true;
    }
    for (size_t i = 0; i < sizeof code_pages / sizeof *code_pages; i++) {
        size_t length = strlen(code_pages[i]);
        if (strncmp(simple, code_pages[i], length) != 0 || !is_number(simple + length))
            continue;
        char code_page[ENCODING_NAME_MAX];
        snprintf(code_page, sizeof code_page, "cp%.5s", simple + length);
        if (!find_in_table(code_page, name))
            snprintf(name, ENCODING_NAME_MAX, "CP%.5s", simple + length);
        return true;
    }
    return false;
}

bool encoding_name_find(const char *given, char name[ENCODING_NAME_MAX])
{
    char text[ENCODING_NAME_MAX];
    if (!simplify(given, text))
        return false;
    const char *simple = text;
    simple += simple[0] == 'x'; /* "x-windows-949", "x-sjis": not registered */
    return find_in_table(simple, name) || find_number(simple, name);
}
