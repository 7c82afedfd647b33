#include "solve.h"

#include "digest.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/*
 * Buckets are placed from the largest to the smallest; each takes a pilot that sends its keys to free slots.
 * A pilot is hash function q and displacement d, and a displacement turns all of a bucket's slots around the
 * page together. So with the free slots as a bitmap, bit d of
 *     free turned by base(key 1)  &  free turned by base(key 2)  &  ...
 * says whether displacement d works: one AND a key tries 64 pilots. A bucket of one key needs no search worth
 * the name, since some displacement reaches whatever slot is left; so a page is filled to its last slot
 * without a matching step. When a larger bucket finds no pilot, the page starts again under its next seed.
 *
 * Where each bucket's search starts comes from a stream keyed by the leaf's digests, and so do the pilots of
 * empty buckets and the content of empty slots: a page with one identifier looks like a full one.
 */

#define WORD_BITS 64
#define PILOTS (1u << ELIG_PILOT_BITS)
#define BUCKETS_MAX (ELIG_PAGE_BITS / ELIG_PILOT_BITS)
#define BITMAP_WORDS (2 * LEAF_SLOTS_MAX / WORD_BITS + 2)
#define SEEDS_TRIED 256 /* 1.5 are usual; all of them only where absent digests make a page impossible */
#define UNFILLABLE_TRIED 4
#define NONE UINT32_MAX

/* The filler stream: a pilot's worth for each bucket, then for each empty slot a fingerprint and a payload. */
#define FILLER_SLOT_BYTES (2 * sizeof(uint64_t))
#define FILLER_BYTES (BUCKETS_MAX * sizeof(uint16_t) + LEAF_SLOTS_MAX * FILLER_SLOT_BYTES)

struct solver {
    const struct solve_task *task;
    uint16_t seed;
    /* Free slots, twice one after the other, so that turning is reading from further on. */
    uint64_t free[BITMAP_WORDS];
    uint64_t taken[BITMAP_WORDS];  /* scratch, all zero between uses */
    uint32_t size[BUCKETS_MAX];    /* keys of each bucket */
    uint32_t start[BUCKETS_MAX];   /* where they start in key and hash */
    uint32_t order[BUCKETS_MAX];   /* buckets, the largest first */
    uint32_t key[LEAF_SLOTS_MAX];  /* numbers of keys, by bucket */
    uint64_t hash[LEAF_SLOTS_MAX]; /* their hashes */
    uint32_t base[LEAF_SLOTS_MAX]; /* slots of one bucket's keys before displacement */
    uint16_t pilot[BUCKETS_MAX];
    uint32_t owner[LEAF_SLOTS_MAX]; /* number of the key in each slot, or NONE */
    /* Absent digests: chains by bucket, and by free slot once their bucket is placed. */
    size_t absent_room;
    uint64_t *absent_hash;
    uint32_t *absent_next;
    uint32_t absent_of_bucket[BUCKETS_MAX];
    uint32_t absent_of_slot[LEAF_SLOTS_MAX];
    uint8_t filler[FILLER_BYTES];
};

struct solver *solver_new(void)
{
    return calloc(1, sizeof(struct solver));
}

void solver_free(struct solver *solver)
{
    if (solver == NULL)
        return;
    free(solver->absent_hash);
    free(solver->absent_next);
    free(solver);
}

struct leaf_shape solver_shape(unsigned fingerprint_bits, unsigned payload_bits)
{
    struct leaf_shape shape = {0, 0, fingerprint_bits, payload_bits};
    uint32_t slot_bits = fingerprint_bits + payload_bits;
    uint32_t slots = ELIG_PAGE_BITS / slot_bits;
    uint32_t buckets;
    do {
        slots--;
        buckets = (slots * 1000 + SOLVE_BUCKET_SIZE_MILLI - 1) / SOLVE_BUCKET_SIZE_MILLI;
    } while (slots * slot_bits + buckets * ELIG_PILOT_BITS > ELIG_PAGE_BITS);
    shape.slots = slots;
    shape.buckets = (ELIG_PAGE_BITS - slots * slot_bits) / ELIG_PILOT_BITS;
    return shape;
}

/* Every digest has its part in the stream's key: who cannot name all identifiers of a leaf cannot tell its
 * filler from the rest. */
