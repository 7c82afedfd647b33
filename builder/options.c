/* SPDX-License-Identifier: Apache-2.0 */
#include "builder/options.h"

#include <getopt.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "include/elig_format.h"

#include "builder/options_check.h"
#include "builder/records/record.h"
#include "lib/elig/canon/canon.h"
#include "lib/elig/index/dictionary.h"
#include "lib/elig/index/header.h"
#include "lib/elig/index/plain_text.h"
#include "lib/elig/parallel.h"
#include "lib/util/argument.h"
#include "lib/util/keyfile.h"
#include "lib/util/message.h"
#include "lib/util/parse.h"

#define MEMORY_MIN (UINT64_C(64) << 20)
#define MEMORY_MAX (UINT64_C(1) << 44)
#define MEMORY_DEFAULT_MAX (UINT64_C(1) << 30)
#define LABEL_MINIMUM_DEFAULT 10
#define RATE_BITS_DEFAULT 32
#define PARTS_MAX 1000 /* each is a set, of which assemble takes RECORD_INPUTS_MAX */

enum option_number {
    OPTION_KIND = 1,
    OPTION_LABEL,
    OPTION_LABEL_ORDER,
    OPTION_LABEL_MINIMUM,
    OPTION_PROFILE,
    OPTION_SECRET,
    OPTION_ARGON2_MEMORY,
    OPTION_ARGON2_PASSES,
    OPTION_WORK_BITS,
    OPTION_SEED,
    OPTION_ACCEPT_ENUMERABLE,
    OPTION_SALT,
    OPTION_SIGNER,
    OPTION_SERIAL,
    OPTION_FPR,
    OPTION_NOT_BEFORE,
    OPTION_NOT_AFTER,
    OPTION_CAMPAIGN,
    OPTION_ABSENT,
    OPTION_REMOVE,
    OPTION_DELIMITER,
    OPTION_ENCODING,
    OPTION_NO_HEADER,
    OPTION_PART,
    OPTION_MEMORY,
    OPTION_THREADS,
    OPTION_TMPDIR,
    OPTION_SKIP_INVALID,
    OPTION_REPORT,
    OPTION_QUIET,
    OPTION_OUTPUT,
    OPTION_HELP,
    OPTION_COUNT
};

static const struct option long_options[] = {
    {"kind", required_argument, NULL, OPTION_KIND},
    {"label", required_argument, NULL, OPTION_LABEL},
    {"label-order", required_argument, NULL, OPTION_LABEL_ORDER},
    {"label-minimum", required_argument, NULL, OPTION_LABEL_MINIMUM},
    {"profile", required_argument, NULL, OPTION_PROFILE},
    {"secret", required_argument, NULL, OPTION_SECRET},
    {"argon2-memory", required_argument, NULL, OPTION_ARGON2_MEMORY},
    {"argon2-passes", required_argument, NULL, OPTION_ARGON2_PASSES},
    {"work-bits", required_argument, NULL, OPTION_WORK_BITS},
    {"seed", required_argument, NULL, OPTION_SEED},
    {"accept-enumerable", no_argument, NULL, OPTION_ACCEPT_ENUMERABLE},
    {"salt", required_argument, NULL, OPTION_SALT},
    {"signer", required_argument, NULL, OPTION_SIGNER},
    {"serial", required_argument, NULL, OPTION_SERIAL},
    {"fpr", required_argument, NULL, OPTION_FPR},
    {"not-before", required_argument, NULL, OPTION_NOT_BEFORE},
    {"not-after", required_argument, NULL, OPTION_NOT_AFTER},
    {"campaign", required_argument, NULL, OPTION_CAMPAIGN},
    {"absent", required_argument, NULL, OPTION_ABSENT},
    {"remove", required_argument, NULL, OPTION_REMOVE},
    {"delimiter", required_argument, NULL, OPTION_DELIMITER},
    {"encoding", required_argument, NULL, OPTION_ENCODING},
    {"no-header", no_argument, NULL, OPTION_NO_HEADER},
    {"part", required_argument, NULL, OPTION_PART},
    {"memory", required_argument, NULL, OPTION_MEMORY},
    {"threads", required_argument, NULL, OPTION_THREADS},
    {"tmpdir", required_argument, NULL, OPTION_TMPDIR},
    {"skip-invalid", no_argument, NULL, OPTION_SKIP_INVALID},
    {"report", required_argument, NULL, OPTION_REPORT},
    {"quiet", no_argument, NULL, OPTION_QUIET},
    {"output", required_argument, NULL, OPTION_OUTPUT},
    {"help", no_argument, NULL, OPTION_HELP},
    {NULL, 0, NULL, 0},
};

