/* SPDX-License-Identifier: Apache-2.0 */
/* sort.c - a radix sort of records, in place. */
#include "builder/records/sort.h"

#include <stdbool.h>
#include <string.h>

/*
 * American flag sort (McIlroy, Bostic, McIlroy 1993): a radix sort from the highest bits down that swaps
 * records into their groups. Digests are uniform, so a few rounds leave groups small enough for insertion sort.
 * Digits are as wide as the number of records deserves: 256 groups for a dozen records would cost more than
 * sorting them. Records that agree in the first 64 bits are one identifier's and agree in the whole digest, so
 * words in which all records agree are skipped. qsort() would do there, but takes memory as large as its input.
 */

#define INSERTION_MAX 16
#define DIGIT_BITS_MAX 8
#define GROUPS_MAX (1u << DIGIT_BITS_MAX)
#define GROUP_BITS 2 /* a round aims at groups of 2^GROUP_BITS records */
#define WORD_BITS 64
#define WORDS (sizeof(struct record) / sizeof(uint64_t))

_Static_assert(sizeof(struct record) % sizeof(uint64_t) == 0, "a record is a number of whole words");

static uint64_t word_of(const struct record *record, unsigned word)
{
    return bytes_get_be64((const uint8_t *)record + word * sizeof(uint64_t));
}

static void insertion_sort(struct record *records, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct record moving = records[i];
        uint64_t first = word_of(&moving, 0);
        size_t at = i;
        for (; at > 0; at--) {
            uint64_t before = word_of(&records[at - 1], 0);
            if (first != before ? first > before : memcmp(&moving, &records[at - 1], sizeof moving) >= 0)
                break;
            records[at] = records[at - 1];
        }
        records[at] = moving;
    }
}

/* Where a digit of the key is. */
struct digit {
    unsigned word, shift;
    uint64_t mask;
};

static size_t digit_of(const struct record *record, struct digit digit)
{
    return word_of(record, digit.word) >> digit.shift & digit.mask;
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

/* The first word after this one in which some records differ, or WORDS. */
static unsigned next_word(const struct record *records, size_t count, unsigned word)
{
    for (word++; word < WORDS; word++)
        for (size_t i = 1; i < count; i++)
            if (word_of(&records[i], word) != word_of(&records[0], word))
                return word;
    return word;
}

/* Sorts records that agree in the words before this one and in all bits of this one but the lowest left. */
static void sort_from(struct record *records, size_t count, unsigned word, unsigned left)
{
    size_t start[GROUPS_MAX], end[GROUPS_MAX];
    if (count <= INSERTION_MAX) {
        insertion_sort(records, count);
        return;
    }
    if (left == 0) {
        word = next_word(records, count, word);
        left = WORD_BITS;
    }
    if (word == WORDS)
        return;
    unsigned bits = 1;
    while (bits < DIGIT_BITS_MAX && bits < left && count >> (bits + GROUP_BITS) > 1)
        bits++;
    struct digit digit = {word, left - bits, (UINT64_C(1) << bits) - 1};
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
        sort_from(records + at, end[value] - at, word, digit.shift);
        at = end[value];
    }
}

void sort_records(struct record *records, size_t count, unsigned known_bits)
{
    sort_from(records, count, 0, WORD_BITS - known_bits);
}

static bool is_repetition(const struct record *first, const struct record *record)
{
    return memcmp(first, record, ELIG_DIGEST_BYTES + RECORD_LABEL_BYTES) == 0 &&
           record_is_removed(first) == record_is_removed(record);
}

size_t sort_unique(struct record *records, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count;) {
        struct record first = records[i++];
        uint64_t others = 0;
        for (; i < count && is_repetition(&first, &records[i]); i++)
            others += record_rows(&records[i]);
        records[kept++] = first;
        if (others > 0 && !record_is_removed(&first))
            record_set_count(&records[kept++], &first, others);
    }
    return kept;
}
