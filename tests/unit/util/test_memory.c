/* SPDX-License-Identifier: Apache-2.0 */
/* Memory runs out at every place where it can: there is an error that says so, nothing is leaked, nothing is
 * left on the disk, and there is never a wrong answer.
 */
#include <sodium.h>

#include "builder/pipeline.h"
#include "lib/util/parse.h"
#include "tests/support/fixture_index.h"
#include "tests/support/inject.h"
#include "tests/support/test.h"

/* ---- Reading ---- */

#define WORDS 2
static const char *const words[WORDS] = {"gold", "silver"};
static const enum elig_check checks[] = {ELIG_CHECK_WALK, ELIG_CHECK_FIRST_USE, ELIG_CHECK_ALL};

static struct record *records;

#define MEMBERS 3000

static const char *index_path(void)
{
    static char path[TEST_PATH_MAX];
    strcpy(path, test_path("memory.elig"));
    return path;
}

static int setup(void **state)
{
    if (test_folder_make(state) != 0 || sodium_init() < 0)
        return -1;
    records = test_records(1, MEMBERS);
    for (size_t i = 0; i < MEMBERS; i += 2)
        records[i] = test_record(records[i].digest, (uint16_t)(1 + i % WORDS), i + 1);
    const struct test_list list = {.records = records, .count = MEMBERS, .words = words, .word_count = WORDS};
    test_make_index(&list, index_path());
    return 0;
}

static int teardown(void **state)
{
    free(records);
    return test_folder_remove(state);
}

static void with_memory_an_index_opens_and_answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(checks); i++) {
        struct elig *index = test_open(index_path(), checks[i]);
        assert_int_equal(test_find(index, records[0].digest).verdict, ELIG_ELIGIBLE);
        elig_close(index);
    }
}

static void opening_without_memory_says_so_and_leaks_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(checks); i++)
        for (int once = 0; once <= 1; once++) {
            const struct elig_options options = {
                .size = sizeof options, .check = checks[i], .secret = test_secret()};
            long before = inject_allocations();
            unsigned long places = 0;
            int error = -1;
            while (error != 0) {
                struct elig *index = NULL;
                inject_fail(INJECT_MEMORY, places, once, ENOMEM);
                error = elig_open(index_path(), &options, &index);
                int why = errno;
                inject_stop();
                if (error != 0) {
                    /* the mapping of the file itself is a matter of reading it */
                    assert_true(error == ELIG_E_MEMORY || (error == ELIG_E_READ && why == ENOMEM));
                    assert_null(index);
                    places++;
                } else {
                    assert_int_equal(inject_failures(), 0);
                    elig_close(index);
                }
                assert_int_equal(inject_allocations(), before);
                assert_in_range(places, 0, 50);
            }
            assert_in_range(places, 3, 50); /* handle, dictionary, its words at least */
        }
}

static void a_lookup_of_a_digest_or_of_ascii_needs_no_memory(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(checks); i++) {
        struct elig *index = test_open(index_path(), checks[i]);
        struct elig_answer answer, batch[100];
        uint8_t digests[100][ELIG_DIGEST_BYTES];
        struct elig_text parts[100];
        for (size_t j = 0; j < 100; j++) {
            memcpy(digests[j], records[j].digest, ELIG_DIGEST_BYTES);
            parts[j] = (struct elig_text){"anybody", 7};
        }
        inject_fail(INJECT_MEMORY, 0, false, ENOMEM);
        int found = elig_find(index, (const uint8_t(*)[ELIG_DIGEST_BYTES])digests, 100, batch);
        int single = elig_lookup(index, 0, parts, 1, 1, &answer);
        unsigned first = batch[0].verdict;
        int together = elig_lookup_batch(index, 0, parts, 1, 100, 1, batch);
        inject_stop();
        assert_int_equal(found, 0);
        assert_int_equal(first, ELIG_ELIGIBLE);
        assert_int_equal(single, 0);
        assert_int_equal(answer.verdict, ELIG_NOT_LISTED);
        assert_int_equal(together, 0);
        assert_int_equal(inject_failures(), 0);
        elig_close(index);
    }
}

/* ---- Identifiers of other alphabets, which the Unicode libraries allocate for ---- */

static char column_mail[] = "mail", column_name[] = "name";

/* Two kinds, mail and name. */
static struct config other_alphabets(void)
{
    struct config config = test_config();
    config.list.kind_count = 2;
    config.list.kinds[0] =
        (struct elig_kind){.name = "email", .part_count = 1, .parts = {{.type = ELIG_TYPE_EMAIL}}};
    config.list.kinds[1] =
        (struct elig_kind){.name = "name", .part_count = 1, .parts = {{.type = ELIG_TYPE_TEXT}}};
    config.list.columns[0][0] = column_mail;
    config.list.columns[1][0] = column_name;
    return config;
}

#define HONG "\xED\x99\x8D\xEA\xB8\xB8\xEB\x8F\x99"
#define UMLAUT_DOMAIN \
    "b\xC3\xBC"       \
    "cher.example"
/* A letter whose NFKC form is longer, repeated until libunistring's own buffer is too small. */
#define WIDE10 "\xEF\xB7\xBA\xEF\xB7\xBA\xEF\xB7\xBA\xEF\xB7\xBA\xEF\xB7\xBA"

