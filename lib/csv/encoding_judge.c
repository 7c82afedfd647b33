/* SPDX-License-Identifier: Apache-2.0 */
/*
 * encoding_judge.c - the bits that a sample takes under each encoding: fewer are more plausible.
 *
 * Encodings of East Asia share most of their bytes. What tells them apart is which first bytes occur: those of
 * Hangul syllables, of Japan's first level of kanji and of China's first level of hanzi are ranges one within
 * the other, so that the same characters take fewer bits in the smaller one. Single bytes are letter_model.h's.
 */
#include "lib/csv/encoding_judge.h"

#include <math.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "lib/csv/charset.h"
#include "lib/csv/letter_model.h"

/* Of a text that is no UTF-8, at most one in this many characters may be undecodable. */
#define UNDECODABLE_SHARE 1000

#define TRIED_BYTES (256u << 10) /* of the sample, under each encoding */

#define CONTROLS_SHARE 20 /* at most one byte in this many is a control character */

/* Percent of frequent characters, or of letters of a language, below which an encoding is not proposed, and
 * below which it is to be decided. A text that decodes as pairs of bytes is one of rare characters rather than
 * an accident. */
#define PERCENT_MIN 60
#define PERCENT_MIN_PAIRS 15
#define PERCENT_PROBABLE 95
#define PERCENT_PROBABLE_PAIRS 60

/* Bits more than those of a frequent character: a rare one, and a byte that is no pair. */
#define BITS_RARE 6.0
#define BITS_SINGLE 8.0

/* Of a letter of ASCII, which the second byte of a pair is otherwise. */
#define BITS_ASCII 5.0

#define BITS_HALF_WIDTH 6.0 /* of a katakana of one byte */

/* Bits more, for the text and for each character, within which another encoding is nearly as plausible. */
#define BITS_NEAR 12.0
#define BITS_NEAR_EACH 0.1

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
    if (text.bytes[at] == 0x8E && byte_at(text, at + 1) >= 0xA1 && byte_at(text, at + 1) <= 0xDF) {
        *is_frequent = true; /* katakana of half width */
        return 2;
    }
    *is_frequent = *is_frequent || (length == 2 && (text.bytes[at] == 0xA4 || text.bytes[at] == 0xA5));
    return length;
}

static size_t read_chinese(struct text text, size_t at, bool *is_frequent)
{
    return read_code_page(text, at, is_frequent, 0xD7);
}

