/* SPDX-License-Identifier: Apache-2.0 */
/* oprf_client.c - blinds identifiers, has them evaluated, and looks their digests up. */
#include "lookup/oprf_client.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "lib/elig/canon/canon.h"
#include "lib/util/message.h"

/* The valid identifiers of a lookup, packed together, and what is exchanged for them: blinds and digests are
 * secret. */
struct exchange {
    const struct elig *index;
    unsigned kind;
    const struct elig_kind *description;
    size_t count;
    size_t position[ELIG_BLIND_MAX]; /* of its answer among all */
    struct elig_text parts[ELIG_BLIND_MAX * ELIG_PARTS_MAX];
    uint8_t blinds[ELIG_BLIND_MAX][ELIG_SCALAR_BYTES];
    uint8_t blinded[ELIG_BLIND_MAX][ELIG_ELEMENT_BYTES];
    uint8_t evaluated[ELIG_BLIND_MAX][ELIG_ELEMENT_BYTES];
    uint8_t proof[ELIG_PROOF_BYTES];
    uint8_t digests[ELIG_BLIND_MAX][ELIG_DIGEST_BYTES];
    struct elig_answer found[ELIG_BLIND_MAX];
};

/* Blinds the valid identifiers, and answers the others. */
static void blind_all(struct exchange *exchange, const struct elig_text *parts, size_t count,
                      struct elig_answer *answers)
{
    unsigned part_count = exchange->description->part_count;
    for (size_t i = 0; i < count; i++) {
        enum elig_reason reason;
        size_t at = exchange->count;
        int error = elig_blind(exchange->index, exchange->kind, parts + i * part_count, part_count,
                               exchange->blinds[at], exchange->blinded[at], &reason);
        answers[i] = (struct elig_answer){.error = error};
        if (error == ELIG_E_IDENTIFIER)
            answers[i] = (struct elig_answer){
                .verdict = ELIG_INVALID,
                .reason = (uint8_t)reason,
                .part = canon_malformed_part(exchange->description, parts + i * part_count, reason)};
        if (error != 0)
            continue;
        memcpy(exchange->parts + at * part_count, parts + i * part_count, part_count * sizeof *parts);
        exchange->position[at] = i;
        exchange->count++;
    }
}

static int find_all(struct exchange *exchange, struct elig_answer *answers)
{
    int error = elig_unblind(
        exchange->index, exchange->kind, exchange->parts, exchange->description->part_count, exchange->count,
        (const uint8_t(*)[ELIG_SCALAR_BYTES])exchange->blinds,
        (const uint8_t(*)[ELIG_ELEMENT_BYTES])exchange->blinded,
        (const uint8_t(*)[ELIG_ELEMENT_BYTES])exchange->evaluated, exchange->proof, exchange->digests);
    if (error != 0) {
        message("ask the key service: %s", elig_text(error));
        return MESSAGE_E_PRINTED;
    }
    elig_find(exchange->index, (const uint8_t(*)[ELIG_DIGEST_BYTES])exchange->digests, exchange->count,
              exchange->found);
    for (size_t i = 0; i < exchange->count; i++)
        answers[exchange->position[i]] = exchange->found[i];
    return 0;
}

int oprf_client_look_up(struct http_client *client, const struct elig *index, unsigned kind,
                        const struct elig_kind *description, const struct elig_text *parts, size_t count,
                        struct elig_answer *answers)
{
    struct exchange *exchange = sodium_malloc(sizeof *exchange);
    if (exchange == NULL) {
        message("look up: %s", strerror(ENOMEM));
        return MESSAGE_E_PRINTED;
    }
    exchange->index = index;
    exchange->kind = kind;
    exchange->description = description;
    exchange->count = 0;
    blind_all(exchange, parts, count, answers);
    int error = 0;
    if (exchange->count > 0)
        error = http_client_evaluate(client, (const uint8_t(*)[ELIG_ELEMENT_BYTES])exchange->blinded,
                                     exchange->count, exchange->evaluated, exchange->proof);
    if (exchange->count > 0 && error == 0)
        error = find_all(exchange, answers);
    sodium_free(exchange);
    return error;
}
