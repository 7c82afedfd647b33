/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/checks/list_reader.h"

#include <inttypes.h>
#include <libgen.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "audit/checks/public_text.h"
#include "lib/csv/csv.h"
#include "lib/csv/row_reader.h"
#include "lib/elig/canon/canon.h"

#define WHERE_LINE_BITS 44

struct worker {
    struct audit_context *run;
    struct row_reader *rows;
    unsigned number;
    list_reader_take *take;
    list_reader_pause *pause;
    void *context;
    pthread_t thread;
    struct elig_text *fields; /* COLUMNS_FIELDS_MAX */
    struct row_block block;
    struct list_reader_counts counts;
    int error;
    uint8_t canonical[CANON_MAX];
};

/* ---- Rows ---- */

/* One identifier of a row: 0, or an error. */
static int take_identifier(struct worker *worker, unsigned kind, uint64_t where)
{
    const struct elig_kind *description = &worker->run->config->schema.kinds[kind];
    struct elig_text typed[ELIG_PARTS_MAX];
    struct list_reader_identifier identifier = {.kind = kind, .typed = typed, .where = where};
    size_t length = 0, all = 0;
    for (unsigned i = 0; i < description->part_count; i++) {
        typed[i] = columns_trim(worker->fields[worker->block.columns->part[kind][i]]);
        all += typed[i].length;
    }
    if (all == 0)
        return 0;
    enum elig_reason reason = canon_identifier(description, typed, worker->canonical, &length);
    if (reason == ELIG_REASON_MEMORY)
        return ELIG_E_MEMORY;
    if (reason == ELIG_REASON_NONE) {
        identifier.canonical = worker->canonical;
        identifier.length = length;
        worker->counts.identifiers[kind]++;
    } else {
        worker->counts.malformed[kind] += reason != ELIG_REASON_EMPTY;
    }
    int error = worker->take(worker->context, worker->number, &identifier);
    sodium_memzero(worker->canonical, length);
    return error;
}

static int take_block(struct worker *worker)
{
    const struct row_block *block = &worker->block;
    struct csv_reader reader = {block->bytes + block->start, block->length - block->start, block->line,
                                worker->run->config->schema.delimiter};
    enum csv_result result;
    size_t count;
    uint64_t line;
    int error = 0;
    while (error == 0 &&
           (result = csv_next(&reader, worker->fields, COLUMNS_FIELDS_MAX, &count, &line)) != CSV_END) {
        worker->counts.rows++;
        if (result != CSV_ROW || count != block->columns->fields) {
            worker->counts.bad_rows++;
            continue;
        }
        for (unsigned kind = 0; error == 0 && kind < worker->run->config->schema.kind_count; kind++)
            if (block->columns->has_kind[kind])
                error = take_identifier(worker, kind, (uint64_t)block->input << WHERE_LINE_BITS | line);
    }
    if (error == 0 && worker->pause != NULL)
        error = worker->pause(worker->context, worker->number);
    return error;
}

static void *work(void *argument)
{
    struct worker *worker = argument;
    while (worker->error == 0 && row_reader_next(worker->rows, &worker->block)) {
        for (unsigned kind = 0; kind < ELIG_KINDS_MAX; kind++)
            worker->counts.has_kind[kind] &= worker->block.columns->has_kind[kind];
        worker->error = take_block(worker);
        progress_add(worker->run->progress, worker->block.read_bytes);
        sodium_memzero(worker->block.bytes, worker->block.length);
    }
    if (worker->error != 0)
        row_reader_stop(worker->rows);
    return NULL;
}

/* ---- Together ---- */

static int make_worker(struct worker *worker, const struct worker *like, unsigned number)
{
    *worker = *like;
    worker->number = number;
    worker->fields = calloc(COLUMNS_FIELDS_MAX, sizeof *worker->fields);
    worker->block.bytes = malloc(ROW_READER_BLOCK_BYTES);
    for (unsigned kind = 0; kind < ELIG_KINDS_MAX; kind++)
        worker->counts.has_kind[kind] = 1;
    return worker->fields != NULL && worker->block.bytes != NULL;
}

