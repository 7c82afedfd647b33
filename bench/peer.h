/* SPDX-License-Identifier: Apache-2.0 */
/*
 * peer.h - a contender of the benchmark: something that stores digests in a file and says whether a digest is
 * among them. One file below bench/peers/ for each library; bench/main.c has the list of them.
 *
 * A handle belongs to one thread. Functions return false, or NULL, on failure; build() and open() print the
 * reason on standard error first.
 */
#ifndef ELIG_PEER_H
#define ELIG_PEER_H

#include <stdbool.h>

#include "include/elig.h"

/* Bytes of each digest that are kept by peers that store keys. */
#ifndef PEER_KEY_BYTES
#define PEER_KEY_BYTES ELIG_DIGEST_BYTES
#endif

#define PEER_FINGERPRINT_BITS 32 /* of elig and of the other peer that stores fingerprints */

struct peer {
    const char *name;
    const char *file;    /* name within the benchmark's folder */
    bool is_approximate; /* has false positives, at a rate of 2^-PEER_FINGERPRINT_BITS */
    bool is_unlimited;   /* takes part for every n; else only up to the limit given on the command line */
    unsigned one_in;     /* slow: is given one in one_in queries; 0: all of them */

    /* Writes n digests, all different and in ascending order, to a new file at path, and syncs it. NULL: the
     * contender uses the file of the one before it in the list. */
    bool (*build)(const char *path, const uint8_t (*digests)[ELIG_DIGEST_BYTES], uint64_t n);

    /* Returns a handle for lookups, or NULL. */
    void *(*open)(const char *path);

    bool (*find_one)(void *handle, const uint8_t digest[ELIG_DIGEST_BYTES], bool *is_listed);

    /* Counts which of count digests are listed. NULL: the library looks up one at a time only. */
    bool (*find_batch)(void *handle, const uint8_t (*digests)[ELIG_DIGEST_BYTES], size_t count,
                       uint64_t *listed);

    void (*close)(void *handle);
};

#define PEER_BATCH 1024 /* digests of one call of find_batch() */

/* peers/elig.c: the same file, checked completely at open; so, and copied into memory; each page checked when
 * it is first used; each page checked at every lookup. */
extern const struct peer peer_elig, peer_elig_populated, peer_elig_first_use, peer_elig_walk;

extern const struct peer peer_sorted, peer_cmph, peer_cdb, peer_lmdb, peer_sqlite;

#endif
