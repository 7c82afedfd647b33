/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SQLite: a table without row numbers, filled in order in one transaction; lookups through one prepared
 * statement in one transaction, the file mapped as far as SQLite allows (2 GiB), with a cache larger than the
 * rest.
 */
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench/peer.h"

/* Nothing has to survive a crash in the middle of a build, as for the other contenders. */
#define BUILD_SETUP                                                                         \
    "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;" \
    "CREATE TABLE listed (digest BLOB PRIMARY KEY) WITHOUT ROWID; BEGIN"
#define OPEN_SETUP "PRAGMA mmap_size = 1099511627776; PRAGMA cache_size = -16777216; BEGIN"

struct sqlite {
    sqlite3 *db;
    sqlite3_stmt *statement;
};

static void close_file(void *handle)
{
    struct sqlite *sqlite = handle;
    sqlite3_finalize(sqlite->statement);
    sqlite3_close(sqlite->db);
    free(sqlite);
}

static struct sqlite *open_with(const char *path, int flags, const char *setup, const char *sql)
{
    struct sqlite *sqlite = calloc(1, sizeof *sqlite);
    if (sqlite == NULL)
        return NULL;
    if (sqlite3_open_v2(path, &sqlite->db, flags | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK &&
        sqlite3_exec(sqlite->db, setup, NULL, NULL, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(sqlite->db, sql, -1, &sqlite->statement, NULL) == SQLITE_OK)
        return sqlite;
    fprintf(stderr, "bench: sqlite: %s\n", sqlite3_errmsg(sqlite->db));
    close_file(sqlite);
    return NULL;
}

static bool sync_file(const char *path)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    bool ok = file >= 0 && fsync(file) == 0;
    if (file >= 0)
        close(file);
    return ok;
}

static bool build(const char *path, const uint8_t (*digests)[ELIG_DIGEST_BYTES], uint64_t n)
{
    struct sqlite *sqlite = open_with(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, BUILD_SETUP,
                                      "INSERT INTO listed VALUES (?)");
    bool ok = sqlite != NULL;
    for (uint64_t i = 0; ok && i < n; i++)
        ok = sqlite3_bind_blob(sqlite->statement, 1, digests[i], PEER_KEY_BYTES, SQLITE_STATIC) == SQLITE_OK &&
             sqlite3_step(sqlite->statement) == SQLITE_DONE && sqlite3_reset(sqlite->statement) == SQLITE_OK;
    if (sqlite != NULL) {
        ok = ok && sqlite3_exec(sqlite->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
        if (!ok)
            fprintf(stderr, "bench: sqlite: %s\n", sqlite3_errmsg(sqlite->db));
        close_file(sqlite);
    }
    return ok && sync_file(path);
}

static void *open_file(const char *path)
{
    return open_with(path, SQLITE_OPEN_READONLY, OPEN_SETUP, "SELECT 1 FROM listed WHERE digest = ?");
}

static bool find_one(void *handle, const uint8_t digest[ELIG_DIGEST_BYTES], bool *is_listed)
{
    const struct sqlite *sqlite = handle;
    if (sqlite3_bind_blob(sqlite->statement, 1, digest, PEER_KEY_BYTES, SQLITE_STATIC) != SQLITE_OK)
        return false;
    int step = sqlite3_step(sqlite->statement);
    *is_listed = step == SQLITE_ROW;
    return sqlite3_reset(sqlite->statement) == SQLITE_OK && (step == SQLITE_ROW || step == SQLITE_DONE);
}

const struct peer peer_sqlite = {.name = "SQLite",
                                 .file = "sqlite",
                                 .build = build,
                                 .open = open_file,
                                 .find_one = find_one,
                                 .close = close_file};
