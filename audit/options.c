/* SPDX-License-Identifier: Apache-2.0 */
/* options.c - the table of options of elig-audit, what goes together, and the columns of the kinds. */
#include "audit/options.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/context/context.h"
#include "audit/util/public_text.h"
#include "lib/csv/kind_option.h"
#include "lib/csv/row_position.h"
#include "lib/util/file.h"
#include "lib/util/message.h"
#include "lib/util/options.h"
#include "lib/util/parse.h"

#define MEMORY_DEFAULT_MAX (UINT64_C(4) << 30)
#define ENUMERABLE_DEFAULT 100000.0 /* dollars */

/* ---- Setters ---- */

/* Appends a name; one that is there already is the same file once more. */
static int add_name(const char ***names, unsigned *count, const char *text)
{
    for (unsigned i = 0; i < *count; i++)
        if (strcmp((*names)[i], text) == 0)
            return 0;
    if (*count == ROW_POSITION_INPUTS_MAX)
        return message_usage("more than %u lists", ROW_POSITION_INPUTS_MAX);
    const char **grown = realloc(*names, (*count + 1) * sizeof *grown);
    if (grown == NULL)
        return ELIG_E_MEMORY;
    *names = grown;
    grown[(*count)++] = text;
    return 0;
}

static int add_list(void *destination, const struct option_entry *option, const char *path)
{
    struct audit_config *config = destination;
    config->wants_search |= strcmp(option->name, "against") == 0;
    config->wants_rebuild |= strcmp(option->name, "rebuild") == 0;
    return add_name(&config->lists, &config->list_count, path);
}

static int add_absent(void *destination, const struct option_entry *option, const char *path)
{
    struct audit_config *config = destination;
    (void)option;
    return add_name(&config->absent, &config->absent_count, path);
}

static int add_kind(void *destination, const struct option_entry *option, const char *text)
{
    struct audit_config *config = destination;
    (void)option;
    if (!kind_option_has_name(text))
        return message_usage(
            "--kind takes NAME=COLUMN, and NAME=COLUMN+COLUMN for a composite; the index knows the types");
    if (config->kind_count == ELIG_KINDS_MAX)
        return message_usage("--kind: more than %d kinds", ELIG_KINDS_MAX);
    config->kinds[config->kind_count++] = text;
    return 0;
}

static int add_output(void *destination, const struct option_entry *option, const char *path)
{
    struct audit_config *config = destination;
    (void)option;
    if (config->output_count == AUDIT_OUTPUTS_MAX)
        return message_usage("more than %d reports", AUDIT_OUTPUTS_MAX);
    config->outputs[config->output_count++].path = path;
    return 0;
}

static int read_key(void *destination, const struct option_entry *option, const char *path)
{
    struct audit_config *config = destination;
    if (strcmp(option->name, "secret") == 0)
        return options_read_key(&config->secret, &config->secret_path, ELIG_KEY_SECRET, path);
    if (strcmp(option->name, "seed") == 0)
        return options_read_key(&config->seed, &config->seed_path, ELIG_KEY_SEED, path);
    return options_read_key(&config->signer, &config->signer_path, ELIG_KEY_SIGNER_PUBLIC, path);
}

static int read_skip_limit(void *destination, const struct option_entry *option, const char *text)
{
    struct audit_config *config = destination;
    (void)option;
    config->has_skip_limit = true;
    config->skip_limit = text;
    return 0;
}

static int allow_empty(void *destination, const struct option_entry *option, const char *name)
{
    struct audit_config *config = destination;
    (void)option;
    if (config->allowed_empty_count == AUDIT_ALLOWED_MAX)
        return message_usage("--allow-empty: more than %d names", AUDIT_ALLOWED_MAX);
    config->allowed_empty[config->allowed_empty_count++] = name;
    return 0;
}

/* TYPE[:SAMPLE] */
static int read_simulate(void *destination, const struct option_entry *option, const char *text)
{
    struct audit_config *config = destination;
    const char *colon = strchr(text, ':');
    size_t length = colon != NULL ? (size_t)(colon - text) : strlen(text);
    (void)option;
    if (length == 0 || length >= sizeof config->simulate_type ||
        (colon != NULL && !parse_number(colon + 1, 1, ELIG_IDENTIFIERS_MAX, &config->simulate_sample)))
        return message_usage("--simulate takes TYPE or TYPE:SAMPLE, such as phone/KR:1000000");
    memcpy(config->simulate_type, text, length);
    config->simulate = config->simulate_type;
    return 0;
}

