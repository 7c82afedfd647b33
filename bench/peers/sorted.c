/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first 16 bytes of every digest, in ascending order, in a mapped file; binary search. The simplest method
 * without a library.
 */
#include <stdlib.h>

#include "bench/mapped.h"
#include "bench/peer.h"
#include "lib/elig/bytes.h"

#define KEY_BYTES 16

static bool build(const char *path, const uint8_t (*digests)[ELIG_DIGEST_BYTES], uint64_t n)
{
    FILE *stream = fopen(path, "wbe");
    for (uint64_t i = 0; stream != NULL && i < n; i++)
        fwrite(digests[i], KEY_BYTES, 1, stream);
    return mapped_finish(stream, path);
}

static void *open_file(const char *path)
{
    struct mapped *mapped = malloc(sizeof *mapped);
    if (mapped != NULL && mapped_open(path, mapped))
        return mapped;
    free(mapped);
    return NULL;
}

static bool is_less(const uint8_t *a, uint64_t high, uint64_t low)
{
    uint64_t a_high = bytes_get_be64(a);
    return a_high < high || (a_high == high && bytes_get_be64(a + sizeof a_high) < low);
}

static bool find_one(void *handle, const uint8_t digest[ELIG_DIGEST_BYTES], bool *is_listed)
{
    const struct mapped *mapped = handle;
    uint64_t high = bytes_get_be64(digest), low = bytes_get_be64(digest + sizeof high);
    const uint8_t *first = mapped->bytes; /* the first key that is not less lies in first .. first + count */
    uint64_t count = mapped->length / KEY_BYTES;
    while (count > 0) {
        uint64_t half = count / 2;
        const uint8_t *middle = first + half * KEY_BYTES;
        if (is_less(middle, high, low)) {
            first = middle + KEY_BYTES;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    *is_listed = first < mapped->bytes + mapped->length && bytes_get_be64(first) == high &&
                 bytes_get_be64(first + sizeof high) == low;
    return true;
}

static void close_file(void *handle)
{
    mapped_close(handle);
    free(handle);
}

const struct peer peer_sorted = {.name = "sorted array",
                                 .file = "sorted",
                                 .build = build,
                                 .open = open_file,
                                 .find_one = find_one,
                                 .close = close_file};
