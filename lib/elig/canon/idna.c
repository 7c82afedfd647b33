/* SPDX-License-Identifier: Apache-2.0 */
/*
 * UTS #46, section 4: the name is mapped and normalised, its labels are checked and encoded one by one. The
 * rules of RFC 5893 for right-to-left labels hold for all labels if any has a right-to-left character, so that
 * each label's result is kept until the last is known.
 */
#include "lib/elig/canon/idna.h"

#include <limits.h>
#include <sodium.h>
#include <string.h>

#include "lib/elig/bytes.h"
#include "lib/elig/canon/ascii.h"
#include "lib/elig/canon/code_point.h"
#include "lib/elig/canon/normalize.h"
#include "lib/elig/canon/punycode.h"
#include "lib/elig/canon/unicode_table.h"

static const char prefix[] = "xn--";
#define PREFIX_BYTES (sizeof prefix - 1)
#define HYPHENS_AT 2 /* where a label may not have "--" */

#define CAPITAL_I_WITH_DOT 0x130u
#define LATIN_END 0x250u
#define LATIN_ADDITIONAL 0x1Eu /* U+1E00 .. U+1EFF */
#define MIDDLE_DOT 0xB7u
#define DOT_ABOVE 0x307u
#define ZERO_WIDTH_NON_JOINER 0x200Cu
#define ZERO_WIDTH_JOINER 0x200Du
#define VIRAMA_CCC 9u

#define BIDI(name) (1u << UNICODE_TABLE_BIDI_##name)
#define BIDI_RTL_LETTERS (BIDI(R) | BIDI(AL))
#define BIDI_NEUTRAL (BIDI(ES) | BIDI(CS) | BIDI(ET) | BIDI(ON) | BIDI(BN) | BIDI(NSM))

/* ---- ASCII ---- */

static bool is_letter(uint8_t byte)
{
    return byte >= 'a' && byte <= 'z';
}

static bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_ascii_label(const uint8_t *label, size_t length)
{
    return length >= 1 && length <= IDNA_LABEL_MAX && label[0] != '-' && label[length - 1] != '-';
}

static bool has_prefix(const uint8_t *label, size_t length)
{
    return length >= PREFIX_BYTES && memcmp(label, prefix, PREFIX_BYTES) == 0;
}

/* Whether a label of ASCII can be a top-level domain: letters and hyphens. */
static inline bool is_top_level(const uint8_t *label, size_t length)
{
    while (length > 0 && (is_letter(label[length - 1]) || label[length - 1] == '-'))
        length--;
    return length == 0;
}

/* Where the letters from at on end. */
static inline const uint8_t *end_of_letters(const uint8_t *at, const uint8_t *end)
{
    while ((size_t)(end - at) >= ASCII_WORD_BYTES) {
        uint64_t word = bytes_get_le64(at);
        uint64_t others = (~ascii_in_range(word & ~ASCII_TOP_BITS, 'a', 'z') | word) & ASCII_TOP_BITS;
        if (others != 0)
            return at + (size_t)__builtin_ctzll(others) / CHAR_BIT;
        at += ASCII_WORD_BYTES;
    }
    while (at < end && is_letter(*at))
        at++;
    return at;
}

/* Where a label of ASCII ends; nearly all have letters only: *is_letters. */
static inline const uint8_t *end_of_label(const uint8_t *at, const uint8_t *end, bool *is_letters)
{
    for (*is_letters = true;; at++, *is_letters = false) {
        at = end_of_letters(at, end);
        if (at == end || *at == '.' || !(is_digit(*at) || *at == '-' || *at == '_'))
            return at;
    }
}

enum idna_ascii idna_check_ascii(const uint8_t *name, size_t *length)
{
    enum idna_ascii result = IDNA_PLAIN;
    const uint8_t *end = name + *length;
    if (end > name && end[-1] == '.')
        end--;
    *length = (size_t)(end - name);
    if (*length > IDNA_NAME_MAX)
        return IDNA_MALFORMED;
    for (const uint8_t *label = name, *at;; label = at + 1) {
        bool is_letters;
        at = end_of_label(label, end, &is_letters);
        size_t label_length = (size_t)(at - label);
        if ((at < end && *at != '.') || !is_ascii_label(label, label_length))
            return IDNA_MALFORMED;
        if (has_prefix(label, label_length))
            result = IDNA_ENCODED;
        if (at == end)
            return label > name &&
                           (is_letters || is_top_level(label, label_length) || has_prefix(label, label_length))
                       ? result
                       : IDNA_MALFORMED;
    }
}

/* ---- Labels ---- */

/* A name on its way: what has been written of it, whether its labels so far meet RFC 5893, and whether the last
 * of them can be a top-level domain. */
struct name {
    uint8_t *out;
    size_t length;
    bool has_rtl;
    bool fits_bidi;
    bool is_top_level;
};

