/* SPDX-License-Identifier: Apache-2.0 */
/*
 * peer.h - a contender of the benchmark: something that stores digests in a file and says whether a digest is
 * among them. One file below bench/peers/ for each library; bench/main.c has the list of them.
 *
 * A handle belongs to one thread. Whoever fails says why on standard error.
 */
#ifndef ELIG_PEER_H
#define ELIG_PEER_H

#include "include/elig.h"

/* Bytes of a digest that peers which store their keys keep. */
#ifndef PEER_KEY_BYTES
#define PEER_KEY_BYTES ELIG_DIGEST_BYTES
#endif

#define PEER_FINGERPRINT_BITS 32 /* of elig and of the peer that stores fingerprints too */

struct peer {
    const char *name;
    const char *file;   /* name within the benchmark's folder */
    int is_approximate; /* finds what is not there at 2^-PEER_FINGERPRINT_BITS; else never */
    int is_unlimited;   /* takes part whatever n is; else only up to the limit given on the command line */
    unsigned one_in;    /* asked only one in so many queries, being so slow; 0: all of them */

    /* Writes n digests, all different and in rising order, to a new file at path, and syncs it. Returns 1 or 0.
     * NULL: the contender uses the file of the one before it in the list. */
    int (*build)(const char *path, const uint8_t (*digests)[ELIG_DIGEST_BYTES], uint64_t n);

    /* Returns a handle for lookups, or NULL. */
    void *(*open)(const char *path);

    /* 1 if the digest is listed, 0 if not, less than 0 on failure. */
    int (*find_one)(void *handle, const uint8_t digest[ELIG_DIGEST_BYTES]);

    /* How many of count digests are listed, or less than 0. NULL: there is no better way than one at a time. */
    int64_t (*find_batch)(void *handle, const uint8_t (*digests)[ELIG_DIGEST_BYTES], size_t count);

    void (*close)(void *handle);
};

#define PEER_BATCH 1024 /* digests of one call of find_batch() */

/* peers/elig.c: the same file checked whole at open, that copied into memory, page by page on first use, and at
 * every lookup. */
extern const struct peer peer_elig, peer_elig_populated, peer_elig_first_use, peer_elig_walk;

extern const struct peer peer_sorted, peer_cmph, peer_cdb, peer_lmdb, peer_sqlite;

#endif
