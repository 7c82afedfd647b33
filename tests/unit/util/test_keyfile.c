/* SPDX-License-Identifier: Apache-2.0 */
/* test_keyfile.c - keys in files: made once, secret ones for their owner alone, and nothing else is accepted as
 * one.
 */
#include <sodium.h>

#include "lib/util/keyfile.h"
#include "tests/support/test.h"

#define DIGITS "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define LINE "elig-secret-1 " DIGITS "\n"

static const char *path_of(const char *text, mode_t mode)
{
    const char *path = test_path("secret");
    unlink(path);
    test_write_text(path, text);
    assert_int_equal(chmod(path, mode), 0);
    return path;
}

/* The key at path, or NULL. */
static uint8_t *read_key(enum elig_key kind, const char *path)
{
    uint8_t *key;
    int error = keyfile_read(kind, path, &key);
    if (error == 0)
        return key;
    assert_int_equal(error, MESSAGE_E_PRINTED);
    keyfile_free(key);
    return NULL;
}

static int is_read(const char *text)
{
    uint8_t *secret = read_key(ELIG_KEY_SECRET, path_of(text, 0600));
    if (secret == NULL)
        return 0;
    for (unsigned i = 0; i < ELIG_SECRET_BYTES; i++)
        assert_int_equal(secret[i], i);
    keyfile_free(secret);
    return 1;
}

static void a_secret_made_is_read(void **state)
{
    (void)state;
    const char *path = test_path("made");
    assert_int_equal(keyfile_make(ELIG_KEY_SECRET, path), 0);
    uint8_t *secret = read_key(ELIG_KEY_SECRET, path);
    assert_non_null(secret);
    char digits[2 * ELIG_SECRET_BYTES + 1];
    sodium_bin2hex(digits, sizeof digits, secret, ELIG_SECRET_BYTES);
    struct test_file file = test_read_file(path);
    assert_non_null(strstr((char *)file.bytes, digits));
    assert_int_equal(file.bytes[0], '#');
    test_file_free(&file);
    keyfile_free(secret);
}

static void secrets_are_made_for_their_owner_alone_whatever_the_umask(void **state)
{
    (void)state;
    struct stat status;
    const char *path = test_path("umask");
    mode_t old = umask(0);
    int made = keyfile_make(ELIG_KEY_SECRET, path);
    umask(old);
    assert_int_equal(made, 0);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
}

static void two_secrets_differ(void **state)
{
    (void)state;
    const char *one = test_path("one"), *other = test_path("other");
    assert_int_equal(keyfile_make(ELIG_KEY_SECRET, one), 0);
    assert_int_equal(keyfile_make(ELIG_KEY_SECRET, other), 0);
    uint8_t *a = read_key(ELIG_KEY_SECRET, one), *b = read_key(ELIG_KEY_SECRET, other);
    assert_non_null(a);
    assert_non_null(b);
    assert_memory_not_equal(a, b, ELIG_SECRET_BYTES);
    keyfile_free(a);
    keyfile_free(b);
}

static void a_file_that_exists_is_never_overwritten(void **state)
{
    (void)state;
    const char *path = test_path("existing"), *link = test_path("link");
    test_write_text(path, "something else");
    assert_int_equal(keyfile_make(ELIG_KEY_SECRET, path), MESSAGE_E_PRINTED);
    struct test_file file = test_read_file(path);
    assert_string_equal((char *)file.bytes, "something else");
    test_file_free(&file);
    assert_int_equal(symlink("nowhere", link), 0); /* nor is a link followed to somewhere new */
    assert_int_equal(keyfile_make(ELIG_KEY_SECRET, link), MESSAGE_E_PRINTED);
    assert_int_equal(access(test_path("nowhere"), F_OK), -1);
    assert_int_equal(keyfile_make(ELIG_KEY_SECRET, test_folder()), MESSAGE_E_PRINTED);
    assert_int_equal(keyfile_make(ELIG_KEY_SECRET, "/nowhere/at/all"), MESSAGE_E_PRINTED);
}

static void a_file_that_others_can_use_is_refused(void **state)
{
    (void)state;
    static const mode_t good[] = {0600, 0400, 0700},
                        bad[] = {0644, 0640, 0604, 0660, 0666, 0602, 0620, 0610, 0601};
    for (size_t i = 0; i < LENGTH(good); i++) {
        uint8_t *secret = read_key(ELIG_KEY_SECRET, path_of(LINE, good[i]));
        assert_non_null(secret);
        keyfile_free(secret);
    }
    for (size_t i = 0; i < LENGTH(bad); i++)
        assert_null(read_key(ELIG_KEY_SECRET, path_of(LINE, bad[i])));
}

