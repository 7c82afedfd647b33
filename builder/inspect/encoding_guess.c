/* SPDX-License-Identifier: Apache-2.0 */
/* encoding_guess.c - checks a whole file for UTF-8 and UTF-16, and has a sample of it judged otherwise. */
#include "builder/inspect/encoding_guess.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/csv/file_type.h"
#include "lib/csv/utf8_stream.h"

#define RAW_BYTES (64u << 10)

struct scan {
    struct encoding_guess *guess;
    uint64_t line, lines_beyond_ascii;
    struct utf8_stream utf8;
    bool is_bad, is_beyond_ascii; /* the present line */
    struct encoding_sample sample;
};

static void end_line(struct scan *scan)
{
    struct encoding_guess *guess = scan->guess;
    if (scan->is_bad || scan->utf8.length > 0) {
        if (guess->bad_lines < ENCODING_GUESS_LINES)
            guess->first_bad[guess->bad_lines] = scan->line;
        guess->bad_lines++;
    }
    scan->lines_beyond_ascii += scan->is_beyond_ascii;
    scan->is_bad = scan->is_beyond_ascii = false;
    scan->utf8.length = 0;
    scan->line++;
}

static void scan_bytes(struct scan *scan, const uint8_t *bytes, size_t length)
{
    encoding_sample_add(&scan->sample, bytes, length);
    for (size_t i = 0; i < length; i++) {
        uint8_t byte = bytes[i];
        scan->is_beyond_ascii |= byte >= 0x80;
        scan->is_bad |= utf8_stream_add(&scan->utf8, byte) == UTF8_FAULT;
        if (byte == '\n')
            end_line(scan);
    }
}

/* UTF-16 by its mark, or by where its zero bytes are; NULL if it is not. */
static const char *wide_name(const uint8_t *bytes, size_t length, bool *has_mark)
{
    size_t zeros[2] = {0, 0};
    *has_mark =
        length >= 2 && ((bytes[0] == 0xFF && bytes[1] == 0xFE) || (bytes[0] == 0xFE && bytes[1] == 0xFF));
    if (*has_mark)
        return "UTF-16";
    for (size_t i = 0; i < length; i++)
        zeros[i % 2] += bytes[i] == 0;
    if (zeros[0] + zeros[1] < length / 8 || zeros[0] + zeros[1] == 0)
        return NULL;
    return zeros[1] > 8 * zeros[0] ? "UTF-16LE" : zeros[0] > 8 * zeros[1] ? "UTF-16BE" : NULL;
}

/* What the first bytes say: what the file is, a byte order mark, UTF-16. */
static void read_start(struct encoding_guess *guess, const uint8_t *bytes, size_t length)
{
    const char *wide = wide_name(bytes, length < FILE_TYPE_BYTES ? length : FILE_TYPE_BYTES, &guess->has_mark);
    guess->advice = file_type_advice((const char *)bytes, length, wide != NULL);
    if (guess->advice == NULL)
        guess->name = wide;
    guess->has_mark = guess->has_mark || (length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0);
}

static int scan_file(struct scan *scan, int file, uint8_t *raw)
{
    struct encoding_guess *guess = scan->guess;
    for (;;) {
        ssize_t got = read(file, raw, RAW_BYTES);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return ELIG_E_READ;
        if (got == 0)
            break;
        if (guess->bytes == 0)
            read_start(guess, raw, (size_t)got);
        guess->bytes += (uint64_t)got;
        guess->is_whole = raw[got - 1] == '\n' || raw[got - 1] == '\r' || raw[got - 1] == 0;
        if (guess->advice != NULL)
            return 0;
        scan_bytes(scan, raw, (size_t)got);
    }
    if (scan->is_beyond_ascii || scan->is_bad || scan->utf8.length > 0)
        end_line(scan);
    encoding_sample_end_line(&scan->sample);
    return 0;
}

int encoding_guess_file(const char *path, struct encoding_guess *guess)
{
    uint8_t *raw = malloc(RAW_BYTES);
    struct scan scan = {.guess = guess, .line = 1, .sample = {.room = ENCODING_GUESS_SAMPLE}};
    scan.sample.bytes = malloc(ENCODING_GUESS_SAMPLE);
    *guess = (struct encoding_guess){.is_whole = true};
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    int error = file < 0 ? ELIG_E_READ : raw == NULL || scan.sample.bytes == NULL ? ELIG_E_MEMORY : 0;
    if (error == 0)
        error = scan_file(&scan, file, raw);
    if (error == 0 && guess->advice == NULL && guess->name == NULL) {
        guess->is_ascii = scan.lines_beyond_ascii == 0;
        /* a few lines of another encoding in a list of UTF-8 are rejected there by their numbers */
        if (guess->bad_lines * 10 <= scan.lines_beyond_ascii)
            guess->name = "UTF-8";
        else
            error = encoding_judge(&scan.sample, &guess->judgement);
        if (guess->name == NULL && guess->judgement.is_johab)
            guess->advice =
                "it is JOHAB, which is not read: convert it, as with 'iconv -f JOHAB -t UTF-8 FILE'";
        else if (guess->name == NULL)
            guess->name = guess->judgement.name;
    }
    int error_number = errno;
    if (raw != NULL)
        sodium_memzero(raw, RAW_BYTES);
    if (scan.sample.bytes != NULL)
        sodium_memzero(scan.sample.bytes, ENCODING_GUESS_SAMPLE);
    free(raw);
    free(scan.sample.bytes);
    if (file >= 0)
        close(file);
    errno = error_number;
    return error;
}
