/* SPDX-License-Identifier: Apache-2.0 */
/* ingest.c - labels, digests and records of the identifiers that identifier_reader.h reads. */
#include "builder/ingest.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "lib/elig/digest/digest_batch.h"
#include "lib/elig/digest/profile.h"

/* What one thread makes. */
struct worker {
    struct spill_writer *writer;
    struct rejects rejects;
    uint16_t label; /* number of the present row's label; 0: none */
    struct digest_batch batch;
    struct record records[DIGEST_BATCH_MAX]; /* of the batch; their digests are missing until it is digested */
    uint8_t digests[DIGEST_BATCH_MAX][ELIG_DIGEST_BYTES];
};

struct ingesting {
    const struct ingest *ingest;
    const struct digester *digester;
    struct worker *workers; /* of each thread */
};

/* Finds the number of the row's label. */
static int read_label(void *context, unsigned number, const struct identifier_row *row)
{
    struct ingesting *ingesting = context;
    struct worker *worker = &ingesting->workers[number];
    worker->label = 0;
    return row->label.length == 0 ? 0
                                  : label_table_intern(ingesting->ingest->labels, row->label.bytes,
                                                       row->label.length, &worker->label);
}

/* Digests the batch and writes its records. */
static int flush_batch(void *context, unsigned number)
{
    struct ingesting *ingesting = context;
    struct worker *worker = &ingesting->workers[number];
    struct digest_batch *batch = &worker->batch;
    int error = digester_run(ingesting->digester, batch->inputs, batch->count, worker->digests);
    for (size_t i = 0; i < batch->count; i++)
        memcpy(worker->records[i].digest, worker->digests[i], ELIG_DIGEST_BYTES);
    if (error == 0)
        error = spill_add(worker->writer, worker->records, batch->count);
    digest_batch_clear(batch);
    return error;
}

/* Adds an identifier to the batch, or rejects it. An empty one is neither. */
static int add_identifier(void *context, unsigned number, const struct identifier_row *row,
                          const struct identifier *identifier)
{
    struct ingesting *ingesting = context;
    struct worker *worker = &ingesting->workers[number];
    struct digest_batch *batch = &worker->batch;
    if (identifier->reason == ELIG_REASON_EMPTY)
        return 0;
    if (identifier->reason != ELIG_REASON_NONE)
        return rejects_add_identifier(&worker->rejects, row, identifier);
    record_set_attributes(&worker->records[batch->count], worker->label, identifier->kind,
                          row_position(row->input, row->line));
    digest_batch_add(batch, ingesting->ingest->source.schema->kinds[identifier->kind].name,
                     identifier->canonical, identifier->length);
    return digest_batch_is_full(batch) ? flush_batch(ingesting, number) : 0;
}

static int reject_row(void *context, unsigned number, const struct identifier_row *row,
                      enum identifier_row_fault fault)
{
    struct ingesting *ingesting = context;
    return rejects_add_row(&ingesting->workers[number].rejects, row, fault);
}

/* ---- All threads ---- */

static int run(struct ingesting *ingesting, struct identifier_counts *counts, struct rejects *rejects)
{
    static const struct identifier_handler handler = {read_label, add_identifier, reject_row, flush_batch};
    struct identifier_source source = ingesting->ingest->source;
    unsigned threads = source.threads;
    for (source.threads = 0; source.threads < threads; source.threads++) { /* until memory is short */
        struct worker *worker = &ingesting->workers[source.threads];
        worker->rejects.kept_max = REJECTS_KEPT_MAX / threads;
        worker->writer = spill_writer_new(ingesting->ingest->spill);
        if (worker->writer == NULL)
            break;
    }
    int error =
        source.threads > 0 ? identifier_reader_run(&source, &handler, ingesting, counts) : ELIG_E_MEMORY;
    int error_number = errno;
    for (unsigned i = 0; i < threads; i++) {
        struct worker *worker = &ingesting->workers[i];
        if (rejects_join(rejects, &worker->rejects) != 0 && error == 0)
            error = ELIG_E_MEMORY;
        rejects_free(&worker->rejects);
        spill_writer_close(worker->writer);
        digest_batch_clear(&worker->batch);
    }
    rejects_sort(rejects);
    errno = error_number;
    return error;
}

int ingest_run(const struct ingest *ingest, struct identifier_counts *counts, struct rejects *rejects)
{
    int error = ELIG_E_MEMORY;
    *counts = identifier_counts_start();
    *rejects = (struct rejects){0};
    struct digester *digester = sodium_malloc(sizeof *digester);
    struct ingesting ingesting = {ingest, digester, calloc(ingest->source.threads, sizeof *ingesting.workers)};
    if (ingesting.workers != NULL && digester != NULL)
        error = digester_make(digester, ingest->profile, ingest->key);
    if (error == 0)
        error = run(&ingesting, counts, rejects);
    int error_number = errno;
    sodium_free(digester);
    free(ingesting.workers);
    errno = error_number;
    return error;
}
