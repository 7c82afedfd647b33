/* SPDX-License-Identifier: Apache-2.0 */
/* subprocess.c - fork, exec, a pipe for standard error, and one that tells whether exec succeeded. */
#include "audit/util/subprocess.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/util/clock.h"

#define READ_BYTES 4096
#define PATH_DEFAULT "/usr/local/bin:/usr/bin:/bin"
#define CANNOT_START 127

/* ---- Finding ---- */

static char *path_in(const char *folder, size_t folder_length, const char *name)
{
    char *path;
    struct stat status;
    if (asprintf(&path, "%.*s/%s", (int)folder_length, folder, name) < 0)
        return NULL;
    bool is_program = stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
    char *whole = is_program ? realpath(path, NULL) : NULL; /* the current folder may change before it is run */
    free(path);
    return whole;
}

static char *path_beside_this(const char *name)
{
    char *self = realpath("/proc/self/exe", NULL), *path = NULL;
    const char *slash = self != NULL ? strrchr(self, '/') : NULL;
    if (slash != NULL)
        path = path_in(self, (size_t)(slash - self), name);
    free(self);
    return path;
}

int subprocess_find(const char *folder, const char *name, char **path)
{
    errno = ENOENT;
    *path = folder != NULL ? path_in(folder, strlen(folder), name) : path_beside_this(name);
    const char *rest = folder != NULL ? "" : getenv("PATH");
    if (rest == NULL)
        rest = PATH_DEFAULT;
    while (*path == NULL && *rest != '\0') {
        size_t length = strcspn(rest, ":");
        if (length > 0) /* an empty entry would be the current folder, in which anyone may have put a program */
            *path = path_in(rest, length, name);
        rest += length + (rest[length] == ':');
    }
    if (*path == NULL && folder == NULL)
        errno = ENOENT;
    return *path != NULL ? 0 : ELIG_E_READ;
}

/* ---- The new process, between fork and exec: nothing here may allocate or lock ---- */

/* The new program does not inherit this program's signal handling. */
static void reset_signals(void)
{
    sigset_t none;
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* errors and start_error are above the standard streams (open_pipe()), so that dup2() overwrites neither. */
static void exec_program(const char *program, const char *const *arguments, int errors, int start_error,
                         pid_t parent)
{
    reset_signals();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) /* the parent exited before prctl() */
        _exit(CANNOT_START);
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    bool good = nothing >= 0;
    if (good && nothing <= 2) /* one of the standard streams was closed */
        good = (nothing = fcntl(nothing, F_DUPFD_CLOEXEC, 3)) >= 0;
    good = good && dup2(nothing, 0) >= 0 && dup2(nothing, 1) >= 0 && dup2(errors, 2) >= 0;
    /* Libraries of this program may have opened files without O_CLOEXEC. */
    close_range(3, ~0u, CLOSE_RANGE_CLOEXEC);
    if (good)
        execv(program, (char *const *)arguments);
    int error_number = errno;
    (void)!write(start_error, &error_number, sizeof error_number); /* if this fails too, the exit code is all */
    _exit(CANNOT_START);
}

/* ---- Running ---- */

static void close_pipe_end(int *file)
{
    if (*file >= 0)
        close(*file);
    *file = -1;
}

/* A pipe with both ends above the standard streams, closed by exec. Returns 0, or ELIG_E_READ with errno set.
 */
static int open_pipe(int ends[2])
{
    int low[2];
    if (pipe2(low, O_CLOEXEC) != 0)
        return ELIG_E_READ;
    for (unsigned i = 0; i < 2; i++) {
        ends[i] = fcntl(low[i], F_DUPFD_CLOEXEC, 3);
        close(low[i]);
    }
    return ends[0] >= 0 && ends[1] >= 0 ? 0 : ELIG_E_READ;
}

/* Reads to the end and returns the first most bytes as a string; NULL: nothing came, or no memory. */
static char *read_all(int file, size_t most)
{
    char bytes[READ_BYTES], *kept = NULL;
    size_t length = 0;
    for (;;) {
        ssize_t count = read(file, bytes, sizeof bytes);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return kept;
        size_t taken = (size_t)count < most - length ? (size_t)count : most - length;
        char *grown = taken > 0 ? realloc(kept, length + taken + 1) : NULL;
        if (grown == NULL)
            continue;
        kept = grown;
        memcpy(kept + length, bytes, taken);
        length += taken;
        kept[length] = '\0';
    }
}

/* Collects the messages of the new process, its status, and the errno of a failed exec. */
static void wait_for(pid_t pid, int errors, int start_error, size_t errors_max,
                     struct subprocess_result *result)
{
    int error;
    result->errors = read_all(errors, errors_max);
    while (waitpid(pid, &result->status, 0) < 0 && errno == EINTR)
        ;
    if (read(start_error, &error, sizeof error) == sizeof error)
        result->start_error = error;
}

int subprocess_run(const char *program, const char *const *arguments, size_t errors_max,
                   struct subprocess_result *result)
{
    int errors[2] = {-1, -1}, start_error[2] = {-1, -1};
    double started = clock_read(CLOCK_MONOTONIC);
    pid_t parent = getpid(), pid = -1;
    *result = (struct subprocess_result){0};
    if (open_pipe(errors) == 0 && open_pipe(start_error) == 0 && (pid = fork()) == 0)
        exec_program(program, arguments, errors[1], start_error[1], parent);
    int error_number = errno;
    close_pipe_end(&errors[1]);
    close_pipe_end(&start_error[1]);
    if (pid > 0)
        wait_for(pid, errors[0], start_error[0], errors_max, result);
    close_pipe_end(&errors[0]);
    close_pipe_end(&start_error[0]);
    result->seconds = pid > 0 ? clock_read(CLOCK_MONOTONIC) - started : 0;
    errno = error_number;
    return pid > 0 ? 0 : ELIG_E_READ;
}

int subprocess_code(int status)
{
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

void subprocess_result_free(struct subprocess_result *result)
{
    free(result->errors);
    *result = (struct subprocess_result){0};
}
