/* SPDX-License-Identifier: Apache-2.0 */
/*
 * steps.c - runs the steps of a build and of a lookup one by one, so that their instructions can be counted:
 * counts do not change with the load of the machine. bench/instructions.sh runs this program under valgrind.
 *
 *     steps list           prints each step: function, number of identifiers, description
 *     steps make FILE      makes the index that lookups need
 *     steps run FILE NAME  runs one step once
 *
 * A step is a function of its own, never inlined and called through a table, so that valgrind can count from
 * its entry to its exit. Its input is made before; apart from the calls only the loop around them is counted.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/dataset.h"
#include "bench/make_index.h"
#include "builder/index/mphf.h"
#include "lib/elig/canon/canon.h"
#include "lib/elig/digest/digest.h"
#include "lib/util/parse.h"

#define LISTED 1000000 /* identifiers in the index */
#define QUERIES 16384  /* identifiers of each step except building leaves */
#define BATCH 1024
#define LEAVES 32
#define FINGERPRINT_BITS 32
#define SHORT_BYTES 16 /* phone numbers, dates and names */

struct steps {
    struct elig *index;
    struct elig_text emails[QUERIES], phones[QUERIES], dates[QUERIES], names[QUERIES]; /* as typed */
    char email_bytes[QUERIES][DATASET_TEXT_MAX];
    char phone_bytes[QUERIES][SHORT_BYTES], date_bytes[QUERIES][SHORT_BYTES], name_bytes[QUERIES][SHORT_BYTES];
    uint8_t canonical[QUERIES][DATASET_TEXT_MAX]; /* of the e-mails */
    size_t canonical_length[QUERIES];
    struct digest_key key;
    struct digest_input inputs[QUERIES]; /* the canonical forms */
    uint8_t made[QUERIES][ELIG_DIGEST_BYTES];
    uint8_t digests[QUERIES][ELIG_DIGEST_BYTES];
    struct elig_answer answers[BATCH];
    struct mphf_builder *builder;
    struct leaf_shape shape;
    struct mphf_key *keys;                     /* LEAVES times shape.slots */
    uint8_t (*key_digests)[ELIG_DIGEST_BYTES]; /* what they point to */
    uint64_t sum;                              /* keeps the compiler from removing the calls */
};

/* ---- The steps ---- */

#define STEP __attribute__((noinline)) static void

static void canonicalise(struct steps *steps, const struct elig_part *part, const struct elig_text *texts)
{
    for (unsigned i = 0; i < QUERIES; i++) {
        uint8_t out[CANON_PART_MAX];
        size_t length = 0;
        steps->sum += (uint64_t)canon_part(part, texts[i], out, &length) + length;
    }
}

static const struct elig_part email_part = {.type = ELIG_TYPE_EMAIL};
static const struct elig_part phone_part = {.type = ELIG_TYPE_PHONE, .region = {'K', 'R'}};
static const struct elig_part date_part = {.type = ELIG_TYPE_DATE};
static const struct elig_part name_part = {.type = ELIG_TYPE_TEXT};

STEP step_canonicalise_email(struct steps *steps)
{
    canonicalise(steps, &email_part, steps->emails);
}

STEP step_canonicalise_phone(struct steps *steps)
{
    canonicalise(steps, &phone_part, steps->phones);
}

STEP step_canonicalise_date(struct steps *steps)
{
    canonicalise(steps, &date_part, steps->dates);
}

STEP step_canonicalise_name(struct steps *steps)
{
    canonicalise(steps, &name_part, steps->names);
}

/* As the builder and a batch of lookups do it. */
STEP step_digest(struct steps *steps)
{
    digest_keyed_many(&steps->key, steps->inputs, QUERIES, steps->made);
}

STEP step_build_mphf(struct steps *steps)
{
    for (unsigned leaf = 0; leaf < LEAVES; leaf++) {
        uint8_t page[ELIG_PAGE_BYTES];
        uint16_t seed = 0;
        const struct mphf_task task = {.shape = &steps->shape,
                                       .salt = dataset_salt,
                                       .keys = steps->keys + (size_t)leaf * steps->shape.slots,
                                       .count = steps->shape.slots};
        steps->sum += (uint64_t)mphf_builder_run(steps->builder, &task, page, &seed) + page[0];
    }
}

STEP step_find_one(struct steps *steps)
{
    for (unsigned i = 0; i < QUERIES; i++) {
        elig_find(steps->index, (const uint8_t(*)[ELIG_DIGEST_BYTES])steps->digests + i, 1, steps->answers);
        steps->sum += (uint64_t)steps->answers->verdict;
    }
}

STEP step_find_batch(struct steps *steps)
{
    for (unsigned i = 0; i < QUERIES; i += BATCH)
        elig_find(steps->index, (const uint8_t(*)[ELIG_DIGEST_BYTES])steps->digests + i, BATCH, steps->answers);
}

STEP step_lookup_one(struct steps *steps)
{
    for (unsigned i = 0; i < QUERIES; i++)
        steps->sum += (uint64_t)elig_lookup(steps->index, 0, &steps->emails[i], 1, 1, steps->answers);
}

STEP step_lookup_batch(struct steps *steps)
{
    for (unsigned i = 0; i < QUERIES; i += BATCH)
        elig_lookup_batch(steps->index, 0, &steps->emails[i], 1, BATCH, 1, steps->answers);
}

