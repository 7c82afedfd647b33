/* SPDX-License-Identifier: Apache-2.0 */
/* list_search.c - searches the file for every identifier of the lists and for the secret, and reports matches
 * beside the number expected by chance. */
#include "audit/checks/list_search.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "audit/checks/coverage.h"
#include "audit/checks/list_checks.h"
#include "audit/context/context.h"
#include "audit/lists/list_reader.h"
#include "audit/search/encodings.h"
#include "audit/search/multi_search.h"
#include "audit/search/slots.h"
#include "audit/util/public_text.h"
#include "audit/util/statistics.h"

/* Numbers of sources in the multi-pattern search. */
#define SOURCE_FILE 0
#define SOURCE_SLOTS 1 /* the first of the streams of slots */

/* The p-value below which matches are a WARN; above STATISTICS_NOTABLE, since a few are expected. */
#define WARN_BELOW 1e-3

/* Rows are counted for up to this number of matches, since the time grows with its square. */
#define ROWS_COUNTED_MAX 5000

/* The `where` of the secret, which is on no line of a list. */
#define WHERE_SECRET UINT64_MAX

struct list_search {
    struct audit_context *context;
    struct multi_search *multi;
    struct slots slots;
    struct encodings **encodings;
    struct patterns **patterns; /* one for each worker */
    struct coverage *coverage;  /* NULL without the secret */
    _Atomic uint64_t too_short;
    struct identifier_counts counts;
    const struct multi_search_match *matches;
    size_t match_count;
    bool is_complete;
};

/* ---- What is searched ---- */

/* The file, and the bit streams of its slots. */
static int add_sources(struct list_search *search)
{
    const struct target *target = search->context->target;
    const struct slots *slots = &search->slots;
    int error = multi_search_add(search->multi, target->bytes, target->length, SOURCE_FILE);
    if (error == 0)
        error = slots_make(&search->slots, target, search->context->config->memory / 2);
    for (unsigned i = 0; error == 0 && i < slots->count; i++)
        error = multi_search_add(search->multi, slots->streams[i].bytes,
                                 slots->streams[i].leaf_bytes * target->header.tree.count[0], SOURCE_SLOTS + i);
    return error;
}

/* ---- Searching ---- */

static int search_identifier(void *context, unsigned worker, const struct list_reader_identifier *identifier)
{
    struct list_search *search = context;
    if (search->context->config->wants_search)
        search->too_short +=
            encodings_add(search->encodings[worker], search->patterns[worker],
                          &search->context->config->schema.kinds[identifier->kind], identifier->typed,
                          identifier->canonical, identifier->length, identifier->where);
    return search->coverage != NULL ? coverage_add(search->coverage, worker, identifier) : 0;
}

static int end_block(void *context, unsigned worker)
{
    struct list_search *search = context;
    encodings_forget(search->encodings[worker]);
    return search->coverage != NULL ? coverage_flush(search->coverage, worker) : 0;
}

static int prepare_search(struct list_search *search)
{
    const struct audit_config *config = search->context->config;
    const struct target *target = search->context->target;
    search->multi = multi_search_new(config->memory / 2);
    search->encodings = calloc(config->threads, sizeof(struct encodings *));
    search->patterns = calloc(config->threads, sizeof(struct patterns *));
    if (search->multi == NULL || search->encodings == NULL || search->patterns == NULL)
        return ELIG_E_MEMORY;
    progress_begin(search->context->progress, AUDIT_PHASE_INDEX, 0, "MB", 1000000);
    int error = add_sources(search);
    if (error == 0)
        error = multi_search_finish(search->multi, config->threads);
    if (error != 0)
        return error;
    for (unsigned i = 0; i < config->threads; i++) {
        search->encodings[i] = encodings_new();
        search->patterns[i] = patterns_new(search->multi);
        if (search->encodings[i] == NULL || search->patterns[i] == NULL)
            return ELIG_E_MEMORY;
    }
    if (!coverage_is_counted(search->context))
        return 0;
    search->coverage = coverage_new(target, config->drop_repeats, config->threads);
    return search->coverage != NULL ? 0 : ELIG_E_MEMORY;
}

static void close_patterns(struct list_search *search)
{
    for (unsigned i = 0; search->patterns != NULL && i < search->context->config->threads; i++) {
        patterns_close(search->patterns[i]);
        search->patterns[i] = NULL;
    }
}

