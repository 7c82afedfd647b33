/*
 * trace.h - a program and all its threads and children, followed from system call to system call: which files
 * they open for writing or make, which sockets, what they hand to the system, and a look at each before it
 * ends.
 *
 * The manner is that of strace(1): ptrace(2) stops a thread before and after each call. Linux 5.3 on x86-64 and
 * aarch64; where the system does not permit it, trace_is_allowed() says so.
 *
 * elig's programs ask the system not to show their memory, prctl(PR_SET_DUMPABLE, 0). Their own user could then
 * not look into them either. That one call is held back: it is not carried out, and the program is told that it
 * was. What was asked for is on record.
 *
 * All of it belongs to one thread.
 */
#ifndef ELIG_TRACE_H
#define ELIG_TRACE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "child.h"
#include "elig.h"
#include "trace_data.h"

/* What was done. */
enum trace_sort {
    TRACE_WRITES,  /* a file was opened for writing, or made */
    TRACE_CHANGES, /* a name was made, changed or removed; a file was cut short */
    TRACE_SHARES,  /* memory or a queue that other processes may reach, their own memory, a kernel's keyring */
    TRACE_SOCKET,  /* a socket was made, connected or bound */
    TRACE_ESCAPES, /* a thread was begun so that it cannot be followed; or means to work past system calls */
    TRACE_NO_DUMP, /* PR_SET_DUMPABLE 0 was asked for */
    TRACE_NO_CORE  /* RLIMIT_CORE was made 0 */
};

struct trace_event {
    enum trace_sort sort;
    pid_t process;
    const char *call; /* its name; static */
    char *path;       /* of the file, absolute and without links where that can be said; else "" */
    int domain;       /* of a new socket, AF_...; else -1 */
    long result;      /* of the call: 0 or more, or a negative errno */
};

/* What happens while it runs; each may be NULL. thread is stopped meanwhile, and its /proc folder can be read:
 * the caller may read any file there. */
struct trace_watch {
    void *context;
    /* The file's content or the way to it may be lost next: it is closed or cut short. It is a plain file that
     * is open for writing. */
    void (*file)(void *context, pid_t thread, int file);
    /* A call hands this over. */
    trace_data_take *data;
    /* Memory that the thread's process shares may be lost or changed next. */
    void (*shared)(void *context, pid_t thread);
    /* The process has become another program, whose command line and environment are as they were given. */
    void (*exec)(void *context, pid_t process);
    /* A process ends, with all its memory and files still there: this is its last thread. */
    void (*end)(void *context, pid_t thread);
};

struct trace {
    struct trace_event *events;
    size_t count;
    unsigned processes; /* followed to their ends */
    unsigned left;      /* of them, were still there when the program had ended, and were killed */
    int is_blind;       /* calls in a way that is not understood here: another machine's, or memory ran out */
};

/* 1 if a child can be followed here; else 0 with errno set. Tries it out. */
ELIG_CHECK_RESULT int trace_is_allowed(void);

/* Runs a job and follows it to its end. As child_run(); *trace is to be freed in either case. */
ELIG_CHECK_RESULT int trace_run(const struct child_job *job, const struct trace_watch *watch,
                                struct trace *trace, struct child_result *result);

/* Whether a file that a thread has open, by its number, is a plain file that it may write to. Of any process
 * that may be looked into. */
int trace_is_written(pid_t thread, int file);

/* Frees what a trace holds. */
void trace_free(struct trace *trace);

#endif
