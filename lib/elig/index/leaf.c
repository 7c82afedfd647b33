/* SPDX-License-Identifier: Apache-2.0 */
/* The functions of leaf.h that are not inline: shapes, bit fields of a page, payloads, and the skew table. */
#include "lib/elig/index/leaf.h"

/*
 * I(t) / I(1) at t = 0/32, 1/32 .. 32/32, as fractions of 2^32, rounded down, the last one 2^32 - 1. I(t) is
 * the integral from 0 to t of min(max(-ln(1 - u), 0.15), 2.3). Integers, so that every reader agrees to the
 * bit. Linear interpolation between them fills pages as well as the function itself (docs/DESIGN.md, "The
 * minimal perfect hash").
 */
const uint32_t leaf_skew_cdf[LEAF_SKEW_STEPS + 1] = {
    0x00000000, 0x01516a77, 0x02a2d4ee, 0x03f43f66, 0x0545a9dd, 0x06a32f29, 0x084b8ac5, 0x0a4a702c, 0x0ca355fa,
    0x0f59fcbf, 0x127278a6, 0x15f13cdd, 0x19db292f, 0x1e359a57, 0x23067dbd, 0x285469a3, 0x2e26bb01, 0x3485badf,
    0x3b7acda7, 0x4310b016, 0x4b53c6f6, 0x54528991, 0x5e1e131b, 0x68caeea7, 0x74723e8e, 0x81337927, 0x8f372713,
    0x9eb37e6b, 0xaff4c56a, 0xc35ede89, 0xd794945b, 0xebca4a2d, 0xffffffff,
};

static uint64_t low_bits(unsigned bits)
{
    return bits >= 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1;
}

bool leaf_shape_is_valid(const struct leaf_shape *shape)
{
    if (shape->fingerprint_bits < ELIG_FINGERPRINT_MIN || shape->fingerprint_bits > ELIG_FINGERPRINT_MAX ||
        shape->payload_bits > ELIG_PAYLOAD_MAX)
        return false;
    if (shape->slots < 1 || shape->slots > LEAF_SLOTS_MAX || shape->buckets < 1 ||
        shape->buckets > ELIG_PAGE_BITS / ELIG_PILOT_BITS)
        return false;
    return leaf_slot_at(shape, shape->slots) + shape->buckets * ELIG_PILOT_BITS <= ELIG_PAGE_BITS;
}

/* Up to 57 bits lie within the eight bytes from the one they start in. Near the end of the page the functions
 * below use its last eight bytes. */
#define WINDOW_BITS 57

static uint64_t get_window(const uint8_t *page, uint32_t at, unsigned bits)
{
    uint32_t byte = at / 8 < ELIG_PAGE_BYTES - 8 ? at / 8 : ELIG_PAGE_BYTES - 8;
    return bytes_get_le64(page + byte) >> (at - byte * 8) & low_bits(bits);
}

static void put_window(uint8_t *page, uint32_t at, unsigned bits, uint64_t value)
{
    uint32_t byte = at / 8 < ELIG_PAGE_BYTES - 8 ? at / 8 : ELIG_PAGE_BYTES - 8;
    uint64_t mask = low_bits(bits) << (at - byte * 8);
    uint64_t old = bytes_get_le64(page + byte);
    bytes_put_le64(page + byte, (old & ~mask) | (value << (at - byte * 8) & mask));
}

uint64_t leaf_get_bits(const uint8_t *page, uint32_t at, unsigned bits)
{
    if (bits <= WINDOW_BITS)
        return get_window(page, at, bits);
    return get_window(page, at, WINDOW_BITS) | get_window(page, at + WINDOW_BITS, bits - WINDOW_BITS)
                                                   << WINDOW_BITS;
}

void leaf_put_bits(uint8_t *page, uint32_t at, unsigned bits, uint64_t value)
{
    if (bits > WINDOW_BITS) {
        put_window(page, at + WINDOW_BITS, bits - WINDOW_BITS, value >> WINDOW_BITS);
        bits = WINDOW_BITS;
    }
    put_window(page, at, bits, value);
}

uint64_t leaf_fingerprint(const struct leaf_shape *shape, const uint8_t *digest)
{
    return bytes_get_le64(digest + ELIG_DIGEST_AT_FINGERPRINT) & low_bits(shape->fingerprint_bits);
}

uint64_t leaf_mask(const struct leaf_shape *shape, const uint8_t *digest, uint64_t payload)
{
    return (payload ^ bytes_get_le64(digest + ELIG_DIGEST_AT_MASK)) & low_bits(shape->payload_bits);
}

struct leaf_reader leaf_reader_make(const struct leaf_shape *shape)
{
    return (struct leaf_reader){.reciprocal = (UINT64_C(1) << 32) / shape->slots + 1,
                                .fingerprint_mask = low_bits(shape->fingerprint_bits),
                                .slots = shape->slots,
                                .buckets = shape->buckets,
                                .pilots_at = leaf_pilot_at(shape, 0),
                                .slot_bits = shape->fingerprint_bits + shape->payload_bits,
                                .fingerprint_bits = shape->fingerprint_bits,
                                .payload_bits = shape->payload_bits};
}

uint64_t leaf_reader_payload(const struct leaf_reader *reader, const uint8_t *page, uint32_t at,
                             const uint8_t *digest)
{
    uint64_t masked = leaf_get_bits(page, at + reader->fingerprint_bits, reader->payload_bits);
    return (masked ^ bytes_get_le64(digest + ELIG_DIGEST_AT_MASK)) & low_bits(reader->payload_bits);
}

bool leaf_padding_is_zero(const struct leaf_shape *shape, const uint8_t *page)
{
    uint32_t at = leaf_slot_at(shape, shape->slots);
    uint32_t end = leaf_pilot_at(shape, 0) * 8;
    unsigned odd = (8 - at % 8) % 8;
    if (odd > end - at)
        odd = end - at;
    if (odd > 0 && leaf_get_bits(page, at, odd) != 0)
        return false;
    return bytes_are_zero(page + (at + odd) / 8, (end - at - odd) / 8);
}
