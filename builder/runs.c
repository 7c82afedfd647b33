#include "runs.h"

#include "file.h"
#include "sort.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct runs {
    pthread_mutex_t lock; /* over all below, while collectors are at work */
    const char *tmpdir;
    int file; /* -1 until something is spilled */
    uint64_t file_bytes;
    struct run **runs;
    size_t count;
};

struct collector {
    struct runs *runs;
    struct record *records;
    size_t count, room;
    int is_sorted;
};

struct runs *runs_new(const char *tmpdir)
{
    struct runs *runs = calloc(1, sizeof *runs);
    if (runs == NULL)
        return NULL;
    pthread_mutex_init(&runs->lock, NULL);
    runs->tmpdir = tmpdir;
    runs->file = -1;
    return runs;
}

static void run_free(struct run *run)
{
    if (run->memory != NULL)
        munmap(run->memory, run->mapped_bytes);
    free(run);
}

void runs_free(struct runs *runs)
{
    if (runs == NULL)
        return;
    for (size_t i = 0; i < runs->count; i++)
        run_free(runs->runs[i]);
    free(runs->runs);
    if (runs->file >= 0)
        close(runs->file);
    pthread_mutex_destroy(&runs->lock);
    free(runs);
}

size_t runs_count(const struct runs *runs)
{
    return runs->count;
}

const struct run *runs_get(const struct runs *runs, size_t i)
{
    return runs->runs[i];
}

uint64_t runs_range_records(const struct runs *runs, unsigned range)
{
    uint64_t records = 0;
    for (size_t i = 0; i < runs->count; i++)
        records += runs->runs[i]->directory[range + 1] - runs->runs[i]->directory[range];
    return records;
}

uint64_t runs_spilled(const struct runs *runs)
{
    return runs->file_bytes;
}

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

/* Takes length bytes of the spill file for the caller: 1 and the offset, or 0 with errno set. */
static int reserve(struct runs *runs, size_t length, uint64_t *offset)
{
    pthread_mutex_lock(&runs->lock);
    if (runs->file < 0)
        runs->file = open_spill(runs->tmpdir);
    int good = runs->file >= 0;
    if (good) {
        *offset = runs->file_bytes;
        runs->file_bytes += length;
    }
    pthread_mutex_unlock(&runs->lock);
    return good;
}

int runs_read(const struct runs *runs, const struct run *run, size_t first, size_t count,
              struct record *records)
{
    if (run->memory != NULL) {
        memcpy(records, run->memory + first, count * sizeof *records);
        return 1;
    }
    uint64_t offset = run->offset + first * sizeof *records;
    return file_read_at(runs->file, records, count * sizeof *records, offset);
}

static void fill_directory(struct run *run, const struct record *records, size_t count)
{
    unsigned range = 0;
    run->count = count;
    for (size_t i = 0; i < count; i++)
        for (unsigned reached = runs_range_of(records[i].digest); range <= reached; range++)
            run->directory[range] = (uint32_t)i;
    for (; range <= RUNS_RANGES; range++)
        run->directory[range] = (uint32_t)count;
}

static int add_run(struct runs *runs, struct run *run)
{
    pthread_mutex_lock(&runs->lock);
    struct run **grown = realloc(runs->runs, (runs->count + 1) * sizeof(struct run *));
    if (grown != NULL) {
        runs->runs = grown;
        grown[runs->count++] = run;
    }
    pthread_mutex_unlock(&runs->lock);
    return grown != NULL;
}

void collector_sort(struct collector *collector)
{
    if (collector == NULL || collector->is_sorted)
        return;
    sort_records(collector->records, collector->count);
    collector->count = sort_unique(collector->records, collector->count);
    collector->is_sorted = 1;
}

/* Makes a run of what the collector holds, and empties it. */
static int make_run(struct collector *collector, int in_memory)
{
    struct run *run = calloc(1, sizeof *run);
    if (run == NULL)
        return 0;
    collector_sort(collector);
    fill_directory(run, collector->records, collector->count);
    int good = 1;
    if (in_memory) {
        run->memory = collector->records;
        run->mapped_bytes = collector->room * sizeof *collector->records;
        collector->records = NULL;
    } else {
        size_t length = collector->count * sizeof *collector->records;
        good = reserve(collector->runs, length, &run->offset) &&
               file_write_at(collector->runs->file, collector->records, length, run->offset);
    }
    if (good)
        good = add_run(collector->runs, run);
    if (!good)
        run_free(run);
    collector->count = 0;
    return good;
}

struct collector *collector_new(struct runs *runs, size_t bytes)
{
    struct collector *collector = calloc(1, sizeof *collector);
    if (collector == NULL)
        return NULL;
    collector->runs = runs;
    collector->room = bytes / sizeof(struct record);
    if (collector->room == 0)
        collector->room = 1;
    if (collector->room > UINT32_MAX)
        collector->room = UINT32_MAX; /* a directory counts in 32 bits */
    /* Mapped, not allocated: pages count only once they are written to. */
    void *map = mmap(NULL, collector->room * sizeof(struct record), PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED) {
        free(collector);
        return NULL;
    }
    collector->records = map;
    return collector;
}

int collector_add(struct collector *collector, const struct record *record)
{
    if (collector->count == collector->room && !make_run(collector, 0))
        return 0;
    collector->records[collector->count++] = *record;
    collector->is_sorted = 0;
    return 1;
}

int collector_finish(struct collector **collectors, unsigned count)
{
    int good = 1, why = 0;
    for (unsigned i = 0; i < count; i++) {
        struct collector *collector = collectors[i];
        if (collector == NULL)
            continue;
        if (good && collector->count > 0 && !make_run(collector, collector->runs->file < 0)) {
            good = 0;
            why = errno;
        }
        if (collector->records != NULL)
            munmap(collector->records, collector->room * sizeof *collector->records);
        free(collector);
        collectors[i] = NULL;
    }
    if (!good)
        errno = why;
    return good;
}
