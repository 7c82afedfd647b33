/* SPDX-License-Identifier: Apache-2.0 */
/* decimal.h - what code points mean inside a number: digits of all scripts and the separators between them. */
#ifndef ELIG_DECIMAL_H
#define ELIG_DECIMAL_H

#include <stdint.h>

#include "include/elig.h"

#define DECIMAL_SEPARATOR 10 /* white space, dash, dot, slash, parenthesis, middle dot */
#define DECIMAL_OTHER 11

/* All ASCII separators are below this, so that one word holds the set. */
#define DECIMAL_ASCII_END 64
#define DECIMAL_BIT(character) (UINT64_C(1) << (character))
#define DECIMAL_ASCII_SEPARATORS                                                                         \
    (DECIMAL_BIT('\t') | DECIMAL_BIT('\n') | DECIMAL_BIT('\v') | DECIMAL_BIT('\f') | DECIMAL_BIT('\r') | \
     DECIMAL_BIT(' ') | DECIMAL_BIT('-') | DECIMAL_BIT('.') | DECIMAL_BIT('/') | DECIMAL_BIT('(') |      \
     DECIMAL_BIT(')'))

int decimal_class_general(uint32_t code_point);

/* 0 .. 9, the value of a decimal digit; DECIMAL_SEPARATOR; or DECIMAL_OTHER. */
ELIG_CHECK_RESULT static inline int decimal_class(uint32_t code_point)
{
    if (code_point >= '0' && code_point <= '9')
        return (int)(code_point - '0');
    if (code_point < DECIMAL_ASCII_END)
        return DECIMAL_ASCII_SEPARATORS >> code_point & 1 ? DECIMAL_SEPARATOR : DECIMAL_OTHER;
    return decimal_class_general(code_point);
}

#endif
