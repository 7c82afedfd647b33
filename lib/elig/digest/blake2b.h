/* SPDX-License-Identifier: Apache-2.0 */
/*
 * blake2b.h - BLAKE2b for many short messages under one key, where libsodium's was measured as the bottleneck.
 *
 * Method: RFC 7693; salt and personal (here: domain) from the BLAKE2 specification of 2013, section 2.8. A
 * keyed message is a block that holds the key, then the message. The state after the key's block is
 * the same for every message, so it is computed once and kept. Messages do not depend on each other, so several
 * are compressed at a time, one in each 64-bit lane of a vector, on processors where that is faster.
 *
 * Pure, safe from any thread, constant in time. The caller clears the stack afterwards.
 */
#ifndef ELIG_BLAKE2B_H
#define ELIG_BLAKE2B_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BLAKE2B_BLOCK_BYTES 128
#define BLAKE2B_KEY_BYTES 32
#define BLAKE2B_SALT_BYTES 16
#define BLAKE2B_DOMAIN_BYTES 16
#define BLAKE2B_HASH_BYTES 32
#define BLAKE2B_WORDS 8 /* of the state */

/* Messages that blake2b_finish_lanes() takes at a time. */
#define BLAKE2B_LANES 4

/* Upper bounds for the stack of the functions below in optimised builds. */
#define BLAKE2B_STACK_BYTES 1024
#define BLAKE2B_STACK_LANES_BYTES 2048

/* BLAKE2b-256 after the block that holds the key. As secret as the key: it can make the same hashes. */
struct blake2b_state {
    uint64_t words[BLAKE2B_WORDS];
};

/* domain has BLAKE2B_DOMAIN_BYTES. */
void blake2b_begin(struct blake2b_state *state, const uint8_t key[BLAKE2B_KEY_BYTES],
                   const uint8_t salt[BLAKE2B_SALT_BYTES], const char *domain);

/* The hash of a message of 1 .. BLAKE2B_BLOCK_BYTES bytes; block is filled up with zeros. */
void blake2b_finish(const struct blake2b_state *state, const uint8_t block[BLAKE2B_BLOCK_BYTES], size_t length,
                    uint8_t hash[BLAKE2B_HASH_BYTES]);

/* Whether this processor has the vectors that blake2b_finish_lanes() needs. Only after sodium_init(), since
 * libsodium queries the processor. */
bool blake2b_has_lanes(void);

/* The same for BLAKE2B_LANES messages. Only if blake2b_has_lanes(). */
void blake2b_finish_lanes(const struct blake2b_state *state, const uint8_t (*blocks)[BLAKE2B_BLOCK_BYTES],
                          const size_t lengths[BLAKE2B_LANES], uint8_t (*hashes)[BLAKE2B_HASH_BYTES]);

#endif
