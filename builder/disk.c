/* SPDX-License-Identifier: Apache-2.0 */
/* disk.c - free space by file system, and rows of a list from samples. */
#include "builder/disk.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "lib/util/file.h"

#define SAMPLES 3
#define SAMPLE_BYTES (64u << 10)
#define NEEDS_MAX 4

const char *disk_size_text(uint64_t bytes, char text[DISK_SIZE_TEXT])
{
    static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB", "PB", "EB"};
    double size = (double)bytes;
    unsigned unit = 0;
    while (size >= 1000) {
        size /= 1000;
        unit++;
    }
    snprintf(text, DISK_SIZE_TEXT, unit == 0 ? "%.0f %s" : "%.1f %s", size, units[unit]);
    return text;
}

/* Finds the file system of a need and the bytes that are free there; false if that cannot be determined. */
static bool find_free_bytes(const struct disk_need *need, dev_t *device, uint64_t *free_bytes)
{
    struct stat status;
    struct statvfs room;
    const char *name;
    char *folder = need->is_folder ? strdup(need->path) : file_folder(need->path, &name);
    bool is_known = folder != NULL && stat(folder, &status) == 0 && statvfs(folder, &room) == 0;
    free(folder);
    if (!is_known)
        return false;
    *device = status.st_dev;
    *free_bytes = (uint64_t)room.f_bavail * room.f_frsize;
    return true;
}

bool disk_has_room(const struct disk_need *needs, unsigned count, struct disk_shortage *shortage)
{
    dev_t devices[NEEDS_MAX];
    uint64_t needed[NEEDS_MAX] = {0};
    unsigned known = 0;
    for (unsigned i = 0; i < count; i++) {
        dev_t device;
        uint64_t free_bytes;
        if (!find_free_bytes(&needs[i], &device, &free_bytes))
            continue;
        unsigned at = 0;
        while (at < known && devices[at] != device)
            at++;
        if (at == known)
            devices[known++] = device;
        needed[at] += needs[i].bytes;
        if (needs[i].bytes > 0 && needed[at] > free_bytes) {
            *shortage = (struct disk_shortage){&needs[i], needed[at], free_bytes};
            return false;
        }
    }
    return true;
}

/* Counts the line ends in a sample of a file that begins at offset; *bytes is the length of the sample. */
static size_t count_line_ends(int file, off_t offset, size_t *bytes)
{
    static const size_t most = SAMPLE_BYTES;
    char *sample = malloc(most);
    ssize_t got = sample != NULL ? pread(file, sample, most, offset) : 0;
    size_t ends = 0;
    for (ssize_t i = 0; i < got; i++)
        ends += sample[i] == '\n' || (sample[i] == '\r' && (i + 1 == got || sample[i + 1] != '\n'));
    if (got > 0)
        sodium_memzero(sample, (size_t)got);
    free(sample);
    *bytes = got > 0 ? (size_t)got : 0;
    return ends;
}

uint64_t disk_estimate_rows(const char *path)
{
    struct stat status;
    size_t ends = 0, bytes = 0;
    /* checked before it is opened: a pipe would break when this reader closes it */
    if ((path != NULL ? stat(path, &status) : fstat(STDIN_FILENO, &status)) != 0 || !S_ISREG(status.st_mode))
        return 0;
    int file = path != NULL ? open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY) : STDIN_FILENO;
    if (file < 0)
        return 0;
    for (unsigned i = 0; i < SAMPLES; i++) {
        size_t some;
        ends += count_line_ends(file, status.st_size / SAMPLES * i, &some);
        bytes += some;
    }
    if (path != NULL)
        close(file);
    return bytes > 0 ? (uint64_t)((double)ends / (double)bytes * (double)status.st_size) + 1 : 0;
}
