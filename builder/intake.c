#include "intake.h"

#include "blocks.h"
#include "canon.h"
#include "columns.h"
#include "csv.h"
#include "decode.h"
#include "digest.h"
#include "message.h"
#include "parallel.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RAW_BYTES (256u << 10)

/* One thread that turns rows into records. */
struct worker {
    const struct intake *intake;
    struct blocks *blocks;
    pthread_t thread;
    struct collector *collector;
    struct intake_counts counts;
    struct faults faults;
    struct elig_text *fields; /* COLUMNS_FIELDS_MAX */
    uint8_t canonical[CANON_MAX];
    int why; /* errno, when it had to stop */
};

/* The thread that reads. */
struct reader {
    const struct intake *intake;
    struct blocks *blocks;
    char *raw; /* RAW_BYTES as they were read */
    uint64_t bytes;
    struct columns *columns; /* of each input */
    /* the present input */
    unsigned input;
    const char *name; /* for messages */
    struct csv_scan scan;
    uint64_t line;       /* of the next row that is not yet on its way */
    struct block *block; /* being filled; NULL after a failure */
    size_t whole;        /* bytes of it that are whole rows */
    uint64_t whole_newlines;
    int is_first; /* no row was found yet */
};

/* ---- Workers ---- */

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
    int number = labels_number(worker->intake->labels, text.bytes, text.length);
    if (number < 0)
        errno = number == LABELS_FULL ? ERANGE : ENOMEM;
    return number < 0 ? -1 : number;
}

/* Turns one identifier of a row into a record. Returns its reason, or -1 with errno. */
static int take_identifier(struct worker *worker, const struct columns *columns, unsigned kind, int label,
                           uint64_t place)
{
    const struct recipe *recipe = worker->intake->recipe;
    const struct elig_kind *description = &recipe->kinds[kind];
    struct elig_text parts[ELIG_PARTS_MAX];
    struct record record;
    size_t length = 0;
    for (unsigned i = 0; i < description->part_count; i++)
        parts[i] = worker->fields[columns->part[kind][i]];
    int reason = (int)canon_identifier(description, parts, worker->canonical, &length);
    if (reason == ELIG_REASON_MEMORY) {
        errno = ENOMEM;
        return -1;
    }
    if (reason != ELIG_REASON_NONE)
        return reason;
    digest_keyed(recipe->secret, recipe->salt, description->name, worker->canonical, length, record.digest);
    sodium_memzero(worker->canonical, length);
    record_set_note(&record, (uint16_t)label, kind, place);
    return collector_add(worker->collector, &record) ? ELIG_REASON_NONE : -1;
}

/* Notes what was wrong with a row or an identifier: 1, or 0 with errno set. */
static int note_fault(struct worker *worker, uint64_t place, unsigned kind, int reason)
{
    if (faults_add(&worker->faults, place, kind, reason))
        return 1;
    errno = ENOMEM;
    return 0;
}

/* Takes all identifiers of a row: 1, or 0 with errno set. */
static int take_row(struct worker *worker, const struct columns *columns, uint64_t place)
{
    unsigned empty = 0, kinds = worker->intake->recipe->kind_count;
    int label = row_label(worker, columns);
    if (label == -1)
        return 0;
    if (label < 0)
        return note_fault(worker, place, FAULT_NO_KIND, -label);
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
    return note_fault(worker, place, FAULT_NO_KIND, FAULT_NO_IDENTIFIER);
}

static int take_block(struct worker *worker, const struct block *block)
{
    struct csv_reader reader = {block->bytes + block->start, block->length - block->start, block->line,
                                worker->intake->recipe->delimiter};
    enum csv_result result;
    size_t count;
    uint64_t line;
    while ((result = csv_next(&reader, worker->fields, COLUMNS_FIELDS_MAX, &count, &line)) != CSV_END) {
        uint64_t place = record_place(block->input, line);
        int good;
        worker->counts.rows++;
        if (result == CSV_BAD_QUOTE)
            good = note_fault(worker, place, FAULT_NO_KIND, FAULT_QUOTE);
        else if (result == CSV_TOO_WIDE || count != block->columns->fields)
            good = note_fault(worker, place, FAULT_NO_KIND, FAULT_FIELDS);
        else
            good = take_row(worker, block->columns, place);
        if (!good)
            return 0;
    }
    return 1;
}

static void *work(void *argument)
{
    struct worker *worker = argument;
    struct block *block;
    while ((block = blocks_take(worker->blocks)) != NULL) {
        int good = take_block(worker, block);
        int why = errno;
        blocks_give_back(worker->blocks, block);
        if (!good) {
            worker->why = why;
            blocks_stop(worker->blocks);
        }
    }
    digest_clear_stack();
    collector_sort(worker->collector);
    return NULL;
}

/* ---- The reader ---- */

