/* SPDX-License-Identifier: Apache-2.0 */
/* build_report_text.c - a build in a few lines, for the terminal: rejected lines, warnings, refusals, counts.
 */
#include <stdio.h>
#include <string.h>

#include "builder/build_report.h"
#include "lib/util/message.h"

#define LINES_PRINTED 20
#define LINE_TEXT 64
#define REPEAT_TEXT 160

/* "line 7: ", "lines 7 to 9: ", or nothing: digest files have no lines. */
static void line_text(const struct reject *reject, char text[LINE_TEXT])
{
    unsigned long long line = row_position_line(reject->position);
    if (line > 0 && reject->lines > 1)
        snprintf(text, LINE_TEXT, "lines %llu to %llu: ", line, line + reject->lines - 1);
    else if (line > 0)
        snprintf(text, LINE_TEXT, "line %llu: ", line);
}

static void print_rejects(const struct report *report, const struct rejects *rejects, const char **inputs)
{
    for (size_t i = 0; i < rejects->count && i < LINES_PRINTED; i++) {
        const struct reject *reject = &rejects->entries[i];
        const char *input = inputs[row_position_input(reject->position)];
        const char *kind = build_report_kind_name(report, reject);
        const char *column = build_report_column_name(report, reject);
        char line[LINE_TEXT] = "";
        line_text(reject, line);
        message("%s: %s%s%s%s%s%s", build_report_input_name(input), line, kind != NULL ? kind : "",
                column != NULL ? ", column " : "", column != NULL ? column : "", kind != NULL ? ": " : "",
                reject_text(reject->reason));
    }
    if (rejects->count > LINES_PRINTED)
        message("... and %zu more%s", rejects->count - LINES_PRINTED,
                report->config->report != NULL ? ", all of them in the report"
                                               : ": --report FILE lists them all");
    if (rejects_all(rejects) > rejects->count)
        message("... and %llu whose lines were not kept: is this the right column, delimiter, encoding?",
                (unsigned long long)(rejects_all(rejects) - rejects->count));
}

/* The identifiers that stand in many rows, at most REPEATS_KEPT_MAX of them. */
static void warn_of_repeats(const struct report *report)
{
    const struct config *config = report->config;
    const struct record_counts *totals = report->totals;
    uint64_t limit = completeness_rows_warned(report->counts->rows);
    if (totals->warned_about == 0)
        return;
    for (unsigned i = 0; i < totals->most.count && totals->most.most[i].rows > limit; i++) {
        const struct repeat *repeat = &totals->most.most[i];
        if (!repeat->is_dropped)
            message("warning: %s: line %llu: %s: this identifier stands in %llu rows",
                    build_report_input_name(config->inputs[row_position_input(repeat->position)]),
                    (unsigned long long)row_position_line(repeat->position),
                    config->list.kinds[repeat->kind].name, (unsigned long long)repeat->rows);
    }
    message("warning: %llu identifiers stand in more than %llu rows: if one is a placeholder, strangers who "
            "type it "
            "are eligible; --drop-repeats N leaves such out, --max-repeats N refuses them",
            (unsigned long long)totals->warned_about, (unsigned long long)limit);
}

static void print_refusal(void *context, const char *reason)
{
    (void)context;
    message("refused: %s", reason);
}

static void print_rows(const struct report *report)
{
    const struct identifier_counts *counts = report->counts;
    if (report->config->command == COMMAND_ASSEMBLE) /* digest files do not tell */
        return;
    message("%llu lines in these rows, %llu rows of several lines, %llu lines lost with rejected rows",
            (unsigned long long)counts->lines, (unsigned long long)counts->multiline_rows,
            (unsigned long long)counts->lost_lines);
    for (unsigned kind = 0; kind < report->config->list.kind_count; kind++)
        message("%s: %llu listed, %llu duplicates, %llu rejected, %llu empty, %llu incomplete",
                report->config->list.kinds[kind].name, (unsigned long long)report->totals->of_kind[kind],
                (unsigned long long)build_report_duplicates(report, kind),
                (unsigned long long)counts->malformed[kind], (unsigned long long)counts->empty[kind],
                (unsigned long long)counts->incomplete[kind]);
}

/* The identifiers that stand in most rows, in one line; and those that were left out for that. */
static void print_repeats(const struct report *report)
{
    const struct config *config = report->config;
    const struct repeats *repeats = &report->totals->most;
    const struct merge_left_out *left_out = &report->totals->left_out;
    if (config->command == COMMAND_ASSEMBLE || repeats->count == 0)
        return;
    char text[REPEATS_KEPT_MAX * REPEAT_TEXT] = "";
    for (unsigned i = 0; i < repeats->count; i++) {
        const struct repeat *repeat = &repeats->most[i];
        char input[REPEAT_TEXT / 4] = "";
        if (config->input_count > 1)
            snprintf(input, sizeof input, " of input %u", row_position_input(repeat->position) + 1);
        snprintf(text + strlen(text), REPEAT_TEXT, "%s %s of line %llu%s in %llu rows", i > 0 ? "," : "",
                 config->list.kinds[repeat->kind].name, (unsigned long long)row_position_line(repeat->position),
                 input, (unsigned long long)repeat->rows);
    }
    message("most repeated:%s", text);
    for (unsigned kind = 0; kind < config->list.kind_count; kind++)
        if (left_out->dropped[kind] > 0)
            message("%s: %llu identifiers left out that stand in more than %llu rows, in %llu rows together",
                    config->list.kinds[kind].name, (unsigned long long)left_out->dropped[kind],
                    (unsigned long long)config->drop_repeats, (unsigned long long)left_out->dropped_rows[kind]);
}

