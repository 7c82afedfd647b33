/* SPDX-License-Identifier: Apache-2.0 */
/* test_profile.c - how identifiers become digests under each profile, against libsodium called by hand; what a
 * header may ask for; lookups that try many digests, with much and with little memory. */
#include <limits.h>
#include <math.h>
#include <sodium.h>
#include <stdatomic.h>

#include "lib/elig/digest/profile.h"
#include "lib/elig/digest/voprf.h"
#include "lib/guess/cost.h"
#include "tests/support/asking.h"
#include "tests/support/fixture_index.h"
#include "tests/support/test.h"

#define MIB (UINT64_C(1) << 20)

static int setup(void **state)
{
    return sodium_init() < 0 ? -1 : test_folder_make(state);
}

static struct profile profile_of(enum elig_profile id)
{
    struct profile profile = {.id = id};
    memcpy(profile.salt, test_salt(), sizeof profile.salt);
    if (id == ELIG_PROFILE_OFFLINE) {
        profile.argon2_memory = ELIG_ARGON2_MEMORY_MIN;
        profile.argon2_passes = ELIG_ARGON2_PASSES_MIN;
    }
    assert_int_equal(profile_set_key(&profile, id == ELIG_PROFILE_OFFLINE ? NULL : test_secret()), 0);
    return profile;
}

static struct digest_input input_of(const char *form)
{
    return (struct digest_input){"kind", (const uint8_t *)form, strlen(form)};
}

static void digest_one(const struct profile *profile, const uint8_t *key, const char *form, uint8_t *digest)
{
    static struct digester digester;
    const struct digest_input input = input_of(form);
    assert_int_equal(digester_make(&digester, profile, key), 0);
    assert_int_equal(digester_run(&digester, &input, 1, (uint8_t(*)[ELIG_DIGEST_BYTES])digest), 0);
}

static void a_keyed_digest_is_blake2b(void **state)
{
    (void)state;
    struct profile profile = profile_of(ELIG_PROFILE_KEYED);
    uint8_t made[ELIG_DIGEST_BYTES], expected[ELIG_DIGEST_BYTES];
    digest_one(&profile, test_secret(), "form", made);
    assert_int_equal(crypto_generichash_blake2b_salt_personal(
                         expected, sizeof expected, (const uint8_t *)"\4kindform", 9, test_secret(),
                         ELIG_SECRET_BYTES, test_salt(), (const uint8_t *)"elig keyed      "),
                     0);
    assert_memory_equal(made, expected, sizeof made);
}

static void an_offline_digest_is_argon2id(void **state)
{
    (void)state;
    struct profile profile = profile_of(ELIG_PROFILE_OFFLINE);
    uint8_t made[ELIG_DIGEST_BYTES], expected[ELIG_DIGEST_BYTES];
    digest_one(&profile, NULL, "form", made);
    assert_int_equal(crypto_pwhash(expected, sizeof expected, "\0\0\4kindform", 11, test_salt(), 2, 19 * MIB,
                                   crypto_pwhash_ALG_ARGON2ID13),
                     0);
    assert_memory_equal(made, expected, sizeof made);
    /* under a tweak, and other costs */
    const struct digest_input input = input_of("form");
    profile.work_bits = 12;
    profile.argon2_passes = 3;
    profile.argon2_memory = 20 * MIB;
    assert_int_equal(profile_offline_digest(&profile, &input, 0xabc, made), 0);
    assert_int_equal(crypto_pwhash(expected, sizeof expected, "\xbc\x0a\4kindform", 11, test_salt(), 3,
                                   20 * MIB, crypto_pwhash_ALG_ARGON2ID13),
                     0);
    assert_memory_equal(made, expected, sizeof made);
}

