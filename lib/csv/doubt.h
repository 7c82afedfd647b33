/* SPDX-License-Identifier: Apache-2.0 */
/*
 * doubt.h - cells that have a canonical form and may still not be what was meant. They are listed, counted and
 * warned of: there are people whose name is Null.
 */
#ifndef ELIG_DOUBT_H
#define ELIG_DOUBT_H

#include "include/elig.h"

#include "lib/elig/canon/date.h"

enum doubt {
    DOUBT_LETTERS, /* text or e-mail with '?' or '*', which exports write for letters that they cannot hold or
                      hide, or with a character reference of HTML */
    DOUBT_PLACEHOLDER, /* what spreadsheets and databases write where there is no value: #REF!, NULL */
    DOUBT_QUOTED,      /* text or a code in quotation marks, or after a spreadsheet's apostrophe */
    DOUBT_DATE,        /* before 1850, or in the future */
    DOUBT_COUNT
};

/* The last day that is not in the future anywhere on Earth, as YYYY-MM-DD. */
void doubt_last_day(char day[DATE_BYTES + 1]);

/*
 * Returns a bit for each doubt about a part of an identifier: cell is its text as listed, canonical its
 * canonical form of length bytes, type an elig_type. last_day is from doubt_last_day().
 */
ELIG_CHECK_RESULT unsigned doubt_find(uint8_t type, struct elig_text cell, const uint8_t *canonical,
                                      size_t length, const char last_day[DATE_BYTES + 1]);

#endif