static void comments_and_line_ends_of_any_sort_are_passed_over(void **state)
{
    (void)state;
    static const char *const good[] = {
        LINE,
        "elig-secret-1 " DIGITS,
        "elig-secret-1 " DIGITS "\r\n",
        "# mine\r\n\r\n" LINE "# made in spring\n",
        "\n\n" LINE "\n",
        "#elig-secret-1 ffff\n" LINE,
        "elig-secret-1 000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F\n",
    };
    for (size_t i = 0; i < LENGTH(good); i++)
        assert_int_equal(is_read(good[i]), 1);
}

static void anything_else_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "\n",
        "# only a comment\n",
        "garbage\n",
        DIGITS "\n",
        "elig-secret-1\n",
        "elig-secret-1 \n",
        "elig-secret-2 " DIGITS "\n",
        "elig-secret-1" DIGITS "\n",
        "Elig-secret-1 " DIGITS "\n",
        " " LINE,
        "elig-secret-1  " DIGITS "\n",
        "elig-secret-1 " DIGITS " \n",
        "elig-secret-1 " DIGITS "00\n",
        "elig-secret-1 0001\n",
        "elig-secret-1 g00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n",
        "elig-secret-1 0x0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n",
        LINE "garbage\n",
        "garbage\n" LINE,
        LINE LINE,
        LINE "elig-secret-1 fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0efeeedecebeae9e8e7e6e5e4e3e2e1e0\n",
    };
    for (size_t i = 0; i < LENGTH(bad); i++)
        if (is_read(bad[i]))
            fail_msg("text %zu was taken for a secret", i);
}

/* What follows a NUL is in the file all the same: here a second secret. */
static void a_nul_does_not_hide_what_follows_it(void **state)
{
    (void)state;
    static const char text[] = LINE "\0\n" LINE;
    const char *path = path_of("", 0600);
    test_write_bytes(path, text, sizeof text - 1);
    uint8_t *secret = read_key(ELIG_KEY_SECRET, path);
    int is_refused = secret == NULL;
    keyfile_free(secret);
    assert_int_equal(is_refused, 1);
}

static void a_file_too_long_is_refused_and_the_longest_is_not(void **state)
{
    (void)state;
    char text[2000];
    static const size_t lengths[] = {1022, 1023, 1024, 1025, 1999};
    for (size_t i = 0; i < LENGTH(lengths); i++) {
        memset(text, 'x', sizeof text);
        text[0] = '#';
        memcpy(text + lengths[i] - strlen("\n" LINE), "\n" LINE, strlen("\n" LINE) + 1);
        assert_int_equal(is_read(text), lengths[i] <= 1023);
    }
}

static void what_is_no_file_to_read_is_refused(void **state)
{
    (void)state;
    assert_null(read_key(ELIG_KEY_SECRET, test_path("not-there")));
    assert_null(read_key(ELIG_KEY_SECRET, test_folder()));
    assert_null(read_key(ELIG_KEY_SECRET, "/dev/null"));
    keyfile_free(NULL);
}

