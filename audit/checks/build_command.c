/* SPDX-License-Identifier: Apache-2.0 */
/* build_command.c - collects arguments, finds elig-build and runs it. */
#include "audit/checks/build_command.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/csv/kind_option.h"

#define MESSAGE_BYTES 65536
#define BUILD_MEMORY_MIN (UINT64_C(64) << 20)

/* text NULL: memory ran out. */
void build_command_add(struct build_command *command, const char *text)
{
    char *copy = text != NULL ? strdup(text) : NULL;
    if (command->count + 1 >= command->capacity) {
        size_t capacity = command->capacity == 0 ? 64 : 2 * command->capacity;
        char **grown = realloc(command->arguments, capacity * sizeof *grown);
        if (grown != NULL) {
            command->arguments = grown;
            command->capacity = capacity;
        }
    }
    if (copy == NULL || command->count + 1 >= command->capacity) {
        command->is_incomplete = true;
        free(copy);
        return;
    }
    command->arguments[command->count++] = copy;
    command->arguments[command->count] = NULL;
}

static void add_format(struct build_command *command, const char *format, va_list values)
{
    char *text;
    if (vasprintf(&text, format, values) < 0)
        text = NULL;
    build_command_add(command, text);
    free(text);
}

void build_command_add_format(struct build_command *command, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    add_format(command, format, values);
    va_end(values);
}

void build_command_add_option(struct build_command *command, const char *option, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    build_command_add(command, option);
    add_format(command, format, values);
    va_end(values);
}

void build_command_add_kind(struct build_command *command, const struct audit_config *config, unsigned kind)
{
    char *text = kind_option_text(&config->schema, kind);
    build_command_add(command, "--kind");
    build_command_add(command, text);
    free(text);
}

void build_command_add_lists(struct build_command *command, const struct audit_config *config)
{
    if (config->schema.label_column != NULL) {
        build_command_add_option(command, "--label", "%s", config->schema.label_column);
        build_command_add_option(command, "--label-minimum", "1"); /* structure.labels judges what is too few */
    }
    if (config->label_order != NULL)
        build_command_add_option(command, "--label-order", "%s", config->label_order);
    if (config->drop_repeats > 0)
        build_command_add_option(command, "--drop-repeats", "%" PRIu64, config->drop_repeats);
    for (unsigned i = 0; i < config->absent_count; i++)
        build_command_add_option(command, "--absent", "%s", config->absent[i]);
    build_command_add_option(command, "--delimiter", config->schema.dialect.delimiter == '\t' ? "tab" : "%c",
                             config->schema.dialect.delimiter);
    build_command_add_option(command, "--quote", config->schema.dialect.quote == '\0' ? "none" : "%c",
                             config->schema.dialect.quote);
    build_command_add_option(command, "--row-lines", "%" PRIu64, config->schema.row_lines);
    if (config->schema.encoding != NULL)
        build_command_add_option(command, "--encoding", "%s", config->schema.encoding);
    if (!config->schema.has_header)
        build_command_add(command, "--no-header");
    build_command_add_option(command, "--memory", "%" PRIu64,
                             config->memory < BUILD_MEMORY_MIN ? BUILD_MEMORY_MIN : config->memory);
    build_command_add_option(command, "--threads", "%u", config->threads);
    build_command_add_option(command, "--tmpdir", "%s", config->tmpdir);
    build_command_add(command, "--");
    for (unsigned i = 0; i < config->list_count; i++)
        build_command_add(command, config->lists[i]);
}

int build_command_run(const struct build_command *command, const char *programs,
                      struct subprocess_result *result, const char **failed)
{
    char *program;
    *result = (struct subprocess_result){.errors = NULL};
    *failed = "find elig-build";
    if (command->is_incomplete)
        return ELIG_E_MEMORY;
    int error = subprocess_find(programs, "elig-build", &program);
    if (error != 0)
        return error;
    *failed = "start elig-build";
    error = subprocess_run(program, (const char *const *)command->arguments, MESSAGE_BYTES, result);
    int error_number = error != 0 ? errno : result->start_error;
    free(program);
    errno = error_number;
    return error_number != 0 ? ELIG_E_READ : 0;
}

void build_command_free(struct build_command *command)
{
    for (size_t i = 0; i < command->count; i++)
        free(command->arguments[i]);
    free(command->arguments);
    *command = (struct build_command){.arguments = NULL};
}
