/* SPDX-License-Identifier: Apache-2.0 */
/* trial.c - the handlers of identifier_reader.h that keep rejects and drop identifiers. */
#include "builder/inspect/trial.h"

#include <stdlib.h>

struct reading {
    struct rejects *rejects; /* of each thread */
};

static int add_identifier(void *context, unsigned worker, const struct identifier_row *row,
                          const struct identifier *identifier)
{
    struct reading *reading = context;
    if (identifier->reason == ELIG_REASON_NONE || identifier->reason == ELIG_REASON_EMPTY)
        return 0;
    return rejects_add_identifier(&reading->rejects[worker], row, identifier);
}

static int reject_row(void *context, unsigned worker, const struct identifier_row *row,
                      enum identifier_row_fault fault)
{
    struct reading *reading = context;
    return rejects_add_row(&reading->rejects[worker], row, fault);
}

int trial_run(struct trial *trial, const struct schema *schema, const char **inputs, unsigned input_count,
              unsigned threads)
{
    static const struct identifier_handler handler = {.identifier = add_identifier, .rejected_row = reject_row};
    struct identifier_source source = {.schema = schema,
                                       .inputs = inputs,
                                       .input_count = input_count,
                                       .profile = ELIG_PROFILE_KEYED,
                                       .parts = 1,
                                       .threads = threads};
    struct reading reading = {calloc(threads, sizeof *reading.rejects)};
    *trial = (struct trial){.counts = identifier_counts_start()};
    int error = reading.rejects != NULL ? identifier_reader_run(&source, &handler, &reading, &trial->counts)
                                        : ELIG_E_MEMORY;
    for (unsigned i = 0; reading.rejects != NULL && i < threads; i++) {
        if (rejects_join(&trial->rejects, &reading.rejects[i]) != 0 && error == 0)
            error = ELIG_E_MEMORY;
        rejects_free(&reading.rejects[i]);
    }
    free(reading.rejects);
    rejects_sort(&trial->rejects);
    trial->is_refused = error == MESSAGE_E_REFUSED;
    return trial->is_refused ? 0 : error;
}

void trial_free(struct trial *trial)
{
    rejects_free(&trial->rejects);
}
