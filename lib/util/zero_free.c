/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wipe.c - free() that overwrites first. Linked into the programs, never into the library: what libunistring,
 * libidn2 and the C library allocate for an identifier is gone when they are done with it. The allocator's own
 * M_PERTURB does not do that: glibc keeps small chunks aside as they are.
 *
 * Left out under sanitizers, which bring an allocator of their own.
 */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define WIPE_LEFT_OUT
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define WIPE_LEFT_OUT
#endif
#endif

#ifndef WIPE_LEFT_OUT

#include <dlfcn.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The C library's free(), looked up by name so that tools that replace it still can. */
static void free_next(void *memory)
{
    static void (*next)(void *);
    if (next == NULL) {
        void *symbol = dlsym(RTLD_NEXT, "free");
        memcpy(&next, &symbol, sizeof next); /* ISO C has no cast from object to function pointers */
    }
    next(memory);
}

__attribute__((visibility("default"))) void free(void *memory)
{
    if (memory == NULL)
        return;
    explicit_bzero(memory, malloc_usable_size(memory));
    free_next(memory);
}

/* Moves always: the C library's would free the old place without asking the function above. */
__attribute__((visibility("default"))) void *realloc(void *memory, size_t size)
{
    if (memory == NULL)
        return malloc(size);
    if (size == 0) {
        free(memory);
        return NULL;
    }
    size_t usable = malloc_usable_size(memory);
    void *moved = malloc(size);
    if (moved == NULL)
        return NULL;
    memcpy(moved, memory, usable < size ? usable : size);
    free(memory);
    return moved;
}

#endif
