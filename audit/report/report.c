/* SPDX-License-Identifier: Apache-2.0 */
/* report.c - a report whose texts and lists are allocated in blocks that are freed together. */
#include "audit/report/report.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unictype.h>
#include <unistr.h>

#include "audit/report/report_model.h"

#define X_ENTRY(name, ...) {__VA_ARGS__},
const struct report_check report_checks[CHECK_COUNT] = {CHECKS(X_ENTRY)};
const struct report_name report_chapters[CHAPTER_COUNT] = {CHAPTERS(X_ENTRY)};
const struct report_name report_rules[RULE_COUNT] = {RULES(X_ENTRY)};
const struct report_name report_outcomes[OUTCOME_COUNT] = {OUTCOMES(X_ENTRY)};

/* ---- Memory ---- */

struct block {
    struct block *next;
    max_align_t bytes[];
};

/* Zeroed memory that is freed with the report; NULL once memory ran out. */
static void *allocate(struct report *report, size_t bytes)
{
    struct block *block = report->is_out_of_memory ? NULL : calloc(1, sizeof *block + bytes);
    if (block == NULL) {
        report->is_out_of_memory = true;
        return NULL;
    }
    block->next = report->blocks;
    report->blocks = block;
    return block->bytes;
}

static void finding_init(struct finding *finding, struct report *report)
{
    finding->report = report;
    finding->details_end = &finding->details;
    finding->numbers_end = &finding->numbers;
}

struct report *report_new(void)
{
    struct report *report = calloc(1, sizeof *report);
    if (report == NULL)
        return NULL;
    report->facts_end = &report->facts;
    report->tables_end = &report->tables;
    for (unsigned check = 0; check < CHECK_COUNT; check++)
        finding_init(&report->findings[check], report);
    finding_init(&report->spare_finding, report);
    report->spare_table.report = report;
    report->spare_table.cells_end = &report->spare_table.cells;
    return report;
}

void report_free(struct report *report)
{
    if (report == NULL)
        return;
    while (report->blocks != NULL) {
        struct block *block = report->blocks;
        report->blocks = block->next;
        free(block);
    }
    free(report);
}

bool report_is_complete(const struct report *report)
{
    return !report->is_out_of_memory;
}

/* ---- Texts ---- */

#define REPLACEMENT 0xFFFD
#define REPLACEMENT_BYTES 3
#define CHARACTER_BYTES_MAX 4

/* With line ends and control characters a name from the file could imitate a line of the report or send
 * commands to the terminal; with directional ones it could be displayed backwards. */
static bool is_deceptive(ucs4_t point)
{
    return uc_is_general_category_withtable(point,
                                            UC_CATEGORY_MASK_C | UC_CATEGORY_MASK_Zl | UC_CATEGORY_MASK_Zp);
}

/* A copy without deceptive characters; "" if memory ran out. */
static const char *copy_text(struct report *report, const char *text)
{
    size_t length = strlen(text);
    uint8_t *copy = allocate(report, length * REPLACEMENT_BYTES + 1);
    if (copy == NULL)
        return "";
    uint8_t *out = copy;
    const uint8_t *in = (const uint8_t *)text, *end = in + length;
    while (in < end) {
        ucs4_t point;
        in += u8_mbtouc(&point, in, (size_t)(end - in)); /* U+FFFD for an ill-formed sequence */
        if (is_deceptive(point))
            point = REPLACEMENT;
        out += u8_uctomb(out, point, CHARACTER_BYTES_MAX);
    }
    return (const char *)copy;
}

__attribute__((format(printf, 2, 0))) static const char *format_text(struct report *report, const char *format,
                                                                     va_list arguments)
{
    char *text;
    if (report->is_out_of_memory || vasprintf(&text, format, arguments) < 0) {
        report->is_out_of_memory = true;
        return "";
    }
    const char *copy = copy_text(report, text);
    free(text);
    return copy;
}

/* ---- The audit ---- */

void report_headline(struct report *report, bool is_alarm, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    report->headline = format_text(report, format, arguments);
    va_end(arguments);
    report->is_alarm = is_alarm;
}

void report_fact(struct report *report, const char *key, const char *title, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *text = format_text(report, format, arguments);
    va_end(arguments);
    struct fact *fact = report->facts;
    while (fact != NULL && strcmp(fact->key, key) != 0)
        fact = fact->next;
    if (fact != NULL) {
        fact->text = text;
        return;
    }
    fact = allocate(report, sizeof *fact);
    if (fact == NULL)
        return;
    *fact = (struct fact){.key = copy_text(report, key), .title = copy_text(report, title), .text = text};
    *report->facts_end = fact;
    report->facts_end = &fact->next;
}

/* ---- Findings ---- */

struct finding *report_finding(struct report *report, enum check check, enum outcome outcome,
                               const char *format, ...)
{
    struct finding *finding = &report->findings[check];
    assert(!finding->is_present);
    if (finding->is_present)
        return &report->spare_finding;
    va_list arguments;
    va_start(arguments, format);
    finding->figure = format_text(report, format, arguments);
    va_end(arguments);
    finding->outcome = outcome;
    finding->is_present = true;
    return finding;
}

void finding_method(struct finding *finding, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    finding->method = format_text(finding->report, format, arguments);
    va_end(arguments);
}

