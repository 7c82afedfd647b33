/* SPDX-License-Identifier: Apache-2.0 */
/*
 * encoding_judge.h - of which encoding a text is that is no UTF-8, by a sample of its lines: that of a few
 * under which its bytes decode and are most plausible as letters of a language, or as frequent characters.
 */
#ifndef ELIG_ENCODING_JUDGE_H
#define ELIG_ENCODING_JUDGE_H

#include <stdbool.h>
#include <stddef.h>

#include "include/elig.h"

#define ENCODING_JUDGE_RIVALS 4

/* The lines of a text that have bytes beyond ASCII: others say nothing about the encoding. Starts with bytes
 * and room alone. */
struct encoding_sample {
    uint8_t *bytes; /* room of them, the caller's */
    size_t room, length;
    size_t line_start;    /* of the present line, in bytes */
    bool is_beyond_ascii; /* the present line */
};

/* Adds what follows of a text, while there is room. */
void encoding_sample_add(struct encoding_sample *sample, const uint8_t *bytes, size_t length);

/* Ends the last line, which has no line end. */
void encoding_sample_end_line(struct encoding_sample *sample);

struct encoding_judgement {
    const char *name; /* as --encoding takes it; NULL: none of those that were tried */
    unsigned percent; /* characters beyond ASCII that are frequent in it, or in a language */
    bool is_perhaps;  /* these are too few */
    bool is_johab;    /* which --encoding does not take */
    const char *rivals[ENCODING_JUDGE_RIVALS]; /* nearly as plausible, with another text; NULL: no more */
};

/* Returns 0 or ELIG_E_MEMORY. */
ELIG_CHECK_RESULT int encoding_judge(const struct encoding_sample *sample,
                                     struct encoding_judgement *judgement);

/* Sets *better to the name of an encoding that explains the sample clearly better than the one that was
 * declared, a name that charset_open() takes, and reads it as other text. NULL: no encoding does, or the sample
 * is too small. Returns 0, ELIG_E_ARGUMENT (the encoding) or ELIG_E_MEMORY. */
ELIG_CHECK_RESULT int encoding_judge_objection(const struct encoding_sample *sample, const char *encoding,
                                               const char **better);

#endif
