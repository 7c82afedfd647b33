/* SPDX-License-Identifier: Apache-2.0 */
/* test_canon.c - canonical forms: the rules of each type, and the fast ways. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/elig/canon/ascii.h"
#include "lib/elig/canon/canon.h"
#include "lib/elig/canon/decimal.h"
#include "lib/elig/canon/email.h"
#include "lib/elig/canon/idna.h"
#include "tests/support/spellings.h"

#define RANDOM_TEXTS 200000
#define WORDS_BYTES 35 /* more than four words of eight bytes */
#define RANDOM_TEXT_MAX 40

static void assert_canonical(const char *type, const char *text, const char *expected)
{
    char out[CANON_PART_MAX + 1];

    assert_int_equal(canonical_form(type, text, out), ELIG_REASON_NONE);
    assert_string_equal(out, expected);
}

static void assert_refused(const char *type, const char *text, enum elig_reason expected)
{
    char out[CANON_PART_MAX + 1];

    assert_int_equal(canonical_form(type, text, out), expected);
    assert_string_equal(out, "");
}

static const char *const every_type[] = {"email", "phone", "phone/KR", "text", "digits", "date", "exact"};
#define EVERY_TYPE (sizeof every_type / sizeof every_type[0])

/* ---- what holds for every type ---- */

static void a_blank_text_is_empty_in_every_type(void **state)
{
    static const char *const blank[] = {
        "",
        " \t\r\n",
        "\xC2\xA0\xE3\x80\x80",     /* U+00A0, U+3000: White_Space */
        "\xE2\x80\x8B\xEF\xBB\xBF", /* U+200B, U+FEFF: default ignorable */
        " \xC2\xAD ",               /* U+00AD: default ignorable */
        "\xE3\x85\xA4",             /* U+3164 Hangul filler: default ignorable */
    };

    (void)state;
    for (size_t type = 0; type < EVERY_TYPE; type++)
        for (size_t i = 0; i < sizeof blank / sizeof blank[0]; i++)
            assert_refused(every_type[type], blank[i], ELIG_REASON_EMPTY);
}

static void ill_formed_utf8_is_refused_in_every_type(void **state)
{
    /* The Unicode Standard, table 3-7: overlong, surrogate, beyond U+10FFFF, cut short, stray byte; then three
     * bytes of which only the first keeps them from being a Hangul syllable. */
    static const char *const ill_formed[] = {
        "a\xC0\xAF", "a\xED\xA0\x80",     "a\xF4\x90\x80\x80", "a\xE3\x85",    "a\x80z",
        "\xFF",      "a\xF0\x80\x80\xAF", "J\xB0\x80",         "\xCA\xB0\x80", "\xFA\xB0\x80",
    };

    (void)state;
    for (size_t type = 0; type < EVERY_TYPE; type++)
        for (size_t i = 0; i < sizeof ill_formed / sizeof ill_formed[0]; i++)
            assert_refused(every_type[type], ill_formed[i], ELIG_REASON_ENCODING);
}

static void inner_control_characters_are_refused_in_every_type(void **state)
{
    static const char *const control[] = {"a\tb", "a\nb", "a\x7F", "a\xC2\x85z", "\x01"};

    (void)state;
    for (size_t type = 0; type < EVERY_TYPE; type++)
        for (size_t i = 0; i < sizeof control / sizeof control[0]; i++)
            assert_refused(every_type[type], control[i], ELIG_REASON_CONTROL);
}

static void a_nul_byte_is_a_control_character(void **state)
{
    const struct elig_part part = {.type = ELIG_TYPE_EXACT};
    uint8_t out[CANON_PART_MAX];
    size_t length;

    (void)state;
    assert_int_equal(canon_part(&part, (struct elig_text){"ab\0", 3}, out, &length), ELIG_REASON_CONTROL);
    assert_int_equal(canon_part(&part, (struct elig_text){"\0", 1}, out, &length), ELIG_REASON_CONTROL);
}

