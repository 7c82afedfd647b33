#include "merge.h"

#include <stdlib.h>
#include <string.h>

/* A run being read: the records at .. filled - 1 of buffer are next, left more are in the run. */
struct cursor {
    const struct run *run;
    struct record *buffer; /* room records; for a run in memory, the run itself */
    size_t at, filled;
    size_t next, end; /* of the run: not yet buffered */
};

struct merge {
    const struct runs *runs;
    const uint32_t *rank;
    struct cursor *cursors;
    size_t cursor_count;
    struct record *buffers;
    size_t room;  /* records of a cursor's buffer */
    size_t *heap; /* numbers of cursors that have a record, the smallest first */
    size_t in_heap;
};

#define ROOM_MIN 64

static const struct record *head(const struct merge *merge, size_t cursor)
{
    return &merge->cursors[cursor].buffer[merge->cursors[cursor].at];
}

static int is_less(const struct merge *merge, size_t a, size_t b)
{
    return memcmp(head(merge, a), head(merge, b), sizeof(struct record)) < 0;
}

static void sift_down(struct merge *merge)
{
    size_t at = 0;
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= merge->in_heap)
            return;
        if (child + 1 < merge->in_heap && is_less(merge, merge->heap[child + 1], merge->heap[child]))
            child++;
        if (!is_less(merge, merge->heap[child], merge->heap[at]))
            return;
        size_t swapped = merge->heap[at];
        merge->heap[at] = merge->heap[child];
        merge->heap[child] = swapped;
        at = child;
    }
}

static void push(struct merge *merge, size_t cursor)
{
    size_t at = merge->in_heap++;
    for (; at > 0 && is_less(merge, cursor, merge->heap[(at - 1) / 2]); at = (at - 1) / 2)
        merge->heap[at] = merge->heap[(at - 1) / 2];
    merge->heap[at] = cursor;
}

/* Makes sure that a cursor has a record at hand: 1, 0 at its end, -1 on failure. */
static int refill(struct merge *merge, struct cursor *cursor)
{
    if (cursor->at < cursor->filled)
        return 1;
    size_t count = cursor->end - cursor->next < merge->room ? cursor->end - cursor->next : merge->room;
    if (count == 0)
        return 0;
    if (!runs_read(merge->runs, cursor->run, cursor->next, count, cursor->buffer))
        return -1;
    cursor->next += count;
    cursor->at = 0;
    cursor->filled = count;
    return 1;
}

static int start_cursor(struct merge *merge, size_t i, unsigned first, unsigned end)
{
    struct cursor *cursor = &merge->cursors[i];
    cursor->run = runs_get(merge->runs, i);
    cursor->next = cursor->run->directory[first];
    cursor->end = cursor->run->directory[end];
    if (cursor->run->memory != NULL) { /* nothing to read: all of it is at hand */
        cursor->buffer = cursor->run->memory;
        cursor->at = cursor->next;
        cursor->filled = cursor->next = cursor->end;
    } else {
        cursor->buffer = merge->buffers + i * merge->room;
    }
    int got = refill(merge, cursor);
    if (got > 0)
        push(merge, i);
    return got >= 0;
}

/* Records of each cursor's buffer: what the first range needs, as far as the memory goes. Reading further ahead
 * would be for nothing if the caller stops there. */
static size_t room_for(const struct runs *runs, unsigned first, size_t buffer_bytes)
{
    size_t count = runs_count(runs), room = ROOM_MIN;
    for (size_t i = 0; i < count; i++) {
        const struct run *run = runs_get(runs, i);
        size_t slice = run->directory[first + 1] - run->directory[first];
        room = slice > room ? slice : room;
    }
    size_t most = count > 0 ? buffer_bytes / count / sizeof(struct record) : 0;
    return most < ROOM_MIN ? ROOM_MIN : room < most ? room : most;
}

struct merge *merge_open(const struct runs *runs, const uint32_t *rank, unsigned first, unsigned end,
                         size_t buffer_bytes)
{
    struct merge *merge = calloc(1, sizeof *merge);
    if (merge == NULL)
        return NULL;
    size_t count = runs_count(runs);
    merge->runs = runs;
    merge->rank = rank;
    merge->cursor_count = count;
    merge->room = room_for(runs, first, buffer_bytes);
    merge->cursors = calloc(count + 1, sizeof *merge->cursors);
    merge->heap = calloc(count + 1, sizeof *merge->heap);
    int good = merge->cursors != NULL && merge->heap != NULL;
    if (good && runs_spilled(runs) > 0) {
        merge->buffers = malloc(count * merge->room * sizeof *merge->buffers);
        good = merge->buffers != NULL;
    }
    for (size_t i = 0; i < count && good; i++)
        good = start_cursor(merge, i, first, end);
    if (!good) {
        merge_close(merge);
        return NULL;
    }
    return merge;
}

/* Passes over the smallest record. */
static int advance(struct merge *merge)
{
    struct cursor *cursor = &merge->cursors[merge->heap[0]];
    cursor->at++;
    int got = refill(merge, cursor);
    if (got < 0)
        return 0;
    if (got == 0)
        merge->heap[0] = merge->heap[--merge->in_heap];
    sift_down(merge);
    return 1;
}

static uint32_t rank_of(const struct merge *merge, uint16_t label)
{
    return merge->rank != NULL ? merge->rank[label] : MERGE_UNRANKED;
}

/* Notes a label that is in conflict with those before; of all places, the two smallest are kept, whatever the
 * order in which labels were numbered. */
static void note_conflict(struct merged *identifier, uint64_t place)
{
    uint64_t *first = &identifier->place, *second = &identifier->other_place;
    if (place < *first) {
        *second = *first;
        *first = place;
    } else if (!identifier->is_conflict || place < *second) {
        *second = place;
    }
    identifier->is_conflict = 1;
}

/* Takes one more record of the same identifier into account. */
static void join(const struct merge *merge, struct merged *identifier, const struct record *record)
{
    uint16_t label = record_label(record);
    if (label == identifier->label || label == 0)
        return;
    uint32_t old = rank_of(merge, identifier->label), new = rank_of(merge, label);
    if (identifier->label == 0 || new < old) {
        identifier->label = label;
        identifier->place = record_where(record);
        identifier->is_conflict = 0;
    } else if (new == old && (!identifier->is_conflict || label != identifier->other_label)) {
        /* a label's first record has its first place: how many more there are depends on the runs */
        note_conflict(identifier, record_where(record));
        identifier->other_label = label;
    }
}

int merge_next(struct merge *merge, struct merged *identifier)
{
    if (merge->in_heap == 0)
        return 0;
    const struct record *record = head(merge, merge->heap[0]);
    memcpy(identifier->digest, record->digest, sizeof identifier->digest);
    identifier->label = record_label(record);
    identifier->kind = record_kind(record);
    identifier->place = record_where(record);
    identifier->other_place = 0;
    identifier->other_label = 0;
    identifier->is_conflict = 0;
    while (advance(merge)) {
        if (merge->in_heap == 0)
            return 1;
        record = head(merge, merge->heap[0]);
        if (memcmp(record->digest, identifier->digest, sizeof identifier->digest) != 0)
            return 1;
        join(merge, identifier, record);
    }
    return -1;
}

void merge_close(struct merge *merge)
{
    if (merge == NULL)
        return;
    free(merge->cursors);
    free(merge->heap);
    free(merge->buffers);
    free(merge);
}
