/* SPDX-License-Identifier: Apache-2.0 */
/* Computes BLAKE2b of RFC 7693, for one message and for four at once. */
#include "lib/elig/digest/blake2b.h"

#include <sodium.h>
#include <string.h>

#include "lib/elig/bytes.h"

#define ROUNDS 12
#define BLOCK_WORDS (BLAKE2B_BLOCK_BYTES / 8)
#define HASH_WORDS (BLAKE2B_HASH_BYTES / 8)

/* Words of the working vector that take the counter and the mark of the last block. */
#define AT_COUNTER (BLAKE2B_WORDS + 4)
#define AT_LAST (BLAKE2B_WORDS + 6)

/* The parameter block's first word: lengths of hash and key, fan-out 1, depth 1. */
#define PARAMETERS (UINT64_C(0x01010000) | BLAKE2B_KEY_BYTES << 8 | BLAKE2B_HASH_BYTES)
#define PARAMETER_AT_SALT 4   /* words */
#define PARAMETER_AT_DOMAIN 6 /* words */

/* RFC 7693, section 2.6. */
static const uint64_t start[BLAKE2B_WORDS] = {
    UINT64_C(0x6a09e667f3bcc908), UINT64_C(0xbb67ae8584caa73b), UINT64_C(0x3c6ef372fe94f82b),
    UINT64_C(0xa54ff53a5f1d36f1), UINT64_C(0x510e527fade682d1), UINT64_C(0x9b05688c2b3e6c1f),
    UINT64_C(0x1f83d9abfb41bd6b), UINT64_C(0x5be0cd19137e2179),
};

/* RFC 7693, section 2.7; the last two rounds repeat the first two orders. */
static const uint8_t orders[ROUNDS][BLOCK_WORDS] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4},
    {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13},
    {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11},
    {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5},
    {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0},
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
};

/*
 * RFC 7693, sections 3.1 and 3.2, as macros because they are for words and for vectors of words alike: the
 * operators of C are the same. ROTATE is the prefix of four macros that rotate to the right.
 */
#define MIX(ROTATE, a, b, c, d, x, y) \
    do {                              \
        (a) += (b) + (x);             \
        (d) = ROTATE##_32((d) ^ (a)); \
        (c) += (d);                   \
        (b) = ROTATE##_24((b) ^ (c)); \
        (a) += (b) + (y);             \
        (d) = ROTATE##_16((d) ^ (a)); \
        (c) += (d);                   \
        (b) = ROTATE##_63((b) ^ (c)); \
    } while (0)

/* Not unrolled: that was measured to gain nothing (66 ns a message against 65) at four times the code. */
#define MIX_ALL_ROUNDS(ROTATE, v, m)                                                   \
    for (unsigned round = 0; round < ROUNDS; round++) {                                \
        const uint8_t *order = orders[round];                                          \
        MIX(ROTATE, (v)[0], (v)[4], (v)[8], (v)[12], (m)[order[0]], (m)[order[1]]);    \
        MIX(ROTATE, (v)[1], (v)[5], (v)[9], (v)[13], (m)[order[2]], (m)[order[3]]);    \
        MIX(ROTATE, (v)[2], (v)[6], (v)[10], (v)[14], (m)[order[4]], (m)[order[5]]);   \
        MIX(ROTATE, (v)[3], (v)[7], (v)[11], (v)[15], (m)[order[6]], (m)[order[7]]);   \
        MIX(ROTATE, (v)[0], (v)[5], (v)[10], (v)[15], (m)[order[8]], (m)[order[9]]);   \
        MIX(ROTATE, (v)[1], (v)[6], (v)[11], (v)[12], (m)[order[10]], (m)[order[11]]); \
        MIX(ROTATE, (v)[2], (v)[7], (v)[8], (v)[13], (m)[order[12]], (m)[order[13]]);  \
        MIX(ROTATE, (v)[3], (v)[4], (v)[9], (v)[14], (m)[order[14]], (m)[order[15]]);  \
    }

