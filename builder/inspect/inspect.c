/* SPDX-License-Identifier: Apache-2.0 */
/* inspect.c - descriptions of the lists, a draft of options for the first one, and the trial of it on all. */
#include "builder/inspect/inspect.h"

#include <errno.h>
#include <string.h>

#include "builder/inspect/inspect_options.h"
#include "builder/inspect/inspect_report.h"
#include "lib/util/atomic_file.h"
#include "lib/util/message.h"

#define CONFIG_MODE 0644

static int fail(const char *action, const char *path, int error)
{
    if (error == MESSAGE_E_PRINTED || error == MESSAGE_E_USAGE)
        return error;
    message("%s %s: %s", action, path,
            error == ELIG_E_READ || error == ELIG_E_WRITE ? strerror(errno) : elig_text(error));
    return MESSAGE_E_PRINTED;
}

/* Writes the options file. */
static int write_config(const struct options_draft *draft, const char *path)
{
    struct atomic_file *file;
    FILE *stream;
    int error = atomic_file_open(path, &file);
    if (error != 0)
        return error;
    error = atomic_file_stream(file, &stream);
    if (error == 0) {
        fputs("# From elig-build inspect: to be reviewed, and given to elig-build with --config.\n", stream);
        options_draft_write(draft, stream, "");
        return atomic_file_commit_stream(file, CONFIG_MODE);
    }
    atomic_file_abandon(file);
    return error;
}

static int print_or_write(const struct options_draft *draft, const char *path)
{
    if (path != NULL) {
        int error = write_config(draft, path);
        return error != 0 ? fail("write", path, error) : 0;
    }
    printf("\nOptions to start from, for --config:\n");
    options_draft_write(draft, stdout, "    ");
    return 0;
}

/* Tries the options that the first list suggests on all lists, and hands them out. */
static int try_draft(const struct inspect_options *options, const struct list_description *first,
                     bool *is_refused)
{
    struct options_draft draft;
    struct trial trial = {.is_refused = false};
    printf("\n");
    int error = options_draft_make(&draft, first);
    if (error == 0)
        *is_refused |= inspect_report_decisions(&draft);
    if (error == 0 && draft.schema.kind_count == 0) {
        printf("refused: no column can be listed as it is written\n");
        *is_refused = true;
        error = print_or_write(&draft, options->config);
    } else if (error == 0) {
        (void)fflush(stdout);
        error = trial_run(&trial, &draft.schema, options->lists, options->list_count, options->threads);
        if (error == 0)
            *is_refused |= inspect_report_trial(&trial, &draft.schema, options->lists);
        if (error == 0)
            error = print_or_write(&draft, options->config);
    }
    trial_free(&trial);
    options_draft_free(&draft);
    return error != 0 ? fail("inspect", first->path, error) : 0;
}

/* Describes one list. */
static int describe(const struct inspect_options *options, const char *path, struct list_description *list)
{
    struct list_given given = {options->encoding, options->delimiter, options->is_without_header,
                               options->regions, options->region_count};
    int error = list_description_make(list, path, &given);
    return error != 0 ? fail("read", path, error) : 0;
}

int inspect_run(int argc, char **argv, bool *is_refused)
{
    struct inspect_options options;
    struct list_description first = {.path = NULL};
    *is_refused = false;
    int error = inspect_options_read(&options, argc, argv);
    if (error != 0)
        return error;
    if (options.wants_help) {
        inspect_options_print_help();
        return 0;
    }
    for (unsigned i = 0; error == 0 && i < options.list_count; i++) {
        struct list_description other = {.path = NULL}, *list = i == 0 ? &first : &other;
        error = describe(&options, options.lists[i], list);
        if (error == 0)
            *is_refused |= inspect_report_list(list);
        if (error == 0 && i > 0 && first.columns != NULL && other.columns != NULL)
            *is_refused |= inspect_report_differences(&first, &other);
        list_description_free(&other);
    }
    if (error == 0 && first.columns != NULL && first.rows > 0 && first.dialect.title_lines == 0)
        error = try_draft(&options, &first, is_refused);
    list_description_free(&first);
    return error;
}
