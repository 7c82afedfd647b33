/* SPDX-License-Identifier: Apache-2.0 */
/* pipeline.h - the commands of elig-build that make a file: compile, digest, assemble. */
#ifndef ELIG_PIPELINE_H
#define ELIG_PIPELINE_H

#include "builder/config.h"

/* Runs config->command, prints what fails on standard error, and returns an exit code of message.h. */
int pipeline_run(struct config *config);

#endif
