/* SPDX-License-Identifier: Apache-2.0 */
/* header_word.h - what the name of a column says about its cells. */
#ifndef ELIG_HEADER_WORD_H
#define ELIG_HEADER_WORD_H

#include "include/elig.h"

enum header_word {
    HEADER_WORD_OTHER, /* nothing that is known */
    HEADER_WORD_PHONE,
    HEADER_WORD_DATE,
    HEADER_WORD_NUMBER /* of a member, an account: digits that are no phone number */
};

enum header_word header_word_find(struct elig_text name);

#endif
