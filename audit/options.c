/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/checks/public_text.h"
#include "lib/elig/parallel.h"
#include "lib/util/argument.h"
#include "lib/util/file.h"
#include "lib/util/keyfile.h"
#include "lib/util/message.h"
#include "lib/util/parse.h"

#define MEMORY_MIN (UINT64_C(64) << 20)
#define MEMORY_MAX (UINT64_C(1) << 44)
#define MEMORY_DEFAULT_MAX (UINT64_C(4) << 30)
#define LABEL_MINIMUM_DEFAULT 10
#define ENUMERABLE_DEFAULT 100000.0 /* dollars */
#define LISTS_MAX 1024

enum option_number {
    OPTION_AGAINST = 1,
    OPTION_REBUILD,
    OPTION_KIND,
    OPTION_LABEL,
    OPTION_LABEL_ORDER,
    OPTION_LABEL_MINIMUM,
    OPTION_ABSENT,
    OPTION_DELIMITER,
    OPTION_ENCODING,
    OPTION_NO_HEADER,
    OPTION_SECRET,
    OPTION_SEED,
    OPTION_SIGNER,
    OPTION_SIMULATE,
    OPTION_SIMULATE_LIST,
    OPTION_CONTROLLER,
    OPTION_ENUMERABLE_BELOW,
    OPTION_STRICT,
    OPTION_FORMAT,
    OPTION_OUTPUT,
    OPTION_PROGRAMS,
    OPTION_MEMORY,
    OPTION_THREADS,
    OPTION_TMPDIR,
    OPTION_QUIET,
    OPTION_HELP,
    OPTION_VERSION,
    OPTION_COUNT
};

static const struct option long_options[] = {
    {"against", required_argument, NULL, OPTION_AGAINST},
    {"rebuild", required_argument, NULL, OPTION_REBUILD},
    {"kind", required_argument, NULL, OPTION_KIND},
    {"label", required_argument, NULL, OPTION_LABEL},
    {"label-order", required_argument, NULL, OPTION_LABEL_ORDER},
    {"label-minimum", required_argument, NULL, OPTION_LABEL_MINIMUM},
    {"absent", required_argument, NULL, OPTION_ABSENT},
    {"delimiter", required_argument, NULL, OPTION_DELIMITER},
    {"encoding", required_argument, NULL, OPTION_ENCODING},
    {"no-header", no_argument, NULL, OPTION_NO_HEADER},
    {"secret", required_argument, NULL, OPTION_SECRET},
    {"seed", required_argument, NULL, OPTION_SEED},
    {"signer", required_argument, NULL, OPTION_SIGNER},
    {"simulate", required_argument, NULL, OPTION_SIMULATE},
    {"simulate-list", required_argument, NULL, OPTION_SIMULATE_LIST},
    {"i-am-the-controller", no_argument, NULL, OPTION_CONTROLLER},
    {"enumerable-below", required_argument, NULL, OPTION_ENUMERABLE_BELOW},
    {"strict", no_argument, NULL, OPTION_STRICT},
    {"format", required_argument, NULL, OPTION_FORMAT},
    {"output", required_argument, NULL, OPTION_OUTPUT},
    {"programs", required_argument, NULL, OPTION_PROGRAMS},
    {"memory", required_argument, NULL, OPTION_MEMORY},
    {"threads", required_argument, NULL, OPTION_THREADS},
    {"tmpdir", required_argument, NULL, OPTION_TMPDIR},
    {"quiet", no_argument, NULL, OPTION_QUIET},
    {"help", no_argument, NULL, OPTION_HELP},
    {"version", no_argument, NULL, OPTION_VERSION},
    {NULL, 0, NULL, 0},
};

/* What is read before it can be checked. */
struct reading {
    struct audit_config *audit;
    int given[OPTION_COUNT];
    const char *format, *outputs[AUDIT_OUTPUTS_MAX];
    const char *signer_path;
};

static const char *option_name(int option)
{
    return long_options[option - 1].name;
}

static int check(int good, int option, const char *expected)
{
    return good ? EXIT_DONE : message_usage("--%s takes %s", option_name(option), expected);
}

/* ---- Values ---- */

