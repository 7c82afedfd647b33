/* SPDX-License-Identifier: Apache-2.0 */
/*
 * leaf.h - one leaf page: its layout, and the minimal perfect hash inside it.
 *
 * A leaf holds S slots of (fingerprint + payload) bits, packed from the first bit of the page on, and B
 * pilots of 16 bits at its end. An identifier's digest picks one bucket; the bucket's pilot turns the digest
 * into one slot. The shape (S, B, bit widths) comes from the header, the seed from the tree.
 *
 * Reader and builder both use this file, so what is written is what is read. Everything is pure and bounded:
 * with a shape that passed leaf_shape_is_valid() no function reads outside the page, whatever the page holds.
 *
 * The method is hash-and-displace with skewed buckets (Belazzougui, Botelho, Dietzfelbinger 2009, CHD; Pibiri
 * and Trani 2021, PTHash; Hermann, Lehmann, Pibiri, Walzer 2024, PHOBIC, whose bucket-size function is used
 * here). A pilot is a hash function number and a displacement, as in CHD: all displacements of one hash
 * function can then be tried at once on a bitmap of free slots, which is what makes small pages cheap to fill.
 */
#ifndef ELIG_LEAF_H
#define ELIG_LEAF_H

#include <stdbool.h>

#include "include/elig_format.h"

#include "lib/elig/bytes.h"

struct leaf_shape {
    uint32_t slots;            /* S */
    uint32_t buckets;          /* B */
    unsigned fingerprint_bits; /* f */
    unsigned payload_bits;
};

/* The most slots a page can have: the narrowest fingerprints, no payload. */
#define LEAF_SLOTS_MAX (ELIG_PAGE_BITS / ELIG_FINGERPRINT_MIN)

#define LEAF_PILOTS (UINT32_C(1) << ELIG_PILOT_BITS)

/* The cumulative distribution of the bucket skew, in LEAF_SKEW_STEPS linear pieces, as fractions of 2^32. */
#define LEAF_SKEW_STEPS 32
extern const uint32_t leaf_skew_cdf[LEAF_SKEW_STEPS + 1];

/* Whether the shape fits into a page and every number in it is in range. */
ELIG_CHECK_RESULT bool leaf_shape_is_valid(const struct leaf_shape *shape);

/* The hash of a digest within a leaf: one word of the digest, mixed with the leaf's seed. */
static inline uint64_t leaf_hash(const uint8_t *digest, uint64_t seed)
{
    uint64_t odd = UINT64_C(0xd6e8feb86659fd93); /* Evensen's rrmxmx multiplier */
    uint64_t z = bytes_get_le64(digest + ELIG_DIGEST_AT_WORD) + seed * UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 32) * odd;
    z = (z ^ z >> 32) * odd;
    return z ^ z >> 32;
}

/* The bucket of a hash: its upper 32 bits, as a fraction of one, mapped through the skew distribution. */
static inline uint32_t leaf_bucket_of(uint32_t buckets, uint64_t hash)
{
    unsigned step_bits = 27; /* 2^32 / LEAF_SKEW_STEPS */
    uint32_t x = (uint32_t)(hash >> 32);
    uint32_t step = x >> step_bits;
    uint64_t within = x & ((UINT32_C(1) << step_bits) - 1);
    uint64_t rise = leaf_skew_cdf[step + 1] - leaf_skew_cdf[step];
    uint64_t y = leaf_skew_cdf[step] + (rise * within >> step_bits);
    return (uint32_t)(y * buckets >> 32);
}

static inline uint32_t leaf_bucket(const struct leaf_shape *shape, uint64_t hash)
{
    return leaf_bucket_of(shape->buckets, hash);
}

/*
 * Hash function number q is first + q * step, as a fraction of 2^32: given first and step,
 * each costs one multiplication. The step is the upper half of the hash, rotated by 16 bits: the upper bits of
 * that half select the bucket, so within a bucket only the lower ones tell keys apart.
 */
static inline uint32_t leaf_first(uint64_t hash)
{
    return (uint32_t)hash;
}

static inline uint32_t leaf_step(uint64_t hash)
{
    uint32_t upper = (uint32_t)(hash >> 32);
    return upper << 16 | upper >> 16;
}

/* The slot that hash function number q gives before displacement, 0 .. slots - 1. */
static inline uint32_t leaf_base_of(uint32_t slots, uint32_t first, uint32_t step, uint32_t q)
{
    return ((first + q * step) >> 16) * slots >> 16;
}

static inline uint32_t leaf_base(const struct leaf_shape *shape, uint64_t hash, uint32_t q)
{
    return leaf_base_of(shape->slots, leaf_first(hash), leaf_step(hash), q);
}

/* The slot of a hash under a pilot: q = pilot / slots numbers the hash function, the remainder is the
 * displacement. Builder and readers compute q differently and share the rest. */
static inline uint32_t leaf_slot_of(uint32_t slots, uint64_t hash, uint16_t pilot, uint32_t q)
{
    uint32_t slot = leaf_base_of(slots, leaf_first(hash), leaf_step(hash), q) + (pilot - q * slots);
    return slot < slots ? slot : slot - slots;
}

