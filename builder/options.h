/*
 * options.h - the command line of `elig-build compile` into a recipe.
 */
#ifndef ELIG_OPTIONS_H
#define ELIG_OPTIONS_H

#include "recipe.h"

/* Fills *recipe. Returns EXIT_DONE; or another exit code, the reason printed; or OPTIONS_HELP when help was
 * asked for. *recipe is to be given to options_free() in every case. */
#define OPTIONS_HELP (-1)
ELIG_CHECK_RESULT int options_read(struct recipe *recipe, int argc, char **argv);

void options_free(struct recipe *recipe);

#endif
