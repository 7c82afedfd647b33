/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a function in a child process and reads its results from a pipe. */
#include "bench/forked.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

_Noreturn static void run_child(forked_function *function, void *context, double *values, size_t count, int out)
{
    size_t bytes = count * sizeof *values;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    bool ok = function(context, values) && write(out, values, bytes) == (ssize_t)bytes;
    _exit(ok ? 0 : 1);
}

static bool child_succeeded(pid_t child)
{
    int status = 0;
    pid_t ended;
    do
        ended = waitpid(child, &status, 0);
    while (ended < 0 && errno == EINTR);
    if (ended == child && WIFSIGNALED(status))
        fprintf(stderr, "bench: a child was ended by signal %d\n", WTERMSIG(status));
    return ended == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool forked_run(forked_function *function, void *context, double *values, size_t count)
{
    int ends[2];
    size_t bytes = count * sizeof *values; /* at most some hundred; a pipe holds 64 KiB */
    if (pipe(ends) != 0)
        return false;
    fflush(NULL); /* else the child would write the buffered output again */
    pid_t child = fork();
    if (child == 0)
        run_child(function, context, values, count, ends[1]);
    close(ends[1]);
    bool ok = child > 0 && child_succeeded(child) && read(ends[0], values, bytes) == (ssize_t)bytes;
    close(ends[0]);
    return ok;
}
