/*
 * sort.h - records in rising order, in place, without memory of its own.
 */
#ifndef ELIG_SORT_H
#define ELIG_SORT_H

#include "record.h"

/* Sorts count records by all their bytes. */
void sort_records(struct record *records, size_t count);

/* Of sorted records that agree in digest and label, keeps the first; returns how many are left. */
size_t sort_unique(struct record *records, size_t count);

#endif
