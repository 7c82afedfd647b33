/* SPDX-License-Identifier: Apache-2.0 */
/* leaf_writer.h - writes the leaves of an index, on several threads; and any page with its entry. */
#ifndef ELIG_LEAF_WRITER_H
#define ELIG_LEAF_WRITER_H

#include "builder/index/index_input.h"

/* Failures beside those of enum elig_error, record_source_load() and mphf_builder_run(). */
enum leaf_writer_error {
    LEAF_WRITER_E_ABSENT_LISTED = -201, /* identifiers are on both lists: the rejects say which */
    LEAF_WRITER_E_SALT = -202,          /* two digests with the same separator on both sides of a leaf's edge */
    LEAF_WRITER_E_CHANGED = -203        /* fewer identifiers than were counted */
};

/* Writes all leaves and their entries. code: the code of each label, by number. Absent identifiers that are
 * listed are added to *absent_rejects, sorted. Returns 0 or an error. */
ELIG_CHECK_RESULT int leaf_writer_write(const struct index_input *input, const struct header *header,
                                        const uint16_t *code, int descriptor, struct rejects *absent_rejects);

/* Writes the page at a position of a level (0: leaves), and its entry in the page above: the separator, which
 * is the start of first_digest, the seed and the page's tag. Returns 0, or ELIG_E_WRITE with errno set. */
ELIG_CHECK_RESULT int leaf_writer_write_page(const struct header *header, int descriptor, unsigned level,
                                             uint64_t position, const uint8_t *page,
                                             const uint8_t *first_digest, uint16_t seed);

#endif
