/* SPDX-License-Identifier: Apache-2.0 */
/*
 * voprf.h - the oblivious pseudorandom function of RFC 9497, suite ristretto255-SHA512, on libsodium's group.
 *
 * A client blinds an input into an element that says nothing about it; a server multiplies that by its key and
 * proves that it did; the client removes the blind and gets the output, which depends on key and input alone.
 * The server never learns the input. An owner of the key computes outputs alone.
 *
 * Elements are 32 bytes, canonical encodings of ristretto255; scalars are 32 bytes, little-endian, below the
 * group's order. Elements and scalars from outside are checked here, as RFC 9497 demands: libsodium accepts the
 * identity and encodings with the highest bit set, and reduces scalars silently.
 *
 * Pure, thread-safe, in constant time with regard to secrets, once sodium_init() has succeeded. Functions
 * return 0 or the error they name; after an error their results are not usable.
 */
#ifndef ELIG_VOPRF_H
#define ELIG_VOPRF_H

#include <stdbool.h>
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

/* DeriveKeyPair: the private key of a seed, and its public key. ELIG_E_ARGUMENT for one seed in 2^252. */
ELIG_CHECK_RESULT int voprf_derive_key(enum voprf_mode mode, const uint8_t seed[VOPRF_SEED_BYTES],
                                       struct voprf_input info, uint8_t key[ELIG_SCALAR_BYTES]);
ELIG_CHECK_RESULT int voprf_public_key(const uint8_t key[ELIG_SCALAR_BYTES],
                                       uint8_t public_key[ELIG_ELEMENT_BYTES]);

/* Evaluate: the output for an input, by the owner of the key. ELIG_E_ARGUMENT for one input in 2^252. */
ELIG_CHECK_RESULT int voprf_output(enum voprf_mode mode, const uint8_t key[ELIG_SCALAR_BYTES],
                                   struct voprf_input input, uint8_t output[VOPRF_OUTPUT_BYTES]);

/* ---- The client ---- */

/* Blind: blind is a random scalar that is not zero, to be kept secret and used once. ELIG_E_ARGUMENT if it is
 * zero, or for one input in 2^252. */
ELIG_CHECK_RESULT int voprf_blind(enum voprf_mode mode, struct voprf_input input,
                                  const uint8_t blind[ELIG_SCALAR_BYTES], uint8_t blinded[ELIG_ELEMENT_BYTES]);

/* VerifyProof: 0 if each evaluated element was made of the blinded one of the same index with the private key
 * of public_key, else ELIG_E_PROOF; count is 1 .. ELIG_BLIND_MAX. */
ELIG_CHECK_RESULT int voprf_verify(const uint8_t public_key[ELIG_ELEMENT_BYTES],
                                   const uint8_t (*blinded)[ELIG_ELEMENT_BYTES],
                                   const uint8_t (*evaluated)[ELIG_ELEMENT_BYTES], size_t count,
                                   const uint8_t proof[ELIG_PROOF_BYTES]);

/* Finalize: the output, from an evaluated element that was verified. ELIG_E_ELEMENT if it is malformed. */
ELIG_CHECK_RESULT int voprf_finalize(struct voprf_input input, const uint8_t blind[ELIG_SCALAR_BYTES],
                                     const uint8_t evaluated[ELIG_ELEMENT_BYTES],
                                     uint8_t output[VOPRF_OUTPUT_BYTES]);

/* ---- The server ---- */

/* BlindEvaluate, without its proof. ELIG_E_ELEMENT if blinded is malformed. */
ELIG_CHECK_RESULT int voprf_evaluate(const uint8_t key[ELIG_SCALAR_BYTES],
                                     const uint8_t blinded[ELIG_ELEMENT_BYTES],
                                     uint8_t evaluated[ELIG_ELEMENT_BYTES]);

/* GenerateProof: random is a random scalar that is not zero, used once. ELIG_E_ELEMENT if an element is
 * malformed. */
ELIG_CHECK_RESULT int voprf_prove(const uint8_t key[ELIG_SCALAR_BYTES],
                                  const uint8_t public_key[ELIG_ELEMENT_BYTES],
                                  const uint8_t (*blinded)[ELIG_ELEMENT_BYTES],
                                  const uint8_t (*evaluated)[ELIG_ELEMENT_BYTES], size_t count,
                                  const uint8_t random[ELIG_SCALAR_BYTES], uint8_t proof[ELIG_PROOF_BYTES]);

/* Whether an element from outside is acceptable: a canonical encoding, and not the identity. */
ELIG_CHECK_RESULT bool voprf_element_is_valid(const uint8_t element[ELIG_ELEMENT_BYTES]);

#endif