static void list_search_free(struct list_search *search)
{
    close_patterns(search);
    for (unsigned i = 0; search->encodings != NULL && i < search->context->config->threads; i++)
        encodings_free(search->encodings[i]);
    coverage_free(search->coverage);
    multi_search_free(search->multi);
    slots_free(&search->slots);
    free(search->patterns);
    free(search->encodings);
}

/* ---- Reporting ---- */

enum group { GROUP_WHOLE, GROUP_PARTS, GROUP_HASHES, GROUP_SECRET, GROUP_COUNT };

static enum group group_of(enum encoding encoding)
{
    if (encoding == ENCODING_SECRET)
        return GROUP_SECRET;
    return encodings_is_hash(encoding) ? GROUP_HASHES : encodings_is_part(encoding) ? GROUP_PARTS : GROUP_WHOLE;
}

struct sums {
    uint64_t searched, found;
    uint64_t public_parts, domains; /* in public text: parts other than domains, and domains */
    double expected;
    double p; /* the least over encodings and lengths, times the number of pairs of both (Bonferroni) */
};

static struct sums sum_group(const struct list_search *search, enum group group)
{
    struct sums sums = {.p = 1};
    unsigned classes = 0;
    for (unsigned encoding = 0; encoding < ENCODING_COUNT; encoding++)
        for (size_t length = MULTI_SEARCH_WINDOW; length <= MULTI_SEARCH_PATTERN_MAX; length++) {
            uint64_t found = 0, searched = multi_search_searched(search->multi, encoding, length);
            double expected = multi_search_expected(search->multi, encoding, length);
            if (group_of((enum encoding)encoding) != group || searched == 0)
                continue;
            for (size_t i = 0; i < search->match_count; i++) {
                const struct multi_search_match *match = &search->matches[i];
                if (match->encoding != encoding || match->length != length)
                    continue;
                /* a part in public text may not refer to a person: a year, a town, a domain */
                if (group != GROUP_PARTS || match->source != SOURCE_FILE ||
                    !target_is_public(search->context->target, match->offset))
                    found++;
                else
                    ++*(encoding == ENCODING_DOMAIN ? &sums.domains : &sums.public_parts);
            }
            double p = statistics_at_least(found, expected);
            sums.p = p < sums.p ? p : sums.p;
            sums.searched += searched;
            sums.found += found;
            sums.expected += expected;
            classes++;
        }
    sums.p = classes == 0 || sums.p * classes > 1 ? 1 : sums.p * classes;
    return sums;
}

static void add_match_detail(const struct list_search *search, struct finding *finding,
                             const struct multi_search_match *match)
{
    char where[LIST_READER_WHERE], location[TARGET_LOCATION];
    uint64_t offset = match->offset;
    if (match->source != SOURCE_FILE)
        offset = (search->context->target->header.tree.first_page[0] +
                  offset / search->slots.streams[match->source - SOURCE_SLOTS].leaf_bytes) *
                 ELIG_PAGE_BYTES;
    finding_detail(
        finding, "%s%s%s%s%s at byte %" PRIu64 " (%s)%s%s", encodings_text((enum encoding)match->encoding),
        *match->decoder != '\0' ? ", as " : "", match->decoder, match->is_reversed ? ", backwards" : "",
        match->source != SOURCE_FILE ? ", across slots" : "", offset,
        target_location(search->context->target, offset, location), match->where == WHERE_SECRET ? "" : ": ",
        match->where == WHERE_SECRET ? "" : list_reader_where(search->context->config, match->where, where));
}

/* Counts the parts of the list that were not searched for, or whose options seem to be mistaken; adds a detail
 * for each if finding is not NULL. */
static unsigned detail_gaps(const struct list_search *search, struct finding *finding)
{
    const struct schema *schema = &search->context->config->schema;
    const struct identifier_counts *counts = &search->counts;
    unsigned gaps = counts->rejected_rows > 0;
    if (finding != NULL && counts->rejected_rows > 0)
        finding_detail(
            finding,
            "%" PRIu64
            " rows of the list are not valid CSV, or have another number of columns, and were not searched for",
            counts->rejected_rows);
    for (unsigned kind = 0; kind < schema->kind_count; kind++) {
        const char *name = public_text_kind(&schema->kinds[kind]);
        bool is_odd = counts->malformed[kind] > counts->identifiers[kind];
        gaps += !counts->has_kind[kind] || is_odd;
        if (finding != NULL && !counts->has_kind[kind])
            finding_detail(
                finding,
                "kind %s was not searched for: the list has no column of its name; say --kind %s=COLUMN%s",
                name, name, schema->kinds[kind].part_count > 1 ? "+COLUMN" : "");
        if (finding != NULL && is_odd)
            finding_detail(
                finding,
                "kind %s: %" PRIu64
                " of the list are malformed, more than half of them: are column, delimiter and encoding right?",
                name, counts->malformed[kind]);
    }
    return gaps;
}