static void unassigned_code_points_are_refused_in_every_type(void **state)
{
    /* U+0378 has never been assigned; U+FDD0 and U+1FFFE are noncharacters. */
    static const char *const unassigned[] = {"a\xCD\xB8z", "a\xEF\xB7\x90", "a\xF0\x9F\xBF\xBEz"};

    (void)state;
    for (size_t type = 0; type < EVERY_TYPE; type++)
        for (size_t i = 0; i < sizeof unassigned / sizeof unassigned[0]; i++)
            assert_refused(every_type[type], unassigned[i], ELIG_REASON_UNASSIGNED);
}

static void null_text_of_no_length_is_empty(void **state)
{
    const struct elig_part part = {.type = ELIG_TYPE_TEXT};
    uint8_t out[CANON_PART_MAX];
    size_t length;

    (void)state;
    assert_int_equal(canon_part(&part, (struct elig_text){NULL, 0}, out, &length), ELIG_REASON_EMPTY);
}

static void length_is_judged_after_trimming(void **state)
{
    char text[ELIG_TEXT_MAX + 3];
    char out[CANON_PART_MAX + 1];

    (void)state;
    memset(text, 'x', sizeof text);
    text[0] = text[ELIG_TEXT_MAX + 1] = ' ';
    text[ELIG_TEXT_MAX + 2] = 0;
    assert_int_equal(canonical_form("exact", text, out), ELIG_REASON_NONE);
    assert_int_equal(strlen(out), ELIG_TEXT_MAX);
    text[0] = 'x';
    assert_refused("exact", text, ELIG_REASON_TOO_LONG);
    assert_refused("text", text, ELIG_REASON_TOO_LONG);
}

static void a_text_that_grows_beyond_the_limit_is_too_long(void **state)
{
    static const char ligature[] = "\xEF\xB7\xBA"; /* U+FDFA: three bytes that become 33 */
    char text[ELIG_TEXT_MAX + 1];
    size_t used = 0;

    (void)state;
    while (used + sizeof ligature <= sizeof text) {
        memcpy(text + used, ligature, sizeof ligature);
        used += sizeof ligature - 1;
    }
    assert_refused("text", text, ELIG_REASON_TOO_LONG);
    assert_refused("digits", text, ELIG_REASON_TOO_LONG);
}

/* ---- text ---- */

static void text_is_casefolded_and_composed(void **state)
{
    (void)state;
    assert_canonical("text", "Kim  Minsu ", "kim minsu");
    assert_canonical("text", "Ma\xC3\x9F", "mass");                   /* CaseFolding.txt: 00DF F 0073 0073 */
    assert_canonical("text", "\xE1\xBA\x9E", "ss");                   /* CaseFolding.txt: 1E9E */
    assert_canonical("text", "A\xCC\x8A", "\xC3\xA5");                /* UAX #15, figure 3: A + ring */
    assert_canonical("text", "\xE2\x84\xAB", "\xC3\xA5");             /* UAX #15, figure 3: angstrom sign */
    assert_canonical("text", "\xEF\xAC\x81", "fi");                   /* UAX #15, figure 6: ligature fi */
    assert_canonical("text", "2\xE2\x81\xB5", "25");                  /* UAX #15, figure 6: 2, superscript 5 */
    assert_canonical("text", "\xE1\xBA\x9B\xCC\xA3", "\xE1\xB9\xA9"); /* UAX #15, figure 6 */
    assert_canonical("text", "\xCE\xA3\xCE\x91\xCE\xA3", "\xCF\x83\xCE\xB1\xCF\x83"); /* no final sigma */
    assert_canonical("text", "a\xC2\xAD\xE2\x80\x8Bx\xE2\x80\x8F", "ax");             /* ignorables dropped */
}

static void decomposed_hangul_agrees_with_composed(void **state)
{
    (void)state;
    /* The Unicode Standard, section 3.12: U+1112 U+1161 U+11AB is U+D55C */
    assert_canonical("text", "\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", "\xED\x95\x9C");
    assert_canonical("text", "\xED\x95\x98\xE1\x86\xAB", "\xED\x95\x9C"); /* syllable without final + final */
    assert_canonical("text", "\xED\x95\x9C", "\xED\x95\x9C");
}

