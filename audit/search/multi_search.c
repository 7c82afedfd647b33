/* SPDX-License-Identifier: Apache-2.0 */
/* multi_search.c - the Bloom filter of windows, the patterns that pass it, and their comparison in full. */
#include "audit/search/multi_search.h"

#include <math.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL /* hashing eight bytes takes fewer instructions than a call */
#include <xxhash.h>

#include "audit/search/decoders.h"
#include "lib/elig/bytes.h"
#include "lib/elig/parallel.h"

#define WINDOW_BITS (8 * MULTI_SEARCH_WINDOW)
#define WINDOW_MASK ((UINT64_C(1) << WINDOW_BITS) - 1)

/* Two encodings nested are decoded, such as hexadecimal in base64; three are not. */
#define DEPTH_MAX 2

/* Bits of the filter for each byte: with four set for each window, about one window in 150 passes by chance,
 * and one pattern in 20,000 with both its windows. */
#define FILTER_BITS_A_BYTE 16
#define FILTER_WORDS_MIN 1024
#define PIECE_BYTES (UINT64_C(1) << 20) /* of a segment, for one thread at a time */

/* Patterns of a thread that are tested together, so that their cache lines are loaded at the same time. */
#define PATTERNS_AT_ONCE 128

/* When hits are compared, each window of the file is first looked up in a bitmap that stays in the
 * nearest caches. */
#define PREFILTER_BITS 21

/* At most 100 matches are kept of a pattern, so that a frequent one cannot crowd out the rest. */
#define MATCHES_MAX 100000
#define MATCHES_PER_PATTERN_MAX 100

/* Bytes to search: a source, or what a decoder made of a run in one. */
struct segment {
    const uint8_t *bytes;
    uint64_t length;
    uint64_t offset; /* of decoded bytes: where in the source the outermost run begins */
    const char *decoder;
    unsigned source, depth;
    bool is_reversed;
};

/* A pattern whose first and last window passed the filter. */
struct hit {
    uint64_t where;
    uint8_t length, encoding;
    uint8_t bytes[MULTI_SEARCH_PATTERN_MAX];
};

struct tally {
    uint64_t searched;
    double chance; /* sum over the patterns of the probability of a match at one offset */
};

struct multi_search {
    uint64_t memory;
    struct segment *segments;
    size_t segment_count, segment_capacity;
    uint64_t bytes;
    uint64_t decoded_bytes;   /* those of them that were decoded: at most a quarter of the memory */
    _Atomic uint64_t *filter; /* filter_words */
    uint64_t filter_words;

    pthread_mutex_t lock; /* over all members below */
    struct hit *hits;
    size_t hit_count, hit_capacity, hit_max;
    bool is_complete;
    struct tally tallies[MULTI_SEARCH_ENCODINGS][MULTI_SEARCH_PATTERN_MAX + 1];

    struct multi_search_match *matches; /* after multi_search_matches() */
    size_t match_count;
};

/* ---- Windows ---- */

/* A byte, with ASCII letters in lower case. */
static inline uint8_t fold(uint8_t byte)
{
    return (uint8_t)(byte - 'A') < 26 ? byte | 0x20 : byte;
}

/* A window read forwards and backwards, as numbers. */
struct window {
    uint64_t forward, backward;
};

static inline void window_push(struct window *window, uint8_t byte)
{
    uint64_t folded = fold(byte);
    window->forward = window->forward >> 8 | folded << (WINDOW_BITS - 8);
    window->backward = (window->backward << 8 | folded) & WINDOW_MASK;
}

/* The same for a window and its reverse. */
static inline uint64_t window_hash(const struct window *window)
{
    uint64_t lesser = window->forward < window->backward ? window->forward : window->backward;
    return XXH3_64bits(&lesser, sizeof lesser);
}

static uint64_t hash_at(const uint8_t *bytes)
{
    struct window window = {0, 0};
    for (unsigned i = 0; i < MULTI_SEARCH_WINDOW; i++)
        window_push(&window, bytes[i]);
    return window_hash(&window);
}

static inline uint64_t filter_word(const struct multi_search *search, uint64_t hash)
{
    return (hash >> 32) * search->filter_words >> 32;
}

