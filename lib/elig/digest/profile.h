/* SPDX-License-Identifier: Apache-2.0 */
/*
 * profile.h - how canonical forms become digests: the parameters in the header of an index or a digest file,
 * and the computation.
 *
 *   keyed     BLAKE2b under a secret
 *   offline   Argon2id, no secret: a guess costs as much as a lookup
 *   blind     the oblivious function of voprf.h under a secret, which readers may leave to a key service
 *
 * Thread-safe once sodium_init() has succeeded.
 */
#ifndef ELIG_PROFILE_H
#define ELIG_PROFILE_H

#include <stdbool.h>

#include "lib/elig/digest/digest.h"

struct profile {
    enum elig_profile id;
    uint8_t salt[ELIG_SALT_BYTES];
    uint8_t key_check[ELIG_KEY_CHECK_BYTES]; /* keyed: of the secret; with work bits: of the seed; else 0 */
    uint8_t blind_key[ELIG_ELEMENT_BYTES];   /* blind: the secret's public key; else 0 */
    uint64_t argon2_memory;                  /* offline: bytes, a multiple of 1024; else 0 */
    uint32_t argon2_passes;                  /* offline; else 0 */
    uint32_t work_bits;                      /* offline: 0 .. ELIG_WORK_BITS_MAX; else 0 */
};

/* Reads the profile's fields of a header page: 0, ELIG_E_PROFILE, ELIG_E_DAMAGED, or ELIG_E_COST unless
 * profile_is_affordable(). */
ELIG_CHECK_RESULT int profile_read(struct profile *profile, const uint8_t page[ELIG_PAGE_BYTES]);

/* Whether a lookup stays within ELIG_ARGON2_MEMORY_MAX, ELIG_ARGON2_PASSES_MAX and ELIG_LOOKUP_COST_MAX. The
 * other fields of the profile are in range. */
bool profile_is_affordable(const struct profile *profile);

/* Writes the fields to a page that is zero. */
void profile_write(const struct profile *profile, uint8_t page[ELIG_PAGE_BYTES]);

/* The keys that digests are made with. As secret as the secret: to be kept in locked memory. */
struct digester {
    struct profile profile;
    struct digest_key keyed;           /* keyed */
    uint8_t scalar[ELIG_SCALAR_BYTES]; /* blind */
    uint8_t seed[ELIG_SECRET_BYTES];   /* offline with work bits, in the builder */
};

/* Fills in key_check or blind_key from the key: the secret, or the seed of an offline profile; NULL: no key.
 * Returns 0, or ELIG_E_ARGUMENT for one secret in 2^252, which cannot be used. */
ELIG_CHECK_RESULT int profile_set_key(struct profile *profile, const uint8_t *key);

/* Makes a digester of a profile and the key it was made for: 0, or ELIG_E_WRONG_SECRET. */
ELIG_CHECK_RESULT int digester_make(struct digester *digester, const struct profile *profile,
                                    const uint8_t *key);

/* The digests of count identifiers, as the builder makes them: 0, ELIG_E_MEMORY, or, for one identifier in
 * 2^252 of a blind profile, ELIG_E_ARGUMENT. Leaves nothing of key or identifiers on the stack. */
ELIG_CHECK_RESULT int digester_run(const struct digester *digester, const struct digest_input *inputs,
                                   size_t count, uint8_t (*digests)[ELIG_DIGEST_BYTES]);

/* The digest of an identifier of an offline profile under one of 2^work_bits tweaks: 0, or ELIG_E_MEMORY. */
ELIG_CHECK_RESULT int profile_offline_digest(const struct profile *profile, const struct digest_input *input,
                                             uint32_t tweak, uint8_t digest[ELIG_DIGEST_BYTES]);

/* Overwrites what these functions left on the stack; to be called as digest_clear_stack() is. */
void profile_clear_stack(void);

/* The digest of a blind profile, from the oblivious function's output. */
void profile_blind_digest(const struct profile *profile, const uint8_t *output,
                          uint8_t digest[ELIG_DIGEST_BYTES]);

/* The oblivious function's key, derived from a blind profile's secret: 0, or ELIG_E_ARGUMENT for one secret in
 * 2^252. */
ELIG_CHECK_RESULT int profile_blind_scalar(const uint8_t *secret, uint8_t scalar[ELIG_SCALAR_BYTES]);

/* "keyed", "offline" or "blind"; "unknown" for any other number. */
const char *profile_name(enum elig_profile id);

#endif
