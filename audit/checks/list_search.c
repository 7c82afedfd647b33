/* SPDX-License-Identifier: Apache-2.0 */
/* against.c - the list against the file: every identifier in every encoding; and the secret. */
#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "audit/checks/coverage.h"
#include "audit/checks/list_reader.h"
#include "audit/checks/public_text.h"
#include "audit/checks/statistics.h"
#include "audit/context.h"
#include "audit/search/encodings.h"
#include "audit/search/multi_search.h"
#include "audit/search/slots.h"

/* Numbers of sources in the haystack. */
#define SOURCE_FILE 0
#define SOURCE_SLOTS 1 /* the first of the readings of slots */

/* Above the p-value of a fault. */
#define WARN_BELOW 1e-3

/* Of more matches rows are not counted: it takes their square. */
#define ROWS_COUNTED_MAX 5000

/* A list's line has no number for the secret. */
#define WHERE_SECRET UINT64_MAX

struct against {
    struct audit_context *run;
    struct multi_search *search;
    struct slots slots;
    struct encodings **forms;
    struct patterns **patterns; /* one for each worker */
    struct coverage *members;   /* NULL without the secret */
    _Atomic uint64_t too_short;
    struct list_reader_counts counts;
    const struct multi_search_match *matches;
    size_t match_count;
    int is_complete;
};

/* ---- The haystack ---- */

/* The file, and behind it its slots as bytes in every way in which they are none. */
static int add_sources(struct against *against)
{
    const struct target *target = against->run->target;
    if (!multi_search_add(against->search, target->bytes, target->length, SOURCE_FILE) ||
        !slots_make(&against->slots, target, against->run->audit->memory / 2))
        return 0;
    for (unsigned i = 0; i < against->slots.count; i++)
        if (!multi_search_add(against->search, against->slots.readings[i].bytes,
                              against->slots.readings[i].leaf_bytes * target->header.tree.count[0],
                              SOURCE_SLOTS + i))
            return 0;
    return 1;
}

static uint64_t file_offset(const struct against *against, const struct multi_search_match *match)
{
    const struct tree_shape *tree = &against->run->target->header.tree;
    if (match->source == SOURCE_FILE)
        return match->offset;
    return (tree->first_page[0] +
            match->offset / against->slots.readings[match->source - SOURCE_SLOTS].leaf_bytes) *
           ELIG_PAGE_BYTES;
}

/* ---- Searching ---- */

static int take(void *context, unsigned worker, const struct list_reader_identifier *identifier)
{
    struct against *against = context;
    if (against->run->audit->is_search)
        against->too_short +=
            encodings_add(against->forms[worker], against->patterns[worker],
                          &against->run->audit->schema.kinds[identifier->kind], identifier->typed,
                          identifier->canonical, identifier->length, identifier->where);
    return against->members != NULL ? coverage_take(against->members, worker, identifier) : 0;
}

static int pause_block(void *context, unsigned worker)
{
    struct against *against = context;
    encodings_forget(against->forms[worker]);
    return against->members != NULL ? coverage_flush(against->members, worker) : 0;
}

static int prepare(struct against *against)
{
    const struct audit_config *audit = against->run->audit;
    const struct target *target = against->run->target;
    against->search = multi_search_new(audit->memory / 2);
    against->forms = calloc(audit->threads, sizeof(struct encodings *));
    against->patterns = calloc(audit->threads, sizeof(struct patterns *));
    if (against->search == NULL || against->forms == NULL || against->patterns == NULL)
        return 0;
    progress_begin(against->run->progress, RUN_INDEX, 0, "MB", 1000000);
    if (!add_sources(against) || !multi_search_finish(against->search, audit->threads))
        return 0;
    for (unsigned i = 0; i < audit->threads; i++) {
        against->forms[i] = encodings_new();
        against->patterns[i] = patterns_new(against->search);
        if (against->forms[i] == NULL || against->patterns[i] == NULL)
            return 0;
    }
    if (!coverage_are_counted(against->run))
        return 1;
    against->members = coverage_new(target, audit->threads);
    return against->members != NULL;
}

static void close_needles(struct against *against)
{
    for (unsigned i = 0; against->patterns != NULL && i < against->run->audit->threads; i++) {
        patterns_close(against->patterns[i]);
        against->patterns[i] = NULL;
    }
}

