/* SPDX-License-Identifier: Apache-2.0 */
/* inspect_options.h - the command line of `elig-build inspect`. */
#ifndef ELIG_INSPECT_OPTIONS_H
#define ELIG_INSPECT_OPTIONS_H

#include <stdbool.h>

#include "include/elig.h"

#define INSPECT_REGIONS_MAX 3

struct inspect_options {
    const char *encoding; /* NULL: to be guessed */
    char delimiter;       /* '\0': to be guessed */
    bool is_without_header;
    char regions[INSPECT_REGIONS_MAX][2];
    unsigned region_count;
    const char *config; /* where the options file goes; NULL: standard output */
    unsigned threads;
    bool wants_help;
    const char **lists; /* list_count of them, in argv */
    unsigned list_count;
};

/* Fills *options. Returns 0, or MESSAGE_E_USAGE. After --help the rest is not checked. */
ELIG_CHECK_RESULT int inspect_options_read(struct inspect_options *options, int argc, char **argv);

/* Prints how to use the command. */
void inspect_options_print_help(void);

#endif
