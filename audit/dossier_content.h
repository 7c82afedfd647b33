/*
 * dossier_content.h - what a dossier holds, for those who write it out. Only dossier.c changes it.
 *
 * All texts are well-formed UTF-8 without controls, line ends, invisible and directional characters: whatever
 * came in is harmless to a terminal and to a browser once its quotes and brackets are escaped. None is NULL
 * unless it says so. Lists are in the order in which things were added.
 */
#ifndef ELIG_DOSSIER_CONTENT_H
#define ELIG_DOSSIER_CONTENT_H

#include "dossier.h"

#define DOSSIER_PROGRAM "elig-audit " ELIG_VERSION
#define DOSSIER_SCHEMA "elig-audit-1"

/* In every report, whatever it found: no outcome makes an index anything else. */
#define DOSSIER_NOTE                                                                                         \
    "An index is pseudonymised personal data, whatever the outcome of this audit: it is to be kept, passed " \
    "on and erased as personal data are. What this report says holds for the file, the methods and the day " \
    "that it names."

/* ---- What checks.h says, by number ---- */

struct dossier_check {
    const char *id;
    enum chapter chapter;
    const char *question;
    unsigned rules; /* RULE_... */
};

struct dossier_name {
    const char *key; /* of a chapter or outcome; the short name of a rule */
    const char *title;
};

extern const struct dossier_check dossier_checks[CHECK_COUNT];
extern const struct dossier_name dossier_chapters[CHAPTER_COUNT];
extern const struct dossier_name dossier_rules[RULE_COUNT];
extern const struct dossier_name dossier_outcomes[OUTCOME_COUNT]; /* key "pass", title "PASS" */

/* ---- What was added ---- */

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
    struct dossier *dossier;
    int is_made; /* 0: this check was not carried out */
    enum outcome outcome;
    const char *figure;
    const char *method; /* NULL: not said */
    struct detail *details, **details_end;
    unsigned detail_count;
    uint64_t details_left_out;
    struct number *numbers, **numbers_end;
};

struct column {
    const char *key, *title;
    int is_number;
};

struct cell {
    struct cell *next;
    const char *text;
    double value; /* NaN in a cell that is text */
};

struct table {
    struct table *next;
    struct dossier *dossier;
    enum chapter chapter;
    const char *key, *title;
    const char *note; /* or NULL */
    struct column columns[TABLE_COLUMNS_MAX];
    unsigned column_count;
    struct cell *cells, **cells_end; /* row by row */
};

struct piece;

struct dossier {
    struct piece *pieces; /* all memory, freed together */
    int is_short;         /* memory ran out: nothing is added any more */
    const char *headline; /* NULL: none */
    int is_alarm;
    struct fact *facts, **facts_end;
    struct finding findings[CHECK_COUNT];
    struct table *tables, **tables_end;

    /* What callers get when there is nothing to be had; never written out. */
    struct finding spare_finding;
    struct table spare_table;
};

/* ---- What all writers ask ---- */

unsigned dossier_count(const struct dossier *dossier, enum outcome outcome);

/* All rules that the checks which were carried out answer. */
unsigned dossier_rules_used(const struct dossier *dossier);

/* 0 if nothing of a chapter was looked at. */
int dossier_has_chapter(const struct dossier *dossier, enum chapter chapter);

/* How many checks came out how, in words, to text (DOSSIER_SUMMARY bytes); returns text. */
#define DOSSIER_SUMMARY 128
const char *dossier_summary(const struct dossier *dossier, int is_strict, char text[DOSSIER_SUMMARY]);

#endif
