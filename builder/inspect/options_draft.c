/* SPDX-License-Identifier: Apache-2.0 */
/* options_draft.c - from statistics of columns to options. */
#include "builder/inspect/options_draft.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lib/elig/canon/canon.h"

/* Labels that a column may have to be suggested as the column of labels, and rows for each of them. */
#define LABELS_MAX 20
#define LABEL_ROWS_MIN 10

#define PHONES_SHARE 3 /* at least one cell in 3 is a valid number, or the column is not listed as it is */

static bool is_unique_name(const struct list_description *list, unsigned column)
{
    struct elig_text name = list->header.names[column];
    for (unsigned i = 0; i < list->dialect.fields; i++)
        if (i != column && list->header.names[i].length == name.length &&
            memcmp(list->header.names[i].bytes, name.bytes, name.length) == 0)
            return false;
    return true;
}

void options_draft_column_name(const struct list_description *list, unsigned column,
                               char name[OPTIONS_DRAFT_COLUMN_MAX])
{
    struct elig_text header = list->is_named ? list->header.names[column] : (struct elig_text){"", 0};
    bool may_be_split = memchr(header.bytes, ':', header.length) != NULL &&
                        memchr(header.bytes, '+', header.length) != NULL; /* as by kind_option.h */
    if (header.length > 0 && header.length < OPTIONS_DRAFT_COLUMN_MAX && !may_be_split &&
        is_unique_name(list, column)) {
        memcpy(name, header.bytes, header.length);
        name[header.length] = '\0';
    } else {
        snprintf(name, OPTIONS_DRAFT_COLUMN_MAX, "%u", column + 1);
    }
}

/* ---- Kinds ---- */