/* Appends a name; one that is there already is the same file once more. */
static int add_name(const char ***names, unsigned *count, const char *text)
{
    for (unsigned i = 0; i < *count; i++)
        if (strcmp((*names)[i], text) == 0)
            return EXIT_DONE;
    if (*count == LISTS_MAX)
        return message_usage("more than %d lists", LISTS_MAX);
    const char **grown = realloc(*names, (*count + 1) * sizeof *grown);
    if (grown == NULL) {
        message("audit: %s", elig_error_text(ELIG_E_MEMORY));
        return EXIT_CANNOT;
    }
    *names = grown;
    grown[(*count)++] = text;
    return EXIT_DONE;
}

static int read_key(uint8_t **key, const char **key_path, enum keyfile_type sort, const char *path)
{
    *key_path = path;
    *key = keyfile_read(sort, path);
    return *key != NULL ? EXIT_DONE : EXIT_CANNOT;
}

/* TYPE[:SAMPLE] */
static int read_simulate(struct audit_config *audit, const char *text)
{
    static char type[64];
    const char *colon = strchr(text, ':');
    size_t length = colon != NULL ? (size_t)(colon - text) : strlen(text);
    if (length == 0 || length >= sizeof type ||
        (colon != NULL && !parse_number(colon + 1, 1, ELIG_IDENTIFIERS_MAX, &audit->simulate_sample)))
        return message_usage("--simulate takes TYPE or TYPE:SAMPLE, such as phone/KR:1000000");
    memcpy(type, text, length);
    type[length] = '\0';
    audit->simulate = type;
    return EXIT_DONE;
}

static int read_dollars(struct audit_config *audit, const char *text)
{
    uint64_t dollars;
    if (!parse_number(text, 1, UINT64_C(1000000000000000), &dollars))
        return message_usage("--enumerable-below takes a number of dollars, such as 100000");
    audit->enumerable_below = (double)dollars;
    return EXIT_DONE;
}

static int read_threads(struct audit_config *audit, const char *text)
{
    uint64_t number;
    int good = parse_number(text, 1, PARALLEL_THREADS_MAX, &number);
    audit->threads = good ? (unsigned)number : 1;
    return check(good, OPTION_THREADS, "a number from 1 to 256");
}

static int add_output(struct reading *reading, const char *path)
{
    if (reading->audit->output_count == AUDIT_OUTPUTS_MAX)
        return message_usage("more than %d reports", AUDIT_OUTPUTS_MAX);
    reading->outputs[reading->audit->output_count++] = path;
    return EXIT_DONE;
}

static int add_kind(struct audit_config *audit, const char *text)
{
    const char *equals = strchr(text, '=');
    if (equals == NULL || equals == text || equals[1] == '\0')
        return message_usage(
            "--kind takes NAME=COLUMN, and NAME=COLUMN+COLUMN for a composite; the index knows the "
            "types");
    if (audit->kind_count == ELIG_KINDS_MAX)
        return message_usage("more than %d kinds", ELIG_KINDS_MAX);
    audit->kinds[audit->kind_count++] = text;
    return EXIT_DONE;
}

/* ---- Options ---- */

static int read_job_option(struct reading *reading, int option, const char *text)
{
    struct audit_config *audit = reading->audit;
    switch (option) {
    case OPTION_SIMULATE:
        return read_simulate(audit, text);
    case OPTION_SIMULATE_LIST:
        audit->simulate_list = text;
        return EXIT_DONE;
    case OPTION_ENUMERABLE_BELOW:
        return read_dollars(audit, text);
    case OPTION_STRICT:
        audit->is_strict = 1;
        return EXIT_DONE;
    case OPTION_FORMAT:
        reading->format = text;
        return EXIT_DONE;
    case OPTION_OUTPUT:
        return add_output(reading, text);
    case OPTION_PROGRAMS:
        audit->programs = text;
        return EXIT_DONE;
    case OPTION_MEMORY:
        return check(parse_size(text, MEMORY_MIN, MEMORY_MAX, &audit->memory), option,
                     "a size from 64MiB, such as 1GiB");
    case OPTION_THREADS:
        return read_threads(audit, text);
    case OPTION_TMPDIR:
        audit->tmpdir = text;
        return EXIT_DONE;
    case OPTION_QUIET:
        audit->is_quiet = 1;
        return EXIT_DONE;
    default: /* --help, --version, --i-am-the-controller: that they were given says all */
        return EXIT_DONE;
    }
}

