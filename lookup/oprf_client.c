/* SPDX-License-Identifier: Apache-2.0 */
#include "lookup/oprf_client.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "lib/util/message.h"
#include "lookup/http_client.h"

/* The valid identifiers of a lookup, packed together, and what is exchanged for them: blinds and digests are
 * secret. */
struct exchange {
    size_t count;
    size_t place[ELIG_BLIND_MAX]; /* of the answer */
    struct elig_text parts[ELIG_BLIND_MAX * ELIG_PARTS_MAX];
    uint8_t blinds[ELIG_BLIND_MAX][ELIG_SCALAR_BYTES];
    uint8_t blinded[ELIG_BLIND_MAX][ELIG_ELEMENT_BYTES];
    uint8_t evaluated[ELIG_BLIND_MAX][ELIG_ELEMENT_BYTES];
    uint8_t proof[ELIG_PROOF_BYTES];
    uint8_t digests[ELIG_BLIND_MAX][ELIG_DIGEST_BYTES];
    struct elig_answer found[ELIG_BLIND_MAX];
};

/* Blinds what can be, and answers what cannot. */
static void blind_all(const struct query *ask, const struct elig_text *parts, size_t count,
                      struct elig_answer *answers, struct exchange *exchange)
{
    unsigned part_count = ask->description->part_count;
    exchange->count = 0;
    for (size_t i = 0; i < count; i++) {
        enum elig_reason reason;
        size_t at = exchange->count;
        int error = elig_blind(ask->index, ask->kind, parts + i * part_count, exchange->blinds[at],
                               exchange->blinded[at], &reason);
        answers[i] = (struct elig_answer){.error = error};
        if (error == ELIG_E_IDENTIFIER)
            answers[i] = (struct elig_answer){.verdict = ELIG_INVALID, .reason = (uint16_t)reason};
        if (error != 0)
            continue;
        memcpy(exchange->parts + at * part_count, parts + i * part_count, part_count * sizeof *parts);
        exchange->place[at] = i;
        exchange->count++;
    }
}

static int find_all(const struct query *ask, struct elig_answer *answers, struct exchange *exchange)
{
    int error = elig_unblind(ask->index, ask->kind, exchange->parts, exchange->count,
                             (const uint8_t(*)[ELIG_SCALAR_BYTES])exchange->blinds,
                             (const uint8_t(*)[ELIG_ELEMENT_BYTES])exchange->blinded,
                             (const uint8_t(*)[ELIG_ELEMENT_BYTES])exchange->evaluated, exchange->proof,
                             exchange->digests);
    if (error != 0) {
        message("ask the key service: %s", elig_text(error));
        return 0;
    }
    elig_find(ask->index, (const uint8_t(*)[ELIG_DIGEST_BYTES])exchange->digests, exchange->count,
              exchange->found);
    for (size_t i = 0; i < exchange->count; i++)
        answers[exchange->place[i]] = exchange->found[i];
    return 1;
}

int oprf_client_look_up(const struct query *ask, const struct elig_text *parts, size_t count,
                        struct elig_answer *answers)
{
    struct exchange *exchange = sodium_malloc(sizeof *exchange);
    if (exchange == NULL) {
        message("look up: %s", strerror(ENOMEM));
        return 0;
    }
    blind_all(ask, parts, count, answers, exchange);
    int good = exchange->count == 0 ||
               (http_client_evaluate(ask->service, (const uint8_t(*)[ELIG_ELEMENT_BYTES])exchange->blinded,
                                     exchange->count, exchange->evaluated, exchange->proof) &&
                find_all(ask, answers, exchange));
    sodium_free(exchange);
    return good;
}