static inline uint32_t leaf_slot(const struct leaf_shape *shape, uint64_t hash, uint16_t pilot)
{
    return leaf_slot_of(shape->slots, hash, pilot, pilot / shape->slots);
}

/* The byte of the page where bucket's pilot starts. */
static inline uint32_t leaf_pilot_at(const struct leaf_shape *shape, uint32_t bucket)
{
    return ELIG_PAGE_BYTES - (uint32_t)sizeof(uint16_t) * (shape->buckets - bucket);
}

/* The bit of the page where a slot starts. */
static inline uint32_t leaf_slot_at(const struct leaf_shape *shape, uint32_t slot)
{
    return slot * (shape->fingerprint_bits + shape->payload_bits);
}

/* Read and write bits (1 .. 64) of a page from bit at on; at + bits is within the page. */
uint64_t leaf_get_bits(const uint8_t *page, uint32_t at, unsigned bits);
void leaf_put_bits(uint8_t *page, uint32_t at, unsigned bits, uint64_t value);

/* The fingerprint of a digest: its lowest f bits at ELIG_DIGEST_AT_FINGERPRINT. */
uint64_t leaf_fingerprint(const struct leaf_shape *shape, const uint8_t *digest);

/* Xors the mask of a digest over a payload; twice gives the payload back. */
uint64_t leaf_mask(const struct leaf_shape *shape, const uint8_t *digest, uint64_t payload);

/* ---- Reading ---- */

/* What follows from the shape and is needed for each digest. */
struct leaf_reader {
    uint64_t reciprocal; /* floor(2^32 / S) + 1 */
    uint64_t fingerprint_mask;
    uint32_t slots, buckets;
    uint32_t pilots_at; /* byte of the page where the first pilot starts */
    uint32_t slot_bits;
    unsigned fingerprint_bits, payload_bits;
};

struct leaf_reader leaf_reader_make(const struct leaf_shape *shape);

/* The byte of the page where the pilot of a hash starts. */
static inline uint32_t leaf_reader_pilot_at(const struct leaf_reader *reader, uint64_t hash)
{
    return reader->pilots_at + (uint32_t)sizeof(uint16_t) * leaf_bucket_of(reader->buckets, hash);
}

/*
 * pilot / S by a multiplication. Exact: with r = floor(2^32 / S) + 1, pilot r / 2^32 exceeds pilot / S by at
 * most pilot / 2^32 < 2^-16, and pilot / S falls short of the next integer by at least 1 / S >= 2^-12.
 */
static inline uint32_t leaf_reader_quotient(const struct leaf_reader *reader, uint16_t pilot)
{
    return (uint32_t)(pilot * reader->reciprocal >> 32);
}

/* The bit of the page where the slot of a hash under a pilot starts. */
static inline uint32_t leaf_reader_slot_at(const struct leaf_reader *reader, uint64_t hash, uint16_t pilot)
{
    uint32_t slot = leaf_slot_of(reader->slots, hash, pilot, leaf_reader_quotient(reader, pilot));
    return slot * reader->slot_bits;
}

/* Whether the slot that starts at a bit holds the fingerprint of a digest. A fingerprint has at most 56 bits,
 * so one load of eight bytes has all of it; near the end of the page the load is of its last eight bytes. */
static inline bool leaf_reader_is_match(const struct leaf_reader *reader, const uint8_t *page, uint32_t at,
                                        const uint8_t *digest)
{
    uint32_t byte = at / 8 < ELIG_PAGE_BYTES - 8 ? at / 8 : ELIG_PAGE_BYTES - 8;
    uint64_t bits = bytes_get_le64(page + byte) >> (at - byte * 8);
    return ((bits ^ bytes_get_le64(digest + ELIG_DIGEST_AT_FINGERPRINT)) & reader->fingerprint_mask) == 0;
}

/* The unmasked payload of that slot. Only if payload_bits > 0. */
uint64_t leaf_reader_payload(const struct leaf_reader *reader, const uint8_t *page, uint32_t at,
                             const uint8_t *digest);

/* A whole lookup in a page of any content: whether the digest's slot holds its fingerprint. Sets *payload to
 * the unmasked payload, 0 if not found or payload_bits is 0. */
static inline bool leaf_probe(const struct leaf_reader *reader, const uint8_t *page, uint64_t seed,
                              const uint8_t *digest, uint64_t *payload)
{
    uint64_t hash = leaf_hash(digest, seed);
    uint16_t pilot = bytes_get_le16(page + leaf_reader_pilot_at(reader, hash));
    uint32_t slot_at = leaf_reader_slot_at(reader, hash, pilot);
    *payload = 0;
    if (!leaf_reader_is_match(reader, page, slot_at, digest))
        return false;
    if (reader->payload_bits > 0)
        *payload = leaf_reader_payload(reader, page, slot_at, digest);
    return true;
}

/* Whether the bits between the last slot and the first pilot are zero, as they must be. */
ELIG_CHECK_RESULT bool leaf_padding_is_zero(const struct leaf_shape *shape, const uint8_t *page);

#endif