struct kind_part {
    unsigned column;
    struct elig_part part;
    struct notation notation;
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

static int add_kind(struct options_draft *draft, const struct list_description *list, const char *name,
                    const struct kind_part *parts, unsigned count)
{
    struct schema *schema = &draft->schema;
    if (schema->kind_count == ELIG_KINDS_MAX)
        return 0;
    struct elig_kind *kind = &schema->kinds[schema->kind_count];
    name_kind(schema, name, kind->name);
    for (unsigned i = 0; i < count; i++) {
        char column[OPTIONS_DRAFT_COLUMN_MAX];
        options_draft_column_name(list, parts[i].column, column);
        kind->parts[i] = parts[i].part;
        schema->notations[schema->kind_count][i] = parts[i].notation;
        schema->columns[schema->kind_count][i] = strdup(column);
        if (schema->columns[schema->kind_count][i] == NULL)
            return ELIG_E_MEMORY;
    }
    kind->part_count = (uint8_t)count;
    schema->kind_count++;
    return 0;
}

void options_draft_type_name(const struct elig_part *part, const struct notation *notation,
                             char name[OPTIONS_DRAFT_TYPE_MAX])
{
    char type[CANON_TYPE_TEXT_MAX], words[NOTATION_TEXT_MAX];
    canon_part_print(part, type);
    notation_print(notation, words);
    char *pivot = strchr(words, '=');
    if (pivot != NULL)
        memcpy(pivot + 1, "NN", 2);
    snprintf(name, OPTIONS_DRAFT_TYPE_MAX, "%s%s", type, words);
}

/* Writes an option --kind to out. */
static void print_kind(const struct schema *schema, unsigned number, FILE *out)
{
    const struct elig_kind *kind = &schema->kinds[number];
    fprintf(out, "kind %s", kind->name);
    for (unsigned i = 0; i < kind->part_count; i++) {
        char type[OPTIONS_DRAFT_TYPE_MAX];
        options_draft_type_name(&kind->parts[i], &schema->notations[number][i], type);
        fprintf(out, "%c%s:%s", i == 0 ? '=' : '+', schema->columns[number][i], type);
    }
}

/* Frees the text if it is one too many. */
static int add_comment(struct options_draft *draft, char *text, bool is_decision)
{
    if (text == NULL)
        return ELIG_E_MEMORY;
    draft->decision_count += is_decision;
    if (draft->comment_count == OPTIONS_DRAFT_COMMENTS_MAX)
        free(text);
    else
        draft->comments[draft->comment_count++] = (struct options_draft_comment){text, is_decision};
    return 0;
}

/* Turns the last kind into a comment. */
static int suggest_last_kind(struct options_draft *draft)
{
    struct schema *schema = &draft->schema;
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    unsigned last = --schema->kind_count;
    if (stream != NULL) {
        print_kind(schema, last, stream);
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
    return add_comment(draft, text, false);
}

static int suggest_kind(struct options_draft *draft, const struct list_description *list, const char *name,
                        const struct kind_part *parts, unsigned count)
{
    unsigned before = draft->schema.kind_count;
    int error = add_kind(draft, list, name, parts, count);
    return error == 0 && draft->schema.kind_count > before ? suggest_last_kind(draft) : error;
}

/* Says what must be decided about a column. */
__attribute__((format(printf, 4, 5))) static int add_decision(struct options_draft *draft,
                                                              const struct list_description *list,
                                                              unsigned column, const char *format, ...)
{
    char name[OPTIONS_DRAFT_COLUMN_MAX], *text = NULL;
    size_t length;
    va_list arguments;
    FILE *stream = open_memstream(&text, &length);
    if (stream == NULL)
        return ELIG_E_MEMORY;
    options_draft_column_name(list, column, name);
    fprintf(stream, list->is_named ? "column '%s': " : "column %s: ", name);
    va_start(arguments, format);
    vfprintf(stream, format, arguments);
    va_end(arguments);
    if (fclose(stream) != 0) {
        free(text);
        text = NULL;
    }
    return add_comment(draft, text, true);
}

/* ---- Columns ---- */

#define NO_COLUMN UINT32_MAX

/* The first column of each sort. */
struct found {
    uint32_t date, name, number;
};

/* Whether a column of text has few different values, each of many rows. */
static bool is_label(const struct column_statistics *column)
{
    struct frequent_top top = frequent_top(column->values);
    return top.is_exact && top.distinct > 0 && top.distinct <= LABELS_MAX &&
           column->cells >= top.distinct * LABEL_ROWS_MIN;
}

/* Whether numbers were written as quantities: another number than the one that was meant would be listed. */
static bool has_floats(const struct column_statistics *column)
{
    return column_statistics_count(column, CELL_FLOAT | CELL_EXPONENT) > 0;
}

/* Whether one cell in twenty, or more, holds several identifiers: fewer are slips, which are to be refused. */
static bool has_several(const struct column_statistics *column)
{
    uint64_t several = column_statistics_count(column, CELL_SEVERAL);
    return several * 20 >= column->cells && several > 0;
}

/* Whether cells have one length or two, but for one in ten. */
static bool has_few_lengths(const struct column_statistics *column)
{
    uint64_t first = 0, second = 0, all = 0;
    for (unsigned i = 0; i <= COLUMN_DIGITS_MAX; i++) {
        uint64_t count = column->lengths[i];
        all += count;
        second = count > first ? first : count > second ? count : second;
        first = count > first ? count : first;
    }
    return (first + second) * 10 >= all * 9;
}

/* The part that is a column of a type, of which a cell may hold several identifiers. */
static struct kind_part part_of(const struct list_description *list, unsigned number,
                                const struct column_type *type)
{
    struct kind_part part = {number, type->part, type->notation};
    part.notation.is_several = (type->part.type == ELIG_TYPE_EMAIL || type->part.type == ELIG_TYPE_PHONE) &&
                               has_several(&list->columns[number]);
    return part;
}

/* Suggests the kind of a phone column under each region that may be meant. */
static int suggest_regions(struct options_draft *draft, const struct list_description *list, unsigned number)
{
    const struct column_statistics *column = &list->columns[number];
    int error = 0;
    for (unsigned i = 0; error == 0 && i < column->type_count; i++) {
        struct kind_part part = part_of(list, number, &column->types[i]);
        if (part.part.type == ELIG_TYPE_PHONE && part.part.region[0] != '\0')
            error = suggest_kind(draft, list, "phone", &part, 1);
    }
    return error;
}

/* Adds the kind of a phone column, or says what is wrong with it. */
static int add_phone(struct options_draft *draft, const struct list_description *list, unsigned number,
                     const struct column_type *type)
{
    const struct column_statistics *column = &list->columns[number];
    bool is_certain = column_statistics_is_region_certain(column, type);
    struct kind_part part = part_of(list, number, type);
    int error;
    if (type->accepted * PHONES_SHARE >= column->tried && is_certain)
        return add_kind(draft, list, "phone", &part, 1);
    if (type->accepted * PHONES_SHARE >= column->tried)
        error =
            add_decision(draft, list, number,
                         "phone numbers that fit regions of %u calling codes: give --region, or take one of "
                         "the suggested kinds if it is right",
                         column->regions.fits);
    else
        error =
            add_decision(draft, list, number,
                         "phone numbers by its name or --region, of which %" PRIu64 " of %" PRIu64
                         " are not valid as they are written%s; %" PRIu64 " lack their leading zero, %" PRIu64
                         " have a second number or are a range",
                         type->rejected, column->tried, column->regions.is_given ? "" : ", or need --region",
                         column_statistics_count(column, CELL_PHONE_NO_ZERO),
                         column_statistics_count(column, CELL_PHONE_RANGE));
    return error == 0 ? suggest_regions(draft, list, number) : error;
}

/* Whether more than half of the cells of a column of digits are phone numbers of a region, too. */
static bool may_be_phone(const struct column_statistics *column)
{
    return column_statistics_is_most(column, column_statistics_find(column, ELIG_TYPE_PHONE));
}

/* Whether nothing speaks against digits. */
static bool is_plain_number(const struct column_statistics *column)
{
    bool is_for_region = column->header != HEADER_WORD_NUMBER || column->regions.is_given;
    return has_few_lengths(column) && column->header != HEADER_WORD_PHONE &&
           column->header != HEADER_WORD_DATE && !(is_for_region && may_be_phone(column));
}

/* Suggests a column of digits that something speaks against. Of those that may be phone numbers, only the owner
 * knows what they are, who has to say it if nothing else is listed. */
static int suggest_digits(struct options_draft *draft, const struct list_description *list, unsigned number)
{
    const struct column_statistics *column = &list->columns[number];
    const struct column_type *type = column_statistics_type(column);
    int error = 0;
    if (type == NULL || type->part.type != ELIG_TYPE_DIGITS || !column_statistics_is_nearly_all(column, type) ||
        has_floats(column) || is_plain_number(column))
        return 0;
    if (may_be_phone(column) && draft->schema.kind_count == 0)
        error =
            add_decision(draft, list, number,
                         "phone numbers, or others such as those of members: take one of the suggested kinds, "
                         "or give --region");
    if (error == 0 && may_be_phone(column))
        error = suggest_regions(draft, list, number);
    struct kind_part part = part_of(list, number, type);
    return error == 0 ? suggest_kind(draft, list, "number", &part, 1) : error;
}

/* Adds the kind of a column of addresses or phone numbers, or notes the column. */
static int read_column(struct options_draft *draft, const struct list_description *list, unsigned number,
                       struct found *found)
{
    const struct column_statistics *column = &list->columns[number];
    const struct column_type *type = column_statistics_type(column);
    if (type == NULL)
        return 0;
    struct kind_part part = part_of(list, number, type);
    switch (type->part.type) {
    case ELIG_TYPE_EMAIL:
        return add_kind(draft, list, "email", &part, 1);
    case ELIG_TYPE_PHONE:
        return add_phone(draft, list, number, type);
    case ELIG_TYPE_DATE:
        found->date = found->date == NO_COLUMN ? number : found->date;
        return 0;
    case ELIG_TYPE_DIGITS:
        if (found->number == NO_COLUMN && column_statistics_is_nearly_all(column, type) &&
            !has_floats(column) && is_plain_number(column))
            found->number = number;
        return 0;
    default:
        if (found->name == NO_COLUMN && column_statistics_is_nearly_all(column, type) && !is_label(column) &&
            !has_floats(column))
            found->name = number;
        return 0;
    }
}

/* Adds a kind, as a comment if there are others, or if one is to be decided. */
static int add_other(struct options_draft *draft, const struct list_description *list, const char *name,
                     const struct kind_part *parts, unsigned count)
{
    bool is_first = draft->schema.kind_count == 0 && draft->decision_count == 0;
    return is_first ? add_kind(draft, list, name, parts, count) : suggest_kind(draft, list, name, parts, count);
}

/* Suggests a name with a date in each order that fits more than half as many cells as the best one. */
static int suggest_orders(struct options_draft *draft, const struct list_description *list,
                          struct kind_part person[2], const struct column_type *best)
{
    const struct column_statistics *column = &list->columns[person[1].column];
    int error = 0;
    bool is_mixed = column_statistics_count(column, CELL_DAY_FIRST) > 0 &&
                    column_statistics_count(column, CELL_MONTH_FIRST) > 0;
    bool is_short = best->notation.pivot != NOTATION_NO_PIVOT;
    if (draft->schema.kind_count == 0)
        error = add_decision(draft, list, person[1].column, "%s: take one of the suggested kinds%s",
                             is_short   ? "years of two digits"
                             : is_mixed ? "some dates have the day first and others the month"
                                        : "dates may have the day or the month first",
                             is_short ? ", with the last year that is 20NN for NN" : "");
    for (unsigned i = 0; error == 0 && i < column->type_count; i++) {
        const struct column_type *type = &column->types[i];
        person[1].notation = type->notation;
        if (type->part.type == ELIG_TYPE_DATE && type->notation.order != NOTATION_FREE &&
            type->notation.order != NOTATION_SERIAL && type->notation.pivot == best->notation.pivot &&
            type->accepted * 2 > best->accepted)
            error = suggest_kind(draft, list, "person", person, 2);
    }
    return error;
}

static int add_person(struct options_draft *draft, const struct list_description *list,
                      const struct found *found)
{
    const struct column_statistics *date = &list->columns[found->date];
    bool is_certain;
    const struct column_type *type = column_statistics_date(date, &is_certain);
    struct kind_part person[] = {
        {found->name, {.type = ELIG_TYPE_TEXT, .flags = ELIG_TEXT_COMPACT}, NOTATION_INIT},
        {found->date, type->part, type->notation}};
    if (!is_certain)
        return suggest_orders(draft, list, person, type);
    if (!column_statistics_is_nearly_all(date, type)) /* a name alone is not a person */
        return suggest_kind(draft, list, "person", person, 2);
    return add_other(draft, list, "person", person, 2);
}

static int add_others(struct options_draft *draft, const struct list_description *list,
                      const struct found *found)
{
    struct kind_part name = {found->name, {.type = ELIG_TYPE_TEXT}, NOTATION_INIT};
    struct kind_part number = {found->number, {.type = ELIG_TYPE_DIGITS}, NOTATION_INIT};
    bool is_person = found->name != NO_COLUMN && found->date != NO_COLUMN;
    int error = is_person ? add_person(draft, list, found) : 0;
    for (unsigned i = 0; error == 0 && i < list->column_count; i++)
        error = suggest_digits(draft, list, i);
    if (error == 0 && found->number != NO_COLUMN)
        error = add_other(draft, list, "number", &number, 1);
    if (error == 0 && found->name != NO_COLUMN && !is_person && draft->schema.kind_count == 0)
        error = add_other(draft, list, "name", &name, 1);
    for (unsigned i = 0; error == 0 && i < list->column_count; i++) {
        const struct column_type *type = column_statistics_type(&list->columns[i]);
        char column[OPTIONS_DRAFT_COLUMN_MAX], *text = NULL;
        if (type == NULL || type->part.type != ELIG_TYPE_TEXT || !is_label(&list->columns[i]))
            continue;
        options_draft_column_name(list, i, column);
        error = add_comment(draft, asprintf(&text, "label %s", column) >= 0 ? text : NULL, false);
    }
    return error;
}

int options_draft_make(struct options_draft *draft, const struct list_description *list)
{
    struct found found = {NO_COLUMN, NO_COLUMN, NO_COLUMN};
    int error = 0;
    *draft = (struct options_draft){.schema = SCHEMA_INIT};
    draft->schema.dialect = list->dialect.dialect;
    draft->schema.encoding = strcmp(list->encoding_name, "UTF-8") == 0 ? NULL : list->encoding_name;
    draft->schema.has_header = list->has_header;
    for (unsigned i = 0; error == 0 && i < list->column_count; i++)
        error = read_column(draft, list, i, &found);
    return error == 0 ? add_others(draft, list, &found) : error;
}

void options_draft_write(const struct options_draft *draft, FILE *stream, const char *before)
{
    const struct schema *schema = &draft->schema;
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
        print_kind(schema, i, stream);
        fputc('\n', stream);
    }
    for (unsigned i = 0; i < draft->comment_count; i++)
        fprintf(stream, "%s# %s%s\n", before, draft->comments[i].is_decision ? "To be decided: " : "",
                draft->comments[i].text);
    fprintf(stream, "%s# secret FILE\n", before);
}

void options_draft_free(struct options_draft *draft)
{
    schema_free(&draft->schema);
    for (unsigned i = 0; i < draft->comment_count; i++)
        free(draft->comments[i].text);
    *draft = (struct options_draft){.comment_count = 0};
}
