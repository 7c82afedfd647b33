/* SPDX-License-Identifier: Apache-2.0 */
/*
 * LMDB: a B+-tree in a mapped file, filled in order (MDB_APPEND, full pages) and read in one transaction.
 * Keys without data.
 */
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/peer.h"

#define MODE 0600
#define KEYS_PER_TRANSACTION 1000000 /* a larger transaction would write dirty pages early */
#define MAP_BYTES_PER_KEY 128        /* of address space: more than a key takes */
#define MAP_BYTES_LEAST (UINT64_C(1) << 26)
#define COMMON_FLAGS (MDB_NOSUBDIR | MDB_NOLOCK) /* one file; one process */

struct lmdb {
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi dbi;
};

static int append_keys(MDB_env *env, const uint8_t (*digests)[ELIG_DIGEST_BYTES], uint64_t n)
{
    MDB_txn *txn;
    MDB_dbi dbi;
    int error = mdb_txn_begin(env, NULL, 0, &txn);
    if (error != 0)
        return error;
    error = mdb_dbi_open(txn, NULL, 0, &dbi);
    for (uint64_t i = 0; error == 0 && i < n; i++) {
        MDB_val key = {PEER_KEY_BYTES, (void *)(uintptr_t)digests[i]}, none = {0, NULL};
        error = mdb_put(txn, dbi, &key, &none, MDB_APPEND);
    }
    if (error == 0)
        return mdb_txn_commit(txn);
    mdb_txn_abort(txn);
    return error;
}

static bool build(const char *path, const uint8_t (*digests)[ELIG_DIGEST_BYTES], uint64_t n)
{
    MDB_env *env;
    int error = mdb_env_create(&env);
    if (error == 0) {
        error = mdb_env_set_mapsize(env, MAP_BYTES_LEAST + n * MAP_BYTES_PER_KEY);
        if (error == 0)
            error = mdb_env_open(env, path, COMMON_FLAGS | MDB_NOSYNC, MODE);
        for (uint64_t done = 0; error == 0 && done < n; done += KEYS_PER_TRANSACTION)
            error = append_keys(env, digests + done,
                                n - done < KEYS_PER_TRANSACTION ? n - done : KEYS_PER_TRANSACTION);
        if (error == 0)
            error = mdb_env_sync(env, 1);
        mdb_env_close(env);
    }
    if (error != 0)
        fprintf(stderr, "bench: lmdb: %s\n", mdb_strerror(error));
    return error == 0;
}

static void close_file(void *handle)
{
    struct lmdb *lmdb = handle;
    if (lmdb->txn != NULL)
        mdb_txn_abort(lmdb->txn);
    mdb_env_close(lmdb->env);
    free(lmdb);
}

static void *open_file(const char *path)
{
    struct lmdb *lmdb = calloc(1, sizeof *lmdb);
    if (lmdb == NULL || mdb_env_create(&lmdb->env) != 0) {
        free(lmdb);
        return NULL;
    }
    int error = mdb_env_open(lmdb->env, path, COMMON_FLAGS | MDB_RDONLY | MDB_NOTLS | MDB_NORDAHEAD, MODE);
    if (error == 0)
        error = mdb_txn_begin(lmdb->env, NULL, MDB_RDONLY, &lmdb->txn);
    if (error == 0)
        error = mdb_dbi_open(lmdb->txn, NULL, 0, &lmdb->dbi);
    if (error == 0)
        return lmdb;
    fprintf(stderr, "bench: lmdb: %s\n", mdb_strerror(error));
    close_file(lmdb);
    return NULL;
}

static bool find_one(void *handle, const uint8_t digest[ELIG_DIGEST_BYTES], bool *is_listed)
{
    const struct lmdb *lmdb = handle;
    MDB_val key = {PEER_KEY_BYTES, (void *)(uintptr_t)digest}, value;
    int error = mdb_get(lmdb->txn, lmdb->dbi, &key, &value);
    *is_listed = error == 0;
    return error == 0 || error == MDB_NOTFOUND;
}

const struct peer peer_lmdb = {.name = "LMDB",
                               .file = "lmdb",
                               .build = build,
                               .open = open_file,
                               .find_one = find_one,
                               .close = close_file};
