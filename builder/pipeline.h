/* SPDX-License-Identifier: Apache-2.0 */
/*
 * commands.h - the commands of elig-build that make a file: compile, digest, assemble.
 */
#ifndef ELIG_COMMANDS_H
#define ELIG_COMMANDS_H

#include "builder/config.h"

/* Does all of what recipe->command says and returns an exit code of message.h, what went wrong explained on
 * standard error. */
int pipeline_run(struct config *config);

#endif
