/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unicode_forms.c - results of lib/elig/canon's Unicode modules, for comparison with other implementations.
 *
 * Reads lines "OPERATION HEX" (UTF-8 in hexadecimal) and writes for each one line: the result in hexadecimal,
 * or
 * "!" and a reason if the text is refused. Operations:
 *
 *   c  NFKC_Casefold            t  the same with the folds of text     p  ... without accents
 *   l  ... of local parts       d  ToASCII                             a  properties of one code point
 *
 * A form that is not its own form ends the program with 1.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/elig/canon/code_point.h"
#include "lib/elig/canon/idna.h"
#include "lib/elig/canon/normalize.h"

#define LINE_MAX_BYTES (2 * ELIG_TEXT_MAX + 64)
#define HEX 16u

static const char digits[] = "0123456789abcdef";

static int value_of(char digit)
{
    const char *place = digit == 0 ? NULL : strchr(digits, digit);

    return place == NULL ? -1 : (int)(place - digits);
}

static size_t read_hex(const char *text, uint8_t *out)
{
    size_t length = 0;

    for (; length < ELIG_TEXT_MAX && value_of(text[0]) >= 0 && value_of(text[1]) >= 0; text += 2)
        out[length++] = (uint8_t)(value_of(text[0]) * (int)HEX + value_of(text[1]));
    return length;
}

static void print_hex(const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        putchar_unlocked(digits[bytes[i] / HEX]);
        putchar_unlocked(digits[bytes[i] % HEX]);
    }
    putchar_unlocked('\n');
}

static enum fold fold_of(char operation)
{
    switch (operation) {
    case 't':
        return FOLD_TEXT;
    case 'p':
        return FOLD_PLAIN;
    case 'l':
        return FOLD_LOCAL;
    default:
        return FOLD_NONE;
    }
}

static enum elig_reason form(char operation, struct elig_text text, uint8_t *out, size_t *length)
{
    if (operation == 'd')
        return idna_to_ascii(text, out, length) ? ELIG_REASON_NONE : ELIG_REASON_EMAIL_DOMAIN;
    return normalize_text(text, fold_of(operation), out, length);
}

static void print_properties(const uint8_t *bytes, size_t length)
{
    uint32_t code_point = 0;

    if (code_point_read(bytes, length, &code_point) == 0)
        exit(1);
    uint32_t class = code_point_class(code_point);
    printf("%d%d%d%d%d%d%d %d\n", (class & UNICODE_TABLE_ASSIGNED) != 0, (class & UNICODE_TABLE_CONTROL) != 0,
           (class & UNICODE_TABLE_DASH) != 0, (class & UNICODE_TABLE_MARK) != 0,
           (class & UNICODE_TABLE_WHITE_SPACE) != 0, (class & UNICODE_TABLE_IGNORABLE) != 0,
           (class & UNICODE_TABLE_LETTER) != 0, code_point_decimal(code_point));
}

int main(void)
{
    static char line[LINE_MAX_BYTES];
    static uint8_t typed[ELIG_TEXT_MAX], first[ELIG_TEXT_MAX], second[ELIG_TEXT_MAX];
    size_t first_length, second_length;

    while (fgets(line, sizeof line, stdin) != NULL) {
        struct elig_text text = {(const char *)typed, read_hex(line + 2, typed)};
        if (line[0] == 'a') {
            print_properties(typed, text.length);
            continue;
        }
        enum elig_reason reason = form(line[0], text, first, &first_length);
        if (reason != ELIG_REASON_NONE) {
            printf("!%d\n", (int)reason);
            continue;
        }
        print_hex(first, first_length);
        text = (struct elig_text){(const char *)first, first_length};
        if (form(line[0], text, second, &second_length) != ELIG_REASON_NONE || first_length != second_length ||
            memcmp(first, second, first_length) != 0) {
            fprintf(stderr, "not its own form: %s", line);
            return 1;
        }
    }
    return 0;
}
