/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/search/multi_search.h"

#include <math.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "audit/search/decoders.h"
#include "lib/elig/bytes.h"
#include "lib/elig/parallel.h"

#define WINDOW_BITS (8 * MULTI_SEARCH_WINDOW)
#define WINDOW_MASK ((UINT64_C(1) << WINDOW_BITS) - 1)

/* Views of views, no further: hexadecimal of base64 of UTF-16 is one too many. */
#define DEPTH_MAX 2

/* Bits of the filter for each byte: with four set for each window, about one needle in 150 passes by chance,
 * and one in 20,000 with both its windows. */
#define FILTER_BITS_A_BYTE 16
#define FILTER_WORDS_MIN 1024
#define PIECE_BYTES (UINT64_C(1) << 20) /* of the haystack, for one thread at a time */

/* A thread's needles between two probings. */
#define NEEDLES_AT_ONCE 128

/* Windows are scanned for suspects' behind a bitmap that stays in the nearest caches. */
#define SIEVE_BITS 21

/* Of one needle so many matches are kept, lest one that is everywhere hide another. */
#define MATCHES_MAX 100000
#define MATCHES_OF_ONE_MAX 100

/* Bytes to be searched: a source's, or a view's. */
struct straw {
    const uint8_t *bytes;
    uint64_t length;
    uint64_t offset; /* of a view: where in the source its run begins */
    const char *view;
    unsigned source, depth;
    int is_reversed;
};

struct suspect {
    uint64_t where;
    uint8_t length, form;
    uint8_t bytes[MULTI_SEARCH_PATTERN_MAX];
};

struct tally {
    uint64_t searched;
    double chance; /* sum over the needles of the probability of a match at one place */
};

struct multi_search {
    uint64_t memory;
    struct straw *straws;
    size_t straw_count, straw_room;
    uint64_t bytes;
    uint64_t view_bytes;      /* of them those of views: at most a quarter of the memory */
    _Atomic uint64_t *filter; /* filter_words */
    uint64_t filter_words;

    pthread_mutex_t lock; /* over all below */
    struct suspect *suspects;
    size_t suspect_count, suspect_room, suspect_max;
    int is_complete;
    struct tally tallies[MULTI_SEARCH_FORMS][MULTI_SEARCH_PATTERN_MAX + 1];

    struct multi_search_match *matches; /* once asked for */
    size_t match_count;
};

/* ---- Windows ---- */

/* Bytes without the case of ASCII letters. */
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

/* The same for both directions. */
static inline uint64_t window_hash(const struct window *window)
{
    uint64_t z = window->forward < window->backward ? window->forward : window->backward;
    z *= UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 32) * UINT64_C(0xd6e8feb86659fd93);
    return z ^ z >> 32;
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

/* ---- Making it ---- */

struct multi_search *multi_search_new(uint64_t memory)
{
    struct multi_search *search = calloc(1, sizeof *search);
    if (search == NULL)
        return NULL;
    pthread_mutex_init(&search->lock, NULL);
    search->memory = memory;
    search->suspect_max = (size_t)(memory / 4 / sizeof(struct suspect)) + 1;
    search->is_complete = 1;
    return search;
}

static int add_straw(struct multi_search *search, const struct straw *segment)
{
    if (search->straw_count == search->straw_room) {
        size_t room = search->straw_room == 0 ? 64 : 2 * search->straw_room;
        struct straw *straws = realloc(search->straws, room * sizeof *straws);
        if (straws == NULL)
            return 0;
        search->straws = straws;
        search->straw_room = room;
    }
    search->straws[search->straw_count++] = *segment;
    search->bytes += segment->length;
    return 1;
}

