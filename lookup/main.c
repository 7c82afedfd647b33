/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "include/elig.h"

#include "lib/elig/digest/profile.h"
#include "lib/util/harden.h"
#include "lib/util/keyfile.h"
#include "lib/util/message.h"
#include "lib/util/parse.h"
#include "lookup/http_client.h"
#include "lookup/info.h"
#include "lookup/query.h"

static const char help[] =
    "Usage: elig-lookup [OPTION...] INDEX KIND          one identifier from standard input\n"
    "       elig-lookup [OPTION...] --batch INDEX KIND  one per line in, one answer per line out\n"
    "       elig-lookup [OPTION...] --info INDEX        what the index says of itself\n"
    "\n"
    "On a terminal it prompts; from a pipe it reads lines. Parts of a composite are separated by a tab.\n"
    "\n"
    "  --secret FILE       of a keyed or blind index\n"
    "  --key-service URL   who has a blind index's secret: http://, https:// or unix:PATH\n"
    "  --signer FILE.pub   refuse an index that this key did not sign (default $ELIG_SIGNER)\n"
    "  --newer-than TIME   refuse an index published before: RFC 3339\n"
    "  --populate          with --batch: read the index into memory first\n"
    "  --json              answers as JSON\n"
    "  --help, --version\n"
    "\n"
    "Answer and exit status:\n"
    "  0  eligible, or eligible<TAB>LABEL      (batch: every line has an answer)\n"
    "  1  not listed\n"
    "  2  the command line is wrong\n"
    "  3  invalid<TAB>REASON                   (batch: some lines were invalid)\n"
    "  4  not open, or closed\n"
    "  5  cannot answer: index or secret missing, damaged or not fit for each other\n";

enum option_number {
    OPTION_SECRET = 1,
    OPTION_KEY_SERVICE,
    OPTION_SIGNER,
    OPTION_NEWER_THAN,
    OPTION_BATCH,
    OPTION_POPULATE,
    OPTION_INFO,
    OPTION_JSON,
    OPTION_HELP,
    OPTION_VERSION,
    OPTION_COUNT
};

static const struct option long_options[] = {
    {"secret", required_argument, NULL, OPTION_SECRET},
    {"key-service", required_argument, NULL, OPTION_KEY_SERVICE},
    {"signer", required_argument, NULL, OPTION_SIGNER},
    {"newer-than", required_argument, NULL, OPTION_NEWER_THAN},
    {"batch", no_argument, NULL, OPTION_BATCH},
    {"populate", no_argument, NULL, OPTION_POPULATE},
    {"info", no_argument, NULL, OPTION_INFO},
    {"json", no_argument, NULL, OPTION_JSON},
    {"help", no_argument, NULL, OPTION_HELP},
    {"version", no_argument, NULL, OPTION_VERSION},
    {NULL, 0, NULL, 0},
};

struct command_line {
    int given[OPTION_COUNT];
    const char *secret, *service, *signer, *index, *kind;
    int64_t newer_than; /* 0: any will do */
};

/* What an option's value says: EXIT_DONE, or EXIT_USAGE with the reason printed. */
static int read_value(struct command_line *line, int option)
{
    if (option == OPTION_SECRET)
        line->secret = optarg;
    if (option == OPTION_KEY_SERVICE)
        line->service = optarg;
    if (option == OPTION_SIGNER)
        line->signer = optarg;
    if (option == OPTION_NEWER_THAN && (!parse_time(optarg, &line->newer_than) || line->newer_than < 0))
        return message_usage("--newer-than takes a time such as 2026-12-01T09:00:00+09:00");
    return EXIT_DONE;
}

