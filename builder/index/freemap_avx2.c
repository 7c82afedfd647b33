/* SPDX-License-Identifier: Apache-2.0 */
/* freemap_avx2.c - the searches of freemap_search.h compiled for AVX2. */
typedef long long vector_tested __attribute__((vector_size(32)));

#if defined __x86_64__
#define SEARCH_TARGET __attribute__((target("avx2")))
#define SEARCH_ANY(x) (!__builtin_ia32_ptestz256((vector_tested)(x), (vector_tested)(x)))
#include "builder/index/freemap_search.h"

SEARCH_TARGET bool freemap_find_avx2(struct freemap *freemap, const struct freemap_bucket *bucket,
                                     struct freemap_pilot *pilot)
{
    return search_find(freemap, bucket, pilot);
}

SEARCH_TARGET bool freemap_find_swap_avx2(struct freemap *freemap, const struct freemap_bucket *bucket,
                                          struct freemap_pilot *pilot, uint32_t *cost)
{
    return search_find_swap(freemap, bucket, pilot, cost);
}
#endif
