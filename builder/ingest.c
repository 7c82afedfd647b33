/* SPDX-License-Identifier: Apache-2.0 */
#include "builder/ingest.h"

#include <errno.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "lib/csv/csv.h"
#include "lib/elig/canon/canon.h"
#include "lib/elig/digest/profile.h"
#include "lib/elig/parallel.h"
#include "lib/util/message.h"

/* Identifiers that wait to be digested together, and the bytes of their canonical forms: of the usual length
 * for as many, or one of the longest. */
#define DIGEST_BATCH_MAX 64
#define PENDING_BYTES (CANON_MAX + DIGEST_BATCH_MAX * 128)

struct digest_batch {
    size_t count, used;
    struct digest_input inputs[DIGEST_BATCH_MAX];
    struct record records[DIGEST_BATCH_MAX]; /* notes only, so far */
    uint8_t digests[DIGEST_BATCH_MAX][ELIG_DIGEST_BYTES];
    uint8_t canonical[PENDING_BYTES];
};

/* One thread that turns rows into records. */
struct worker {
    const struct ingest *intake;
    const struct digester *digester;
    struct row_reader *rows;
    pthread_t thread;
    struct spill_writer *writer;
    struct ingest_counts counts;
    struct rejects rejects;
    struct elig_text *fields; /* COLUMNS_FIELDS_MAX */
    struct row_block block;
    struct digest_batch pending;
    int why; /* errno, when it had to stop */
};

/* ---- One row ---- */

/* The number of a row's label: 0 none, or FAULT_LABEL as a negative number, or -1 with errno. */
static int row_label(const struct worker *worker, const struct columns *columns)
{
    if (columns->label < 0)
        return 0;
    struct elig_text text = columns_trim(worker->fields[columns->label]);
    if (text.length == 0)
        return 0;
    if (!dictionary_word_is_valid(text.bytes, text.length))
        return -FAULT_LABEL;
    int number = label_table_intern(worker->intake->labels, text.bytes, text.length);
    if (number < 0)
        errno = number == LABEL_TABLE_FULL ? ERANGE : ENOMEM;
    return number < 0 ? -1 : number;
}

/* Digests what is pending and adds it to the store: 1, or 0 with errno set. */
static int flush(struct worker *worker)
{
    struct digest_batch *pending = &worker->pending;
    int good = digester_run(worker->digester, pending->inputs, pending->count, pending->digests) == 0;
    for (size_t i = 0; i < pending->count; i++)
        memcpy(pending->records[i].digest, pending->digests[i], ELIG_DIGEST_BYTES);
    if (good)
        good = spill_add(worker->writer, pending->records, pending->count) == 0;
    else
        errno = ENOMEM;
    sodium_memzero(pending->canonical, pending->used);
    pending->count = pending->used = 0;
    return good;
}

/* Brings one identifier of a row into canonical form, to be digested soon. Returns its reason, or -1 with errno
 * set. */
static int take_identifier(struct worker *worker, const struct columns *columns, unsigned kind, int label,
                           uint64_t place)
{
    const struct elig_kind *description = &worker->intake->config->list.kinds[kind];
    struct digest_batch *pending = &worker->pending;
    struct elig_text parts[ELIG_PARTS_MAX];
    size_t length = 0;
    if ((pending->count == DIGEST_BATCH_MAX || PENDING_BYTES - pending->used < CANON_MAX) && !flush(worker))
        return -1;
    for (unsigned i = 0; i < description->part_count; i++)
        parts[i] = worker->fields[columns->part[kind][i]];
    uint8_t *canonical = pending->canonical + pending->used;
    int reason = (int)canon_identifier(description, parts, canonical, &length);
    if (reason == ELIG_REASON_MEMORY) {
        errno = ENOMEM;
        return -1;
    }
    if (reason != ELIG_REASON_NONE)
        return reason;
    pending->inputs[pending->count] = (struct digest_input){description->name, canonical, length};
    record_set_note(&pending->records[pending->count], (uint16_t)label, kind, place);
    pending->count++;
    pending->used += length;
    return ELIG_REASON_NONE;
}

/* Notes what was wrong with a row or an identifier: 1, or 0 with errno set. */
static int note_fault(struct worker *worker, uint64_t place, unsigned kind, int reason)
{
    if (rejects_add(&worker->rejects, place, kind, reason))
        return 1;
    errno = ENOMEM;
    return 0;
}

/* Takes all identifiers of a row: 1, or 0 with errno set. */
static int take_row(struct worker *worker, const struct columns *columns, uint64_t place)
{
    unsigned empty = 0, kinds = worker->intake->config->list.kind_count;
    int label = row_label(worker, columns);
    if (label == -1)
        return 0;
    if (label < 0)
        return note_fault(worker, place, REJECT_NO_KIND, -label);
    for (unsigned kind = 0; kind < kinds; kind++) {
        int reason = ELIG_REASON_EMPTY;
        if (columns->has_kind[kind])
            reason = take_identifier(worker, columns, kind, label, place);
        if (reason < 0)
            return 0;
        worker->counts.identifiers[kind] += reason == ELIG_REASON_NONE;
        worker->counts.empty[kind] += reason == ELIG_REASON_EMPTY;
        empty += reason == ELIG_REASON_EMPTY;
        if (reason != ELIG_REASON_NONE && reason != ELIG_REASON_EMPTY &&
            !note_fault(worker, place, kind, reason))
            return 0;
    }
    if (empty < kinds)
        return 1;
    worker->counts.rows_without_identifier++;
    return note_fault(worker, place, REJECT_NO_KIND, FAULT_NO_IDENTIFIER);
}