static inline uint64_t filter_bits(uint64_t hash)
{
    return UINT64_C(1) << (hash & 63) | UINT64_C(1) << (hash >> 6 & 63) | UINT64_C(1) << (hash >> 12 & 63) |
           UINT64_C(1) << (hash >> 18 & 63);
}

/* ---- Segments ---- */

struct multi_search *multi_search_new(uint64_t memory)
{
    struct multi_search *search = calloc(1, sizeof *search);
    if (search == NULL)
        return NULL;
    pthread_mutex_init(&search->lock, NULL);
    search->memory = memory;
    search->hit_max = (size_t)(memory / 4 / sizeof(struct hit)) + 1;
    search->is_complete = true;
    return search;
}

static int add_segment(struct multi_search *search, const struct segment *segment)
{
    if (search->segment_count == search->segment_capacity) {
        size_t capacity = search->segment_capacity == 0 ? 64 : 2 * search->segment_capacity;
        struct segment *segments = realloc(search->segments, capacity * sizeof *segments);
        if (segments == NULL)
            return ELIG_E_MEMORY;
        search->segments = segments;
        search->segment_capacity = capacity;
    }
    search->segments[search->segment_count++] = *segment;
    search->bytes += segment->length;
    return 0;
}

/* The name of two nested encodings; the outer one is "" for a run in a source itself. */
static const char *decoder_name(enum decoder inner, const char *outer)
{
    static const char *const names[DECODER_COUNT][DECODER_COUNT] = {
        {"hex in hex", "hex in base64", "hex in UTF-16", "hex in UTF-32"},
        {"base64 in hex", "base64 in base64", "base64 in UTF-16", "base64 in UTF-32"},
        {"UTF-16 in hex", "UTF-16 in base64", "UTF-16 in UTF-16", "UTF-16 in UTF-32"},
        {"UTF-32 in hex", "UTF-32 in base64", "UTF-32 in UTF-16", "UTF-32 in UTF-32"},
    };
    for (unsigned decoder = 0; decoder < DECODER_COUNT; decoder++)
        if (outer == decoders_text((enum decoder)decoder))
            return names[inner][decoder];
    return decoders_text(inner);
}

struct segment_decoder {
    struct multi_search *search;
    struct segment segment; /* in which the runs are */
};

static int add_decoded(void *context, enum decoder decoder, const uint8_t *bytes, size_t length,
                       uint64_t offset, bool is_reversed);

static int decode_segment(struct multi_search *search, const struct segment *segment)
{
    struct segment_decoder segment_decoder = {search, *segment};
    return decoders_find(segment->bytes, segment->length, add_decoded, &segment_decoder);
}

static int add_decoded(void *context, enum decoder decoder, const uint8_t *bytes, size_t length,
                       uint64_t offset, bool is_reversed)
{
    const struct segment_decoder *segment_decoder = context;
    struct multi_search *search = segment_decoder->search;
    if (length < MULTI_SEARCH_WINDOW)
        return 0;
    if (length > search->memory / 4 - search->decoded_bytes) {
        search->is_complete = false;
        return 0;
    }
    search->decoded_bytes += length;
    struct segment segment = segment_decoder->segment;
    uint8_t *copy = malloc(length);
    if (copy == NULL)
        return ELIG_E_MEMORY;
    memcpy(copy, bytes, length);
    segment.offset = segment.depth == 0 ? offset : segment.offset;
    segment.bytes = copy;
    segment.length = length;
    segment.decoder = decoder_name(decoder, segment.decoder);
    segment.is_reversed ^= is_reversed;
    segment.depth++;
    int error = add_segment(search, &segment);
    if (error != 0) {
        free(copy);
        return error;
    }
    return segment.depth < DEPTH_MAX ? decode_segment(search, &segment) : 0;
}

int multi_search_add(struct multi_search *search, const uint8_t *bytes, uint64_t length, unsigned source)
{
    struct segment segment = {.bytes = bytes, .length = length, .decoder = "", .source = source};
    int error = add_segment(search, &segment);
    return error == 0 ? decode_segment(search, &segment) : error;
}

