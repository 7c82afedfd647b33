/*
 * test_trace.c - whatever a program writes, makes or connects to is on record, by whichever of its threads and
 * children. Where the system does not permit to follow a program, all but one of these are skipped.
 *
 * The programs are the shell and this one, which does what its argument says.
 */
#include "test.h"

#include <linux/sched.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>

#include "child.h"
#include "evidence.h"
#include "trace.h"

#define SECONDS 60
#define OUTPUT_MAX 100000

static int may_follow;

/* ---- What this program does when it is the one that is followed; 0 for success ---- */

static int write_file(const char *path, const char *text)
{
    int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    size_t length = strlen(text);
    int good = file >= 0 && write(file, text, length) == (ssize_t)length;
    return file >= 0 && close(file) == 0 && good ? 0 : 1;
}

static void *write_in_a_thread(void *argument)
{
    return write_file(argument, "by a thread") == 0 ? argument : NULL;
}

static int do_threads(char *folder)
{
    pthread_t threads[4];
    char paths[LENGTH(threads)][TEST_PATH_MAX];
    int good = 1;
    for (size_t i = 0; i < LENGTH(threads); i++) {
        snprintf(paths[i], sizeof paths[i], "%s/thread-%zu", folder, i);
        good &= pthread_create(&threads[i], NULL, write_in_a_thread, paths[i]) == 0;
    }
    for (size_t i = 0; i < LENGTH(threads); i++) {
        void *result;
        good &= pthread_join(threads[i], &result) == 0 && result != NULL;
    }
    return !good;
}

static int do_forks(char *folder)
{
    char path[TEST_PATH_MAX];
    int status;
    snprintf(path, sizeof path, "%s/forked", folder);
    pid_t pid = fork();
    if (pid == 0)
        _exit(write_file(path, "by a child"));
    return waitpid(pid, &status, 0) != pid || status != 0;
}

static int do_sockets(char *folder)
{
    (void)folder;
    int pair[2], plain = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return plain < 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0;
}

/* A file without a name, in which something is when the process ends. */
static int do_nameless(char *folder)
{
    int file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file < 0) { /* a file system that has none */
        char path[TEST_PATH_MAX];
        snprintf(path, sizeof path, "%s/nameless-XXXXXX", folder);
        file = mkostemp(path, O_CLOEXEC);
        if (file < 0 || unlink(path) != 0)
            return 1;
    }
    return write(file, "spilled", 7) != 7;
}

static int do_memory(char *folder)
{
    (void)folder;
    int file = memfd_create("shared", MFD_CLOEXEC);
    return file < 0;
}

/* What elig's programs do first; then whether they are told that it worked. */
static int do_protect(char *folder)
{
    (void)folder;
    const struct rlimit none = {0, 0};
    return setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0;
}

static int do_names(char *folder)
{
    if (chdir(folder) != 0)
        return 1;
    int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return write_file("a", "text") != 0 || rename("a", "b") != 0 || linkat(here, "b", here, "c", 0) != 0 ||
           symlinkat("b", here, "d") != 0 || mkdirat(here, "e", 0700) != 0 || truncate("b", 1) != 0 ||
           unlinkat(here, "b", 0) != 0;
}

static int do_reads(char *folder)
{
    char byte;
    int file = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    (void)folder;
    return file < 0 || read(file, &byte, 1) != 1 || close(file) != 0;
}

static int do_kill(char *folder)
{
    (void)folder;
    return raise(SIGKILL);
}

/* What was in it is gone by the time that it is looked at. */
static int do_overwrites(char *folder)
{
    char path[TEST_PATH_MAX], zeros[32] = "";
    struct iovec parts[] = {{(char *)"body@exam", 9}, {(char *)"ple.com", 7}};
    snprintf(path, sizeof path, "%s/overwritten", folder);
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    return file < 0 || unlink(path) != 0 || write(file, "some", 4) != 4 || writev(file, parts, 2) != 16 ||
           pwrite(file, zeros, sizeof zeros, 0) != sizeof zeros || syscall(SYS_close_range, file, file, 0) != 0;
}

static char *map_file(char *folder, const char *name, char path[TEST_PATH_MAX])
{
    snprintf(path, TEST_PATH_MAX, "%s/%s", folder, name);
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0 || ftruncate(file, 4096) != 0)
        return NULL;
    void *map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    return close(file) == 0 && map != MAP_FAILED ? map : NULL;
}

