#include "compile.h"
#include "harden.h"
#include "message.h"
#include "options.h"
#include "secret.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

static const char keygen_help[] =
    "Usage: elig-build keygen secret FILE\n"
    "\n"
    "Makes the secret of an index: 32 random bytes in a labelled text file, mode 0600.\n"
    "A file that exists is never overwritten.\n";

static const char compile_help[] =
    "Usage: elig-build compile --secret FILE --kind NAME=COLUMN:TYPE -o INDEX [options] [INPUT.csv ...]\n"
    "\n"
    "Compiles the identifiers in CSV files (no INPUT, or '-': standard input) into one index.\n"
    "\n"
    "What is listed\n"
    "  --kind NAME=COLUMN:TYPE[+COLUMN:TYPE...]  a kind of identifier, repeatable; + makes a composite\n"
    "                         types: email[/plus][/gmail] phone/REGION text[/compact] digits date exact\n"
    "  --label COLUMN         a small public word for each identifier, such as voucher-50000\n"
    "  --label-order A,B,C    which label wins when one identifier has two\n"
    "  --label-minimum N      refuse labels that fewer identifiers hold (default 10)\n"
    "  --absent FILE.csv      identifiers that must not be found, repeatable: no false positive among them\n"
    "  --skip-invalid         leave malformed identifiers out instead of failing\n"
    "\n"
    "How the input is written\n"
    "  --delimiter C          one character, or 'tab' (default ,)\n"
    "  --encoding NAME        any of 'iconv -l', such as CP949 (default UTF-8)\n"
    "  --no-header            the first row is data; columns are 1, 2, ...\n"
    "\n"
    "What the index is\n"
    "  -o, --output INDEX     the file; appears only when complete and verified\n"
    "  --secret FILE          from 'elig-build keygen secret FILE'\n"
    "  --profile keyed        how identifiers are digested (default, and the only one so far)\n"
    "  --fpr RATE             false positives, 2^-56 to 2^-8 (default 2^-32)\n"
    "  --salt HEX             16 bytes (default random)\n"
    "  --not-before TIME, --not-after TIME   when it answers: RFC 3339, 2026-12-01T09:00:00+09:00\n"
    "  --campaign TEXT        what it is about, readable by anyone who has the file\n"
    "\n"
    "How the work is done\n"
    "  --report FILE.json     what was read, rejected and made\n"
    "  --memory SIZE          from 64MiB (default a quarter of the machine's, at most 1GiB)\n"
    "  --threads N            (default: the machine's processors)\n"
    "  --tmpdir DIR           for digests that exceed the memory (default $TMPDIR, else /tmp)\n"
    "  --quiet                errors only\n"
    "\n"
    "Exit status: 0 published; 1 the input was refused; 2 usage; 5 cannot read, write or allocate.\n";

static int keygen(int argc, char **argv)
{
    if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        fputs(keygen_help, stdout);
        return EXIT_DONE;
    }
    if (argc != 3 || strcmp(argv[1], "secret") != 0 || argv[2][0] == '-')
        return message_usage("keygen takes 'secret FILE'");
    return secret_make(argv[2]) ? EXIT_DONE : EXIT_CANNOT;
}

static int compile(int argc, char **argv)
{
    struct recipe recipe;
    int result = options_read(&recipe, argc, argv);
    if (result == OPTIONS_HELP) {
        fputs(compile_help, stdout);
        result = EXIT_DONE;
    } else if (result == EXIT_DONE) {
        result = compile_run(&recipe);
    }
    options_free(&recipe);
    return result;
}

static const struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *description;
} commands[] = {
    {"keygen", keygen, "make a secret"},
    {"compile", compile, "compile CSV files into an index"},
};

#define COMMAND_COUNT (sizeof commands / sizeof *commands)

static void print_help(void)
{
    puts("Usage: elig-build COMMAND ...\n\nCommands:");
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        printf("  %-10s %s\n", commands[i].name, commands[i].description);
    puts("\n'elig-build COMMAND --help' says more. Also: --help, --version.");
}

static int dispatch(int argc, char **argv)
{
    if (argc < 2)
        return message_usage("a command is needed");
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        print_help();
        return EXIT_DONE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("elig-build " ELIG_VERSION);
        return EXIT_DONE;
    }
    return message_usage("'%s' is not a command", argv[1]);
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
