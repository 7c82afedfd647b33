/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slots.h - bit streams of the leaves, shifted to bytes, so that text hidden in slots that do not begin at a
 * byte is found: of whole slots as they are stored, of fingerprints alone, and of payloads alone; from each
 * bit.
 */
#ifndef ELIG_SLOTS_H
#define ELIG_SLOTS_H

#include "audit/target/target.h"

struct slots_stream {
    uint8_t *bytes;      /* of all leaves, leaf by leaf */
    uint64_t leaf_bytes; /* of each leaf */
};

/* Seven shifts of the pages, eight of fingerprints and of payloads. */
#define SLOTS_STREAMS_MAX 23

struct slots {
    struct slots_stream streams[SLOTS_STREAMS_MAX];
    unsigned count;
    uint64_t bytes;        /* that they take */
    uint64_t bytes_needed; /* that all streams would take; if more than bytes, some are missing */
};

/* Makes the streams that fit into memory bytes. Where slots begin at bytes and have fingerprints only, nothing
 * is to be shifted and count is 0. Returns 0 or ELIG_E_MEMORY. */
ELIG_CHECK_RESULT int slots_make(struct slots *slots, const struct target *target, uint64_t memory);
void slots_free(struct slots *slots);

#endif
