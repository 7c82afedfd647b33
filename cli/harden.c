#include "harden.h"

#include <malloc.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#define FREED_BYTE 0x5a /* any value but 0 */

void harden_process(void)
{
    const struct rlimit none = {0, 0};
    /* Each is best effort: a kernel that refuses one of them is no reason to refuse an answer. */
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0);
    mallopt(M_PERTURB, FREED_BYTE);
    signal(SIGPIPE, SIG_IGN);
}
