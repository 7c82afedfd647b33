/* SPDX-License-Identifier: Apache-2.0 */
#include "builder/index/mphf.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "builder/index/freemap.h"
#include "lib/elig/digest/digest.h"

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

struct mphf_builder {
    const struct mphf_task *task;
    uint16_t seed;
    struct mphf_stats counts;
    enum freemap_method method;
    struct freemap freemap;
    uint32_t size[BUCKETS_MAX];  /* keys of each bucket */
    uint32_t start[BUCKETS_MAX]; /* where they start in key, first and step */
    uint32_t order[BUCKETS_MAX]; /* buckets, the largest first */
    struct freemap_pilot pilot[BUCKETS_MAX];
    uint32_t losses[BUCKETS_MAX]; /* how often each has lost its place under this seed */
    uint64_t hash[LEAF_SLOTS_MAX];
    uint16_t home[LEAF_SLOTS_MAX]; /* bucket of each key, by the key's number; then in the order of key */
    uint32_t key[LEAF_SLOTS_MAX];  /* numbers of keys, by bucket */
    uint32_t first[LEAF_SLOTS_MAX + FREEMAP_LANES];
    uint32_t step[LEAF_SLOTS_MAX + FREEMAP_LANES];
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

struct mphf_builder *mphf_builder_new(void)
{
    struct mphf_builder *builder = calloc(1, sizeof *builder);
    if (builder != NULL)
        builder->method = freemap_best_method();
    return builder;
}

void mphf_builder_free(struct mphf_builder *builder)
{
    if (builder == NULL)
        return;
    free(builder->absent_hash);
    free(builder->absent_next);
    free(builder->absent_behind);
    free(builder);
}

void mphf_builder_use(struct mphf_builder *builder, enum freemap_method method)
{
    builder->method = method;
}

struct mphf_stats mphf_builder_stats(const struct mphf_builder *builder)
{
    return builder->counts;
}

struct leaf_shape mphf_shape(unsigned fingerprint_bits, unsigned payload_bits)
{
    struct leaf_shape shape = {0, 0, fingerprint_bits, payload_bits};
    uint32_t slot_bits = fingerprint_bits + payload_bits;
    uint32_t slots = ELIG_PAGE_BITS / slot_bits;
    uint32_t buckets;
    do {
        slots--;
        buckets = (slots * 1000 + MPHF_BUCKET_SIZE_MILLI - 1) / MPHF_BUCKET_SIZE_MILLI;
    } while (slots * slot_bits + buckets * ELIG_PILOT_BITS > ELIG_PAGE_BITS);
    shape.slots = slots;
    shape.buckets = (ELIG_PAGE_BITS - slots * slot_bits) / ELIG_PILOT_BITS;
    return shape;
}

/* Every digest has its part in the stream's key: who cannot name all identifiers of a leaf cannot tell its
 * filler from the rest. */
static void make_filler(struct mphf_builder *builder)
{
    const struct mphf_task *task = builder->task;
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
    crypto_stream_chacha20_ietf(builder->filler, length, nonce, key);
    sodium_memzero(sum, sizeof sum);
    sodium_memzero(key, sizeof key);
}

static int make_absent_room(struct mphf_builder *builder, size_t count)
{
    if (count <= builder->absent_room)
        return 1;
    free(builder->absent_hash);
    free(builder->absent_next);
    free(builder->absent_behind);
    builder->absent_hash = calloc(count, sizeof *builder->absent_hash);
    builder->absent_next = calloc(count, sizeof *builder->absent_next);
    builder->absent_behind = calloc(count, sizeof *builder->absent_behind);
    int is_made =
        builder->absent_hash != NULL && builder->absent_next != NULL && builder->absent_behind != NULL;
    builder->absent_room = is_made ? count : 0;
    return is_made;
}

/* Counts the keys of each bucket under the seed, and the buckets of each size; returns the largest size. */
static uint32_t count_buckets(struct mphf_builder *builder, uint32_t *of_size)
{
    const struct mphf_task *task = builder->task;
    uint32_t at = 0, largest = 0;
    memset(builder->size, 0, sizeof builder->size);
    for (size_t i = 0; i < task->count; i++) {
        builder->hash[i] = leaf_hash(task->keys[i].digest, builder->seed);
        builder->home[i] = (uint16_t)leaf_bucket(task->shape, builder->hash[i]);
        builder->size[builder->home[i]]++;
    }
    for (uint32_t bucket = 0; bucket < task->shape->buckets; bucket++) {
        builder->start[bucket] = at;
        at += builder->size[bucket];
        largest = builder->size[bucket] > largest ? builder->size[bucket] : largest;
    }
    memset(of_size, 0, (largest + 1) * sizeof *of_size);
    for (uint32_t bucket = 0; bucket < task->shape->buckets; bucket++)
        of_size[builder->size[bucket]]++;
    return largest;
}

/* Sorts keys into their buckets under the seed, and buckets by size. */
static void make_buckets(struct mphf_builder *builder)
{
    const uint32_t count = (uint32_t)builder->task->count, buckets = builder->task->shape->buckets;
    uint32_t of_size[LEAF_SLOTS_MAX + 1], before = 0;
    uint32_t largest = count_buckets(builder, of_size);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t place = builder->start[builder->home[i]]++;
        builder->key[place] = i;
        builder->first[place] = leaf_first(builder->hash[i]);
        builder->step[place] = leaf_step(builder->hash[i]);
    }
    for (uint32_t size = largest + 1; size-- > 0;) { /* now: where each size starts in the order */
        uint32_t of_this_size = of_size[size];
        of_size[size] = before;
        before += of_this_size;
    }
    for (uint32_t bucket = 0; bucket < buckets; bucket++) {
        builder->start[bucket] -= builder->size[bucket];
        for (uint32_t i = 0; i < builder->size[bucket]; i++)
            builder->home[builder->start[bucket] + i] = (uint16_t)bucket;
        builder->order[of_size[builder->size[bucket]]++] = bucket;
    }
}

