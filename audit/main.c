/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - elig-audit: opens the files, runs the checks one after another, writes the reports, and owns the
 * exit code. */
#include <errno.h>
#include <gsl/gsl_errno.h>
#include <inttypes.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "audit/attack/attack.h"
#include "audit/attack/attack_cost.h"
#include "audit/checks/compare.h"
#include "audit/checks/fpr_test.h"
#include "audit/checks/header_checks.h"
#include "audit/checks/list_search.h"
#include "audit/checks/page_checks.h"
#include "audit/checks/rebuild.h"
#include "audit/checks/section_checks.h"
#include "audit/checks/strings.h"
#include "audit/context/context.h"
#include "audit/lists/list_reader.h"
#include "audit/options.h"
#include "audit/report/report_model.h"
#include "audit/util/public_text.h"
#include "lib/util/atomic_file.h"
#include "lib/util/parse.h"
#include "lib/util/program.h"

#define REPORT_MODE 0644

static const char usage[] =
    "Usage: elig-audit [OPTION...] INDEX          what is in it, and what its holders could learn\n"
    "       elig-audit [OPTION...] INDEX OTHER    what two indexes reveal together\n";

static const char exit_status[] =
    "\nExit status: 0 nothing failed; 1 something failed; 2 usage; 5 cannot read, write or allocate.\n";

/* SIGBUS: a mapped file was cut short. */
static void explain_signal(int signal)
{
    static const char text[] = "elig-audit: read the index: it was cut short meanwhile\n";
    ssize_t put = write(STDERR_FILENO, text, sizeof text - 1);
    (void)signal, (void)put;
    _exit(EXIT_CANNOT);
}

/* ---- Facts ---- */

static void add_file(struct report *report, const struct target *target, const char *key, const char *title)
{
    char hash_key[64], hash[2 * crypto_generichash_BYTES + 1];
    uint8_t bytes[crypto_generichash_BYTES];
    const char *name = strrchr(target->path, '/');
    crypto_generichash(bytes, sizeof bytes, target->bytes, target->length, NULL, 0);
    report_fact(report, key, title, "%s, %" PRIu64 " bytes", name != NULL ? name + 1 : target->path,
                target->length);
    snprintf(hash_key, sizeof hash_key, "%s-blake2b", key);
    report_fact(report, hash_key, "BLAKE2b-256 of it", "%s",
                sodium_bin2hex(hash, sizeof hash, bytes, sizeof bytes));
    if (target->refusal != 0)
        report_fact(report, "refusal", "Readers refuse it", "%s", elig_text(target->refusal));
}

/* The lists, by name and length. Not by a hash: that of a list with one person would be a hash of personal
 * data. */
static void add_lists(struct report *report, const struct audit_config *config)
{
    char key[32], title[32];
    for (unsigned i = 0; i < config->list_count; i++) {
        struct stat status = {0};
        const char *name = strrchr(config->lists[i], '/');
        snprintf(key, sizeof key, "list-%u", i + 1);
        snprintf(title, sizeof title, "List %u", i + 1);
        (void)stat(config->lists[i], &status);
        report_fact(report, key, title, "%s, %" PRIu64 " bytes", name != NULL ? name + 1 : config->lists[i],
                    (uint64_t)status.st_size);
    }
}

static void add_columns(struct report *report, const struct audit_config *config)
{
    char text[4096] = "";
    size_t length = 0;
    const struct schema *schema = &config->schema;
    for (unsigned kind = 0; config->list_count > 0 && kind < schema->kind_count; kind++)
        for (unsigned part = 0; part < schema->kinds[kind].part_count && length < sizeof text; part++)
            length += (size_t)snprintf(text + length, sizeof text - length, "%s%s%s%s",
                                       part > 0   ? "+"
                                       : kind > 0 ? ", "
                                                  : "",
                                       part > 0 ? "" : public_text_kind(&schema->kinds[kind]),
                                       part > 0 ? "" : "=", schema->columns[kind][part]);
    if (length > 0)
        report_fact(report, "columns", "Its columns", "%s", text);
}

