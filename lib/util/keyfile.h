/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keyfile.h - key files for programs: read and made, with the reason printed if that fails (lib/elig/key.h has
 * the format).
 */
#ifndef ELIG_KEYFILE_H
#define ELIG_KEYFILE_H

#include "include/elig.h"

/* Reads the key at path into locked memory to be given to keyfile_free(). On failure prints why and returns
 * NULL.
 */
ELIG_CHECK_RESULT uint8_t *keyfile_read(enum elig_key kind, const char *path);

/* Makes a new random secret or seed at path, mode 0600; or a signer there, and its public key, for all to read,
 * at the same path with ".pub" behind it. A file that exists is never overwritten. On failure prints why and
 * returns 0, and leaves no file it made; else 1. */
ELIG_CHECK_RESULT int keyfile_make(enum elig_key kind, const char *path);
ELIG_CHECK_RESULT int keyfile_make_signer(const char *path);

/* Wipes and frees; NULL is fine. */
void keyfile_free(uint8_t *key);

#endif
