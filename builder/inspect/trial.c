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
    return rejects_add(&reading->rejects[worker], row_position(row->input, row->line), row->lines,
                       identifier->kind, (int)identifier->reason);
}

static int reject_row(void *context, unsigned worker, const struct identifier_row *row,
                      enum identifier_row_fault fault)
{
    static const int reasons[] = {
        [IDENTIFIER_ROW_QUOTE] = REJECT_QUOTE,   [IDENTIFIER_ROW_WIDTH] = REJECT_FIELDS,
        [IDENTIFIER_ROW_LONG] = REJECT_LONG,     [IDENTIFIER_ROW_LINES] = REJECT_LINES,
        [IDENTIFIER_ROW_HIDDEN] = REJECT_HIDDEN, [IDENTIFIER_ROW_HEADER] = REJECT_HEADER,
        [IDENTIFIER_ROW_LABEL] = REJECT_LABEL,   [IDENTIFIER_ROW_EMPTY] = REJECT_NO_IDENTIFIER};
    struct reading *reading = context;
    return rejects_add(&reading->rejects[worker], row_position(row->input, row->line), row->lines,
                       REJECT_NO_KIND, reasons[fault]);
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
    trial->is_refused = error == MESSAGE_E_PRINTED;
    return trial->is_refused ? 0 : error;
}

void trial_free(struct trial *trial)
{
    rejects_free(&trial->rejects);
}