static const char other_csv[] =
    "mail,name\nhong@" UMLAUT_DOMAIN "," HONG "\nanna@example.com," WIDE10 WIDE10 "\n";

/* "malformed" would turn away a person who is listed. */
static void a_lookup_without_memory_is_right_or_no_answer(void **state)
{
    (void)state;
    static const struct {
        const char *kind, *identifier;
    } listed[] = {{"email", "hong@" UMLAUT_DOMAIN}, {"name", HONG}, {"name", WIDE10 WIDE10}};
    struct config config = other_alphabets();
    const char *path = test_path("alphabets.elig");
    assert_int_equal(test_compile(&config, other_csv, path), EXIT_DONE);
    struct elig *index = test_open(path, ELIG_CHECK_WALK);
    for (size_t i = 0; i < LENGTH(listed); i++)
        for (int once = 0; once <= 1; once++) {
            const struct elig_text text = {listed[i].identifier, strlen(listed[i].identifier)};
            unsigned kind;
            assert_int_equal(elig_kind(index, listed[i].kind, &kind), 0);
            long before = inject_allocations();
            unsigned long places = 0;
            do {
                struct elig_answer answer;
                inject_fail(INJECT_MEMORY, places++, once, ENOMEM);
                (void)elig_lookup(index, kind, &text, 1, 1, &answer);
                inject_stop();
                assert_int_equal(inject_allocations(), before);
                if (answer.verdict != ELIG_ELIGIBLE && answer.error != ELIG_E_MEMORY)
                    fail_msg("allocation %lu for identifier %zu failed, and the answer is '%s', '%s'", places,
                             i, elig_text(test_result(&answer)), elig_text(answer.reason));
                assert_in_range(places, 0, 200);
            } while (inject_failures() > 0);
        }
    elig_close(index);
}

/* ---- Building ---- */

/* Compiles with every allocation failing in turn, until a build needs no further one. */
static void assert_build_says_so(const struct config *config, const char *csv)
{
    const char *path = test_path("built.elig"), *expected = test_path("expected.elig"),
               *input = test_path("input.csv");
    unlink(path); /* which a test that failed may have left */
    assert_int_equal(test_compile(config, csv, expected), EXIT_DONE);
    struct config copy = *config;
    copy.inputs = &input;
    copy.input_count = 1;
    copy.output = path;
    for (int once = 0; once <= 1; once++) {
        long before = inject_allocations();
        unsigned long place = 0;
        for (bool is_done = false; !is_done; place += test_stride()) {
            inject_fail(INJECT_MEMORY, place, once, ENOMEM);
            int result = pipeline_run(&copy);
            inject_stop();
            is_done = inject_failures() == 0;
            if (inject_allocations() != before)
                fail_msg("allocation %lu failed, and %ld were not freed", place, inject_allocations() - before);
            if (result != EXIT_DONE && result != EXIT_CANNOT)
                fail_msg("allocation %lu failed, and the exit code is %d", place, result);
            if (is_done)
                assert_int_equal(result, EXIT_DONE);
            if (result == EXIT_DONE) {
                assert_same_files(path, expected);
                assert_int_equal(unlink(path), 0);
            } else
                assert_int_equal(access(path, F_OK), -1);
            assert_in_range(place, 0, 2000);
        }
        assert_in_range(place, 10, 2000);
    }
}

static void a_build_without_memory_says_so_and_publishes_nothing(void **state)
{
    (void)state;
    struct config config = test_config();
    config.list.label_column = "label";
    assert_build_says_so(&config, "id,label\none,gold\ntwo,silver\nthree,\none,gold\n");
}

/* No row may be rejected as malformed because memory is missing: --skip-invalid would leave it out of the
 * index. */
static void a_build_without_memory_rejects_no_row(void **state)
{
    (void)state;
    struct config config = other_alphabets();
    config.skip_invalid = (struct skip_limit){.type = SKIP_SHARE, .share = PARSE_SHARE_ONE};
    assert_build_says_so(&config, other_csv);
}

/* "Too many absent identifiers" would be a reason of the list's, not of the machine's. */
static void a_build_without_memory_does_not_blame_the_absent_list(void **state)
{
    (void)state;
    struct config config = test_config();
    const char *absent = test_path("absent.csv");
    test_write_text(absent, "id\nfour\nfive\nsix\n");
    config.absent = &absent;
    config.absent_count = 1;
    assert_build_says_so(&config, "id\none\ntwo\nthree\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(with_memory_an_index_opens_and_answers),
        cmocka_unit_test(opening_without_memory_says_so_and_leaks_nothing),
        cmocka_unit_test(a_lookup_of_a_digest_or_of_ascii_needs_no_memory),
        cmocka_unit_test(a_lookup_without_memory_is_right_or_no_answer),
        cmocka_unit_test(a_build_without_memory_says_so_and_publishes_nothing),
        cmocka_unit_test(a_build_without_memory_rejects_no_row),
        cmocka_unit_test(a_build_without_memory_does_not_blame_the_absent_list),
    };
    return cmocka_run_group_tests_name("memory", tests, setup, teardown);
}
