/* SPDX-License-Identifier: Apache-2.0 */
/* A file is published durably: it is synced before it gets its name and the folder is synced afterwards;
 * whatever call fails, the error is reported, and the folder holds the old file or the new one and nothing
 * else. */
#include "lib/util/atomic_file.h"
#include "tests/support/inject.h"
#include "tests/support/test.h"

#define OLD "old content"
#define NEW "new content, which is longer"

/* An output begun at path; NULL with errno set if that is refused. */
static struct atomic_file *open_output(const char *path)
{
    struct atomic_file *output;
    int error = atomic_file_open(path, &output);
    assert_int_equal(error, output != NULL ? 0 : ELIG_E_WRITE);
    return output;
}

/* Publishes NEW over OLD while calls of a kind fail. Returns whether it worked, with errno of the failure. */
static bool publish(const char *path, enum inject_call call, unsigned long successes, bool once)
{
    test_write_text(path, OLD);
    inject_fail(call, successes, once, EIO);
    struct atomic_file *output = open_output(path);
    bool good = output != NULL;
    if (good && write(atomic_file_descriptor(output), NEW, strlen(NEW)) != (ssize_t)strlen(NEW)) {
        int why = errno;
        atomic_file_abandon(output);
        errno = why;
        good = false;
    } else if (good)
        good = atomic_file_commit(output, 0644) == 0;
    int why = errno;
    inject_stop();
    errno = why;
    return good;
}

/* A folder with one file, and the content of that file. */
static void assert_only_file(const char *folder, const char *path, const char *expected)
{
    struct test_file file = test_read_file(path);
    assert_string_equal((char *)file.bytes, expected);
    test_file_free(&file);
    assert_int_equal(test_entries_in(folder), 1);
}

static const char *fresh_folder(const char **path)
{
    static unsigned number;
    char name[32];
    snprintf(name, sizeof name, "folder-%u", number++);
    const char *folder = test_path(name);
    assert_int_equal(mkdir(folder, 0700), 0);
    strcat(name, "/index");
    *path = test_path(name);
    return folder;
}

static void the_file_is_synced_before_it_has_a_name_and_the_folder_after(void **state)
{
    (void)state;
    const char *path;
    fresh_folder(&path);
    struct atomic_file *output = open_output(path);
    assert_non_null(output);
    inject_record();
    bool committed = atomic_file_commit(output, 0644) == 0;
    inject_stop();
    assert_int_equal(committed, 1);
    const char *calls = inject_recorded();
    const char *mode = strstr(calls, "fchmod(file)"), *file = strstr(calls, "fsync(file)"),
               *name = strstr(calls, "renameat"), *folder = strstr(calls, "fsync(folder)");
    if (mode == NULL || file == NULL || name == NULL || folder == NULL || mode > file || file > name ||
        name > folder)
        fail_msg("calls: %s", calls);
    const char *link = strstr(calls, "linkat");
    if (link != NULL && (link < file || link > name))
        fail_msg("calls: %s", calls);
}

static void a_file_that_cannot_be_synced_is_not_published(void **state)
{
    (void)state;
    const char *path, *folder = fresh_folder(&path);
    assert_false(publish(path, INJECT_SYNC, 0, true));
    assert_int_equal(errno, EIO);
    assert_only_file(folder, path, OLD);
}

/* The new file is in place then, but a crash may bring the old one back: that is a failure as well. */
static void a_folder_that_cannot_be_synced_is_reported(void **state)
{
    (void)state;
    const char *path, *folder = fresh_folder(&path);
    assert_false(publish(path, INJECT_SYNC, 1, true));
    assert_int_equal(errno, EIO);
    assert_only_file(folder, path, NEW);
}

