/* test_child.c - programs are run with exactly what they are given, and do not outstay their time. */
#include "test.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "child.h"

#define SECONDS 60 /* a program that takes so long hangs */
#define OUTPUT_MAX 100000

static struct child_job job_of(const char *const *arguments)
{
    return (struct child_job){
        .program = "/bin/sh", .arguments = arguments, .seconds = SECONDS, .output_max = OUTPUT_MAX};
}

static struct child_result run(const struct child_job *job)
{
    struct child_result result;
    assert_int_equal(child_run(job, &result), 1);
    return result;
}

static void what_it_says_and_its_exit_code_come_back(void **state)
{
    (void)state;
    static const char *const arguments[] = {"sh", "-c", "printf out; printf err >&2; exit 7", NULL};
    const struct child_job job = job_of(arguments);
    struct child_result result = run(&job);
    assert_int_equal(result.start_error, 0);
    assert_int_equal(child_code(result.status), 7);
    assert_string_equal((char *)result.output.bytes, "out");
    assert_string_equal((char *)result.errors.bytes, "err");
    assert_int_equal(result.output.is_cut, 0);
    child_result_free(&result);
    child_result_free(&result);
}

static void more_input_than_a_pipe_holds_goes_in_and_comes_out(void **state)
{
    (void)state;
    static const char *const arguments[] = {"sh", "-c", "exec cat", NULL};
    struct child_job job = job_of(arguments);
    size_t length = 3000001;
    uint8_t *bytes = malloc(length);
    uint64_t seed = 1;
    assert_non_null(bytes);
    test_random_bytes(&seed, bytes, length);
    job.input = bytes;
    job.input_length = length;
    job.output_max = length;
    struct child_result result = run(&job);
    assert_int_equal(child_code(result.status), 0);
    assert_int_equal(result.output.length, length);
    assert_memory_equal(result.output.bytes, bytes, length);
    child_result_free(&result);
    job.output_max = 1000;
    result = run(&job);
    assert_int_equal(child_code(result.status), 0);
    assert_int_equal(result.output.length, 1000);
    assert_int_equal(result.output.is_cut, 1);
    assert_memory_equal(result.output.bytes, bytes, 1000);
    child_result_free(&result);
    free(bytes);
}

static void input_that_nobody_reads_is_no_error(void **state)
{
    (void)state;
    static const char *const arguments[] = {"sh", "-c", "exit 3", NULL};
    static const char input[300000];
    struct child_job job = job_of(arguments);
    job.input = input;
    job.input_length = sizeof input;
    struct child_result result = run(&job);
    assert_int_equal(child_code(result.status), 3);
    child_result_free(&result);
}

static void without_input_there_is_an_end_at_once(void **state)
{
    (void)state;
    static const char *const arguments[] = {"sh", "-c", "cat; echo done", NULL};
    const struct child_job job = job_of(arguments);
    struct child_result result = run(&job);
    assert_string_equal((char *)result.output.bytes, "done\n");
    child_result_free(&result);
}

static void a_file_can_be_its_input(void **state)
{
    (void)state;
    static const char *const arguments[] = {"sh", "-c", "exec cat", NULL};
    struct child_job job = job_of(arguments);
    test_write_text(test_path("input"), "from a file");
    job.input_file = open(test_path("input"), O_RDONLY | O_CLOEXEC);
    assert_true(job.input_file > 0);
    struct child_result result = run(&job);
    assert_string_equal((char *)result.output.bytes, "from a file");
    child_result_free(&result);
    close(job.input_file);
}

static void it_has_the_folder_and_the_environment_it_is_given(void **state)
{
    (void)state;
    static const char *const arguments[] = {"sh", "-c", "pwd -P; echo \"$ONE,$HOME\"", NULL};
    static const char *const environment[] = {"ONE=1", NULL};
    struct child_job job = job_of(arguments);
    job.folder = "/";
    job.environment = environment;
    struct child_result result = run(&job);
    assert_string_equal((char *)result.output.bytes, "/\n1,\n");
    child_result_free(&result);
}

static void no_other_file_of_ours_is_open_in_it(void **state)
{
    (void)state;
    static const char *const arguments[] = {
        "sh", "-c", "for file in 3 4 5 6 7 8 9; do eval \"true <&$file\" && echo $file; done 2> /dev/null",
        NULL};
    const struct child_job job = job_of(arguments);
    int file = open("/dev/null", O_RDONLY); /* not to be closed by an exec */
    assert_true(file >= 0);
    assert_true(fcntl(file, F_DUPFD, 7) >= 7);
    struct child_result result = run(&job);
    assert_int_equal(result.output.length, 0);
    child_result_free(&result);
    close(7);
    close(file);
}

static void signals_that_we_ignore_are_not_ignored_in_it(void **state)
{
    (void)state;
    static const char *const arguments[] = {"sh", "-c", "kill -PIPE $$; echo still here", NULL};
    const struct child_job job = job_of(arguments);
    signal(SIGPIPE, SIG_IGN);
    struct child_result result = run(&job);
    signal(SIGPIPE, SIG_DFL);
    assert_int_equal(child_code(result.status), -SIGPIPE);
    child_result_free(&result);
}

static void what_hangs_is_killed_when_its_time_is_up(void **state)
{
    (void)state;
    static const char *const arguments[] = {"sh", "-c", "exec sleep 1000", NULL};
    struct child_job job = job_of(arguments);
    job.seconds = 1;
    struct child_result result = run(&job);
    assert_int_equal(result.is_late, 1);
    assert_int_equal(child_code(result.status), -SIGKILL);
    assert_true(result.seconds >= 1 && result.seconds < SECONDS);
    child_result_free(&result);
}