static void text_collapses_white_space_and_compact_removes_it(void **state)
{
    (void)state;
    assert_canonical("text", "\xEA\xB9\x80 \xE3\x80\x80 \xEC\xB2\xA0\xEC\x88\x98",
                     "\xEA\xB9\x80 \xEC\xB2\xA0\xEC\x88\x98");
    assert_canonical("text/compact", "\xEA\xB9\x80 \xE3\x80\x80 \xEC\xB2\xA0\xEC\x88\x98",
                     "\xEA\xB9\x80\xEC\xB2\xA0\xEC\x88\x98");
    assert_canonical("text", "a\xE2\x80\xA8z", "a z"); /* U+2028 line separator */
}

static void compact_text_composes_what_the_space_kept_apart(void **state)
{
    (void)state;
    assert_canonical("text/compact", "e \xCC\x81", "\xC3\xA9");
    assert_canonical("text/compact", "\xED\x95\x98 \xE1\x86\xAB", "\xED\x95\x9C");
}

/* ---- email ---- */

static void email_spellings_of_one_address_agree(void **state)
{
    static const char *const spellings[] = {
        "user.name@post.test",
        "  User.Name@Post.TEST\r\n",
        "\xEF\xBD\x95ser.name\xEF\xBC\xA0post\xE3\x80\x82test", /* fullwidth u and @, U+3002 */
        "user.name@post\xEF\xBC\x8Etest\xE2\x80\x8B",           /* fullwidth dot, U+200B */
        "user\xC2\xAD.name@po\xC2\xADst.test",                  /* soft hyphens */
    };

    (void)state;
    for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++)
        assert_canonical("email", spellings[i], "user.name@post.test");
}

static void email_needs_an_at(void **state)
{
    (void)state;
    assert_refused("email", "example.com", ELIG_REASON_EMAIL_AT);
    assert_refused("email", "x", ELIG_REASON_EMAIL_AT);
}

static void email_is_split_at_the_last_at(void **state)
{
    (void)state;
    assert_canonical("email", "\"a@b\"@Example.com", "\"a@b\"@example.com");
}

static void email_local_part_is_1_to_64_bytes_without_space(void **state)
{
    char text[EMAIL_LOCAL_MAX + sizeof "x@example.com"];

    (void)state;
    assert_refused("email", "@example.com", ELIG_REASON_EMAIL_LOCAL);
    assert_refused("email", "a b@example.com", ELIG_REASON_EMAIL_BEFORE);
    assert_refused("email", "a @example.com", ELIG_REASON_EMAIL_LOCAL);
    assert_refused("email", "a\xE3\x80\x80z@example.com", ELIG_REASON_EMAIL_BEFORE);
    memset(text, 'x', EMAIL_LOCAL_MAX);
    memcpy(text + EMAIL_LOCAL_MAX, "@example.com", sizeof "@example.com");
    assert_canonical("email", text, text);
    memcpy(text + EMAIL_LOCAL_MAX, "x@example.com", sizeof "x@example.com");
    assert_refused("email", text, ELIG_REASON_EMAIL_LOCAL);
}

static void email_domain_must_have_a_dot(void **state)
{
    (void)state;
    assert_refused("email", "user@localhost", ELIG_REASON_EMAIL_DOMAIN);
    assert_refused("email",
                   "user@b\xC3\xBC"
                   "cher",
                   ELIG_REASON_EMAIL_DOMAIN);
    assert_canonical("email",
                     "user@a\xE3\x80\x82"
                     "b",
                     "user@a.b");
}

