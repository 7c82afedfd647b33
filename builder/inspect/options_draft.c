/* SPDX-License-Identifier: Apache-2.0 */
/* options_draft.c - kinds, suggestions and decisions, and the options file that they become. */
#include "builder/inspect/options_draft.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "builder/inspect/draft_columns.h"
#include "lib/elig/canon/canon.h"

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

/* ---- Kinds ---- */

int options_draft_add(struct options_draft *draft, const struct list_description *list, const char *name,
                      const struct draft_part *parts, unsigned count)
{
    struct schema *schema = &draft->schema;
    struct elig_kind *kind = &schema->kinds[schema->kind_count];
    snprintf(kind->name, sizeof kind->name, "%s", name);
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

/* Writes one part of an option --kind. */
static void print_part(FILE *out, unsigned number, const char *column, const struct elig_part *part,
                       const struct notation *notation)
{
    char type[OPTIONS_DRAFT_TYPE_MAX];
    options_draft_type_name(part, notation, type);
    fprintf(out, "%c%s:%s", number == 0 ? '=' : '+', column, type);
}

static void print_kind(const struct schema *schema, unsigned number, FILE *out)
{
    const struct elig_kind *kind = &schema->kinds[number];
    fprintf(out, "kind %s", kind->name);
    for (unsigned i = 0; i < kind->part_count; i++)
        print_part(out, i, schema->columns[number][i], &kind->parts[i], &schema->notations[number][i]);
}

/* ---- Comments ---- */

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

int options_draft_suggest(struct options_draft *draft, const struct list_description *list, const char *name,
                          const struct draft_part *parts, unsigned count)
{
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    if (stream == NULL)
        return ELIG_E_MEMORY;
    fprintf(stream, "kind %s", name);
    for (unsigned i = 0; i < count; i++) {
        char column[OPTIONS_DRAFT_COLUMN_MAX];
        options_draft_column_name(list, parts[i].column, column);
        print_part(stream, i, column, &parts[i].part, &parts[i].notation);
    }
    if (fclose(stream) != 0) {
        free(text);
        text = NULL;
    }
    return add_comment(draft, text, false);
}

int options_draft_suggest_text(struct options_draft *draft, const char *option, const char *value)
{
    char *text = NULL;
    return add_comment(draft, asprintf(&text, "%s %s", option, value) >= 0 ? text : NULL, false);
}

/* Writes the names of columns between quotes, or their numbers. */
static void print_columns(FILE *out, const struct list_description *list, const unsigned *columns,
                          unsigned count)
{
    char name[OPTIONS_DRAFT_COLUMN_MAX];
    fputs(count > 1 ? "columns" : "column", out);
    for (unsigned i = 0; i < count; i++) {
        options_draft_column_name(list, columns[i], name);
        fprintf(out, list->is_named ? "%s '%s'" : "%s %s", i > 0 ? "," : "", name);
    }
    fputs(": ", out);
}

int options_draft_decide(struct options_draft *draft, const struct list_description *list,
                         const unsigned *columns, unsigned count, const char *format, ...)
{
    char *text = NULL;
    size_t length;
    va_list arguments;
    FILE *stream = open_memstream(&text, &length);
    if (stream == NULL)
        return ELIG_E_MEMORY;
    if (count > 0)
        print_columns(stream, list, columns, count);
    va_start(arguments, format);
    vfprintf(stream, format, arguments);
    va_end(arguments);
    if (fclose(stream) != 0) {
        free(text);
        text = NULL;
    }
    return add_comment(draft, text, true);
}

/* ---- The whole ---- */

int options_draft_make(struct options_draft *draft, const struct list_description *list)
{
    *draft = (struct options_draft){.schema = SCHEMA_INIT};
    draft->schema.dialect = list->dialect.dialect;
    draft->schema.encoding = strcmp(list->encoding_name, "UTF-8") == 0 ? NULL : list->encoding_name;
    draft->schema.has_header = list->has_header;
    return draft_columns_choose(draft, list);
}

static void write_dialect(const struct options_draft *draft, FILE *stream, const char *before)
{
    const struct schema *schema = &draft->schema;
    fprintf(stream, "%s# How the list is written.\n", before);
    if (schema->encoding != NULL && !draft->is_encoding_open)
        fprintf(stream, "%sencoding %s\n", before, schema->encoding);
    if (schema->dialect.delimiter == '\t')
        fprintf(stream, "%sdelimiter tab\n", before);
    else if (schema->dialect.delimiter != ',')
        fprintf(stream, "%sdelimiter %c\n", before, schema->dialect.delimiter);
    if (schema->dialect.quote == '\0')
        fprintf(stream, "%squote none\n", before);
    if (!schema->has_header)
        fprintf(stream, "%sno-header\n", before);
}

void options_draft_write(const struct options_draft *draft, FILE *stream, const char *before)
{
    write_dialect(draft, stream, before);
    fprintf(stream, "%s# What is listed.\n", before);
    for (unsigned i = 0; i < draft->schema.kind_count; i++) {
        fputs(before, stream);
        print_kind(&draft->schema, i, stream);
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