static int read_option(struct reading *reading, int option, const char *text)
{
    struct audit_config *audit = reading->audit;
    switch (option) {
    case OPTION_AGAINST:
        audit->is_search = 1;
        return add_name(&audit->lists, &audit->list_count, text);
    case OPTION_REBUILD:
        audit->is_rebuild = 1;
        return add_name(&audit->lists, &audit->list_count, text);
    case OPTION_KIND:
        return add_kind(audit, text);
    case OPTION_LABEL:
        audit->schema.label_column = text;
        return EXIT_DONE;
    case OPTION_LABEL_ORDER:
        audit->label_order = text;
        return EXIT_DONE;
    case OPTION_LABEL_MINIMUM:
        return check(parse_number(text, 1, ELIG_IDENTIFIERS_MAX, &audit->label_minimum), option,
                     "a number from 1");
    case OPTION_ABSENT:
        return add_name(&audit->absent, &audit->absent_count, text);
    case OPTION_DELIMITER:
        return schema_read_delimiter(&audit->schema, text);
    case OPTION_ENCODING:
        return schema_read_encoding(&audit->schema, text);
    case OPTION_NO_HEADER:
        audit->schema.has_header = 0;
        return EXIT_DONE;
    case OPTION_SECRET:
        return read_key(&audit->secret, &audit->secret_path, KEYFILE_SECRET, text);
    case OPTION_SEED:
        return read_key(&audit->seed, &audit->seed_path, KEYFILE_SEED, text);
    case OPTION_SIGNER:
        return read_key(&audit->signer, &reading->signer_path, KEYFILE_SIGNER_PUBLIC, text);
    default:
        return read_job_option(reading, option, text);
    }
}

static void set_defaults(struct audit_config *audit)
{
    *audit = (struct audit_config){.schema = {.delimiter = ',', .has_header = 1, .is_quiet = 1},
                                   .label_minimum = LABEL_MINIMUM_DEFAULT,
                                   .enumerable_below = ENUMERABLE_DEFAULT,
                                   .tmpdir = getenv("TMPDIR")};
    long processors = sysconf(_SC_NPROCESSORS_ONLN), pages = sysconf(_SC_PHYS_PAGES);
    audit->threads = processors < 1                      ? 1
                     : processors > PARALLEL_THREADS_MAX ? PARALLEL_THREADS_MAX
                                                         : (unsigned)processors;
    uint64_t quarter = pages > 0 ? (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE) / 4 : 0;
    audit->memory = quarter < MEMORY_MIN           ? MEMORY_MIN
                    : quarter > MEMORY_DEFAULT_MAX ? MEMORY_DEFAULT_MAX
                                                   : quarter;
    if (audit->tmpdir == NULL || *audit->tmpdir == '\0')
        audit->tmpdir = "/tmp";
}

/* ---- What goes together ---- */

static int has_ending(const char *path, const char *ending)
{
    size_t length = strlen(path), tail = strlen(ending);
    return length > tail && strcmp(path + length - tail, ending) == 0;
}

/* The format of each report: as --format says, else as its name ends. */
static int set_formats(struct reading *reading)
{
    static const char *const names[] = {"text", "json", "html"};
    struct audit_config *audit = reading->audit;
    int format = -1;
    for (int i = 0; reading->format != NULL && i < (int)(sizeof names / sizeof *names); i++)
        format = strcmp(reading->format, names[i]) == 0 ? i : format;
    if (reading->format != NULL && format < 0)
        return message_usage("--format is none of text, json, html");
    if (audit->output_count == 0)
        reading->outputs[audit->output_count++] = NULL;
    for (unsigned i = 0; i < audit->output_count; i++) {
        const char *path = reading->outputs[i];
        enum format own = path == NULL                                            ? FORMAT_TEXT
                          : has_ending(path, ".json")                             ? FORMAT_JSON
                          : has_ending(path, ".html") || has_ending(path, ".htm") ? FORMAT_HTML
                                                                                  : FORMAT_TEXT;
        audit->outputs[i].path = path == NULL || strcmp(path, "-") == 0 ? NULL : path;
        audit->outputs[i].format = format >= 0 ? (enum format)format : own;
    }
    return EXIT_DONE;
}

/* EXIT_DONE unless a file that is read is one that a report would be written over. */
static int check_read(const struct audit_config *audit, const char *path)
{
    for (unsigned i = 0; path != NULL && i < audit->output_count; i++)
        if (audit->outputs[i].path != NULL && file_is_same(path, audit->outputs[i].path))
            return message_usage("%s is a file to be read, and would be written over", path);
    return EXIT_DONE;
}