uint64_t multi_search_bytes(const struct multi_search *search)
{
    return search->bytes;
}

/* ---- Pieces of segments, for threads ---- */

/* Windows that begin in one piece and end in the next belong to the first. */
struct piece {
    const struct segment *segment;
    uint64_t start, end; /* offsets in the segment of the windows' first bytes */
};

/* All segments in pieces: *count of them. NULL: no memory. */
static struct piece *make_pieces(const struct multi_search *search, uint64_t *count)
{
    uint64_t made = 0;
    *count = 0;
    for (size_t i = 0; i < search->segment_count; i++)
        *count += (search->segments[i].length + PIECE_BYTES - 1) / PIECE_BYTES;
    struct piece *pieces = calloc(*count + 1, sizeof *pieces);
    for (size_t i = 0; pieces != NULL && i < search->segment_count; i++) {
        const struct segment *segment = &search->segments[i];
        uint64_t windows =
            segment->length < MULTI_SEARCH_WINDOW ? 0 : segment->length - MULTI_SEARCH_WINDOW + 1;
        for (uint64_t start = 0; start < segment->length; start += PIECE_BYTES) {
            uint64_t end = start + PIECE_BYTES < windows ? start + PIECE_BYTES : windows;
            pieces[made++] = (struct piece){segment, start < windows ? start : windows, end};
        }
    }
    return pieces;
}

/* ---- The filter ---- */

struct filter_job {
    struct multi_search *search;
    const struct piece *pieces;
};

#define HASHES_AT_ONCE 64

static void put_hashes(struct multi_search *search, const uint64_t *hashes, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        _Atomic uint64_t *word = &search->filter[filter_word(search, hashes[i])];
        uint64_t bits = filter_bits(hashes[i]);
        if ((atomic_load_explicit(word, memory_order_relaxed) & bits) != bits)
            atomic_fetch_or_explicit(word, bits, memory_order_relaxed);
    }
}

static int filter_piece(void *context, unsigned worker, uint64_t number)
{
    const struct filter_job *job = context;
    const struct piece *piece = &job->pieces[number];
    const uint8_t *bytes = piece->segment->bytes;
    struct window window = {0, 0};
    uint64_t hashes[HASHES_AT_ONCE];
    unsigned count = 0;
    (void)worker;
    for (unsigned i = 0; i + 1 < MULTI_SEARCH_WINDOW && piece->start < piece->end; i++)
        window_push(&window, bytes[piece->start + i]);
    for (uint64_t at = piece->start; at < piece->end; at++) {
        window_push(&window, bytes[at + MULTI_SEARCH_WINDOW - 1]);
        hashes[count] = window_hash(&window);
        __builtin_prefetch(&job->search->filter[filter_word(job->search, hashes[count])], 1);
        if (++count == HASHES_AT_ONCE) {
            put_hashes(job->search, hashes, count);
            count = 0;
        }
    }
    put_hashes(job->search, hashes, count);
    return 0;
}

int multi_search_finish(struct multi_search *search, unsigned threads)
{
    uint64_t words = search->bytes * FILTER_BITS_A_BYTE / 64, most = search->memory / 2 / sizeof(uint64_t);
    words = words > most ? most : words;
    search->filter_words = words < FILTER_WORDS_MIN ? FILTER_WORDS_MIN : words;
    search->filter = calloc(search->filter_words, sizeof *search->filter);
    uint64_t count;
    struct piece *pieces = make_pieces(search, &count);
    struct filter_job job = {search, pieces};
    bool good = search->filter != NULL && pieces != NULL;
    if (good)
        (void)parallel_run(threads, count, filter_piece, &job);
    free(pieces);
    return good ? 0 : ELIG_E_MEMORY;
}

/* ---- Patterns ---- */

struct pattern {
    uint64_t first, last; /* hashes of its windows */
    struct hit hit;
};

struct patterns {
    struct multi_search *search;
    size_t count;
    struct pattern waiting[PATTERNS_AT_ONCE];
    size_t hit_count;
    struct hit hits[PATTERNS_AT_ONCE];
    struct tally tallies[MULTI_SEARCH_ENCODINGS][MULTI_SEARCH_PATTERN_MAX + 1];
};

