#include "digest.h"

#include "bytes.h"
#include "canon.h"

#include <sodium.h>
#include <string.h>

/* What BLAKE2b of libsodium 1.0.18 takes of the stack, generously. */
#define STACK_BYTES 2048

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

void digest_keyed(const uint8_t secret[ELIG_SECRET_BYTES], const uint8_t salt[ELIG_SALT_BYTES],
                  const char *kind_name, const uint8_t *canonical, size_t length,
                  uint8_t digest[ELIG_DIGEST_BYTES])
{
    uint8_t message[1 + ELIG_KIND_NAME_MAX + CANON_MAX];
    size_t name_length = strlen(kind_name);
    size_t message_length = 1 + name_length + length;
    message[0] = (uint8_t)name_length;
    memcpy(message + 1, kind_name, name_length);
    memcpy(message + 1 + name_length, canonical, length);
    blake2b(digest, ELIG_DIGEST_BYTES, message, message_length, secret, salt, ELIG_DOMAIN_KEYED);
    sodium_memzero(message, message_length);
}

void digest_key_check(const uint8_t secret[ELIG_SECRET_BYTES], const uint8_t salt[ELIG_SALT_BYTES],
                      uint8_t check[ELIG_KEY_CHECK_BYTES])
{
    blake2b(check, ELIG_KEY_CHECK_BYTES, NULL, 0, secret, salt, ELIG_DOMAIN_KEY_CHECK);
}

void digest_page(const uint8_t salt[ELIG_SALT_BYTES], uint64_t page_number, const uint8_t *page,
                 uint8_t tag[ELIG_TAG_BYTES])
{
    uint8_t domain[ELIG_DOMAIN_BYTES];
    memcpy(domain, ELIG_DOMAIN_PAGE, sizeof domain / 2);
    bytes_put_le64(domain + sizeof domain / 2, page_number);
    blake2b(tag, ELIG_TAG_BYTES, page, ELIG_PAGE_BYTES, NULL, salt, (const char *)domain);
}

void digest_bytes(const char *domain, const uint8_t salt[ELIG_SALT_BYTES], const uint8_t *bytes, size_t length,
                  uint8_t hash[ELIG_HASH_BYTES])
{
    blake2b(hash, ELIG_HASH_BYTES, bytes, length, NULL, salt, domain);
}
