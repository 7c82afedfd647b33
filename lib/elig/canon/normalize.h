/* SPDX-License-Identifier: Apache-2.0 */
/*
 * normalize.h - case folding and normalisation: toNFKC_Casefold() of the Unicode Standard, the mapping of UTS
 * #46, and the folds of fold.h on top of the first.
 *
 * One pass over the text: each code point is replaced by what it folds to, canonically decomposed, which is put
 * into canonical order at once; then everything is composed (NFC). Unicode is that of the tables, 17.0.0. No
 * allocation, no state; working memory is wiped.
 */
#ifndef ELIG_NORMALIZE_H
#define ELIG_NORMALIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "include/elig.h"

#include "lib/elig/canon/fold.h"

/* More decomposed characters than this compose to more than ELIG_TEXT_MAX bytes: a character of two bytes comes
 * of three at most, one of three bytes of four. */
#define NORMALIZE_ELEMENTS_MAX (ELIG_TEXT_MAX / 2 * 3)

/*
 * Writes text in NFKC_Casefold, folded, to out (ELIG_TEXT_MAX bytes) and its length to *length. text is
 * well-formed UTF-8 of assigned code points and has at most ELIG_TEXT_MAX bytes.
 *
 * That is: without default ignorable code points; then toNFKC_Casefold(NFD(text)), as in definition D147 of the
 * Unicode Standard, section 3.13. The result is its own result.
 *
 * Returns ELIG_REASON_NONE; ELIG_REASON_TOO_LONG if the result has more than ELIG_TEXT_MAX bytes;
 * ELIG_REASON_EMAIL_LOCAL if fold is FOLD_LOCAL and refuses a character.
 */
ELIG_CHECK_RESULT enum elig_reason normalize_text(struct elig_text text, enum fold fold, uint8_t *out,
                                                  size_t *length);

/* The same without the shortcut for ASCII and Hangul; apart only so that tests can compare the two. */
ELIG_CHECK_RESULT enum elig_reason normalize_text_general(struct elig_text text, enum fold fold, uint8_t *out,
                                                          size_t *length);

/* A sequence that is being normalised, for those who need code points. */
struct normalize {
    enum fold fold;
    bool is_domain; /* map as UTS #46 does */
    uint32_t base;  /* the last character of combining class 0, or 0 */
    size_t count;   /* of elements */
    size_t most;    /* how many elements there have been: what is to be wiped */
    uint32_t elements[NORMALIZE_ELEMENTS_MAX];
};

/* Begins a sequence. normalize_wipe() ends it. */
void normalize_begin(struct normalize *normalize, enum fold fold, bool is_domain);

/* Maps and adds an assigned code point. Returns a reason as above. */
ELIG_CHECK_RESULT enum elig_reason normalize_add(struct normalize *normalize, uint32_t code_point);

/* Composes: elements are the code points of the result, count of them. Nothing may be added after that. */
void normalize_compose(struct normalize *normalize);

void normalize_wipe(struct normalize *normalize);

#endif
