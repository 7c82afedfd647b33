/* SPDX-License-Identifier: Apache-2.0 */
/* Implements RFC 9497 with libsodium's group and SHA-512, and expand_message_xmd of RFC 9380. */
#include "lib/elig/digest/voprf.h"

#include <sodium.h>
#include <string.h>

#include "lib/elig/bytes.h"

_Static_assert(crypto_core_ristretto255_BYTES == ELIG_ELEMENT_BYTES, "an element of ristretto255");
_Static_assert(crypto_core_ristretto255_SCALARBYTES == ELIG_SCALAR_BYTES, "a scalar of ristretto255");
_Static_assert(crypto_hash_sha512_BYTES == VOPRF_OUTPUT_BYTES, "an output is a SHA-512 hash");

#define SHA512_BLOCK_BYTES 128
#define HASH_BYTES crypto_hash_sha512_BYTES

/* "OPRFV1-", the mode, and the suite's name. The mode is a byte of any value: this is no C string. */
#define CONTEXT_BEFORE "OPRFV1-"
#define CONTEXT_AFTER "-ristretto255-SHA512"
#define CONTEXT_BYTES (sizeof CONTEXT_BEFORE - 1 + 1 + sizeof CONTEXT_AFTER - 1)

/* The purpose of a hash; the context string follows. */
#define LABEL_GROUP "HashToGroup-"
#define LABEL_SCALAR "HashToScalar-"
#define LABEL_KEY "DeriveKeyPair"
#define LABEL_SEED "Seed-"
#define LABEL_BYTES_MAX (sizeof LABEL_SCALAR - 1)

typedef crypto_hash_sha512_state hash_state;

/* ---- Hashing ---- */

struct domain {
    uint8_t bytes[LABEL_BYTES_MAX + CONTEXT_BYTES];
    size_t length;
};

static struct domain domain_make(const char *label, enum voprf_mode mode)
{
    struct domain domain;
    uint8_t *at = domain.bytes;
    at = (uint8_t *)memcpy(at, label, strlen(label)) + strlen(label);
    at = (uint8_t *)memcpy(at, CONTEXT_BEFORE, sizeof CONTEXT_BEFORE - 1) + sizeof CONTEXT_BEFORE - 1;
    *at++ = (uint8_t)mode;
    at = (uint8_t *)memcpy(at, CONTEXT_AFTER, sizeof CONTEXT_AFTER - 1) + sizeof CONTEXT_AFTER - 1;
    domain.length = (size_t)(at - domain.bytes);
    return domain;
}

static void absorb(hash_state *state, const void *bytes, size_t length)
{
    (void)crypto_hash_sha512_update(state, bytes, length);
}

static void absorb_number(hash_state *state, size_t number)
{
    const uint8_t bytes[] = {(uint8_t)(number >> 8), (uint8_t)number};
    absorb(state, bytes, sizeof bytes);
}

static void absorb_prefixed(hash_state *state, const void *bytes, size_t length)
{
    absorb_number(state, length);
    absorb(state, bytes, length);
}

/* expand_message_xmd of RFC 9380, section 5.3.1, with SHA-512 and 64 bytes of output, which is one block of it:
 * start, absorb the message, finish. */
static void expand_start(hash_state *state)
{
    static const uint8_t zeros[SHA512_BLOCK_BYTES];
    (void)crypto_hash_sha512_init(state);
    absorb(state, zeros, sizeof zeros);
}

static void expand_finish(hash_state *state, const struct domain *domain, uint8_t out[HASH_BYTES])
{
    const uint8_t output_length[] = {0, HASH_BYTES, 0}, one = 1, domain_length = (uint8_t)domain->length;
    absorb(state, output_length, sizeof output_length);
    absorb(state, domain->bytes, domain->length);
    absorb(state, &domain_length, 1);
    (void)crypto_hash_sha512_final(state, out);
    (void)crypto_hash_sha512_init(state);
    absorb(state, out, HASH_BYTES);
    absorb(state, &one, 1);
    absorb(state, domain->bytes, domain->length);
    absorb(state, &domain_length, 1);
    (void)crypto_hash_sha512_final(state, out);
}