/* RFC 5892, appendix A.1: whether a joining character stands on one side of a place, transparent ones left out.
 */
static bool joins(const uint32_t *label, size_t count, size_t at, int step, unsigned joining)
{
    for (size_t i = at + (size_t)step; i < count; i += (size_t)step) { /* below 0 it wraps around */
        unsigned type = code_point_class(label[i]) >> UNICODE_TABLE_JOINING_SHIFT & UNICODE_TABLE_JOINING_MASK;
        if (type != UNICODE_TABLE_JOINING_TRANSPARENT)
            return type == UNICODE_TABLE_JOINING_DUAL || type == joining;
    }
    return false;
}

/* RFC 5892, appendices A.1 and A.2. */
static bool is_joiner_in_place(const uint32_t *label, size_t count, size_t at)
{
    if (at > 0 && (code_point_class(label[at - 1]) & UNICODE_TABLE_CCC) == VIRAMA_CCC)
        return true;
    return label[at] == ZERO_WIDTH_NON_JOINER && joins(label, count, at, -1, UNICODE_TABLE_JOINING_LEFT) &&
           joins(label, count, at, 1, UNICODE_TABLE_JOINING_RIGHT);
}

/* RFC 5893, section 2. */
static bool fits_bidi_rule(const uint32_t *label, size_t count)
{
    unsigned first = 0, last = 0, seen = 0; /* sets of bidi classes */

    for (size_t i = 0; i < count; i++) {
        unsigned class =
            1u << (code_point_class(label[i]) >> UNICODE_TABLE_BIDI_SHIFT & UNICODE_TABLE_BIDI_MASK);
        if (i == 0)
            first = class;
        if (class != BIDI(NSM))
            last = class;
        seen |= class;
    }
    if (first & BIDI_RTL_LETTERS)
        return (seen & ~(BIDI_RTL_LETTERS | BIDI(AN) | BIDI(EN) | BIDI_NEUTRAL)) == 0 &&
               (last & (BIDI_RTL_LETTERS | BIDI(EN) | BIDI(AN))) != 0 &&
               (seen & (BIDI(EN) | BIDI(AN))) != (BIDI(EN) | BIDI(AN));
    return first == BIDI(L) && (seen & ~(BIDI(L) | BIDI(EN) | BIDI_NEUTRAL)) == 0 &&
           (last & (BIDI(L) | BIDI(EN))) != 0;
}

/* Whether a character is of a script other than Latin, which has no more than three blocks of letters. */
static bool is_beyond_latin(uint32_t code_point)
{
    return code_point == MIDDLE_DOT || (code_point >= LATIN_END && code_point >> 8 != LATIN_ADDITIONAL);
}

/* UTS #46, section 4.1, of a label that is normalised; *is_ascii tells whether it is ASCII. What stands next to
 * "com" in another script is no top-level domain, but a word that follows the name. */
static bool is_valid_label(const uint32_t *label, size_t count, struct name *name, bool *is_ascii)
{
    bool has_letter = false, has_other_ascii = false, is_foreign = false;
    *is_ascii = true;
    if (count == 0 || count > IDNA_LABEL_MAX || label[0] == '-' || label[count - 1] == '-')
        return false;
    for (size_t i = 0; i < count; i++) {
        uint32_t class = code_point_class(label[i]);
        unsigned bidi = 1u << (class >> UNICODE_TABLE_BIDI_SHIFT & UNICODE_TABLE_BIDI_MASK);
        if ((class & UNICODE_TABLE_DOMAIN) == 0 || (i == 0 && class & UNICODE_TABLE_MARK))
            return false;
        if (i > 0 && label[i] == DOT_ABOVE && label[i - 1] == 'i')
            return false;
        if ((label[i] == ZERO_WIDTH_NON_JOINER || label[i] == ZERO_WIDTH_JOINER) &&
            !is_joiner_in_place(label, count, i))
            return false;
        has_letter |= label[i] < ASCII_END && is_letter((uint8_t)label[i]);
        has_other_ascii |= label[i] < ASCII_END && label[i] != '-' && !is_letter((uint8_t)label[i]);
        is_foreign |= is_beyond_latin(label[i]);
        *is_ascii = *is_ascii && label[i] < ASCII_END;
        name->has_rtl |= (bidi & (BIDI_RTL_LETTERS | BIDI(AN))) != 0;
    }
    name->is_top_level = !has_other_ascii && !(has_letter && is_foreign);
    return *is_ascii || count <= HYPHENS_AT + 1 || label[HYPHENS_AT] != '-' || label[HYPHENS_AT + 1] != '-';
}

