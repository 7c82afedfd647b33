/* SPDX-License-Identifier: Apache-2.0 */
/* build_report.c - a build in JSON, for --report, and in a few lines, for the terminal. */
#include "builder/build_report.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "builder/digest_file/digest_file_format.h"
#include "builder/phases.h"
#include "lib/elig/canon/canon.h"
#include "lib/util/json.h"
#include "lib/util/message.h"

#define LINES_PRINTED 20
#define LINE_TEXT 64
#define REPORT_MODE 0644

static const char *reject_kind_name(const struct report *report, const struct reject *reject)
{
    return reject->kind == REJECT_NO_KIND ? NULL : report->config->list.kinds[reject->kind].name;
}

static double bits_per_identifier(const struct header *header)
{
    return header->identifiers > 0 ? (double)header->tree.pages * ELIG_PAGE_BITS / (double)header->identifiers
                                   : 0;
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
        uint64_t read = report->counts->identifiers[kind], removed = report->totals->removed[kind];
        uint64_t listed = report->totals->of_kind[kind];
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
        json_number(json, "identifiers", listed);
        json_number(json, "duplicates", read - listed - removed);
        json_number(json, "empty", report->counts->empty[kind]);
        json_number(json, "incomplete", report->counts->incomplete[kind]);
        json_number(json, "rejected_with_label", report->counts->rejected_with_label[kind]);
        json_number(json, "removed", removed);
        json_number(json, "absent", report->absent_counts->identifiers[kind]);
        json_close(json, '}');
    }
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
    for (unsigned i = 0; i < label_table_count(report->labels); i++) {
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

/* One entry for a kind and reason that occur in an input, with all line numbers. There are few kinds and
 * reasons, so each is collected in a pass of its own. */
static void put_reason(struct json *json, const struct report *report, const struct reject *rejects,
                       size_t count, const struct reject *like)
{
    uint64_t lines = 0;
    for (size_t i = 0; i < count; i++)
        lines += rejects[i].kind == like->kind && rejects[i].reason == like->reason;
    if (lines == 0)
        return;
    json_open(json, NULL, '{');
    json_string(json, "kind", like->kind != REJECT_NO_KIND ? reject_kind_name(report, like) : NULL);
    json_string(json, "reason", reject_text(like->reason));
    json_number(json, "count", lines);
    json_open(json, "lines", '[');
    bool is_flat = json->is_flat;
    json->is_flat = true;
    for (size_t i = 0; i < count; i++)
        if (rejects[i].kind == like->kind && rejects[i].reason == like->reason)
            put_lines(json, &rejects[i]);
    json_close(json, ']');
    json->is_flat = is_flat;
    json_close(json, '}');
}

static void put_rejected(struct json *json, const struct report *report, const struct reject *rejects,
                         size_t count)
{
    uint8_t seen[REJECT_NO_KIND + 1][UINT8_MAX + 1] = {{0}};
    for (size_t i = 0; i < count; i++)
        seen[rejects[i].kind][rejects[i].reason] = 1;
    json_open(json, "rejected", '[');
    for (unsigned kind = 0; kind <= REJECT_NO_KIND; kind++)
        for (unsigned reason = 0; reason <= UINT8_MAX; reason++)
            if (seen[kind][reason])
                put_reason(json, report, rejects, count,
                           &(struct reject){.kind = (uint8_t)kind, .reason = (uint8_t)reason});
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
        json_string(json, "name", inputs[input] != NULL ? inputs[input] : "standard input");
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
    json_double(json, "bits_per_identifier", bits_per_identifier(header));
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
    json_string(&json, "outcome", report->is_published ? "published" : "refused");
    json_string(&json, "command", commands[config->command]);
    put_profile(&json, report);
    json_number(&json, "rules_version", ELIG_RULES_VERSION);
    json_number(&json, "input_bytes", report->counts->bytes);
    json_number(&json, "rows", report->counts->rows);
    json_number(&json, "rows_without_identifier", report->counts->rows_without_identifier);
    json_number(&json, "question_marks", report->counts->question_marks);
    json_number(&json, "identifiers", report->totals->first_identifier[SPILL_PARTITIONS]);
    json_double(&json, "false_positive_rate", ldexp(1, -(int)config->rate_bits));
    put_kinds(&json, report);
    put_labels(&json, report, label_numbers);
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
    mode_t mask = umask(0);
    umask(mask);
    int copy = fcntl(atomic_file_descriptor(file), F_DUPFD_CLOEXEC, 0);
    FILE *stream = copy >= 0 ? fdopen(copy, "w") : NULL;
    unsigned *label_numbers = sorted_labels(report->labels);
    bool is_written = stream != NULL && label_numbers != NULL;
    if (is_written) {
        put_all(report, stream, label_numbers);
        is_written = !ferror(stream);
    }
    if (stream != NULL)
        is_written = fclose(stream) == 0 && is_written;
    else if (copy >= 0)
        close(copy);
    free(label_numbers);
    if (is_written)
        return atomic_file_commit(file, REPORT_MODE & ~mask);
    int error_number = errno;
    atomic_file_abandon(file);
    errno = error_number;
    return ELIG_E_WRITE;
}

/* ---- Words ---- */

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
        const char *kind = reject_kind_name(report, reject);
        char line[LINE_TEXT] = "";
        line_text(reject, line);
        message("%s: %s%s%s%s", input != NULL ? input : "standard input", line, kind != NULL ? kind : "",
                kind != NULL ? ": " : "", reject_text(reject->reason));
    }
    if (rejects->count > LINES_PRINTED)
        message("... and %zu more%s", rejects->count - LINES_PRINTED,
                report->config->report != NULL ? ", all of them in the report"
                                               : ": --report FILE lists them all");
    if (rejects_all(rejects) > rejects->count)
        message("... and %llu whose lines were not kept: is this the right column, delimiter, encoding?",
                (unsigned long long)(rejects_all(rejects) - rejects->count));
}