/* What views are called, inner and outer; a view of a source itself has no outer one. */
static const char *view_name(enum decoder inner, const char *outer)
{
    static const char *const names[VIEW_COUNT][VIEW_COUNT] = {
        {"hex in hex", "hex in base64", "hex in UTF-16", "hex in UTF-32"},
        {"base64 in hex", "base64 in base64", "base64 in UTF-16", "base64 in UTF-32"},
        {"UTF-16 in hex", "UTF-16 in base64", "UTF-16 in UTF-16", "UTF-16 in UTF-32"},
        {"UTF-32 in hex", "UTF-32 in base64", "UTF-32 in UTF-16", "UTF-32 in UTF-32"},
    };
    for (unsigned view = 0; view < VIEW_COUNT; view++)
        if (outer == decoders_text((enum decoder)view))
            return names[inner][view];
    return decoders_text(inner);
}

struct viewing {
    struct multi_search *search;
    struct straw segment; /* of which the views are */
};

static int add_view(void *context, enum decoder view, const uint8_t *bytes, size_t length, uint64_t offset,
                    int is_reversed);

static int add_views(struct multi_search *search, const struct straw *segment)
{
    struct viewing viewing = {search, *segment};
    return decoders_find(segment->bytes, segment->length, add_view, &viewing);
}

static int add_view(void *context, enum decoder view, const uint8_t *bytes, size_t length, uint64_t offset,
                    int is_reversed)
{
    const struct viewing *viewing = context;
    struct multi_search *search = viewing->search;
    if (length < MULTI_SEARCH_WINDOW)
        return 1;
    if (length > search->memory / 4 - search->view_bytes) {
        search->is_complete = 0;
        return 1;
    }
    search->view_bytes += length;
    struct straw segment = viewing->segment;
    uint8_t *copy = malloc(length);
    if (copy == NULL)
        return 0;
    memcpy(copy, bytes, length);
    segment.offset = segment.depth == 0 ? offset : segment.offset;
    segment.bytes = copy;
    segment.length = length;
    segment.view = view_name(view, segment.view);
    segment.is_reversed ^= is_reversed;
    segment.depth++;
    if (!add_straw(search, &segment)) {
        free(copy);
        return 0;
    }
    return segment.depth == DEPTH_MAX || add_views(search, &segment);
}

int multi_search_add(struct multi_search *search, const uint8_t *bytes, uint64_t length, unsigned source)
{
    struct straw segment = {.bytes = bytes, .length = length, .view = "", .source = source};
    return add_straw(search, &segment) && add_views(search, &segment);
}

uint64_t multi_search_bytes(const struct multi_search *search)
{
    return search->bytes;
}

/* ---- Pieces of it, for threads ---- */

/* A piece begins in its straw so that windows across two pieces are in the first. */
struct piece {
    const struct straw *segment;
    uint64_t start, end; /* of the windows' first bytes */
};

static uint64_t pieces_of(const struct straw *segment)
{
    return (segment->length + PIECE_BYTES - 1) / PIECE_BYTES;
}

static uint64_t all_pieces(const struct multi_search *search)
{
    uint64_t pieces = 0;
    for (size_t i = 0; i < search->straw_count; i++)
        pieces += pieces_of(&search->straws[i]);
    return pieces;
}

