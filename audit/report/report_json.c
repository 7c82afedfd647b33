/* SPDX-License-Identifier: Apache-2.0 */
/* report_json.c - writes the report for programs, as docs/elig-audit.schema.json describes it. */
#include <math.h>

#include "audit/report/report_model.h"
#include "lib/util/json.h"

#define EXACT_MAX 9007199254740992.0 /* 2^53: whole numbers up to here are exact */
#define CELL_KEY 128

/* Whole numbers are written exactly, since they are counts; values that JSON has no number for are null. */
static void put_value(struct json *json, const char *name, double value)
{
    if (!isfinite(value))
        json_string(json, name, NULL);
    else if (value >= 0 && value <= EXACT_MAX && floor(value) == value)
        json_number(json, name, (uint64_t)value);
    else
        json_double(json, name, value);
}

/* ---- Checks ---- */

static void put_finding(struct json *json, enum check check, const struct finding *finding)
{
    const struct report_check *asked = &report_checks[check];
    json_open(json, NULL, '{');
    json_string(json, "id", asked->id);
    json_string(json, "chapter", report_chapters[asked->chapter].key);
    json_string(json, "question", asked->question);
    json_string(json, "outcome", report_outcomes[finding->outcome].key);
    json_string(json, "figure", finding->figure);
    json_open(json, "numbers", '{');
    for (const struct number *number = finding->numbers; number != NULL; number = number->next)
        put_value(json, number->key, number->value);
    json_close(json, '}');
    json_string(json, "method", finding->method);
    json_open(json, "rules", '[');
    for (unsigned rule = 0; rule < RULE_COUNT; rule++)
        if ((asked->rules & 1U << rule) != 0)
            json_string(json, NULL, report_rules[rule].key);
    json_close(json, ']');
    json_open(json, "details", '[');
    for (const struct detail *detail = finding->details; detail != NULL; detail = detail->next)
        json_string(json, NULL, detail->text);
    json_close(json, ']');
    json_number(json, "details_left_out", finding->details_left_out);
    json_close(json, '}');
}

/* ---- Tables ---- */

static void put_rows(struct json *json, const struct table *table)
{
    unsigned number = 0;
    char key[CELL_KEY];
    json_open(json, "rows", '[');
    for (const struct cell *cell = table->cells; cell != NULL; cell = cell->next) {
        const struct column *column = &table->columns[number];
        if (number == 0)
            json_open(json, NULL, '{');
        snprintf(key, sizeof key, column->is_number ? "%s_text" : "%s", column->key);
        if (column->is_number)
            put_value(json, column->key, cell->value);
        json_string(json, key, cell->text);
        number = (number + 1) % table->column_count;
        if (number == 0 || cell->next == NULL)
            json_close(json, '}');
    }
    json_close(json, ']');
}

static void put_tables(struct json *json, const struct report *report)
{
    json_open(json, "tables", '{');
    for (const struct table *table = report->tables; table != NULL; table = table->next) {
        json_open(json, table->key, '{');
        json_string(json, "chapter", report_chapters[table->chapter].key);
        json_string(json, "title", table->title);
        json_string(json, "note", table->note);
        json_open(json, "columns", '[');
        for (unsigned i = 0; i < table->column_count; i++) {
            json_open(json, NULL, '{');
            json_string(json, "key", table->columns[i].key);
            json_string(json, "title", table->columns[i].title);
            json_bool(json, "number", table->columns[i].is_number);
            json_close(json, '}');
        }
        json_close(json, ']');
        put_rows(json, table);
        json_close(json, '}');
    }
    json_close(json, '}');
}

/* ---- The report ---- */

/* The rules that the checks which were carried out refer to. */
static void put_rules(struct json *json, const struct report *report)
{
    unsigned used = report_rules_used(report);
    json_open(json, "rules", '[');
    for (unsigned rule = 0; rule < RULE_COUNT; rule++)
        if ((used & 1U << rule) != 0) {
            json_open(json, NULL, '{');
            json_string(json, "name", report_rules[rule].key);
            json_string(json, "title", report_rules[rule].title);
            json_close(json, '}');
        }
    json_close(json, ']');
}

void report_write_json(const struct report *report, FILE *stream, bool is_strict)
{
    struct json json = json_start(stream, false);
    json_open(&json, NULL, '{');
    json_string(&json, "program", REPORT_PROGRAM);
    json_string(&json, "schema", REPORT_SCHEMA);
    json_string(&json, "outcome", report_outcomes[report_outcome(report, is_strict)].key);
    json_bool(&json, "strict", is_strict);
    if (report->headline != NULL) {
        json_open(&json, "headline", '{');
        json_string(&json, "text", report->headline);
        json_bool(&json, "alarm", report->is_alarm);
        json_close(&json, '}');
    } else {
        json_string(&json, "headline", NULL);
    }
    json_string(&json, "note", REPORT_NOTE);
    json_open(&json, "facts", '{');
    for (const struct fact *fact = report->facts; fact != NULL; fact = fact->next)
        json_string(&json, fact->key, fact->text);
    json_close(&json, '}');
    json_open(&json, "counts", '{');
    for (unsigned outcome = 0; outcome < OUTCOME_COUNT; outcome++)
        json_number(&json, report_outcomes[outcome].key, report_count(report, (enum outcome)outcome));
    json_close(&json, '}');
    json_open(&json, "checks", '[');
    for (unsigned check = 0; check < CHECK_COUNT; check++)
        if (report->findings[check].is_present)
            put_finding(&json, (enum check)check, &report->findings[check]);
    json_close(&json, ']');
    put_tables(&json, report);
    put_rules(&json, report);
    json_close(&json, '}');
}