static void free_all(struct against *against)
{
    close_needles(against);
    for (unsigned i = 0; against->forms != NULL && i < against->run->audit->threads; i++)
        encodings_free(against->forms[i]);
    coverage_free(against->members);
    multi_search_free(against->search);
    slots_free(&against->slots);
    free(against->patterns);
    free(against->forms);
}

/* ---- Reporting ---- */

enum group { GROUP_WHOLE, GROUP_PARTS, GROUP_HASHES, GROUP_SECRET, GROUP_COUNT };

static enum group group_of(enum encoding form)
{
    if (form == FORM_SECRET)
        return GROUP_SECRET;
    return encodings_is_hash(form) ? GROUP_HASHES : encodings_is_part(form) ? GROUP_PARTS : GROUP_WHOLE;
}

/* A part that is in public text may be there for its own sake: a year, a town; and a domain is many people's.
 */
static int is_excused(const struct against *against, const struct multi_search_match *match)
{
    return group_of((enum encoding)match->form) == GROUP_PARTS && match->source == SOURCE_FILE &&
           target_is_public(against->run->target, match->offset);
}

struct sums {
    uint64_t searched, found;
    uint64_t excused, domains; /* in public text: parts, and domains of addresses */
    double expected;
    double p; /* the least over forms and lengths, times how many of them were searched */
};

