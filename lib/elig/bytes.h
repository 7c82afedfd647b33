/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bytes.h - integers to and from bytes, on processors of any byte order. Integers in files are little-endian;
 * digests compare as big-endian integers.
 *
 * Each is written out byte by byte, which compilers turn into one load or store; they do not do that for a
 * loop.
 */
#ifndef ELIG_BYTES_H
#define ELIG_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline uint16_t bytes_get_le16(const uint8_t *from)
{
    return (uint16_t)(from[0] | from[1] << 8);
}

static inline uint32_t bytes_get_le32(const uint8_t *from)
{
    return (uint32_t)from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16 | (uint32_t)from[3] << 24;
}

static inline uint64_t bytes_get_le64(const uint8_t *from)
{
    return (uint64_t)from[0] | (uint64_t)from[1] << 8 | (uint64_t)from[2] << 16 | (uint64_t)from[3] << 24 |
           (uint64_t)from[4] << 32 | (uint64_t)from[5] << 40 | (uint64_t)from[6] << 48 |
           (uint64_t)from[7] << 56;
}

static inline uint16_t bytes_get_be16(const uint8_t *from)
{
    return (uint16_t)(from[0] << 8 | from[1]);
}

static inline uint64_t bytes_get_be64(const uint8_t *from)
{
    return (uint64_t)from[0] << 56 | (uint64_t)from[1] << 48 | (uint64_t)from[2] << 40 |
           (uint64_t)from[3] << 32 | (uint64_t)from[4] << 24 | (uint64_t)from[5] << 16 |
           (uint64_t)from[6] << 8 | (uint64_t)from[7];
}

static inline void bytes_put_le16(uint8_t *to, uint16_t value)
{
    to[0] = (uint8_t)value;
    to[1] = (uint8_t)(value >> 8);
}

static inline void bytes_put_le32(uint8_t *to, uint32_t value)
{
    bytes_put_le16(to, (uint16_t)value);
    bytes_put_le16(to + 2, (uint16_t)(value >> 16));
}

static inline void bytes_put_le64(uint8_t *to, uint64_t value)
{
    bytes_put_le32(to, (uint32_t)value);
    bytes_put_le32(to + 4, (uint32_t)(value >> 32));
}

/* Whether all count bytes are zero. */
static inline bool bytes_are_zero(const uint8_t *bytes, size_t count)
{
    uint8_t seen = 0;
    for (size_t i = 0; i < count; i++)
        seen |= bytes[i];
    return seen == 0;
}

#endif
