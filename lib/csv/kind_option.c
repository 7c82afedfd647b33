/* SPDX-License-Identifier: Apache-2.0 */
/* kind_option.c - splits the value of --kind into parts, and these into column, type and notation. */
#include "lib/csv/kind_option.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/elig/canon/canon.h"
#include "lib/elig/index/header.h"
#include "lib/util/message.h"

/* ---- One part ---- */

struct part {
    struct elig_text column;
    struct elig_part type; /* if has_type */
    bool has_type;
    struct notation notation;
};

enum suffix { SUFFIX_NONE, SUFFIX_UNKNOWN, SUFFIX_UNFIT, SUFFIX_GOOD };

/* Reads [TYPE][/NOTATION], all of text. UNFIT: the notation is not one of the type. */
static enum suffix read_suffix(const char *text, size_t length, struct part *part)
{
    char type[CANON_TYPE_TEXT_MAX] = "";
    size_t type_length = notation_parse(text, length, &part->notation);
    part->has_type = type_length > 0;
    if (length == 0)
        return SUFFIX_UNKNOWN;
    if (type_length == 0)
        return SUFFIX_GOOD;
    if (type_length >= sizeof type)
        return SUFFIX_UNKNOWN;
    memcpy(type, text, type_length);
    if (!canon_part_parse(type, &part->type))
        return SUFFIX_UNKNOWN;
    return notation_fits(&part->notation, (enum elig_type)part->type.type) ? SUFFIX_GOOD : SUFFIX_UNFIT;
}

/* Reads COLUMN:TYPE[/NOTATION] or COLUMN:NOTATION, all of text; other than with SUFFIX_GOOD all of it is the
 * column. */
static enum suffix read_part(const char *text, size_t length, struct part *part)
{
    const char *colon = memrchr(text, ':', length);
    enum suffix suffix = SUFFIX_NONE;
    *part = (struct part){.column = {text, length}, .notation = NOTATION_INIT};
    if (colon != NULL && colon != text)
        suffix = read_suffix(colon + 1, length - (size_t)(colon + 1 - text), part);
    if (suffix == SUFFIX_GOOD)
        part->column.length = (size_t)(colon - text);
    else
        *part = (struct part){.column = {text, length}, .notation = NOTATION_INIT};
    return suffix;
}

/* Says what is wrong with the part at the start of text; returns MESSAGE_E_USAGE. */
static int explain_part(const char *name, unsigned number, const char *text)
{
    static const char kingdom[] = "phone/UK";
    const char *colon = strchr(text, ':');
    struct part part;
    size_t length = colon != NULL ? strcspn(colon + 1, "+") : 0;
    if (colon == NULL || colon == text)
        return message_usage("--kind %s: a part is COLUMN:TYPE, such as mail:email", name);
    if (read_suffix(colon + 1, length, &part) == SUFFIX_UNFIT)
        return message_usage("--kind %s: the notation of part %u is one of another type", name, number);
    if (notation_parse(colon + 1, length, &part.notation) == sizeof kingdom - 1 &&
        memcmp(colon + 1, kingdom, sizeof kingdom - 1) == 0)
        return message_usage("--kind %s: the region of the United Kingdom is GB: phone/GB", name);
    return message_usage("--kind %s: the type of part %u must be email[/plus][/gmail], phone/REGION, "
                         "text[/plain][/compact], digits, date or exact",
                         name, number);
}

/* ---- All parts ---- */

struct parts {
    unsigned count;
    struct part list[ELIG_PARTS_MAX];
};

/* Reads parts that all have a type. Returns NULL, or the text of the first that has none or is one too many. */
static const char *read_typed(const char *text, struct parts *parts)
{
    parts->count = 0;
    for (const char *end = text; parts->count < ELIG_PARTS_MAX; end++) {
        end += strcspn(end, "+");
        struct part *part = &parts->list[parts->count];
        bool is_part = read_part(text, (size_t)(end - text), part) == SUFFIX_GOOD && part->has_type;
        parts->count += is_part;
        if (*end == '\0')
            return is_part ? NULL : text;
        if (is_part)
            text = end + 1;
    }
    return text;
}

/* Reads one part, or one after each '+', of which any may lack its type. Returns how many there are. */
static unsigned read_untyped(const char *text, bool is_composite, struct parts *parts)
{
    unsigned count = 0;
    for (;; count++) {
        size_t length = is_composite ? strcspn(text, "+") : strlen(text);
        struct part part;
        (void)read_part(text, length, &part);
        if (count < ELIG_PARTS_MAX)
            parts->list[count] = part;
        if (text[length] == '\0')
            break;
        text += length + 1;
    }
    parts->count = ++count < ELIG_PARTS_MAX ? count : ELIG_PARTS_MAX;
    return count;
}