static void a_blind_digest_is_the_functions_output_salted(void **state)
{
    (void)state;
    struct profile profile = profile_of(ELIG_PROFILE_BLIND);
    const struct voprf_input info = {(const uint8_t *)"elig", 4}, input = {(const uint8_t *)"\4kindform", 9};
    uint8_t made[ELIG_DIGEST_BYTES], expected[ELIG_DIGEST_BYTES];
    uint8_t scalar[ELIG_SCALAR_BYTES], public_key[ELIG_ELEMENT_BYTES], output[VOPRF_OUTPUT_BYTES];
    digest_one(&profile, test_secret(), "form", made);
    assert_int_equal(voprf_derive_key(VOPRF_VERIFIABLE, test_secret(), info, scalar), 0);
    assert_int_equal(voprf_public_key(scalar, public_key), 0);
    assert_memory_equal(profile.blind_key, public_key, sizeof public_key);
    assert_int_equal(voprf_output(VOPRF_VERIFIABLE, scalar, input, output), 0);
    assert_int_equal(crypto_generichash_blake2b_salt_personal(expected, sizeof expected, output, sizeof output,
                                                              NULL, 0, test_salt(),
                                                              (const uint8_t *)"elig blind      "),
                     0);
    assert_memory_equal(made, expected, sizeof made);
}

static void a_key_that_is_not_the_profiles_is_told(void **state)
{
    (void)state;
    static struct digester digester;
    uint8_t other[ELIG_SECRET_BYTES] = {1};
    for (int id = ELIG_PROFILE_KEYED; id <= ELIG_PROFILE_BLIND; id++) {
        struct profile profile = profile_of((enum elig_profile)id);
        if (id == ELIG_PROFILE_OFFLINE) {
            profile.work_bits = 1;
            assert_int_equal(profile_set_key(&profile, test_secret()), 0);
        }
        assert_int_equal(digester_make(&digester, &profile, test_secret()), 0);
        assert_int_equal(digester_make(&digester, &profile, other), ELIG_E_WRONG_SECRET);
        profile.salt[0] ^= 1; /* a check value belongs to one salt; a public key does not */
        assert_int_equal(digester_make(&digester, &profile, test_secret()),
                         id == ELIG_PROFILE_BLIND ? 0 : ELIG_E_WRONG_SECRET);
    }
}

/* ---- Headers ---- */

static int read_back(const struct profile *written, struct profile *read)
{
    uint8_t page[ELIG_PAGE_BYTES] = {0};
    profile_write(written, page);
    memset(read, 0, sizeof *read);
    return profile_read(read, page);
}

static void what_was_written_is_read(void **state)
{
    (void)state;
    for (int id = ELIG_PROFILE_KEYED; id <= ELIG_PROFILE_BLIND; id++) {
        struct profile written = profile_of((enum elig_profile)id), read;
        assert_int_equal(read_back(&written, &read), 0);
        assert_memory_equal(&written, &read, sizeof read);
    }
}

static void no_profile_has_anothers_fields(void **state)
{
    (void)state;
    for (int id = ELIG_PROFILE_KEYED; id <= ELIG_PROFILE_BLIND; id++) {
        struct profile read, profile = profile_of((enum elig_profile)id);
        struct profile lies[5];
        for (size_t i = 0; i < LENGTH(lies); i++)
            lies[i] = profile;
        lies[0].blind_key[31] ^= 0x80; /* zero elsewhere; here no valid encoding any more */
        lies[1].key_check[0] ^= 1;     /* the check of a seed that does not exist; zero in a blind profile */
        lies[2].argon2_memory ^= 1;    /* not in whole KiB */
        lies[3].argon2_passes ^= 2;    /* too few */
        lies[4].work_bits = id == ELIG_PROFILE_OFFLINE ? ELIG_WORK_BITS_MAX + 1 : 1;
        for (size_t i = 0; i < LENGTH(lies); i++) {
            int is_fine = i == 1 && id == ELIG_PROFILE_KEYED; /* another secret's */
            assert_int_equal(read_back(&lies[i], &read), is_fine ? 0 : ELIG_E_DAMAGED);
        }
        profile.id = 4;
        assert_int_equal(read_back(&profile, &read), ELIG_E_PROFILE);
    }
}

