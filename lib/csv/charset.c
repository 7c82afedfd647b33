/* SPDX-License-Identifier: Apache-2.0 */
/* charset.c - a thin layer over iconv(3): ends of chunks, bytes that cannot be decoded, and byte order marks.
 */
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE /* explicit_bzero() */
#endif

#include "lib/csv/charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/csv/encoding_name.h"
#include "lib/csv/utf8_stream.h"

#define UTF8_NAME "UTF-8"
#define ASCII_NAME "ASCII"

/* U+FEFF in UTF-8. */
static const char byte_order_mark[] = {'\xEF', '\xBB', '\xBF'};

/* No encoding spends as many bytes as this on one character, shift sequence included: an input that is
 * "incomplete" for longer is simply wrong. */
#define CHARACTER_BYTES_MAX 16

#define BUFFER_BYTES 16384

/* How much of some bytes is UTF-8: what is another encoding's has many faults beside the few characters that
 * pass by accident. */
struct utf8_counts {
    struct utf8_stream stream;
    uint64_t characters, faults;           /* beyond ASCII, of all lines before the present one */
    uint64_t line_characters, line_faults; /* of the present line */
    uint64_t good_lines, bad_lines;        /* lines beyond ASCII without faults, and with */
};

/* Characters beyond ASCII that are no accident, and how many of them there are at least for each fault. */
#define UTF8_CHARACTERS_MIN 4
#define UTF8_CHARACTERS_A_FAULT 10

/* Among how many lines beyond ASCII one that is UTF-8 throughout is no accident. Of names of two characters it
 * is one of 50 in EUC-JP and one of 30 in GB18030, of longer ones fewer; in encodings of western Europe a
 * letter and a sign after it are UTF-8, which no word has. */
#define UTF8_LINES_SHARE 10

struct charset {
    iconv_t conversion; /* if converts */
    bool converts;
    bool started;    /* past the place where a byte order mark may stand */
    size_t unit;     /* bytes in the encoding's smallest unit */
    bool is_western; /* of western Europe */
    size_t kept;     /* bytes of input waiting for more: in buffer if converts, else of byte_order_mark */
    uint64_t undecodable;
    struct utf8_counts utf8;
    char buffer[BUFFER_BYTES];
};

enum stop { ALL_CONVERTED, INCOMPLETE, OUT_IS_FULL };

/*
 * How wide the encoding's units are: 2 for UTF-16, 4 for UTF-32, 1 for nearly all else. Measured on a letter
 * rather than kept as a list of names; the letter before it draws off any byte order mark or header.
 */
static size_t measure_unit(const char *encoding)
{
    iconv_t conversion = iconv_open(encoding, ASCII_NAME);
    if (conversion == (iconv_t)-1)
        return 1;

    size_t unit = 0;
    for (int i = 0; i < 2; i++) {
        char letter[] = "A", out[CHARSET_ROOM_MIN];
        char *from = letter, *to = out;
        size_t left = 1, room = sizeof out;
        if (iconv(conversion, &from, &left, &to, &room) == (size_t)-1)
            break;
        unit = sizeof out - room;
    }
    iconv_close(conversion);
    return unit > 0 ? unit : 1;
}

/* Whether a byte is this character of UTF-8. */
static bool is_character(iconv_t conversion, char byte, const char *character)
{
    char out[CHARSET_ROOM_MIN], *from = &byte, *to = out;
    size_t left = 1, room = sizeof out, length = strlen(character);
    bool is_converted = iconv(conversion, &from, &left, &to, &room) != (size_t)-1 &&
                        iconv(conversion, NULL, NULL, &to, &room) != (size_t)-1;
    iconv(conversion, NULL, NULL, NULL, NULL);
    return is_converted && (size_t)(to - out) == length && memcmp(out, character, length) == 0;
}

/* Whether printable characters of ASCII stand for themselves. In a few encodings '~' or '\\' is another
 * character, so that a text with such a character would be listed as something that no one types. */
static bool keeps_ascii(iconv_t conversion)
{
    for (int c = ' '; c <= '~'; c++)
        if (!is_character(conversion, (char)c, (char[]){(char)c, '\0'}))
            return false;
    return true;
}

