/* SPDX-License-Identifier: Apache-2.0 */
/* test_atomic_file.c - a file appears under its name complete or not at all, and nothing is left beside it. */
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "lib/util/atomic_file.h"
#include "tests/support/test.h"

/* An output begun at path; NULL with errno set if that is refused. */
static struct atomic_file *open_output(const char *path)
{
    struct atomic_file *output;
    int error = atomic_file_open(path, &output);
    assert_int_equal(error, output != NULL ? 0 : ELIG_E_WRITE);
    return output;
}

/* A folder of this test's own, and a path in it. */
static const char *fresh_folder(const char *name)
{
    const char *path = test_path(name);
    assert_int_equal(mkdir(path, 0700), 0);
    return path;
}

static const char *in(const char *folder, const char *name)
{
    static char path[2 * TEST_PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void write_to(const struct atomic_file *output, const char *text)
{
    assert_int_equal(write(atomic_file_descriptor(output), text, strlen(text)), strlen(text));
}

static void assert_content(const char *path, const char *expected)
{
    struct test_file file = test_read_file(path);
    assert_string_equal((char *)file.bytes, expected);
    test_file_free(&file);
}

static struct atomic_file *begin(const char *path, const char *text)
{
    struct atomic_file *output = open_output(path);
    assert_non_null(output);
    write_to(output, text);
    return output;
}

static void a_file_appears_at_commit_and_not_before(void **state)
{
    (void)state;
    const char *folder = fresh_folder("appears");
    struct atomic_file *output = begin(in(folder, "index"), "content");
    assert_int_equal(access(in(folder, "index"), F_OK), -1);
    assert_content(atomic_file_path(output), "content");
    assert_int_equal(atomic_file_commit(output, 0444), 0);
    assert_content(in(folder, "index"), "content");
    assert_int_equal(test_entries_in(folder), 1);
}

static void a_file_has_the_mode_asked_for_whatever_the_umask(void **state)
{
    (void)state;
    static const mode_t modes[] = {0444, 0600, 0644, 0666};
    const char *folder = fresh_folder("modes");
    for (size_t i = 0; i < LENGTH(modes); i++) {
        struct stat status;
        mode_t old = umask(077);
        struct atomic_file *output = begin(in(folder, "index"), "x");
        int committed = atomic_file_commit(output, modes[i]) == 0;
        umask(old);
        assert_int_equal(committed, 1);
        assert_int_equal(stat(in(folder, "index"), &status), 0);
        assert_int_equal(status.st_mode & 07777, modes[i]);
    }
    assert_int_equal(test_entries_in(folder), 1);
}

/* An unfinished file may hold content that others must not see yet. */
static void an_unfinished_file_is_its_owners(void **state)
{
    (void)state;
    struct stat status;
    struct atomic_file *output = begin(in(fresh_folder("owner"), "index"), "x");
    assert_int_equal(fstat(atomic_file_descriptor(output), &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_int_equal(fcntl(atomic_file_descriptor(output), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    atomic_file_abandon(output);
}

static void an_old_file_is_replaced_and_its_readers_keep_it(void **state)
{
    (void)state;
    char old[4] = "";
    const char *folder = fresh_folder("replaced");
    test_write_text(in(folder, "index"), "old");
    int reader = open(in(folder, "index"), O_RDONLY);
    assert_true(reader >= 0);
    struct atomic_file *output = begin(in(folder, "index"), "new one");
    assert_content(in(folder, "index"), "old");
    assert_int_equal(atomic_file_commit(output, 0444), 0);
    assert_content(in(folder, "index"), "new one");
    assert_int_equal(read(reader, old, 3), 3);
    assert_string_equal(old, "old");
    close(reader);
    assert_int_equal(test_entries_in(folder), 1);
}

static void abandoning_leaves_the_old_file_and_nothing_else(void **state)
{
    (void)state;
    const char *folder = fresh_folder("abandoned");
    test_write_text(in(folder, "index"), "old");
    atomic_file_abandon(begin(in(folder, "index"), "new"));
    assert_content(in(folder, "index"), "old");
    assert_int_equal(test_entries_in(folder), 1);
    atomic_file_abandon(begin(in(folder, "other"), "new"));
    assert_int_equal(test_entries_in(folder), 1);
    atomic_file_abandon(NULL);
}

static void a_killed_program_leaves_nothing(void **state)
{
    (void)state;
    const char *folder = fresh_folder("killed");
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct atomic_file *output = open_output(in(folder, "index"));
        (void)!write(atomic_file_descriptor(output), "x", 1);
        raise(SIGKILL);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    assert_int_equal(test_entries_in(folder), 0);
}

static void assert_refused(const char *path, int why)
{
    errno = 0;
    assert_null(open_output(path));
    assert_int_equal(errno, why);
}

static void places_that_are_none_for_a_file_are_refused_at_once(void **state)
{
    (void)state;
    const char *folder = fresh_folder("places");
    assert_refused(folder, EISDIR);
    assert_refused(in(folder, ""), EISDIR);
    assert_refused(in(folder, "."), EISDIR);
    assert_refused(in(folder, "nowhere/index"), ENOENT);
    test_write_text(in(folder, "file"), "x");
    assert_refused(in(folder, "file/index"), ENOTDIR);
    assert_int_equal(mkfifo(in(folder, "fifo"), 0600), 0);
    assert_refused(in(folder, "fifo"), EMEDIUMTYPE);
    assert_refused("/dev/null", EMEDIUMTYPE);
    assert_int_equal(test_entries_in(folder), 2);
}

static void a_path_without_a_folder_is_in_the_present_one(void **state)
{
    (void)state;
    char before[4096];
    const char *folder = fresh_folder("present");
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(folder), 0);
    struct atomic_file *output = open_output("index");
    int moved = chdir("/"); /* the folder is held open: where the process goes meanwhile does not matter */
    int committed = output != NULL && atomic_file_commit(output, 0444) == 0;
    assert_int_equal(chdir(before), 0);
    assert_int_equal(moved, 0);
    assert_int_equal(committed, 1);
    assert_int_equal(test_entries_in(folder), 1);
}

/* Whatever the file system takes as a name must be as good as any other, or be refused before the work begins:
 * an index that cannot be given its name after an hour of building is the failure atomic_file_open() exists to
 * prevent. */
static void the_longest_name_is_published_or_refused_at_once(void **state)
{
    (void)state;
    char name[256];
    const char *folder = fresh_folder("long");
    for (size_t length = 225; length <= 255; length++) {
        memset(name, 'n', sizeof name);
        name[length] = '\0';
        struct atomic_file *output = open_output(in(folder, name));
        if (output != NULL && atomic_file_commit(output, 0444) != 0)
            fail_msg("a name of %zu bytes was accepted, and failed at the end: %s", length, strerror(errno));
    }
    memset(name, 'n', 255);
    char too_long[300];
    memset(too_long, 'n', sizeof too_long);
    too_long[256] = '\0';
    assert_refused(in(folder, too_long), ENAMETOOLONG);
}

static void a_folder_that_may_not_be_written_to_is_refused(void **state)
{
    (void)state;
    if (geteuid() == 0)
        skip(); /* who may do anything is refused nothing */
    const char *folder = fresh_folder("read-only");
    assert_int_equal(chmod(folder, 0500), 0);
    assert_refused(in(folder, "index"), EACCES);
    assert_int_equal(chmod(folder, 0700), 0);
}

static void a_link_is_replaced_and_what_it_leads_to_is_kept(void **state)
{
    (void)state;
    struct stat status;
    const char *folder = fresh_folder("link");
    test_write_text(in(folder, "elsewhere"), "kept");
    assert_int_equal(symlink("elsewhere", in(folder, "index")), 0);
    assert_int_equal(atomic_file_commit(begin(in(folder, "index"), "new"), 0444), 0);
    assert_int_equal(lstat(in(folder, "index"), &status), 0);
    assert_true(S_ISREG(status.st_mode));
    assert_content(in(folder, "index"), "new");
    assert_content(in(folder, "elsewhere"), "kept");
}

static void two_writers_of_one_file_do_not_disturb_each_other(void **state)
{
    (void)state;
    const char *folder = fresh_folder("two");
    struct atomic_file *one = begin(in(folder, "index"), "one"), *other = begin(in(folder, "index"), "other");
    assert_int_equal(atomic_file_commit(other, 0444), 0);
    assert_content(in(folder, "index"), "other");
    assert_int_equal(atomic_file_commit(one, 0444), 0);
    assert_content(in(folder, "index"), "one");
    assert_int_equal(test_entries_in(folder), 1);
}

/* The target became a folder while the file was being written. */
static void a_failure_at_commit_leaves_the_target_as_it_was(void **state)
{
    (void)state;
    const char *folder = fresh_folder("failure");
    struct atomic_file *output = begin(in(folder, "index"), "x");
    assert_int_equal(mkdir(in(folder, "index"), 0700), 0);
    errno = 0;
    assert_int_equal(atomic_file_commit(output, 0444), ELIG_E_WRITE);
    assert_true(errno == EISDIR || errno == ENOTEMPTY || errno == EEXIST);
    assert_int_equal(test_entries_in(folder), 1);
    assert_int_equal(rmdir(in(folder, "index")), 0);
}

/* The content of a stream is there, with a mode that the umask allows; the copied descriptor is not inherited.
 */
static void a_stream_is_written_and_closed_at_commit(void **state)
{
    (void)state;
    FILE *stream;
    struct stat status;
    const char *folder = fresh_folder("stream");
    struct atomic_file *output = open_output(in(folder, "report"));
    assert_non_null(output);
    assert_int_equal(atomic_file_stream(output, &stream), 0);
    int descriptor = fileno(stream);
    assert_int_equal(fcntl(descriptor, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    fputs("content", stream);
    mode_t mask = umask(0027);
    int error = atomic_file_commit_stream(output, 0644);
    umask(mask);
    assert_int_equal(error, 0);
    assert_int_equal(fcntl(descriptor, F_GETFD), -1);
    assert_content(in(folder, "report"), "content");
    assert_int_equal(stat(in(folder, "report"), &status), 0);
    assert_int_equal(status.st_mode & 07777, 0640);
}

/* Also where the stream was written to before, so that closing it has nothing left to write. */
static void a_stream_with_an_error_leaves_the_old_file(void **state)
{
    (void)state;
    FILE *stream;
    const char *folder = fresh_folder("stream-error");
    test_write_text(in(folder, "report"), "old");
    struct atomic_file *output = open_output(in(folder, "report"));
    assert_non_null(output);
    assert_int_equal(atomic_file_stream(output, &stream), 0);
    int descriptor = fileno(stream);
    fputs("new", stream);
    assert_int_equal(fflush(stream), 0);
    assert_int_equal(fgetc(stream), EOF); /* it was opened for writing */
    assert_true(ferror(stream));
    assert_int_equal(atomic_file_commit_stream(output, 0644), ELIG_E_WRITE);
    assert_int_equal(fcntl(descriptor, F_GETFD), -1);
    assert_content(in(folder, "report"), "old");
    assert_int_equal(test_entries_in(folder), 1);
}

/* The same without a commit, and errno is the caller's. */
static void abandoning_closes_the_stream(void **state)
{
    (void)state;
    FILE *stream;
    const char *folder = fresh_folder("stream-abandoned");
    struct atomic_file *output = open_output(in(folder, "report"));
    assert_non_null(output);
    assert_int_equal(atomic_file_stream(output, &stream), 0);
    int descriptor = fileno(stream);
    errno = ENOTTY;
    atomic_file_abandon(output);
    assert_int_equal(errno, ENOTTY);
    assert_int_equal(fcntl(descriptor, F_GETFD), -1);
    assert_int_equal(test_entries_in(folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_appears_at_commit_and_not_before),
        cmocka_unit_test(a_file_has_the_mode_asked_for_whatever_the_umask),
        cmocka_unit_test(an_unfinished_file_is_its_owners),
        cmocka_unit_test(an_old_file_is_replaced_and_its_readers_keep_it),
        cmocka_unit_test(abandoning_leaves_the_old_file_and_nothing_else),
        cmocka_unit_test(a_killed_program_leaves_nothing),
        cmocka_unit_test(places_that_are_none_for_a_file_are_refused_at_once),
        cmocka_unit_test(a_path_without_a_folder_is_in_the_present_one),
        cmocka_unit_test(the_longest_name_is_published_or_refused_at_once),
        cmocka_unit_test(a_folder_that_may_not_be_written_to_is_refused),
        cmocka_unit_test(a_link_is_replaced_and_what_it_leads_to_is_kept),
        cmocka_unit_test(two_writers_of_one_file_do_not_disturb_each_other),
        cmocka_unit_test(a_failure_at_commit_leaves_the_target_as_it_was),
        cmocka_unit_test(a_stream_is_written_and_closed_at_commit),
        cmocka_unit_test(a_stream_with_an_error_leaves_the_old_file),
        cmocka_unit_test(abandoning_closes_the_stream),
    };
    return cmocka_run_group_tests_name("atomic_file", tests, test_folder_make, test_folder_remove);
}
