/* SPDX-License-Identifier: Apache-2.0 */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "builder/options.h"
#include "builder/pipeline.h"
#include "lib/util/harden.h"
#include "lib/util/keyfile.h"
#include "lib/util/message.h"

static const char keygen_help[] =
    "Usage: elig-build keygen secret FILE\n"
    "       elig-build keygen signer FILE\n"
    "       elig-build keygen seed FILE\n"
    "\n"
    "secret: makes the secret of an index, 32 random bytes in a labelled text file, mode 0600.\n"
    "signer: makes a key to sign indexes with, mode 0600, and FILE.pub to check them with.\n"
    "seed: makes what decides where the work bits of an offline index hide an identifier, mode 0600.\n"
    "A file that exists is never overwritten.\n";

#define HELP_LISTS                                                                                         \
    "What is listed\n"                                                                                     \
    "  --kind NAME=COLUMN:TYPE[+COLUMN:TYPE...]  a kind of identifier, repeatable; + makes a composite\n"  \
    "                         types: email[/plus][/gmail] phone/REGION text[/compact] digits date exact\n" \
    "  --label COLUMN         a small public word for each identifier, such as voucher-50000\n"

#define HELP_INPUT                                                                \
    "\n"                                                                          \
    "How the input is written\n"                                                  \
    "  --delimiter C          one character, or 'tab' (default ,)\n"              \
    "  --encoding NAME        any of 'iconv -l', such as CP949 (default UTF-8)\n" \
    "  --no-header            the first row is data; columns are 1, 2, ...\n"

#define HELP_SECRET                                                                                            \
    "  --secret FILE          from 'elig-build keygen secret FILE'\n"                                          \
    "  --profile keyed|offline|blind   how identifiers are digested: BLAKE2b with the secret (default);\n"     \
    "                         Argon2id, without any; a function that a key service can evaluate, with it\n"    \
    "  --argon2-memory SIZE, --argon2-passes N   offline: what one digest costs (default 64MiB, 3)\n"          \
    "  --work-bits W          offline: a lookup tries 2^W digests, 0 to 12 (default 0)\n"                      \
    "  --seed FILE            offline, with --work-bits: where they hide whom; digest needs one\n"             \
    "  --accept-enumerable    offline: list kinds of which all there are can be tried for little money, too\n" \
    "  --salt HEX             16 bytes (default random)\n"

#define HELP_LABELS                                                           \
    "  --label-order A,B,C    which label wins when one identifier has two\n" \
    "  --label-minimum N      refuse labels that fewer identifiers hold (default 10)\n"

#define HELP_INDEX                                                                                   \
    "  --fpr RATE             false positives, 2^-56 to 2^-8 (default 2^-32)\n"                      \
    "  --not-before TIME, --not-after TIME   when it answers: RFC 3339, 2026-12-01T09:00:00+09:00\n" \
    "  --campaign TEXT        what it is about, readable by anyone who has the file\n"               \
    "  --signer FILE          sign it, with a key from 'elig-build keygen signer FILE'\n"            \
    "  --serial TIME          when it is published, so that an older one can be told\n"

#define HELP_WORK                                                                                \
    "\n"                                                                                         \
    "How the work is done\n"                                                                     \
    "  --report FILE.json     what was read, rejected and made\n"                                \
    "  --memory SIZE          from 64MiB (default a quarter of the machine's, at most 1GiB)\n"   \
    "  --threads N            (default: the machine's processors)\n"                             \
    "  --tmpdir DIR           for digests that exceed the memory (default $TMPDIR, else /tmp)\n" \
    "  --quiet                errors only\n"                                                     \
    "\n"                                                                                         \
    "Exit status: 0 published; 1 the input was refused; 2 usage; 5 cannot read, write or allocate.\n"

static const char compile_help[] =
    "Usage: elig-build compile [--secret FILE] --kind NAME=COLUMN:TYPE -o INDEX [options] [INPUT.csv ...]\n"
    "\n"
    "Compiles the identifiers in CSV files (no INPUT, or '-': standard input) into one index.\n"
    "\n" HELP_LISTS HELP_LABELS
    "  --absent FILE.csv      identifiers that must not be found, repeatable: no false positive among them\n"
    "  --skip-invalid         leave malformed identifiers out instead of failing\n" HELP_INPUT "\n"
    "What the index is\n"
    "  -o, --output INDEX     the file; appears only when complete and verified\n" HELP_SECRET HELP_INDEX
        HELP_WORK;