static void the_costs_that_a_header_may_ask_for_have_bounds(void **state)
{
    (void)state;
    static const struct {
        uint64_t memory;
        uint32_t passes;
        int expected;
    } cases[] = {
        {19 * MIB, 2, 0},
        {19 * MIB - 1024, 2, ELIG_E_DAMAGED},
        {19 * MIB, 1, ELIG_E_DAMAGED},
        {0, 0, ELIG_E_DAMAGED},
        {1024 * MIB, 32, 0},
        {1024 * MIB + 1024, 2, ELIG_E_COST},
        {19 * MIB, 33, ELIG_E_COST},
        {UINT64_C(4) << 40, 3, ELIG_E_COST}, /* 4 TiB */
        {UINT64_MAX - 1023, UINT32_MAX, ELIG_E_COST},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct profile read, profile = profile_of(ELIG_PROFILE_OFFLINE);
        profile.argon2_memory = cases[i].memory;
        profile.argon2_passes = cases[i].passes;
        assert_int_equal(read_back(&profile, &read), cases[i].expected);
    }
    /* each within its bounds, and dearer together than a lookup may be */
    struct profile read, profile = profile_of(ELIG_PROFILE_OFFLINE);
    profile.argon2_memory = 64 * MIB;
    profile.argon2_passes = 4;
    profile.work_bits = 12;
    assert_int_equal(read_back(&profile, &read), 0);
    profile.argon2_passes = 5;
    assert_int_equal(read_back(&profile, &read), ELIG_E_COST);
    profile.work_bits = 11;
    assert_int_equal(read_back(&profile, &read), 0);
}

/* ---- Indexes ---- */

#define LIST "id\none\ntwo\nthree\nfour\nfive\n"

static struct config offline_recipe(unsigned work_bits, uint8_t *seed)
{
    struct config config = test_config();
    config.secret = NULL;
    config.seed = seed;
    config.accepts_enumerable = 1;
    config.profile.id = ELIG_PROFILE_OFFLINE;
    config.profile.argon2_memory = ELIG_ARGON2_MEMORY_MIN;
    config.profile.argon2_passes = ELIG_ARGON2_PASSES_MIN;
    config.profile.work_bits = work_bits;
    memset(config.profile.key_check, 0, sizeof config.profile.key_check);
    return config;
}

static int ask(struct elig *index, const char *who)
{
    struct elig_answer answer;
    const struct elig_text text = {who, strlen(who)};
    int error = elig_lookup(index, 0, &text, 1, 0, &answer);
    assert_int_equal(error, answer.error);
    return test_result(&answer);
}

static struct elig *open_offline(const char *path, unsigned threads)
{
    const struct elig_options options = {
        .size = sizeof options, .check = ELIG_CHECK_FIRST_USE, .threads = threads};
    struct elig *index;
    assert_int_equal(elig_open(path, &options, &index), 0);
    return index;
}

static void members_are_found_behind_work_bits(void **state)
{
    (void)state;
    static uint8_t seed[ELIG_SECRET_BYTES] = {7};
    struct config config = offline_recipe(3, seed);
    assert_int_equal(test_compile(&config, LIST, test_path("work.elig")), EXIT_DONE);
    for (unsigned threads = 0; threads <= 3; threads += test_stride() > 32 ? 3 : 1) {
        struct elig *index = open_offline(test_path("work.elig"), threads);
        struct elig_info info = {.size = sizeof info};
        elig_info(index, &info);
        assert_int_equal(info.work_bits, 3);
        assert_int_equal(info.fingerprint_bits, 35);
        assert_int_equal(info.rate_bits, 32);
        static const char *const who[] = {"one", "five", "six", "three"};
        struct elig_text texts[LENGTH(who)];
        struct elig_answer answers[LENGTH(who)];
        for (size_t i = 0; i < LENGTH(who); i++)
            texts[i] = (struct elig_text){who[i], strlen(who[i])};
        assert_int_equal(elig_lookup_batch(index, 0, texts, 1, LENGTH(who), 0, answers), 0);
        for (size_t i = 0; i < LENGTH(who); i++)
            assert_int_equal(answers[i].verdict, i == 2 ? ELIG_NOT_LISTED : ELIG_ELIGIBLE);
        uint8_t digest[ELIG_DIGEST_BYTES];
        enum elig_reason reason;
        assert_int_equal(elig_digest(index, 0, texts, 1, digest, &reason), ELIG_E_ARGUMENT);
        elig_close(index);
    }
}