static void make_filler(struct solver *solver)
{
    const struct solve_task *task = solver->task;
    static const uint8_t nonce[crypto_stream_chacha20_ietf_NONCEBYTES];
    uint8_t sum[ELIG_DIGEST_BYTES] = {0};
    uint8_t key[crypto_stream_chacha20_ietf_KEYBYTES];
    size_t empty_slots = task->shape->slots - task->count;
    size_t length = task->shape->buckets * sizeof(uint16_t) + empty_slots * FILLER_SLOT_BYTES;
    for (size_t i = 0; i < task->count; i++)
        for (size_t j = 0; j < sizeof sum; j++)
            sum[j] ^= task->keys[i].digest[j];
    digest_bytes(ELIG_DOMAIN_FILLER, task->salt, sum, sizeof sum, key);
    crypto_stream_chacha20_ietf(solver->filler, length, nonce, key);
    sodium_memzero(sum, sizeof sum);
    sodium_memzero(key, sizeof key);
}

static int make_absent_room(struct solver *solver, size_t count)
{
    if (count <= solver->absent_room)
        return 1;
    free(solver->absent_hash);
    free(solver->absent_next);
    solver->absent_hash = calloc(count, sizeof *solver->absent_hash);
    solver->absent_next = calloc(count, sizeof *solver->absent_next);
    solver->absent_room = solver->absent_hash != NULL && solver->absent_next != NULL ? count : 0;
    return solver->absent_room != 0;
}

/* Sorts keys into their buckets under the seed, and buckets by size. */
static void make_buckets(struct solver *solver)
{
    const struct solve_task *task = solver->task;
    const struct leaf_shape *shape = task->shape;
    uint32_t of_size[LEAF_SLOTS_MAX + 1] = {0};
    memset(solver->size, 0, sizeof solver->size);
    for (size_t i = 0; i < task->count; i++)
        solver->size[leaf_bucket(shape, leaf_hash(task->keys[i].digest, solver->seed))]++;
    uint32_t at = 0;
    for (uint32_t bucket = 0; bucket < shape->buckets; bucket++) {
        solver->start[bucket] = at;
        at += solver->size[bucket];
        of_size[solver->size[bucket]]++;
    }
    for (uint32_t i = 0; i < task->count; i++) {
        uint64_t hash = leaf_hash(task->keys[i].digest, solver->seed);
        uint32_t place = solver->start[leaf_bucket(shape, hash)]++;
        solver->key[place] = i;
        solver->hash[place] = hash;
    }
    uint32_t first = 0; /* of_size becomes where each size starts in the order, the largest at 0 */
    for (size_t size = task->count + 1; size-- > 0;) {
        uint32_t buckets = of_size[size];
        of_size[size] = first;
        first += buckets;
    }
    for (uint32_t bucket = 0; bucket < shape->buckets; bucket++) {
        solver->start[bucket] -= solver->size[bucket];
        solver->order[of_size[solver->size[bucket]]++] = bucket;
    }
}

static void make_absent_chains(struct solver *solver)
{
    const struct solve_task *task = solver->task;
    memset(solver->absent_of_bucket, 0xff, sizeof solver->absent_of_bucket);
    memset(solver->absent_of_slot, 0xff, sizeof solver->absent_of_slot);
    for (uint32_t i = 0; i < task->absent_count; i++) {
        uint64_t hash = leaf_hash(task->absent[i], solver->seed);
        uint32_t bucket = leaf_bucket(task->shape, hash);
        solver->absent_hash[i] = hash;
        solver->absent_next[i] = solver->absent_of_bucket[bucket];
        solver->absent_of_bucket[bucket] = i;
    }
}

static void make_free(struct solver *solver)
{
    uint32_t bits = 2 * solver->task->shape->slots;
    memset(solver->free, 0, sizeof solver->free);
    for (uint32_t i = 0; i < bits / WORD_BITS; i++)
        solver->free[i] = UINT64_MAX;
    if (bits % WORD_BITS != 0)
        solver->free[bits / WORD_BITS] = (UINT64_C(1) << bits % WORD_BITS) - 1;
    memset(solver->owner, 0xff, sizeof solver->owner);
}

static void flip_bit(uint64_t *bitmap, uint32_t bit)
{
    bitmap[bit / WORD_BITS] ^= UINT64_C(1) << bit % WORD_BITS;
}

/* 64 bits of a bitmap from any bit on. */
static inline uint64_t word_at(const uint64_t *bitmap, uint32_t bit)
{
    const uint64_t *word = bitmap + bit / WORD_BITS;
    uint32_t shift = bit % WORD_BITS;
    return word[0] >> shift | word[1] << 1 << (WORD_BITS - 1 - shift);
}

/* Computes a bucket's bases under hash function q; 0 if two are the same, so that q is of no use. */
static int make_bases(struct solver *solver, uint32_t bucket, uint32_t q)
{
    const uint64_t *hash = solver->hash + solver->start[bucket];
    uint32_t done = 0;
    int differ = 1;
    while (done < solver->size[bucket] && differ) {
        uint32_t base = leaf_base(solver->task->shape, hash[done], q);
        solver->base[done] = base;
        if (solver->taken[base / WORD_BITS] >> base % WORD_BITS & 1) {
            differ = 0;
        } else {
            flip_bit(solver->taken, base);
            done++;
        }
    }
    while (done > 0)
        flip_bit(solver->taken, solver->base[--done]);
    return differ;
}