struct patterns *patterns_new(struct multi_search *search)
{
    struct patterns *patterns = calloc(1, sizeof *patterns);
    if (patterns != NULL)
        patterns->search = search;
    return patterns;
}

/* Hands the hits of a thread over to the search, as long as there is memory. The block that realloc()
 * leaves is wiped by lib/util/zero_free.c, which all programs but those under sanitizers are linked with. */
static void hand_over_hits(struct patterns *patterns)
{
    struct multi_search *search = patterns->search;
    pthread_mutex_lock(&search->lock);
    for (size_t i = 0; i < patterns->hit_count && search->is_complete; i++) {
        if (search->hit_count == search->hit_capacity) {
            size_t capacity = search->hit_capacity == 0 ? 1024 : 2 * search->hit_capacity;
            struct hit *hits =
                search->hit_capacity < search->hit_max ? realloc(search->hits, capacity * sizeof *hits) : NULL;
            search->is_complete = hits != NULL;
            if (hits == NULL)
                break;
            search->hits = hits;
            search->hit_capacity = capacity;
        }
        search->hits[search->hit_count++] = patterns->hits[i];
    }
    pthread_mutex_unlock(&search->lock);
    patterns->hit_count = 0;
}

static bool filter_has(const struct multi_search *search, uint64_t hash)
{
    uint64_t bits = filter_bits(hash);
    uint64_t word = atomic_load_explicit(&search->filter[filter_word(search, hash)], memory_order_relaxed);
    return (word & bits) == bits;
}

static void probe_filter(struct patterns *patterns)
{
    for (size_t i = 0; i < patterns->count; i++) {
        const struct pattern *pattern = &patterns->waiting[i];
        if (filter_has(patterns->search, pattern->first) && filter_has(patterns->search, pattern->last))
            patterns->hits[patterns->hit_count++] = pattern->hit;
    }
    if (patterns->hit_count > 0)
        hand_over_hits(patterns);
    patterns->count = 0;
}

/* The probability that a pattern matches at a given offset of random bytes, in one of two directions: a byte
 * matches one of 256 values, or two if it is a letter. */
static double chance(const uint8_t *bytes, size_t length)
{
    int letters = 0;
    for (size_t i = 0; i < length; i++)
        letters += (uint8_t)((bytes[i] | 0x20) - 'a') < 26;
    return ldexp(1, 1 + letters - 8 * (int)length);
}

bool patterns_add(struct patterns *patterns, const uint8_t *bytes, size_t length, unsigned encoding,
                  uint64_t where)
{
    if (length < MULTI_SEARCH_WINDOW)
        return false;
    length = length < MULTI_SEARCH_PATTERN_MAX ? length : MULTI_SEARCH_PATTERN_MAX;
    struct pattern *pattern = &patterns->waiting[patterns->count];
    pattern->first = hash_at(bytes);
    pattern->last = hash_at(bytes + length - MULTI_SEARCH_WINDOW);
    pattern->hit.where = where;
    pattern->hit.length = (uint8_t)length;
    pattern->hit.encoding = (uint8_t)encoding;
    memcpy(pattern->hit.bytes, bytes, length);
    __builtin_prefetch(&patterns->search->filter[filter_word(patterns->search, pattern->first)]);
    __builtin_prefetch(&patterns->search->filter[filter_word(patterns->search, pattern->last)]);
    patterns->tallies[encoding][length].searched++;
    patterns->tallies[encoding][length].chance += chance(bytes, length);
    if (++patterns->count == PATTERNS_AT_ONCE)
        probe_filter(patterns);
    return true;
}

void patterns_close(struct patterns *patterns)
{
    if (patterns == NULL)
        return;
    struct multi_search *search = patterns->search;
    probe_filter(patterns);
    pthread_mutex_lock(&search->lock);
    for (unsigned encoding = 0; encoding < MULTI_SEARCH_ENCODINGS; encoding++)
        for (unsigned length = 0; length <= MULTI_SEARCH_PATTERN_MAX; length++) {
            search->tallies[encoding][length].searched += patterns->tallies[encoding][length].searched;
            search->tallies[encoding][length].chance += patterns->tallies[encoding][length].chance;
        }
    pthread_mutex_unlock(&search->lock);
    sodium_memzero(patterns, sizeof *patterns);
    free(patterns);
}

