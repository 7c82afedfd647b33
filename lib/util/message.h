/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message.h - what the programs print on standard error, in one form:
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
    EXIT_REFUSED =
        1, /* elig-build: the input was read, and is not fit to be published; elig-audit: a check failed */
    EXIT_USAGE = 2,
    EXIT_CANNOT = 5 /* a file, the memory or the disk is not as it must be */
};

/* Beside enum elig_error, of functions that print their reasons: the caller prints nothing more. */
enum message_error {
    MESSAGE_E_USAGE = -700,   /* the command line is wrong: what message_usage() returns */
    MESSAGE_E_PRINTED = -701, /* anything else whose reason was printed */
    MESSAGE_E_REFUSED = -702  /* a file was read and is not fit: what message_refuse() returns */
};

/* Sets the name that messages begin with; the string must outlive the program. Call first, once. */
void message_program(const char *name);

/* Puts "FILE, line N: " before what messages say from now on, while an options file is read; NULL ends that.
 * The string must live until then. */
void message_line(const char *file, unsigned number);

/* Prints one line. */
void message(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Prints one line on what is wrong with the command line, and where to find help; returns MESSAGE_E_USAGE. */
int message_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Prints one line on why a file that was read is refused, and keeps it for reports; returns MESSAGE_E_REFUSED.
 */
int message_refuse(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The last such line, without the program's name; "" before the first. */
const char *message_refusal(void);

/* The exit code for a result whose message was printed: of 0, of MESSAGE_E_USAGE, of MESSAGE_E_REFUSED, of
 * other errors. */
int message_exit_code(int result);

#endif