/* ---- One message ---- */

#define WORD_32(x) ((x) >> 32 | (x) << 32)
#define WORD_24(x) ((x) >> 24 | (x) << 40)
#define WORD_16(x) ((x) >> 16 | (x) << 48)
#define WORD_63(x) ((x) >> 63 | (x) << 1)

/* F of section 3.2. counter: bytes up to the end of this block. last: all ones in the last block, else zero. */
static void compress(uint64_t state[BLAKE2B_WORDS], const uint8_t *block, uint64_t counter, uint64_t last)
{
    uint64_t v[2 * BLAKE2B_WORDS], m[BLOCK_WORDS];

    for (unsigned i = 0; i < BLOCK_WORDS; i++)
        m[i] = bytes_get_le64(block + i * sizeof *m);
    for (unsigned i = 0; i < BLAKE2B_WORDS; i++) {
        v[i] = state[i];
        v[BLAKE2B_WORDS + i] = start[i];
    }
    v[AT_COUNTER] ^= counter;
    v[AT_LAST] ^= last;
    MIX_ALL_ROUNDS(WORD, v, m)
    for (unsigned i = 0; i < BLAKE2B_WORDS; i++)
        state[i] ^= v[i] ^ v[BLAKE2B_WORDS + i];
}

void blake2b_begin(struct blake2b_state *state, const uint8_t key[BLAKE2B_KEY_BYTES],
                   const uint8_t salt[BLAKE2B_SALT_BYTES], const char *domain)
{
    uint8_t block[BLAKE2B_BLOCK_BYTES] = {0};

    memcpy(state->words, start, sizeof start);
    state->words[0] ^= PARAMETERS;
    for (unsigned i = 0; i < 2; i++) {
        state->words[PARAMETER_AT_SALT + i] ^= bytes_get_le64(salt + i * sizeof *start);
        state->words[PARAMETER_AT_DOMAIN + i] ^= bytes_get_le64((const uint8_t *)domain + i * sizeof *start);
    }
    memcpy(block, key, BLAKE2B_KEY_BYTES);
    compress(state->words, block, BLAKE2B_BLOCK_BYTES, 0);
}

void blake2b_finish(const struct blake2b_state *state, const uint8_t block[BLAKE2B_BLOCK_BYTES], size_t length,
                    uint8_t hash[BLAKE2B_HASH_BYTES])
{
    struct blake2b_state own = *state;

    compress(own.words, block, BLAKE2B_BLOCK_BYTES + length, UINT64_MAX);
    for (unsigned i = 0; i < HASH_WORDS; i++)
        bytes_put_le64(hash + i * sizeof *own.words, own.words[i]);
}

/* ---- Several messages ---- */

/*
 * Only as AVX2. Compilers make two halves of it for SSE2, which was 1.4 times as fast as one message after
 * another, at 4.7 KB of code (gcc 12): little gain, on processors that are rare by now.
 */
#ifdef __x86_64__

typedef uint64_t lanes __attribute__((vector_size(BLAKE2B_LANES * sizeof(uint64_t))));
typedef uint32_t lane_halves __attribute__((vector_size(sizeof(lanes))));
typedef uint8_t lane_bytes __attribute__((vector_size(sizeof(lanes))));

/* Whole bytes are moved by one instruction, which compilers do not see in shifts. */
#define LANES_32(x) ((lanes)__builtin_shufflevector((lane_halves)(x), (lane_halves)(x), 1, 0, 3, 2, 5, 4, 7, 6))
#define LANES_24(x)                                                                                           \
    ((lanes)__builtin_shufflevector((lane_bytes)(x), (lane_bytes)(x), 3, 4, 5, 6, 7, 0, 1, 2, 11, 12, 13, 14, \
                                    15, 8, 9, 10, 19, 20, 21, 22, 23, 16, 17, 18, 27, 28, 29, 30, 31, 24, 25, \
                                    26))
