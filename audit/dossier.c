#include "dossier.h"

#include "dossier_content.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <unictype.h>
#include <unistr.h>

const struct dossier_check dossier_checks[CHECK_COUNT] = {
#define CHECK_ENTRY(name, id, chapter, question, rules) [name] = {id, chapter, question, rules},
    CHECKS(CHECK_ENTRY)
#undef CHECK_ENTRY
};

const struct dossier_name dossier_chapters[CHAPTER_COUNT] = {
#define CHAPTER_ENTRY(name, key, title) [name] = {key, title},
    CHAPTERS(CHAPTER_ENTRY)
#undef CHAPTER_ENTRY
};

const struct dossier_name dossier_rules[RULE_COUNT] = {
#define RULE_ENTRY(name, text, title) [name##_NUMBER] = {text, title},
    RULES(RULE_ENTRY)
#undef RULE_ENTRY
};

const struct dossier_name dossier_outcomes[OUTCOME_COUNT] = {
#define OUTCOME_ENTRY(name, word, key) [name] = {key, word},
    OUTCOMES(OUTCOME_ENTRY)
#undef OUTCOME_ENTRY
};

/* ---- Memory ---- */

struct piece {
    struct piece *next;
    max_align_t bytes[];
};

/* Memory that lives as long as the dossier, all zero; NULL once there was none. */
static void *keep(struct dossier *dossier, size_t bytes)
{
    struct piece *piece = dossier->is_short ? NULL : calloc(1, sizeof *piece + bytes);
    if (piece == NULL) {
        dossier->is_short = 1;
        return NULL;
    }
    piece->next = dossier->pieces;
    dossier->pieces = piece;
    return piece->bytes;
}

static void finding_init(struct finding *finding, struct dossier *dossier)
{
    finding->dossier = dossier;
    finding->details_end = &finding->details;
    finding->numbers_end = &finding->numbers;
}

struct dossier *dossier_new(void)
{
    struct dossier *dossier = calloc(1, sizeof *dossier);
    if (dossier == NULL)
        return NULL;
    dossier->facts_end = &dossier->facts;
    dossier->tables_end = &dossier->tables;
    for (unsigned check = 0; check < CHECK_COUNT; check++)
        finding_init(&dossier->findings[check], dossier);
    finding_init(&dossier->spare_finding, dossier);
    dossier->spare_table.dossier = dossier;
    dossier->spare_table.cells_end = &dossier->spare_table.cells;
    return dossier;
}

void dossier_free(struct dossier *dossier)
{
    if (dossier == NULL)
        return;
    while (dossier->pieces != NULL) {
        struct piece *piece = dossier->pieces;
        dossier->pieces = piece->next;
        free(piece);
    }
    free(dossier);
}

int dossier_is_whole(const struct dossier *dossier)
{
    return !dossier->is_short;
}

/* ---- Texts ---- */

#define REPLACEMENT 0xFFFD
#define REPLACEMENT_BYTES 3
#define CHARACTER_BYTES_MAX 4

/* Line ends and controls would let a name from the file pass for a line of the report, or a command to the
 * terminal; directional ones let it read backwards. */
static int is_deceptive(ucs4_t point)
{
    return uc_is_general_category_withtable(point,
                                            UC_CATEGORY_MASK_C | UC_CATEGORY_MASK_Zl | UC_CATEGORY_MASK_Zp);
}

/* A copy that is fit to be read; "" without memory. */
static const char *keep_text(struct dossier *dossier, const char *text)
{
    size_t length = strlen(text);
    uint8_t *copy = keep(dossier, length * REPLACEMENT_BYTES + 1);
    if (copy == NULL)
        return "";
    uint8_t *out = copy;
    const uint8_t *in = (const uint8_t *)text, *end = in + length;
    while (in < end) {
        ucs4_t point;
        in += u8_mbtouc(&point, in, (size_t)(end - in)); /* U+FFFD for what is ill-formed */
        if (is_deceptive(point))
            point = REPLACEMENT;
        out += u8_uctomb(out, point, CHARACTER_BYTES_MAX);
    }
    return (const char *)copy;
}

__attribute__((format(printf, 2, 0))) static const char *keep_format(struct dossier *dossier,
                                                                     const char *format, va_list arguments)
{
    char *text;
    if (dossier->is_short || vasprintf(&text, format, arguments) < 0) {
        dossier->is_short = 1;
        return "";
    }
    const char *kept = keep_text(dossier, text);
    free(text);
    return kept;
}

/* ---- What is audited ---- */

void dossier_headline(struct dossier *dossier, int is_alarm, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    dossier->headline = keep_format(dossier, format, arguments);
    va_end(arguments);
    dossier->is_alarm = is_alarm;
}

void dossier_fact(struct dossier *dossier, const char *key, const char *title, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *text = keep_format(dossier, format, arguments);
    va_end(arguments);
    struct fact *fact = dossier->facts;
    while (fact != NULL && strcmp(fact->key, key) != 0)
        fact = fact->next;
    if (fact != NULL) {
        fact->text = text;
        return;
    }
    fact = keep(dossier, sizeof *fact);
    if (fact == NULL)
        return;
    *fact = (struct fact){.key = keep_text(dossier, key), .title = keep_text(dossier, title), .text = text};
    *dossier->facts_end = fact;
    dossier->facts_end = &fact->next;
}

