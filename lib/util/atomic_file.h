/* SPDX-License-Identifier: Apache-2.0 */
/*
 * atomic_file.h - a file that appears under its name only when it is complete.
 *
 * It is written without a name in the same folder (under a hidden temporary name where the file system has no
 * files without one), synced, and renamed over the target; then the folder is synced. Until the rename an old
 * file with that name is untouched. A program that is killed leaves nothing, or the hidden temporary file.
 */
#ifndef ELIG_ATOMIC_FILE_H
#define ELIG_ATOMIC_FILE_H

#include <stdio.h>
#include <sys/types.h>

#include "include/elig.h"

struct atomic_file;

/* Begins. Returns 0; or ELIG_E_WRITE with errno set and *out NULL: the folder cannot be written to, path is
 * that of something else than a regular file, or there is no memory. */
ELIG_CHECK_RESULT int atomic_file_open(const char *path, struct atomic_file **out);

/* The descriptor to write to; not to be closed. */
int atomic_file_descriptor(const struct atomic_file *output);

/* A path under which this process can open what was written so far; valid until the file is committed or
 * abandoned. */
const char *atomic_file_path(const struct atomic_file *output);

/* Makes the file appear, with the given mode, and frees. Returns 0, or ELIG_E_WRITE with errno set: then the
 * target is unchanged, unless only the last step failed, syncing the folder: then it is the new one, which a
 * crash may undo. */
ELIG_CHECK_RESULT int atomic_file_commit(struct atomic_file *output, mode_t mode);

/* Opens a stream to write a report to, once for each file; it is closed with the file. Returns 0, or
 * ELIG_E_WRITE with errno set and *stream NULL. */
ELIG_CHECK_RESULT int atomic_file_stream(struct atomic_file *output, FILE **stream);

/* The same as atomic_file_commit() where a stream was opened: what it holds is written first, and an error of
 * it is one of the commit; bits of the umask are removed from the mode. */
ELIG_CHECK_RESULT int atomic_file_commit_stream(struct atomic_file *output, mode_t mode);

/* Frees, leaves no file, and does not change errno. NULL is fine. */
void atomic_file_abandon(struct atomic_file *output);

#endif
