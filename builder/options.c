/* SPDX-License-Identifier: Apache-2.0 */
/* options.c - the table of options of elig-build, and the values that need more than a common setter. */
#include "builder/options.h"

#include <sodium.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "include/elig_format.h"

#include "builder/records/record.h"
#include "lib/csv/kind_option.h"
#include "lib/elig/index/dictionary.h"
#include "lib/elig/index/plain_text.h"
#include "lib/util/message.h"
#include "lib/util/options.h"
#include "lib/util/parse.h"

#define MEMORY_DEFAULT_MAX (UINT64_C(1) << 30)
#define RATE_BITS_DEFAULT 32
#define PARTS_MAX 1000 /* each makes a digest file, of which assemble takes ROW_POSITION_INPUTS_MAX */

#define TO(member) offsetof(struct config, member)

/* ---- Setters ---- */

static int read_kind(void *target, const struct option_entry *option, const char *text)
{
    (void)option;
    return kind_option_add(&((struct config *)target)->list, text);
}

/* Appends a word to the label order. */
static int add_label(struct config *config, const char *text, size_t length)
{
    if (!dictionary_word_is_valid(text, length))
        return message_usage("--label-order takes label words of at most %d bytes, separated by commas",
                             ELIG_LABEL_MAX);
    for (unsigned i = 0; i < config->label_order_count; i++)
        if (strlen(config->label_order[i]) == length && memcmp(config->label_order[i], text, length) == 0)
            return message_usage("--label-order names '%.*s' twice", (int)length, text);
    char **grown = realloc(config->label_order, (config->label_order_count + 1) * sizeof *config->label_order);
    if (grown == NULL)
        return ELIG_E_MEMORY;
    config->label_order = grown;
    grown[config->label_order_count] = strndup(text, length);
    return grown[config->label_order_count++] != NULL ? 0 : ELIG_E_MEMORY;
}

static int read_label_order(void *target, const struct option_entry *option, const char *text)
{
    (void)option;
    for (;; text++) {
        size_t length = strcspn(text, ",");
        int error = add_label(target, text, length);
        text += length;
        if (error != 0 || *text == '\0')
            return error;
    }
}

/* --secret or --seed */
static int read_key(void *target, const struct option_entry *option, const char *path)
{
    struct config *config = target;
    if (option->offset == TO(secret))
        return options_read_key(&config->secret, &config->secret_path, ELIG_KEY_SECRET, path);
    return options_read_key(&config->seed, &config->seed_path, ELIG_KEY_SEED, path);
}

static int read_signer(void *target, const struct option_entry *option, const char *path)
{
    struct config *config = target;
    (void)option;
    int error = options_read_key(&config->signer, &config->signer_path, ELIG_KEY_SIGNER, path);
    uint8_t *pair = sodium_malloc(crypto_sign_SECRETKEYBYTES);
    if (error == 0 && pair != NULL)
        (void)crypto_sign_seed_keypair(config->signer_public, pair, config->signer);
    sodium_free(pair);
    return pair != NULL ? error : ELIG_E_MEMORY;
}

/* I/N */
static int read_part_number(void *target, const struct option_entry *option, const char *text)
{
    struct config *config = target;
    char number[16] = "";
    const char *slash = strchr(text, '/');
    uint64_t part = 0, parts = 0;
    (void)option;
    if (slash != NULL && (size_t)(slash - text) < sizeof number)
        memcpy(number, text, (size_t)(slash - text));
    if (slash == NULL || !parse_number(slash + 1, 1, PARTS_MAX, &parts) ||
        !parse_number(number, 1, parts, &part))
        return message_usage("--part takes I/N, such as 1/10 for one in ten rows; N is at most %d", PARTS_MAX);
    config->part = (unsigned)(part - 1);
    config->parts = (unsigned)parts;
    return 0;
}

