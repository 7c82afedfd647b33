/* SPDX-License-Identifier: Apache-2.0 */
/* query.c - lines of standard input, the parts of identifiers, and what is printed about them. */
#include "lookup/query.h"

#include <errno.h>
#include <poll.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "lib/elig/canon/canon.h"
#include "lib/util/json.h"
#include "lib/util/message.h"
#include "lookup/oprf_client.h"

/* Lines looked up together. */
#define BATCH_LINES ELIG_BLIND_MAX

/* Longest line: a full composite and its tabs. A longer one is an identifier that is too long. */
#define LINE_MAX_BYTES (ELIG_PARTS_MAX * (ELIG_TEXT_MAX + 1))

#define BUFFER_BYTES (256u << 10)

/* Standard input in a buffer that is locked and wiped, which that of stdio is not. */
struct input {
    char *buffer; /* BUFFER_BYTES */
    size_t at, filled;
    bool is_over;
    int error; /* errno of a failed read */
};

static int cannot_read(const struct input *input)
{
    message("read standard input: %s", strerror(input->error));
    return MESSAGE_E_PRINTED;
}

static int out_of_memory(void)
{
    message("look up: %s", strerror(ENOMEM));
    return MESSAGE_E_PRINTED;
}

/* Moves the unused bytes to the front and reads more after them; the used bytes are overwritten or wiped. */
static void input_fill(struct input *input)
{
    size_t left = input->filled - input->at;
    memmove(input->buffer, input->buffer + input->at, left);
    sodium_memzero(input->buffer + left, input->filled - left);
    input->at = 0;
    input->filled = left;
    ssize_t got;
    do {
        got = read(STDIN_FILENO, input->buffer + left, BUFFER_BYTES - left);
    } while (got < 0 && errno == EINTR);
    if (got < 0)
        input->error = errno;
    if (got <= 0)
        input->is_over = true;
    else
        input->filled += (size_t)got;
}

/* Skips the rest of a line that is longer than the buffer. */
static void skip_line(struct input *input)
{
    const char *end;
    while ((end = memchr(input->buffer + input->at, '\n', input->filled - input->at)) == NULL &&
           !input->is_over) {
        input->at = input->filled;
        input_fill(input);
    }
    input->at = end != NULL ? (size_t)(end - input->buffer) + 1 : input->filled;
}

enum line_result { LINE_READ, LINE_NONE, LINE_WAIT };

/*
 * The next line, without its line feed; canonical forms have no carriage return before it either. LINE_WAIT:
 * the buffer holds only a part of it, and may_fill is false. LINE_NONE: the input is over. A line too long for
 * any identifier gets a length that is too long, without text. The text stays in the buffer until the next call
 * with may_fill.
 */
static enum line_result next_line(struct input *input, bool may_fill, struct elig_text *line)
{
    char *end;
    while ((end = memchr(input->buffer + input->at, '\n', input->filled - input->at)) == NULL &&
           !input->is_over) {
        if (!may_fill)
            return LINE_WAIT;
        if (input->filled - input->at > LINE_MAX_BYTES + 1) {
            *line = (struct elig_text){NULL, SIZE_MAX};
            skip_line(input);
            return LINE_READ;
        }
        input_fill(input);
    }
    char *start = input->buffer + input->at;
    size_t length = end != NULL ? (size_t)(end - start) : input->filled - input->at;
    if (end == NULL && length == 0)
        return LINE_NONE;
    *line = (struct elig_text){start, length};
    input->at += end != NULL ? length + 1 : length;
    return LINE_READ;
}

/* Splits a line at its tabs. Returns ELIG_REASON_NONE, or the reason for which it cannot be an identifier of
 * this kind. */
