#include "solve.h"

#include "digest.h"
#include "ring.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/*
 * Buckets are placed from the largest to the smallest; each takes the first pilot that sends its keys to free
 * slots (ring.h tries hundreds at once). A bucket of one key always finds one, since some displacement reaches
 * whatever slot is left; so a page is filled to its last slot without a matching step.
 *
 * A larger bucket may find none. Then it takes a pilot under which all slots but one are free, and the bucket
 * that holds that one loses its place and is placed again: usually elsewhere, else at the cost of a third. A
 * bucket's price is its size, for small ones find a new place easily, and how often it has lost one already,
 * for then the next had better be another: so no two of them take turns for ever. That repairs nearly every
 * page; where it does not, the page starts again under its next seed.
 *
 * Where each bucket's search starts comes from a stream keyed by the leaf's digests, and so do the pilots of
 * empty buckets and the content of empty slots: a page with one identifier looks like a full one.
 */

#define BUCKETS_MAX (ELIG_PAGE_BITS / ELIG_PILOT_BITS)
#define LOSSES_MAX 16   /* places that buckets lose under one seed; 5 are usual */
#define SEEDS_TRIED 256 /* 1.1 are usual; all of them only where absent digests make a page impossible */
#define REFUSED_MAX 16  /* pilots of a search for a swap that absent digests forbid */
#define UNFILLABLE_TRIED 4
#define NONE UINT32_MAX
#define SEEN (NONE - 1)

/* The filler stream: a number for each bucket, then for each empty slot a fingerprint and a payload. */
#define FILLER_BUCKET_BYTES sizeof(uint32_t)
#define FILLER_SLOT_BYTES (2 * sizeof(uint64_t))
#define FILLER_BYTES (BUCKETS_MAX * FILLER_BUCKET_BYTES + LEAF_SLOTS_MAX * FILLER_SLOT_BYTES)

struct solver {
    const struct solve_task *task;
    uint16_t seed;
    struct solve_counts counts;
    enum ring_method method;
    struct ring ring;
    uint32_t size[BUCKETS_MAX];  /* keys of each bucket */
    uint32_t start[BUCKETS_MAX]; /* where they start in key, first and step */
    uint32_t order[BUCKETS_MAX]; /* buckets, the largest first */
    struct ring_pilot pilot[BUCKETS_MAX];
    uint32_t losses[BUCKETS_MAX]; /* how often each has lost its place under this seed */
    uint64_t hash[LEAF_SLOTS_MAX];
    uint16_t home[LEAF_SLOTS_MAX]; /* bucket of each key, by the key's number; then in the order of key */
    uint32_t key[LEAF_SLOTS_MAX];  /* numbers of keys, by bucket */
    uint32_t first[LEAF_SLOTS_MAX + RING_LANES];
    uint32_t step[LEAF_SLOTS_MAX + RING_LANES];
    uint32_t slots[LEAF_SLOTS_MAX]; /* of one bucket's keys */
    uint32_t owner[LEAF_SLOTS_MAX]; /* place in key of what each slot holds, or NONE */
    /* Absent digests: chains by bucket, and by the slot they lead to while their bucket has a place. */
    size_t absent_room;
    uint64_t *absent_hash;
    uint32_t *absent_next;
    uint32_t *absent_behind; /* the next one in the slot's chain */
    uint32_t absent_of_bucket[BUCKETS_MAX];
    uint32_t absent_of_slot[LEAF_SLOTS_MAX];
    uint8_t filler[FILLER_BYTES];
};

struct solver *solver_new(void)
{
    struct solver *solver = calloc(1, sizeof *solver);
    if (solver != NULL)
        solver->method = ring_best_method();
    return solver;
}

void solver_free(struct solver *solver)
{
    if (solver == NULL)
        return;
    free(solver->absent_hash);
    free(solver->absent_next);
    free(solver->absent_behind);
    free(solver);
}

void solver_use(struct solver *solver, enum ring_method method)
{
    solver->method = method;
}

struct solve_counts solver_counts(const struct solver *solver)
{
    return solver->counts;
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
    enum { WORDS = ELIG_DIGEST_BYTES / sizeof(uint64_t) };
    uint64_t sum[WORDS] = {0};
    uint8_t key[crypto_stream_chacha20_ietf_KEYBYTES];
    size_t empty_slots = task->shape->slots - task->count;
    size_t length = task->shape->buckets * FILLER_BUCKET_BYTES + empty_slots * FILLER_SLOT_BYTES;
    for (size_t i = 0; i < task->count; i++) {
        uint64_t digest[WORDS];
        memcpy(digest, task->keys[i].digest, sizeof digest);
        for (size_t j = 0; j < WORDS; j++)
            sum[j] ^= digest[j];
    }
    digest_bytes(ELIG_DOMAIN_FILLER, task->salt, (const uint8_t *)sum, sizeof sum, key);
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
    free(solver->absent_behind);
    solver->absent_hash = calloc(count, sizeof *solver->absent_hash);
    solver->absent_next = calloc(count, sizeof *solver->absent_next);
    solver->absent_behind = calloc(count, sizeof *solver->absent_behind);
    int is_made = solver->absent_hash != NULL && solver->absent_next != NULL && solver->absent_behind != NULL;
    solver->absent_room = is_made ? count : 0;
    return is_made;
}

