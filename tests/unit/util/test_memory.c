/* SPDX-License-Identifier: Apache-2.0 */
/* test_memory.c - what happens when memory runs out at every place where it can: an error that says so, nothing
 * lost, nothing left behind, and never a wrong answer.
 *
 * The program defines malloc() and its kin itself and lets them fail when told to. Under AddressSanitizer and
 * valgrind, which have their own, those tests are skipped. */
#include <sodium.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "builder/pipeline.h"
#include "tests/support/asking.h"
#include "tests/support/fixture_index.h"
#include "tests/support/test.h"

static _Atomic long until_failure = -1; /* allocations that still succeed; -1: all do */
static _Atomic int fails_once;          /* 1: only one fails, 0: all from then on do */
static _Atomic long balance;            /* allocations not yet freed */
static _Atomic long failures;

#ifndef TEST_HAS_OWN_MALLOC
/* 1 if the allocation that asks is to fail. */
static int is_to_fail(void)
{
    long left = atomic_load(&until_failure);
    while (left > 0 && !atomic_compare_exchange_weak(&until_failure, &left, left - 1))
        continue;
    if (left != 0)
        return 0;
    if (atomic_load(&fails_once))
        atomic_store(&until_failure, -1);
    atomic_fetch_add(&failures, 1);
    errno = ENOMEM;
    return 1;
}

static void *counted(void *memory)
{
    if (memory != NULL)
        atomic_fetch_add(&balance, 1);
    return memory;
}

/* glibc's own, under names that nobody takes over. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void __libc_free(void *memory);

#define TAKES_OVER __attribute__((visibility("default")))

TAKES_OVER void *malloc(size_t size)
{
    return is_to_fail() ? NULL : counted(__libc_malloc(size));
}

TAKES_OVER void *calloc(size_t count, size_t size)
{
    return is_to_fail() ? NULL : counted(__libc_calloc(count, size));
}

TAKES_OVER void *realloc(void *memory, size_t size)
{
    if (is_to_fail())
        return NULL;
    return memory == NULL ? counted(__libc_malloc(size)) : __libc_realloc(memory, size);
}

TAKES_OVER void free(void *memory)
{
    if (memory != NULL)
        atomic_fetch_sub(&balance, 1);
    __libc_free(memory);
}

/* libsodium and the builder's stores map their memory. */
TAKES_OVER void *mmap(void *where, size_t length, int protection, int flags, int file, off_t offset)
{
    if (is_to_fail())
        return MAP_FAILED;
    void *memory = (void *)syscall(SYS_mmap, where, length, protection, flags, file, offset); // NOLINT
    if (memory != MAP_FAILED)
        atomic_fetch_add(&balance, 1);
    return memory;
}

TAKES_OVER void *mmap64(void *where, size_t length, int protection, int flags, int file, off_t offset)
{
    return mmap(where, length, protection, flags, file, offset);
}

TAKES_OVER int munmap(void *memory, size_t length)
{
    int result = (int)syscall(SYS_munmap, memory, length);
    if (result == 0)
        atomic_fetch_sub(&balance, 1);
    return result;
}
#endif

/* From now on: after that many successes allocations fail, once or for good. */
static void fail_after(long successes, int once)
{
    atomic_store(&failures, 0);
    atomic_store(&fails_once, once);
    atomic_store(&until_failure, successes);
}

static void fail_no_more(void)
{
    atomic_store(&until_failure, -1);
}

static int can_fail(void)
{
    fail_after(0, 1);
    void *volatile memory = malloc(1);
    fail_no_more();
    free(memory);
    return memory == NULL;
}

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

static void opening_without_memory_says_so_and_loses_none(void **state)
{
    (void)state;
    if (!can_fail())
        skip();
    for (size_t i = 0; i < LENGTH(checks); i++)
        for (int once = 0; once <= 1; once++) {
            const struct elig_options options = {.check = checks[i], .secret = test_secret()};
            long before = atomic_load(&balance), places = 0;
            int error = -1;
            while (error != 0) {
                struct elig *index = NULL;
                fail_after(places, once);
                error = elig_open(index_path(), &options, &index);
                int why = errno;
                fail_no_more();
                if (error != 0) {
                    /* the mapping of the file itself is a matter of reading it */
                    assert_true(error == ELIG_E_MEMORY || (error == ELIG_E_READ && why == ENOMEM));
                    assert_null(index);
                    places++;
                } else {
                    assert_int_equal(atomic_load(&failures), 0);
                    elig_close(index);
                }
                assert_int_equal(atomic_load(&balance), before);
                assert_in_range(places, 0, 50);
            }
            assert_in_range(places, 3, 50); /* handle, dictionary, its words at least */
        }
}

