/* SPDX-License-Identifier: Apache-2.0 */
/* letter_model.c - counts bytes once, what stands beside them as well, and weighs the counts for each language.
 */
#include "lib/csv/letter_model.h"

#include <math.h>
#include <sodium.h>
#include <string.h>

#include "lib/csv/charset.h"
#include "lib/elig/canon/normalize.h"

/* Bits of what is not a letter of the language. */
#define BITS_PUNCTUATION 7.0
#define BITS_OTHER 12.0
#define BITS_NONE 20.0

/* Further bits of a letter by what stands beside it. */
#define BITS_CAPITAL_INSIDE 6.0
#define BITS_SMALL_FIRST 1.0
#define BITS_SCRIPT 10.0
#define BITS_RUN 6.0
#define RUN_MAX 2 /* Latin letters beyond ASCII that stand side by side */

#define CHARACTER_BYTES_MAX 4

/* Letters of languages and of regions whose lists have several. */
static const char *const languages[] = {
    "üöäßé",                                                         /* German */
    "éèçêëïàôîâœûùüÿ",                                               /* French */
    "áíéóñúü",                                                       /* Spanish */
    "ãéçáíóõúêôâàü",                                                 /* Portuguese */
    "àòèìùé",                                                        /* Italian */
    "åöäøæéü",                                                       /* of the North */
    "áíðóþéöúæý",                                                    /* Icelandic */
    "éüöäáíóñçèãåßøëêïúàôæâîûõìòùœþðýÿ",                             /* of Western Europe */
    "ışğüöçİâîû",                                                    /* Turkish */
    "łóąęśżćńź",                                                     /* Polish */
    "áíéěřčýšžůúňťďó",                                               /* Czech */
    "áíéčýžšúľťôňďäĺŕó",                                             /* Slovak */
    "áéóöíőüúű",                                                     /* Hungarian */
    "ăîâșțşţ",                                                       /* Romanian */
    "ćčšžđ",                                                         /* Croatian and others */
    "áéíóöüýčšžłćąęńäěřůőúűśżźďťňľôđăâîșțşţĺŕç",                     /* of Central Europe */
    "āėšīūžąčėęįųģķļņēõäöü",                                         /* of the Baltic */
    "аоеинтрсвлкмдпуяыьгзбчйхжшюцщэфъё",                             /* Russian */
    "оанивіретскулдмпязьбгчйхжїшюєцщфґ",                             /* Ukrainian */
    "аоиетнрсвлдкпмзубгчъцяжйхшщюфь",                                /* Bulgarian */
    "аоеиjнрстувлкдмпбгзчшњљћђжцхфџ",                                /* Serbian */
    "αοιετσνηυρπκμλίάγέδήόώχθύφβωξζψϊ",                              /* Greek */
    "יוהלארתבמשןנםכדעחקפגזטצסךףץ",                                   /* Hebrew */
    "اليمنرتبدعسهوةفحكقجخشصىطأذزضثغءظئإآؤ",                          /* Arabic */
    "ایردنمهوتبسشلکزفگعخقجپحصطچغضذثظژآيك",                           /* Persian */
    "านรอกเงมยลวดัทสี่ต้ะปบิค์หแุูจพชขใไู็โืึผถศธซฉณญภฐฎฏฆฌฒฬ",                  /* Thai */
    "àáạảãăâđêôơưéèíìóòúùý\xCC\x80\xCC\x81\xCC\x83\xCC\x89\xCC\xA3", /* Vietnamese */
};
#define LANGUAGES (sizeof languages / sizeof *languages)

static const char punctuation[] = "’‘“”–—…·«»°´\u00A0";

/* ---- Characters ---- */

/* The character of UTF-8 at *text, which is valid, and moves past it. */
static uint32_t next_character(const char **text)
{
    const uint8_t *bytes = (const uint8_t *)*text;
    size_t length = bytes[0] < 0x80 ? 1 : bytes[0] < 0xE0 ? 2 : bytes[0] < 0xF0 ? 3 : 4;
    uint32_t value = length == 1 ? bytes[0] : bytes[0] & (0x3Fu >> (length - 1));
    for (size_t i = 1; i < length; i++)
        value = value << 6 | (bytes[i] & 0x3Fu);
    *text += length;
    return value;
}