static void what_never_stops_talking_is_killed_too(void **state)
{
    (void)state;
    static const char *const arguments[] = {"sh", "-c", "while :; do echo and so on; done", NULL};
    struct child_job job = job_of(arguments);
    job.seconds = 1;
    struct child_result result = run(&job);
    assert_int_equal(result.is_late, 1);
    assert_int_equal(result.output.is_cut, 1);
    child_result_free(&result);
}

static void what_it_leaves_running_does_not_keep_us(void **state)
{
    (void)state;
    static const char *const arguments[] = {"sh", "-c", "sleep 5 & echo gone", NULL};
    const struct child_job job = job_of(arguments);
    struct child_result result = run(&job);
    assert_true(result.seconds < 4);
    assert_string_equal((char *)result.output.bytes, "gone\n");
    child_result_free(&result);
}

static void a_signal_comes_once_the_input_was_read(void **state)
{
    (void)state;
    static const char *const arguments[] = {"sh", "-c", "read line; echo \"$line\"; read line; echo never",
                                            NULL};
    struct child_job job = job_of(arguments);
    job.input = "first\n";
    job.input_length = 6;
    job.is_held = 1;
    job.signal = SIGTERM;
    struct child_result result = run(&job);
    assert_int_equal(child_code(result.status), -SIGTERM);
    assert_int_equal(result.is_late, 0);
    assert_string_equal((char *)result.output.bytes, "first\n");
    child_result_free(&result);
}

static void what_cannot_be_executed_is_said(void **state)
{
    (void)state;
    static const char *const arguments[] = {"sh", NULL};
    struct child_job job = job_of(arguments);
    job.program = test_path("nothing");
    struct child_result result = run(&job);
    assert_int_equal(result.start_error, ENOENT);
    child_result_free(&result);
    job.program = "/bin/sh";
    job.folder = test_path("nowhere");
    result = run(&job);
    assert_int_equal(result.start_error, ENOENT);
    child_result_free(&result);
}

static void no_process_and_no_file_is_left(void **state)
{
    (void)state;
    static const char *const arguments[] = {"sh", "-c", "exit 0", NULL};
    const struct child_job job = job_of(arguments);
    unsigned before = test_entries_in("/proc/self/fd");
    for (unsigned i = 0; i < 5; i++) {
        struct child_result result = run(&job);
        child_result_free(&result);
    }
    assert_int_equal(test_entries_in("/proc/self/fd"), before);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

static void without_files_to_be_had_nothing_is_started(void **state)
{
    (void)state;
    static const char *const arguments[] = {"sh", "-c", "exit 0", NULL};
    const struct child_job job = job_of(arguments);
    struct rlimit before, few;
    struct child_result result;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    few = before;
    few.rlim_cur = 8;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    int good = child_run(&job, &result);
    int why = errno;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(good, 0);
    assert_int_equal(why, EMFILE);
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
    char *path = child_find(test_folder(), "tool");
    assert_non_null(path);
    assert_string_equal(path, test_path("tool"));
    free(path);
    assert_null(child_find(test_folder(), "sh"));
}

static void then_beside_this_program_and_then_on_the_path(void **state)
{
    (void)state;
    char *path = child_find(NULL, "test_child");
    char *self = realpath("/proc/self/exe", NULL);
    assert_non_null(path);
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
    path = child_find(NULL, "elig-tool");
    assert_non_null(path);
    assert_string_equal(path, test_path("elig-tool"));
    free(path);
    assert_null(child_find(NULL, "no-such-program"));
    assert_int_equal(errno, ENOENT);
    if (kept != NULL)
        setenv("PATH", kept, 1);
    free(kept);
}

static void folders_and_files_that_cannot_be_executed_are_no_programs(void **state)
{
    (void)state;
    make_program(test_path("data"), 0644);
    assert_int_equal(mkdir(test_path("folder"), 0755), 0);
    assert_null(child_find(test_folder(), "data"));
    assert_null(child_find(test_folder(), "folder"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_it_says_and_its_exit_code_come_back),
        cmocka_unit_test(more_input_than_a_pipe_holds_goes_in_and_comes_out),
        cmocka_unit_test(input_that_nobody_reads_is_no_error),
        cmocka_unit_test(without_input_there_is_an_end_at_once),
        cmocka_unit_test(a_file_can_be_its_input),
        cmocka_unit_test(it_has_the_folder_and_the_environment_it_is_given),
        cmocka_unit_test(no_other_file_of_ours_is_open_in_it),
        cmocka_unit_test(signals_that_we_ignore_are_not_ignored_in_it),
        cmocka_unit_test(what_hangs_is_killed_when_its_time_is_up),
        cmocka_unit_test(what_never_stops_talking_is_killed_too),
        cmocka_unit_test(what_it_leaves_running_does_not_keep_us),
        cmocka_unit_test(a_signal_comes_once_the_input_was_read),
        cmocka_unit_test(what_cannot_be_executed_is_said),
        cmocka_unit_test(no_process_and_no_file_is_left),
        cmocka_unit_test(without_files_to_be_had_nothing_is_started),
        cmocka_unit_test(a_program_is_found_in_the_folder_that_is_named),
        cmocka_unit_test(then_beside_this_program_and_then_on_the_path),
        cmocka_unit_test(folders_and_files_that_cannot_be_executed_are_no_programs),
    };
    return cmocka_run_group_tests(tests, test_folder_make, test_folder_remove);
}
