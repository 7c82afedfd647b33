/* SPDX-License-Identifier: Apache-2.0 */
/* header_word.h - what the name of a column says about its cells. */
#ifndef ELIG_HEADER_WORD_H
#define ELIG_HEADER_WORD_H

#include <stdbool.h>

#include "include/elig.h"

enum header_word {
    HEADER_WORD_OTHER, /* nothing that is known */
    HEADER_WORD_EMAIL,
    HEADER_WORD_PHONE,
    HEADER_WORD_BIRTH,
    HEADER_WORD_DATE,   /* of something else, or of what is not said */
    HEADER_WORD_POSTAL, /* code */
    HEADER_WORD_NUMBER, /* of a member, an account: digits that are no phone number */
    HEADER_WORD_NAME    /* of a person, or part of it */
};

/* Whether it is a date of anything. */
bool header_word_is_date(enum header_word word);

enum header_word header_word_find(struct elig_text name);

#endif
