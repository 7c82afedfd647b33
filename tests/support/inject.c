/* SPDX-License-Identifier: Apache-2.0 */
/* Stands in for allocations and system calls, by the linker's --wrap: lets them fail, and records their order.
 *
 * The Makefile takes the names of the functions from the lines that begin with WRAPPED. */
#include "tests/support/inject.h"

#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define WRAPPED(type, name, ...)     \
    type __real_##name(__VA_ARGS__); \
    type __wrap_##name(__VA_ARGS__); \
    type __wrap_##name(__VA_ARGS__)

static _Atomic unsigned long armed[INJECT_CALLS]; /* calls until one fails, itself included; 0: none fails */
static _Atomic int error_of[INJECT_CALLS];
static _Atomic bool fails_once[INJECT_CALLS];
static _Atomic unsigned long failures;
static _Atomic size_t transfer_bytes; /* 0: no limit */

/* ---- The record ---- */

static pthread_mutex_t record_lock = PTHREAD_MUTEX_INITIALIZER;
static char record[8192];
static size_t record_length;
static _Atomic bool is_recording;

int __real_fstat(int file, struct stat *status);

/* Notes a call, and what kind of file its descriptor (-1: none) is of. */
static void note(const char *name, int file)
{
    struct stat status;
    int error = errno;
    const char *kind = "";
    if (!atomic_load(&is_recording))
        return;
    if (file >= 0)
        kind = __real_fstat(file, &status) != 0 ? "(closed)"
               : S_ISDIR(status.st_mode)        ? "(folder)"
               : S_ISREG(status.st_mode)        ? "(file)"
                                                : "(other)";
    errno = error;
    pthread_mutex_lock(&record_lock);
    int length = snprintf(record + record_length, sizeof record - record_length, "%s%s%s",
                          record_length > 0 ? " " : "", name, kind);
    if (length < 0 || (size_t)length >= sizeof record - record_length)
        abort(); /* a test that records more has to read it earlier */
    record_length += (size_t)length;
    pthread_mutex_unlock(&record_lock);
}

void inject_record(void)
{
    record_length = 0;
    record[0] = '\0';
    atomic_store(&is_recording, true);
}

const char *inject_recorded(void)
{
    return record;
}

/* ---- What fails ---- */

void inject_fail(enum inject_call call, unsigned long successes, bool once, int error)
{
    atomic_store(&failures, 0);
    atomic_store(&error_of[call], error);
    atomic_store(&fails_once[call], once);
    atomic_store(&armed[call], successes + 1);
}

void inject_short_transfers(size_t bytes)
{
    atomic_store(&transfer_bytes, bytes);
}

void inject_stop(void)
{
    for (size_t i = 0; i < INJECT_CALLS; i++)
        atomic_store(&armed[i], 0);
    atomic_store(&transfer_bytes, 0);
    atomic_store(&is_recording, false);
}

unsigned long inject_failures(void)
{
    return atomic_load(&failures);
}

static bool fails(enum inject_call call)
{
    unsigned long left = atomic_load(&armed[call]);
    while (left > 1 && !atomic_compare_exchange_weak(&armed[call], &left, left - 1))
        continue;
    if (left != 1)
        return false;
    if (atomic_load(&fails_once[call]))
        atomic_store(&armed[call], 0);
    atomic_fetch_add(&failures, 1);
    errno = atomic_load(&error_of[call]);
    return true;
}

static size_t shortened(size_t bytes)
{
    size_t most = atomic_load(&transfer_bytes);
    return most > 0 && bytes > most ? most : bytes;
}

/* ---- Allocations ----
 *
 * Those that are alive are in a hash table, because some that libc made are freed here (getline()'s line), and
 * some that were made here are freed by libc. */

#define LIVE_SLOTS (1u << 18)
static uintptr_t live[LIVE_SLOTS]; /* open addressing; 0: free */
static pthread_mutex_t live_lock = PTHREAD_MUTEX_INITIALIZER;
static long live_count;

static size_t slot_of(uintptr_t address)
{
    return (size_t)(address * UINT64_C(0x9e3779b97f4a7c15) >> 46);
}

static void *made(void *memory)
{
    if (memory == NULL || memory == MAP_FAILED)
        return memory;
    pthread_mutex_lock(&live_lock);
    size_t slot = slot_of((uintptr_t)memory);
    while (live[slot] != 0 && live[slot] != (uintptr_t)memory)
        slot = (slot + 1) % LIVE_SLOTS;
    live_count += live[slot] == 0; /* else libc freed it meanwhile */
    live[slot] = (uintptr_t)memory;
    if (live_count > (long)(LIVE_SLOTS / 2))
        abort();
    pthread_mutex_unlock(&live_lock);
    return memory;
}

