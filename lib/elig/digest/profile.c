/* SPDX-License-Identifier: Apache-2.0 */
/* Computes the digests of the three profiles, and reads and writes their parameters in a header. */
#include "lib/elig/digest/profile.h"

#include <sodium.h>
#include <string.h>

#include "lib/elig/bytes.h"
#include "lib/elig/digest/voprf.h"

/* An offline profile hashes the tweak in 16 bits, then the message. */
#define TWEAK_BYTES 2

/* Stack for a message, and an upper bound for libsodium's hashes and group below it. */
#define STACK_BYTES (DIGEST_MESSAGE_BYTES + 8192)

/* ---- The header's fields ---- */

bool profile_is_affordable(const struct profile *profile)
{
    return profile->argon2_memory <= ELIG_ARGON2_MEMORY_MAX &&
           profile->argon2_passes <= ELIG_ARGON2_PASSES_MAX &&
           profile->argon2_memory * profile->argon2_passes << profile->work_bits <= ELIG_LOOKUP_COST_MAX;
}

static int read_offline(struct profile *profile)
{
    if (profile->argon2_memory < ELIG_ARGON2_MEMORY_MIN || profile->argon2_memory % 1024 != 0 ||
        profile->argon2_passes < ELIG_ARGON2_PASSES_MIN || profile->work_bits > ELIG_WORK_BITS_MAX ||
        (profile->work_bits == 0 && !bytes_are_zero(profile->key_check, ELIG_KEY_CHECK_BYTES)))
        return ELIG_E_DAMAGED;
    return profile_is_affordable(profile) ? 0 : ELIG_E_COST;
}

__attribute__((cold)) int profile_read(struct profile *profile, const uint8_t page[ELIG_PAGE_BYTES])
{
    uint32_t id = bytes_get_le32(page + ELIG_AT_PROFILE);
    if (id < ELIG_PROFILE_KEYED || id > ELIG_PROFILE_BLIND)
        return ELIG_E_PROFILE;
    profile->id = (enum elig_profile)id;
    memcpy(profile->salt, page + ELIG_AT_SALT, ELIG_SALT_BYTES);
    memcpy(profile->key_check, page + ELIG_AT_KEY_CHECK, ELIG_KEY_CHECK_BYTES);
    memcpy(profile->blind_key, page + ELIG_AT_BLIND_KEY, ELIG_ELEMENT_BYTES);
    profile->argon2_memory = bytes_get_le64(page + ELIG_AT_ARGON2_MEMORY);
    profile->argon2_passes = bytes_get_le32(page + ELIG_AT_ARGON2_PASSES);
    profile->work_bits = bytes_get_le32(page + ELIG_AT_WORK_BITS);
    if (id != ELIG_PROFILE_OFFLINE &&
        !bytes_are_zero(page + ELIG_AT_ARGON2_MEMORY, ELIG_AT_SERIAL - ELIG_AT_ARGON2_MEMORY))
        return ELIG_E_DAMAGED;
    if (id != ELIG_PROFILE_BLIND && !bytes_are_zero(profile->blind_key, ELIG_ELEMENT_BYTES))
        return ELIG_E_DAMAGED;
    if (id == ELIG_PROFILE_OFFLINE)
        return read_offline(profile);
    if (id == ELIG_PROFILE_BLIND && (!bytes_are_zero(profile->key_check, ELIG_KEY_CHECK_BYTES) ||
                                     !voprf_element_is_valid(profile->blind_key)))
        return ELIG_E_DAMAGED;
    return 0;
}

void profile_write(const struct profile *profile, uint8_t page[ELIG_PAGE_BYTES])
{
    bytes_put_le32(page + ELIG_AT_PROFILE, profile->id);
    memcpy(page + ELIG_AT_SALT, profile->salt, ELIG_SALT_BYTES);
    memcpy(page + ELIG_AT_KEY_CHECK, profile->key_check, ELIG_KEY_CHECK_BYTES);
    memcpy(page + ELIG_AT_BLIND_KEY, profile->blind_key, ELIG_ELEMENT_BYTES);
    bytes_put_le64(page + ELIG_AT_ARGON2_MEMORY, profile->argon2_memory);
    bytes_put_le32(page + ELIG_AT_ARGON2_PASSES, profile->argon2_passes);
    bytes_put_le32(page + ELIG_AT_WORK_BITS, profile->work_bits);
}

const char *profile_name(enum elig_profile id)
{
    static const char *const names[] = {
        [ELIG_PROFILE_KEYED] = "keyed", [ELIG_PROFILE_OFFLINE] = "offline", [ELIG_PROFILE_BLIND] = "blind"};
    return id >= ELIG_PROFILE_KEYED && id <= ELIG_PROFILE_BLIND ? names[id] : "unknown";
}

/* ---- Keys ---- */

int profile_blind_scalar(const uint8_t *secret, uint8_t scalar[ELIG_SCALAR_BYTES])
{
    const struct voprf_input info = {(const uint8_t *)ELIG_BLIND_KEY_INFO, strlen(ELIG_BLIND_KEY_INFO)};
    return voprf_derive_key(VOPRF_VERIFIABLE, secret, info, scalar);
}

