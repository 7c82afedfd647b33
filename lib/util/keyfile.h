/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keyfile.h - key files for programs: read and made, with the reason printed if that fails (lib/elig/key.h has
 * the format).
 */
#ifndef ELIG_KEYFILE_H
#define ELIG_KEYFILE_H

#include "include/elig.h"

#include "lib/util/message.h"

/* Reads the key at path into locked memory; path NULL: no key, *key NULL. It is to be freed with
 * keyfile_free(), also after an error. Returns 0 or MESSAGE_E_PRINTED. */
ELIG_CHECK_RESULT int keyfile_read(enum elig_key kind, const char *path, uint8_t **key);

/* Makes a new random secret, seed or signer at path, mode 0600; of a signer also the public key, which all may
 * read, at the same path with ".pub" added. A file that exists is never overwritten. Returns 0; or
 * MESSAGE_E_PRINTED, and leaves no file it made. */
ELIG_CHECK_RESULT int keyfile_make(enum elig_key kind, const char *path);

/* Wipes and frees; NULL is fine. */
void keyfile_free(uint8_t *key);

#endif