/* ---- Findings ---- */

struct finding *dossier_find(struct dossier *dossier, enum check check, enum outcome outcome,
                             const char *format, ...)
{
    struct finding *finding = &dossier->findings[check];
    assert(!finding->is_made);
    if (finding->is_made)
        return &dossier->spare_finding;
    va_list arguments;
    va_start(arguments, format);
    finding->figure = keep_format(dossier, format, arguments);
    va_end(arguments);
    finding->outcome = outcome;
    finding->is_made = 1;
    return finding;
}

void finding_method(struct finding *finding, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    finding->method = keep_format(finding->dossier, format, arguments);
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
    const char *text = keep_format(finding->dossier, format, arguments);
    va_end(arguments);
    struct detail *detail = keep(finding->dossier, sizeof *detail);
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
    number = keep(finding->dossier, sizeof *number);
    if (number == NULL)
        return;
    *number = (struct number){.key = keep_text(finding->dossier, key), .value = value};
    *finding->numbers_end = number;
    finding->numbers_end = &number->next;
}

/* ---- Tables ---- */

static int has_table(const struct dossier *dossier, const char *key)
{
    const struct table *table = dossier->tables;
    while (table != NULL && strcmp(table->key, key) != 0)
        table = table->next;
    return table != NULL;
}

struct table *dossier_table(struct dossier *dossier, enum chapter chapter, const char *key, const char *title,
                            const char *note)
{
    int is_second = has_table(dossier, key);
    assert(!is_second);
    struct table *table = is_second ? NULL : keep(dossier, sizeof *table);
    if (table == NULL)
        return &dossier->spare_table;
    *table = (struct table){.dossier = dossier,
                            .chapter = chapter,
                            .key = keep_text(dossier, key),
                            .title = keep_text(dossier, title),
                            .note = note != NULL ? keep_text(dossier, note) : NULL,
                            .cells_end = &table->cells};
    *dossier->tables_end = table;
    dossier->tables_end = &table->next;
    return table;
}

void table_column(struct table *table, const char *key, const char *title, int is_number)
{
    if (table->column_count == TABLE_COLUMNS_MAX)
        return;
    table->columns[table->column_count++] = (struct column){.key = keep_text(table->dossier, key),
                                                            .title = keep_text(table->dossier, title),
                                                            .is_number = is_number};
}

static void add_cell(struct table *table, double value, const char *text)
{
    struct cell *cell = table->column_count > 0 ? keep(table->dossier, sizeof *cell) : NULL;
    if (cell == NULL) /* no memory, or not a column that it could be in */
        return;
    *cell = (struct cell){.text = text, .value = value};
    *table->cells_end = cell;
    table->cells_end = &cell->next;
}

void table_text(struct table *table, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add_cell(table, (double)NAN, keep_format(table->dossier, format, arguments));
    va_end(arguments);
}

void table_number(struct table *table, double value, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add_cell(table, value, keep_format(table->dossier, format, arguments));
    va_end(arguments);
}

/* ---- The whole ---- */

unsigned dossier_count(const struct dossier *dossier, enum outcome outcome)
{
    unsigned count = 0;
    for (unsigned check = 0; check < CHECK_COUNT; check++)
        count += dossier->findings[check].is_made && dossier->findings[check].outcome == outcome;
    return count;
}

unsigned dossier_rules_used(const struct dossier *dossier)
{
    unsigned rules = 0;
    for (unsigned check = 0; check < CHECK_COUNT; check++)
        if (dossier->findings[check].is_made)
            rules |= dossier_checks[check].rules;
    return rules;
}

int dossier_has_chapter(const struct dossier *dossier, enum chapter chapter)
{
    for (unsigned check = 0; check < CHECK_COUNT; check++)
        if (dossier->findings[check].is_made && dossier_checks[check].chapter == chapter)
            return 1;
    for (const struct table *table = dossier->tables; table != NULL; table = table->next)
        if (table->chapter == chapter)
            return 1;
    return 0;
}

enum outcome dossier_outcome(const struct dossier *dossier, int is_strict)
{
    if (dossier_count(dossier, OUTCOME_FAIL) > 0)
        return OUTCOME_FAIL;
    if (dossier_count(dossier, OUTCOME_WARN) > 0)
        return is_strict ? OUTCOME_FAIL : OUTCOME_WARN;
    return OUTCOME_PASS;
}

const char *dossier_summary(const struct dossier *dossier, int is_strict, char text[DOSSIER_SUMMARY])
{
    unsigned passed = dossier_count(dossier, OUTCOME_PASS), warned = dossier_count(dossier, OUTCOME_WARN),
             failed = dossier_count(dossier, OUTCOME_FAIL), informed = dossier_count(dossier, OUTCOME_INFO);
    unsigned all = passed + warned + failed + informed;
    snprintf(text, DOSSIER_SUMMARY, "%u check%s: %u FAIL, %u WARN, %u PASS, %u INFO%s", all,
             all == 1 ? "" : "s", failed, warned, passed, informed,
             is_strict ? "; strict: a WARN counts as a FAIL" : "");
    return text;
}
