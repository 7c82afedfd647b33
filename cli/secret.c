#include "secret.h"

#include "file.h"
#include "message.h"
#include "parse.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char comment[] =
    "# elig secret. Who has this file can test guesses against every index made with it.\n";
static const char label[] = "elig-secret-1 ";

#define HEX_DIGITS (2 * ELIG_SECRET_BYTES)
#define FILE_MAX 1024 /* comment lines of the owner's own included */

/* Finds the labelled line in text, which is cut up in place, and reads its digits. */
static int find_secret(char *text, uint8_t *secret)
{
    char *rest = NULL;
    int found = 0;
    for (char *line = strtok_r(text, "\r\n", &rest); line != NULL; line = strtok_r(NULL, "\r\n", &rest)) {
        if (*line == '#')
            continue;
        if (found || strncmp(line, label, strlen(label)) != 0 ||
            !parse_hex(line + strlen(label), secret, ELIG_SECRET_BYTES))
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

static int is_private(int file, const char *path)
{
    struct stat status;
    if (fstat(file, &status) != 0) {
        message("read the secret: %s: %s", path, strerror(errno));
        return 0;
    }
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        message(
            "read the secret: %s: others may use it (mode %04o): run chmod 600 on it, and consider whether it "
            "is still secret",
            path, (unsigned)(status.st_mode & 07777));
        return 0;
    }
    return 1;
}

uint8_t *secret_read(const char *path)
{
    if (sodium_init() < 0)
        return NULL;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (file < 0) {
        message("read the secret: %s: %s", path, strerror(errno));
        return NULL;
    }
    uint8_t *secret = sodium_malloc(ELIG_SECRET_BYTES);
    char *text = sodium_malloc(FILE_MAX);
    int good = secret != NULL && text != NULL;
    if (!good)
        message("read the secret: %s: %s", path, strerror(ENOMEM));
    good = good && is_private(file, path);
    if (good && read_text(file, text, FILE_MAX) != 0) {
        message("read the secret: %s: %s", path, strerror(errno));
        good = 0;
    } else if (good && !find_secret(text, secret)) {
        message("read the secret: %s: not a secret made by 'elig-build keygen secret'", path);
        good = 0;
    }
    sodium_free(text);
    close(file);
    if (!good) {
        sodium_free(secret);
        return NULL;
    }
    return secret;
}

/* Writes a random secret and makes it last. */
static int write_secret(int file)
{
    const size_t before = strlen(comment) + strlen(label);
    uint8_t *secret = sodium_malloc(ELIG_SECRET_BYTES);
    char *text = sodium_malloc(FILE_MAX);
    int good = 0;
    if (secret != NULL && text != NULL) {
        randombytes_buf(secret, ELIG_SECRET_BYTES);
        memcpy(text, comment, strlen(comment));
        memcpy(text + strlen(comment), label, strlen(label));
        sodium_bin2hex(text + before, HEX_DIGITS + 1, secret, ELIG_SECRET_BYTES);
        text[before + HEX_DIGITS] = '\n';
        /* whatever the umask made of the mode */
        good = fchmod(file, S_IRUSR | S_IWUSR) == 0 && file_write_at(file, text, before + HEX_DIGITS + 1, 0) &&
               fsync(file) == 0;
    } else {
        errno = ENOMEM;
    }
    sodium_free(secret);
    sodium_free(text);
    return good;
}

int secret_make(const char *path)
{
    if (sodium_init() < 0)
        return 0;
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0) {
        message("make a secret: %s: %s%s", path, strerror(errno),
                errno == EEXIST ? ": a secret is never overwritten" : "");
        return 0;
    }
    int good = write_secret(file);
    int why = errno;
    if (close(file) != 0 && good) {
        good = 0;
        why = errno;
    }
    if (!good) {
        unlink(path);
        message("make a secret: %s: %s", path, strerror(why));
    }
    return good;
}

void secret_free(uint8_t *secret)
{
    sodium_free(secret);
}
