/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sort.h - records in rising order, in place, without memory of its own.
 */
#ifndef ELIG_SORT_H
#define ELIG_SORT_H

#include "builder/records/record.h"

/* Sorts count records by all their bytes. The first known_bits bits (0 .. 64) of their digests are the same. */
void sort_records(struct record *records, size_t count, unsigned known_bits);

/* Of sorted records that agree in digest, label and whether they are removed, keeps the first; returns how
 * many are left. */
size_t sort_unique(struct record *records, size_t count);

#endif