int profile_set_key(struct profile *profile, const uint8_t *key)
{
    uint8_t scalar[ELIG_SCALAR_BYTES];
    int error = 0;
    memset(profile->key_check, 0, sizeof profile->key_check);
    memset(profile->blind_key, 0, sizeof profile->blind_key);
    if (key == NULL)
        return 0;
    if (profile->id == ELIG_PROFILE_BLIND) {
        error = profile_blind_scalar(key, scalar);
        if (error == 0)
            error = voprf_public_key(scalar, profile->blind_key);
    } else if (profile->id == ELIG_PROFILE_KEYED)
        digest_key_check(key, profile->salt, profile->key_check);
    else if (profile->work_bits > 0)
        digest_seed_check(key, profile->salt, profile->key_check);
    sodium_memzero(scalar, sizeof scalar);
    profile_clear_stack();
    return error;
}

int digester_make(struct digester *digester, const struct profile *profile, const uint8_t *key)
{
    struct profile made = *profile;
    memset(digester, 0, sizeof *digester);
    digester->profile = *profile;
    if (key == NULL)
        return 0;
    if (profile_set_key(&made, key) != 0 ||
        sodium_memcmp(made.key_check, profile->key_check, sizeof made.key_check) != 0 ||
        sodium_memcmp(made.blind_key, profile->blind_key, sizeof made.blind_key) != 0)
        return ELIG_E_WRONG_SECRET;
    if (profile->id == ELIG_PROFILE_KEYED)
        digest_key_make(&digester->keyed, key, profile->salt);
    else if (profile->id == ELIG_PROFILE_OFFLINE)
        memcpy(digester->seed, key, sizeof digester->seed);
    else if (profile_blind_scalar(key, digester->scalar) != 0)
        return ELIG_E_WRONG_SECRET;
    profile_clear_stack();
    return 0;
}

/* ---- Digests ---- */

void profile_clear_stack(void)
{
    sodium_stackzero(STACK_BYTES);
}

int profile_offline_digest(const struct profile *profile, const struct digest_input *input, uint32_t tweak,
                           uint8_t digest[ELIG_DIGEST_BYTES])
{
    uint8_t password[TWEAK_BYTES + DIGEST_MESSAGE_BYTES];
    bytes_put_le16(password, (uint16_t)tweak);
    size_t length = TWEAK_BYTES + digest_message(input, password + TWEAK_BYTES);
    int result = crypto_pwhash_argon2id(digest, ELIG_DIGEST_BYTES, (const char *)password, length,
                                        profile->salt, profile->argon2_passes, (size_t)profile->argon2_memory,
                                        crypto_pwhash_argon2id_ALG_ARGON2ID13);
    sodium_memzero(password, length);
    return result == 0 ? 0 : ELIG_E_MEMORY; /* every other argument was checked with the profile */
}

void profile_blind_digest(const struct profile *profile, const uint8_t *output,
                          uint8_t digest[ELIG_DIGEST_BYTES])
{
    digest_bytes(ELIG_DOMAIN_BLIND, profile->salt, output, VOPRF_OUTPUT_BYTES, digest);
}

static int run_offline(const struct digester *digester, const struct digest_input *input,
                       uint8_t digest[ELIG_DIGEST_BYTES])
{
    const struct profile *profile = &digester->profile;
    uint32_t tweak = 0;
    if (profile->work_bits > 0) {
        uint8_t message[DIGEST_MESSAGE_BYTES];
        size_t length = digest_message(input, message);
        tweak = digest_tweak(digester->seed, profile->salt, message, length) & ((1u << profile->work_bits) - 1);
        sodium_memzero(message, length);
    }
    return profile_offline_digest(profile, input, tweak, digest);
}

static int run_blind(const struct digester *digester, const struct digest_input *input,
                     uint8_t digest[ELIG_DIGEST_BYTES])
{
    uint8_t message[DIGEST_MESSAGE_BYTES], output[VOPRF_OUTPUT_BYTES];
    const struct voprf_input bytes = {message, digest_message(input, message)};
    int error = voprf_output(VOPRF_VERIFIABLE, digester->scalar, bytes, output);
    if (error == 0)
        profile_blind_digest(&digester->profile, output, digest);
    sodium_memzero(message, bytes.length);
    sodium_memzero(output, sizeof output);
    return error;
}

int digester_run(const struct digester *digester, const struct digest_input *inputs, size_t count,
                 uint8_t (*digests)[ELIG_DIGEST_BYTES])
{
    int error = 0;
    if (digester->profile.id == ELIG_PROFILE_KEYED) {
        digest_keyed_many(&digester->keyed, inputs, count, digests);
        return 0;
    }
    for (size_t i = 0; i < count && error == 0; i++)
        error = digester->profile.id == ELIG_PROFILE_BLIND ? run_blind(digester, &inputs[i], digests[i])
                                                           : run_offline(digester, &inputs[i], digests[i]);
    profile_clear_stack();
    return error;
}
