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
    FILE *stream;              /* of a copy of file; NULL: none */
    char *name;                /* within folder */
    char *path;                /* to open it again: /proc/self/fd/..., or folder and temporary name */
    char temporary[PATH_TEXT]; /* a name within folder, which the file has if is_named */
    bool is_named;
};

/* The steps of atomic_file_open() return 0, or ELIG_E_WRITE with errno set. */

/* Splits path into folder and name and opens the folder. */
static int open_folder(struct atomic_file *output, const char *path)
{
    const char *name;
    char *folder = file_folder(path, &name);
    output->name = strdup(name);
    if (folder != NULL && output->name != NULL)
        output->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(folder);
    return output->folder >= 0 ? 0 : ELIG_E_WRITE;
}

/* What has the name must be a regular file, if it exists. */
static int check_name(const struct atomic_file *output)
{
    struct stat status = {.st_mode = S_IFDIR}; /* for an empty name: path ends with a slash */
    if (*output->name != '\0' && fstatat(output->folder, output->name, &status, 0) != 0)
        return errno == ENOENT ? 0 : ELIG_E_WRITE;
    errno = S_ISDIR(status.st_mode) ? EISDIR : EMEDIUMTYPE; /* "Wrong medium type" */
    return S_ISREG(status.st_mode) ? 0 : ELIG_E_WRITE;
}

/* Opens a file without a name; errno is EOPNOTSUPP where there is no /proc, without which it could neither be
 * opened again nor be given a name. */
static int open_unnamed(struct atomic_file *output)
{
    output->file = openat(output->folder, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (output->file < 0)
        return ELIG_E_WRITE;
    if (asprintf(&output->path, "/proc/self/fd/%d", output->file) < 0)
        output->path = NULL;
    if (output->path != NULL && access(output->path, R_OK) == 0)
        return 0;
    free(output->path);
    output->path = NULL;
    close(output->file);
    output->file = -1;
    errno = EOPNOTSUPP;
    return ELIG_E_WRITE;
}

static int open_file(struct atomic_file *output, const char *path)
{
    uint8_t random[TEMPORARY_RANDOM];
    char digits[2 * TEMPORARY_RANDOM + 1];
    randombytes_buf(random, sizeof random);
    sodium_bin2hex(digits, sizeof digits, random, sizeof random);
    /* short enough even where the file's own name is as long as names can be */
    snprintf(output->temporary, sizeof output->temporary, ".elig-%s.tmp", digits);
    int error = open_unnamed(output);
    if (error == 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
        return error;
    const char *slash = strrchr(path, '/');
    int folder = slash != NULL ? (int)(slash + 1 - path) : 0;
    if (asprintf(&output->path, "%.*s%s", folder, path, output->temporary) < 0) {
        output->path = NULL;
        return ELIG_E_WRITE;
    }
    output->file =
        openat(output->folder, output->temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    output->is_named = output->file >= 0;
    return output->is_named ? 0 : ELIG_E_WRITE;
}

int atomic_file_open(const char *path, struct atomic_file **out)
{
    struct atomic_file *output = calloc(1, sizeof *output);
    *out = NULL;
    if (output == NULL)
        return ELIG_E_WRITE;
    output->folder = output->file = -1;
    int error = sodium_init() < 0 ? ELIG_E_WRITE : open_folder(output, path);
    if (error == 0)
        error = check_name(output);
    if (error == 0)
        error = open_file(output, path);
    if (error == 0) {
        *out = output;
        return 0;
    }
    atomic_file_abandon(output);
    return error;
}

int atomic_file_descriptor(const struct atomic_file *output)
{
    return output->file;
}

const char *atomic_file_path(const struct atomic_file *output)
{
    return output->path;
}

int atomic_file_stream(struct atomic_file *output, FILE **stream)
{
    int copy = fcntl(output->file, F_DUPFD_CLOEXEC, 0);
    *stream = output->stream = copy >= 0 ? fdopen(copy, "w") : NULL;
    int error_number = errno;
    if (*stream == NULL && copy >= 0)
        close(copy);
    errno = error_number;
    return *stream != NULL ? 0 : ELIG_E_WRITE;
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
    atomic_file_abandon(output);
    return is_done ? 0 : ELIG_E_WRITE;
}

int atomic_file_commit_stream(struct atomic_file *output, mode_t mode)
{
    mode_t mask = umask(0);
    umask(mask);
    bool is_good = !ferror(output->stream);
    is_good = fclose(output->stream) == 0 && is_good;
    output->stream = NULL;
    if (is_good)
        return atomic_file_commit(output, mode & ~mask);
    atomic_file_abandon(output);
    return ELIG_E_WRITE;
}

void atomic_file_abandon(struct atomic_file *output)
{
    if (output == NULL)
        return;
    int error_number = errno;
    if (output->is_named)
        unlinkat(output->folder, output->temporary, 0);
    if (output->stream != NULL)
        (void)fclose(output->stream);
    if (output->file >= 0)
        close(output->file);
    if (output->folder >= 0)
        close(output->folder);
    free(output->name);
    free(output->path);
    free(output);
    errno = error_number;
}
