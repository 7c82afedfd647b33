/* SPDX-License-Identifier: Apache-2.0 */
/* test_subprocess.c - programs run with exactly the given arguments, and their messages are kept. */
#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "audit/util/subprocess.h"
#include "tests/support/test.h"

#define ERRORS_MAX 100000

/* Runs sh -c script. */
static struct subprocess_result run(const char *script)
{
    const char *const arguments[] = {"sh", "-c", script, NULL};
    struct subprocess_result result;
    assert_int_equal(subprocess_run("/bin/sh", arguments, ERRORS_MAX, &result), 0);
    return result;
}

static void messages_and_exit_code_are_returned(void **state)
{
    (void)state;
    struct subprocess_result result = run("printf out; printf err >&2; exit 7");
    assert_int_equal(result.start_error, 0);
    assert_int_equal(subprocess_code(result.status), 7);
    assert_string_equal(result.errors, "err");
    assert_true(result.seconds > 0);
    subprocess_result_free(&result);
    subprocess_result_free(&result);
    result = run("exit 0");
    assert_null(result.errors);
}

static void messages_beyond_the_limit_are_dropped(void **state)
{
    (void)state;
    struct subprocess_result result = run("head -c 3000001 /dev/zero | tr '\\0' x >&2; exit 3");
    assert_int_equal(subprocess_code(result.status), 3);
    assert_int_equal(strlen(result.errors), ERRORS_MAX);
    assert_int_equal(strspn(result.errors, "x"), ERRORS_MAX);
    subprocess_result_free(&result);
}

static void standard_input_is_empty_and_output_is_dropped(void **state)
{
    (void)state;
    struct subprocess_result result = run("cat; head -c 3000001 /dev/zero; echo $? >&2");
    assert_string_equal(result.errors, "0\n");
    subprocess_result_free(&result);
}

static void no_other_file_is_inherited(void **state)
{
    (void)state;
    int file = open("/dev/null", O_RDONLY); /* without O_CLOEXEC */
    assert_true(file >= 0);
    assert_true(fcntl(file, F_DUPFD, 7) >= 7);
    struct subprocess_result result =
        run("for file in 3 4 5 6 7 8 9; do { eval \"true <&$file\"; } 2> /dev/null && echo $file >&2; done");
    assert_null(result.errors);
    subprocess_result_free(&result);
    close(7);
    close(file);
}

static void it_runs_where_a_standard_stream_is_closed(void **state)
{
    (void)state;
    int input = fcntl(0, F_DUPFD_CLOEXEC, 10);
    assert_true(input >= 0);
    close(0);
    struct subprocess_result result = run("cat && echo done >&2");
    assert_int_equal(dup2(input, 0), 0);
    close(input);
    assert_string_equal(result.errors, "done\n");
    subprocess_result_free(&result);
}

static void ignored_signals_are_not_inherited(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    struct subprocess_result result = run("kill -PIPE $$; echo still here");
    signal(SIGPIPE, SIG_DFL);
    assert_int_equal(subprocess_code(result.status), -SIGPIPE);
    subprocess_result_free(&result);
}

static void a_failed_exec_is_reported(void **state)
{
    (void)state;
    static const char *const arguments[] = {"nothing", NULL};
    struct subprocess_result result;
    assert_int_equal(subprocess_run(test_path("nothing"), arguments, ERRORS_MAX, &result), 0);
    assert_int_equal(result.start_error, ENOENT);
    subprocess_result_free(&result);
}

static void no_process_and_no_file_descriptor_is_left(void **state)
{
    (void)state;
    unsigned before = test_entries_in("/proc/self/fd");
    for (unsigned i = 0; i < 5; i++) {
        struct subprocess_result result = run("exit 0");
        subprocess_result_free(&result);
    }
    assert_int_equal(test_entries_in("/proc/self/fd"), before);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

static void without_file_descriptors_nothing_is_started(void **state)
{
    (void)state;
    static const char *const arguments[] = {"sh", "-c", "exit 0", NULL};
    struct rlimit before, few;
    struct subprocess_result result;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    few = before;
    few.rlim_cur = 6;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    bool good = subprocess_run("/bin/sh", arguments, ERRORS_MAX, &result) == 0;
    int error_number = errno;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(good, 0);
    assert_int_equal(error_number, EMFILE);
}

/* ---- Finding programs ---- */

static void make_program(const char *path, mode_t mode)
{
    test_write_text(path, "#!/bin/sh\n");
    assert_int_equal(chmod(path, mode), 0);
}

static void a_program_is_found_in_the_folder_that_is_named(void **state)
{
    (void)state;
    make_program(test_path("tool"), 0755);
    char *path;
    assert_int_equal(subprocess_find(test_folder(), "tool", &path), 0);
    assert_string_equal(path, test_path("tool"));
    free(path);
    assert_int_equal(subprocess_find(test_folder(), "sh", &path), ELIG_E_READ);
    assert_null(path);
    assert_int_equal(errno, ENOENT);
}

static void programs_are_found_beside_this_program_and_on_the_path(void **state)
{
    (void)state;
    char *path, *self = realpath("/proc/self/exe", NULL);
    assert_int_equal(subprocess_find(NULL, program_invocation_short_name, &path), 0);
    assert_non_null(self);
    assert_string_equal(path, self);
    free(self);
    free(path);
    const char *before = getenv("PATH");
    char *kept = before != NULL ? strdup(before) : NULL;
    char value[2 * TEST_PATH_MAX];
    snprintf(value, sizeof value, "/nowhere::%s:/bin", test_folder());
    make_program(test_path("elig-tool"), 0755);
    assert_int_equal(setenv("PATH", value, 1), 0);
    assert_int_equal(subprocess_find(NULL, "elig-tool", &path), 0);
    assert_string_equal(path, test_path("elig-tool"));
    free(path);
    assert_int_equal(subprocess_find(NULL, "no-such-program", &path), ELIG_E_READ);
    assert_int_equal(errno, ENOENT);
    if (kept != NULL)
        setenv("PATH", kept, 1);
    free(kept);
}

static void folders_and_files_that_are_not_executable_are_not_found(void **state)
{
    (void)state;
    make_program(test_path("data"), 0644);
    assert_int_equal(mkdir(test_path("folder"), 0755), 0);
    char *path;
    assert_int_equal(subprocess_find(test_folder(), "data", &path), ELIG_E_READ);
    assert_int_equal(subprocess_find(test_folder(), "folder", &path), ELIG_E_READ);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_and_exit_code_are_returned),
        cmocka_unit_test(messages_beyond_the_limit_are_dropped),
        cmocka_unit_test(standard_input_is_empty_and_output_is_dropped),
        cmocka_unit_test(no_other_file_is_inherited),
        cmocka_unit_test(it_runs_where_a_standard_stream_is_closed),
        cmocka_unit_test(ignored_signals_are_not_inherited),
        cmocka_unit_test(a_failed_exec_is_reported),
        cmocka_unit_test(no_process_and_no_file_descriptor_is_left),
        cmocka_unit_test(without_file_descriptors_nothing_is_started),
        cmocka_unit_test(a_program_is_found_in_the_folder_that_is_named),
        cmocka_unit_test(programs_are_found_beside_this_program_and_on_the_path),
        cmocka_unit_test(folders_and_files_that_are_not_executable_are_not_found),
    };
    return cmocka_run_group_tests(tests, test_folder_make, test_folder_remove);
}
