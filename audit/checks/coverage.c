/* SPDX-License-Identifier: Apache-2.0 */
/* coverage.c - marks the slot of each identifier of the lists, counts holders of labels, and tests filler
 * slots. */
#include "audit/checks/coverage.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "audit/util/public_text.h"
#include "audit/util/statistics.h"
#include "lib/elig/bytes.h"
#include "lib/elig/index/probe.h"

struct worker {
    struct digest_batch batch;
    uint8_t digests[DIGEST_BATCH_MAX][ELIG_DIGEST_BYTES];
    uint64_t occurrences, found;
    uint64_t *holders; /* by label; at 0: identifiers without a label */
    uint64_t *
        missing; /* of the first missing_count occurrences that were not found: what their digests begin with */
    size_t missing_count, missing_capacity;
};

/* With --drop-repeats, occurrences of each worker that are not found and that are kept to be counted. If there
 * are more, the file is another list's. */
#define MISSING_MAX ((size_t)1 << 22)

struct coverage {
    const struct elig *index;
    struct worker **workers;
    unsigned worker_count;
    _Atomic uint64_t *marks; /* a bit for each slot of each leaf */
    uint64_t slots;
    uint64_t marked;       /* slots; counted by coverage_report() */
    uint64_t drop_repeats; /* identifiers of more occurrences are not in the file; 0: no limit */
};

bool coverage_is_counted(const struct audit_context *context)
{
    const struct target *target = context->target;
    return context->config->list_count > 0 && target->has_secret &&
           (context->config->wants_search || target->header.profile.id == ELIG_PROFILE_KEYED);
}

struct coverage *coverage_new(const struct target *target, uint64_t drop_repeats, unsigned threads)
{
    const struct header *header = &target->header;
    struct coverage *coverage = calloc(1, sizeof *coverage);
    if (coverage == NULL)
        return NULL;
    coverage->index = target->index;
    coverage->drop_repeats = drop_repeats;
    coverage->slots = header->tree.count[0] * header->leaf.slots;
    coverage->marks = calloc(coverage->slots / 64 + 1, sizeof *coverage->marks);
    coverage->workers = calloc(threads, sizeof(struct worker *));
    bool good = coverage->marks != NULL && coverage->workers != NULL;
    for (unsigned i = 0; good && i < threads; i++) {
        struct worker *worker = calloc(1, sizeof *worker);
        if (worker != NULL)
            worker->holders = calloc((size_t)header->label_count + 1, sizeof *worker->holders);
        good = worker != NULL && worker->holders != NULL;
        coverage->workers[i] = worker;
        coverage->worker_count = i + 1;
    }
    if (!good) {
        coverage_free(coverage);
        return NULL;
    }
    return coverage;
}

void coverage_free(struct coverage *coverage)
{
    if (coverage == NULL)
        return;
    for (unsigned i = 0; i < coverage->worker_count; i++)
        if (coverage->workers[i] != NULL) {
            free(coverage->workers[i]->holders);
            free(coverage->workers[i]->missing);
            sodium_memzero(coverage->workers[i], sizeof *coverage->workers[i]);
            free(coverage->workers[i]);
        }
    free(coverage->workers);
    free(coverage->marks);
    free(coverage);
}

/* ---- Adding ---- */

/* Keeps a digest that was not found, if repeats may be the reason. */
static int keep_missing(const struct coverage *coverage, struct worker *worker, const uint8_t *digest)
{
    if (coverage->drop_repeats == 0 || worker->missing_count == MISSING_MAX)
        return 0;
    if (worker->missing_count == worker->missing_capacity) {
        size_t capacity = worker->missing_capacity > 0 ? 2 * worker->missing_capacity : MISSING_MAX / 4096;
        uint64_t *grown = realloc(worker->missing, capacity * sizeof *grown);
        if (grown == NULL)
            return ELIG_E_MEMORY;
        worker->missing = grown;
        worker->missing_capacity = capacity;
    }
    worker->missing[worker->missing_count++] = bytes_get_le64(digest);
    return 0;
}