uint64_t multi_search_searched(const struct multi_search *search, unsigned encoding, size_t length)
{
    return search->tallies[encoding][length].searched;
}

double multi_search_expected(const struct multi_search *search, unsigned encoding, size_t length)
{
    return search->tallies[encoding][length].chance * (double)search->bytes;
}

/* ---- Hits, compared in full ---- */

#define NO_HIT SIZE_MAX

/* Hits by the hash of their first window: chains in a hash table. */
struct hit_table {
    struct multi_search *search;
    const struct piece *pieces;
    uint64_t *prefilter;   /* 2^PREFILTER_BITS bits */
    size_t *heads, *nexts; /* head_count, a power of two; one for each hit */
    size_t head_count;
    uint8_t *match_counts; /* matches of each hit so far */
};

static bool is_same_folded(const uint8_t *a, const uint8_t *b, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (fold(a[i]) != fold(b[i]))
            return false;
    return true;
}

static int hit_table_init(struct hit_table *table)
{
    const struct multi_search *search = table->search;
    for (table->head_count = 1024; table->head_count < search->hit_count; table->head_count *= 2)
        continue;
    table->prefilter = calloc((UINT64_C(1) << PREFILTER_BITS) / 64, sizeof *table->prefilter);
    table->heads = malloc(table->head_count * sizeof *table->heads);
    table->nexts = malloc((search->hit_count + 1) * sizeof *table->nexts);
    table->match_counts = calloc(search->hit_count + 1, sizeof *table->match_counts);
    if (table->prefilter == NULL || table->heads == NULL || table->nexts == NULL || table->match_counts == NULL)
        return ELIG_E_MEMORY;
    for (size_t i = 0; i < table->head_count; i++)
        table->heads[i] = NO_HIT;
    for (size_t i = 0; i < search->hit_count; i++) {
        const struct hit *all = search->hits, *new = &all[i];
        uint64_t hash = hash_at(new->bytes), bit = hash >> (64 - PREFILTER_BITS);
        size_t *head = &table->heads[hash & (table->head_count - 1)], other = *head;
        while (other != NO_HIT && !(all[other].encoding == new->encoding &&all[other].length ==
                                    new->length &&is_same_folded(all[other].bytes, new->bytes, new->length)))
            other = table->nexts[other];
        if (other != NO_HIT)
            continue; /* the same pattern again */
        table->prefilter[bit / 64] |= UINT64_C(1) << bit % 64;
        table->nexts[i] = *head;
        *head = i;
    }
    return 0;
}

static void add_match(const struct hit_table *table, const struct segment *segment, size_t number,
                      uint64_t offset, bool is_reversed)
{
    struct multi_search *search = table->search;
    const struct hit *hit = &search->hits[number];
    pthread_mutex_lock(&search->lock);
    if (table->match_counts[number] == MATCHES_PER_PATTERN_MAX) {
        pthread_mutex_unlock(&search->lock);
        return;
    }
    table->match_counts[number]++;
    if (search->match_count == MATCHES_MAX) {
        search->is_complete = false;
    } else {
        search->matches[search->match_count++] =
            (struct multi_search_match){.source = segment->source,
                                        .offset = segment->depth == 0 ? offset : segment->offset,
                                        .decoder = segment->decoder,
                                        .is_reversed = is_reversed ^ segment->is_reversed,
                                        .encoding = hit->encoding,
                                        .length = hit->length,
                                        .where = hit->where};
    }
    pthread_mutex_unlock(&search->lock);
}

/* A segment has a hit backwards, its last byte at start. */
static bool is_backwards(const struct segment *segment, const struct hit *hit, uint64_t start)
{
    for (size_t i = 0; i < hit->length; i++)
        if (fold(segment->bytes[start + i]) != fold(hit->bytes[hit->length - 1 - i]))
            return false;
    return true;
}

