/* SPDX-License-Identifier: Apache-2.0 */
/* mphf.c - a minimal perfect hash by hash and displace, one leaf at a time. */
#include "builder/index/mphf.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "builder/index/freemap.h"
#include "lib/elig/digest/digest.h"

/*
 * Buckets are placed from the largest to the smallest; each gets the first pilot that sends its keys to free
 * slots (freemap.h tries hundreds at once). A bucket of one key always finds one, since some displacement
 * reaches every slot that is left; so a page is filled to its last slot without a matching step.
 *
 * A larger bucket may find none. Then it gets a pilot under which all slots but one are free, and the bucket
 * that has that slot is evicted and placed again: usually in free slots, else by evicting a third. The cost of
 * evicting a bucket is its size, since small buckets find another pilot easily, plus its evictions so far, so
 * that two buckets do not evict each other without end. That completes nearly every page; where it does not,
 * the page starts again under the next seed.
 *
 * Where each bucket's search starts comes from a stream keyed by the leaf's digests, and so do the pilots of
 * empty buckets and the content of empty slots: a page with one identifier looks like a full one.
 */

#define BUCKETS_MAX (ELIG_PAGE_BITS / ELIG_PILOT_BITS)
#define EVICTIONS_MAX 16 /* under one seed; 5 are usual */
#define SEEDS_TRIED 256  /* 1.1 are usual; all of them only where absent digests make a page impossible */
#define REFUSED_MAX 16   /* pilots of a search for a swap that absent digests exclude */
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
    uint32_t start[BUCKETS_MAX]; /* their first index in key, first and step */
    uint32_t order[BUCKETS_MAX]; /* buckets, the largest first */
    struct freemap_pilot pilot[BUCKETS_MAX];
    uint32_t evictions[BUCKETS_MAX]; /* of each bucket, under this seed */
    uint64_t hash[LEAF_SLOTS_MAX];
    uint16_t home[LEAF_SLOTS_MAX]; /* bucket of each key: by the key's number, later by its index in key */
    uint32_t key[LEAF_SLOTS_MAX];  /* numbers of keys, by bucket */
    uint32_t first[LEAF_SLOTS_MAX + FREEMAP_LANES];
    uint32_t step[LEAF_SLOTS_MAX + FREEMAP_LANES];
    uint32_t slots[LEAF_SLOTS_MAX]; /* of one bucket's keys */
    uint32_t owner[LEAF_SLOTS_MAX]; /* index in key of the key in each slot, or NONE */
    /* Absent digests: chains by bucket, and by the slot they lead to while their bucket has a pilot. */
    size_t absent_room;
    uint64_t *absent_hash;
    uint32_t *absent_next_in_bucket;
    uint32_t *absent_next_in_slot; /* the next one in the slot's chain */
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
    free(builder->absent_next_in_bucket);
    free(builder->absent_next_in_slot);
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

/* The stream's key depends on every digest of the leaf: without all of its identifiers, filler cannot be told
 * from the rest. */
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

static bool reserve_absent(struct mphf_builder *builder, size_t count)
{
    if (count <= builder->absent_room)
        return true;
    free(builder->absent_hash);
    free(builder->absent_next_in_bucket);
    free(builder->absent_next_in_slot);
    builder->absent_hash = calloc(count, sizeof *builder->absent_hash);
    builder->absent_next_in_bucket = calloc(count, sizeof *builder->absent_next_in_bucket);
    builder->absent_next_in_slot = calloc(count, sizeof *builder->absent_next_in_slot);
    bool is_made = builder->absent_hash != NULL && builder->absent_next_in_bucket != NULL &&
                   builder->absent_next_in_slot != NULL;
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
    uint32_t count = (uint32_t)builder->task->count, buckets = builder->task->shape->buckets;
    uint32_t of_size[LEAF_SLOTS_MAX + 1], before = 0;
    uint32_t largest = count_buckets(builder, of_size);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = builder->start[builder->home[i]]++;
        builder->key[at] = i;
        builder->first[at] = leaf_first(builder->hash[i]);
        builder->step[at] = leaf_step(builder->hash[i]);
    }
    for (uint32_t size = largest + 1; size-- > 0;) { /* from now on: where each size starts in the order */
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
        builder->absent_next_in_bucket[i] = builder->absent_of_bucket[bucket];
        builder->absent_of_bucket[bucket] = i;
    }
}