static void make_absent_chains(struct mphf_builder *builder)
{
    const struct mphf_task *task = builder->task;
    memset(builder->absent_of_bucket, 0xff, sizeof builder->absent_of_bucket);
    memset(builder->absent_of_slot, 0xff, sizeof builder->absent_of_slot);
    for (uint32_t i = 0; i < task->absent_count; i++) {
        uint64_t hash = leaf_hash(task->absent[i], builder->seed);
        uint32_t bucket = leaf_bucket(task->shape, hash);
        builder->absent_hash[i] = hash;
        builder->absent_next[i] = builder->absent_of_bucket[bucket];
        builder->absent_of_bucket[bucket] = i;
    }
}

/* A bucket as the ring sees it. The stream names the pilot to begin with, each with the same chance. */
static struct freemap_bucket view(const struct mphf_builder *builder, uint32_t bucket)
{
    const uint32_t slots = builder->freemap.slots;
    const uint64_t number = bytes_get_le32(builder->filler + bucket * FILLER_BUCKET_BYTES);
    const uint32_t first = (uint32_t)(number * (builder->freemap.functions * slots) >> 32);
    return (struct freemap_bucket){.first = builder->first + builder->start[bucket],
                                   .step = builder->step + builder->start[bucket],
                                   .count = builder->size[bucket],
                                   .function = first / slots,
                                   .displacement = first % slots};
}

static uint64_t absent_fingerprint(const struct mphf_builder *builder, uint32_t absent)
{
    return leaf_fingerprint(builder->task->shape, builder->task->absent[absent]);
}

static int slot_holds(const struct mphf_builder *builder, uint32_t slot, uint64_t fingerprint)
{
    const struct mphf_task *task = builder->task;
    uint32_t place = builder->owner[slot];
    return place != NONE &&
           leaf_fingerprint(task->shape, task->keys[builder->key[place]].digest) == fingerprint;
}

/* 1 if no absent digest would be found, the bucket's keys being the owners of solver->slots: none that leads to
 * one of those, its bucket having a place, and none of this bucket. */
