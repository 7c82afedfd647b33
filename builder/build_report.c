/* SPDX-License-Identifier: Apache-2.0 */
/* build_report.c - a build in JSON, for --report. */
#include "builder/build_report.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "builder/completeness.h"
#include "builder/digest_file/digest_file_format.h"
#include "builder/phases.h"
#include "lib/elig/canon/canon.h"
#include "lib/util/json.h"

#define REPORT_MODE 0644

const char *build_report_kind_name(const struct report *report, const struct reject *reject)
{
    return reject->kind == REJECT_NO_KIND ? NULL : report->config->list.kinds[reject->kind].name;
}

const char *build_report_column_name(const struct report *report, const struct reject *reject)
{
    return reject->part == 0 ? NULL : report->config->list.columns[reject->kind][reject->part - 1];
}

double build_report_bits_per_identifier(const struct header *header)
{
    return header->identifiers > 0 ? (double)header->tree.pages * ELIG_PAGE_BITS / (double)header->identifiers
                                   : 0;
}

struct completeness build_report_completeness(const struct report *report)
{
    return (struct completeness){.config = report->config,
                                 .counts = report->counts,
                                 .absent_counts = report->absent_counts,
                                 .totals = report->totals,
                                 .labels = report->labels};
}

/* Identifiers of a kind that repeat one that is counted elsewhere. */
uint64_t build_report_duplicates(const struct report *report, unsigned kind)
{
    const struct record_counts *totals = report->totals;
    return report->counts->identifiers[kind] - totals->of_kind[kind] - totals->left_out.removed[kind] -
           totals->left_out.dropped[kind];
}

const char *build_report_input_name(const char *input)
{
    return input != NULL ? input : "standard input";
}

/* ---- JSON ---- */

static void put_double_or_null(struct json *json, const char *name, bool is_known, double value)
{
    if (is_known)
        json_double(json, name, value);
    else
        json_string(json, name, NULL);
}

/* The profile, for offline what a digest costs, and which kinds are cheap to guess. */
static void put_profile(struct json *json, const struct report *report)
{
    const struct config *config = report->config;
    const struct profile *profile = &config->profile;
    json_string(json, "profile", profile_name(profile->id));
    if (profile->id == ELIG_PROFILE_OFFLINE) {
        json_number(json, "argon2_memory", profile->argon2_memory);
        json_number(json, "argon2_passes", profile->argon2_passes);
        json_number(json, "work_bits", profile->work_bits);
    }
    json_open(json, "warnings", '[');
    for (unsigned kind = 0; kind < config->list.kind_count; kind++) {
        char text[COST_SENTENCE];
        if (cost_is_cheap(profile, &report->prices[kind]))
            json_string(json, NULL,
                        cost_sentence(profile, &config->list.kinds[kind], &report->prices[kind], text));
    }
    json_close(json, ']');
}

static void put_kinds(struct json *json, const struct report *report)
{
    const struct profile *profile = &report->config->profile;
    json_open(json, "kinds", '[');
    for (unsigned kind = 0; kind < report->config->list.kind_count; kind++) {
        const struct elig_kind *description = &report->config->list.kinds[kind];
        const struct cost *price = &report->prices[kind];
        const struct merge_left_out *left_out = &report->totals->left_out;
        json_open(json, NULL, '{');
        json_string(json, "name", description->name);
        json_open(json, "parts", '[');
        for (unsigned i = 0; i < description->part_count; i++) {
            char type[CANON_TYPE_TEXT_MAX];
            canon_part_print(&description->parts[i], type);
            json_string(json, NULL, type);
        }
        json_close(json, ']');
        json_open(json, "guessing", '{');
        json_double(json, "candidates", price->candidates);
        put_double_or_null(json, "core_seconds", price->seconds > 0, price->seconds);
        put_double_or_null(json, "dollars", profile->id == ELIG_PROFILE_OFFLINE, price->dollars);
        json_bool(json, "enumerable", cost_is_cheap(profile, price));
        json_close(json, '}');
        json_number(json, "identifiers", report->totals->of_kind[kind]);
        json_number(json, "duplicates", build_report_duplicates(report, kind));
        json_number(json, "rejected", report->counts->malformed[kind]);
        json_number(json, "empty", report->counts->empty[kind]);
        json_number(json, "incomplete", report->counts->incomplete[kind]);
        json_number(json, "rejected_with_label", report->counts->rejected_with_label[kind]);
        json_number(json, "removed", left_out->removed[kind]);
        json_number(json, "dropped", left_out->dropped[kind]);
        json_number(json, "dropped_rows", left_out->dropped_rows[kind]);
        json_number(json, "absent", report->absent_counts->identifiers[kind]);
        json_close(json, '}');
    }
    json_close(json, ']');
}

