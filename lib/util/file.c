/* SPDX-License-Identifier: Apache-2.0 */
/* file.c - loops around pread() and pwrite(), and comparison of two names by inode or by folder and name. */
#include "lib/util/file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int file_write_at(int file, const void *bytes, size_t length, uint64_t offset)
{
    const uint8_t *from = bytes;
    while (length > 0) {
        ssize_t put = pwrite(file, from, length, (off_t)offset);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return ELIG_E_WRITE;
        from += put;
        length -= (size_t)put;
        offset += (size_t)put;
    }
    return 0;
}

int file_read_at(int file, void *bytes, size_t length, uint64_t offset)
{
    uint8_t *to = bytes;
    while (length > 0) {
        ssize_t got = pread(file, to, length, (off_t)offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got == 0)
            errno = ENODATA;
        if (got <= 0)
            return ELIG_E_READ;
        to += got;
        length -= (size_t)got;
        offset += (size_t)got;
    }
    return 0;
}

char *file_folder(const char *path, const char **name)
{
    const char *slash = strrchr(path, '/');
    *name = slash == NULL ? path : slash + 1;
    return slash == NULL ? strdup(".") : strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

static bool stat_folder(const char *path, struct stat *status, const char **name)
{
    char *folder = file_folder(path, name);
    bool is_there = folder != NULL && stat(folder, status) == 0;
    free(folder);
    return is_there;
}

static bool is_same_inode(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

bool file_is_same(const char *a, const char *b)
{
    struct stat left, right;
    const char *left_name, *right_name;
    if (stat(a, &left) == 0 && stat(b, &right) == 0)
        return is_same_inode(&left, &right);
    return stat_folder(a, &left, &left_name) && stat_folder(b, &right, &right_name) &&
           is_same_inode(&left, &right) && strcmp(left_name, right_name) == 0;
}
