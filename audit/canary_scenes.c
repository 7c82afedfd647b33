#include "canary_scenes.h"

#include "canary_people.h"
#include "message.h"

#include <signal.h>

/* Exit codes of elig-lookup beside those of enum exit_code. */
#define NOT_LISTED 1
#define INVALID 3

#define SALT "--salt", "9d41c7b2e80f5a63d1e7b94a2c8f60be"
#define SECRET "--secret", "@keys/secret"
#define DEAR "--profile", "offline", "--argon2-memory", "19MiB", "--argon2-passes", "2", "--accept-enumerable"
#define WORK "--tmpdir", "@spill", "--memory", "64MiB", "--threads", "2"
#define LABEL "--label", "status"

#define KIND_OPTION(name, kind, type, option) "--kind", option,
#define KINDS CANARY_KINDS(KIND_OPTION)

/* Each column as everything that it can be taken for: sixteen records a row, and all types under load. */
#define MANY_KINDS                                                                                           \
    "--kind", "a=email:email", "--kind", "b=email:email/plus", "--kind", "c=email:email/gmail", "--kind",    \
        "d=email:text", "--kind", "e=email:text/compact", "--kind", "f=email:exact", "--kind",               \
        "g=phone:phone/KR", "--kind", "h=phone:text", "--kind", "i=phone:digits", "--kind", "j=phone:exact", \
        "--kind", "k=name:text/compact+birth:date", "--kind", "l=name:text+birth:exact", "--kind",           \
        "m=name:exact", "--kind", "n=customer:digits", "--kind", "o=customer:text", "--kind",                \
        "p=customer:exact"

#define BUILD(key, title, input, code, flags, ...)          \
    {                                                       \
        key, title, SCENE_BUILD, input, code, 0, flags, "", \
        {                                                   \
            __VA_ARGS__                                     \
        }                                                   \
    }
#define ASK(key, title, input, code, answer, ...)            \
    {                                                        \
        key, title, SCENE_LOOKUP, input, code, 0, 0, answer, \
        {                                                    \
            __VA_ARGS__                                      \
        }                                                    \
    }
#define WRONG(key, title, program, ...)                                     \
    {                                                                       \
        key, title, program, SCENE_NOTHING, EXIT_USAGE, 0, SCENE_TELLS, "", \
        {                                                                   \
            __VA_ARGS__                                                     \
        }                                                                   \
    }
#define END(key, title, program, input, signal, flags, ...)                           \
    {                                                                                 \
        key, title, program, input, -(signal), signal, SCENE_IS_HELD | (flags), NULL, \
        {                                                                             \
            __VA_ARGS__                                                               \
        }                                                                             \
    }

