/* SPDX-License-Identifier: Apache-2.0 */
/*
 * encoding_guess.h - in which encoding a file is: valid UTF-8, UTF-16, or that of a few older ones under which
 * its bytes are most plausible.
 *
 * UTF-8 is checked from beginning to end. The other encodings are tried on the first ENCODING_GUESS_SAMPLE
 * bytes of lines that have bytes beyond ASCII.
 */
#ifndef ELIG_ENCODING_GUESS_H
#define ELIG_ENCODING_GUESS_H

#include <stdbool.h>

#include "include/elig.h"

#include "lib/csv/encoding_judge.h"

#define ENCODING_GUESS_SAMPLE (1u << 20)
#define ENCODING_GUESS_LINES 3

struct encoding_guess {
    const char *advice;                  /* the file is no list: file_type.h says what it is; else NULL */
    const char *name;                    /* as --encoding takes it; NULL: none of those that were tried */
    bool is_ascii;                       /* of UTF-8: nothing beyond ASCII */
    bool has_mark;                       /* a byte order mark */
    struct encoding_judgement judgement; /* of an older encoding */
    uint64_t bytes;
    bool is_whole;      /* the last byte is a line end */
    uint64_t bad_lines; /* of UTF-8: lines that are not, beside most that are */
    uint64_t first_bad[ENCODING_GUESS_LINES];
};

/* Reads the whole file. Returns 0; ELIG_E_READ with errno set; or ELIG_E_MEMORY. */
ELIG_CHECK_RESULT int encoding_guess_file(const char *path, struct encoding_guess *guess);

#endif
