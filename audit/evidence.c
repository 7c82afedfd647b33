#include "evidence.h"

#include "trace.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PROC_PATH 64
#define PROC_NAME 32 /* of what is in a folder of /proc */
#define READ_BYTES 65536
#define ITEMS_FIRST 64
#define PAGES_AT_ONCE 512

/* Bits of an entry of /proc/PID/pagemap. */
#define PAGE_PRESENT (UINT64_C(1) << 63)
#define PAGE_SWAPPED (UINT64_C(1) << 62)

/* ---- Items ---- */

static int make_room(struct evidence *evidence)
{
    if (evidence->count < evidence->capacity)
        return 1;
    size_t capacity = evidence->capacity > 0 ? 2 * evidence->capacity : ITEMS_FIRST;
    struct evidence_item *grown = realloc(evidence->items, capacity * sizeof *grown);
    if (grown == NULL)
        return 0;
    evidence->items = grown;
    evidence->capacity = capacity;
    return 1;
}

/* What was looked at twice, and did not change. */
static int is_there(const struct evidence *evidence, enum evidence_sort sort, const char *name,
                    const uint8_t *bytes, size_t length)
{
    for (size_t i = evidence->count; i-- > 0;) {
        const struct evidence_item *item = &evidence->items[i];
        if (item->length == length && item->sort == sort && strcmp(item->name, name) == 0 &&
            memcmp(item->bytes, bytes, length) == 0)
            return 1;
    }
    return 0;
}

/* Takes bytes. */
static void add_taken(struct evidence *evidence, enum evidence_sort sort, const char *name, uint8_t *bytes,
                      size_t length)
{
    if (bytes != NULL && is_there(evidence, sort, name, bytes, length)) {
        free(bytes);
        return;
    }
    char *copy = strdup(name);
    if (bytes == NULL || copy == NULL || length > EVIDENCE_SORT_MAX - evidence->bytes[sort] ||
        !make_room(evidence)) {
        evidence->missing[sort]++;
        free(bytes);
        free(copy);
        return;
    }
    evidence->bytes[sort] += length;
    evidence->items[evidence->count++] = (struct evidence_item){sort, copy, bytes, length, length};
}

void evidence_add(struct evidence *evidence, enum evidence_sort sort, const char *name, const void *bytes,
                  size_t length)
{
    if (length == 0)
        return;
    uint8_t *copy = malloc(length);
    if (copy != NULL)
        memcpy(copy, bytes, length);
    add_taken(evidence, sort, name, copy, length);
}

static struct evidence_item *item_of(struct evidence *evidence, enum evidence_sort sort, const char *name)
{
    for (size_t i = evidence->count; i-- > 0;)
        if (evidence->items[i].sort == sort && strcmp(evidence->items[i].name, name) == 0)
            return &evidence->items[i];
    return NULL;
}

int evidence_append(struct evidence *evidence, enum evidence_sort sort, const char *name, const void *bytes,
                    size_t length)
{
    unsigned missing = evidence->missing[sort];
    struct evidence_item *item = item_of(evidence, sort, name);
    if (item == NULL) {
        evidence_add(evidence, sort, name, bytes, length);
        return evidence->missing[sort] == missing;
    }
    if (length > EVIDENCE_SORT_MAX - evidence->bytes[sort]) {
        evidence->missing[sort]++;
        return 0;
    }
    if (length > item->room - item->length) {
        size_t room = 2 * item->length + length;
        uint8_t *grown = realloc(item->bytes, room);
        if (grown == NULL) {
            evidence->missing[sort]++;
            return 0;
        }
        item->bytes = grown;
        item->room = room;
    }
    memcpy(item->bytes + item->length, bytes, length);
    item->length += length;
    evidence->bytes[sort] += length;
    return 1;
}

