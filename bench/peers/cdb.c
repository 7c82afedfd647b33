/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tinycdb: a constant database; the library maps the whole file. Keys without data.
 */
#include <cdb.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench/peer.h"

static bool build(const char *path, const uint8_t (*digests)[ELIG_DIGEST_BYTES], uint64_t n)
{
    struct cdb_make make;
    int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool ok = file >= 0 && cdb_make_start(&make, file) == 0;
    if (ok) {
        for (uint64_t i = 0; ok && i < n; i++)
            ok = cdb_make_add(&make, digests[i], PEER_KEY_BYTES, "", 0) == 0;
        ok = cdb_make_finish(&make) == 0 && ok && fsync(file) == 0;
    }
    if (!ok)
        perror(path);
    if (file >= 0)
        close(file);
    return ok;
}

static void *open_file(const char *path)
{
    struct cdb *cdb = malloc(sizeof *cdb);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (cdb != NULL && file >= 0 && cdb_init(cdb, file) == 0)
        return cdb;
    perror(path);
    if (file >= 0)
        close(file);
    free(cdb);
    return NULL;
}

static bool find_one(void *handle, const uint8_t digest[ELIG_DIGEST_BYTES], bool *is_listed)
{
    int result = cdb_find(handle, digest, PEER_KEY_BYTES);
    *is_listed = result > 0;
    return result >= 0;
}

static void close_file(void *handle)
{
    int file = cdb_fileno((struct cdb *)handle);
    cdb_free(handle);
    close(file);
    free(handle);
}

const struct peer peer_cdb = {.name = "tinycdb",
                              .file = "cdb",
                              .build = build,
                              .open = open_file,
                              .find_one = find_one,
                              .close = close_file};
