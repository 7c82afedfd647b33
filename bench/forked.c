/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/forked.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

_Noreturn static void be_child(forked_work *work, void *context, double *values, size_t count, int out)
{
    size_t bytes = count * sizeof *values;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int good = work(context, values) && write(out, values, bytes) == (ssize_t)bytes;
    _exit(good ? 0 : 1);
}

static int exited_well(pid_t child)
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

int forked_run(forked_work *work, void *context, double *values, size_t count)
{
    int ends[2];
    size_t bytes = count * sizeof *values; /* far less than a pipe holds */
    if (pipe(ends) != 0)
        return 0;
    fflush(NULL); /* or the child would write it again */
    pid_t child = fork();
    if (child == 0)
        be_child(work, context, values, count, ends[1]);
    close(ends[1]);
    int good = child > 0 && exited_well(child) && read(ends[0], values, bytes) == (ssize_t)bytes;
    close(ends[0]);
    return good;
}
