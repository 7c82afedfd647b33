/* SPDX-License-Identifier: Apache-2.0 */
/*
 * subprocess.h - runs another program until it exits and keeps its messages. Without a shell; its standard
 * input is empty, its standard output dropped, and it inherits no other file descriptors. It is killed if the
 * thread that runs it ends.
 */
#ifndef ELIG_SUBPROCESS_H
#define ELIG_SUBPROCESS_H

#include <stddef.h>

#include "include/elig.h"

struct subprocess_result {
    int status;      /* from waitpid(); undefined if start_error is not 0 */
    int start_error; /* the errno of a program that could not be started; 0: it was started */
    double seconds;  /* from start to exit */
    char *errors;    /* what it wrote to standard error; NULL: nothing, or no memory for it */
};

/* Looks for an executable file: in folder if that is not NULL; else beside this program, then in $PATH. *path
 * is its absolute path, to be freed. Returns 0, or ELIG_E_READ with errno set and *path NULL. */
ELIG_CHECK_RESULT int subprocess_find(const char *folder, const char *name, char **path);

/* Runs program, a path from subprocess_find(), until it exits. arguments: its argv, with its name first and
 * NULL last. Keeps the first errors_max bytes of standard error. Returns 0; or ELIG_E_READ, with errno set and
 * *result empty, if there was no process, pipe or memory for it. */
ELIG_CHECK_RESULT int subprocess_run(const char *program, const char *const *arguments, size_t errors_max,
                                     struct subprocess_result *result);

/* The exit code; or, if a signal ended it, the negative number of the signal. */
int subprocess_code(int status);

/* Frees what a result holds; an empty one is fine. */
void subprocess_result_free(struct subprocess_result *result);

#endif
