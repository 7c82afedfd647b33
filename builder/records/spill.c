/* SPDX-License-Identifier: Apache-2.0 */
#include "builder/records/spill.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "lib/util/file.h"

#define CHUNK_BYTES_MIN 4096u
#define WRITERS_SHARE \
    4 /* writers' chunks take at most a fourth of the memory, if that is enough for small ones */

/* Of a chunk in memory and in the file alike. */
struct chunk {
    uint64_t previous; /* place of the chunk before in the part's chain; 0: none */
    uint64_t count;
    struct record records[];
};

struct part {
    _Atomic uint64_t last; /* place of the chain's last chunk; 0: none */
    _Atomic uint64_t records;
    int is_sorted;
};

struct spill {
    const char *tmpdir;
    int file;                  /* -1 until something is spilled */
    pthread_mutex_t file_lock; /* while the file is made */
    size_t chunk_bytes, chunk_records;
    uint8_t *memory; /* chunks, each writer's first ones before the spare ones */
    uint64_t chunks, reserved;
    _Atomic uint64_t reserved_taken, spare_taken, spilled;
    struct part parts[SPILL_PARTITIONS];
};

/* A chunk being filled. Where the next record goes is kept here and not in the chunk, whose first lines would
 * all compete for the same places in a cache. */
struct filling {
    struct record *next, *end; /* NULL both: no chunk yet */
};

struct spill_writer {
    struct spill *store;
    struct filling parts[SPILL_PARTITIONS];
};

/* ---- Places: of a chunk, in memory or in the file; 0 is none ---- */

static uint64_t place_in_memory(uint64_t number)
{
    return number * 2 + 2;
}

static uint64_t place_in_file(uint64_t number)
{
    return number * 2 + 3;
}

static int is_in_file(uint64_t place)
{
    return (int)(place & 1);
}

static uint64_t place_number(uint64_t place)
{
    return (place >> 1) - 1;
}

static struct chunk *chunk_at(const struct spill *store, uint64_t number)
{
    return (struct chunk *)(void *)(store->memory + number * store->chunk_bytes);
}

static struct chunk *chunk_of(const struct spill *store, const struct filling *filling)
{
    return (struct chunk *)(void *)((uint8_t *)(filling->end - store->chunk_records) - sizeof(struct chunk));
}

static uint64_t chunk_number(const struct spill *store, const struct chunk *chunk)
{
    return (uint64_t)((const uint8_t *)chunk - store->memory) / store->chunk_bytes;
}

static uint64_t offset_of(const struct spill *store, uint64_t place)
{
    return place_number(place) * store->chunk_bytes;
}

/* ---- The store ---- */

/* Chunks as large as a writer for each part leaves room for: few large reads are better than many small ones.
 */
static size_t choose_chunk_bytes(size_t bytes, unsigned writers)
{
    size_t each = bytes / WRITERS_SHARE / writers / SPILL_PARTITIONS;
    if (each < CHUNK_BYTES_MIN)
        return CHUNK_BYTES_MIN;
    return each > SPILL_CHUNK_BYTES_MAX ? SPILL_CHUNK_BYTES_MAX : each / CHUNK_BYTES_MIN * CHUNK_BYTES_MIN;
}

