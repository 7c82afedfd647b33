/* SPDX-License-Identifier: Apache-2.0 */
/* page_checks.c - compares every page with its hash in the tree, and tests that the values in leaves are
 * uniform. */
#include "audit/checks/page_checks.h"

#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "audit/context/context.h"
#include "lib/elig/bytes.h"
#include "lib/elig/digest/digest.h"
#include "lib/elig/index/tree.h"
#include "lib/elig/parallel.h"

/* Seeds that a builder tries for a leaf (docs/FORMAT.md, section 7). */
#define SEED_COUNT 256
#define PAGES_AT_ONCE 64

/* ---- Sums ---- */

void page_checks_add(struct page_checks_sums *sums, const struct leaf_shape *shape, const uint8_t *page,
                     page_checks_wanted *is_wanted, const void *context)
{
    unsigned f = shape->fingerprint_bits, p = shape->payload_bits;
    uint32_t pilots = LEAF_PILOTS / shape->slots * shape->slots;
    double before = -1, payload_before = -1, scale = ldexp(1, -(int)f);
    for (uint32_t slot = 0; slot < shape->slots; slot++) {
        uint32_t at = leaf_slot_at(shape, slot);
        if (is_wanted != NULL && !is_wanted(context, slot)) {
            before = payload_before = -1;
            continue;
        }
        uint64_t fingerprint = leaf_get_bits(page, at, f);
        for (unsigned i = 0; i < f / 8; i++)
            sums->fingerprints[i][fingerprint >> 8 * i & 0xff]++;
        sums->top[fingerprint >> (f - 8)]++;
        for (unsigned i = 0; i < f; i++)
            sums->ones[i] += fingerprint >> i & 1;
        if (before >= 0)
            correlation_add(&sums->fingerprint_pairs, before, (double)fingerprint * scale);
        before = (double)fingerprint * scale;
        if (p > 0) {
            double payload = (double)(leaf_get_bits(page, at + f, p) & 0xff);
            sums->payloads[(unsigned)payload]++;
            if (payload_before >= 0)
                correlation_add(&sums->payload_pairs, payload_before, payload);
            payload_before = payload;
        }
        sums->slots++;
    }
    for (uint32_t bucket = 0; bucket < shape->buckets; bucket++) {
        uint32_t pilot = bytes_get_le16(page + leaf_pilot_at(shape, bucket));
        if (pilot < pilots)
            sums->pilots[(uint64_t)pilot * PAGE_CHECKS_PILOT_BINS / pilots]++;
        else
            sums->pilots_too_great++;
    }
}

static void merge_counts(uint64_t *to, const uint64_t *from, size_t count)
{
    for (size_t i = 0; i < count; i++)
        to[i] += from[i];
}

static void merge_sums(struct page_checks_sums *to, const struct page_checks_sums *from)
{
    merge_counts(&to->fingerprints[0][0], &from->fingerprints[0][0], PAGE_CHECKS_BYTES_MAX * PAGE_CHECKS_BINS);
    merge_counts(to->top, from->top, PAGE_CHECKS_BINS);
    merge_counts(to->payloads, from->payloads, PAGE_CHECKS_BINS);
    merge_counts(to->ones, from->ones, ELIG_FINGERPRINT_MAX);
    merge_counts(to->pilots, from->pilots, PAGE_CHECKS_PILOT_BINS);
    correlation_merge(&to->fingerprint_pairs, &from->fingerprint_pairs);
    correlation_merge(&to->payload_pairs, &from->payload_pairs);
    to->slots += from->slots;
    to->pilots_too_great += from->pilots_too_great;
}

/* Bytes show dependences that single bits do not; a slight bias of one bit is significant earlier than that of
 * its byte. So both are tested. */
double page_checks_fingerprints_p(const struct page_checks_sums *sums, unsigned fingerprint_bits)
{
    double p = fmin(correlation_p(&sums->fingerprint_pairs), statistics_uniform(sums->top, PAGE_CHECKS_BINS));
    for (unsigned i = 0; i < fingerprint_bits / 8; i++)
        p = fmin(p, statistics_uniform(sums->fingerprints[i], PAGE_CHECKS_BINS));
    for (unsigned i = 0; i < fingerprint_bits; i++)
        p = fmin(p, statistics_half(sums->ones[i], sums->slots));
    unsigned tests = fingerprint_bits / 8 + 2 + fingerprint_bits;
    return fmin(1, p * tests);
}

double page_checks_payloads_p(const struct page_checks_sums *sums, unsigned payload_bits)
{
    size_t bins = payload_bits < 8 ? (size_t)1 << payload_bits : PAGE_CHECKS_BINS;
    double p = statistics_uniform(sums->payloads, bins);
    return fmin(1, 2 * fmin(p, correlation_p(&sums->payload_pairs)));
}

/* ---- The tree ---- */

struct tree_walk {
    struct audit_context *context;
    struct page_checks_sums *sums; /* one for each worker */
    unsigned level;
    pthread_mutex_t lock;    /* over all members below */
    struct finding *finding; /* NULL while faults are counted only */
    uint64_t edited, unsound, missing, odd_seeds;
};

