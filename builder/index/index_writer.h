/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index_writer.h - writes an index: the leaves (leaf_writer.h), the tree above them, dictionary and header. The
 * memory that it takes does not grow with the number of identifiers.
 */
#ifndef ELIG_INDEX_WRITER_H
#define ELIG_INDEX_WRITER_H

#include "builder/index/leaf_writer.h"

/* A failure beside those of enum elig_error and leaf_writer_write(). */
enum index_writer_error { INDEX_WRITER_E_TOO_MANY = -200 };

/* The text for an error of this enum or of enum leaf_writer_error; NULL for other numbers. */
const char *index_writer_error_text(int error);

/*
 * Writes the whole file to a descriptor that can be read, too. *header has profile, signer, serial, times,
 * campaign and kinds; the rest is filled in. signer_seed: the key to sign with, NULL for none. Absent
 * identifiers that are listed are added to *absent_rejects. Returns 0 or an error; ELIG_E_READ and ELIG_E_WRITE
 * with errno set.
 */
ELIG_CHECK_RESULT int index_writer_write(const struct index_input *input, struct header *header,
                                         unsigned fingerprint_bits, const uint8_t *signer_seed, int descriptor,
                                         struct rejects *absent_rejects);

#endif
