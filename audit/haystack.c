#include "haystack.h"

#include "bytes.h"
#include "parallel.h"
#include "views.h"

#include <math.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define WINDOW_BITS (8 * HAYSTACK_WINDOW)
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
    uint8_t bytes[HAYSTACK_NEEDLE_MAX];
};

struct tally {
    uint64_t searched;
    double chance; /* sum over the needles of the probability of a match at one place */
};

struct haystack {
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
    struct tally tallies[HAYSTACK_FORMS][HAYSTACK_NEEDLE_MAX + 1];

    struct haystack_match *matches; /* once asked for */
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
    for (unsigned i = 0; i < HAYSTACK_WINDOW; i++)
        window_push(&window, bytes[i]);
    return window_hash(&window);
}

static inline uint64_t filter_word(const struct haystack *haystack, uint64_t hash)
{
    return (hash >> 32) * haystack->filter_words >> 32;
}

static inline uint64_t filter_bits(uint64_t hash)
{
    return UINT64_C(1) << (hash & 63) | UINT64_C(1) << (hash >> 6 & 63) | UINT64_C(1) << (hash >> 12 & 63) |
           UINT64_C(1) << (hash >> 18 & 63);
}

/* ---- Making it ---- */

struct haystack *haystack_new(uint64_t memory)
{
    struct haystack *haystack = calloc(1, sizeof *haystack);
    if (haystack == NULL)
        return NULL;
    pthread_mutex_init(&haystack->lock, NULL);
    haystack->memory = memory;
    haystack->suspect_max = (size_t)(memory / 4 / sizeof(struct suspect)) + 1;
    haystack->is_complete = 1;
    return haystack;
}

static int add_straw(struct haystack *haystack, const struct straw *straw)
{
    if (haystack->straw_count == haystack->straw_room) {
        size_t room = haystack->straw_room == 0 ? 64 : 2 * haystack->straw_room;
        struct straw *straws = realloc(haystack->straws, room * sizeof *straws);
        if (straws == NULL)
            return 0;
        haystack->straws = straws;
        haystack->straw_room = room;
    }
    haystack->straws[haystack->straw_count++] = *straw;
    haystack->bytes += straw->length;
    return 1;
}

/* What views are called, inner and outer; a view of a source itself has no outer one. */
static const char *view_name(enum view inner, const char *outer)
{
    static const char *const names[VIEW_COUNT][VIEW_COUNT] = {
        {"hex in hex", "hex in base64", "hex in UTF-16", "hex in UTF-32"},
        {"base64 in hex", "base64 in base64", "base64 in UTF-16", "base64 in UTF-32"},
        {"UTF-16 in hex", "UTF-16 in base64", "UTF-16 in UTF-16", "UTF-16 in UTF-32"},
        {"UTF-32 in hex", "UTF-32 in base64", "UTF-32 in UTF-16", "UTF-32 in UTF-32"},
    };
    for (unsigned view = 0; view < VIEW_COUNT; view++)
        if (outer == views_text((enum view)view))
            return names[inner][view];
    return views_text(inner);
}

struct viewing {
    struct haystack *haystack;
    struct straw straw; /* of which the views are */
};

static int add_view(void *context, enum view view, const uint8_t *bytes, size_t length, uint64_t offset,
                    int is_reversed);

static int add_views(struct haystack *haystack, const struct straw *straw)
{
    struct viewing viewing = {haystack, *straw};
    return views_find(straw->bytes, straw->length, add_view, &viewing);
}

