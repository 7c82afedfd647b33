/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - elig-lookup: options, opening the index, and its exit codes. */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "include/elig.h"

#include "lib/elig/digest/profile.h"
#include "lib/util/keyfile.h"
#include "lib/util/message.h"
#include "lib/util/options.h"
#include "lib/util/program.h"
#include "lookup/http_client.h"
#include "lookup/info.h"
#include "lookup/query.h"

static const char usage[] =
    "Usage: elig-lookup [OPTION...] INDEX KIND          one identifier from standard input\n"
    "       elig-lookup [OPTION...] --batch INDEX KIND  one per line in, one answer per line out\n"
    "       elig-lookup [OPTION...] --info INDEX        what the index says of itself\n"
    "\n"
    "On a terminal it prompts; from a pipe it reads lines. Parts of a composite are separated by a tab.\n";

static const char exit_status[] =
    "\n"
    "Answer and exit status:\n"
    "  0  eligible, or eligible<TAB>LABEL      (batch: every line has an answer)\n"
    "  1  not listed\n"
    "  2  the command line is wrong\n"
    "  3  invalid<TAB>REASON                   (batch: some lines were invalid)\n"
    "  4  not open, or closed\n"
    "  5  cannot answer: index or secret missing, damaged or not fit for each other\n";

struct command_line {
    const char *secret, *service, *signer, *index, *kind;
    int64_t newer_than; /* 0: any will do */
    bool is_batch, is_populated, is_info, is_json, wants_help, wants_version;
};

#define TO(member) offsetof(struct command_line, member)
#define OPTION(option, value, text, ...)                                                  \
    {                                                                                     \
        .name = (option), .argument = (value), .help = (text), .commands = 1, __VA_ARGS__ \
    }
#define HEADING(text)                 \
    {                                 \
        .help = (text), .commands = 1 \
    }

static const struct option_entry entries[] = {
    HEADING("Options"),
    OPTION("secret", "FILE", "of a keyed or blind index", .set = options_set_text, .offset = TO(secret)),
    OPTION("key-service", "URL", "who has a blind index's secret: http://, https:// or unix:PATH",
           .set = options_set_text, .offset = TO(service)),
    OPTION("signer", "FILE.pub", "refuse an index that this key did not sign (default $ELIG_SIGNER)",
           .set = options_set_text, .offset = TO(signer)),
    OPTION("newer-than", "TIME", "refuse an index published before: RFC 3339", .set = options_set_time,
           .offset = TO(newer_than)),
    OPTION("batch", NULL, "answer lines until the input ends", .set = options_set_flag, .offset = TO(is_batch)),
    OPTION("populate", NULL, "with --batch: read the index into memory first", .set = options_set_flag,
           .offset = TO(is_populated)),
    OPTION("info", NULL, "print the header of the index", .set = options_set_flag, .offset = TO(is_info)),
    OPTION("json", NULL, "answers as JSON", .set = options_set_flag, .offset = TO(is_json)),
    OPTION("help", NULL, "this text", .set = options_set_flag, .offset = TO(wants_help),
           .letter = OPTIONS_HELP_LETTER),
    OPTION("version", NULL, "the version", .set = options_set_flag, .offset = TO(wants_version)),
};

static const struct option_table table = {entries, sizeof entries / sizeof *entries, NULL, NULL, 0};

/* Options that need or exclude each other. */
static int check_together(const struct command_line *line)
{
    if (line->newer_than != 0 && line->signer == NULL)
        return message_usage("--newer-than needs --signer: else anyone could write a later time into an index");
    if (line->service != NULL && !http_client_url_is_valid(line->service))
        return message_usage("--key-service takes http://, https:// (without a password) or unix:PATH");
    if (line->secret != NULL && line->service != NULL)
        return message_usage("--secret and --key-service exclude each other");
    if (line->is_info && line->is_batch)
        return message_usage("--info and --batch exclude each other");
    if (line->is_populated && !line->is_batch)
        return message_usage("--populate needs --batch");
    return 0;
}

/* Reads the command line: 0, or MESSAGE_E_USAGE with the reason printed. */
static int read_command_line(struct command_line *line, int argc, char **argv)
{
    int first, error = options_parse(&table, 1, argc, argv, line, &first);
    if (error != 0 || line->wants_help || line->wants_version)
        return error;
    if (line->signer == NULL) /* a fleet's machines have it in their environment */
        line->signer = getenv("ELIG_SIGNER");
    error = check_together(line);
    if (error != 0)
        return error;
    int needed = line->is_info ? 1 : 2;
    if (argc - first > needed) /* what follows is not repeated: it may be an identifier */
        return message_usage("more arguments than %s; identifiers are read from standard input",
                             needed == 1 ? "INDEX" : "INDEX KIND");
    if (argc - first < needed)
        return message_usage("%s needed", needed == 1 ? "INDEX is" : "INDEX and KIND are");
    line->index = argv[first];
    line->kind = needed == 2 ? argv[first + 1] : NULL;
    return 0;
}