static void freed(void *memory)
{
    pthread_mutex_lock(&live_lock);
    size_t slot = slot_of((uintptr_t)memory);
    while (live[slot] != 0 && live[slot] != (uintptr_t)memory)
        slot = (slot + 1) % LIVE_SLOTS;
    if (live[slot] != 0) {
        live_count--;
        live[slot] = 0;
        /* entries after the gap move back into it unless they stand in or after their first slot */
        for (size_t gap = slot, next = (slot + 1) % LIVE_SLOTS; live[next] != 0; next = (next + 1) % LIVE_SLOTS)
            if ((next - slot_of(live[next])) % LIVE_SLOTS >= (next - gap) % LIVE_SLOTS) {
                live[gap] = live[next];
                live[next] = 0;
                gap = next;
            }
    }
    pthread_mutex_unlock(&live_lock);
}

long inject_allocations(void)
{
    pthread_mutex_lock(&live_lock);
    long count = live_count;
    pthread_mutex_unlock(&live_lock);
    return count;
}

WRAPPED(void *, malloc, size_t bytes)
{
    return fails(INJECT_MEMORY) ? NULL : made(__real_malloc(bytes));
}

WRAPPED(void *, calloc, size_t count, size_t bytes)
{
    return fails(INJECT_MEMORY) ? NULL : made(__real_calloc(count, bytes));
}

WRAPPED(void *, realloc, void *memory, size_t bytes)
{
    if (fails(INJECT_MEMORY))
        return NULL;
    /* before it happens, since another thread may get the address at once */
    if (memory != NULL)
        freed(memory);
    void *result = __real_realloc(memory, bytes);
    made(result != NULL || bytes == 0 ? result : memory);
    return result;
}

WRAPPED(void *, aligned_alloc, size_t alignment, size_t bytes)
{
    return fails(INJECT_MEMORY) ? NULL : made(__real_aligned_alloc(alignment, bytes));
}

WRAPPED(int, posix_memalign, void **memory, size_t alignment, size_t bytes)
{
    if (fails(INJECT_MEMORY))
        return errno;
    int error = __real_posix_memalign(memory, alignment, bytes);
    if (error == 0)
        made(*memory);
    return error;
}

WRAPPED(char *, strdup, const char *text)
{
    return fails(INJECT_MEMORY) ? NULL : made(__real_strdup(text));
}

WRAPPED(char *, strndup, const char *text, size_t bytes)
{
    return fails(INJECT_MEMORY) ? NULL : made(__real_strndup(text, bytes));
}

static int format(char **result, const char *text, va_list arguments)
{
    if (fails(INJECT_MEMORY))
        return -1;
    int length = vasprintf(result, text, arguments);
    if (length >= 0)
        made(*result);
    return length;
}

WRAPPED(int, asprintf, char **result, const char *text, ...)
{
    va_list arguments;
    va_start(arguments, text);
    int length = format(result, text, arguments);
    va_end(arguments);
    return length;
}

WRAPPED(int, __asprintf_chk, char **result, int flag, const char *text, ...)
{
    va_list arguments;
    (void)flag;
    va_start(arguments, text);
    int length = format(result, text, arguments);
    va_end(arguments);
    return length;
}

WRAPPED(iconv_t, iconv_open, const char *to, const char *from)
{
    return fails(INJECT_MEMORY) ? (iconv_t)-1 : __real_iconv_open(to, from); // NOLINT
}

WRAPPED(void, free, void *memory)
{
    if (memory != NULL)
        freed(memory);
    __real_free(memory);
}

WRAPPED(void *, mmap, void *where, size_t bytes, int protection, int flags, int file, off_t offset)
{
    return fails(INJECT_MEMORY) ? MAP_FAILED
                                : made(__real_mmap(where, bytes, protection, flags, file, offset)); // NOLINT
}

WRAPPED(int, munmap, void *memory, size_t bytes)
{
    freed(memory);
    return __real_munmap(memory, bytes);
}

/* ---- Files ---- */

WRAPPED(int, open, const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    note("open", -1);
    return fails(INJECT_OPEN) ? -1 : __real_open(path, flags, mode);
}

WRAPPED(int, __open_2, const char *path, int flags)
{
    note("open", -1);
    return fails(INJECT_OPEN) ? -1 : __real___open_2(path, flags);
}

WRAPPED(int, openat, int folder, const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    note("openat", -1);
    return fails(INJECT_OPEN) ? -1 : __real_openat(folder, path, flags, mode);
}

WRAPPED(FILE *, fopen, const char *path, const char *mode)
{
    note("fopen", -1);
    return fails(INJECT_OPEN) ? NULL : __real_fopen(path, mode);
}

WRAPPED(FILE *, fdopen, int file, const char *mode)
{
    note("fdopen", file);
    return fails(INJECT_OPEN) ? NULL : __real_fdopen(file, mode);
}

