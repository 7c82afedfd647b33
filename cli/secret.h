/*
 * secret.h - the secret as people keep it: a labelled text file that only its owner can read.
 *
 *     # elig secret. Who has this file can test guesses against every index made with it.
 *     elig-secret-1 <64 hexadecimal digits>
 */
#ifndef ELIG_SECRET_H
#define ELIG_SECRET_H

#include <stdint.h>

#include "elig.h"

/* Reads the secret at path into locked memory to be given to secret_free(). On failure prints why and returns
 * NULL. A file that others can read or write is refused. */
ELIG_CHECK_RESULT uint8_t *secret_read(const char *path);

/* Makes a new random secret at path, mode 0600. A file that exists is never overwritten. On failure prints why
 * and returns 0, and leaves no file it made; else 1. */
ELIG_CHECK_RESULT int secret_make(const char *path);

/* Wipes and frees; NULL is fine. */
void secret_free(uint8_t *secret);

#endif
