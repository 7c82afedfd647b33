/* SPDX-License-Identifier: Apache-2.0 */
/* list_checks.c - reports what was counted in the lists, and what a dry run of elig-build says of them. */
#include "audit/checks/list_checks.h"

#include <inttypes.h>
#include <string.h>

#include "audit/checks/build_command.h"
#include "audit/util/public_text.h"

#define MESSAGES_MAX 128 /* of elig-build, which prints fewer */

static void report_rows(struct audit_context *context, const struct identifier_counts *counts)
{
    const struct schema *schema = &context->config->schema;
    struct finding *finding =
        report_finding(context->report, CHECK_LIST_ROWS, OUTCOME_INFO,
                       "%" PRIu64 " rows, %" PRIu64 " of them of several lines, in %" PRIu64 " lines; %" PRIu64
                       " lines are lost with rejected rows",
                       counts->rows, counts->multiline_rows, counts->lines, counts->lost_lines);
    FINDING_NUMBERS(finding, {"rows", (double)counts->rows}, {"lines", (double)counts->lines},
                    {"multiline_rows", (double)counts->multiline_rows},
                    {"lost_lines", (double)counts->lost_lines});
    for (unsigned kind = 0; kind < schema->kind_count; kind++)
        if (counts->has_kind[kind])
            finding_detail(finding,
                           "kind %s: %" PRIu64 " identifiers, %" PRIu64 " empty, %" PRIu64
                           " incomplete, %" PRIu64 " malformed",
                           public_text_kind(&schema->kinds[kind]), counts->identifiers[kind],
                           counts->empty[kind], counts->incomplete[kind], counts->malformed[kind]);
    finding_method(finding,
                   "The rows as elig-build reads them; an identifier counts as often as it stands in them.");
}

/* The limits of elig-build: those that were given, else its defaults. */
static void add_limits(struct build_command *command, const struct audit_config *config)
{
    if (config->skip_limit != NULL)
        build_command_add_format(command, "--skip-invalid=%s", config->skip_limit);
    else
        build_command_add(command, "--skip-invalid");
    if (config->max_repeats > 0)
        build_command_add_option(command, "--max-repeats", "%" PRIu64, config->max_repeats);
    if (config->expected_rows != NULL)
        build_command_add_option(command, "--expect-rows", "%s", config->expected_rows);
    for (unsigned i = 0; i < config->allowed_empty_count; i++)
        build_command_add_option(command, "--allow-empty", "%s", config->allowed_empty[i]);
}

static void make_command(struct build_command *command, const struct audit_config *config,
                         const struct identifier_counts *counts)
{
    build_command_add(command, "elig-build");
    build_command_add(command, "compile");
    build_command_add(command, "--dry-run");
    build_command_add(command, "--quiet");
    for (unsigned kind = 0; kind < config->schema.kind_count; kind++)
        if (counts->has_kind[kind])
            build_command_add_kind(command, config, kind);
    add_limits(command, config);
    build_command_add_lists(command, config);
}

static bool is_judgement(const char *line)
{
    return strstr(line, ": refused: ") != NULL || strstr(line, ": warning: ") != NULL;
}

/* Repeats the messages: what concerns the list as a whole, then what concerns lines. */
static void repeat_messages(char *errors, struct finding *finding)
{
    const char *lines[MESSAGES_MAX];
    unsigned count = 0;
    char *rest = NULL;
    for (char *line = strtok_r(errors, "\n", &rest); line != NULL && count < MESSAGES_MAX;
         line = strtok_r(NULL, "\n", &rest))
        lines[count++] = line;
    for (unsigned pass = 0; pass < 2; pass++)
        for (unsigned i = 0; i < count; i++)
            if (is_judgement(lines[i]) == (pass == 0))
                finding_detail(finding, "%s", lines[i]);
}

/* A refusal is a fault if the auditor was told the limits; by elig-build's own limits it is for a person to
 * judge, since the index may have been made under others. */
static struct finding *report_run(struct audit_context *context, const struct subprocess_result *run)
{
    const struct audit_config *config = context->config;
    bool has_limits = config->has_skip_limit || config->max_repeats > 0 || config->expected_rows != NULL;
    int code = subprocess_code(run->status);
    if (code == EXIT_REFUSED)
        return report_finding(context->report, CHECK_LIST_BUILD, has_limits ? OUTCOME_FAIL : OUTCOME_WARN,
                              "elig-build refuses the list%s",
                              has_limits ? "" : " by its default limits: with which was the index made?");
    if (code != EXIT_DONE)
        return report_finding(context->report, CHECK_LIST_BUILD, OUTCOME_WARN,
                              "not known: elig-build cannot read the list (exit code %d)", code);
    bool is_warned = run->errors != NULL && is_judgement(run->errors);
    return report_finding(context->report, CHECK_LIST_BUILD, is_warned ? OUTCOME_WARN : OUTCOME_PASS,
                          is_warned ? "elig-build takes the list, with warnings" : "elig-build takes the list");
}

static int report_build(struct audit_context *context, const struct identifier_counts *counts)
{
    struct build_command command = {.arguments = NULL};
    struct subprocess_result run;
    struct finding *finding;
    const char *failed;
    progress_begin(context->progress, AUDIT_PHASE_LIST_BUILD, 0, "lists", 1);
    make_command(&command, context->config, counts);
    int error = build_command_run(&command, context->config->programs, &run, &failed);
    if (error == ELIG_E_MEMORY) {
        error = context_fail("read the list", error);
    } else {
        if (error != 0)
            finding =
                report_finding(context->report, CHECK_LIST_BUILD, OUTCOME_WARN, "not tried: cannot %s", failed);
        else
            finding = report_run(context, &run);
        if (run.errors != NULL)
            repeat_messages(run.errors, finding);
        finding_method(finding,
                       "elig-build reads the list in a dry run, with the limits that the auditor was given "
                       "(--skip-invalid, --max-repeats, --drop-repeats, --expect-rows, --allow-empty), else "
                       "its defaults.");
        error = 0;
    }
    subprocess_result_free(&run);
    build_command_free(&command);
    return error;
}

int list_checks_report(struct audit_context *context, const struct identifier_counts *counts)
{
    bool has_kind = false;
    report_rows(context, counts);
    for (unsigned kind = 0; kind < context->config->schema.kind_count; kind++)
        has_kind |= counts->has_kind[kind];
    /* without the header the types are not known, and without columns there is nothing to build */
    return context->target->has_header && has_kind ? report_build(context, counts) : 0;
}
