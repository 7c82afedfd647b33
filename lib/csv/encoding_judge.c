/* SPDX-License-Identifier: Apache-2.0 */
/*
 * encoding_judge.c - counts, for each encoding, the characters of a sample that are frequent in texts of it.
 *
 * Encodings of East Asia share most of their bytes. What tells them apart is which first bytes occur: those of
 * Hangul syllables, of Japan's first level of kanji and of China's first level of hanzi are ranges one within
 * the other, so of several that explain a text equally the smallest is taken. Single-byte encodings are told by
 * letters beside letters.
 */
#include "lib/csv/encoding_judge.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "lib/csv/charset.h"

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
    if (text.bytes[at] == 0x8E && byte_at(text, at + 1) >= 0xA1) { /* katakana of half width */
        *is_frequent = true;
        return 2;
    }
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

/* A sample in UTF-8. */
struct decoded {
    char *bytes;
    size_t length;
    uint64_t undecodable;
};

#define UTF8_BYTES_PER_BYTE 3 /* at most */

static size_t decoded_room(const struct encoding_sample *sample)
{
    return sample->length * UTF8_BYTES_PER_BYTE + 2 * (size_t)CHARSET_ROOM_MIN;
}

/* Decodes the sample to text->bytes. ELIG_E_ARGUMENT if this iconv does not know the encoding. */
static int decode(const char *encoding, const struct encoding_sample *sample, struct decoded *text)
{
    struct charset *charset;
    const char *input = (const char *)sample->bytes;
    size_t left = sample->length, room = decoded_room(sample);
    int error = charset_open(&charset, encoding);
    text->length = 0;
    if (error != 0)
        return error;
    while (left > 0 && room - text->length > 2 * (size_t)CHARSET_ROOM_MIN)
        text->length += charset_feed(charset, &input, &left, text->bytes + text->length,
                                     room - text->length - CHARSET_ROOM_MIN);
    text->length += charset_finish(charset, text->bytes + text->length, CHARSET_ROOM_MIN);
    text->undecodable = charset_doubts(charset).undecodable;
    charset_close(charset);
    return 0;
}

static bool is_enough(const struct candidate *candidate, unsigned percent)
{
    return percent > (candidate->has_pairs ? PERCENT_MIN_PAIRS : PERCENT_MIN);
}

/* Chooses among the candidates by their percents plus one; 0: the text is not of that encoding. */
static const struct candidate *choose(const unsigned percents[CANDIDATES])
{
    const struct candidate *chosen = NULL;
    unsigned best = 0;
    for (size_t i = 0; i < CANDIDATES; i++)
        if (is_enough(&candidates[i], percents[i]) && percents[i] > best)
            best = percents[i];
    for (size_t i = CANDIDATES; i-- > 0;)
        if (is_enough(&candidates[i], percents[i]) && percents[i] + PERCENT_EQUAL >= best)
            chosen = &candidates[i];
    return chosen;
}

static int judge(const struct encoding_sample *sample, struct decoded *text,
                 struct encoding_judgement *judgement)
{
    unsigned percents[CANDIDATES] = {0}, others = 0;
    for (size_t i = 0; i < CANDIDATES; i++) {
        int error = decode(candidates[i].name, sample, text);
        if (error == ELIG_E_ARGUMENT)
            continue;
        if (error != 0)
            return error;
        if (text->length > 0 && text->undecodable * UNDECODABLE_SHARE <= sample->length)
            percents[i] = percent_frequent(&candidates[i], (struct text){sample->bytes, sample->length}) + 1;
    }
    const struct candidate *chosen = choose(percents);
    for (size_t i = 0; i < CANDIDATES; i++)
        if (percents[i] > 0 && &candidates[i] != chosen && others < ENCODING_JUDGE_OTHERS)
            judgement->others[others++] = candidates[i].name;
    if (chosen == NULL)
        return 0;
    judgement->name = chosen->name;
    judgement->percent = percents[chosen - candidates] - 1;
    return 0;
}

static void free_decoded(const struct encoding_sample *sample, struct decoded *text)
{
    if (text->bytes != NULL)
        sodium_memzero(text->bytes, decoded_room(sample));
    free(text->bytes);
}

int encoding_judge(const struct encoding_sample *sample, struct encoding_judgement *judgement)
{
    struct decoded text = {.bytes = malloc(decoded_room(sample))};
    *judgement = (struct encoding_judgement){NULL};
    int error = text.bytes != NULL ? judge(sample, &text, judgement) : ELIG_E_MEMORY;
    free_decoded(sample, &text);
    return error;
}