const struct scene scenes[] = {
    /* Keys */
    BUILD("keygen-secret", "makes a secret", SCENE_NOTHING, EXIT_DONE, SCENE_MAKES_KEYS, "keygen", "secret",
          "@keys/secret"),
    BUILD("keygen-other", "makes another secret", SCENE_NOTHING, EXIT_DONE, SCENE_MAKES_KEYS, "keygen",
          "secret", "@keys/other"),
    BUILD("keygen-seed", "makes a seed", SCENE_NOTHING, EXIT_DONE, SCENE_MAKES_KEYS, "keygen", "seed",
          "@keys/seed"),
    BUILD("keygen-signer", "makes a signer", SCENE_NOTHING, EXIT_DONE, SCENE_MAKES_KEYS, "keygen", "signer",
          "@keys/signer"),
    BUILD("keygen-again", "refuses to overwrite a secret", SCENE_NOTHING, EXIT_CANNOT, SCENE_MAKES_KEYS,
          "keygen", "secret", "@keys/secret"),

    /* Lists, good and bad */
    BUILD("compile", "compiles a list", SCENE_NOTHING, EXIT_DONE, 0, "compile", SECRET, SALT, KINDS LABEL, WORK,
          "--absent", "@lists/absent.csv", "--report", "@out/report.json", "-o", "@out/index",
          "@lists/list.csv"),
    BUILD("compile-signed", "compiles and signs a list", SCENE_NOTHING, EXIT_DONE, SCENE_MAKES_KEYS, "compile",
          SECRET, KINDS LABEL, WORK, "--signer", "@keys/signer", "--serial", "2026-12-01T09:00:00+09:00",
          "--campaign", "canaries", "-o", "@out/signed", "@lists/list.csv"),
    BUILD("compile-stdin", "compiles standard input", SCENE_LIST, EXIT_DONE, 0, "compile", SECRET, KINDS LABEL,
          WORK, "--quiet", "-o", "@out/stdin"),
    BUILD("compile-malformed", "refuses malformed rows", SCENE_NOTHING, EXIT_REFUSED, 0, "compile", SECRET,
          KINDS WORK, "--report", "@out/malformed.json", "-o", "@out/malformed", "@lists/malformed.csv"),
    BUILD("compile-skip", "leaves malformed rows out", SCENE_NOTHING, EXIT_DONE, 0, "compile", SECRET,
          KINDS WORK, "--skip-invalid", "--report", "@out/skipped.json", "-o", "@out/skipped",
          "@lists/malformed.csv"),
    BUILD("compile-conflict", "refuses somebody with two labels", SCENE_NOTHING, EXIT_REFUSED, 0, "compile",
          SECRET, KINDS LABEL, WORK, "--report", "@out/conflict.json", "-o", "@out/conflict",
          "@lists/conflict.csv"),
    BUILD("compile-both", "refuses who is on both lists", SCENE_NOTHING, EXIT_REFUSED, 0, "compile", SECRET,
          KINDS WORK, "--absent", "@lists/list.csv", "--report", "@out/both.json", "-o", "@out/both",
          "@lists/list.csv"),
    BUILD("compile-cp949", "compiles a list in CP949", SCENE_NOTHING, EXIT_DONE, 0, "compile", SECRET,
          KINDS LABEL, WORK, "--encoding", "CP949", "--report", "@out/cp949.json", "-o", "@out/cp949",
          "@lists/cp949.csv"),
    BUILD("compile-misread", "refuses CP949 taken for UTF-8", SCENE_NOTHING, EXIT_REFUSED, 0, "compile", SECRET,
          KINDS WORK, "--report", "@out/misread.json", "-o", "@out/misread", "@lists/cp949.csv"),
    BUILD("compile-headless", "refuses a list without its header", SCENE_NOTHING, EXIT_CANNOT, 0, "compile",
          SECRET, KINDS WORK, "-o", "@out/headless", "@lists/headless.csv"),
    BUILD("compile-nowhere", "cannot write its index", SCENE_NOTHING, EXIT_CANNOT, 0, "compile", SECRET,
          KINDS WORK, "-o", "@nowhere/index", "@lists/list.csv"),

    /* Sets, the other profiles, and more than fits the memory */
    BUILD("digest", "digests a list", SCENE_NOTHING, EXIT_DONE, 0, "digest", SECRET, SALT, KINDS LABEL, WORK,
          "--report", "@out/digest.json", "-o", "@out/set", "@lists/list.csv"),
    BUILD("digest-removed", "digests who is to be left out", SCENE_NOTHING, EXIT_DONE, 0, "digest", SECRET,
          SALT, KINDS LABEL, WORK, "-o", "@out/removed", "@lists/short.csv"),
    BUILD("assemble", "assembles an index from sets", SCENE_NOTHING, EXIT_DONE, 0, "assemble", WORK, "--remove",
          "@out/removed", "--report", "@out/assemble.json", "-o", "@out/assembled", "@out/set"),
    BUILD("compile-offline", "compiles an offline index", SCENE_NOTHING, EXIT_DONE, 0, "compile", DEAR,
          "--work-bits", "1", "--seed", "@keys/seed", KINDS LABEL, "--label-minimum", "1", WORK, "--report",
          "@out/offline.json", "-o", "@out/offline", "@lists/short.csv"),
    BUILD("compile-blind", "compiles a blind index", SCENE_NOTHING, EXIT_DONE, 0, "compile", "--profile",
          "blind", SECRET, KINDS LABEL, "--label-minimum", "1", WORK, "--report", "@out/blind.json", "-o",
          "@out/blind", "@lists/short.csv"),
    BUILD("compile-crowd", "compiles more than fits the memory", SCENE_NOTHING, EXIT_DONE, SCENE_IS_CROWD,
          "compile", SECRET, MANY_KINDS, LABEL, WORK, "--report", "@out/crowd.json", "-o", "@out/crowd",
          "@lists/crowd.csv"),

    /* Questions */
    ASK("ask-email", "asks for an e-mail address", SCENE_EMAIL, EXIT_DONE, "eligible\tgold\n", SECRET,
        "@out/index", "email"),
    ASK("ask-phone", "asks for a phone number", SCENE_PHONE, EXIT_DONE, "eligible\tgold\n", SECRET,
        "@out/index", "phone"),
    ASK("ask-person", "asks for a name and a birthday", SCENE_PERSON, EXIT_DONE, "eligible\tgold\n", SECRET,
        "@out/index", "person"),
    ASK("ask-customer", "asks for a customer", SCENE_CUSTOMER, EXIT_DONE, "eligible\tgold\n", SECRET,
        "@out/index", "customer"),
    ASK("ask-stranger", "asks for a stranger", SCENE_STRANGER, NOT_LISTED, "not listed\n", SECRET, "@out/index",
        "email"),
    ASK("ask-json", "asks for JSON", SCENE_PERSON, EXIT_DONE,
        "{\"verdict\": \"eligible\", \"label\": \"gold\"}\n", "--json", SECRET, "@out/index", "person"),
    ASK("ask-signed", "asks a signed index", SCENE_EMAIL, EXIT_DONE, "eligible\tgold\n", SECRET, "--signer",
        "@keys/signer.pub", "@out/signed", "email"),
    ASK("ask-cp949", "asks an index of CP949", SCENE_PERSON, EXIT_DONE, "eligible\tgold\n", SECRET,
        "@out/cp949", "person"),
    ASK("ask-batch", "asks for many", SCENE_BATCH, EXIT_DONE,
        "eligible\tgold\neligible\tblue\neligible\tgold\neligible\tblue\nnot listed\n", "--batch", SECRET,
        "@out/index", "email"),
    ASK("ask-populated", "asks for many in memory", SCENE_BATCH, EXIT_DONE,
        "eligible\tgold\neligible\tblue\neligible\tgold\neligible\tblue\nnot listed\n", "--batch", "--populate",
        SECRET, "@out/index", "email"),
    ASK("ask-batch-malformed", "asks for many, of whom one is none", SCENE_BATCH_MALFORMED, INVALID, NULL,
        "--batch", SECRET, "@out/index", "email"),
    ASK("ask-malformed", "asks for what is none", SCENE_MALFORMED, INVALID, NULL, SECRET, "@out/index",
        "email"),
    ASK("ask-offline", "asks an offline index", SCENE_EMAIL, EXIT_DONE, "eligible\tgold\n", "@out/offline",
        "email"),
    ASK("ask-blind", "asks a blind index with its secret", SCENE_EMAIL, EXIT_DONE, "eligible\tgold\n", SECRET,
        "@out/blind", "email"),
    {"ask-service",
     "asks a key service that is not there",
     SCENE_LOOKUP,
     SCENE_EMAIL,
     EXIT_CANNOT,
     0,
     SCENE_REACHES,
     "",
     {"--key-service", "unix:@service", "@out/blind", "email"}},
    ASK("ask-info", "asks what an index says of itself", SCENE_NOTHING, EXIT_DONE, NULL, "--info",
        "@out/index"),
    ASK("ask-wrong-secret", "asks with another secret", SCENE_EMAIL, EXIT_CANNOT, "", "--secret", "@keys/other",
        "@out/index", "email"),
    ASK("ask-no-secret", "asks without the secret", SCENE_EMAIL, EXIT_CANNOT, "", "@out/index", "email"),
    ASK("ask-nowhere", "asks an index that is not there", SCENE_EMAIL, EXIT_CANNOT, "", SECRET,
        "@nowhere/index", "email"),

    /* Identifiers where none belongs */
    WRONG("tell-lookup", "is told an identifier as an argument", SCENE_LOOKUP, SECRET, "@out/index", "email",
          "%"),
    WRONG("tell-kind", "is told an identifier for a kind", SCENE_LOOKUP, SECRET, "@out/index", "%"),
    WRONG("tell-option", "is told an identifier as an option", SCENE_LOOKUP, "--email=%", "@out/index",
          "email"),
    WRONG("tell-build", "is told an identifier for a command", SCENE_BUILD, "%"),
    WRONG("tell-build-option", "is told an identifier as an option", SCENE_BUILD, "compile", "--email=%"),
    WRONG("tell-build-value", "is told an identifier for a number", SCENE_BUILD, "compile", SECRET,
          KINDS "--label-minimum", "%", "-o", "@out/told", "@lists/list.csv"),
    WRONG("tell-build-type", "is told an identifier for a type", SCENE_BUILD, "compile", SECRET, "--kind",
          "email=email:%", "-o", "@out/told", "@lists/list.csv"),

    /* Ends that nobody planned */
    END("killed-build", "is killed while it builds", SCENE_BUILD, SCENE_LIST, SIGKILL, 0, "compile", SECRET,
        KINDS LABEL, WORK, "-o", "@out/killed"),
    END("stopped-build", "is asked to stop while it builds", SCENE_BUILD, SCENE_LIST, SIGTERM, 0, "compile",
        SECRET, KINDS LABEL, WORK, "-o", "@out/killed"),
    END("killed-lookup", "is killed while it is asked", SCENE_LOOKUP, SCENE_HALF, SIGKILL, 0, SECRET,
        "@out/index", "email"),
    END("killed-batch", "is killed while it is asked for many", SCENE_LOOKUP, SCENE_BATCH, SIGTERM, 0,
        "--batch", SECRET, "@out/index", "email"),
    END("crashed-build", "crashes while it builds", SCENE_BUILD, SCENE_LIST, SIGABRT, SCENE_IS_CRASH, "compile",
        SECRET, KINDS LABEL, WORK, "-o", "@out/killed"),
    END("crashed-lookup", "crashes while it is asked", SCENE_LOOKUP, SCENE_HALF, SIGABRT, SCENE_IS_CRASH,
        SECRET, "@out/index", "email"),
    END("crashed-batch", "crashes while it is asked for many", SCENE_LOOKUP, SCENE_BATCH, SIGABRT,
        SCENE_IS_CRASH, "--batch", SECRET, "@out/index", "email"),
};

const size_t scene_count = sizeof scenes / sizeof *scenes;

const struct scene scene_control = {
    .key = "control",
    .title = "leaves an identifier wherever one is searched for",
    .program = SCENE_SHELL,
    .input = SCENE_EMAIL,
    .arguments = {"-c",
                  "read -r line && export line && echo \"$line\" && echo \"$line\" > \"$TMPDIR/control\" && "
                  "rm \"$TMPDIR/control\" && exec /bin/sh -c 'kept=$line; exit 0'"}};

const char *scene_program_name(enum scene_program program)
{
    static const char *const names[SCENE_PROGRAM_COUNT] = {"elig-build", "elig-lookup", "sh"};
    return names[program];
}
