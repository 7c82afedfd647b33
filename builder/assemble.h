/*
 * assemble.h - from counted records to a file: leaves, the tree above them, dictionary and header; and the
 * proof that every identifier is found in it. What it holds in memory does not grow with the number of
 * identifiers.
 */
#ifndef ELIG_ASSEMBLE_H
#define ELIG_ASSEMBLE_H

#include "census.h"
#include "header.h"
#include "labels.h"

struct assembly {
    const struct recipe *recipe;
    struct source *listed;
    struct source *absent; /* NULL: no list of absent identifiers */
    const uint32_t *rank;  /* of labels, as merge.h has it */
    const struct labels *labels;
    const struct census *census;
    size_t bytes; /* memory for records, over all threads */
    struct progress *progress;

    /* made by assemble_write() */
    struct header header;
    struct dictionary dictionary;
    uint16_t *code; /* by label number */
};

enum assemble_result {
    ASSEMBLE_DONE = 0,
    ASSEMBLE_FAILED,        /* errno says why; EBADMSG: a source's *broken does */
    ASSEMBLE_TOO_MANY,      /* more than ELIG_IDENTIFIERS_MAX identifiers */
    ASSEMBLE_ABSENT_LISTED, /* identifiers on both lists: they are in the faults */
    ASSEMBLE_UNSOLVABLE,    /* a leaf cannot be solved: too many absent identifiers for this rate */
    ASSEMBLE_SALT           /* two digests too alike for the tree: another salt is needed */
};

/* Writes the whole file to a descriptor. */
ELIG_CHECK_RESULT enum assemble_result assemble_write(struct assembly *assembly, int file,
                                                      struct faults *absent_faults);

/* Reads the whole file at path, checking every page as a reader does, and looks every identifier up in it, with
 * its label, and every absent one. Returns 1 if all answers are right; 0 if not, with *error an enum elig_error
 * or 0. */
ELIG_CHECK_RESULT int assemble_verify(const struct assembly *assembly, const char *path, int *error);

void assemble_free(struct assembly *assembly);

#endif
