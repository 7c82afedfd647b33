/* SPDX-License-Identifier: Apache-2.0 */
/*
 * random.h - reproducible random numbers: the same ones from the same seed, everywhere.
 *
 * Seeds are constants, so that each run tests the same cases. TEST_SEED=N in the environment gives others, in
 * tests of what holds for all inputs.
 */
#ifndef ELIG_SUPPORT_RANDOM_H
#define ELIG_SUPPORT_RANDOM_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* splitmix64 (Steele, Lea, Flood 2014); any state is a good start. */
static inline uint64_t test_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static inline size_t test_below(uint64_t *state, size_t limit)
{
    return (size_t)(test_random(state) % limit);
}

static inline void test_random_bytes(uint64_t *state, uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        bytes[i] = (uint8_t)test_random(state);
}

/* The seed of that number, or another one for each TEST_SEED. */
static inline uint64_t test_seed(uint64_t number)
{
    const char *text = getenv("TEST_SEED");
    uint64_t state = text != NULL ? strtoull(text, NULL, 10) : 0;
    return text != NULL ? test_random(&state) ^ number : number;
}

/* TEST_STRIDE, made odd so that a loop over bytes meets each offset in a word; or 1. */
static inline unsigned long test_stride(void)
{
    const char *text = getenv("TEST_STRIDE");
    unsigned long value = text != NULL ? strtoul(text, NULL, 10) : 1;
    return value | 1;
}

#endif