#define STEPS(X)                                                       \
    X(step_canonicalise_email, QUERIES, "canonical form of an e-mail") \
    X(step_canonicalise_phone, QUERIES, "canonical form of a phone")   \
    X(step_canonicalise_date, QUERIES, "canonical form of a date")     \
    X(step_canonicalise_name, QUERIES, "canonical form of a name")     \
    X(step_digest, QUERIES, "digest of a canonical form")              \
    X(step_build_mphf, 0, "building a full leaf, f = 32")              \
    X(step_find_one, QUERIES, "digest to verdict, one at a time")      \
    X(step_find_batch, QUERIES, "digest to verdict, 1024 at a time")   \
    X(step_lookup_one, QUERIES, "e-mail to verdict, one at a time")    \
    X(step_lookup_batch, QUERIES, "e-mail to verdict, 1024 at a time")

#define ROW(function, identifiers, description) {#function, function, identifiers, description},
static const struct step {
    const char *name;
    void (*run)(struct steps *steps);
    unsigned identifiers; /* 0: those of LEAVES leaves */
    const char *description;
} table[] = {STEPS(ROW)};
#undef ROW
#define TABLE_ROWS (sizeof table / sizeof *table)

/* ---- Their input ---- */

/* Full leaves of persons' digests, as in a file of their own. */
static bool make_leaves(struct steps *steps)
{
    steps->shape = mphf_shape(FINGERPRINT_BITS, 0);
    size_t count = (size_t)LEAVES * steps->shape.slots;
    steps->builder = mphf_builder_new();
    steps->keys = calloc(count, sizeof *steps->keys);
    steps->key_digests = dataset_digests(count, 1);
    if (steps->builder == NULL || steps->keys == NULL || steps->key_digests == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        steps->keys[i].digest = steps->key_digests[i];
    return true;
}

static struct elig_text text_of(const char *bytes)
{
    return (struct elig_text){bytes, strlen(bytes)};
}

/* The phone number, the date of birth and the Korean name of a person. */
static void make_short_texts(struct steps *steps, unsigned i, uint64_t person)
{
    static const char *const families[] = {"김", "이", "박", "최"}, *const givens[] = {"서연", "민준", "지우"};
    snprintf(steps->phone_bytes[i], SHORT_BYTES, "010-%04u-%04u", (unsigned)(2000 + person % 8000),
             (unsigned)(person / 8000 % 10000));
    snprintf(steps->date_bytes[i], SHORT_BYTES, "%04u-%02u-%02u", (unsigned)(1930 + person % 80),
             (unsigned)(1 + person / 80 % 12), (unsigned)(1 + person / 960 % 28));
    snprintf(steps->name_bytes[i], SHORT_BYTES, "%s%s", families[person % 4], givens[person % 3]);
    steps->phones[i] = text_of(steps->phone_bytes[i]);
    steps->dates[i] = text_of(steps->date_bytes[i]);
    steps->names[i] = text_of(steps->name_bytes[i]);
}

/* Every other query is listed. */
static bool make_queries(struct steps *steps)
{
    for (unsigned i = 0; i < QUERIES; i++) {
        uint64_t person = dataset_query(LISTED, i, i % 2 == 0);
        make_short_texts(steps, i, person);
        steps->emails[i] =
            (struct elig_text){steps->email_bytes[i], dataset_text(person, steps->email_bytes[i])};
        dataset_digest(person, steps->digests[i]);
        uint8_t canonical[CANON_PART_MAX];
        if (canon_part(&email_part, steps->emails[i], canonical, &steps->canonical_length[i]) !=
            ELIG_REASON_NONE)
            return false;
        memcpy(steps->canonical[i], canonical, steps->canonical_length[i]);
        steps->inputs[i] = (struct digest_input){dataset_kind, steps->canonical[i], steps->canonical_length[i]};
    }
    digest_key_make(&steps->key, dataset_secret, dataset_salt);
    return true;
}

static bool make(const char *path)
{
    unsigned threads = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
    uint8_t(*digests)[ELIG_DIGEST_BYTES] = dataset_digests(LISTED, threads);
    bool ok = digests != NULL &&
              make_index(path, (const uint8_t(*)[ELIG_DIGEST_BYTES])digests, LISTED, FINGERPRINT_BITS, threads);
    free(digests);
    return ok;
}

static bool run(const char *path, const char *name)
{
    const struct elig_options options = {
        .size = sizeof options, .check = ELIG_CHECK_ALL, .secret = dataset_secret};
    struct steps *steps = calloc(1, sizeof *steps);
    size_t row = 0;
    while (row < TABLE_ROWS && strcmp(table[row].name, name) != 0)
        row++;
    bool ok = steps != NULL && row < TABLE_ROWS && make_queries(steps) && make_leaves(steps) &&
              elig_open(path, &options, &steps->index) == 0;
    if (ok) {
        table[row].run(steps);
        printf("%llu\n", (unsigned long long)steps->sum);
    }
    if (steps != NULL) {
        elig_close(steps->index);
        mphf_builder_free(steps->builder);
        free(steps->keys);
        free(steps->key_digests);
    }
    free(steps);
    return ok;
}

static void list(void)
{
    unsigned in_leaves = LEAVES * mphf_shape(FINGERPRINT_BITS, 0).slots;
    for (size_t i = 0; i < TABLE_ROWS; i++)
        printf("%s %u %s\n", table[i].name, table[i].identifiers > 0 ? table[i].identifiers : in_leaves,
               table[i].description);
}

int main(int argc, char **argv)
{
    bool ok = sodium_init() >= 0;
    if (argc == 2 && strcmp(argv[1], "list") == 0) {
        list();
    } else if (argc == 3 && strcmp(argv[1], "make") == 0) {
        ok = ok && make(argv[2]);
    } else if (argc == 4 && strcmp(argv[1], "run") == 0) {
        ok = ok && run(argv[2], argv[3]);
    } else {
        fprintf(stderr, "Usage: steps list | make FILE | run FILE NAME\n");
        return 2;
    }
    if (!ok)
        fprintf(stderr, "steps: %s failed\n", argv[1]);
    return ok ? 0 : 1;
}
