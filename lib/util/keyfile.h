/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys.h - keys as people keep them: labelled text files of 32 bytes each, in hexadecimal.
 *
 *     # elig secret. Who has this file can test guesses against every index made with it.
 *     elig-secret-1 <64 hexadecimal digits>
 *
 * All but a signer's public key are for their owner alone: a file that others can read or write is refused. A
 * public key that others can write is, too.
 */
#ifndef ELIG_KEYS_H
#define ELIG_KEYS_H

#include <stdint.h>

#include "include/elig.h"

#define KEYFILE_BYTES 32

enum keyfile_type {
    KEYFILE_SECRET,       /* of a keyed or blind index */
    KEYFILE_SEED,         /* of an offline index with work bits */
    KEYFILE_SIGNER,       /* the seed of an Ed25519 key pair */
    KEYFILE_SIGNER_PUBLIC /* what a signer's indexes are checked with */
};

/* Reads the key at path into locked memory to be given to keyfile_free(). On failure prints why and returns
 * NULL.
 */
ELIG_CHECK_RESULT uint8_t *keyfile_read(enum keyfile_type sort, const char *path);

/* Makes a new random secret or seed at path, mode 0600; or a signer there, and its public key, for all to read,
 * at the same path with ".pub" behind it. A file that exists is never overwritten. On failure prints why and
 * returns 0, and leaves no file it made; else 1. */
ELIG_CHECK_RESULT int keyfile_make(enum keyfile_type sort, const char *path);
ELIG_CHECK_RESULT int keyfile_make_signer(const char *path);

/* Wipes and frees; NULL is fine. */
void keyfile_free(uint8_t *key);

#endif
