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
        if (fcntl(stream, F_GETFD) < 0 && open("/dev/null", O_PATH) < 0)
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

#if defined __x86_64__ && !defined DIGEST_SMALL
/* Comparisons of the C library use vector registers of AVX-512 that its copies do not. elig-lookup, whose size
 * is bounded, does without this. */
__attribute__((target("avx512f"))) static void clear_upper_registers(void)
{
    __asm__ volatile("vpxord %%zmm16, %%zmm16, %%zmm16\n\tvpxord %%zmm17, %%zmm17, %%zmm17\n\t"
                     "vpxord %%zmm18, %%zmm18, %%zmm18\n\tvpxord %%zmm19, %%zmm19, %%zmm19\n\t"
                     "vpxord %%zmm20, %%zmm20, %%zmm20\n\tvpxord %%zmm21, %%zmm21, %%zmm21\n\t"
                     "vpxord %%zmm22, %%zmm22, %%zmm22\n\tvpxord %%zmm23, %%zmm23, %%zmm23\n\t"
                     "vpxord %%zmm24, %%zmm24, %%zmm24\n\tvpxord %%zmm25, %%zmm25, %%zmm25\n\t"
                     "vpxord %%zmm26, %%zmm26, %%zmm26\n\tvpxord %%zmm27, %%zmm27, %%zmm27\n\t"
                     "vpxord %%zmm28, %%zmm28, %%zmm28\n\tvpxord %%zmm29, %%zmm29, %%zmm29\n\t"
                     "vpxord %%zmm30, %%zmm30, %%zmm30\n\tvpxord %%zmm31, %%zmm31, %%zmm31" ::
                         : "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22", "xmm23", "xmm24",
                           "xmm25", "xmm26", "xmm27", "xmm28", "xmm29", "xmm30", "xmm31");
}
#endif

void harden_clear_stack(void)
{
    char stack[HARDEN_STACK_BYTES];
    explicit_bzero(stack, sizeof stack);
    /* Which registers a copy uses depends on its length. */
    for (volatile size_t length = COPY_BYTES_MIN; length <= COPY_BYTES_MAX; length *= 2)
        memcpy(stack, stack + COPY_BYTES_MAX, length);
#if defined __x86_64__ && !defined DIGEST_SMALL
    if (__builtin_cpu_supports("avx512f"))
        clear_upper_registers();
#endif
    explicit_bzero(stack, sizeof stack);
}
