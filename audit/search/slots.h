/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slots.h - the leaves' bits as bytes, in the ways in which somebody could have written bytes into slots that
 * do not begin at one: slot by slot as they lie, into fingerprints alone, or into payloads alone; from each bit
 * on.
 */
#ifndef ELIG_SLOTS_H
#define ELIG_SLOTS_H

#include "audit/target/target.h"

struct slots_stream {
    uint8_t *bytes;      /* of all leaves, one after the other */
    uint64_t leaf_bytes; /* of each of them */
};

/* Seven shifts of the pages, eight of fingerprints and of payloads. */
#define SLOTS_STREAMS_MAX 23

struct slots {
    struct slots_stream streams[SLOTS_STREAMS_MAX];
    unsigned count;
    uint64_t bytes;        /* that they take */
    uint64_t bytes_needed; /* that all there are would take; more than bytes: some are missing */
};

/* Makes as many as there is memory for: none where slots begin at bytes and have nothing beside fingerprints.
 * 0: a failure to allocate. */
ELIG_CHECK_RESULT int slots_make(struct slots *slots, const struct target *target, uint64_t memory);
void slots_free(struct slots *slots);

#endif
