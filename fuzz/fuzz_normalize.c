/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_normalize.c - normalisation, folds and domain names of hostile text, and that each form is its own form.
 *
 * Input: one byte that chooses what is done, then the text, of any bytes; Punycode gets the text as it is.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/elig/canon/code_point.h"
#include "lib/elig/canon/idna.h"
#include "lib/elig/canon/normalize.h"
#include "lib/elig/canon/punycode.h"

enum operation {
    OPERATION_CASEFOLD, /* those of folds[] */
    OPERATION_TEXT,
    OPERATION_PLAIN,
    OPERATION_LOCAL,
    OPERATION_COMPACT,
    OPERATION_PLAIN_COMPACT,
    OPERATION_DOMAIN,
    OPERATION_PUNYCODE,
    OPERATION_COUNT
};

static const enum fold folds[] = {FOLD_NONE,  FOLD_TEXT,    FOLD_PLAIN,
                                  FOLD_LOCAL, FOLD_COMPACT, FOLD_PLAIN_COMPACT};

static void require(bool condition)
{
    if (!condition)
        abort();
}

/* Whether the text is one that these modules are given: well-formed UTF-8 of assigned code points. Whatever it
 * is, reading it backwards finds the same. */
static bool is_accepted(struct elig_text text)
{
    const uint8_t *bytes = (const uint8_t *)text.bytes;
    uint32_t code_point, last;

    for (size_t at = 0; at < text.length;) {
        size_t size = code_point_read(bytes + at, text.length - at, &code_point);
        if (size == 0)
            return false;
        at += size;
        require(code_point_read_last(bytes, at, &last) == size && last == code_point);
        require(code_point_decimal(code_point) < 10);
        if ((code_point_class(code_point) & UNICODE_TABLE_ASSIGNED) == 0)
            return false;
    }
    return text.length <= ELIG_TEXT_MAX;
}

static bool form(enum operation operation, struct elig_text text, uint8_t *out, size_t *length)
{
    if (operation == OPERATION_DOMAIN)
        return idna_to_ascii(text, out, length);
    return normalize_text(text, folds[operation], out, length) == ELIG_REASON_NONE;
}

static void check_form(enum operation operation, struct elig_text text)
{
    static uint8_t first[ELIG_TEXT_MAX], second[ELIG_TEXT_MAX], general[ELIG_TEXT_MAX];
    size_t first_length, second_length, general_length;

    if (!is_accepted(text) || !form(operation, text, first, &first_length))
        return;
    struct elig_text again = {(const char *)first, first_length};
    require(is_accepted(again));
    require(form(operation, again, second, &second_length));
    require(first_length == second_length && memcmp(first, second, first_length) == 0);
    if (operation == OPERATION_DOMAIN) {
        require(first_length > 0 && first_length <= IDNA_NAME_MAX);
        require(idna_check_ascii(first, &second_length) != IDNA_MALFORMED && second_length == first_length);
        return;
    }
    require(normalize_text_general(text, folds[operation], general, &general_length) == ELIG_REASON_NONE);
    require(general_length == first_length && memcmp(first, general, first_length) == 0);
}

static void check_punycode(const uint8_t *bytes, size_t length)
{
    static uint32_t code_points[IDNA_LABEL_MAX];
    static uint8_t again[IDNA_LABEL_MAX];
    size_t count, again_length;

    if (length > IDNA_LABEL_MAX || !punycode_decode(bytes, length, code_points, IDNA_LABEL_MAX, &count))
        return;
    for (size_t i = 0; i < count; i++)
        if (code_points[i] < 0x80 &&
            memchr("abcdefghijklmnopqrstuvwxyz0123456789-", (int)code_points[i], 37) == NULL)
            return; /* no label */
    require(punycode_encode(code_points, count, again, sizeof again, &again_length));
    require(again_length == length && memcmp(again, bytes, length) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    enum operation operation = (enum operation)(data[0] % OPERATION_COUNT);

    /* A copy of the exact size, so that a sanitizer sees a read beyond its end. */
    size_t length = size - 1;
    char *copy = malloc(length > 0 ? length : 1);
    require(copy != NULL);
    memcpy(copy, data + 1, length);
    if (operation == OPERATION_PUNYCODE)
        check_punycode((const uint8_t *)copy, length);
    else
        check_form(operation, (struct elig_text){copy, length});
    free(copy);
    return 0;
}
