/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tinycdb: a constant database, the whole file mapped by the library. Keys without data.
 */
#include <cdb.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench/peer.h"

static int build(const char *path, const uint8_t (*digests)[ELIG_DIGEST_BYTES], uint64_t n)
{
    struct cdb_make make;
    int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    int good = file >= 0 && cdb_make_start(&make, file) == 0;
    if (good) {
        for (uint64_t i = 0; good && i < n; i++)
            good = cdb_make_add(&make, digests[i], PEER_KEY_BYTES, "", 0) == 0;
        good = cdb_make_finish(&make) == 0 && good && fsync(file) == 0;
    }
    if (!good)
        perror(path);
    if (file >= 0)
        close(file);
    return good;
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

static int find_one(void *handle, const uint8_t digest[ELIG_DIGEST_BYTES])
{
    return cdb_find(handle, digest, PEER_KEY_BYTES);
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