static void email_domain_labels_are_letters_digits_underscores_and_inner_hyphens(void **state)
{
    static const char *const malformed[] = {
        "user@",
        "user@.",
        "user@.com",
        "user@example.",
        "user@example.com..",
        "user@a..b",
        "user@-a.com",
        "user@a-.com",
        "user@a b.com",
        "user@[10.0.0.1]",
        "user@\xE3\x80\x82net",
        "user@-\xC3\xBC.com",
        "user@\xC3\xBC..com",
        "user@b \xC3\xBC.com",
        "user@a b.\xC3\xBC",
        "user@\xC3\xBC\xC2\xA8.com", /* U+00A8 is mapped to a space and U+0308 */
        "user@\xE2\x91\xB4.com",     /* U+2474 is mapped to (1) */
    };

    (void)state;
    for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++)
        assert_refused("email", malformed[i], ELIG_REASON_EMAIL_DOMAIN);
    assert_canonical("email", "u@a-b.c--d.x", "u@a-b.c--d.x");
    assert_canonical("email", "u@exam_ple.com", "u@exam_ple.com");
    assert_canonical("email", "u@b\xC3\xBC_.com.", "u@xn--b_-xka.com");
}

static void email_domain_lengths_are_bounded(void **state)
{
    char text[2 * IDNA_NAME_MAX] = "u@";
    size_t used = strlen(text);

    (void)state;
    memset(text + used, 'a', IDNA_LABEL_MAX);
    memcpy(text + used + IDNA_LABEL_MAX, ".b", sizeof ".b");
    assert_canonical("email", text, text);
    memcpy(text + used + IDNA_LABEL_MAX, "a.b", sizeof "a.b");
    assert_refused("email", text, ELIG_REASON_EMAIL_DOMAIN);
    for (size_t i = 0; i < IDNA_NAME_MAX; i++)
        text[used + i] = i % 2 ? '.' : 'a';
    text[used + IDNA_NAME_MAX] = 0;
    assert_canonical("email", text, text);
    memcpy(text + used + IDNA_NAME_MAX, "a", sizeof "a");
    assert_refused("email", text, ELIG_REASON_EMAIL_DOMAIN);
}

static void email_domains_become_a_labels(void **state)
{
    (void)state;
    assert_canonical("email", "u@fa\xC3\x9F.de", "u@xn--fa-hia.de"); /* IdnaTestV2.txt */
    assert_canonical("email",
                     "u@B\xC3\xBC"
                     "cher.example",
                     "u@xn--bcher-kva.example"); /* UTS #46, 4.5 */
    assert_canonical("email",
                     "u@bu\xCC\x88"
                     "cher.example",
                     "u@xn--bcher-kva.example");
    assert_canonical("email", "u@\xCF\x83\xCF\x8C\xCE\xBB\xCE\xBF\xCF\x82.gr",
                     "u@xn--wxaijb9b.gr"); /* UTS #46 */
    assert_canonical("email", "u@\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x80\x82\xEF\xBC\xAA\xEF\xBC\xB0",
                     "u@xn--wgv71a119e.jp"); /* UTS #46, section 1.2: fullwidth JP after U+3002 */
    assert_canonical("email", "u@\xED\x95\x9C\xEA\xB8\x80.kr", "u@xn--bj0bj06e.kr");
}

static void email_a_labels_agree_with_their_u_labels(void **state)
{
    (void)state;
    assert_canonical("email", "u@XN--FA-HIA.de", "u@xn--fa-hia.de");
    assert_canonical("email", "u@xn--bcher-kva.example", "u@xn--bcher-kva.example");
    assert_canonical("email", "u@www.xn--bj0bj06e.kr", "u@www.xn--bj0bj06e.kr");
}

static void email_forged_a_labels_are_refused(void **state)
{
    static const char *const forged[] = {
        "u@xn--example.com", /* decodes to nothing */
        "u@xn--a.com",
        "u@xn--.com",
        "u@xn--example-.com", /* decodes to plain ASCII */
        "u@xn--Bcher-Kva-.example",
        "u@xn--fa-hia\xC3\xBC.de",
        "u@xn--7a.com",
        "u@xn--strae-oqa0.de",
    };

    (void)state;
    for (size_t i = 0; i < sizeof forged / sizeof forged[0]; i++)
        assert_refused("email", forged[i], ELIG_REASON_EMAIL_DOMAIN);
}

