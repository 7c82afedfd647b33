/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/csv/schema.h"

#include <string.h>

#include "lib/csv/charset.h"
#include "lib/util/message.h"

int schema_read_delimiter(struct schema *schema, const char *text)
{
    if (strcmp(text, "\\t") == 0 || strcmp(text, "tab") == 0)
        text = "\t";
    unsigned char c = (unsigned char)text[0];
    if (strlen(text) != 1 || c >= 0x80 || strchr("\"\r\n", c) != NULL)
        return message_usage("--delimiter takes one ASCII character that is no quote or line end, or 'tab'");
    schema->delimiter = (char)c;
    return EXIT_DONE;
}

/* Tried now, so that no work is done before it is known. */
int schema_read_encoding(struct schema *schema, const char *text)
{
    struct charset *charset;
    if (charset_open(&charset, text) != 0)
        return message_usage("--encoding is not one iconv knows: 'iconv -l' lists them");
    charset_close(charset);
    schema->encoding = text;
    return EXIT_DONE;
}
