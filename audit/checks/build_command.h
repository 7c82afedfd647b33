/* SPDX-License-Identifier: Apache-2.0 */
/* build_command.h - a command line of elig-build for the auditor's lists, and its run. */
#ifndef ELIG_BUILD_COMMAND_H
#define ELIG_BUILD_COMMAND_H

#include <stdbool.h>

#include "audit/context/context.h"
#include "audit/util/subprocess.h"

/* Each argument is allocated. Starts with all zero. */
struct build_command {
    char **arguments; /* ends with NULL */
    size_t count, capacity;
    bool is_incomplete; /* memory ran out */
};

/* Appends an argument; or an option and its value. */
void build_command_add(struct build_command *command, const char *argument);
void build_command_add_format(struct build_command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void build_command_add_option(struct build_command *command, const char *option, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Appends the --kind of a kind of the index, as the configuration names its columns. */
void build_command_add_kind(struct build_command *command, const struct audit_config *config, unsigned kind);

/* Appends what says how the lists are written, the limits that shape the index, threads and memory; then the
 * lists. Nothing can be added after that. */
void build_command_add_lists(struct build_command *command, const struct audit_config *config);

/* Runs elig-build. Returns 0; ELIG_E_MEMORY; or ELIG_E_READ with errno set, and *failed then says what could
 * not be found or started. *result goes to subprocess_result_free() in each case. */
ELIG_CHECK_RESULT int build_command_run(const struct build_command *command, const char *programs,
                                        struct subprocess_result *result, const char **failed);

void build_command_free(struct build_command *command);

#endif
