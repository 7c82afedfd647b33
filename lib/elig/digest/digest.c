/* SPDX-License-Identifier: Apache-2.0 */
/* Computes the hashes of elig under their domains, and clears the stack after libsodium. */
#include "lib/elig/digest/digest.h"

#include <sodium.h>
#include <string.h>

#include "lib/elig/bytes.h"

/* What digest_keyed() needs for its message, and below that BLAKE2b of libsodium 1.0.18, generously. */
#define STACK_BYTES (DIGEST_MESSAGE_BYTES + 2048)

/* libsodium's only refusals are lengths out of range, and all lengths here are constants within it. */
static void blake2b(uint8_t *out, size_t out_bytes, const uint8_t *bytes, size_t length, const uint8_t *key,
                    const uint8_t *salt, const char *domain)
{
    size_t key_bytes = key != NULL ? ELIG_SECRET_BYTES : 0;
    int refused = crypto_generichash_blake2b_salt_personal(out, out_bytes, bytes, length, key, key_bytes, salt,
                                                           (const uint8_t *)domain);
    (void)refused;
}

void digest_clear_stack(void)
{
    sodium_stackzero(STACK_BYTES);
}

size_t digest_message(const struct digest_input *input, uint8_t *message)
{
    size_t name_length = strlen(input->kind_name);
    message[0] = (uint8_t)name_length;
    memcpy(message + 1, input->kind_name, name_length);
    if (input->length > 0)
        memcpy(message + 1 + name_length, input->canonical, input->length);
    return 1 + name_length + input->length;
}

void digest_keyed(const uint8_t secret[ELIG_SECRET_BYTES], const uint8_t salt[ELIG_SALT_BYTES],
                  const struct digest_input *input, uint8_t digest[ELIG_DIGEST_BYTES])
{
    uint8_t message[DIGEST_MESSAGE_BYTES];
    size_t length = digest_message(input, message);
    blake2b(digest, ELIG_DIGEST_BYTES, message, length, secret, salt, ELIG_DOMAIN_KEYED);
    sodium_memzero(message, length);
}

#ifdef DIGEST_SMALL /* libsodium's BLAKE2b is linked anyway; ours is only faster */

void digest_key_make(struct digest_key *key, const uint8_t secret[ELIG_SECRET_BYTES],
                     const uint8_t salt[ELIG_SALT_BYTES])
{
    memcpy(key->secret, secret, ELIG_SECRET_BYTES);
    memcpy(key->salt, salt, ELIG_SALT_BYTES);
}

void digest_keyed_many(const struct digest_key *key, const struct digest_input *inputs, size_t count,
                       uint8_t (*digests)[ELIG_DIGEST_BYTES])
{
    for (size_t i = 0; i < count; i++)
        digest_keyed(key->secret, key->salt, &inputs[i], digests[i]);
    digest_clear_stack();
}

#else

void digest_key_make(struct digest_key *key, const uint8_t secret[ELIG_SECRET_BYTES],
                     const uint8_t salt[ELIG_SALT_BYTES])
{
    blake2b_begin(&key->state, secret, salt, ELIG_DOMAIN_KEYED);
    memcpy(key->secret, secret, ELIG_SECRET_BYTES);
    memcpy(key->salt, salt, ELIG_SALT_BYTES);
    sodium_stackzero(BLAKE2B_STACK_BYTES);
}

/* Messages of one block, collected until there is one for each lane. */
struct group {
    uint8_t blocks[BLAKE2B_LANES][BLAKE2B_BLOCK_BYTES];
    size_t lengths[BLAKE2B_LANES];
    uint8_t *digests[BLAKE2B_LANES]; /* where the results go */
    unsigned count;
};

/* Adds a message to a group; false if it needs more than one block. */
static bool group_add(struct group *group, const struct digest_input *input, uint8_t *digest)
{
    uint8_t *block = group->blocks[group->count];
    if (1 + strlen(input->kind_name) + input->length > BLAKE2B_BLOCK_BYTES)
        return false;
    size_t length = digest_message(input, block);
    memset(block + length, 0, BLAKE2B_BLOCK_BYTES - length);
    group->lengths[group->count] = length;
    group->digests[group->count] = digest;
    group->count++;
    return true;
}