static int open_index(const struct command_line *line, struct elig **index)
{
    struct elig_options options = {.size = sizeof options,
                                   .check = line->is_batch ? ELIG_CHECK_FIRST_USE : ELIG_CHECK_WALK,
                                   .populate = line->is_populated,
                                   .serial_minimum = (uint64_t)line->newer_than};
    uint8_t *secret = NULL, *signer = NULL;
    int error = keyfile_read(ELIG_KEY_SECRET, line->secret, &secret);
    if (error == 0)
        error = keyfile_read(ELIG_KEY_SIGNER_PUBLIC, line->signer, &signer);
    options.secret = secret;
    options.signer = signer;
    if (error == 0)
        error = elig_open(line->index, &options, index);
    int error_number = errno;
    keyfile_free(secret);
    keyfile_free(signer);
    if (error == ELIG_E_READ)
        message("open %s: %s: %s", line->index, elig_text(error), strerror(error_number));
    else if (error != 0 && error != MESSAGE_E_PRINTED)
        message("open %s: %s", line->index, elig_text(error));
    return error == 0 ? EXIT_DONE : EXIT_CANNOT;
}

static int unknown_kind(const struct elig *index, const char *path)
{
    struct elig_info info = {.size = sizeof info};
    char names[ELIG_KINDS_MAX * (ELIG_KIND_NAME_MAX + 2)] = "";
    elig_info(index, &info);
    for (unsigned i = 0; i < info.kind_count; i++) {
        strcat(names, i > 0 ? ", " : "");
        strcat(names, info.kinds[i].name);
    }
    return message_exit_code(message_usage("%s has no such kind; it has: %s", path, names));
}

/* Checks that what the index needs was given: EXIT_DONE, or an exit code with the reason printed. */
static int check_means(const struct command_line *line, enum elig_profile profile)
{
    if (line->service != NULL && profile != ELIG_PROFILE_BLIND)
        return message_exit_code(message_usage("--key-service is for a blind index, and %s is %s", line->index,
                                               profile_name(profile)));
    if (line->secret != NULL || line->service != NULL || profile == ELIG_PROFILE_OFFLINE)
        return EXIT_DONE;
    message("open %s: %s: give it with --secret FILE%s", line->index, elig_text(ELIG_E_NO_SECRET),
            profile == ELIG_PROFILE_BLIND ? ", or ask who has it with --key-service URL" : "");
    return EXIT_CANNOT;
}

/* Exit codes of verdicts, beside those of message.h; of a batch ELIG_ELIGIBLE stands for all but invalid ones.
 */
static const uint8_t exit_codes[] = {
    [ELIG_NO_VERDICT] = EXIT_CANNOT,
    [ELIG_ELIGIBLE] = EXIT_DONE,
    [ELIG_NOT_LISTED] = 1,
    [ELIG_INVALID] = 3,
    [ELIG_NOT_OPEN] = 4,
    [ELIG_CLOSED] = 4,
};

static int answer(const struct command_line *line, const struct elig *index)
{
    struct elig_info info = {.size = sizeof info};
    if (line->is_info) {
        info_print(index, line->is_json);
        return EXIT_DONE;
    }
    unsigned kind;
    if (elig_kind(index, line->kind, &kind) != 0)
        return unknown_kind(index, line->index);
    elig_info(index, &info);
    int result = check_means(line, info.profile);
    if (result != EXIT_DONE)
        return result;
    struct query query = {.index = index,
                          .path = line->index,
                          .kind = kind,
                          .description = &info.kinds[kind],
                          .is_json = line->is_json};
    enum elig_verdict verdict = ELIG_NO_VERDICT;
    int error = line->service != NULL ? http_client_open(line->service, &query.client) : 0;
    if (error == 0)
        error = line->is_batch ? query_batch(&query, &verdict) : query_one(&query, &verdict);
    http_client_close(query.client);
    return error == 0 ? exit_codes[verdict] : message_exit_code(error);
}

static int run(int argc, char **argv)
{
    struct command_line line = {0};
    struct elig *index;
    int result = message_exit_code(read_command_line(&line, argc, argv));
    if (result != EXIT_DONE)
        return result;
    if (line.wants_help) {
        fputs(usage, stdout);
        options_print(&table, 1);
        fputs(exit_status, stdout);
        return EXIT_DONE;
    }
    if (line.wants_version) {
        puts("elig-lookup " ELIG_VERSION);
        return EXIT_DONE;
    }
    result = open_index(&line, &index);
    if (result == EXIT_DONE) {
        result = answer(&line, index);
        elig_close(index);
    }
    return result;
}

int main(int argc, char **argv)
{
    return program_run("elig-lookup", run, argc, argv);
}
