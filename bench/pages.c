/* SPDX-License-Identifier: Apache-2.0 */
/* Counts pages in the page cache and in memory, and brings files into known states. */
#include "bench/pages.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "include/elig_format.h"

#define FETCH_BYTES (1 << 20)

/* mincore() reads no page of the mapping. */
static bool count_resident(int file, size_t bytes, uint64_t *count)
{
    size_t pages = bytes / ELIG_PAGE_BYTES;
    unsigned char *resident = malloc(pages + 1);
    void *map = mmap(NULL, bytes, PROT_READ, MAP_SHARED, file, 0);
    bool ok = resident != NULL && map != MAP_FAILED && mincore(map, bytes, resident) == 0;
    *count = 0;
    for (size_t i = 0; ok && i < pages; i++)
        *count += resident[i] & 1;
    if (map != MAP_FAILED)
        munmap(map, bytes);
    free(resident);
    return ok;
}

bool pages_cached(const char *path, uint64_t *count)
{
    struct stat status;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    bool ok = fstat(file, &status) == 0 && count_resident(file, (size_t)status.st_size, count);
    close(file);
    return ok;
}

bool pages_drop(const char *path)
{
    uint64_t left;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    bool dropped = fdatasync(file) == 0 && posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED) == 0;
    close(file);
    return dropped && pages_cached(path, &left) && left == 0;
}

bool pages_fetch(const char *path)
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

/* The text after the next character c; empty if the text has no c. */
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

bool pages_touch(const char *path)
{
    struct stat status;
    char *real = realpath(path, NULL), *line = NULL;
    size_t room = 0;
    FILE *maps = fopen("/proc/self/maps", "re");
    bool ok = real != NULL && maps != NULL && stat(path, &status) == 0;
    while (ok && getline(&line, &room, maps) > 0) {
        line[strcspn(line, "\n")] = '\0';
        const char *name = strchr(line, '/');
        if (name != NULL && strcmp(name, real) == 0)
            touch_mapping(line, (uint64_t)status.st_size);
    }
    if (maps != NULL)
        fclose(maps);
    free(line);
    free(real);
    return ok;
}

bool pages_resident(uint64_t *bytes)
{
    static const char name[] = "Rss:";
    char line[256];
    bool is_found = false;
    FILE *rollup = fopen("/proc/self/smaps_rollup", "re");
    while (rollup != NULL && !is_found && fgets(line, sizeof line, rollup) != NULL) {
        is_found = strncmp(line, name, strlen(name)) == 0;
        if (is_found)
            *bytes = strtoull(line + strlen(name), NULL, 10) * 1024;
    }
    if (rollup != NULL)
        fclose(rollup);
    return is_found;
}

bool pages_of_lookup(const char *path, enum elig_check check, const uint8_t digest[ELIG_DIGEST_BYTES],
                     uint64_t *pages)
{
    const struct elig_options options = {.size = sizeof options, .check = check};
    struct elig_answer answer;
    struct elig *index;
    if (!pages_drop(path) || elig_open(path, &options, &index) != 0)
        return false;
    bool ok = check == ELIG_CHECK_WALK || pages_drop(path);
    if (ok) {
        elig_find(index, (const uint8_t(*)[ELIG_DIGEST_BYTES])digest, 1, &answer);
        ok = answer.verdict == ELIG_ELIGIBLE && pages_cached(path, pages);
    }
    elig_close(index);
    return ok;
}