/* Digests the messages of a group and empties it. A single message is faster without lanes. */
static void group_flush(struct group *group, const struct digest_key *key)
{
    uint8_t hashes[BLAKE2B_LANES][BLAKE2B_HASH_BYTES];
    unsigned count = group->count;
    group->count = 0;
    if (count < 2 || !blake2b_has_lanes()) {
        for (unsigned i = 0; i < count; i++)
            blake2b_finish(&key->state, group->blocks[i], group->lengths[i], group->digests[i]);
        return;
    }
    for (unsigned i = count; i < BLAKE2B_LANES; i++) { /* unused lanes */
        memset(group->blocks[i], 0, BLAKE2B_BLOCK_BYTES);
        group->lengths[i] = 0;
    }
    blake2b_finish_lanes(&key->state, (const uint8_t(*)[BLAKE2B_BLOCK_BYTES])group->blocks, group->lengths,
                         hashes);
    for (unsigned i = 0; i < count; i++)
        memcpy(group->digests[i], hashes[i], BLAKE2B_HASH_BYTES);
}

void digest_keyed_many(const struct digest_key *key, const struct digest_input *inputs, size_t count,
                       uint8_t (*digests)[ELIG_DIGEST_BYTES])
{
    struct group group;
    group.count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct digest_input *input = &inputs[i];
        if (!group_add(&group, input, digests[i])) {
            digest_keyed(key->secret, key->salt, input, digests[i]);
            digest_clear_stack();
        }
        if (group.count == BLAKE2B_LANES)
            group_flush(&group, key);
    }
    group_flush(&group, key);
    /* A single identifier touched one block of the group, and little of the stack. */
    sodium_memzero(group.blocks, (count < BLAKE2B_LANES ? count : BLAKE2B_LANES) * BLAKE2B_BLOCK_BYTES);
    sodium_stackzero(count > 1 ? BLAKE2B_STACK_LANES_BYTES : BLAKE2B_STACK_BYTES);
}

#endif

void digest_key_check(const uint8_t secret[ELIG_SECRET_BYTES], const uint8_t salt[ELIG_SALT_BYTES],
                      uint8_t check[ELIG_KEY_CHECK_BYTES])
{
    blake2b(check, ELIG_KEY_CHECK_BYTES, NULL, 0, secret, salt, ELIG_DOMAIN_KEY_CHECK);
}

void digest_seed_check(const uint8_t seed[ELIG_SECRET_BYTES], const uint8_t salt[ELIG_SALT_BYTES],
                       uint8_t check[ELIG_KEY_CHECK_BYTES])
{
    blake2b(check, ELIG_KEY_CHECK_BYTES, NULL, 0, seed, salt, ELIG_DOMAIN_SEED_CHECK);
}

uint32_t digest_tweak(const uint8_t seed[ELIG_SECRET_BYTES], const uint8_t salt[ELIG_SALT_BYTES],
                      const uint8_t *message, size_t length)
{
    uint8_t hash[ELIG_HASH_BYTES];
    blake2b(hash, sizeof hash, message, length, seed, salt, ELIG_DOMAIN_TWEAK);
    return bytes_get_le32(hash);
}

void digest_page(const uint8_t salt[ELIG_SALT_BYTES], uint64_t page_number, const uint8_t *page,
                 uint8_t tag[ELIG_TAG_BYTES])
{
    uint8_t domain[ELIG_DOMAIN_BYTES];
    memcpy(domain, ELIG_DOMAIN_PAGE, sizeof domain / 2);
    bytes_put_le64(domain + sizeof domain / 2, page_number);
    blake2b(tag, ELIG_TAG_BYTES, page, ELIG_PAGE_BYTES, NULL, salt, (const char *)domain);
}

void digest_bytes(const char *domain, const uint8_t *salt, const uint8_t *bytes, size_t length,
                  uint8_t hash[ELIG_HASH_BYTES])
{
    blake2b(hash, ELIG_HASH_BYTES, bytes, length, NULL, salt, domain);
}
