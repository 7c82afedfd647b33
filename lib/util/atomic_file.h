/* SPDX-License-Identifier: Apache-2.0 */
/*
 * publish.h - a file that appears under its name only when it is complete.
 *
 * Written to a file without a name in the same folder (where the file system has none such: under a hidden
 * temporary name), synced, then renamed over the target, the folder synced. Until the rename the old file, if
 * there is one, is untouched; a killed program leaves nothing behind (a
 * hidden temporary file where there are no files without a name).
 */
#ifndef ELIG_PUBLISH_H
#define ELIG_PUBLISH_H

#include <sys/types.h>

#include "include/elig.h"

struct atomic_file;

/* Begins. Returns NULL with errno set when the folder cannot be written to or path is no place for a file. */
ELIG_CHECK_RESULT struct atomic_file *atomic_file_open(const char *path);

/* The descriptor to write to; stays publish's. */
int atomic_file_descriptor(const struct atomic_file *output);

/* A path under which this process can open what was written so far; lives as long as publish. */
const char *atomic_file_path(const struct atomic_file *output);

/* Makes the file appear, with the given mode, and frees. Returns 1, or 0 with errno set: then the target is as
 * it was, unless only the last step failed, syncing the folder: then it is the new one, which a crash may undo.
 */
ELIG_CHECK_RESULT int atomic_file_commit(struct atomic_file *output, mode_t mode);

/* Frees and leaves nothing behind. NULL is fine. */
void atomic_file_abandon(struct atomic_file *output);

#endif
