/*
 * The benchmark: builds an index of synthetic people and measures size, pages read and lookup times beside the
 * floors of the same machine in the same run. Every metric is defined in bench/README.md.
 */
#include "clock.h"
#include "pages.h"
#include "parse.h"
#include "subject.h"

#include "digest.h"
#include "elig_format.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define DEFAULT_N 1000000
#define QUERIES 200000 /* of each measurement */
#define BATCH 1024
#define PAGE_PROBES 50
#define LINE_BYTES 64
#define FLOOR_GROUP 32

struct bench {
    uint64_t n;
    const char *path;
    struct elig *index; /* everything checked, long-lived */
    const uint8_t *map; /* the same file, for the floors */
    uint64_t map_bytes;
    uint8_t (*hits)[ELIG_DIGEST_BYTES], (*misses)[ELIG_DIGEST_BYTES];
    char (*texts)[SUBJECT_TEXT_MAX];
    struct elig_text *parts;
    struct elig_answer *answers;
};

static volatile uint64_t sink; /* keeps results from being optimised away */

/* ---- What is timed: each does QUERIES operations ---- */

/* The next state of a linear congruential generator (Knuth's MMIX), and a line of the map for a state. */
static uint64_t step(uint64_t state)
{
    return state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
}

static const uint8_t *line_of(const struct bench *bench, uint64_t state)
{
    uint64_t lines = bench->map_bytes / LINE_BYTES;
    return bench->map + (uint64_t)((unsigned __int128)state * lines >> 64) * LINE_BYTES;
}

static void dependent_lines(const struct bench *bench)
{
    uint64_t state = 1;
    for (unsigned i = 0; i < QUERIES; i++)
        state = step(state ^ *line_of(bench, state));
    sink = state;
}

/* Random lines whose addresses are known FLOOR_GROUP ahead. */
static void prefetched_lines(const struct bench *bench)
{
    uint64_t state = 1, sum = 0;
    const uint8_t *wanted[FLOOR_GROUP];
    for (unsigned done = 0; done < QUERIES; done += FLOOR_GROUP) {
        for (unsigned i = 0; i < FLOOR_GROUP; i++) {
            state = step(state);
            wanted[i] = line_of(bench, state);
            __builtin_prefetch(wanted[i]);
        }
        for (unsigned i = 0; i < FLOOR_GROUP; i++)
            sum += *wanted[i];
    }
    sink = sum;
}

static void find_singly(const struct bench *bench, uint8_t (*digests)[ELIG_DIGEST_BYTES])
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < QUERIES; i++) {
        struct elig_answer answer;
        elig_find(bench->index, (const uint8_t(*)[ELIG_DIGEST_BYTES])digests + i, 1, &answer);
        sum += (uint64_t)answer.verdict;
    }
    sink = sum;
}

static void hits_singly(const struct bench *bench)
{
    find_singly(bench, bench->hits);
}

static void misses_singly(const struct bench *bench)
{
    find_singly(bench, bench->misses);
}

static void find_in_batches(const struct bench *bench, uint8_t (*digests)[ELIG_DIGEST_BYTES])
{
    for (unsigned done = 0; done < QUERIES; done += BATCH) {
        unsigned count = QUERIES - done < BATCH ? QUERIES - done : BATCH;
        elig_find(bench->index, (const uint8_t(*)[ELIG_DIGEST_BYTES])digests + done, count, bench->answers);
    }
}

static void hits_in_batches(const struct bench *bench)
{
    find_in_batches(bench, bench->hits);
}

static void misses_in_batches(const struct bench *bench)
{
    find_in_batches(bench, bench->misses);
}

static void hash_alone(const struct bench *bench)
{
    uint8_t digest[ELIG_DIGEST_BYTES];
    uint64_t sum = 0;
    for (unsigned i = 0; i < QUERIES; i++) {
        crypto_generichash(digest, sizeof digest, (const uint8_t *)bench->parts[i].bytes,
                           bench->parts[i].length, subject_secret, sizeof subject_secret);
        sum += digest[0];
    }
    sink = sum;
}

static void identifiers_in_batches(const struct bench *bench)
{
    for (unsigned done = 0; done < QUERIES; done += BATCH) {
        unsigned count = QUERIES - done < BATCH ? QUERIES - done : BATCH;
        elig_lookup_batch(bench->index, 0, bench->parts + done, count, 1, bench->answers);
    }
}

