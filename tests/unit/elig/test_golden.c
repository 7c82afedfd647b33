/* SPDX-License-Identifier: Apache-2.0 */
/* test_golden.c - small indexes kept under tests/golden: what is built today must be those files to the byte,
 * and the files must be answered from as they always were. A change to either is a change of format.
 *
 * tests/tools/make_golden.sh writes the files anew; it is run by hand, after a change that is meant. */
#include <sodium.h>

#include "tests/support/asking.h"
#include "tests/support/fixture_index.h"
#include "tests/support/forge.h"
#include "tests/support/test.h"

#define GOLDEN_FOLDER "tests/golden/"
#define REGENERATE "ELIG_GOLDEN_WRITE"

static const enum elig_check checks[] = {ELIG_CHECK_WALK, ELIG_CHECK_FIRST_USE, ELIG_CHECK_ALL};

static char column_mail[] = "mail", column_phone[] = "phone", column_name[] = "name", column_born[] = "born";

struct golden {
    const char *name, *csv; /* NULL: customers_csv() */
    void (*set)(struct config *);
};

static void set_nothing(struct config *config)
{
    (void)config;
}

static void set_labels(struct config *config)
{
    config->list.kinds[0] =
        (struct elig_kind){.name = "email", .part_count = 1, .parts = {{.type = ELIG_TYPE_EMAIL}}};
    config->list.columns[0][0] = column_mail;
    config->list.label_column = "label";
}

static void set_window(struct config *config)
{
    set_labels(config);
    config->list.label_column = NULL;
    config->list.kind_count = 2;
    config->list.kinds[1] = (struct elig_kind){
        .name = "phone", .part_count = 1, .parts = {{.type = ELIG_TYPE_PHONE, .region = {'K', 'R'}}}};
    config->list.columns[1][0] = column_phone;
    config->not_before = 1795478400; /* 2026-11-24T09:00:00+09:00 */
    config->not_after = 1798761599;  /* 2027-01-01T08:59:59+09:00 */
    config->campaign = "Vouchers \xE2\x80\x93 \xEB\xB3\xB4\xEC\x83\x81";
}

static void set_composite(struct config *config)
{
    config->list.kinds[0] = (struct elig_kind){
        .name = "person",
        .part_count = 2,
        .parts = {{.type = ELIG_TYPE_TEXT, .flags = ELIG_TEXT_COMPACT}, {.type = ELIG_TYPE_DATE}}};
    config->list.columns[0][0] = column_name;
    config->list.columns[0][1] = column_born;
    config->rate_bits = 20;
}

static void set_narrow(struct config *config)
{
    config->rate_bits = 8;
}

static uint8_t *seed(void)
{
    static uint8_t bytes[ELIG_SECRET_BYTES];
    memset(bytes, 0x5e, sizeof bytes);
    return bytes;
}

static void set_offline(struct config *config)
{
    config->secret = NULL;
    config->seed = seed();
    config->accepts_enumerable = 1;
    config->profile.id = ELIG_PROFILE_OFFLINE;
    config->profile.argon2_memory = ELIG_ARGON2_MEMORY_MIN;
    config->profile.argon2_passes = ELIG_ARGON2_PASSES_MIN;
    config->profile.work_bits = 2;
}

static void set_blind(struct config *config)
{
    uint8_t pair[crypto_sign_SECRETKEYBYTES];
    config->profile.id = ELIG_PROFILE_BLIND;
    config->signer = seed();
    (void)crypto_sign_seed_keypair(config->signer_public, pair, config->signer);
    config->serial = 1795478400;
}

/* customer-1 to customer-5000, for two leaves under an inner page. */
#define CUSTOMERS 5000

static const char *customers_csv(void)
{
    static char csv[CUSTOMERS * sizeof "customer-5000\n" + sizeof "id\n"];
    size_t length = (size_t)sprintf(csv, "id\n");
    for (int i = 1; i <= CUSTOMERS; i++)
        length += (size_t)sprintf(csv + length, "customer-%d\n", i);
    return csv;
}

static const struct golden goldens[] = {
    {"none.elig", "id\n", set_nothing},
    {"one.elig", "id\ncustomer-1\n", set_nothing},
    {"labels.elig",
     "mail,label\nanna@example.com,gold\nben@example.com,silver\ncarla@example.com,\nanna@example.com,gold\n",
     set_labels},
    {"window.elig", "mail,phone\nanna@example.com,010-1234-5678\n,02-312-3456\n", set_window},
    {"composite.elig", "name,born\n\xED\x99\x8D \xEA\xB8\xB8\xEB\x8F\x99,1990-01-02\nAnna Kim,2000.02.29\n",
     set_composite},
    {"tree.elig", NULL, set_narrow},
    {"offline.elig", "id\ncustomer-1\ncustomer-2\n", set_offline},
    {"blind.elig", "id\ncustomer-1\ncustomer-2\n", set_blind}, /* and signed */
};

