/* SPDX-License-Identifier: Apache-2.0 */
/* inspect.h - `elig-build inspect`: says what lists are, and writes an options file to start from. */
#ifndef ELIG_INSPECT_H
#define ELIG_INSPECT_H

#include <stdbool.h>

#include "include/elig.h"

/* The command, argv[0] its name. Prints the report on standard output; *is_refused is then whether a build of
 * the lists would be refused. Returns 0; MESSAGE_E_USAGE or MESSAGE_E_PRINTED. */
ELIG_CHECK_RESULT int inspect_run(int argc, char **argv, bool *is_refused);

#endif