/* Memory that is a file's is let go of, emptied from outside, or still there at the end. */
static int do_maps(char *folder)
{
    char first[TEST_PATH_MAX], second[TEST_PATH_MAX], third[TEST_PATH_MAX];
    char *gone = map_file(folder, "gone", first), *emptied = map_file(folder, "emptied", second),
         *left = map_file(folder, "left", third);
    if (gone == NULL || emptied == NULL || left == NULL)
        return 1;
    strcpy(gone, "gone@example.com");
    strcpy(emptied, "emptied@example.com");
    strcpy(left, "left@example.com");
    return munmap(gone, 4096) != 0 || truncate(second, 0) != 0 || unlink(first) != 0 || unlink(second) != 0 ||
           unlink(third) != 0;
}

/* A file system may have no attributes; what was meant for them was said all the same. */
static int do_labels(char *folder)
{
    char path[TEST_PATH_MAX];
    snprintf(path, sizeof path, "%s/labelled", folder);
    int is_written = write_file(path, "text") == 0;
    (void)!setxattr(path, "user.name@example.com", "value@example.com", 17, 0);
    snprintf(path, sizeof path, "%s/pointing", folder);
    return !is_written || symlink("target@example.com", path) != 0 ||
           prctl(PR_SET_NAME, "named@a.example") != 0;
}

static int do_sends(char *folder)
{
    int pair[2];
    struct iovec part = {(char *)"second@example.com", 18};
    struct mmsghdr message = {.msg_hdr = {.msg_iov = &part, .msg_iovlen = 1}};
    struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "\0bound@example.com"};
    (void)folder;
    if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair) != 0 ||
        send(pair[0], "first@example.com", 17, 0) != 17 || sendmsg(pair[0], &message.msg_hdr, 0) != 18)
        return 1;
    part.iov_base = (char *)"thirds@example.com";
    return sendmmsg(pair[0], &message, 1, 0) != 1 || bind(pair[0], (struct sockaddr *)&name, sizeof name) != 0;
}

/* What is copied by the system is in no memory. */
static int do_copies(char *folder)
{
    char path[TEST_PATH_MAX];
    snprintf(path, sizeof path, "%s/original", folder);
    int is_written = write_file(path, "copied") == 0, from = open(path, O_RDONLY | O_CLOEXEC);
    snprintf(path, sizeof path, "%s/copy", folder);
    int to = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    return !is_written || from < 0 || to < 0 || unlink(path) != 0 || sendfile(to, from, NULL, 4096) != 6 ||
           close(from) != 0 || syscall(SYS_close_range, to, to, 0) != 0;
}

/* In a child of which nobody is told. */
static int write_unseen(char *folder, long pid)
{
    char path[TEST_PATH_MAX];
    int status;
    snprintf(path, sizeof path, "%s/unseen", folder);
    if (pid == 0)
        _exit(write_file(path, "unseen@example.com"));
    return pid < 0 || waitpid((pid_t)pid, &status, __WALL) != (pid_t)pid || status != 0;
}

static int do_untraced(char *folder)
{
    return write_unseen(folder, syscall(SYS_clone, CLONE_UNTRACED | SIGCHLD, NULL, NULL, NULL, NULL));
}

static int do_untraced3(char *folder)
{
    struct clone_args how = {.flags = CLONE_UNTRACED, .exit_signal = SIGCHLD};
    return write_unseen(folder, syscall(SYS_clone3, &how, sizeof how));
}

static void *write_later(void *folder)
{
    static char path[TEST_PATH_MAX];
    snprintf(path, sizeof path, "%s/later", (char *)folder);
    usleep(50000); /* the first thread has ended by then; if not, the test is none, but passes */
    exit(write_file(path, "by the last"));
}

static int do_leaves(char *folder)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, write_later, folder) != 0)
        return 1;
    pthread_exit(NULL);
}

static const struct {
    const char *name;
    int (*run)(char *folder);
} deeds[] = {{"threads", do_threads},       {"forks", do_forks},   {"sockets", do_sockets},
             {"nameless", do_nameless},     {"memory", do_memory}, {"protect", do_protect},
             {"names", do_names},           {"reads", do_reads},   {"kill", do_kill},
             {"overwrites", do_overwrites}, {"maps", do_maps},     {"labels", do_labels},
             {"sends", do_sends},           {"copies", do_copies}, {"untraced", do_untraced},
             {"untraced3", do_untraced3},   {"leaves", do_leaves}};

/* ---- Following ---- */