static void scalar_finish(hash_state *state, const char *label, enum voprf_mode mode,
                          uint8_t scalar[ELIG_SCALAR_BYTES])
{
    uint8_t wide[HASH_BYTES];
    struct domain domain = domain_make(label, mode);
    expand_finish(state, &domain, wide);
    crypto_core_ristretto255_scalar_reduce(scalar, wide);
    sodium_memzero(wide, sizeof wide);
}

/* False for an input that maps to the identity; no such input is known. */
static bool hash_to_element(enum voprf_mode mode, struct voprf_input input, uint8_t element[ELIG_ELEMENT_BYTES])
{
    hash_state state;
    uint8_t wide[HASH_BYTES];
    struct domain domain = domain_make(LABEL_GROUP, mode);
    expand_start(&state);
    absorb(&state, input.bytes, input.length);
    expand_finish(&state, &domain, wide);
    (void)crypto_core_ristretto255_from_hash(element, wide);
    sodium_memzero(&state, sizeof state);
    sodium_memzero(wide, sizeof wide);
    return !bytes_are_zero(element, ELIG_ELEMENT_BYTES);
}

static void hash_output(struct voprf_input input, const uint8_t element[ELIG_ELEMENT_BYTES],
                        uint8_t output[VOPRF_OUTPUT_BYTES])
{
    hash_state state;
    (void)crypto_hash_sha512_init(&state);
    absorb_prefixed(&state, input.bytes, input.length);
    absorb_prefixed(&state, element, ELIG_ELEMENT_BYTES);
    absorb(&state, "Finalize", strlen("Finalize"));
    (void)crypto_hash_sha512_final(&state, output);
    sodium_memzero(&state, sizeof state);
}

/* ---- Group ---- */

/* libsodium 1.0.18 accepts the identity, and ignores the highest bit, so that every element has a second
 * encoding; RFC 9496, section 4.3.1, demands that it is refused. */
static bool is_refused_before_libsodium(const uint8_t *element)
{
    return (element[ELIG_ELEMENT_BYTES - 1] & 0x80) != 0 || bytes_are_zero(element, ELIG_ELEMENT_BYTES);
}

bool voprf_element_is_valid(const uint8_t element[ELIG_ELEMENT_BYTES])
{
    return !is_refused_before_libsodium(element) && crypto_core_ristretto255_is_valid_point(element);
}

static bool scalar_is_canonical(const uint8_t scalar[ELIG_SCALAR_BYTES])
{
    uint8_t wide[crypto_core_ristretto255_NONREDUCEDSCALARBYTES] = {0}, reduced[ELIG_SCALAR_BYTES];
    memcpy(wide, scalar, ELIG_SCALAR_BYTES);
    crypto_core_ristretto255_scalar_reduce(reduced, wide);
    return memcmp(reduced, scalar, sizeof reduced) == 0;
}

/* out = scalar * element; false if element is not an encoding, or the product is the identity. */
static bool multiply(uint8_t *out, const uint8_t *scalar, const uint8_t *element)
{
    return !is_refused_before_libsodium(element) && crypto_scalarmult_ristretto255(out, scalar, element) == 0;
}

/* sum += scalar * element. */
static bool add_multiple(uint8_t *sum, const uint8_t *scalar, const uint8_t *element)
{
    uint8_t product[ELIG_ELEMENT_BYTES];
    return multiply(product, scalar, element) && crypto_core_ristretto255_add(sum, sum, product) == 0;
}

/* ---- Keys ---- */

int voprf_derive_key(enum voprf_mode mode, const uint8_t seed[VOPRF_SEED_BYTES], struct voprf_input info,
                     uint8_t key[ELIG_SCALAR_BYTES])
{
    hash_state state;
    bool found = false;
    for (unsigned counter = 0; counter <= UINT8_MAX && !found; counter++) {
        uint8_t byte = (uint8_t)counter;
        expand_start(&state);
        absorb(&state, seed, VOPRF_SEED_BYTES);
        absorb_prefixed(&state, info.bytes, info.length);
        absorb(&state, &byte, 1);
        scalar_finish(&state, LABEL_KEY, mode, key);
        found = !sodium_is_zero(key, ELIG_SCALAR_BYTES);
    }
    sodium_memzero(&state, sizeof state);
    return found ? 0 : ELIG_E_ARGUMENT;
}

