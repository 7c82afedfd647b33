/* SPDX-License-Identifier: Apache-2.0 */
/* Collects the digits of a cell in one pass, and with them where groups begin, plus, tilde and the only dot. */
#include "lib/elig/canon/numeral.h"

#include "lib/elig/canon/code_point.h"
#include "lib/elig/canon/decimal.h"

#define WAVE_DASH 0x301Cu

/* Other signs that are typed between digits. NFKC makes U+318D and U+3161 of Korean keyboards vowels. */
static const uint16_t typed_separators[] = {
    '[',    ']',    '~',    0x02D7, /* modifier minus */
    0x1173, 0x119E,                 /* Korean eu and arae-a */
    0x2022, 0x2027, 0x2043,         /* bullets, hyphenation point */
    0x2219, 0x22C5,                 /* dot operators */
    0x2500, 0x2501,                 /* box drawing */
    0x30FC,                         /* long vowel mark of Japanese */
};

static bool is_separator(uint32_t code_point, int meaning)
{
    if (meaning == DECIMAL_SEPARATOR || code_point == '+')
        return meaning == DECIMAL_SEPARATOR;
    return code_point_is_one_of(typed_separators, sizeof typed_separators / sizeof typed_separators[0],
                                code_point);
}

/* Whether text is what follows the E of a number in scientific notation. */
static bool is_exponent(struct elig_text text)
{
    size_t at = text.length > 0 && (text.bytes[0] == '+' || text.bytes[0] == '-');
    size_t first = at;
    while (at < text.length && text.bytes[at] >= '0' && text.bytes[at] <= '9')
        at++;
    return at == text.length && at > first;
}

/* after_dot: the first digit after the only dot, which no other separator follows. */
static enum numeral_fraction fraction_of(const uint8_t *digits, size_t length, size_t after_dot)
{
    enum numeral_fraction fraction = NUMERAL_ZEROS;
    for (size_t at = after_dot; at < length; at++)
        if (digits[at] != '0')
            fraction = NUMERAL_FRACTION;
    return after_dot < length ? fraction : NUMERAL_WHOLE;
}

bool numeral_read(struct elig_text text, uint8_t *out, struct numeral *numeral)
{
    const uint8_t *at = (const uint8_t *)text.bytes, *end = at + text.length;
    size_t digits = 0, dots = 0, last_separator = 0;
    uint32_t code_point, separator = 0;
    *numeral = (struct numeral){0};
    while (at < end) {
        if (*at >= '0' && *at <= '9') { /* nearly all are */
            out[digits++] = *at++;
            continue;
        }
        at += code_point_read(at, (size_t)(end - at), &code_point);
        int meaning = decimal_class(code_point);
        if (meaning < DECIMAL_SEPARATOR) {
            out[digits++] = (uint8_t)('0' + meaning);
        } else if (is_separator(code_point, meaning)) {
            uint64_t group = UINT64_C(1) << digits % NUMERAL_GROUPED_DIGITS;
            numeral->groups |= group;
            if (code_point != ' ')
                numeral->marks |= group;
            separator = code_point;
            last_separator = digits;
            if (code_point < '.') /* as nearly all are: space, parentheses, '-' */
                continue;
            dots += code_point == '.';
            if (code_point == '/')
                numeral->slashes |= group;
            numeral->has_tilde |= code_point == '~' || code_point == WAVE_DASH;
        } else if (code_point == '+' && digits == 0 && !numeral->has_plus) {
            numeral->has_plus = true;
        } else if ((code_point | 0x20u) == 'e' && digits > 0 &&
                   is_exponent((struct elig_text){(const char *)at, (size_t)(end - at)})) {
            numeral->fraction = NUMERAL_EXPONENT;
            return true;
        } else {
            return false;
        }
    }
    numeral->length = digits;
    if (separator == '.' && dots == 1)
        numeral->fraction = fraction_of(out, digits, last_separator);
    return true;
}

enum elig_reason numeral_canon(struct elig_text text, uint8_t *out, size_t *length)
{
    struct numeral numeral;
    bool is_number = numeral_read(text, out, &numeral);
    *length = numeral.length;
    if (!is_number || numeral.has_plus || numeral.has_tilde)
        return ELIG_REASON_DIGITS_CHARACTER;
    if (numeral.fraction != NUMERAL_WHOLE)
        return ELIG_REASON_NUMBER_FLOAT;
    return numeral.length > 0 ? ELIG_REASON_NONE : ELIG_REASON_DIGITS_CHARACTER;
}