static int read_dollars(void *destination, const struct option_entry *option, const char *text)
{
    struct audit_config *config = destination;
    uint64_t dollars;
    bool is_good = parse_number(text, 1, UINT64_C(1000000000000000), &dollars);
    if (is_good)
        config->enumerable_below = (double)dollars;
    return options_expect(is_good, option, "a number of dollars, such as 100000");
}

/* ---- The options ---- */

#define TO(member) offsetof(struct audit_config, member)
/* The command of a table without commands, and that of elig-build's options files. */
#define COMMAND 1u
#define IN_FILE 2u

#define OPTION_OF(who, option, value, text, ...)                                              \
    {                                                                                         \
        .name = (option), .argument = (value), .help = (text), .commands = (who), __VA_ARGS__ \
    }
#define OPTION(option, value, ...) OPTION_OF(COMMAND, option, value, __VA_ARGS__)
#define SHARED(option, value, ...) OPTION_OF(COMMAND | IN_FILE, option, value, __VA_ARGS__)
#define HEADING(text)                 \
    {                                 \
        .help = (text), .commands = 1 \
    }

static const struct option_entry entries[] = {
    HEADING("What you hold"),
    OPTION("against", "LIST.csv ...",
           "search the file for everybody on the list, in every encoding;\n"
           "with the secret also compile the list again and compare the bytes",
           .set = add_list, .may_repeat = true),
    OPTION("rebuild", "LIST.csv ...", "compile the list again and compare, without the search", .set = add_list,
           .may_repeat = true),
    SHARED("secret", "FILE", "of a keyed or blind index", .set = read_key),
    SHARED("seed", "FILE", "of an offline index's work bits", .set = read_key),
    OPTION("signer", "FILE.pub", "who should have signed it", .set = read_key),

    HEADING("How the list is written"),
    SHARED("kind", "NAME=COLUMN[:NOTATION][+...]",
           "where a kind is, repeatable (default: the column of its name)", .set = add_kind,
           .may_repeat = true),
    OPTION("config", "FILE", "elig-build's options from a file; those that do not concern lists are ignored",
           .set = options_file_set, .offset = TO(file)),
    SHARED("label", "COLUMN", "as the index was made", .set = options_set_text,
           .offset = TO(schema.label_column)),
    SHARED("label-order", "A,B,C", "as the index was made", .set = options_set_text, .offset = TO(label_order)),
    SHARED("absent", "FILE.csv", "as the index was made, repeatable", .set = add_absent, .may_repeat = true),
    SHARED("label-minimum", "N", "how many holders a label must have (default 10)", .set = options_set_count,
           .offset = TO(label_minimum)),
    SHARED("drop-repeats", "N", "as the index was made", .set = options_set_count, .offset = TO(drop_repeats)),
    SHARED("max-repeats", "N", "as the index was made", .set = options_set_count, .offset = TO(max_repeats)),
    SHARED("skip-invalid", "[=LIMIT]", "as the index was made", .set = read_skip_limit),
    SHARED("expect-rows", "N", "as the index was made", .set = options_set_text, .offset = TO(expected_rows)),
    SHARED("allow-empty", "NAME", "as the index was made, repeatable", .set = allow_empty, .may_repeat = true),
    SHARED("delimiter", "C", "as for elig-build", .set = schema_set_delimiter,
           .offset = TO(schema.dialect.delimiter)),
    SHARED("quote", "C|none", "as for elig-build", .set = schema_set_quote, .offset = TO(schema.dialect.quote)),
    SHARED("row-lines", "N", "as for elig-build", .set = options_set_count, .offset = TO(schema.row_lines)),
    SHARED("encoding", "NAME", "as for elig-build", .set = schema_set_encoding, .offset = TO(schema.encoding)),
    SHARED("no-header", NULL, "as for elig-build", .set = options_clear_flag, .offset = TO(schema.has_header)),

    HEADING("An attack, carried out"),
    OPTION("simulate", "TYPE[:SAMPLE]", "guess all there are, or SAMPLE of them: phone/KR:10000000",
           .set = read_simulate),
    OPTION("simulate-list", "FILE", "guess what is in a file, one a line", .set = options_set_text,
           .offset = TO(simulate_list)),
    OPTION("i-am-the-controller", NULL, "without this neither is done", .set = options_set_flag,
           .offset = TO(is_controller)),

    HEADING("The report"),
    OPTION("format", "text|json|html", "(default: by the output's ending, else text)", .set = options_set_text,
           .offset = TO(format)),
    OPTION("output", "REPORT", "instead of standard output, repeatable", .set = add_output, .letter = 'o',
           .may_repeat = true),
    OPTION("strict", NULL, "a warning is a failure", .set = options_set_flag, .offset = TO(is_strict)),
    OPTION("enumerable-below", "DOLLARS", "what counts as ENUMERABLE (default 100000)", .set = read_dollars),

    HEADING("How the work is done"),
    OPTION("programs", "FOLDER", "where elig-build is (default: beside this program, then $PATH)",
           .set = options_set_text, .offset = TO(programs)),
    SHARED("memory", "SIZE", "from 64MiB (default a quarter of the machine's, at most 4GiB)",
           .set = options_set_memory, .offset = TO(memory)),
    SHARED("threads", "N", "(default: the machine's processors)", .set = options_set_threads,
           .offset = TO(threads)),
    SHARED("tmpdir", "DIR", "for the index that is compiled again (default $TMPDIR, else /tmp)",
           .set = options_set_text, .offset = TO(tmpdir)),
    SHARED("quiet", NULL, "errors only", .set = options_set_flag, .offset = TO(is_quiet)),
    OPTION("help", NULL, "this text", .set = options_set_flag, .offset = TO(wants_help),
           .letter = OPTIONS_HELP_LETTER),
    OPTION("version", NULL, "the version", .set = options_set_flag, .offset = TO(wants_version)),
};