static void golden_path(const struct golden *golden, char *path)
{
    snprintf(path, TEST_PATH_MAX, "%s%s", GOLDEN_FOLDER, golden->name);
}

static int build(const struct golden *golden, const char *path)
{
    struct config config = test_config();
    golden->set(&config);
    return test_compile(&config, golden->csv != NULL ? golden->csv : customers_csv(), path);
}

static void what_is_built_is_the_file_that_was_kept(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(goldens); i++) {
        char kept[TEST_PATH_MAX];
        const char *built = test_path("built.elig");
        golden_path(&goldens[i], kept);
        assert_int_equal(build(&goldens[i], built), EXIT_DONE);
        assert_same_files(built, kept);
    }
}

/* ---- The kept files, without the builder ---- */

static struct elig *open_kept(const char *name, enum elig_check check)
{
    char path[TEST_PATH_MAX];
    snprintf(path, sizeof path, "%s%s", GOLDEN_FOLDER, name);
    return test_open(path, check);
}

static void an_offline_index_answers_without_a_secret(void **state)
{
    (void)state;
    struct elig *index;
    assert_int_equal(elig_open(GOLDEN_FOLDER "offline.elig", NULL, &index), 0);
    assert_listed(index, "id", "customer-2", NULL);
    assert_not_listed(index, "id", "customer-3");
    elig_close(index);
}

static void a_blind_index_answers_with_its_secret_under_its_signature(void **state)
{
    (void)state;
    uint8_t signer[ELIG_SIGNER_BYTES], pair[crypto_sign_SECRETKEYBYTES];
    assert_int_equal(crypto_sign_seed_keypair(signer, pair, seed()), 0);
    for (size_t i = 0; i < LENGTH(checks); i++) {
        const struct elig_options options = {.size = sizeof options,
                                             .check = checks[i],
                                             .secret = test_secret(),
                                             .signer = signer,
                                             .serial_minimum = 1795478400};
        struct elig *index;
        assert_int_equal(elig_open(GOLDEN_FOLDER "blind.elig", &options, &index), 0);
        assert_listed(index, "id", "customer-1", NULL);
        assert_not_listed(index, "id", "customer-3");
        elig_close(index);
    }
}

static void the_index_of_nobody_lists_nobody(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(checks); i++) {
        struct elig *index = open_kept("none.elig", checks[i]);
        struct elig_info info = {.size = sizeof info};
        elig_info(index, &info);
        assert_int_equal(info.identifiers, 0);
        assert_int_equal(info.file_bytes, ELIG_PAGE_BYTES);
        assert_not_listed(index, "id", "customer-1");
        elig_close(index);
    }
}

static void the_index_of_one_lists_that_one(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(checks); i++) {
        struct elig *index = open_kept("one.elig", checks[i]);
        struct elig_info info = {.size = sizeof info};
        elig_info(index, &info);
        assert_int_equal(info.identifiers, 1);
        assert_int_equal(info.fingerprint_bits, 32);
        assert_int_equal(info.label_bits, 0);
        assert_string_equal(info.campaign, "");
        assert_listed(index, "id", "customer-1", NULL);
        assert_not_listed(index, "id", "customer-2");
        elig_close(index);
    }
}

static void the_index_with_labels_tells_them(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(checks); i++) {
        struct elig *index = open_kept("labels.elig", checks[i]);
        struct elig_info info = {.size = sizeof info};
        elig_info(index, &info);
        assert_int_equal(info.identifiers, 3);
        assert_int_equal(info.label_count, 2);
        assert_int_equal(info.label_bits, 2);
        assert_listed(index, "email", "Anna@Example.COM", "gold");
        assert_listed(index, "email", "ben@example.com", "silver");
        assert_listed(index, "email", "carla@example.com", NULL);
        assert_not_listed(index, "email", "dora@example.com");
        elig_close(index);
    }
}