/* Nothing that is read may be written over, nor one report over another. */
static int check_outputs(const struct reading *reading)
{
    const struct audit_config *audit = reading->audit;
    const char *const read[] = {audit->index,     audit->other,         audit->secret_path,
                                audit->seed_path, reading->signer_path, audit->simulate_list};
    int result = EXIT_DONE;
    for (size_t i = 0; i < sizeof read / sizeof *read && result == EXIT_DONE; i++)
        result = check_read(audit, read[i]);
    for (unsigned i = 0; i < audit->list_count && result == EXIT_DONE; i++)
        result = check_read(audit, audit->lists[i]);
    for (unsigned i = 0; i < audit->absent_count && result == EXIT_DONE; i++)
        result = check_read(audit, audit->absent[i]);
    for (unsigned i = 0; i < audit->output_count && result == EXIT_DONE; i++)
        for (unsigned j = 0; j < i && result == EXIT_DONE; j++)
            if (audit->outputs[i].path != NULL && audit->outputs[j].path != NULL &&
                file_is_same(audit->outputs[i].path, audit->outputs[j].path))
                result = message_usage("two reports are to be written to %s", audit->outputs[i].path);
    return result;
}

static int check_together(const struct reading *reading)
{
    const struct audit_config *audit = reading->audit;
    int simulates = audit->simulate != NULL || audit->simulate_list != NULL;
    if (simulates && !reading->given[OPTION_CONTROLLER])
        return message_usage(
            "a simulation tries out people. If you answer for the data, say --i-am-the-controller");
    if (audit->simulate != NULL && audit->simulate_list != NULL)
        return message_usage("--simulate and --simulate-list exclude each other");
    if (audit->list_count == 0 &&
        (audit->schema.label_column != NULL || audit->kind_count > 0 || audit->absent_count > 0))
        return message_usage(
            "--kind, --label and --absent say what is in a list: give it with --against or --rebuild");
    for (unsigned i = 0; i < audit->list_count; i++)
        if (strcmp(audit->lists[i], "-") == 0)
            return message_usage("lists are read more than once: give a file, not standard input");
    return EXIT_DONE;
}

/* INDEX, INDEX OTHER, or, behind --against or --rebuild, further lists and INDEX. */
static int read_arguments(struct audit_config *audit, int count, char **arguments)
{
    int result = EXIT_DONE;
    if (count == 0)
        return message_usage("INDEX is needed");
    if (audit->list_count > 0)
        for (; result == EXIT_DONE && count > 1; count--)
            result = add_name(&audit->lists, &audit->list_count, *arguments++);
    if (result == EXIT_DONE && count > 2)
        result = message_usage("more than two indexes");
    audit->index = arguments[0];
    audit->other = count == 2 ? arguments[1] : NULL;
    if (audit->other != NULL)
        audit->job = JOB_COMPARE;
    return result;
}

int audit_options_read(struct audit_config *audit, int argc, char **argv)
{
    struct reading reading = {.audit = audit};
    int option, result = EXIT_DONE;
    set_defaults(audit);
    opterr = 0; /* what getopt would repeat may be anything */
    while (result == EXIT_DONE && (option = getopt_long(argc, argv, "o:h", long_options, NULL)) != -1) {
        option = option == 'o' ? OPTION_OUTPUT : option == 'h' ? OPTION_HELP : option;
        int may_repeat = option == OPTION_AGAINST || option == OPTION_REBUILD || option == OPTION_KIND ||
                         option == OPTION_ABSENT || option == OPTION_OUTPUT;
        if (option == '?')
            result = argument_explain(long_options);
        else if (reading.given[option]++ > 0 && !may_repeat)
            result = message_usage("--%s is given twice", option_name(option));
        else
            result = read_option(&reading, option, optarg);
    }
    if (result == EXIT_DONE && reading.given[OPTION_HELP])
        return AUDIT_OPTIONS_HELP;
    if (result == EXIT_DONE && reading.given[OPTION_VERSION])
        return AUDIT_OPTIONS_VERSION;
    if (result == EXIT_DONE)
        result = read_arguments(audit, argc - optind, argv + optind);
    if (result == EXIT_DONE)
        result = check_together(&reading);
    if (result == EXIT_DONE)
        result = set_formats(&reading);
    if (result == EXIT_DONE)
        result = check_outputs(&reading);
    audit->is_implied = !audit->is_rebuild;
    audit->is_rebuild |= audit->is_search && audit->secret != NULL;
    return result;
}

/* ---- Columns ---- */

