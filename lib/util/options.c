/* SPDX-License-Identifier: Apache-2.0 */
/* options.c - getopt_long() over a table, messages about options, the list of options, common setters and
 * defaults. */
#include "lib/util/options.h"

#include <ctype.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/elig/parallel.h"
#include "lib/util/message.h"
#include "lib/util/parse.h"

#define MEMORY_MAX (UINT64_C(1) << 44)
#define HELP_COLUMN 25
#define DIFFERENT_MAX 2 /* letters of a name that was mistyped */

/* getopt_long() returns this plus the number of an entry: more than any letter. */
#define ENTRY_VALUE 256

/* ---- Parsing ---- */

struct getopt_tables {
    struct option longs[OPTIONS_MAX + 1];
    char shorts[2 * OPTIONS_MAX + 1];
};

/* The first entry of this name. */
static size_t find_name(const struct option_table *table, const char *name)
{
    size_t i = 0;
    while (table->entries[i].name == NULL || strcmp(table->entries[i].name, name) != 0)
        i++;
    return i;
}

/* The entry that getopt_long() found, by its letter or its number; of entries with one name, the first. */
static size_t find_value(const struct option_table *table, int value)
{
    size_t i = 0;
    if (value >= ENTRY_VALUE)
        return (size_t)value - ENTRY_VALUE;
    while (table->entries[i].letter != value)
        i++;
    return find_name(table, table->entries[i].name);
}

/* Whether the option takes a value, as getopt_long() calls it. An optional value stands after '='. */
static int argument_type(const struct option_entry *entry)
{
    if (entry->argument == NULL)
        return no_argument;
    return entry->argument[0] == '[' ? optional_argument : required_argument;
}

static void make_getopt_tables(const struct option_table *table, struct getopt_tables *tables)
{
    struct option *next = tables->longs;
    char *letter = tables->shorts;
    for (size_t i = 0; i < table->count; i++) {
        const struct option_entry *entry = &table->entries[i];
        if (entry->name == NULL || find_name(table, entry->name) != i)
            continue;
        *next++ = (struct option){entry->name, argument_type(entry), NULL, ENTRY_VALUE + (int)i};
        if (entry->letter != 0)
            *letter++ = entry->letter;
        if (entry->letter != 0 && entry->argument != NULL)
            *letter++ = ':';
    }
    *next = (struct option){NULL, 0, NULL, 0};
    *letter = '\0';
}

/* How many letters of a name are left between what it begins and ends with as another name does: 1 or 2 after a
 * slip, such as a letter too many, a wrong one, or two of them swapped. */
static size_t count_different(const char *name, size_t length, const char *other)
{
    size_t start = 0, end = 0, other_length = strlen(other);
    size_t least = length < other_length ? length : other_length, most = length + other_length - least;
    while (start < least && name[start] == other[start])
        start++;
    while (start + end < least && name[length - 1 - end] == other[other_length - 1 - end])
        end++;
    return most - start - end;
}

/* Says that the command has no such option, or several that begin so, and which option may be meant. An
 * address, a phone number or a date has other characters than the names of options, and is not repeated. */
static int explain_name(const struct option_table *table, unsigned command, const char *name)
{
    const char *similar[2] = {NULL, NULL};
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz-"), least = DIFFERENT_MAX + 1;
    unsigned count = 0;
    if (length == 0 || (name[length] != '\0' && name[length] != '='))
        return message_usage("an option is unknown");
    for (size_t i = 0; i < table->count; i++) {
        const struct option_entry *entry = &table->entries[i];
        if (entry->name != NULL && (entry->commands & command) != 0 &&
            strncmp(entry->name, name, length) == 0 && count < 2)
            similar[count++] = entry->name;
    }
    if (count > 1)
        return message_usage("--%.*s may be --%s or --%s", (int)length, name, similar[0], similar[1]);
    for (size_t i = 0; i < table->count; i++) {
        const struct option_entry *entry = &table->entries[i];
        if (entry->name == NULL || (entry->commands & command) == 0)
            continue;
        size_t different = count_different(name, length, entry->name);
        if (different < least && different < length) {
            least = different;
            similar[0] = entry->name;
        }
    }
    return message_usage(similar[0] != NULL ? "--%.*s is no option; is --%s meant?" : "--%.*s is no option",
                         (int)length, name, similar[0]);
}

