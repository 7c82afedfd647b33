/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report_text.c - writes the report for a terminal. No line is longer than the width of the terminal; details
 * are indented below the line that they belong to.
 */
#include <string.h>

#include "audit/report/report_model.h"
#include "audit/report/wrap.h"

#define WIDTH_USUAL 80
#define WIDTH_LEAST 48
#define INDENT 6       /* of lines below "PASS  " */
#define SHALLOW 2      /* tables, facts */
#define ROOM_LEAST 8   /* text begins on the next line if fewer columns are left on the current one */
#define COLUMN_GAP 2   /* between columns of a table */
#define COLUMN_LEAST 2 /* the width of a Hangul syllable */

_Static_assert(SHALLOW + TABLE_COLUMNS_MAX * (COLUMN_LEAST + COLUMN_GAP) - COLUMN_GAP <= WIDTH_LEAST,
               "the table with most columns fits the narrowest page");

struct terminal {
    FILE *stream;
    unsigned width;
    bool is_colored;
};

/* ---- Lines ---- */

#define COLOR_NONE "0"
#define COLOR_BOLD "1"
#define COLOR_ALARM "1;7"
static const char *const outcome_colors[OUTCOME_COUNT] = {
    [OUTCOME_PASS] = "32", [OUTCOME_WARN] = "1;33", [OUTCOME_FAIL] = "1;31;7", [OUTCOME_INFO] = "36"};

static void set_color(const struct terminal *terminal, const char *color)
{
    if (terminal->is_colored)
        fprintf(terminal->stream, "\x1b[%sm", color);
}

static void put_colored(const struct terminal *terminal, const char *color, const char *text)
{
    set_color(terminal, color);
    fputs(text, terminal->stream);
    set_color(terminal, COLOR_NONE);
}

static void put_repeated(const struct terminal *terminal, char c, unsigned times)
{
    while (times-- > 0)
        fputc(c, terminal->stream);
}

static void put_line(const struct terminal *terminal, struct wrap_line line)
{
    fwrite(line.start, 1, line.bytes, terminal->stream);
}

/* Writes text from column `at` on, indents the lines after the first, and ends the last line. */
static void put_wrapped(const struct terminal *terminal, unsigned at, unsigned indent, const char *text)
{
    struct wrap_line line;
    if (at > indent && at + ROOM_LEAST > terminal->width) {
        fputc('\n', terminal->stream);
        at = 0;
    }
    do {
        unsigned from = at > indent ? at : indent;
        if (!wrap_next(&text, terminal->width - from, &line))
            break;
        put_repeated(terminal, ' ', from - at);
        put_line(terminal, line);
        fputc('\n', terminal->stream);
        at = 0;
    } while (*text != '\0');
    if (at > 0) /* there was no text */
        fputc('\n', terminal->stream);
}

/* A labelled text, below a check. */
static void put_labelled(const struct terminal *terminal, const char *word, const char *text)
{
    put_repeated(terminal, ' ', INDENT);
    fputs(word, terminal->stream);
    put_wrapped(terminal, INDENT + (unsigned)strlen(word), INDENT + SHALLOW, text);
}

static void put_heading(const struct terminal *terminal, const char *title, char underline)
{
    fputc('\n', terminal->stream);
    set_color(terminal, COLOR_BOLD);
    put_wrapped(terminal, 0, 0, title);
    set_color(terminal, COLOR_NONE);
    unsigned columns = wrap_columns(title);
    put_repeated(terminal, underline, columns < terminal->width ? columns : terminal->width);
    fputc('\n', terminal->stream);
}

/* ---- The top ---- */

static void put_rule(const struct terminal *terminal)
{
    fputc('+', terminal->stream);
    put_repeated(terminal, '=', terminal->width - 2);
    fputs("+\n", terminal->stream);
}

static void put_alarm(const struct terminal *terminal, const char *text)
{
    struct wrap_line line;
    unsigned width = terminal->width - 4; /* "| " and " |" */
    put_rule(terminal);
    while (wrap_next(&text, width, &line)) {
        fputs("| ", terminal->stream);
        set_color(terminal, COLOR_ALARM);
        put_line(terminal, line);
        set_color(terminal, COLOR_NONE);
        put_repeated(terminal, ' ', width - line.columns);
        fputs(" |\n", terminal->stream);
    }
    put_rule(terminal);
    fputc('\n', terminal->stream);
}

