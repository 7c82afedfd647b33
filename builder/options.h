/* SPDX-License-Identifier: Apache-2.0 */
/*
 * options.h - the command lines of elig-build's compile, digest and assemble into a recipe.
 */
#ifndef ELIG_OPTIONS_H
#define ELIG_OPTIONS_H

#include "builder/config.h"

/* Fills *recipe. argv[0] is the command's name. Returns EXIT_DONE; or another exit code, the reason printed; or
 * OPTIONS_HELP when help was asked for. *recipe is to be given to options_free() in every case. */
#define OPTIONS_HELP (-1)
ELIG_CHECK_RESULT int options_read(struct config *config, enum command command, int argc, char **argv);

void options_free(struct config *config);

#endif
