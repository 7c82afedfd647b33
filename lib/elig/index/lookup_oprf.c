/* SPDX-License-Identifier: Apache-2.0 */
/* Lookups in a blind index without its secret (elig_blind(), elig_unblind()), and the key service's side of
 * them (elig_evaluate()). */
#include <sodium.h>

#include "lib/elig/digest/voprf.h"
#include "lib/elig/index/index.h"
#include "lib/elig/index/lookup.h"

/* ---- Client ---- */

/* An identifier's message: 0, ELIG_E_IDENTIFIER with *reason set, or another error. */
static int message_of(const struct elig *index, unsigned kind, const struct elig_text *parts, uint8_t *message,
                      size_t *length, enum elig_reason *reason)
{
    uint8_t canonical[CANON_MAX];
    size_t canonical_length = 0;
    int result = lookup_canonicalize(index, kind, parts, canonical, &canonical_length, reason);
    if (result != 0)
        return result;
    const struct digest_input input = {index->header.kinds[kind].name, canonical, canonical_length};
    *length = digest_message(&input, message);
    sodium_memzero(canonical, canonical_length);
    return 0;
}

static bool is_of_blind_index(const struct elig *index, unsigned kind, const struct elig_text *parts,
                              size_t part_count)
{
    return index->header.profile.id == ELIG_PROFILE_BLIND && lookup_kind_is_valid(index, kind, part_count) &&
           parts != NULL;
}

int elig_blind(const struct elig *index, unsigned kind, const struct elig_text *parts, size_t part_count,
               uint8_t blind[ELIG_SCALAR_BYTES], uint8_t blinded[ELIG_ELEMENT_BYTES], enum elig_reason *reason)
{
    uint8_t message[DIGEST_MESSAGE_BYTES];
    size_t length = 0;
    *reason = ELIG_REASON_NONE;
    if (!is_of_blind_index(index, kind, parts, part_count))
        return ELIG_E_ARGUMENT;
    int result = message_of(index, kind, parts, message, &length, reason);
    if (result == 0) {
        const struct voprf_input input = {message, length};
        crypto_core_ristretto255_scalar_random(blind);
        result = voprf_blind(VOPRF_VERIFIABLE, input, blind, blinded);
    }
    sodium_memzero(message, length);
    profile_clear_stack();
    return result;
}

static int unblind_one(const struct elig *index, unsigned kind, const struct elig_text *parts,
                       const uint8_t *blind, const uint8_t *evaluated, uint8_t *digest)
{
    uint8_t message[DIGEST_MESSAGE_BYTES], output[VOPRF_OUTPUT_BYTES];
    size_t length = 0;
    enum elig_reason reason;
    int error = message_of(index, kind, parts, message, &length, &reason);
    const struct voprf_input input = {message, length};
    if (error == ELIG_E_IDENTIFIER) /* it was valid when it was blinded */
        error = ELIG_E_ARGUMENT;
    if (error == 0)
        error = voprf_finalize(input, blind, evaluated, output);
    if (error == 0)
        profile_blind_digest(&index->header.profile, output, digest);
    sodium_memzero(message, length);
    sodium_memzero(output, sizeof output);
    return error;
}

int elig_unblind(const struct elig *index, unsigned kind, const struct elig_text *parts, size_t part_count,
                 size_t count, const uint8_t (*blinds)[ELIG_SCALAR_BYTES],
                 const uint8_t (*blinded)[ELIG_ELEMENT_BYTES], const uint8_t (*evaluated)[ELIG_ELEMENT_BYTES],
                 const uint8_t proof[ELIG_PROOF_BYTES], uint8_t (*digests)[ELIG_DIGEST_BYTES])
{
    int error = 0;
    if (!is_of_blind_index(index, kind, parts, part_count) || count < 1 || count > ELIG_BLIND_MAX)
        return ELIG_E_ARGUMENT;
    if (voprf_verify(index->header.profile.blind_key, blinded, evaluated, count, proof) != 0)
        return ELIG_E_PROOF;
    for (size_t i = 0; i < count && error == 0; i++)
        error = unblind_one(index, kind, parts + i * part_count, blinds[i], evaluated[i], digests[i]);
    if (error != 0)
        sodium_memzero(digests, count * sizeof *digests);
    profile_clear_stack();
    return error;
}

/* ---- Service ---- */

static int evaluate(const uint8_t *scalar, const uint8_t (*blinded)[ELIG_ELEMENT_BYTES], size_t count,
                    uint8_t (*evaluated)[ELIG_ELEMENT_BYTES], uint8_t *proof)
{
    uint8_t public_key[ELIG_ELEMENT_BYTES], random[ELIG_SCALAR_BYTES];
    for (size_t i = 0; i < count; i++)
        if (voprf_evaluate(scalar, blinded[i], evaluated[i]) != 0)
            return ELIG_E_ELEMENT;
    crypto_core_ristretto255_scalar_random(random);
    int error = voprf_public_key(scalar, public_key);
    if (error == 0)
        error = voprf_prove(scalar, public_key, blinded, (const uint8_t(*)[ELIG_ELEMENT_BYTES])evaluated, count,
                            random, proof);
    sodium_memzero(random, sizeof random);
    return error;
}

int elig_evaluate(const uint8_t secret[ELIG_SECRET_BYTES], const uint8_t (*blinded)[ELIG_ELEMENT_BYTES],
                  size_t count, uint8_t (*evaluated)[ELIG_ELEMENT_BYTES], uint8_t proof[ELIG_PROOF_BYTES])
{
    uint8_t scalar[ELIG_SCALAR_BYTES];
    if (secret == NULL || count < 1 || count > ELIG_BLIND_MAX)
        return ELIG_E_ARGUMENT;
    if (sodium_init() < 0)
        return ELIG_E_MEMORY;
    int error = profile_blind_scalar(secret, scalar);
    if (error == 0)
        error = evaluate(scalar, blinded, count, evaluated, proof);
    sodium_memzero(scalar, sizeof scalar);
    profile_clear_stack();
    return error;
}
