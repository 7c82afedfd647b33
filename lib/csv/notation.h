/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notation.h - how the cells of a column are written, where free text could be read in two ways.
 *
 * A cell is rewritten to the spelling that has one reading before its canonical form is computed. So notations
 * concern lists only: canonical forms, indexes and questions do not depend on them.
 */
#ifndef ELIG_NOTATION_H
#define ELIG_NOTATION_H

#include <stdbool.h>

#include "include/elig.h"

enum notation_order {
    NOTATION_FREE, /* as everyone may type it */
    NOTATION_DAY_MONTH_YEAR,
    NOTATION_MONTH_DAY_YEAR,
    NOTATION_YEAR_MONTH_DAY, /* years of two digits, with a pivot */
    NOTATION_SERIAL,         /* days since 1899-12-30, the 1900 date system of spreadsheets */
    NOTATION_E164            /* telephone numbers as calling code and national number, with or without '+' */
};

#define NOTATION_NO_PIVOT 100u /* years have four digits */
#define NOTATION_MAX ELIG_TEXT_MAX

struct notation {
    enum notation_order order;
    unsigned pivot;  /* years of two digits up to this one are 20xx, others 19xx */
    bool is_several; /* a cell holds several identifiers */
};

/* A notation of cells as everyone may type them, of one identifier each. */
#define NOTATION_INIT              \
    {                              \
        .pivot = NOTATION_NO_PIVOT \
    }

#define NOTATION_TEXT_MAX 24 /* bytes of what notation_print() writes, with the zero at the end */

/*
 * Takes the words of a notation off the end of a type's text, such as "date/dmy=30" or "email/plus/several", or
 * off a text of such words alone, such as "dmy=30":
 *     dmy, mdy, ymd   dates with the day, the month or the year first; with =NN years have two digits, of which
 *                     those up to NN are 20NN; ymd needs it
 *     serial          dates as a spreadsheet's serial numbers
 *     e164            telephone numbers with their calling code, with or without '+'
 *     several         cells of several identifiers, with ; , / | ::: or line ends between them, addresses also
 *                     with blanks
 * Returns how many bytes of the text remain. Words that contradict each other remain.
 */
size_t notation_parse(const char *text, size_t length, struct notation *notation);

/* Whether a part of this type can be written so. */
bool notation_fits(const struct notation *notation, enum elig_type type);

/* Writes the words, each after a '/', as notation_parse() reads them. */
void notation_print(const struct notation *notation, char text[NOTATION_TEXT_MAX]);

/* Takes the next identifier off a cell of several; false when there is no more. Empty ones are passed over. '/'
 * and '|' also stand in addresses, and '/' in telephone numbers: they divide addresses where an '@' is on both
 * sides, and '/' numbers where seven digits stand before it. */
bool notation_next(struct elig_text *cell, enum elig_type type, struct elig_text *identifier);

/*
 * Sets *text to what stands for cell (length > 0): cell itself, the text of a formula ="...", or a text in out.
 * Dates that are written with four digits of the year first stay as they are under each order, but for eight
 * digits without separators where the day or month is first. Returns ELIG_REASON_NONE or why the cell is not in
 * the notation; the caller wipes out.
 */
ELIG_CHECK_RESULT enum elig_reason notation_rewrite(const struct notation *notation, struct elig_text cell,
                                                    char out[NOTATION_MAX], struct elig_text *text);

/* Whether a cell, written so, holds an identifier of this type, or of several at least one; or looks as if it
 * was to hold one, malformed as it is: it has an '@' or five digits. */
bool notation_holds_identifier(const struct notation *notation, const struct elig_part *part,
                               struct elig_text cell);

#endif
