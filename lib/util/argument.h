/* SPDX-License-Identifier: Apache-2.0 */
/*
 * argument.h - what is said of an option that getopt_long() does not take.
 *
 * What stands on a command line by mistake may be an identifier, so it is not repeated; options are.
 */
#ifndef ELIG_ARGUMENT_H
#define ELIG_ARGUMENT_H

#include <getopt.h>

/* After getopt_long() returned '?' with opterr 0: prints which option lacks its value or takes none, or that
 * one is unknown; returns EXIT_USAGE. options: those that getopt_long() was given, each with a val of its own.
 */
int argument_explain(const struct option *options);

#endif