static int take_block(struct worker *worker)
{
    const struct row_block *block = &worker->block;
    struct csv_reader reader = {block->bytes + block->start, block->length - block->start, block->line,
                                worker->intake->config->list.delimiter};
    enum csv_result result;
    size_t count;
    uint64_t line;
    while ((result = csv_next(&reader, worker->fields, COLUMNS_FIELDS_MAX, &count, &line)) != CSV_END) {
        uint64_t place = record_place(block->input, line);
        int good;
        if (line % worker->intake->config->parts != worker->intake->config->part)
            continue;
        worker->counts.rows++;
        if (result == CSV_BAD_QUOTE)
            good = note_fault(worker, place, REJECT_NO_KIND, FAULT_QUOTE);
        else if (result == CSV_TOO_WIDE || count != block->columns->fields)
            good = note_fault(worker, place, REJECT_NO_KIND, FAULT_FIELDS);
        else
            good = take_row(worker, block->columns, place);
        if (!good)
            return 0;
    }
    return 1;
}

/* ---- All rows ---- */

static void *work(void *argument)
{
    struct worker *worker = argument;
    int good = 1;
    while (good && row_reader_next(worker->rows, &worker->block)) {
        good = take_block(worker) && flush(worker);
        int why = errno;
        progress_add(worker->intake->progress, worker->block.read_bytes);
        sodium_memzero(worker->block.bytes, worker->block.length);
        if (!good) {
            worker->why = why;
            row_reader_stop(worker->rows);
        }
    }
    sodium_memzero(worker->pending.canonical, worker->pending.used);
    profile_clear_stack();
    return NULL;
}

/* ---- Together ---- */

static void add_counts(struct ingest_counts *sum, const struct ingest_counts *more)
{
    sum->rows += more->rows;
    sum->rows_without_identifier += more->rows_without_identifier;
    for (unsigned kind = 0; kind < ELIG_KINDS_MAX; kind++) {
        sum->identifiers[kind] += more->identifiers[kind];
        sum->empty[kind] += more->empty[kind];
    }
}

static void explain_worker(const struct worker *worker)
{
    if (worker->why == ENOMEM)
        message("read: %s", strerror(ENOMEM));
    else if (worker->why == ERANGE)
        message("read labels: more than %d different words: is --label the right column?", ELIG_LABELS_MAX);
    else
        message("write a temporary file in %s: %s", worker->intake->config->tmpdir, strerror(worker->why));
}

/* Brings together what the workers have. Returns an exit code. */
static int finish(struct worker *workers, unsigned count, int was_read, struct ingest_counts *counts,
                  struct rejects *rejects)
{
    const struct worker *stopped = NULL;
    for (unsigned i = 0; i < count; i++) {
        add_counts(counts, &workers[i].counts);
        if (workers[i].why != 0)
            stopped = &workers[i]; /* one is enough: what stops one stops the others alike */
        if (!rejects_join(rejects, &workers[i].rejects) && stopped == NULL) {
            workers[i].why = ENOMEM;
            stopped = &workers[i];
        }
    }
    if (stopped != NULL)
        explain_worker(stopped);
    rejects_sort(rejects);
    return was_read && stopped == NULL ? EXIT_DONE : EXIT_CANNOT;
}

static void free_worker(struct worker *worker)
{
    spill_writer_close(worker->writer);
    free(worker->fields);
    if (worker->block.bytes != NULL)
        sodium_memzero(worker->block.bytes, ROW_READER_BLOCK_BYTES);
    free(worker->block.bytes);
}

static int make_worker(struct worker *worker, const struct ingest *intake, struct row_reader *rows,
                       const struct digester *digester)
{
    worker->intake = intake;
    worker->rows = rows;
    worker->digester = digester;
    worker->rejects.kept_max = REJECTS_KEPT_MAX / intake->config->threads;
    worker->writer = spill_writer_new(intake->store);
    worker->fields = calloc(COLUMNS_FIELDS_MAX, sizeof *worker->fields);
    worker->block.bytes = malloc(ROW_READER_BLOCK_BYTES);
    return worker->writer != NULL && worker->fields != NULL && worker->block.bytes != NULL;
}

static int run(const struct ingest *intake, struct row_reader *rows, struct worker *workers,
               const struct digester *digester, struct ingest_counts *counts, struct rejects *rejects)
{
    unsigned threads = intake->config->threads, started = 0;
    while (started < threads && make_worker(&workers[started], intake, rows, digester) &&
           pthread_create(&workers[started].thread, NULL, work, &workers[started]) == 0)
        started++;
    int result = EXIT_CANNOT;
    for (unsigned i = 0; i < started; i++)
        pthread_join(workers[i].thread, NULL);
    if (started > 0) {
        counts->bytes += row_reader_bytes(rows);
        result = finish(workers, started, row_reader_are_complete(rows), counts, rejects);
    } else {
        message("read: %s", strerror(ENOMEM));
    }
    for (unsigned i = 0; i < threads; i++)
        free_worker(&workers[i]);
    return result;
}

int ingest_run(const struct ingest *intake, struct ingest_counts *counts, struct rejects *rejects)
{
    const struct config *config = intake->config;
    int result = EXIT_CANNOT;
    *counts = (struct ingest_counts){0};
    *rejects = (struct rejects){0};
    struct worker *workers = calloc(config->threads, sizeof *workers);
    struct digester *digester = sodium_malloc(sizeof *digester);
    struct row_reader *rows = row_reader_open(&config->list, intake->inputs, intake->input_count,
                                              intake->is_absent, config->profile.id);
    if (workers != NULL && digester != NULL && rows != NULL &&
        digester_make(digester, &config->profile, recipe_key(config)) == 0)
        result = run(intake, rows, workers, digester, counts, rejects);
    else
        message("read: %s", strerror(ENOMEM));
    row_reader_close(rows);
    sodium_free(digester);
    free(workers);
    return result;
}
