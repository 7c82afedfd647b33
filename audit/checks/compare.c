/* SPDX-License-Identifier: Apache-2.0 */
/* compare.c - counts equal fingerprints of two files leaf by leaf, and reports salts, secrets, content and
 * counts. */
#include "audit/checks/compare.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "audit/context/context.h"
#include "audit/util/public_text.h"
#include "audit/util/statistics.h"
#include "lib/elig/index/index.h"
#include "lib/elig/parallel.h"

/* ---- Comparing leaves ---- */

/*
 * Under one key an identifier has the same digest in both files: it is in the leaf that covers the digest, with
 * its fingerprint in one of the slots; which slot depends on the other identifiers of the leaf. So all
 * fingerprints of each leaf are compared with all of the leaves that cover the same range of digests. Of
 * unrelated slots one in 2^bits pairs agrees. These events are pairwise independent, so that their number has
 * the variance of independent ones; its distribution is about Poisson's.
 */
struct comparison {
    const struct elig *outer, *inner; /* outer has at least as many leaves */
    struct progress *progress;
    uint64_t mask;
    _Atomic uint64_t same_leaves, same_members, leaf_pairs, same_pairs;
};

struct fingerprints {
    uint32_t count;
    uint64_t values[LEAF_SLOTS_MAX]; /* sorted */
};

static void read_fingerprints(struct fingerprints *to, const struct elig *index, uint64_t leaf, uint64_t mask)
{
    const struct leaf_shape *shape = &index->header.leaf;
    const uint8_t *page = index_leaf(index, leaf - 1);
    to->count = shape->slots;
    for (uint32_t slot = 0; slot < shape->slots; slot++)
        to->values[slot] = leaf_get_bits(page, leaf_slot_at(shape, slot), shape->fingerprint_bits) & mask;
    qsort(to->values, to->count, sizeof *to->values, statistics_compare);
}

/* The number of equal values from *at on; moves *at past them. */
static uint64_t count_run(const struct fingerprints *from, uint32_t *at)
{
    uint32_t begin = *at;
    while (*at < from->count && from->values[*at] == from->values[begin])
        ++*at;
    return *at - begin;
}

static uint64_t count_same(const struct fingerprints *a, const struct fingerprints *b)
{
    uint64_t same = 0;
    for (uint32_t i = 0, j = 0; i < a->count && j < b->count;)
        if (a->values[i] < b->values[j])
            i++;
        else if (a->values[i] > b->values[j])
            j++;
        else {
            uint64_t run = count_run(a, &i);
            same += run * count_run(b, &j);
        }
    return same;
}

/* Where a leaf begins: the first eight bytes of its separator. Leaves are numbered from 1. */
static uint64_t leaf_start(const struct elig *index, uint64_t leaf)
{
    return (index->locator.words[leaf] & ~LOCATOR_SEED_MAX) | index->locator.tails[leaf] >> 16;
}

