/* SPDX-License-Identifier: Apache-2.0 */
/* inspect_options.c - the table of options of `elig-build inspect`. */
#include "builder/inspect/inspect_options.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/csv/row_position.h"
#include "lib/csv/schema.h"
#include "lib/elig/canon/phone.h"
#include "lib/util/file.h"
#include "lib/util/message.h"

static int add_region(void *target, const struct option_entry *option, const char *value)
{
    struct inspect_options *options = target;
    bool is_region = strlen(value) == 2 && phone_region_is_known(&phone_table, value);
    if (options->region_count == INSPECT_REGIONS_MAX)
        return message_usage("more than %d regions", INSPECT_REGIONS_MAX);
    if (is_region)
        memcpy(options->regions[options->region_count++], value, 2);
    return options_expect(is_region, option, "an ISO 3166 code such as KR");
}

#define TO(member) offsetof(struct inspect_options, member)
#define OPTION(option, value, text, ...)                                                  \
    {                                                                                     \
        .name = (option), .argument = (value), .help = (text), .commands = 1, __VA_ARGS__ \
    }

static const struct option_entry entries[] = {
    {.help = "What is known already", .commands = 1},
    OPTION("encoding", "NAME", "the lists' encoding (default: found)", .set = schema_set_encoding,
           .offset = TO(encoding)),
    OPTION("delimiter", "C", "one character, or 'tab' (default: found)", .set = schema_set_delimiter,
           .offset = TO(delimiter)),
    OPTION("no-header", NULL, "the first row is data (default: found)", .set = options_set_flag,
           .offset = TO(is_without_header)),
    OPTION("region", "REGION", "of phone numbers without a calling code, repeatable (default: those that fit)",
           .set = add_region, .may_repeat = true),
    {.help = "What is written", .commands = 1},
    OPTION("write-config", "FILE", "the options to start from, for --config (default: after the report)",
           .set = options_set_text, .offset = TO(config)),
    OPTION("threads", "N", "(default: the machine's processors)", .set = options_set_threads,
           .offset = TO(threads)),
    OPTION("help", NULL, "this text", .set = options_set_flag, .offset = TO(wants_help),
           .letter = OPTIONS_HELP_LETTER),
};

static const struct option_table table = {entries, sizeof entries / sizeof *entries, NULL, NULL, 0};

void inspect_options_print_help(void)
{
    puts("Usage: elig-build inspect [options] LIST ...\n"
         "\n"
         "Says what lists are: encoding, delimiter, quotes, header, and for each column the types that its "
         "cells\n"
         "parse as, with line numbers and never with content; and what a build would refuse. Then the options\n"
         "to start from. The lists are read several times: they are files.");
    options_print(&table, 1);
    puts("\nExit status: 0 nothing is refused or open; 1 something is; 2 usage; 5 cannot read, write or "
         "allocate.");
}

/* Lists are read more than once, and not written over. */
static int check_lists(const struct inspect_options *options)
{
    struct stat status;
    if (options->list_count == 0)
        return message_usage("at least one list is needed");
    if (options->list_count > ROW_POSITION_INPUTS_MAX)
        return message_usage("more than %u lists", ROW_POSITION_INPUTS_MAX);
    for (unsigned i = 0; i < options->list_count; i++) {
        const char *list = options->lists[i];
        if (strcmp(list, "-") == 0 || (stat(list, &status) == 0 && !S_ISREG(status.st_mode)))
            return message_usage("lists are read more than once: give a file, not standard input or a pipe");
        if (options->config != NULL && file_is_same(list, options->config))
            return message_usage("%s is a file to be read, and would be written over", list);
    }
    return 0;
}

int inspect_options_read(struct inspect_options *options, int argc, char **argv)
{
    int first;
    *options = (struct inspect_options){.threads = options_default_threads()};
    int error = options_parse(&table, 1, argc, argv, options, &first);
    if (error != 0 || options->wants_help)
        return error;
    options->lists = (const char **)(argv + first);
    options->list_count = (unsigned)(argc - first);
    return check_lists(options);
}
