/* SPDX-License-Identifier: Apache-2.0 */
/* The Bootstring algorithm of RFC 3492 with the parameters of its section 5; sums are checked as in
 * section 6.4. */
#include "lib/elig/canon/punycode.h"

#include <string.h>

/* Section 5. */
#define BASE 36u
#define THRESHOLD_MIN 1u
#define THRESHOLD_MAX 26u
#define SKEW 38u
#define DAMP 700u
#define INITIAL_BIAS 72u
#define INITIAL_POINT 0x80u
#define DELIMITER '-'

#define LETTERS 26u
#define CODE_POINTS_END 0x110000u
#define SURROGATES_FIRST 0xD800u
#define SURROGATES_LAST 0xDFFFu

/* All deltas of an encoding add up to less than CODE_POINTS_END times one more than the number of code points:
 * with fewer than this many nothing overflows. */
#define ENCODED_MAX (UINT32_MAX / CODE_POINTS_END - 1)

/* Section 6.1. */
static uint32_t adapt(uint32_t delta, size_t count, bool is_first)
{
    uint32_t steps = 0;

    delta = is_first ? delta / DAMP : delta / 2;
    delta += delta / (uint32_t)count;
    while (delta > (BASE - THRESHOLD_MIN) * THRESHOLD_MAX / 2) {
        delta /= BASE - THRESHOLD_MIN;
        steps += BASE;
    }
    return steps + (BASE - THRESHOLD_MIN + 1) * delta / (delta + SKEW);
}

static uint32_t threshold(uint32_t position, uint32_t bias)
{
    if (position <= bias + THRESHOLD_MIN)
        return THRESHOLD_MIN;
    return position >= bias + THRESHOLD_MAX ? THRESHOLD_MAX : position - bias;
}

static uint8_t digit_of(uint32_t value)
{
    return (uint8_t)(value < LETTERS ? 'a' + value : '0' + (value - LETTERS));
}

/* The value of a digit, or BASE. */
static uint32_t value_of(uint8_t digit)
{
    if (digit >= 'a' && digit <= 'z')
        return digit - (uint32_t)'a';
    return digit >= '0' && digit <= '9' ? digit - (uint32_t)'0' + LETTERS : BASE;
}

/* Writes a number as a variable-length integer; returns false if it does not fit. */
static bool put_integer(uint32_t number, uint32_t bias, uint8_t *out, size_t room, size_t *length)
{
    for (uint32_t position = BASE;; position += BASE) {
        uint32_t limit = threshold(position, bias);
        if (*length == room)
            return false;
        if (number < limit)
            break;
        out[(*length)++] = digit_of(limit + (number - limit) % (BASE - limit));
        number = (number - limit) / (BASE - limit);
    }
    out[(*length)++] = digit_of(number);
    return true;
}

/* Copies the ASCII characters, and the delimiter after them if there are any; returns false if they do not fit.
 */
static bool put_basic(const uint32_t *code_points, size_t count, uint8_t *out, size_t room, size_t *length)
{
    *length = 0;
    for (size_t i = 0; i < count; i++)
        if (code_points[i] < INITIAL_POINT) {
            if (*length == room)
                return false;
            out[(*length)++] = (uint8_t)code_points[i];
        }
    if (*length == 0)
        return true;
    if (*length == room)
        return false;
    out[(*length)++] = DELIMITER;
    return true;
}

/* The least code point from a limit on; there is one. */
static uint32_t least_from(const uint32_t *code_points, size_t count, uint32_t limit)
{
    uint32_t least = CODE_POINTS_END;

    for (size_t i = 0; i < count; i++)
        if (code_points[i] >= limit && code_points[i] < least)
            least = code_points[i];
    return least;
}

bool punycode_encode(const uint32_t *code_points, size_t count, uint8_t *out, size_t room, size_t *length)
{
    uint32_t point = INITIAL_POINT, delta = 0, bias = INITIAL_BIAS;

    if (count >= ENCODED_MAX || !put_basic(code_points, count, out, room, length))
        return false;
    size_t basic = *length > 0 ? *length - 1 : 0, done = basic;
    while (done < count) {
        uint32_t next = least_from(code_points, count, point);
        delta += (next - point) * (uint32_t)(done + 1);
        point = next;
        for (size_t i = 0; i < count; i++) {
            if (code_points[i] < point) {
                delta++;
            } else if (code_points[i] == point) {
                if (!put_integer(delta, bias, out, room, length))
                    return false;
                bias = adapt(delta, done + 1, done == basic);
                delta = 0;
                done++;
            }
        }
        delta++;
        point++;
    }
    return true;
}

/* Reads a variable-length integer and adds it to *sum; returns false if it is cut off or too large. */
static bool add_integer(const uint8_t *bytes, size_t length, size_t *at, uint32_t bias, uint32_t *sum)
{
    uint32_t weight = 1;

    for (uint32_t position = BASE;; position += BASE) {
        if (*at == length)
            return false;
        uint32_t digit = value_of(bytes[(*at)++]), limit = threshold(position, bias);
        if (digit == BASE || digit > (UINT32_MAX - *sum) / weight)
            return false;
        *sum += digit * weight;
        if (digit < limit)
            return true;
        if (weight > UINT32_MAX / (BASE - limit))
            return false;
        weight *= BASE - limit;
    }
}

/* Copies what stands before the last delimiter; *at moves past it. Returns false if it does not fit, or
 * is not ASCII. */
static bool get_basic(const uint8_t *bytes, size_t length, size_t *at, uint32_t *code_points, size_t room)
{
    const uint8_t *delimiter = memrchr(bytes, DELIMITER, length);

    *at = 0;
    if (delimiter == NULL)
        return true;
    size_t basic = (size_t)(delimiter - bytes);
    if (basic == 0 || basic > room) /* an encoder writes no delimiter after nothing */
        return false;
    for (size_t i = 0; i < basic; i++) {
        if (bytes[i] >= INITIAL_POINT)
            return false;
        code_points[i] = bytes[i];
    }
    *at = basic + 1;
    return true;
}

bool punycode_decode(const uint8_t *bytes, size_t length, uint32_t *code_points, size_t room, size_t *count)
{
    uint32_t point = INITIAL_POINT, place = 0, bias = INITIAL_BIAS;
    size_t at;

    if (!get_basic(bytes, length, &at, code_points, room))
        return false;
    *count = at > 0 ? at - 1 : 0;
    for (bool is_first = true; at < length; is_first = false) {
        uint32_t before = place, places = (uint32_t)*count + 1;
        if (*count == room || !add_integer(bytes, length, &at, bias, &place))
            return false;
        bias = adapt(place - before, places, is_first);
        if (place / places >= CODE_POINTS_END - point)
            return false;
        point += place / places;
        place %= places;
        if (point >= SURROGATES_FIRST && point <= SURROGATES_LAST)
            return false;
        memmove(code_points + place + 1, code_points + place, (*count - place) * sizeof *code_points);
        code_points[place++] = point;
        (*count)++;
    }
    return true;
}