static uint32_t turn(const struct leaf_shape *shape, uint32_t base, uint32_t d)
{
    return base + d < shape->slots ? base + d : base + d - shape->slots;
}

/* Gives a bucket's keys the slots of displacement d, or takes them back. */
static void set_owners(struct solver *solver, uint32_t bucket, uint32_t d, int is_given)
{
    for (uint32_t i = 0; i < solver->size[bucket]; i++) {
        uint32_t slot = turn(solver->task->shape, solver->base[i], d);
        solver->owner[slot] = is_given ? solver->key[solver->start[bucket] + i] : NONE;
    }
}

static uint64_t absent_fingerprint(const struct solver *solver, uint32_t absent)
{
    return leaf_fingerprint(solver->task->shape, solver->task->absent[absent]);
}

static int slot_holds(const struct solver *solver, uint32_t slot, uint64_t fingerprint)
{
    const struct solve_task *task = solver->task;
    uint32_t key = solver->owner[slot];
    return key != NONE && leaf_fingerprint(task->shape, task->keys[key].digest) == fingerprint;
}

/* 1 if no absent digest would be found, the bucket's keys having their slots: none that waits in one of those
 * slots, and none of this bucket. */
static int absent_stay_absent(const struct solver *solver, uint32_t bucket, uint32_t d, uint16_t pilot)
{
    const struct leaf_shape *shape = solver->task->shape;
    for (uint32_t i = 0; i < solver->size[bucket]; i++) {
        uint32_t slot = turn(shape, solver->base[i], d);
        for (uint32_t a = solver->absent_of_slot[slot]; a != NONE; a = solver->absent_next[a])
            if (slot_holds(solver, slot, absent_fingerprint(solver, a)))
                return 0;
    }
    for (uint32_t a = solver->absent_of_bucket[bucket]; a != NONE; a = solver->absent_next[a])
        if (slot_holds(solver, leaf_slot(shape, solver->absent_hash[a], pilot), absent_fingerprint(solver, a)))
            return 0;
    return 1;
}

/* A placed bucket's absent digests go to wait in the slots they lead to, where those are still free. */
static void move_absent(struct solver *solver, uint32_t bucket)
{
    uint32_t a = solver->absent_of_bucket[bucket];
    while (a != NONE) {
        uint32_t next = solver->absent_next[a];
        uint32_t slot = leaf_slot(solver->task->shape, solver->absent_hash[a], solver->pilot[bucket]);
        if (solver->owner[slot] == NONE) {
            solver->absent_next[a] = solver->absent_of_slot[slot];
            solver->absent_of_slot[slot] = a;
        }
        a = next;
    }
}

/* Tries to place a bucket with hash function q and one displacement, whose slots are known to be free. */
static int take_pilot(struct solver *solver, uint32_t bucket, uint32_t q, uint32_t d)
{
    const struct leaf_shape *shape = solver->task->shape;
    uint16_t pilot = (uint16_t)(q * shape->slots + d);
    set_owners(solver, bucket, d, 1);
    if (solver->task->absent_count > 0 && !absent_stay_absent(solver, bucket, d, pilot)) {
        set_owners(solver, bucket, d, 0);
        return 0;
    }
    for (uint32_t i = 0; i < solver->size[bucket]; i++) {
        uint32_t slot = turn(shape, solver->base[i], d);
        flip_bit(solver->free, slot);
        flip_bit(solver->free, slot + shape->slots);
    }
    solver->pilot[bucket] = pilot;
    if (solver->task->absent_count > 0)
        move_absent(solver, bucket);
    return 1;
}

/* Searches the displacements from .. to - 1 of hash function q. */
static int search(struct solver *solver, uint32_t bucket, uint32_t q, uint32_t from, uint32_t to)
{
    uint32_t size = solver->size[bucket];
    if (from >= to || !make_bases(solver, bucket, q))
        return 0;
    for (uint32_t d = from; d < to; d += WORD_BITS) {
        uint64_t fits = UINT64_MAX;
        for (uint32_t i = 0; i < size && fits != 0; i++)
            fits &= word_at(solver->free, solver->base[i] + d);
        if (to - d < WORD_BITS)
            fits &= (UINT64_C(1) << (to - d)) - 1;
        for (; fits != 0; fits &= fits - 1)
            if (take_pilot(solver, bucket, q, d + (uint32_t)__builtin_ctzll(fits)))
                return 1;
    }
    return 0;
}

