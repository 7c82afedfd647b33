/* SPDX-License-Identifier: Apache-2.0 */
/* json.c - values, and the punctuation between them. */
#include "lib/util/json.h"

struct json json_start(FILE *stream, bool is_flat)
{
    return (struct json){.stream = stream, .is_first = true, .is_flat = is_flat};
}

static void new_line(struct json *json)
{
    if (json->is_flat)
        return;
    fputc('\n', json->stream);
    for (unsigned i = 0; i < json->depth; i++)
        fputs("  ", json->stream);
}

static void put_quoted(struct json *json, const char *text)
{
    fputc('"', json->stream);
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            fprintf(json->stream, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            fprintf(json->stream, "\\u%04x", c);
        else
            fputc(c, json->stream);
    }
    fputc('"', json->stream);
}

/* Writes what precedes a value: a comma, a line end with indentation, its name. */
static void begin_value(struct json *json, const char *name)
{
    if (!json->is_first)
        fputs(json->is_flat ? ", " : ",", json->stream);
    if (json->depth > 0)
        new_line(json);
    json->is_first = false;
    if (name != NULL) {
        put_quoted(json, name);
        fputs(": ", json->stream);
    }
}

void json_open(struct json *json, const char *name, char bracket)
{
    begin_value(json, name);
    fputc(bracket, json->stream);
    json->depth++;
    json->is_first = true;
}

void json_close(struct json *json, char bracket)
{
    json->depth--;
    if (!json->is_first)
        new_line(json);
    json->is_first = false;
    fputc(bracket, json->stream);
    if (json->depth == 0)
        fputc('\n', json->stream);
}

void json_string(struct json *json, const char *name, const char *value)
{
    begin_value(json, name);
    if (value != NULL)
        put_quoted(json, value);
    else
        fputs("null", json->stream);
}

void json_number(struct json *json, const char *name, uint64_t value)
{
    begin_value(json, name);
    fprintf(json->stream, "%llu", (unsigned long long)value);
}

void json_double(struct json *json, const char *name, double value)
{
    begin_value(json, name);
    fprintf(json->stream, "%.6g", value);
}

void json_bool(struct json *json, const char *name, bool value)
{
    begin_value(json, name);
    fputs(value ? "true" : "false", json->stream);
}
