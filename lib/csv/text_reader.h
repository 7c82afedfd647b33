/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text_reader.h - the text of one file or of standard input, decoded to UTF-8, as a stream. It finds neither
 * rows nor fields.
 *
 * Threads: a reader belongs to one thread at a time.
 */
#ifndef ELIG_TEXT_READER_H
#define ELIG_TEXT_READER_H

#include <stdbool.h>

#include "lib/csv/charset.h"
#include "lib/csv/encoding_judge.h"

struct text_reader;

/* Opens a file; path NULL: standard input. The encoding is as charset_open() takes it. Returns 0; ELIG_E_READ
 * with errno set; ELIG_E_ARGUMENT (the encoding); or ELIG_E_MEMORY. */
ELIG_CHECK_RESULT int text_reader_open(struct text_reader **out, const char *path, const char *encoding);

/* Writes what follows to out (room bytes, at least CHARSET_ROOM_MIN), and to *count how many bytes; sets
 * *is_end if nothing follows these. *count is 0 at the end only. Bytes that were decoded are wiped. stop: a
 * file descriptor whose readability ends waiting for input, or -1. Returns 0, or ELIG_E_READ with errno set,
 * ECANCELED after a stop. */
ELIG_CHECK_RESULT int text_reader_next(struct text_reader *reader, int stop, char *out, size_t room,
                                       size_t *count, bool *is_end);

/* After the first text: what the file is if it is no text, as file_type_advice() says it; NULL: nothing is
 * known against it. */
const char *text_reader_advice(const struct text_reader *reader);

/* Bytes of the file that were decoded so far. */
uint64_t text_reader_bytes(const struct text_reader *reader);

/* What speaks against the encoding so far. */
struct charset_doubts text_reader_doubts(const struct text_reader *reader);

/* After the end: sets *better to the name of an encoding that explains the text better than the declared one,
 * by its first lines beyond ASCII, as encoding_judge_objection() does, or NULL. Returns 0, ELIG_E_ARGUMENT or
 * ELIG_E_MEMORY. */
ELIG_CHECK_RESULT int text_reader_judge(struct text_reader *reader, const char **better);

/* Wipes and frees; errno stays. NULL is fine. */
void text_reader_close(struct text_reader *reader);

#endif
