/* SPDX-License-Identifier: Apache-2.0 */
/* schema.c - the options that say how lists are written. */
#include "lib/csv/schema.h"

#include <string.h>

#include "lib/csv/charset.h"
#include "lib/util/message.h"

int schema_set_delimiter(void *target, const struct option_entry *option, const char *value)
{
    if (strcmp(value, "\\t") == 0 || strcmp(value, "tab") == 0)
        value = "\t";
    unsigned char c = (unsigned char)value[0];
    bool is_good = strlen(value) == 1 && c < 0x80 && strchr("\"\r\n", c) == NULL;
    if (is_good)
        *((char *)target + option->offset) = (char)c;
    return options_expect(is_good, option, "one ASCII character that is no quote or line end, or 'tab'");
}

/* Opens the encoding once, so that no work is done before it is known. */
int schema_set_encoding(void *target, const struct option_entry *option, const char *value)
{
    struct charset *charset;
    if (charset_open(&charset, value) != 0)
        return message_usage("--encoding is not one iconv knows: 'iconv -l' lists them");
    charset_close(charset);
    return options_set_text(target, option, value);
}