/* Which commands have an option. */
#define OF(command) (1u << (command))
#define OF_LISTS (OF(COMMAND_COMPILE) | OF(COMMAND_DIGEST))
#define OF_INDEXES (OF(COMMAND_COMPILE) | OF(COMMAND_ASSEMBLE))
#define OF_ALL (OF_LISTS | OF_INDEXES)

static const unsigned commands_of[OPTION_COUNT] = {
    [OPTION_KIND] = OF_LISTS,
    [OPTION_LABEL] = OF_LISTS,
    [OPTION_LABEL_ORDER] = OF_INDEXES,
    [OPTION_LABEL_MINIMUM] = OF_INDEXES,
    [OPTION_PROFILE] = OF_LISTS,
    [OPTION_SECRET] = OF_LISTS,
    [OPTION_ARGON2_MEMORY] = OF_LISTS,
    [OPTION_ARGON2_PASSES] = OF_LISTS,
    [OPTION_WORK_BITS] = OF_LISTS,
    [OPTION_SEED] = OF_LISTS,
    [OPTION_ACCEPT_ENUMERABLE] = OF_LISTS,
    [OPTION_SALT] = OF_LISTS,
    [OPTION_SIGNER] = OF_INDEXES,
    [OPTION_SERIAL] = OF_INDEXES,
    [OPTION_FPR] = OF_INDEXES,
    [OPTION_NOT_BEFORE] = OF_INDEXES,
    [OPTION_NOT_AFTER] = OF_INDEXES,
    [OPTION_CAMPAIGN] = OF_INDEXES,
    [OPTION_ABSENT] = OF_INDEXES,
    [OPTION_REMOVE] = OF(COMMAND_ASSEMBLE),
    [OPTION_DELIMITER] = OF_LISTS,
    [OPTION_ENCODING] = OF_LISTS,
    [OPTION_NO_HEADER] = OF_LISTS,
    [OPTION_PART] = OF(COMMAND_DIGEST),
    [OPTION_MEMORY] = OF_ALL,
    [OPTION_THREADS] = OF_ALL,
    [OPTION_TMPDIR] = OF_ALL,
    [OPTION_SKIP_INVALID] = OF_LISTS,
    [OPTION_REPORT] = OF_ALL,
    [OPTION_QUIET] = OF_ALL,
    [OPTION_OUTPUT] = OF_ALL,
    [OPTION_HELP] = OF_ALL,
};

static const char *option_name(int option)
{
    for (const struct option *entry = long_options; entry->name != NULL; entry++)
        if (entry->val == option)
            return entry->name;
    return "";
}

/* ---- --kind NAME=COLUMN:TYPE[/OPTION][+COLUMN:TYPE...] ---- */

