/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message.h - what the programs say on standard error, in one form:
 *     program: what was attempted: on which file: why
 *
 * Callers pass file names, line numbers and texts of their own; never an identifier, a secret or the content
 * of a cell.
 */
#ifndef ELIG_MESSAGE_H
#define ELIG_MESSAGE_H

/* Exit codes that all programs share. elig-lookup adds verdicts (lookup/main.c). */
enum exit_code {
    EXIT_DONE = 0,
    EXIT_REFUSED = 1, /* elig-build: the input was read, and is not fit to be published */
    EXIT_USAGE = 2,
    EXIT_CANNOT = 5 /* a file, the memory or the disk is not as it must be */
};

/* Sets the name that messages begin with; the string must outlive the program. Call first, once. */
void message_program(const char *name);

/* Prints one line. */
void message(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same, and where to find help; returns EXIT_USAGE. */
int message_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
