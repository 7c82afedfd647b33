#include "trace_calls.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#define NO TRACE_NO_ARGUMENT
#define COUNT(array) (sizeof(array) / sizeof *(array))
#define CALL(name) SYS_##name, #name

/* Of Linux 6.13, which not all headers know; the same number everywhere. */
#ifndef SYS_setxattrat
#define SYS_setxattrat 463
#endif

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
    {CALL(setxattrat), TRACE_CHANGES, SHAPE_PATH, 0, 1, NO},
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
    {CALL(msgsnd), TRACE_SHARES, SHAPE_OTHER, NO, NO, NO},
    {CALL(add_key), TRACE_SHARES, SHAPE_OTHER, NO, NO, NO},
    {CALL(request_key), TRACE_SHARES, SHAPE_OTHER, NO, NO, NO},
    {CALL(keyctl), TRACE_SHARES, SHAPE_OTHER, NO, NO, NO},
    {CALL(process_vm_writev), TRACE_SHARES, SHAPE_OTHER, NO, NO, NO},
    {CALL(ptrace), TRACE_SHARES, SHAPE_OTHER, NO, NO, NO},
    {CALL(socket), TRACE_SOCKET, SHAPE_SOCKET, NO, 0, NO},
    {CALL(socketpair), TRACE_SOCKET, SHAPE_SOCKET, NO, 0, NO},
    {CALL(connect), TRACE_SOCKET, SHAPE_OTHER, NO, NO, NO},
    {CALL(bind), TRACE_SOCKET, SHAPE_OTHER, NO, NO, NO},
    {CALL(io_uring_setup), TRACE_ESCAPES, SHAPE_OTHER, NO, NO, NO},
    {CALL(io_setup), TRACE_ESCAPES, SHAPE_OTHER, NO, NO, NO},
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

int trace_call_fills(uint64_t number, const uint64_t *arguments)
{
    switch (number) {
    case SYS_sendfile:
        return (int)arguments[0];
    case SYS_splice:
    case SYS_copy_file_range:
        return (int)arguments[2];
    case SYS_ioctl:
        return arguments[1] == FICLONE || arguments[1] == FICLONERANGE ? (int)arguments[0] : TRACE_NO_ARGUMENT;
    default:
        return TRACE_NO_ARGUMENT;
    }
}

/* Whatever may be done with it at first: it may be made writable later. */
int trace_call_shares(uint64_t number, const uint64_t *arguments)
{
    return number == SYS_shmat || (number == SYS_mmap && (arguments[3] & MAP_SHARED) != 0);
}

int trace_call_unmaps(uint64_t number, const uint64_t *arguments)
{
    switch (number) {
    case SYS_munmap:
    case SYS_mremap:
    case SYS_mprotect:
    case SYS_pkey_mprotect:
    case SYS_madvise:
    case SYS_msync:
    case SYS_shmdt:
    case SYS_execve:
    case SYS_execveat:
    case SYS_truncate:
    case SYS_ftruncate:
    case SYS_fallocate:
        return 1;
    case SYS_mmap:
        return (arguments[3] & MAP_FIXED) != 0;
    case SYS_openat:
        return (arguments[2] & O_TRUNC) != 0;
    case SYS_openat2:
        return 1; /* its flags are in memory */
#ifdef SYS_open
    case SYS_open:
        return (arguments[1] & O_TRUNC) != 0;
    case SYS_creat:
        return 1;
#endif
    default:
        return trace_call_fills(number, arguments) != TRACE_NO_ARGUMENT;
    }
}

int trace_flags_write(uint64_t flags)
{
    return (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)) != 0;
}