/* Reads one COLUMN:TYPE, which ends text. */
static int read_part(struct config *config, unsigned kind, const char *text, size_t length)
{
    struct elig_kind *description = &config->list.kinds[kind];
    char type[CANON_TYPE_TEXT_MAX];
    const char *colon = memchr(text, ':', length);
    if (colon == NULL || colon == text)
        return message_usage("--kind %s: a part is COLUMN:TYPE, such as mail:email", description->name);
    size_t type_length = length - (size_t)(colon + 1 - text);
    if (description->part_count == ELIG_PARTS_MAX)
        return message_usage("--kind %s: more than %d parts", description->name, ELIG_PARTS_MAX);
    if (type_length < sizeof type) {
        memcpy(type, colon + 1, type_length);
        type[type_length] = '\0';
    }
    if (type_length >= sizeof type || !canon_part_parse(type, &description->parts[description->part_count]))
        return message_usage("--kind %s: the type of part %u is none of email[/plus][/gmail], phone/REGION, "
                             "text[/compact], digits, date, exact",
                             description->name, description->part_count + 1u);
    char *column = strndup(text, (size_t)(colon - text));
    for (unsigned i = 0; i < description->part_count && column != NULL; i++)
        if (strcmp(config->list.columns[kind][i], column) == 0) {
            free(column);
            return message_usage("--kind %s: a column that is given twice", description->name);
        }
    config->list.columns[kind][description->part_count++] = column;
    return column != NULL ? EXIT_DONE : EXIT_CANNOT;
}

/* The length of the first part of text: a '+' ends it only after its ':', since columns may have one too. */
static size_t part_length(const char *text)
{
    const char *colon = strchr(text, ':');
    const char *plus = colon != NULL ? strchr(colon, '+') : NULL;
    return plus != NULL ? (size_t)(plus - text) : strlen(text);
}

static int read_kind(struct config *config, const char *text)
{
    const char *equals = strchr(text, '=');
    unsigned kind = config->list.kind_count;
    if (kind == ELIG_KINDS_MAX)
        return message_usage("--kind: more than %d kinds", ELIG_KINDS_MAX);
    struct elig_kind *description = &config->list.kinds[kind];
    size_t length = equals != NULL ? (size_t)(equals - text) : 0;
    if (length == 0 || length > ELIG_KIND_NAME_MAX)
        return message_usage("--kind takes NAME=COLUMN:TYPE, the name of at most %d bytes", ELIG_KIND_NAME_MAX);
    memcpy(description->name, text, length);
    if (!header_kind_name_is_valid(description->name))
        return message_usage("--kind: a name has lower-case letters, digits, '-' and '_' only");
    for (unsigned i = 0; i < kind; i++)
        if (strcmp(config->list.kinds[i].name, description->name) == 0)
            return message_usage("--kind %s: given twice", description->name);
    config->list.kind_count++;
    int result = EXIT_DONE;
    for (const char *at = equals; result == EXIT_DONE && *at != '\0'; at += part_length(at)) {
        at++; /* past '=' or '+' */
        result = read_part(config, kind, at, part_length(at));
    }
    return result;
}

/* ---- The others ---- */

static int read_label_order(struct config *config, const char *text)
{
    for (const char *at = text;; at++) {
        size_t length = strcspn(at, ",");
        if (!dictionary_word_is_valid(at, length))
            return message_usage("--label-order takes label words of at most %d bytes, separated by commas",
                                 ELIG_LABEL_MAX);
        for (unsigned i = 0; i < config->label_order_count; i++)
            if (strlen(config->label_order[i]) == length && memcmp(config->label_order[i], at, length) == 0)
                return message_usage("--label-order names '%.*s' twice", (int)length, at);
        char **grown =
            realloc(config->label_order, (config->label_order_count + 1) * sizeof *config->label_order);
        char *word = strndup(at, length);
        if (grown != NULL)
            config->label_order = grown;
        if (grown == NULL || word == NULL) {
            free(word);
            return EXIT_CANNOT;
        }
        grown[config->label_order_count++] = word;
        at += length;
        if (*at == '\0')
            return EXIT_DONE;
    }
}

static int read_key(uint8_t **key, const char **key_path, enum keyfile_type sort, const char *path)
{
    *key_path = path;
    *key = keyfile_read(sort, path);
    return *key != NULL ? EXIT_DONE : EXIT_CANNOT;
}

static int read_signer(struct config *config, const char *path)
{
    int result = read_key(&config->signer, &config->signer_path, KEYFILE_SIGNER, path);
    uint8_t *pair = sodium_malloc(crypto_sign_SECRETKEYBYTES);
    if (result == EXIT_DONE && pair != NULL)
        (void)crypto_sign_seed_keypair(config->signer_public, pair, config->signer);
    sodium_free(pair);
    return pair != NULL ? result : EXIT_CANNOT;
}

