/* SPDX-License-Identifier: Apache-2.0 */
/*
 * encoding_guess.c - counts, for each encoding, the characters of a sample that are frequent in texts of it.
 *
 * Encodings of East Asia share most of their bytes. What tells them apart is which first bytes occur: those of
 * Hangul syllables, of Japan's first level of kanji and of China's first level of hanzi are ranges one within
 * the other, so of several that explain a text equally the smallest is taken. Single-byte encodings are told by
 * letters beside letters.
 */
#include "builder/inspect/encoding_guess.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/csv/charset.h"
#include "lib/csv/file_type.h"
#include "lib/csv/utf8_stream.h"

#define RAW_BYTES (64u << 10)

/* Of a text that is no UTF-8, at most one in this many characters may be undecodable. */
#define UNDECODABLE_SHARE 1000

/* Percent of frequent characters below which an encoding is not proposed, and within which two are equal. A
 * text that decodes as pairs of bytes is one of rare characters rather than an accident. */
#define PERCENT_MIN 60
#define PERCENT_MIN_PAIRS 15
#define PERCENT_EQUAL 2

/* ---- Frequent characters ---- */

struct text {
    const uint8_t *bytes;
    size_t length;
};

static bool is_high(struct text text, size_t at)
{
    return at < text.length && text.bytes[at] >= 0x80;
}

static uint8_t byte_at(struct text text, size_t at)
{
    return at < text.length ? text.bytes[at] : 0;
}

/* The bytes of the character at a high byte, and whether it is a frequent one. */
typedef size_t character_reader(struct text text, size_t at, bool *is_frequent);

static size_t read_euc(struct text text, size_t at, bool *is_frequent, uint8_t last_lead)
{
    uint8_t lead = text.bytes[at], trail = byte_at(text, at + 1);
    bool is_pair = lead >= 0xA1 && trail >= 0xA1 && trail != 0xFF;
    *is_frequent = is_pair && ((lead >= 0xB0 && lead <= last_lead) || lead == 0xA1 || lead == 0xA3);
    return is_pair ? 2 : 1;
}

/* As read_euc(); pairs with a byte below 0xA1 are of the larger code pages, whose further characters are rare.
 */
static size_t read_code_page(struct text text, size_t at, bool *is_frequent, uint8_t last_lead)
{
    uint8_t lead = text.bytes[at], trail = byte_at(text, at + 1);
    size_t length = read_euc(text, at, is_frequent, last_lead);
    bool is_further = lead > 0x80 && lead != 0xFF && trail > 0x40 && trail != 0x7F && trail != 0xFF;
    return is_further ? 2 : length;
}

static size_t read_korean(struct text text, size_t at, bool *is_frequent)
{
    return read_code_page(text, at, is_frequent, 0xC8);
}

static size_t read_euc_jp(struct text text, size_t at, bool *is_frequent)
{
    size_t length = read_euc(text, at, is_frequent, 0xCF);
    *is_frequent = *is_frequent || (length == 2 && (text.bytes[at] == 0xA4 || text.bytes[at] == 0xA5));
    return length;
}

static size_t read_chinese(struct text text, size_t at, bool *is_frequent)
{
    return read_code_page(text, at, is_frequent, 0xD7);
}

static size_t read_japanese(struct text text, size_t at, bool *is_frequent)
{
    uint8_t lead = text.bytes[at], trail = byte_at(text, at + 1);
    bool is_pair =
        (lead <= 0x9F || lead >= 0xE0) && lead > 0x80 && trail >= 0x40 && trail != 0x7F && trail < 0xFD;
    bool is_punctuation = lead == 0x81 && (trail < 0x60 || trail == 0x7C);
    *is_frequent = is_pair && (is_punctuation || lead == 0x82 || (lead == 0x83 && trail <= 0x96) ||
                               (lead >= 0x88 && lead <= 0x97));
    return is_pair ? 2 : 1;
}

static size_t read_big5(struct text text, size_t at, bool *is_frequent)
{
    uint8_t lead = text.bytes[at], trail = byte_at(text, at + 1);
    bool is_pair = lead >= 0x81 && ((trail >= 0x40 && trail < 0x7F) || (trail >= 0xA1 && trail != 0xFF));
    *is_frequent = is_pair && ((lead >= 0xA4 && lead <= 0xC6) || lead == 0xA1);
    return is_pair ? 2 : 1;
}

