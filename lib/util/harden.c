/* SPDX-License-Identifier: Apache-2.0 */
/* harden.c - limits, signals and standard streams of the process. */
#include "lib/util/harden.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

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