static void add_counts(struct list_reader_counts *sum, const struct list_reader_counts *more)
{
    sum->rows += more->rows;
    sum->bad_rows += more->bad_rows;
    for (unsigned kind = 0; kind < ELIG_KINDS_MAX; kind++) {
        sum->identifiers[kind] += more->identifiers[kind];
        sum->malformed[kind] += more->malformed[kind];
        sum->has_kind[kind] &= more->has_kind[kind];
    }
}

static int run_workers(struct audit_context *run, struct worker *workers, const struct worker *like,
                       struct list_reader_counts *counts)
{
    unsigned threads = run->config->threads, started = 0;
    int error = 0;
    while (started < threads && make_worker(&workers[started], like, started) &&
           pthread_create(&workers[started].thread, NULL, work, &workers[started]) == 0)
        started++;
    for (unsigned i = 0; i < started; i++) {
        pthread_join(workers[i].thread, NULL);
        add_counts(counts, &workers[i].counts);
        error = error == 0 ? workers[i].error : error;
    }
    for (unsigned i = 0; i < threads; i++) {
        free(workers[i].fields);
        free(workers[i].block.bytes);
    }
    if (started == 0)
        error = ELIG_E_MEMORY;
    if (error != 0)
        message("read the list: %s", elig_error_text(error));
    return error == 0 && row_reader_are_complete(like->rows) ? EXIT_DONE : EXIT_CANNOT;
}

/* A column that was asked for by name is no matter of chance. */
static int check_columns(const struct audit_context *run, const struct list_reader_counts *counts)
{
    const struct schema *schema = &run->config->schema;
    int result = EXIT_DONE;
    for (unsigned kind = 0; kind < schema->kind_count; kind++)
        if (run->config->is_named[kind] && !counts->has_kind[kind]) {
            message("read the list: it has not all columns of --kind %s (is the delimiter or the encoding "
                    "another one?)",
                    public_text_kind(&schema->kinds[kind]));
            result = EXIT_CANNOT;
        }
    return result;
}

int list_reader_read(struct audit_context *run, struct list_reader_counts *counts, list_reader_take *take,
                     list_reader_pause *pause, void *context)
{
    const struct audit_config *config = run->config;
    struct row_reader *rows =
        row_reader_open(&config->schema, config->lists, config->list_count, 1, ELIG_PROFILE_KEYED);
    struct worker *workers = calloc(config->threads, sizeof *workers), *like = calloc(1, sizeof *like);
    int result = EXIT_CANNOT;
    *counts = (struct list_reader_counts){0};
    for (unsigned kind = 0; kind < ELIG_KINDS_MAX; kind++)
        counts->has_kind[kind] = 1;
    if (rows != NULL && workers != NULL && like != NULL) {
        *like = (struct worker){.run = run, .rows = rows, .take = take, .pause = pause, .context = context};
        result = run_workers(run, workers, like, counts);
        result = result == EXIT_DONE ? check_columns(run, counts) : result;
    } else {
        message("read the list: %s", elig_error_text(ELIG_E_MEMORY));
    }
    free(like);
    free(workers);
    row_reader_close(rows);
    return result;
}

const char *list_reader_where(const struct audit_config *config, uint64_t where, char text[LIST_READER_WHERE])
{
    uint64_t input = where >> WHERE_LINE_BITS, line = where & ((UINT64_C(1) << WHERE_LINE_BITS) - 1);
    const char *path = input < config->list_count ? config->lists[input] : NULL;
    const char *name = path == NULL                 ? "standard input"
                       : strrchr(path, '/') != NULL ? strrchr(path, '/') + 1
                                                    : path;
    snprintf(text, LIST_READER_WHERE, "line %" PRIu64 " of %.120s", line, name);
    return text;
}

uint64_t list_reader_bytes(const struct audit_config *config)
{
    uint64_t bytes = 0;
    struct stat status;
    for (unsigned i = 0; i < config->list_count; i++) {
        if (config->lists[i] == NULL || stat(config->lists[i], &status) != 0 || !S_ISREG(status.st_mode))
            return 0;
        bytes += (uint64_t)status.st_size;
    }
    return bytes;
}
