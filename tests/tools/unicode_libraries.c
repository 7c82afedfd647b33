/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unicode_libraries.c - compares lib/elig/canon's Unicode modules with libunistring and libidn2.
 *
 *   unicode_libraries [RANDOM]
 *
 * All code points that libunistring knows, alone and in contexts, and RANDOM random texts (default 300000). The
 * libraries are of an older Unicode; what follows from that, or from a rule of ours, is counted by reason. Any
 * other difference, and any domain that both accept with different forms, is printed; exit status 1 if there is
 * one.
 */
#include <idn2.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>

#include "lib/elig/canon/code_point.h"
#include "lib/elig/canon/idna.h"
#include "lib/elig/canon/normalize.h"

#define RANDOM_DEFAULT 300000
#define CODE_POINTS_END 0x110000u
#define SURROGATES_FIRST 0xD800u
#define SURROGATES_END 0xE000u
#define SHOWN 40
#define TEXT_MAX 64
#define ROUNDS 6

static unsigned long compared, different;

struct text {
    uint8_t bytes[ELIG_TEXT_MAX];
    size_t length;
};

static void add(struct text *text, uint32_t code_point)
{
    text->length += code_point_write(code_point, text->bytes + text->length);
}

static void show(const char *what, const struct text *text)
{
    uint32_t code_point;

    if (different++ >= SHOWN)
        return;
    printf("  %s:", what);
    for (size_t at = 0; at < text->length;) {
        size_t size = code_point_read(text->bytes + at, text->length - at, &code_point);
        if (size == 0)
            break;
        printf(" U+%04X", (unsigned)code_point);
        at += size;
    }
    putchar('\n');
}

/* ---- Casefolding ---- */

/* NFKC_Casefold by libunistring: without ignorables, folded until nothing changes. */
static void library_casefold(const struct text *text, struct text *out)
{
    struct text before = {.length = 0};
    uint32_t code_point;

    *out = *text;
    for (int round = 0; round < ROUNDS; round++) {
        before.length = 0;
        for (size_t at = 0, size = 0; at < out->length; at += size) {
            size = code_point_read(out->bytes + at, out->length - at, &code_point);
            if (!uc_is_property_default_ignorable_code_point(code_point))
                add(&before, code_point);
        }
        out->length = ELIG_TEXT_MAX;
        if (u8_casefold(before.bytes, before.length, NULL, UNINORM_NFKC, out->bytes, &out->length) !=
            out->bytes)
            abort();
        if (out->length == before.length && memcmp(out->bytes, before.bytes, before.length) == 0)
            return;
    }
}

/* libunistring folds in another order than definition D147: U+037A is a space and a U+0345 that marks then move
 * past. */
static bool has_037a(const struct text *text)
{
    return memmem(text->bytes, text->length, "\xCD\xBA", 2) != NULL;
}

static unsigned long with_037a;

static void compare_casefold(const struct text *text)
{
    struct text theirs;
    uint8_t ours[ELIG_TEXT_MAX];
    size_t length;

    compared++;
    library_casefold(text, &theirs);
    if (normalize_text((struct elig_text){(const char *)text->bytes, text->length}, FOLD_NONE, ours, &length) ==
            ELIG_REASON_NONE &&
        length == theirs.length && memcmp(ours, theirs.bytes, length) == 0)
        return;
    if (has_037a(text))
        with_037a++;
    else
        show("NFKC_Casefold", text);
}

/* ---- Domain names ---- */

static bool library_domain(const struct text *text, char *out)
{
    struct text name = *text;
    uint8_t *ascii = NULL;
    bool is_domain = false;

    name.bytes[name.length] = 0;
    if (idn2_lookup_u8(name.bytes, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) == IDN2_OK) {
        is_domain = strlen((char *)ascii) <= IDNA_NAME_MAX;
        if (is_domain)
            strcpy(out, (char *)ascii);
        for (char *c = out; is_domain && *c != 0; c++)
            if (*c >= 'A' && *c <= 'Z')
                *c = (char)(*c + ('a' - 'A'));
        idn2_free(ascii);
    }
    size_t length = strlen(is_domain ? out : "");
    return is_domain && idna_check_ascii((uint8_t *)out, &length) != IDNA_MALFORMED;
}

/* UTS #46 maps the capital sharp s to the small one since Unicode 15.1; before, to "ss". */
static unsigned long with_sharp_s;

static bool has_capital_sharp_s(const struct text *text)
{
    return memmem(text->bytes, text->length, "\xE1\xBA\x9E", 3) != NULL;
}

/* Domains that only we accept, and that only libidn2 accepts. */
static unsigned long ours_only, theirs_only;

static void compare_domain(const struct text *text)
{
    uint8_t ours[IDNA_NAME_MAX];
    char theirs[IDNA_NAME_MAX + 1];
    size_t length;
    bool is_ours = idna_to_ascii((struct elig_text){(const char *)text->bytes, text->length}, ours, &length);
    bool is_theirs = library_domain(text, theirs);

    compared++;
    if (is_ours && is_theirs && (strlen(theirs) != length || memcmp(theirs, ours, length) != 0)) {
        if (has_capital_sharp_s(text))
            with_sharp_s++;
        else
            show("domain, two forms", text);
    }
    ours_only += is_ours && !is_theirs;
    theirs_only += is_theirs && !is_ours;
}