static void the_seed_decides_the_bytes(void **state)
{
    (void)state;
    static uint8_t one[ELIG_SECRET_BYTES] = {1}, two[ELIG_SECRET_BYTES] = {2};
    struct config config = offline_recipe(8, one);
    assert_int_equal(test_compile(&config, LIST, test_path("one.elig")), EXIT_DONE);
    assert_int_equal(test_compile(&config, LIST, test_path("same.elig")), EXIT_DONE);
    assert_same_files(test_path("one.elig"), test_path("same.elig"));
    config = offline_recipe(8, two);
    assert_int_equal(test_compile(&config, LIST, test_path("two.elig")), EXIT_DONE);
    struct test_file a = test_read_file(test_path("one.elig")), b = test_read_file(test_path("two.elig"));
    assert_int_equal(a.length, b.length);
    assert_memory_not_equal(a.bytes + ELIG_PAGE_BYTES, b.bytes + ELIG_PAGE_BYTES, ELIG_PAGE_BYTES);
    test_file_free(&a);
    test_file_free(&b);
}

/* Each tweak is as likely as any other: chi-squared over 16 classes, whose 99.9 % quantile at 15 degrees of
 * freedom is 37.7. */
static void tweaks_are_spread_evenly(void **state)
{
    (void)state;
    unsigned counts[16] = {0};
    double chi_squared = 0;
    for (unsigned i = 0; i < 16000; i++)
        counts[digest_tweak(test_secret(), test_salt(), (const uint8_t *)&i, sizeof i) % 16]++;
    for (size_t i = 0; i < LENGTH(counts); i++)
        chi_squared += pow(counts[i] - 1000.0, 2) / 1000.0;
    assert_true(chi_squared < 37.7);
}

/* A secret for an index that has none is a mistake, and might hide another. */
static void an_offline_index_takes_no_secret(void **state)
{
    (void)state;
    struct config config = offline_recipe(0, NULL);
    assert_int_equal(test_compile(&config, LIST, test_path("plain.elig")), EXIT_DONE);
    assert_int_equal(test_open_error(test_path("plain.elig"), ELIG_CHECK_WALK, test_secret()),
                     ELIG_E_NEEDLESS_SECRET);
    struct elig *index = open_offline(test_path("plain.elig"), 1);
    assert_int_equal(ask(index, "two"), ELIG_ELIGIBLE);
    assert_int_equal(ask(index, "too"), ELIG_NOT_LISTED);
    uint8_t digest[ELIG_DIGEST_BYTES];
    enum elig_reason reason;
    const struct elig_text two = {"two", 3};
    struct elig_answer answer;
    assert_int_equal(elig_digest(index, 0, &two, 1, digest, &reason), 0);
    assert_int_equal(elig_find(index, (const uint8_t(*)[ELIG_DIGEST_BYTES])digest, 1, &answer), 0);
    assert_int_equal(answer.verdict, ELIG_ELIGIBLE);
    elig_close(index);
}

/* As many calls from now on as are to fail for want of memory; the linker puts the second function in the first
 * one's place (Makefile). */
static _Atomic int failures;
int __real_crypto_pwhash_argon2id(unsigned char *out, unsigned long long out_length, const char *password,
                                  unsigned long long length, const unsigned char *salt,
                                  unsigned long long passes, size_t memory, int algorithm);
int __wrap_crypto_pwhash_argon2id(unsigned char *out, unsigned long long out_length, const char *password,
                                  unsigned long long length, const unsigned char *salt,
                                  unsigned long long passes, size_t memory, int algorithm);
