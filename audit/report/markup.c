/* SPDX-License-Identifier: Apache-2.0 */
/* markup.c - escapes text for HTML and XML. */
#include "audit/report/markup.h"

void markup_text(FILE *stream, const char *text)
{
    for (; *text != '\0'; text++)
        switch (*text) {
        case '&':
            fputs("&amp;", stream);
            break;
        case '<':
            fputs("&lt;", stream);
            break;
        case '>':
            fputs("&gt;", stream);
            break;
        case '"':
            fputs("&quot;", stream);
            break;
        case '\'':
            fputs("&#39;", stream);
            break;
        default:
            fputc(*text, stream);
        }
}

void markup_element(FILE *stream, const char *name, const char *class, const char *text)
{
    fprintf(stream, "<%s", name);
    if (class != NULL)
        fprintf(stream, " class=\"%s\"", class);
    fputc('>', stream);
    markup_text(stream, text);
    fprintf(stream, "</%s>\n", name);
}