static void the_index_with_a_window_opens_and_closes(void **state)
{
    (void)state;
    struct elig *index = open_kept("window.elig", ELIG_CHECK_ALL);
    struct elig_info info = {.size = sizeof info};
    struct elig_answer answer;
    elig_info(index, &info);
    assert_string_equal(info.campaign, "Vouchers \xE2\x80\x93 \xEB\xB3\xB4\xEC\x83\x81");
    assert_int_equal(info.kind_count, 2);
    assert_memory_equal(info.kinds[1].parts[0].region, "KR", 2);
    const struct elig_text mobile = {"+82 10 1234 5678", 16}, landline = {"02-312-3456", 11};
    unsigned phone;
    assert_int_equal(elig_kind(index, "phone", &phone), 0);
    assert_int_equal(elig_lookup(index, phone, &mobile, 1, 1795478399, &answer), 0);
    assert_int_equal(answer.verdict, ELIG_NOT_OPEN);
    assert_int_equal(elig_lookup(index, phone, &mobile, 1, 1795478400, &answer), 0);
    assert_int_equal(answer.verdict, ELIG_ELIGIBLE);
    assert_int_equal(elig_lookup(index, phone, &landline, 1, 1798761599, &answer), 0);
    assert_int_equal(answer.verdict, ELIG_ELIGIBLE);
    assert_int_equal(elig_lookup(index, phone, &landline, 1, 1798761600, &answer), 0);
    assert_int_equal(answer.verdict, ELIG_CLOSED);
    elig_close(index);
}

static void the_index_of_a_composite_takes_both_parts(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(checks); i++) {
        struct elig *index = open_kept("composite.elig", checks[i]);
        struct elig_info info = {.size = sizeof info};
        struct elig_answer answer;
        elig_info(index, &info);
        assert_int_equal(info.fingerprint_bits, 20);
        assert_int_equal(info.kinds[0].part_count, 2);
        const struct elig_text listed[] = {{"\xED\x99\x8D\xEA\xB8\xB8\xEB\x8F\x99", 9}, {"19900102", 8}};
        const struct elig_text mixed[] = {listed[0], {"2000-02-29", 10}};
        assert_int_equal(elig_lookup(index, 0, listed, 2, 1, &answer), 0);
        assert_int_equal(answer.verdict, ELIG_ELIGIBLE);
        assert_int_equal(elig_lookup(index, 0, mixed, 2, 1, &answer), 0);
        assert_int_equal(answer.verdict, ELIG_NOT_LISTED);
        elig_close(index);
    }
}

static void the_index_with_a_tree_lists_everybody_in_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(checks); i++) {
        struct elig *index = open_kept("tree.elig", checks[i]);
        struct elig_info info = {.size = sizeof info};
        elig_info(index, &info);
        assert_int_equal(info.identifiers, CUSTOMERS);
        assert_int_equal(info.fingerprint_bits, 8);
        assert_int_equal(info.tree_levels, 1);
        assert_int_equal(info.leaf_pages, 2);
        for (int j = 1; j <= CUSTOMERS; j++) {
            char identifier[32];
            snprintf(identifier, sizeof identifier, "customer-%d", j);
            assert_listed(index, "id", identifier, NULL);
        }
        assert_not_listed(index, "id", "customer-0");
        elig_close(index);
    }
}

/* The first fields as a program that knows nothing of this one would read them (docs/FORMAT.md). */
static void the_kept_bytes_are_where_the_format_says(void **state)
{
    (void)state;
    struct test_file file = test_read_file(GOLDEN_FOLDER "labels.elig");
    static const uint8_t start[] = {0x89, 'E', 'L', 'I', 'G', '\r', '\n', 0x1a, 2, 0,
                                    0,    0,   2,   0,   0,   0,    1,    0,    0, 0};
    assert_int_equal(file.length, 3 * 4096);
    assert_memory_equal(file.bytes, start, sizeof start);
    assert_int_equal(file.bytes[24], 3);                                /* pages */
    assert_memory_equal(file.bytes + 32, "sixteen bytes of", 16);       /* salt */
    assert_int_equal(file.bytes[136], 3);                               /* identifiers */
    assert_int_equal(file.bytes[160], 32);                              /* f */
    assert_int_equal(file.bytes[161], 2);                               /* label bits */
    assert_memory_equal(file.bytes + 256, "email\0", 6);                /* the first kind */
    assert_memory_equal(file.bytes + 4096, "\x04gold\x06silver\0", 13); /* the dictionary */
    test_file_free(&file);
}

/* ---- Damaged and forged ---- */

static void assert_refused(const char *name, size_t at, uint8_t value, int is_sealed, int expected)
{
    char path[TEST_PATH_MAX];
    const char *changed = test_path("changed.elig");
    snprintf(path, sizeof path, "%s%s", GOLDEN_FOLDER, name);
    struct test_file file = test_read_file(path);
    assert_int_not_equal(file.bytes[at], value);
    file.bytes[at] = value;
    if (is_sealed)
        forge_header_hash(file.bytes);
    test_write_bytes(changed, file.bytes, file.length);
    for (size_t i = 0; i < LENGTH(checks); i++)
        if (is_sealed || at < ELIG_PAGE_BYTES || checks[i] == ELIG_CHECK_ALL)
            assert_int_equal(test_open_error(changed, checks[i], test_secret()), expected);
    test_file_free(&file);
}