static struct sums sum_group(const struct against *against, enum group group)
{
    struct sums sums = {.p = 1};
    unsigned classes = 0;
    for (unsigned form = 0; form < FORM_COUNT; form++)
        for (size_t length = MULTI_SEARCH_WINDOW; length <= MULTI_SEARCH_PATTERN_MAX; length++) {
            uint64_t found = 0, searched = multi_search_searched(against->search, form, length);
            double expected = multi_search_expected(against->search, form, length);
            if (group_of((enum encoding)form) != group || searched == 0)
                continue;
            for (size_t i = 0; i < against->match_count; i++) {
                const struct multi_search_match *match = &against->matches[i];
                if (match->form != form || match->length != length)
                    continue;
                int is_domain = match->form == FORM_DOMAIN;
                if (!is_excused(against, match))
                    found++;
                else
                    ++*(is_domain ? &sums.domains : &sums.excused);
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

static void add_match_detail(const struct against *against, struct finding *finding,
                             const struct multi_search_match *match)
{
    char where[LIST_READER_WHERE], place[TARGET_PLACE];
    uint64_t offset = file_offset(against, match);
    finding_detail(
        finding, "%s%s%s%s%s at byte %" PRIu64 " (%s)%s%s", encodings_text((enum encoding)match->form),
        *match->view != '\0' ? ", as " : "", match->view, match->is_reversed ? ", backwards" : "",
        match->source != SOURCE_FILE ? ", across slots" : "", offset,
        target_place(against->run->target, offset, place), match->where == WHERE_SECRET ? "" : ": ",
        match->where == WHERE_SECRET ? "" : list_reader_where(against->run->audit, match->where, where));
}

/* What of the list was not looked for, or hardly can have been meant: details, and how many there are. */
static unsigned detail_gaps(const struct against *against, struct finding *finding)
{
    const struct schema *schema = &against->run->audit->schema;
    const struct list_reader_counts *counts = &against->counts;
    unsigned gaps = counts->bad_rows > 0;
    if (finding != NULL && counts->bad_rows > 0)
        finding_detail(finding,
                       "%" PRIu64 " rows of the list are no CSV, or of another width, and were not looked for",
                       counts->bad_rows);
    for (unsigned kind = 0; kind < schema->kind_count; kind++) {
        const char *name = public_text_kind(&schema->kinds[kind]);
        int is_odd = counts->malformed[kind] > counts->identifiers[kind];
        gaps += !counts->has_kind[kind] || is_odd;
        if (finding != NULL && !counts->has_kind[kind])
            finding_detail(
                finding,
                "kind %s was not looked for: the list has no column of its name; say --kind %s=COLUMN%s", name,
                name, schema->kinds[kind].part_count > 1 ? "+COLUMN" : "");
        if (finding != NULL && is_odd)
            finding_detail(finding,
                           "kind %s: %" PRIu64
                           " of the list are malformed, more than are not: is it the right column, "
                           "delimiter, encoding?",
                           name, counts->malformed[kind]);
    }
    return gaps;
}

/* Not all ways to read slots fitted into the memory. */
static int is_partial(const struct against *against)
{
    return against->slots.bytes < against->slots.wanted;
}

static enum outcome outcome_of(const struct against *against, const struct sums *sums, enum group group)
{
    if (sums->p < STATISTICS_NOTABLE)
        return OUTCOME_FAIL;
    if (sums->p < WARN_BELOW || sums->excused > 0 || !against->is_complete || is_partial(against) ||
        (group == GROUP_WHOLE && detail_gaps(against, NULL) > 0))
        return OUTCOME_WARN;
    return OUTCOME_PASS;
}

/* Rows of the list that matches are of; a row with several counts once, one that comes again as often. */
static uint64_t count_rows(const struct against *against, enum group group)
{
    uint64_t rows = 0;
    for (size_t i = 0; i < against->match_count; i++) {
        int is_new = group_of((enum encoding)against->matches[i].form) == group;
        for (size_t j = 0; is_new && j < i; j++)
            is_new = against->matches[j].where != against->matches[i].where ||
                     group_of((enum encoding)against->matches[j].form) != group;
        rows += (uint64_t)is_new;
    }
    return rows;
}

static void detail_group(const struct against *against, struct finding *finding, enum group group,
                         const struct sums *sums)
{
    if (group == GROUP_WHOLE)
        (void)detail_gaps(against, finding);
    if (sums->excused > 0)
        finding_detail(finding, "%" PRIu64 " more in public text: see that they are not there as somebody's",
                       sums->excused);
    if (sums->domains > 0)
        finding_detail(finding, "%" PRIu64 " domains of addresses in public text, as they would be anyway",
                       sums->domains);
    if (!against->is_complete)
        finding_detail(finding,
                       "there were more suspects or encoded runs than memory: give more with --memory");
    if (is_partial(against))
        finding_detail(finding, "slots were searched in part: all of it takes --memory %" PRIu64 "MiB",
                       (2 * against->slots.wanted >> 20) + 1);
    if (sums->found > 0 && group != GROUP_SECRET && against->match_count <= ROWS_COUNTED_MAX)
        finding_detail(finding, "rows of the list concerned: %" PRIu64, count_rows(against, group));
    for (size_t i = 0; i < against->match_count; i++)
        if (group_of((enum encoding)against->matches[i].form) == group)
            add_match_detail(against, finding, &against->matches[i]);
}

static void report_group(const struct against *against, enum check check, enum group group, const char *what)
{
    struct sums sums = sum_group(against, group);
    enum outcome outcome = outcome_of(against, &sums, group);
    struct finding *finding;
    if (group == GROUP_SECRET)
        finding = report_find(against->run->report, check, outcome,
                              sums.found > 0 ? "the secret or half of it is in the file, at %" PRIu64 " places"
                                             : "the secret is not in the file, in any encoding",
                              sums.found);
    else
        finding = report_find(against->run->report, check, outcome,
                              "%" PRIu64 " found of %" PRIu64 " %s; chance would find %.2g (p = %.2g)",
                              sums.found, sums.searched, what, sums.expected, sums.p);
    finding_number(finding, "searched", (double)sums.searched);
    finding_number(finding, "found", (double)sums.found);
    finding_number(finding, "expected_by_chance", sums.expected);
    finding_number(finding, "p", sums.p);
    detail_group(against, finding, group, &sums);
    finding_method(
        finding,
        "Every window of %d bytes of the file, and of what runs of hexadecimal, base64 and UTF-16 in it mean, "
        "in both directions and either case, is in a Bloom filter; what passes it is compared in full.",
        MULTI_SEARCH_WINDOW);
}

static void add_table(const struct against *against)
{
    struct table *table =
        report_table(against->run->report, CHAPTER_PLAINTEXT, "needles", "What was looked for",
                     "Each also in hexadecimal, in base64 at its three phases, in UTF-16 if it is "
                     "ASCII, in either case, and backwards.");
    table_column(table, "form", "Form", 0);
    table_column(table, "searched", "Searched", 1);
    table_column(table, "expected", "By chance", 1);
    table_column(table, "found", "Found", 1);
    for (unsigned form = 0; form < FORM_COUNT; form++) {
        uint64_t searched = 0, found = 0;
        double expected = 0;
        for (size_t length = MULTI_SEARCH_WINDOW; length <= MULTI_SEARCH_PATTERN_MAX; length++) {
            searched += multi_search_searched(against->search, form, length);
            expected += multi_search_expected(against->search, form, length);
        }
        for (size_t i = 0; i < against->match_count; i++)
            found += against->matches[i].form == form;
        if (searched == 0)
            continue;
        table_text(table, "%s", encodings_text((enum encoding)form));
        table_number(table, (double)searched, "%" PRIu64, searched);
        table_number(table, expected, "%.2g", expected);
        table_number(table, (double)found, "%" PRIu64, found);
    }
}

static void report_search(const struct against *against)
{
    struct report *report = against->run->report;
    const struct list_reader_counts *counts = &against->counts;
    uint64_t identifiers = 0, malformed = 0;
    for (unsigned kind = 0; kind < ELIG_KINDS_MAX; kind++) {
        identifiers += counts->identifiers[kind];
        malformed += counts->malformed[kind];
    }
    report_group(against, CHECK_LISTED, GROUP_WHOLE, "forms of whole identifiers");
    report_group(against, CHECK_PARTS, GROUP_PARTS, "forms of their parts");
    report_group(against, CHECK_HASHES, GROUP_HASHES, "hashes of them");
    add_table(against);
    report_fact(report, "list", "List",
                "%" PRIu64 " rows, %" PRIu64 " identifiers, %" PRIu64
                " malformed (searched as they are), %" PRIu64 " rows that are no CSV; %" PRIu64
                " needles of fewer than %d bytes left out",
                counts->rows, identifiers, malformed, counts->bad_rows, (uint64_t)against->too_short,
                MULTI_SEARCH_WINDOW);
    report_fact(report, "searched", "Searched", "%" PRIu64 " bytes: the file, its encodings undone%s",
                multi_search_bytes(against->search),
                against->slots.wanted > 0 ? ", and its slots, which do not begin at bytes, bit by bit" : "");
}

/* The secret, and each half of it: one could be a salt. */
static void add_secret(const struct against *against)
{
    const uint8_t *secret = against->run->audit->secret;
    const size_t half = ELIG_SECRET_BYTES / 2;
    (void)patterns_add(against->patterns[0], secret, ELIG_SECRET_BYTES, FORM_SECRET, WHERE_SECRET);
    (void)patterns_add(against->patterns[0], secret, half, FORM_SECRET, WHERE_SECRET);
    (void)patterns_add(against->patterns[0], secret + half, half, FORM_SECRET, WHERE_SECRET);
}

static int search(struct against *against)
{
    struct audit_context *run = against->run;
    int result = EXIT_DONE;
    if (run->audit->list_count > 0) {
        progress_begin(run->progress, RUN_LISTS, list_reader_bytes(run->audit), "MB", 1000000);
        result = list_reader_read(run, &against->counts, take, pause_block, against);
    }
    if (run->audit->secret != NULL)
        add_secret(against);
    close_needles(against);
    if (result != EXIT_DONE)
        return result;
    progress_begin(run->progress, RUN_SUSPECTS, 0, "MB", 1000000);
    against->matches = multi_search_matches(against->search, run->audit->threads, &against->match_count,
                                            &against->is_complete);
    return result;
}

int list_search_check(struct audit_context *run)
{
    struct against against = {.run = run};
    if (!run->audit->is_search && run->audit->list_count == 0 && run->audit->secret == NULL)
        return EXIT_DONE;
    if (run->audit->is_search && run->audit->schema.kind_count == 0) {
        report_find(run->report, CHECK_LISTED, OUTCOME_WARN,
                    "not looked for: the header is no guide to the list's columns; say --kind NAME=COLUMN");
        return EXIT_DONE;
    }
    int result = EXIT_CANNOT;
    if (prepare(&against))
        result = search(&against);
    else
        message("audit: %s", elig_error_text(ELIG_E_MEMORY));
    if (result == EXIT_DONE && run->audit->is_search)
        report_search(&against);
    if (result == EXIT_DONE && run->audit->secret != NULL)
        report_group(&against, CHECK_SECRET, GROUP_SECRET, "secret");
    if (result == EXIT_DONE && against.members != NULL)
        coverage_report(against.members, run, &against.counts);
    free_all(&against);
    return result;
}