/* What was seen by the watch. */
struct seen {
    char files[16][64];
    unsigned file_count, ends;
};

/* What was handed over, shared and begun with, in the last run. */
static struct evidence kept;

static void read_start(const char *path, char *text, size_t size)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = file >= 0 ? read(file, text, size - 1) : -1;
    text[length > 0 ? length : 0] = '\0';
    if (file >= 0)
        close(file);
}

static void see_file(void *context, pid_t thread, int file)
{
    struct seen *seen = context;
    char path[64];
    if (seen->file_count == LENGTH(seen->files))
        return;
    snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)thread, file);
    char *text = seen->files[seen->file_count++];
    read_start(path, text, sizeof seen->files[0]);
}

static int see_data(void *context, pid_t thread, const struct trace_data *data)
{
    (void)context;
    (void)thread;
    assert_non_null(data->bytes);
    return evidence_append(&kept, EVIDENCE_FILE, data->call, data->bytes, data->length);
}

static void see_shared(void *context, pid_t thread)
{
    (void)context;
    evidence_add_shared(&kept, thread);
}

static void see_exec(void *context, pid_t process)
{
    (void)context;
    evidence_add_begun(&kept, process, 0);
}

static void see_end(void *context, pid_t process)
{
    struct seen *seen = context;
    char path[64], text[64];
    seen->ends++;
    snprintf(path, sizeof path, "/proc/%d/cmdline", (int)process);
    read_start(path, text, sizeof text);
    assert_true(text[0] != '\0'); /* its memory is still there */
    evidence_add_shared(&kept, process);
    for (int file = 3; file < 16; file++) {
        snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)process, file);
        struct stat status;
        if (stat(path, &status) == 0 && S_ISREG(status.st_mode))
            see_file(context, process, file);
    }
}

static int was_seen(const struct seen *seen, const char *text)
{
    for (unsigned i = 0; i < seen->file_count; i++)
        if (strcmp(seen->files[i], text) == 0)
            return 1;
    return 0;
}

static int was_kept(const char *text)
{
    for (size_t i = 0; i < kept.count; i++)
        if (memmem(kept.items[i].bytes, kept.items[i].length, text, strlen(text)) != NULL)
            return 1;
    return 0;
}

static const char *const environment[] = {"PATH=/usr/bin:/bin",
                                          "ASAN_OPTIONS=detect_leaks=0:disable_coredump=0",
                                          "LSAN_OPTIONS=detect_leaks=0", NULL};

static int follow_job(const char *program, const char *const *arguments, struct trace *trace, struct seen *seen)
{
    const struct child_job job = {.program = program,
                                  .arguments = arguments,
                                  .environment = environment,
                                  .seconds = SECONDS,
                                  .output_max = OUTPUT_MAX};
    const struct trace_watch watch = {.context = seen,
                                      .file = see_file,
                                      .data = see_data,
                                      .shared = see_shared,
                                      .exec = see_exec,
                                      .end = see_end};
    struct child_result result;
    evidence_free(&kept);
    *seen = (struct seen){.ends = 0};
    assert_int_equal(trace_run(&job, &watch, trace, &result), 1);
    assert_int_equal(result.start_error, 0);
    assert_int_equal(result.is_late, 0);
    assert_int_equal(trace->is_blind, 0);
    int status = result.status;
    child_result_free(&result);
    return status;
}

static void follow_deed(const char *deed, struct trace *trace, struct seen *seen)
{
    char *self = realpath("/proc/self/exe", NULL);
    assert_non_null(self);
    const char *const arguments[] = {"test_trace", deed, test_folder(), NULL};
    if (!may_follow) {
        free(self);
        skip();
    }
    assert_int_equal(follow_job(self, arguments, trace, seen), 0);
    free(self);
}

static void follow_shell(const char *script, struct trace *trace, struct seen *seen)
{
    const char *const arguments[] = {"sh", "-c", script, NULL};
    if (!may_follow)
        skip();
    assert_int_equal(follow_job("/bin/sh", arguments, trace, seen), 0);
}

/* How many events of a sort there are whose path ends so. */
static unsigned count(const struct trace *trace, enum trace_sort sort, const char *ending)
{
    unsigned found = 0;
    for (size_t i = 0; i < trace->count; i++) {
        const struct trace_event *event = &trace->events[i];
        size_t length = strlen(event->path), wanted = strlen(ending);
        found += event->sort == sort && length >= wanted && strcmp(event->path + length - wanted, ending) == 0;
    }
    return found;
}

