/* SPDX-License-Identifier: Apache-2.0 */
/* message.c - lines on standard error that begin with the name of the program. */
#include "lib/util/message.h"

#include <stdarg.h>
#include <stdio.h>

#define REFUSAL_MAX 4096

static const char *program = "elig";

/* What message_refuse() printed last. */
static char refusal[REFUSAL_MAX];

void message_program(const char *name)
{
    program = name;
}

/* Of the options file that is read. */
static const char *options_file;
static unsigned options_line;

void message_line(const char *file, unsigned number)
{
    options_file = file;
    options_line = number;
}

static void print_line(const char *format, va_list arguments)
{
    flockfile(stderr);
    fprintf(stderr, "%s: ", program);
    if (options_file != NULL)
        fprintf(stderr, "%s, line %u: ", options_file, options_line);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    funlockfile(stderr);
}

void message(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_line(format, arguments);
    va_end(arguments);
}

int message_usage(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_line(format, arguments);
    va_end(arguments);
    fprintf(stderr, "Try '%s --help'.\n", program);
    return MESSAGE_E_USAGE;
}

int message_refuse(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(refusal, sizeof refusal, format, arguments);
    va_end(arguments);
    message("%s", refusal);
    return MESSAGE_E_REFUSED;
}

const char *message_refusal(void)
{
    return refusal;
}

int message_exit_code(int result)
{
    switch (result) {
    case 0:
        return EXIT_DONE;
    case MESSAGE_E_USAGE:
        return EXIT_USAGE;
    case MESSAGE_E_REFUSED:
        return EXIT_REFUSED;
    default:
        return EXIT_CANNOT;
    }
}
