/*
 * trace_calls.h - which system calls leave something behind or reach for somebody, and in which of their
 * arguments it is said what. A table; no state.
 */
#ifndef ELIG_TRACE_CALLS_H
#define ELIG_TRACE_CALLS_H

#include <stdint.h>

#include "trace.h"

enum trace_shape {
    SHAPE_OPEN,  /* returns a file; open flags in one argument decide whether it counts */
    SHAPE_OPEN2, /* the same, with the flags in memory: struct open_how */
    SHAPE_PATH,  /* does something to a path */
    SHAPE_FILE,  /* does something to an open file */
    SHAPE_NAME,  /* is given a name that is no path */
    SHAPE_SOCKET,
    SHAPE_OTHER
};

/* Arguments by number, 0 to 5. */
#define TRACE_NO_ARGUMENT (-1)
struct trace_call {
    long number;
    const char *name;
    enum trace_sort sort;
    enum trace_shape shape;
    signed char folder; /* an open folder that path starts from; TRACE_NO_ARGUMENT: the working folder */
    signed char path;   /* a path, a name, an open file or a socket's domain */
    signed char flags;  /* of SHAPE_OPEN; TRACE_NO_ARGUMENT: always for writing */
};

/* NULL: nothing to record. */
const struct trace_call *trace_call_find(uint64_t number);

/* Which argument is an open file that this call closes or cuts short; TRACE_NO_ARGUMENT: none. */
int trace_call_loses(uint64_t number);

/* The open file that this call fills with what is not in the caller's memory; TRACE_NO_ARGUMENT: none. */
int trace_call_fills(uint64_t number, const uint64_t *arguments);

/* Whether memory that is a file's may be there after this call; and whether it, or its content, may be gone. */
int trace_call_shares(uint64_t number, const uint64_t *arguments);
int trace_call_unmaps(uint64_t number, const uint64_t *arguments);

/* Whether open(2) with such flags may write or make something. */
int trace_flags_write(uint64_t flags);

#endif