/* I/N */
static int read_part_number(struct config *config, const char *text)
{
    char number[16] = "";
    const char *slash = strchr(text, '/');
    uint64_t part = 0, parts = 0;
    if (slash != NULL && (size_t)(slash - text) < sizeof number)
        memcpy(number, text, (size_t)(slash - text));
    if (slash == NULL || !parse_number(slash + 1, 1, PARTS_MAX, &parts) ||
        !parse_number(number, 1, parts, &part))
        return message_usage("--part takes I/N, such as 1/10 for one in ten rows; N is at most %d", PARTS_MAX);
    config->part = (unsigned)(part - 1);
    config->parts = (unsigned)parts;
    return EXIT_DONE;
}

static int read_profile(struct config *config, const char *text)
{
    for (int id = ELIG_PROFILE_KEYED; id <= ELIG_PROFILE_BLIND; id++)
        if (strcmp(text, profile_name((enum elig_profile)id)) == 0) {
            config->profile.id = (enum elig_profile)id;
            return EXIT_DONE;
        }
    return message_usage("--profile is none of keyed, offline, blind");
}

/* Argon2id takes its memory in KiB. */
static int read_argon2_memory(struct config *config, const char *text)
{
    if (!parse_size(text, ELIG_ARGON2_MEMORY_MIN, ELIG_ARGON2_MEMORY_MAX, &config->profile.argon2_memory) ||
        config->profile.argon2_memory % 1024 != 0)
        return message_usage("--argon2-memory takes a size from 19MiB to 1GiB, in whole KiB: less is no "
                             "protection, and more no program of elig's would take for a lookup");
    return EXIT_DONE;
}

static int read_argon2_number(uint32_t *number, int option, const char *text, uint64_t minimum,
                              uint64_t maximum)
{
    uint64_t value;
    if (!parse_number(text, minimum, maximum, &value))
        return message_usage("--%s takes a number from %u to %u", option_name(option), (unsigned)minimum,
                             (unsigned)maximum);
    *number = (uint32_t)value;
    return EXIT_DONE;
}

static int read_campaign(struct config *config, const char *text)
{
    if (strlen(text) > ELIG_CAMPAIGN_MAX || !plain_text_is_valid(text, strlen(text)))
        return message_usage("--campaign takes at most %d bytes of UTF-8 without control characters",
                             ELIG_CAMPAIGN_MAX);
    config->campaign = text;
    return EXIT_DONE;
}

/* Appends a name to a list of them. */
static int add_name(const char ***names, unsigned *count, int option, const char *text)
{
    if (*count == RECORD_INPUTS_MAX)
        return message_usage("--%s: more than %u files", option_name(option), RECORD_INPUTS_MAX);
    const char **grown = realloc(*names, (*count + 1) * sizeof *grown);
    if (grown == NULL)
        return EXIT_CANNOT;
    *names = grown;
    grown[(*count)++] = text;
    return EXIT_DONE;
}

static int check(int good, int option, const char *expected)
{
    return good ? EXIT_DONE : message_usage("--%s takes %s", option_name(option), expected);
}

static int read_threads(struct config *config, const char *text)
{
    uint64_t number;
    if (!parse_number(text, 1, PARALLEL_THREADS_MAX, &number))
        return message_usage("--threads takes a number from 1 to %d", PARALLEL_THREADS_MAX);
    config->threads = (unsigned)number;
    return EXIT_DONE;
}

/* Takes one option without a value in, or says that it is none. */
static int read_flag(struct config *config, int option)
{
    switch (option) {
    case OPTION_NO_HEADER:
        config->list.has_header = 0;
        return EXIT_DONE;
    case OPTION_ACCEPT_ENUMERABLE:
        config->accepts_enumerable = 1;
        return EXIT_DONE;
    case OPTION_SKIP_INVALID:
        config->skip_invalid = 1;
        return EXIT_DONE;
    case OPTION_QUIET:
        config->list.is_quiet = 1;
        return EXIT_DONE;
    case 'h':
    case OPTION_HELP:
        return OPTIONS_HELP;
    default:
        return argument_explain(long_options);
    }
}

