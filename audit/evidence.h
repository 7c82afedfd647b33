/*
 * evidence.h - what programs left behind, as bytes with a name each, to be searched.
 *
 * One thread. What is added is copied or read; the evidence owns it. Where memory runs out or something cannot
 * be read, that is counted: evidence that is not whole proves nothing.
 */
#ifndef ELIG_EVIDENCE_H
#define ELIG_EVIDENCE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "elig.h"

/* Where it was found. X(name, key) */
#define EVIDENCE_SORTS(X)            \
    X(EVIDENCE_OUTPUT, "outputs")    \
    X(EVIDENCE_FILE, "files")        \
    X(EVIDENCE_PROCESS, "processes") \
    X(EVIDENCE_MEMORY, "memory")

enum evidence_sort {
#define EVIDENCE_ENTRY(name, key) name,
    EVIDENCE_SORTS(EVIDENCE_ENTRY)
#undef EVIDENCE_ENTRY
        EVIDENCE_SORT_COUNT
};

struct evidence_item {
    enum evidence_sort sort;
    char *name; /* such as "standard error", "[heap]"; may hold anything that a file was called */
    uint8_t *bytes;
    size_t length, room; /* of bytes: used, and there */
};

struct evidence {
    struct evidence_item *items;
    size_t count, capacity;
    uint64_t bytes[EVIDENCE_SORT_COUNT];
    unsigned missing[EVIDENCE_SORT_COUNT]; /* that could not be read, or not to the end */
};

/* Of each sort so much is kept; what is more counts as missing. */
#define EVIDENCE_SORT_MAX (UINT64_C(512) << 20)

/* Adds a copy of bytes under a name; not if the same is there already under that name. */
void evidence_add(struct evidence *evidence, enum evidence_sort sort, const char *name, const void *bytes,
                  size_t length);

/* Adds them to the end of what there is under that name, so that what comes in pieces is searched as one.
 * Returns 0 if there is no room for all. */
int evidence_append(struct evidence *evidence, enum evidence_sort sort, const char *name, const void *bytes,
                    size_t length);

/* Adds what a file holds, EVIDENCE_FILE_MAX bytes of it at most: the file at path, under a name. */
#define EVIDENCE_FILE_MAX (UINT64_C(256) << 20)
void evidence_add_file(struct evidence *evidence, enum evidence_sort sort, const char *name, const char *path);

/* ---- Of a process that is stopped, and may be looked into ---- */

/* A file that it has open, by its number. */
void evidence_add_open_file(struct evidence *evidence, pid_t process, int file);

enum evidence_extent {
    EVIDENCE_NO_ARGUMENTS = 1, /* leave its command line out: somebody put an identifier there on purpose */
    EVIDENCE_NO_MEMORY = 2     /* leave its memory out */
};

/* What it was begun with: command line and environment. */
void evidence_add_begun(struct evidence *evidence, pid_t process, unsigned extent);

/* The memory that it shares and may write to: a file's, or other processes'. */
void evidence_add_shared(struct evidence *evidence, pid_t process);

/* What the system shows of it (command line, environment, name, mappings, status), all plain files that it has
 * open for writing, the memory that it shares, and all memory that it could write to, EVIDENCE_MEMORY_MAX bytes
 * of either at most; memory of its own that it never touched is left out. extent: bits of enum evidence_extent.
 */
#define EVIDENCE_MEMORY_MAX (UINT64_C(256) << 20)
void evidence_add_process(struct evidence *evidence, pid_t process, unsigned extent);

/* Frees all of it; an empty one is fine. */
void evidence_free(struct evidence *evidence);

#endif
