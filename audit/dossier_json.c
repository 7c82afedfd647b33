/*
 * The report for programs, as docs/elig-audit.schema.json describes it.
 */
#include "dossier_content.h"
#include "json.h"

#include <math.h>

#define EXACT_MAX 9007199254740992.0 /* 2^53: whole numbers up to here are exact */
#define CELL_KEY 128

/* Whole numbers to the last digit, for they are counts; what JSON has no number for is null. */
static void put_value(struct json *json, const char *name, double value)
{
    if (!isfinite(value))
        json_null(json, name);
    else if (value >= 0 && value <= EXACT_MAX && floor(value) == value)
        json_number(json, name, (uint64_t)value);
    else
        json_real(json, name, value);
}

/* ---- What comes first ---- */

static void put_headline(struct json *json, const struct dossier *dossier)
{
    if (dossier->headline == NULL) {
        json_null(json, "headline");
        return;
    }
    json_open(json, "headline", '{');
    json_text(json, "text", dossier->headline);
    json_flag(json, "alarm", dossier->is_alarm);
    json_close(json, '}');
}

static void put_facts(struct json *json, const struct dossier *dossier)
{
    json_open(json, "facts", '{');
    for (const struct fact *fact = dossier->facts; fact != NULL; fact = fact->next)
        json_text(json, fact->key, fact->text);
    json_close(json, '}');
}

static void put_counts(struct json *json, const struct dossier *dossier)
{
    json_open(json, "counts", '{');
    for (unsigned outcome = 0; outcome < OUTCOME_COUNT; outcome++)
        json_number(json, dossier_outcomes[outcome].key, dossier_count(dossier, (enum outcome)outcome));
    json_close(json, '}');
}

/* ---- Checks ---- */

static void put_rule_names(struct json *json, unsigned rules)
{
    json_open(json, "rules", '[');
    for (unsigned rule = 0; rule < RULE_COUNT; rule++)
        if ((rules & 1U << rule) != 0)
            json_text(json, NULL, dossier_rules[rule].key);
    json_close(json, ']');
}

static void put_finding(struct json *json, enum check check, const struct finding *finding)
{
    const struct dossier_check *asked = &dossier_checks[check];
    json_open(json, NULL, '{');
    json_text(json, "id", asked->id);
    json_text(json, "chapter", dossier_chapters[asked->chapter].key);
    json_text(json, "question", asked->question);
    json_text(json, "outcome", dossier_outcomes[finding->outcome].key);
    json_text(json, "figure", finding->figure);
    json_open(json, "numbers", '{');
    for (const struct number *number = finding->numbers; number != NULL; number = number->next)
        put_value(json, number->key, number->value);
    json_close(json, '}');
    if (finding->method != NULL)
        json_text(json, "method", finding->method);
    else
        json_null(json, "method");
    put_rule_names(json, asked->rules);
    json_open(json, "details", '[');
    for (const struct detail *detail = finding->details; detail != NULL; detail = detail->next)
        json_text(json, NULL, detail->text);
    json_close(json, ']');
    json_number(json, "details_left_out", finding->details_left_out);
    json_close(json, '}');
}

static void put_checks(struct json *json, const struct dossier *dossier)
{
    json_open(json, "checks", '[');
    for (unsigned check = 0; check < CHECK_COUNT; check++)
        if (dossier->findings[check].is_made)
            put_finding(json, (enum check)check, &dossier->findings[check]);
    json_close(json, ']');
}

/* ---- Tables ---- */

static void put_columns(struct json *json, const struct table *table)
{
    json_open(json, "columns", '[');
    for (unsigned i = 0; i < table->column_count; i++) {
        json_open(json, NULL, '{');
        json_text(json, "key", table->columns[i].key);
        json_text(json, "title", table->columns[i].title);
        json_flag(json, "number", table->columns[i].is_number);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void put_cell(struct json *json, const struct column *column, const struct cell *cell)
{
    char key[CELL_KEY];
    if (!column->is_number) {
        json_text(json, column->key, cell->text);
        return;
    }
    put_value(json, column->key, cell->value);
    snprintf(key, sizeof key, "%s_text", column->key);
    json_text(json, key, cell->text);
}

static void put_rows(struct json *json, const struct table *table)
{
    unsigned column = 0;
    json_open(json, "rows", '[');
    for (const struct cell *cell = table->cells; cell != NULL; cell = cell->next) {
        if (column == 0)
            json_open(json, NULL, '{');
        put_cell(json, &table->columns[column], cell);
        column = (column + 1) % table->column_count;
        if (column == 0 || cell->next == NULL)
            json_close(json, '}');
    }
    json_close(json, ']');
}

static void put_tables(struct json *json, const struct dossier *dossier)
{
    json_open(json, "tables", '{');
    for (const struct table *table = dossier->tables; table != NULL; table = table->next) {
        json_open(json, table->key, '{');
        json_text(json, "chapter", dossier_chapters[table->chapter].key);
        json_text(json, "title", table->title);
        if (table->note != NULL)
            json_text(json, "note", table->note);
        else
            json_null(json, "note");
        put_columns(json, table);
        put_rows(json, table);
        json_close(json, '}');
    }
    json_close(json, '}');
}

/* ---- The whole ---- */

static void put_references(struct json *json, const struct dossier *dossier)
{
    unsigned used = dossier_rules_used(dossier);
    json_open(json, "rules", '[');
    for (unsigned rule = 0; rule < RULE_COUNT; rule++)
        if ((used & 1U << rule) != 0) {
            json_open(json, NULL, '{');
            json_text(json, "name", dossier_rules[rule].key);
            json_text(json, "title", dossier_rules[rule].title);
            json_close(json, '}');
        }
    json_close(json, ']');
}

void dossier_write_json(const struct dossier *dossier, FILE *stream, int is_strict)
{
    struct json json = json_start(stream, 0);
    json_open(&json, NULL, '{');
    json_text(&json, "program", DOSSIER_PROGRAM);
    json_text(&json, "schema", DOSSIER_SCHEMA);
    json_text(&json, "outcome", dossier_outcomes[dossier_outcome(dossier, is_strict)].key);
    json_flag(&json, "strict", is_strict);
    put_headline(&json, dossier);
    json_text(&json, "note", DOSSIER_NOTE);
    put_facts(&json, dossier);
    put_counts(&json, dossier);
    put_checks(&json, dossier);
    put_tables(&json, dossier);
    put_references(&json, dossier);
    json_close(&json, '}');
    json_end(&json);
}
