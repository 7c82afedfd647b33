#include "trace_memory.h"

#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

size_t trace_memory_read(pid_t thread, uint64_t at, void *bytes, size_t length)
{
    struct iovec here = {bytes, length}, there = {(void *)(uintptr_t)at, length};
    ssize_t count = process_vm_readv(thread, &here, 1, &there, 1, 0);
    return count > 0 ? (size_t)count : 0;
}

/* Pages one by one: the next may not be there. */
void trace_memory_text(pid_t thread, uint64_t at, char *text, size_t size)
{
    size_t have = 0, page = (size_t)sysconf(_SC_PAGESIZE);
    memset(text, 0, size);
    while (have < size - 1 && memchr(text, '\0', have) == NULL) {
        size_t left = page - (size_t)((at + have) % page);
        size_t count =
            trace_memory_read(thread, at + have, text + have, left < size - 1 - have ? left : size - 1 - have);
        if (count == 0)
            break;
        have += count;
    }
    text[size - 1] = '\0';
}