static void email_options_are_off_by_default(void **state)
{
    (void)state;
    assert_canonical("email", "a.b+tag@gmail.com", "a.b+tag@gmail.com");
    assert_canonical("email", "a.b@googlemail.com", "a.b@googlemail.com");
}

static void email_plus_drops_the_tag(void **state)
{
    (void)state;
    assert_canonical("email/plus", "a.b+tag+more@Example.com", "a.b@example.com");
    assert_canonical("email/plus", "a.b@gmail.com", "a.b@gmail.com");
    assert_canonical("email/plus", "a\xEF\xBC\x8Btag@example.com", "a@example.com"); /* fullwidth plus */
    assert_refused("email/plus", "+tag@example.com", ELIG_REASON_EMAIL_LOCAL);
}

static void email_gmail_drops_dots_and_joins_googlemail(void **state)
{
    (void)state;
    assert_canonical("email/gmail", "A.B.c@GoogleMail.com", "abc@gmail.com");
    assert_canonical("email/gmail", "a.b+tag@gmail.com", "ab+tag@gmail.com");
    assert_canonical("email/gmail", "a.b@example.com", "a.b@example.com");
    assert_canonical("email/plus/gmail", "a.b+c.d@googlemail.com", "ab@gmail.com");
    assert_refused("email/gmail", "..@gmail.com", ELIG_REASON_EMAIL_LOCAL);
    assert_refused("email/gmail/plus", ".+x@gmail.com", ELIG_REASON_EMAIL_LOCAL);
}

/* ---- digits, date, exact ---- */

static void digits_of_any_script_are_kept_and_separators_dropped(void **state)
{
    (void)state;
    assert_canonical("digits", "900101-1234567", "9001011234567");
    assert_canonical("digits", "(12) 34.56/78", "12345678");
    assert_canonical("digits", "\xEF\xBC\x91\xEF\xBC\x92\xE3\x83\xBB\xEF\xBC\x93",
                     "123");                                              /* fullwidth, U+30FB */
    assert_canonical("digits", "\xD9\xA1\xE2\x80\x93\xE0\xA5\xA8", "12"); /* Arabic 1, U+2013, Devanagari 2 */
    assert_canonical("digits",
                     "\xE2\x80\xAA"
                     "12\xE2\x80\xAC",
                     "12"); /* U+202A, U+202C around a pasted number */
    assert_canonical("digits",
                     "1\xE2\x88\x92\xC2\xB7"
                     "2",
                     "12"); /* U+2212, U+00B7 */
}

static void digits_refuse_anything_else(void **state)
{
    static const char *const refused[] = {"12a", "+12", "1,2", "---", "1#", "\xEA\xB0\x80", "1_2"};

    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        assert_refused("digits", refused[i], ELIG_REASON_DIGITS_CHARACTER);
}

static void date_spellings_agree(void **state)
{
    static const char *const spellings[] = {
        "1999-12-31",
        "19991231",
        "1999.12.31",
        "1999/12/31",
        " 1999-12-31 ",
        "\xEF\xBC\x91\xEF\xBC\x99\xEF\xBC\x99\xEF\xBC\x99\xEF\xBC\x8E\xEF\xBC\x91\xEF\xBC\x92.31", /* fullwidth
                                                                                                    */
        "\xD9\xA1\xD9\xA9\xD9\xA9\xD9\xA9\xD9\xA1\xD9\xA2\xD9\xA3\xD9\xA1",                        /* Arabic */
    };

    (void)state;
    for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++)
        assert_canonical("date", spellings[i], "1999-12-31");
}

static void date_formats_that_may_mean_two_days_are_refused(void **state)
{
    static const char *const refused[] = {
        "31/12/1999",   "12/31/1999", "1999-12.31", "1999-1231",         "199912-31",
        "1999-1-001",   "99-12-31",   "991231",     "1999--1231",        "1999-12-31T",
        "1999-12-31 1", "1999 12-31", "-999-12-31", "1999-12-3\xCC\x81",
    };

    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        assert_refused("date", refused[i], ELIG_REASON_DATE_FORMAT);
}

