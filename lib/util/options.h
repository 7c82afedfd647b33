/* SPDX-License-Identifier: Apache-2.0 */
/*
 * options.h - one table of options for each program: what is accepted, by which commands, and what --help
 * prints follow from it.
 *
 * A word on a command line may be an identifier that was typed by mistake: messages repeat options, and of
 * those that do not exist only names of small letters and hyphens, which are no address, phone number or date.
 */
#ifndef ELIG_UTIL_OPTIONS_H
#define ELIG_UTIL_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "include/elig.h"

#include "lib/util/keyfile.h"

#define OPTIONS_MAX 64

struct option_entry;

/* Reads the value of an option into *target, which options_parse() was given; value is NULL for an option that
 * takes none, or lacks an optional one. Returns 0, or a negative number with the reason printed; ELIG_E_MEMORY
 * is printed by options_parse(). */
typedef int option_setter(void *target, const struct option_entry *option, const char *value);

/* An option; or a heading of --help, whose name is NULL and whose text is help. Two entries may have one name
 * if no command has both. */
struct option_entry {
    const char *name;
    const char *argument; /* what --help calls its value; NULL: it takes none; "[=X]": it may lack it */
    const char *help;     /* '\n' begins another line */
    option_setter *set;
    size_t offset;     /* in *target, of what the setters below fill */
    unsigned commands; /* a bit for each command that has the option */
    char letter;       /* of its short form; 0: it has none */
    bool may_repeat;
};

struct option_table;

/* Reads options from the file at path, which an entry (of --config) names, into *target. is_overruled has an
 * element for each entry: true if the command line has the option. Returns as options_parse() does. */
typedef int options_file_reader(const struct option_table *table, unsigned command,
                                const struct option_entry *option, const char *path, const bool *is_overruled,
                                void *target);

/* A set of options; commands without a bit of their own in a program without commands: 1. */
struct option_table {
    const struct option_entry *entries;
    size_t count;                   /* at most OPTIONS_MAX */
    options_file_reader *read_file; /* options_file_read; NULL: the program has no options files */
    option_setter *names_file;      /* options_file_set, by which the entry of --config is known; or NULL */
    /* Not 0: the files are another program's. Options with this bit are read from them, others are ignored. */
    unsigned file_command;
};

/* Reads the options of one command, a bit of option_entry.commands, from argv[1] on; argv[0] is the name of the
 * command in messages. *first is then the number of the first argument that is no option. An options file is
 * read before the options of the command line, which overrule it. Where --help (OPTIONS_HELP_LETTER) is among
 * the options, only its setter is called. Returns 0; MESSAGE_E_USAGE, with the reason printed; or what a setter
 * returned. */
ELIG_CHECK_RESULT int options_parse(const struct option_table *table, unsigned command, int argc, char **argv,
                                    void *target, int *first);

/* The entry of the command with the name of entry number first; NULL if the command has none. */
const struct option_entry *options_entry_of_command(const struct option_table *table, size_t first,
                                                    unsigned command);

#define OPTIONS_HELP_LETTER 'h'

/* Prints the options of one command as --help lists them. */
void options_print(const struct option_table *table, unsigned command);

/* ---- Setters: the type of the target's member at option->offset is named ---- */

option_setter options_set_flag;    /* bool, to true */
option_setter options_clear_flag;  /* bool, to false */
option_setter options_set_text;    /* const char *, as long as argv or the options file */
option_setter options_set_time;    /* int64_t, seconds since 1970 */
option_setter options_set_memory;  /* uint64_t, bytes, from OPTIONS_MEMORY_MIN */
option_setter options_set_threads; /* unsigned, 1 .. PARALLEL_THREADS_MAX */
option_setter options_set_count;   /* uint64_t, of identifiers, from 1 */

/* For setters of a program's own: 0 if is_good, else MESSAGE_E_USAGE with "--NAME takes EXPECTED" printed. */
ELIG_CHECK_RESULT int options_expect(bool is_good, const struct option_entry *option, const char *expected);

/* Reads a key file as keyfile_read() does, and remembers its path for checks of what is written over. */
ELIG_CHECK_RESULT int options_read_key(uint8_t **key, const char **key_path, enum elig_key type,
                                       const char *path);

/* ---- Defaults ---- */

/* Of --label-minimum. */
#define OPTIONS_LABEL_MINIMUM 10

#define OPTIONS_MEMORY_MIN (UINT64_C(64) << 20)

/* The processors of the machine, 1 .. PARALLEL_THREADS_MAX. */
unsigned options_default_threads(void);

/* A quarter of the machine's memory, OPTIONS_MEMORY_MIN .. maximum. */
uint64_t options_default_memory(uint64_t maximum);

/* $TMPDIR, or /tmp. */
const char *options_default_tmpdir(void);

#endif