/* The identifiers that stand in most rows. Digest files do not tell. */
static void put_repeats(struct json *json, const struct report *report)
{
    const struct repeats *repeats = &report->totals->most;
    unsigned count = report->config->command != COMMAND_ASSEMBLE ? repeats->count : 0;
    json_open(json, "repeats", '[');
    for (unsigned i = 0; i < count; i++) {
        const struct repeat *repeat = &repeats->most[i];
        json_open(json, NULL, '{');
        json_string(json, "kind", report->config->list.kinds[repeat->kind].name);
        json_string(json, "input",
                    build_report_input_name(report->config->inputs[row_position_input(repeat->position)]));
        json_number(json, "line", row_position_line(repeat->position));
        json_number(json, "rows", repeat->rows);
        json_bool(json, "dropped", repeat->is_dropped);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void put_reason_of_refusal(void *json, const char *reason)
{
    json_string(json, NULL, reason);
}

/* Why the list is refused as a whole; rejected lines are elsewhere. */
static void put_refusals(struct json *json, const struct report *report)
{
    const struct completeness list = build_report_completeness(report);
    json_open(json, "refusals", '[');
    if (report->has_counts)
        (void)completeness_check(&list, put_reason_of_refusal, json);
    if (message_refusal()[0] != '\0')
        json_string(json, NULL, message_refusal());
    json_close(json, ']');
}

static int compare_labels(const void *a, const void *b, void *labels)
{
    return strcmp(label_table_word(labels, *(const unsigned *)a),
                  label_table_word(labels, *(const unsigned *)b));
}

/* Sorted by word, since numbers depend on the order in which threads ran. NULL when there is no memory. */
static unsigned *sorted_labels(const struct label_table *labels)
{
    unsigned count = label_table_count(labels);
    unsigned *numbers = calloc((size_t)count + 1, sizeof *numbers);
    for (unsigned i = 0; numbers != NULL && i < count; i++)
        numbers[i] = i + 1;
    if (numbers != NULL)
        qsort_r(numbers, count, sizeof *numbers, compare_labels, (void *)(uintptr_t)labels);
    return numbers;
}

static void put_labels(struct json *json, const struct report *report, const unsigned *numbers)
{
    json_open(json, "labels", '[');
    for (unsigned i = 0; report->has_counts && i < label_table_count(report->labels); i++) {
        /* a label that few identifiers have is personal data itself, and refused */
        if (report->totals->of_label[numbers[i]] < report->config->label_minimum)
            continue;
        json_open(json, NULL, '{');
        json_string(json, "label", label_table_word(report->labels, numbers[i]));
        json_number(json, "identifiers", report->totals->of_label[numbers[i]]);
        json_close(json, '}');
    }
    json_close(json, ']');
}

/* The line of a row, or the first and the last one; digest files have none. */
static void put_lines(struct json *json, const struct reject *reject)
{
    uint64_t line = row_position_line(reject->position);
    if (line > 0 && reject->lines <= 1)
        json_number(json, NULL, line);
    if (line == 0 || reject->lines <= 1)
        return;
    json_open(json, NULL, '[');
    json_number(json, NULL, line);
    json_number(json, NULL, line + reject->lines - 1);
    json_close(json, ']');
}

/* One entry for a kind, part and reason that occur in an input, with all line numbers. There are few of them,
 * so each is collected in a pass of its own. */
static void put_reason(struct json *json, const struct report *report, const struct reject *rejects,
                       size_t count, const struct reject *like)
{
    uint64_t lines = 0;
    for (size_t i = 0; i < count; i++)
        lines += reject_is_like(&rejects[i], like);
    if (lines == 0)
        return;
    json_open(json, NULL, '{');
    json_string(json, "kind", like->kind != REJECT_NO_KIND ? build_report_kind_name(report, like) : NULL);
    if (like->part > 0)
        json_string(json, "column", build_report_column_name(report, like));
    json_string(json, "reason", reject_text(like->reason));
    json_number(json, "count", lines);
    json_open(json, "lines", '[');
    bool is_flat = json->is_flat;
    json->is_flat = true;
    for (size_t i = 0; i < count; i++)
        if (reject_is_like(&rejects[i], like))
            put_lines(json, &rejects[i]);
    json_close(json, ']');
    json->is_flat = is_flat;
    json_close(json, '}');
}

static void put_rejected(struct json *json, const struct report *report, const struct reject *rejects,
                         size_t count)
{
    uint16_t parts[REJECT_NO_KIND + 1][UINT8_MAX + 1] = {{0}}; /* a bit each */
    for (size_t i = 0; i < count; i++)
        parts[rejects[i].kind][rejects[i].reason] |= (uint16_t)(1u << rejects[i].part);
    json_open(json, "rejected", '[');
    for (unsigned kind = 0; kind <= REJECT_NO_KIND; kind++)
        for (unsigned reason = 0; reason <= UINT8_MAX; reason++)
            for (unsigned part = 0; part <= ELIG_PARTS_MAX; part++)
                if ((parts[kind][reason] & 1u << part) != 0)
                    put_reason(json, report, rejects, count,
                               &(struct reject){
                                   .kind = (uint8_t)kind, .reason = (uint8_t)reason, .part = (uint8_t)part});
    json_close(json, ']');
}

static void put_inputs(struct json *json, const char *name, const struct report *report, const char **inputs,
                       unsigned input_count, const struct rejects *rejects)
{
    size_t at = 0;
    json_open(json, name, '[');
    for (unsigned input = 0; input < input_count; input++) {
        size_t first = at;
        while (at < rejects->count && row_position_input(rejects->entries[at].position) == input)
            at++;
        json_open(json, NULL, '{');
        json_string(json, "name", build_report_input_name(inputs[input]));
        put_rejected(json, report, rejects->entries + first, at - first);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void put_index(struct json *json, const struct header *header)
{
    json_open(json, "index", '{');
    json_number(json, "format_version", ELIG_FORMAT_VERSION);
    json_number(json, "bytes", header->tree.pages * ELIG_PAGE_BYTES);
    json_number(json, "identifiers", header->identifiers);
    json_number(json, "fingerprint_bits", header->leaf.fingerprint_bits);
    json_number(json, "label_bits", header->leaf.payload_bits);
    json_double(json, "bits_per_identifier", build_report_bits_per_identifier(header));
    json_bool(json, "signed", !header_is_unsigned(header));
    json_number(json, "serial", header->serial);
    json_close(json, '}');
}

/* What was published, an index or a digest file; the other one is null. */
static void put_output(struct json *json, const struct report *report)
{
    bool is_set = report->config->command == COMMAND_DIGEST;
    if (report->is_published && !is_set)
        put_index(json, report->header);
    else
        json_string(json, "index", NULL);
    if (!report->is_published || !is_set) {
        json_string(json, "digest_file", NULL);
        return;
    }
    json_open(json, "digest_file", '{');
    json_number(json, "format_version", DIGEST_FILE_VERSION);
    json_number(json, "bytes", report->digest_file_bytes);
    json_close(json, '}');
}

static void put_all(const struct report *report, FILE *stream, const unsigned *label_numbers)
{
    static const char *const commands[] = {
        [COMMAND_COMPILE] = "compile", [COMMAND_DIGEST] = "digest", [COMMAND_ASSEMBLE] = "assemble"};
    const struct config *config = report->config;
    struct json json = json_start(stream, false);
    json_open(&json, NULL, '{');
    json_string(&json, "program", "elig-build " ELIG_VERSION);
    json_string(&json, "outcome",
                report->is_refused     ? "refused"
                : report->is_published ? "published"
                                       : "dry run");
    json_string(&json, "command", commands[config->command]);
    put_profile(&json, report);
    json_number(&json, "rules_version", ELIG_RULES_VERSION);
    json_number(&json, "input_bytes", report->counts->bytes);
    json_number(&json, "rows", report->counts->rows);
    json_number(&json, "lines", report->counts->lines);
    json_number(&json, "multiline_rows", report->counts->multiline_rows);
    json_number(&json, "lost_lines", report->counts->lost_lines);
    json_number(&json, "rows_without_identifier", report->counts->rows_without_identifier);
    json_number(&json, "doubtful_texts", report->counts->doubts[DOUBT_LETTERS]);
    json_number(&json, "placeholders", report->counts->doubts[DOUBT_PLACEHOLDER]);
    json_number(&json, "quoted_texts", report->counts->doubts[DOUBT_QUOTED]);
    json_number(&json, "doubtful_dates", report->counts->doubts[DOUBT_DATE]);
    json_number(&json, "identifiers", report->totals->first_identifier[SPILL_PARTITIONS]);
    json_double(&json, "false_positive_rate", ldexp(1, -(int)config->rate_bits));
    put_kinds(&json, report);
    put_labels(&json, report, label_numbers);
    put_repeats(&json, report);
    put_refusals(&json, report);
    json_number(&json, "rejected", rejects_all(report->rejects));
    json_number(&json, "rejected_without_line", rejects_all(report->rejects) - report->rejects->count);
    json_number(&json, "absent_rows", report->absent_counts->rows);
    json_number(&json, "absent_rejected", rejects_all(report->absent_rejects));
    put_inputs(&json, "inputs", report, config->inputs, config->input_count, report->rejects);
    put_inputs(&json, "absent", report, config->absent, config->absent_count, report->absent_rejects);
    json_open(&json, "removed", '[');
    for (unsigned i = 0; i < config->removed_count; i++)
        json_string(&json, NULL, config->removed[i]);
    json_close(&json, ']');
    put_output(&json, report);
    json_number(&json, "temporary_bytes", report->spilled_bytes);
    json_open(&json, "seconds", '{');
    for (int phase = 0; phase < PHASE_COUNT; phase++)
        json_double(&json, phases_key((enum phase)phase), progress_seconds(report->progress, (unsigned)phase));
    json_close(&json, '}');
    json_close(&json, '}');
}

int build_report_write(const struct report *report, struct atomic_file *file)
{
    FILE *stream;
    unsigned *label_numbers = sorted_labels(report->labels);
    int error = label_numbers != NULL ? atomic_file_stream(file, &stream) : ELIG_E_WRITE;
    if (error == 0) {
        put_all(report, stream, label_numbers);
        error = atomic_file_commit_stream(file, REPORT_MODE);
    } else {
        atomic_file_abandon(file);
    }
    free(label_numbers);
    return error;
}