static void date_must_be_in_the_gregorian_calendar(void **state)
{
    static const char *const refused[] = {"2023-02-29", "1900-02-29", "2000-02-30", "2001-04-31", "2001-13-01",
                                          "2001-00-10", "2001-01-00", "2001-01-32", "0000-01-01"};

    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        assert_refused("date", refused[i], ELIG_REASON_DATE_CALENDAR);
    assert_canonical("date", "20000229", "2000-02-29");
    assert_canonical("date", "2024.02.29", "2024-02-29");
    assert_canonical("date", "0001/01/01", "0001-01-01");
    assert_canonical("date", "99991231", "9999-12-31");
}

static void exact_keeps_case_and_inner_bytes(void **state)
{
    (void)state;
    assert_canonical("exact", " Ab  \xEF\xBC\x91 ", "Ab  \xEF\xBC\x91");
    assert_canonical("exact", "A\xCC\x8A", "A\xCC\x8A");
    assert_canonical("exact", "\xEF\xBB\xBFx\xE2\x80\x8B", "x");
    assert_canonical("exact", "\xE3\x80\x80x\xE3\x80\x80",
                     "x"); /* U+3000, whose last byte is the lowest beyond ASCII */
    assert_canonical("exact", "x\xE2\x80\x80", "x");
}

/* ---- the fast ways ---- */

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u; /* Numerical Recipes, section 7.1 */
    return *seed >> 8;
}

static void printable_ascii_is_told_whatever_byte_is_in_whatever_place(void **state)
{
    char text[WORDS_BYTES];

    (void)state;
    memset(text, 'x', sizeof text);
    for (size_t length = 0; length <= sizeof text; length++) {
        assert_int_equal(ascii_is_printable((struct elig_text){text, length}), 1);
        for (size_t at = 0; at < length; at++) {
            for (int byte = 0; byte <= UCHAR_MAX; byte++) {
                text[at] = (char)byte;
                assert_int_equal(ascii_is_printable((struct elig_text){text, length}),
                                 byte >= ' ' && byte <= '~');
            }
            text[at] = 'x';
        }
    }
}

static void lower_case_is_that_of_each_byte_alone(void **state)
{
    uint32_t seed = 3;

    (void)state;
    for (int i = 0; i < RANDOM_TEXTS; i++) {
        uint8_t text[WORDS_BYTES], lower[WORDS_BYTES + 1], expected[WORDS_BYTES + 1];
        size_t length = next_random(&seed) % (WORDS_BYTES + 1);

        memset(lower, '!', sizeof lower);
        memset(expected, '!', sizeof expected);
        for (size_t at = 0; at < length; at++) {
            text[at] = (uint8_t)next_random(&seed);
            expected[at] = (uint8_t)(text[at] >= 'A' && text[at] <= 'Z' ? text[at] + ('a' - 'A') : text[at]);
        }
        ascii_lower(text, length, lower);
        assert_memory_equal(lower, expected, sizeof lower); /* and nothing beyond */
        ascii_lower(text, length, text);
        assert_memory_equal(text, expected, length);
    }
}

static void ascii_has_the_separators_of_the_rules(void **state)
{
    (void)state;
    for (uint32_t c = 0; c < ASCII_END; c++) {
        int expected = DECIMAL_OTHER;
        if (c >= '0' && c <= '9')
            expected = (int)c - '0';
        else if (c != 0 && strchr("\t\n\v\f\r -./()", (int)c) != NULL)
            expected = DECIMAL_SEPARATOR;
        assert_int_equal(decimal_class(c), expected);
    }
}

/* Bytes that a rule wrote after its result, or before it refused, are not left to the next user of the buffer.
 */
