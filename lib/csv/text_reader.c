/* SPDX-License-Identifier: Apache-2.0 */
/* text_reader.c - reads a file piece by piece and decodes it; waits for input and for a stop together. */
#include "lib/csv/text_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sodium.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/csv/file_type.h"

#define RAW_BYTES (256u << 10)   /* read at once */
#define SAMPLE_BYTES (64u << 10) /* of lines by which the encoding is judged */

struct text_reader {
    int file;
    struct charset *charset;
    const char *encoding; /* as it was declared; NULL: UTF-8, or one of wide units */
    struct encoding_sample sample;
    const char *advice;
    const char *undecoded; /* the rest of raw that is still to be decoded */
    size_t undecoded_bytes;
    uint64_t bytes; /* read */
    bool is_over;   /* everything is read and decoded */
    char raw[RAW_BYTES];
    uint8_t sample_bytes[SAMPLE_BYTES];
};

int text_reader_open(struct text_reader **out, const char *path, const char *encoding)
{
    struct text_reader *reader = calloc(1, sizeof *reader);
    *out = NULL;
    if (reader == NULL)
        return ELIG_E_MEMORY;
    reader->undecoded = reader->raw;
    reader->file = path != NULL ? open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY) : STDIN_FILENO;
    int error = reader->file < 0 ? ELIG_E_READ : charset_open(&reader->charset, encoding);
    if (error != 0) {
        text_reader_close(reader);
        return error;
    }
    if (!charset_is_utf8(reader->charset) && !charset_is_wide(reader->charset))
        reader->encoding = encoding;
    reader->sample = (struct encoding_sample){.bytes = reader->sample_bytes, .room = SAMPLE_BYTES};
    posix_fadvise(reader->file, 0, 0, POSIX_FADV_SEQUENTIAL);
    *out = reader;
    return 0;
}

/* Waits until there is something to read; false if a stop came meanwhile. */
static bool wait_for_input(const struct text_reader *reader, int stop)
{
    struct pollfd files[] = {{.fd = reader->file, .events = POLLIN}, {.fd = stop, .events = POLLIN}};
    while (poll(files, sizeof files / sizeof *files, -1) < 0 && errno == EINTR)
        continue;
    return files[1].revents == 0;
}

/* Reads on; leaves no undecoded bytes at the end of the file. */
static int read_raw(struct text_reader *reader, int stop)
{
    ssize_t got;
    sodium_memzero(reader->raw, (size_t)(reader->undecoded - reader->raw));
    reader->undecoded = reader->raw;
    if (!wait_for_input(reader, stop)) {
        errno = ECANCELED;
        return ELIG_E_READ;
    }
    do
        got = read(reader->file, reader->raw, RAW_BYTES);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return ELIG_E_READ;
    reader->undecoded_bytes = (size_t)got;
    if (reader->bytes == 0 && got > 0)
        reader->advice = file_type_advice(reader->raw, (size_t)got, charset_is_wide(reader->charset));
    reader->bytes += (uint64_t)got;
    if (reader->encoding != NULL)
        encoding_sample_add(&reader->sample, (const uint8_t *)reader->raw, (size_t)got);
    return 0;
}

int text_reader_next(struct text_reader *reader, int stop, char *out, size_t room, size_t *count, bool *is_end)
{
    *count = 0;
    while (*count == 0 && !reader->is_over) {
        int error = reader->undecoded_bytes == 0 ? read_raw(reader, stop) : 0;
        if (error != 0)
            return error;
        reader->is_over = reader->undecoded_bytes == 0;
        *count = reader->is_over
                     ? charset_finish(reader->charset, out, room)
                     : charset_feed(reader->charset, &reader->undecoded, &reader->undecoded_bytes, out, room);
    }
    *is_end = reader->is_over;
    return 0;
}

const char *text_reader_advice(const struct text_reader *reader)
{
    return reader->advice;
}

uint64_t text_reader_bytes(const struct text_reader *reader)
{
    return reader->bytes - reader->undecoded_bytes;
}

struct charset_doubts text_reader_doubts(const struct text_reader *reader)
{
    return charset_doubts(reader->charset);
}

int text_reader_judge(struct text_reader *reader, const char **better)
{
    *better = NULL;
    if (reader->encoding == NULL)
        return 0;
    encoding_sample_end_line(&reader->sample);
    return encoding_judge_objection(&reader->sample, reader->encoding, better);
}

void text_reader_close(struct text_reader *reader)
{
    int error_number = errno;
    if (reader == NULL)
        return;
    if (reader->file > STDIN_FILENO)
        close(reader->file);
    charset_close(reader->charset);
    sodium_memzero(reader, sizeof *reader);
    free(reader);
    errno = error_number;
}
