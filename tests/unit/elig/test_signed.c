/* SPDX-License-Identifier: Apache-2.0 */
/* test_signed.c - signatures: a reader that demands a signer gets that signer's file, every byte of it, or the
 * error that says what is wrong. */
#include <sodium.h>

#include "lib/util/keyfile.h"
#include "tests/support/asking.h"
#include "tests/support/fixture_index.h"
#include "tests/support/forge.h"
#include "tests/support/test.h"

#define MEMBERS 300
#define SERIAL 1767225600 /* 2026-01-01 */

static uint8_t signer_seed[ELIG_KEY_BYTES], other_seed[ELIG_KEY_BYTES];
static uint8_t signer[ELIG_SIGNER_BYTES], other[ELIG_SIGNER_BYTES];
static char list[MEMBERS * 16];
static struct test_file honest; /* header and one leaf */

static void public_key_of(const uint8_t *seed, uint8_t *public_key)
{
    uint8_t pair[crypto_sign_SECRETKEYBYTES];
    assert_int_equal(crypto_sign_seed_keypair(public_key, pair, seed), 0);
}

static struct config signed_recipe(uint8_t *seed, int64_t serial)
{
    struct config config = test_config();
    config.signer = seed;
    config.serial = serial;
    if (seed != NULL)
        public_key_of(seed, config.signer_public);
    return config;
}

static int setup(void **state)
{
    if (test_folder_make(state) != 0 || sodium_init() < 0)
        return -1;
    memset(signer_seed, 0x11, sizeof signer_seed);
    memset(other_seed, 0x22, sizeof other_seed);
    public_key_of(signer_seed, signer);
    public_key_of(other_seed, other);
    size_t at = (size_t)sprintf(list, "id\n");
    for (unsigned i = 0; i < MEMBERS; i++)
        at += (size_t)sprintf(list + at, "member %u\n", i);
    struct config config = signed_recipe(signer_seed, SERIAL);
    if (test_compile(&config, list, test_path("honest.elig")) != EXIT_DONE)
        return -1;
    honest = test_read_file(test_path("honest.elig"));
    return honest.length == 2 * ELIG_PAGE_BYTES ? 0 : -1;
}

static int teardown(void **state)
{
    test_file_free(&honest);
    return test_folder_remove(state);
}

static int open_with(const char *path, enum elig_check check, const uint8_t *demanded, uint64_t serial_minimum,
                     struct elig **index)
{
    const struct elig_options options = {.size = sizeof options,
                                         .check = check,
                                         .secret = test_secret(),
                                         .signer = demanded,
                                         .serial_minimum = serial_minimum};
    return elig_open(path, &options, index);
}

static int error_of(const struct test_file *file, enum elig_check check, const uint8_t *demanded,
                    uint64_t serial_minimum)
{
    struct elig *index;
    const char *path = test_path("case.elig");
    test_write_bytes(path, file->bytes, file->length);
    int error = open_with(path, check, demanded, serial_minimum, &index);
    elig_close(index);
    return error;
}

static void sign_page(uint8_t *page, const uint8_t *seed)
{
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES], pair[crypto_sign_SECRETKEYBYTES];
    assert_int_equal(crypto_sign_seed_keypair(public_key, pair, seed), 0);
    memcpy(page + ELIG_AT_SIGNER, public_key, sizeof public_key);
    forge_header_hash(page);
    assert_int_equal(crypto_sign_detached(page + ELIG_AT_SIGNATURE, NULL, page, ELIG_AT_SIGNATURE, pair), 0);
}

static void the_signer_demanded_is_found(void **state)
{
    (void)state;
    struct elig_info info = {.size = sizeof info};
    struct elig *index;
    assert_int_equal(open_with(test_path("honest.elig"), ELIG_CHECK_ALL, signer, SERIAL, &index), 0);
    elig_info(index, &info);
    assert_non_null(info.signer);
    assert_memory_equal(info.signer, signer, sizeof signer);
    assert_int_equal(info.serial, SERIAL);
    struct elig_answer answer;
    const struct elig_text member = {"member 7", strlen("member 7")};
    assert_int_equal(elig_lookup(index, 0, &member, 1, 0, &answer), 0);
    assert_int_equal(answer.verdict, ELIG_ELIGIBLE);
    elig_close(index);
    assert_int_equal(error_of(&honest, ELIG_CHECK_WALK, NULL, 0), 0); /* nor need anyone demand one */
}