static const char digest_help[] =
    "Usage: elig-build digest [--secret FILE] --salt HEX --kind NAME=COLUMN:TYPE -o SET.eligd [options]\n"
    "                         [INPUT.csv ...]\n"
    "\n"
    "Digests the identifiers in CSV files (no INPUT, or '-': standard input) into a set, from which, with "
    "those of\n"
    "other parts of the list, 'elig-build assemble' makes an index. All of them need the same secret, salt "
    "and\n"
    "kinds. A set holds no identifier in the clear.\n"
    "\n" HELP_LISTS "  --skip-invalid         leave malformed identifiers out instead of failing\n"
    "  --part I/N             only one in N rows, so that a long build can be done in parts\n" HELP_INPUT "\n"
    "What the set is\n"
    "  -o, --output SET.eligd the file; appears only when complete and verified\n" HELP_SECRET HELP_WORK;

static const char assemble_help[] =
    "Usage: elig-build assemble -o INDEX [options] SET.eligd ...\n"
    "\n"
    "Makes an index from sets of digests. It needs neither the lists nor the secret. The sets of any split of "
    "a list\n"
    "give the index that 'elig-build compile' gives, byte for byte.\n"
    "\n"
    "What is listed\n"
    "  --remove SET.eligd     leave the identifiers of this set out, repeatable\n" HELP_LABELS
    "  --absent SET.eligd     identifiers that must not be found, repeatable: no false positive among them\n"
    "\n"
    "What the index is\n"
    "  -o, --output INDEX     the file; appears only when complete and verified\n" HELP_INDEX HELP_WORK;

static int keygen(int argc, char **argv)
{
    if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        fputs(keygen_help, stdout);
        return EXIT_DONE;
    }
    int made = -1;
    if (argc == 3 && argv[2][0] != '-') {
        if (strcmp(argv[1], "secret") == 0)
            made = keyfile_make(KEYFILE_SECRET, argv[2]);
        else if (strcmp(argv[1], "seed") == 0)
            made = keyfile_make(KEYFILE_SEED, argv[2]);
        else if (strcmp(argv[1], "signer") == 0)
            made = keyfile_make_signer(argv[2]);
    }
    if (made < 0)
        return message_usage("keygen takes 'secret FILE', 'signer FILE' or 'seed FILE'");
    return made ? EXIT_DONE : EXIT_CANNOT;
}

static int make(enum command command, const char *help, int argc, char **argv)
{
    struct config config;
    int result = options_read(&config, command, argc, argv);
    if (result == OPTIONS_HELP) {
        fputs(help, stdout);
        result = EXIT_DONE;
    } else if (result == EXIT_DONE) {
        result = pipeline_run(&config);
    }
    options_free(&config);
    return result;
}

static int compile(int argc, char **argv)
{
    return make(COMMAND_COMPILE, compile_help, argc, argv);
}

static int digest(int argc, char **argv)
{
    return make(COMMAND_DIGEST, digest_help, argc, argv);
}

static int assemble(int argc, char **argv)
{
    return make(COMMAND_ASSEMBLE, assemble_help, argc, argv);
}

static const struct verb {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *description;
} verbs[] = {
    {"keygen", keygen, "make a secret, a seed, or a key to sign with"},
    {"compile", compile, "compile CSV files into an index"},
    {"digest", digest, "digest a part of a list into a set"},
    {"assemble", assemble, "make an index from sets"},
};

#define VERB_COUNT (sizeof verbs / sizeof *verbs)

static void print_help(void)
{
    puts("Usage: elig-build COMMAND ...\n\nCommands:");
    for (size_t i = 0; i < VERB_COUNT; i++)
        printf("  %-10s %s\n", verbs[i].name, verbs[i].description);
    puts("\n'elig-build COMMAND --help' says more. Also: --help, --version.");
}

static int dispatch(int argc, char **argv)
{
    if (argc < 2)
        return message_usage("a command is needed");
    for (size_t i = 0; i < VERB_COUNT; i++)
        if (strcmp(argv[1], verbs[i].name) == 0)
            return verbs[i].run(argc - 1, argv + 1);
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        print_help();
        return EXIT_DONE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("elig-build " ELIG_VERSION);
        return EXIT_DONE;
    }
    return message_usage("the first argument is none of keygen, compile, digest, assemble");
}

int main(int argc, char **argv)
{
    message_program("elig-build");
    harden_process();
    if (sodium_init() < 0) {
        message("start: libsodium cannot be initialised");
        return EXIT_CANNOT;
    }
    int result = dispatch(argc, argv);
    if (fflush(stdout) != 0) {
        message("write standard output: it failed");
        return EXIT_CANNOT;
    }
    return result;
}
