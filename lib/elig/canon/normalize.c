/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Folding by the generated table, canonical ordering by insertion, canonical composition (Unicode Standard,
 * sections 3.11 and 3.13). Until it is composed an element is a code point with what ordering and composition
 * ask of it.
 */
#include "lib/elig/canon/normalize.h"

#include <sodium.h>
#include <string.h>

#include "lib/elig/canon/ascii.h"
#include "lib/elig/canon/code_point.h"
#include "lib/elig/canon/raw_text.h"
#include "lib/elig/canon/unicode_table.h"

/* An element: code point, whether it may compose with one before it, combining class. */
#define ELEMENT_CODE_POINT 0x1FFFFFu
#define ELEMENT_COMPOSES 0x200000u
#define ELEMENT_CCC_SHIFT 24

/* Below it no code point is a mark or composes with one before it. */
#define MARKS_FIRST 0x300u

#define LEADING_FIRST 0x1100u /* conjoining consonants, vowels, final consonants */
#define LEADING_COUNT 19u
#define VOWELS_FIRST 0x1161u
#define VOWEL_COUNT 21u
#define FINALS_FIRST 0x11A7u /* U+11A7 stands for no final consonant */
#define FINAL_COUNT 28u

#define YPOGEGRAMMENI 0x345u /* a mark whose case folding is the letter iota */
#define IOTA 0x3B9u
#define HALF_WIDTH_VOICED 0xFF9Eu /* letters whose compatibility mappings are marks */
#define HALF_WIDTH_SEMI_VOICED 0xFF9Fu

/* What UTS #46 maps otherwise than NFKC_Casefold. */
#define SHARP_S 0xDFu
#define CAPITAL_SHARP_S 0x1E9Eu
#define FINAL_SIGMA 0x3C2u
#define ZERO_WIDTH_NON_JOINER 0x200Cu
#define ZERO_WIDTH_JOINER 0x200Du
#define IDEOGRAPHIC_FULL_STOP 0x3002u
#define HALF_WIDTH_FULL_STOP 0xFF61u

#define LEAD_SURROGATES 0xD800u
#define TRAIL_SURROGATES 0xDC00u
#define SURROGATE_BITS 10
#define SURROGATES_LAST 0xDFFFu
#define PLANE_BITS 16
#define PLANE_MASK 0xFFFFu
#define BASIC_PLANE_END 0x10000u

void normalize_begin(struct normalize *normalize, enum fold fold, bool is_domain)
{
    normalize->fold = fold;
    normalize->is_domain = is_domain;
    normalize->base = 0;
    normalize->count = normalize->most = 0;
}

void normalize_wipe(struct normalize *normalize)
{
    size_t used = normalize->count > normalize->most ? normalize->count : normalize->most;

    sodium_memzero(normalize->elements, used * sizeof normalize->elements[0]);
    normalize->base = 0;
}

/* ---- Decomposition ---- */

static bool is_full(const struct normalize *normalize)
{
    return normalize->count == NORMALIZE_ELEMENTS_MAX;
}

/* Whether a character is left out of text: a second hyphen, or white space but for one space between others. */
static bool is_repeated(const struct normalize *normalize, uint32_t code_point)
{
    if ((code_point != '-' && code_point != ' ') || (normalize->fold & FOLD_IS_TEXT) == 0)
        return false;
    if (normalize->count == 0)
        return code_point == ' ';
    return normalize->elements[normalize->count - 1] == code_point;
}

/* Adds a character of combining class 0. */
static enum elig_reason append_starter(struct normalize *normalize, uint32_t code_point, uint32_t flags)
{
    if (is_full(normalize))
        return ELIG_REASON_TOO_LONG;
    if (code_point == ' ' && normalize->fold & FOLD_IS_COMPACT)
        return ELIG_REASON_NONE;
    normalize->base = code_point;
    if (!is_repeated(normalize, code_point))
        normalize->elements[normalize->count++] = code_point | flags;
    return ELIG_REASON_NONE;
}

/* Adds a mark before the marks of higher combining classes that stand at the end: their order stays canonical.
 * In ELIG_TEXT_MAX bytes there are 512 marks at most, each of which moves past all before it: some 2^17 steps.
 */