static bool is_ascii_letter(uint8_t byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static size_t read_japanese(struct text text, size_t at, bool *is_frequent)
{
    uint8_t lead = text.bytes[at], trail = byte_at(text, at + 1);
    bool is_pair =
        (lead <= 0x9F || lead >= 0xE0) && lead > 0x80 && trail >= 0x40 && trail != 0x7F && trail < 0xFD;
    bool is_punctuation = lead == 0x81 && (trail < 0x60 || trail == 0x7C);
    *is_frequent = is_pair && (is_punctuation || lead == 0x82 || (lead == 0x83 && trail <= 0x96) ||
                               (lead >= 0x88 && lead <= 0x97));
    /* Katakana of half width stand by themselves: beside letters of ASCII they are parts of other encodings. */
    bool is_alone = !is_ascii_letter(trail) && !(at > 0 && is_ascii_letter(text.bytes[at - 1]));
    *is_frequent = *is_frequent || (lead >= 0xA1 && lead <= 0xDF && is_alone);
    return is_pair ? 2 : 1;
}

static size_t read_big5(struct text text, size_t at, bool *is_frequent)
{
    uint8_t lead = text.bytes[at], trail = byte_at(text, at + 1);
    bool is_pair = lead >= 0x81 && ((trail >= 0x40 && trail < 0x7F) || (trail >= 0xA1 && trail != 0xFF));
    *is_frequent = is_pair && ((lead >= 0xA4 && lead <= 0xC6) || lead == 0xA1);
    return is_pair ? 2 : 1;
}

/* A syllable of Hangul is three numbers of five bits, those of its letters; frequent ones have no rare last
 * letter. */
static size_t read_johab(struct text text, size_t at, bool *is_frequent)
{
    static const uint32_t first = 0x1FFFFCu, middle = 0x3CFCFCF8u, last = 0x3FDFFFFEu;
    static const uint32_t frequent_last =
        1u << 1 | 1u << 2 | 1u << 5 | 1u << 9 | 1u << 17 | 1u << 19 | 1u << 23;
    unsigned code = (unsigned)text.bytes[at] << 8 | byte_at(text, at + 1);
    bool is_pair = (first >> (code >> 10 & 31) & 1) != 0 && (middle >> (code >> 5 & 31) & 1) != 0 &&
                   (last >> (code & 31) & 1) != 0;
    *is_frequent = is_pair && (frequent_last >> (code & 31) & 1) != 0;
    return is_pair ? 2 : 1;
}

/* ---- Candidates ---- */

/* bits: of a frequent character, by how many there are of these. */
static const struct candidate {
    const char *name;
    character_reader *read_character; /* NULL: single bytes */
    double bits;
} candidates[] = {
    {"CP949", read_korean, 11.0},
    {"EUC-JP", read_euc_jp, 11.9},
    {"CP932", read_japanese, 12.4},
    {"GB18030", read_chinese, 11.9},
    {"BIG5", read_big5, 12.4},
    {"JOHAB", read_johab, 11.0},
    {"windows-1252", NULL, 0},
    {"windows-1254", NULL, 0},
    {"windows-1250", NULL, 0},
    {"windows-1251", NULL, 0},
    {"windows-1253", NULL, 0},
    {"windows-1255", NULL, 0},
    {"windows-1256", NULL, 0},
    {"windows-1257", NULL, 0},
    {"windows-1258", NULL, 0},
    {"CP874", NULL, 0},
    {"ISO-8859-2", NULL, 0},
    {"ISO-8859-4", NULL, 0},
    {"ISO-8859-5", NULL, 0},
    {"ISO-8859-6", NULL, 0},
    {"ISO-8859-7", NULL, 0},
    {"ISO-8859-8", NULL, 0},
    {"ISO-8859-13", NULL, 0},
    {"ISO-8859-15", NULL, 0},
    {"ISO-8859-16", NULL, 0},
    {"KOI8-R", NULL, 0},
    {"KOI8-U", NULL, 0},
    {"CP866", NULL, 0},
    {"CP437", NULL, 0},
    {"CP737", NULL, 0},
    {"CP775", NULL, 0},
    {"CP850", NULL, 0},
    {"CP852", NULL, 0},
    {"CP857", NULL, 0},
    {"CP862", NULL, 0},
    {"MACINTOSH", NULL, 0},
    {"MAC-CENTRALEUROPE", NULL, 0},
    {"MAC-CYRILLIC", NULL, 0},
};

#define CANDIDATES (sizeof candidates / sizeof *candidates)

/* A sample under a candidate. */
struct trial {
    double bits; /* INFINITY: it does not decode */
    uint64_t known, characters;
    struct letter_table table; /* of single bytes */
};

/* A sample in UTF-8. */
struct decoded {
    char *bytes;
    size_t length;
    uint64_t undecodable;
};

#define UTF8_BYTES_PER_BYTE 3 /* at most */

static size_t decoded_room(struct text sample)
{
    return sample.length * UTF8_BYTES_PER_BYTE + 2 * (size_t)CHARSET_ROOM_MIN;
}

/* Decodes the sample to text->bytes. ELIG_E_ARGUMENT if this iconv does not know the encoding. */
static int decode(const char *encoding, struct text sample, struct decoded *text)
{
    struct charset *charset;
    const char *input = (const char *)sample.bytes;
    size_t left = sample.length, room = decoded_room(sample);
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

/* Whether the encoding has characters for the bytes, UNDECODABLE_SHARE aside. Of one that is not read, such as
 * JOHAB, the bits tell. */
static int decodes(const struct candidate *candidate, struct text sample, struct decoded *text, bool *is_good)
{
    int error = decode(candidate->name, sample, text);
    *is_good = error == ELIG_E_ARGUMENT ||
               (error == 0 && text->length > 0 && text->undecodable * UNDECODABLE_SHARE <= sample.length);
    return error == ELIG_E_ARGUMENT ? 0 : error;
}

static double bits_of(const struct candidate *candidate, bool is_frequent, size_t length)
{
    if (is_frequent)
        return length == 1 ? BITS_HALF_WIDTH : candidate->bits;
    return candidate->bits + (length == 1 ? BITS_SINGLE : BITS_RARE);
}

static int try_pairs(const struct candidate *candidate, struct text text, struct decoded *decoded,
                     struct trial *trial)
{
    bool is_good = false;
    int error = decodes(candidate, text, decoded, &is_good);
    trial->bits = is_good ? 0 : INFINITY;
    for (size_t at = 0; at < text.length && is_good;) {
        if (!is_high(text, at)) {
            at++;
            continue;
        }
        bool is_frequent = false;
        size_t length = candidate->read_character(text, at, &is_frequent);
        trial->bits += bits_of(candidate, is_frequent, length);
        if (length == 2 && byte_at(text, at + 1) < 0x80)
            trial->bits -= BITS_ASCII;
        trial->characters++;
        trial->known += is_frequent;
        at += length;
    }
    return error;
}

static int try_bytes(const struct candidate *candidate, struct text text, struct trial *trial)
{
    int error = letter_table_read(&trial->table, candidate->name);
    trial->bits = INFINITY;
    if (error != 0)
        return error == ELIG_E_ARGUMENT ? 0 : error; /* this iconv does not know it */
    struct letter_score score = letter_model_score(&trial->table, text.bytes, text.length);
    trial->bits = score.bits;
    trial->known = score.known;
    trial->characters = score.letters;
    return 0;
}

static unsigned percent_of(const struct trial *trial)
{
    return trial->characters > 0 ? (unsigned)(trial->known * 100 / trial->characters) : 0;
}

/* Whether two candidates of single bytes are one for the bytes of a text. */
static bool is_same_text(const struct trial *a, const struct trial *b, struct text text)
{
    for (size_t i = 0; i < text.length; i++)
        if (is_high(text, i) &&
            a->table.characters[text.bytes[i] - 0x80] != b->table.characters[text.bytes[i] - 0x80])
            return false;
    return true;
}

static bool is_enough(const struct candidate *candidate, const struct trial *trial)
{
    return trial->bits < INFINITY &&
           percent_of(trial) >= (candidate->read_character != NULL ? PERCENT_MIN_PAIRS : PERCENT_MIN);
}

/* Notes the encodings that are nearly as plausible and make another text of the bytes. */
static void find_rivals(struct encoding_judgement *judgement, const struct trial *trials, size_t chosen,
                        struct text text)
{
    const struct trial *best = &trials[chosen];
    unsigned count = 0;
    for (size_t i = 0; i < CANDIDATES && count < ENCODING_JUDGE_RIVALS; i++) {
        bool is_near = trials[i].bits <= best->bits + BITS_NEAR + BITS_NEAR_EACH * (double)best->characters;
        bool is_pair = candidates[i].read_character != NULL || candidates[chosen].read_character != NULL;
        bool is_same = !is_pair && is_same_text(&trials[i], best, text);
        for (unsigned j = 0; j < count && !is_same && !is_pair; j++)
            for (size_t k = 0; k < i; k++)
                is_same |= candidates[k].name == judgement->rivals[j] && candidates[k].read_character == NULL &&
                           is_same_text(&trials[i], &trials[k], text);
        if (i != chosen && is_near && !is_same && is_enough(&candidates[i], &trials[i]))
            judgement->rivals[count++] = candidates[i].name;
    }
}

/* Whether control characters of ASCII say that the bytes are no text. */
static bool is_binary(struct text text)
{
    size_t controls = 0;
    for (size_t i = 0; i < text.length; i++)
        controls += text.bytes[i] < ' ' && memchr("\t\n\v\f\r", text.bytes[i], 5) == NULL;
    return controls * CONTROLS_SHARE > text.length;
}

/* Tries all candidates, and sets *chosen to the best; CANDIDATES: none. */
static int try_all(struct text sample, struct decoded *text, struct trial trials[CANDIDATES], size_t *chosen)
{
    *chosen = CANDIDATES;
    for (size_t i = 0; i < CANDIDATES; i++) {
        int error = candidates[i].read_character != NULL ? try_pairs(&candidates[i], sample, text, &trials[i])
                                                         : try_bytes(&candidates[i], sample, &trials[i]);
        if (error != 0)
            return error;
        if (is_enough(&candidates[i], &trials[i]) &&
            (*chosen == CANDIDATES || trials[i].bits < trials[*chosen].bits))
            *chosen = i;
    }
    return 0;
}

/* Judges the start of a sample; *best: how well the encoding fits. */
static int judge(struct text sample, struct decoded *text, struct encoding_judgement *judgement,
                 struct trial *best)
{
    size_t chosen;
    *judgement = (struct encoding_judgement){.name = NULL};
    struct trial *trials = calloc(CANDIDATES, sizeof *trials);
    int error = trials != NULL ? try_all(sample, text, trials, &chosen) : ELIG_E_MEMORY;
    if (error == 0 && chosen < CANDIDATES && !is_binary(sample)) {
        bool has_pairs = candidates[chosen].read_character != NULL;
        find_rivals(judgement, trials, chosen, sample);
        *best = trials[chosen];
        judgement->name = candidates[chosen].name;
        judgement->percent = percent_of(best);
        judgement->is_perhaps = judgement->percent < (has_pairs ? PERCENT_PROBABLE_PAIRS : PERCENT_PROBABLE);
        judgement->is_johab = candidates[chosen].read_character == read_johab;
    }
    free(trials);
    return error;
}

static struct text start_of(const struct encoding_sample *sample)
{
    return (struct text){sample->bytes, sample->length < TRIED_BYTES ? sample->length : TRIED_BYTES};
}

static void free_decoded(struct text sample, struct decoded *text)
{
    if (text->bytes != NULL)
        sodium_memzero(text->bytes, decoded_room(sample));
    free(text->bytes);
}

int encoding_judge(const struct encoding_sample *sample, struct encoding_judgement *judgement)
{
    struct text start = start_of(sample);
    struct decoded text = {.bytes = malloc(decoded_room(start))};
    struct trial best;
    *judgement = (struct encoding_judgement){.name = NULL};
    int error = text.bytes != NULL ? judge(start, &text, judgement, &best) : ELIG_E_MEMORY;
    free_decoded(start, &text);
    return error;
}

/* ---- Objections ---- */

/* Bytes beyond ASCII without which a sample says little. */
#define OBJECTION_BYTES_MIN 24

/* Bits less, for the text and for each character, that speak against the declared encoding. */
#define OBJECTION_BITS 24.0
#define OBJECTION_BITS_EACH 0.2

static uint64_t count_high(struct text text)
{
    uint64_t count = 0;
    for (size_t i = 0; i < text.length; i++)
        count += is_high(text, i);
    return count;
}

/* Whether each byte is a character, as the decoded text has them. */
static bool is_single_byte(struct text sample, const struct decoded *text)
{
    size_t characters = 0;
    for (size_t i = 0; i < text->length; i++)
        characters += ((uint8_t)text->bytes[i] & 0xC0u) != 0x80u;
    return characters == sample.length;
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

/* Sets *better if another encoding than the declared one is clearly more plausible and makes another text. */
static int object(struct text sample, const char *encoding, struct decoded *text, struct decoded *other,
                  const char **better)
{
    struct encoding_judgement judgement;
    struct letter_table table;
    struct trial best = {.bits = 0};
    int error = judge(sample, text, &judgement, &best);
    if (error != 0 || judgement.name == NULL || judgement.is_perhaps || judgement.is_johab)
        return error;
    error = decode(encoding, sample, text);
    if (error == 0)
        error = decode(judgement.name, sample, other);
    if (error != 0 || is_alike(text, other))
        return error;
    double bits = INFINITY;
    if (is_single_byte(sample, text)) {
        error = letter_table_read(&table, encoding);
        if (error == 0)
            bits = letter_model_score(&table, sample.bytes, sample.length).bits;
    }
    if (error == 0 && bits > best.bits + OBJECTION_BITS + OBJECTION_BITS_EACH * (double)best.characters)
        *better = judgement.name;
    return error;
}

int encoding_judge_objection(const struct encoding_sample *sample, const char *encoding, const char **better)
{
    struct text start = start_of(sample);
    *better = NULL;
    if (count_high(start) < OBJECTION_BYTES_MIN)
        return 0;
    struct decoded text = {.bytes = malloc(decoded_room(start))},
                   other = {.bytes = malloc(decoded_room(start))};
    int error = text.bytes != NULL && other.bytes != NULL ? object(start, encoding, &text, &other, better)
                                                          : ELIG_E_MEMORY;
    free_decoded(start, &text);
    free_decoded(start, &other);
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