/* Opens the conversion from an encoding by iconv's name for it. */
static int open_conversion(struct charset *charset, const char *encoding)
{
    /* An empty name would mean the locale's encoding, and answers must not depend on the locale. */
    if (*encoding == '\0' || strchr(encoding, '/') != NULL)
        return ELIG_E_ARGUMENT;
    charset->conversion = iconv_open(UTF8_NAME, encoding);
    if (charset->conversion == (iconv_t)-1)
        return errno == ENOMEM ? ELIG_E_MEMORY : ELIG_E_ARGUMENT;
    charset->unit = measure_unit(encoding);
    if (charset->unit == 1 && !keeps_ascii(charset->conversion)) {
        iconv_close(charset->conversion);
        return ELIG_E_ARGUMENT;
    }
    charset->is_western =
        is_character(charset->conversion, '\xE9', "é") && is_character(charset->conversion, '\xE6', "æ");
    charset->converts = true;
    return 0;
}

int charset_open(struct charset **out, const char *encoding)
{
    char name[ENCODING_NAME_MAX];
    *out = NULL;
    struct charset *charset = calloc(1, sizeof *charset);
    if (charset == NULL)
        return ELIG_E_MEMORY;
    if (encoding == NULL)
        encoding = UTF8_NAME;
    else if (encoding_name_find(encoding, name))
        encoding = name;
    int error = strcmp(encoding, UTF8_NAME) == 0 ? 0 : open_conversion(charset, encoding);
    if (error != 0) {
        free(charset);
        return error;
    }
    *out = charset;
    return 0;
}

/* Drops a byte order mark, which may come in pieces, and copies the rest. */
static size_t pass_through(struct charset *charset, const char **input, size_t *left, char *out, size_t room)
{
    size_t written = 0;
    while (!charset->started && *left > 0) {
        if (**input == byte_order_mark[charset->kept]) {
            ++*input;
            --*left;
            charset->kept++;
            charset->started = charset->kept == sizeof byte_order_mark;
        } else {
            memcpy(out, byte_order_mark, charset->kept);
            written = charset->kept;
            charset->started = true;
        }
    }

    size_t count = *left < room - written ? *left : room - written;
    memcpy(out + written, *input, count);
    *input += count;
    *left -= count;
    return written + count;
}

static void end_line(struct utf8_counts *counts)
{
    counts->characters += counts->line_characters;
    counts->faults += counts->line_faults;
    counts->good_lines += counts->line_characters > 0 && counts->line_faults == 0;
    counts->bad_lines += counts->line_faults > 0;
    counts->line_characters = counts->line_faults = 0;
}

static void count_utf8(struct utf8_counts *counts, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        enum utf8_step step = utf8_stream_add(&counts->stream, (uint8_t)bytes[i]);
        counts->line_characters += step == UTF8_CHARACTER;
        counts->line_faults += step == UTF8_FAULT;
        if (bytes[i] == '\n' || bytes[i] == '\r')
            end_line(counts);
    }
}

static enum stop convert(struct charset *charset, char **from, size_t *left, char **to, size_t *room)
{
    while (*left > 0) {
        if (iconv(charset->conversion, from, left, to, room) != (size_t)-1)
            continue;
        if (errno == E2BIG || *room == 0)
            return OUT_IS_FULL;
        if (errno == EINVAL && *left < CHARACTER_BYTES_MAX)
            return INCOMPLETE;
        /* One unit is given up, not a whole supposed character: what follows a stray lead byte may well be
         * the delimiter or the line end. */
        size_t skipped = *left < charset->unit ? *left : charset->unit;
        *from += skipped;
        *left -= skipped;
        *(*to)++ = CHARSET_BAD_BYTE;
        --*room;
        charset->undecodable++;
    }
    return ALL_CONVERTED;
}

