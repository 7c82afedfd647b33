/* SPDX-License-Identifier: Apache-2.0 */
/*
 * disk.h - is there enough room on the disks, before hours of work find out that there is not?
 */
#ifndef ELIG_DISK_H
#define ELIG_DISK_H

#include <stdint.h>

#include "include/elig.h"

struct disk_need {
    const char *path;    /* a file in the folder that will be written to, or the folder itself */
    int is_folder;       /* path is the folder */
    uint64_t bytes;      /* that will be written there */
    const char *purpose; /* for the message: "temporary files" */
};

/* 1 if every need can be met, needs on one file system taken together, as things stand; 0 if not, explained on
 * standard error. What cannot be found out is taken to be enough. */
ELIG_CHECK_RESULT int disk_has_room(const struct disk_need *needs, unsigned count);

/* About how many rows a list has, from its length and samples of its rows; 0: not known (a pipe). path may be
 * NULL: standard input. */
uint64_t disk_estimate_rows(const char *path);

#endif