#define LANES_16(x)                                                                                           \
    ((lanes)__builtin_shufflevector((lane_bytes)(x), (lane_bytes)(x), 2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12, 13, \
                                    14, 15, 8, 9, 18, 19, 20, 21, 22, 23, 16, 17, 26, 27, 28, 29, 30, 31, 24, \
                                    25))
#define LANES_63(x) ((x) >> 63 | ((x) + (x)))

/* Rows become columns: four words of each message to each word of four messages, and back. */
__attribute__((target("avx2"))) static inline void transpose(lanes *to, const lanes *from)
{
    const lanes even_low = __builtin_shufflevector(from[0], from[1], 0, 4, 2, 6);
    const lanes odd_low = __builtin_shufflevector(from[0], from[1], 1, 5, 3, 7);
    const lanes even_high = __builtin_shufflevector(from[2], from[3], 0, 4, 2, 6);
    const lanes odd_high = __builtin_shufflevector(from[2], from[3], 1, 5, 3, 7);

    to[0] = __builtin_shufflevector(even_low, even_high, 0, 1, 4, 5);
    to[1] = __builtin_shufflevector(odd_low, odd_high, 0, 1, 4, 5);
    to[2] = __builtin_shufflevector(even_low, even_high, 2, 3, 6, 7);
    to[3] = __builtin_shufflevector(odd_low, odd_high, 2, 3, 6, 7);
}

/* Words are read and written as they are in memory: x86 is little-endian. */
__attribute__((target("avx2"))) void blake2b_finish_lanes(const struct blake2b_state *state,
                                                          const uint8_t (*blocks)[BLAKE2B_BLOCK_BYTES],
                                                          const size_t lengths[BLAKE2B_LANES],
                                                          uint8_t (*hashes)[BLAKE2B_HASH_BYTES])
{
    lanes v[2 * BLAKE2B_WORDS], m[BLOCK_WORDS], rows[BLAKE2B_LANES];

    for (unsigned i = 0; i < BLOCK_WORDS; i += BLAKE2B_LANES) {
        for (unsigned lane = 0; lane < BLAKE2B_LANES; lane++)
            memcpy(&rows[lane], blocks[lane] + i * sizeof *state->words, sizeof *rows);
        transpose(&m[i], rows);
    }
    for (unsigned i = 0; i < BLAKE2B_WORDS; i++) {
        v[i] = (lanes){0} + state->words[i];
        v[BLAKE2B_WORDS + i] = (lanes){0} + start[i];
    }
    v[AT_COUNTER] ^= (lanes){lengths[0], lengths[1], lengths[2], lengths[3]} + (uint64_t)BLAKE2B_BLOCK_BYTES;
    v[AT_LAST] = ~v[AT_LAST];
    MIX_ALL_ROUNDS(LANES, v, m)
    for (unsigned i = 0; i < HASH_WORDS; i++)
        rows[i] = v[i] ^ v[BLAKE2B_WORDS + i] ^ ((lanes){0} + state->words[i]);
    transpose(v, rows);
    for (unsigned lane = 0; lane < BLAKE2B_LANES; lane++)
        memcpy(hashes[lane], &v[lane], BLAKE2B_HASH_BYTES);
}

bool blake2b_has_lanes(void)
{
    return sodium_runtime_has_avx2();
}

#else

bool blake2b_has_lanes(void)
{
    return false;
}

void blake2b_finish_lanes(const struct blake2b_state *state, const uint8_t (*blocks)[BLAKE2B_BLOCK_BYTES],
                          const size_t lengths[BLAKE2B_LANES], uint8_t (*hashes)[BLAKE2B_HASH_BYTES])
{
    for (unsigned lane = 0; lane < BLAKE2B_LANES; lane++)
        blake2b_finish(state, blocks[lane], lengths[lane], hashes[lane]);
}

#endif