void finding_detail(struct finding *finding, const char *format, ...)
{
    if (finding->detail_count == FINDING_DETAILS_MAX) {
        finding->details_left_out++;
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    const char *text = format_text(finding->report, format, arguments);
    va_end(arguments);
    struct detail *detail = allocate(finding->report, sizeof *detail);
    if (detail == NULL)
        return;
    detail->text = text;
    *finding->details_end = detail;
    finding->details_end = &detail->next;
    finding->detail_count++;
}

void finding_number(struct finding *finding, const char *key, double value)
{
    struct number *number = finding->numbers;
    while (number != NULL && strcmp(number->key, key) != 0)
        number = number->next;
    if (number != NULL) {
        number->value = value;
        return;
    }
    number = allocate(finding->report, sizeof *number);
    if (number == NULL)
        return;
    *number = (struct number){.key = copy_text(finding->report, key), .value = value};
    *finding->numbers_end = number;
    finding->numbers_end = &number->next;
}

void finding_numbers(struct finding *finding, const struct finding_pair *pairs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        finding_number(finding, pairs[i].key, pairs[i].value);
}

/* ---- Tables ---- */

struct table *report_table(struct report *report, enum chapter chapter, const char *key, const char *title,
                           const char *note)
{
    const struct table *same = report->tables;
    while (same != NULL && strcmp(same->key, key) != 0)
        same = same->next;
    assert(same == NULL);
    struct table *table = same != NULL ? NULL : allocate(report, sizeof *table);
    if (table == NULL)
        return &report->spare_table;
    *table = (struct table){.report = report,
                            .chapter = chapter,
                            .key = copy_text(report, key),
                            .title = copy_text(report, title),
                            .note = note != NULL ? copy_text(report, note) : NULL,
                            .cells_end = &table->cells};
    *report->tables_end = table;
    report->tables_end = &table->next;
    return table;
}

void table_column(struct table *table, const char *key, const char *title, bool is_number)
{
    if (table->column_count == TABLE_COLUMNS_MAX)
        return;
    table->columns[table->column_count++] = (struct column){
        .key = copy_text(table->report, key), .title = copy_text(table->report, title), .is_number = is_number};
}

void table_columns(struct table *table, const struct column *columns, size_t count)
{
    for (size_t i = 0; i < count; i++)
        table_column(table, columns[i].key, columns[i].title, columns[i].is_number);
}

static void add_cell(struct table *table, double value, const char *text)
{
    struct cell *cell = table->column_count > 0 ? allocate(table->report, sizeof *cell) : NULL;
    if (cell == NULL) /* no memory, or the table has no column */
        return;
    *cell = (struct cell){.text = text, .value = value};
    *table->cells_end = cell;
    table->cells_end = &cell->next;
}

void table_text(struct table *table, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add_cell(table, (double)NAN, format_text(table->report, format, arguments));
    va_end(arguments);
}

void table_number(struct table *table, double value, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add_cell(table, value, format_text(table->report, format, arguments));
    va_end(arguments);
}

/* ---- Queries ---- */

unsigned report_count(const struct report *report, enum outcome outcome)
{
    unsigned count = 0;
    for (unsigned check = 0; check < CHECK_COUNT; check++)
        count += report->findings[check].is_present && report->findings[check].outcome == outcome;
    return count;
}

unsigned report_rules_used(const struct report *report)
{
    unsigned rules = 0;
    for (unsigned check = 0; check < CHECK_COUNT; check++)
        if (report->findings[check].is_present)
            rules |= report_checks[check].rules;
    return rules;
}

bool report_has_chapter(const struct report *report, enum chapter chapter)
{
    for (unsigned check = 0; check < CHECK_COUNT; check++)
        if (report->findings[check].is_present && report_checks[check].chapter == chapter)
            return true;
    for (const struct table *table = report->tables; table != NULL; table = table->next)
        if (table->chapter == chapter)
            return true;
    return false;
}

bool report_next_problem(const struct report *report, unsigned *at, enum check *check)
{
    while (*at < 2 * CHECK_COUNT) {
        enum outcome outcome = *at < CHECK_COUNT ? OUTCOME_FAIL : OUTCOME_WARN;
        *check = (enum check)((*at)++ % CHECK_COUNT);
        if (report->findings[*check].is_present && report->findings[*check].outcome == outcome)
            return true;
    }
    return false;
}

enum outcome report_outcome(const struct report *report, bool is_strict)
{
    if (report_count(report, OUTCOME_FAIL) > 0)
        return OUTCOME_FAIL;
    if (report_count(report, OUTCOME_WARN) > 0)
        return is_strict ? OUTCOME_FAIL : OUTCOME_WARN;
    return OUTCOME_PASS;
}

const char *report_summary(const struct report *report, bool is_strict, char text[REPORT_SUMMARY])
{
    unsigned passed = report_count(report, OUTCOME_PASS), warned = report_count(report, OUTCOME_WARN),
             failed = report_count(report, OUTCOME_FAIL), informed = report_count(report, OUTCOME_INFO);
    unsigned all = passed + warned + failed + informed;
    snprintf(text, REPORT_SUMMARY, "%u check%s: %u FAIL, %u WARN, %u PASS, %u INFO%s", all, all == 1 ? "" : "s",
             failed, warned, passed, informed, is_strict ? "; strict: a WARN counts as a FAIL" : "");
    return text;
}
