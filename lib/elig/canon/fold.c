/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lists of fold.h. Sources are named where a list follows one: the keyboards' own substitutions (smart
 * punctuation of iOS, macOS and word processors), and Lucene's normalizers for Arabic and Persian.
 */
#include "lib/elig/canon/fold.h"

#include <limits.h>
#include <stdbool.h>

#include "lib/elig/canon/ascii.h"
#include "lib/elig/canon/code_point.h"

#define APOSTROPHE '\''
#define QUOTATION_MARK '"'
#define HYPHEN '-'
#define MIDDLE_DOT 0xB7u
#define ARABIC_ALEF 0x627u
#define ARABIC_HEH 0x647u
#define ARABIC_KAF 0x643u
#define ARABIC_YEH 0x64Au
#define ARAEA 0x119Eu
#define PROLONGED_SOUND_MARK 0x30FCu
#define VOICED_MARK 0x3099u
#define SEMI_VOICED_MARK 0x309Au
#define OE_LIGATURE 0x153u
#define D_WITH_STROKE 0x111u
#define CEDILLA 0x327u
#define YPOGEGRAMMENI 0x345u

#define IS_ONE_OF(list, code_point) code_point_is_one_of(list, sizeof(list) / sizeof(list)[0], code_point)

/* Acute accent; Greek tonos, koronis, psili, oxia, dasia. */
static const uint16_t typed_apostrophes[] = {0x00B4, 0x0384, 0x1FBD, 0x1FBF, 0x1FFD, 0x1FFE};

uint32_t fold_typed(enum fold fold, uint32_t code_point)
{
    bool is_local = fold == FOLD_LOCAL;

    if (fold == FOLD_NONE || code_point < ASCII_END)
        return code_point;
    if (IS_ONE_OF(typed_apostrophes, code_point))
        return APOSTROPHE;
    switch (code_point) {
    case 0x2033: /* double primes would become two single ones */
    case 0x2036:
        return is_local ? FOLD_REFUSE : (uint32_t)QUOTATION_MARK;
    case 0x318D: /* would become the conjoining form of an old Korean vowel */
        return is_local ? FOLD_REFUSE : MIDDLE_DOT;
    case 0x309B: /* the spacing forms of the voicing marks */
        return is_local ? code_point : VOICED_MARK;
    case 0x309C:
        return is_local ? code_point : SEMI_VOICED_MARK;
    default:
        return code_point;
    }
}

uint32_t fold_prefix(enum fold fold, uint32_t code_point)
{
    return code_point == OE_LIGATURE && fold & FOLD_IS_TEXT ? 'o' : 0;
}

/* Typed for an apostrophe, whatever the type. The grave accent is not here: it may be part of a mailbox. */
static const uint16_t apostrophes[] = {
    0x02B9, 0x02BB, 0x02BC, 0x02BD,
    0x02BE, 0x02BF,                 /* modifier letters: prime, turned comma, apostrophe (also
                                       Hawaiian and Arabic in Latin letters) */
    0x02C8, 0x02CA, 0x02CB,         /* vertical line, acute, grave */
    0x055A, 0x05F3, 0x07F4, 0x07F5, /* Armenian, Hebrew (geresh), N'Ko */
    0x2018, 0x2019, 0x201B,         /* what keyboards put in for ' */
    0x2032, 0x2035,                 /* primes */
    0xA78C,                         /* saltillo; its capital U+A78B has become it */
};

static const uint16_t single_quotes[] = {0x201A, 0x2039, 0x203A};

static const uint16_t double_quotes[] = {
    0x00AB, 0x00BB, 0x201C, 0x201D, 0x201E, 0x201F, /* what keyboards put in for ": French, German, English */
    0x02BA, 0x05F4,                                 /* modifier letter, gershayim */
    0x301D, 0x301E,                                 /* of vertical Japanese */
};

/* Between the parts of a name in Korean, Chinese, Japanese and Catalan. U+0387 and U+FF65 have become one of
 * these. */
static const uint16_t middle_dots[] = {
    MIDDLE_DOT, 0x30FB,                                 /* Katakana middle dot */
    0x2022,     0x2027, 0x2219, 0x22C5, 0x16EB, 0x2E31, /* bullets, operators, word separators */
    0xA78F,     0x1427,                                 /* letters that look like one */
};

/* Minus signs and lines that are typed for a hyphen, beside the dashes (Pd). */
static const uint16_t minus_signs[] = {0x2212, 0x02D7, 0x2043, 0x2500, 0x2501};

