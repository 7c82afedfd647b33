/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json.h - JSON written straight to a stream: commas, indentation and escapes, nothing else.
 *
 * Errors of the stream stay in the stream: check ferror() or fclose() at the end. One thread at a time.
 */
#ifndef ELIG_JSON_H
#define ELIG_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json {
    FILE *stream;
    unsigned depth;
    bool is_first; /* the next value is the first of its object or array */
    bool is_flat;  /* all on one line */
};

/* Begins a document on stream. is_flat: all on one line. */
struct json json_start(FILE *stream, bool is_flat);

/* name: of the value within its object; NULL in an array and at the top. The last json_close() ends the
 * document with a line end. */
void json_open(struct json *json, const char *name, char bracket);        /* '{' or '[' */
void json_close(struct json *json, char bracket);                         /* '}' or ']' */
void json_string(struct json *json, const char *name, const char *value); /* NULL: null */
void json_number(struct json *json, const char *name, uint64_t value);
void json_double(struct json *json, const char *name, double value);
void json_bool(struct json *json, const char *name, bool value);

#endif
