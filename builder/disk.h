/* SPDX-License-Identifier: Apache-2.0 */
/* disk.h - compares the disk space that a build needs with what is free, before hours of work. */
#ifndef ELIG_DISK_H
#define ELIG_DISK_H

#include <stdbool.h>
#include <stdint.h>

#include "include/elig.h"

struct disk_need {
    const char *path;    /* a file in the folder that will be written to, or the folder itself */
    bool is_folder;      /* path is the folder */
    uint64_t bytes;      /* that will be written there */
    const char *purpose; /* for the message: "temporary files" */
};

/* The first need that cannot be met, and the bytes of all needs on its file system up to it. */
struct disk_shortage {
    const struct disk_need *need;
    uint64_t needed_bytes, free_bytes;
};

/* Whether all needs can be met at present; needs on one file system are added up. If not, fills in *shortage.
 * Space that cannot be determined is assumed to be enough. */
ELIG_CHECK_RESULT bool disk_has_room(const struct disk_need *needs, unsigned count,
                                     struct disk_shortage *shortage);

/* A number of bytes as people read it: "1.5 GB". Returns text. */
#define DISK_SIZE_TEXT 32
const char *disk_size_text(uint64_t bytes, char text[DISK_SIZE_TEXT]);

/* About how many rows a list has, from its length and samples of it; 0: not known (a pipe). path NULL: standard
 * input. */
uint64_t disk_estimate_rows(const char *path);

#endif