static const struct option_table table = {entries, sizeof entries / sizeof *entries, options_file_read,
                                          options_file_set, IN_FILE};

void audit_options_print(void)
{
    options_print(&table, 1);
}

/* ---- What goes together ---- */

static bool has_ending(const char *path, const char *ending)
{
    size_t length = strlen(path), tail = strlen(ending);
    return length > tail && strcmp(path + length - tail, ending) == 0;
}

/* The format of each report: as --format says, else as its name ends. */
static int set_formats(struct audit_config *config)
{
    static const char *const names[] = {"text", "json", "html"};
    int format = -1;
    for (int i = 0; config->format != NULL && i < (int)(sizeof names / sizeof *names); i++)
        format = strcmp(config->format, names[i]) == 0 ? i : format;
    if (config->format != NULL && format < 0)
        return message_usage("--format must be text, json or html");
    if (config->output_count == 0)
        config->output_count = 1;
    for (unsigned i = 0; i < config->output_count; i++) {
        const char *path = config->outputs[i].path;
        enum format own = path == NULL                                            ? FORMAT_TEXT
                          : has_ending(path, ".json")                             ? FORMAT_JSON
                          : has_ending(path, ".html") || has_ending(path, ".htm") ? FORMAT_HTML
                                                                                  : FORMAT_TEXT;
        config->outputs[i].path = path == NULL || strcmp(path, "-") == 0 ? NULL : path;
        config->outputs[i].format = format >= 0 ? (enum format)format : own;
    }
    return 0;
}

/* 0 unless a file that is read is one that a report would be written over. */
static int check_read(const struct audit_config *config, const char *path)
{
    for (unsigned i = 0; path != NULL && i < config->output_count; i++)
        if (config->outputs[i].path != NULL && file_is_same(path, config->outputs[i].path))
            return message_usage("%s is a file to be read, and would be written over", path);
    return 0;
}

/* Nothing that is read may be written over, nor one report over another. */
static int check_outputs(const struct audit_config *config)
{
    const char *const read[] = {config->file.path,    config->index,     config->other,
                                config->secret_path,  config->seed_path, config->signer_path,
                                config->simulate_list};
    int error = 0;
    for (size_t i = 0; i < sizeof read / sizeof *read && error == 0; i++)
        error = check_read(config, read[i]);
    for (unsigned i = 0; i < config->list_count && error == 0; i++)
        error = check_read(config, config->lists[i]);
    for (unsigned i = 0; i < config->absent_count && error == 0; i++)
        error = check_read(config, config->absent[i]);
    for (unsigned i = 0; i < config->output_count && error == 0; i++)
        for (unsigned j = 0; j < i && error == 0; j++) {
            const char *one = config->outputs[i].path, *other = config->outputs[j].path;
            if (one != NULL && other != NULL ? file_is_same(one, other) : one == other)
                error =
                    message_usage("two reports are to be written to %s", one != NULL ? one : "standard output");
        }
    return error;
}

static int check_together(const struct audit_config *config)
{
    bool simulates = config->simulate != NULL || config->simulate_list != NULL;
    if (simulates && !config->is_controller)
        return message_usage(
            "a simulation tries out people. If you answer for the data, say --i-am-the-controller");
    if (config->simulate != NULL && config->simulate_list != NULL)
        return message_usage("--simulate and --simulate-list exclude each other");
    if (config->list_count == 0 &&
        (config->schema.label_column != NULL || config->kind_count > 0 || config->absent_count > 0))
        return message_usage(
            "--kind, --label and --absent say what is in a list: give it with --against or --rebuild");
    for (unsigned i = 0; i < config->list_count; i++)
        if (strcmp(config->lists[i], "-") == 0)
            return message_usage("lists are read more than once: give a file, not standard input");
    return 0;
}