/* Reads a file to its end: files below /proc say nothing of their length. */
static void add_stream(struct evidence *evidence, enum evidence_sort sort, const char *name, int file)
{
    uint8_t *bytes = NULL;
    size_t length = 0, capacity = 0;
    ssize_t count = 1;
    while (count > 0 && length < EVIDENCE_FILE_MAX) {
        if (capacity - length < READ_BYTES) {
            capacity = 2 * capacity + READ_BYTES;
            uint8_t *grown = realloc(bytes, capacity);
            if (grown == NULL)
                break;
            bytes = grown;
        }
        count = read(file, bytes + length, READ_BYTES);
        if (count > 0)
            length += (size_t)count;
        else if (count < 0 && errno == EINTR)
            count = 1;
    }
    evidence->missing[sort] += count != 0;
    if (length > 0)
        add_taken(evidence, sort, name, bytes, length);
    else
        free(bytes);
}

void evidence_add_file(struct evidence *evidence, enum evidence_sort sort, const char *name, const char *path)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (file < 0) {
        evidence->missing[sort]++;
        return;
    }
    add_stream(evidence, sort, name, file);
    close(file);
}

void evidence_free(struct evidence *evidence)
{
    for (size_t i = 0; i < evidence->count; i++) {
        free(evidence->items[i].name);
        free(evidence->items[i].bytes);
    }
    free(evidence->items);
    *evidence = (struct evidence){0};
}

/* ---- Processes ---- */

static void proc_path(char path[PROC_PATH], pid_t process, const char *what)
{
    snprintf(path, PROC_PATH, "/proc/%d/%s", (int)process, what);
}

void evidence_add_open_file(struct evidence *evidence, pid_t process, int file)
{
    char what[PROC_NAME], path[PROC_PATH], name[PATH_MAX];
    snprintf(what, sizeof what, "fd/%d", file);
    proc_path(path, process, what);
    ssize_t length = readlink(path, name, sizeof name - 1);
    name[length > 0 ? length : 0] = '\0';
    evidence_add_file(evidence, EVIDENCE_FILE, name, path);
}

static void add_open_files(struct evidence *evidence, pid_t process)
{
    char path[PROC_PATH];
    proc_path(path, process, "fd");
    DIR *folder = opendir(path);
    if (folder == NULL) {
        evidence->missing[EVIDENCE_FILE]++;
        return;
    }
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        int file = (int)strtol(entry->d_name, NULL, 10);
        if (entry->d_name[0] != '.' && trace_is_written(process, file))
            evidence_add_open_file(evidence, process, file);
    }
    closedir(folder);
}

/* ---- Memory ---- */

/* A process whose memory is being read. */
struct reading {
    struct evidence *evidence;
    enum evidence_sort sort;
    int memory, pages; /* /proc/PID/mem and pagemap; pages: -1 where the system has none */
    uint64_t page;     /* bytes of one */
    uint64_t room;     /* bytes that may still be added */
};

static void add_run(struct reading *reading, const char *name, uint64_t start, uint64_t length)
{
    struct evidence *evidence = reading->evidence;
    if (length > reading->room) {
        evidence->missing[reading->sort]++;
        length = reading->room;
    }
    uint8_t *bytes = length > 0 ? malloc(length) : NULL;
    if (bytes == NULL) {
        evidence->missing[reading->sort] += length > 0;
        return;
    }
    uint64_t have = 0;
    while (have < length) {
        ssize_t count = pread(reading->memory, bytes + have, length - have, (off_t)(start + have));
        if (count <= 0)
            break;
        have += (uint64_t)count;
    }
    evidence->missing[reading->sort] += have < length;
    reading->room -= have;
    if (have > 0)
        add_taken(evidence, reading->sort, name, bytes, have);
    else
        free(bytes);
}

/* Adds each run of pages that were ever touched. */
static void add_mapping(struct reading *reading, const char *name, uint64_t start, uint64_t end)
{
    uint64_t entries[PAGES_AT_ONCE], run = start;
    for (uint64_t at = start; at < end; at += PAGES_AT_ONCE * reading->page) {
        size_t count = (size_t)((end - at) / reading->page);
        if (count > PAGES_AT_ONCE)
            count = PAGES_AT_ONCE;
        size_t bytes = count * sizeof *entries;
        off_t place = (off_t)(at / reading->page * sizeof *entries);
        if (reading->pages < 0 || pread(reading->pages, entries, bytes, place) != (ssize_t)bytes)
            memset(entries, 0xff, bytes); /* it cannot be said: read it all */
        for (size_t i = 0; i < count; i++)
            if ((entries[i] & (PAGE_PRESENT | PAGE_SWAPPED)) == 0) {
                uint64_t untouched = at + i * reading->page;
                add_run(reading, name, run, untouched - run);
                run = untouched + reading->page;
            }
    }
    add_run(reading, name, run, end - run);
}