static void damaged_files_are_refused_by_name(void **state)
{
    (void)state;
    assert_refused("one.elig", ELIG_AT_MAGIC, 0, 0, ELIG_E_NOT_INDEX);
    assert_refused("one.elig", ELIG_AT_FORMAT_VERSION, 1, 0, ELIG_E_FORMAT);
    assert_refused("one.elig", ELIG_AT_RULES_VERSION, 1, 0, ELIG_E_RULES);
    assert_refused("one.elig", ELIG_AT_PROFILE, 2, 0, ELIG_E_DAMAGED); /* its hash is not right */
    assert_refused("one.elig", ELIG_AT_IDENTIFIERS, 2, 0, ELIG_E_DAMAGED);
    assert_refused("one.elig", ELIG_AT_HEADER_HASH, 0, 0, ELIG_E_DAMAGED);
    assert_refused("one.elig", ELIG_PAGE_BYTES, 0, 0, ELIG_E_DAMAGED);
    assert_refused("labels.elig", ELIG_PAGE_BYTES, 3, 0, ELIG_E_DAMAGED);
    assert_refused("none.elig", ELIG_PAGE_BYTES - 1, 1, 0, ELIG_E_DAMAGED);
}

static void forged_files_are_refused_by_name(void **state)
{
    (void)state;
    assert_refused("one.elig", ELIG_AT_PROFILE, 0, 1, ELIG_E_PROFILE);
    assert_refused("one.elig", ELIG_AT_PROFILE, 4, 1, ELIG_E_PROFILE);
    /* another profile without what belongs to it, and with what does not */
    assert_refused("one.elig", ELIG_AT_PROFILE, ELIG_PROFILE_OFFLINE, 1, ELIG_E_DAMAGED);
    assert_refused("one.elig", ELIG_AT_PROFILE, ELIG_PROFILE_BLIND, 1, ELIG_E_DAMAGED);
    assert_refused("one.elig", ELIG_AT_IDENTIFIERS, 2, 1, ELIG_E_DAMAGED);
    assert_refused("one.elig", ELIG_AT_KEY_CHECK, 0, 1, ELIG_E_WRONG_SECRET);
    assert_refused("none.elig", ELIG_AT_ROOT, 1, 1, ELIG_E_DAMAGED);
    assert_refused("none.elig", ELIG_AT_SIGNATURE, 1, 1, ELIG_E_DAMAGED);
    assert_refused("window.elig", ELIG_AT_NOT_BEFORE + 7, 0x80, 1, ELIG_E_DAMAGED);
    assert_refused("window.elig", ELIG_AT_CAMPAIGN, '\n', 1, ELIG_E_DAMAGED);
    assert_refused("composite.elig", ELIG_AT_KINDS + ELIG_KIND_AT_PART_COUNT, 1, 1, ELIG_E_DAMAGED);
}

/* Writes the files anew. Returns an exit code. */
static int regenerate(void)
{
    int failed = test_folder_make(NULL) != 0;
    for (size_t i = 0; i < LENGTH(goldens) && !failed; i++) {
        char path[TEST_PATH_MAX];
        golden_path(&goldens[i], path);
        failed = build(&goldens[i], path) != EXIT_DONE || chmod(path, 0644) != 0;
        printf("%s %s\n", failed ? "failed" : "written", path);
    }
    return test_folder_remove(NULL) != 0 || failed;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_built_is_the_file_that_was_kept),
        cmocka_unit_test(an_offline_index_answers_without_a_secret),
        cmocka_unit_test(a_blind_index_answers_with_its_secret_under_its_signature),
        cmocka_unit_test(the_index_of_nobody_lists_nobody),
        cmocka_unit_test(the_index_of_one_lists_that_one),
        cmocka_unit_test(the_index_with_labels_tells_them),
        cmocka_unit_test(the_index_with_a_window_opens_and_closes),
        cmocka_unit_test(the_index_of_a_composite_takes_both_parts),
        cmocka_unit_test(the_index_with_a_tree_lists_everybody_in_it),
        cmocka_unit_test(the_kept_bytes_are_where_the_format_says),
        cmocka_unit_test(damaged_files_are_refused_by_name),
        cmocka_unit_test(forged_files_are_refused_by_name),
    };
    if (getenv(REGENERATE) != NULL)
        return regenerate();
    return cmocka_run_group_tests_name("golden", tests, test_folder_make, test_folder_remove);
}
