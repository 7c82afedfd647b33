/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/util/harden.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "lib/util/message.h"

/* A file opened while standard input is closed would become standard input. What is put there fails to be read,
 * or to be written, as a closed stream would. */
static void occupy_standard_streams(void)
{
    for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++)
        if (fcntl(stream, F_GETFD) < 0 && open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
            _exit(EXIT_CANNOT);
}

void harden_process(void)
{
    struct rlimit core;
    occupy_standard_streams();
    /* Each is best effort: a kernel that refuses one of them is no reason to refuse an answer. The hard limit
     * stays: where dumping is off it changes nothing. */
    if (getrlimit(RLIMIT_CORE, &core) == 0) {
        core.rlim_cur = 0;
        setrlimit(RLIMIT_CORE, &core);
    }
    prctl(PR_SET_DUMPABLE, 0);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
}
