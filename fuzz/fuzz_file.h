/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_file.h - shared by the harnesses of files: a file in memory, which is changed as the input says and
 * written to the path from which the harness opens it. Each harness is a program and includes this once.
 */
#ifndef ELIG_FUZZ_FILE_H
#define ELIG_FUZZ_FILE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/elig/bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first byte of an input: which base is changed (BASES: the rest of the input is the file itself), whether
 * hashes are recomputed afterwards, and whether another length follows. */
#define BASES 3
#define FLAG_BASE 3u
#define FLAG_SEAL 4u
#define FLAG_LENGTH 8u
#define CHANGE_BYTES 3 /* an offset of two bytes and a value */

#define FILE_MAX 65536

struct file {
    uint8_t bytes[FILE_MAX];
    size_t length;
};

/* The path of the file, its descriptor, and the files before changes. */
static int descriptor = -1;
static char path[64];
static struct file bases[BASES];

static void require(int holds)
{
    if (!holds)
        abort();
}

static void open_descriptor(const char *name)
{
    descriptor = memfd_create(name, MFD_CLOEXEC);
    require(descriptor >= 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
}

/* Keeps the content of the descriptor as a base. */
static void keep_base(unsigned base)
{
    ssize_t length = pread(descriptor, bases[base].bytes, FILE_MAX, 0);
    require(length > 0 && length < FILE_MAX);
    bases[base].length = (size_t)length;
}

static void put_file(const struct file *file)
{
    require(ftruncate(descriptor, (off_t)file->length) == 0);
    require(pwrite(descriptor, file->bytes, file->length, 0) == (ssize_t)file->length);
}

/* Makes the file that the input describes, apart from its hashes. */
static void change_file(struct file *file, unsigned flags, const uint8_t *data, size_t size)
{
    unsigned base = flags & FLAG_BASE;
    memset(file->bytes, 0, FILE_MAX);
    if (base == BASES) {
        file->length = size < FILE_MAX ? size : FILE_MAX;
        memcpy(file->bytes, data, file->length);
        return;
    }
    file->length = bases[base].length;
    memcpy(file->bytes, bases[base].bytes, file->length);
    if ((flags & FLAG_LENGTH) && size >= sizeof(uint16_t)) {
        file->length = bytes_get_le16(data);
        data += sizeof(uint16_t);
        size -= sizeof(uint16_t);
    }
    for (; size >= CHANGE_BYTES && file->length > 0; data += CHANGE_BYTES, size -= CHANGE_BYTES)
        file->bytes[bytes_get_le16(data) % file->length] = data[sizeof(uint16_t)];
}

#endif
