/* SPDX-License-Identifier: Apache-2.0 */
/* Reads key files. The text of a file is as secret as its key, so it is kept in locked memory and wiped. */
#include "lib/elig/key.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OWNER (S_IRUSR | S_IWUSR)
#define OTHERS (S_IRWXG | S_IRWXO)

const struct key_format *key_format(enum elig_key kind)
{
    static const struct key_format formats[] = {
        [ELIG_KEY_SECRET] = {"elig-secret-1 ", OWNER, OTHERS},
        [ELIG_KEY_SEED] = {"elig-seed-1 ", OWNER, OTHERS},
        [ELIG_KEY_SIGNER] = {"elig-signer-1 ", OWNER, OTHERS},
        [ELIG_KEY_SIGNER_PUBLIC] = {"elig-signer-public-1 ", OWNER | S_IRGRP | S_IROTH, S_IWGRP | S_IWOTH},
    };
    return kind >= ELIG_KEY_SECRET && kind <= ELIG_KEY_SIGNER_PUBLIC ? &formats[kind] : NULL;
}

/* Whether digits are those of one key and nothing else. */
static bool read_digits(const char *digits, uint8_t *key)
{
    size_t length;
    return strlen(digits) == 2 * ELIG_KEY_BYTES &&
           sodium_hex2bin(key, ELIG_KEY_BYTES, digits, 2 * ELIG_KEY_BYTES, NULL, &length, NULL) == 0 &&
           length == ELIG_KEY_BYTES;
}

/* Finds the one labelled line in text, which strtok_r() modifies. Any other line must be empty or a comment. */
static bool find_key(const char *label, char *text, uint8_t *key)
{
    char *rest = NULL;
    bool found = false;
    for (char *line = strtok_r(text, "\r\n", &rest); line != NULL; line = strtok_r(NULL, "\r\n", &rest)) {
        if (*line == '#')
            continue;
        if (found || strncmp(line, label, strlen(label)) != 0 || !read_digits(line + strlen(label), key))
            return false;
        found = true;
    }
    return found;
}

/* Reads up to size - 1 bytes of text and terminates them. ELIG_E_READ if that fails, if there are more bytes,
 * or if one is NUL, which would hide the bytes after it. */
static int read_text(int file, char *text, size_t size)
{
    size_t length = 0;
    ssize_t got;
    while ((got = read(file, text + length, size - length)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return ELIG_E_READ;
        length += (size_t)got;
        if (length == size) {
            errno = EFBIG;
            return ELIG_E_READ;
        }
    }
    text[length] = '\0';
    errno = EINVAL;
    return strlen(text) == length ? 0 : ELIG_E_READ;
}

static int read_key(const struct key_format *format, int file, char *text, uint8_t *key)
{
    struct stat status;
    int error = read_text(file, text, KEY_FILE_MAX);
    if (error == 0 && !find_key(format->label, text, key))
        error = ELIG_E_KEY_FILE;
    if (error == 0 && fstat(file, &status) != 0)
        error = ELIG_E_READ;
    if (error == 0 && (status.st_mode & format->refused) != 0)
        error = ELIG_E_KEY_EXPOSED;
    return error;
}

__attribute__((cold)) int elig_key_read(const char *path, enum elig_key kind, uint8_t key[ELIG_KEY_BYTES])
{
    const struct key_format *format = key_format(kind);
    if (path == NULL || format == NULL || key == NULL)
        return ELIG_E_ARGUMENT;
    char *text = sodium_init() < 0 ? NULL : sodium_malloc(KEY_FILE_MAX);
    if (text == NULL)
        return ELIG_E_MEMORY;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    int error = file < 0 ? ELIG_E_READ : read_key(format, file, text, key);
    int saved = errno;
    if (error != 0)
        sodium_memzero(key, ELIG_KEY_BYTES);
    if (file >= 0)
        close(file);
    sodium_free(text);
    errno = saved;
    return error;
}
