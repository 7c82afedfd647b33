/* SPDX-License-Identifier: Apache-2.0 */
/* keyfile.c - explains why a key file cannot be read, and makes new ones. */
#include "lib/util/keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/elig/key.h"
#include "lib/util/file.h"
#include "lib/util/message.h"

static const struct key_words {
    const char *name;  /* in messages */
    const char *maker; /* the command that makes one */
} words[] = {
    [ELIG_KEY_SECRET] = {"secret", "elig-build keygen secret"},
    [ELIG_KEY_SEED] = {"seed", "elig-build keygen seed"},
    [ELIG_KEY_SIGNER] = {"signer", "elig-build keygen signer"},
    [ELIG_KEY_SIGNER_PUBLIC] = {"signer's public key", "elig-build keygen signer"},
};

/* ---- Reading ---- */

static void explain(enum elig_key kind, const char *path, int error)
{
    const char *name = words[kind].name;
    struct stat status = {0};
    int saved = error == ELIG_E_READ ? errno : ENOMEM;
    if (error == ELIG_E_KEY_FILE) {
        message("read the %s: %s: not a %s made by '%s'", name, path, name, words[kind].maker);
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
}

uint8_t *keyfile_read(enum elig_key kind, const char *path)
{
    uint8_t *key = sodium_init() < 0 ? NULL : sodium_malloc(ELIG_KEY_BYTES);
    int error = key == NULL ? ELIG_E_MEMORY : elig_key_read(path, kind, key);
    if (error != 0) {
        explain(kind, path, error);
        sodium_free(key);
        return NULL;
    }
    return key;
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

/* Writes a key and syncs it to the disk; false with errno set on failure. */
static bool write_key(enum elig_key kind, int file, const uint8_t *key)
{
    const struct key_format *format = key_format(kind);
    char *text = sodium_malloc(KEY_FILE_MAX);
    if (text == NULL) {
        errno = ENOMEM;
        return false;
    }
    strcat(strcpy(text, comments[kind]), format->label);
    sodium_bin2hex(text + strlen(text), 2 * ELIG_KEY_BYTES + 1, key, ELIG_KEY_BYTES);
    strcat(text, "\n");
    /* fchmod(): whatever the umask made of the mode */
    bool is_good =
        fchmod(file, format->mode) == 0 && file_write_at(file, text, strlen(text), 0) == 0 && fsync(file) == 0;
    sodium_free(text);
    return is_good;
}

static bool make_file(enum elig_key kind, const char *path, const uint8_t *key)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    bool is_good = file >= 0 && write_key(kind, file, key);
    int error_number = errno;
    if (file >= 0 && close(file) != 0 && is_good) {
        is_good = false;
        error_number = errno;
    }
    if (!is_good) {
        message("make a %s: %s: %s%s", words[kind].name, path, strerror(error_number),
                file < 0 && error_number == EEXIST ? ": a key is never overwritten" : "");
        if (file >= 0)
            unlink(path);
    }
    return is_good;
}

bool keyfile_make(enum elig_key kind, const char *path)
{
    static const char suffix[] = ".pub";
    bool is_good = false, is_ready = sodium_init() >= 0;
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES];
    uint8_t *key = is_ready ? sodium_malloc(ELIG_KEY_BYTES) : NULL;
    uint8_t *pair = is_ready ? sodium_malloc(crypto_sign_SECRETKEYBYTES) : NULL;
    char *public_path = malloc(strlen(path) + sizeof suffix);
    if (key == NULL || pair == NULL || public_path == NULL) {
        message("make a key: %s", strerror(ENOMEM));
    } else {
        randombytes_buf(key, ELIG_KEY_BYTES);
        is_good = make_file(kind, path, key);
        if (is_good && kind == ELIG_KEY_SIGNER) {
            strcat(strcpy(public_path, path), suffix);
            (void)crypto_sign_seed_keypair(public_key, pair, key);
            is_good = make_file(ELIG_KEY_SIGNER_PUBLIC, public_path, public_key);
            if (!is_good)
                unlink(path);
        }
    }
    sodium_free(pair);
    sodium_free(key);
    free(public_path);
    return is_good;
}
