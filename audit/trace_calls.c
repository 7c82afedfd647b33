#include "trace_calls.h"

#include <fcntl.h>
#include <stddef.h>
#include <sys/syscall.h>

#define NO TRACE_NO_ARGUMENT
#define COUNT(array) (sizeof(array) / sizeof *(array))
#define CALL(name) SYS_##name, #name

/* Calls that aarch64 never had are those of x86-64's first years. What they do is done by their successors. */
static const struct trace_call calls[] = {
    {CALL(openat), TRACE_WRITES, SHAPE_OPEN, 0, 1, 2},
    {CALL(openat2), TRACE_WRITES, SHAPE_OPEN2, 0, 1, 2},
    {CALL(open_by_handle_at), TRACE_WRITES, SHAPE_OPEN, NO, NO, 2},
    {CALL(mknodat), TRACE_WRITES, SHAPE_PATH, 0, 1, NO},
    {CALL(mkdirat), TRACE_CHANGES, SHAPE_PATH, 0, 1, NO},
    {CALL(unlinkat), TRACE_CHANGES, SHAPE_PATH, 0, 1, NO},
    {CALL(renameat2), TRACE_CHANGES, SHAPE_PATH, 2, 3, NO},
    {CALL(linkat), TRACE_CHANGES, SHAPE_PATH, 2, 3, NO},
    {CALL(symlinkat), TRACE_CHANGES, SHAPE_PATH, 1, 2, NO},
    {CALL(truncate), TRACE_CHANGES, SHAPE_PATH, NO, 0, NO},
    {CALL(setxattr), TRACE_CHANGES, SHAPE_PATH, NO, 0, NO},
    {CALL(lsetxattr), TRACE_CHANGES, SHAPE_PATH, NO, 0, NO},
    {CALL(fsetxattr), TRACE_CHANGES, SHAPE_FILE, NO, 0, NO},
#ifdef SYS_renameat
    {CALL(renameat), TRACE_CHANGES, SHAPE_PATH, 2, 3, NO},
#endif
#ifdef SYS_open
    {CALL(open), TRACE_WRITES, SHAPE_OPEN, NO, 0, 1},
    {CALL(creat), TRACE_WRITES, SHAPE_OPEN, NO, 0, NO},
    {CALL(mknod), TRACE_WRITES, SHAPE_PATH, NO, 0, NO},
    {CALL(mkdir), TRACE_CHANGES, SHAPE_PATH, NO, 0, NO},
    {CALL(rmdir), TRACE_CHANGES, SHAPE_PATH, NO, 0, NO},
    {CALL(unlink), TRACE_CHANGES, SHAPE_PATH, NO, 0, NO},
    {CALL(rename), TRACE_CHANGES, SHAPE_PATH, NO, 1, NO},
    {CALL(link), TRACE_CHANGES, SHAPE_PATH, NO, 1, NO},
    {CALL(symlink), TRACE_CHANGES, SHAPE_PATH, NO, 1, NO},
#endif
    {CALL(memfd_create), TRACE_SHARES, SHAPE_NAME, NO, 0, NO},
    {CALL(mq_open), TRACE_SHARES, SHAPE_NAME, NO, 0, NO},
    {CALL(shmget), TRACE_SHARES, SHAPE_OTHER, NO, NO, NO},
    {CALL(msgget), TRACE_SHARES, SHAPE_OTHER, NO, NO, NO},
    {CALL(add_key), TRACE_SHARES, SHAPE_OTHER, NO, NO, NO},
    {CALL(socket), TRACE_SOCKET, SHAPE_SOCKET, NO, 0, NO},
    {CALL(socketpair), TRACE_SOCKET, SHAPE_SOCKET, NO, 0, NO},
    {CALL(connect), TRACE_SOCKET, SHAPE_OTHER, NO, NO, NO},
    {CALL(bind), TRACE_SOCKET, SHAPE_OTHER, NO, NO, NO},
    {CALL(io_uring_setup), TRACE_SOCKET, SHAPE_OTHER, NO, NO, NO},
};

static const struct {
    long number;
    int file;
} losses[] = {
    {SYS_close, 0}, {SYS_dup3, 1}, {SYS_ftruncate, 0}, {SYS_fallocate, 0},
#ifdef SYS_dup2
    {SYS_dup2, 1},
#endif
};

const struct trace_call *trace_call_find(uint64_t number)
{
    for (size_t i = 0; i < COUNT(calls); i++)
        if ((uint64_t)calls[i].number == number)
            return &calls[i];
    return NULL;
}

int trace_call_loses(uint64_t number)
{
    for (size_t i = 0; i < COUNT(losses); i++)
        if ((uint64_t)losses[i].number == number)
            return losses[i].file;
    return TRACE_NO_ARGUMENT;
}

int trace_flags_write(uint64_t flags)
{
    return (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)) != 0;
}