static void nothing_is_left_behind_the_canonical_form(void **state)
{
    static const struct {
        const char *type, *text;
    } cases[] = {
        {"email", "someone@Example.org"},
        {"email", "some one@example.org"},
        {"email", "someone@example"},
        {"email/plus", "someone+x@a.kr"},
        {"email/gmail", "so.me@gmail.com"},
        {"email", "someone"},
        {"email", "s@xn--bcher-kva.de"},
        {"email", "s@xn--forged.example"},
        {"email", "s@b\xc3\xbc.example"},
        {"phone/KR", "010 - 1234 - 5678"},
        {"phone/KR", "010-1234-567x"},
        {"phone/KR", "123"},
        {"digits", "1-2-3"},
        {"digits", "1-2-x"},
        {"date", "2024.02.29"},
        {"date", "2024.02.30"},
        {"text", "A  B   C"},
        {"text/compact", "A  B   C"},
        {"text", "\xea\xb0\x80   \xeb\x82\x98"},
        {"exact", "As it is"},
    };
    uint8_t out[CANON_PART_MAX];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct elig_part part;
        size_t length;

        assert_int_equal(canon_part_parse(cases[i].type, &part), 1);
        memset(out, 0xee, sizeof out);
        (void)!canon_part(&part, (struct elig_text){cases[i].text, strlen(cases[i].text)}, out, &length);
        for (size_t at = length; at < sizeof out; at++)
            assert_true(out[at] == 0 || out[at] == 0xee);
    }
}

/* ---- composites and names of types ---- */

static void composites_keep_their_parts_apart(void **state)
{
    static const uint8_t expected[] = {2, 0, 'a', 'b', 1, 0, 'c'};
    const struct elig_kind kind = {
        .name = "person", .part_count = 2, .parts = {{.type = ELIG_TYPE_TEXT}, {.type = ELIG_TYPE_TEXT}}};
    const struct elig_text one[] = {{"AB", 2}, {"c", 1}};
    const struct elig_text other[] = {{"a", 1}, {"bc", 2}};
    uint8_t out[CANON_MAX], out_other[CANON_MAX];
    size_t length, length_other;

    (void)state;
    assert_int_equal(canon_identifier(&kind, one, out, &length), ELIG_REASON_NONE);
    assert_int_equal(length, sizeof expected);
    assert_memory_equal(out, expected, sizeof expected);
    assert_int_equal(canon_identifier(&kind, other, out_other, &length_other), ELIG_REASON_NONE);
    assert_int_equal(length, length_other);
    assert_memory_not_equal(out, out_other, length);
}

static void a_composite_names_its_first_malformed_part(void **state)
{
    const struct elig_kind kind = {
        .name = "person",
        .part_count = 3,
        .parts = {{.type = ELIG_TYPE_TEXT}, {.type = ELIG_TYPE_DATE}, {.type = ELIG_TYPE_DIGITS}}};
    const struct elig_text empty[] = {{"a", 1}, {" ", 1}, {"12", 2}};
    const struct elig_text malformed[] = {{"", 0}, {"x", 1}, {"y", 1}};
    uint8_t out[CANON_MAX];
    size_t length;

    (void)state;
    assert_int_equal(canon_identifier(&kind, empty, out, &length), ELIG_REASON_EMPTY);
    assert_int_equal(canon_identifier(&kind, malformed, out, &length), ELIG_REASON_DATE_FORMAT);
    assert_int_equal(length, 0);
}

static void types_are_read_and_written_by_the_same_names(void **state)
{
    static const char *const types[] = {"email",  "email/plus", "email/gmail", "email/plus/gmail",
                                        "phone",  "phone/KR",   "text",        "text/compact",
                                        "digits", "date",       "exact"};
    struct elig_part part;
    char out[CANON_TYPE_TEXT_MAX];

    (void)state;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        assert_int_equal(canon_part_parse(types[i], &part), 1);
        canon_part_print(&part, out);
        assert_string_equal(out, types[i]);
    }
    assert_int_equal(canon_part_parse("email/gmail/plus", &part), 1);
    canon_part_print(&part, out);
    assert_string_equal(out, "email/plus/gmail");
}

