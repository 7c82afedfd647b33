/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mphf.h - fills one leaf page: a pilot for every bucket, so that every identifier gets a slot of its own.
 *
 * Deterministic: page and seed follow from the digests, labels, shape and absent digests alone. A builder is
 * working memory for one thread.
 */
#ifndef ELIG_MPHF_H
#define ELIG_MPHF_H

#include "include/elig.h"

#include "builder/index/freemap.h"
#include "lib/elig/index/leaf.h"

struct mphf_builder;

/* One identifier of a leaf. */
struct mphf_key {
    const uint8_t *digest; /* ELIG_DIGEST_BYTES */
    uint32_t payload;      /* label code, unmasked */
};

struct mphf_task {
    const struct leaf_shape *shape;
    const uint8_t *salt;         /* ELIG_SALT_BYTES; with the digests it keys the filler */
    const struct mphf_key *keys; /* in rising order of digests, all different */
    size_t count;                /* 1 .. shape->slots */
    /* Digests that are not keys and must not be found: --absent. NULL is fine with absent_count 0. */
    const uint8_t (*absent)[ELIG_DIGEST_BYTES];
    size_t absent_count;
};

/* NULL when there is no memory. */
ELIG_CHECK_RESULT struct mphf_builder *mphf_builder_new(void);
void mphf_builder_free(struct mphf_builder *builder);

/* No seed leads to a page; in practice only when the absent digests are too many for the fingerprint's width.
 */
enum mphf_error { MPHF_E_IMPOSSIBLE = -300 };

/* Writes the page (ELIG_PAGE_BYTES) and the seed. Returns 0, ELIG_E_MEMORY or MPHF_E_IMPOSSIBLE. */
ELIG_CHECK_RESULT int mphf_builder_run(struct mphf_builder *builder, const struct mphf_task *task,
                                       uint8_t *page, uint16_t *seed);

/* The shape of leaves with slots of these bits: the most slots that fit a page at MPHF_BUCKET_SIZE_MILLI / 1000
 * identifiers per bucket. */
struct leaf_shape mphf_shape(unsigned fingerprint_bits, unsigned payload_bits);
#define MPHF_BUCKET_SIZE_MILLI 8500

/* What a builder has done since it was made, for tests and measurements. */
struct mphf_stats {
    uint64_t seeds;     /* tried */
    uint64_t evictions; /* of buckets by others */
};
struct mphf_stats mphf_builder_stats(const struct mphf_builder *builder);

/* Makes a builder search by this method, which the processor must have, instead of the best one. The pages are
 * the same. */
void mphf_builder_use(struct mphf_builder *builder, enum freemap_method method);

#endif
