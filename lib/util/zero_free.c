/* SPDX-License-Identifier: Apache-2.0 */
/*
 * zero_free.c - a free() that overwrites memory before it releases it.
 *
 * Linked into the programs, never into the library: what the C library and others allocate for an
 * identifier is overwritten when they release it. M_PERTURB of the C library does not do that: small chunks
 * go to a cache unchanged.
 *
 * Left out under sanitizers, which bring an allocator of their own.
 */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define ZERO_FREE_LEFT_OUT
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define ZERO_FREE_LEFT_OUT
#endif
#endif

#ifndef ZERO_FREE_LEFT_OUT

#include <dlfcn.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

typedef void free_function(void *memory);

/*
 * The free() that would be used without the one below: the C library's, or that of an allocator that replaces
 * it (LD_PRELOAD). NULL while dlsym() looks for it on this thread: dlsym() itself calls free() when an earlier
 * dlsym() of this thread had failed, as libfakeroot and libfaketime do before main(). Several threads may look
 * for it at once; all find the same.
 */
static free_function *next_free(void)
{
    static _Atomic(free_function *) found;
    /* volatile: dlsym() is declared not to call back into this file (__leaf__), and does */
    static _Thread_local volatile bool is_searching __attribute__((tls_model("initial-exec")));
    free_function *next = atomic_load_explicit(&found, memory_order_relaxed);
    if (next == NULL && !is_searching) {
        is_searching = true;
        void *symbol = dlsym(RTLD_NEXT, "free");
        is_searching = false;
        memcpy(&next, &symbol, sizeof next); /* ISO C has no cast from object to function pointers */
        atomic_store_explicit(&found, next, memory_order_relaxed);
    }
    return next;
}

__attribute__((visibility("default"))) void free(void *memory)
{
    if (memory == NULL)
        return;
    explicit_bzero(memory, malloc_usable_size(memory));
    free_function *next = next_free();
    /* without one it stays allocated: the text of one error of dlsym() for each thread that searches */
    if (next != NULL)
        next(memory);
}

/* Always moves: the C library's realloc() would release the old memory without calling the function above. */
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
