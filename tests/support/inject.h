/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inject.h - lets allocations and system calls fail, and records the order of the calls.
 *
 * A test program that includes this header is linked with `--wrap` for each function that inject.c stands in
 * for (the Makefile finds both), and with static libsodium and libunistring, so that their calls are
 * replaced as well. That works the same under valgrind and the sanitizers, whose allocators stay in place.
 * Calls within libc itself are not replaced.
 */
#ifndef ELIG_SUPPORT_INJECT_H
#define ELIG_SUPPORT_INJECT_H

#include <stdbool.h>
#include <stddef.h>

enum inject_call {
    INJECT_MEMORY, /* malloc and its kin, strdup, asprintf, iconv_open, mmap */
    INJECT_OPEN,   /* open, openat, fopen, fdopen */
    INJECT_READ,   /* read, pread, preadv */
    INJECT_WRITE,  /* write, pwrite */
    INJECT_FLUSH,  /* fflush, fclose: what stdio has not written yet */
    INJECT_SYNC,   /* fsync, fdatasync */
    INJECT_NAME,   /* linkat, renameat, link, rename: give a file its name */
    INJECT_MODE,   /* fchmod */
    INJECT_STAT,   /* fstat, fstatat */
    INJECT_THREAD, /* pthread_create */
    INJECT_FORK,   /* fork, pipe2 */
    INJECT_CALLS
};

/* From now on the calls of that kind fail with error in errno, after some that still succeed: one call, or all.
 */
void inject_fail(enum inject_call call, unsigned long successes, bool once, int error);

/* From now on one read or write transfers at most that number of bytes. 0: no limit. */
void inject_short_transfers(size_t bytes);

/* No call fails any more, and nothing is recorded any more. */
void inject_stop(void);

/* Calls that failed since the last inject_fail(). */
unsigned long inject_failures(void);

/* Allocations and mappings that are not freed yet. */
long inject_allocations(void);

/* Starts to record the calls, except those of INJECT_MEMORY. */
void inject_record(void);

/* What was recorded, the names of the functions in order: "fchmod(file) fsync(file) renameat fsync(folder)".
 * Valid until the next inject_record(). */
const char *inject_recorded(void);

#endif
