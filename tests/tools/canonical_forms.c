/* SPDX-License-Identifier: Apache-2.0 */
/* canonical_forms.c - reads lines of a type, a tab and a text; writes the canonical form of each, or "!" and
 * the number of the reason why it is refused. For comparisons with other implementations. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/elig/canon/canon.h"

int main(void)
{
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length;
    while ((length = getline(&line, &capacity, stdin)) > 0) {
        struct elig_part part;
        uint8_t out[CANON_PART_MAX];
        size_t written;
        line[strcspn(line, "\n")] = 0;
        char *text = strchr(line, '\t');
        if (text == NULL)
            return EXIT_FAILURE;
        *text++ = 0;
        if (!canon_part_parse(line, &part)) {
            puts("!0");
            continue;
        }
        enum elig_reason reason = canon_part(&part, (struct elig_text){text, strlen(text)}, out, &written);
        if (reason == ELIG_REASON_NONE)
            printf("%.*s\n", (int)written, (const char *)out);
        else
            printf("!%d\n", (int)reason);
    }
    free(line);
    return EXIT_SUCCESS;
}
