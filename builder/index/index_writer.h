/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index_writer.h - writes an index: the leaves (leaf_writer.h), the tree above them, dictionary and header. The
 * memory that it takes does not grow with the number of identifiers.
 */
#ifndef ELIG_INDEX_WRITER_H
#define ELIG_INDEX_WRITER_H

#include "builder/index/index_input.h"

/* Failures beside those of enum elig_error, record_source_load() and mphf_builder_run(). */
enum index_writer_error {
    INDEX_WRITER_E_TOO_MANY = -200,
    INDEX_WRITER_E_ABSENT_LISTED = -201, /* identifiers are on both lists: the rejects say which */
    INDEX_WRITER_E_SALT = -202,   /* two digests with the same separator on both sides of a leaf's edge */
    INDEX_WRITER_E_CHANGED = -203 /* fewer identifiers than were counted */
};

/* The text for an error of enum index_writer_error; NULL for other numbers. */
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