/* Finds the columns in the first row; passes over it if it is a header. */
static int find_columns(struct reader *reader)
{
    const struct recipe *recipe = reader->intake->recipe;
    struct block *block = reader->block;
    struct elig_text *row = calloc(COLUMNS_FIELDS_MAX, sizeof *row);
    char *copy = malloc(reader->whole + 1); /* csv_next() changes what it reads */
    size_t fields = 0;
    uint64_t line;
    int good = row != NULL && copy != NULL;
    if (!good) {
        message("read %s: %s", reader->name, strerror(ENOMEM));
    } else {
        memcpy(copy, block->bytes, reader->whole);
        struct csv_reader csv = {copy, reader->whole, reader->line, recipe->delimiter};
        enum csv_result result = csv_next(&csv, row, COLUMNS_FIELDS_MAX, &fields, &line);
        if (result == CSV_END) {
            message("read %s: empty, without even a header row", reader->name);
            good = 0;
        } else if (result != CSV_ROW) {
            message("read %s: the first row is no CSV of at most %d fields", reader->name, COLUMNS_FIELDS_MAX);
            good = 0;
        } else {
            good = columns_find(&reader->columns[reader->input], recipe, reader->name, row, (unsigned)fields,
                                reader->intake->is_absent);
        }
        if (recipe->has_header) {
            block->start = reader->whole - csv.left;
            block->line = csv.line;
        }
        sodium_memzero(copy, reader->whole);
    }
    free(copy);
    free(row);
    reader->is_first = 0;
    return good;
}

/* Sends the whole rows of the present block on their way, and begins a new one with what is left. */
static int send_rows(struct reader *reader)
{
    struct block *block = reader->block;
    block->start = 0;
    block->line = reader->line;
    block->input = reader->input;
    block->columns = &reader->columns[reader->input];
    if (reader->is_first && !find_columns(reader))
        return 0;
    struct block *next = blocks_empty(reader->blocks);
    if (next == NULL)
        return 0; /* a worker stopped, and will say why */
    next->length = block->length - reader->whole;
    memcpy(next->bytes, block->bytes + reader->whole, next->length);
    sodium_memzero(block->bytes + reader->whole, next->length);
    block->length = reader->whole;
    blocks_fill(reader->blocks, block);
    reader->block = next;
    reader->line = 1 + reader->whole_newlines;
    reader->whole = 0;
    return 1;
}

/* Takes note of bytes that were added to the block. */
static void scan_added(struct reader *reader, size_t added)
{
    struct block *block = reader->block;
    uint64_t newlines = 0;
    size_t whole = csv_split(&reader->scan, block->bytes + block->length, added, &newlines);
    if (whole > 0) {
        reader->whole = block->length + whole;
        reader->whole_newlines = newlines;
    }
    block->length += added;
}

static int make_room(struct reader *reader)
{
    if (BLOCKS_BYTES - reader->block->length >= DECODER_ROOM_MIN)
        return 1;
    if (reader->whole == 0) {
        message("read %s: the row that starts at line %llu is longer than %u bytes: is a quote not closed?",
                reader->name, (unsigned long long)reader->line, BLOCKS_BYTES);
        return 0;
    }
    return send_rows(reader);
}

static int take_raw(struct reader *reader, struct decoder *decoder, const char *raw, size_t length)
{
    while (length > 0) {
        if (!make_room(reader))
            return 0;
        struct block *block = reader->block;
        scan_added(reader, decoder_feed(decoder, &raw, &length, block->bytes + block->length,
                                        BLOCKS_BYTES - block->length));
    }
    return 1;
}

/* The end of an input: what is left is a last row without a line end, unless a quote is still open. */
static int take_end(struct reader *reader, struct decoder *decoder)
{
    if (!make_room(reader))
        return 0;
    struct block *block = reader->block;
    scan_added(reader, decoder_finish(decoder, block->bytes + block->length, BLOCKS_BYTES - block->length));
    if (csv_scan_in_quotes(&reader->scan)) {
        message("read %s: a quote is never closed, in the row that starts at line %llu or a later one",
                reader->name, (unsigned long long)(1 + reader->whole_newlines));
        return 0;
    }
    reader->whole = reader->block->length;
    reader->whole_newlines = reader->scan.newlines;
    if (reader->whole > 0)
        return send_rows(reader);
    if (reader->is_first && reader->intake->recipe->has_header) {
        message("read %s: empty, without even a header row", reader->name);
        return 0;
    }
    return 1;
}

/* Reads an open input to its end. Returns 1, or 0 with the failure explained (or a worker's to explain). */
static int read_open_input(struct reader *reader, int file, struct decoder *decoder)
{
    for (;;) {
        ssize_t got = read(file, reader->raw, RAW_BYTES);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            message("read %s: %s", reader->name, strerror(errno));
            return 0;
        }
        if (got == 0)
            return take_end(reader, decoder);
        int good = take_raw(reader, decoder, reader->raw, (size_t)got);
        sodium_memzero(reader->raw, (size_t)got);
        if (!good)
            return 0;
        reader->bytes += (uint64_t)got;
        progress_add(reader->intake->progress, (uint64_t)got);
    }
}

