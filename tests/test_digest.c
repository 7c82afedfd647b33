/* test_digest.c - every hash against Python's hashlib.blake2b, which is another implementation (the reference C
 * code of BLAKE2's authors). The secret is 01 08 0f ... in steps of 7, the salt "sixteen bytes of". */
#include "test.h"

#include <sodium.h>

#include "canon.h"
#include "digest.h"

static void assert_hex(const uint8_t *bytes, size_t count, const char *expected)
{
    char hex[2 * ELIG_HASH_BYTES + 1];
    sodium_bin2hex(hex, sizeof hex, bytes, count);
    assert_string_equal(hex, expected);
}

static void a_keyed_digest_is_blake2b_of_name_and_canonical_form(void **state)
{
    (void)state;
    static const struct {
        const char *kind, *canonical, *digest;
    } vectors[] = {
        {"email", "a@example.com", "7fc9a44fb39150f7d9ff9e66a8ab67b03286b64d8243e20b047fb0275b72294b"},
        {"phone", "821012345678", "ba8f6454f2720c374c741554e4f7c5f4b3084ea5dcc6681f3c9111ebaf22abcb"},
        {"id", "", "e894936655156017957aff99cc29f281eed82c825fc4fe0259efecc48d651cb2"},
        {"a", "\xed\x99\x8d", "7ac7e8d70969b7ef5c97cb6cb098370254dd9ddc422a1e64ceacb4464a195e60"},
    };
    for (size_t i = 0; i < LENGTH(vectors); i++) {
        uint8_t digest[ELIG_DIGEST_BYTES];
        digest_keyed(test_secret(), test_salt(), vectors[i].kind, (const uint8_t *)vectors[i].canonical,
                     strlen(vectors[i].canonical), digest);
        assert_hex(digest, sizeof digest, vectors[i].digest);
    }
}

static void the_longest_identifier_is_digested_whole(void **state)
{
    (void)state;
    static uint8_t canonical[CANON_MAX];
    uint8_t digest[ELIG_DIGEST_BYTES];
    memset(canonical, 'x', sizeof canonical);
    digest_keyed(test_secret(), test_salt(), "abcdefghijklmnopqrstuvwxyz01234", canonical, sizeof canonical,
                 digest);
    assert_hex(digest, sizeof digest, "035b40587313ac679daf26739c895c1882a8bebdd256bfa637437ec9c4299f64");
}

static void the_key_check_is_blake2b_of_nothing(void **state)
{
    (void)state;
    uint8_t check[ELIG_KEY_CHECK_BYTES];
    digest_key_check(test_secret(), test_salt(), check);
    assert_hex(check, sizeof check, "0352eef02a23d073c85c25ebeeababe0");
}

static void a_page_tag_depends_on_the_page_number(void **state)
{
    (void)state;
    static uint8_t page[ELIG_PAGE_BYTES];
    uint8_t tag[ELIG_TAG_BYTES];
    for (unsigned i = 0; i < sizeof page; i++)
        page[i] = (uint8_t)(i * 5);
    digest_page(test_salt(), 1, page, tag);
    assert_hex(tag, sizeof tag, "0e0e568d6de8369f769bdcc887ddb8d8");
    digest_page(test_salt(), UINT64_C(0x0123456789abcdef), page, tag);
    assert_hex(tag, sizeof tag, "31567f39fc95ecdeaf424920a159c34e");
}

static void bytes_are_hashed_under_their_domain(void **state)
{
    (void)state;
    uint8_t hash[ELIG_HASH_BYTES];
    const uint8_t *bytes = (const uint8_t *)"some bytes";
    digest_bytes(ELIG_DOMAIN_HEADER, test_salt(), bytes, 10, hash);
    assert_hex(hash, sizeof hash, "65a298dba2b78950aaa597d2de98b4f5886b893adc8974c80180badc192cb7a2");
    digest_bytes(ELIG_DOMAIN_DICTIONARY, test_salt(), bytes, 10, hash);
    assert_hex(hash, sizeof hash, "e6d84e78e8829d77a9263e76cd170b953609255ecd9b3290a613636f09fa1b34");
    digest_bytes(ELIG_DOMAIN_FILLER, test_salt(), bytes, 10, hash);
    assert_hex(hash, sizeof hash, "9cb020615cc47ea5947292571cea945a2fb7e43412a95824cffb94b556d6771b");
}

static void domains_are_all_different_and_of_one_length(void **state)
{
    (void)state;
    static const char *const domains[] = {ELIG_DOMAIN_KEYED, ELIG_DOMAIN_KEY_CHECK, ELIG_DOMAIN_HEADER,
                                          ELIG_DOMAIN_DICTIONARY, ELIG_DOMAIN_FILLER};
    for (size_t i = 0; i < LENGTH(domains); i++) {
        assert_int_equal(strlen(domains[i]), ELIG_DOMAIN_BYTES);
        assert_string_not_equal(domains[i], ELIG_DOMAIN_PAGE);
        assert_memory_not_equal(domains[i], ELIG_DOMAIN_PAGE, strlen(ELIG_DOMAIN_PAGE));
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(domains[i], domains[j]);
    }
    assert_int_equal(strlen(ELIG_DOMAIN_PAGE) + sizeof(uint64_t), ELIG_DOMAIN_BYTES);
}

static void name_and_form_cannot_be_shifted_into_each_other(void **state)
{
    (void)state;
    uint8_t one[ELIG_DIGEST_BYTES], other[ELIG_DIGEST_BYTES];
    digest_keyed(test_secret(), test_salt(), "ab", (const uint8_t *)"c", 1, one);
    digest_keyed(test_secret(), test_salt(), "a", (const uint8_t *)"bc", 2, other);
    assert_memory_not_equal(one, other, sizeof one);
}

static void secret_and_salt_both_matter(void **state)
{
    (void)state;
    uint8_t secret[ELIG_SECRET_BYTES], salt[ELIG_SALT_BYTES], one[ELIG_DIGEST_BYTES], other[ELIG_DIGEST_BYTES];
    memcpy(secret, test_secret(), sizeof secret);
    memcpy(salt, test_salt(), sizeof salt);
    digest_keyed(secret, salt, "id", (const uint8_t *)"x", 1, one);
    for (size_t i = 0; i < sizeof secret; i++) {
        secret[i] ^= 0x80;
        digest_keyed(secret, salt, "id", (const uint8_t *)"x", 1, other);
        assert_memory_not_equal(one, other, sizeof one);
        secret[i] ^= 0x80;
    }
    for (size_t i = 0; i < sizeof salt; i++) {
        salt[i] ^= 1;
        digest_keyed(secret, salt, "id", (const uint8_t *)"x", 1, other);
        assert_memory_not_equal(one, other, sizeof one);
        salt[i] ^= 1;
    }
}

static int setup(void **state)
{
    (void)state;
    return sodium_init() < 0 ? -1 : 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_keyed_digest_is_blake2b_of_name_and_canonical_form),
        cmocka_unit_test(the_longest_identifier_is_digested_whole),
        cmocka_unit_test(the_key_check_is_blake2b_of_nothing),
        cmocka_unit_test(a_page_tag_depends_on_the_page_number),
        cmocka_unit_test(bytes_are_hashed_under_their_domain),
        cmocka_unit_test(domains_are_all_different_and_of_one_length),
        cmocka_unit_test(name_and_form_cannot_be_shifted_into_each_other),
        cmocka_unit_test(secret_and_salt_both_matter),
    };
    return cmocka_run_group_tests_name("digest", tests, setup, NULL);
}