static void print_published(const struct report *report)
{
    const struct config *config = report->config;
    const struct header *header = report->header;
    uint64_t identifiers = report->totals->first_identifier[SPILL_PARTITIONS];
    uint64_t occurrences = 0, removed = 0, with_label = 0, incomplete = 0;
    for (unsigned kind = 0; kind < config->list.kind_count; kind++) {
        occurrences += report->counts->identifiers[kind];
        removed += report->totals->removed[kind];
        with_label += report->counts->rejected_with_label[kind];
        incomplete += report->counts->incomplete[kind];
    }
    message("%llu rows read, %llu identifiers %s, %llu duplicates merged, %llu rejected",
            (unsigned long long)report->counts->rows, (unsigned long long)identifiers,
            config->command == COMMAND_DIGEST ? "digested" : "listed",
            (unsigned long long)(occurrences - identifiers - removed),
            (unsigned long long)rejects_all(report->rejects));
    if (with_label > 0)
        message("%llu identifiers left out with rows that were rejected for their labels",
                (unsigned long long)with_label);
    if (incomplete > 0)
        message("%llu composites left out of which a part is empty and another is not",
                (unsigned long long)incomplete);
    if (config->removed_count > 0)
        message("%llu identifiers left out since they are to be removed", (unsigned long long)removed);
    if (identifiers == 0 && config->command != COMMAND_DIGEST)
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
            bits_per_identifier(header), header->leaf.fingerprint_bits - header->profile.work_bits);
}

/* What may be wrong with a list that was read all the same. */
static void print_warnings(const struct report *report)
{
    const struct identifier_counts *counts = report->counts;
    if (counts->question_marks == 0)
        return;
    const char *input = report->config->inputs[row_position_input(counts->first_question_mark)];
    message("warning: %llu texts have a question mark, which exports write for letters they cannot hold, the "
            "first in "
            "%s at line %llu",
            (unsigned long long)counts->question_marks, input != NULL ? input : "standard input",
            (unsigned long long)row_position_line(counts->first_question_mark));
}

void build_report_print(const struct report *report)
{
    print_rejects(report, report->rejects, report->config->inputs);
    print_rejects(report, report->absent_rejects, report->config->absent);
    print_warnings(report);
    if (report->is_published && !report->config->is_quiet)
        print_published(report);
}
