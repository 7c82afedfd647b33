/* SPDX-License-Identifier: Apache-2.0 */
/* campaign.c - from profiles of columns to options. */
#include "builder/inspect/campaign.h"

#include <stdlib.h>
#include <string.h>

#include "lib/elig/canon/canon.h"

/* Labels that a column may have to be suggested as the column of labels, and rows for each of them. */
#define LABELS_MAX 20
#define LABEL_ROWS_MIN 10

static bool is_unique_name(const struct list_profile *list, unsigned column)
{
    struct elig_text name = list->header[column];
    for (unsigned i = 0; i < list->dialect.fields; i++)
        if (i != column && list->header[i].length == name.length &&
            memcmp(list->header[i].bytes, name.bytes, name.length) == 0)
            return false;
    return true;
}

void campaign_column_name(const struct list_profile *list, unsigned column, char name[CAMPAIGN_COLUMN_MAX])
{
    struct elig_text header = list->is_named ? list->header[column] : (struct elig_text){NULL, 0};
    if (header.length > 0 && header.length < CAMPAIGN_COLUMN_MAX &&
        memchr(header.bytes, ':', header.length) == NULL && is_unique_name(list, column)) {
        memcpy(name, header.bytes, header.length);
        name[header.length] = '\0';
    } else {
        snprintf(name, CAMPAIGN_COLUMN_MAX, "%u", column + 1);
    }
}

/* ---- Kinds ---- */

struct kind_part {
    unsigned column;
    struct elig_part part;
};

/* A name that no kind has yet: "phone", "phone-2", ... */
static void name_kind(const struct schema *schema, const char *name, char out[ELIG_KIND_NAME_MAX + 1])
{
    unsigned number = 1;
    snprintf(out, ELIG_KIND_NAME_MAX + 1, "%s", name);
    for (unsigned i = 0; i < schema->kind_count; i++)
        if (strcmp(schema->kinds[i].name, out) == 0) {
            snprintf(out, ELIG_KIND_NAME_MAX + 1, "%s-%u", name, ++number);
            i = (unsigned)-1; /* from the start */
        }
}

static int add_kind(struct campaign *campaign, const struct list_profile *list, const char *name,
                    const struct kind_part *parts, unsigned count)
{
    struct schema *schema = &campaign->schema;
    if (schema->kind_count == ELIG_KINDS_MAX)
        return 0;
    struct elig_kind *kind = &schema->kinds[schema->kind_count];
    name_kind(schema, name, kind->name);
    for (unsigned i = 0; i < count; i++) {
        char column[CAMPAIGN_COLUMN_MAX];
        campaign_column_name(list, parts[i].column, column);
        kind->parts[i] = parts[i].part;
        schema->columns[schema->kind_count][i] = strdup(column);
        if (schema->columns[schema->kind_count][i] == NULL)
            return ELIG_E_MEMORY;
    }
    kind->part_count = (uint8_t)count;
    schema->kind_count++;
    return 0;
}

/* Writes an option --kind to out. */
static void print_kind(const struct elig_kind *kind, char *const *columns, const struct notation *notations,
                       FILE *out)
{
    fprintf(out, "kind %s", kind->name);
    for (unsigned i = 0; i < kind->part_count; i++) {
        char type[CANON_TYPE_TEXT_MAX], notation[NOTATION_TEXT_MAX];
        canon_part_print(&kind->parts[i], type);
        notation_print(&notations[i], notation);
        fprintf(out, "%c%s:%s%s", i == 0 ? '=' : '+', columns[i], type, notation);
    }
}

static int add_comment(struct campaign *campaign, char *text)
{
    if (text == NULL)
        return ELIG_E_MEMORY;
    if (campaign->comment_count == CAMPAIGN_COMMENTS_MAX)
        free(text);
    else
        campaign->comments[campaign->comment_count++] = text;
    return 0;
}

