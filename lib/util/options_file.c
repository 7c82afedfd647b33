/* SPDX-License-Identifier: Apache-2.0 */
/* options_file.c - reads an options file whole, cuts it into lines, and calls the setters of the table. */
#include "lib/util/options_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/util/message.h"

#define BLANKS " \t\r"

int options_file_set(void *target, const struct option_entry *option, const char *value)
{
    ((struct options_file *)(void *)((char *)target + option->offset))->path = value;
    return 0;
}

/* Whether a text begins with a byte order mark of UTF-16, or has a zero byte in its first character. */
static bool is_utf16(const char *text, size_t length)
{
    return length > 1 && (memcmp(text, "\xFF\xFE", 2) == 0 || memcmp(text, "\xFE\xFF", 2) == 0 ||
                          (text[0] == '\0') != (text[1] == '\0'));
}

/* Turns a CR without LF, which ends lines in old files of the Macintosh, into LF. */
static void end_lines(char *text)
{
    for (; *text != '\0'; text++)
        if (*text == '\r' && text[1] != '\n')
            *text = '\n';
}

/* Reads the whole file into file->text, zero-terminated. */
static int read_text(struct options_file *file)
{
    FILE *stream = fopen(file->path, "re");
    file->text = calloc(1, OPTIONS_FILE_MAX + 2);
    size_t length = 0;
    int error = file->text == NULL ? ELIG_E_MEMORY : stream == NULL ? ELIG_E_READ : 0;
    if (error == 0) {
        length = fread(file->text, 1, OPTIONS_FILE_MAX + 1, stream);
        error = ferror(stream) ? ELIG_E_READ : 0;
    }
    if (error != 0) {
        message("read %s: %s", file->path, error == ELIG_E_READ ? strerror(errno) : elig_text(error));
        error = MESSAGE_E_PRINTED;
    } else if (is_utf16(file->text, length)) {
        error = message_usage("%s is UTF-16: save it as UTF-8", file->path);
    } else if (length > OPTIONS_FILE_MAX || strlen(file->text) != length) {
        error = message_usage("%s is no options file: it has zero bytes, or more than %d bytes", file->path,
                              OPTIONS_FILE_MAX);
    }
    if (stream != NULL)
        (void)fclose(stream);
    return error;
}

/* Zero-terminates a line at its end, and returns where it begins after blanks. */
static char *trim(char *line)
{
    char *end = line + strlen(line);
    while (end > line && strchr(BLANKS, end[-1]) != NULL)
        end--;
    *end = '\0';
    return line + strspn(line, BLANKS);
}

/* The entry of the command that has a name, and the number of the first entry of that name; NULL without one. A
 * options file cannot ask for help or name a further file. */
static const struct option_entry *find_entry(const struct option_table *table, unsigned command,
                                             const char *name, size_t *number)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct option_entry *entry = &table->entries[i];
        if (entry->name == NULL || strcmp(entry->name, name) != 0 || entry->letter == OPTIONS_HELP_LETTER ||
            entry->set == table->names_file)
            continue;
        *number = i;
        entry = options_entry_of_command(table, i, command);
        return entry != NULL ? entry : &table->entries[i];
    }
    return NULL;
}

/* Whether a line of another program's file is to be ignored. */
static bool is_other_program(const struct option_table *table, const struct option_entry *entry,
                             const char *name)
{
    return table->file_command != 0 && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(name) &&
           (entry == NULL || (entry->commands & table->file_command) == 0);
}

/* What a line may be read into. */
struct reading {
    const struct option_table *table;
    unsigned command;
    const bool *is_overruled;
    bool is_given[OPTIONS_MAX];
    void *target;
};

/* Gives the option of one line to its setter, unless the command line overrules it. */
static int read_line(struct reading *reading, char *line)
{
    size_t number = 0;
    char *value = line + strcspn(line, BLANKS "=");
    bool has_equals = *value == '=';
    if (*value != '\0')
        *value++ = '\0';
    value = trim(value);
    has_equals = has_equals || *value == '=';
    const struct option_entry *entry = find_entry(reading->table, reading->command, line, &number);
    if (is_other_program(reading->table, entry, line))
        return 0;
    if (entry == NULL)
        return message_usage("a line is the name of an option without '--', a blank, and its value; no option "
                             "of this program has the name that stands here");
    if ((entry->commands & reading->command) == 0)
        return message_usage("'%s' is no option of this command", entry->name);
    if (has_equals)
        return message_usage("'%s': a blank and not '=' stands between name and value", entry->name);
    if (entry->argument == NULL && *value != '\0')
        return message_usage("'%s' takes no value", entry->name);
    if (entry->argument != NULL && entry->argument[0] != '[' && *value == '\0') /* not an optional one */
        return message_usage("'%s' lacks its value", entry->name);
    if (reading->is_given[number] && !entry->may_repeat)
        return message_usage("'%s' is given twice", entry->name);
    reading->is_given[number] = true;
    if (reading->is_overruled[number] && !entry->may_repeat)
        return 0;
    return entry->set(reading->target, entry, *value != '\0' ? value : NULL);
}

int options_file_read(const struct option_table *table, unsigned command, const struct option_entry *option,
                      const char *path, const bool *is_overruled, void *target)
{
    static const char mark[] = "\xEF\xBB\xBF";
    struct options_file *file = (void *)((char *)target + option->offset);
    struct reading reading = {
        .table = table, .command = command, .is_overruled = is_overruled, .target = target};
    file->path = path;
    int error = read_text(file);
    char *next = error == 0 ? file->text : NULL;
    if (next != NULL)
        end_lines(next);
    if (next != NULL && strncmp(next, mark, sizeof mark - 1) == 0)
        next += sizeof mark - 1;
    for (unsigned number = 1; error == 0 && next != NULL; number++) {
        char *line = strsep(&next, "\n");
        line = trim(line);
        message_line(path, number);
        if (*line != '\0' && *line != '#')
            error = read_line(&reading, line);
    }
    message_line(NULL, 0);
    return error;
}
