/* SPDX-License-Identifier: Apache-2.0 */
/*
 * blind.c - a lookup in a blind index by a client that has no secret.
 *
 *     cc -o blind blind.c $(pkg-config --cflags --libs elig)
 *     ./blind INDEX SECRET IDENTIFIER      (SECRET is for the service, which would run elsewhere)
 *
 * IDENTIFIER is one of the index's first kind, which has one part.
 *
 * The client sends a blinded element. The service evaluates it with the secret and proves that it did; it
 * learns nothing of the identifier. The client checks the proof, takes its blind off, and looks the digest up.
 */
#include <elig.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* The key service. In earnest the elements go over a network: both directions are plain arrays of bytes. */
static int serve(const char *secret_path, const uint8_t (*blinded)[ELIG_ELEMENT_BYTES], size_t count,
                 uint8_t (*evaluated)[ELIG_ELEMENT_BYTES], uint8_t proof[ELIG_PROOF_BYTES])
{
    uint8_t secret[ELIG_KEY_BYTES];
    int error = elig_key_read(secret_path, ELIG_KEY_SECRET, secret);

    if (error == 0)
        error = elig_evaluate(secret, blinded, count, evaluated, proof);
    memset(secret, 0, sizeof secret);
    return error;
}

/* The client. Several identifiers can share one exchange and one proof, up to ELIG_BLIND_MAX. */
static int ask(const struct elig *index, const char *secret_path, const struct elig_text *text,
               struct elig_answer *answer)
{
    uint8_t blind[1][ELIG_SCALAR_BYTES], blinded[1][ELIG_ELEMENT_BYTES], evaluated[1][ELIG_ELEMENT_BYTES];
    uint8_t proof[ELIG_PROOF_BYTES], digest[1][ELIG_DIGEST_BYTES];
    enum elig_reason reason;
    int error = elig_blind(index, 0, text, 1, blind[0], blinded[0], &reason);

    if (error == ELIG_E_IDENTIFIER)
        fprintf(stderr, "invalid: %s\n", elig_text(reason));
    /* The casts add a const that C, unlike C++, does not add to arrays by itself. */
    if (error == 0)
        error = serve(secret_path, (const uint8_t(*)[ELIG_ELEMENT_BYTES])blinded, 1, evaluated, proof);
    if (error == 0)
        error = elig_unblind(index, 0, text, 1, 1, (const uint8_t(*)[ELIG_SCALAR_BYTES])blind,
                             (const uint8_t(*)[ELIG_ELEMENT_BYTES])blinded,
                             (const uint8_t(*)[ELIG_ELEMENT_BYTES])evaluated, proof, digest);
    if (error == 0)
        error = elig_find(index, (const uint8_t(*)[ELIG_DIGEST_BYTES])digest, 1, answer);
    return error;
}

int main(int argc, char **argv)
{
    struct elig *index;
    struct elig_text text;
    struct elig_answer answer;
    struct elig_info info;
    int error;

    if (argc != 4) {
        fputs("usage: blind INDEX SECRET IDENTIFIER\n", stderr);
        return 2;
    }
    error = elig_open(argv[1], NULL, &index); /* without a secret */
    if (error != 0) {
        fprintf(stderr, "open %s: %s\n", argv[1], elig_text(error));
        return 1;
    }
    info.size = sizeof info;
    if (elig_info(index, &info) != 0 || info.kinds[0].part_count != 1) {
        fputs("this example is for identifiers of one part; a call takes one text for each part\n", stderr);
        elig_close(index);
        return 1;
    }
    text.bytes = argv[3];
    text.length = strlen(argv[3]);
    error = ask(index, argv[2], &text, &answer);
    if (error != 0)
        fprintf(stderr, "look up: %s\n", elig_text(error));
    else if (elig_window(index, (int64_t)time(NULL)) != ELIG_ELIGIBLE) /* elig_find() knows no clock */
        puts(elig_text(elig_window(index, (int64_t)time(NULL))));
    else
        puts(elig_text(answer.verdict));
    elig_close(index);
    return error != 0;
}