static enum elig_reason insert_mark(struct normalize *normalize, uint32_t element)
{
    uint32_t *place = normalize->elements + normalize->count;
    uint32_t ccc = element >> ELEMENT_CCC_SHIFT;

    if (is_full(normalize))
        return ELIG_REASON_TOO_LONG;
    while (place > normalize->elements && place[-1] >> ELEMENT_CCC_SHIFT > ccc) {
        *place = place[-1];
        place--;
    }
    *place = element;
    normalize->count++;
    return ELIG_REASON_NONE;
}

static enum elig_reason append(struct normalize *normalize, uint32_t code_point, uint32_t class)
{
    uint32_t flags = class & UNICODE_TABLE_COMPOSES ? ELEMENT_COMPOSES : 0;
    uint32_t ccc = class & UNICODE_TABLE_CCC;

    if (ccc == 0)
        return append_starter(normalize, code_point, flags);
    if (code_point == YPOGEGRAMMENI && normalize->is_domain) /* UTS #46 maps before it orders */
        return append_starter(normalize, IOTA, 0);
    return insert_mark(normalize, code_point | flags | ccc << ELEMENT_CCC_SHIFT);
}

static bool ends_in_ypogegrammeni(const struct normalize *normalize)
{
    return normalize->count > 0 &&
           (normalize->elements[normalize->count - 1] & ELEMENT_CODE_POINT) == YPOGEGRAMMENI;
}

/* The character that the next one, of some class, follows: U+0345 will be a letter before it, unless it is a
 * mark of the same sequence. */
static uint32_t base_for(const struct normalize *normalize, uint32_t class)
{
    return (class & UNICODE_TABLE_CCC) == 0 && ends_in_ypogegrammeni(normalize) ? IOTA : normalize->base;
}

/* Adds what folding made of a code point, after the folds of fold.h. */
static enum elig_reason add_folded(struct normalize *normalize, uint32_t code_point)
{
    uint32_t class = code_point < MARKS_FIRST ? 0 : code_point_class(code_point);

    if (normalize->fold != FOLD_NONE) {
        uint32_t prefix = fold_prefix(normalize->fold, code_point);
        if (prefix != 0 && append_starter(normalize, prefix, 0) != ELIG_REASON_NONE)
            return ELIG_REASON_TOO_LONG;
        uint32_t folded = fold_element(normalize->fold, base_for(normalize, class), code_point, class);
        if (folded == FOLD_DROP)
            return ELIG_REASON_NONE;
        if (folded == FOLD_REFUSE)
            return ELIG_REASON_EMAIL_LOCAL;
        if (folded != code_point) {
            code_point = folded;
            class = code_point_class(code_point);
        }
    }
    return append(normalize, code_point, class);
}

static enum elig_reason add_string(struct normalize *normalize, uint16_t reference)
{
    const uint16_t *units = unicode_table_pool + (reference & UNICODE_TABLE_PLACE_MASK);
    unsigned length = reference >> UNICODE_TABLE_LENGTH_SHIFT;
    enum elig_reason reason = ELIG_REASON_NONE;

    if (length == UNICODE_TABLE_LONG)
        length = *units++;
    for (unsigned i = 0; i < length && reason == ELIG_REASON_NONE; i++) {
        uint32_t code_point = units[i];
        if (code_point >= LEAD_SURROGATES && code_point < TRAIL_SURROGATES) {
            uint32_t high = code_point - LEAD_SURROGATES, low = units[++i] - TRAIL_SURROGATES;
            code_point = BASIC_PLANE_END + (high << SURROGATE_BITS | low);
        }
        reason = add_folded(normalize, code_point);
    }
    return reason;
}

static enum elig_reason add_mapping(struct normalize *normalize, uint32_t code_point)
{
    if (code_point >= UNICODE_TABLE_END) /* ignorable but for private use */
        return code_point_is_ignorable(code_point) ? ELIG_REASON_NONE
                                                   : append_starter(normalize, code_point, 0);
    const struct unicode_table_fold *range =
        unicode_table_folds + code_point_find_range(unicode_table_fold_pages, unicode_table_fold_page,
                                                    unicode_table_fold_start, unicode_table_folds,
                                                    sizeof *unicode_table_folds, code_point);