static int read_input(struct reader *reader, unsigned input)
{
    const struct recipe *recipe = reader->intake->recipe;
    const char *path = reader->intake->inputs[input];
    struct decoder *decoder = NULL;
    reader->input = input;
    reader->name = path != NULL ? path : "standard input";
    reader->scan = csv_scan_start(recipe->delimiter);
    reader->line = 1;
    reader->whole = 0;
    reader->whole_newlines = 0;
    reader->is_first = 1;
    reader->block->length = 0;
    int file = path != NULL ? open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY) : STDIN_FILENO;
    if (file < 0) {
        message("read %s: %s", reader->name, strerror(errno));
        return 0;
    }
    posix_fadvise(file, 0, 0, POSIX_FADV_SEQUENTIAL);
    int good = decoder_open(&decoder, recipe->encoding) == 0;
    if (!good) /* the encoding itself was tried when the command line was read */
        message("read %s: %s", reader->name, strerror(ENOMEM));
    else
        good = read_open_input(reader, file, decoder);
    decoder_close(decoder);
    if (path != NULL)
        close(file);
    return good;
}

static int read_inputs(struct reader *reader)
{
    int good = 1;
    reader->block = blocks_empty(reader->blocks);
    for (unsigned i = 0; i < reader->intake->input_count && good; i++)
        good = read_input(reader, i);
    if (good)
        blocks_end(reader->blocks);
    else
        blocks_stop(reader->blocks);
    return good;
}

/* ---- Both together ---- */

static void add_counts(struct intake_counts *sum, const struct intake_counts *more)
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
        message("write a temporary file in %s: %s", worker->intake->recipe->tmpdir, strerror(worker->why));
}

/* Brings together what the workers have. Returns an exit code. */
static int finish(struct worker *workers, unsigned count, int was_read, struct intake_counts *counts,
                  struct faults *faults)
{
    struct collector *collectors[PARALLEL_THREADS_MAX];
    const struct worker *stopped = NULL;
    int good = was_read;
    for (unsigned i = 0; i < count; i++) {
        collectors[i] = workers[i].collector;
        add_counts(counts, &workers[i].counts);
        if (workers[i].why != 0)
            stopped = &workers[i]; /* one is enough: what stops one stops the others alike */
        if (!faults_join(faults, &workers[i].faults) && stopped == NULL) {
            workers[i].why = ENOMEM;
            stopped = &workers[i];
        }
        free(workers[i].fields);
    }
    if (stopped != NULL)
        explain_worker(stopped);
    good = good && stopped == NULL;
    if (!collector_finish(collectors, count) && good) {
        message("write a temporary file in %s: %s", workers[0].intake->recipe->tmpdir, strerror(errno));
        good = 0;
    }
    faults_sort(faults);
    return good ? EXIT_DONE : EXIT_CANNOT;
}

/* Starts workers; returns how many run. */
static unsigned start_workers(const struct intake *intake, struct blocks *blocks, struct worker *workers)
{
    unsigned threads = intake->recipe->threads;
    unsigned started = 0;
    for (; started < threads; started++) {
        struct worker *worker = &workers[started];
        *worker = (struct worker){.intake = intake, .blocks = blocks};
        worker->collector = collector_new(intake->runs, intake->record_bytes / threads);
        worker->fields = calloc(COLUMNS_FIELDS_MAX, sizeof *worker->fields);
        if (worker->collector == NULL || worker->fields == NULL ||
            pthread_create(&worker->thread, NULL, work, worker) != 0) {
            struct collector *unused[] = {worker->collector};
            (void)!collector_finish(unused, 1); /* it holds nothing that could fail to be written */
            free(worker->fields);
            break;
        }
    }
    return started;
}

static int run(const struct intake *intake, struct reader *reader, struct worker *workers,
               struct intake_counts *counts, struct faults *faults)
{
    unsigned started = start_workers(intake, reader->blocks, workers);
    if (started == 0) {
        message("read: %s", strerror(ENOMEM));
        return EXIT_CANNOT;
    }
    int was_read = read_inputs(reader);
    for (unsigned i = 0; i < started; i++)
        pthread_join(workers[i].thread, NULL);
    counts->bytes += reader->bytes;
    return finish(workers, started, was_read, counts, faults);
}

int intake_run(const struct intake *intake, struct intake_counts *counts, struct faults *faults)
{
    struct reader reader = {.intake = intake};
    int result = EXIT_CANNOT;
    *counts = (struct intake_counts){0};
    *faults = (struct faults){0};
    struct worker *workers = calloc(intake->recipe->threads, sizeof *workers);
    reader.blocks = blocks_new(2 * intake->recipe->threads + 2);
    reader.raw = malloc(RAW_BYTES);
    reader.columns = calloc(intake->input_count, sizeof *reader.columns);
    if (workers != NULL && reader.blocks != NULL && reader.raw != NULL && reader.columns != NULL)
        result = run(intake, &reader, workers, counts, faults);
    else
        message("read: %s", strerror(ENOMEM));
    blocks_free(reader.blocks);
    free(reader.raw);
    free(reader.columns);
    free(workers);
    return result;
}
