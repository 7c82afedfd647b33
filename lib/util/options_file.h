/* SPDX-License-Identifier: Apache-2.0 */
/*
 * options_file.h - options in a file, one a line, as one more way to give those of an option table:
 *
 *     # What is listed.
 *     kind email=mail:email
 *     label-order gold,silver
 *     skip-invalid
 *
 * The name of the option without "--", blanks, and its value, which is the rest of the line without blanks
 * around it: nothing is quoted or escaped. Blank lines, and lines whose first character other than a blank is
 * '#', are ignored. A byte order mark, CR LF and CR are accepted; UTF-16 is refused by name. Paths are relative
 * to the working directory, as on a command line. Keys are named by their files, as there: no option takes a
 * secret.
 *
 * Where the file is another program's (option_table.file_command), names of options that are not read from it
 * are ignored; what no name of an option can be is still refused.
 *
 * An option of the command line takes precedence over the same option in the file. One that may be repeated is
 * added to those of the file.
 */
#ifndef ELIG_OPTIONS_FILE_H
#define ELIG_OPTIONS_FILE_H

#include "lib/util/options.h"

#define OPTIONS_FILE_MAX 65536 /* bytes */

/* The member of a target that the entry of --config names by its offset. */
struct options_file {
    const char *path; /* NULL: none was given */
    char *text;       /* values of the options point into it: freed after the last use of them */
};

/* The setter of an entry "config", which the table's read_file goes with: notes the path. */
option_setter options_file_set;

/* The read_file of a table. Messages begin with the file's name and the line's number, and repeat no value. */
options_file_reader options_file_read;

#endif