    switch ((enum unicode_table_sort)range->sort) {
    case UNICODE_TABLE_DROP:
        return ELIG_REASON_NONE;
    case UNICODE_TABLE_EVEN:
        return add_folded(normalize, code_point | 1u);
    case UNICODE_TABLE_ODD:
        return add_folded(normalize, code_point + (code_point & 1u));
    case UNICODE_TABLE_DELTA:
        return add_folded(normalize, code_point + (uint32_t)unicode_table_deltas[range->value]);
    case UNICODE_TABLE_LIST: {
        size_t distance = (code_point & UNICODE_TABLE_PAGE_MASK) - range->first;
        uint16_t reference = unicode_table_references[range->value + distance];
        return reference == 0 ? add_folded(normalize, code_point) : add_string(normalize, reference);
    }
    case UNICODE_TABLE_SAME:
        break;
    }
    return add_folded(normalize, code_point);
}

/* What UTS #46 makes of a code point beyond ASCII. */
static enum elig_reason add_domain(struct normalize *normalize, uint32_t code_point)
{
    switch (code_point) {
    case CAPITAL_SHARP_S:
    case SHARP_S:
        return append_starter(normalize, SHARP_S, 0);
    case FINAL_SIGMA:
    case ZERO_WIDTH_NON_JOINER:
    case ZERO_WIDTH_JOINER:
        return append_starter(normalize, code_point, 0);
    case IDEOGRAPHIC_FULL_STOP:
    case HALF_WIDTH_FULL_STOP:
        return append_starter(normalize, '.', 0);
    default:
        if (code_point_class(code_point) & UNICODE_TABLE_DISALLOWED)
            return ELIG_REASON_EMAIL_DOMAIN;
        return add_mapping(normalize, code_point);
    }
}

/* Makes a U+0345 at the end the letter iota. Definition D147 begins with canonical ordering, where U+0345 is
 * the last of its sequence of marks; what else becomes a mark is added to the letter, as another one. */
static void settle_ypogegrammeni(struct normalize *normalize)
{
    uint32_t *element = normalize->elements + normalize->count;

    if (ends_in_ypogegrammeni(normalize))
        normalize->base = IOTA;
    while (element > normalize->elements && (element[-1] & ELEMENT_CODE_POINT) == YPOGEGRAMMENI)
        *--element = IOTA;
}

enum elig_reason normalize_add(struct normalize *normalize, uint32_t code_point)
{
    code_point = fold_typed(normalize->fold, code_point);
    if (code_point == FOLD_REFUSE)
        return ELIG_REASON_EMAIL_LOCAL;
    if (code_point < ASCII_END) {
        if (code_point >= 'A' && code_point <= 'Z')
            code_point += 'a' - 'A';
        return append_starter(normalize, fold_element(normalize->fold, normalize->base, code_point, 0), 0);
    }
    if (code_point - CODE_POINT_HANGUL < CODE_POINT_HANGUL_COUNT)
        return append_starter(normalize, code_point, 0);
    if (normalize->is_domain)
        return add_domain(normalize, code_point);
    if (code_point == HALF_WIDTH_VOICED || code_point == HALF_WIDTH_SEMI_VOICED)
        settle_ypogegrammeni(normalize);
    return add_mapping(normalize, code_point);
}

/* ---- Composition ---- */

/* A leading consonant and a vowel make a syllable; a syllable without final consonant, and such a consonant,
 * too. */
static uint32_t compose_hangul(uint32_t first, uint32_t second)
{
    if (first - LEADING_FIRST < LEADING_COUNT && second - VOWELS_FIRST < VOWEL_COUNT)
        return CODE_POINT_HANGUL +
               ((first - LEADING_FIRST) * VOWEL_COUNT + (second - VOWELS_FIRST)) * FINAL_COUNT;
    if (first - CODE_POINT_HANGUL < CODE_POINT_HANGUL_COUNT && (first - CODE_POINT_HANGUL) % FINAL_COUNT == 0 &&
        second - FINALS_FIRST - 1 < FINAL_COUNT - 1)
        return first + (second - FINALS_FIRST);
    return 0;
}

