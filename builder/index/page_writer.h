/* SPDX-License-Identifier: Apache-2.0 */
/*
 * page_writer.h - writes the pages of the tree, each with its entry in the page above.
 */
#ifndef ELIG_PAGE_WRITER_H
#define ELIG_PAGE_WRITER_H

#include "lib/elig/index/header.h"

/* Writes the page at a position of a level (0: leaves), and its entry: the separator, which is the start of
 * first_digest, the seed and the page's tag. Returns 0, or ELIG_E_WRITE with errno set. */
ELIG_CHECK_RESULT int page_writer_write(const struct header *header, int descriptor, unsigned level,
                                        uint64_t position, const uint8_t *page, const uint8_t *first_digest,
                                        uint16_t seed);

#endif