/* Where a character stands in a text; -1: nowhere. */
static int find_character(const char *text, uint32_t character)
{
    for (int i = 0; *text != '\0'; i++)
        if (next_character(&text) == character)
            return i;
    return -1;
}

static size_t write_utf8(uint32_t character, char out[CHARACTER_BYTES_MAX])
{
    if (character < 0x800) {
        out[0] = (char)(0xC0 | character >> 6);
        out[1] = (char)(0x80 | (character & 0x3F));
        return 2;
    }
    out[0] = (char)(0xE0 | character >> 12);
    out[1] = (char)(0x80 | (character >> 6 & 0x3F));
    out[2] = (char)(0x80 | (character & 0x3F));
    return 3;
}

/* The small letter of a capital; other characters as they are. */
static uint32_t small_letter(uint32_t character)
{
    char text[CHARACTER_BYTES_MAX], folded[ELIG_TEXT_MAX + 1];
    size_t length = write_utf8(character, text);
    if (normalize_text((struct elig_text){text, length}, FOLD_NONE, (uint8_t *)folded, &length) !=
            ELIG_REASON_NONE ||
        length < 2 || length > 3)
        return character;
    folded[length] = '\0';
    const char *at = folded;
    uint32_t small = next_character(&at);
    return *at == '\0' ? small : character;
}

int letter_table_read(struct letter_table *table, const char *encoding)
{
    char in[2 * LETTER_MODEL_HIGH], out[4096];
    struct charset *charset;
    *table = (struct letter_table){.characters = {0}};
    int error = charset_open(&charset, encoding);
    if (error != 0)
        return error;
    for (size_t i = 0; i < LETTER_MODEL_HIGH; i++) {
        in[2 * i] = (char)(0x80 + i);
        in[2 * i + 1] = '\n';
    }
    const char *input = in;
    size_t left = sizeof in, length = charset_feed(charset, &input, &left, out, sizeof out - CHARSET_ROOM_MIN);
    length += charset_finish(charset, out + length, sizeof out - length);
    charset_close(charset);
    out[length < sizeof out ? length : sizeof out - 1] = '\0';
    char *rest = out;
    for (size_t i = 0; i < LETTER_MODEL_HIGH; i++) {
        const char *line = strsep(&rest, "\n");
        if (line == NULL)
            return ELIG_E_ARGUMENT;
        bool is_bad = *line == '\0' || *line == CHARSET_BAD_BYTE;
        table->characters[i] = is_bad ? 0 : next_character(&line);
    }
    return 0;
}

/* ---- Scores ---- */

enum script { SCRIPT_NONE, SCRIPT_LATIN, SCRIPT_OTHER };

/* What is known of the characters of an encoding. */
struct properties {
    uint32_t small[LETTER_MODEL_HIGH];
    enum script script[LETTER_MODEL_HIGH];
    bool is_capital[LETTER_MODEL_HIGH];
    bool has_case[LETTER_MODEL_HIGH];
};

static enum script script_of(uint32_t c)
{
    if ((c >= 0xC0 && c <= 0x24F && c != 0xD7 && c != 0xF7) || (c >= 0x1E00 && c < 0x1F00))
        return SCRIPT_LATIN;
    return c >= 0x386 && c < 0xE80 && c != 0x387 ? SCRIPT_OTHER : SCRIPT_NONE;
}

static void find_properties(const struct letter_table *table, struct properties *properties)
{
    for (size_t i = 0; i < LETTER_MODEL_HIGH; i++) {
        uint32_t c = table->characters[i];
        properties->small[i] = c;
        properties->script[i] = script_of(c);
        if (properties->script[i] == SCRIPT_NONE)
            continue;
        uint32_t small = small_letter(c);
        properties->is_capital[i] = small != c && script_of(small) != SCRIPT_NONE;
        properties->small[i] = properties->is_capital[i] || c == 0x3C2 ? small : c;
        properties->has_case[i] = properties->script[i] == SCRIPT_LATIN || c < 0x530;
    }
}