static void print_counts(const struct report *report)
{
    const struct config *config = report->config;
    uint64_t identifiers = report->totals->first_identifier[SPILL_PARTITIONS];
    uint64_t repeated = 0, removed = 0, with_label = 0, incomplete = 0;
    for (unsigned kind = 0; kind < config->list.kind_count; kind++) {
        repeated += build_report_duplicates(report, kind);
        removed += report->totals->left_out.removed[kind];
        with_label += report->counts->rejected_with_label[kind];
        incomplete += report->counts->incomplete[kind];
    }
    message("%llu rows read, %llu identifiers %s, %llu duplicates merged, %llu rejected",
            (unsigned long long)report->counts->rows, (unsigned long long)identifiers,
            config->command == COMMAND_DIGEST ? "digested" : "listed", (unsigned long long)repeated,
            (unsigned long long)rejects_all(report->rejects));
    print_rows(report);
    print_repeats(report);
    if (with_label > 0)
        message("%llu identifiers left out with rows that were rejected for their labels",
                (unsigned long long)with_label);
    if (incomplete > 0)
        message("%llu composites left out of which a part is empty and another is not",
                (unsigned long long)incomplete);
    if (config->removed_count > 0)
        message("%llu identifiers left out since they are to be removed", (unsigned long long)removed);
}

static void print_published(const struct report *report)
{
    const struct config *config = report->config;
    const struct header *header = report->header;
    if (report->totals->first_identifier[SPILL_PARTITIONS] == 0 && config->command != COMMAND_DIGEST)
        message("%s lists no identifier: every lookup will say 'not listed'", config->output);
    if (config->command == COMMAND_DIGEST)
        message("%s: %llu bytes; anyone who has this file%s can test guesses against it", config->output,
                (unsigned long long)report->digest_file_bytes,
                config->profile.id != ELIG_PROFILE_OFFLINE ? " and the secret" : "");
    else
        message(
            "%s: %llu bytes, %.2f bits per identifier; an identifier that is not listed is taken for one that "
            "is once in 2^%u lookups",
            config->output, (unsigned long long)(header->tree.pages * ELIG_PAGE_BYTES),
            build_report_bits_per_identifier(header),
            header->leaf.fingerprint_bits - header->profile.work_bits);
}

/* Of parts that may not be what was meant. */
static void warn_of_doubts(const struct report *report)
{
    static const char *const what[DOUBT_COUNT] = {
        [DOUBT_LETTERS] =
            "texts have a '?', a '*' or a character reference such as &amp;, which exports write in place "
            "of letters",
        [DOUBT_PLACEHOLDER] =
            "cells are what spreadsheets and databases write where there is no value, such as #N/A or "
            "NULL",
        [DOUBT_QUOTED] = "texts stand in quotation marks or begin with an apostrophe, and are listed with them "
                         "(--quote \"'\" reads fields in apostrophes)",
        [DOUBT_DATE] = "dates are before 1850 or in the future"};
    const struct identifier_counts *counts = report->counts;
    for (unsigned doubt = 0; doubt < DOUBT_COUNT; doubt++) {
        uint64_t first = counts->first_doubt[doubt];
        if (counts->doubts[doubt] > 0)
            message("warning: %llu %s, the first in %s at line %llu", (unsigned long long)counts->doubts[doubt],
                    what[doubt], build_report_input_name(report->config->inputs[row_position_input(first)]),
                    (unsigned long long)row_position_line(first));
    }
}

/* Of kinds that hardly any row has. */
static void warn_of_kinds(const struct report *report)
{
    const struct identifier_counts *counts = report->counts;
    for (unsigned kind = 0; kind < report->config->list.kind_count; kind++) {
        const char *name = report->config->list.kinds[kind].name;
        if (completeness_is_incomplete(counts, kind))
            message("warning: %s: %llu composites have an empty part, and %llu none: is a column another one?",
                    name, (unsigned long long)counts->incomplete[kind],
                    (unsigned long long)counts->identifiers[kind]);
        else if (completeness_is_sparse(counts, kind))
            message(
                "warning: %s: %llu rows are empty, and %llu identifiers were read: is the column another one?",
                name, (unsigned long long)counts->empty[kind], (unsigned long long)counts->identifiers[kind]);
    }
}

void build_report_print(const struct report *report)
{
    const struct completeness list = build_report_completeness(report);
    if (!report->has_counts) /* the one reason for the refusal was printed */
        return;
    print_rejects(report, report->rejects, report->config->inputs);
    print_rejects(report, report->absent_rejects, report->config->absent);
    warn_of_doubts(report);
    warn_of_kinds(report);
    warn_of_repeats(report);
    if (!report->config->is_quiet)
        print_counts(report);
    if (report->is_refused)
        (void)completeness_check(&list, print_refusal, NULL);
    if (report->is_published && !report->config->is_quiet)
        print_published(report);
}