/* Takes an option in that says how identifiers become digests, or a flag. */
static int read_digest_option(struct config *config, int option, const char *text)
{
    switch (option) {
    case OPTION_PROFILE:
        return read_profile(config, text);
    case OPTION_SECRET:
        return read_key(&config->secret, &config->secret_path, KEYFILE_SECRET, text);
    case OPTION_SEED:
        return read_key(&config->seed, &config->seed_path, KEYFILE_SEED, text);
    case OPTION_ARGON2_MEMORY:
        return read_argon2_memory(config, text);
    case OPTION_ARGON2_PASSES:
        return read_argon2_number(&config->profile.argon2_passes, option, text, ELIG_ARGON2_PASSES_MIN,
                                  ELIG_ARGON2_PASSES_MAX);
    case OPTION_WORK_BITS:
        return read_argon2_number(&config->profile.work_bits, option, text, 0, ELIG_WORK_BITS_MAX);
    case OPTION_SALT:
        config->has_salt = 1;
        return check(parse_hex(text, config->profile.salt, sizeof config->profile.salt), option,
                     "32 hexadecimal digits");
    default:
        return read_flag(config, option);
    }
}

/* Takes one option in. */
static int read_option(struct config *config, int option, const char *text)
{
    switch (option) {
    case OPTION_KIND:
        return read_kind(config, text);
    case OPTION_LABEL:
        config->list.label_column = text;
        return EXIT_DONE;
    case OPTION_LABEL_ORDER:
        return read_label_order(config, text);
    case OPTION_LABEL_MINIMUM:
        return check(parse_number(text, 1, ELIG_IDENTIFIERS_MAX, &config->label_minimum), option,
                     "a number from 1");
    case OPTION_SIGNER:
        return read_signer(config, text);
    case OPTION_SERIAL:
        return check(parse_time(text, &config->serial) && config->serial > 0, option,
                     "a time such as 2026-12-01T09:00:00+09:00");
    case OPTION_FPR:
        return check(parse_rate(text, &config->rate_bits), option,
                     "a rate such as 2^-32 or 1e-9, not below 2^-56");
    case OPTION_NOT_BEFORE:
        return check(parse_time(text, &config->not_before), option, "a time such as 2026-12-01T09:00:00+09:00");
    case OPTION_NOT_AFTER:
        return check(parse_time(text, &config->not_after), option, "a time such as 2026-12-31T23:59:59+09:00");
    case OPTION_CAMPAIGN:
        return read_campaign(config, text);
    case OPTION_ABSENT:
        return add_name(&config->absent, &config->absent_count, option, text);
    case OPTION_REMOVE:
        return add_name(&config->removed, &config->removed_count, option, text);
    case OPTION_DELIMITER:
        return schema_read_delimiter(&config->list, text);
    case OPTION_ENCODING:
        return schema_read_encoding(&config->list, text);
    case OPTION_PART:
        return read_part_number(config, text);
    case OPTION_MEMORY:
        return check(parse_size(text, MEMORY_MIN, MEMORY_MAX, &config->memory), option,
                     "a size from 64MiB, such as 1GiB");
    case OPTION_THREADS:
        return read_threads(config, text);
    case OPTION_TMPDIR:
        config->tmpdir = text;
        return EXIT_DONE;
    case OPTION_REPORT:
        config->report = text;
        return EXIT_DONE;
    case 'o':
    case OPTION_OUTPUT:
        config->output = text;
        return EXIT_DONE;
    default:
        return read_digest_option(config, option, text);
    }
}

