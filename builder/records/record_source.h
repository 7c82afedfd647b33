/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source.h - the records of one list, wherever they are: in a store, or in sets.
 *
 * Any number of threads may load from one source at once, each part by one thread at a time; a part that is
 * being loaded by one thread while it was already loaded whole before may be read by another.
 */
#ifndef ELIG_SOURCE_H
#define ELIG_SOURCE_H

#include "builder/digestfile/digest_file.h"
#include "builder/records/spill.h"

struct record_source {
    struct spill *store;               /* NULL: none */
    struct digest_file **digest_files; /* set_count of them; record_place_input() numbers them */
    unsigned set_count;
    struct digest_file **removed; /* removed_count sets of identifiers that are to be left out */
    unsigned removed_count;
    /* Which set could not be read, if a call failed with EBADMSG, and why (enum digest_file_error). */
    _Atomic(struct digest_file *) broken; /* the first one */
    int broken_why;
    int broken_errno; /* for SET_E_READ */
};

/* Records in memory, growing as they must. Start with all zero; free with record_batch_free(). */
struct record_batch {
    struct record *records;
    size_t count, room;
};

void record_batch_free(struct record_batch *batch);

/* Records of a part and of the whole: those that are to be removed too, and duplicates. */
uint64_t record_source_partition_records(const struct record_source *source, unsigned part);
uint64_t record_source_records(const struct record_source *source);

/*
 * Loads the records of a part whose digests go on, after the bits that name the part, with the sub_bits
 * (0 .. 16) bits of sub: sorted, and each thing said once (sort_unique()). room is how many records the batch
 * may hold before duplicates are looked for; it grows beyond only where that does not help. A part of a store
 * that is loaded whole is put back sorted. Returns 1, or 0 with errno set; EBADMSG: *broken says which set.
 */
ELIG_CHECK_RESULT int record_source_load(struct record_source *source, unsigned part, unsigned sub,
                                         unsigned sub_bits, size_t room, struct record_batch *batch);

#endif