static void a_lookup_of_a_digest_or_of_ascii_needs_no_memory(void **state)
{
    (void)state;
    if (!can_fail())
        skip();
    for (size_t i = 0; i < LENGTH(checks); i++) {
        struct elig *index = test_open(index_path(), checks[i]);
        struct elig_answer answer, batch[100];
        uint8_t digests[100][ELIG_DIGEST_BYTES];
        struct elig_text parts[100];
        for (size_t j = 0; j < 100; j++) {
            memcpy(digests[j], records[j].digest, ELIG_DIGEST_BYTES);
            parts[j] = (struct elig_text){"anybody", 7};
        }
        fail_after(0, 0);
        int found = elig_find(index, (const uint8_t(*)[ELIG_DIGEST_BYTES])digests, 100, batch);
        int single = elig_lookup(index, 0, parts, 1, &answer);
        int first = batch[0].verdict;
        int together = elig_lookup_batch(index, 0, parts, 100, 1, batch);
        fail_no_more();
        assert_int_equal(found, 0);
        assert_int_equal(first, ELIG_ELIGIBLE);
        assert_int_equal(single, ELIG_NOT_LISTED);
        assert_int_equal(together, 0);
        assert_int_equal(atomic_load(&failures), 0);
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
/* A letter whose NFKC form is longer, and so many of them that libunistring's own buffer is too small. */
#define WIDE10 "\xEF\xB7\xBA\xEF\xB7\xBA\xEF\xB7\xBA\xEF\xB7\xBA\xEF\xB7\xBA"

static const char other_csv[] =
    "mail,name\nhong@" UMLAUT_DOMAIN "," HONG "\nanna@example.com," WIDE10 WIDE10 "\n";

/* "malformed" would send away somebody who is listed. */
static void a_lookup_without_memory_is_right_or_no_answer(void **state)
{
    (void)state;
    if (!can_fail())
        skip();
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
            unsigned kind = (unsigned)elig_kind(index, listed[i].kind);
            long before = atomic_load(&balance), places = 0;
            int verdict = -1;
            do {
                struct elig_answer answer;
                fail_after(places++, once);
                verdict = elig_lookup(index, kind, &text, 1, &answer);
                fail_no_more();
                assert_int_equal(atomic_load(&balance), before);
                if (verdict != ELIG_ELIGIBLE && verdict != ELIG_E_MEMORY)
                    fail_msg("the %ld. allocation for identifier %zu failed, and the verdict is '%s', '%s'",
                             places, i, verdict < 0 ? elig_error_text(verdict) : elig_verdict_text(verdict),
                             elig_reason_text(answer.reason));
                assert_in_range(places, 0, 200);
            } while (atomic_load(&failures) > 0);
        }
    elig_close(index);
}

/* ---- Building ---- */

/* Compiles with every allocation failing in turn, until none has to. Fewer than all of them, in steps, when
 * there are many. */
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
        long before = atomic_load(&balance), places = 0;
        do {
            fail_after(places++, once);
            int result = pipeline_run(&copy);
            fail_no_more();
            if (atomic_load(&balance) != before)
                fail_msg("the %ld. allocation failed, and %ld were not freed", places,
                         atomic_load(&balance) - before);
            if (result == EXIT_DONE) {
                assert_same_files(path, expected);
                assert_int_equal(unlink(path), 0);
            } else {
                if (result != EXIT_CANNOT)
                    fail_msg("the %ld. allocation failed, and the exit code is %d", places, result);
                assert_int_equal(access(path, F_OK), -1);
            }
            assert_in_range(places, 0, 2000);
        } while (atomic_load(&failures) > 0);
        assert_in_range(places, 10, 2000);
    }
}

static void a_build_without_memory_says_so_and_publishes_nothing(void **state)
{
    (void)state;
    if (!can_fail())
        skip();
    struct config config = test_config();
    config.list.label_column = "label";
    assert_build_says_so(&config, "id,label\none,gold\ntwo,silver\nthree,\none,gold\n");
}

/* Nobody may be rejected as malformed for want of memory: --skip-invalid would leave them out of the index. */
static void a_build_without_memory_rejects_nobody(void **state)
{
    (void)state;
    if (!can_fail())
        skip();
    struct config config = other_alphabets();
    config.skip_invalid = 1;
    assert_build_says_so(&config, other_csv);
}

/* "Too many absent identifiers" would be a reason of the list's, not of the machine's. */
static void a_build_without_memory_does_not_blame_the_absent_list(void **state)
{
    (void)state;
    if (!can_fail())
        skip();
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
        cmocka_unit_test(opening_without_memory_says_so_and_loses_none),
        cmocka_unit_test(a_lookup_of_a_digest_or_of_ascii_needs_no_memory),
        cmocka_unit_test(a_lookup_without_memory_is_right_or_no_answer),
        cmocka_unit_test(a_build_without_memory_says_so_and_publishes_nothing),
        cmocka_unit_test(a_build_without_memory_rejects_nobody),
        cmocka_unit_test(a_build_without_memory_does_not_blame_the_absent_list),
    };
    return cmocka_run_group_tests_name("memory", tests, setup, teardown);
}