/* Why getopt_long() returned '?' of a word: it sets optopt to the value of an option that it knows, or to an
 * unknown letter. */
static int explain(const struct option_table *table, unsigned command, const char *word)
{
    if (optopt >= ENTRY_VALUE) {
        const struct option_entry *entry = &table->entries[optopt - ENTRY_VALUE];
        return message_usage(entry->argument != NULL ? "--%s lacks its value" : "--%s takes no value",
                             entry->name);
    }
    if (optopt > 0 && isprint(optopt))
        return message_usage("-%c is no option, or lacks its value", optopt);
    return explain_name(table, command, word + strspn(word, "-"));
}

const struct option_entry *options_entry_of_command(const struct option_table *table, size_t first,
                                                    unsigned command)
{
    for (size_t i = first; i < table->count; i++) {
        const struct option_entry *entry = &table->entries[i];
        if (entry->name != NULL && (entry->commands & command) != 0 &&
            strcmp(entry->name, table->entries[first].name) == 0)
            return entry;
    }
    return NULL;
}

/* Begins a walk over the options: 0 makes getopt_long() forget the walk before. */
static void start_getopt(void)
{
    optind = 0;
    opterr = 0; /* getopt_long() would repeat words that are no options */
}

/* What the command line has, found before any setter is called. */
struct given {
    bool is_given[OPTIONS_MAX];      /* by the number of the first entry of the name */
    const struct option_entry *help; /* NULL: not asked for; help is printed whatever the other options are */
    const struct option_entry *file; /* the entry that names an options file, and the file's path */
    const char *path;
};

static struct given find_given(const struct option_table *table, const struct getopt_tables *tables,
                               unsigned command, int argc, char **argv)
{
    struct given given = {.help = NULL};
    int value;
    start_getopt();
    while ((value = getopt_long(argc, argv, tables->shorts, tables->longs, NULL)) != -1) {
        if (value == '?')
            continue;
        size_t number = find_value(table, value);
        const struct option_entry *entry = options_entry_of_command(table, number, command);
        given.is_given[number] = true;
        if (entry != NULL && entry->letter == OPTIONS_HELP_LETTER)
            given.help = entry;
        if (entry != NULL && table->names_file != NULL && entry->set == table->names_file) {
            given.file = entry;
            given.path = optarg;
        }
    }
    return given;
}

int options_parse(const struct option_table *table, unsigned command, int argc, char **argv, void *target,
                  int *first)
{
    struct getopt_tables tables;
    bool is_given[OPTIONS_MAX] = {false};
    int value, error = 0;
    make_getopt_tables(table, &tables);
    struct given given = find_given(table, &tables, command, argc, argv);
    if (given.help != NULL) {
        *first = argc;
        return given.help->set(target, given.help, NULL);
    }
    if (given.file != NULL)
        error = table->read_file(table, table->file_command != 0 ? table->file_command : command, given.file,
                                 given.path, given.is_given, target);
    start_getopt();
    while (error == 0 && (value = getopt_long(argc, argv, tables.shorts, tables.longs, NULL)) != -1) {
        if (value == '?')
            return explain(table, command, argv[optind - 1]);
        size_t number = find_value(table, value);
        const struct option_entry *entry = options_entry_of_command(table, number, command);
        if (is_given[number] && !table->entries[number].may_repeat)
            return message_usage("--%s is given twice", table->entries[number].name);
        if (entry == NULL)
            return message_usage("--%s is no option of '%s'", table->entries[number].name, argv[0]);
        is_given[number] = true;
        error = entry->set(target, entry, optarg);
    }
    if (error == ELIG_E_MEMORY)
        message("read the command line: %s", elig_text(error));
    *first = optind;
    return error;
}