/* Fills the buffer up from the input, converts it, and keeps or gives back what could not be converted yet. */
static enum stop convert_some(struct charset *charset, const char **input, size_t *left, char **to,
                              size_t *room)
{
    size_t space = sizeof charset->buffer - charset->kept;
    size_t taken = *left < space ? *left : space;
    memcpy(charset->buffer + charset->kept, *input, taken);

    char *from = charset->buffer;
    size_t rest = charset->kept + taken;
    enum stop stop = convert(charset, &from, &rest, to, room);

    /* With out full, bytes of this input go back to the caller; those of an earlier input stay kept. */
    size_t given_back = 0;
    if (stop == OUT_IS_FULL)
        given_back = rest < taken ? rest : taken;
    charset->kept = rest - given_back;
    memmove(charset->buffer, from, charset->kept);
    count_utf8(&charset->utf8, *input, taken - given_back);
    *input += taken - given_back;
    *left -= taken - given_back;
    return stop;
}

/* How many of the characters are control characters of C1, U+0080 to U+009F, which no text has, but which some
 * conversions make of bytes that are no characters of their encoding. */
static uint64_t count_controls(const char *bytes, size_t length)
{
    uint64_t count = 0;
    const char *end = bytes + length;
    for (const char *at = bytes; (at = memchr(at, '\xC2', (size_t)(end - at))) != NULL; at++)
        count += end - at > 1 && (uint8_t)at[1] < 0xA0;
    return count;
}

size_t charset_feed(struct charset *charset, const char **input, size_t *left, char *out, size_t room)
{
    if (!charset->converts)
        return *left > 0 ? pass_through(charset, input, left, out, room) : 0;

    char *to = out;
    size_t to_room = room;
    enum stop stop = ALL_CONVERTED;
    while (*left > 0 && stop != OUT_IS_FULL)
        stop = convert_some(charset, input, left, &to, &to_room);

    size_t written = room - to_room;
    charset->undecodable += count_controls(out, written);
    if (!charset->started && written > 0) {
        /* iconv writes whole characters, so a mark is here in one piece or not at all. */
        charset->started = true;
        if (written >= sizeof byte_order_mark && memcmp(out, byte_order_mark, sizeof byte_order_mark) == 0) {
            written -= sizeof byte_order_mark;
            memmove(out, out + sizeof byte_order_mark, written);
        }
    }
    return written;
}

size_t charset_finish(struct charset *charset, char *out, size_t room)
{
    size_t written = 0;
    if (charset->converts) {
        /* What the conversion itself holds back came before the bytes that are kept here. */
        char *to = out;
        size_t to_room = room;
        if (iconv(charset->conversion, NULL, NULL, &to, &to_room) == (size_t)-1)
            iconv(charset->conversion, NULL, NULL, NULL, NULL);
        written = room - to_room;
        memset(out + written, CHARSET_BAD_BYTE, charset->kept);
        charset->undecodable += charset->kept;
        written += charset->kept;
    } else if (!charset->started) {
        memcpy(out, byte_order_mark, charset->kept);
        written = charset->kept;
    }
    explicit_bzero(charset->buffer, sizeof charset->buffer);
    charset->kept = 0;
    charset->started = false;
    return written;
}

struct charset_doubts charset_doubts(const struct charset *charset)
{
    struct utf8_counts utf8 = charset->utf8;
    end_line(&utf8);
    uint64_t good_lines_min = charset->is_western ? 1 : 1 + utf8.bad_lines / UTF8_LINES_SHARE;
    bool may_be_utf8 = utf8.characters > 0 && utf8.characters >= utf8.faults * UTF8_CHARACTERS_A_FAULT;
    return (struct charset_doubts){.undecodable = charset->undecodable,
                                   .may_be_utf8 = may_be_utf8,
                                   .is_utf8 = may_be_utf8 && utf8.characters >= UTF8_CHARACTERS_MIN,
                                   .utf8_lines = utf8.good_lines,
                                   .other_lines = utf8.bad_lines,
                                   .is_mixed = utf8.bad_lines > 0 && utf8.good_lines >= good_lines_min};
}

bool charset_is_wide(const struct charset *charset)
{
    return charset->unit > 1;
}

bool charset_is_utf8(const struct charset *charset)
{
    return !charset->converts;
}

void charset_close(struct charset *charset)
{
    if (charset == NULL)
        return;
    if (charset->converts)
        iconv_close(charset->conversion);
    explicit_bzero(charset, sizeof *charset);
    free(charset);
}