/* Kana, after which U+30FC is a long vowel; elsewhere it is typed for a hyphen. */
static bool is_kana(uint32_t code_point)
{
    return (code_point >= 0x3041 && code_point <= 0x3096) || (code_point >= 0x309D && code_point <= 0x309F) ||
           (code_point >= 0x30A1 && code_point <= 0x30FA) || (code_point >= 0x30FC && code_point <= 0x30FF) ||
           (code_point >= 0x31F0 && code_point <= 0x31FF) || (code_point >= 0x1B000 && code_point <= 0x1B16F);
}

/* Of Hangul, conjoining. */
static bool is_leading_consonant(uint32_t code_point)
{
    return (code_point >= 0x1100 && code_point <= 0x115F) || (code_point >= 0xA960 && code_point <= 0xA97C);
}

/* Marks that FOLD_PLAIN drops: the accents of Latin, Greek and Cyrillic (the blocks of combining diacritical
 * marks) and the points of Hebrew. Not the marks of Kana and of the scripts of India and its neighbours: those
 * are vowels, or make another letter. Letters with a stroke, as in Lodz or Soren, have no mark and stay. */
static bool is_accent(uint32_t code_point, uint32_t class)
{
    if ((class & UNICODE_TABLE_MARK) == 0 ||
        code_point == YPOGEGRAMMENI) /* which is a letter in small letters */
        return false;
    return (code_point >= 0x0300 && code_point <= 0x036F) || (code_point >= 0x0591 && code_point <= 0x05C7) ||
           (code_point >= 0x1AB0 && code_point <= 0x1AFF) || (code_point >= 0x1DC0 && code_point <= 0x1DFF) ||
           (code_point >= 0x20D0 && code_point <= 0x20FF) || (code_point >= 0xFE20 && code_point <= 0xFE2F);
}

/* What else stands for another character in text. */
static const struct {
    uint16_t from, to;
} replacements[] = {
    {0x301C, '~'},           {0x3030, '~'}, /* wave dash, wavy dash: dashes (Pd), but typed for a tilde */
    {0x3002, '.'},           {0x06D4, '.'}, /* full stops of Chinese and Japanese, and of Urdu */
    {0x2800, ' '},                          /* Braille pattern blank */
    {OE_LIGATURE, 'e'},                     /* fold_prefix() gives the o */
    {0x00F0, D_WITH_STROKE}, {0x0256, D_WITH_STROKE}, /* eth and African d look like d with stroke as capitals,
                                                         and are typed for it */
    {0x06CC, ARABIC_YEH},    {0x0649, ARABIC_YEH}, /* Persian yeh, alef maksura: Arabic and Persian write these
                                                      letters for each other */
    {0x06A9, ARABIC_KAF},    {0x06AA, ARABIC_KAF}, /* Persian kaf, swash kaf */
    {0x0671, ARABIC_ALEF},                         /* alef wasla */
    {0x0629, ARABIC_HEH},    {0x06C1, ARABIC_HEH}, /* teh marbuta, the kinds of heh, ae */
    {0x06BE, ARABIC_HEH},    {0x06D5, ARABIC_HEH},    {0x06C3, ARABIC_HEH},
};

/* Another character, or the same if there is no replacement. */
static uint32_t replace(uint32_t code_point)
{
    for (size_t i = 0; i < sizeof replacements / sizeof replacements[0]; i++)
        if (replacements[i].from == code_point)
            return replacements[i].to;
    return code_point;
}

/* Marks of Arabic: vowel signs and the stretching line are left out at will. */
static uint32_t fold_arabic(uint32_t base, uint32_t code_point)
{
    switch (code_point) {
    case 0x0653: /* madda and hamza below and above alef, hamza above heh */
    case 0x0655:
        return base == ARABIC_ALEF ? FOLD_DROP : code_point;
    case 0x0654:
        return base == ARABIC_ALEF || base == ARABIC_HEH ? FOLD_DROP : code_point;
    case 0x0640: /* tatweel, superscript alef */
    case 0x0670:
        return FOLD_DROP;
    default:
        return code_point >= 0x064B && code_point <= 0x0652 ? FOLD_DROP : code_point;
    }
}

/* Letters that a keyboard or a character set lacks. */
static uint32_t fold_letter(uint32_t base, uint32_t code_point)
{
    switch (code_point) {
    case 0x0131: /* dotless i */
        return 'i';
    case 0x0307: /* and what the dotted capital has become: i with a dot above */
        return base == 'i' ? FOLD_DROP : code_point;
    default:
        return code_point;
    }
}

