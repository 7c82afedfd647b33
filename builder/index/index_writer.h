/* SPDX-License-Identifier: Apache-2.0 */
/*
 * assemble.h - from counted records to a file: leaves, the tree above them, dictionary and header; and the
 * proof that every identifier is found in it. What it holds in memory does not grow with the number of
 * identifiers.
 */
#ifndef ELIG_ASSEMBLE_H
#define ELIG_ASSEMBLE_H

#include "builder/records/label_table.h"
#include "builder/records/record_counts.h"
#include "lib/elig/index/header.h"

struct index_writer {
    const struct config *config;
    struct record_source *listed;
    struct record_source *absent; /* NULL: no list of absent identifiers */
    const uint32_t *rank;         /* of labels, as merge.h has it */
    const struct label_table *labels;
    const struct record_counts *totals;
    size_t bytes; /* memory for records, over all threads */
    struct progress *progress;

    /* made by index_writer_write() */
    struct header header;
    struct dictionary dictionary;
    uint16_t *code; /* by label number */
};

enum index_writer_result {
    INDEX_WRITER_DONE = 0,
    INDEX_WRITER_FAILED,        /* errno says why; EBADMSG: a source's *broken does */
    INDEX_WRITER_TOO_MANY,      /* more than ELIG_IDENTIFIERS_MAX identifiers */
    INDEX_WRITER_ABSENT_LISTED, /* identifiers on both lists: they are in the faults */
    INDEX_WRITER_UNSOLVABLE,    /* a leaf cannot be solved: too many absent identifiers for this rate */
    INDEX_WRITER_SALT           /* two digests too alike for the tree: another salt is needed */
};

/* Writes the whole file to a descriptor. */
ELIG_CHECK_RESULT enum index_writer_result index_writer_write(struct index_writer *writer, int file,
                                                              struct rejects *absent_rejects);

/* Reads the whole file at path, checking every page as a reader does, and looks every identifier up in it, with
 * its label, and every absent one. Returns 1 if all answers are right; 0 if not, with *error an enum elig_error
 * or 0. */
ELIG_CHECK_RESULT int index_writer_verify(const struct index_writer *writer, const char *path, int *error);

void index_writer_free(struct index_writer *writer);

#endif