static void identifiers_singly(const struct bench *bench)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < QUERIES; i++) {
        struct elig_answer answer;
        sum += (uint64_t)elig_lookup(bench->index, 0, &bench->parts[i], 1, &answer);
    }
    sink = sum;
}

static const struct timing {
    const char *name;
    void (*run)(const struct bench *bench);
} timings[] = {
    {"floor: a random cache line, each address from the last", dependent_lines},
    {"floor: a random cache line, prefetched", prefetched_lines},
    {"digest to verdict, one at a time, listed", hits_singly},
    {"digest to verdict, one at a time, not listed", misses_singly},
    {"digest to verdict, in batches, listed", hits_in_batches},
    {"digest to verdict, in batches, not listed", misses_in_batches},
    {"floor: BLAKE2b-256, keyed, of an identifier", hash_alone},
    {"identifier to verdict, one at a time", identifiers_singly},
    {"identifier to verdict, in batches", identifiers_in_batches},
};

#define TIMINGS (sizeof timings / sizeof *timings)
#define FLOOR_DEPENDENT 0
#define FLOOR_PREFETCHED 1
#define FLOOR_HASH 6

/* Measures all in turn, CLOCK_REPEATS times over, so that a slow spell of the machine hits all alike. */
static void time_all(const struct bench *bench, double nanoseconds[TIMINGS])
{
    double values[TIMINGS][CLOCK_REPEATS];
    for (unsigned repeat = 0; repeat < CLOCK_REPEATS; repeat++)
        for (size_t i = 0; i < TIMINGS; i++) {
            double start = clock_seconds();
            timings[i].run(bench);
            values[i][repeat] = (clock_seconds() - start) * 1e9 / QUERIES;
        }
    for (size_t i = 0; i < TIMINGS; i++)
        nanoseconds[i] = clock_median(values[i]);
}

static void print_times(const struct bench *bench)
{
    double ns[TIMINGS];
    time_all(bench, ns);
    printf("\n%-54s %8s  %s\n", "time of one (median of 7)", "ns", "ratio");
    for (size_t i = 0; i < TIMINGS; i++) {
        printf("%-54s %8.1f", timings[i].name, ns[i]);
        if (i > FLOOR_PREFETCHED && i < FLOOR_HASH)
            printf("  %.2f x two prefetched lines, %.2f x one dependent line",
                   ns[i] / (2 * ns[FLOOR_PREFETCHED]), ns[i] / ns[FLOOR_DEPENDENT]);
        if (i > FLOOR_HASH)
            printf("  %.2f x BLAKE2b", ns[i] / ns[FLOOR_HASH]);
        putchar('\n');
    }
}

/* ---- Pages ---- */

/* Opens the index afresh with nothing of it in memory, asks once, and lets the kernel count. */
static int64_t pages_of_one(const struct bench *bench, enum elig_check check, unsigned probe)
{
    const struct elig_options options = {.check = check, .secret = subject_secret};
    struct elig_answer answer;
    struct elig *index;
    if (!pages_drop(bench->path) || elig_open(bench->path, &options, &index) != 0)
        return -1;
    /* What opening read is not the lookup's, except in a program that opens to ask once. */
    if (check != ELIG_CHECK_WALK && !pages_drop(bench->path)) {
        elig_close(index);
        return -1;
    }
    elig_find(index, (const uint8_t(*)[ELIG_DIGEST_BYTES])bench->hits + probe, 1, &answer);
    int64_t pages = pages_cached(bench->path);
    elig_close(index);
    return answer.verdict == ELIG_ELIGIBLE ? pages : -1;
}

static void print_pages(const struct bench *bench, enum elig_check check, const char *name)
{
    int64_t least = INT64_MAX, most = -1;
    for (unsigned i = 0; i < PAGE_PROBES; i++) {
        int64_t pages = pages_of_one(bench, check, i);
        if (pages < 0) {
            printf("%-54s cannot be counted on this file system\n", name);
            return;
        }
        least = pages < least ? pages : least;
        most = pages > most ? pages : most;
    }
    printf("%-54s %lld to %lld\n", name, (long long)least, (long long)most);
}

/* ---- Setting up ---- */

