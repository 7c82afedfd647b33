/*
 * compile.h - `elig-build compile`: from CSV files to a published index.
 */
#ifndef ELIG_COMPILE_H
#define ELIG_COMPILE_H

#include "recipe.h"

/* Does all of it and returns an exit code of message.h, what went wrong explained on standard error. */
int compile_run(const struct recipe *recipe);

#endif