static bool is_ascii_letter(uint8_t byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

/* Latin letters stand beside letters of ASCII, or one other of their own between these. */
static bool is_in_latin_word(struct text text, size_t at)
{
    uint8_t before = at > 0 ? text.bytes[at - 1] : 0, after = byte_at(text, at + 1);
    bool is_run = is_high(text, at + 1) || before >= 0x80;
    return is_ascii_letter(before) || is_ascii_letter(after) || (!is_run && before != 0 && after != 0);
}

static bool has_byte(const char *set, uint8_t byte)
{
    return strchr(set, (char)byte) != NULL;
}

static bool is_upper_half(uint8_t byte)
{
    return byte >= 0xC0 && byte != 0xD7 && byte != 0xF7;
}

/* Letters of Icelandic in windows-1252 that are Turkish ones in windows-1254. */
#define TURKISH "\xD0\xDD\xDE\xF0\xFD\xFE"

static size_t read_western(struct text text, size_t at, bool *is_frequent)
{
    uint8_t byte = text.bytes[at];
    *is_frequent =
        ((is_upper_half(byte) && !has_byte(TURKISH, byte)) || has_byte("\x8A\x8C\x8E\x9A\x9C\x9E\x9F", byte)) &&
        is_in_latin_word(text, at);
    *is_frequent = *is_frequent || byte == 0x92; /* an apostrophe */
    return 1;
}

static size_t read_turkish(struct text text, size_t at, bool *is_frequent)
{
    *is_frequent = is_upper_half(text.bytes[at]) && is_in_latin_word(text, at);
    return 1;
}

static size_t read_central(struct text text, size_t at, bool *is_frequent)
{
    uint8_t byte = text.bytes[at];
    *is_frequent =
        (is_upper_half(byte) ||
         has_byte("\x8A\x8C\x8D\x8E\x8F\x9A\x9C\x9D\x9E\x9F\xA3\xA5\xAA\xAF\xB3\xB9\xBA\xBC\xBE\xBF", byte)) &&
        is_in_latin_word(text, at);
    return 1;
}

/* A word's first letter may be a capital; the others are small ones. */
static size_t read_cyrillic(struct text text, size_t at, bool *is_frequent)
{
    uint8_t byte = text.bytes[at], before = at > 0 ? text.bytes[at - 1] : 0;
    *is_frequent = (byte >= 0xE0 && (before >= 0xC0 || is_high(text, at + 1))) ||
                   (byte >= 0xC0 && byte < 0xE0 && before < 0x80 && byte_at(text, at + 1) >= 0xE0);
    return 1;
}

static size_t read_arabic(struct text text, size_t at, bool *is_frequent)
{
    uint8_t byte = text.bytes[at], before = at > 0 ? text.bytes[at - 1] : 0;
    bool is_letter = (byte >= 0xC1 && byte <= 0xDF && byte != 0xD7) ||
                     has_byte("\x81\x8D\x8E\x90\xE1\xE3\xE4\xE5\xE6\xEC\xED", byte);
    *is_frequent = is_letter && (before >= 0x80 || is_high(text, at + 1));
    return 1;
}

/* ---- Candidates ---- */

static const struct candidate {
    const char *name;
    character_reader *read_character;
    bool has_pairs;
} candidates[] = {{"CP949", read_korean, true},
                  {"EUC-JP", read_euc_jp, true},
                  {"CP932", read_japanese, true},
                  {"GB18030", read_chinese, true},
                  {"BIG5", read_big5, true},
                  {"windows-1252", read_western, false},
                  {"windows-1254", read_turkish, false},
                  {"windows-1250", read_central, false},
                  {"windows-1251", read_cyrillic, false},
                  {"windows-1256", read_arabic, false}};

#define CANDIDATES (sizeof candidates / sizeof *candidates)

static unsigned percent_frequent(const struct candidate *candidate, struct text text)
{
    uint64_t all = 0, frequent = 0;
    for (size_t at = 0; at < text.length;) {
        if (!is_high(text, at)) {
            at++;
            continue;
        }
        bool is_frequent = false;
        at += candidate->read_character(text, at, &is_frequent);
        all++;
        frequent += is_frequent;
    }
    return all > 0 ? (unsigned)(frequent * 100 / all) : 0;
}

/* Whether the encoding has characters for the bytes of the text, UNDECODABLE_SHARE aside. */
static int decodes(const struct candidate *candidate, struct text text, bool *is_good)
{
    char out[4096];
    struct charset *charset;
    int error = charset_open(&charset, candidate->name);
    if (error == ELIG_E_ARGUMENT) /* this iconv does not know it */
        return 0;
    if (error != 0)
        return error;
    const char *input = (const char *)text.bytes;
    size_t left = text.length, written = 0;
    while (left > 0)
        written += charset_feed(charset, &input, &left, out, sizeof out);
    written += charset_finish(charset, out, sizeof out);
    uint64_t undecodable = charset_doubts(charset).undecodable;
    *is_good = written > 0 && undecodable * UNDECODABLE_SHARE <= text.length;
    charset_close(charset);
    sodium_memzero(out, sizeof out);
    return 0;
}

static bool is_enough(const struct candidate *candidate, unsigned percent)
{
    return percent > (candidate->has_pairs ? PERCENT_MIN_PAIRS : PERCENT_MIN);
}

static int choose(struct encoding_guess *guess, struct text sample)
{
    unsigned percents[CANDIDATES] = {0}, best = 0, others = 0;
    size_t chosen = CANDIDATES;
    for (size_t i = 0; i < CANDIDATES; i++) {
        bool is_good = false;
        int error = decodes(&candidates[i], sample, &is_good);
        if (error != 0)
            return error;
        percents[i] = is_good ? percent_frequent(&candidates[i], sample) + 1 : 0;
        if (is_enough(&candidates[i], percents[i]) && percents[i] > best)
            best = percents[i];
    }
    for (size_t i = CANDIDATES; i-- > 0;)
        if (is_enough(&candidates[i], percents[i]) && percents[i] + PERCENT_EQUAL >= best)
            chosen = i;
    for (size_t i = 0; i < CANDIDATES; i++)
        if (percents[i] > 0 && i != chosen && others < ENCODING_GUESS_OTHERS)
            guess->others[others++] = candidates[i].name;
    if (chosen == CANDIDATES)
        return 0;
    guess->name = candidates[chosen].name;
    guess->percent = percents[chosen] - 1;
    return 0;
}

/* ---- The whole file ---- */

struct scan {
    struct encoding_guess *guess;
    uint64_t line, lines_beyond_ascii;
    struct utf8_stream utf8;
    bool is_bad, is_beyond_ascii; /* the present line */
    uint8_t *sample;
    size_t sampled, line_start; /* of the sample: its bytes, and where the present line starts in it */
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
    if (!scan->is_beyond_ascii) /* lines of ASCII say nothing about the encoding */
        scan->sampled = scan->line_start;
    scan->line_start = scan->sampled;
    scan->is_bad = scan->is_beyond_ascii = false;
    scan->utf8.length = 0;
    scan->line++;
}

static void scan_bytes(struct scan *scan, const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        uint8_t byte = bytes[i];
        scan->is_beyond_ascii |= byte >= 0x80;
        if (scan->sampled < ENCODING_GUESS_SAMPLE)
            scan->sample[scan->sampled++] = byte;
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
    return 0;
}

int encoding_guess_file(const char *path, struct encoding_guess *guess)
{
    uint8_t *raw = malloc(RAW_BYTES);
    struct scan scan = {.guess = guess, .line = 1, .sample = malloc(ENCODING_GUESS_SAMPLE)};
    *guess = (struct encoding_guess){.is_whole = true};
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    int error = file < 0 ? ELIG_E_READ : raw == NULL || scan.sample == NULL ? ELIG_E_MEMORY : 0;
    if (error == 0)
        error = scan_file(&scan, file, raw);
    if (error == 0 && guess->advice == NULL && guess->name == NULL) {
        guess->is_ascii = scan.lines_beyond_ascii == 0;
        /* a few lines of another encoding in a list of UTF-8 are rejected there by their numbers */
        if (guess->bad_lines * 10 <= scan.lines_beyond_ascii)
            guess->name = "UTF-8";
        else
            error = choose(guess, (struct text){scan.sample, scan.sampled});
    }
    int error_number = errno;
    if (raw != NULL)
        sodium_memzero(raw, RAW_BYTES);
    if (scan.sample != NULL)
        sodium_memzero(scan.sample, ENCODING_GUESS_SAMPLE);
    free(raw);
    free(scan.sample);
    if (file >= 0)
        close(file);
    errno = error_number;
    return error;
}