int voprf_public_key(const uint8_t key[ELIG_SCALAR_BYTES], uint8_t public_key[ELIG_ELEMENT_BYTES])
{
    return crypto_scalarmult_ristretto255_base(public_key, key) == 0 ? 0 : ELIG_E_ARGUMENT;
}

int voprf_output(enum voprf_mode mode, const uint8_t key[ELIG_SCALAR_BYTES], struct voprf_input input,
                 uint8_t output[VOPRF_OUTPUT_BYTES])
{
    uint8_t element[ELIG_ELEMENT_BYTES], issued[ELIG_ELEMENT_BYTES];
    bool good = hash_to_element(mode, input, element) && multiply(issued, key, element);
    if (good)
        hash_output(input, issued, output);
    sodium_memzero(element, sizeof element);
    sodium_memzero(issued, sizeof issued);
    return good ? 0 : ELIG_E_ARGUMENT;
}

/* ---- Client ---- */

int voprf_blind(enum voprf_mode mode, struct voprf_input input, const uint8_t blind[ELIG_SCALAR_BYTES],
                uint8_t blinded[ELIG_ELEMENT_BYTES])
{
    uint8_t element[ELIG_ELEMENT_BYTES];
    bool good = hash_to_element(mode, input, element) && multiply(blinded, blind, element);
    sodium_memzero(element, sizeof element);
    return good ? 0 : ELIG_E_ARGUMENT;
}

int voprf_finalize(struct voprf_input input, const uint8_t blind[ELIG_SCALAR_BYTES],
                   const uint8_t evaluated[ELIG_ELEMENT_BYTES], uint8_t output[VOPRF_OUTPUT_BYTES])
{
    uint8_t inverse[ELIG_SCALAR_BYTES], unblinded[ELIG_ELEMENT_BYTES];
    bool good =
        crypto_core_ristretto255_scalar_invert(inverse, blind) == 0 && multiply(unblinded, inverse, evaluated);
    if (good)
        hash_output(input, unblinded, output);
    sodium_memzero(inverse, sizeof inverse);
    sodium_memzero(unblinded, sizeof unblinded);
    return good ? 0 : ELIG_E_ELEMENT;
}

/* ---- Proofs ---- */

/* One element that stands for all blinded ones, and one for all evaluated ones (ComputeComposites). With a key
 * the second is a multiple of the first (ComputeCompositesFast). */
struct composites {
    uint8_t blinded[ELIG_ELEMENT_BYTES];
    uint8_t evaluated[ELIG_ELEMENT_BYTES];
};

static void composite_seed(const uint8_t *public_key, uint8_t seed[HASH_BYTES])
{
    hash_state state;
    struct domain domain = domain_make(LABEL_SEED, VOPRF_VERIFIABLE);
    (void)crypto_hash_sha512_init(&state);
    absorb_prefixed(&state, public_key, ELIG_ELEMENT_BYTES);
    absorb_prefixed(&state, domain.bytes, domain.length);
    (void)crypto_hash_sha512_final(&state, seed);
}

static void composite_scalar(const uint8_t seed[HASH_BYTES], size_t i, const uint8_t *blinded,
                             const uint8_t *evaluated, uint8_t scalar[ELIG_SCALAR_BYTES])
{
    hash_state state;
    expand_start(&state);
    absorb_prefixed(&state, seed, HASH_BYTES);
    absorb_number(&state, i);
    absorb_prefixed(&state, blinded, ELIG_ELEMENT_BYTES);
    absorb_prefixed(&state, evaluated, ELIG_ELEMENT_BYTES);
    absorb(&state, "Composite", strlen("Composite"));
    scalar_finish(&state, LABEL_SCALAR, VOPRF_VERIFIABLE, scalar);
}

static bool composites_make(const uint8_t *key, const uint8_t *public_key,
                            const uint8_t (*blinded)[ELIG_ELEMENT_BYTES],
                            const uint8_t (*evaluated)[ELIG_ELEMENT_BYTES], size_t count,
                            struct composites *composites)
{
    uint8_t seed[HASH_BYTES], scalar[ELIG_SCALAR_BYTES];
    bool good = count >= 1 && count <= ELIG_BLIND_MAX;
    memset(composites, 0, sizeof *composites); /* the identity twice */
    composite_seed(public_key, seed);
    for (size_t i = 0; i < count && good; i++) {
        composite_scalar(seed, i, blinded[i], evaluated[i], scalar);
        good = add_multiple(composites->blinded, scalar, blinded[i]) &&
               (key != NULL || add_multiple(composites->evaluated, scalar, evaluated[i]));
    }
    if (good && key != NULL)
        good = multiply(composites->evaluated, key, composites->blinded);
    return good;
}