static int add_view(void *context, enum view view, const uint8_t *bytes, size_t length, uint64_t offset,
                    int is_reversed)
{
    const struct viewing *viewing = context;
    struct haystack *haystack = viewing->haystack;
    if (length < HAYSTACK_WINDOW)
        return 1;
    if (length > haystack->memory / 4 - haystack->view_bytes) {
        haystack->is_complete = 0;
        return 1;
    }
    haystack->view_bytes += length;
    struct straw straw = viewing->straw;
    uint8_t *copy = malloc(length);
    if (copy == NULL)
        return 0;
    memcpy(copy, bytes, length);
    straw.offset = straw.depth == 0 ? offset : straw.offset;
    straw.bytes = copy;
    straw.length = length;
    straw.view = view_name(view, straw.view);
    straw.is_reversed ^= is_reversed;
    straw.depth++;
    if (!add_straw(haystack, &straw)) {
        free(copy);
        return 0;
    }
    return straw.depth == DEPTH_MAX || add_views(haystack, &straw);
}

int haystack_add(struct haystack *haystack, const uint8_t *bytes, uint64_t length, unsigned source)
{
    struct straw straw = {.bytes = bytes, .length = length, .view = "", .source = source};
    return add_straw(haystack, &straw) && add_views(haystack, &straw);
}

uint64_t haystack_bytes(const struct haystack *haystack)
{
    return haystack->bytes;
}

/* ---- Pieces of it, for threads ---- */

/* A piece begins in its straw so that windows across two pieces are in the first. */
struct piece {
    const struct straw *straw;
    uint64_t start, end; /* of the windows' first bytes */
};

static uint64_t pieces_of(const struct straw *straw)
{
    return (straw->length + PIECE_BYTES - 1) / PIECE_BYTES;
}

static uint64_t all_pieces(const struct haystack *haystack)
{
    uint64_t pieces = 0;
    for (size_t i = 0; i < haystack->straw_count; i++)
        pieces += pieces_of(&haystack->straws[i]);
    return pieces;
}

/* The whole haystack in pieces of a straw each; straws are few, or the file is small. */
static struct piece *make_pieces(const struct haystack *haystack, uint64_t count)
{
    struct piece *pieces = calloc(count + 1, sizeof *pieces);
    uint64_t made = 0;
    for (size_t i = 0; pieces != NULL && i < haystack->straw_count; i++) {
        const struct straw *straw = &haystack->straws[i];
        uint64_t windows = straw->length < HAYSTACK_WINDOW ? 0 : straw->length - HAYSTACK_WINDOW + 1;
        for (uint64_t start = 0; start < straw->length; start += PIECE_BYTES) {
            uint64_t end = start + PIECE_BYTES < windows ? start + PIECE_BYTES : windows;
            pieces[made++] = (struct piece){straw, start < windows ? start : windows, end};
        }
    }
    return pieces;
}

/* ---- The filter ---- */

struct filling {
    struct haystack *haystack;
    const struct piece *pieces;
};

#define HASHES_AT_ONCE 64

static void put_hashes(struct haystack *haystack, const uint64_t *hashes, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        _Atomic uint64_t *word = &haystack->filter[filter_word(haystack, hashes[i])];
        uint64_t bits = filter_bits(hashes[i]);
        if ((atomic_load_explicit(word, memory_order_relaxed) & bits) != bits)
            atomic_fetch_or_explicit(word, bits, memory_order_relaxed);
    }
}

static int fill_piece(void *context, unsigned worker, uint64_t number)
{
    const struct filling *filling = context;
    const struct piece *piece = &filling->pieces[number];
    const uint8_t *bytes = piece->straw->bytes;
    struct window window = {0, 0};
    uint64_t hashes[HASHES_AT_ONCE];
    unsigned count = 0;
    (void)worker;
    for (unsigned i = 0; i + 1 < HAYSTACK_WINDOW && piece->start < piece->end; i++)
        window_push(&window, bytes[piece->start + i]);
    for (uint64_t at = piece->start; at < piece->end; at++) {
        window_push(&window, bytes[at + HAYSTACK_WINDOW - 1]);
        hashes[count] = window_hash(&window);
        __builtin_prefetch(&filling->haystack->filter[filter_word(filling->haystack, hashes[count])], 1);
        if (++count == HASHES_AT_ONCE) {
            put_hashes(filling->haystack, hashes, count);
            count = 0;
        }
    }
    put_hashes(filling->haystack, hashes, count);
    return 0;
}

