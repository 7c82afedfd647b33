/* SPDX-License-Identifier: Apache-2.0 */
/* file_type.c - a table of first bytes, and what no table can say: JSON, UTF-16, Excel's line. */
#include "lib/csv/file_type.h"

#include <string.h>

#define WORKBOOK \
    "save the sheet as CSV (UTF-8) in the program that wrote it, with its columns formatted as text"

#define LDIF "it is LDIF, a directory's export, whose lines are no columns: convert it to CSV"

#define STARTS(text, advice)           \
    {                                  \
        text, sizeof(text) - 1, advice \
    }

static const struct {
    const char *bytes;
    size_t length;
    const char *advice;
} types[] = {
    STARTS("\x1F\x8B", "it is compressed with gzip: pass the list on standard input, from 'gzip -dc FILE'"),
    STARTS("\x28\xB5\x2F\xFD",
           "it is compressed with zstd: pass the list on standard input, from 'zstd -dc FILE'"),
    STARTS("BZh", "it is compressed with bzip2: pass the list on standard input, from 'bzip2 -dc FILE'"),
    STARTS("\xFD"
           "7zXZ",
           "it is compressed with xz: pass the list on standard input, from 'xz -dc FILE'"),
    STARTS("PK\x03\x04", "it is a ZIP archive or an Excel workbook (.xlsx): unpack it, or " WORKBOOK),
    STARTS("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "it is an Excel workbook (.xls): " WORKBOOK),
    STARTS("SQLite format 3", "it is an SQLite database: export the table as CSV"),
    STARTS("PAR1", "it is a Parquet file: convert it to CSV"),
    STARTS("%PDF", "it is a PDF document, which has no columns: ask for the table that it was made of"),
    STARTS("<?xml", "it is XML: convert it to CSV"),
    STARTS("<html", "it is HTML: " WORKBOOK),
    STARTS("<!DOCTYPE", "it is HTML: " WORKBOOK),
    STARTS("BEGIN:VCARD",
           "it is a vCard file of contacts, whose lines are no columns: export the contacts as CSV"),
    STARTS("dn: ", LDIF),
    STARTS("dn:: ", LDIF),
    STARTS("version: 1\n", LDIF),
    STARTS("version: 1\r", LDIF),
    STARTS("# extended LDIF", LDIF),
    STARTS("# elig ", "it is a key file, not a list"),
    STARTS("sep=", "its first line is Excel's 'sep=', which is no row: remove it and give --delimiter"),
    STARTS("SEP=", "its first line is Excel's 'sep=', which is no row: remove it and give --delimiter"),
};

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/* Whether a text starts with an object, or with an array of objects or arrays. */
static bool is_json(const char *bytes, size_t length)
{
    size_t at = 0;
    char first, second;
    while (at < length && is_blank(bytes[at]))
        at++;
    first = at < length ? bytes[at++] : '\0';
    while (at < length && is_blank(bytes[at]))
        at++;
    second = at < length ? bytes[at] : '\0';
    return (first == '{' && (second == '"' || second == '}')) ||
           (first == '[' && (second == '{' || second == '['));
}

/* Whether a text of bytes is one of UTF-16 or UTF-32: it starts with their mark, or has zero bytes. */
static bool is_wide_text(const char *bytes, size_t length)
{
    return length >= 2 && (memcmp(bytes, "\xFF\xFE", 2) == 0 || memcmp(bytes, "\xFE\xFF", 2) == 0 ||
                           memchr(bytes, '\0', length) != NULL);
}

const char *file_type_advice(const char *bytes, size_t length, bool is_wide)
{
    static const char mark[] = {'\xEF', '\xBB', '\xBF'}; /* a byte order mark may stand before the rest */
    if (length >= sizeof mark && memcmp(bytes, mark, sizeof mark) == 0) {
        bytes += sizeof mark;
        length -= sizeof mark;
    }
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (length >= types[i].length && memcmp(bytes, types[i].bytes, types[i].length) == 0)
            return types[i].advice;
    if (is_json(bytes, length))
        return "it is JSON: convert it to CSV, such as with 'jq -r \"[.email, .phone] | @csv\" FILE'";
    if (!is_wide && is_wide_text(bytes, length < FILE_TYPE_BYTES ? length : FILE_TYPE_BYTES))
        return "it is UTF-16, or no text: give --encoding UTF-16 if it is (Excel's 'Unicode text' is, with "
               "tabs)";
    return NULL;
}