static void a_signer_and_its_public_key_belong_together(void **state)
{
    (void)state;
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES], pair[crypto_sign_SECRETKEYBYTES];
    struct stat status;
    mode_t old = umask(077);
    int made = keyfile_make(ELIG_KEY_SIGNER, test_path("signer"));
    umask(old);
    assert_int_equal(made, 0);
    assert_int_equal(stat(test_path("signer"), &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_int_equal(stat(test_path("signer.pub"), &status), 0);
    assert_int_equal(status.st_mode & 07777, 0644);
    uint8_t *seed = read_key(ELIG_KEY_SIGNER, test_path("signer"));
    uint8_t *read = read_key(ELIG_KEY_SIGNER_PUBLIC, test_path("signer.pub"));
    assert_non_null(seed);
    assert_non_null(read);
    assert_int_equal(crypto_sign_seed_keypair(public_key, pair, seed), 0);
    assert_memory_equal(public_key, read, sizeof public_key);
    keyfile_free(seed);
    keyfile_free(read);
    /* others may read a public key; if they could change it, they could sign with a key of their own. A signer
     * must not be readable for others */
    static const mode_t bad[] = {0666, 0664, 0646, 0622};
    for (size_t i = 0; i < LENGTH(bad); i++) {
        assert_int_equal(chmod(test_path("signer.pub"), bad[i]), 0);
        assert_null(read_key(ELIG_KEY_SIGNER_PUBLIC, test_path("signer.pub")));
    }
    assert_int_equal(chmod(test_path("signer"), 0640), 0);
    assert_null(read_key(ELIG_KEY_SIGNER, test_path("signer")));
}

/* Half of a pair is unusable, and could be mistaken for a whole one. */
static void a_signer_is_made_whole_or_not_at_all(void **state)
{
    (void)state;
    test_write_text(test_path("taken.pub"), "something else");
    assert_int_equal(keyfile_make(ELIG_KEY_SIGNER, test_path("taken")), MESSAGE_E_PRINTED);
    assert_int_equal(access(test_path("taken"), F_OK), -1);
    struct test_file file = test_read_file(test_path("taken.pub"));
    assert_string_equal((char *)file.bytes, "something else");
    test_file_free(&file);
    test_write_text(test_path("kept"), "something else");
    assert_int_equal(keyfile_make(ELIG_KEY_SIGNER, test_path("kept")), MESSAGE_E_PRINTED);
    assert_int_equal(access(test_path("kept.pub"), F_OK), -1);
}

static void no_sort_of_key_is_taken_for_another(void **state)
{
    (void)state;
    static const char *const labels[] = {[ELIG_KEY_SECRET] = "elig-secret-1",
                                         [ELIG_KEY_SEED] = "elig-seed-1",
                                         [ELIG_KEY_SIGNER] = "elig-signer-1",
                                         [ELIG_KEY_SIGNER_PUBLIC] = "elig-signer-public-1"};
    for (size_t written = ELIG_KEY_SECRET; written < LENGTH(labels); written++)
        for (size_t wanted = ELIG_KEY_SECRET; wanted < LENGTH(labels); wanted++) {
            char text[128];
            snprintf(text, sizeof text, "%s %s\n", labels[written], DIGITS);
            uint8_t *key = read_key((enum elig_key)wanted, path_of(text, 0600));
            assert_int_equal(key != NULL, written == wanted);
            keyfile_free(key);
        }
}

/* Standard error goes to a file meanwhile. */
static void messages_say_the_file_and_never_what_is_in_it(void **state)
{
    (void)state;
    const char *messages = test_path("messages");
    fflush(stderr);
    int saved = dup(STDERR_FILENO);
    int file = open(messages, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(saved >= 0 && file >= 0);
    assert_true(dup2(file, STDERR_FILENO) >= 0);
    uint8_t *open_to_all = read_key(ELIG_KEY_SECRET, path_of(LINE, 0644));
    uint8_t *two = read_key(ELIG_KEY_SECRET, path_of(LINE LINE, 0600));
    uint8_t *short_one = read_key(ELIG_KEY_SECRET, path_of("elig-secret-1 " DIGITS "ff\n", 0600));
    fflush(stderr);
    assert_true(dup2(saved, STDERR_FILENO) >= 0);
    close(saved);
    close(file);
    assert_null(open_to_all);
    assert_null(two);
    assert_null(short_one);
    struct test_file said = test_read_file(messages);
    assert_non_null(strstr((char *)said.bytes, test_path("secret")));
    assert_non_null(strstr((char *)said.bytes, "0644"));
    assert_null(strstr((char *)said.bytes, "0a0b"));
    test_file_free(&said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_secret_made_is_read),
        cmocka_unit_test(secrets_are_made_for_their_owner_alone_whatever_the_umask),
        cmocka_unit_test(two_secrets_differ),
        cmocka_unit_test(a_file_that_exists_is_never_overwritten),
        cmocka_unit_test(a_file_that_others_can_use_is_refused),
        cmocka_unit_test(comments_and_line_ends_of_any_sort_are_passed_over),
        cmocka_unit_test(anything_else_is_refused),
        cmocka_unit_test(a_nul_does_not_hide_what_follows_it),
        cmocka_unit_test(a_file_too_long_is_refused_and_the_longest_is_not),
        cmocka_unit_test(what_is_no_file_to_read_is_refused),
        cmocka_unit_test(a_signer_and_its_public_key_belong_together),
        cmocka_unit_test(a_signer_is_made_whole_or_not_at_all),
        cmocka_unit_test(no_sort_of_key_is_taken_for_another),
        cmocka_unit_test(messages_say_the_file_and_never_what_is_in_it),
    };
    return cmocka_run_group_tests_name("keyfile", tests, test_folder_make, test_folder_remove);
}