struct spill *spill_new(const char *tmpdir, size_t bytes, unsigned writers)
{
    struct spill *store = calloc(1, sizeof *store);
    if (store == NULL)
        return NULL;
    store->tmpdir = tmpdir;
    store->file = -1;
    pthread_mutex_init(&store->file_lock, NULL);
    store->chunk_bytes = choose_chunk_bytes(bytes, writers);
    store->chunk_records = (store->chunk_bytes - sizeof(struct chunk)) / sizeof(struct record);
    store->reserved = (uint64_t)writers * SPILL_PARTITIONS;
    store->chunks = bytes / store->chunk_bytes;
    if (store->chunks < store->reserved)
        store->chunks = store->reserved;
    /* Mapped, not allocated: pages count only once they are written to. */
    void *map = mmap(NULL, store->chunks * store->chunk_bytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (map == MAP_FAILED) {
        pthread_mutex_destroy(&store->file_lock);
        free(store);
        errno = ENOMEM;
        return NULL;
    }
    store->memory = map;
    return store;
}

void spill_free(struct spill *store)
{
    if (store == NULL)
        return;
    munmap(store->memory, store->chunks * store->chunk_bytes);
    pthread_mutex_destroy(&store->file_lock);
    if (store->file >= 0)
        close(store->file);
    free(store);
}

uint64_t spill_partition_records(const struct spill *store, unsigned part)
{
    return store->parts[part].records;
}

uint64_t spill_records(const struct spill *store)
{
    uint64_t records = 0;
    for (unsigned part = 0; part < SPILL_PARTITIONS; part++)
        records += store->parts[part].records;
    return records;
}

uint64_t spill_spilled(const struct spill *store)
{
    return store->spilled * store->chunk_bytes;
}

int spill_is_sorted(const struct spill *store, unsigned part)
{
    return store->parts[part].is_sorted || store->parts[part].records == 0;
}

/* ---- The spill file ---- */

/* A file without a name: made so where the file system can, else unlinked at once. */
static int open_spill(const char *tmpdir)
{
    int file = open(tmpdir, O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
        return file;
    static const char name[] = "/.elig-spill-XXXXXX";
    char *path = malloc(strlen(tmpdir) + sizeof name);
    if (path == NULL)
        return -1;
    strcpy(path, tmpdir);
    strcat(path, name);
    file = mkostemp(path, O_CLOEXEC);
    if (file >= 0)
        unlink(path);
    free(path);
    return file;
}

/* The spill file, made by whichever thread comes first: a descriptor, or -1 with errno set. */
static int spill_file(struct spill *store)
{
    pthread_mutex_lock(&store->file_lock);
    if (store->file < 0)
        store->file = open_spill(store->tmpdir);
    int file = store->file;
    pthread_mutex_unlock(&store->file_lock);
    return file;
}

static int write_chunk(const struct spill *store, const struct chunk *chunk, uint64_t place)
{
    return file_write_at(store->file, chunk, sizeof *chunk + chunk->count * sizeof(struct record),
                         offset_of(store, place));
}

/* ---- Writing ---- */

struct spill_writer *spill_writer_new(struct spill *store)
{
    struct spill_writer *writer = calloc(1, sizeof *writer);
    if (writer != NULL)
        writer->store = store;
    return writer;
}

/* Appends a chunk to its part's chain. Chains are read only when all writers are done, so the link from the
 * part may come before the chunk is in its place. */
static void link_chunk(struct part *part, struct chunk *chunk, uint64_t place)
{
    chunk->previous = atomic_exchange(&part->last, place);
    atomic_fetch_add_explicit(&part->records, chunk->count, memory_order_relaxed);
}

/* A chunk of memory, a part's first one of a writer or a spare one; NULL if no spare one is left. */
static struct chunk *take_chunk(struct spill *store, int is_first)
{
    uint64_t number;
    if (is_first)
        number = atomic_fetch_add(&store->reserved_taken, 1);
    else if (store->spare_taken < store->chunks - store->reserved) /* so that the counter cannot run away */
        number = store->reserved + atomic_fetch_add(&store->spare_taken, 1);
    else
        return NULL;
    if (number >= store->chunks)
        return NULL;
    return chunk_at(store, number);
}

/* Moves a full chunk's records to the spill file: 1, or 0 with errno set. */
static int spill(struct spill *store, struct part *part, struct chunk *chunk)
{
    if (spill_file(store) < 0)
        return 0;
    uint64_t place = place_in_file(atomic_fetch_add(&store->spilled, 1));
    link_chunk(part, chunk, place);
    return write_chunk(store, chunk, place);
}

/* Makes room for a record of a part whose chunk is full or not there yet. */
static int make_room(struct spill_writer *writer, unsigned number)
{
    struct spill *store = writer->store;
    struct part *part = &store->parts[number];
    struct filling *filling = &writer->parts[number];
    struct chunk *full = filling->end != NULL ? chunk_of(store, filling) : NULL;
    struct chunk *next = take_chunk(store, full == NULL);
    if (full != NULL)
        full->count = store->chunk_records;
    if (next == NULL) {
        if (!spill(store, part, full))
            return 0;
        next = full;
    } else if (full != NULL) {
        link_chunk(part, full, place_in_memory(chunk_number(store, full)));
    }
    *filling = (struct filling){next->records, next->records + store->chunk_records};
    return 1;
}

int spill_add(struct spill_writer *writer, const struct record *records, size_t count)
{
    for (size_t i = 0; i < count; i++)
        __builtin_prefetch(writer->parts[spill_partition_of(records[i].digest)].next, 1);
    for (size_t i = 0; i < count; i++) {
        unsigned part = spill_partition_of(records[i].digest);
        struct filling *filling = &writer->parts[part];
        if (filling->next == filling->end && !make_room(writer, part))
            return 0;
        *filling->next++ = records[i];
    }
    return 1;
}

void spill_writer_close(struct spill_writer *writer)
{
    if (writer == NULL)
        return;
    struct spill *store = writer->store;
    for (unsigned part = 0; part < SPILL_PARTITIONS; part++) {
        const struct filling *filling = &writer->parts[part];
        if (filling->end == NULL)
            continue;
        struct chunk *chunk = chunk_of(store, filling);
        chunk->count = (uint64_t)(filling->next - chunk->records);
        if (chunk->count > 0)
            link_chunk(&store->parts[part], chunk, place_in_memory(chunk_number(store, chunk)));
    }
    free(writer);
}

/* ---- Reading ---- */

struct spill_iterator spill_iterator_start(const struct spill *store, unsigned part)
{
    return (struct spill_iterator){store->parts[part].last};
}

/* Reads a chunk of the file, its records to where the caller wants them. One call of the system is usual. */
static int read_chunk(const struct spill *store, uint64_t place, struct chunk *head, struct record *records)
{
    struct iovec into[] = {{head, sizeof *head}, {records, store->chunk_records * sizeof *records}};
    uint64_t offset = offset_of(store, place);
    ssize_t got = preadv(store->file, into, 2, (off_t)offset);
    if (got < 0 && errno != EINTR)
        return 0;
    if (got >= (ssize_t)sizeof *head && head->count <= store->chunk_records &&
        (size_t)got >= sizeof *head + head->count * sizeof *records)
        return 1;
    if (!file_read_at(store->file, head, sizeof *head, offset))
        return 0;
    if (head->count > store->chunk_records) {
        errno = EIO;
        return 0;
    }
    return file_read_at(store->file, records, head->count * sizeof *records, offset + sizeof *head);
}

int spill_iterator_next(const struct spill *store, struct spill_iterator *walk, struct record *records,
                        size_t *count)
{
    struct chunk head = {0};
    if (walk->next == 0)
        return 0;
    if (is_in_file(walk->next)) {
        if (!read_chunk(store, walk->next, &head, records))
            return -1;
    } else {
        const struct chunk *chunk = chunk_at(store, place_number(walk->next));
        head.previous = chunk->previous;
        head.count = chunk->count;
        memcpy(records, chunk->records, chunk->count * sizeof *records);
    }
    walk->next = head.previous;
    *count = head.count;
    return 1;
}

/* Writes some records over those of a chunk of the file: 1 and the chunk before, or 0 with errno set. */
static int refill_file(const struct spill *store, uint64_t place, const struct record *records, size_t count,
                       uint64_t *previous)
{
    struct chunk head;
    uint64_t offset = offset_of(store, place);
    if (!file_read_at(store->file, &head, sizeof head, offset))
        return 0;
    *previous = head.previous;
    head.count = count;
    return file_write_at(store->file, &head, sizeof head, offset) &&
           file_write_at(store->file, records, count * sizeof *records, offset + sizeof head);
}

int spill_put_sorted(struct spill *store, unsigned number, const struct record *records, size_t count)
{
    struct part *part = &store->parts[number];
    uint64_t place = part->last;
    for (size_t put = 0; place != 0;) {
        size_t some = count - put < store->chunk_records ? count - put : store->chunk_records;
        if (is_in_file(place)) {
            if (!refill_file(store, place, records + put, some, &place))
                return 0;
        } else {
            struct chunk *chunk = chunk_at(store, place_number(place));
            chunk->count = some;
            memcpy(chunk->records, records + put, some * sizeof *records);
            place = chunk->previous;
        }
        put += some;
    }
    part->records = count;
    part->is_sorted = 1;
    return 1;
}