/* Counts the keys of each bucket under the seed, and the buckets of each size; returns the largest size. */
static uint32_t count_buckets(struct solver *solver, uint32_t *of_size)
{
    const struct solve_task *task = solver->task;
    uint32_t at = 0, largest = 0;
    memset(solver->size, 0, sizeof solver->size);
    for (size_t i = 0; i < task->count; i++) {
        solver->hash[i] = leaf_hash(task->keys[i].digest, solver->seed);
        solver->home[i] = (uint16_t)leaf_bucket(task->shape, solver->hash[i]);
        solver->size[solver->home[i]]++;
    }
    for (uint32_t bucket = 0; bucket < task->shape->buckets; bucket++) {
        solver->start[bucket] = at;
        at += solver->size[bucket];
        largest = solver->size[bucket] > largest ? solver->size[bucket] : largest;
    }
    memset(of_size, 0, (largest + 1) * sizeof *of_size);
    for (uint32_t bucket = 0; bucket < task->shape->buckets; bucket++)
        of_size[solver->size[bucket]]++;
    return largest;
}

/* Sorts keys into their buckets under the seed, and buckets by size. */
static void make_buckets(struct solver *solver)
{
    const uint32_t count = (uint32_t)solver->task->count, buckets = solver->task->shape->buckets;
    uint32_t of_size[LEAF_SLOTS_MAX + 1], before = 0;
    uint32_t largest = count_buckets(solver, of_size);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t place = solver->start[solver->home[i]]++;
        solver->key[place] = i;
        solver->first[place] = leaf_first(solver->hash[i]);
        solver->step[place] = leaf_step(solver->hash[i]);
    }
    for (uint32_t size = largest + 1; size-- > 0;) { /* now: where each size starts in the order */
        uint32_t of_this_size = of_size[size];
        of_size[size] = before;
        before += of_this_size;
    }
    for (uint32_t bucket = 0; bucket < buckets; bucket++) {
        solver->start[bucket] -= solver->size[bucket];
        for (uint32_t i = 0; i < solver->size[bucket]; i++)
            solver->home[solver->start[bucket] + i] = (uint16_t)bucket;
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

/* A bucket as the ring sees it. The stream names the pilot to begin with, each with the same chance. */
static struct ring_bucket view(const struct solver *solver, uint32_t bucket)
{
    const uint32_t slots = solver->ring.slots;
    const uint64_t number = bytes_get_le32(solver->filler + bucket * FILLER_BUCKET_BYTES);
    const uint32_t first = (uint32_t)(number * (solver->ring.functions * slots) >> 32);
    return (struct ring_bucket){.first = solver->first + solver->start[bucket],
                                .step = solver->step + solver->start[bucket],
                                .count = solver->size[bucket],
                                .function = first / slots,
                                .displacement = first % slots};
}

static uint64_t absent_fingerprint(const struct solver *solver, uint32_t absent)
{
    return leaf_fingerprint(solver->task->shape, solver->task->absent[absent]);
}

static int slot_holds(const struct solver *solver, uint32_t slot, uint64_t fingerprint)
{
    const struct solve_task *task = solver->task;
    uint32_t place = solver->owner[slot];
    return place != NONE && leaf_fingerprint(task->shape, task->keys[solver->key[place]].digest) == fingerprint;
}

/* 1 if no absent digest would be found, the bucket's keys being the owners of solver->slots: none that leads to
 * one of those, its bucket having a place, and none of this bucket. */
static int absent_stay_absent(const struct solver *solver, uint32_t bucket, uint16_t pilot)
{
    const struct leaf_shape *shape = solver->task->shape;
    for (uint32_t i = 0; i < solver->size[bucket]; i++) {
        uint32_t slot = solver->slots[i];
        for (uint32_t a = solver->absent_of_slot[slot]; a != NONE; a = solver->absent_behind[a])
            if (slot_holds(solver, slot, absent_fingerprint(solver, a)))
                return 0;
    }
    for (uint32_t a = solver->absent_of_bucket[bucket]; a != NONE; a = solver->absent_next[a])
        if (slot_holds(solver, leaf_slot(shape, solver->absent_hash[a], pilot), absent_fingerprint(solver, a)))
            return 0;
    return 1;
}

/* Enters a bucket's absent digests in the chains of the slots they lead to under its pilot. */
static void enter_absent(struct solver *solver, uint32_t bucket, uint16_t pilot)
{
    for (uint32_t a = solver->absent_of_bucket[bucket]; a != NONE; a = solver->absent_next[a]) {
        uint32_t slot = leaf_slot(solver->task->shape, solver->absent_hash[a], pilot);
        solver->absent_behind[a] = solver->absent_of_slot[slot];
        solver->absent_of_slot[slot] = a;
    }
}

/* Takes them out again. */
static void remove_absent(struct solver *solver, uint32_t bucket, uint16_t pilot)
{
    for (uint32_t a = solver->absent_of_bucket[bucket]; a != NONE; a = solver->absent_next[a]) {
        uint32_t slot = leaf_slot(solver->task->shape, solver->absent_hash[a], pilot);
        uint32_t *link = &solver->absent_of_slot[slot];
        while (*link != a)
            link = &solver->absent_behind[*link];
        *link = solver->absent_behind[a];
    }
}

/* Makes a bucket's keys the owners of solver->slots, up to the first that has one; returns how many became it.
 */
static uint32_t own(struct solver *solver, uint32_t bucket)
{
    uint32_t i = 0;
    for (; i < solver->size[bucket] && solver->owner[solver->slots[i]] == NONE; i++)
        solver->owner[solver->slots[i]] = solver->start[bucket] + i;
    return i;
}

static void disown(struct solver *solver, uint32_t count)
{
    while (count-- > 0)
        solver->owner[solver->slots[count]] = NONE;
}

enum taken { TAKEN, SLOT_SHARED, ABSENT_FOUND };

/* Tries to give a bucket a pilot whose slots are free, though perhaps not all different. */
static enum taken take(struct solver *solver, uint32_t bucket, struct ring_pilot pilot)
{
    const struct ring_bucket seen = view(solver, bucket);
    const uint16_t number = ring_number(&solver->ring, &seen, pilot);
    ring_slots(&solver->ring, &seen, pilot, solver->slots);
    uint32_t owned = own(solver, bucket);
    int is_shared = owned < seen.count;
    if (is_shared || (solver->task->absent_count > 0 && !absent_stay_absent(solver, bucket, number))) {
        disown(solver, owned);
        return is_shared ? SLOT_SHARED : ABSENT_FOUND;
    }
    for (uint32_t i = 0; i < seen.count; i++)
        ring_take(&solver->ring, solver->slots[i], (uint16_t)(seen.count + solver->losses[bucket]));
    if (solver->task->absent_count > 0)
        enter_absent(solver, bucket, number);
    solver->pilot[bucket] = pilot;
    return TAKEN;
}

/* Takes a bucket's pilot away. */
static void give_back(struct solver *solver, uint32_t bucket)
{
    const struct ring_bucket seen = view(solver, bucket);
    ring_slots(&solver->ring, &seen, solver->pilot[bucket], solver->slots);
    disown(solver, seen.count);
    for (uint32_t i = 0; i < seen.count; i++)
        ring_give(&solver->ring, solver->slots[i]);
    if (solver->task->absent_count > 0)
        remove_absent(solver, bucket, ring_number(&solver->ring, &seen, solver->pilot[bucket]));
}

/* Moves on from a pilot that was no good: if two keys share a slot under it, they do for every displacement. */
static struct ring_pilot behind(struct ring_pilot pilot, enum taken why)
{
    if (why == SLOT_SHARED)
        return (struct ring_pilot){pilot.functions + 1, 0};
    return (struct ring_pilot){pilot.functions, pilot.displacements + 1};
}

/* Moves on to the first pilot, this one included, that sends a bucket's keys to free slots. For one without
 * keys that is any. */
static int find(struct ring *ring, const struct ring_bucket *seen, struct ring_pilot *pilot)
{
    if (seen->count > 0)
        return ring_find(ring, seen, pilot);
    if (pilot->displacements == ring->slots)
        *pilot = (struct ring_pilot){pilot->functions + 1, 0};
    return pilot->functions < ring->functions;
}

/* Gives a bucket the first pilot that will do; 0 if there is none. */
static int place(struct solver *solver, uint32_t bucket)
{
    const struct ring_bucket seen = view(solver, bucket);
    struct ring_pilot pilot = {0, 0};
    while (find(&solver->ring, &seen, &pilot)) {
        enum taken taken = take(solver, bucket, pilot);
        if (taken == TAKEN)
            return 1;
        pilot = behind(pilot, taken);
    }
    return 0;
}

/* The bucket that holds the one slot which is not free under a pilot. */
static uint32_t holder(struct solver *solver, const struct ring_bucket *seen, struct ring_pilot pilot)
{
    uint32_t i = 0;
    ring_slots(&solver->ring, seen, pilot, solver->slots);
    while (solver->owner[solver->slots[i]] == NONE)
        i++;
    return solver->home[solver->owner[solver->slots[i]]];
}

/* Whether solver->slots, the slots of a bucket's keys, are all different, one of them not being free. */
static int slots_differ(struct solver *solver, uint32_t count)
{
    uint32_t i = 0, taken = 0;
    for (; i < count && taken < 2; i++)
        if (solver->owner[solver->slots[i]] == NONE)
            solver->owner[solver->slots[i]] = SEEN;
        else
            taken++;
    while (i-- > 0)
        if (solver->owner[solver->slots[i]] == SEEN)
            solver->owner[solver->slots[i]] = NONE;
    return taken < 2;
}

/* Whether a bucket, whose slots are in solver->slots, could have a pilot if another had lost its place. */
static enum taken try_swap(struct solver *solver, uint32_t bucket, struct ring_pilot pilot, uint32_t loser)
{
    const struct ring_pilot old = solver->pilot[loser];
    if (!slots_differ(solver, solver->size[bucket]))
        return SLOT_SHARED;
    if (solver->task->absent_count == 0)
        return TAKEN;
    give_back(solver, loser);
    enum taken taken = take(solver, bucket, pilot);
    if (taken == TAKEN)
        give_back(solver, bucket);
    (void)take(solver, loser, old);
    return taken;
}

/*
 * Gives a bucket the place of the one with the lowest price, the first one tried of several; or of the first
 * whose price is no more than the bucket's own size, since lower ones are rare. Returns the bucket that lost
 * its place, or NONE.
 */
static uint32_t swap(struct solver *solver, uint32_t bucket)
{
    const struct ring_bucket seen = view(solver, bucket);
    struct ring_pilot pilot = {0, 0}, best = {0, 0};
    uint32_t loser = NONE, price = UINT32_MAX, asked = price, refused = 0;
    while (seen.count > 0 && price > seen.count && refused < REFUSED_MAX &&
           ring_find_swap(&solver->ring, &seen, &pilot, &asked)) {
        uint32_t candidate = holder(solver, &seen, pilot);
        enum taken taken = try_swap(solver, bucket, pilot, candidate);
        if (taken == TAKEN) {
            loser = candidate;
            best = pilot;
            price = asked;
        }
        asked = price;
        refused += taken == ABSENT_FOUND;
        pilot = behind(pilot, taken);
    }
    if (loser == NONE)
        return NONE;
    give_back(solver, loser);
    (void)take(solver, bucket, best);
    solver->losses[loser]++;
    return loser;
}

static int try_seed(struct solver *solver)
{
    uint32_t losses = 0;
    make_buckets(solver);
    ring_start(&solver->ring, solver->task->shape->slots, solver->method);
    memset(solver->owner, 0xff, sizeof solver->owner);
    memset(solver->losses, 0, sizeof solver->losses);
    if (solver->task->absent_count > 0)
        make_absent_chains(solver);
    for (uint32_t i = 0; i < solver->task->shape->buckets; i++) {
        uint32_t bucket = solver->order[i];
        while (!place(solver, bucket)) {
            bucket = losses < LOSSES_MAX ? swap(solver, bucket) : NONE;
            if (bucket == NONE)
                return 0;
            losses++;
            solver->counts.losses++;
        }
    }
    return 1;
}

/* 1 if an absent digest that leads to an empty slot has this fingerprint. */
static int is_awaited(const struct solver *solver, uint32_t slot, uint64_t fingerprint)
{
    for (uint32_t a = solver->absent_of_slot[slot]; a != NONE; a = solver->absent_behind[a])
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
    const uint8_t *filler = solver->filler + shape->buckets * FILLER_BUCKET_BYTES;
    memset(page, 0, ELIG_PAGE_BYTES);
    for (uint32_t slot = 0; slot < shape->slots; slot++) {
        uint32_t owner = solver->owner[slot];
        if (owner != NONE) {
            const struct solve_key *key = &task->keys[solver->key[owner]];
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
    for (uint32_t bucket = 0; bucket < shape->buckets; bucket++) {
        const struct ring_bucket seen = view(solver, bucket);
        bytes_put_le16(page + leaf_pilot_at(shape, bucket),
                       ring_number(&solver->ring, &seen, solver->pilot[bucket]));
    }
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
        solver->counts.seeds++;
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