/* Takes the parts over as columns of a kind whose types are known. */
static int set_columns(struct schema *schema, unsigned number, const struct parts *parts)
{
    const struct elig_kind *kind = &schema->kinds[number];
    for (unsigned i = 0; i < parts->count; i++) {
        const struct part *part = &parts->list[i];
        struct elig_text column = part->column;
        if (column.length == 0)
            return message_usage("--kind %s: part %u has no column", kind->name, i + 1);
        if (part->has_type && memcmp(&part->type, &kind->parts[i], sizeof part->type) != 0)
            return message_usage("--kind %s: the index has another type of part %u", kind->name, i + 1);
        if (!notation_fits(&part->notation, (enum elig_type)kind->parts[i].type))
            return message_usage("--kind %s: the notation of part %u is one of another type", kind->name,
                                 i + 1);
        if (parts->count > 1 && part->notation.is_several)
            return message_usage("--kind %s: /several is for kinds of one part", kind->name);
        for (unsigned j = 0; j < i; j++)
            if (parts->list[j].column.length == column.length &&
                memcmp(parts->list[j].column.bytes, column.bytes, column.length) == 0)
                return message_usage("--kind %s: a column that is given twice", kind->name);
    }
    for (unsigned i = 0; i < parts->count; i++) {
        schema->notations[number][i] = parts->list[i].notation;
        schema->columns[number][i] = strndup(parts->list[i].column.bytes, parts->list[i].column.length);
        if (schema->columns[number][i] == NULL)
            return ELIG_E_MEMORY;
    }
    return 0;
}

/* ---- The option ---- */

bool kind_option_has_name(const char *text)
{
    const char *equals = strchr(text, '=');
    return equals != NULL && equals != text && equals[1] != '\0';
}

bool kind_option_is_of(const char *text, const char *name)
{
    size_t length = strlen(name);
    return strncmp(text, name, length) == 0 && text[length] == '=';
}

/* Begins a kind of the schema with its name; *columns is what follows it. */
static int add_name(struct schema *schema, const char *text, const char **columns)
{
    const char *equals = strchr(text, '=');
    size_t length = equals != NULL ? (size_t)(equals - text) : 0;
    if (schema->kind_count == ELIG_KINDS_MAX)
        return message_usage("--kind: more than %d kinds", ELIG_KINDS_MAX);
    if (length == 0 || length > ELIG_KIND_NAME_MAX)
        return message_usage("--kind takes NAME=COLUMN:TYPE, the name of at most %d bytes", ELIG_KIND_NAME_MAX);
    struct elig_kind *kind = &schema->kinds[schema->kind_count];
    memcpy(kind->name, text, length);
    if (!header_kind_name_is_valid(kind->name))
        return message_usage("--kind: a name has lower-case letters, digits, '-' and '_' only");
    for (unsigned i = 0; i < schema->kind_count; i++)
        if (strcmp(schema->kinds[i].name, kind->name) == 0)
            return message_usage("--kind %s: given twice", kind->name);
    schema->kind_count++;
    *columns = equals + 1;
    return 0;
}

/* Adds a kind; where types are optional, those of columns without one are `exact`. */
static int add_kind(struct schema *schema, const char *text, bool has_optional_types)
{
    struct parts parts;
    const char *columns = NULL;
    int error = add_name(schema, text, &columns);
    if (error != 0)
        return error;
    unsigned number = schema->kind_count - 1;
    struct elig_kind *kind = &schema->kinds[number];
    const char *rest = read_typed(columns, &parts);
    if (rest != NULL && has_optional_types && read_untyped(columns, true, &parts) <= ELIG_PARTS_MAX)
        rest = NULL;
    if (rest != NULL && parts.count == ELIG_PARTS_MAX)
        return message_usage("--kind %s: more than %d parts", kind->name, ELIG_PARTS_MAX);
    if (rest != NULL)
        return explain_part(kind->name, parts.count + 1, rest);
    kind->part_count = (uint8_t)parts.count;
    for (unsigned i = 0; i < parts.count; i++)
        kind->parts[i] =
            parts.list[i].has_type ? parts.list[i].type : (struct elig_part){.type = ELIG_TYPE_EXACT};
    return set_columns(schema, number, &parts);
}

int kind_option_add(struct schema *schema, const char *text)
{
    return add_kind(schema, text, false);
}

int kind_option_add_untyped(struct schema *schema, const char *text)
{
    return add_kind(schema, text, true);
}

int kind_option_set_columns(struct schema *schema, unsigned number, const char *text)
{
    const struct elig_kind *kind = &schema->kinds[number];
    const char *columns = strchr(text, '=') + 1;
    struct parts parts;
    unsigned count = kind->part_count;
    if (read_typed(columns, &parts) != NULL || parts.count != kind->part_count)
        count = read_untyped(columns, kind->part_count > 1, &parts);
    if (count != kind->part_count)
        return message_usage("--kind %s: the index has %u parts of it", kind->name, kind->part_count);
    return set_columns(schema, number, &parts);
}

char *kind_option_text(const struct schema *schema, unsigned number)
{
    const struct elig_kind *kind = &schema->kinds[number];
    char *text = strdup(kind->name);
    for (unsigned i = 0; i < kind->part_count && text != NULL; i++) {
        char type[CANON_TYPE_TEXT_MAX], notation[NOTATION_TEXT_MAX], *longer;
        canon_part_print(&kind->parts[i], type);
        notation_print(&schema->notations[number][i], notation);
        int length = asprintf(&longer, "%s%c%s:%s%s", text, i == 0 ? '=' : '+', schema->columns[number][i],
                              type, notation);
        free(text);
        text = length < 0 ? NULL : longer;
    }
    return text;
}
