/* SPDX-License-Identifier: Apache-2.0 */
/*
 * digest.h - every hash that elig computes, each under its own BLAKE2b domain; with libsodium, except the keyed
 * digests of many identifiers (blake2b.h).
 *
 * Pure and thread-safe once sodium_init() has succeeded (elig_open() calls it).
 */
#ifndef ELIG_DIGEST_H
#define ELIG_DIGEST_H

#include "include/elig.h"
#include "include/elig_format.h"

#include "lib/elig/canon/canon.h"
#include "lib/elig/digest/blake2b.h"

/* Overwrites what libsodium's BLAKE2b left on the stack: its last block, which may hold a key or an identifier.
 * To be called after the functions below, by their caller or a caller of that. */
void digest_clear_stack(void);

/* An identifier: its kind's name (1 .. ELIG_KIND_NAME_MAX bytes) and canonical form (0 .. CANON_MAX bytes). */
struct digest_input {
    const char *kind_name;
    const uint8_t *canonical;
    size_t length;
};

/* An identifier as all profiles hash it: the length of its kind's name as one byte, the name, the canonical
 * form. Returns its length, at most DIGEST_MESSAGE_BYTES. */
#define DIGEST_MESSAGE_BYTES (1 + ELIG_KIND_NAME_MAX + CANON_MAX)
size_t digest_message(const struct digest_input *input, uint8_t *message);

/* The keyed profile's digest of an identifier: BLAKE2b-256, key = secret, salt = salt, over its message. */
void digest_keyed(const uint8_t secret[ELIG_SECRET_BYTES], const uint8_t salt[ELIG_SALT_BYTES],
                  const struct digest_input *input, uint8_t digest[ELIG_DIGEST_BYTES]);

/* BLAKE2b after the block that holds the secret, and what longer messages need: as secret as the secret. */
struct digest_key {
    struct blake2b_state state;
    uint8_t secret[ELIG_SECRET_BYTES];
    uint8_t salt[ELIG_SALT_BYTES];
};

/* Wipes its working memory. The caller wipes the key. */
void digest_key_make(struct digest_key *key, const uint8_t secret[ELIG_SECRET_BYTES],
                     const uint8_t salt[ELIG_SALT_BYTES]);

/* The keyed digests of count identifiers, any count; each as digest_keyed() makes it. Leaves nothing of key or
 * identifiers on the stack. */
void digest_keyed_many(const struct digest_key *key, const struct digest_input *inputs, size_t count,
                       uint8_t (*digests)[ELIG_DIGEST_BYTES]);

/* The value in the header by which a wrong secret is recognised. It reveals nothing else about the secret. */
void digest_key_check(const uint8_t secret[ELIG_SECRET_BYTES], const uint8_t salt[ELIG_SALT_BYTES],
                      uint8_t check[ELIG_KEY_CHECK_BYTES]);

/* The same for the seed of an offline profile's tweaks, and the 32 bits whose lowest are an identifier's tweak.
 */
void digest_seed_check(const uint8_t seed[ELIG_SECRET_BYTES], const uint8_t salt[ELIG_SALT_BYTES],
                       uint8_t check[ELIG_KEY_CHECK_BYTES]);
uint32_t digest_tweak(const uint8_t seed[ELIG_SECRET_BYTES], const uint8_t salt[ELIG_SALT_BYTES],
                      const uint8_t *message, size_t length);

/* The tag of a page: BLAKE2b-128 with the index's salt and the page's number in the file. */
void digest_page(const uint8_t salt[ELIG_SALT_BYTES], uint64_t page_number, const uint8_t *page,
                 uint8_t tag[ELIG_TAG_BYTES]);

/* BLAKE2b-256 of some bytes under one of the ELIG_DOMAIN_... names and the index's salt; NULL: no salt. */
void digest_bytes(const char *domain, const uint8_t *salt, const uint8_t *bytes, size_t length,
                  uint8_t hash[ELIG_HASH_BYTES]);

#endif