static int read_profile(void *target, const struct option_entry *option, const char *text)
{
    struct config *config = target;
    (void)option;
    for (int id = ELIG_PROFILE_KEYED; id <= ELIG_PROFILE_BLIND; id++)
        if (strcmp(text, profile_name((enum elig_profile)id)) == 0) {
            config->profile.id = (enum elig_profile)id;
            return 0;
        }
    return message_usage("--profile must be keyed, offline or blind");
}

/* Argon2id takes its memory in KiB. */
static int read_argon2_memory(void *target, const struct option_entry *option, const char *text)
{
    struct profile *profile = &((struct config *)target)->profile;
    return options_expect(
        parse_size(text, ELIG_ARGON2_MEMORY_MIN, ELIG_ARGON2_MEMORY_MAX, &profile->argon2_memory) &&
            profile->argon2_memory % 1024 == 0,
        option,
        "a size from 19MiB to 1GiB, in whole KiB: less is no protection, and more no program of elig's would "
        "take "
        "for a lookup");
}

/* --argon2-passes or --work-bits */
static int read_cost(void *target, const struct option_entry *option, const char *text)
{
    struct profile *profile = &((struct config *)target)->profile;
    bool is_passes = option->offset == TO(profile.argon2_passes);
    unsigned minimum = is_passes ? ELIG_ARGON2_PASSES_MIN : 0;
    unsigned maximum = is_passes ? ELIG_ARGON2_PASSES_MAX : ELIG_WORK_BITS_MAX;
    uint64_t value;
    if (!parse_number(text, minimum, maximum, &value))
        return message_usage("--%s takes a number from %u to %u", option->name, minimum, maximum);
    *(is_passes ? &profile->argon2_passes : &profile->work_bits) = (uint32_t)value;
    return 0;
}

static int read_salt(void *target, const struct option_entry *option, const char *text)
{
    struct config *config = target;
    config->has_salt = true;
    return options_expect(parse_hex(text, config->profile.salt, sizeof config->profile.salt), option,
                          "32 hexadecimal digits");
}

static int read_fpr(void *target, const struct option_entry *option, const char *text)
{
    return options_expect(parse_rate(text, &((struct config *)target)->rate_bits), option,
                          "a rate such as 2^-32 or 1e-9, not below 2^-56");
}

static int read_campaign(void *target, const struct option_entry *option, const char *text)
{
    if (strlen(text) > ELIG_CAMPAIGN_MAX || !plain_text_is_valid(text, strlen(text)))
        return message_usage("--campaign takes at most %d bytes of UTF-8 without control characters",
                             ELIG_CAMPAIGN_MAX);
    return options_set_text(target, option, text);
}

static int append(const char ***words, unsigned *count, const char *word)
{
    const char **grown = realloc(*words, (*count + 1) * sizeof *grown);
    if (grown == NULL)
        return ELIG_E_MEMORY;
    *words = grown;
    grown[(*count)++] = word;
    return 0;
}

/* Appends a path to the list of --absent or --remove. */
static int add_path(void *target, const struct option_entry *option, const char *path)
{
    struct config *config = target;
    bool is_absent = option->offset == TO(absent);
    const char ***paths = is_absent ? &config->absent : &config->removed;
    unsigned *count = is_absent ? &config->absent_count : &config->removed_count;
    if (*count == ROW_POSITION_INPUTS_MAX)
        return message_usage("--%s: more than %u files", option->name, ROW_POSITION_INPUTS_MAX);
    return append(paths, count, path);
}

/* options_check() or the step that opens digest files compares the names with those of kinds and labels. */
static int allow_empty(void *target, const struct option_entry *option, const char *name)
{
    struct config *config = target;
    (void)option;
    return append(&config->allowed_empty, &config->allowed_empty_count, name);
}

