/* SPDX-License-Identifier: Apache-2.0 */
/* spill.c - chunks of records in memory and in the spill file: filling, chaining, reading, replacing. */
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
#include <xxhash.h>

#include "lib/util/file.h"

#define CHUNK_BYTES_MIN 4096u
/* The writers' chunks take at most a fourth of the memory, if that is enough for the smallest ones. */
#define WRITERS_SHARE 4

/* The same in memory and in the file; in memory the checksums are not used. */
struct chunk_head {
    uint64_t previous; /* address of the previous chunk in the partition's chain; 0: none */
    uint64_t count;    /* records */
    uint64_t records_checksum;
    uint64_t head_checksum; /* of the three above, the chunk's number and its generation */
};

struct chunk {
    struct chunk_head head;
    struct record records[];
};

struct partition {
    _Atomic uint64_t last; /* address of the chain's last chunk; 0: none */
    _Atomic uint64_t records;
    bool is_sorted; /* the generation of its chunks: false as they were added, true as spill_put_sorted() wrote
                     */
};

struct spill {
    const char *tmpdir;
    int file;                  /* -1 until a chunk is written to it */
    pthread_mutex_t file_lock; /* held while the file is made */
    size_t chunk_bytes, chunk_records;
    uint8_t *memory; /* chunks: first one for each writer and partition (reserved), then the spare ones */
    uint64_t chunks, reserved;
    _Atomic uint64_t reserved_used, spare_used, file_chunks;
    struct partition partitions[SPILL_PARTITIONS];
};

/* A chunk that a writer is filling. Where the next record goes is kept here and not in the chunk: the heads of
 * all chunks would compete for the same sets of the processor's cache. */
struct open_chunk {
    struct record *next, *end; /* both NULL: no chunk yet */
};

struct spill_writer {
    struct spill *spill;
    struct open_chunk open[SPILL_PARTITIONS];
};

const char *spill_error_text(int error)
{
    return error == SPILL_E_DAMAGED ? "its content changed after it was written: check the disk and the memory"
                                    : NULL;
}

/* The result of a function of file.h, as this module returns it. */
static int as_spill_error(int error)
{
    return error == ELIG_E_READ ? SPILL_E_READ : error == ELIG_E_WRITE ? SPILL_E_WRITE : error;
}

/* ---- Addresses: of chunk number n, 2n + 2 in memory and 2n + 3 in the file; 0 is no chunk ---- */

static bool is_in_file(uint64_t address)
{
    return (address & 1) != 0;
}

static uint64_t address_number(uint64_t address)
{
    return (address >> 1) - 1;
}

static struct chunk *chunk_at(const struct spill *spill, uint64_t number)
{
    return (struct chunk *)(void *)(spill->memory + number * spill->chunk_bytes);
}

static struct chunk *chunk_being_filled(const struct spill *spill, const struct open_chunk *open)
{
    return (struct chunk *)(void *)((uint8_t *)(open->end - spill->chunk_records) - sizeof(struct chunk));
}

static uint64_t chunk_address(const struct spill *spill, const struct chunk *chunk)
{
    return (uint64_t)((const uint8_t *)chunk - spill->memory) / spill->chunk_bytes * 2 + 2;
}

static uint64_t file_offset(const struct spill *spill, uint64_t address)
{
    return address_number(address) * spill->chunk_bytes;
}

/* ---- Making and freeing ---- */

/* Chunks are as large as one for each writer and partition allows: few large reads are faster than many small
 * ones. */
static size_t choose_chunk_bytes(size_t bytes, unsigned writers)
{
    size_t each = bytes / WRITERS_SHARE / writers / SPILL_PARTITIONS;
    if (each < CHUNK_BYTES_MIN)
        return CHUNK_BYTES_MIN;
    return each > SPILL_CHUNK_BYTES_MAX ? SPILL_CHUNK_BYTES_MAX : each / CHUNK_BYTES_MIN * CHUNK_BYTES_MIN;
}

