/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/util/keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/util/file.h"
#include "lib/util/message.h"
#include "lib/util/parse.h"

#define HEX_DIGITS (2 * KEYFILE_BYTES)
#define FILE_MAX 1024 /* comment lines of the owner's own included */

static const struct encoding {
    const char *name;  /* in messages */
    const char *maker; /* what makes one */
    const char *label; /* before the digits */
    mode_t mode;       /* of a new file; no more than this when one is read, if it is private */
} forms[] = {
    [KEYFILE_SECRET] = {"secret", "elig-build keygen secret", "elig-secret-1 ", S_IRUSR | S_IWUSR},
    [KEYFILE_SEED] = {"seed", "elig-build keygen seed", "elig-seed-1 ", S_IRUSR | S_IWUSR},
    [KEYFILE_SIGNER] = {"signer", "elig-build keygen signer", "elig-signer-1 ", S_IRUSR | S_IWUSR},
    [KEYFILE_SIGNER_PUBLIC] = {"signer's public key", "elig-build keygen signer", "elig-signer-public-1 ",
                               S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH},
};

/* ---- Reading ---- */

/* Finds the labelled line in text, which is cut up in place, and reads its digits. */
static int find_key(const struct encoding *form, char *text, uint8_t *key)
{
    char *rest = NULL;
    int found = 0;
    for (char *line = strtok_r(text, "\r\n", &rest); line != NULL; line = strtok_r(NULL, "\r\n", &rest)) {
        if (*line == '#')
            continue;
        if (found || strncmp(line, form->label, strlen(form->label)) != 0 ||
            !parse_hex(line + strlen(form->label), key, KEYFILE_BYTES))
            return 0;
        found = 1;
    }
    return found;
}

/* Reads up to size - 1 bytes of text and terminates them; -1 with errno on failure, when there are more, or
 * when there is a NUL, which would hide what follows it. */
static int read_text(int file, char *text, size_t size)
{
    size_t length = 0;
    ssize_t got;
    while ((got = read(file, text + length, size - length)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        length += (size_t)got;
        if (length == size) {
            errno = EFBIG;
            return -1;
        }
    }
    text[length] = '\0';
    errno = EINVAL;
    return strlen(text) == length ? 0 : -1;
}

static void explain(const struct encoding *form, const char *path, const char *why)
{
    message("read the %s: %s: %s", form->name, path, why);
}

/* 1 unless others may use what is for its owner alone. */
static int is_private_enough(const struct encoding *form, int file, const char *path)
{
    struct stat status;
    if (fstat(file, &status) != 0) {
        explain(form, path, strerror(errno));
        return 0;
    }
    mode_t refused = (form->mode & S_IROTH) == 0 ? S_IRWXG | S_IRWXO : S_IWGRP | S_IWOTH;
    if ((status.st_mode & refused) != 0 && refused == (S_IWGRP | S_IWOTH)) {
        message("read the %s: %s: others may change it (mode %04o)", form->name, path,
                (unsigned)(status.st_mode & 07777));
        return 0;
    }
    if ((status.st_mode & refused) != 0) {
        message("read the %s: %s: others may use it (mode %04o): run chmod 600 on it, and consider whether it "
                "is still secret",
                form->name, path, (unsigned)(status.st_mode & 07777));
        return 0;
    }
    return 1;
}

static int read_key(const struct encoding *form, int file, const char *path, uint8_t *key, char *text)
{
    if (read_text(file, text, FILE_MAX) != 0) {
        explain(form, path, strerror(errno));
        return 0;
    }
    if (!find_key(form, text, key)) {
        message("read the %s: %s: not a %s made by '%s'", form->name, path, form->name, form->maker);
        return 0;
    }
    return is_private_enough(form, file, path);
}

uint8_t *keyfile_read(enum keyfile_type sort, const char *path)
{
    const struct encoding *form = &forms[sort];
    if (sodium_init() < 0)
        return NULL;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (file < 0) {
        explain(form, path, strerror(errno));
        return NULL;
    }
    uint8_t *key = sodium_malloc(KEYFILE_BYTES);
    char *text = sodium_malloc(FILE_MAX);
    int good = key != NULL && text != NULL;
    if (!good)
        explain(form, path, strerror(ENOMEM));
    good = good && read_key(form, file, path, key, text);
    sodium_free(text);
    close(file);
    if (!good) {
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

/* First line of a new file. */
static const char *const comments[] = {
    [KEYFILE_SECRET] = "# elig secret. Who has this file can test guesses against every index made with it.\n",
    [KEYFILE_SEED] = "# elig seed. Who has this file need not pay for an offline index's work bits.\n",
    [KEYFILE_SIGNER] = "# elig signer. Who has this file can publish indexes in its owner's name.\n",
    [KEYFILE_SIGNER_PUBLIC] = "# elig signer's public key: what elig-lookup --signer takes. Not secret.\n",
};

/* Writes a key and makes it last. */
static int write_key(enum keyfile_type sort, int file, const uint8_t *key)
{
    const struct encoding *form = &forms[sort];
    const char *comment = comments[sort];
    const size_t before = strlen(comment) + strlen(form->label);
    char *text = sodium_malloc(FILE_MAX);
    errno = ENOMEM;
    if (text == NULL)
        return 0;
    memcpy(text, comment, strlen(comment));
    memcpy(text + strlen(comment), form->label, strlen(form->label));
    sodium_bin2hex(text + before, HEX_DIGITS + 1, key, KEYFILE_BYTES);
    text[before + HEX_DIGITS] = '\n';
    /* whatever the umask made of the mode */
    int good = fchmod(file, form->mode) == 0 && file_write_at(file, text, before + HEX_DIGITS + 1, 0) &&
               fsync(file) == 0;
    sodium_free(text);
    return good;
}

static int make_file(enum keyfile_type sort, const char *path, const uint8_t *key)
{
    const struct encoding *form = &forms[sort];
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0) {
        message("make a %s: %s: %s%s", form->name, path, strerror(errno),
                errno == EEXIST ? ": a key is never overwritten" : "");
        return 0;
    }
    int good = write_key(sort, file, key);
    int why = errno;
    if (close(file) != 0 && good) {
        good = 0;
        why = errno;
    }
    if (!good) {
        unlink(path);
        message("make a %s: %s: %s", form->name, path, strerror(why));
    }
    return good;
}

/* Random bytes in locked memory; NULL, explained, when there is none. */
static uint8_t *new_key(void)
{
    uint8_t *key = sodium_init() < 0 ? NULL : sodium_malloc(KEYFILE_BYTES);
    if (key == NULL)
        message("make a key: %s", strerror(ENOMEM));
    else
        randombytes_buf(key, KEYFILE_BYTES);
    return key;
}

int keyfile_make(enum keyfile_type sort, const char *path)
{
    uint8_t *key = new_key();
    int good = key != NULL && make_file(sort, path, key);
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
        good = make_file(KEYFILE_SIGNER, path, key);
        if (good && !make_file(KEYFILE_SIGNER_PUBLIC, public_path, public_key)) {
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
