/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report.h - the report of an audit as data, from which text, JSON and HTML are written.
 *
 * Checks add to it: one finding for each check that was carried out, and tables. The writers do not depend on
 * particular checks. No text that is added may contain an identifier or a secret.
 *
 * For one thread. Functions that add return nothing: after memory ran out they have no effect, and
 * report_is_complete() returns false. Outcomes are kept even then.
 *
 * Texts are copied. What could deceive a reader or a terminal is replaced by U+FFFD: ill-formed UTF-8, control
 * characters, line ends, characters that are invisible or change the writing direction. Keys are names in JSON:
 * lower-case letters, digits, '-' and '_', beginning with a letter. No two facts, numbers of a finding, tables
 * or columns of a table have the same key.
 */
#ifndef ELIG_REPORT_H
#define ELIG_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "include/elig.h"

#include "audit/report/check_registry.h"

/* The outcome of a check. X(name, key, word) */
#define OUTCOMES(X)                 \
    X(OUTCOME_PASS, "pass", "PASS") \
    X(OUTCOME_WARN, "warn", "WARN") \
    X(OUTCOME_FAIL, "fail", "FAIL") \
    X(OUTCOME_INFO, "info", "INFO")

enum outcome { OUTCOMES(X_NAME) OUTCOME_COUNT };

struct report;
struct finding;
struct table;

ELIG_CHECK_RESULT struct report *report_new(void);
void report_free(struct report *report);

/* False: memory ran out, and something is missing. */
bool report_is_complete(const struct report *report);

/* ---- The audit ---- */

/* One line at the top of the report; the last call counts. is_alarm: it is emphasised (ENUMERABLE). */
void report_headline(struct report *report, bool is_alarm, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A fact about the audit, such as its file or time, shown in the order of the calls. A second call with the
 * same key replaces the text. */
void report_fact(struct report *report, const char *key, const char *title, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* ---- Findings ---- */

/* Adds the finding of a check: at most one for each check; a second one is a defect, which an assertion finds.
 * The text is one line with the figure that the outcome rests on. Never NULL. */
struct finding *report_finding(struct report *report, enum check check, enum outcome outcome,
                               const char *format, ...) __attribute__((format(printf, 4, 5)));

/* How the figure was obtained, in one or two sentences; the last call counts. */
void finding_method(struct finding *finding, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds a line of detail, such as a location or an advice. Lines after the first FINDING_DETAILS_MAX are counted
 * only. */
#define FINDING_DETAILS_MAX 50
void finding_detail(struct finding *finding, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds a figure for programs, such as "p" or "dollars". Infinite and undefined ones are null in JSON; the last
 * call with a key counts. FINDING_NUMBERS(finding, {"key", value}, ...) adds several. */
struct finding_pair {
    const char *key;
    double value;
};
void finding_number(struct finding *finding, const char *key, double value);
void finding_numbers(struct finding *finding, const struct finding_pair *pairs, size_t count);
#define FINDING_NUMBERS(finding, ...)                                    \
    finding_numbers(finding, (const struct finding_pair[]){__VA_ARGS__}, \
                    sizeof((const struct finding_pair[]){__VA_ARGS__}) / sizeof(struct finding_pair))

/* ---- Tables ---- */

/* Adds a table to a chapter. key names it in JSON, title is its heading, note a sentence below it or NULL. A
 * second one with the same key is a defect, as a second finding is. Never NULL. */
struct table *report_table(struct report *report, enum chapter chapter, const char *key, const char *title,
                           const char *note);

/* Columns are added first, then rows cell by cell; columns after the first TABLE_COLUMNS_MAX are ignored.
 * is_number: the column is aligned to the right and filled by table_number(). JSON has the values as "key" and
 * the texts as "key_text"; the value of a table_text() in it is null. TABLE_COLUMNS(table, {"key", "Title",
 * is_number}, ...) adds several. */
#define TABLE_COLUMNS_MAX 12
struct column {
    const char *key, *title;
    bool is_number;
};
void table_column(struct table *table, const char *key, const char *title, bool is_number);
void table_columns(struct table *table, const struct column *columns, size_t count);
#define TABLE_COLUMNS(table, ...)                              \
    table_columns(table, (const struct column[]){__VA_ARGS__}, \
                  sizeof((const struct column[]){__VA_ARGS__}) / sizeof(struct column))
void table_text(struct table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The text is for people, the value for JSON. */
void table_number(struct table *table, double value, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* ---- Writing ---- */

/* The worst of all outcomes: FAIL, WARN or PASS. is_strict: a WARN counts as a FAIL. */
enum outcome report_outcome(const struct report *report, bool is_strict);

/* Write the report; the caller checks ferror(). width: columns of the terminal, 0 if it is not one; is_colored:
 * with colours. JSON is as docs/elig-audit.schema.json says; HTML is one page that loads nothing. */
void report_write_text(const struct report *report, FILE *stream, bool is_strict, unsigned width,
                       bool is_colored);
void report_write_json(const struct report *report, FILE *stream, bool is_strict);
void report_write_html(const struct report *report, FILE *stream, bool is_strict);

#endif
