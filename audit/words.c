#include "words.h"

int words_may_be_shown(const char *word)
{
    unsigned digits = 0;
    for (; *word != '\0'; word++) {
        if (*word == '@')
            return 0;
        digits += *word >= '0' && *word <= '9';
    }
    return digits <= WORDS_DIGITS;
}
