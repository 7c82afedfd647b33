/* SPDX-License-Identifier: Apache-2.0 */
/* completeness.c - compares what was counted with what the options expect and allow. */
#include "builder/completeness.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/util/parse.h"

#define REASON_TEXT 320
#define ROWS_WARNED_MIN 10
#define ROWS_WARNED_MAX 100
#define SKIP_LIMIT_MIN 10
#define SKIP_LIMIT_MAX 100

static uint64_t clamp(uint64_t value, uint64_t minimum, uint64_t maximum)
{
    return value < minimum ? minimum : value > maximum ? maximum : value;
}

uint64_t completeness_rows_warned(uint64_t rows)
{
    return clamp(rows / 1000, ROWS_WARNED_MIN, ROWS_WARNED_MAX);
}

uint64_t completeness_skip_limit(const struct skip_limit *limit, uint64_t rows)
{
    switch (limit->type) {
    case SKIP_LINES:
        return limit->lines;
    case SKIP_SHARE: /* in two steps, without overflow */
        return rows / PARSE_SHARE_ONE * limit->share + rows % PARSE_SHARE_ONE * limit->share / PARSE_SHARE_ONE;
    case SKIP_DEFAULT:
        return clamp(rows / 100, SKIP_LIMIT_MIN, SKIP_LIMIT_MAX);
    case SKIP_NOTHING:
    default:
        return 0;
    }
}

#define SPARSE_ROWS_MIN 100
#define INCOMPLETE_MIN 10

bool completeness_is_sparse(const struct identifier_counts *counts, unsigned kind)
{
    uint64_t identifiers = counts->identifiers[kind] + counts->malformed[kind];
    uint64_t rows = identifiers + counts->empty[kind] + counts->incomplete[kind];
    return rows >= SPARSE_ROWS_MIN && identifiers > 0 && identifiers < rows / 100;
}

bool completeness_is_incomplete(const struct identifier_counts *counts, unsigned kind)
{
    uint64_t identifiers = counts->identifiers[kind] + counts->malformed[kind];
    uint64_t incomplete = counts->incomplete[kind];
    return incomplete >= INCOMPLETE_MIN && identifiers > 0 && incomplete / 9 >= identifiers;
}

/* ---- The check ---- */

/* One check while it runs. */
struct check {
    const struct completeness *list;
    completeness_sink *sink;
    void *context;
    bool is_whole;
};

__attribute__((format(printf, 2, 3))) static void refuse(struct check *check, const char *format, ...)
{
    char reason[REASON_TEXT];
    va_list arguments;
    check->is_whole = false;
    if (check->sink == NULL)
        return;
    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    check->sink(check->context, reason);
}

static void check_expected(struct check *check)
{
    const struct config *config = check->list->config;
    uint64_t rows = check->list->counts->rows + check->list->counts->rows_of_other_parts;
    if (config->expects_rows && rows != config->expected_rows)
        refuse(check, "%" PRIu64 " rows were read, and --expect-rows says %" PRIu64, rows,
               config->expected_rows);
    if (config->expects_sets && config->input_count != config->expected_sets)
        refuse(check, "%u digest files are given, and --expect-sets says %" PRIu64, config->input_count,
               config->expected_sets);
}

/* Lines are counted, not rows: a row that a quote made of 300 loses the people of all. */
static void check_rejected(struct check *check, const struct identifier_counts *counts, const char *which)
{
    const struct skip_limit *limit = &check->list->config->skip_invalid;
    uint64_t most = completeness_skip_limit(limit, counts->rows);
    if (limit->type == SKIP_NOTHING || counts->lost_lines <= most)
        return;
    refuse(
        check,
        "%" PRIu64 " lines are lost with rejected rows%s, of %" PRIu64 " rows, and --skip-invalid leaves out "
        "at most %" PRIu64 ": is an encoding, a delimiter, a quote or a column wrong? --skip-invalid=N or =N%% "
        "sets the limit",
        counts->lost_lines, which, counts->rows, most);
}

static bool is_allowed(const struct config *config, const char *name)
{
    for (unsigned i = 0; i < config->allowed_empty_count; i++)
        if (strcmp(config->allowed_empty[i], name) == 0)
            return true;
    return false;
}

static void check_kinds(struct check *check)
{
    const struct completeness *list = check->list;
    for (unsigned kind = 0; kind < list->config->list.kind_count; kind++) {
        const char *name = list->config->list.kinds[kind].name;
        if (list->totals->of_kind[kind] > 0 || is_allowed(list->config, name))
            continue;
        refuse(check,
               "no identifier of kind %s is left: %" PRIu64 " are empty, %" PRIu64 " incomplete, %" PRIu64
               " malformed; if that is meant, --allow-empty %s",
               name, list->counts->empty[kind], list->counts->incomplete[kind], list->counts->malformed[kind],
               name);
    }
}

static uint64_t identifiers_of_label(const struct completeness *list, const char *word)
{
    for (unsigned number = 1; number <= label_table_count(list->labels); number++)
        if (strcmp(label_table_word(list->labels, number), word) == 0)
            return list->totals->of_label[number];
    return 0;
}

static void check_labels(struct check *check)
{
    const struct config *config = check->list->config;
    for (unsigned i = 0; i < config->label_order_count; i++) {
        const char *word = config->label_order[i];
        if (identifiers_of_label(check->list, word) == 0 && !is_allowed(config, word))
            refuse(check, "no identifier has the label %s of --label-order; if that is meant, --allow-empty %s",
                   word, word);
    }
}

bool completeness_check(const struct completeness *list, completeness_sink *sink, void *context)
{
    struct check check = {list, sink, context, true};
    check_expected(&check);
    check_rejected(&check, list->counts, "");
    check_rejected(&check, list->absent_counts, " of --absent");
    if (list->config->parts == 1) /* one part of a list may lack a kind: assemble sees the whole */
        check_kinds(&check);
    check_labels(&check);
    return check.is_whole;
}
