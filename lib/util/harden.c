/* SPDX-License-Identifier: Apache-2.0 */
/* harden.c - limits, signals and standard streams of the process; clearing its stack. */
#include "lib/util/harden.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* The C library copies up to nine vectors at once, each of 16 to 64 bytes. */
#define COPY_BYTES_MIN 8
#define COPY_BYTES_MAX 1024

int harden_process(void)
{
    struct rlimit core;
    /* A file that is opened while standard input is closed would become standard input. Reading or writing what
     * is opened here instead fails, as on a closed stream. */
    for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++)
        if (fcntl(stream, F_GETFD) < 0 && open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
            return ELIG_E_READ;
    /* Failures are ignored: a kernel that refuses one of these is no reason to refuse an answer. The hard limit
     * stays: where dumping is off it changes nothing. */
    if (getrlimit(RLIMIT_CORE, &core) == 0) {
        core.rlim_cur = 0;
        setrlimit(RLIMIT_CORE, &core);
    }
    prctl(PR_SET_DUMPABLE, 0);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    return 0;
}

void harden_clear_stack(void)
{
    static const char zeros[COPY_BYTES_MAX];
    char stack[HARDEN_STACK_BYTES];
    /* Which registers a copy uses depends on its length. */
    for (volatile size_t length = COPY_BYTES_MIN; length <= COPY_BYTES_MAX; length *= 2)
        memcpy(stack, zeros, length);
    explicit_bzero(stack, sizeof stack);
}
