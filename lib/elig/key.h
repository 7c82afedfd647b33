/* SPDX-License-Identifier: Apache-2.0 */
/*
 * key.h - key files: labelled text files of one key each, in hexadecimal, which elig_key_read() reads.
 *
 *     # elig secret. Who has this file can test guesses against every index made with it.
 *     elig-secret-1 <64 hexadecimal digits>
 *
 * Empty lines and lines that begin with # may stand before and after the key. All but a signer's public key are
 * for their owner alone: a file that others can read or write is refused; a public key that others can write
 * is, too.
 */
#ifndef ELIG_KEY_H
#define ELIG_KEY_H

#include <sys/types.h>

#include "include/elig.h"

#define KEY_FILE_MAX 1024 /* bytes, comment lines included */

struct key_format {
    const char *label; /* before the digits */
    mode_t mode;       /* of a new file */
    mode_t refused;    /* permissions that no key file may have */
};

/* NULL if there is no such kind of key. */
const struct key_format *key_format(enum elig_key kind);

#endif
