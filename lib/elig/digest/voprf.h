/* SPDX-License-Identifier: Apache-2.0 */
/*
 * voprf.h - the oblivious pseudorandom function of RFC 9497, suite ristretto255-SHA512, on libsodium's group.
 *
 * A client blinds an input into an element that says nothing about it; a server multiplies that by its key and
 * proves that it did; the client takes the blind off and has what the server alone could have made of the
 * input, which never learns what it was. Whoever has the key needs no server.
 *
 * Elements are 32 bytes, canonical encodings of ristretto255; scalars are 32 bytes, little-endian, below the
 * group's order. What comes from outside is checked here: libsodium takes the identity, and encodings with the
 * highest bit set, for valid elements and reduces scalars without a word, and RFC 9497 wants all of them
 * refused.
 *
 * Pure, thread-safe, in constant time as far as secrets go, once sodium_init() has succeeded. Functions that
 * can refuse return 1, or 0 and leave nothing of use.
 */
#ifndef ELIG_VOPRF_H
#define ELIG_VOPRF_H

#include <stddef.h>
#include <stdint.h>

#include "include/elig.h"

#define VOPRF_SEED_BYTES 32
#define VOPRF_OUTPUT_BYTES 64
#define VOPRF_INPUT_MAX 65535

/* The mode is part of every hash. elig's profile is VOPRF_VERIFIABLE; the other one has no proofs. */
enum voprf_mode { VOPRF_BASE = 0, VOPRF_VERIFIABLE = 1 };

/* An input of 0 .. VOPRF_INPUT_MAX bytes. */
struct voprf_input {
    const uint8_t *bytes;
    size_t length;
};

/* DeriveKeyPair: a key of the seed, and perhaps what is published of it. */
ELIG_CHECK_RESULT int voprf_derive_key(enum voprf_mode mode, const uint8_t seed[VOPRF_SEED_BYTES],
                                       struct voprf_input info, uint8_t key[ELIG_SCALAR_BYTES]);
ELIG_CHECK_RESULT int voprf_public_key(const uint8_t key[ELIG_SCALAR_BYTES],
                                       uint8_t public_key[ELIG_ELEMENT_BYTES]);

/* Evaluate: the output for an input, by whoever has the key. */
ELIG_CHECK_RESULT int voprf_output(enum voprf_mode mode, const uint8_t key[ELIG_SCALAR_BYTES],
                                   struct voprf_input input, uint8_t output[VOPRF_OUTPUT_BYTES]);

/* ---- The client ---- */

/* Blind: blind is a random scalar that is not zero, to be kept secret and used once. */
ELIG_CHECK_RESULT int voprf_blind(enum voprf_mode mode, struct voprf_input input,
                                  const uint8_t blind[ELIG_SCALAR_BYTES], uint8_t blinded[ELIG_ELEMENT_BYTES]);

/* VerifyProof: 1 if whoever has the public key's key made each evaluated element of the blinded one at the same
 * place; count is 1 .. ELIG_BLIND_MAX. */
ELIG_CHECK_RESULT int voprf_verify(const uint8_t public_key[ELIG_ELEMENT_BYTES],
                                   const uint8_t (*blinded)[ELIG_ELEMENT_BYTES],
                                   const uint8_t (*evaluated)[ELIG_ELEMENT_BYTES], size_t count,
                                   const uint8_t proof[ELIG_PROOF_BYTES]);

/* Finalize: the output, from an evaluated element that was verified. */
ELIG_CHECK_RESULT int voprf_finalize(struct voprf_input input, const uint8_t blind[ELIG_SCALAR_BYTES],
                                     const uint8_t evaluated[ELIG_ELEMENT_BYTES],
                                     uint8_t output[VOPRF_OUTPUT_BYTES]);

/* ---- The server ---- */

/* BlindEvaluate, without its proof. */
ELIG_CHECK_RESULT int voprf_evaluate(const uint8_t key[ELIG_SCALAR_BYTES],
                                     const uint8_t blinded[ELIG_ELEMENT_BYTES],
                                     uint8_t evaluated[ELIG_ELEMENT_BYTES]);

/* GenerateProof: random is a random scalar that is not zero, used once. */
ELIG_CHECK_RESULT int voprf_prove(const uint8_t key[ELIG_SCALAR_BYTES],
                                  const uint8_t public_key[ELIG_ELEMENT_BYTES],
                                  const uint8_t (*blinded)[ELIG_ELEMENT_BYTES],
                                  const uint8_t (*evaluated)[ELIG_ELEMENT_BYTES], size_t count,
                                  const uint8_t random[ELIG_SCALAR_BYTES], uint8_t proof[ELIG_PROOF_BYTES]);

/* 1 if an element is one that may come from outside: a canonical encoding, and not the identity's. */
ELIG_CHECK_RESULT int voprf_element_is_valid(const uint8_t element[ELIG_ELEMENT_BYTES]);

#endif
