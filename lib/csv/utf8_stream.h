/* SPDX-License-Identifier: Apache-2.0 */
/*
 * utf8_stream.h - whether bytes that come one by one are UTF-8, to tell it from other encodings. What is
 * well-formed is decided by code_point.h, as for canonical forms.
 */
#ifndef ELIG_UTF8_STREAM_H
#define ELIG_UTF8_STREAM_H

#include "lib/elig/canon/code_point.h"

/* The first bytes of a character that is not complete yet. Starts with all zero. */
struct utf8_stream {
    uint8_t bytes[CODE_POINT_UTF8_MAX];
    uint8_t length;
    uint8_t expected; /* bytes of the whole character, by its first one */
};

/* What a byte completes. UTF8_FAULT: bytes that are no character; a byte that may begin one is taken as the
 * beginning of the next. */
enum utf8_step { UTF8_ASCII, UTF8_INCOMPLETE, UTF8_CHARACTER, UTF8_FAULT };

static inline enum utf8_step utf8_stream_add(struct utf8_stream *stream, uint8_t byte)
{
    bool is_continuation = (byte & 0xC0u) == 0x80u, is_cut_off = stream->length > 0 && !is_continuation;
    uint32_t code_point;
    if (stream->length == 0 || is_cut_off) {
        stream->expected = byte < 0xE0u ? 2 : byte < 0xF0u ? 3 : 4;
        stream->length = 0;
        if (byte < ASCII_END)
            return is_cut_off ? UTF8_FAULT : UTF8_ASCII;
        if (is_continuation)
            return UTF8_FAULT;
    }
    stream->bytes[stream->length++] = byte;
    if (stream->length < stream->expected)
        return is_cut_off ? UTF8_FAULT : UTF8_INCOMPLETE;
    size_t size = code_point_read(stream->bytes, stream->length, &code_point);
    stream->length = 0;
    return size > 0 ? UTF8_CHARACTER : UTF8_FAULT;
}

#endif
