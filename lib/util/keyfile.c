/* SPDX-License-Identifier: Apache-2.0 */
/* keyfile.c - explains why a key file cannot be read, and makes new ones. */
#include "lib/util/keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/elig/key.h"
#include "lib/util/file.h"

static const char *const names[] = {[ELIG_KEY_SECRET] = "secret",
                                    [ELIG_KEY_SEED] = "seed",
                                    [ELIG_KEY_SIGNER] = "signer",
                                    [ELIG_KEY_SIGNER_PUBLIC] = "signer's public key"};

/* ---- Reading ---- */

static int explain(enum elig_key kind, const char *path, int error)
{
    const char *name = names[kind];
    struct stat status = {0};
    int saved = error == ELIG_E_READ ? errno : ENOMEM;
    if (error == ELIG_E_KEY_FILE) {
        message("read the %s: %s: not a %s made by 'elig-build keygen %s'", name, path, name,
                kind == ELIG_KEY_SIGNER_PUBLIC ? names[ELIG_KEY_SIGNER] : name);
    } else if (error == ELIG_E_KEY_EXPOSED) {
        (void)stat(path, &status);
        message("read the %s: %s: others may %s it (mode %04o)%s", name, path,
                kind == ELIG_KEY_SIGNER_PUBLIC ? "change" : "use", (unsigned)(status.st_mode & 07777),
                kind == ELIG_KEY_SIGNER_PUBLIC
                    ? ""
                    : ": run chmod 600 on it, and consider whether it is still secret");
    } else {
        message("read the %s: %s: %s", name, path, strerror(saved));
    }
    return MESSAGE_E_PRINTED;
}

int keyfile_read(enum elig_key kind, const char *path, uint8_t **key)
{
    *key = NULL;
    if (path == NULL)
        return 0;
    *key = sodium_init() < 0 ? NULL : sodium_malloc(ELIG_KEY_BYTES);
    int error = *key == NULL ? ELIG_E_MEMORY : elig_key_read(path, kind, *key);
    return error == 0 ? 0 : explain(kind, path, error);
}

void keyfile_free(uint8_t *key)
{
    sodium_free(key);
}

/* ---- Making ---- */

/* The first line of a new file. A table of its own, so that elig-lookup, which makes none, is linked without
 * it. */
static const char *const comments[] = {
    [ELIG_KEY_SECRET] = "# elig secret. Who has this file can test guesses against every index made with it.\n",
    [ELIG_KEY_SEED] = "# elig seed. Who has this file need not pay for an offline index's work bits.\n",
    [ELIG_KEY_SIGNER] = "# elig signer. Who has this file can publish indexes in its owner's name.\n",
    [ELIG_KEY_SIGNER_PUBLIC] = "# elig signer's public key: what elig-lookup --signer takes. Not secret.\n",
};

/* Writes a key and syncs it to the disk. Returns 0, or ELIG_E_WRITE with errno set. */
static int write_key(enum elig_key kind, int file, const uint8_t *key)
{
    const struct key_format *format = key_format(kind);
    char *text = sodium_malloc(KEY_FILE_MAX); /* sets errno */
    if (text == NULL)
        return ELIG_E_WRITE;
    strcat(strcpy(text, comments[kind]), format->label);
    sodium_bin2hex(text + strlen(text), 2 * ELIG_KEY_BYTES + 1, key, ELIG_KEY_BYTES);
    strcat(text, "\n");
    /* fchmod(): whatever the umask made of the mode */
    bool is_written =
        fchmod(file, format->mode) == 0 && file_write_at(file, text, strlen(text), 0) == 0 && fsync(file) == 0;
    sodium_free(text);
    return is_written ? 0 : ELIG_E_WRITE;
}

static int make_file(enum elig_key kind, const char *path, const uint8_t *key)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    int error = file >= 0 ? write_key(kind, file, key) : ELIG_E_WRITE;
    int error_number = errno;
    if (file >= 0 && close(file) != 0 && error == 0) {
        error = ELIG_E_WRITE;
        error_number = errno;
    }
    if (error == 0)
        return 0;
    message("make a %s: %s: %s%s", names[kind], path, strerror(error_number),
            file < 0 && error_number == EEXIST ? ": a key is never overwritten" : "");
    if (file >= 0)
        unlink(path);
    return MESSAGE_E_PRINTED;
}

int keyfile_make(enum elig_key kind, const char *path)
{
    static const char suffix[] = ".pub";
    int error = MESSAGE_E_PRINTED;
    bool is_ready = sodium_init() >= 0;
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES];
    uint8_t *key = is_ready ? sodium_malloc(ELIG_KEY_BYTES) : NULL;
    uint8_t *pair = is_ready ? sodium_malloc(crypto_sign_SECRETKEYBYTES) : NULL;
    char *public_path = malloc(strlen(path) + sizeof suffix);
    if (key == NULL || pair == NULL || public_path == NULL) {
        message("make a key: %s", strerror(ENOMEM));
    } else {
        randombytes_buf(key, ELIG_KEY_BYTES);
        error = make_file(kind, path, key);
        if (error == 0 && kind == ELIG_KEY_SIGNER) {
            strcat(strcpy(public_path, path), suffix);
            (void)crypto_sign_seed_keypair(public_key, pair, key);
            error = make_file(ELIG_KEY_SIGNER_PUBLIC, public_path, public_key);
            if (error != 0)
                unlink(path);
        }
    }
    sodium_free(pair);
    sodium_free(key);
    free(public_path);
    return error;
}
