/* SPDX-License-Identifier: Apache-2.0 */
/* frequent.c - counters in a hash table; when it is full, each counter is lowered by one. */
#include "builder/inspect/frequent.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS (2u * FREQUENT_VALUES)

struct counter {
    uint64_t hash, count, line; /* count 0: the slot is free */
};

struct frequent {
    unsigned char key[crypto_shorthash_KEYBYTES];
    struct counter slots[SLOTS];
    unsigned used;
    bool was_lowered;
};

struct frequent *frequent_new(void)
{
    struct frequent *frequent = calloc(1, sizeof *frequent);
    if (frequent != NULL)
        randombytes_buf(frequent->key, sizeof frequent->key);
    return frequent;
}

/* The slot of a hash, or the free one where it would be. */
static struct counter *find_slot(struct frequent *frequent, uint64_t hash)
{
    size_t slot = hash % SLOTS;
    while (frequent->slots[slot].count > 0 && frequent->slots[slot].hash != hash)
        slot = (slot + 1) % SLOTS;
    return &frequent->slots[slot];
}

/* Lowers each counter by one, and inserts those that are left anew. */
static void lower_all(struct frequent *frequent)
{
    struct counter kept[FREQUENT_VALUES];
    unsigned count = 0;
    for (size_t i = 0; i < SLOTS; i++)
        if (frequent->slots[i].count > 1) {
            kept[count] = frequent->slots[i];
            kept[count++].count--;
        }
    memset(frequent->slots, 0, sizeof frequent->slots);
    for (unsigned i = 0; i < count; i++)
        *find_slot(frequent, kept[i].hash) = kept[i];
    frequent->used = count;
    frequent->was_lowered = true;
}

void frequent_add(struct frequent *frequent, struct elig_text value, uint64_t line)
{
    uint64_t hash;
    _Static_assert(sizeof hash == crypto_shorthash_BYTES, "a hash is a word");
    crypto_shorthash((unsigned char *)&hash, (const unsigned char *)value.bytes, value.length, frequent->key);
    struct counter *slot = find_slot(frequent, hash);
    if (slot->count > 0) {
        slot->count++;
    } else if (frequent->used < FREQUENT_VALUES) {
        *slot = (struct counter){hash, 1, line};
        frequent->used++;
    } else {
        lower_all(frequent);
    }
}

struct frequent_top frequent_top(const struct frequent *frequent)
{
    struct frequent_top top = {.distinct = frequent->used, .is_exact = !frequent->was_lowered};
    for (size_t i = 0; i < SLOTS; i++) {
        const struct counter *slot = &frequent->slots[i];
        if (slot->count > top.count || (slot->count == top.count && slot->count > 0 && slot->line < top.line)) {
            top.count = slot->count;
            top.line = slot->line;
        }
    }
    return top;
}

void frequent_free(struct frequent *frequent)
{
    if (frequent != NULL)
        sodium_memzero(frequent, sizeof *frequent);
    free(frequent);
}