/* A bucket for a search of the map. The stream chooses the pilot to begin with, uniformly. */
static struct freemap_bucket search_of(const struct mphf_builder *builder, uint32_t bucket)
{
    uint32_t slots = builder->freemap.slots;
    uint64_t number = bytes_get_le32(builder->filler + bucket * FILLER_BUCKET_BYTES);
    uint32_t first = (uint32_t)(number * (builder->freemap.functions * slots) >> 32);
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

static bool slot_holds(const struct mphf_builder *builder, uint32_t slot, uint64_t fingerprint)
{
    const struct mphf_task *task = builder->task;
    uint32_t owner = builder->owner[slot];
    return owner != NONE &&
           leaf_fingerprint(task->shape, task->keys[builder->key[owner]].digest) == fingerprint;
}

/* Whether no absent digest would be found if the bucket's keys are in builder->slots: none whose bucket has a
 * pilot that leads to one of those slots, and none of this bucket. */
static bool absent_stay_absent(const struct mphf_builder *builder, uint32_t bucket, uint16_t pilot)
{
    const struct leaf_shape *shape = builder->task->shape;
    for (uint32_t i = 0; i < builder->size[bucket]; i++) {
        uint32_t slot = builder->slots[i];
        for (uint32_t a = builder->absent_of_slot[slot]; a != NONE; a = builder->absent_next_in_slot[a])
            if (slot_holds(builder, slot, absent_fingerprint(builder, a)))
                return false;
    }
    for (uint32_t a = builder->absent_of_bucket[bucket]; a != NONE; a = builder->absent_next_in_bucket[a])
        if (slot_holds(builder, leaf_slot(shape, builder->absent_hash[a], pilot),
                       absent_fingerprint(builder, a)))
            return false;
    return true;
}

static void free_slots(struct mphf_builder *builder, uint32_t count)
{
    while (count-- > 0)
        builder->owner[builder->slots[count]] = NONE;
}

enum placement { PLACED, SLOT_SHARED, ABSENT_FOUND };

/* Tries to place a bucket under a pilot whose slots are free, though two keys may share one. */
static enum placement try_pilot(struct mphf_builder *builder, uint32_t bucket, struct freemap_pilot pilot)
{
    const struct freemap_bucket search = search_of(builder, bucket);
    uint16_t number = freemap_number(&builder->freemap, &search, pilot);
    freemap_slots(&builder->freemap, &search, pilot, builder->slots);
    uint32_t owned = 0;
    for (; owned < search.count && builder->owner[builder->slots[owned]] == NONE; owned++)
        builder->owner[builder->slots[owned]] = builder->start[bucket] + owned;
    bool is_shared = owned < search.count;
    if (is_shared || (builder->task->absent_count > 0 && !absent_stay_absent(builder, bucket, number))) {
        free_slots(builder, owned);
        return is_shared ? SLOT_SHARED : ABSENT_FOUND;
    }
    for (uint32_t i = 0; i < search.count; i++)
        freemap_mark(&builder->freemap, builder->slots[i],
                     (uint16_t)(search.count + builder->evictions[bucket]));
    builder->pilot[bucket] = pilot;
    if (builder->task->absent_count == 0)
        return PLACED;
    for (uint32_t a = builder->absent_of_bucket[bucket]; a != NONE; a = builder->absent_next_in_bucket[a]) {
        uint32_t slot = leaf_slot(builder->task->shape, builder->absent_hash[a], number);
        builder->absent_next_in_slot[a] = builder->absent_of_slot[slot];
        builder->absent_of_slot[slot] = a;
    }
    return PLACED;
}

/* Frees the slots of a bucket that was placed, and takes its absent digests out of the chains of slots. */
static void remove_bucket(struct mphf_builder *builder, uint32_t bucket)
{
    const struct freemap_bucket search = search_of(builder, bucket);
    freemap_slots(&builder->freemap, &search, builder->pilot[bucket], builder->slots);
    free_slots(builder, search.count);
    for (uint32_t i = 0; i < search.count; i++)
        freemap_mark(&builder->freemap, builder->slots[i], 0);
    if (builder->task->absent_count == 0)
        return;
    uint16_t number = freemap_number(&builder->freemap, &search, builder->pilot[bucket]);
    for (uint32_t a = builder->absent_of_bucket[bucket]; a != NONE; a = builder->absent_next_in_bucket[a]) {
        uint32_t *link =
            &builder->absent_of_slot[leaf_slot(builder->task->shape, builder->absent_hash[a], number)];
        while (*link != a)
            link = &builder->absent_next_in_slot[*link];
        *link = builder->absent_next_in_slot[a];
    }
}

/* The pilot after one that failed: if two keys share a slot under it, they do so under every displacement. */
static struct freemap_pilot next_pilot(struct freemap_pilot pilot, enum placement failure)
{
    if (failure == SLOT_SHARED)
        return (struct freemap_pilot){pilot.functions + 1, 0};
    return (struct freemap_pilot){pilot.functions, pilot.displacements + 1};
}

/* Places a bucket under the first pilot that is possible; false if there is no such pilot. Without keys, every
 * pilot sends them to free slots. */
static bool place_bucket(struct mphf_builder *builder, uint32_t bucket)
{
    const struct freemap_bucket search = search_of(builder, bucket);
    struct freemap_pilot pilot = {0, 0};
    for (;;) {
        if (search.count == 0 && pilot.displacements == builder->freemap.slots)
            pilot = (struct freemap_pilot){pilot.functions + 1, 0};
        if (search.count > 0 ? !freemap_find(&builder->freemap, &search, &pilot)
                             : pilot.functions == builder->freemap.functions)
            return false;
        enum placement placement = try_pilot(builder, bucket, pilot);
        if (placement == PLACED)
            return true;
        pilot = next_pilot(pilot, placement);
    }
}

/* Whether the slots of a bucket's keys, builder->slots, of which one is not free, are all different. */
static bool slots_differ(struct mphf_builder *builder, uint32_t count)
{
    uint32_t i = 0, used = 0;
    for (; i < count && used < 2; i++)
        if (builder->owner[builder->slots[i]] == NONE)
            builder->owner[builder->slots[i]] = SEEN;
        else
            used++;
    while (i-- > 0)
        if (builder->owner[builder->slots[i]] == SEEN)
            builder->owner[builder->slots[i]] = NONE;
    return used < 2;
}

/* Whether a bucket, whose slots are in builder->slots, could be placed under a pilot if another were evicted.
 */
static enum placement try_swap(struct mphf_builder *builder, uint32_t bucket, struct freemap_pilot pilot,
                               uint32_t evicted)
{
    const struct freemap_pilot old = builder->pilot[evicted];
    if (!slots_differ(builder, builder->size[bucket]))
        return SLOT_SHARED;
    if (builder->task->absent_count == 0)
        return PLACED;
    remove_bucket(builder, evicted);
    enum placement placement = try_pilot(builder, bucket, pilot);
    if (placement == PLACED)
        remove_bucket(builder, bucket);
    (void)try_pilot(builder, evicted, old);
    return placement;
}

/*
 * Places a bucket in place of the one with the lowest eviction cost, the first of several; or of the first
 * whose cost is no more than the bucket's own size, since lower ones are rare. Returns the evicted bucket, or
 * NONE.
 */
static uint32_t swap_bucket(struct mphf_builder *builder, uint32_t bucket)
{
    const struct freemap_bucket search = search_of(builder, bucket);
    struct freemap_pilot pilot = {0, 0}, best = {0, 0};
    uint32_t evicted = NONE, cost = UINT32_MAX, candidate_cost = cost, refused = 0;
    while (search.count > 0 && cost > search.count && refused < REFUSED_MAX &&
           freemap_find_swap(&builder->freemap, &search, &pilot, &candidate_cost)) {
        uint32_t key = 0; /* the one whose slot is not free */
        freemap_slots(&builder->freemap, &search, pilot, builder->slots);
        while (builder->owner[builder->slots[key]] == NONE)
            key++;
        uint32_t candidate = builder->home[builder->owner[builder->slots[key]]];
        enum placement placement = try_swap(builder, bucket, pilot, candidate);
        if (placement == PLACED) {
            evicted = candidate;
            best = pilot;
            cost = candidate_cost;
        }
        candidate_cost = cost;
        refused += placement == ABSENT_FOUND;
        pilot = next_pilot(pilot, placement);
    }
    if (evicted == NONE)
        return NONE;
    remove_bucket(builder, evicted);
    (void)try_pilot(builder, bucket, best);
    builder->evictions[evicted]++;
    return evicted;
}

static bool try_seed(struct mphf_builder *builder)
{
    uint32_t evictions = 0;
    make_buckets(builder);
    freemap_start(&builder->freemap, builder->task->shape->slots, builder->method);
    memset(builder->owner, 0xff, sizeof builder->owner);
    memset(builder->evictions, 0, sizeof builder->evictions);
    if (builder->task->absent_count > 0)
        make_absent_chains(builder);
    for (uint32_t i = 0; i < builder->task->shape->buckets; i++) {
        uint32_t bucket = builder->order[i];
        while (!place_bucket(builder, bucket)) {
            bucket = evictions < EVICTIONS_MAX ? swap_bucket(builder, bucket) : NONE;
            if (bucket == NONE)
                return false;
            evictions++;
            builder->counts.evictions++;
        }
    }
    return true;
}

/* Changes the stream's content of an empty slot until no absent digest matches it; false if all are matched. */
static bool fill_slot(const struct mphf_builder *builder, uint32_t slot, uint64_t *value)
{
    const struct mphf_task *task = builder->task;
    uint64_t mask = (UINT64_C(1) << task->shape->fingerprint_bits) - 1;
    *value &= mask;
    if (task->absent_count == 0)
        return true;
    for (size_t tries = 0; tries <= task->absent_count && tries <= mask; tries++) {
        uint32_t a = builder->absent_of_slot[slot];
        while (a != NONE && absent_fingerprint(builder, a) != *value)
            a = builder->absent_next_in_slot[a];
        if (a == NONE)
            return true;
        *value = (*value + 1) & mask;
    }
    return false;
}

static void put_slot(const struct leaf_shape *shape, uint8_t *page, uint32_t slot, uint64_t fingerprint,
                     uint64_t payload)
{
    uint32_t at = leaf_slot_at(shape, slot);
    leaf_put_bits(page, at, shape->fingerprint_bits, fingerprint);
    if (shape->payload_bits > 0)
        leaf_put_bits(page, at + shape->fingerprint_bits, shape->payload_bits, payload);
}

/* Writes the page; false if an empty slot can have no content. */
static bool write_page(const struct mphf_builder *builder, uint8_t *page)
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
                return false;
            put_slot(shape, page, slot, value, bytes_get_le64(filler + sizeof(uint64_t)));
            filler += FILLER_SLOT_BYTES;
        }
    }
    for (uint32_t bucket = 0; bucket < shape->buckets; bucket++) {
        const struct freemap_bucket search = search_of(builder, bucket);
        bytes_put_le16(page + leaf_pilot_at(shape, bucket),
                       freemap_number(&builder->freemap, &search, builder->pilot[bucket]));
    }
    return true;
}

int mphf_builder_run(struct mphf_builder *builder, const struct mphf_task *task, uint8_t *page, uint16_t *seed)
{
    builder->task = task;
    if (!reserve_absent(builder, task->absent_count))
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
            break;
    }
    return MPHF_E_IMPOSSIBLE;
}
