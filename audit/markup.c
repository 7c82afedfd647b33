#include "markup.h"

#include <string.h>

void markup_bytes(FILE *stream, const char *text, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        switch (text[i]) {
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
            fputc(text[i], stream);
        }
}

void markup_text(FILE *stream, const char *text)
{
    markup_bytes(stream, text, strlen(text));
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
