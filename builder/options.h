/* SPDX-License-Identifier: Apache-2.0 */
/* options.h - the command lines of elig-build's compile, digest and assemble into a configuration. */
#ifndef ELIG_OPTIONS_H
#define ELIG_OPTIONS_H

#include "builder/config.h"

/* Fills *config. argv[0] is the command's name. Returns 0, or a negative error, the reason printed, for
 * message_exit_code(). After --help the rest is not read. *config goes to options_free() in every case. */
ELIG_CHECK_RESULT int options_read(struct config *config, enum command command, int argc, char **argv);

/* Prints the options of a command. */
void options_print_help(enum command command);

void options_free(struct config *config);

/* What cannot be checked option by option (options_check.c): options that exclude or need each other, files
 * that would be written over, memory that is too small for the work. Fills in what depends on several options:
 * the costs of an offline profile, a random seed that is not kept, fewer threads. Returns 0; MESSAGE_E_USAGE,
 * with the reason printed; or ELIG_E_MEMORY, printed, too. */
ELIG_CHECK_RESULT int options_check(struct config *config);

/* Whether --allow-empty names kinds and labels that exist; for `assemble`, when the kinds are known. Returns 0
 * or MESSAGE_E_USAGE. */
ELIG_CHECK_RESULT int options_check_allowed(const struct config *config);

#endif