enum page_fault { EDITED, UNSOUND, MISSING, ODD_SEED };

static void count_fault(struct tree_walk *tree_walk, enum page_fault fault, uint64_t page)
{
    static const char *const texts[] = {"was edited: its hash is not the one in the tree",
                                        "is not as a builder writes it: order, or bytes that should be zero",
                                        "is missing", "has a seed that no builder reaches"};
    uint64_t *counts[] = {&tree_walk->edited, &tree_walk->unsound, &tree_walk->missing, &tree_walk->odd_seeds};
    pthread_mutex_lock(&tree_walk->lock);
    ++*counts[fault];
    if (tree_walk->finding != NULL)
        finding_detail(tree_walk->finding, "page %" PRIu64 " %s", page, texts[fault]);
    pthread_mutex_unlock(&tree_walk->lock);
}

/* The entry that lists a page, or NULL if the page with that entry is missing. */
static const uint8_t *entry_of(const struct target *target, unsigned level, uint64_t position)
{
    const struct tree_shape *tree = &target->header.tree;
    if (level == tree->levels)
        return target->header.root;
    const uint8_t *parent = target_page(target, tree->first_page[level + 1] + position / ELIG_FANOUT);
    return parent != NULL ? tree_entry(parent, (unsigned)(position % ELIG_FANOUT)) : NULL;
}

static void check_page(struct tree_walk *tree_walk, unsigned worker, uint64_t position)
{
    const struct target *target = tree_walk->context->target;
    const struct header *header = &target->header;
    uint64_t number = header->tree.first_page[tree_walk->level] + position;
    const uint8_t *page = target_page(target, number), *entry = entry_of(target, tree_walk->level, position);
    uint8_t tag[ELIG_TAG_BYTES];
    if (page == NULL || entry == NULL) {
        count_fault(tree_walk, MISSING, number);
        return;
    }
    digest_page(header->profile.salt, number, page, tag);
    if (memcmp(tag, entry + ELIG_ENTRY_AT_TAG, sizeof tag) != 0)
        count_fault(tree_walk, EDITED, number);
    bool is_sound = tree_walk->level == 0
                        ? leaf_padding_is_zero(&header->leaf, page)
                        : tree_page_is_sound(page, tree_walk->level,
                                             tree_entries(&header->tree, tree_walk->level, position), entry);
    /* its separator is greater than that of the page before it */
    const uint8_t *before = position > 0 ? entry_of(target, tree_walk->level, position - 1) : NULL;
    if (!is_sound || (before != NULL && !tree_key_is_less(tree_key_of(before), tree_key_of(entry))))
        count_fault(tree_walk, UNSOUND, number);
    if (tree_walk->level == 0 && bytes_get_le16(entry + ELIG_ENTRY_AT_SEED) >= SEED_COUNT)
        count_fault(tree_walk, ODD_SEED, number);
    if (tree_walk->level == 0 && tree_walk->sums != NULL)
        page_checks_add(&tree_walk->sums[worker], &header->leaf, page, NULL, NULL);
}

static int check_pages(void *context, unsigned worker, uint64_t piece)
{
    struct tree_walk *tree_walk = context;
    uint64_t count = tree_walk->context->target->header.tree.count[tree_walk->level];
    uint64_t end = (piece + 1) * PAGES_AT_ONCE < count ? (piece + 1) * PAGES_AT_ONCE : count;
    for (uint64_t position = piece * PAGES_AT_ONCE; position < end; position++)
        check_page(tree_walk, worker, position);
    if (tree_walk->sums != NULL)
        progress_add(tree_walk->context->progress, (end - piece * PAGES_AT_ONCE) * ELIG_PAGE_BYTES);
    return 0;
}

static void walk_tree(struct tree_walk *tree_walk, unsigned threads)
{
    const struct tree_shape *tree = &tree_walk->context->target->header.tree;
    for (unsigned level = tree->levels + 1; level-- > 0;) {
        tree_walk->level = level;
        (void)parallel_run(threads, (tree->count[level] + PAGES_AT_ONCE - 1) / PAGES_AT_ONCE, check_pages,
                           tree_walk);
    }
}

static void report_tree(struct audit_context *context, struct tree_walk *tree_walk)
{
    uint64_t faults = tree_walk->edited + tree_walk->unsound + tree_walk->missing;
    const struct tree_shape *tree = &context->target->header.tree;
    uint64_t pages = tree->pages - tree->first_page[tree->levels];
    if (faults == 0) {
        tree_walk->finding =
            report_finding(context->report, CHECK_TREE, OUTCOME_PASS,
                           "all %" PRIu64 " pages, %u levels above the leaves", pages, tree->levels);
    } else {
        tree_walk->finding = report_finding(context->report, CHECK_TREE, OUTCOME_FAIL,
                                            "of %" PRIu64 " pages %" PRIu64 " were edited, %" PRIu64
                                            " are not as builders write them, %" PRIu64 " are missing",
                                            pages, tree_walk->edited, tree_walk->unsound, tree_walk->missing);
        FINDING_NUMBERS(tree_walk->finding, {"edited", (double)tree_walk->edited},
                        {"unsound", (double)tree_walk->unsound}, {"missing", (double)tree_walk->missing});
        struct tree_walk again = {.context = context, .finding = tree_walk->finding};
        pthread_mutex_init(&again.lock, NULL);
        walk_tree(&again, 1); /* a second time, in order, to name the pages */
        pthread_mutex_destroy(&again.lock);
    }
    finding_method(tree_walk->finding, "BLAKE2b-128 of every page, compared with the entry that lists it, up "
                                       "to the header, which the signature covers; and the order of entries "
                                       "and the unused bits of each page (docs/FORMAT.md, section 5).");
}

