/*
 * commands.h - the commands of elig-build that make a file: compile, digest, assemble.
 */
#ifndef ELIG_COMMANDS_H
#define ELIG_COMMANDS_H

#include "recipe.h"

/* Does all of what recipe->command says and returns an exit code of message.h, what went wrong explained on
 * standard error. */
int commands_run(struct recipe *recipe);

#endif