static int make_queries(struct bench *bench)
{
    bench->hits = malloc(QUERIES * sizeof *bench->hits);
    bench->misses = malloc(QUERIES * sizeof *bench->misses);
    bench->texts = malloc(QUERIES * sizeof *bench->texts);
    bench->parts = malloc(QUERIES * sizeof *bench->parts);
    bench->answers = malloc(BATCH * sizeof *bench->answers);
    if (bench->hits == NULL || bench->misses == NULL || bench->texts == NULL || bench->parts == NULL ||
        bench->answers == NULL)
        return 0;
    for (unsigned i = 0; i < QUERIES; i++) {
        uint64_t person = subject_query(bench->n, i, 1);
        subject_digest(person, bench->hits[i]);
        subject_digest(subject_query(bench->n, i, 0), bench->misses[i]);
        bench->parts[i] = (struct elig_text){bench->texts[i], subject_text(person, bench->texts[i])};
    }
    return 1;
}

static void free_queries(struct bench *bench)
{
    free(bench->hits);
    free(bench->misses);
    free(bench->texts);
    free(bench->parts);
    free(bench->answers);
}

/* Wrong answers would make every other figure worthless. */
static int answers_are_right(const struct bench *bench)
{
    uint64_t wrong = 0, false_positives = 0;
    for (unsigned i = 0; i < QUERIES; i++) {
        struct elig_answer answer;
        elig_find(bench->index, (const uint8_t(*)[ELIG_DIGEST_BYTES])bench->hits + i, 1, &answer);
        wrong += answer.verdict != ELIG_ELIGIBLE;
        elig_find(bench->index, (const uint8_t(*)[ELIG_DIGEST_BYTES])bench->misses + i, 1, &answer);
        false_positives += answer.verdict != ELIG_NOT_LISTED;
    }
    printf("%-54s %llu of %u listed not found, %llu of %u others found\n", "answers", (unsigned long long)wrong,
           QUERIES, (unsigned long long)false_positives, QUERIES);
    return wrong == 0;
}

static int measure(struct bench *bench)
{
    const struct elig_options options = {.check = ELIG_CHECK_ALL, .secret = subject_secret};
    struct elig_info info;
    print_pages(bench, ELIG_CHECK_WALK, "pages read to open and ask once");
    print_pages(bench, ELIG_CHECK_FIRST_USE, "pages read by a lookup in an open index");
    if (elig_open(bench->path, &options, &bench->index) != 0)
        return 0;
    elig_info(bench->index, &info);
    bench->map_bytes = info.file_bytes;
    int file = open(bench->path, O_RDONLY | O_CLOEXEC);
    void *map = mmap(NULL, bench->map_bytes, PROT_READ, MAP_SHARED | MAP_POPULATE, file, 0);
    close(file);
    int good = map != MAP_FAILED;
    if (good) {
        bench->map = map;
        posix_madvise(map, bench->map_bytes, POSIX_MADV_RANDOM);
        double bits = (double)info.file_bytes * 8 / (double)info.identifiers;
        printf("%-54s %.3f = f + %.3f\n", "bits per identifier, all included", bits,
               bits - info.fingerprint_bits);
        good = answers_are_right(bench);
    }
    if (good) {
        print_times(bench);
        munmap(map, bench->map_bytes);
    }
    elig_close(bench->index);
    return good;
}

int main(int argc, char **argv)
{
    struct bench bench = {.n = DEFAULT_N};
    struct subject_build build = {.threads = (unsigned)sysconf(_SC_NPROCESSORS_ONLN)};
    char path[] = "./bench-XXXXXX.tmp";
    if (argc > 2 || (argc == 2 && !parse_number(argv[1], 1, UINT32_MAX, &bench.n)) || sodium_init() < 0) {
        fprintf(stderr, "Usage: bench [N]\n");
        return 2;
    }
    int file = mkstemps(path, 4);
    if (file < 0) {
        perror(path);
        return 1;
    }
    close(file);
    bench.path = path;
    printf("%llu identifiers, f = 32\n", (unsigned long long)bench.n);
    int good = subject_make(path, ".", bench.n, 32, &build) && make_queries(&bench);
    if (good) {
        printf("%-54s %.0f digesting, %.0f all else (%u threads)\n", "ns per identifier to build",
               build.digest_seconds * 1e9 / (double)bench.n, build.build_seconds * 1e9 / (double)bench.n,
               build.threads);
        good = measure(&bench);
    }
    free_queries(&bench);
    unlink(path);
    return good ? 0 : 1;
}