/* The composite of two characters, or 0 if they have none. */
static uint32_t compose_pair(uint32_t first, uint32_t second)
{
    uint32_t plane = first >> PLANE_BITS, key = plane << UNICODE_TABLE_KEY_PLANE_SHIFT | second;
    const struct unicode_table_second *group = unicode_table_seconds;
    size_t count = unicode_table_second_count;

    if (second < FINALS_FIRST + FINAL_COUNT && second >= VOWELS_FIRST)
        return compose_hangul(first, second);
    while (count > 1) {
        size_t half = count / 2;
        if (group[half].key <= key)
            group += half;
        count -= half;
    }
    if (group->key != key)
        return 0;
    const struct unicode_table_pair *pair = unicode_table_pairs + group->start;
    count = group[1].start - group->start;
    while (count > 1) {
        size_t half = count / 2;
        if (pair[half].first <= (first & PLANE_MASK))
            pair += half;
        count -= half;
    }
    return pair->first == (first & PLANE_MASK) ? plane << PLANE_BITS | pair->composite : 0;
}

void normalize_compose(struct normalize *normalize)
{
    uint32_t *elements = normalize->elements;
    size_t starter = SIZE_MAX, kept = 0; /* where the last starter is, if there is one */
    uint32_t last_ccc = 0;               /* of what was kept last */

    normalize->most = normalize->count;
    for (size_t i = 0; i < normalize->count; i++) {
        uint32_t code_point = elements[i] & ELEMENT_CODE_POINT, ccc = elements[i] >> ELEMENT_CCC_SHIFT;
        if (code_point == YPOGEGRAMMENI) {
            code_point = IOTA;
            ccc = 0;
        }
        if (elements[i] & ELEMENT_COMPOSES && starter != SIZE_MAX && (starter + 1 == kept || last_ccc < ccc)) {
            uint32_t composite = compose_pair(elements[starter], code_point);
            if (composite != 0) {
                elements[starter] = composite;
                continue;
            }
        }
        if (ccc == 0)
            starter = kept;
        last_ccc = ccc;
        elements[kept++] = code_point;
    }
    if (kept > 0 && elements[kept - 1] == ' ' && normalize->fold & FOLD_IS_TEXT)
        kept--;
    normalize->count = kept;
}

/* ---- Text ---- */

static enum elig_reason write_text(const struct normalize *normalize, uint8_t *out, size_t *length)
{
    uint8_t bytes[CODE_POINT_UTF8_MAX];

    *length = 0;
    for (size_t i = 0; i < normalize->count; i++) {
        if (ELIG_TEXT_MAX - *length >= sizeof bytes) {
            *length += code_point_write(normalize->elements[i], out + *length);
            continue;
        }
        size_t size = code_point_write(normalize->elements[i], bytes);
        if (size > ELIG_TEXT_MAX - *length)
            return ELIG_REASON_TOO_LONG;
        memcpy(out + *length, bytes, size);
        *length += size;
    }
    return ELIG_REASON_NONE;
}

enum elig_reason normalize_text_general(struct elig_text text, enum fold fold, uint8_t *out, size_t *length)
{
    const uint8_t *bytes = (const uint8_t *)text.bytes;
    enum elig_reason reason = ELIG_REASON_NONE;
    struct normalize normalize;
    uint32_t code_point;

    *length = 0;
    normalize_begin(&normalize, fold, false);
    for (size_t at = 0; at < text.length && reason == ELIG_REASON_NONE;) {
        size_t size = code_point_read(bytes + at, text.length - at, &code_point);
        reason = size > 0 ? normalize_add(&normalize, code_point) : ELIG_REASON_ENCODING;
        at += size;
    }
    if (reason == ELIG_REASON_NONE) {
        normalize_compose(&normalize);
        reason = write_text(&normalize, out, length);
    }
    normalize_wipe(&normalize);
    return reason;
}

enum elig_reason normalize_text(struct elig_text text, enum fold fold, uint8_t *out, size_t *length)
{
    /* Hangul syllables have no case and no compatibility mapping, and compose only with conjoining consonants,
     * which are neither ASCII nor syllables. */
    if (raw_text_usual_bytes(text) < text.length)
        return normalize_text_general(text, fold, out, length);
    ascii_lower((const uint8_t *)text.bytes, text.length, out);
    *length = fold == FOLD_NONE ? text.length : fold_bytes(fold, out, text.length);
    return ELIG_REASON_NONE;
}
