/* SPDX-License-Identifier: Apache-2.0 */
/*
 * charset.h - bytes in any encoding that iconv(3) knows to UTF-8, as a stream.
 *
 * What cannot be decoded does not end the stream: each such byte (each such unit, in encodings of wider units)
 * becomes CHARSET_BAD_BYTE, which no valid UTF-8 contains, so the cell that holds it is refused later, with its
 * line number, and the rest of the file is used. UTF-8 is passed through as it is, valid or not:
 * canonical forms check it.
 *
 * A byte order mark at the start of the input is dropped, in every encoding that has one.
 *
 * Threads: a decoder belongs to one thread at a time.
 */
#ifndef ELIG_CHARSET_H
#define ELIG_CHARSET_H

#include <stdbool.h>
#include <stddef.h>

#include "include/elig.h"

#define CHARSET_BAD_BYTE '\xFF'

/* Room that charset_feed() and charset_finish() need: longer than what one character, or the state an encoding
 * may hold back, becomes in UTF-8. */
#define CHARSET_ROOM_MIN 64

struct charset;

/*
 * Makes a decoder for encoding, a name of iconv's such as "CP949" or "UTF-16LE", or one that encoding_name.h
 * knows. NULL and names of UTF-8 pass bytes through. iconv's suffixes such as "//IGNORE" are refused, since
 * they lose bytes silently.
 *
 * Stores the decoder in *out and returns 0; the caller frees it with charset_close(). On failure stores NULL
 * and returns ELIG_E_ARGUMENT when the encoding is unknown, or has bytes for its characters and other ones than
 * ASCII has for those of ASCII, such as JOHAB, UTF-7 and EBCDIC; ELIG_E_MEMORY when memory ran out.
 * iconv may read conversion tables from files here; later calls open none.
 */
ELIG_CHECK_RESULT int charset_open(struct charset **out, const char *encoding);

/*
 * Decodes from *input, *left bytes, to out, room bytes, at least CHARSET_ROOM_MIN. Moves *input and *left past
 * what was taken and returns the number of bytes written; decoded characters are written whole. It stops when
 * *left is 0 or out is full: call again with the rest. An incomplete character at the end of the input is kept
 * and goes on with the next call's.
 */
ELIG_CHECK_RESULT size_t charset_feed(struct charset *charset, const char **input, size_t *left, char *out,
                                      size_t room);

/*
 * Ends the input: writes what was still kept, an incomplete character as one CHARSET_BAD_BYTE for each of its
 * bytes, and returns the number of bytes written, at most CHARSET_ROOM_MIN, room or less. The decoder is then
 * ready for another input; doubts are kept.
 */
ELIG_CHECK_RESULT size_t charset_finish(struct charset *charset, char *out, size_t room);

/* What speaks against the encoding, of all that was fed so far. */
struct charset_doubts {
    uint64_t undecodable; /* units that are no character of the encoding, or a control character of C1 */
    bool may_be_utf8;     /* it has characters of UTF-8 beyond ASCII, and at most one fault for ten of them; */
    bool is_utf8;         /* at least four of them, which is no accident */
    bool is_mixed;        /* some lines beyond ASCII are UTF-8, and others are not; how many: */
    uint64_t utf8_lines, other_lines;
};

/* A decoder that passes UTF-8 through has no doubts: canonical forms check what they read. */
struct charset_doubts charset_doubts(const struct charset *charset);

/* Whether the units of the encoding are of more than one byte. */
bool charset_is_wide(const struct charset *charset);

/* Whether bytes pass through. */
bool charset_is_utf8(const struct charset *charset);

/* Frees a decoder and wipes what it kept of its input. NULL is fine. */
void charset_close(struct charset *charset);

#endif
