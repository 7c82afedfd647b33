/* SPDX-License-Identifier: Apache-2.0 */
/* A build whose system calls fail says so and publishes nothing, or publishes the same bytes as one without
 * failures; reads and writes that move one byte at a time change nothing.
 */
#include "builder/pipeline.h"
#include "tests/support/fixture_index.h"
#include "tests/support/inject.h"
#include "tests/support/test.h"

#define CSV "id,label\none,gold\ntwo,silver\nthree,\none,gold\n"

static const char *folder, *path, *expected;

/* A list with labels, whose index has a folder of its own. */
static struct config list_config(const char **input)
{
    struct config config = test_config();
    config.list.label_column = "label";
    folder = test_path("target");
    assert_true(mkdir(folder, 0700) == 0 || errno == EEXIST);
    path = test_path("target/index");
    expected = test_path("expected");
    *input = test_path("input.csv");
    assert_int_equal(test_compile(&config, CSV, expected), EXIT_DONE);
    config.inputs = input;
    config.input_count = 1;
    config.output = path;
    return config;
}

static void a_build_whose_calls_fail_says_so_and_publishes_nothing(void **state)
{
    (void)state;
    static const struct {
        enum inject_call call;
        int error;
        unsigned long at_least; /* calls of the kind in a build */
    } cases[] = {{INJECT_OPEN, EMFILE, 3}, {INJECT_READ, EIO, 2},     {INJECT_WRITE, ENOSPC, 2},
                 {INJECT_SYNC, EIO, 2},    {INJECT_NAME, EACCES, 2},  {INJECT_MODE, EPERM, 1},
                 {INJECT_STAT, EIO, 2},    {INJECT_THREAD, EAGAIN, 0}};
    const char *input;
    struct config config = list_config(&input);
    for (size_t i = 0; i < LENGTH(cases); i++)
        for (int once = 0; once <= 1; once++) {
            unsigned long calls = 0;
            long before = inject_allocations();
            for (bool is_done = false; !is_done; calls += is_done ? 0 : test_stride()) {
                inject_fail(cases[i].call, calls, once, cases[i].error);
                int result = pipeline_run(&config);
                inject_stop();
                is_done = inject_failures() == 0;
                if (result != EXIT_DONE && result != EXIT_CANNOT)
                    fail_msg("kind %u, call %lu: exit code %d", cases[i].call, calls, result);
                if (is_done)
                    assert_int_equal(result, EXIT_DONE);
                /* only the last sync, that of the folder, may fail with the new file in place */
                bool is_published = access(path, F_OK) == 0;
                if (is_published != (result == EXIT_DONE) && cases[i].call != INJECT_SYNC)
                    fail_msg("kind %u, call %lu: exit code %d, but %s", cases[i].call, calls, result,
                             is_published ? "published" : "not published");
                if (is_published) {
                    assert_same_files(path, expected);
                    assert_int_equal(unlink(path), 0);
                }
                assert_int_equal(test_entries_in(folder), 0);
                assert_int_equal(inject_allocations(), before);
                assert_in_range(calls, 0, 5000);
            }
            assert_true(calls >= cases[i].at_least || test_stride() > 1);
        }
}

static void short_reads_and_writes_change_nothing(void **state)
{
    (void)state;
    static const size_t lengths[] = {1, 7, 4095};
    const char *input;
    struct config config = list_config(&input);
    for (size_t i = 0; i < LENGTH(lengths); i++) {
        inject_short_transfers(lengths[i]);
        int result = pipeline_run(&config);
        inject_stop();
        assert_int_equal(result, EXIT_DONE);
        assert_same_files(path, expected);
        assert_int_equal(unlink(path), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_build_whose_calls_fail_says_so_and_publishes_nothing),
        cmocka_unit_test(short_reads_and_writes_change_nothing),
    };
    return cmocka_run_group_tests_name("build_failures", tests, test_folder_make, test_folder_remove);
}
