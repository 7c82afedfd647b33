/* SPDX-License-Identifier: Apache-2.0 */
/* elig through its public interface, in four ways to open an index. */
#include <stdio.h>
#include <unistd.h>

#include "bench/make_index.h"
#include "bench/peer.h"

static bool build(const char *path, const uint8_t (*digests)[ELIG_DIGEST_BYTES], uint64_t n)
{
    return make_index(path, digests, n, PEER_FINGERPRINT_BITS, (unsigned)sysconf(_SC_NPROCESSORS_ONLN));
}

static void *open_with(const char *path, const struct elig_options *options)
{
    struct elig *index;
    int error = elig_open(path, options, &index);
    if (error != 0)
        fprintf(stderr, "bench: elig: %s\n", elig_text(error));
    return index;
}

static void *open_all(const char *path)
{
    return open_with(path,
                     &(struct elig_options){.size = sizeof(struct elig_options), .check = ELIG_CHECK_ALL});
}

static void *open_first_use(const char *path)
{
    return open_with(
        path, &(struct elig_options){.size = sizeof(struct elig_options), .check = ELIG_CHECK_FIRST_USE});
}

static void *open_walk(const char *path)
{
    return open_with(path,
                     &(struct elig_options){.size = sizeof(struct elig_options), .check = ELIG_CHECK_WALK});
}

static void *open_populated(const char *path)
{
    return open_with(path, &(struct elig_options){
                               .size = sizeof(struct elig_options), .check = ELIG_CHECK_ALL, .populate = 1});
}

static bool find_one(void *handle, const uint8_t digest[ELIG_DIGEST_BYTES], bool *is_listed)
{
    struct elig_answer answer;
    bool ok = elig_find(handle, (const uint8_t(*)[ELIG_DIGEST_BYTES])digest, 1, &answer) >= 0;
    *is_listed = ok && answer.verdict == ELIG_ELIGIBLE;
    return ok;
}

static bool find_batch(void *handle, const uint8_t (*digests)[ELIG_DIGEST_BYTES], size_t count,
                       uint64_t *listed)
{
    struct elig_answer answers[PEER_BATCH];
    *listed = 0;
    if (elig_find(handle, digests, count, answers) < 0)
        return false;
    for (size_t i = 0; i < count; i++)
        *listed += answers[i].verdict == ELIG_ELIGIBLE;
    return true;
}

static void close_index(void *handle)
{
    elig_close(handle);
}

#define ELIG_PEER(title, how)                                                                     \
    .name = (title), .file = "elig", .is_approximate = true, .is_unlimited = true, .open = (how), \
    .find_one = find_one, .find_batch = find_batch, .close = close_index

const struct peer peer_elig = {ELIG_PEER("elig", open_all), .build = build};
const struct peer peer_elig_populated = {ELIG_PEER("elig, populated", open_populated)};
const struct peer peer_elig_first_use = {ELIG_PEER("elig, first use", open_first_use)};
const struct peer peer_elig_walk = {ELIG_PEER("elig, walk", open_walk), .one_in = 20};
