#include "report.h"

#include "canon.h"
#include "json.h"
#include "message.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINES_PRINTED 20
#define LINE_TEXT 32
#define REPORT_MODE 0644

static const char *const command_names[] = {
    [COMMAND_COMPILE] = "compile", [COMMAND_DIGEST] = "digest", [COMMAND_ASSEMBLE] = "assemble"};

static const char *fault_kind_name(const struct report *report, const struct fault *fault)
{
    return fault->kind == FAULT_NO_KIND ? NULL : report->recipe->list.kinds[fault->kind].name;
}

static double bits_per_identifier(const struct header *header)
{
    return header->identifiers > 0 ? (double)header->tree.pages * ELIG_PAGE_BITS / (double)header->identifiers
                                   : 0;
}

/* ---- JSON ---- */

static void put_guessing(struct json *json, const struct report *report, unsigned kind)
{
    const struct profile *profile = &report->recipe->profile;
    const struct price *price = &report->prices[kind];
    json_open(json, "guessing", '{');
    json_real(json, "candidates", price->candidates);
    if (price->seconds > 0)
        json_real(json, "core_seconds", price->seconds);
    else
        json_null(json, "core_seconds");
    if (profile->id == ELIG_PROFILE_OFFLINE)
        json_real(json, "dollars", price->dollars);
    else
        json_null(json, "dollars");
    json_flag(json, "enumerable", price_is_cheap(profile, price));
    json_close(json, '}');
}

static void put_warnings(struct json *json, const struct report *report)
{
    const struct recipe *recipe = report->recipe;
    json_open(json, "warnings", '[');
    for (unsigned kind = 0; kind < recipe->list.kind_count; kind++) {
        char text[PRICE_SENTENCE];
        if (price_is_cheap(&recipe->profile, &report->prices[kind]))
            json_text(json, NULL,
                      price_sentence(&recipe->profile, &recipe->list.kinds[kind], &report->prices[kind], text));
    }
    json_close(json, ']');
}

/* What a digest takes, where it is to take something. */
static void put_profile(struct json *json, const struct profile *profile)
{
    json_text(json, "profile", profile_name(profile->id));
    if (profile->id == ELIG_PROFILE_OFFLINE) {
        json_number(json, "argon2_memory", profile->argon2_memory);
        json_number(json, "argon2_passes", profile->argon2_passes);
        json_number(json, "work_bits", profile->work_bits);
    }
}