/* Compares the hits whose first window, in either direction, is at an offset. */
static void compare_hits(const struct hit_table *table, const struct segment *segment, uint64_t at,
                         uint64_t hash)
{
    struct multi_search *search = table->search;
    for (size_t i = table->heads[hash & (table->head_count - 1)]; i != NO_HIT; i = table->nexts[i]) {
        const struct hit *hit = &search->hits[i];
        uint64_t end = at + MULTI_SEARCH_WINDOW;
        if (hit->length <= segment->length - at && is_same_folded(segment->bytes + at, hit->bytes, hit->length))
            add_match(table, segment, i, at, false);
        else if (hit->length <= end && is_backwards(segment, hit, end - hit->length))
            add_match(table, segment, i, end - hit->length, true);
    }
}

static int compare_piece(void *context, unsigned worker, uint64_t number)
{
    const struct hit_table *table = context;
    const struct piece *piece = &table->pieces[number];
    const uint8_t *bytes = piece->segment->bytes;
    struct window window = {0, 0};
    (void)worker;
    for (unsigned i = 0; i + 1 < MULTI_SEARCH_WINDOW && piece->start < piece->end; i++)
        window_push(&window, bytes[piece->start + i]);
    for (uint64_t at = piece->start; at < piece->end; at++) {
        window_push(&window, bytes[at + MULTI_SEARCH_WINDOW - 1]);
        uint64_t hash = window_hash(&window), bit = hash >> (64 - PREFILTER_BITS);
        if (table->prefilter[bit / 64] >> bit % 64 & 1)
            compare_hits(table, piece->segment, at, hash);
    }
    return 0;
}

static int compare_matches(const void *a, const void *b)
{
    const struct multi_search_match *left = a, *right = b;
    if (left->source != right->source)
        return left->source < right->source ? -1 : 1;
    if (left->offset != right->offset)
        return left->offset < right->offset ? -1 : 1;
    if (left->encoding != right->encoding)
        return left->encoding < right->encoding ? -1 : 1;
    if (left->length != right->length)
        return left->length < right->length ? 1 : -1;
    return left->where < right->where ? -1 : left->where > right->where;
}

/* A pattern may be found in several decodings of one run: it counts once. */
static void merge_matches(struct multi_search *search)
{
    size_t kept = 0;
    if (search->match_count > 0)
        qsort(search->matches, search->match_count, sizeof *search->matches, compare_matches);
    for (size_t i = 0; i < search->match_count; i++)
        if (kept == 0 || compare_matches(&search->matches[kept - 1], &search->matches[i]) != 0)
            search->matches[kept++] = search->matches[i];
    search->match_count = kept;
}

const struct multi_search_match *multi_search_matches(struct multi_search *search, unsigned threads,
                                                      size_t *count, bool *is_complete)
{
    uint64_t piece_count;
    struct piece *pieces = make_pieces(search, &piece_count);
    struct hit_table table = {.search = search, .pieces = pieces};
    free(search->matches);
    search->match_count = 0;
    search->matches = malloc(MATCHES_MAX * sizeof *search->matches);
    if (search->matches != NULL && pieces != NULL && hit_table_init(&table) == 0) {
        (void)parallel_run(threads, piece_count, compare_piece, &table);
        merge_matches(search);
    } else {
        search->is_complete = false;
    }
    free(table.prefilter);
    free(table.heads);
    free(table.nexts);
    free(table.match_counts);
    free(pieces);
    *count = search->match_count;
    *is_complete = search->is_complete;
    return search->matches;
}

void multi_search_free(struct multi_search *search)
{
    if (search == NULL)
        return;
    for (size_t i = 0; i < search->segment_count; i++)
        if (search->segments[i].depth > 0) {
            void *bytes = (void *)(uintptr_t)search->segments[i].bytes;
            sodium_memzero(bytes, search->segments[i].length);
            free(bytes);
        }
    if (search->hits != NULL)
        sodium_memzero(search->hits, search->hit_count * sizeof *search->hits);
    free(search->hits);
    free(search->segments);
    free(search->filter);
    free(search->matches);
    pthread_mutex_destroy(&search->lock);
    free(search);
}