static unsigned count_of_domain(const struct trace *trace, int domain)
{
    unsigned found = 0;
    for (size_t i = 0; i < trace->count; i++)
        found += trace->events[i].sort == TRACE_SOCKET && trace->events[i].domain == domain;
    return found;
}

/* ---- Tests ---- */

static void it_is_said_whether_programs_can_be_followed_here(void **state)
{
    (void)state;
    errno = 0;
    int is_allowed = trace_is_allowed();
    assert_true(is_allowed || errno == EPERM);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* nothing is left of the trial */
    assert_int_equal(errno, ECHILD);
    if (!is_allowed)
        print_message("programs cannot be followed here, so nearly all of this is skipped\n");
}

static void a_file_that_is_opened_for_writing_is_named(void **state)
{
    (void)state;
    struct trace trace;
    struct seen seen;
    char script[4 * TEST_PATH_MAX];
    snprintf(script, sizeof script,
             "cd '%s' && echo somebody@example.com > ./elsewhere && : >> again; cat again", test_folder());
    follow_shell(script, &trace, &seen);
    assert_int_equal(count(&trace, TRACE_WRITES, "/elsewhere"), 1);
    assert_int_equal(count(&trace, TRACE_WRITES, "/again"), 1);
    assert_int_equal(count(&trace, TRACE_SOCKET, ""), 0);
    assert_true(trace.events[0].path[0] == '/');
    assert_true(was_seen(&seen, "somebody@example.com\n"));
    trace_free(&trace);
}

static void a_file_that_is_only_read_is_not(void **state)
{
    (void)state;
    struct trace trace;
    struct seen seen;
    follow_deed("reads", &trace, &seen);
    assert_int_equal(trace.count, 0);
    assert_int_equal(seen.file_count, 0);
    assert_int_equal(trace.processes, 1);
    assert_int_equal(seen.ends, 1);
    trace_free(&trace);
}

static void a_file_that_is_removed_again_is_seen_before(void **state)
{
    (void)state;
    struct trace trace;
    struct seen seen;
    char script[4 * TEST_PATH_MAX];
    snprintf(script, sizeof script, "echo passing > '%s/brief'; rm '%s/brief'", test_folder(), test_folder());
    follow_shell(script, &trace, &seen);
    assert_int_equal(count(&trace, TRACE_WRITES, "/brief"), 1);
    assert_int_equal(count(&trace, TRACE_CHANGES, "/brief"), 1);
    assert_true(was_seen(&seen, "passing\n"));
    assert_int_equal(trace.processes, 2);
    trace_free(&trace);
}

static void files_of_all_threads_are_named(void **state)
{
    (void)state;
    struct trace trace;
    struct seen seen;
    follow_deed("threads", &trace, &seen);
    assert_int_equal(count(&trace, TRACE_WRITES, "/thread-0"), 1);
    assert_int_equal(count(&trace, TRACE_WRITES, "/thread-1"), 1);
    assert_int_equal(count(&trace, TRACE_WRITES, "/thread-2"), 1);
    assert_int_equal(count(&trace, TRACE_WRITES, "/thread-3"), 1);
    assert_true(was_seen(&seen, "by a thread"));
    assert_int_equal(seen.ends, 1); /* threads that end do not end the process */
    assert_int_equal(trace.processes, 1);
    trace_free(&trace);
}

static void files_of_children_are_named(void **state)
{
    (void)state;
    struct trace trace;
    struct seen seen;
    follow_deed("forks", &trace, &seen);
    assert_int_equal(count(&trace, TRACE_WRITES, "/forked"), 1);
    assert_true(was_seen(&seen, "by a child"));
    assert_int_equal(trace.processes, 2);
    assert_int_equal(seen.ends, 2);
    assert_int_equal(trace.left, 0);
    trace_free(&trace);
}

static void sockets_are_counted(void **state)
{
    (void)state;
    struct trace trace;
    struct seen seen;
    follow_deed("sockets", &trace, &seen);
    assert_int_equal(count(&trace, TRACE_SOCKET, ""), 2);
    assert_int_equal(count_of_domain(&trace, AF_INET), 1);
    assert_int_equal(count_of_domain(&trace, AF_UNIX), 1);
    trace_free(&trace);
}

static void a_file_without_a_name_can_be_read_at_the_end(void **state)
{
    (void)state;
    struct trace trace;
    struct seen seen;
    follow_deed("nameless", &trace, &seen);
    assert_true(count(&trace, TRACE_WRITES, "") >= 1);
    assert_true(was_seen(&seen, "spilled"));
    trace_free(&trace);
}