int haystack_finish(struct haystack *haystack, unsigned threads)
{
    uint64_t words = haystack->bytes * FILTER_BITS_A_BYTE / 64, most = haystack->memory / 2 / sizeof(uint64_t);
    words = words > most ? most : words;
    haystack->filter_words = words < FILTER_WORDS_MIN ? FILTER_WORDS_MIN : words;
    haystack->filter = calloc(haystack->filter_words, sizeof *haystack->filter);
    uint64_t count = all_pieces(haystack);
    struct piece *pieces = make_pieces(haystack, count);
    struct filling filling = {haystack, pieces};
    int good = haystack->filter != NULL && pieces != NULL;
    if (good)
        (void)parallel_run(threads, count, fill_piece, &filling);
    free(pieces);
    return good;
}

/* ---- Needles ---- */

struct needle {
    uint64_t first, last; /* hashes of its windows */
    struct suspect what;
};

struct needles {
    struct haystack *haystack;
    size_t count;
    struct needle waiting[NEEDLES_AT_ONCE];
    size_t suspect_count;
    struct suspect suspects[NEEDLES_AT_ONCE];
    struct tally tallies[HAYSTACK_FORMS][HAYSTACK_NEEDLE_MAX + 1];
};

struct needles *needles_new(struct haystack *haystack)
{
    struct needles *needles = calloc(1, sizeof *needles);
    if (needles != NULL)
        needles->haystack = haystack;
    return needles;
}

/* Hands suspects over to the haystack, as long as there is room. */
static void give_suspects(struct needles *needles)
{
    struct haystack *haystack = needles->haystack;
    pthread_mutex_lock(&haystack->lock);
    for (size_t i = 0; i < needles->suspect_count && haystack->is_complete; i++) {
        if (haystack->suspect_count == haystack->suspect_room) {
            size_t room = haystack->suspect_room == 0 ? 1024 : 2 * haystack->suspect_room;
            struct suspect *suspects = haystack->suspect_room < haystack->suspect_max
                                           ? realloc(haystack->suspects, room * sizeof *suspects)
                                           : NULL;
            haystack->is_complete = suspects != NULL;
            if (suspects == NULL)
                break;
            haystack->suspects = suspects;
            haystack->suspect_room = room;
        }
        haystack->suspects[haystack->suspect_count++] = needles->suspects[i];
    }
    pthread_mutex_unlock(&haystack->lock);
    needles->suspect_count = 0;
}

static int passes(const struct haystack *haystack, uint64_t hash)
{
    uint64_t bits = filter_bits(hash);
    uint64_t word = atomic_load_explicit(&haystack->filter[filter_word(haystack, hash)], memory_order_relaxed);
    return (word & bits) == bits;
}