/* Not all streams of slots fitted into the memory. */
static bool slots_are_partial(const struct list_search *search)
{
    return search->slots.bytes < search->slots.bytes_needed;
}

/* Rows of the list with at least one match of a group. */
static uint64_t count_rows(const struct list_search *search, enum group group)
{
    uint64_t rows = 0;
    for (size_t i = 0; i < search->match_count; i++) {
        bool is_new = group_of((enum encoding)search->matches[i].encoding) == group;
        for (size_t j = 0; is_new && j < i; j++)
            is_new = search->matches[j].where != search->matches[i].where ||
                     group_of((enum encoding)search->matches[j].encoding) != group;
        rows += (uint64_t)is_new;
    }
    return rows;
}

static void detail_group(const struct list_search *search, struct finding *finding, enum group group,
                         const struct sums *sums)
{
    if (group == GROUP_WHOLE)
        (void)detail_gaps(search, finding);
    if (sums->public_parts > 0)
        finding_detail(finding, "%" PRIu64 " more in public text: check that they do not refer to a person",
                       sums->public_parts);
    if (sums->domains > 0)
        finding_detail(finding,
                       "%" PRIu64 " domains of addresses in public text, which need not refer to a person",
                       sums->domains);
    if (!search->is_complete)
        finding_detail(
            finding, "there were more candidate matches or encoded runs than memory: give more with --memory");
    if (slots_are_partial(search))
        finding_detail(finding, "slots were searched in part: to search all takes --memory %" PRIu64 "MiB",
                       (2 * search->slots.bytes_needed >> 20) + 1);
    if (sums->found > 0 && group != GROUP_SECRET && search->match_count <= ROWS_COUNTED_MAX)
        finding_detail(finding, "rows of the list concerned: %" PRIu64, count_rows(search, group));
    for (size_t i = 0; i < search->match_count; i++)
        if (group_of((enum encoding)search->matches[i].encoding) == group)
            add_match_detail(search, finding, &search->matches[i]);
}

static void report_group(const struct list_search *search, enum check check, enum group group, const char *what)
{
    struct sums sums = sum_group(search, group);
    bool is_partial = !search->is_complete || slots_are_partial(search) ||
                      (group == GROUP_WHOLE && detail_gaps(search, NULL) > 0);
    enum outcome outcome = sums.p < STATISTICS_NOTABLE                                  ? OUTCOME_FAIL
                           : sums.p < WARN_BELOW || sums.public_parts > 0 || is_partial ? OUTCOME_WARN
                                                                                        : OUTCOME_PASS;
    struct finding *finding;
    if (group == GROUP_SECRET)
        finding = report_finding(search->context->report, check, outcome,
                                 sums.found > 0 ? "the secret or half of it is in the file, %" PRIu64 " times"
                                                : "the secret is not in the file, in any encoding",
                                 sums.found);
    else
        finding = report_finding(search->context->report, check, outcome,
                                 "%" PRIu64 " found of %" PRIu64 " %s; %.2g expected by chance (p = %.2g)",
                                 sums.found, sums.searched, what, sums.expected, sums.p);
    FINDING_NUMBERS(finding, {"searched", (double)sums.searched}, {"found", (double)sums.found},
                    {"expected_by_chance", sums.expected}, {"p", sums.p});
    detail_group(search, finding, group, &sums);
    finding_method(finding,
                   "Every window of %d bytes of the file, and of what runs of hexadecimal, base64 and UTF-16 "
                   "in it decode to, in both directions and either case, is in a Bloom filter; patterns that "
                   "pass it are compared in full.",
                   MULTI_SEARCH_WINDOW);
}