static int read_skip_limit(void *target, const struct option_entry *option, const char *text)
{
    struct skip_limit *limit = &((struct config *)target)->skip_invalid;
    limit->type = SKIP_DEFAULT;
    if (text == NULL)
        return 0;
    bool is_share = strchr(text, '%') != NULL;
    limit->type = is_share ? SKIP_SHARE : SKIP_LINES;
    return options_expect(is_share ? parse_share(text, &limit->share)
                                   : parse_number(text, 0, ELIG_IDENTIFIERS_MAX, &limit->lines),
                          option, "a number of lost lines such as 25, or a share of all such as 0.1%");
}

/* --expect-rows or --expect-sets */
static int read_expected(void *target, const struct option_entry *option, const char *text)
{
    struct config *config = target;
    bool is_rows = option->offset == TO(expected_rows);
    *(is_rows ? &config->expects_rows : &config->expects_sets) = true;
    return options_expect(
        parse_number(text, 0, ELIG_IDENTIFIERS_MAX, is_rows ? &config->expected_rows : &config->expected_sets),
        option, "a number");
}

/* ---- The options ---- */

#define OF(command) (1u << (command))
#define OF_LISTS (OF(COMMAND_COMPILE) | OF(COMMAND_DIGEST))
#define OF_INDEXES (OF(COMMAND_COMPILE) | OF(COMMAND_ASSEMBLE))
#define OF_ALL (OF_LISTS | OF_INDEXES)

#define HEADING(commands, text)                       \
    {                                                 \
        NULL, NULL, text, NULL, 0, commands, 0, false \
    }