int __wrap_crypto_pwhash_argon2id(unsigned char *out, unsigned long long out_length, const char *password,
                                  unsigned long long length, const unsigned char *salt,
                                  unsigned long long passes, size_t memory, int algorithm)
{
    if (atomic_fetch_sub(&failures, 1) > 0) {
        errno = ENOMEM;
        return -1;
    }
    return __real_crypto_pwhash_argon2id(out, out_length, password, length, salt, passes, memory, algorithm);
}

static int ask_with(struct elig *index, const char *who, int failing)
{
    atomic_store(&failures, failing);
    int verdict = ask(index, who);
    atomic_store(&failures, 0);
    return verdict;
}

static void little_memory_makes_lookups_slower_and_no_memory_refuses_them(void **state)
{
    (void)state;
    static uint8_t seed[ELIG_SECRET_BYTES] = {7};
    struct config config = offline_recipe(2, seed);
    assert_int_equal(test_compile(&config, LIST, test_path("memory.elig")), EXIT_DONE);
    for (unsigned threads = 1; threads <= 4; threads += 3) {
        struct elig *index = open_offline(test_path("memory.elig"), threads);
        for (int failing = 0; failing <= (int)threads; failing += test_stride() > 32 ? 4 : 1) {
            assert_int_equal(ask_with(index, "four", failing), ELIG_ELIGIBLE);
            assert_int_equal(ask_with(index, "fourth", failing), ELIG_NOT_LISTED);
        }
        assert_int_equal(ask_with(index, "four", INT_MAX), ELIG_E_MEMORY);
        elig_close(index);
    }
}

/* Not even by a digest that could be made at the second try. */
static void an_error_of_one_digest_is_not_forgotten_over_others(void **state)
{
    (void)state;
    static uint8_t seed[ELIG_SECRET_BYTES] = {7};
    struct elig *index;
    for (unsigned work_bits = 0; work_bits <= 1; work_bits++) {
        struct config config = offline_recipe(work_bits, seed);
        if (work_bits == 0)
            config.seed = NULL;
        assert_int_equal(test_compile(&config, LIST, test_path("damaged.elig")), EXIT_DONE);
        struct test_file file = test_read_file(test_path("damaged.elig"));
        file.bytes[ELIG_PAGE_BYTES + 100] ^= 1;
        unlink(test_path("damaged.elig"));
        test_write_bytes(test_path("damaged.elig"), file.bytes, file.length);
        test_file_free(&file);
        assert_int_equal(elig_open(test_path("damaged.elig"), NULL, &index), 0);
        for (int failing = 0; failing <= 1; failing++)
            assert_int_equal(ask_with(index, "four", failing), ELIG_E_DAMAGED);
        elig_close(index);
    }
}

static void a_blind_index_answers_with_its_secret(void **state)
{
    (void)state;
    struct config config = test_config();
    config.profile.id = ELIG_PROFILE_BLIND;
    assert_int_equal(test_compile(&config, LIST, test_path("blind.elig")), EXIT_DONE);
    struct elig *index = test_open(test_path("blind.elig"), ELIG_CHECK_WALK);
    struct elig_info info = {.size = sizeof info};
    elig_info(index, &info);
    assert_int_equal(info.profile, ELIG_PROFILE_BLIND);
    assert_non_null(info.blind_key);
    assert_int_equal(ask(index, "three"), ELIG_ELIGIBLE);
    assert_int_equal(ask(index, "third"), ELIG_NOT_LISTED);
    elig_close(index);
    uint8_t other[ELIG_SECRET_BYTES] = {1};
    assert_int_equal(test_open_error(test_path("blind.elig"), ELIG_CHECK_WALK, other), ELIG_E_WRONG_SECRET);
}

/* ---- Prices ---- */

/* docs/THREATS.md, "What guessing costs": 10^8 phone numbers at 64 MiB and 3 passes, 1652 a second on a card.
 */
