/* SPDX-License-Identifier: Apache-2.0 */
/* The separators and digits of numbers beyond ASCII. */
#include "lib/elig/canon/decimal.h"

#include "lib/elig/canon/code_point.h"

/* Punctuation people put between the digits of a number, beside White_Space and dashes (Pd). */
#define MINUS_SIGN 0x2212u
#define MIDDLE_DOT 0x00B7u
#define KATAKANA_MIDDLE_DOT 0x30FBu

int decimal_class_general(uint32_t code_point)
{
    if (code_point == MIDDLE_DOT || code_point == KATAKANA_MIDDLE_DOT || code_point == MINUS_SIGN)
        return DECIMAL_SEPARATOR;
    if (code_point_class(code_point) & (UNICODE_TABLE_WHITE_SPACE | UNICODE_TABLE_DASH))
        return DECIMAL_SEPARATOR;
    int value = code_point_decimal(code_point);
    return value >= 0 ? value : DECIMAL_OTHER;
}