static void shared_memory_is_named(void **state)
{
    (void)state;
    struct trace trace;
    struct seen seen;
    follow_deed("memory", &trace, &seen);
    assert_int_equal(count(&trace, TRACE_SHARES, "shared"), 1);
    trace_free(&trace);
}

static void names_that_are_made_changed_and_removed_are_on_record(void **state)
{
    (void)state;
    struct trace trace;
    struct seen seen;
    follow_deed("names", &trace, &seen);
    assert_int_equal(count(&trace, TRACE_WRITES, "/a"), 1);
    assert_int_equal(count(&trace, TRACE_CHANGES, "/b"), 3); /* renamed to, cut short, removed */
    assert_int_equal(count(&trace, TRACE_CHANGES, "/c"), 1);
    assert_int_equal(count(&trace, TRACE_CHANGES, "/d"), 1);
    assert_int_equal(count(&trace, TRACE_CHANGES, "/e"), 1);
    for (size_t i = 0; i < trace.count; i++)
        assert_int_equal(strncmp(trace.events[i].path, "/", 1), 0);
    trace_free(&trace);
}

static void asking_not_to_be_looked_into_is_recorded_and_held_back(void **state)
{
    (void)state;
    struct trace trace;
    struct seen seen;
    follow_deed("protect", &trace, &seen); /* which succeeds only if it is told that it worked */
    assert_int_equal(count(&trace, TRACE_NO_DUMP, ""), 1);
    assert_int_equal(count(&trace, TRACE_NO_CORE, ""), 1);
    assert_int_equal(seen.ends, 1); /* and what is left could be read, by anybody */
    trace_free(&trace);
}

static void what_is_left_running_is_counted_and_ended(void **state)
{
    (void)state;
    struct trace trace;
    struct seen seen;
    follow_shell("sleep 1000 & exit 0", &trace, &seen);
    assert_int_equal(trace.left, 1);
    assert_int_equal(trace.processes, 2);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    trace_free(&trace);
}

static void a_program_that_is_killed_is_followed_to_its_end(void **state)
{
    (void)state;
    struct trace trace;
    struct seen seen;
    char *self = realpath("/proc/self/exe", NULL);
    const char *const arguments[] = {"test_trace", "kill", test_folder(), NULL};
    assert_non_null(self);
    if (!may_follow) {
        free(self);
        skip();
    }
    assert_int_equal(child_code(follow_job(self, arguments, &trace, &seen)), -SIGKILL);
    assert_int_equal(trace.processes, 1);
    trace_free(&trace);
    free(self);
}

static void signals_reach_a_program_that_is_followed(void **state)
{
    (void)state;
    struct trace trace;
    struct seen seen;
    follow_shell("trap 'exit 0' TERM; kill -TERM $$; exit 1", &trace, &seen);
    trace_free(&trace);
}

static void what_cannot_be_executed_is_said(void **state)
{
    (void)state;
    const char *const arguments[] = {"nothing", NULL};
    const struct child_job job = {.program = test_path("nothing"), .arguments = arguments, .seconds = SECONDS};
    const struct trace_watch watch = {.context = NULL};
    struct trace trace;
    struct child_result result;
    if (!may_follow)
        skip();
    assert_int_equal(trace_run(&job, &watch, &trace, &result), 1);
    assert_int_equal(result.start_error, ENOENT);
    child_result_free(&result);
    trace_free(&trace);
}

/* Does a deed in which every one of these texts is to be seen. */
static void assert_kept(const char *deed, const char *const *texts)
{
    struct trace trace;
    struct seen seen;
    follow_deed(deed, &trace, &seen);
    for (; *texts != NULL; texts++)
        if (!was_kept(*texts))
            fail_msg("%s: '%s' was not seen", deed, *texts);
    trace_free(&trace);
}

static void what_is_written_is_seen_though_it_is_overwritten(void **state)
{
    (void)state;
    assert_kept("overwrites", (const char *const[]){"somebody@example.com", NULL});
}

static void memory_that_is_a_file_is_seen_before_it_goes(void **state)
{
    (void)state;
    assert_kept("maps",
                (const char *const[]){"gone@example.com", "emptied@example.com", "left@example.com", NULL});
}

static void attributes_targets_of_links_and_names_of_threads_are_seen(void **state)
{
    (void)state;
    assert_kept("labels", (const char *const[]){"user.name@example.com", "value@example.com",
                                                "target@example.com", "named@a.example", NULL});
}

