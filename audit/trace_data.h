/*
 * trace_data.h - what a system call hands over, read from the caller's memory before the call is carried out:
 * what is written may be overwritten, cut off or closed before anybody can look at the file. A table; no state.
 */
#ifndef ELIG_TRACE_DATA_H
#define ELIG_TRACE_DATA_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Where it goes. */
enum trace_reach {
    TRACE_KEPT, /* to a file, or to what is kept with one or in its place */
    TRACE_SENT, /* to a socket, a queue or another process */
    TRACE_SHOWN /* to what the system shows of the process */
};

struct trace_data {
    const char *call; /* or what calls that do the same are called together; static */
    enum trace_reach reach;
    int file;             /* the open file that it is written to, by its number; -1: there is none */
    const uint8_t *bytes; /* NULL: they could not be read */
    size_t length;
};

/* Takes a piece of it; the pieces of a call come in their order. Returns 0 if no more of it is wanted. */
typedef int trace_data_take(void *context, pid_t thread, const struct trace_data *data);

/* At the entry of a call: reads all that it hands over. */
void trace_data_read(pid_t thread, uint64_t number, const uint64_t *arguments, trace_data_take *take,
                     void *context);

/* Whether a call writes to a file. */
int trace_data_is_written(uint64_t number);

#endif