static int absent_stay_absent(const struct mphf_builder *builder, uint32_t bucket, uint16_t pilot)
{
    const struct leaf_shape *shape = builder->task->shape;
    for (uint32_t i = 0; i < builder->size[bucket]; i++) {
        uint32_t slot = builder->slots[i];
        for (uint32_t a = builder->absent_of_slot[slot]; a != NONE; a = builder->absent_behind[a])
            if (slot_holds(builder, slot, absent_fingerprint(builder, a)))
                return 0;
    }
    for (uint32_t a = builder->absent_of_bucket[bucket]; a != NONE; a = builder->absent_next[a])
        if (slot_holds(builder, leaf_slot(shape, builder->absent_hash[a], pilot),
                       absent_fingerprint(builder, a)))
            return 0;
    return 1;
}

/* Enters a bucket's absent digests in the chains of the slots they lead to under its pilot. */
static void enter_absent(struct mphf_builder *builder, uint32_t bucket, uint16_t pilot)
{
    for (uint32_t a = builder->absent_of_bucket[bucket]; a != NONE; a = builder->absent_next[a]) {
        uint32_t slot = leaf_slot(builder->task->shape, builder->absent_hash[a], pilot);
        builder->absent_behind[a] = builder->absent_of_slot[slot];
        builder->absent_of_slot[slot] = a;
    }
}

/* Takes them out again. */
static void remove_absent(struct mphf_builder *builder, uint32_t bucket, uint16_t pilot)
{
    for (uint32_t a = builder->absent_of_bucket[bucket]; a != NONE; a = builder->absent_next[a]) {
        uint32_t slot = leaf_slot(builder->task->shape, builder->absent_hash[a], pilot);
        uint32_t *link = &builder->absent_of_slot[slot];
        while (*link != a)
            link = &builder->absent_behind[*link];
        *link = builder->absent_behind[a];
    }
}

/* Makes a bucket's keys the owners of solver->slots, up to the first that has one; returns how many became it.
 */
static uint32_t own(struct mphf_builder *builder, uint32_t bucket)
{
    uint32_t i = 0;
    for (; i < builder->size[bucket] && builder->owner[builder->slots[i]] == NONE; i++)
        builder->owner[builder->slots[i]] = builder->start[bucket] + i;
    return i;
}

static void disown(struct mphf_builder *builder, uint32_t count)
{
    while (count-- > 0)
        builder->owner[builder->slots[count]] = NONE;
}

enum taken { TAKEN, SLOT_SHARED, ABSENT_FOUND };

/* Tries to give a bucket a pilot whose slots are free, though perhaps not all different. */
static enum taken take(struct mphf_builder *builder, uint32_t bucket, struct freemap_pilot pilot)
{
    const struct freemap_bucket seen = view(builder, bucket);
    const uint16_t number = freemap_number(&builder->freemap, &seen, pilot);
    freemap_slots(&builder->freemap, &seen, pilot, builder->slots);
    uint32_t owned = own(builder, bucket);
    int is_shared = owned < seen.count;
    if (is_shared || (builder->task->absent_count > 0 && !absent_stay_absent(builder, bucket, number))) {
        disown(builder, owned);
        return is_shared ? SLOT_SHARED : ABSENT_FOUND;
    }
    for (uint32_t i = 0; i < seen.count; i++)
        freemap_mark(&builder->freemap, builder->slots[i], (uint16_t)(seen.count + builder->losses[bucket]));
    if (builder->task->absent_count > 0)
        enter_absent(builder, bucket, number);
    builder->pilot[bucket] = pilot;
    return TAKEN;
}

/* Takes a bucket's pilot away. */
static void give_back(struct mphf_builder *builder, uint32_t bucket)
{
    const struct freemap_bucket seen = view(builder, bucket);
    freemap_slots(&builder->freemap, &seen, builder->pilot[bucket], builder->slots);
    disown(builder, seen.count);
    for (uint32_t i = 0; i < seen.count; i++)
        freemap_clear(&builder->freemap, builder->slots[i]);
    if (builder->task->absent_count > 0)
        remove_absent(builder, bucket, freemap_number(&builder->freemap, &seen, builder->pilot[bucket]));
}

