/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - elig-build: makes keys, digest files and indexes. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "builder/inspect/inspect.h"
#include "builder/options.h"
#include "builder/pipeline.h"
#include "lib/util/keyfile.h"
#include "lib/util/message.h"
#include "lib/util/program.h"

static const char keygen_help[] =
    "Usage: elig-build keygen secret FILE\n"
    "       elig-build keygen signer FILE\n"
    "       elig-build keygen seed FILE\n"
    "\n"
    "secret: makes the secret of an index, 32 random bytes in a labelled text file, mode 0600.\n"
    "signer: makes a key to sign indexes with, mode 0600, and FILE.pub to check them with.\n"
    "seed: makes what decides where the work bits of an offline index hide an identifier, mode 0600.\n"
    "A file that exists is never overwritten.\n";

#define HELP_EXIT \
    "\nExit status: 0 published; 1 the input was refused; 2 usage; 5 cannot read, write or allocate.\n"

/* What stands before the options of each command. */
static const char *const usage[] = {
    [COMMAND_COMPILE] =
        "Usage: elig-build compile [--secret FILE] --kind NAME=COLUMN:TYPE -o INDEX [options] [INPUT.csv ...]\n"
        "\n"
        "Compiles the identifiers in CSV files (no INPUT, or '-': standard input) into one index.\n",
    [COMMAND_DIGEST] =
        "Usage: elig-build digest [--secret FILE] --salt HEX --kind NAME=COLUMN:TYPE -o DIGESTS "
        "[options]\n"
        "                         [INPUT.csv ...]\n"
        "\n"
        "Digests the identifiers in CSV files (no INPUT, or '-': standard input) into a digest file. From it,\n"
        "with those of other parts of the list, 'elig-build assemble' makes an index. All of them need the\n"
        "same secret, salt and kinds. A digest file holds no identifier in the clear.\n",
    [COMMAND_ASSEMBLE] =
        "Usage: elig-build assemble -o INDEX [options] DIGESTS ...\n"
        "\n"
        "Makes an index from digest files. It needs neither the lists nor the secret. The digest files of any\n"
        "split of a list give the index that 'elig-build compile' gives, byte for byte.\n",
};

static int keygen(int argc, char **argv)
{
    if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        fputs(keygen_help, stdout);
        return EXIT_DONE;
    }
    static const char *const names[] = {
        [ELIG_KEY_SECRET] = "secret", [ELIG_KEY_SEED] = "seed", [ELIG_KEY_SIGNER] = "signer"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (argc == 3 && argv[2][0] != '-' && names[i] != NULL && strcmp(argv[1], names[i]) == 0)
            return message_exit_code(keyfile_make((enum elig_key)i, argv[2]));
    return message_exit_code(message_usage("keygen takes 'secret FILE', 'signer FILE' or 'seed FILE'"));
}

static int inspect(int argc, char **argv)
{
    bool is_refused;
    int error = inspect_run(argc, argv, &is_refused);
    return error != 0 ? message_exit_code(error) : is_refused ? EXIT_REFUSED : EXIT_DONE;
}

static int make(enum command command, int argc, char **argv)
{
    struct config config;
    int result = message_exit_code(options_read(&config, command, argc, argv));
    if (result == EXIT_DONE && config.wants_help) {
        fputs(usage[command], stdout);
        options_print_help(command);
        fputs(HELP_EXIT, stdout);
    } else if (result == EXIT_DONE) {
        result = pipeline_run(&config);
    }
    options_free(&config);
    return result;
}

static const struct verb {
    const char *name, *description;
    enum command command;
} verbs[] = {
    {"compile", "compile CSV files into an index", COMMAND_COMPILE},
    {"digest", "digest a part of a list into a digest file", COMMAND_DIGEST},
    {"assemble", "make an index from digest files", COMMAND_ASSEMBLE},
};

#define VERB_COUNT (sizeof verbs / sizeof *verbs)

static int dispatch(int argc, char **argv)
{
    if (argc < 2)
        return message_exit_code(message_usage("a command is needed"));
    if (strcmp(argv[1], "keygen") == 0)
        return keygen(argc - 1, argv + 1);
    if (strcmp(argv[1], "inspect") == 0)
        return inspect(argc - 1, argv + 1);
    for (size_t i = 0; i < VERB_COUNT; i++)
        if (strcmp(argv[1], verbs[i].name) == 0)
            return make(verbs[i].command, argc - 1, argv + 1);
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        puts("Usage: elig-build COMMAND ...\n\nCommands:\n"
             "  keygen     make a secret, a seed, or a key to sign with\n"
             "  inspect    say what a list is, and which options fit it");
        for (size_t i = 0; i < VERB_COUNT; i++)
            printf("  %-10s %s\n", verbs[i].name, verbs[i].description);
        puts("\n'elig-build COMMAND --help' says more. Also: --help, --version.");
        return EXIT_DONE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("elig-build " ELIG_VERSION);
        return EXIT_DONE;
    }
    return message_exit_code(
        message_usage("the first argument must be keygen, inspect, compile, digest or assemble"));
}

static int run(int argc, char **argv)
{
    if (sodium_init() < 0) {
        message("start: libsodium cannot be initialised");
        return EXIT_CANNOT;
    }
    return dispatch(argc, argv);
}

int main(int argc, char **argv)
{
    return program_run("elig-build", run, argc, argv);
}