static void unknown_types_options_and_regions_are_refused(void **state)
{
    static const char *const refused[] = {
        "",       "mail",     "email/",   "email/compact", "email/plus/plus", "text/plus",
        "phone/", "phone/XX", "phone/kr", "phone/KR/US",   "phone/KOR",       "date/KR",
        "emailx", "Email",    "exact/",   "digits/x",      "phone//KR",
    };
    struct elig_part part;

    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        assert_int_equal(canon_part_parse(refused[i], &part), 0);
    assert_int_equal(canon_part_is_valid(&(struct elig_part){.type = 0}), 0);
    assert_int_equal(canon_part_is_valid(&(struct elig_part){.type = ELIG_TYPE_EMAIL, .flags = 4}), 0);
    assert_int_equal(canon_part_is_valid(&(struct elig_part){.type = ELIG_TYPE_DATE, .flags = 1}), 0);
    assert_int_equal(canon_part_is_valid(&(struct elig_part){.type = ELIG_TYPE_TEXT, .region = "KR"}), 0);
    assert_int_equal(canon_part_is_valid(&(struct elig_part){.type = ELIG_TYPE_PHONE, .region = {'K', 0}}), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_blank_text_is_empty_in_every_type),
        cmocka_unit_test(ill_formed_utf8_is_refused_in_every_type),
        cmocka_unit_test(inner_control_characters_are_refused_in_every_type),
        cmocka_unit_test(a_nul_byte_is_a_control_character),
        cmocka_unit_test(unassigned_code_points_are_refused_in_every_type),
        cmocka_unit_test(null_text_of_no_length_is_empty),
        cmocka_unit_test(length_is_judged_after_trimming),
        cmocka_unit_test(a_text_that_grows_beyond_the_limit_is_too_long),
        cmocka_unit_test(text_is_casefolded_and_composed),
        cmocka_unit_test(decomposed_hangul_agrees_with_composed),
        cmocka_unit_test(text_collapses_white_space_and_compact_removes_it),
        cmocka_unit_test(compact_text_composes_what_the_space_kept_apart),
        cmocka_unit_test(email_spellings_of_one_address_agree),
        cmocka_unit_test(email_needs_an_at),
        cmocka_unit_test(email_is_split_at_the_last_at),
        cmocka_unit_test(email_local_part_is_1_to_64_bytes_without_space),
        cmocka_unit_test(email_domain_must_have_a_dot),
        cmocka_unit_test(email_domain_labels_are_letters_digits_underscores_and_inner_hyphens),
        cmocka_unit_test(email_domain_lengths_are_bounded),
        cmocka_unit_test(email_domains_become_a_labels),
        cmocka_unit_test(email_a_labels_agree_with_their_u_labels),
        cmocka_unit_test(email_forged_a_labels_are_refused),
        cmocka_unit_test(email_options_are_off_by_default),
        cmocka_unit_test(email_plus_drops_the_tag),
        cmocka_unit_test(email_gmail_drops_dots_and_joins_googlemail),
        cmocka_unit_test(digits_of_any_script_are_kept_and_separators_dropped),
        cmocka_unit_test(digits_refuse_anything_else),
        cmocka_unit_test(date_spellings_agree),
        cmocka_unit_test(date_formats_that_may_mean_two_days_are_refused),
        cmocka_unit_test(date_must_be_in_the_gregorian_calendar),
        cmocka_unit_test(exact_keeps_case_and_inner_bytes),
        cmocka_unit_test(printable_ascii_is_told_whatever_byte_is_in_whatever_place),
        cmocka_unit_test(lower_case_is_that_of_each_byte_alone),
        cmocka_unit_test(ascii_has_the_separators_of_the_rules),
        cmocka_unit_test(nothing_is_left_behind_the_canonical_form),
        cmocka_unit_test(composites_keep_their_parts_apart),
        cmocka_unit_test(a_composite_names_its_first_malformed_part),
        cmocka_unit_test(types_are_read_and_written_by_the_same_names),
        cmocka_unit_test(unknown_types_options_and_regions_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