static void report_pilots(struct audit_context *context, const struct tree_walk *tree_walk,
                          const struct page_checks_sums *sums)
{
    uint64_t pilots = context->target->header.tree.count[0] * context->target->header.leaf.buckets;
    bool is_right = sums->pilots_too_great == 0 && tree_walk->odd_seeds == 0;
    struct finding *finding = report_finding(
        context->report, CHECK_PILOTS, is_right ? OUTCOME_PASS : OUTCOME_FAIL,
        "%" PRIu64 " of %" PRIu64 " pilots name no hash function; %" PRIu64 " seeds are beyond %d",
        sums->pilots_too_great, pilots, tree_walk->odd_seeds, SEED_COUNT - 1);
    finding_method(
        finding,
        "Each is read; a builder uses pilots below Q S and seeds below %d (docs/FORMAT.md, section 7).",
        SEED_COUNT);
}

/* ---- Uniformity ---- */

enum outcome page_checks_outcome(double p)
{
    return p < STATISTICS_FAULT ? OUTCOME_FAIL : p < STATISTICS_NOTABLE ? OUTCOME_WARN : OUTCOME_PASS;
}

static void report_uniform(struct audit_context *context, enum check check, const char *what, uint64_t values,
                           double p, const struct correlation *pairs)
{
    double r = pairs != NULL ? correlation_coefficient(pairs) : 0;
    struct finding *finding =
        pairs != NULL ? report_finding(context->report, check, page_checks_outcome(p),
                                       "%" PRIu64 " %s: p = %.2g, serial correlation %+.5f", values, what, p, r)
                      : report_finding(context->report, check, page_checks_outcome(p),
                                       "%" PRIu64 " %s: p = %.2g", values, what, p);
    FINDING_NUMBERS(finding, {"p", p}, {"values", (double)values});
    if (pairs != NULL)
        finding_number(finding, "correlation", r);
    finding_method(finding,
                   "Chi-square of their values against equal shares%s; the least p-value, times the number of "
                   "tests. FAIL below %.0e, WARN below %.0e.",
                   pairs != NULL
                       ? ", byte by byte; how many of their bits are set; the serial correlation of neighbours"
                       : " in 64 ranges",
                   STATISTICS_FAULT, STATISTICS_NOTABLE);
}

static void report_uniformity(struct audit_context *context, const struct page_checks_sums *sums)
{
    const struct leaf_shape *leaf = &context->target->header.leaf;
    report_uniform(context, CHECK_FINGERPRINTS, "fingerprints", sums->slots,
                   page_checks_fingerprints_p(sums, leaf->fingerprint_bits), &sums->fingerprint_pairs);
    if (leaf->payload_bits > 0)
        report_uniform(context, CHECK_PAYLOADS, "masked labels", sums->slots,
                       page_checks_payloads_p(sums, leaf->payload_bits), &sums->payload_pairs);
    report_uniform(context, CHECK_PILOT_VALUES, "pilots",
                   context->target->header.tree.count[0] * leaf->buckets - sums->pilots_too_great,
                   statistics_uniform(sums->pilots, PAGE_CHECKS_PILOT_BINS), NULL);
}

int page_checks_run(struct audit_context *context)
{
    const struct target *target = context->target;
    if (!target->has_header)
        return 0;
    if (target->header.tree.count[0] == 0) {
        report_finding(context->report, CHECK_TREE, OUTCOME_PASS, "there are no pages: the index is empty");
        return 0;
    }
    unsigned threads = context->config->threads;
    struct tree_walk tree_walk = {.context = context, .sums = calloc(threads, sizeof *tree_walk.sums)};
    if (tree_walk.sums == NULL)
        return context_fail("audit", ELIG_E_MEMORY);
    pthread_mutex_init(&tree_walk.lock, NULL);
    progress_begin(context->progress, AUDIT_PHASE_PAGES, target->length, "MB", 1000000);
    walk_tree(&tree_walk, threads);
    for (unsigned i = 1; i < threads; i++)
        merge_sums(&tree_walk.sums[0], &tree_walk.sums[i]);
    report_tree(context, &tree_walk);
    report_pilots(context, &tree_walk, &tree_walk.sums[0]);
    report_uniformity(context, &tree_walk.sums[0]);
    pthread_mutex_destroy(&tree_walk.lock);
    free(tree_walk.sums);
    return 0;
}
