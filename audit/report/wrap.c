/* SPDX-License-Identifier: Apache-2.0 */
/* wrap.c - line breaking with the character widths of libunistring. */
#include "audit/report/wrap.h"

#include <string.h>
#include <unistr.h>
#include <uniwidth.h>

/* The character at text: returns its bytes, and its columns in *columns. */
static size_t read_character(const char *text, unsigned *columns)
{
    ucs4_t point;
    int bytes = u8_strmbtouc(&point, (const uint8_t *)text);
    int width = uc_width(point, "UTF-8");
    *columns = width > 0 ? (unsigned)width : 0;
    return bytes > 0 ? (size_t)bytes : 1;
}

struct wrap_line wrap_cut(const char *text, unsigned width)
{
    struct wrap_line line = {.start = text};
    while (text[line.bytes] != '\0') {
        unsigned columns;
        size_t bytes = read_character(text + line.bytes, &columns);
        if (columns > width - line.columns)
            break;
        line.bytes += bytes;
        line.columns += columns;
    }
    return line;
}

static unsigned columns_of(const char *text, size_t bytes)
{
    unsigned sum = 0;
    for (size_t at = 0; at < bytes;) {
        unsigned columns;
        at += read_character(text + at, &columns);
        sum += columns;
    }
    return sum;
}

unsigned wrap_columns(const char *text)
{
    return columns_of(text, strlen(text));
}

bool wrap_next(const char **rest, unsigned width, struct wrap_line *line)
{
    const char *start = *rest + strspn(*rest, " ");
    *line = wrap_cut(start, width);
    *rest = start;
    if (*start == '\0')
        return false;
    if (line->bytes == 0)
        line->bytes = read_character(start, &line->columns);
    size_t bytes = line->bytes;
    if (start[bytes] != '\0' && start[bytes] != ' ')
        while (bytes > 0 && start[bytes - 1] != ' ') /* back to the beginning of this word */
            bytes--;
    while (bytes > 0 && start[bytes - 1] == ' ')
        bytes--;
    if (bytes > 0) /* otherwise the word is longer than the line and is broken */
        *line = (struct wrap_line){.start = start, .bytes = bytes, .columns = columns_of(start, bytes)};
    *rest = start + line->bytes;
    *rest += strspn(*rest, " ");
    return true;
}
