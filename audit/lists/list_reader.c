/* SPDX-License-Identifier: Apache-2.0 */
/* list_reader.c - trims what identifier_reader.h reads, for searches of the text as it was typed. */
#include "audit/lists/list_reader.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "audit/util/public_text.h"
#include "lib/csv/row_position.h"

/* The context of the two functions below. */
struct list_visitor {
    const struct schema *schema;
    list_reader_visit *visit;
    list_reader_block_end *block_end;
    void *context;
};

/* Hands one identifier over, unless all of its parts are empty. */
static int visit_identifier(const struct list_visitor *visitor, unsigned worker,
                            const struct identifier_row *row, const struct identifier *read)
{
    struct elig_text typed[ELIG_PARTS_MAX];
    struct list_reader_identifier identifier = {.kind = read->kind,
                                                .typed = typed,
                                                .canonical = read->canonical,
                                                .length = read->length,
                                                .where = row_position(row->input, row->line)};
    bool is_empty = true;
    for (unsigned i = 0; i < visitor->schema->kinds[read->kind].part_count; i++) {
        typed[i] = columns_trim(read->typed[i]);
        is_empty &= typed[i].length == 0;
    }
    return is_empty ? 0 : visitor->visit(visitor->context, worker, &identifier);
}

static int read_identifier(void *context, unsigned worker, const struct identifier_row *row,
                           const struct identifier *read)
{
    struct identifier identifier = *read;
    if (read->reason != ELIG_REASON_NONE)
        identifier.canonical = NULL;
    return visit_identifier(context, worker, row, &identifier);
}

/* One kind of a rejected row: the cells of its parts, or each identifier of a cell of several. */
static int visit_rejected(const struct list_visitor *visitor, unsigned worker, const struct identifier_row *row,
                          unsigned kind)
{
    const struct schema *schema = visitor->schema;
    struct elig_text typed[ELIG_PARTS_MAX];
    struct identifier identifier = {.kind = kind, .typed = typed};
    for (unsigned i = 0; i < schema->kinds[kind].part_count; i++)
        typed[i] = row->fields[row->columns->part[kind][i]];
    if (!schema->notations[kind][0].is_several)
        return visit_identifier(visitor, worker, row, &identifier);
    int error = 0;
    struct elig_text cell = typed[0];
    while (error == 0 && notation_next(&cell, (enum elig_type)schema->kinds[kind].parts[0].type, &typed[0]))
        error = visit_identifier(visitor, worker, row, &identifier);
    return error;
}

/* Builders leave out a row with an invalid label. Its identifiers are handed over as malformed ones are, since
 * they must not be in the file in the clear either. */
static int read_rejected_row(void *context, unsigned worker, const struct identifier_row *row,
                             enum identifier_row_fault fault)
{
    const struct list_visitor *visitor = context;
    int error = 0;
    for (unsigned kind = 0; fault == IDENTIFIER_ROW_LABEL && kind < visitor->schema->kind_count && error == 0;
         kind++)
        if (row->columns->has_kind[kind])
            error = visit_rejected(visitor, worker, row, kind);
    return error;
}

static int end_block(void *context, unsigned worker)
{
    const struct list_visitor *visitor = context;
    return visitor->block_end != NULL ? visitor->block_end(visitor->context, worker) : 0;
}

/* Fails if a list lacks a column that was asked for by name. */
static int check_columns(const struct audit_context *context, const struct identifier_counts *counts)
{
    const struct schema *schema = &context->config->schema;
    int error = 0;
    for (unsigned kind = 0; kind < schema->kind_count; kind++)
        if (context->config->is_named[kind] && !counts->has_kind[kind]) {
            message("read the list: it has not all columns of --kind %s (is the delimiter or the encoding "
                    "another one?)",
                    public_text_kind(&schema->kinds[kind]));
            error = MESSAGE_E_PRINTED;
        }
    return error;
}

int list_reader_read(struct audit_context *context, struct identifier_counts *counts, list_reader_visit *visit,
                     list_reader_block_end *block_end, void *argument)
{
    static const struct identifier_handler handler = {
        .identifier = read_identifier, .rejected_row = read_rejected_row, .block_end = end_block};
    const struct audit_config *config = context->config;
    const struct identifier_source source = {.schema = &config->schema,
                                             .inputs = config->lists,
                                             .input_count = config->list_count,
                                             .may_lack_kinds = true,
                                             .profile = ELIG_PROFILE_KEYED,
                                             .parts = 1,
                                             .threads = config->threads,
                                             .progress = context->progress};
    struct list_visitor visitor = {&config->schema, visit, block_end, argument};
    *counts = identifier_counts_start();
    int error = identifier_reader_run(&source, &handler, &visitor, counts);
    if (error == MESSAGE_E_REFUSED) /* it is the index that is audited */
        error = MESSAGE_E_PRINTED;
    if (error != 0 && error != MESSAGE_E_PRINTED)
        error = context_fail("read the list", error);
    return error == 0 ? check_columns(context, counts) : error;
}

const char *list_reader_where(const struct audit_config *config, uint64_t where, char text[LIST_READER_WHERE])
{
    const char *path = config->lists[row_position_input(where)], *slash = strrchr(path, '/');
    snprintf(text, LIST_READER_WHERE, "line %" PRIu64 " of %.120s", row_position_line(where),
             slash != NULL ? slash + 1 : path);
    return text;
}

uint64_t list_reader_bytes(const struct audit_config *config)
{
    uint64_t bytes = 0;
    struct stat status;
    for (unsigned i = 0; i < config->list_count; i++) {
        if (stat(config->lists[i], &status) != 0 || !S_ISREG(status.st_mode))
            return 0;
        bytes += (uint64_t)status.st_size;
    }
    return bytes;
}
