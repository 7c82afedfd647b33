/* SPDX-License-Identifier: Apache-2.0 */
/* schema.c - the options that say how lists are written. */
#include "lib/csv/schema.h"

#include <stdlib.h>
#include <string.h>

#include "lib/csv/charset.h"
#include "lib/util/message.h"

/* Whether a value is one character that can separate fields or stand around them. */
static bool is_character(const char *value)
{
    unsigned char c = (unsigned char)value[0];
    return strlen(value) == 1 && c < 0x80 && strchr("\r\n", c) == NULL;
}

int schema_set_delimiter(void *target, const struct option_entry *option, const char *value)
{
    if (strcmp(value, "\\t") == 0 || strcmp(value, "tab") == 0)
        value = "\t";
    bool is_good = is_character(value) && *value != '"';
    if (is_good)
        *((char *)target + option->offset) = *value;
    return options_expect(is_good, option, "one ASCII character that is no quote or line end, or 'tab'");
}

int schema_set_quote(void *target, const struct option_entry *option, const char *value)
{
    bool is_none = strcmp(value, "none") == 0;
    if (is_none || is_character(value))
        *((char *)target + option->offset) = is_none ? '\0' : *value;
    return options_expect(is_none || is_character(value), option,
                          "one ASCII character that is no line end, or 'none'");
}

int schema_check(const struct schema *schema)
{
    return schema->dialect.delimiter != schema->dialect.quote
               ? 0
               : message_usage("--delimiter and --quote are the same character");
}

/* Opens the encoding once, so that no work is done before it is known. */
int schema_set_encoding(void *target, const struct option_entry *option, const char *value)
{
    struct charset *charset;
    int error = charset_open(&charset, value);
    if (error == ELIG_E_MEMORY)
        return error;
    if (error != 0)
        return message_usage("--encoding is not one iconv knows ('iconv -l' lists them), or one in which a "
                             "character of ASCII is another one: convert the list to UTF-8");
    charset_close(charset);
    return options_set_text(target, option, value);
}

void schema_free(struct schema *schema)
{
    for (unsigned kind = 0; kind < ELIG_KINDS_MAX; kind++)
        for (unsigned part = 0; part < ELIG_PARTS_MAX; part++)
            free(schema->columns[kind][part]);
    *schema = (struct schema){.kind_count = 0};
}