/* ---- Objections ---- */

/* Bytes beyond ASCII without which a sample says little, and percent of frequent characters that are proof. */
#define OBJECTION_BYTES_MIN 24
#define OBJECTION_PERCENT_MIN 60

/* By which percent one single-byte encoding has to be better than another: alphabets look alike. */
#define OBJECTION_MARGIN 30

static uint64_t count_high(const struct encoding_sample *sample)
{
    uint64_t count = 0;
    for (size_t i = 0; i < sample->length; i++)
        count += sample->bytes[i] >= 0x80;
    return count;
}

/* Whether each byte is a character, as the decoded text has them. */
static bool is_single_byte(const struct encoding_sample *sample, const struct decoded *text)
{
    size_t characters = 0;
    for (size_t i = 0; i < text->length; i++)
        characters += ((uint8_t)text->bytes[i] & 0xC0u) != 0x80u;
    return characters == sample->length;
}

/* Whether more than half of the lines of two texts are the same. */
static bool is_alike(const struct decoded *a, const struct decoded *b)
{
    size_t same = 0, lines = 0, at = 0, other = 0;
    while (at < a->length && other < b->length) {
        const char *end = memchr(a->bytes + at, '\n', a->length - at);
        const char *other_end = memchr(b->bytes + other, '\n', b->length - other);
        size_t length = (end != NULL ? (size_t)(end - a->bytes) : a->length) - at;
        size_t other_length = (other_end != NULL ? (size_t)(other_end - b->bytes) : b->length) - other;
        same += length == other_length && memcmp(a->bytes + at, b->bytes + other, length) == 0;
        lines++;
        at += length + 1;
        other += other_length + 1;
    }
    return 2 * same > lines;
}

/* Sets *percent to the share of frequent characters that the sample has if its text is right: by the
 * single-byte candidate that reads it alike; 100 if no candidate does. */
static int judge_declared(const struct encoding_sample *sample, const struct decoded *text,
                          struct decoded *other, unsigned *percent)
{
    bool is_known = false;
    *percent = 0;
    for (size_t i = 0; i < CANDIDATES; i++) {
        int error = candidates[i].has_pairs ? ELIG_E_ARGUMENT : decode(candidates[i].name, sample, other);
        if (error == ELIG_E_MEMORY)
            return error;
        if (error != 0 || !is_alike(text, other))
            continue;
        unsigned own = percent_frequent(&candidates[i], (struct text){sample->bytes, sample->length});
        *percent = own > *percent ? own : *percent;
        is_known = true;
    }
    if (!is_known)
        *percent = 100;
    return 0;
}

static int object(const struct encoding_sample *sample, const char *encoding, struct decoded *text,
                  struct decoded *other, const char **better)
{
    struct encoding_judgement judgement = {NULL};
    int error = judge(sample, text, &judgement);
    if (error != 0 || judgement.name == NULL || judgement.percent < OBJECTION_PERCENT_MIN)
        return error;
    error = decode(encoding, sample, text);
    if (error == 0)
        error = decode(judgement.name, sample, other);
    if (error != 0)
        return error;
    if (is_alike(text, other))
        return 0;
    unsigned percent = 0;
    if (is_single_byte(sample, text) && is_single_byte(sample, other))
        error = judge_declared(sample, text, other, &percent);
    if (error == 0 && percent + OBJECTION_MARGIN <= judgement.percent)
        *better = judgement.name;
    return error;
}

int encoding_judge_objection(const struct encoding_sample *sample, const char *encoding, const char **better)
{
    *better = NULL;
    if (count_high(sample) < OBJECTION_BYTES_MIN)
        return 0;
    struct decoded text = {.bytes = malloc(decoded_room(sample))},
                   other = {.bytes = malloc(decoded_room(sample))};
    int error = text.bytes != NULL && other.bytes != NULL ? object(sample, encoding, &text, &other, better)
                                                          : ELIG_E_MEMORY;
    free_decoded(sample, &text);
    free_decoded(sample, &other);
    return error;
}

/* ---- Samples ---- */

void encoding_sample_add(struct encoding_sample *sample, const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length && sample->length < sample->room; i++) {
        sample->bytes[sample->length++] = bytes[i];
        sample->is_beyond_ascii |= bytes[i] >= 0x80;
        if (bytes[i] == '\n')
            encoding_sample_end_line(sample);
    }
}

void encoding_sample_end_line(struct encoding_sample *sample)
{
    if (!sample->is_beyond_ascii)
        sample->length = sample->line_start;
    sample->line_start = sample->length;
    sample->is_beyond_ascii = false;
}
