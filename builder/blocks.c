#include "blocks.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/mman.h>

struct blocks {
    pthread_mutex_t lock; /* over all below */
    pthread_cond_t changed;
    struct block *all;
    struct block **empty, **full; /* empty: a stack; full: a ring */
    unsigned count, empty_count, full_count, full_first;
    int is_over;
    char *memory;
};

struct blocks *blocks_new(unsigned count)
{
    struct blocks *blocks = calloc(1, sizeof *blocks);
    if (blocks == NULL)
        return NULL;
    pthread_mutex_init(&blocks->lock, NULL);
    pthread_cond_init(&blocks->changed, NULL);
    blocks->count = count;
    blocks->all = calloc(count, sizeof *blocks->all);
    blocks->empty = calloc(count, sizeof *blocks->empty);
    blocks->full = calloc(count, sizeof *blocks->full);
    void *map =
        mmap(NULL, (size_t)count * BLOCKS_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    blocks->memory = map != MAP_FAILED ? map : NULL;
    if (blocks->all == NULL || blocks->empty == NULL || blocks->full == NULL || blocks->memory == NULL) {
        blocks_free(blocks);
        return NULL;
    }
    for (unsigned i = 0; i < count; i++) {
        blocks->all[i].bytes = blocks->memory + (size_t)i * BLOCKS_BYTES;
        blocks->empty[blocks->empty_count++] = &blocks->all[i];
    }
    return blocks;
}

struct block *blocks_empty(struct blocks *blocks)
{
    struct block *block = NULL;
    pthread_mutex_lock(&blocks->lock);
    while (blocks->empty_count == 0 && !blocks->is_over)
        pthread_cond_wait(&blocks->changed, &blocks->lock);
    if (!blocks->is_over)
        block = blocks->empty[--blocks->empty_count];
    pthread_mutex_unlock(&blocks->lock);
    return block;
}

void blocks_fill(struct blocks *blocks, struct block *block)
{
    pthread_mutex_lock(&blocks->lock);
    blocks->full[(blocks->full_first + blocks->full_count++) % blocks->count] = block;
    pthread_cond_broadcast(&blocks->changed);
    pthread_mutex_unlock(&blocks->lock);
}

void blocks_end(struct blocks *blocks)
{
    pthread_mutex_lock(&blocks->lock);
    blocks->is_over = 1;
    pthread_cond_broadcast(&blocks->changed);
    pthread_mutex_unlock(&blocks->lock);
}

struct block *blocks_take(struct blocks *blocks)
{
    struct block *block = NULL;
    pthread_mutex_lock(&blocks->lock);
    while (blocks->full_count == 0 && !blocks->is_over)
        pthread_cond_wait(&blocks->changed, &blocks->lock);
    if (blocks->full_count > 0) {
        block = blocks->full[blocks->full_first];
        blocks->full_first = (blocks->full_first + 1) % blocks->count;
        blocks->full_count--;
    }
    pthread_mutex_unlock(&blocks->lock);
    return block;
}

void blocks_give_back(struct blocks *blocks, struct block *block)
{
    sodium_memzero(block->bytes, block->length);
    pthread_mutex_lock(&blocks->lock);
    blocks->empty[blocks->empty_count++] = block;
    pthread_cond_broadcast(&blocks->changed);
    pthread_mutex_unlock(&blocks->lock);
}

void blocks_stop(struct blocks *blocks)
{
    pthread_mutex_lock(&blocks->lock);
    blocks->is_over = 1;
    blocks->full_count = 0;
    pthread_cond_broadcast(&blocks->changed);
    pthread_mutex_unlock(&blocks->lock);
}

void blocks_free(struct blocks *blocks)
{
    if (blocks == NULL)
        return;
    if (blocks->memory != NULL) {
        sodium_memzero(blocks->memory, (size_t)blocks->count * BLOCKS_BYTES);
        munmap(blocks->memory, (size_t)blocks->count * BLOCKS_BYTES);
    }
    free(blocks->all);
    free(blocks->empty);
    free(blocks->full);
    pthread_cond_destroy(&blocks->changed);
    pthread_mutex_destroy(&blocks->lock);
    free(blocks);
}