/* The last leaf that begins at a digest or before it; else the first one. */
static uint64_t find_leaf(const struct elig *index, uint64_t digest)
{
    uint64_t low = 1, high = index->locator.count;
    while (low < high) {
        uint64_t middle = high - (high - low) / 2;
        if (leaf_start(index, middle) <= digest)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

/* The number of identifiers in a leaf, which follows from the counts (docs/FORMAT.md, section 5). */
static uint64_t leaf_members(const struct elig *index, uint64_t leaf)
{
    unsigned __int128 n = index->header.identifiers;
    uint64_t leaves = index->locator.count;
    return (uint64_t)(n * leaf / leaves) - (uint64_t)(n * (leaf - 1) / leaves);
}

static int compare_leaf(void *context, unsigned worker, uint64_t piece)
{
    struct comparison *comparison = context;
    struct fingerprints outer, inner;
    uint64_t leaf = piece + 1, pairs = 0, same = 0;
    uint64_t end =
        leaf < comparison->outer->locator.count ? leaf_start(comparison->outer, leaf + 1) : UINT64_MAX;
    uint64_t first = find_leaf(comparison->inner, leaf_start(comparison->outer, leaf));
    (void)worker;
    progress_add(comparison->progress, 1);
    if (comparison->outer->header.leaf.slots == comparison->inner->header.leaf.slots &&
        memcmp(index_leaf(comparison->outer, leaf - 1), index_leaf(comparison->inner, first - 1),
               ELIG_PAGE_BYTES) == 0) {
        comparison->same_leaves++;
        comparison->same_members += leaf_members(comparison->outer, leaf);
        return 0;
    }
    read_fingerprints(&outer, comparison->outer, leaf, comparison->mask);
    for (uint64_t at = first; at <= comparison->inner->locator.count; at++) {
        if (at > first && leaf_start(comparison->inner, at) > end)
            break;
        read_fingerprints(&inner, comparison->inner, at, comparison->mask);
        same += count_same(&outer, &inner);
        pairs++;
    }
    comparison->leaf_pairs += pairs;
    comparison->same_pairs += same;
    return 0;
}

void compare_indexes(const struct elig *one, const struct elig *other, unsigned threads,
                     struct progress *progress, struct compare_overlap *overlap)
{
    uint64_t leaves = one->header.tree.count[0], more = other->header.tree.count[0];
    unsigned bits = one->header.leaf.fingerprint_bits < other->header.leaf.fingerprint_bits
                        ? one->header.leaf.fingerprint_bits
                        : other->header.leaf.fingerprint_bits;
    struct comparison comparison = {.outer = leaves < more ? other : one,
                                    .inner = leaves < more ? one : other,
                                    .progress = progress,
                                    .mask = (UINT64_C(1) << bits) - 1};
    if (leaves > 0 && more > 0)
        (void)parallel_run(threads, leaves < more ? more : leaves, compare_leaf, &comparison);
    *overlap = (struct compare_overlap){.leaves = leaves,
                                        .same_leaves = comparison.same_leaves,
                                        .same_members = comparison.same_members,
                                        .same_pairs = comparison.same_pairs,
                                        .bits = bits,
                                        .identifiers = {one->header.identifiers, other->header.identifiers}};
    overlap->pairs =
        (double)comparison.leaf_pairs * (double)one->header.leaf.slots * (double)other->header.leaf.slots;
}

/* ---- Estimates ---- */

double compare_chance_pairs(const struct compare_overlap *overlap)
{
    return ldexp(overlap->pairs, -(int)overlap->bits);
}

double compare_chance(const struct compare_overlap *overlap)
{
    /* a whole leaf does not recur by chance */
    return overlap->same_leaves > 0 ? 0
                                    : statistics_at_least(overlap->same_pairs, compare_chance_pairs(overlap));
}

static double within(double value, double low, double high)
{
    return value < low ? low : value > high ? high : value;
}

struct compare_shared compare_shared(const struct compare_overlap *overlap)
{
    double deviations = 1.959964; /* 95% of a normal distribution */
    double chance = compare_chance_pairs(overlap), least = (double)overlap->same_members;
    double most = fmin((double)overlap->identifiers[0], (double)overlap->identifiers[1]);
    double shared = least + (double)overlap->same_pairs - chance;
    double spread = deviations * sqrt(chance);
    return (struct compare_shared){within(shared, least, most), within(shared - spread, least, most),
                                   within(shared + spread, least, most)};
}

/* ---- Two files ---- */

struct files {
    struct audit_context *context;
    const struct target *a, *b;
    const struct profile *one, *other;
};

static bool is_same_file(const struct files *files)
{
    return files->a->length == files->b->length &&
           memcmp(files->a->bytes, files->b->bytes, (size_t)files->a->length) == 0;
}

static bool has_same_salt(const struct files *files)
{
    return memcmp(files->one->salt, files->other->salt, ELIG_SALT_BYTES) == 0;
}

/* An identifier has the same digest in both files, as anyone can see from the headers. */
static bool has_same_digests(const struct files *files)
{
    const struct profile *one = files->one, *other = files->other;
    return has_same_salt(files) && one->id == other->id &&
           memcmp(one->key_check, other->key_check, sizeof one->key_check) == 0 &&
           memcmp(one->blind_key, other->blind_key, sizeof one->blind_key) == 0 &&
           one->argon2_memory == other->argon2_memory && one->argon2_passes == other->argon2_passes &&
           one->work_bits == other->work_bits;
}

/* ---- Salt ---- */

static void check_salt(const struct files *files)
{
    struct report *report = files->context->report;
    if (is_same_file(files)) {
        report_finding(report, CHECK_LINK_SALT, OUTCOME_INFO, "the two are the same file, byte for byte");
        return;
    }
    if (!has_same_salt(files)) {
        struct finding *finding = report_finding(report, CHECK_LINK_SALT, OUTCOME_PASS, "the salts differ");
        finding_method(finding, "Salts are compared as they are in the headers. Under two salts the digests of "
                                "one identifier have nothing to do with each other.");
        return;
    }
    struct finding *finding =
        report_finding(report, CHECK_LINK_SALT, OUTCOME_FAIL, "both have the same salt: %s",
                       has_same_digests(files) ? "one identifier has one digest in both"
                                               : "one pass of guesses may serve for both");
    finding_method(finding, "Salts are compared as they are in the headers.");
    finding_detail(finding, "under one salt and key anyone sees how many identifiers, and which fingerprints, "
                            "are in both files, without a guess");
    finding_detail(
        finding,
        "a guess costs the same for both files as for one: the digest of a candidate is looked up in each");
    finding_detail(finding, "build one of them again without --salt: a new one is drawn");
}

/* ---- Secret ---- */

static void report_secret(const struct files *files, enum outcome outcome, const char *text, const char *method)
{
    finding_method(report_finding(files->context->report, CHECK_LINK_SECRET, outcome, "%s", text), "%s",
                   method);
}

/* The headers do not tell whether the secrets are the same. The given secret is tried on both files. */
static void check_secret_by_opening(const struct files *files)
{
    static const char method[] = "Key check values are made with the salt, so that those of two salts cannot "
                                 "be compared; a secret that is given is tried on both files.";
    unsigned opened = (unsigned)files->a->has_secret + (unsigned)files->b->has_secret;
    if (files->context->config->secret == NULL)
        report_secret(files, OUTCOME_INFO,
                      "no one can tell without the secret: give it to have it tried on both", method);
    else if (opened == 2)
        report_secret(files, OUTCOME_WARN,
                      "one secret opens both: if it leaks, it leaks for both files at once", method);
    else if (opened == 1)
        report_secret(files, OUTCOME_PASS, "the secret of one does not open the other", method);
    else
        report_secret(files, OUTCOME_INFO, "cannot be told: the secret that was given opens neither", method);
}

static void check_secret(const struct files *files)
{
    enum elig_profile one = files->one->id, other = files->other->id;
    if (is_same_file(files))
        return;
    if (one == ELIG_PROFILE_OFFLINE || other == ELIG_PROFILE_OFFLINE) {
        bool is_seed = one == other && files->one->work_bits > 0 && has_same_digests(files);
        report_secret(files, is_seed ? OUTCOME_WARN : OUTCOME_PASS,
                      is_seed        ? "both have the same seed of tweaks, as anyone can see"
                      : one == other ? "there is no secret: both are offline"
                                     : "only one of them has a secret",
                      "Profiles and key check values are in the headers.");
    } else if (one == ELIG_PROFILE_BLIND && other == ELIG_PROFILE_BLIND) {
        bool is_same =
            memcmp(files->one->blind_key, files->other->blind_key, sizeof files->one->blind_key) == 0;
        report_secret(files, is_same ? OUTCOME_WARN : OUTCOME_PASS,
                      is_same ? "both have the same secret, as anyone can see: their public keys are the same"
                              : "the public keys differ, and so do the secrets",
                      "A public key follows from the secret alone and is in the header (RFC 9497).");
    } else if (one == other && has_same_salt(files)) {
        bool is_same = has_same_digests(files);
        report_secret(files, is_same ? OUTCOME_WARN : OUTCOME_PASS,
                      is_same ? "both have the same secret, as anyone can see: under one salt their key check "
                                "values are the same"
                              : "the key check values differ under one salt, and so do the secrets",
                      "A key check value follows from secret and salt and is in the header.");
    } else {
        check_secret_by_opening(files);
    }
}

/* ---- Content ---- */

static void detail_difference(struct finding *finding, const struct compare_overlap *overlap,
                              const struct compare_shared *shared)
{
    finding_detail(finding,
                   "shared: about %.0f (95%% interval %.0f to %.0f); only in the first: about %.0f; only in "
                   "the second: about %.0f",
                   shared->identifiers, shared->low, shared->high,
                   (double)overlap->identifiers[0] - shared->identifiers,
                   (double)overlap->identifiers[1] - shared->identifiers);
    finding_detail(finding, "anyone sees which fingerprints were added and removed; a guess tells whose they "
                            "are, and few of them are few people");
    finding_detail(finding, "if an identifier in both files has another label, the difference of the masked "
                            "labels shows which labels those are");
}

static void report_content(const struct files *files, const struct compare_overlap *overlap)
{
    bool is_same_key = has_same_digests(files);
    double p = compare_chance(overlap), chance = compare_chance_pairs(overlap);
    struct compare_shared shared = compare_shared(overlap);
    enum outcome outcome = p >= (is_same_key ? STATISTICS_NOTABLE : STATISTICS_FAULT) ? OUTCOME_PASS
                           : is_same_key                                              ? OUTCOME_WARN
                                                                                      : OUTCOME_FAIL;
    struct finding *finding;
    if (outcome == OUTCOME_PASS)
        finding =
            report_finding(files->context->report, CHECK_LINK_CONTENT, outcome,
                           "fingerprints agree as rarely as by chance: %llu pairs, expected %.3g (p = %.2g)",
                           (unsigned long long)overlap->same_pairs, chance, p);
    else if (is_same_key)
        finding = report_finding(files->context->report, CHECK_LINK_CONTENT, outcome,
                                 "about %.0f identifiers are visibly in both (%.3g%% of the first file's)",
                                 shared.identifiers,
                                 100 * shared.identifiers / fmax(1, (double)overlap->identifiers[0]));
    else
        finding = report_finding(files->context->report, CHECK_LINK_CONTENT, outcome,
                                 "fingerprints agree beyond chance, though salt or key differ: %llu pairs and "
                                 "%llu whole pages, expected %.3g (p = %.2g)",
                                 (unsigned long long)overlap->same_pairs,
                                 (unsigned long long)overlap->same_leaves, chance, p);
    finding_method(finding,
                   "Without any secret: fingerprints of each leaf page were compared with those of the pages "
                   "that cover the same digests, %.4g pairs, of which one in 2^%u agrees by chance (Poisson); "
                   "pages that are identical were counted separately.",
                   overlap->pairs, overlap->bits);
    FINDING_NUMBERS(finding, {"leaf_pages", (double)overlap->leaves},
                    {"same_pages", (double)overlap->same_leaves}, {"pairs", overlap->pairs},
                    {"same_pairs", (double)overlap->same_pairs}, {"expected_pairs", chance}, {"p", p});
    finding_detail(finding, "%llu of %llu leaf pages are in the other file byte for byte",
                   (unsigned long long)overlap->same_leaves, (unsigned long long)overlap->leaves);
    if (outcome == OUTCOME_WARN) {
        finding_number(finding, "shared", shared.identifiers);
        detail_difference(finding, overlap, &shared);
    }
}

static void check_content(const struct files *files)
{
    struct audit_context *context = files->context;
    struct compare_overlap overlap;
    if (is_same_file(files)) {
        report_finding(context->report, CHECK_LINK_CONTENT, OUTCOME_INFO,
                       "all of it: the two are the same file and reveal no more than one");
        return;
    }
    if (files->a->index == NULL || files->b->index == NULL) {
        report_finding(context->report, CHECK_LINK_CONTENT, OUTCOME_INFO,
                       "not compared: readers refuse one of the files");
        return;
    }
    uint64_t leaves = files->a->header.tree.count[0], more = files->b->header.tree.count[0];
    progress_begin(context->progress, AUDIT_PHASE_PAGES, leaves > more ? leaves : more, "pages", 1);
    compare_indexes(files->a->index, files->b->index, context->config->threads, context->progress, &overlap);
    report_content(files, &overlap);
}

/* ---- Counts ---- */

#define FEW_PEOPLE 9 /* the largest difference that singles people out */

struct differences {
    unsigned few, some; /* kinds whose counts differ by 1 .. FEW_PEOPLE; kinds whose counts differ */
};

static const struct elig_kind *find_kind(const struct header *header, const char *name)
{
    for (unsigned i = 0; i < header->kind_count; i++)
        if (strcmp(header->kinds[i].name, name) == 0)
            return &header->kinds[i];
    return NULL;
}

static struct differences count_differences(const struct files *files, struct finding *finding)
{
    struct differences differences = {0};
    for (unsigned i = 0; i < files->a->header.kind_count; i++) {
        const struct elig_kind *one = &files->a->header.kinds[i];
        const struct elig_kind *other = find_kind(&files->b->header, one->name);
        if (other == NULL)
            continue;
        bool is_more = other->identifiers > one->identifiers;
        uint64_t difference =
            is_more ? other->identifiers - one->identifiers : one->identifiers - other->identifiers;
        differences.some += difference > 0;
        differences.few += difference > 0 && difference <= FEW_PEOPLE;
        if (finding != NULL)
            finding_detail(finding, "kind %s: %llu and %llu, a difference of %s%llu", public_text_kind(one),
                           (unsigned long long)one->identifiers, (unsigned long long)other->identifiers,
                           difference == 0 ? ""
                           : is_more       ? "+"
                                           : "-",
                           (unsigned long long)difference);
    }
    return differences;
}

/* Kinds that are in one of the files only. */
static void detail_kinds(struct finding *finding, const struct header *one, const struct header *other,
                         const char *which)
{
    for (unsigned i = 0; i < one->kind_count; i++)
        if (find_kind(other, one->kinds[i].name) == NULL)
            finding_detail(finding, "kind %s is in the %s file only", public_text_kind(&one->kinds[i]), which);
}

/* How many labels are in one of the files only; both are sorted. Labels themselves are not repeated. */
static void detail_labels(struct finding *finding, const struct dictionary *one, const struct dictionary *other)
{
    uint32_t i = 0, j = 0, only_one = 0, only_other = 0;
    while (i < one->count || j < other->count) {
        int order = i == one->count ? 1 : j == other->count ? -1 : strcmp(one->words[i], other->words[j]);
        only_one += order < 0;
        only_other += order > 0;
        i += order <= 0;
        j += order >= 0;
    }
    if (only_one + only_other > 0)
        finding_detail(finding, "labels: %u are in the first file only, %u in the second only",
                       (unsigned)only_one, (unsigned)only_other);
}

/* Both files have the same kinds and labels. */
static bool has_same_words(const struct files *files)
{
    const struct header *one = &files->a->header, *other = &files->b->header;
    const struct dictionary *words = &files->a->dictionary, *others = &files->b->dictionary;
    bool is_same = one->kind_count == other->kind_count && words->count == others->count;
    for (unsigned i = 0; is_same && i < one->kind_count; i++)
        is_same = find_kind(other, one->kinds[i].name) != NULL;
    for (uint32_t i = 0; is_same && i < words->count; i++)
        is_same = strcmp(words->words[i], others->words[i]) == 0;
    return is_same;
}

static void check_counts(const struct files *files)
{
    const struct header *one = &files->a->header, *other = &files->b->header;
    struct differences differences = count_differences(files, NULL);
    struct report *report = files->context->report;
    double difference = (double)other->identifiers - (double)one->identifiers;
    struct finding *finding =
        differences.few > 0
            ? report_finding(
                  report, CHECK_LINK_COUNTS, OUTCOME_WARN,
                  "the counts of %u kinds differ by %d or fewer: who was added or removed is singled out",
                  differences.few, FEW_PEOPLE)
            : report_finding(report, CHECK_LINK_COUNTS, OUTCOME_PASS,
                             differences.some > 0 || !has_same_words(files)
                                 ? "no kind that both have differs by %d or fewer"
                                 : "no count differs, no kind or label is in one file only",
                             FEW_PEOPLE);
    finding_method(finding, "The differences of the counts in the two headers. A person who can guess at both "
                            "files learns who is in one only. The fewer there are, the more a count alone "
                            "tells a person who knows who joined or left.");
    FINDING_NUMBERS(finding, {"difference", difference}, {"kinds_that_differ_by_few", differences.few});
    finding_detail(finding, "identifiers: %llu and %llu, a difference of %+.0f",
                   (unsigned long long)one->identifiers, (unsigned long long)other->identifiers, difference);
    (void)count_differences(files, finding);
    detail_kinds(finding, one, other, "first");
    detail_kinds(finding, other, one, "second");
    detail_labels(finding, &files->a->dictionary, &files->b->dictionary);
}

int compare_check(struct audit_context *context)
{
    struct files files = {context, context->target, context->other, &context->target->header.profile,
                          &context->other->header.profile};
    if (!files.a->has_header || !files.b->has_header)
        return 0;
    check_salt(&files);
    check_secret(&files);
    check_content(&files);
    check_counts(&files);
    return 0;
}