static void set_defaults(struct config *config, enum command command)
{
    *config = (struct config){.command = command,
                              .profile = {.id = ELIG_PROFILE_KEYED},
                              .label_minimum = LABEL_MINIMUM_DEFAULT,
                              .rate_bits = RATE_BITS_DEFAULT,
                              .campaign = "",
                              .list = {.delimiter = ',', .has_header = 1},
                              .parts = 1};
    long processors = sysconf(_SC_NPROCESSORS_ONLN), pages = sysconf(_SC_PHYS_PAGES);
    config->threads = processors < 1                      ? 1
                      : processors > PARALLEL_THREADS_MAX ? PARALLEL_THREADS_MAX
                                                          : (unsigned)processors;
    uint64_t quarter = pages > 0 ? (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE) / 4 : 0;
    config->memory = quarter < MEMORY_MIN           ? MEMORY_MIN
                     : quarter > MEMORY_DEFAULT_MAX ? MEMORY_DEFAULT_MAX
                                                    : quarter;
    config->tmpdir = getenv("TMPDIR");
    if (config->tmpdir == NULL || *config->tmpdir == '\0')
        config->tmpdir = "/tmp";
    randombytes_buf(config->profile.salt, sizeof config->profile.salt);
}

static int read_inputs(struct config *config, int count, char **names)
{
    if (count > (int)RECORD_INPUTS_MAX)
        return message_usage(config->command == COMMAND_ASSEMBLE
                                 ? "more than %u sets: digest several lists into one, or in fewer parts"
                                 : "more than %u inputs: concatenate some of them",
                             RECORD_INPUTS_MAX);
    if (count == 0 && config->command == COMMAND_ASSEMBLE)
        return message_usage("assemble takes at least one set: 'elig-build digest' makes them");
    config->input_count = count > 0 ? (unsigned)count : 1;
    config->inputs = calloc(config->input_count, sizeof *config->inputs);
    if (config->inputs == NULL)
        return EXIT_CANNOT;
    unsigned standard_inputs = count == 0;
    for (int i = 0; i < count; i++) {
        int is_standard = config->command != COMMAND_ASSEMBLE && strcmp(names[i], "-") == 0;
        config->inputs[i] = is_standard ? NULL : names[i];
        standard_inputs += (unsigned)is_standard;
    }
    return standard_inputs <= 1 ? EXIT_DONE : message_usage("standard input can be read once only");
}

static int may_repeat(int option)
{
    return option == OPTION_KIND || option == OPTION_ABSENT || option == OPTION_REMOVE;
}

int options_read(struct config *config, enum command command, int argc, char **argv)
{
    int seen[OPTION_COUNT] = {0};
    int option, result = EXIT_DONE;
    set_defaults(config, command);
    optind = 1;
    opterr = 0; /* getopt would repeat what it does not know, and that may be an identifier */
    while (result == EXIT_DONE && (option = getopt_long(argc, argv, "o:h", long_options, NULL)) != -1) {
        int same = option == 'o' ? OPTION_OUTPUT : option == 'h' ? OPTION_HELP : option;
        if (same > 0 && same < OPTION_COUNT && seen[same]++ && !may_repeat(same))
            result = message_usage("--%s is given twice", option_name(same));
        else if (same > 0 && same < OPTION_COUNT && (commands_of[same] & OF(command)) == 0)
            result = message_usage("--%s is no option of '%s'", option_name(same), argv[0]);
        else
            result = read_option(config, option, optarg);
    }
    if (result == EXIT_DONE)
        result = read_inputs(config, argc - optind, argv + optind);
    if (result == EXIT_DONE)
        result = options_check(config);
    return result;
}

void options_free(struct config *config)
{
    for (unsigned kind = 0; kind < ELIG_KINDS_MAX; kind++)
        for (unsigned i = 0; i < ELIG_PARTS_MAX; i++)
            free(config->list.columns[kind][i]);
    for (unsigned i = 0; i < config->label_order_count; i++)
        free(config->label_order[i]);
    free(config->label_order);
    free(config->inputs);
    free(config->absent);
    free(config->removed);
    keyfile_free(config->secret);
    keyfile_free(config->seed);
    keyfile_free(config->signer);
    *config = (struct config){0};
}
