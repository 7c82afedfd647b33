/* SPDX-License-Identifier: Apache-2.0 */
/* index_input.c - arithmetic between ranges, partitions, identifiers and leaves. */
#include "builder/index/index_input.h"

#define RANGES_MIN 64u
#define RANGES_PER_THREAD 8u

unsigned index_input_ranges(unsigned threads)
{
    unsigned ranges = RANGES_MIN;
    while (ranges < SPILL_PARTITIONS && ranges < RANGES_PER_THREAD * threads)
        ranges *= 2;
    return ranges;
}

unsigned index_input_partition(unsigned ranges, uint64_t range)
{
    return (unsigned)(range * (SPILL_PARTITIONS / ranges));
}

/* floor(leaf * identifiers / leaves), without overflow. */
uint64_t index_input_identifier(const struct header *header, uint64_t leaf)
{
    uint64_t leaves = header->tree.count[0];
    return leaf * (header->identifiers / leaves) + leaf * (header->identifiers % leaves) / leaves;
}

uint64_t index_input_leaf(const struct header *header, uint64_t identifier)
{
    uint64_t low = 0, high = header->tree.count[0];
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (index_input_identifier(header, middle) < identifier)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