/* RFC 8032, section 7.1, tests 1 and 2: what signs here is what the world calls Ed25519. */
static void signatures_are_those_of_rfc_8032(void **state)
{
    (void)state;
    static const struct {
        const char *seed, *public_key, *message, *signature;
    } cases[] = {
        {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
         "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf"
         "5f0"
         "595bbe24655141438e7a100b"},
        {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
         "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2"
         "eae"
         "b4302aeeb00d291612bb0c00"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        uint8_t seed[32], public_key[32], expected[64], message[1], made[64], got[32], pair[64];
        size_t length;
        assert_int_equal(sodium_hex2bin(seed, 32, cases[i].seed, 64, NULL, NULL, NULL), 0);
        assert_int_equal(sodium_hex2bin(public_key, 32, cases[i].public_key, 64, NULL, NULL, NULL), 0);
        assert_int_equal(sodium_hex2bin(expected, 64, cases[i].signature, 128, NULL, NULL, NULL), 0);
        assert_int_equal(sodium_hex2bin(message, sizeof message, cases[i].message, strlen(cases[i].message),
                                        NULL, &length, NULL),
                         0);
        assert_int_equal(crypto_sign_seed_keypair(got, pair, seed), 0);
        assert_memory_equal(got, public_key, sizeof got);
        assert_int_equal(crypto_sign_detached(made, NULL, message, length, pair), 0);
        assert_memory_equal(made, expected, sizeof made);
    }
}

static void the_same_signer_makes_the_same_bytes(void **state)
{
    (void)state;
    struct config config = signed_recipe(signer_seed, SERIAL);
    assert_int_equal(test_compile(&config, list, test_path("again.elig")), EXIT_DONE);
    assert_same_files(test_path("honest.elig"), test_path("again.elig"));
}

static void an_unsigned_index_is_refused_by_its_name(void **state)
{
    (void)state;
    struct config config = signed_recipe(NULL, SERIAL);
    assert_int_equal(test_compile(&config, list, test_path("unsigned.elig")), EXIT_DONE);
    struct test_file file = test_read_file(test_path("unsigned.elig"));
    assert_int_equal(error_of(&file, ELIG_CHECK_WALK, NULL, 0), 0);
    assert_int_equal(error_of(&file, ELIG_CHECK_WALK, signer, 0), ELIG_E_UNSIGNED);
    test_file_free(&file);
}

static void a_stripped_signature_is_refused_by_its_name(void **state)
{
    (void)state;
    struct test_file file = test_copy(&honest);
    memset(file.bytes + ELIG_AT_SIGNATURE, 0, ELIG_SIGNATURE_BYTES);
    assert_int_equal(error_of(&file, ELIG_CHECK_WALK, signer, 0), ELIG_E_SIGNATURE);
    assert_int_equal(error_of(&file, ELIG_CHECK_WALK, NULL, 0), ELIG_E_SIGNATURE);
    /* and so is one stripped of its signer as well: what is left is an unsigned index */
    memset(file.bytes + ELIG_AT_SIGNER, 0, ELIG_SIGNER_BYTES);
    forge_header_hash(file.bytes);
    assert_int_equal(error_of(&file, ELIG_CHECK_WALK, NULL, 0), 0);
    assert_int_equal(error_of(&file, ELIG_CHECK_WALK, signer, 0), ELIG_E_UNSIGNED);
    /* a signature without a signer is nothing a builder writes */
    file.bytes[ELIG_AT_SIGNATURE] = 1;
    assert_int_equal(error_of(&file, ELIG_CHECK_WALK, NULL, 0), ELIG_E_DAMAGED);
    test_file_free(&file);
}

static void another_signer_is_refused_by_its_name(void **state)
{
    (void)state;
    struct test_file file = test_copy(&honest);
    sign_page(file.bytes, other_seed);
    assert_int_equal(error_of(&file, ELIG_CHECK_WALK, NULL, 0), 0);
    assert_int_equal(error_of(&file, ELIG_CHECK_WALK, other, 0), 0);
    assert_int_equal(error_of(&file, ELIG_CHECK_WALK, signer, 0), ELIG_E_SIGNER);
    /* another's signature under the name of the one demanded */
    memcpy(file.bytes + ELIG_AT_SIGNER, signer, sizeof signer);
    forge_header_hash(file.bytes);
    assert_int_equal(error_of(&file, ELIG_CHECK_WALK, signer, 0), ELIG_E_SIGNATURE);
    test_file_free(&file);
}

/* Whatever an unsigned header claims, a version of the rules it does not have included, is not believed first.
 */
static void the_signature_is_checked_before_anything_is_believed(void **state)
{
    (void)state;
    struct test_file file = test_copy(&honest);
    bytes_put_le32(file.bytes + ELIG_AT_RULES_VERSION, ELIG_RULES_VERSION + 1);
    forge_header_hash(file.bytes);
    assert_int_equal(error_of(&file, ELIG_CHECK_WALK, signer, 0), ELIG_E_SIGNATURE);
    assert_int_equal(error_of(&file, ELIG_CHECK_WALK, NULL, 0), ELIG_E_RULES);
    sign_page(file.bytes, signer_seed); /* and when its signer says so, it is */
    assert_int_equal(error_of(&file, ELIG_CHECK_WALK, signer, 0), ELIG_E_RULES);
    test_file_free(&file);
}

/* A key of small order, for which one signature fits every message. */
static void a_key_of_small_order_signs_nothing(void **state)
{
    (void)state;
    struct test_file file = test_copy(&honest);
    uint8_t weak[ELIG_SIGNER_BYTES] = {1};
    memcpy(file.bytes + ELIG_AT_SIGNER, weak, sizeof weak);
    forge_header_hash(file.bytes);
    memset(file.bytes + ELIG_AT_SIGNATURE, 0, ELIG_SIGNATURE_BYTES);
    file.bytes[ELIG_AT_SIGNATURE] = 1; /* R is the identity, S is 0 */
    assert_int_equal(error_of(&file, ELIG_CHECK_WALK, weak, 0), ELIG_E_SIGNATURE);
    assert_int_equal(error_of(&file, ELIG_CHECK_WALK, NULL, 0), ELIG_E_SIGNATURE);
    test_file_free(&file);
}

static void an_older_index_is_refused_by_its_name(void **state)
{
    (void)state;
    assert_int_equal(error_of(&honest, ELIG_CHECK_WALK, signer, SERIAL), 0);
    assert_int_equal(error_of(&honest, ELIG_CHECK_WALK, signer, SERIAL + 1), ELIG_E_OLD);
    assert_int_equal(error_of(&honest, ELIG_CHECK_WALK, NULL, SERIAL + 1), ELIG_E_OLD);
    struct config config = signed_recipe(signer_seed, 0);
    assert_int_equal(test_compile(&config, list, test_path("undated.elig")), EXIT_DONE);
    struct test_file file = test_read_file(test_path("undated.elig"));
    assert_int_equal(error_of(&file, ELIG_CHECK_WALK, signer, 1), ELIG_E_OLD);
    test_file_free(&file);
    /* a later serial that the signer did not write is no way around it */
    file = test_copy(&honest);
    bytes_put_le64(file.bytes + ELIG_AT_SERIAL, SERIAL + 1);
    forge_header_hash(file.bytes);
    assert_int_equal(error_of(&file, ELIG_CHECK_WALK, signer, SERIAL + 1), ELIG_E_SIGNATURE);
    test_file_free(&file);
}

/* Every byte of the file in turn: the full check refuses it, and so does opening alone if it is the header's.
 */
static void any_changed_byte_is_refused(void **state)
{
    (void)state;
    struct test_file file = test_copy(&honest);
    for (size_t at = 0; at < file.length; at++) {
        file.bytes[at] ^= 0x20;
        int expected = at < ELIG_AT_FORMAT_VERSION                                       ? ELIG_E_NOT_INDEX
                       : at < ELIG_AT_RULES_VERSION                                      ? ELIG_E_FORMAT
                       : at >= ELIG_PAGE_BYTES                                           ? ELIG_E_DAMAGED
                       : at >= ELIG_AT_SIGNER && at < ELIG_AT_SIGNER + ELIG_SIGNER_BYTES ? ELIG_E_SIGNER
                                                                                         : ELIG_E_SIGNATURE;
        int all = error_of(&file, ELIG_CHECK_ALL, signer, SERIAL);
        int walk = at < ELIG_PAGE_BYTES ? error_of(&file, ELIG_CHECK_WALK, signer, SERIAL) : expected;
        int anyone = error_of(&file, ELIG_CHECK_ALL, NULL, SERIAL);
        file.bytes[at] ^= 0x20;
        if (all != expected || walk != expected || anyone >= 0)
            fail_msg("byte %zu: %d, %d; %d when no signer is demanded", at, all, walk, anyone);
    }
    test_file_free(&file);
}

/* A page outside the walk does not keep an index from opening; the lookup that meets it refuses. */
static void a_lookup_checks_the_page_it_uses(void **state)
{
    (void)state;
    struct test_file file = test_copy(&honest);
    struct elig *index;
    struct elig_answer answer;
    const struct elig_text member = {"member 7", strlen("member 7")};
    const char *path = test_path("leaf.elig");
    file.bytes[ELIG_PAGE_BYTES + 100] ^= 1;
    test_write_bytes(path, file.bytes, file.length);
    for (int check = ELIG_CHECK_WALK; check <= ELIG_CHECK_FIRST_USE; check++) {
        assert_int_equal(open_with(path, (enum elig_check)check, signer, SERIAL, &index), 0);
        assert_int_equal(elig_lookup(index, 0, &member, 1, 0, &answer), ELIG_E_DAMAGED);
        elig_close(index);
    }
    test_file_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_signer_demanded_is_found),
        cmocka_unit_test(signatures_are_those_of_rfc_8032),
        cmocka_unit_test(the_same_signer_makes_the_same_bytes),
        cmocka_unit_test(an_unsigned_index_is_refused_by_its_name),
        cmocka_unit_test(a_stripped_signature_is_refused_by_its_name),
        cmocka_unit_test(another_signer_is_refused_by_its_name),
        cmocka_unit_test(the_signature_is_checked_before_anything_is_believed),
        cmocka_unit_test(a_key_of_small_order_signs_nothing),
        cmocka_unit_test(an_older_index_is_refused_by_its_name),
        cmocka_unit_test(any_changed_byte_is_refused),
        cmocka_unit_test(a_lookup_checks_the_page_it_uses),
    };
    return cmocka_run_group_tests_name("signed", tests, setup, teardown);
}
