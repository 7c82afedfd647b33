/* SPDX-License-Identifier: Apache-2.0 */
/* sort.h - sorts records in place, without allocating. */
#ifndef ELIG_SORT_H
#define ELIG_SORT_H

#include "builder/records/record.h"

/* Sorts count records by all their bytes. The first known_bits bits (0 .. 64) of their digests are the same. */
void sort_records(struct record *records, size_t count, unsigned known_bits);

/* Of sorted records that agree in digest, label and removal, keeps the first, and the number of the others in a
 * count record; of removed ones, the first only. Returns the number that is left, never more than there were.
 */
size_t sort_unique(struct record *records, size_t count);

#endif
