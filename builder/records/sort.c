/* SPDX-License-Identifier: Apache-2.0 */
#include "builder/records/sort.h"

#include <string.h>

/*
 * American flag sort (McIlroy, Bostic, McIlroy 1993): a radix sort from the highest bits down that swaps
 * records into their places. Digests are uniform, so a few rounds leave groups small enough to insert. Digits
 * are as wide as the number of records deserves: 256 groups for a dozen records would cost more than sorting
 * them. Records that agree in all of the first 64 bits are one person's; a heap sort takes them as they come.
 */

#define INSERTION_MAX 16
#define DIGIT_BITS_MAX 8
#define GROUPS_MAX (1u << DIGIT_BITS_MAX)
#define GROUP_BITS 2 /* a round aims at groups of 2^GROUP_BITS records */
#define KEY_BITS 64

static uint64_t key_of(const struct record *record)
{
    return bytes_get_be64(record->digest);
}

static int is_less(const struct record *a, const struct record *b)
{
    uint64_t x = key_of(a), y = key_of(b);
    return x != y ? x < y : memcmp(a, b, sizeof *a) < 0;
}

static void insertion_sort(struct record *records, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct record moving = records[i];
        size_t at = i;
        for (; at > 0 && is_less(&moving, &records[at - 1]); at--)
            records[at] = records[at - 1];
        records[at] = moving;
    }
}

/* Puts moving into the heap of count records whose root is free at the given place. */
static void sift(struct record *heap, size_t at, size_t count, struct record moving)
{
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= count)
            break;
        if (child + 1 < count && is_less(&heap[child], &heap[child + 1]))
            child++;
        if (!is_less(&moving, &heap[child]))
            break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = moving;
}

static void heap_sort(struct record *records, size_t count)
{
    for (size_t i = count / 2; i-- > 0;)
        sift(records, i, count, records[i]);
    for (size_t left = count; left-- > 1;) {
        struct record moving = records[left];
        records[left] = records[0];
        sift(records, 0, left, moving);
    }
}

/* Where a digit of the key is. */
struct digit {
    unsigned shift;
    uint64_t mask;
};

static size_t digit_of(const struct record *record, struct digit digit)
{
    return key_of(record) >> digit.shift & digit.mask;
}

/* Swaps records into the ranges that start[] .. end[] give to each value of a digit. */
static void permute(struct record *records, struct digit digit, size_t *start, const size_t *end)
{
    for (size_t value = 0; value <= digit.mask; value++) {
        while (start[value] < end[value]) {
            struct record moving = records[start[value]];
            size_t to;
            while ((to = digit_of(&moving, digit)) != value) {
                struct record displaced = records[start[to]];
                records[start[to]++] = moving;
                moving = displaced;
            }
            records[start[value]++] = moving;
        }
    }
}

static unsigned digit_bits(size_t count, unsigned left)
{
    unsigned bits = 1;
    while (bits < DIGIT_BITS_MAX && bits < left && count >> (bits + GROUP_BITS) > 1)
        bits++;
    return bits;
}

/* Sorts records that agree in all bits of the key but the lowest left ones. */
static void sort_from(struct record *records, size_t count, unsigned left)
{
    size_t start[GROUPS_MAX], end[GROUPS_MAX];
    if (count <= INSERTION_MAX) {
        insertion_sort(records, count);
        return;
    }
    if (left == 0) {
        heap_sort(records, count);
        return;
    }
    unsigned bits = digit_bits(count, left);
    struct digit digit = {left - bits, (UINT64_C(1) << bits) - 1};
    memset(start, 0, (digit.mask + 1) * sizeof *start);
    for (size_t i = 0; i < count; i++)
        start[digit_of(&records[i], digit)]++;
    size_t at = 0;
    for (size_t value = 0; value <= digit.mask; value++) {
        size_t size = start[value];
        start[value] = at;
        at += size;
        end[value] = at;
    }
    permute(records, digit, start, end);
    at = 0;
    for (size_t value = 0; value <= digit.mask; value++) {
        sort_from(records + at, end[value] - at, digit.shift);
        at = end[value];
    }
}

void sort_records(struct record *records, size_t count, unsigned known_bits)
{
    sort_from(records, count, KEY_BITS - known_bits);
}

static int says_the_same(const struct record *a, const struct record *b)
{
    return memcmp(a, b, ELIG_DIGEST_BYTES + RECORD_LABEL_BYTES) == 0 &&
           record_is_removed(a) == record_is_removed(b);
}

size_t sort_unique(struct record *records, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || !says_the_same(&records[kept - 1], &records[i]))
            records[kept++] = records[i];
    return kept;
}