static const struct option_entry entries[] = {
    HEADING(OF_ALL, "What is listed"),
    {"kind", "NAME=COLUMN:TYPE[+COLUMN:TYPE...]",
     "a kind of identifier, repeatable; + makes a composite\n"
     "types: email[/plus][/gmail] phone/REGION text[/plain][/compact]\n"
     "digits date exact",
     read_kind, 0, OF_LISTS, 0, true},
    {"label", "COLUMN", "a small public word for each identifier, such as voucher-50000", options_set_text,
     TO(list.label_column), OF_LISTS, 0, false},
    {"remove", "DIGESTS", "leave the identifiers of this file out, repeatable", add_path, TO(removed),
     OF(COMMAND_ASSEMBLE), 0, true},
    {"label-order", "A,B,C", "which label wins when one identifier has two", read_label_order, 0, OF_INDEXES, 0,
     false},
    {"label-minimum", "N", "refuse labels that fewer identifiers hold (default 10)", options_set_count,
     TO(label_minimum), OF_INDEXES, 0, false},
    {"absent", "FILE.csv", "identifiers that must not be found, repeatable: no false positives of them",
     add_path, TO(absent), OF(COMMAND_COMPILE), 0, true},
    {"absent", "DIGESTS", "identifiers that must not be found, repeatable: no false positives of them",
     add_path, TO(absent), OF(COMMAND_ASSEMBLE), 0, true},
    {"skip-invalid", "[=LIMIT]",
     "leave malformed rows and identifiers out, up to a number or share of lines\n"
     "such as 25 or 0.1% (default: the lesser of 100 and 1%, but at least 10)",
     read_skip_limit, 0, OF_LISTS, 0, false},
    {"part", "I/N", "only about one in N rows, so that a long build can be done in parts", read_part_number, 0,
     OF(COMMAND_DIGEST), 0, false},

    HEADING(OF_ALL, "When a list is not whole"),
    {"expect-rows", "N", "refuse unless exactly N rows are read", read_expected, TO(expected_rows), OF_ALL, 0,
     false},
    {"expect-sets", "N", "refuse unless exactly N digest files are given", read_expected, TO(expected_sets),
     OF(COMMAND_ASSEMBLE), 0, false},
    {"allow-empty", "NAME", "a kind or a label of --label-order that may have no identifier, repeatable",
     allow_empty, 0, OF_INDEXES, 0, true},
    {"allow-empty", "KIND", "a kind that may have no identifier, repeatable", allow_empty, 0,
     OF(COMMAND_DIGEST), 0, true},
    {"max-repeats", "N", "refuse a list with an identifier that stands in more than N rows", options_set_count,
     TO(max_repeats), OF_LISTS, 0, false},
    {"drop-repeats", "N", "leave out identifiers that stand in more than N rows, such as placeholders",
     options_set_count, TO(drop_repeats), OF_LISTS, 0, false},

    HEADING(OF_LISTS, "How the input is written"),
    {"delimiter", "C", "one character, or 'tab' (default ,)", schema_set_delimiter, TO(list.dialect.delimiter),
     OF_LISTS, 0, false},
    {"quote", "C|none", "what stands around a field that has delimiters or line ends (default \")",
     schema_set_quote, TO(list.dialect.quote), OF_LISTS, 0, false},
    {"row-lines", "N", "reject rows of more lines, as a stray quote makes them (default 10)", options_set_count,
     TO(list.row_lines), OF_LISTS, 0, false},
    {"encoding", "NAME", "any of 'iconv -l', such as CP949 (default UTF-8)", schema_set_encoding,
     TO(list.encoding), OF_LISTS, 0, false},
    {"no-header", NULL, "the first row is data; columns are 1, 2, ...", options_clear_flag, TO(list.has_header),
     OF_LISTS, 0, false},

    HEADING(OF_INDEXES, "What the index is"),
    HEADING(OF(COMMAND_DIGEST), "What the digest file is"),
    {"output", "INDEX", "the file; appears only when complete and verified", options_set_text, TO(output),
     OF_INDEXES, 'o', false},
    {"output", "DIGESTS", "the file; appears only when complete and verified", options_set_text, TO(output),
     OF(COMMAND_DIGEST), 'o', false},
    {"secret", "FILE", "from 'elig-build keygen secret FILE'", read_key, TO(secret), OF_LISTS, 0, false},
    {"profile", "keyed|offline|blind",
     "how identifiers are digested: BLAKE2b with the secret (default);\n"
     "Argon2id, without any; a function that a key service can evaluate, with it",
     read_profile, 0, OF_LISTS, 0, false},
    {"argon2-memory", "SIZE", "offline: the memory that one digest takes (default 64MiB)", read_argon2_memory,
     0, OF_LISTS, 0, false},
    {"argon2-passes", "N", "offline: the passes over it that one digest takes (default 3)", read_cost,
     TO(profile.argon2_passes), OF_LISTS, 0, false},
    {"work-bits", "W", "offline: a lookup tries 2^W digests, 0 to 12 (default 0)", read_cost,
     TO(profile.work_bits), OF_LISTS, 0, false},
    {"seed", "FILE", "offline, with --work-bits: selects an identifier's digest; digest needs one", read_key,
     TO(seed), OF_LISTS, 0, false},
    {"accept-enumerable", NULL, "offline: also list kinds whose candidates can all be tried for little money",
     options_set_flag, TO(accepts_enumerable), OF_LISTS, 0, false},
    {"salt", "HEX", "16 bytes (default random)", read_salt, 0, OF_LISTS, 0, false},
    {"fpr", "RATE", "false positives, 2^-56 to 2^-8 (default 2^-32)", read_fpr, 0, OF_INDEXES, 0, false},
    {"not-before", "TIME", "when it begins to answer: RFC 3339, 2026-12-01T09:00:00+09:00", options_set_time,
     TO(not_before), OF_INDEXES, 0, false},
    {"not-after", "TIME", "when it ceases to answer", options_set_time, TO(not_after), OF_INDEXES, 0, false},
    {"campaign", "TEXT", "what it is about, readable by anyone who has the file", read_campaign, TO(campaign),
     OF_INDEXES, 0, false},
    {"signer", "FILE", "sign it, with a key from 'elig-build keygen signer FILE'", read_signer, 0, OF_INDEXES,
     0, false},
    {"serial", "TIME", "when it is published, so that an older one can be told", options_set_time, TO(serial),
     OF_INDEXES, 0, false},

    HEADING(OF_ALL, "How the work is done"),
    {"dry-run", NULL, "read, check and count only: no secret and no -o; writes the report alone",
     options_set_flag, TO(is_dry_run), OF_LISTS, 0, false},
    {"config", "FILE", "options from a file, one a line: a name and its value", options_file_set, TO(file),
     OF_ALL, 0, false},
    {"report", "FILE.json", "what was read, rejected and made", options_set_text, TO(report), OF_ALL, 0, false},
    {"memory", "SIZE", "from 64MiB (default a quarter of the machine's, at most 1GiB)", options_set_memory,
     TO(memory), OF_ALL, 0, false},
    {"threads", "N", "(default: the machine's processors)", options_set_threads, TO(threads), OF_ALL, 0, false},
    {"tmpdir", "DIR", "for digests that exceed the memory (default $TMPDIR, else /tmp)", options_set_text,
     TO(tmpdir), OF_ALL, 0, false},
    {"quiet", NULL, "no progress and no summary; warnings and errors only", options_set_flag, TO(is_quiet),
     OF_ALL, 0, false},
    {"help", NULL, "this text", options_set_flag, TO(wants_help), OF_ALL, OPTIONS_HELP_LETTER, false},
};