WRAPPED(ssize_t, read, int file, void *bytes, size_t count)
{
    note("read", file);
    return fails(INJECT_READ) ? -1 : __real_read(file, bytes, shortened(count));
}

WRAPPED(ssize_t, __read_chk, int file, void *bytes, size_t count, size_t room)
{
    if (count > room)
        abort();
    return __wrap_read(file, bytes, count);
}

WRAPPED(ssize_t, pread, int file, void *bytes, size_t count, off_t offset)
{
    note("pread", file);
    return fails(INJECT_READ) ? -1 : __real_pread(file, bytes, shortened(count), offset);
}

WRAPPED(ssize_t, __pread_chk, int file, void *bytes, size_t count, off_t offset, size_t room)
{
    if (count > room)
        abort();
    return __wrap_pread(file, bytes, count, offset);
}

WRAPPED(ssize_t, preadv, int file, const struct iovec *pieces, int count, off_t offset)
{
    note("preadv", file);
    if (fails(INJECT_READ))
        return -1;
    if (atomic_load(&transfer_bytes) == 0)
        return __real_preadv(file, pieces, count, offset);
    for (int i = 0; i < count; i++)
        if (pieces[i].iov_len > 0)
            return __real_pread(file, pieces[i].iov_base, shortened(pieces[i].iov_len), offset);
    return 0;
}

WRAPPED(ssize_t, write, int file, const void *bytes, size_t count)
{
    note("write", file);
    return fails(INJECT_WRITE) ? -1 : __real_write(file, bytes, shortened(count));
}

WRAPPED(ssize_t, pwrite, int file, const void *bytes, size_t count, off_t offset)
{
    note("pwrite", file);
    return fails(INJECT_WRITE) ? -1 : __real_pwrite(file, bytes, shortened(count), offset);
}

WRAPPED(int, fflush, FILE *stream)
{
    note("fflush", -1);
    return fails(INJECT_FLUSH) ? EOF : __real_fflush(stream);
}

/* A stream whose last bytes cannot be written is closed all the same. */
WRAPPED(int, fclose, FILE *stream)
{
    note("fclose", -1);
    if (!fails(INJECT_FLUSH))
        return __real_fclose(stream);
    __real_fclose(stream);
    errno = atomic_load(&error_of[INJECT_FLUSH]);
    return EOF;
}

WRAPPED(int, fsync, int file)
{
    note("fsync", file);
    return fails(INJECT_SYNC) ? -1 : __real_fsync(file);
}

WRAPPED(int, fdatasync, int file)
{
    note("fdatasync", file);
    return fails(INJECT_SYNC) ? -1 : __real_fdatasync(file);
}

WRAPPED(int, linkat, int old_folder, const char *old_path, int folder, const char *path, int flags)
{
    note("linkat", -1);
    return fails(INJECT_NAME) ? -1 : __real_linkat(old_folder, old_path, folder, path, flags);
}

WRAPPED(int, link, const char *old_path, const char *path)
{
    note("link", -1);
    return fails(INJECT_NAME) ? -1 : __real_link(old_path, path);
}

WRAPPED(int, renameat, int old_folder, const char *old_path, int folder, const char *path)
{
    note("renameat", -1);
    return fails(INJECT_NAME) ? -1 : __real_renameat(old_folder, old_path, folder, path);
}

WRAPPED(int, rename, const char *old_path, const char *path)
{
    note("rename", -1);
    return fails(INJECT_NAME) ? -1 : __real_rename(old_path, path);
}

WRAPPED(int, fchmod, int file, mode_t mode)
{
    note("fchmod", file);
    return fails(INJECT_MODE) ? -1 : __real_fchmod(file, mode);
}

WRAPPED(int, fstat, int file, struct stat *status)
{
    note("fstat", file);
    return fails(INJECT_STAT) ? -1 : __real_fstat(file, status);
}

WRAPPED(int, fstatat, int folder, const char *path, struct stat *status, int flags)
{
    note("fstatat", -1);
    return fails(INJECT_STAT) ? -1 : __real_fstatat(folder, path, status, flags);
}

/* ---- Threads and processes ---- */

WRAPPED(int, pthread_create, pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
        void *argument)
{
    note("pthread_create", -1);
    return fails(INJECT_THREAD) ? errno : __real_pthread_create(thread, attributes, run, argument);
}

WRAPPED(pid_t, fork, void)
{
    note("fork", -1);
    return fails(INJECT_FORK) ? -1 : __real_fork();
}

WRAPPED(int, pipe2, int *ends, int flags)
{
    note("pipe2", -1);
    return fails(INJECT_FORK) ? -1 : __real_pipe2(ends, flags);
}