static void put_facts(const struct terminal *terminal, const struct report *report)
{
    unsigned widest = 0;
    for (const struct fact *fact = report->facts; fact != NULL; fact = fact->next) {
        unsigned columns = wrap_columns(fact->title);
        widest = columns > widest ? columns : widest;
    }
    if (widest > terminal->width / 3)
        widest = terminal->width / 3;
    for (const struct fact *fact = report->facts; fact != NULL; fact = fact->next) {
        struct wrap_line title = wrap_cut(fact->title, widest);
        put_line(terminal, title);
        unsigned columns = wrap_columns(fact->text);
        if (strchr(fact->text, ' ') == NULL && widest + COLUMN_GAP + columns > terminal->width &&
            SHALLOW + columns <= terminal->width) {
            fprintf(terminal->stream, "\n%*s%s\n", SHALLOW, "",
                    fact->text); /* a hash is not broken, so that it can be copied */
            continue;
        }
        put_repeated(terminal, ' ', widest + COLUMN_GAP - title.columns);
        put_wrapped(terminal, widest + COLUMN_GAP, widest + COLUMN_GAP, fact->text);
    }
    if (report->facts != NULL)
        fputc('\n', terminal->stream);
}

static void put_outcome(const struct terminal *terminal, const struct report *report, bool is_strict)
{
    enum outcome outcome = report_outcome(report, is_strict);
    char summary[REPORT_SUMMARY];
    put_colored(terminal, outcome_colors[outcome], report_outcomes[outcome].title);
    fputs("  ", terminal->stream);
    put_wrapped(terminal, INDENT, INDENT, report_summary(report, is_strict, summary));
}

/* ---- Checks ---- */

static void put_rules(const struct terminal *terminal, unsigned rules)
{
    static const char word[] = "Rules: ";
    unsigned at = INDENT + (unsigned)strlen(word);
    put_repeated(terminal, ' ', INDENT);
    fputs(word, terminal->stream);
    const char *comma = "";
    for (unsigned rule = 0; rule < RULE_COUNT; rule++) {
        if ((rules & 1U << rule) == 0)
            continue;
        const char *name = report_rules[rule].key;
        unsigned columns = (unsigned)(strlen(comma) + strlen(name));
        if (at + columns + 1 > terminal->width) { /* 1: the comma that may follow */
            fputs(",\n", terminal->stream);
            put_repeated(terminal, ' ', INDENT + SHALLOW);
            at = INDENT + SHALLOW;
            comma = "";
            columns = (unsigned)strlen(name);
        }
        fprintf(terminal->stream, "%s%s", comma, name);
        at += columns;
        comma = ", ";
    }
    fputc('\n', terminal->stream);
}

static void put_finding(const struct terminal *terminal, enum check check, const struct finding *finding)
{
    const struct report_check *asked = &report_checks[check];
    fputc('\n', terminal->stream);
    put_colored(terminal, outcome_colors[finding->outcome], report_outcomes[finding->outcome].title);
    fputs("  ", terminal->stream);
    put_colored(terminal, COLOR_BOLD, asked->id);
    fputs("  ", terminal->stream);
    put_wrapped(terminal, INDENT + (unsigned)strlen(asked->id) + 2, INDENT, asked->question);
    put_wrapped(terminal, 0, INDENT, finding->figure);
    if (finding->method != NULL)
        put_labelled(terminal, "How: ", finding->method);
    put_rules(terminal, asked->rules);
    for (const struct detail *detail = finding->details; detail != NULL; detail = detail->next)
        put_labelled(terminal, "- ", detail->text);
    if (finding->details_left_out > 0) {
        put_repeated(terminal, ' ', INDENT);
        fprintf(terminal->stream, "... and %llu more\n", (unsigned long long)finding->details_left_out);
    }
}

/* ---- Tables ---- */

static void measure_columns(const struct table *table, unsigned *widths)
{
    unsigned column = 0;
    for (unsigned i = 0; i < table->column_count; i++)
        widths[i] = wrap_columns(table->columns[i].title);
    for (const struct cell *cell = table->cells; cell != NULL; cell = cell->next) {
        unsigned columns = wrap_columns(cell->text);
        if (columns > widths[column])
            widths[column] = columns;
        column = (column + 1) % table->column_count;
    }
}

/* Narrows the widest column until all columns fit. */
static void fit_columns(const struct terminal *terminal, const struct table *table, unsigned *widths)
{
    unsigned available = terminal->width - SHALLOW - (table->column_count - 1) * COLUMN_GAP, sum = 0;
    for (unsigned i = 0; i < table->column_count; i++) {
        if (widths[i] > available) /* the text of a cell has no maximum length */
            widths[i] = available;
        if (widths[i] < COLUMN_LEAST)
            widths[i] = COLUMN_LEAST;
        sum += widths[i];
    }
    for (; sum > available; sum--) {
        unsigned widest = 0;
        for (unsigned i = 1; i < table->column_count; i++)
            if (widths[i] > widths[widest])
                widest = i;
        widths[widest]--;
    }
}