/* Whether a line of /proc/PID/maps is of memory that the process may have written to: what it may write now,
 * and what it has locked away from itself, as libsodium does with secrets. The kernel's own pages cannot be
 * read. */
static int is_private(const char *rights, const char *name)
{
    return rights[3] == 'p' && (rights[1] == 'w' || rights[0] == '-') && strncmp(name, "[v", 2) != 0;
}

/* Memory that is not its own alone. All of it: what it let go of may still be in the file. */
static int is_shared(const char *rights)
{
    return rights[3] == 's' && rights[1] == 'w';
}

static void read_mappings(struct reading *reading, FILE *maps)
{
    char line[PATH_MAX + 128], shared[PATH_MAX + 160];
    while (fgets(line, sizeof line, maps) != NULL) {
        char *after, *rights;
        uint64_t start = strtoull(line, &after, 16);
        uint64_t end = strtoull(*after == '-' ? after + 1 : after, &after, 16);
        line[strcspn(line, "\n")] = '\0';
        rights = after + (*after == ' ');
        const char *name = strpbrk(rights, "[/");
        if (strlen(rights) <= 4)
            continue;
        if (reading->sort == EVIDENCE_MEMORY && is_private(rights, name != NULL ? name : ""))
            add_mapping(reading, name != NULL ? name : "anonymous", start, end);
        if (reading->sort == EVIDENCE_FILE && is_shared(rights)) {
            snprintf(shared, sizeof shared, "%s (shared memory)", name != NULL ? name : "anonymous");
            add_run(reading, shared, start, end - start);
        }
    }
}

/* Of the sort EVIDENCE_MEMORY: its own. Of the sort EVIDENCE_FILE: what it shares. */
static void add_memory(struct evidence *evidence, pid_t process, enum evidence_sort sort)
{
    char path[PROC_PATH];
    proc_path(path, process, "maps");
    FILE *maps = fopen(path, "re");
    proc_path(path, process, "mem");
    struct reading reading = {.evidence = evidence,
                              .sort = sort,
                              .memory = open(path, O_RDONLY | O_CLOEXEC),
                              .page = (uint64_t)sysconf(_SC_PAGESIZE),
                              .room = EVIDENCE_MEMORY_MAX};
    proc_path(path, process, "pagemap");
    reading.pages = open(path, O_RDONLY | O_CLOEXEC);
    if (maps == NULL || reading.memory < 0)
        evidence->missing[sort]++;
    else
        read_mappings(&reading, maps);
    if (maps != NULL)
        fclose(maps);
    if (reading.memory >= 0)
        close(reading.memory);
    if (reading.pages >= 0)
        close(reading.pages);
}

void evidence_add_shared(struct evidence *evidence, pid_t process)
{
    add_memory(evidence, process, EVIDENCE_FILE);
}

/* Files of its folder in /proc, by name. */
static void add_shown(struct evidence *evidence, pid_t process, const char *const *names, size_t count)
{
    char path[PROC_PATH];
    for (size_t i = 0; i < count; i++) {
        proc_path(path, process, names[i]);
        evidence_add_file(evidence, EVIDENCE_PROCESS, names[i], path);
    }
}

void evidence_add_begun(struct evidence *evidence, pid_t process, unsigned extent)
{
    static const char *const shown[] = {"cmdline", "environ"};
    size_t from = (extent & EVIDENCE_NO_ARGUMENTS) != 0;
    add_shown(evidence, process, shown + from, sizeof shown / sizeof *shown - from);
}

void evidence_add_process(struct evidence *evidence, pid_t process, unsigned extent)
{
    static const char *const shown[] = {"comm", "maps", "status"};
    evidence_add_begun(evidence, process, extent);
    add_shown(evidence, process, shown, sizeof shown / sizeof *shown);
    add_open_files(evidence, process);
    evidence_add_shared(evidence, process);
    if ((extent & EVIDENCE_NO_MEMORY) == 0)
        add_memory(evidence, process, EVIDENCE_MEMORY);
}
