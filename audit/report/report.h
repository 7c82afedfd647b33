/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dossier.h - what an audit found, as a structure that text, JSON and HTML are made of.
 *
 * Checks fill it in: one finding for each check that was carried out, tables beside them. The writers
 * know nothing of particular checks. Nothing that is put in may hold an identifier or a secret.
 *
 * One thread. Functions that add do not fail to their callers: once memory ran out they do nothing, and
 * report_is_whole() says so at the end. Outcomes are kept even then.
 *
 * Texts are copied. What could deceive a reader or a terminal becomes U+FFFD: ill-formed UTF-8, controls, line
 * ends, characters that are invisible or change direction. Keys are names in JSON: lower-case letters, digits,
 * '-' and '_', first a letter. Each is used once among its like.
 */
#ifndef ELIG_REPORT_H
#define ELIG_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "include/elig.h"

#include "audit/report/checks.h"

/* How a check came out. X(name, word, key) */
#define OUTCOMES(X)                 \
    X(OUTCOME_PASS, "PASS", "pass") \
    X(OUTCOME_WARN, "WARN", "warn") \
    X(OUTCOME_FAIL, "FAIL", "fail") \
    X(OUTCOME_INFO, "INFO", "info")

enum outcome {
#define OUTCOME_ENTRY(name, word, key) name,
    OUTCOMES(OUTCOME_ENTRY)
#undef OUTCOME_ENTRY
        OUTCOME_COUNT
};

struct report;
struct finding;
struct table;

ELIG_CHECK_RESULT struct report *report_new(void);
void report_free(struct report *report);

/* 0 if memory ran out while it was filled in. */
int report_is_complete(const struct report *report);

/* ---- What is audited ---- */

/* One line for the first thing on the page: what a reader must know before all else. The last call counts;
 * is_alarm: it is shown as one (ENUMERABLE). */
void report_headline(struct report *report, bool is_alarm, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A fact about the audit itself, in order: "file", "BLAKE2b-256", "audited at", ... key is for JSON; a second
 * of the same key replaces the first's text. */
void report_fact(struct report *report, const char *key, const char *title, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* ---- Findings ---- */

/* One for each check at most; a second replaces nothing and aborts in a debug build: it is a defect. The text
 * is the figure behind the outcome, one line. Never NULL. */
struct finding *report_finding(struct report *report, enum check check, enum outcome outcome,
                               const char *format, ...) __attribute__((format(printf, 4, 5)));

/* How the figure was obtained, in a sentence or two; the last call counts. */
void finding_method(struct finding *finding, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A line of detail, in order: what to look at, what to do next. After FINDING_DETAILS_MAX lines they are
 * counted, not kept. */
#define FINDING_DETAILS_MAX 50
void finding_detail(struct finding *finding, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A figure for programs, beside the text: "p", "pages", "dollars". Infinite and undefined ones are null; the
 * last call with a key counts. */
void finding_number(struct finding *finding, const char *key, double value);

/* ---- Tables ---- */

/* A table of a chapter. key names it in JSON, title is its heading, note a sentence below it or NULL. A second
 * one of the same key is a defect, as a second finding is. Never NULL. */
struct table *report_table(struct report *report, enum chapter chapter, const char *key, const char *title,
                           const char *note);

/* Columns first, then rows, cell by cell; of more than TABLE_COLUMNS_MAX columns the rest are left out.
 * is_number: aligned to the right; its cells are table_number()'s. JSON has their values as "key" and their
 * texts as "key_text"; a table_text() among them has the value null. */
#define TABLE_COLUMNS_MAX 12
void table_column(struct table *table, const char *key, const char *title, bool is_number);
void table_text(struct table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The text is for people, the value for JSON. */
void table_number(struct table *table, double value, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* ---- The whole ---- */

/* The worst of all outcomes: FAIL, WARN or PASS. is_strict: a WARN is a FAIL. */
enum outcome report_outcome(const struct report *report, bool is_strict);

/* Write all of it; errors stay in the stream. width: columns of the terminal, 0 if there is none; is_colored:
 * with colours. JSON is as docs/elig-audit.schema.json says; HTML is one page that loads nothing. */
void report_write_text(const struct report *report, FILE *stream, bool is_strict, unsigned width,
                       bool is_colored);
void report_write_json(const struct report *report, FILE *stream, bool is_strict);
void report_write_html(const struct report *report, FILE *stream, bool is_strict);

#endif
