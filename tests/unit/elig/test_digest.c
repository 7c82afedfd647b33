/* SPDX-License-Identifier: Apache-2.0 */
/* test_digest.c - every hash against Python's hashlib.blake2b, which is another implementation (the reference C
 * code of BLAKE2's authors). The secret is 01 08 0f ... in steps of 7, the salt "sixteen bytes of". */
#include <pthread.h>
#include <sodium.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/elig/bytes.h"
#include "lib/elig/canon/canon.h"
#include "lib/elig/digest/digest.h"
#include "lib/elig/digest/profile.h"
#include "tests/support/asking.h"
#include "tests/support/test.h"

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
        const struct digest_input input = {vectors[i].kind, (const uint8_t *)vectors[i].canonical,
                                           strlen(vectors[i].canonical)};
        digest_keyed(test_secret(), test_salt(), &input, digest);
        assert_hex(digest, sizeof digest, vectors[i].digest);
    }
}

static void the_longest_identifier_is_digested_whole(void **state)
{
    (void)state;
    static uint8_t canonical[CANON_MAX];
    uint8_t digest[ELIG_DIGEST_BYTES];
    memset(canonical, 'x', sizeof canonical);
    digest_keyed(test_secret(), test_salt(),
                 &(struct digest_input){"abcdefghijklmnopqrstuvwxyz01234", canonical, sizeof canonical},
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
    digest_keyed(test_secret(), test_salt(), &(struct digest_input){"ab", (const uint8_t *)"c", 1}, one);
    digest_keyed(test_secret(), test_salt(), &(struct digest_input){"a", (const uint8_t *)"bc", 2}, other);
    assert_memory_not_equal(one, other, sizeof one);
}

static void secret_and_salt_both_matter(void **state)
{
    (void)state;
    uint8_t secret[ELIG_SECRET_BYTES], salt[ELIG_SALT_BYTES], one[ELIG_DIGEST_BYTES], other[ELIG_DIGEST_BYTES];
    memcpy(secret, test_secret(), sizeof secret);
    memcpy(salt, test_salt(), sizeof salt);
    digest_keyed(secret, salt, &(struct digest_input){"id", (const uint8_t *)"x", 1}, one);
    for (size_t i = 0; i < sizeof secret; i++) {
        secret[i] ^= 0x80;
        digest_keyed(secret, salt, &(struct digest_input){"id", (const uint8_t *)"x", 1}, other);
        assert_memory_not_equal(one, other, sizeof one);
        secret[i] ^= 0x80;
    }
    for (size_t i = 0; i < sizeof salt; i++) {
        salt[i] ^= 1;
        digest_keyed(secret, salt, &(struct digest_input){"id", (const uint8_t *)"x", 1}, other);
        assert_memory_not_equal(one, other, sizeof one);
        salt[i] ^= 1;
    }
}

/* ---- Many identifiers ---- */

#define MANY 33
#define CANONICAL_MAX 300

struct many {
    char names[MANY][ELIG_KIND_NAME_MAX + 1];
    uint8_t canonical[MANY][CANONICAL_MAX];
    struct digest_input inputs[MANY];
    uint8_t digests[MANY + 1][ELIG_DIGEST_BYTES];
};

/* Makes up identifiers with forms of up to length_max bytes. */
static void fill(struct many *many, uint64_t *random, size_t length_max)
{
    memset(many, 0, sizeof *many);
    for (size_t i = 0; i < MANY; i++) {
        size_t name_length = 1 + test_below(random, ELIG_KIND_NAME_MAX);
        size_t length = test_below(random, length_max + 1);
        memset(many->names[i], 'a' + (int)test_below(random, 26), name_length);
        test_random_bytes(random, many->canonical[i], length);
        many->inputs[i] = (struct digest_input){many->names[i], many->canonical[i], length};
    }
}

/* Digests the first count identifiers at once, and compares with digest_keyed() and what was beyond them. */
static void check_many(struct many *many, size_t count)
{
    struct digest_key key;
    uint8_t expected[ELIG_DIGEST_BYTES];
    memset(many->digests, 0xee, sizeof many->digests);
    digest_key_make(&key, test_secret(), test_salt());
    digest_keyed_many(&key, many->inputs, count, many->digests);
    for (size_t i = 0; i < count; i++) {
        const struct digest_input *input = &many->inputs[i];
        digest_keyed(test_secret(), test_salt(), input, expected);
        assert_memory_equal(many->digests[i], expected, sizeof expected);
    }
    memset(expected, 0xee, sizeof expected);
    for (size_t i = count; i <= MANY; i++)
        assert_memory_equal(many->digests[i], expected, sizeof expected);
}

static void any_count_of_identifiers_is_digested_as_one_by_one(void **state)
{
    (void)state;
    static struct many many;
    uint64_t random = 3;
    for (unsigned round = 0; round < 20; round++)
        for (size_t count = 0; count <= MANY; count++) {
            fill(&many, &random, 90);
            check_many(&many, count);
        }
}

static void forms_longer_than_a_block_may_stand_anywhere(void **state)
{
    (void)state;
    static struct many many;
    uint64_t random = 4;
    for (unsigned round = 0; round < 500; round++) {
        fill(&many, &random, CANONICAL_MAX);
        check_many(&many, test_below(&random, MANY + 1));
    }
}

static void every_length_of_name_and_form_is_digested_right(void **state)
{
    (void)state;
    static struct many many;
    uint64_t random = 5;
    for (size_t name_length = 1; name_length <= ELIG_KIND_NAME_MAX; name_length++)
        for (size_t length = 0; length <= 2 * BLAKE2B_BLOCK_BYTES; length++) {
            fill(&many, &random, 90);
            for (size_t i = 0; i < 2; i++) {
                memset(many.names[i], 0, sizeof many.names[i]);
                memset(many.names[i], 'k', name_length);
                test_random_bytes(&random, many.canonical[i], length);
                many.inputs[i].length = length;
            }
            check_many(&many, 1);
            check_many(&many, 2);
        }
}

static void an_empty_form_needs_no_bytes(void **state)
{
    (void)state;
    static struct many many;
    many.names[0][0] = 'k';
    many.inputs[0] = (struct digest_input){many.names[0], NULL, 0};
    struct digest_key key;
    uint8_t expected[ELIG_DIGEST_BYTES];
    digest_key_make(&key, test_secret(), test_salt());
    digest_keyed_many(&key, many.inputs, 1, many.digests);
    digest_keyed(test_secret(), test_salt(), &(struct digest_input){"k", (const uint8_t *)"", 0}, expected);
    assert_memory_equal(many.digests[0], expected, sizeof expected);
}

/* ---- Hygiene ---- */

#ifdef __SANITIZE_THREAD__
#define STACK_BYTES (2u << 20) /* its data of a thread are on the thread's stack */
#else
#define STACK_BYTES (256u << 10)
#endif

/* Sanitizers and compilers that do not optimise use far more of the stack than is promised to be cleared. */
#if defined __has_feature
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define STACK_IS_UNUSUAL 1
#endif
#endif
#if defined __SANITIZE_ADDRESS__ || !defined __OPTIMIZE__
#define STACK_IS_UNUSUAL 1
#endif
#ifndef STACK_IS_UNUSUAL
#define STACK_IS_UNUSUAL 0
#endif

/* What a thread does on a stack that is searched afterwards; results are outside of it. */
struct deed {
    void (*act)(struct deed *deed);
    const struct digest_key *key;
    struct digester *digester;
    struct profile profile;
    struct many *many;
    size_t count;
};

static void digest_keyed_ones(struct deed *deed)
{
    digest_keyed_many(deed->key, deed->many->inputs, deed->count, deed->many->digests);
}

/* From the secret to digests. */
static void digest_under_profile(struct deed *deed)
{
    const uint8_t *key = deed->profile.id == ELIG_PROFILE_OFFLINE ? NULL : deed->key->secret;
    if (digester_make(deed->digester, &deed->profile, key) == 0 &&
        digester_run(deed->digester, deed->many->inputs, deed->count, deed->many->digests) == 0)
        deed->act = NULL; /* done */
}

static void *do_deed(void *argument)
{
    struct deed *deed = argument;
    deed->act(deed);
    return NULL;
}

/* Zeroed memory in two places: valgrind reports reads of memory below the stack pointer. */
struct twice {
    uint8_t *stack, *seen;
};

static struct twice map_twice(void)
{
    int file = memfd_create("stack", 0);
    assert_true(file >= 0);
    assert_int_equal(ftruncate(file, STACK_BYTES), 0);
    struct twice twice = {mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0),
                          mmap(NULL, STACK_BYTES, PROT_READ, MAP_SHARED, file, 0)};
    assert_true(twice.stack != MAP_FAILED && twice.seen != MAP_FAILED);
    assert_int_equal(close(file), 0);
    return twice;
}