/* Looks a digest up as a reader does, and marks the slot that holds it. Returns whether it is found. */
static bool mark(struct coverage *coverage, struct worker *worker, const uint8_t *digest)
{
    const struct elig *index = coverage->index;
    const struct leaf_reader *reader = &index->reader;
    struct probe_slot slot = probe_find_slot(index, digest);
    worker->occurrences++;
    if (slot.page == NULL || !leaf_reader_is_match(reader, slot.page, slot.at, digest))
        return false;
    uint64_t payload = reader->payload_bits > 0 ? leaf_reader_payload(reader, slot.page, slot.at, digest) : 0;
    if (payload > index->header.label_count)
        return false;
    worker->found++;
    uint64_t number = slot.leaf * reader->slots + slot.at / reader->slot_bits, bit = UINT64_C(1) << number % 64;
    if ((atomic_fetch_or(&coverage->marks[number / 64], bit) & bit) == 0)
        worker->holders[payload]++;
    return true;
}

int coverage_flush(void *context, unsigned number)
{
    struct coverage *coverage = context;
    struct worker *worker = coverage->workers[number];
    const struct digest_batch *batch = &worker->batch;
    if (batch->count == 0)
        return 0;
    int error = digester_run(coverage->index->digester, batch->inputs, batch->count, worker->digests);
    for (size_t i = 0; error == 0 && i < batch->count; i++)
        if (!mark(coverage, worker, worker->digests[i]))
            error = keep_missing(coverage, worker, worker->digests[i]);
    digest_batch_clear(&worker->batch);
    return error;
}

int coverage_add(struct coverage *coverage, unsigned number, const struct list_reader_identifier *identifier)
{
    struct digest_batch *batch = &coverage->workers[number]->batch;
    bool is_full = list_reader_collect(batch, coverage->index->header.kinds, identifier);
    return is_full ? coverage_flush(coverage, number) : 0;
}

/* ---- Reporting ---- */

/* How many of the occurrences that were not found are of identifiers that --drop-repeats leaves out. */
static int count_dropped(const struct coverage *coverage, uint64_t *dropped)
{
    size_t count = 0;
    *dropped = 0;
    for (unsigned i = 0; i < coverage->worker_count; i++)
        count += coverage->workers[i]->missing_count;
    uint64_t *missing = calloc(count + 1, sizeof *missing);
    if (missing == NULL)
        return ELIG_E_MEMORY;
    count = 0;
    for (unsigned i = 0; i < coverage->worker_count; i++) {
        const struct worker *worker = coverage->workers[i];
        for (size_t j = 0; j < worker->missing_count; j++)
            missing[count++] = worker->missing[j];
    }
    qsort(missing, count, sizeof *missing, statistics_compare);
    for (size_t first = 0, next = 0; first < count; first = next) {
        while (next < count && missing[next] == missing[first])
            next++;
        *dropped += next - first > coverage->drop_repeats ? next - first : 0;
    }
    free(missing);
    return 0;
}

static int report_members(struct coverage *coverage, struct audit_context *context,
                          const struct identifier_counts *counts)
{
    uint64_t occurrences = 0, found = 0, dropped, n = coverage->index->header.identifiers;
    for (unsigned i = 0; i < coverage->worker_count; i++) {
        occurrences += coverage->workers[i]->occurrences;
        found += coverage->workers[i]->found;
    }
    int error = count_dropped(coverage, &dropped);
    if (error != 0)
        return error;
    occurrences -= dropped;
    uint64_t lost = occurrences - found, extra = n > coverage->marked ? n - coverage->marked : 0;
    struct finding *finding = report_finding(context->report, CHECK_MEMBERS,
                                             lost == 0 && coverage->marked == n ? OUTCOME_PASS : OUTCOME_FAIL,
                                             "%" PRIu64 " of %" PRIu64 " occurrences found; %" PRIu64
                                             " of %" PRIu64 " listed identifiers are on the list",
                                             found, occurrences, coverage->marked, n);
    FINDING_NUMBERS(finding, {"occurrences", (double)occurrences}, {"not_found", (double)lost},
                    {"not_on_the_list", (double)extra});
    if (lost > 0)
        finding_detail(
            finding, "%" PRIu64 " on the list get the answer 'not listed': was this file made from this list?",
            lost);
    if (extra > 0)
        finding_detail(finding, "%" PRIu64 " in the file are not on the list", extra);
    if (dropped > 0)
        finding_detail(finding, "%" PRIu64 " occurrences are not counted: --drop-repeats leaves them out",
                       dropped);
    if (counts->rejected_labels > 0)
        finding_detail(finding, "%" PRIu64 " rows with an invalid label are not counted: builders skip them",
                       counts->rejected_labels);
    for (unsigned kind = 0; kind < coverage->index->header.kind_count; kind++)
        if (!counts->has_kind[kind])
            finding_detail(finding, "kind %s has no column in the list: say --kind %s=COLUMN",
                           public_text_kind(&coverage->index->header.kinds[kind]),
                           public_text_kind(&coverage->index->header.kinds[kind]));
    finding_method(finding, "Each occurrence is digested with the secret and looked up; the slots that "
                            "answered are counted, each once.");
    return 0;
}

