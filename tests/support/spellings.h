/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spellings.h - tables of texts that a list and a question have for an identifier, and what their canonical
 * forms are to be.
 */
#ifndef ELIG_SUPPORT_SPELLINGS_H
#define ELIG_SUPPORT_SPELLINGS_H

#include "lib/elig/canon/canon.h"

struct spelling {
    const char *type, *listed, *asked; /* asked is NULL where the listed text is to be refused */
    bool is_same;            /* otherwise both are accepted, and their canonical forms are equal or not */
    enum elig_reason reason; /* of the listed text */
};

#define SAME_AS(type, listed, asked)                \
    {                                               \
        type, listed, asked, true, ELIG_REASON_NONE \
    }
#define OTHER_THAN(type, listed, asked)              \
    {                                                \
        type, listed, asked, false, ELIG_REASON_NONE \
    }
#define REFUSED_AS(type, listed, reason)                \
    {                                                   \
        type, listed, NULL, false, ELIG_REASON_##reason \
    }

/* The canonical form of a text, zero-terminated. type: as in --kind. */
enum elig_reason canonical_form(const char *type, const char *text, char out[CANON_PART_MAX + 1]);

/* Also that a canonical form is its own, but for phone numbers. Prints all that fail. */
void assert_spellings(const struct spelling *spellings, size_t count);

#endif