static const struct option_table table = {entries, sizeof entries / sizeof *entries, options_file_read,
                                          options_file_set, 0};

static int read_inputs(struct config *config, int count, char **names)
{
    if (count > (int)ROW_POSITION_INPUTS_MAX)
        return message_usage(config->command == COMMAND_ASSEMBLE
                                 ? "more than %u digest files: digest several lists into one, or in fewer parts"
                                 : "more than %u inputs: concatenate some of them",
                             ROW_POSITION_INPUTS_MAX);
    if (count == 0 && config->command == COMMAND_ASSEMBLE)
        return message_usage("assemble takes at least one digest file: 'elig-build digest' makes them");
    config->input_count = count > 0 ? (unsigned)count : 1;
    config->inputs = calloc(config->input_count, sizeof *config->inputs);
    if (config->inputs == NULL)
        return ELIG_E_MEMORY;
    unsigned standard_inputs = count == 0;
    for (int i = 0; i < count; i++) {
        bool is_standard = config->command != COMMAND_ASSEMBLE && strcmp(names[i], "-") == 0;
        config->inputs[i] = is_standard ? NULL : names[i];
        standard_inputs += is_standard;
    }
    return standard_inputs <= 1 ? 0 : message_usage("standard input can be read once only");
}

int options_read(struct config *config, enum command command, int argc, char **argv)
{
    int first;
    *config = (struct config){.command = command,
                              .profile = {.id = ELIG_PROFILE_KEYED},
                              .label_minimum = OPTIONS_LABEL_MINIMUM,
                              .rate_bits = RATE_BITS_DEFAULT,
                              .campaign = "",
                              .list = SCHEMA_INIT,
                              .memory = options_default_memory(MEMORY_DEFAULT_MAX),
                              .threads = options_default_threads(),
                              .tmpdir = options_default_tmpdir(),
                              .parts = 1};
    randombytes_buf(config->profile.salt, sizeof config->profile.salt);
    int error = options_parse(&table, OF(command), argc, argv, config, &first);
    if (error != 0 || config->wants_help)
        return error;
    error = read_inputs(config, argc - first, argv + first);
    return error == 0 ? options_check(config) : error;
}

void options_print_help(enum command command)
{
    options_print(&table, OF(command));
}

void options_free(struct config *config)
{
    schema_free(&config->list);
    for (unsigned i = 0; i < config->label_order_count; i++)
        free(config->label_order[i]);
    free(config->label_order);
    free(config->inputs);
    free(config->absent);
    free(config->removed);
    free(config->allowed_empty);
    free(config->file.text);
    keyfile_free(config->secret);
    keyfile_free(config->seed);
    keyfile_free(config->signer);
    *config = (struct config){0};
}
