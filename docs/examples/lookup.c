/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup.c - is one identifier on the list?
 *
 *     cc -o lookup lookup.c $(pkg-config --cflags --libs elig)
 *     ./lookup INDEX SECRET KIND PART...
 *
 * A kind has one part or several: an e-mail address is one, a name with a date of birth is two.
 * An identifier does not belong on a command line, where other users can see it; this is an example.
 */
#include <elig.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static int ask(const struct elig *index, const char *kind_name, char **typed, size_t part_count)
{
    struct elig_text parts[ELIG_PARTS_MAX];
    struct elig_answer answer;
    struct elig_info info;
    unsigned kind;
    size_t i;
    int error = elig_kind(index, kind_name, &kind);

    if (error != 0) {
        fprintf(stderr, "the index has no kind %s\n", kind_name);
        return error;
    }
    info.size = sizeof info;
    error = elig_info(index, &info);
    if (error == 0 && part_count != info.kinds[kind].part_count) { /* elig_lookup() would refuse it, too */
        fprintf(stderr, "the number of parts of %s is %u\n", kind_name, (unsigned)info.kinds[kind].part_count);
        return ELIG_E_ARGUMENT;
    }
    for (i = 0; i < part_count; i++) {
        parts[i].bytes = typed[i];
        parts[i].length = strlen(typed[i]);
    }
    error = elig_lookup(index, kind, parts, part_count, (int64_t)time(NULL), &answer);
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

    if (argc < 5 || argc > 4 + ELIG_PARTS_MAX) {
        fputs("usage: lookup INDEX SECRET KIND PART...\n", stderr);
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
    error = ask(index, argv[3], argv + 4, (size_t)argc - 4);
    elig_close(index);
    return error != 0;
}
