/*
 * pages.h - how many pages of a file were read, counted by the kernel: what is in the page cache after the
 * file was dropped from it.
 */
#ifndef ELIG_PAGES_H
#define ELIG_PAGES_H

#include <stdint.h>

/* Drops a file from the page cache. Nobody may have it mapped. Returns 1, or 0 if pages stayed. */
int pages_drop(const char *path);

/* Pages of the file that are in the page cache now; -1 on failure. */
int64_t pages_cached(const char *path);

#endif