static bool is_ascii_letter(uint8_t byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static enum script script_at(const struct properties *properties, uint8_t byte)
{
    return byte >= 0x80 ? properties->script[byte - 0x80] : is_ascii_letter(byte) ? SCRIPT_LATIN : SCRIPT_NONE;
}

/* Whether a byte beyond ASCII is a small letter. */
static bool is_small(const struct properties *properties, uint8_t byte)
{
    return byte >= 0x80 && properties->script[byte - 0x80] != SCRIPT_NONE &&
           properties->has_case[byte - 0x80] && !properties->is_capital[byte - 0x80];
}

/* Bits for what stands beside a letter. run: letters beyond ASCII side by side, this one included. */
static double context_bits(const struct properties *properties, uint8_t before, uint8_t byte, uint8_t after,
                           unsigned run)
{
    size_t i = byte - 0x80u;
    enum script previous = script_at(properties, before), next = script_at(properties, after);
    double bits = 0;
    bool is_small_before = (before >= 'a' && before <= 'z') || is_small(properties, before);
    if (properties->is_capital[i] && is_small_before)
        bits += BITS_CAPITAL_INSIDE;
    if (properties->script[i] == SCRIPT_OTHER && properties->has_case[i] && !properties->is_capital[i] &&
        previous == SCRIPT_NONE)
        bits += BITS_SMALL_FIRST;
    if ((previous != SCRIPT_NONE && previous != properties->script[i]) ||
        (next != SCRIPT_NONE && next != properties->script[i]))
        bits += BITS_SCRIPT;
    if (properties->script[i] == SCRIPT_LATIN && run > RUN_MAX)
        bits += BITS_RUN;
    return bits;
}

/* Bits of all characters in one language. */
static struct letter_score score_language(const struct letter_table *table, const struct properties *properties,
                                          const uint64_t counts[LETTER_MODEL_HIGH], const char *language)
{
    struct letter_score score = {0};
    double sum = 0;
    const char *at = language;
    for (int rank = 0; *at != '\0'; rank++) {
        (void)next_character(&at);
        sum += 1.0 / (rank + 2);
    }
    for (size_t i = 0; i < LETTER_MODEL_HIGH; i++) {
        if (counts[i] == 0)
            continue;
        int rank = find_character(language, properties->small[i]);
        bool is_mark = table->characters[i] != 0 && find_character(punctuation, table->characters[i]) >= 0;
        double bits = rank >= 0                   ? log2((rank + 2) * sum)
                      : is_mark                   ? BITS_PUNCTUATION
                      : table->characters[i] == 0 ? BITS_NONE
                                                  : BITS_OTHER;
        score.bits += bits * (double)counts[i];
        score.known += rank >= 0 || is_mark ? counts[i] : 0;
        score.letters += counts[i];
    }
    return score;
}

struct letter_score letter_model_score(const struct letter_table *table, const uint8_t *bytes, size_t length)
{
    struct properties properties = {.small = {0}};
    struct letter_score best = {.bits = INFINITY};
    uint64_t counts[LETTER_MODEL_HIGH] = {0};
    double context = 0;
    unsigned run = 0;
    find_properties(table, &properties);
    for (size_t i = 0; i < length; i++) {
        run = bytes[i] >= 0x80 ? run + 1 : 0;
        if (run == 0) {
            bool is_capital = bytes[i] >= 'A' && bytes[i] <= 'Z';
            context += is_capital && i > 0 && is_small(&properties, bytes[i - 1]) ? BITS_CAPITAL_INSIDE : 0;
            continue;
        }
        counts[bytes[i] - 0x80]++;
        if (properties.script[bytes[i] - 0x80] != SCRIPT_NONE)
            context += context_bits(&properties, i > 0 ? bytes[i - 1] : 0, bytes[i],
                                    i + 1 < length ? bytes[i + 1] : 0, run);
    }
    for (size_t i = 0; i < LANGUAGES; i++) {
        struct letter_score score = score_language(table, &properties, counts, languages[i]);
        if (score.bits < best.bits)
            best = score;
    }
    best.bits += context;
    sodium_memzero(counts, sizeof counts);
    return best;
}