static void add_means(struct report *report, const struct audit_config *config)
{
    report_fact(report, "means", "The auditor held", "the file%s%s%s%s",
                config->list_count > 0 ? ", the list" : "", config->secret != NULL ? ", the secret" : "",
                config->seed != NULL ? ", the seed" : "",
                config->signer != NULL ? ", the signer's public key" : "");
}

/* ---- Jobs ---- */

typedef int check(struct audit_context *context); /* audit/context/context.h */

static check *const checks_of_index[] = {
    header_checks_run, section_checks_run, page_checks_run, strings_check, attack_cost_check,
    fpr_test_check,    list_search_check,  rebuild_check,   attack_check,  NULL,
};
static check *const checks_of_comparison[] = {compare_check, NULL};

static int run_checks(struct audit_context *context, check *const *checks)
{
    int error = 0;
    for (; error == 0 && *checks != NULL; checks++)
        error = (*checks)(context);
    return error;
}

/* Weights by the sizes of the file and the lists; phases that this audit does not have weigh nothing. */
static struct progress *start_progress(const struct audit_config *config, uint64_t file_bytes)
{
    double file = (double)file_bytes, lists = (double)list_reader_bytes(config);
    struct progress_phase phases[] = {
#define PHASE_WEIGHT(name, text, of_file, of_lists) {text, (of_file)*file + (of_lists)*lists},
        AUDIT_PHASES(PHASE_WEIGHT)};
    if (config->secret != NULL)
        phases[AUDIT_PHASE_KEYS].weight = 0;
    else if (config->list_count == 0)
        phases[AUDIT_PHASE_INDEX].weight = phases[AUDIT_PHASE_COMPARE].weight = 0;
    if (!config->wants_search)
        phases[AUDIT_PHASE_LISTS].weight = 0;
    if (!config->wants_rebuild)
        phases[AUDIT_PHASE_REBUILD].weight = 0;
    return progress_new(config->is_quiet, phases, AUDIT_PHASE_COUNT);
}

static int open_target(struct target *target, const char *path, const struct audit_config *config)
{
    int error = target_open(target, path, config->secret);
    int error_number = errno;
    if (error == ELIG_E_READ)
        message("open %s: %s: %s", path, elig_text(error), strerror(error_number));
    else if (error != 0)
        message("open %s: %s", path, elig_text(error));
    return error == 0 ? 0 : MESSAGE_E_PRINTED;
}

/* Audits one file, or compares two. Returns 0, MESSAGE_E_USAGE or MESSAGE_E_PRINTED. */
static int audit_files(struct audit_context *context, struct audit_config *config)
{
    struct target target = {0}, other = {0};
    bool is_comparison = config->other != NULL;
    int error = open_target(&target, config->index, config);
    if (error == 0 && is_comparison)
        error = open_target(&other, config->other, config);
    if (error == 0 && !is_comparison)
        error = audit_options_resolve(config, target.has_header ? &target.header : NULL);
    if (error == 0) {
        context->target = &target;
        context->other = is_comparison ? &other : NULL;
        add_file(context->report, &target, "file", "File");
        if (is_comparison)
            add_file(context->report, &other, "other", "Other file");
        add_means(context->report, config);
        add_lists(context->report, config);
        add_columns(context->report, config);
        context->progress = start_progress(config, is_comparison ? 0 : target.length);
        error = run_checks(context, is_comparison ? checks_of_comparison : checks_of_index);
    }
    target_close(&other);
    target_close(&target);
    return error;
}

/* ---- Reports ---- */

static void write_format(const struct report *report, FILE *stream, enum format format, bool is_strict)
{
    struct winsize window;
    bool is_terminal = isatty(fileno(stream));
    unsigned width = is_terminal && ioctl(fileno(stream), TIOCGWINSZ, &window) == 0 ? window.ws_col : 0;
    switch (format) {
    case FORMAT_TEXT:
        report_write_text(report, stream, is_strict, width, is_terminal && getenv("NO_COLOR") == NULL);
        break;
    case FORMAT_JSON:
        report_write_json(report, stream, is_strict);
        break;
    case FORMAT_HTML:
        report_write_html(report, stream, is_strict);
        break;
    }
}