static void any_call_that_fails_is_reported_and_leaves_one_file(void **state)
{
    (void)state;
    static const struct {
        enum inject_call call;
        unsigned long at_least; /* calls of the kind */
    } cases[] = {{INJECT_MEMORY, 3}, {INJECT_OPEN, 2}, {INJECT_WRITE, 1}, {INJECT_MODE, 1},
                 {INJECT_SYNC, 2},   {INJECT_NAME, 2}, {INJECT_STAT, 1}};
    for (size_t i = 0; i < LENGTH(cases); i++)
        for (int once = 0; once <= 1; once++) {
            unsigned long calls = 0;
            const char *path, *folder = fresh_folder(&path);
            long before = inject_allocations();
            for (bool is_done = false; !is_done; calls += !is_done) {
                bool good = publish(path, cases[i].call, calls, once);
                bool is_last_sync = cases[i].call == INJECT_SYNC && calls == 1;
                is_done = inject_failures() == 0;
                assert_int_equal(inject_allocations(), before);
                if (is_done)
                    assert_true(good);
                /* a temporary file with a name may have taken the place of one without */
                assert_only_file(folder, path, good || is_last_sync ? NEW : OLD);
            }
            assert_in_range(calls, cases[i].at_least, 20);
        }
}

/* The descriptor is copied, and the stream closed, whatever fails. */
static void a_stream_that_cannot_be_opened_or_closed_is_reported(void **state)
{
    (void)state;
    static const enum inject_call calls[] = {INJECT_OPEN, INJECT_FLUSH};
    for (size_t i = 0; i < LENGTH(calls); i++) {
        const char *path, *folder = fresh_folder(&path);
        test_write_text(path, OLD);
        struct atomic_file *output = open_output(path);
        FILE *stream;
        assert_non_null(output);
        int next = dup(STDIN_FILENO); /* the number that the copy will have */
        assert_int_equal(close(next), 0);
        inject_fail(calls[i], 0, true, EIO);
        int error = atomic_file_stream(output, &stream);
        assert_int_equal(error == 0, stream != NULL);
        if (error == 0)
            error = atomic_file_commit_stream(output, 0644);
        else
            atomic_file_abandon(output);
        int why = errno;
        inject_stop();
        assert_int_equal(inject_failures(), 1);
        assert_int_equal(error, ELIG_E_WRITE);
        assert_int_equal(why, EIO);
        assert_int_equal(fcntl(next, F_GETFD), -1);
        assert_only_file(folder, path, OLD);
    }
}

/* Where a file system has no files without a name: a hidden temporary name, in the same folder. */
static void without_nameless_files_a_temporary_name_is_used(void **state)
{
    (void)state;
    static const int refusals[] = {EOPNOTSUPP, EISDIR, EINVAL};
    char before[4096];
    assert_non_null(getcwd(before, sizeof before));
    for (size_t i = 0; i < LENGTH(refusals); i++)
        for (int has_folder = 0; has_folder <= 1; has_folder++)
            for (int is_committed = 0; is_committed <= 1; is_committed++) {
                const char *path, *folder = fresh_folder(&path);
                assert_int_equal(chdir(folder), 0);
                inject_fail(INJECT_OPEN, 1, true, refusals[i]); /* the folder itself is opened first */
                struct atomic_file *output = open_output(has_folder ? path : "index");
                inject_stop();
                assert_non_null(output);
                assert_int_equal(inject_failures(), 1);
                assert_int_equal(write(atomic_file_descriptor(output), NEW, strlen(NEW)), strlen(NEW));
                struct test_file file = test_read_file(atomic_file_path(output));
                assert_string_equal((char *)file.bytes, NEW);
                test_file_free(&file);
                assert_int_equal(access(path, F_OK), -1);
                assert_int_equal(test_entries_in(folder), 1);
                if (is_committed) {
                    assert_int_equal(atomic_file_commit(output, 0644), 0);
                    assert_only_file(folder, path, NEW);
                } else {
                    atomic_file_abandon(output);
                    assert_int_equal(test_entries_in(folder), 0);
                }
                assert_int_equal(chdir(before), 0);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_file_is_synced_before_it_has_a_name_and_the_folder_after),
        cmocka_unit_test(a_file_that_cannot_be_synced_is_not_published),
        cmocka_unit_test(a_folder_that_cannot_be_synced_is_reported),
        cmocka_unit_test(any_call_that_fails_is_reported_and_leaves_one_file),
        cmocka_unit_test(a_stream_that_cannot_be_opened_or_closed_is_reported),
        cmocka_unit_test(without_nameless_files_a_temporary_name_is_used),
    };
    return cmocka_run_group_tests_name("atomic_file_failures", tests, test_folder_make, test_folder_remove);
}