static enum elig_reason split_line(const struct query *query, struct elig_text line, struct elig_text *parts)
{
    unsigned part_count = query->description->part_count;
    if (line.length > LINE_MAX_BYTES)
        return ELIG_REASON_TOO_LONG;
    if (part_count == 1) {
        parts[0] = line;
        return ELIG_REASON_NONE;
    }
    for (unsigned i = 0; i < part_count; i++) {
        const char *tab = line.length > 0 ? memchr(line.bytes, '\t', line.length) : NULL;
        bool is_last = i + 1 == part_count;
        if ((tab != NULL) == is_last)
            return ELIG_REASON_PARTS;
        size_t length = is_last ? line.length : (size_t)(tab - line.bytes);
        parts[i] = (struct elig_text){line.bytes, length};
        if (!is_last)
            line = (struct elig_text){tab + 1, line.length - length - 1};
    }
    return ELIG_REASON_NONE;
}

/* ---- Answers ---- */

/* Returns 0, or MESSAGE_E_PRINTED if the answer holds an error. */
static int print_answer(const struct query *query, const struct elig_answer *answer)
{
    const char *reason = answer->verdict == ELIG_INVALID ? elig_text(answer->reason) : NULL;
    if (answer->error != 0) {
        message("look up in %s: %s", query->path, elig_text(answer->error));
        return MESSAGE_E_PRINTED;
    }
    if (query->is_json) {
        struct json json = json_start(stdout, true);
        json_open(&json, NULL, '{');
        json_string(&json, "verdict", elig_text(answer->verdict));
        if (answer->label != NULL)
            json_string(&json, "label", answer->label);
        if (reason != NULL)
            json_string(&json, "reason", reason);
        if (answer->part > 0)
            json_number(&json, "part", answer->part);
        json_close(&json, '}');
        return 0;
    }
    fputs(elig_text(answer->verdict), stdout);
    if (answer->label != NULL)
        printf("\t%s", answer->label);
    if (answer->part > 0)
        printf("\tpart %u: %s", answer->part, reason);
    else if (reason != NULL)
        printf("\t%s", reason);
    putchar('\n');
    return 0;
}

static struct elig_answer invalid(enum elig_reason reason)
{
    return (struct elig_answer){.verdict = ELIG_INVALID, .reason = (uint8_t)reason};
}

/* Answers all. Returns 0 or MESSAGE_E_PRINTED. */
static int look_up(const struct query *query, const struct elig_text *parts, size_t count, int64_t now,
                   struct elig_answer *answers)
{
    if (query->client != NULL && elig_window(query->index, now) == ELIG_ELIGIBLE)
        return oprf_client_look_up(query->client, query->index, query->kind, query->description, parts, count,
                                   answers);
    elig_lookup_batch(query->index, query->kind, parts, query->description->part_count, count, now, answers);
    return 0;
}

/* ---- One identifier ---- */

/* The identifier's parts from a terminal, one line each, kept in typed. */
static enum elig_reason prompt_for_parts(const struct query *query, struct input *input, char *typed,
                                         struct elig_text *parts)
{
    for (unsigned i = 0; i < query->description->part_count; i++) {
        char type[CANON_TYPE_TEXT_MAX];
        struct elig_text line = {NULL, 0};
        canon_part_print(&query->description->parts[i], type);
        fputs(query->description->name, stderr);
        if (query->description->part_count > 1)
            fprintf(stderr, ", part %u of %u", i + 1, query->description->part_count);
        fprintf(stderr, " (%s): ", type);
        if (next_line(input, true, &line) != LINE_READ)
            return ELIG_REASON_EMPTY;
        if (line.length > ELIG_TEXT_MAX)
            return ELIG_REASON_TOO_LONG;
        memcpy(typed, line.bytes, line.length);
        parts[i] = (struct elig_text){typed, line.length};
        typed += line.length;
    }
    return ELIG_REASON_NONE;
}

/* Reads and looks up one identifier. Returns 0 or MESSAGE_E_PRINTED. */
static int answer_one(const struct query *query, struct input *input, char *typed, struct elig_answer *answer)
{
    struct elig_text parts[ELIG_PARTS_MAX];
    struct elig_text line;
    enum elig_reason reason = ELIG_REASON_EMPTY;
    if (isatty(STDIN_FILENO))
        reason = prompt_for_parts(query, input, typed, parts);
    else if (next_line(input, true, &line) == LINE_READ)
        reason = split_line(query, line, parts);
    *answer = invalid(reason);
    if (input->error != 0)
        return cannot_read(input);
    return reason != ELIG_REASON_NONE ? 0 : look_up(query, parts, 1, time(NULL), answer);
}

