/* SPDX-License-Identifier: Apache-2.0 */
/* Draws the persons that a round looks up. */
#include "bench/queries.h"

/* Each measurement draws from a stream of its own of the random sequence of persons. */
enum stream { WARM, HITS, MISSES, MIXED, TEXTS, STREAMS = TEXTS + 2 };

static uint64_t draw(uint64_t n, unsigned round, enum stream stream, unsigned i, bool is_hit)
{
    return dataset_query(n, ((uint64_t)round * STREAMS + stream) * QUERIES + i, is_hit);
}

void queries_make(struct queries *queries, uint64_t n, unsigned round)
{
    for (unsigned i = 0; i < QUERIES; i++) {
        dataset_digest(draw(n, round, WARM, i, 1), queries->warm[i]);
        dataset_digest(draw(n, round, HITS, i, 1), queries->hits[i]);
        dataset_digest(draw(n, round, MISSES, i, 0), queries->misses[i]);
        dataset_digest(draw(n, round, MIXED, i, i % 2 == 0), queries->mixed[i]);
        for (unsigned j = 0; j < 2; j++) {
            char *text = queries->texts[j][i];
            size_t length = dataset_text(draw(n, round, (enum stream)(TEXTS + j), i, true), text);
            queries->parts[j][i] = (struct elig_text){text, length};
        }
    }
}
