/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_canon.c - makes canonical forms of arbitrary bytes, and checks that each is its own canonical form.
 *
 * Input: one byte that chooses type and options, then the text. For phone numbers the second byte chooses the
 * default region.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/elig/canon/canon.h"
#include "lib/elig/canon/phone_table.h"

static const char *const types[] = {
    "text",       "text/compact", "digits",           "date",  "exact",      "email",
    "email/plus", "email/gmail",  "email/plus/gmail", "phone", "text/plain", "text/plain/compact",
};
#define TYPE_COUNT (sizeof types / sizeof types[0])
#define PLUS_SIGN "+"

static void require(int condition)
{
    if (!condition)
        abort();
}

/* How a canonical form is typed: a phone number with a '+', which its canonical form lacks. */
static struct elig_text typed(const struct elig_part *part, const uint8_t *form, size_t length, char *room)
{
    size_t plus = part->type == ELIG_TYPE_PHONE ? 1 : 0;

    memcpy(room, PLUS_SIGN, plus);
    memcpy(room + plus, form, length);
    return (struct elig_text){room, plus + length};
}

static void check(const struct elig_part *part, struct elig_text text)
{
    static uint8_t first[CANON_PART_MAX], second[CANON_PART_MAX];
    static char room[CANON_PART_MAX + 1];
    size_t first_length, second_length;
    enum elig_reason reason = canon_part(part, text, first, &first_length);

    if (reason != ELIG_REASON_NONE) {
        require(first_length == 0);
        return;
    }
    require(first_length > 0 && first_length <= CANON_PART_MAX);
    require(canon_part(part, typed(part, first, first_length, room), second, &second_length) ==
            ELIG_REASON_NONE);
    require(first_length == second_length && memcmp(first, second, first_length) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct elig_part part;
    size_t used = 1;

    if (size < used)
        return 0;
    require(canon_part_parse(types[data[0] % TYPE_COUNT], &part));
    if (part.type == ELIG_TYPE_PHONE && size > used)
        phone_table_region_name(&phone_table, (size_t)data[used++] % phone_table.region_count, part.region);
    require(canon_part_is_valid(&part));

    /* A copy of the exact size, so that a sanitizer sees a read beyond its end. */
    size_t length = size - used;
    char *copy = malloc(length > 0 ? length : 1);
    require(copy != NULL);
    memcpy(copy, data + used, length);
    check(&part, (struct elig_text){copy, length});
    free(copy);
    return 0;
}