static void unmap_twice(struct twice twice)
{
    assert_int_equal(munmap(twice.stack, STACK_BYTES), 0);
    assert_int_equal(munmap(twice.seen, STACK_BYTES), 0);
}

/* Runs the deed in a thread on a stack of our own. */
static void run_on(uint8_t *stack, struct deed *deed)
{
    pthread_attr_t attributes;
    pthread_t thread;
    assert_int_equal(pthread_attr_init(&attributes), 0);
    assert_int_equal(pthread_attr_setstack(&attributes, stack, STACK_BYTES), 0);
    assert_int_equal(pthread_create(&thread, &attributes, do_deed, deed), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    pthread_attr_destroy(&attributes);
}

static void assert_absent(const uint8_t *stack, const void *bytes, size_t length)
{
    for (size_t at = 0; at + sizeof(uint64_t) <= length; at++)
        assert_null(memmem(stack, STACK_BYTES, (const uint8_t *)bytes + at, sizeof(uint64_t)));
}

static void nothing_of_key_or_identifiers_is_left_on_the_stack(void **state)
{
    (void)state;
    static struct many many;
    uint64_t random = 6;
    struct digest_key key;
    if (STACK_IS_UNUSUAL)
        skip();
    digest_key_make(&key, test_secret(), test_salt());
    for (size_t count = 0; count <= 9; count++)
        for (size_t length_max = 90; length_max <= CANONICAL_MAX; length_max += 210) {
            struct deed deed = {.act = digest_keyed_ones, .key = &key, .many = &many, .count = count};
            struct twice twice = map_twice();
            fill(&many, &random, length_max);
            run_on(twice.stack, &deed);
            assert_absent(twice.seen, &key.state, sizeof key.state);
            assert_absent(twice.seen, key.secret, sizeof key.secret);
            for (size_t i = 0; i < count; i++)
                assert_absent(twice.seen, many.canonical[i], many.inputs[i].length);
            unmap_twice(twice);
        }
}

/* How many of a scalar's limbs are there, as libsodium calculates with them: 21 bits each, in 64. */
static unsigned limbs_in(const uint8_t *stack, const uint8_t *scalar)
{
    unsigned found = 0;
    for (unsigned limb = 0; limb < 12; limb++) {
        uint8_t bytes[sizeof(uint64_t)] = {0}, wanted[sizeof(uint64_t)];
        unsigned bit = 21 * limb;
        memcpy(bytes, scalar + bit / 8, bit / 8 + 8 <= ELIG_SCALAR_BYTES ? 8 : ELIG_SCALAR_BYTES - bit / 8);
        bytes_put_le64(wanted, bytes_get_le64(bytes) >> bit % 8 & 0x1FFFFF);
        found += memmem(stack, STACK_BYTES, wanted, sizeof wanted) != NULL;
    }
    return found;
}

static void nor_is_any_under_the_other_profiles(void **state)
{
    (void)state;
    static struct many many;
    static struct digester digester;
    uint64_t random = 7;
    struct digest_key key;
    if (STACK_IS_UNUSUAL)
        skip();
    digest_key_make(&key, test_secret(), test_salt());
    for (int id = ELIG_PROFILE_KEYED; id <= ELIG_PROFILE_BLIND; id++)
        for (size_t length_max = 90; length_max <= CANONICAL_MAX; length_max += 210) {
            struct deed deed = {.act = digest_under_profile,
                                .key = &key,
                                .digester = &digester,
                                .profile = {.id = (enum elig_profile)id},
                                .many = &many,
                                .count = 2};
            if (id == ELIG_PROFILE_OFFLINE) {
                deed.profile.argon2_memory = ELIG_ARGON2_MEMORY_MIN;
                deed.profile.argon2_passes = ELIG_ARGON2_PASSES_MIN;
            }
            assert_int_equal(profile_set_key(&deed.profile, id == ELIG_PROFILE_OFFLINE ? NULL : key.secret), 0);
            struct twice twice = map_twice();
            fill(&many, &random, length_max);
            run_on(twice.stack, &deed);
            assert_null(deed.act);
            assert_absent(twice.seen, key.secret, sizeof key.secret);
            if (id == ELIG_PROFILE_BLIND) {
                assert_absent(twice.seen, digester.scalar, sizeof digester.scalar);
                assert_in_range(limbs_in(twice.seen, digester.scalar), 0, 2); /* by chance */
            }
            for (size_t i = 0; i < deed.count; i++)
                assert_absent(twice.seen, many.canonical[i], many.inputs[i].length);
            unmap_twice(twice);
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
        cmocka_unit_test(any_count_of_identifiers_is_digested_as_one_by_one),
        cmocka_unit_test(forms_longer_than_a_block_may_stand_anywhere),
        cmocka_unit_test(every_length_of_name_and_form_is_digested_right),
        cmocka_unit_test(an_empty_form_needs_no_bytes),
        cmocka_unit_test(nothing_of_key_or_identifiers_is_left_on_the_stack),
        cmocka_unit_test(nor_is_any_under_the_other_profiles),
    };
    return cmocka_run_group_tests_name("digest", tests, setup, NULL);
}
