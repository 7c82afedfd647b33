/* SPDX-License-Identifier: Apache-2.0 */
/* Explains why a key file cannot be read, and makes new ones. */
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

/* Writes a key and syncs it to the disk. */
static int write_key(enum elig_key kind, int file, const uint8_t *key)
{
    const struct key_format *format = key_format(kind);
    const char *comment = comments[kind];
    size_t before = strlen(comment) + strlen(format->label);
    char *text = sodium_malloc(KEY_FILE_MAX);
    errno = ENOMEM;
    if (text == NULL)
        return 0;
    memcpy(text, comment, strlen(comment));
    memcpy(text + strlen(comment), format->label, strlen(format->label));
    sodium_bin2hex(text + before, 2 * ELIG_KEY_BYTES + 1, key, ELIG_KEY_BYTES);
    text[before + 2 * ELIG_KEY_BYTES] = '\n';
    /* whatever the umask made of the mode */
    int good = fchmod(file, format->mode) == 0 &&
               file_write_at(file, text, before + 2 * ELIG_KEY_BYTES + 1, 0) == 0 && fsync(file) == 0;
    sodium_free(text);
    return good;
}

static int make_file(enum elig_key kind, const char *path, const uint8_t *key)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0) {
        message("make a %s: %s: %s%s", words[kind].name, path, strerror(errno),
                errno == EEXIST ? ": a key is never overwritten" : "");
        return 0;
    }
    int good = write_key(kind, file, key);
    int why = errno;
    if (close(file) != 0 && good) {
        good = 0;
        why = errno;
    }
    if (!good) {
        unlink(path);
        message("make a %s: %s: %s", words[kind].name, path, strerror(why));
    }
    return good;
}

/* Random bytes in locked memory; NULL, with the reason printed, when there is no memory. */
static uint8_t *new_key(void)
{
    uint8_t *key = sodium_init() < 0 ? NULL : sodium_malloc(ELIG_KEY_BYTES);
    if (key == NULL)
        message("make a key: %s", strerror(ENOMEM));
    else
        randombytes_buf(key, ELIG_KEY_BYTES);
    return key;
}

int keyfile_make(enum elig_key kind, const char *path)
{
    uint8_t *key = new_key();
    int good = key != NULL && make_file(kind, path, key);
    sodium_free(key);
    return good;
}

int keyfile_make_signer(const char *path)
{
    static const char suffix[] = ".pub";
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES];
    char *public_path = malloc(strlen(path) + sizeof suffix);
    uint8_t *key = new_key();
    uint8_t *pair = sodium_malloc(crypto_sign_SECRETKEYBYTES);
    int good = public_path != NULL && key != NULL && pair != NULL;
    if (good) {
        strcat(strcpy(public_path, path), suffix);
        (void)crypto_sign_seed_keypair(public_key, pair, key);
        good = make_file(ELIG_KEY_SIGNER, path, key);
        if (good && !make_file(ELIG_KEY_SIGNER_PUBLIC, public_path, public_key)) {
            good = 0;
            unlink(path);
        }
    } else if (key != NULL) {
        message("make a key: %s", strerror(ENOMEM));
    }
    sodium_free(pair);
    sodium_free(key);
    free(public_path);
    return good;
}