/* One row, on the number of lines that its longest cell needs. */
static void put_row(const struct terminal *terminal, const struct table *table, const unsigned *widths,
                    const char *const *texts)
{
    const char *rest[TABLE_COLUMNS_MAX];
    bool is_more;
    memcpy(rest, texts, table->column_count * sizeof *rest);
    do {
        unsigned pending = SHALLOW; /* spaces, written only if text follows */
        is_more = false;
        for (unsigned i = 0; i < table->column_count; i++) {
            struct wrap_line line;
            wrap_next(&rest[i], widths[i], &line);
            unsigned slack = line.columns < widths[i] ? widths[i] - line.columns : 0;
            unsigned before = table->columns[i].is_number ? slack : 0;
            if (line.bytes > 0) {
                put_repeated(terminal, ' ', pending + before);
                put_line(terminal, line);
                pending = COLUMN_GAP + slack - before;
            } else {
                pending += COLUMN_GAP + widths[i];
            }
            is_more |= *rest[i] != '\0';
        }
        fputc('\n', terminal->stream);
    } while (is_more);
}

static void put_table(const struct terminal *terminal, const struct table *table)
{
    unsigned widths[TABLE_COLUMNS_MAX];
    const char *texts[TABLE_COLUMNS_MAX];
    unsigned filled = 0;
    fputc('\n', terminal->stream);
    put_wrapped(terminal, 0, 0, table->title);
    measure_columns(table, widths);
    if (table->column_count > 0) {
        fit_columns(terminal, table, widths);
        for (unsigned i = 0; i < table->column_count; i++)
            texts[i] = table->columns[i].title;
        put_row(terminal, table, widths, texts);
        put_repeated(terminal, ' ', SHALLOW);
        for (unsigned i = 0; i < table->column_count; i++) {
            put_repeated(terminal, ' ', i > 0 ? COLUMN_GAP : 0);
            put_repeated(terminal, '-', widths[i]);
        }
        fputc('\n', terminal->stream);
    }
    for (const struct cell *cell = table->cells; cell != NULL; cell = cell->next) {
        texts[filled++] = cell->text;
        if (cell->next == NULL) /* an incomplete row */
            while (filled < table->column_count)
                texts[filled++] = "";
        if (filled == table->column_count) {
            put_row(terminal, table, widths, texts);
            filled = 0;
        }
    }
    if (table->note != NULL)
        put_wrapped(terminal, 0, SHALLOW, table->note);
}

/* ---- The report ---- */

static void put_chapter(const struct terminal *terminal, const struct report *report, enum chapter chapter)
{
    put_heading(terminal, report_chapters[chapter].title, '=');
    for (unsigned check = 0; check < CHECK_COUNT; check++)
        if (report->findings[check].is_present && report_checks[check].chapter == chapter)
            put_finding(terminal, (enum check)check, &report->findings[check]);
    for (const struct table *table = report->tables; table != NULL; table = table->next)
        if (table->chapter == chapter)
            put_table(terminal, table);
}

static void put_references(const struct terminal *terminal, const struct report *report)
{
    unsigned used = report_rules_used(report);
    if (used == 0)
        return;
    put_heading(terminal, "References", '=');
    for (unsigned rule = 0; rule < RULE_COUNT; rule++)
        if ((used & 1U << rule) != 0) {
            put_wrapped(terminal, 0, 0, report_rules[rule].key);
            put_wrapped(terminal, 0, INDENT, report_rules[rule].title);
        }
}

/* Failures and warnings again, since a terminal shows the end of a long report. */
static void put_end(const struct terminal *terminal, const struct report *report, bool is_strict)
{
    enum check check;
    fputc('\n', terminal->stream);
    for (unsigned at = 0; report_next_problem(report, &at, &check);) {
        enum outcome outcome = report->findings[check].outcome;
        put_colored(terminal, outcome_colors[outcome], report_outcomes[outcome].title);
        fputs("  ", terminal->stream);
        put_wrapped(terminal, INDENT, INDENT, report_checks[check].id);
    }
    put_outcome(terminal, report, is_strict);
}

void report_write_text(const struct report *report, FILE *stream, bool is_strict, unsigned width,
                       bool is_colored)
{
    const struct terminal terminal = {.stream = stream,
                                      .width = width == 0            ? WIDTH_USUAL
                                               : width < WIDTH_LEAST ? WIDTH_LEAST
                                                                     : width,
                                      .is_colored = is_colored};
    if (report->headline != NULL && report->is_alarm) {
        put_alarm(&terminal, report->headline);
    } else if (report->headline != NULL) {
        set_color(&terminal, COLOR_BOLD);
        put_wrapped(&terminal, 0, 0, report->headline);
        set_color(&terminal, COLOR_NONE);
        fputc('\n', stream);
    }
    put_facts(&terminal, report);
    put_outcome(&terminal, report, is_strict);
    fputc('\n', stream);
    put_wrapped(&terminal, 0, 0, REPORT_NOTE);
    for (unsigned chapter = 0; chapter < CHAPTER_COUNT; chapter++)
        if (report_has_chapter(report, (enum chapter)chapter))
            put_chapter(&terminal, report, (enum chapter)chapter);
    put_references(&terminal, report);
    put_end(&terminal, report, is_strict);
}
