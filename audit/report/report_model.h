/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report_model.h - the content of a report, for its writers. Only report.c changes it.
 *
 * All texts are well-formed UTF-8 without control characters, line ends, invisible and directional characters.
 * So they are safe on a terminal, and in a browser once quotes and brackets are escaped. No pointer is NULL
 * unless its comment says so. Lists are in the order of the calls that added to them.
 */
#ifndef ELIG_REPORT_MODEL_H
#define ELIG_REPORT_MODEL_H

#include <stdbool.h>

#include "audit/report/report.h"

#define REPORT_PROGRAM "elig-audit " ELIG_VERSION
#define REPORT_SCHEMA "elig-audit-1"

/* Part of every report, since it is true for every outcome. */
#define REPORT_NOTE                                                                                          \
    "An index is pseudonymised personal data, whatever the outcome of this audit: it is to be kept, passed " \
    "on and erased as personal data are. What this report says holds for the file, the methods and the day " \
    "that it names."

/* ---- The tables of check_registry.h, by number ---- */

struct report_check {
    const char *id;
    enum chapter chapter;
    const char *question;
    unsigned rules; /* RULE_... */
};

struct report_name {
    const char *key; /* of a chapter or outcome; the short name of a rule */
    const char *title;
};

extern const struct report_check report_checks[CHECK_COUNT];
extern const struct report_name report_chapters[CHAPTER_COUNT];
extern const struct report_name report_rules[RULE_COUNT];
extern const struct report_name report_outcomes[OUTCOME_COUNT]; /* key "pass", title "PASS" */

/* ---- What checks added ---- */

struct fact {
    struct fact *next;
    const char *key, *title, *text;
};

struct detail {
    struct detail *next;
    const char *text;
};

struct number {
    struct number *next;
    const char *key;
    double value;
};

struct finding {
    struct report *report;
    bool is_present; /* false: this check was not carried out */
    enum outcome outcome;
    const char *figure;
    const char *method; /* or NULL */
    struct detail *details, **details_end;
    unsigned detail_count;
    uint64_t details_left_out;
    struct number *numbers, **numbers_end;
};

struct cell {
    struct cell *next;
    const char *text;
    double value; /* NaN in a cell that is text */
};

struct table {
    struct table *next;
    struct report *report;
    enum chapter chapter;
    const char *key, *title;
    const char *note; /* or NULL */
    struct column columns[TABLE_COLUMNS_MAX];
    unsigned column_count;
    struct cell *cells, **cells_end; /* row by row */
};

struct block;

struct report {
    struct block *blocks;  /* all memory, freed together */
    bool is_out_of_memory; /* nothing is added any more */
    const char *headline;  /* or NULL */
    bool is_alarm;
    struct fact *facts, **facts_end;
    struct finding findings[CHECK_COUNT];
    struct table *tables, **tables_end;

    /* Returned to callers when memory ran out; never written. */
    struct finding spare_finding;
    struct table spare_table;
};

/* ---- Queries of all writers ---- */

unsigned report_count(const struct report *report, enum outcome outcome);

/* The rules (RULE_...) that the checks which were carried out refer to. */
unsigned report_rules_used(const struct report *report);

/* There is a finding or a table of a chapter. */
bool report_has_chapter(const struct report *report, enum chapter chapter);

/* The next check that failed from *at on, which starts at 0; after the last one those with a warning. Moves *at
 * past it. False: there are no more. */
bool report_next_problem(const struct report *report, unsigned *at, enum check *check);

/* Prints the number of checks with each outcome to text (REPORT_SUMMARY bytes), and returns text. */
#define REPORT_SUMMARY 128
const char *report_summary(const struct report *report, bool is_strict, char text[REPORT_SUMMARY]);

#endif
