/* SPDX-License-Identifier: Apache-2.0 */
/*
 * row_position.h - the position of a row in the lists that a program reads, in one number that sorts as the
 * rows do: the number of the list from 0, and the line in it from 1 (0: not known).
 */
#ifndef ELIG_ROW_POSITION_H
#define ELIG_ROW_POSITION_H

#include <stdint.h>

#define ROW_POSITION_INPUT_BITS 10
#define ROW_POSITION_LINE_BITS 32
#define ROW_POSITION_BITS (ROW_POSITION_INPUT_BITS + ROW_POSITION_LINE_BITS)
#define ROW_POSITION_INPUTS_MAX (1u << ROW_POSITION_INPUT_BITS)
#define ROW_POSITION_LINE_MAX \
    ((UINT64_C(1) << ROW_POSITION_LINE_BITS) - 1) /* also stands for any line after it */

/* input: below ROW_POSITION_INPUTS_MAX. */
static inline uint64_t row_position(unsigned input, uint64_t line)
{
    return (uint64_t)input << ROW_POSITION_LINE_BITS |
           (line < ROW_POSITION_LINE_MAX ? line : ROW_POSITION_LINE_MAX);
}

static inline unsigned row_position_input(uint64_t position)
{
    return (unsigned)(position >> ROW_POSITION_LINE_BITS);
}

static inline uint64_t row_position_line(uint64_t position)
{
    return position & ROW_POSITION_LINE_MAX;
}

#endif
