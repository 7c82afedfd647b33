/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/pages.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "include/elig_format.h"

/* Counts from the mapping's own residency; looking at it reads nothing. */
static int64_t count_resident(int file, size_t bytes)
{
    size_t pages = bytes / ELIG_PAGE_BYTES;
    unsigned char *resident = malloc(pages + 1);
    void *map = mmap(NULL, bytes, PROT_READ, MAP_SHARED, file, 0);
    int64_t count = -1;
    if (resident != NULL && map != MAP_FAILED && mincore(map, bytes, resident) == 0) {
        count = 0;
        for (size_t i = 0; i < pages; i++)
            count += resident[i] & 1;
    }
    if (map != MAP_FAILED)
        munmap(map, bytes);
    free(resident);
    return count;
}

int64_t pages_cached(const char *path)
{
    struct stat status;
    int64_t count = -1;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return -1;
    if (fstat(file, &status) == 0)
        count = count_resident(file, (size_t)status.st_size);
    close(file);
    return count;
}

int pages_drop(const char *path)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return 0;
    int dropped = fdatasync(file) == 0 && posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED) == 0;
    close(file);
    return dropped && pages_cached(path) == 0;
}

#define FETCH_BYTES (1 << 20)

int pages_fetch(const char *path)
{
    char *buffer = malloc(FETCH_BYTES);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = -1;
    if (buffer != NULL && file >= 0)
        do
            got = read(file, buffer, FETCH_BYTES);
        while (got > 0);
    if (file >= 0)
        close(file);
    free(buffer);
    return got == 0;
}

/* The text after the next character c; an empty one if there is none. */
static const char *after(const char *text, char c)
{
    const char *found = strchr(text, c);
    return found != NULL ? found + 1 : "";
}

/* A line of /proc/self/maps: "start-end flags offset device inode  name", numbers in hexadecimal. */
static void touch_mapping(const char *line, uint64_t file_bytes)
{
    const char *flags = after(line, ' ');
    uint64_t start = strtoull(line, NULL, 16), end = strtoull(after(line, '-'), NULL, 16);
    uint64_t offset = strtoull(after(flags, ' '), NULL, 16);
    if (*flags != 'r' || offset >= file_bytes)
        return;
    uint64_t bytes = end - start < file_bytes - offset ? end - start : file_bytes - offset;
    const volatile uint8_t *page = (const volatile uint8_t *)(uintptr_t)start;
    for (uint64_t at = 0; at < bytes; at += ELIG_PAGE_BYTES)
        (void)page[at];
}

int pages_touch(const char *path)
{
    struct stat status;
    char *real = realpath(path, NULL), *line = NULL;
    size_t room = 0;
    FILE *maps = fopen("/proc/self/maps", "re");
    int good = real != NULL && maps != NULL && stat(path, &status) == 0;
    while (good && getline(&line, &room, maps) > 0) {
        line[strcspn(line, "\n")] = '\0';
        const char *name = strchr(line, '/');
        if (name != NULL && strcmp(name, real) == 0)
            touch_mapping(line, (uint64_t)status.st_size);
    }
    if (maps != NULL)
        fclose(maps);
    free(line);
    free(real);
    return good;
}

int64_t pages_resident(void)
{
    static const char wanted[] = "Rss:";
    char line[256];
    int64_t kilobytes = -1;
    FILE *rollup = fopen("/proc/self/smaps_rollup", "re");
    while (rollup != NULL && kilobytes < 0 && fgets(line, sizeof line, rollup) != NULL)
        if (strncmp(line, wanted, strlen(wanted)) == 0)
            kilobytes = (int64_t)strtoll(line + strlen(wanted), NULL, 10);
    if (rollup != NULL)
        fclose(rollup);
    return kilobytes < 0 ? -1 : kilobytes * 1024;
}

int64_t pages_of_lookup(const char *path, enum elig_check check, const uint8_t digest[ELIG_DIGEST_BYTES])
{
    const struct elig_options options = {.size = sizeof options, .check = check};
    struct elig_answer answer;
    struct elig *index;
    int64_t pages = -1;
    if (!pages_drop(path) || elig_open(path, &options, &index) != 0)
        return -1;
    if (check == ELIG_CHECK_WALK || pages_drop(path)) {
        elig_find(index, (const uint8_t(*)[ELIG_DIGEST_BYTES])digest, 1, &answer);
        if (answer.verdict == ELIG_ELIGIBLE)
            pages = pages_cached(path);
    }
    elig_close(index);
    return pages;
}