static void challenge(const uint8_t *public_key, const struct composites *composites,
                      const uint8_t commitments[2][ELIG_ELEMENT_BYTES], uint8_t scalar[ELIG_SCALAR_BYTES])
{
    hash_state state;
    expand_start(&state);
    absorb_prefixed(&state, public_key, ELIG_ELEMENT_BYTES);
    absorb_prefixed(&state, composites->blinded, ELIG_ELEMENT_BYTES);
    absorb_prefixed(&state, composites->evaluated, ELIG_ELEMENT_BYTES);
    absorb_prefixed(&state, commitments[0], ELIG_ELEMENT_BYTES);
    absorb_prefixed(&state, commitments[1], ELIG_ELEMENT_BYTES);
    absorb(&state, "Challenge", strlen("Challenge"));
    scalar_finish(&state, LABEL_SCALAR, VOPRF_VERIFIABLE, scalar);
}

int voprf_verify(const uint8_t public_key[ELIG_ELEMENT_BYTES], const uint8_t (*blinded)[ELIG_ELEMENT_BYTES],
                 const uint8_t (*evaluated)[ELIG_ELEMENT_BYTES], size_t count,
                 const uint8_t proof[ELIG_PROOF_BYTES])
{
    struct composites composites;
    uint8_t commitments[2][ELIG_ELEMENT_BYTES], expected[ELIG_SCALAR_BYTES];
    const uint8_t *c = proof, *s = proof + ELIG_SCALAR_BYTES;
    if (!voprf_element_is_valid(public_key) || !scalar_is_canonical(c) || !scalar_is_canonical(s) ||
        !composites_make(NULL, public_key, blinded, evaluated, count, &composites))
        return ELIG_E_PROOF;
    if (crypto_scalarmult_ristretto255_base(commitments[0], s) != 0 ||
        !add_multiple(commitments[0], c, public_key) || !multiply(commitments[1], s, composites.blinded) ||
        !add_multiple(commitments[1], c, composites.evaluated))
        return ELIG_E_PROOF;
    challenge(public_key, &composites, (const uint8_t(*)[ELIG_ELEMENT_BYTES])commitments, expected);
    return sodium_memcmp(expected, c, sizeof expected) == 0 ? 0 : ELIG_E_PROOF;
}

/* ---- Server ---- */

int voprf_evaluate(const uint8_t key[ELIG_SCALAR_BYTES], const uint8_t blinded[ELIG_ELEMENT_BYTES],
                   uint8_t evaluated[ELIG_ELEMENT_BYTES])
{
    return multiply(evaluated, key, blinded) ? 0 : ELIG_E_ELEMENT;
}

int voprf_prove(const uint8_t key[ELIG_SCALAR_BYTES], const uint8_t public_key[ELIG_ELEMENT_BYTES],
                const uint8_t (*blinded)[ELIG_ELEMENT_BYTES], const uint8_t (*evaluated)[ELIG_ELEMENT_BYTES],
                size_t count, const uint8_t random[ELIG_SCALAR_BYTES], uint8_t proof[ELIG_PROOF_BYTES])
{
    struct composites composites;
    uint8_t commitments[2][ELIG_ELEMENT_BYTES], product[ELIG_SCALAR_BYTES];
    uint8_t *c = proof, *s = proof + ELIG_SCALAR_BYTES;
    if (!composites_make(key, public_key, blinded, evaluated, count, &composites) ||
        crypto_scalarmult_ristretto255_base(commitments[0], random) != 0 ||
        !multiply(commitments[1], random, composites.blinded))
        return ELIG_E_ELEMENT;
    challenge(public_key, &composites, (const uint8_t(*)[ELIG_ELEMENT_BYTES])commitments, c);
    crypto_core_ristretto255_scalar_mul(product, c, key);
    crypto_core_ristretto255_scalar_sub(s, random, product);
    sodium_memzero(product, sizeof product);
    return 0;
}