static void report_labels(struct coverage *coverage, struct audit_context *context)
{
    const struct header *header = &coverage->index->header;
    uint64_t least = UINT64_MAX, minimum = context->config->label_minimum;
    uint32_t rare = 0;
    if (header->label_count == 0)
        return;
    for (unsigned i = 1; i < coverage->worker_count; i++)
        for (uint32_t label = 0; label <= header->label_count; label++)
            coverage->workers[0]->holders[label] += coverage->workers[i]->holders[label];
    const uint64_t *holders = coverage->workers[0]->holders;
    for (uint32_t label = 1; label <= header->label_count; label++) {
        least = holders[label] < least ? holders[label] : least;
        rare += holders[label] < minimum;
    }
    struct finding *finding = report_finding(
        context->report, CHECK_LABELS, rare == 0 ? OUTCOME_PASS : OUTCOME_FAIL,
        "the rarest of %" PRIu32 " labels has %" PRIu64 " holders; %" PRIu32 " have fewer than %" PRIu64,
        header->label_count, least, rare, minimum);
    for (uint32_t label = 1; label <= header->label_count; label++)
        if (holders[label] < minimum)
            finding_detail(finding, "label %" PRIu32 " has %" PRIu64 " holders", label, holders[label]);
    finding_number(finding, "fewest_holders", (double)least);
    finding_method(finding, "With the secret each listed identifier's label is read and counted.");
}

struct unmarked {
    const struct coverage *coverage;
    uint64_t first; /* slot of the leaf */
};

static bool is_unmarked(const void *context, uint32_t slot)
{
    const struct unmarked *unmarked = context;
    uint64_t at = unmarked->first + slot;
    return (unmarked->coverage->marks[at / 64] >> at % 64 & 1) == 0;
}

static void report_filler(struct coverage *coverage, struct audit_context *context)
{
    const struct header *header = &coverage->index->header;
    struct page_checks_sums *sums = calloc(1, sizeof *sums);
    if (sums == NULL)
        return;
    for (uint64_t leaf = 0; leaf < header->tree.count[0]; leaf++) {
        struct unmarked unmarked = {coverage, leaf * header->leaf.slots};
        page_checks_add(sums, &header->leaf, index_leaf(coverage->index, leaf), is_unmarked, &unmarked);
    }
    double p = page_checks_fingerprints_p(sums, header->leaf.fingerprint_bits);
    double payload_p =
        header->leaf.payload_bits > 0 ? page_checks_payloads_p(sums, header->leaf.payload_bits) : 1;
    p = p < payload_p ? p : payload_p;
    struct finding *finding = report_finding(context->report, CHECK_FILLER, page_checks_outcome(p),
                                             "%" PRIu64 " filler slots: p = %.2g", sums->slots, p);
    FINDING_NUMBERS(finding, {"p", p}, {"slots", (double)sums->slots});
    finding_method(finding, "The slots that no identifier of the list is in, tested as all slots are; "
                            "proof.rebuild compares each with the value it must have.");
    free(sums);
}

int coverage_report(struct coverage *coverage, struct audit_context *context,
                    const struct identifier_counts *counts)
{
    coverage->marked = 0;
    for (uint64_t i = 0; i <= coverage->slots / 64; i++)
        coverage->marked += (uint64_t)__builtin_popcountll(coverage->marks[i]);
    int error = report_members(coverage, context, counts);
    if (error != 0)
        return context_fail("audit", error);
    report_labels(coverage, context);
    if (coverage->marked == coverage->index->header.identifiers && coverage->slots > 0)
        report_filler(coverage, context);
    return 0;
}