/* ---- Help ---- */

/* An option, its value, and from HELP_COLUMN on what it does, on the next line where there is no room. */
static void print_option(const struct option_entry *entry)
{
    const char letter[] = {'-', entry->letter, ',', ' ', '\0'};
    int column = printf("  %s--%s%s%s", entry->letter != 0 ? letter : "", entry->name,
                        argument_type(entry) == required_argument ? " " : "",
                        entry->argument != NULL ? entry->argument : "");
    if (column > HELP_COLUMN - 2) {
        putchar('\n');
        column = 0;
    }
    for (const char *line = entry->help;; column = 0) {
        int length = (int)strcspn(line, "\n");
        printf("%*s%.*s\n", HELP_COLUMN - column, "", length, line);
        if (line[length] == '\0')
            break;
        line += length + 1;
    }
}

void options_print(const struct option_table *table, unsigned command)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct option_entry *entry = &table->entries[i];
        if ((entry->commands & command) == 0)
            continue;
        if (entry->name == NULL)
            printf("\n%s\n", entry->help);
        else
            print_option(entry);
    }
}

/* ---- Setters ---- */

static void *member(void *target, const struct option_entry *option)
{
    return (char *)target + option->offset;
}

int options_expect(bool is_good, const struct option_entry *option, const char *expected)
{
    return is_good ? 0 : message_usage("--%s takes %s", option->name, expected);
}

int options_set_flag(void *target, const struct option_entry *option, const char *value)
{
    (void)value;
    *(bool *)member(target, option) = true;
    return 0;
}

int options_clear_flag(void *target, const struct option_entry *option, const char *value)
{
    (void)value;
    *(bool *)member(target, option) = false;
    return 0;
}

int options_set_text(void *target, const struct option_entry *option, const char *value)
{
    *(const char **)member(target, option) = value;
    return 0;
}

int options_set_time(void *target, const struct option_entry *option, const char *value)
{
    return options_expect(parse_time(value, member(target, option)), option,
                          "a time such as 2026-12-01T09:00:00+09:00");
}

int options_set_memory(void *target, const struct option_entry *option, const char *value)
{
    return options_expect(parse_size(value, OPTIONS_MEMORY_MIN, MEMORY_MAX, member(target, option)), option,
                          "a size from 64MiB, such as 1GiB");
}

int options_set_threads(void *target, const struct option_entry *option, const char *value)
{
    uint64_t number;
    if (!parse_number(value, 1, PARALLEL_THREADS_MAX, &number))
        return message_usage("--%s takes a number from 1 to %d", option->name, PARALLEL_THREADS_MAX);
    *(unsigned *)member(target, option) = (unsigned)number;
    return 0;
}

int options_set_count(void *target, const struct option_entry *option, const char *value)
{
    return options_expect(parse_number(value, 1, ELIG_IDENTIFIERS_MAX, member(target, option)), option,
                          "a number from 1");
}

int options_read_key(uint8_t **key, const char **key_path, enum elig_key type, const char *path)
{
    *key_path = path;
    return keyfile_read(type, path, key);
}

/* ---- Defaults ---- */

unsigned options_default_threads(void)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    if (processors > PARALLEL_THREADS_MAX)
        return PARALLEL_THREADS_MAX;
    return processors < 1 ? 1 : (unsigned)processors;
}

uint64_t options_default_memory(uint64_t maximum)
{
    long pages = sysconf(_SC_PHYS_PAGES);
    uint64_t quarter = pages > 0 ? (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE) / 4 : 0;
    if (quarter > maximum)
        return maximum;
    return quarter < OPTIONS_MEMORY_MIN ? OPTIONS_MEMORY_MIN : quarter;
}

const char *options_default_tmpdir(void)
{
    const char *tmpdir = getenv("TMPDIR");
    return tmpdir != NULL && *tmpdir != '\0' ? tmpdir : "/tmp";
}
