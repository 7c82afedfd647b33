#include "publish.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_TEXT 64
#define TEMPORARY_RANDOM 8 /* bytes */

struct publish {
    int folder, file;
    char *name;                /* within folder */
    char *path;                /* to open it again: /proc/self/fd/..., or folder and temporary name */
    char temporary[PATH_TEXT]; /* a name within folder, in use if is_named */
    int is_named;
};

/* Splits path into folder and name: 1, or 0 with errno set. */
static int open_folder(struct publish *publish, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    char *folder = slash == NULL ? strdup(".") : strndup(path, slash == path ? 1 : (size_t)(slash - path));
    publish->name = strdup(name);
    if (folder != NULL && publish->name != NULL)
        publish->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(folder);
    return publish->folder >= 0;
}

/* The target must be a plain file or not there yet. */
static int target_is_fit(const struct publish *publish)
{
    struct stat status;
    if (*publish->name == '\0') {
        errno = EISDIR;
        return 0;
    }
    if (fstatat(publish->folder, publish->name, &status, 0) != 0)
        return errno == ENOENT;
    if (S_ISREG(status.st_mode))
        return 1;
    errno = S_ISDIR(status.st_mode) ? EISDIR : EEXIST;
    return 0;
}

/* A name of its own, however long the target's is. */
static void make_temporary_name(struct publish *publish)
{
    uint8_t random[TEMPORARY_RANDOM];
    char digits[2 * TEMPORARY_RANDOM + 1];
    randombytes_buf(random, sizeof random);
    sodium_bin2hex(digits, sizeof digits, random, sizeof random);
    snprintf(publish->temporary, sizeof publish->temporary, ".elig-%s.tmp", digits);
}

/* Without /proc a file without a name could neither be opened again nor be given a name. */
static int open_nameless(struct publish *publish)
{
    publish->file = openat(publish->folder, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (publish->file < 0)
        return 0;
    if (asprintf(&publish->path, "/proc/self/fd/%d", publish->file) < 0)
        publish->path = NULL;
    if (publish->path != NULL && access(publish->path, R_OK) == 0)
        return 1;
    free(publish->path);
    publish->path = NULL;
    close(publish->file);
    publish->file = -1;
    errno = EOPNOTSUPP;
    return 0;
}

static int open_file(struct publish *publish, const char *path)
{
    make_temporary_name(publish);
    if (open_nameless(publish))
        return 1;
    if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)
        return 0;
    const char *slash = strrchr(path, '/');
    int folder = slash != NULL ? (int)(slash + 1 - path) : 0;
    if (asprintf(&publish->path, "%.*s%s", folder, path, publish->temporary) < 0) {
        publish->path = NULL;
        return 0;
    }
    publish->file =
        openat(publish->folder, publish->temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    publish->is_named = publish->file >= 0;
    return publish->is_named;
}

struct publish *publish_open(const char *path)
{
    struct publish *publish = calloc(1, sizeof *publish);
    if (publish == NULL)
        return NULL;
    publish->folder = publish->file = -1;
    if (sodium_init() < 0 || !open_folder(publish, path) || !target_is_fit(publish) ||
        !open_file(publish, path)) {
        int why = errno;
        publish_abandon(publish);
        errno = why;
        return NULL;
    }
    return publish;
}

int publish_file(const struct publish *publish)
{
    return publish->file;
}

const char *publish_path(const struct publish *publish)
{
    return publish->path;
}

int publish_commit(struct publish *publish, mode_t mode)
{
    int good = fchmod(publish->file, mode) == 0 && fsync(publish->file) == 0;
    if (good && !publish->is_named) {
        good = linkat(AT_FDCWD, publish->path, publish->folder, publish->temporary, AT_SYMLINK_FOLLOW) == 0;
        publish->is_named = good;
    }
    if (good && renameat(publish->folder, publish->temporary, publish->folder, publish->name) == 0)
        publish->is_named = 0;
    else
        good = 0;
    /* The new file is in place; syncing the folder decides only whether a crash now could bring back the old.
     */
    if (good)
        good = fsync(publish->folder) == 0;
    int why = errno;
    publish_abandon(publish);
    errno = why;
    return good;
}

void publish_abandon(struct publish *publish)
{
    if (publish == NULL)
        return;
    if (publish->is_named)
        unlinkat(publish->folder, publish->temporary, 0);
    if (publish->file >= 0)
        close(publish->file);
    if (publish->folder >= 0)
        close(publish->folder);
    free(publish->name);
    free(publish->path);
    free(publish);
}