/* Turns the last kind into a comment. */
static int suggest_last_kind(struct campaign *campaign)
{
    struct schema *schema = &campaign->schema;
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    unsigned last = --schema->kind_count;
    if (stream != NULL) {
        print_kind(&schema->kinds[last], schema->columns[last], schema->notations[last], stream);
        if (fclose(stream) != 0) {
            free(text);
            text = NULL;
        }
    }
    for (unsigned i = 0; i < schema->kinds[last].part_count; i++) {
        free(schema->columns[last][i]);
        schema->columns[last][i] = NULL;
    }
    schema->kinds[last] = (struct elig_kind){.part_count = 0};
    return add_comment(campaign, text);
}

/* ---- Columns ---- */

#define NO_COLUMN UINT32_MAX

/* The first column of each sort. */
struct found {
    uint32_t date, name, number;
};

/* Whether a column of text has few different values, each of many rows. */
static bool is_label(const struct column_profile *column)
{
    struct frequent_top top = frequent_top(column->values);
    return top.is_exact && top.distinct > 0 && top.distinct <= LABELS_MAX &&
           column->cells >= top.distinct * LABEL_ROWS_MIN;
}

static bool is_nearly_all(const struct column_profile *column, const struct column_type *type)
{
    return type->accepted * 20 >= column->tried * 19;
}

/* Whether some cell is written in one of these notations. */
static bool has_notation(const struct column_profile *column, unsigned notations)
{
    bool has_any = false;
    for (unsigned i = 0; i < CELL_NOTATION_COUNT; i++)
        has_any |= (1u << i & notations) != 0 && column->notations[i] > 0;
    return has_any;
}

/* Whether numbers were written as quantities: another number than the one that was meant would be listed. */
static bool has_floats(const struct column_profile *column)
{
    return has_notation(column, CELL_FLOAT | CELL_EXPONENT);
}

/* Whether one cell in twenty, or more, holds several identifiers: fewer are slips, which are to be refused. */
static bool has_several(const struct column_profile *column)
{
    for (unsigned i = 0; i < CELL_NOTATION_COUNT; i++)
        if (1u << i == CELL_SEVERAL)
            return column->notations[i] * 20 >= column->cells && column->notations[i] > 0;
    return false;
}

/* Adds a kind of one column, of which a cell may hold several identifiers. */
static int add_kind_of_column(struct campaign *campaign, const struct list_profile *list, const char *name,
                              const struct kind_part *part)
{
    unsigned kind = campaign->schema.kind_count;
    int error = add_kind(campaign, list, name, part, 1);
    if (error == 0 && campaign->schema.kind_count > kind)
        campaign->schema.notations[kind][0].is_several = has_several(&list->columns[part->column]);
    return error;
}

/* Adds the kind of a column of addresses or phone numbers, or notes the column. */
static int read_column(struct campaign *campaign, const struct list_profile *list, unsigned number,
                       struct found *found)
{
    const struct column_profile *column = &list->columns[number];
    const struct column_type *type = column_profile_type(column);
    if (type == NULL)
        return 0;
    struct kind_part part = {number, type->part};
    switch (type->part.type) {
    case ELIG_TYPE_EMAIL:
        return add_kind_of_column(campaign, list, "email", &part);
    case ELIG_TYPE_PHONE:
        return add_kind_of_column(campaign, list, "phone", &part);
    case ELIG_TYPE_DATE:
        found->date = found->date == NO_COLUMN ? number : found->date;
        return 0;
    case ELIG_TYPE_DIGITS:
        if (found->number == NO_COLUMN && is_nearly_all(column, type) && !has_floats(column))
            found->number = number;
        return 0;
    default:
        if (found->name == NO_COLUMN && is_nearly_all(column, type) && !is_label(column) && !has_floats(column))
            found->name = number;
        return 0;
    }
}

/* Adds a kind, as a comment if there are others. */
static int add_other(struct campaign *campaign, const struct list_profile *list, const char *name,
                     const struct kind_part *parts, unsigned count)
{
    bool is_first = campaign->schema.kind_count == 0;
    unsigned before = campaign->schema.kind_count;
    int error = add_kind(campaign, list, name, parts, count);
    if (error == 0 && !is_first && campaign->schema.kind_count > before)
        error = suggest_last_kind(campaign);
    return error;
}