static void what_is_sent_and_to_whom_is_seen(void **state)
{
    (void)state;
    assert_kept("sends", (const char *const[]){"first@example.com", "second@example.com", "thirds@example.com",
                                               "bound@example.com", NULL});
}

static void a_file_that_the_system_fills_is_seen(void **state)
{
    (void)state;
    struct trace trace;
    struct seen seen;
    follow_deed("copies", &trace, &seen);
    assert_int_equal(seen.file_count, 2); /* the original when it is closed, and the copy */
    assert_string_equal(seen.files[1], "copied");
    trace_free(&trace);
}

static void what_a_program_is_begun_with_is_seen_though_it_becomes_another(void **state)
{
    (void)state;
    struct trace trace;
    struct seen seen;
    follow_shell("x=environed@example.com sh -c 'exec env -i sh -c :' told@example.com; exit 0", &trace, &seen);
    assert_true(was_kept("environed@example.com"));
    assert_true(was_kept("told@example.com"));
    trace_free(&trace);
}

static void a_child_that_cannot_be_followed_is_on_record(void **state)
{
    (void)state;
    static const char *const ways[] = {"untraced", "untraced3"};
    struct trace trace;
    struct seen seen;
    for (size_t i = 0; i < LENGTH(ways); i++) {
        follow_deed(ways[i], &trace, &seen);
        assert_int_equal(count(&trace, TRACE_ESCAPES, ""), 1);
        assert_true(trace.events[trace.count - 1].result > 0);
        trace_free(&trace);
    }
    follow_deed("forks", &trace, &seen);
    assert_int_equal(count(&trace, TRACE_ESCAPES, ""), 0);
    trace_free(&trace);
    follow_deed("threads", &trace, &seen);
    assert_int_equal(count(&trace, TRACE_ESCAPES, ""), 0);
    trace_free(&trace);
}

static void the_end_is_that_of_the_last_thread(void **state)
{
    (void)state;
    struct trace trace;
    struct seen seen;
    follow_deed("leaves", &trace, &seen);
    assert_int_equal(count(&trace, TRACE_WRITES, "/later"), 1);
    assert_int_equal(seen.ends, 1);
    assert_int_equal(trace.processes, 1);
    trace_free(&trace);
}

static int forget(void **state)
{
    evidence_free(&kept);
    return test_folder_remove(state);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_said_whether_programs_can_be_followed_here),
        cmocka_unit_test(a_file_that_is_opened_for_writing_is_named),
        cmocka_unit_test(a_file_that_is_only_read_is_not),
        cmocka_unit_test(a_file_that_is_removed_again_is_seen_before),
        cmocka_unit_test(files_of_all_threads_are_named),
        cmocka_unit_test(files_of_children_are_named),
        cmocka_unit_test(sockets_are_counted),
        cmocka_unit_test(a_file_without_a_name_can_be_read_at_the_end),
        cmocka_unit_test(shared_memory_is_named),
        cmocka_unit_test(names_that_are_made_changed_and_removed_are_on_record),
        cmocka_unit_test(asking_not_to_be_looked_into_is_recorded_and_held_back),
        cmocka_unit_test(what_is_left_running_is_counted_and_ended),
        cmocka_unit_test(a_program_that_is_killed_is_followed_to_its_end),
        cmocka_unit_test(signals_reach_a_program_that_is_followed),
        cmocka_unit_test(what_cannot_be_executed_is_said),
        cmocka_unit_test(what_is_written_is_seen_though_it_is_overwritten),
        cmocka_unit_test(memory_that_is_a_file_is_seen_before_it_goes),
        cmocka_unit_test(attributes_targets_of_links_and_names_of_threads_are_seen),
        cmocka_unit_test(what_is_sent_and_to_whom_is_seen),
        cmocka_unit_test(a_file_that_the_system_fills_is_seen),
        cmocka_unit_test(what_a_program_is_begun_with_is_seen_though_it_becomes_another),
        cmocka_unit_test(a_child_that_cannot_be_followed_is_on_record),
        cmocka_unit_test(the_end_is_that_of_the_last_thread),
    };
    for (size_t i = 0; argc == 3 && i < LENGTH(deeds); i++)
        if (strcmp(argv[1], deeds[i].name) == 0)
            return deeds[i].run(argv[2]);
    may_follow = trace_is_allowed();
    return cmocka_run_group_tests(tests, test_folder_make, forget);
}