/* INDEX, INDEX OTHER, or, after --against or --rebuild, further lists and INDEX. */
static int read_arguments(struct audit_config *config, int count, char **arguments)
{
    int error = 0;
    if (count == 0)
        return message_usage("INDEX is needed");
    if (config->list_count > 0)
        for (; error == 0 && count > 1; count--)
            error = add_name(&config->lists, &config->list_count, *arguments++);
    if (error == 0 && count > 2)
        error = message_usage("more than two indexes");
    config->index = arguments[0];
    config->other = count == 2 ? arguments[1] : NULL;
    return error == ELIG_E_MEMORY ? context_fail("read the command line", error) : error;
}

int audit_options_read(struct audit_config *config, int argc, char **argv)
{
    int first;
    *config = (struct audit_config){.schema = SCHEMA_INIT,
                                    .label_minimum = OPTIONS_LABEL_MINIMUM,
                                    .enumerable_below = ENUMERABLE_DEFAULT,
                                    .memory = options_default_memory(MEMORY_DEFAULT_MAX),
                                    .threads = options_default_threads(),
                                    .tmpdir = options_default_tmpdir()};
    int error = options_parse(&table, 1, argc, argv, config, &first);
    if (error != 0 || config->wants_help || config->wants_version)
        return error;
    error = read_arguments(config, argc - first, argv + first);
    if (error == 0)
        error = schema_check(&config->schema);
    if (error == 0)
        error = check_together(config);
    if (error == 0)
        error = set_formats(config);
    if (error == 0)
        error = check_outputs(config);
    config->is_rebuild_implied = !config->wants_rebuild;
    config->wants_rebuild |= config->wants_search && config->secret != NULL;
    return error;
}

/* ---- Columns ---- */

/* Finds the columns of one kind of the index. */
static int resolve_kind(struct audit_config *config, unsigned number)
{
    const char *name = config->schema.kinds[number].name;
    for (unsigned i = 0; i < config->kind_count; i++) {
        if (!kind_option_is_of(config->kinds[i], name))
            continue;
        if (config->is_named[number])
            return message_usage("--kind %s: given twice", name);
        int error = kind_option_set_columns(&config->schema, number, config->kinds[i]);
        if (error != 0)
            return error;
        config->is_named[number] = true;
    }
    for (unsigned part = 0; !config->is_named[number] && part < config->schema.kinds[number].part_count; part++)
        if ((config->schema.columns[number][part] = strdup(name)) == NULL)
            return ELIG_E_MEMORY;
    return 0;
}

/* --kind alone says what there is. */
static int resolve_without_header(struct audit_config *config)
{
    int error = 0;
    for (unsigned i = 0; i < config->kind_count && error == 0; i++) {
        error = kind_option_add_untyped(&config->schema, config->kinds[i]);
        config->is_named[i] = true;
    }
    return error;
}

/* The columns of all kinds of the index. */
static int resolve_kinds(struct audit_config *config, const struct header *header)
{
    char names[ELIG_KINDS_MAX * 64];
    size_t length = 0;
    unsigned named = 0;
    config->schema.kind_count = header->kind_count;
    memcpy(config->schema.kinds, header->kinds, sizeof config->schema.kinds);
    for (unsigned kind = 0; kind < header->kind_count; kind++) {
        int error = resolve_kind(config, kind);
        if (error != 0)
            return error;
        named += (unsigned)config->is_named[kind];
    }
    if (named == config->kind_count)
        return 0;
    for (unsigned kind = 0; kind < header->kind_count && length < sizeof names; kind++)
        length += (size_t)snprintf(names + length, sizeof names - length, "%s%s", kind > 0 ? ", " : "",
                                   public_text_kind(&header->kinds[kind]));
    return message_usage("--kind: %s has no kind of one of these names; it has: %s", config->index, names);
}

int audit_options_resolve(struct audit_config *config, const struct header *header)
{
    int error = header != NULL ? resolve_kinds(config, header) : resolve_without_header(config);
    return error == ELIG_E_MEMORY ? context_fail("read the command line", error) : error;
}

void audit_options_free(struct audit_config *config)
{
    schema_free(&config->schema);
    free(config->lists);
    free(config->absent);
    free(config->file.text);
    keyfile_free(config->secret);
    keyfile_free(config->seed);
    keyfile_free(config->signer);
    *config = (struct audit_config){0};
}