/* Moves on from a pilot that was no good: if two keys share a slot under it, they do for every displacement. */
static struct freemap_pilot behind(struct freemap_pilot pilot, enum taken why)
{
    if (why == SLOT_SHARED)
        return (struct freemap_pilot){pilot.functions + 1, 0};
    return (struct freemap_pilot){pilot.functions, pilot.displacements + 1};
}

/* Moves on to the first pilot, this one included, that sends a bucket's keys to free slots. For one without
 * keys that is any. */
static int find(struct freemap *freemap, const struct freemap_bucket *seen, struct freemap_pilot *pilot)
{
    if (seen->count > 0)
        return freemap_find(freemap, seen, pilot);
    if (pilot->displacements == freemap->slots)
        *pilot = (struct freemap_pilot){pilot->functions + 1, 0};
    return pilot->functions < freemap->functions;
}

/* Gives a bucket the first pilot that will do; 0 if there is none. */
static int place(struct mphf_builder *builder, uint32_t bucket)
{
    const struct freemap_bucket seen = view(builder, bucket);
    struct freemap_pilot pilot = {0, 0};
    while (find(&builder->freemap, &seen, &pilot)) {
        enum taken taken = take(builder, bucket, pilot);
        if (taken == TAKEN)
            return 1;
        pilot = behind(pilot, taken);
    }
    return 0;
}

/* The bucket that holds the one slot which is not free under a pilot. */
static uint32_t holder(struct mphf_builder *builder, const struct freemap_bucket *seen,
                       struct freemap_pilot pilot)
{
    uint32_t i = 0;
    freemap_slots(&builder->freemap, seen, pilot, builder->slots);
    while (builder->owner[builder->slots[i]] == NONE)
        i++;
    return builder->home[builder->owner[builder->slots[i]]];
}

/* Whether solver->slots, the slots of a bucket's keys, are all different, one of them not being free. */
static int slots_differ(struct mphf_builder *builder, uint32_t count)
{
    uint32_t i = 0, taken = 0;
    for (; i < count && taken < 2; i++)
        if (builder->owner[builder->slots[i]] == NONE)
            builder->owner[builder->slots[i]] = SEEN;
        else
            taken++;
    while (i-- > 0)
        if (builder->owner[builder->slots[i]] == SEEN)
            builder->owner[builder->slots[i]] = NONE;
    return taken < 2;
}

/* Whether a bucket, whose slots are in solver->slots, could have a pilot if another had lost its place. */
static enum taken try_swap(struct mphf_builder *builder, uint32_t bucket, struct freemap_pilot pilot,
                           uint32_t loser)
{
    const struct freemap_pilot old = builder->pilot[loser];
    if (!slots_differ(builder, builder->size[bucket]))
        return SLOT_SHARED;
    if (builder->task->absent_count == 0)
        return TAKEN;
    give_back(builder, loser);
    enum taken taken = take(builder, bucket, pilot);
    if (taken == TAKEN)
        give_back(builder, bucket);
    (void)take(builder, loser, old);
    return taken;
}

/*
 * Gives a bucket the place of the one with the lowest price, the first one tried of several; or of the first
 * whose price is no more than the bucket's own size, since lower ones are rare. Returns the bucket that lost
 * its place, or NONE.
 */