/* Writes a label, encoded unless it is ASCII; returns false if it or the name is too long. */
static bool write_label(struct name *name, const uint32_t *label, size_t count, bool is_ascii)
{
    uint8_t *out = name->out + name->length;
    size_t room = IDNA_NAME_MAX - name->length, length = count;

    if (room > IDNA_LABEL_MAX)
        room = IDNA_LABEL_MAX;
    if (is_ascii) {
        if (count > room)
            return false;
        for (size_t i = 0; i < count; i++)
            out[i] = (uint8_t)label[i];
    } else {
        if (room < PREFIX_BYTES)
            return false;
        memcpy(out, prefix, PREFIX_BYTES);
        if (!punycode_encode(label, count, out + PREFIX_BYTES, room - PREFIX_BYTES, &length))
            return false;
        length += PREFIX_BYTES;
    }
    name->length += length;
    return true;
}

static bool add_label(struct name *name, const uint32_t *label, size_t count, bool *is_ascii)
{
    if (!is_valid_label(label, count, name, is_ascii))
        return false;
    name->fits_bidi = name->fits_bidi && fits_bidi_rule(label, count);
    return write_label(name, label, count, *is_ascii);
}

/* Whether mapping and normalising a label changes nothing. */
static bool is_stable(const uint32_t *label, size_t count)
{
    struct normalize normalize;
    bool same = true;

    normalize_begin(&normalize, FOLD_NONE, true);
    for (size_t i = 0; i < count && same; i++)
        same = normalize_add(&normalize, label[i]) == ELIG_REASON_NONE;
    if (same) {
        normalize_compose(&normalize);
        same = normalize.count == count && memcmp(normalize.elements, label, count * sizeof *label) == 0;
    }
    normalize_wipe(&normalize);
    return same;
}

/* Adds a label that begins with "xn--": what it decodes to has to be valid, not ASCII, and to encode to the
 * same. */
static bool add_encoded(struct name *name, const uint32_t *label, size_t count)
{
    uint8_t bytes[IDNA_LABEL_MAX];
    uint32_t decoded[IDNA_LABEL_MAX];
    size_t start = name->length, decoded_count = 0;
    bool is_valid = count <= IDNA_LABEL_MAX, is_ascii;

    for (size_t i = 0; i < count && is_valid; i++) {
        is_valid = label[i] < ASCII_END;
        bytes[i] = (uint8_t)label[i];
    }
    is_valid = is_valid && punycode_decode(bytes + PREFIX_BYTES, count - PREFIX_BYTES, decoded, IDNA_LABEL_MAX,
                                           &decoded_count);
    is_valid = is_valid && is_stable(decoded, decoded_count) &&
               add_label(name, decoded, decoded_count, &is_ascii) && !is_ascii &&
               name->length - start == count && memcmp(name->out + start, bytes, count) == 0;
    sodium_memzero(bytes, sizeof bytes);
    sodium_memzero(decoded, sizeof decoded);
    return is_valid;
}

static bool starts_encoded(const uint32_t *label, size_t count)
{
    for (size_t i = 0; i < PREFIX_BYTES; i++)
        if (i == count || label[i] != (uint8_t)prefix[i])
            return false;
    return true;
}

/* Writes the labels of a mapped name, with dots between them. */
static bool add_labels(struct name *name, const uint32_t *code_points, size_t count)
{
    size_t start = 0, labels = 0;
    bool is_ascii;

    if (count > 0 && code_points[count - 1] == '.')
        count--;
    for (size_t end = 0; end <= count; end++) {
        if (end < count && code_points[end] != '.')
            continue;
        const uint32_t *label = code_points + start;
        if (labels > 0) {
            if (name->length == IDNA_NAME_MAX)
                return false;
            name->out[name->length++] = '.';
        }
        if (starts_encoded(label, end - start) ? !add_encoded(name, label, end - start)
                                               : !add_label(name, label, end - start, &is_ascii))
            return false;
        labels++;
        start = end + 1;
    }
    return labels > 1 && name->is_top_level && (name->fits_bidi || !name->has_rtl);
}

/* Maps a name to code points. */
static bool map_name(struct elig_text text, struct normalize *normalize)
{
    const uint8_t *bytes = (const uint8_t *)text.bytes;
    uint32_t code_point;

    for (size_t at = 0; at < text.length;) {
        size_t size = code_point_read(bytes + at, text.length - at, &code_point);
        if (size == 0 || code_point == CAPITAL_I_WITH_DOT)
            return false;
        if (normalize_add(normalize, code_point) != ELIG_REASON_NONE)
            return false;
        at += size;
    }
    normalize_compose(normalize);
    return true;
}

bool idna_to_ascii(struct elig_text text, uint8_t *out, size_t *length)
{
    struct name name = {.out = out, .fits_bidi = true};
    struct normalize normalize;

    normalize_begin(&normalize, FOLD_NONE, true);
    bool is_domain = map_name(text, &normalize) && add_labels(&name, normalize.elements, normalize.count);
    normalize_wipe(&normalize);
    if (!is_domain)
        sodium_memzero(out, IDNA_NAME_MAX);
    *length = is_domain ? name.length : 0;
    return is_domain;
}