static int add_others(struct campaign *campaign, const struct list_profile *list, const struct found *found)
{
    struct kind_part person[] = {{found->name, {.type = ELIG_TYPE_TEXT, .flags = ELIG_TEXT_COMPACT}},
                                 {found->date, {.type = ELIG_TYPE_DATE}}};
    struct kind_part number = {found->number, {.type = ELIG_TYPE_DIGITS}};
    struct kind_part name = {found->name, {.type = ELIG_TYPE_TEXT}};
    bool is_person = found->name != NO_COLUMN && found->date != NO_COLUMN;
    int error = 0;
    if (is_person) {
        const struct column_profile *date = &list->columns[found->date];
        error = add_other(campaign, list, "person", person, 2);
        if (error == 0 && campaign->schema.kind_count == 1 && campaign->schema.kinds[0].part_count == 2 &&
            !is_nearly_all(date, column_profile_find(date, ELIG_TYPE_DATE)))
            error = suggest_last_kind(campaign); /* a name alone is not a person */
    }
    if (error == 0 && found->number != NO_COLUMN)
        error = add_other(campaign, list, "number", &number, 1);
    if (error == 0 && found->name != NO_COLUMN && !is_person && campaign->schema.kind_count == 0)
        error = add_other(campaign, list, "name", &name, 1);
    for (unsigned i = 0; error == 0 && i < list->column_count; i++) {
        const struct column_type *type = column_profile_type(&list->columns[i]);
        char column[CAMPAIGN_COLUMN_MAX], *text = NULL;
        if (type == NULL || type->part.type != ELIG_TYPE_TEXT || !is_label(&list->columns[i]))
            continue;
        campaign_column_name(list, i, column);
        error = asprintf(&text, "label %s", column) >= 0 ? add_comment(campaign, text) : ELIG_E_MEMORY;
    }
    return error;
}

int campaign_make(struct campaign *campaign, const struct list_profile *list)
{
    struct found found = {NO_COLUMN, NO_COLUMN, NO_COLUMN};
    int error = 0;
    *campaign = (struct campaign){.schema = SCHEMA_INIT};
    campaign->schema.dialect = list->dialect.dialect;
    campaign->schema.encoding = strcmp(list->encoding_name, "UTF-8") == 0 ? NULL : list->encoding_name;
    campaign->schema.has_header = list->has_header;
    for (unsigned i = 0; error == 0 && i < list->column_count; i++)
        error = read_column(campaign, list, i, &found);
    return error == 0 ? add_others(campaign, list, &found) : error;
}

void campaign_write(const struct campaign *campaign, FILE *stream, const char *before)
{
    const struct schema *schema = &campaign->schema;
    fprintf(stream, "%s# How the list is written.\n", before);
    if (schema->encoding != NULL)
        fprintf(stream, "%sencoding %s\n", before, schema->encoding);
    if (schema->dialect.delimiter == '\t')
        fprintf(stream, "%sdelimiter tab\n", before);
    else if (schema->dialect.delimiter != ',')
        fprintf(stream, "%sdelimiter %c\n", before, schema->dialect.delimiter);
    if (schema->dialect.quote == '\0')
        fprintf(stream, "%squote none\n", before);
    if (!schema->has_header)
        fprintf(stream, "%sno-header\n", before);
    fprintf(stream, "%s# What is listed.\n", before);
    for (unsigned i = 0; i < schema->kind_count; i++) {
        fputs(before, stream);
        print_kind(&schema->kinds[i], schema->columns[i], schema->notations[i], stream);
        fputc('\n', stream);
    }
    for (unsigned i = 0; i < campaign->comment_count; i++)
        fprintf(stream, "%s# %s\n", before, campaign->comments[i]);
    fprintf(stream, "%s# secret FILE\n", before);
}

void campaign_free(struct campaign *campaign)
{
    for (unsigned kind = 0; kind < ELIG_KINDS_MAX; kind++)
        for (unsigned i = 0; i < ELIG_PARTS_MAX; i++)
            free(campaign->schema.columns[kind][i]);
    for (unsigned i = 0; i < campaign->comment_count; i++)
        free(campaign->comments[i]);
    *campaign = (struct campaign){.comment_count = 0};
}