/* The whole haystack in pieces of a straw each; straws are few, or the file is small. */
static struct piece *make_pieces(const struct multi_search *search, uint64_t count)
{
    struct piece *pieces = calloc(count + 1, sizeof *pieces);
    uint64_t made = 0;
    for (size_t i = 0; pieces != NULL && i < search->straw_count; i++) {
        const struct straw *segment = &search->straws[i];
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

struct filling {
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

static int fill_piece(void *context, unsigned worker, uint64_t number)
{
    const struct filling *filling = context;
    const struct piece *piece = &filling->pieces[number];
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
        __builtin_prefetch(&filling->search->filter[filter_word(filling->search, hashes[count])], 1);
        if (++count == HASHES_AT_ONCE) {
            put_hashes(filling->search, hashes, count);
            count = 0;
        }
    }
    put_hashes(filling->search, hashes, count);
    return 0;
}

int multi_search_finish(struct multi_search *search, unsigned threads)
{
    uint64_t words = search->bytes * FILTER_BITS_A_BYTE / 64, most = search->memory / 2 / sizeof(uint64_t);
    words = words > most ? most : words;
    search->filter_words = words < FILTER_WORDS_MIN ? FILTER_WORDS_MIN : words;
    search->filter = calloc(search->filter_words, sizeof *search->filter);
    uint64_t count = all_pieces(search);
    struct piece *pieces = make_pieces(search, count);
    struct filling filling = {search, pieces};
    int good = search->filter != NULL && pieces != NULL;
    if (good)
        (void)parallel_run(threads, count, fill_piece, &filling);
    free(pieces);
    return good;
}

/* ---- Needles ---- */

struct pattern {
    uint64_t first, last; /* hashes of its windows */
    struct suspect what;
};

struct patterns {
    struct multi_search *search;
    size_t count;
    struct pattern waiting[NEEDLES_AT_ONCE];
    size_t suspect_count;
    struct suspect suspects[NEEDLES_AT_ONCE];
    struct tally tallies[MULTI_SEARCH_FORMS][MULTI_SEARCH_PATTERN_MAX + 1];
};

struct patterns *patterns_new(struct multi_search *search)
{
    struct patterns *patterns = calloc(1, sizeof *patterns);
    if (patterns != NULL)
        patterns->search = search;
    return patterns;
}

/* Hands suspects over to the haystack, as long as there is room. */
static void give_suspects(struct patterns *patterns)
{
    struct multi_search *search = patterns->search;
    pthread_mutex_lock(&search->lock);
    for (size_t i = 0; i < patterns->suspect_count && search->is_complete; i++) {
        if (search->suspect_count == search->suspect_room) {
            size_t room = search->suspect_room == 0 ? 1024 : 2 * search->suspect_room;
            struct suspect *suspects = search->suspect_room < search->suspect_max
                                           ? realloc(search->suspects, room * sizeof *suspects)
                                           : NULL;
            search->is_complete = suspects != NULL;
            if (suspects == NULL)
                break;
            search->suspects = suspects;
            search->suspect_room = room;
        }
        search->suspects[search->suspect_count++] = patterns->suspects[i];
    }
    pthread_mutex_unlock(&search->lock);
    patterns->suspect_count = 0;
}

static int passes(const struct multi_search *search, uint64_t hash)
{
    uint64_t bits = filter_bits(hash);
    uint64_t word = atomic_load_explicit(&search->filter[filter_word(search, hash)], memory_order_relaxed);
    return (word & bits) == bits;
}

static void probe(struct patterns *patterns)
{
    for (size_t i = 0; i < patterns->count; i++) {
        const struct pattern *pattern = &patterns->waiting[i];
        if (passes(patterns->search, pattern->first) && passes(patterns->search, pattern->last))
            patterns->suspects[patterns->suspect_count++] = pattern->what;
    }
    if (patterns->suspect_count > 0)
        give_suspects(patterns);
    patterns->count = 0;
}

/* A needle's probability to be at a given place of random bytes, in one of two directions: of 256 bytes one is
 * like it, or two if it is a letter. */
static double chance(const uint8_t *bytes, size_t length)
{
    int letters = 0;
    for (size_t i = 0; i < length; i++)
        letters += (uint8_t)((bytes[i] | 0x20) - 'a') < 26;
    return ldexp(1, 1 + letters - 8 * (int)length);
}

int patterns_add(struct patterns *patterns, const uint8_t *bytes, size_t length, unsigned form, uint64_t where)
{
    if (length < MULTI_SEARCH_WINDOW)
        return 0;
    length = length < MULTI_SEARCH_PATTERN_MAX ? length : MULTI_SEARCH_PATTERN_MAX;
    struct pattern *pattern = &patterns->waiting[patterns->count];
    pattern->first = hash_at(bytes);
    pattern->last = hash_at(bytes + length - MULTI_SEARCH_WINDOW);
    pattern->what.where = where;
    pattern->what.length = (uint8_t)length;
    pattern->what.form = (uint8_t)form;
    memcpy(pattern->what.bytes, bytes, length);
    __builtin_prefetch(&patterns->search->filter[filter_word(patterns->search, pattern->first)]);
    __builtin_prefetch(&patterns->search->filter[filter_word(patterns->search, pattern->last)]);
    patterns->tallies[form][length].searched++;
    patterns->tallies[form][length].chance += chance(bytes, length);
    if (++patterns->count == NEEDLES_AT_ONCE)
        probe(patterns);
    return 1;
}

void patterns_close(struct patterns *patterns)
{
    if (patterns == NULL)
        return;
    struct multi_search *search = patterns->search;
    probe(patterns);
    pthread_mutex_lock(&search->lock);
    for (unsigned form = 0; form < MULTI_SEARCH_FORMS; form++)
        for (unsigned length = 0; length <= MULTI_SEARCH_PATTERN_MAX; length++) {
            search->tallies[form][length].searched += patterns->tallies[form][length].searched;
            search->tallies[form][length].chance += patterns->tallies[form][length].chance;
        }
    pthread_mutex_unlock(&search->lock);
    sodium_memzero(patterns, sizeof *patterns);
    free(patterns);
}

uint64_t multi_search_searched(const struct multi_search *search, unsigned form, size_t length)
{
    return search->tallies[form][length].searched;
}

double multi_search_expected(const struct multi_search *search, unsigned form, size_t length)
{
    return search->tallies[form][length].chance * (double)search->bytes;
}

/* ---- Suspects, compared in full ---- */

#define NONE SIZE_MAX

/* Suspects by their first window: chains in a table. */
struct table {
    struct multi_search *search;
    const struct piece *pieces;
    uint64_t *sieve;       /* 2^SIEVE_BITS bits */
    size_t *heads, *nexts; /* head_count, a power of two; one for each suspect */
    size_t head_count;
    uint8_t *kept; /* matches of each suspect so far */
};

static int same_folded(const uint8_t *a, const uint8_t *b, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (fold(a[i]) != fold(b[i]))
            return 0;
    return 1;
}

static int is_same_suspect(const struct suspect *a, const struct suspect *b)
{
    return a->form == b->form && a->length == b->length && same_folded(a->bytes, b->bytes, a->length);
}

static int table_make(struct table *table)
{
    const struct multi_search *search = table->search;
    for (table->head_count = 1024; table->head_count < search->suspect_count; table->head_count *= 2)
        continue;
    table->sieve = calloc((UINT64_C(1) << SIEVE_BITS) / 64, sizeof *table->sieve);
    table->heads = malloc(table->head_count * sizeof *table->heads);
    table->nexts = malloc((search->suspect_count + 1) * sizeof *table->nexts);
    table->kept = calloc(search->suspect_count + 1, sizeof *table->kept);
    if (table->sieve == NULL || table->heads == NULL || table->nexts == NULL || table->kept == NULL)
        return 0;
    for (size_t i = 0; i < table->head_count; i++)
        table->heads[i] = NONE;
    for (size_t i = 0; i < search->suspect_count; i++) {
        uint64_t hash = hash_at(search->suspects[i].bytes), bit = hash >> (64 - SIEVE_BITS);
        size_t *head = &table->heads[hash & (table->head_count - 1)], other = *head;
        while (other != NONE && !is_same_suspect(&search->suspects[other], &search->suspects[i]))
            other = table->nexts[other];
        if (other != NONE)
            continue; /* the same needle again */
        table->sieve[bit / 64] |= UINT64_C(1) << bit % 64;
        table->nexts[i] = *head;
        *head = i;
    }
    return 1;
}

static void table_free(struct table *table)
{
    free(table->sieve);
    free(table->heads);
    free(table->nexts);
    free(table->kept);
}

static void add_match(const struct table *table, const struct straw *segment, size_t number, uint64_t offset,
                      int is_reversed)
{
    struct multi_search *search = table->search;
    const struct suspect *suspect = &search->suspects[number];
    pthread_mutex_lock(&search->lock);
    if (table->kept[number] == MATCHES_OF_ONE_MAX) {
        pthread_mutex_unlock(&search->lock);
        return;
    }
    table->kept[number]++;
    if (search->match_count == MATCHES_MAX) {
        search->is_complete = 0;
    } else {
        search->matches[search->match_count++] =
            (struct multi_search_match){.source = segment->source,
                                        .offset = segment->depth == 0 ? offset : segment->offset,
                                        .view = segment->view,
                                        .is_reversed = is_reversed ^ segment->is_reversed,
                                        .form = suspect->form,
                                        .length = suspect->length,
                                        .where = suspect->where};
    }
    pthread_mutex_unlock(&search->lock);
}

/* 1 if a straw has a needle backwards, its last byte at start. */
static int is_backwards(const struct straw *segment, const struct suspect *suspect, uint64_t start)
{
    for (size_t i = 0; i < suspect->length; i++)
        if (fold(segment->bytes[start + i]) != fold(suspect->bytes[suspect->length - 1 - i]))
            return 0;
    return 1;
}

/* Compares the suspects whose first window, in either direction, is at a place. */
static void compare(const struct table *table, const struct straw *segment, uint64_t at, uint64_t hash)
{
    struct multi_search *search = table->search;
    for (size_t i = table->heads[hash & (table->head_count - 1)]; i != NONE; i = table->nexts[i]) {
        const struct suspect *suspect = &search->suspects[i];
        uint64_t end = at + MULTI_SEARCH_WINDOW;
        if (suspect->length <= segment->length - at &&
            same_folded(segment->bytes + at, suspect->bytes, suspect->length))
            add_match(table, segment, i, at, 0);
        else if (suspect->length <= end && is_backwards(segment, suspect, end - suspect->length))
            add_match(table, segment, i, end - suspect->length, 1);
    }
}

static int compare_piece(void *context, unsigned worker, uint64_t number)
{
    const struct table *table = context;
    const struct piece *piece = &table->pieces[number];
    const uint8_t *bytes = piece->segment->bytes;
    struct window window = {0, 0};
    (void)worker;
    for (unsigned i = 0; i + 1 < MULTI_SEARCH_WINDOW && piece->start < piece->end; i++)
        window_push(&window, bytes[piece->start + i]);
    for (uint64_t at = piece->start; at < piece->end; at++) {
        window_push(&window, bytes[at + MULTI_SEARCH_WINDOW - 1]);
        uint64_t hash = window_hash(&window), bit = hash >> (64 - SIEVE_BITS);
        if (table->sieve[bit / 64] >> bit % 64 & 1)
            compare(table, piece->segment, at, hash);
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
    if (left->form != right->form)
        return left->form < right->form ? -1 : 1;
    if (left->length != right->length)
        return left->length < right->length ? 1 : -1;
    return left->where < right->where ? -1 : left->where > right->where;
}

/* A run has several views, and a needle may be in more than one of them: it was found once. */
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
                                                      size_t *count, int *is_complete)
{
    uint64_t piece_count = all_pieces(search);
    struct piece *pieces = make_pieces(search, piece_count);
    struct table table = {.search = search, .pieces = pieces};
    free(search->matches);
    search->match_count = 0;
    search->matches = malloc(MATCHES_MAX * sizeof *search->matches);
    if (search->matches != NULL && pieces != NULL && table_make(&table)) {
        (void)parallel_run(threads, piece_count, compare_piece, &table);
        merge_matches(search);
    } else {
        search->is_complete = 0;
    }
    table_free(&table);
    free(pieces);
    *count = search->match_count;
    *is_complete = search->is_complete;
    return search->matches;
}

void multi_search_free(struct multi_search *search)
{
    if (search == NULL)
        return;
    for (size_t i = 0; i < search->straw_count; i++)
        if (search->straws[i].depth > 0) {
            void *bytes = (void *)(uintptr_t)search->straws[i].bytes;
            sodium_memzero(bytes, search->straws[i].length);
            free(bytes);
        }
    if (search->suspects != NULL)
        sodium_memzero(search->suspects, search->suspect_count * sizeof *search->suspects);
    free(search->suspects);
    free(search->straws);
    free(search->filter);
    free(search->matches);
    pthread_mutex_destroy(&search->lock);
    free(search);
}