static void add_table(const struct list_search *search)
{
    struct table *table =
        report_table(search->context->report, CHAPTER_PLAINTEXT, "patterns", "What was searched for",
                     "Each also in hexadecimal, in base64 at its three phases, in UTF-16 if it is ASCII, in "
                     "either case, and backwards.");
    TABLE_COLUMNS(table, {"encoding", "Pattern", false}, {"searched", "Searched", true},
                  {"expected", "By chance", true}, {"found", "Found", true});
    for (unsigned encoding = 0; encoding < ENCODING_COUNT; encoding++) {
        uint64_t searched = 0, found = 0;
        double expected = 0;
        for (size_t length = MULTI_SEARCH_WINDOW; length <= MULTI_SEARCH_PATTERN_MAX; length++) {
            searched += multi_search_searched(search->multi, encoding, length);
            expected += multi_search_expected(search->multi, encoding, length);
        }
        for (size_t i = 0; i < search->match_count; i++)
            found += search->matches[i].encoding == encoding;
        if (searched == 0)
            continue;
        table_text(table, "%s", encodings_text((enum encoding)encoding));
        table_number(table, (double)searched, "%" PRIu64, searched);
        table_number(table, expected, "%.2g", expected);
        table_number(table, (double)found, "%" PRIu64, found);
    }
}

static void report_search(const struct list_search *search)
{
    struct report *report = search->context->report;
    const struct identifier_counts *counts = &search->counts;
    uint64_t identifiers = 0, malformed = 0;
    for (unsigned kind = 0; kind < ELIG_KINDS_MAX; kind++) {
        identifiers += counts->identifiers[kind];
        malformed += counts->malformed[kind];
    }
    report_group(search, CHECK_LISTED, GROUP_WHOLE, "patterns of whole identifiers");
    report_group(search, CHECK_PARTS, GROUP_PARTS, "patterns of their parts");
    report_group(search, CHECK_HASHES, GROUP_HASHES, "hashes of them");
    add_table(search);
    report_fact(report, "list", "List",
                "%" PRIu64 " rows, %" PRIu64 " identifiers, %" PRIu64 " malformed and %" PRIu64
                " rows with an invalid label (searched as they are), %" PRIu64
                " rows that are not valid CSV; %" PRIu64 " patterns of fewer than %d bytes left out",
                counts->rows, identifiers, malformed, counts->rejected_labels, counts->rejected_rows,
                (uint64_t)search->too_short, MULTI_SEARCH_WINDOW);
    report_fact(report, "searched", "Searched", "%" PRIu64 " bytes: the file and its decoded runs%s",
                multi_search_bytes(search->multi),
                search->slots.bytes_needed > 0 ? ", and its slots from every bit" : "");
}

static int search_lists(struct list_search *search)
{
    struct audit_context *context = search->context;
    int error = 0;
    if (context->config->list_count > 0) {
        progress_begin(context->progress, AUDIT_PHASE_LISTS, list_reader_bytes(context->config), "MB", 1000000);
        error = list_reader_read(context, &search->counts, search_identifier, end_block, search);
    }
    /* the secret and each half of it, in case only half of the bytes were copied */
    const uint8_t *secret = context->config->secret;
    if (secret != NULL) {
        size_t half = ELIG_SECRET_BYTES / 2;
        (void)patterns_add(search->patterns[0], secret, ELIG_SECRET_BYTES, ENCODING_SECRET, WHERE_SECRET);
        (void)patterns_add(search->patterns[0], secret, half, ENCODING_SECRET, WHERE_SECRET);
        (void)patterns_add(search->patterns[0], secret + half, half, ENCODING_SECRET, WHERE_SECRET);
    }
    close_patterns(search);
    if (error != 0)
        return error;
    progress_begin(context->progress, AUDIT_PHASE_COMPARE, 0, "MB", 1000000);
    search->matches = multi_search_matches(search->multi, context->config->threads, &search->match_count,
                                           &search->is_complete);
    return 0;
}

int list_search_check(struct audit_context *context)
{
    struct list_search search = {.context = context};
    if (!context->config->wants_search && context->config->list_count == 0 && context->config->secret == NULL)
        return 0;
    if (context->config->wants_search && context->config->schema.kind_count == 0) {
        report_finding(
            context->report, CHECK_LISTED, OUTCOME_WARN,
            "not searched for: the header does not say what columns the list has; say --kind NAME=COLUMN");
        return 0;
    }
    int error = prepare_search(&search);
    if (error != 0)
        error = context_fail("audit", error);
    else
        error = search_lists(&search);
    if (error == 0 && context->config->wants_search)
        report_search(&search);
    if (error == 0 && context->config->secret != NULL)
        report_group(&search, CHECK_SECRET, GROUP_SECRET, "secret");
    if (error == 0 && search.coverage != NULL)
        error = coverage_report(search.coverage, context, &search.counts);
    list_search_free(&search); /* first: elig-build takes memory, too */
    return error == 0 && context->config->wants_search ? list_checks_report(context, &search.counts) : error;
}
