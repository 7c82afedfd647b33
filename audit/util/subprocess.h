/* SPDX-License-Identifier: Apache-2.0 */
/*
 * child.h - another program, run to its end with its messages kept. No shell; nothing to read; what it writes
 * to standard output is dropped; no file descriptors but the three standard ones. It is killed if the thread
 * that runs it ends.
 */
#ifndef ELIG_SUBPROCESS_H
#define ELIG_SUBPROCESS_H

#include <stddef.h>

#include "include/elig.h"

struct subprocess_result {
    int status;      /* as waitpid() has it; of no use with start_error */
    int start_error; /* why it could not be started, an errno; 0: it was */
    double seconds;  /* that it took */
    char *errors;    /* what it wrote to standard error; NULL: nothing, or no memory for it */
};

/* Looks for an executable file: in folder if that is not NULL; else beside this program, then in $PATH.
 * Returns its path from the root, to be freed, or NULL with errno set. */
ELIG_CHECK_RESULT char *subprocess_find(const char *folder, const char *name);

/* Runs program, a path from subprocess_find(), until it ends. arguments: its argv, with its name first and NULL
 * last. Keeps at most errors_max bytes of standard error; the rest is read and dropped. Returns 1, or 0 with
 * errno set where no process, pipe or memory was to be had; then *result is empty. */
ELIG_CHECK_RESULT int subprocess_run(const char *program, const char *const *arguments, size_t errors_max,
                                     struct subprocess_result *result);

/* The exit code, or less than 0: the signal that ended it, negative. */
int subprocess_code(int status);

/* Frees what a result holds; an empty one is fine. */
void subprocess_result_free(struct subprocess_result *result);

#endif