static void prices_follow_the_formula(void **state)
{
    (void)state;
    struct profile profile = profile_of(ELIG_PROFILE_OFFLINE);
    struct elig_kind phone = {.part_count = 1, .parts = {{ELIG_TYPE_PHONE, 0, {'K', 'R'}}}};
    struct elig_kind person = {.part_count = 2, .parts = {{ELIG_TYPE_TEXT, 0, {0}}, {ELIG_TYPE_DATE, 0, {0}}}};
    profile.argon2_memory = 64 * MIB;
    profile.argon2_passes = 3;
    struct cost price = cost_of_kind(&profile, &phone, 0.1);
    assert_true(fabs(price.candidates - 1e8) <= 0);
    assert_true(fabs(price.seconds - 1e7) <= 1);
    assert_true(fabs(price.dollars - 1e8 / 1652.3 * 0.35 / 3600) <= 0.01);
    assert_int_equal(cost_is_cheap(&profile, &price), 1);
    profile.work_bits = 12;
    struct cost dearer = cost_of_kind(&profile, &phone, 0.1);
    assert_true(fabs(dearer.dollars - 4096 * price.dollars) <= 0.01);
    assert_int_equal(cost_is_cheap(&profile, &dearer), 0);
    profile.work_bits = 0;
    price = cost_of_kind(&profile, &person, 0.1);
    assert_true(fabs(price.candidates - 36525e7) <= 1);
    assert_int_equal(cost_is_cheap(&profile, &price), 0);
    profile = profile_of(ELIG_PROFILE_KEYED);
    price = cost_of_kind(&profile, &phone, 1e-6);
    assert_true(fabs(price.dollars - 0) <= 0);
    assert_int_equal(cost_is_cheap(&profile, &price), 0);
}

static void times_are_told_in_the_unit_a_person_would_take(void **state)
{
    (void)state;
    static const struct {
        double seconds;
        const char *text;
    } cases[] = {
        {4e-7, "0 us"},     {3e-5, "30 us"},   {0.097, "97 ms"},  {1.5, "1500 ms"},
        {2.2, "2 s"},       {119, "119 s"},    {150, "2 min"},    {61200, "17 h"},
        {172800, "2 days"}, {4e7, "463 days"}, {1e9, "32 years"}, {1e300, "3e+292 years"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        char text[COST_TEXT];
        assert_string_equal(cost_time_text(cases[i].seconds, text), cases[i].text);
    }
}

static void a_digest_takes_time(void **state)
{
    (void)state;
    for (int id = ELIG_PROFILE_KEYED; id <= ELIG_PROFILE_BLIND; id++) {
        struct profile profile = profile_of((enum elig_profile)id);
        assert_true(cost_digest_seconds(&profile) > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_keyed_digest_is_blake2b),
        cmocka_unit_test(an_offline_digest_is_argon2id),
        cmocka_unit_test(a_blind_digest_is_the_functions_output_salted),
        cmocka_unit_test(a_key_that_is_not_the_profiles_is_told),
        cmocka_unit_test(what_was_written_is_read),
        cmocka_unit_test(no_profile_has_anothers_fields),
        cmocka_unit_test(the_costs_that_a_header_may_ask_for_have_bounds),
        cmocka_unit_test(members_are_found_behind_work_bits),
        cmocka_unit_test(the_seed_decides_the_bytes),
        cmocka_unit_test(tweaks_are_spread_evenly),
        cmocka_unit_test(an_offline_index_takes_no_secret),
        cmocka_unit_test(little_memory_makes_lookups_slower_and_no_memory_refuses_them),
        cmocka_unit_test(an_error_of_one_digest_is_not_forgotten_over_others),
        cmocka_unit_test(a_blind_index_answers_with_its_secret),
        cmocka_unit_test(prices_follow_the_formula),
        cmocka_unit_test(times_are_told_in_the_unit_a_person_would_take),
        cmocka_unit_test(a_digest_takes_time),
    };
    return cmocka_run_group_tests_name("profile", tests, setup, test_folder_remove);
}