static void put_kinds(struct json *json, const struct report *report)
{
    json_open(json, "kinds", '[');
    for (unsigned kind = 0; kind < report->recipe->list.kind_count; kind++) {
        const struct elig_kind *description = &report->recipe->list.kinds[kind];
        json_open(json, NULL, '{');
        json_text(json, "name", description->name);
        json_open(json, "parts", '[');
        for (unsigned i = 0; i < description->part_count; i++) {
            char type[CANON_TYPE_TEXT_MAX];
            canon_part_print(&description->parts[i], type);
            json_text(json, NULL, type);
        }
        json_close(json, ']');
        put_guessing(json, report, kind);
        json_number(json, "identifiers", report->census->of_kind[kind]);
        json_number(json, "duplicates",
                    report->counts->identifiers[kind] - report->census->of_kind[kind] -
                        report->census->removed[kind]);
        json_number(json, "empty", report->counts->empty[kind]);
        json_number(json, "removed", report->census->removed[kind]);
        json_number(json, "absent", report->absent_counts->identifiers[kind]);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static int compare_labels(const void *a, const void *b, void *labels)
{
    return strcmp(labels_word(labels, *(const unsigned *)a), labels_word(labels, *(const unsigned *)b));
}

/* By word, since numbers depend on which thread met a label first. Returns NULL when there is no memory. */
static unsigned *sorted_labels(const struct labels *labels)
{
    unsigned count = labels_count(labels);
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
    for (unsigned i = 0; i < labels_count(report->labels); i++) {
        /* a label that too few hold is personal data itself, and refused */
        if (report->census->held[numbers[i]] < report->recipe->label_minimum)
            continue;
        json_open(json, NULL, '{');
        json_text(json, "label", labels_word(report->labels, numbers[i]));
        json_number(json, "identifiers", report->census->held[numbers[i]]);
        json_close(json, '}');
    }
    json_close(json, ']');
}

/* One entry for each kind and reason that occurs in an input, with all line numbers. Faults are sorted by
 * place; few reasons exist, so each is collected in a pass of its own. */
static void put_reason(struct json *json, const struct report *report, const struct fault *faults, size_t count,
                       const struct fault *like)
{
    uint64_t lines = 0;
    for (size_t i = 0; i < count; i++)
        lines += faults[i].kind == like->kind && faults[i].reason == like->reason;
    if (lines == 0)
        return;
    json_open(json, NULL, '{');
    if (like->kind == FAULT_NO_KIND)
        json_null(json, "kind");
    else
        json_text(json, "kind", fault_kind_name(report, like));
    json_text(json, "reason", fault_text(like->reason));
    json_number(json, "count", lines);
    json_open(json, "lines", '[');
    int is_flat = json->is_flat;
    json->is_flat = 1;
    for (size_t i = 0; i < count; i++)
        if (faults[i].kind == like->kind && faults[i].reason == like->reason &&
            record_place_line(faults[i].place) > 0)
            json_number(json, NULL, record_place_line(faults[i].place));
    json_close(json, ']');
    json->is_flat = is_flat;
    json_close(json, '}');
}

static void put_rejected(struct json *json, const struct report *report, const struct fault *faults,
                         size_t count)
{
    uint8_t seen[FAULT_NO_KIND + 1][UINT8_MAX + 1] = {{0}};
    for (size_t i = 0; i < count; i++)
        seen[faults[i].kind][faults[i].reason] = 1;
    json_open(json, "rejected", '[');
    for (unsigned kind = 0; kind <= FAULT_NO_KIND; kind++)
        for (unsigned reason = 0; reason <= UINT8_MAX; reason++)
            if (seen[kind][reason])
                put_reason(json, report, faults, count,
                           &(struct fault){.kind = (uint8_t)kind, .reason = (uint8_t)reason});
    json_close(json, ']');
}

static void put_inputs(struct json *json, const char *name, const struct report *report, const char **inputs,
                       unsigned input_count, const struct faults *faults)
{
    size_t at = 0;
    json_open(json, name, '[');
    for (unsigned input = 0; input < input_count; input++) {
        size_t first = at;
        while (at < faults->count && record_place_input(faults->entries[at].place) == input)
            at++;
        json_open(json, NULL, '{');
        json_text(json, "name", inputs[input] != NULL ? inputs[input] : "standard input");
        put_rejected(json, report, faults->entries + first, at - first);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void put_names(struct json *json, const char *name, const char **names, unsigned count)
{
    json_open(json, name, '[');
    for (unsigned i = 0; i < count; i++)
        json_text(json, NULL, names[i]);
    json_close(json, ']');
}

/* What was published, under the name of what it is; the other one is null. */
static void put_index(struct json *json, const struct report *report)
{
    const struct header *header = report->header;
    if (!report->is_published || report->recipe->command == COMMAND_DIGEST) {
        json_null(json, "index");
        return;
    }
    json_open(json, "index", '{');
    json_number(json, "format_version", ELIG_FORMAT_VERSION);
    json_number(json, "bytes", header->tree.pages * ELIG_PAGE_BYTES);
    json_number(json, "identifiers", header->identifiers);
    json_number(json, "fingerprint_bits", header->leaf.fingerprint_bits);
    json_number(json, "label_bits", header->leaf.payload_bits);
    json_real(json, "bits_per_identifier", bits_per_identifier(header));
    json_flag(json, "signed", !header_is_unsigned(header));
    json_number(json, "serial", header->serial);
    json_close(json, '}');
}

static void put_set(struct json *json, const struct report *report)
{
    if (!report->is_published || report->recipe->command != COMMAND_DIGEST) {
        json_null(json, "set");
        return;
    }
    json_open(json, "set", '{');
    json_number(json, "set_version", SET_VERSION);
    json_number(json, "bytes", report->set_bytes);
    json_close(json, '}');
}

static void put_seconds(struct json *json, const struct progress *progress)
{
    json_open(json, "seconds", '{');
    for (int phase = 0; phase < PHASE_COUNT; phase++)
        json_real(json, phases_key((enum phase)phase), progress_seconds(progress, (unsigned)phase));
    json_close(json, '}');
}

static void put_all(const struct report *report, FILE *stream, const unsigned *label_numbers)
{
    const struct recipe *recipe = report->recipe;
    struct json json = json_start(stream, 0);
    json_open(&json, NULL, '{');
    json_text(&json, "program", "elig-build " ELIG_VERSION);
    json_text(&json, "outcome", report->is_published ? "published" : "refused");
    json_text(&json, "command", command_names[recipe->command]);
    put_profile(&json, &recipe->profile);
    put_warnings(&json, report);
    json_number(&json, "rules_version", ELIG_RULES_VERSION);
    json_number(&json, "input_bytes", report->counts->bytes);
    json_number(&json, "rows", report->counts->rows);
    json_number(&json, "rows_without_identifier", report->counts->rows_without_identifier);
    json_number(&json, "identifiers", report->census->first_rank[STORE_PARTS]);
    json_real(&json, "false_positive_rate", ldexp(1, -(int)recipe->rate_bits));
    put_kinds(&json, report);
    put_labels(&json, report, label_numbers);
    json_number(&json, "rejected", faults_all(report->faults));
    json_number(&json, "rejected_without_line", faults_all(report->faults) - report->faults->count);
    json_number(&json, "absent_rows", report->absent_counts->rows);
    json_number(&json, "absent_rejected", faults_all(report->absent_faults));
    put_inputs(&json, "inputs", report, recipe->inputs, recipe->input_count, report->faults);
    put_inputs(&json, "absent", report, recipe->absent, recipe->absent_count, report->absent_faults);
    put_names(&json, "removed", recipe->removed, recipe->removed_count);
    put_index(&json, report);
    put_set(&json, report);
    json_number(&json, "temporary_bytes", report->spilled_bytes);
    put_seconds(&json, report->progress);
    json_close(&json, '}');
    json_end(&json);
}

/* Writes to a copy of the descriptor, which is publish's. Returns 1, or 0 with errno set. */
static int write_stream(const struct report *report, const struct publish *publish)
{
    int copy = fcntl(publish_file(publish), F_DUPFD_CLOEXEC, 0);
    FILE *stream = copy >= 0 ? fdopen(copy, "w") : NULL;
    unsigned *label_numbers = sorted_labels(report->labels);
    int good = stream != NULL && label_numbers != NULL;
    if (good) {
        put_all(report, stream, label_numbers);
        good = !ferror(stream);
    }
    if (stream != NULL)
        good = fclose(stream) == 0 && good;
    else if (copy >= 0)
        close(copy);
    free(label_numbers);
    return good;
}

int report_write(const struct report *report, struct publish *file)
{
    mode_t mask = umask(0);
    umask(mask);
    if (write_stream(report, file))
        return publish_commit(file, REPORT_MODE & ~mask);
    int why = errno;
    publish_abandon(file);
    errno = why;
    return 0;
}

/* ---- Words ---- */

static void print_faults(const struct report *report, const struct faults *faults, const char **inputs)
{
    for (size_t i = 0; i < faults->count && i < LINES_PRINTED; i++) {
        const struct fault *fault = &faults->entries[i];
        const char *input = inputs[record_place_input(fault->place)];
        const char *kind = fault_kind_name(report, fault);
        char line[LINE_TEXT] = "";
        if (record_place_line(fault->place) > 0) /* sets have none */
            snprintf(line, sizeof line, "line %llu: ", (unsigned long long)record_place_line(fault->place));
        message("%s: %s%s%s%s", input != NULL ? input : "standard input", line, kind != NULL ? kind : "",
                kind != NULL ? ": " : "", fault_text(fault->reason));
    }
    if (faults->count > LINES_PRINTED)
        message("... and %zu more%s", faults->count - LINES_PRINTED,
                report->recipe->report != NULL ? ", all of them in the report"
                                               : ": --report FILE lists them all");
    if (faults_all(faults) > faults->count)
        message("... and %llu whose lines were not kept: is this the right column, delimiter, encoding?",
                (unsigned long long)(faults_all(faults) - faults->count));
}

static void print_counts(const struct report *report)
{
    const struct recipe *recipe = report->recipe;
    uint64_t occurrences = 0, removed = 0, identifiers = report->census->first_rank[STORE_PARTS];
    for (unsigned kind = 0; kind < recipe->list.kind_count; kind++) {
        occurrences += report->counts->identifiers[kind];
        removed += report->census->removed[kind];
    }
    message("%llu rows read, %llu identifiers %s, %llu duplicates merged, %llu rejected",
            (unsigned long long)report->counts->rows, (unsigned long long)identifiers,
            recipe->command == COMMAND_DIGEST ? "digested" : "listed",
            (unsigned long long)(occurrences - identifiers - removed),
            (unsigned long long)faults_all(report->faults));
    if (recipe->removed_count > 0)
        message("%llu identifiers left out since they are to be removed", (unsigned long long)removed);
    if (identifiers == 0 && recipe->command != COMMAND_DIGEST)
        message("%s lists nobody: every lookup will say 'not listed'", recipe->output);
}

static void print_output(const struct report *report)
{
    const struct header *header = report->header;
    const char *output = report->recipe->output;
    if (report->recipe->command == COMMAND_DIGEST)
        message("%s: %llu bytes; who has it%s can test guesses against it", output,
                (unsigned long long)report->set_bytes,
                report->recipe->profile.id != ELIG_PROFILE_OFFLINE ? " and the secret" : "");
    else
        message(
            "%s: %llu bytes, %.2f bits per identifier; an identifier that is not listed is taken for one that "
            "is once in 2^%u lookups",
            output, (unsigned long long)(header->tree.pages * ELIG_PAGE_BYTES), bits_per_identifier(header),
            header->leaf.fingerprint_bits - header->profile.work_bits);
}

void report_print(const struct report *report)
{
    if (!report->is_published || !report->recipe->list.is_quiet) {
        print_faults(report, report->faults, report->recipe->inputs);
        print_faults(report, report->absent_faults, report->recipe->absent);
    }
    if (report->is_published && !report->recipe->list.is_quiet) {
        print_counts(report);
        print_output(report);
    }
}