static uint32_t fold_text(uint32_t base, uint32_t code_point, uint32_t class)
{
    if (class & UNICODE_TABLE_WHITE_SPACE)
        return ' ';
    if (class & UNICODE_TABLE_DIGIT)
        return (uint32_t)('0' + code_point_decimal(code_point));
    if (IS_ONE_OF(apostrophes, code_point) || IS_ONE_OF(single_quotes, code_point))
        return APOSTROPHE;
    if (IS_ONE_OF(double_quotes, code_point))
        return QUOTATION_MARK;
    if (IS_ONE_OF(middle_dots, code_point))
        return MIDDLE_DOT;
    uint32_t replaced = replace(code_point);
    if (replaced != code_point)
        return replaced;
    switch (code_point) {
    case ARAEA: /* what NFKC has made of U+318D, unless it is a vowel of old Korean */
        return is_leading_consonant(base) ? code_point : MIDDLE_DOT;
    case PROLONGED_SOUND_MARK:
        return is_kana(base) ? code_point : (uint32_t)HYPHEN;
    case 0x0326: /* Romanian s and t with comma, for which older character sets have a cedilla */
        return base == 's' || base == 't' ? CEDILLA : code_point;
    default:
        break;
    }
    if (class & UNICODE_TABLE_DASH || IS_ONE_OF(minus_signs, code_point))
        return HYPHEN;
    return fold_arabic(base, code_point);
}

static uint32_t fold_local(uint32_t base, uint32_t code_point)
{
    if (IS_ONE_OF(apostrophes, code_point))
        return APOSTROPHE;
    /* Keyboards make quotation marks of " and long dashes of --: which mailbox was meant cannot be told. */
    if (IS_ONE_OF(double_quotes, code_point) || IS_ONE_OF(single_quotes, code_point) ||
        IS_ONE_OF(middle_dots, code_point))
        return FOLD_REFUSE;
    switch (code_point) {
    case 0x2010: /* hyphen, which U+2011 has become, and minus */
    case 0x2212:
        return HYPHEN;
    case 0x2013: /* dashes */
    case 0x2014:
    case 0x2015:
        return FOLD_REFUSE;
    case PROLONGED_SOUND_MARK:
        return is_kana(base) ? code_point : (uint32_t)HYPHEN;
    case 0x3002:
        return '.';
    default:
        return code_point;
    }
}

uint32_t fold_element(enum fold fold, uint32_t base, uint32_t code_point, uint32_t class)
{
    if (fold == FOLD_NONE)
        return code_point;
    if (code_point < ASCII_END)
        return code_point == '`' && fold != FOLD_LOCAL ? (uint32_t)APOSTROPHE : code_point;
    if (fold & FOLD_IS_PLAIN && is_accent(code_point, class))
        return FOLD_DROP;
    uint32_t folded = fold_letter(base, code_point);
    if (folded != code_point)
        return folded;
    return fold == FOLD_LOCAL ? fold_local(base, code_point) : fold_text(base, code_point, class);
}

/* Not 0 if a byte of a word is 0. */
static uint64_t zero_bytes(uint64_t word)
{
    return (word - ASCII_EVERY_BYTE) & ~word & ASCII_TOP_BITS;
}

/* Not 0 if a word may have a grave accent, or two hyphens or two spaces in a row. */
static uint64_t folded_in(const uint8_t *bytes)
{
    uint64_t word = ascii_word(bytes);
    uint64_t hyphens = zero_bytes(word ^ ASCII_EVERY_BYTE * HYPHEN),
             spaces = zero_bytes(word ^ ASCII_EVERY_BYTE * ' ');
    return zero_bytes(word ^ ASCII_EVERY_BYTE * '`') | (hyphens & hyphens << CHAR_BIT) |
           (spaces & spaces << CHAR_BIT);
}

/* Whether there may be something among length bytes (length > 0) that fold_bytes() changes. Words overlap, so
 * that two characters in a row are in one of them. */
static bool has_folded(const uint8_t *bytes, size_t length)
{
    uint64_t found = 0;

    if (length < ASCII_WORD_BYTES || bytes[0] == ' ' || bytes[length - 1] == ' ')
        return true;
    for (size_t at = 0; at < length - ASCII_WORD_BYTES; at += ASCII_WORD_BYTES - 1)
        found |= folded_in(bytes + at);
    return (found | folded_in(bytes + length - ASCII_WORD_BYTES)) != 0;
}

size_t fold_bytes(enum fold fold, uint8_t *bytes, size_t length)
{
    size_t kept = 0;

    if ((fold & FOLD_IS_TEXT) == 0 || length == 0 ||
        ((fold & FOLD_IS_COMPACT) == 0 && !has_folded(bytes, length)))
        return length;
    for (size_t at = 0; at < length; at++) {
        uint8_t byte = bytes[at] == '`' ? (uint8_t)APOSTROPHE : bytes[at];
        if (byte == ' ' && (fold & FOLD_IS_COMPACT || kept == 0))
            continue;
        if ((byte == HYPHEN || byte == ' ') && kept > 0 && bytes[kept - 1] == byte)
            continue;
        bytes[kept++] = byte;
    }
    return kept > 0 && bytes[kept - 1] == ' ' ? kept - 1 : kept;
}
