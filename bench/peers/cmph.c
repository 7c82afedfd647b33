/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can be built from a library: a minimal perfect hash (CHD of cmph) and an array of 32-bit fingerprints,
 * in one file:
 *
 *     8 bytes   length of the packed hash function
 *               the packed hash function, padded to a multiple of 8
 *               one fingerprint for each digest, in the order of the hash function
 */
#include <cmph.h>
#include <stdlib.h>

#include "bench/mapped.h"
#include "bench/peer.h"
#include "lib/elig/bytes.h"

#define HEADER_BYTES 8
#define FINGERPRINT_BYTES (PEER_FINGERPRINT_BITS / 8)
#define FINGERPRINT_AT (PEER_KEY_BYTES - FINGERPRINT_BYTES)

struct chd {
    struct mapped mapped;
    void *function;
    const uint8_t *fingerprints;
};

static uint64_t padded(uint64_t length)
{
    return (length + HEADER_BYTES - 1) / HEADER_BYTES * HEADER_BYTES;
}

static cmph_t *make_function(const uint8_t (*digests)[ELIG_DIGEST_BYTES], uint64_t n)
{
    cmph_io_adapter_t *keys = cmph_io_struct_vector_adapter((void *)(uintptr_t)digests, ELIG_DIGEST_BYTES, 0,
                                                            PEER_KEY_BYTES, (cmph_uint32)n);
    cmph_config_t *config = keys == NULL ? NULL : cmph_config_new(keys);
    cmph_t *function = NULL;
    if (config != NULL) {
        cmph_config_set_algo(config, CMPH_CHD);
        function = cmph_new(config);
        cmph_config_destroy(config);
    }
    if (keys != NULL)
        cmph_io_struct_vector_adapter_destroy(keys);
    return function;
}

static bool write_file(const char *path, void *packed, uint64_t packed_bytes, const uint8_t *fingerprints,
                       uint64_t n)
{
    static const uint8_t zero[HEADER_BYTES];
    uint8_t header[HEADER_BYTES];
    bytes_put_le64(header, packed_bytes);
    FILE *stream = fopen(path, "wbe");
    if (stream != NULL) {
        fwrite(header, sizeof header, 1, stream);
        fwrite(packed, 1, packed_bytes, stream);
        fwrite(zero, 1, padded(packed_bytes) - packed_bytes, stream);
        fwrite(fingerprints, FINGERPRINT_BYTES, n, stream);
    }
    return mapped_finish(stream, path);
}

static bool build(const char *path, const uint8_t (*digests)[ELIG_DIGEST_BYTES], uint64_t n)
{
    if (n > UINT32_MAX)
        return false;
    cmph_t *function = make_function(digests, n);
    uint64_t packed_bytes = function == NULL ? 0 : cmph_packed_size(function);
    void *packed = malloc(packed_bytes + 1);
    uint8_t *fingerprints = calloc(n + 1, FINGERPRINT_BYTES);
    bool ok = function != NULL && packed_bytes > 0 && packed != NULL && fingerprints != NULL;
    for (uint64_t i = 0; ok && i < n; i++) {
        uint64_t slot = cmph_search(function, (const char *)digests[i], PEER_KEY_BYTES);
        ok = slot < n;
        if (ok)
            bytes_put_le32(fingerprints + slot * FINGERPRINT_BYTES,
                           bytes_get_le32(digests[i] + FINGERPRINT_AT));
    }
    if (ok) {
        cmph_pack(function, packed);
        ok = write_file(path, packed, packed_bytes, fingerprints, n);
    } else {
        fprintf(stderr, "bench: cmph: no function for %llu keys\n", (unsigned long long)n);
    }
    if (function != NULL)
        cmph_destroy(function);
    free(packed);
    free(fingerprints);
    return ok;
}

static void *open_file(const char *path)
{
    struct chd *chd = malloc(sizeof *chd);
    if (chd == NULL || !mapped_open(path, &chd->mapped)) {
        free(chd);
        return NULL;
    }
    chd->function = (void *)(uintptr_t)(chd->mapped.bytes + HEADER_BYTES);
    chd->fingerprints = chd->mapped.bytes + HEADER_BYTES + padded(bytes_get_le64(chd->mapped.bytes));
    return chd;
}

static bool find_one(void *handle, const uint8_t digest[ELIG_DIGEST_BYTES], bool *is_listed)
{
    const struct chd *chd = handle;
    uint64_t slot = cmph_search_packed(chd->function, (const char *)digest, PEER_KEY_BYTES);
    const uint8_t *fingerprint = chd->fingerprints + slot * FINGERPRINT_BYTES;
    *is_listed = bytes_get_le32(fingerprint) == bytes_get_le32(digest + FINGERPRINT_AT);
    return true;
}

static void close_file(void *handle)
{
    struct chd *chd = handle;
    mapped_close(&chd->mapped);
    free(chd);
}

const struct peer peer_cmph = {.name = "cmph CHD",
                               .file = "chd",
                               .is_approximate = true,
                               .build = build,
                               .open = open_file,
                               .find_one = find_one,
                               .close = close_file};
