#include "ring.h"

#include <string.h>

/* Vectors as gcc and clang have them on every processor: they become what it can do. */
typedef uint64_t vector_bits __attribute__((vector_size(32)));
typedef uint32_t vector_lanes __attribute__((vector_size(RING_LANES * sizeof(uint32_t))));

#include "ring_search.h" /* words */

#define SEARCH(name) name##_vectors
#define SEARCH_TARGET
#define SEARCH_BITS vector_bits
#define SEARCH_LANES vector_lanes
#define SEARCH_LANE_COUNT RING_LANES
#define SEARCH_ANY(x) (((x)[0] | (x)[1] | (x)[2] | (x)[3]) != 0)
#include "ring_search.h"

#if defined __x86_64__
#define HAS_AVX2 1
typedef long long vector_tested __attribute__((vector_size(32)));
/* The attribute on every function, and not one body for all: gcc would cut vectors to pieces that any x86-64
 * has before it put the body where AVX2 is allowed. */
#define SEARCH(name) name##_avx2
#define SEARCH_TARGET __attribute__((target("avx2")))
#define SEARCH_BITS vector_bits
#define SEARCH_LANES vector_lanes
#define SEARCH_LANE_COUNT RING_LANES
#define SEARCH_ANY(x) (!__builtin_ia32_ptestz256((vector_tested)(x), (vector_tested)(x)))
#include "ring_search.h"
#else
#define HAS_AVX2 0
#endif

enum ring_method ring_best_method(void)
{
#if HAS_AVX2
    if (__builtin_cpu_supports("avx2"))
        return RING_AVX2;
#endif
    return RING_VECTORS;
}

/* What lies behind the second ring of a copy is read and never used, so that all ones do. */
void ring_start(struct ring *ring, uint32_t slots, enum ring_method method)
{
    ring->method = method;
    ring->slots = slots;
    ring->functions = LEAF_PILOTS / slots;
    memset(ring->price, 0, slots * sizeof ring->price[0]);
    for (uint32_t copy = 0; copy < RING_COPIES; copy++)
        memset(ring->bits + 1 + copy * RING_COPY_BYTES, 0xff, (2 * slots + 7) / 8);
}

static inline uint32_t flip_in_copy(uint8_t *at, uint32_t bits)
{
    bytes_put_le16(at, (uint16_t)(bytes_get_le16(at) ^ bits));
    return bits >> 1;
}

/* Bit b of copy c is bit b + c of the ring. So a bit moves down by one from copy to copy, and is in the same
 * two bytes of all. (There is one byte before the first copy; before others is what lies behind the ring.) */
static inline void flip_bit(struct ring *ring, uint32_t bit)
{
    uint8_t *at = ring->bits + bit / 8;
    uint32_t bits = UINT32_C(0x100) << bit % 8;
    bits = flip_in_copy(at, bits);
    bits = flip_in_copy(at + RING_COPY_BYTES, bits);
    bits = flip_in_copy(at + 2 * RING_COPY_BYTES, bits);
    bits = flip_in_copy(at + 3 * RING_COPY_BYTES, bits);
    bits = flip_in_copy(at + 4 * RING_COPY_BYTES, bits);
    bits = flip_in_copy(at + 5 * RING_COPY_BYTES, bits);
    bits = flip_in_copy(at + 6 * RING_COPY_BYTES, bits);
    (void)flip_in_copy(at + 7 * RING_COPY_BYTES, bits);
}

void ring_take(struct ring *ring, uint32_t slot, uint16_t price)
{
    ring->price[slot] = price;
    flip_bit(ring, slot);
    flip_bit(ring, slot + ring->slots);
}

void ring_give(struct ring *ring, uint32_t slot)
{
    ring_take(ring, slot, 0);
}

static uint32_t displacement_of(const struct ring *ring, const struct ring_bucket *bucket,
                                struct ring_pilot pilot)
{
    uint32_t d = bucket->displacement + pilot.displacements;
    return d < ring->slots ? d : d - ring->slots;
}

uint16_t ring_number(const struct ring *ring, const struct ring_bucket *bucket, struct ring_pilot pilot)
{
    return (uint16_t)(ring_function(bucket, pilot.functions, ring->functions) * ring->slots +
                      displacement_of(ring, bucket, pilot));
}

void ring_slots(const struct ring *ring, const struct ring_bucket *bucket, struct ring_pilot pilot,
                uint32_t *slots)
{
    const uint32_t q = ring_function(bucket, pilot.functions, ring->functions),
                   d = displacement_of(ring, bucket, pilot);
    for (uint32_t i = 0; i < bucket->count; i++) {
        uint32_t slot = leaf_base_of(ring->slots, bucket->first[i], bucket->step[i], q) + d;
        slots[i] = slot < ring->slots ? slot : slot - ring->slots;
    }
}

int ring_find(struct ring *ring, const struct ring_bucket *bucket, struct ring_pilot *pilot)
{
#if HAS_AVX2
    if (ring->method == RING_AVX2)
        return find_avx2(ring, bucket, pilot);
#endif
    if (ring->method == RING_VECTORS)
        return find_vectors(ring, bucket, pilot);
    return find_words(ring, bucket, pilot);
}

int ring_find_swap(struct ring *ring, const struct ring_bucket *bucket, struct ring_pilot *pilot,
                   uint32_t *price)
{
#if HAS_AVX2
    if (ring->method == RING_AVX2)
        return find_swap_avx2(ring, bucket, pilot, price);
#endif
    if (ring->method == RING_VECTORS)
        return find_swap_vectors(ring, bucket, pilot, price);
    return find_swap_words(ring, bucket, pilot, price);
}