static void probe(struct needles *needles)
{
    for (size_t i = 0; i < needles->count; i++) {
        const struct needle *needle = &needles->waiting[i];
        if (passes(needles->haystack, needle->first) && passes(needles->haystack, needle->last))
            needles->suspects[needles->suspect_count++] = needle->what;
    }
    if (needles->suspect_count > 0)
        give_suspects(needles);
    needles->count = 0;
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

int needles_add(struct needles *needles, const uint8_t *bytes, size_t length, unsigned form, uint64_t where)
{
    if (length < HAYSTACK_WINDOW)
        return 0;
    length = length < HAYSTACK_NEEDLE_MAX ? length : HAYSTACK_NEEDLE_MAX;
    struct needle *needle = &needles->waiting[needles->count];
    needle->first = hash_at(bytes);
    needle->last = hash_at(bytes + length - HAYSTACK_WINDOW);
    needle->what.where = where;
    needle->what.length = (uint8_t)length;
    needle->what.form = (uint8_t)form;
    memcpy(needle->what.bytes, bytes, length);
    __builtin_prefetch(&needles->haystack->filter[filter_word(needles->haystack, needle->first)]);
    __builtin_prefetch(&needles->haystack->filter[filter_word(needles->haystack, needle->last)]);
    needles->tallies[form][length].searched++;
    needles->tallies[form][length].chance += chance(bytes, length);
    if (++needles->count == NEEDLES_AT_ONCE)
        probe(needles);
    return 1;
}

void needles_close(struct needles *needles)
{
    if (needles == NULL)
        return;
    struct haystack *haystack = needles->haystack;
    probe(needles);
    pthread_mutex_lock(&haystack->lock);
    for (unsigned form = 0; form < HAYSTACK_FORMS; form++)
        for (unsigned length = 0; length <= HAYSTACK_NEEDLE_MAX; length++) {
            haystack->tallies[form][length].searched += needles->tallies[form][length].searched;
            haystack->tallies[form][length].chance += needles->tallies[form][length].chance;
        }
    pthread_mutex_unlock(&haystack->lock);
    sodium_memzero(needles, sizeof *needles);
    free(needles);
}

uint64_t haystack_searched(const struct haystack *haystack, unsigned form, size_t length)
{
    return haystack->tallies[form][length].searched;
}

double haystack_expected(const struct haystack *haystack, unsigned form, size_t length)
{
    return haystack->tallies[form][length].chance * (double)haystack->bytes;
}

/* ---- Suspects, compared in full ---- */

#define NONE SIZE_MAX

/* Suspects by their first window: chains in a table. */
struct table {
    struct haystack *haystack;
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
    const struct haystack *haystack = table->haystack;
    for (table->head_count = 1024; table->head_count < haystack->suspect_count; table->head_count *= 2)
        continue;
    table->sieve = calloc((UINT64_C(1) << SIEVE_BITS) / 64, sizeof *table->sieve);
    table->heads = malloc(table->head_count * sizeof *table->heads);
    table->nexts = malloc((haystack->suspect_count + 1) * sizeof *table->nexts);
    table->kept = calloc(haystack->suspect_count + 1, sizeof *table->kept);
    if (table->sieve == NULL || table->heads == NULL || table->nexts == NULL || table->kept == NULL)
        return 0;
    for (size_t i = 0; i < table->head_count; i++)
        table->heads[i] = NONE;
    for (size_t i = 0; i < haystack->suspect_count; i++) {
        uint64_t hash = hash_at(haystack->suspects[i].bytes), bit = hash >> (64 - SIEVE_BITS);
        size_t *head = &table->heads[hash & (table->head_count - 1)], other = *head;
        while (other != NONE && !is_same_suspect(&haystack->suspects[other], &haystack->suspects[i]))
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

static void add_match(const struct table *table, const struct straw *straw, size_t number, uint64_t offset,
                      int is_reversed)
{
    struct haystack *haystack = table->haystack;
    const struct suspect *suspect = &haystack->suspects[number];
    pthread_mutex_lock(&haystack->lock);
    if (table->kept[number] == MATCHES_OF_ONE_MAX) {
        pthread_mutex_unlock(&haystack->lock);
        return;
    }
    table->kept[number]++;
    if (haystack->match_count == MATCHES_MAX) {
        haystack->is_complete = 0;
    } else {
        haystack->matches[haystack->match_count++] =
            (struct haystack_match){.source = straw->source,
                                    .offset = straw->depth == 0 ? offset : straw->offset,
                                    .view = straw->view,
                                    .is_reversed = is_reversed ^ straw->is_reversed,
                                    .form = suspect->form,
                                    .length = suspect->length,
                                    .where = suspect->where};
    }
    pthread_mutex_unlock(&haystack->lock);
}

/* 1 if a straw has a needle backwards, its last byte at start. */
static int is_backwards(const struct straw *straw, const struct suspect *suspect, uint64_t start)
{
    for (size_t i = 0; i < suspect->length; i++)
        if (fold(straw->bytes[start + i]) != fold(suspect->bytes[suspect->length - 1 - i]))
            return 0;
    return 1;
}

/* Compares the suspects whose first window, in either direction, is at a place. */
static void compare(const struct table *table, const struct straw *straw, uint64_t at, uint64_t hash)
{
    struct haystack *haystack = table->haystack;
    for (size_t i = table->heads[hash & (table->head_count - 1)]; i != NONE; i = table->nexts[i]) {
        const struct suspect *suspect = &haystack->suspects[i];
        uint64_t end = at + HAYSTACK_WINDOW;
        if (suspect->length <= straw->length - at &&
            same_folded(straw->bytes + at, suspect->bytes, suspect->length))
            add_match(table, straw, i, at, 0);
        else if (suspect->length <= end && is_backwards(straw, suspect, end - suspect->length))
            add_match(table, straw, i, end - suspect->length, 1);
    }
}

static int compare_piece(void *context, unsigned worker, uint64_t number)
{
    const struct table *table = context;
    const struct piece *piece = &table->pieces[number];
    const uint8_t *bytes = piece->straw->bytes;
    struct window window = {0, 0};
    (void)worker;
    for (unsigned i = 0; i + 1 < HAYSTACK_WINDOW && piece->start < piece->end; i++)
        window_push(&window, bytes[piece->start + i]);
    for (uint64_t at = piece->start; at < piece->end; at++) {
        window_push(&window, bytes[at + HAYSTACK_WINDOW - 1]);
        uint64_t hash = window_hash(&window), bit = hash >> (64 - SIEVE_BITS);
        if (table->sieve[bit / 64] >> bit % 64 & 1)
            compare(table, piece->straw, at, hash);
    }
    return 0;
}

static int compare_matches(const void *a, const void *b)
{
    const struct haystack_match *left = a, *right = b;
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
static void merge_matches(struct haystack *haystack)
{
    size_t kept = 0;
    if (haystack->match_count > 0)
        qsort(haystack->matches, haystack->match_count, sizeof *haystack->matches, compare_matches);
    for (size_t i = 0; i < haystack->match_count; i++)
        if (kept == 0 || compare_matches(&haystack->matches[kept - 1], &haystack->matches[i]) != 0)
            haystack->matches[kept++] = haystack->matches[i];
    haystack->match_count = kept;
}

const struct haystack_match *haystack_matches(struct haystack *haystack, unsigned threads, size_t *count,
                                              int *is_complete)
{
    uint64_t piece_count = all_pieces(haystack);
    struct piece *pieces = make_pieces(haystack, piece_count);
    struct table table = {.haystack = haystack, .pieces = pieces};
    free(haystack->matches);
    haystack->match_count = 0;
    haystack->matches = malloc(MATCHES_MAX * sizeof *haystack->matches);
    if (haystack->matches != NULL && pieces != NULL && table_make(&table)) {
        (void)parallel_run(threads, piece_count, compare_piece, &table);
        merge_matches(haystack);
    } else {
        haystack->is_complete = 0;
    }
    table_free(&table);
    free(pieces);
    *count = haystack->match_count;
    *is_complete = haystack->is_complete;
    return haystack->matches;
}

void haystack_free(struct haystack *haystack)
{
    if (haystack == NULL)
        return;
    for (size_t i = 0; i < haystack->straw_count; i++)
        if (haystack->straws[i].depth > 0) {
            void *bytes = (void *)(uintptr_t)haystack->straws[i].bytes;
            sodium_memzero(bytes, haystack->straws[i].length);
            free(bytes);
        }
    if (haystack->suspects != NULL)
        sodium_memzero(haystack->suspects, haystack->suspect_count * sizeof *haystack->suspects);
    free(haystack->suspects);
    free(haystack->straws);
    free(haystack->filter);
    free(haystack->matches);
    pthread_mutex_destroy(&haystack->lock);
    free(haystack);
}