static int out_of_memory(void)
{
    message("audit: %s", elig_error_text(ELIG_E_MEMORY));
    return EXIT_CANNOT;
}

/* NAME=COLUMN+COLUMN for a kind of as many parts. */
static int name_columns(struct audit_config *audit, const struct elig_kind *kind, unsigned number,
                        const char *columns)
{
    unsigned part = 0;
    for (const char *from = columns;; part++) {
        size_t length = kind->part_count > 1 ? strcspn(from, "+") : strlen(from);
        if (part == kind->part_count || length == 0)
            break;
        audit->schema.columns[number][part] = strndup(from, length);
        if (audit->schema.columns[number][part] == NULL)
            return out_of_memory();
        if (from[length] == '\0') {
            audit->is_named[number] = 1;
            return part + 1 == kind->part_count
                       ? EXIT_DONE
                       : message_usage("--kind %s: the index has %u parts of it", kind->name, kind->part_count);
        }
        from += length + 1;
    }
    return message_usage("--kind %s: the index has %u parts of it", kind->name, kind->part_count);
}

static int resolve_kind(struct audit_config *audit, const struct elig_kind *kind, unsigned number)
{
    for (unsigned i = 0; i < audit->kind_count; i++) {
        size_t length = (size_t)(strchr(audit->kinds[i], '=') - audit->kinds[i]);
        if (strlen(kind->name) == length && memcmp(kind->name, audit->kinds[i], length) == 0) {
            if (audit->is_named[number])
                return message_usage("--kind %s is given twice", kind->name);
            int result = name_columns(audit, kind, number, audit->kinds[i] + length + 1);
            if (result != EXIT_DONE)
                return result;
        }
    }
    for (unsigned part = 0; !audit->is_named[number] && part < kind->part_count; part++)
        if ((audit->schema.columns[number][part] = strdup(kind->name)) == NULL)
            return out_of_memory();
    return EXIT_DONE;
}

/* --kind alone says what there is. */
static int resolve_without_header(struct audit_config *audit)
{
    for (unsigned i = 0; i < audit->kind_count; i++) {
        struct elig_kind *kind = &audit->schema.kinds[i];
        const char *columns = strchr(audit->kinds[i], '=') + 1;
        snprintf(kind->name, sizeof kind->name, "%.*s", (int)(columns - 1 - audit->kinds[i]), audit->kinds[i]);
        for (kind->part_count = 1; strchr(columns, '+') != NULL && kind->part_count < ELIG_PARTS_MAX;
             kind->part_count++)
            columns = strchr(columns, '+') + 1;
        for (unsigned part = 0; part < kind->part_count; part++)
            kind->parts[part].type = ELIG_TYPE_EXACT;
        int result = name_columns(audit, kind, i, strchr(audit->kinds[i], '=') + 1);
        if (result != EXIT_DONE)
            return result;
    }
    audit->schema.kind_count = audit->kind_count;
    return EXIT_DONE;
}

int audit_options_resolve(struct audit_config *audit, const struct header *header)
{
    char names[ELIG_KINDS_MAX * 64];
    size_t length = 0;
    unsigned named = 0;
    if (header == NULL)
        return resolve_without_header(audit);
    audit->schema.kind_count = header->kind_count;
    memcpy(audit->schema.kinds, header->kinds, sizeof audit->schema.kinds);
    for (unsigned kind = 0; kind < header->kind_count; kind++) {
        int result = resolve_kind(audit, &header->kinds[kind], kind);
        if (result != EXIT_DONE)
            return result;
        named += (unsigned)audit->is_named[kind];
    }
    if (named == audit->kind_count)
        return EXIT_DONE;
    for (unsigned kind = 0; kind < header->kind_count && length < sizeof names; kind++)
        length += (size_t)snprintf(names + length, sizeof names - length, "%s%s", kind > 0 ? ", " : "",
                                   public_text_kind(&header->kinds[kind]));
    return message_usage("--kind: %s has no kind of one of these names; it has: %s", audit->index, names);
}

void audit_options_free(struct audit_config *audit)
{
    for (unsigned kind = 0; kind < ELIG_KINDS_MAX; kind++)
        for (unsigned part = 0; part < ELIG_PARTS_MAX; part++)
            free(audit->schema.columns[kind][part]);
    free(audit->lists);
    free(audit->absent);
    keyfile_free(audit->secret);
    keyfile_free(audit->seed);
    keyfile_free(audit->signer);
    *audit = (struct audit_config){0};
}
