/* SPDX-License-Identifier: Apache-2.0 */
/* test_blake2b.c - our BLAKE2b against libsodium's, which is another implementation, against the self-test of
 * RFC 7693, and its two ways against each other. */
#include <sodium.h>

#include "lib/elig/digest/blake2b.h"
#include "tests/support/test.h"

static const char domain[] = "sixteen bytes ..";

/* libsodium's hash of the same message under the same key. */
static void expect_hash(const uint8_t *key, const uint8_t *salt, const uint8_t *message, size_t length,
                        uint8_t hash[BLAKE2B_HASH_BYTES])
{
    assert_int_equal(crypto_generichash_blake2b_salt_personal(hash, BLAKE2B_HASH_BYTES, message, length, key,
                                                              BLAKE2B_KEY_BYTES, salt, (const uint8_t *)domain),
                     0);
}

/* Numbers that look random; RFC 7693, appendix E. */
static void fill_sequence(uint8_t *out, size_t length, uint32_t seed)
{
    uint32_t a = UINT32_C(0xDEAD4BAD) * seed, b = 1;
    for (size_t i = 0; i < length; i++) {
        uint32_t sum = a + b;
        a = b;
        b = sum;
        out[i] = (uint8_t)(sum >> 24);
    }
}

/* A hash of RFC 7693's self-test: ours where it is one of ours, else libsodium's. */
static void hash_for_self_test(uint8_t *hash, size_t hash_length, const uint8_t *key, size_t key_length,
                               const uint8_t *message, size_t length, unsigned *ours)
{
    static const uint8_t none[BLAKE2B_SALT_BYTES];
    uint8_t block[BLAKE2B_BLOCK_BYTES] = {0};
    struct blake2b_state state;
    if (hash_length != BLAKE2B_HASH_BYTES || key_length != BLAKE2B_KEY_BYTES || length == 0 ||
        length > BLAKE2B_BLOCK_BYTES) {
        assert_int_equal(crypto_generichash(hash, hash_length, message, length, key, key_length), 0);
        return;
    }
    memcpy(block, message, length);
    blake2b_begin(&state, key, none, (const char *)none);
    blake2b_finish(&state, block, length, hash);
    ++*ours;
}

static void the_self_test_of_rfc_7693_passes(void **state)
{
    (void)state;
    static const uint8_t expected[] = {0xC2, 0x3A, 0x78, 0x00, 0xD9, 0x81, 0x23, 0xBD, 0x10, 0xF5, 0x06,
                                       0xC6, 0x1E, 0x29, 0xDA, 0x56, 0x03, 0xD7, 0x63, 0xB8, 0xBB, 0xAD,
                                       0x2E, 0x73, 0x7F, 0x5E, 0x76, 0x5A, 0x7B, 0xCC, 0xD4, 0x75};
    static const size_t hash_lengths[] = {20, 32, 48, 64}, lengths[] = {0, 3, 128, 129, 255, 1024};
    crypto_generichash_state sum;
    uint8_t message[1024], key[64], hash[64];
    unsigned ours = 0;
    assert_int_equal(crypto_generichash_init(&sum, NULL, 0, sizeof expected), 0);
    for (size_t i = 0; i < LENGTH(hash_lengths); i++)
        for (size_t j = 0; j < LENGTH(lengths); j++) {
            fill_sequence(message, lengths[j], (uint32_t)lengths[j]);
            fill_sequence(key, hash_lengths[i], (uint32_t)hash_lengths[i]);
            hash_for_self_test(hash, hash_lengths[i], NULL, 0, message, lengths[j], &ours);
            crypto_generichash_update(&sum, hash, hash_lengths[i]);
            hash_for_self_test(hash, hash_lengths[i], key, hash_lengths[i], message, lengths[j], &ours);
            crypto_generichash_update(&sum, hash, hash_lengths[i]);
        }
    crypto_generichash_final(&sum, hash, sizeof expected);
    assert_memory_equal(hash, expected, sizeof expected);
    assert_int_equal(ours, 2);
}

static void every_length_of_a_block_gives_the_hash_of_libsodium(void **state)
{
    (void)state;
    uint64_t random = 1;
    for (size_t length = 1; length <= BLAKE2B_BLOCK_BYTES; length++) {
        uint8_t key[BLAKE2B_KEY_BYTES], salt[BLAKE2B_SALT_BYTES], block[BLAKE2B_BLOCK_BYTES] = {0};
        uint8_t hash[BLAKE2B_HASH_BYTES], expected[BLAKE2B_HASH_BYTES];
        struct blake2b_state begun;
        test_random_bytes(&random, key, sizeof key);
        test_random_bytes(&random, salt, sizeof salt);
        test_random_bytes(&random, block, length);
        blake2b_begin(&begun, key, salt, domain);
        blake2b_finish(&begun, block, length, hash);
        expect_hash(key, salt, block, length, expected);
        assert_memory_equal(hash, expected, sizeof hash);
    }
}

static void lanes_give_the_hashes_of_single_messages(void **state)
{
    (void)state;
    uint64_t random = 2;
    if (!blake2b_has_lanes()) /* then nothing calls what is tested here */
        skip();
    for (unsigned i = 0; i < 20000; i++) {
        uint8_t key[BLAKE2B_KEY_BYTES], salt[BLAKE2B_SALT_BYTES], single[BLAKE2B_HASH_BYTES];
        uint8_t blocks[BLAKE2B_LANES][BLAKE2B_BLOCK_BYTES], hashes[BLAKE2B_LANES][BLAKE2B_HASH_BYTES];
        size_t lengths[BLAKE2B_LANES];
        struct blake2b_state begun;
        memset(blocks, 0, sizeof blocks);
        test_random_bytes(&random, key, sizeof key);
        test_random_bytes(&random, salt, sizeof salt);
        for (size_t lane = 0; lane < BLAKE2B_LANES; lane++) {
            lengths[lane] = 1 + test_below(&random, BLAKE2B_BLOCK_BYTES);
            test_random_bytes(&random, blocks[lane], lengths[lane]);
        }
        blake2b_begin(&begun, key, salt, domain);
        blake2b_finish_lanes(&begun, (const uint8_t(*)[BLAKE2B_BLOCK_BYTES])blocks, lengths, hashes);
        for (size_t lane = 0; lane < BLAKE2B_LANES; lane++) {
            blake2b_finish(&begun, blocks[lane], lengths[lane], single);
            assert_memory_equal(hashes[lane], single, sizeof single);
        }
    }
}

static void a_state_can_be_used_again(void **state)
{
    (void)state;
    static const uint8_t key[BLAKE2B_KEY_BYTES], salt[BLAKE2B_SALT_BYTES], block[BLAKE2B_BLOCK_BYTES];
    struct blake2b_state begun, before;
    uint8_t one[BLAKE2B_HASH_BYTES], other[BLAKE2B_HASH_BYTES];
    blake2b_begin(&begun, key, salt, domain);
    before = begun;
    blake2b_finish(&begun, block, 1, one);
    assert_memory_equal(&begun, &before, sizeof before);
    blake2b_finish(&begun, block, 1, other);
    assert_memory_equal(one, other, sizeof one);
}

static int setup(void **state)
{
    (void)state;
    return sodium_init() < 0 ? -1 : 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_self_test_of_rfc_7693_passes),
        cmocka_unit_test(every_length_of_a_block_gives_the_hash_of_libsodium),
        cmocka_unit_test(lanes_give_the_hashes_of_single_messages),
        cmocka_unit_test(a_state_can_be_used_again),
    };
    return cmocka_run_group_tests_name("blake2b", tests, setup, NULL);
}