int query_one(const struct query *query, enum elig_verdict *verdict)
{
    struct elig_answer answer = {.verdict = (uint16_t)elig_window(query->index, time(NULL))};
    int error = 0;
    if (answer.verdict == ELIG_ELIGIBLE) { /* else the identifier is not asked for */
        struct input input = {.buffer = sodium_malloc(BUFFER_BYTES)};
        char *typed = sodium_malloc(ELIG_PARTS_MAX * ELIG_TEXT_MAX);
        if (typed != NULL && input.buffer != NULL)
            error = answer_one(query, &input, typed, &answer);
        else
            error = out_of_memory();
        sodium_free(input.buffer);
        sodium_free(typed);
    }
    *verdict = (enum elig_verdict)answer.verdict;
    return error != 0 ? error : print_answer(query, &answer);
}

/* ---- Many ---- */

struct line_batch {
    struct elig_text parts[BATCH_LINES * ELIG_PARTS_MAX]; /* of the valid lines: those that could be split */
    enum elig_reason reasons[BATCH_LINES];                /* of all lines */
    struct elig_answer answers[BATCH_LINES];
    size_t lines, valid;
};

/* Collects lines: waits for the first one only, so that a program that writes one line gets its answer at once.
 */
static void collect(const struct query *query, struct input *input, struct line_batch *batch)
{
    struct elig_text line;
    batch->lines = batch->valid = 0;
    while (batch->lines < BATCH_LINES && next_line(input, batch->lines == 0, &line) == LINE_READ) {
        struct elig_text *parts = batch->parts + batch->valid * query->description->part_count;
        enum elig_reason reason = split_line(query, line, parts);
        batch->reasons[batch->lines++] = reason;
        batch->valid += reason == ELIG_REASON_NONE;
    }
}

/* Prints the answers in the order of the lines. Returns 0 or MESSAGE_E_PRINTED. */
static int print_batch(const struct query *query, const struct line_batch *batch, enum elig_verdict window,
                       enum elig_verdict *verdict)
{
    size_t valid = 0;
    int error = 0;
    for (size_t i = 0; error == 0 && i < batch->lines; i++) {
        bool is_valid = batch->reasons[i] == ELIG_REASON_NONE;
        struct elig_answer answer = window != ELIG_ELIGIBLE ? (struct elig_answer){.verdict = (uint16_t)window}
                                    : is_valid              ? batch->answers[valid]
                                                            : invalid(batch->reasons[i]);
        valid += is_valid;
        if (answer.verdict == ELIG_INVALID)
            *verdict = ELIG_INVALID;
        error = print_answer(query, &answer);
    }
    return error;
}

static int run_batch(const struct query *query, struct input *input, struct line_batch *batch,
                     enum elig_verdict *verdict)
{
    for (;;) {
        collect(query, input, batch);
        if (batch->lines == 0)
            return input->error != 0 ? cannot_read(input) : 0;
        int64_t now = time(NULL);
        int error = look_up(query, batch->parts, batch->valid, now, batch->answers);
        if (error == 0)
            error = print_batch(query, batch, elig_window(query->index, now), verdict);
        if (error == 0 && fflush(stdout) != 0)
            error = ELIG_E_WRITE;
        if (error != 0)
            return error;
    }
}

int query_batch(const struct query *query, enum elig_verdict *verdict)
{
    struct input input = {.buffer = sodium_malloc(BUFFER_BYTES)};
    struct line_batch *batch = calloc(1, sizeof *batch);
    *verdict = ELIG_ELIGIBLE;
    int error =
        batch != NULL && input.buffer != NULL ? run_batch(query, &input, batch, verdict) : out_of_memory();
    sodium_free(input.buffer);
    free(batch);
    return error;
}
