/*
 * trace_memory.h - the memory of a thread that is stopped and followed. No state.
 */
#ifndef ELIG_TRACE_MEMORY_H
#define ELIG_TRACE_MEMORY_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Bytes of it; how many could be read. */
size_t trace_memory_read(pid_t thread, uint64_t at, void *bytes, size_t length);

/* A text there, with its end, cut where it does not fit or cannot be read. size: of text, 1 or more. */
void trace_memory_text(pid_t thread, uint64_t at, char *text, size_t size);

#endif
