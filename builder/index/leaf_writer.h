/* SPDX-License-Identifier: Apache-2.0 */
/*
 * leaf_writer.h - writes the leaves of an index, on several threads.
 */
#ifndef ELIG_LEAF_WRITER_H
#define ELIG_LEAF_WRITER_H

#include "builder/index/index_input.h"
#include "lib/elig/index/header.h"

/* Writes all leaves and their entries. code: the code of each label, by number. Absent identifiers that are
 * listed are added to *absent_rejects, sorted. Returns 0 or an error of index_writer_write(). */
ELIG_CHECK_RESULT int leaf_writer_write(const struct index_input *input, const struct header *header,
                                        const uint16_t *code, int descriptor, struct rejects *absent_rejects);

#endif
