#include "sort.h"

#include <string.h>

/*
 * American flag sort (McIlroy, Bostic, McIlroy 1993): a radix sort from the first byte on that swaps records
 * into their places. Digests are uniform, so two or three bytes leave groups small enough to insert; where
 * many records are the same person's, the recursion goes as deep as a record is long, and no deeper.
 */

#define INSERTION_MAX 24
#define BYTE_VALUES 256

static void insertion_sort(struct record *records, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct record moving = records[i];
        size_t at = i;
        for (; at > 0 && memcmp(&records[at - 1], &moving, sizeof moving) > 0; at--)
            records[at] = records[at - 1];
        records[at] = moving;
    }
}

static uint8_t byte_of(const struct record *record, size_t byte)
{
    return byte < ELIG_DIGEST_BYTES ? record->digest[byte] : record->note[byte - ELIG_DIGEST_BYTES];
}

/* Swaps records into the ranges that start[] .. end[] give to each value of a byte. */
static void permute(struct record *records, size_t byte, size_t *start, const size_t *end)
{
    for (unsigned value = 0; value < BYTE_VALUES; value++) {
        while (start[value] < end[value]) {
            struct record moving = records[start[value]];
            uint8_t to;
            while ((to = byte_of(&moving, byte)) != value) {
                struct record displaced = records[start[to]];
                records[start[to]++] = moving;
                moving = displaced;
            }
            records[start[value]++] = moving;
        }
    }
}

static void sort_from(struct record *records, size_t count, size_t byte)
{
    size_t start[BYTE_VALUES] = {0}, end[BYTE_VALUES];
    if (count <= INSERTION_MAX) {
        insertion_sort(records, count);
        return;
    }
    if (byte == sizeof *records)
        return;
    for (size_t i = 0; i < count; i++)
        start[byte_of(&records[i], byte)]++;
    size_t at = 0;
    for (unsigned value = 0; value < BYTE_VALUES; value++) {
        size_t size = start[value];
        start[value] = at;
        at += size;
        end[value] = at;
    }
    permute(records, byte, start, end);
    at = 0;
    for (unsigned value = 0; value < BYTE_VALUES; value++) {
        sort_from(records + at, end[value] - at, byte + 1);
        at = end[value];
    }
}

void sort_records(struct record *records, size_t count)
{
    sort_from(records, count, 0);
}

size_t sort_unique(struct record *records, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || memcmp(&records[kept - 1], &records[i], ELIG_DIGEST_BYTES + RECORD_LABEL_BYTES) != 0)
            records[kept++] = records[i];
    return kept;
}