/* Reads the command line: EXIT_DONE, or EXIT_USAGE with the reason printed. */
static int read_command_line(struct command_line *line, int argc, char **argv)
{
    int option;
    opterr = 0; /* getopt would repeat what it does not know, and that may be an identifier */
    while ((option = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
        if (option == '?')
            return message_usage("an option is unknown, or lacks its value");
        if (option == 'h')
            option = OPTION_HELP;
        if (line->given[option]++)
            return message_usage("--%s is given twice", long_options[option - 1].name);
        int result = read_value(line, option);
        if (result != EXIT_DONE)
            return result;
    }
    if (line->signer == NULL) /* a fleet's machines have it in their environment */
        line->signer = getenv("ELIG_SIGNER");
    if (line->given[OPTION_HELP] || line->given[OPTION_VERSION])
        return EXIT_DONE;
    if (line->newer_than != 0 && line->signer == NULL)
        return message_usage("--newer-than needs --signer: else anyone could write a later time into an index");
    if (line->service != NULL && !http_client_url_is_valid(line->service))
        return message_usage("--key-service takes http://, https:// (without a password) or unix:PATH");
    if (line->secret != NULL && line->service != NULL)
        return message_usage("--secret and --key-service exclude each other");
    int wanted = line->given[OPTION_INFO] ? 1 : 2;
    if (line->given[OPTION_INFO] && line->given[OPTION_BATCH])
        return message_usage("--info and --batch exclude each other");
    if (line->given[OPTION_POPULATE] && !line->given[OPTION_BATCH])
        return message_usage("--populate needs --batch");
    if (argc - optind > wanted) /* whatever it is, it is not repeated: it may be an identifier */
        return message_usage("more arguments than %s; identifiers are read from standard input",
                             wanted == 1 ? "INDEX" : "INDEX KIND");
    if (argc - optind < wanted)
        return message_usage("%s needed", wanted == 1 ? "INDEX is" : "INDEX and KIND are");
    line->index = argv[optind];
    line->kind = wanted == 2 ? argv[optind + 1] : NULL;
    return EXIT_DONE;
}

static int open_index(const struct command_line *line, struct elig **index)
{
    struct elig_options options = {.check = ELIG_CHECK_WALK};
    uint8_t *secret = NULL, *signer = NULL;
    if (line->given[OPTION_BATCH])
        options.check = ELIG_CHECK_FIRST_USE;
    options.populate = line->given[OPTION_POPULATE];
    if ((line->secret != NULL && (secret = keyfile_read(KEYFILE_SECRET, line->secret)) == NULL) ||
        (line->signer != NULL && (signer = keyfile_read(KEYFILE_SIGNER_PUBLIC, line->signer)) == NULL)) {
        keyfile_free(secret);
        return EXIT_CANNOT;
    }
    options.secret = secret;
    options.signer = signer;
    options.serial_minimum = (uint64_t)line->newer_than;
    int error = elig_open(line->index, &options, index);
    int why = errno;
    keyfile_free(secret);
    keyfile_free(signer);
    if (error == ELIG_E_READ)
        message("open %s: %s: %s", line->index, elig_error_text(error), strerror(why));
    else if (error != 0)
        message("open %s: %s", line->index, elig_error_text(error));
    return error == 0 ? EXIT_DONE : EXIT_CANNOT;
}

static int unknown_kind(const struct elig *index, const char *path)
{
    struct elig_info info;
    char names[ELIG_KINDS_MAX * (ELIG_KIND_NAME_MAX + 2)] = "";
    elig_info(index, &info);
    for (unsigned i = 0; i < info.kind_count; i++) {
        strcat(names, i > 0 ? ", " : "");
        strcat(names, info.kinds[i].name);
    }
    return message_usage("%s has no such kind; it has: %s", path, names);
}

/* What stands between a caller and this index: EXIT_DONE, or an exit code with the reason printed. */
static int check_means(const struct command_line *line, enum elig_profile profile)
{
    if (line->service != NULL && profile != ELIG_PROFILE_BLIND)
        return message_usage("--key-service is for a blind index, and %s is %s", line->index,
                             profile_name(profile));
    if (line->secret != NULL || line->service != NULL || profile == ELIG_PROFILE_OFFLINE)
        return EXIT_DONE;
    message("open %s: %s: give it with --secret FILE%s", line->index, elig_error_text(ELIG_E_NO_SECRET),
            profile == ELIG_PROFILE_BLIND ? ", or ask who has it with --key-service URL" : "");
    return EXIT_CANNOT;
}

static int ask_all(const struct command_line *line, struct query *ask)
{
    if (line->service != NULL && (ask->service = http_client_open(line->service)) == NULL)
        return EXIT_CANNOT;
    int result = line->given[OPTION_BATCH] ? query_batch(ask) : query_one(ask);
    http_client_close(ask->service);
    return result;
}

static int answer(const struct command_line *line, const struct elig *index)
{
    struct elig_info info;
    if (line->given[OPTION_INFO]) {
        info_print(index, line->given[OPTION_JSON]);
        return EXIT_DONE;
    }
    int kind = elig_kind(index, line->kind);
    if (kind < 0)
        return unknown_kind(index, line->index);
    elig_info(index, &info);
    int result = check_means(line, info.profile);
    struct query ask = {.index = index,
                        .path = line->index,
                        .kind = (unsigned)kind,
                        .description = &info.kinds[kind],
                        .as_json = line->given[OPTION_JSON]};
    return result == EXIT_DONE ? ask_all(line, &ask) : result;
}

static int run(const struct command_line *line)
{
    struct elig *index;
    if (line->given[OPTION_HELP]) {
        fputs(help, stdout);
        return EXIT_DONE;
    }
    if (line->given[OPTION_VERSION]) {
        puts("elig-lookup " ELIG_VERSION);
        return EXIT_DONE;
    }
    int result = open_index(line, &index);
    if (result == EXIT_DONE) {
        result = answer(line, index);
        elig_close(index);
    }
    return result;
}

int main(int argc, char **argv)
{
    struct command_line line = {0};
    message_program("elig-lookup");
    harden_process();
    int result = read_command_line(&line, argc, argv);
    if (result == EXIT_DONE)
        result = run(&line);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        message("write standard output: it failed");
        result = EXIT_CANNOT;
    }
    return result;
}