/*
 * Places one bucket. The filler stream names the pilot to begin with: its hash function, and its displacement,
 * with which every other hash function begins as well, so that no displacement is likelier than another.
 */
static int place(struct solver *solver, uint32_t bucket)
{
    const uint32_t slots = solver->task->shape->slots;
    const uint32_t first = bytes_get_le16(solver->filler + bucket * sizeof(uint16_t));
    const uint32_t functions = (PILOTS + slots - 1) / slots;
    for (uint32_t i = 0; i < functions; i++) {
        uint32_t q = (first / slots + i) % functions;
        uint32_t end = PILOTS - q * slots < slots ? PILOTS - q * slots : slots;
        uint32_t begin = first % slots < end ? first % slots : 0;
        if (search(solver, bucket, q, begin, end) || search(solver, bucket, q, 0, begin))
            return 1;
    }
    return 0;
}

static int try_seed(struct solver *solver)
{
    make_buckets(solver);
    make_free(solver);
    if (solver->task->absent_count > 0)
        make_absent_chains(solver);
    for (uint32_t i = 0; i < solver->task->shape->buckets; i++)
        if (!place(solver, solver->order[i]))
            return 0;
    return 1;
}

/* 1 if an absent digest that leads to an empty slot has this fingerprint. */
static int is_awaited(const struct solver *solver, uint32_t slot, uint64_t fingerprint)
{
    for (uint32_t a = solver->absent_of_slot[slot]; a != NONE; a = solver->absent_next[a])
        if (absent_fingerprint(solver, a) == fingerprint)
            return 1;
    return 0;
}

/* The content of an empty slot: the stream's, moved on until no absent digest matches it. 0 if all match. */
static int fill_slot(const struct solver *solver, uint32_t slot, uint64_t *value)
{
    const struct solve_task *task = solver->task;
    uint64_t mask = (UINT64_C(1) << task->shape->fingerprint_bits) - 1;
    *value &= mask;
    if (task->absent_count == 0)
        return 1;
    for (size_t tries = 0; tries <= task->absent_count && tries <= mask; tries++) {
        if (!is_awaited(solver, slot, *value))
            return 1;
        *value = (*value + 1) & mask;
    }
    return 0;
}

static void put_slot(const struct leaf_shape *shape, uint8_t *page, uint32_t slot, uint64_t fingerprint,
                     uint64_t payload)
{
    uint32_t at = leaf_slot_at(shape, slot);
    leaf_put_bits(page, at, shape->fingerprint_bits, fingerprint);
    if (shape->payload_bits > 0)
        leaf_put_bits(page, at + shape->fingerprint_bits, shape->payload_bits, payload);
}

/* Returns 1, or 0 if an empty slot can have no content. */
static int write_page(const struct solver *solver, uint8_t *page)
{
    const struct solve_task *task = solver->task;
    const struct leaf_shape *shape = task->shape;
    const uint8_t *filler = solver->filler + shape->buckets * sizeof(uint16_t);
    memset(page, 0, ELIG_PAGE_BYTES);
    for (uint32_t slot = 0; slot < shape->slots; slot++) {
        uint32_t owner = solver->owner[slot];
        if (owner != NONE) {
            const struct solve_key *key = &task->keys[owner];
            put_slot(shape, page, slot, leaf_fingerprint(shape, key->digest),
                     leaf_mask(shape, key->digest, key->payload));
        } else {
            uint64_t value = bytes_get_le64(filler);
            if (!fill_slot(solver, slot, &value))
                return 0;
            put_slot(shape, page, slot, value, bytes_get_le64(filler + sizeof(uint64_t)));
            filler += FILLER_SLOT_BYTES;
        }
    }
    for (uint32_t bucket = 0; bucket < shape->buckets; bucket++)
        bytes_put_le16(page + leaf_pilot_at(shape, bucket), solver->pilot[bucket]);
    return 1;
}

enum solve_result solver_run(struct solver *solver, const struct solve_task *task, uint8_t *page,
                             uint16_t *seed)
{
    solver->task = task;
    if (!make_absent_room(solver, task->absent_count))
        return SOLVE_NO_MEMORY;
    make_filler(solver);
    unsigned unfillable = 0; /* seeds under which some empty slot could have no content */
    for (uint32_t i = 0; i < SEEDS_TRIED; i++) {
        solver->seed = (uint16_t)i;
        if (!try_seed(solver))
            continue;
        if (write_page(solver, page)) {
            *seed = solver->seed;
            return SOLVE_DONE;
        }
        if (++unfillable == UNFILLABLE_TRIED)
            return SOLVE_IMPOSSIBLE;
    }
    return SOLVE_IMPOSSIBLE;
}