struct spill *spill_new(const char *tmpdir, size_t bytes, unsigned writers)
{
    struct spill *spill = calloc(1, sizeof *spill);
    if (spill == NULL)
        return NULL;
    spill->tmpdir = tmpdir;
    spill->file = -1;
    pthread_mutex_init(&spill->file_lock, NULL);
    spill->chunk_bytes = choose_chunk_bytes(bytes, writers);
    spill->chunk_records = (spill->chunk_bytes - sizeof(struct chunk)) / sizeof(struct record);
    spill->reserved = (uint64_t)writers * SPILL_PARTITIONS;
    spill->chunks = bytes / spill->chunk_bytes;
    if (spill->chunks < spill->reserved)
        spill->chunks = spill->reserved;
    /* Mapped, not allocated: pages take memory only once they are written to. */
    void *map = mmap(NULL, spill->chunks * spill->chunk_bytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (map == MAP_FAILED) {
        pthread_mutex_destroy(&spill->file_lock);
        free(spill);
        return NULL;
    }
    spill->memory = map;
    return spill;
}

void spill_free(struct spill *spill)
{
    if (spill == NULL)
        return;
    munmap(spill->memory, spill->chunks * spill->chunk_bytes);
    pthread_mutex_destroy(&spill->file_lock);
    if (spill->file >= 0)
        close(spill->file);
    free(spill);
}

uint64_t spill_partition_records(const struct spill *spill, unsigned partition)
{
    return spill->partitions[partition].records;
}

uint64_t spill_file_bytes(const struct spill *spill)
{
    return spill->file_chunks * spill->chunk_bytes;
}

bool spill_is_sorted(const struct spill *spill, unsigned partition)
{
    return spill->partitions[partition].is_sorted || spill->partitions[partition].records == 0;
}

/* ---- The spill file ---- */

/* A file without a name where the file system can make one, else one that is unlinked at once. Returns a
 * descriptor, or -1 with errno set. */
static int open_nameless(const char *tmpdir)
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

/* The seed holds the chunk's number, so that a chunk that was written in the place of another is found; and its
 * generation, so that a chunk whose sorted records never reached the disk is found: its old bytes agree with
 * each other. */
static uint64_t head_checksum(const struct chunk_head *head, uint64_t address, bool is_sorted)
{
    return XXH3_64bits_withSeed(head, offsetof(struct chunk_head, head_checksum),
                                address_number(address) << 1 | is_sorted);
}

static void put_checksums(struct chunk_head *head, const struct record *records, uint64_t address,
                          bool is_sorted)
{
    head->records_checksum = XXH3_64bits(records, head->count * sizeof *records);
    head->head_checksum = head_checksum(head, address, is_sorted);
}

/* A head that passes does not lead out of the file or of the caller's buffer. */
static int check_head(const struct spill *spill, const struct chunk_head *head, uint64_t address,
                      bool is_sorted)
{
    if (head->count > spill->chunk_records || head->head_checksum != head_checksum(head, address, is_sorted))
        return SPILL_E_DAMAGED;
    return 0;
}

/* Reads a chunk of the file, its records to where the caller wants them. One system call is usual. */
static int read_chunk(const struct spill *spill, uint64_t address, bool is_sorted, struct chunk_head *head,
                      struct record *records)
{
    struct iovec into[] = {{head, sizeof *head}, {records, spill->chunk_records * sizeof *records}};
    uint64_t offset = file_offset(spill, address);
    ssize_t got = preadv(spill->file, into, 2, (off_t)offset);
    if (got < 0 && errno != EINTR)
        return SPILL_E_READ;
    int error = 0;
    if (got < (ssize_t)sizeof *head)
        error = file_read_at(spill->file, head, sizeof *head, offset);
    if (error == 0)
        error = check_head(spill, head, address, is_sorted);
    if (error == 0 && (got < 0 || (size_t)got < sizeof *head + head->count * sizeof *records))
        error = file_read_at(spill->file, records, head->count * sizeof *records, offset + sizeof *head);
    if (error == 0 && head->records_checksum != XXH3_64bits(records, head->count * sizeof *records))
        error = SPILL_E_DAMAGED;
    return as_spill_error(error);
}

/* ---- Adding records ---- */

struct spill_writer *spill_writer_new(struct spill *spill)
{
    struct spill_writer *writer = calloc(1, sizeof *writer);
    if (writer != NULL)
        writer->spill = spill;
    return writer;
}

/* Appends a chunk to its partition's chain. Chains are read only when all writers are closed, so the partition
 * may name a chunk that is not written yet. */
static void link_chunk(struct partition *partition, struct chunk *chunk, uint64_t address)
{
    chunk->head.previous = atomic_exchange(&partition->last, address);
    atomic_fetch_add_explicit(&partition->records, chunk->head.count, memory_order_relaxed);
}

/* An unused chunk of memory: a reserved one for a writer's first in a partition, else a spare one; NULL if none
 * is left. */
static struct chunk *next_memory_chunk(struct spill *spill, bool is_first)
{
    uint64_t number = spill->chunks;
    if (is_first)
        number = atomic_fetch_add(&spill->reserved_used, 1);
    else if (spill->spare_used < spill->chunks - spill->reserved) /* else the counter would grow without end */
        number = spill->reserved + atomic_fetch_add(&spill->spare_used, 1);
    return number < spill->chunks ? chunk_at(spill, number) : NULL;
}

/* Moves a full chunk's records to the spill file, which the first thread that needs it makes. */
static int spill_chunk(struct spill *spill, struct partition *partition, struct chunk *chunk)
{
    pthread_mutex_lock(&spill->file_lock);
    if (spill->file < 0)
        spill->file = open_nameless(spill->tmpdir);
    int file = spill->file;
    pthread_mutex_unlock(&spill->file_lock);
    if (file < 0)
        return SPILL_E_WRITE;
    uint64_t address = atomic_fetch_add(&spill->file_chunks, 1) * 2 + 3;
    link_chunk(partition, chunk, address);
    put_checksums(&chunk->head, chunk->records, address, false);
    return as_spill_error(file_write_at(file, chunk, sizeof *chunk + chunk->head.count * sizeof(struct record),
                                        file_offset(spill, address)));
}

/* Makes room for a record of a partition whose chunk is full or not there yet. */
static int make_room(struct spill_writer *writer, unsigned number)
{
    struct spill *spill = writer->spill;
    struct partition *partition = &spill->partitions[number];
    struct open_chunk *open = &writer->open[number];
    struct chunk *full = open->end != NULL ? chunk_being_filled(spill, open) : NULL;
    struct chunk *next = next_memory_chunk(spill, full == NULL);
    if (full != NULL)
        full->head.count = spill->chunk_records;
    if (next == NULL) {
        int error = spill_chunk(spill, partition, full);
        if (error != 0)
            return error;
        next = full;
    } else if (full != NULL) {
        link_chunk(partition, full, chunk_address(spill, full));
    }
    *open = (struct open_chunk){next->records, next->records + spill->chunk_records};
    return 0;
}

int spill_add(struct spill_writer *writer, const struct record *records, size_t count)
{
    for (size_t i = 0; i < count; i++)
        __builtin_prefetch(writer->open[spill_partition_of(records[i].digest)].next, 1);
    for (size_t i = 0; i < count; i++) {
        unsigned partition = spill_partition_of(records[i].digest);
        struct open_chunk *open = &writer->open[partition];
        int error = open->next == open->end ? make_room(writer, partition) : 0;
        if (error != 0)
            return error;
        *open->next++ = records[i];
    }
    return 0;
}

void spill_writer_close(struct spill_writer *writer)
{
    if (writer == NULL)
        return;
    struct spill *spill = writer->spill;
    for (unsigned partition = 0; partition < SPILL_PARTITIONS; partition++) {
        const struct open_chunk *open = &writer->open[partition];
        if (open->end == NULL)
            continue;
        struct chunk *chunk = chunk_being_filled(spill, open);
        chunk->head.count = (uint64_t)(open->next - chunk->records);
        if (chunk->head.count > 0)
            link_chunk(&spill->partitions[partition], chunk, chunk_address(spill, chunk));
    }
    free(writer);
}

/* ---- Reading and replacing ---- */

struct spill_iterator spill_iterator_start(const struct spill *spill, unsigned partition)
{
    return (struct spill_iterator){spill->partitions[partition].last, spill->partitions[partition].is_sorted};
}

/* Only the last chunks of a chain are empty: those that spill_put_sorted() did not need. So an empty chunk is
 * the end. */
int spill_iterator_next(const struct spill *spill, struct spill_iterator *iterator, struct record *records,
                        size_t *count)
{
    struct chunk_head head = {0};
    *count = 0;
    if (iterator->next == 0)
        return 0;
    if (is_in_file(iterator->next)) {
        int error = read_chunk(spill, iterator->next, iterator->is_sorted, &head, records);
        if (error != 0)
            return error;
    } else {
        const struct chunk *chunk = chunk_at(spill, address_number(iterator->next));
        head = chunk->head;
        memcpy(records, chunk->records, head.count * sizeof *records);
    }
    iterator->next = head.count > 0 ? head.previous : 0;
    *count = head.count;
    return 0;
}

/* Replaces the records of a chunk of the file, and sets *previous to the chunk before it in the chain. The
 * chunk passes to the sorted generation. */
static int replace_in_file(const struct spill *spill, uint64_t address, const struct record *records,
                           size_t count, uint64_t *previous)
{
    struct chunk_head head;
    uint64_t offset = file_offset(spill, address);
    int error = file_read_at(spill->file, &head, sizeof head, offset);
    if (error == 0)
        error = check_head(spill, &head, address, false);
    if (error != 0)
        return as_spill_error(error);
    *previous = head.previous;
    head.count = count;
    put_checksums(&head, records, address, true);
    error = file_write_at(spill->file, &head, sizeof head, offset);
    if (error == 0)
        error = file_write_at(spill->file, records, count * sizeof *records, offset + sizeof head);
    return as_spill_error(error);
}

int spill_put_sorted(struct spill *spill, unsigned number, const struct record *records, size_t count)
{
    struct partition *partition = &spill->partitions[number];
    uint64_t address = partition->last;
    for (size_t put = 0; address != 0;) {
        size_t some = count - put < spill->chunk_records ? count - put : spill->chunk_records;
        if (is_in_file(address)) {
            int error = replace_in_file(spill, address, records + put, some, &address);
            if (error != 0)
                return error;
        } else {
            struct chunk *chunk = chunk_at(spill, address_number(address));
            chunk->head.count = some;
            memcpy(chunk->records, records + put, some * sizeof *records);
            address = chunk->head.previous;
        }
        put += some;
    }
    partition->records = count;
    partition->is_sorted = true;
    return 0;
}
