/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup.c - is one identifier on the list?
 *
 *     cc -o lookup lookup.c $(pkg-config --cflags --libs elig)
 *     ./lookup INDEX SECRET KIND IDENTIFIER
 *
 * An identifier does not belong on a command line, where other users can see it; this is an example.
 */
#include <elig.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static int ask(const struct elig *index, const char *kind_name, const char *identifier)
{
    struct elig_text text;
    struct elig_answer answer;
    unsigned kind;
    int error = elig_kind(index, kind_name, &kind);

    if (error != 0) {
        fprintf(stderr, "the index has no kind %s\n", kind_name);
        return error;
    }
    text.bytes = identifier; /* one text for each part of the kind; this example is for kinds of one part */
    text.length = strlen(identifier);
    error = elig_lookup(index, kind, &text, (int64_t)time(NULL), &answer);
    if (error != 0) {
        fprintf(stderr, "look up: %s\n", elig_text(error));
        return error;
    }
    printf("%s", elig_text(answer.verdict));
    if (answer.label != NULL)
        printf(", label %s", answer.label);
    if (answer.verdict == ELIG_INVALID)
        printf(": %s", elig_text(answer.reason));
    putchar('\n');
    return 0;
}

int main(int argc, char **argv)
{
    struct elig_options options = ELIG_OPTIONS_INIT;
    struct elig *index;
    uint8_t secret[ELIG_KEY_BYTES];
    int error;

    if (argc != 5) {
        fputs("usage: lookup INDEX SECRET KIND IDENTIFIER\n", stderr);
        return 2;
    }
    error = elig_key_read(argv[2], ELIG_KEY_SECRET, secret);
    if (error != 0) {
        fprintf(stderr, "read %s: %s\n", argv[2], elig_text(error));
        return 1;
    }
    options.secret = secret;
    error =
        elig_open(argv[1], &options, &index); /* one lookup: the default check reads only the pages it needs */
    memset(secret, 0, sizeof secret);         /* the index has a copy; explicit_bzero() where you have it */
    if (error != 0) {
        fprintf(stderr, "open %s: %s\n", argv[1], elig_text(error));
        return 1;
    }
    error = ask(index, argv[3], argv[4]);
    elig_close(index);
    return error != 0;
}