/* ---- Code points ---- */

static bool is_known(uint32_t code_point)
{
    return (code_point < SURROGATES_FIRST || code_point >= SURROGATES_END) &&
           !uc_is_general_category_withtable(code_point, UC_CATEGORY_MASK_Cn);
}

static void compare_properties(uint32_t code_point)
{
    uint32_t class = code_point_class(code_point);
    uint32_t mask = UNICODE_TABLE_CCC, theirs = (uint32_t)uc_combining_class(code_point);
    struct text text = {.length = 0};
    const struct {
        uint32_t flag;
        bool is_set;
    } flags[] = {
        {UNICODE_TABLE_ASSIGNED, true},
        {UNICODE_TABLE_CONTROL, uc_is_general_category_withtable(code_point, UC_CATEGORY_MASK_Cc)},
        {UNICODE_TABLE_DASH, uc_is_general_category_withtable(code_point, UC_CATEGORY_MASK_Pd)},
        {UNICODE_TABLE_DIGIT, uc_is_general_category_withtable(code_point, UC_CATEGORY_MASK_Nd)},
        {UNICODE_TABLE_MARK, uc_is_general_category_withtable(code_point, UC_CATEGORY_MASK_M)},
        {UNICODE_TABLE_LETTER, uc_is_general_category_withtable(code_point, UC_CATEGORY_MASK_L)},
        {UNICODE_TABLE_WHITE_SPACE, uc_is_property_white_space(code_point)},
        {UNICODE_TABLE_IGNORABLE, uc_is_property_default_ignorable_code_point(code_point)},
    };

    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        mask |= flags[i].flag;
        theirs |= flags[i].is_set ? flags[i].flag : 0;
    }
    /* Singletons, which decompose before they are ordered, have no combining class in our table. */
    if (code_point == 0x340 || code_point == 0x341 || code_point == 0x343 || code_point == 0x344)
        mask &= ~UNICODE_TABLE_CCC;
    compared++;
    add(&text, code_point);
    if (((class ^ theirs) & mask) != 0 || code_point_decimal(code_point) != uc_decimal_value(code_point))
        show("properties", &text);
}

/* What stands before and after a code point. */
static const uint32_t contexts[][2] = {{0, 0},      {'a', 0},    {0, 'a'},       {0, 0x301},   {0x301, 0x316},
                                       {0xAC00, 0}, {0, 0x11A8}, {0x345, 0x301}, {'i', 0x307}, {0x34F, 0x327}};
static const char *const names[][2] = {
    {"", ".kr"}, {"a", "b.kr"}, {"a.", ""}, {"\xD7\x90", ".com"}, {"1.a", "c"}};

static void compare_code_point(uint32_t code_point)
{
    compare_properties(code_point);
    for (size_t i = 0; i < sizeof contexts / sizeof *contexts; i++) {
        struct text text = {.length = 0};
        if (contexts[i][0] != 0)
            add(&text, contexts[i][0]);
        add(&text, code_point);
        if (contexts[i][1] != 0)
            add(&text, contexts[i][1]);
        compare_casefold(&text);
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct text text = {.length = strlen(names[i][0])};
        memcpy(text.bytes, names[i][0], text.length);
        add(&text, code_point);
        memcpy(text.bytes + text.length, names[i][1], strlen(names[i][1]));
        text.length += strlen(names[i][1]);
        if (code_point >= 0x80)
            compare_domain(&text);
    }
}

static uint64_t random_number(uint64_t *state) /* splitmix64 */
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static void compare_random(uint64_t *state)
{
    struct text text = {.length = 0};

    for (uint64_t i = 1 + random_number(state) % 6; i > 0;) {
        uint32_t limit = (uint32_t[]){0x250, 0x2000, 0x3100, CODE_POINTS_END}[random_number(state) % 4];
        uint32_t code_point = (uint32_t)(random_number(state) % limit);
        if (is_known(code_point) && code_point >= ' ') {
            add(&text, code_point);
            i--;
        }
    }
    compare_casefold(&text);
}

int main(int argc, char **argv)
{
    unsigned long random = argc > 1 ? strtoul(argv[1], NULL, 10) : RANDOM_DEFAULT;
    uint64_t state = 1;

    for (uint32_t code_point = 0x20; code_point < CODE_POINTS_END; code_point++)
        if (is_known(code_point))
            compare_code_point(code_point);
    for (unsigned long i = 0; i < random; i++)
        compare_random(&state);
    printf("  %lu: U+037A in another order than D147 (libunistring)\n", with_037a);
    printf("  %lu: domains with U+1E9E, another form since Unicode 15.1 (libidn2)\n", with_sharp_s);
    printf("  %lu: domains that libidn2 refuses: characters, or mappings of UTS #46, that are newer than its "
           "tables\n",
           ours_only);
    printf("  %lu: domains that only libidn2 accepts: U+0130, symbols, right-to-left rules and classes "
           "(U+1171E), numbers\n",
           theirs_only);
    printf("%s libunistring and libidn2: %lu compared, %lu different\n", different == 0 ? "ok" : "not ok",
           compared, different);
    return different > 0;
}