/* Writes a report to a file that appears only when it is complete. Returns 0, or ELIG_E_WRITE with errno set.
 */
static int write_file(const struct report *report, struct atomic_file *output, enum format format,
                      bool is_strict)
{
    FILE *stream;
    int error = atomic_file_stream(output, &stream);
    if (error == 0) {
        write_format(report, stream, format, is_strict);
        return atomic_file_commit_stream(output, REPORT_MODE);
    }
    atomic_file_abandon(output);
    return error;
}

/* Prints the reason in errno. */
static int cannot_write(const char *path)
{
    message("write %s: %s", path, strerror(errno));
    return MESSAGE_E_PRINTED;
}

/* Opens all outputs before the work is done, so that one that cannot be written is an error at once. */
static int open_outputs(const struct audit_config *config, struct atomic_file **files)
{
    for (unsigned i = 0; i < config->output_count; i++)
        if (config->outputs[i].path != NULL && atomic_file_open(config->outputs[i].path, &files[i]) != 0)
            return cannot_write(config->outputs[i].path);
    return 0;
}

static int write_outputs(const struct audit_config *config, struct atomic_file **files,
                         const struct report *report)
{
    int error = 0;
    for (unsigned i = 0; i < config->output_count; i++) {
        const struct audit_output *output = &config->outputs[i];
        if (output->path == NULL)
            write_format(report, stdout, output->format, config->is_strict);
        else if (write_file(report, files[i], output->format, config->is_strict) != 0)
            error = cannot_write(output->path);
        files[i] = NULL;
    }
    return error;
}

/* If the report goes to files only, standard error says how the audit came out. */
static void print_outcome(const struct audit_config *config, const struct report *report)
{
    for (unsigned i = 0; i < config->output_count; i++)
        if (config->outputs[i].path == NULL)
            return;
    if (!config->is_quiet)
        message("%s: see %s", report_outcomes[report_outcome(report, config->is_strict)].title,
                config->outputs[0].path);
}

static int audit_and_report(struct audit_config *config)
{
    struct atomic_file *files[AUDIT_OUTPUTS_MAX] = {NULL};
    struct audit_context context = {.config = config, .report = report_new()};
    int error = context.report != NULL ? open_outputs(config, files) : context_fail("audit", ELIG_E_MEMORY);
    if (error == 0) {
        char now[PARSE_TIME_TEXT];
        parse_time_print((int64_t)time(NULL), now);
        report_fact(context.report, "program", "Program", REPORT_PROGRAM);
        report_fact(context.report, "audited-at", "Audited at", "%s", now);
        error = audit_files(&context, config);
        progress_free(context.progress);
    }
    if (error == 0 && !report_is_complete(context.report))
        error = context_fail("audit", ELIG_E_MEMORY);
    if (error == 0)
        error = write_outputs(config, files, context.report);
    int result = message_exit_code(error);
    if (result == EXIT_DONE) {
        print_outcome(config, context.report);
        if (report_outcome(context.report, config->is_strict) == OUTCOME_FAIL)
            result = EXIT_REFUSED;
    }
    for (unsigned i = 0; i < AUDIT_OUTPUTS_MAX; i++)
        atomic_file_abandon(files[i]);
    report_free(context.report);
    return result;
}

static int run(int argc, char **argv)
{
    struct audit_config config;
    signal(SIGBUS, explain_signal);
    gsl_set_error_handler_off(); /* values out of range come back as numbers; the default handler aborts */
    if (sodium_init() < 0) {
        message("start: libsodium cannot be initialised");
        return EXIT_CANNOT;
    }
    int result = message_exit_code(audit_options_read(&config, argc, argv));
    if (result == EXIT_DONE && config.wants_help) {
        fputs(usage, stdout);
        audit_options_print();
        fputs(exit_status, stdout);
    } else if (result == EXIT_DONE && config.wants_version) {
        puts(REPORT_PROGRAM);
    } else if (result == EXIT_DONE) {
        result = audit_and_report(&config);
    }
    audit_options_free(&config);
    return result;
}

int main(int argc, char **argv)
{
    return program_run("elig-audit", run, argc, argv);
}
