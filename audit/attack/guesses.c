/* SPDX-License-Identifier: Apache-2.0 */
/* guesses.c - enumerates a keyspace by a Feistel permutation, and reads candidates line by line from a file. */
#include "audit/attack/guesses.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/guess/keyspace.h"

struct guesses {
    pthread_mutex_t lock;
    uint64_t total;

    /* of a keyspace */
    struct elig_part part;
    uint64_t next, all;
    unsigned half_bits; /* the smallest with all <= 2^(2 half_bits) */
    uint64_t keys[4];

    /* of a file */
    int file;                    /* descriptor; -1: of a keyspace */
    bool is_at_end, is_skipping; /* the rest of a line that is too long */
    size_t kept_bytes;           /* bytes that were read but are not in a batch yet */
    char bytes[GUESSES_BYTES];
};

static struct guesses *guesses_new(void)
{
    struct guesses *guesses = calloc(1, sizeof *guesses);
    if (guesses == NULL)
        return NULL;
    pthread_mutex_init(&guesses->lock, NULL);
    guesses->file = -1;
    return guesses;
}

/* ---- Of a keyspace ---- */

/*
 * A pseudorandom order without memory: a Feistel network of four rounds permutes the numbers of twice half_bits
 * bits; a result outside the keyspace is permuted again (cycle walking: J. Black and P. Rogaway, Ciphers with
 * arbitrary finite domains, 2002). The order need not be secret, so that the round function is splitmix64's
 * finalizer.
 */
static uint64_t round_function(uint64_t value)
{
    value = (value ^ value >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ value >> 27) * UINT64_C(0x94d049bb133111eb);
    return value ^ value >> 31;
}

static uint64_t permute(const struct guesses *guesses, uint64_t number)
{
    uint64_t mask = (UINT64_C(1) << guesses->half_bits) - 1;
    do {
        uint64_t left = number >> guesses->half_bits, right = number & mask;
        for (size_t round = 0; round < sizeof guesses->keys / sizeof *guesses->keys; round++) {
            uint64_t next = left ^ (round_function(right ^ guesses->keys[round]) & mask);
            left = right;
            right = next;
        }
        number = left << guesses->half_bits | right;
    } while (number >= guesses->all);
    return number;
}

int guesses_of_part(const struct elig_part *part, uint64_t sample, struct guesses **out)
{
    uint64_t all = keyspace_writable(part);
    struct guesses *guesses = all > 0 ? guesses_new() : NULL;
    *out = guesses;
    if (guesses == NULL)
        return all > 0 ? ELIG_E_MEMORY : ELIG_E_ARGUMENT;
    guesses->part = *part;
    guesses->all = all;
    guesses->total = sample > 0 && sample < all ? sample : all;
    guesses->half_bits = 1;
    while ((all - 1) >> (2 * guesses->half_bits) != 0)
        guesses->half_bits++;
    randombytes_buf(guesses->keys, sizeof guesses->keys);
    return 0;
}

static void next_of_keyspace(struct guesses *guesses, struct guesses_batch *batch, size_t most)
{
    pthread_mutex_lock(&guesses->lock);
    uint64_t from = guesses->next, left = guesses->total - from;
    batch->count = left < most ? (size_t)left : most;
    guesses->next += batch->count;
    pthread_mutex_unlock(&guesses->lock);
    char *at = batch->bytes;
    for (size_t i = 0; i < batch->count; i++, at += KEYSPACE_CANDIDATE_TEXT)
        batch->texts[i] =
            (struct elig_text){at, keyspace_write(&guesses->part, permute(guesses, from + i), at)};
    batch->steps = batch->count;
}

/* ---- Of a file ---- */

int guesses_of_file(const char *path, struct guesses **out)
{
    struct stat status;
    struct guesses *guesses = guesses_new();
    *out = NULL;
    if (guesses == NULL)
        return ELIG_E_MEMORY;
    guesses->file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (guesses->file < 0) {
        int error_number = errno;
        guesses_close(guesses);
        errno = error_number;
        return ELIG_E_READ;
    }
    if (fstat(guesses->file, &status) == 0 && S_ISREG(status.st_mode))
        guesses->total = (uint64_t)status.st_size;
    *out = guesses;
    return 0;
}

