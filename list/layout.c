#include "layout.h"

#include "decode.h"
#include "message.h"

#include <string.h>

int layout_read_delimiter(struct layout *layout, const char *text)
{
    if (strcmp(text, "\\t") == 0 || strcmp(text, "tab") == 0)
        text = "\t";
    unsigned char c = (unsigned char)text[0];
    if (strlen(text) != 1 || c >= 0x80 || strchr("\"\r\n", c) != NULL)
        return message_usage("--delimiter takes one ASCII character that is no quote or line end, or 'tab'");
    layout->delimiter = (char)c;
    return EXIT_DONE;
}

/* Tried now, so that no work is done before it is known. */
int layout_read_encoding(struct layout *layout, const char *text)
{
    struct decoder *decoder;
    if (decoder_open(&decoder, text) != 0)
        return message_usage("--encoding is not one iconv knows: 'iconv -l' lists them");
    decoder_close(decoder);
    layout->encoding = text;
    return EXIT_DONE;
}
