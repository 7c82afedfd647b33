/* SPDX-License-Identifier: Apache-2.0 */
/* program.c - what each program does first and last. */
#include "lib/util/program.h"

#include <stdio.h>

#include "lib/util/harden.h"
#include "lib/util/message.h"

int program_run(const char *name, int (*run)(int argc, char **argv), int argc, char **argv)
{
    /* Never inlined: what the C library left on the stack before main(), such as the end of argv[0] and what
     * follows it, would stay in gaps of the caller's frame, above what is cleared. */
    int (*volatile call)(int, char **) = run;
    message_program(name);
    if (harden_process() != 0)
        return EXIT_CANNOT;
    int result = call(argc, argv);
    harden_clear_stack();
    if (fflush(stdout) != 0 || ferror(stdout)) {
        message("write standard output: it failed");
        return EXIT_CANNOT;
    }
    return result;
}
