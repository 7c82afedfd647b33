/*
 * child.h - another program, run with its input given and its output kept. No shell, no file descriptors but
 * the three standard ones, a time after which it is killed.
 *
 * A program that is run has a thread of the caller's beside it, which feeds it, keeps what it says and watches
 * the time; the caller waits meanwhile, or follows it with trace.h. Start and finish from one and the same
 * thread: the program is killed when that thread ends.
 */
#ifndef ELIG_CHILD_H
#define ELIG_CHILD_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "elig.h"

struct child_job {
    const char *program;            /* its path, from child_find() */
    const char *const *arguments;   /* its argv, with its name first and NULL last */
    const char *const *environment; /* NULL last; NULL: this program's own */
    const char *folder;             /* to work in; NULL: this program's own */

    /* Standard input: these bytes and then its end; or, not 0, an open file. Neither: an end at once. */
    const void *input;
    size_t input_length;
    int input_file;

    int is_held;       /* after the bytes standard input stays open, with nothing in it */
    int signal;        /* sent once the bytes were read and a moment has passed; 0: none. With is_held */
    int is_traced;     /* it stops before its first instruction, for the thread that started it to follow */
    int may_dump_core; /* the limit for core files is as high as it can be */

    const volatile sig_atomic_t *cancel; /* it is killed once this is not 0; NULL: never */
    unsigned seconds;                    /* after which it is killed; 0: never */
    size_t output_max; /* bytes that are kept of what it says on each stream; the rest is read and dropped */
};

struct child_output {
    uint8_t *bytes; /* zero-terminated beyond length; NULL if it said nothing */
    size_t length;
    int is_cut; /* there was more than output_max, or than there is memory for */
};

struct child_result {
    int status;      /* as waitpid() has it; of no use with start_error */
    int start_error; /* why it could not be started, an errno; 0: it was */
    int is_late;     /* killed because its time was up */
    double seconds;  /* that it took */
    struct child_output output, errors;
};

/* Looks for an executable file: in folder if that is not NULL; else beside this program, then in $PATH.
 * Returns its path from the root, to be freed, or NULL with errno set. */
ELIG_CHECK_RESULT char *child_find(const char *folder, const char *name);

/* Starts it; the job and all that it points to must outlive the child. NULL with errno set: no process, thread,
 * pipe or memory was to be had. That the program cannot be executed is for child_finish() to say. */
struct child;
ELIG_CHECK_RESULT struct child *child_start(const struct child_job *job);
pid_t child_pid(const struct child *child);

/* Waits until it has ended: its status, as waitpid() has it. Not for a traced one. */
int child_wait(struct child *child);

/* Tells that it has ended, for whoever waits for it himself: first with WNOWAIT, then this, then without. From
 * then on no signal is sent to its number, which may soon be another's. */
void child_gone(struct child *child);

/* Once it has ended with this status and was waited for: fills *result, and frees. */
void child_finish(struct child *child, int status, struct child_result *result);

/* All three. Returns 1, or 0 with errno set where child_start() fails; then *result is empty. */
ELIG_CHECK_RESULT int child_run(const struct child_job *job, struct child_result *result);

/* The exit code, or less than 0: the signal that ended it, negative. */
int child_code(int status);

/* Frees what a result holds; an empty one is fine. */
void child_result_free(struct child_result *result);

#endif
