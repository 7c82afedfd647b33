/* SPDX-License-Identifier: Apache-2.0 */
/* atomic_file.c - O_TMPFILE where there is one, else a temporary name; sync, link, rename, sync the folder. */
#include "lib/util/atomic_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/util/file.h"

#define PATH_TEXT 64
#define TEMPORARY_RANDOM 8 /* bytes */

struct atomic_file {
    int folder, file;
    char *name;                /* within folder */
    char *path;                /* to open it again: /proc/self/fd/..., or folder and temporary name */
    char temporary[PATH_TEXT]; /* a name within folder, which the file has if is_named */
    bool is_named;
};

/* Splits path into folder and name and opens the folder; false with errno set on failure. */
static bool open_folder(struct atomic_file *output, const char *path)
{
    const char *name;
    char *folder = file_folder(path, &name);
    output->name = strdup(name);
    if (folder != NULL && output->name != NULL)
        output->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(folder);
    return output->folder >= 0;
}

/* The target must be a regular file or not exist; else false with errno set. */
static bool target_is_valid(const struct atomic_file *output)
{
    struct stat status = {.st_mode = S_IFDIR}; /* for an empty name: path ends with a slash */
    if (*output->name != '\0' && fstatat(output->folder, output->name, &status, 0) != 0)
        return errno == ENOENT;
    errno = S_ISDIR(status.st_mode) ? EISDIR : EEXIST;
    return S_ISREG(status.st_mode);
}

/* Opens a file without a name; false with errno EOPNOTSUPP where there is no /proc, without which it could
 * neither be opened again nor be given a name. */
static bool open_nameless(struct atomic_file *output)
{
    output->file = openat(output->folder, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (output->file < 0)
        return false;
    if (asprintf(&output->path, "/proc/self/fd/%d", output->file) < 0)
        output->path = NULL;
    if (output->path != NULL && access(output->path, R_OK) == 0)
        return true;
    free(output->path);
    output->path = NULL;
    close(output->file);
    output->file = -1;
    errno = EOPNOTSUPP;
    return false;
}

static bool open_file(struct atomic_file *output, const char *path)
{
    uint8_t random[TEMPORARY_RANDOM];
    char digits[2 * TEMPORARY_RANDOM + 1];
    randombytes_buf(random, sizeof random);
    sodium_bin2hex(digits, sizeof digits, random, sizeof random);
    /* short enough even where the target's name is as long as names can be */
    snprintf(output->temporary, sizeof output->temporary, ".elig-%s.tmp", digits);
    if (open_nameless(output))
        return true;
    if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)
        return false;
    const char *slash = strrchr(path, '/');
    int folder = slash != NULL ? (int)(slash + 1 - path) : 0;
    if (asprintf(&output->path, "%.*s%s", folder, path, output->temporary) < 0) {
        output->path = NULL;
        return false;
    }
    output->file =
        openat(output->folder, output->temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    output->is_named = output->file >= 0;
    return output->is_named;
}

struct atomic_file *atomic_file_open(const char *path)
{
    struct atomic_file *output = calloc(1, sizeof *output);
    if (output == NULL)
        return NULL;
    output->folder = output->file = -1;
    if (sodium_init() < 0 || !open_folder(output, path) || !target_is_valid(output) ||
        !open_file(output, path)) {
        int error_number = errno;
        atomic_file_abandon(output);
        errno = error_number;
        return NULL;
    }
    return output;
}

int atomic_file_descriptor(const struct atomic_file *output)
{
    return output->file;
}

const char *atomic_file_path(const struct atomic_file *output)
{
    return output->path;
}

/* Gives a file without a name its temporary one. */
static bool name_file(struct atomic_file *output)
{
    if (!output->is_named)
        output->is_named =
            linkat(AT_FDCWD, output->path, output->folder, output->temporary, AT_SYMLINK_FOLLOW) == 0;
    return output->is_named;
}

int atomic_file_commit(struct atomic_file *output, mode_t mode)
{
    bool is_done = false;
    if (fchmod(output->file, mode) == 0 && fsync(output->file) == 0 && name_file(output) &&
        renameat(output->folder, output->temporary, output->folder, output->name) == 0) {
        /* The new file is in place; syncing the folder decides only whether a crash now could bring back the
         * old one. */
        output->is_named = false;
        is_done = fsync(output->folder) == 0;
    }
    int error_number = errno;
    atomic_file_abandon(output);
    errno = error_number;
    return is_done ? 0 : ELIG_E_WRITE;
}

void atomic_file_abandon(struct atomic_file *output)
{
    if (output == NULL)
        return;
    if (output->is_named)
        unlinkat(output->folder, output->temporary, 0);
    if (output->file >= 0)
        close(output->file);
    if (output->folder >= 0)
        close(output->folder);
    free(output->name);
    free(output->path);
    free(output);
}