/* Reads until the bytes of the batch are full, *length of them, or the file ends. */
static int fill_batch(struct guesses *guesses, struct guesses_batch *batch, size_t *length)
{
    *length = guesses->kept_bytes;
    memcpy(batch->bytes, guesses->bytes, *length);
    while (!guesses->is_at_end && *length < sizeof batch->bytes) {
        ssize_t got = read(guesses->file, batch->bytes + *length, sizeof batch->bytes - *length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return ELIG_E_READ;
        guesses->is_at_end = got == 0;
        *length += (size_t)got;
        batch->steps += (uint64_t)got;
    }
    return 0;
}

static void add_line(struct guesses *guesses, struct guesses_batch *batch, const char *line, size_t length)
{
    bool is_rest = guesses->is_skipping;
    guesses->is_skipping = false;
    if (length > 0 && line[length - 1] == '\r')
        length--;
    if (length > 0 && !is_rest)
        batch->texts[batch->count++] = (struct elig_text){line, length};
}

/* Splits the bytes of the batch into lines, and keeps the rest for the next batch. A line longer than a batch
 * is truncated, since it cannot be an identifier, and the rest of it is skipped. */
static void split_lines(struct guesses *guesses, struct guesses_batch *batch, size_t length, size_t most)
{
    size_t at = 0;
    while (at < length && batch->count < most) {
        const char *line = batch->bytes + at, *end = memchr(line, '\n', length - at);
        if (end == NULL && !(guesses->is_at_end || (at == 0 && length == sizeof batch->bytes)))
            break;
        size_t taken = end != NULL ? (size_t)(end - line) : length - at;
        add_line(guesses, batch, line, taken);
        at += taken + (end != NULL);
        guesses->is_skipping = end == NULL && !guesses->is_at_end;
    }
    sodium_memzero(guesses->bytes, guesses->kept_bytes);
    guesses->kept_bytes = length - at;
    memcpy(guesses->bytes, batch->bytes + at, guesses->kept_bytes);
}

static int next_of_file(struct guesses *guesses, struct guesses_batch *batch, size_t most)
{
    size_t length;
    int error;
    pthread_mutex_lock(&guesses->lock);
    batch->count = 0;
    batch->steps = 0;
    do {
        error = fill_batch(guesses, batch, &length);
        if (error == 0)
            split_lines(guesses, batch, length, most);
    } while (error == 0 && batch->count == 0 && length > 0);
    pthread_mutex_unlock(&guesses->lock);
    return error;
}

/* ---- Of either ---- */

uint64_t guesses_total(const struct guesses *guesses)
{
    return guesses->total;
}

int guesses_next(struct guesses *guesses, struct guesses_batch *batch, size_t most)
{
    if (guesses->file >= 0)
        return next_of_file(guesses, batch, most);
    next_of_keyspace(guesses, batch, most);
    return 0;
}

void guesses_wipe(struct guesses_batch *batch)
{
    sodium_memzero(batch, sizeof *batch);
}

void guesses_close(struct guesses *guesses)
{
    if (guesses == NULL)
        return;
    if (guesses->file >= 0)
        close(guesses->file);
    pthread_mutex_destroy(&guesses->lock);
    sodium_memzero(guesses, sizeof *guesses);
    free(guesses);
}

bool guesses_split(struct elig_text text, struct elig_text *parts, unsigned part_count)
{
    for (unsigned i = 0; i < part_count; i++) {
        const char *tab = memchr(text.bytes, '\t', text.length);
        if ((tab == NULL) != (i + 1 == part_count))
            return false;
        size_t length = tab != NULL ? (size_t)(tab - text.bytes) : text.length;
        parts[i] = (struct elig_text){text.bytes, length};
        if (tab != NULL)
            text = (struct elig_text){tab + 1, text.length - length - 1};
    }
    return true;
}