static uint32_t swap(struct mphf_builder *builder, uint32_t bucket)
{
    const struct freemap_bucket seen = view(builder, bucket);
    struct freemap_pilot pilot = {0, 0}, best = {0, 0};
    uint32_t loser = NONE, price = UINT32_MAX, asked = price, refused = 0;
    while (seen.count > 0 && price > seen.count && refused < REFUSED_MAX &&
           freemap_find_swap(&builder->freemap, &seen, &pilot, &asked)) {
        uint32_t candidate = holder(builder, &seen, pilot);
        enum taken taken = try_swap(builder, bucket, pilot, candidate);
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
    give_back(builder, loser);
    (void)take(builder, bucket, best);
    builder->losses[loser]++;
    return loser;
}

static int try_seed(struct mphf_builder *builder)
{
    uint32_t losses = 0;
    make_buckets(builder);
    freemap_start(&builder->freemap, builder->task->shape->slots, builder->method);
    memset(builder->owner, 0xff, sizeof builder->owner);
    memset(builder->losses, 0, sizeof builder->losses);
    if (builder->task->absent_count > 0)
        make_absent_chains(builder);
    for (uint32_t i = 0; i < builder->task->shape->buckets; i++) {
        uint32_t bucket = builder->order[i];
        while (!place(builder, bucket)) {
            bucket = losses < LOSSES_MAX ? swap(builder, bucket) : NONE;
            if (bucket == NONE)
                return 0;
            losses++;
            builder->counts.losses++;
        }
    }
    return 1;
}

/* 1 if an absent digest that leads to an empty slot has this fingerprint. */
static int is_awaited(const struct mphf_builder *builder, uint32_t slot, uint64_t fingerprint)
{
    for (uint32_t a = builder->absent_of_slot[slot]; a != NONE; a = builder->absent_behind[a])
        if (absent_fingerprint(builder, a) == fingerprint)
            return 1;
    return 0;
}

/* The content of an empty slot: the stream's, moved on until no absent digest matches it. 0 if all match. */
static int fill_slot(const struct mphf_builder *builder, uint32_t slot, uint64_t *value)
{
    const struct mphf_task *task = builder->task;
    uint64_t mask = (UINT64_C(1) << task->shape->fingerprint_bits) - 1;
    *value &= mask;
    if (task->absent_count == 0)
        return 1;
    for (size_t tries = 0; tries <= task->absent_count && tries <= mask; tries++) {
        if (!is_awaited(builder, slot, *value))
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
static int write_page(const struct mphf_builder *builder, uint8_t *page)
{
    const struct mphf_task *task = builder->task;
    const struct leaf_shape *shape = task->shape;
    const uint8_t *filler = builder->filler + shape->buckets * FILLER_BUCKET_BYTES;
    memset(page, 0, ELIG_PAGE_BYTES);
    for (uint32_t slot = 0; slot < shape->slots; slot++) {
        uint32_t owner = builder->owner[slot];
        if (owner != NONE) {
            const struct mphf_key *key = &task->keys[builder->key[owner]];
            put_slot(shape, page, slot, leaf_fingerprint(shape, key->digest),
                     leaf_mask(shape, key->digest, key->payload));
        } else {
            uint64_t value = bytes_get_le64(filler);
            if (!fill_slot(builder, slot, &value))
                return 0;
            put_slot(shape, page, slot, value, bytes_get_le64(filler + sizeof(uint64_t)));
            filler += FILLER_SLOT_BYTES;
        }
    }
    for (uint32_t bucket = 0; bucket < shape->buckets; bucket++) {
        const struct freemap_bucket seen = view(builder, bucket);
        bytes_put_le16(page + leaf_pilot_at(shape, bucket),
                       freemap_number(&builder->freemap, &seen, builder->pilot[bucket]));
    }
    return 1;
}

int mphf_builder_run(struct mphf_builder *builder, const struct mphf_task *task, uint8_t *page, uint16_t *seed)
{
    builder->task = task;
    if (!make_absent_room(builder, task->absent_count))
        return ELIG_E_MEMORY;
    make_filler(builder);
    unsigned unfillable = 0; /* seeds under which some empty slot could have no content */
    for (uint32_t i = 0; i < SEEDS_TRIED; i++) {
        builder->seed = (uint16_t)i;
        builder->counts.seeds++;
        if (!try_seed(builder))
            continue;
        if (write_page(builder, page)) {
            *seed = builder->seed;
            return 0;
        }
        if (++unfillable == UNFILLABLE_TRIED)
            return MPHF_E_IMPOSSIBLE;
    }
    return MPHF_E_IMPOSSIBLE;
}
