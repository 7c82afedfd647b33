#include "subject.h"

#include "assemble.h"
#include "census.h"
#include "clock.h"
#include "digest.h"
#include "parallel.h"
#include "publish.h"

#include <errno.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PIECE 65536 /* persons digested at a time */
#define RECORD_BYTES_MAX (UINT64_C(4) << 30)

const uint8_t subject_secret[ELIG_SECRET_BYTES] = "benchmarks need no secret secret";
const uint8_t subject_salt[ELIG_SALT_BYTES] = "one fixed salt.";

const char subject_kind[] = "email";

size_t subject_text(uint64_t person, char *text)
{
    static const char before[] = "person", middle[] = "@mail", after[] = ".example.net";
    char digits[24];
    size_t count = 0, length = strlen(before);
    uint64_t rest = person;
    memcpy(text, before, length);
    do {
        digits[count++] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    while (count > 0)
        text[length++] = digits[--count];
    memcpy(text + length, middle, strlen(middle));
    length += strlen(middle);
    text[length++] = (char)('0' + person % 8);
    memcpy(text + length, after, strlen(after));
    return length + strlen(after);
}

void subject_digest(uint64_t person, uint8_t digest[ELIG_DIGEST_BYTES])
{
    char text[SUBJECT_TEXT_MAX];
    size_t length = subject_text(person, text);
    digest_keyed(subject_secret, subject_salt, subject_kind, (const uint8_t *)text, length, digest);
}

/* SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t mix(uint64_t z)
{
    z += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

uint64_t subject_query(uint64_t n, uint64_t i, int is_hit)
{
    return mix(i) % n + (is_hit ? 0 : n);
}

struct digest_task {
    uint64_t n;
    struct store_writer **writers;
};

static int digest_piece(void *context, unsigned worker, uint64_t piece)
{
    const struct digest_task *task = context;
    uint64_t end = (piece + 1) * PIECE < task->n ? (piece + 1) * PIECE : task->n;
    for (uint64_t person = piece * PIECE; person < end; person++) {
        struct record record;
        subject_digest(person, record.digest);
        record_set_note(&record, 0, 0, record_place(0, 1));
        if (!store_add(task->writers[worker], &record, 1))
            return -1;
    }
    return 0;
}

static int fill_store(struct store *store, const struct recipe *recipe, uint64_t n)
{
    struct store_writer *writers[PARALLEL_THREADS_MAX] = {NULL};
    struct digest_task task = {n, writers};
    int good = 1;
    for (unsigned i = 0; i < recipe->threads; i++)
        good = good && (writers[i] = store_writer_new(store)) != NULL;
    good = good && parallel_run(recipe->threads, (n + PIECE - 1) / PIECE, digest_piece, &task) == 0;
    for (unsigned i = 0; i < recipe->threads; i++)
        store_writer_close(writers[i]);
    return good;
}

static int write_index(const struct recipe *recipe, struct source *listed, const struct labels *labels)
{
    struct census census;
    struct faults faults = {0};
    int error = 0;
    struct publish *publish = publish_open(recipe->output);
    int good = census_take(&census, recipe, listed, NULL, 0, recipe->memory, NULL, &faults) && publish != NULL;
    struct assembly assembly = {
        .recipe = recipe, .listed = listed, .labels = labels, .census = &census, .bytes = recipe->memory};
    good = good && assemble_write(&assembly, publish_file(publish), &faults) == ASSEMBLE_DONE &&
           assemble_verify(&assembly, publish_path(publish), &error);
    if (good)
        good = publish_commit(publish, 0444);
    else
        publish_abandon(publish);
    assemble_free(&assembly);
    census_free(&census);
    faults_free(&faults);
    return good;
}

int subject_make(const char *path, const char *tmpdir, uint64_t n, unsigned fingerprint_bits,
                 struct subject_build *build)
{
    struct recipe recipe = {.kind_count = 1,
                            .kinds = {{.name = "email", .part_count = 1, .parts = {{.type = ELIG_TYPE_EMAIL}}}},
                            .fingerprint_bits = fingerprint_bits,
                            .campaign = "benchmark",
                            .output = path,
                            .tmpdir = tmpdir,
                            .memory = RECORD_BYTES_MAX,
                            .threads = build->threads};
    uint8_t secret[ELIG_SECRET_BYTES];
    memcpy(secret, subject_secret, sizeof secret);
    memcpy(recipe.salt, subject_salt, sizeof recipe.salt);
    recipe.secret = secret;
    digest_key_check(recipe.secret, recipe.salt, recipe.key_check);
    struct source listed = {.store = store_new(tmpdir, recipe.memory, recipe.threads)};
    struct labels *labels = labels_new();
    double start = clock_seconds();
    int good = listed.store != NULL && labels != NULL && fill_store(listed.store, &recipe, n);
    build->digest_seconds = clock_seconds() - start;
    start = clock_seconds();
    good = good && write_index(&recipe, &listed, labels);
    build->build_seconds = clock_seconds() - start;
    if (!good)
        fprintf(stderr, "bench: make %s: %s\n", path, strerror(errno));
    store_free(listed.store);
    labels_free(labels);
    return good;
}
