/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_email.c - the addresses that two well-known test lists call deliverable or malformed: is_email() 3.05 by
 * Dominic Sayers and Michael Rushton (numbers are its tests), and validator.js (isEmail). Where elig decides
 * otherwise, the reason is named. The addresses are the lists'; control characters, which elig refuses before
 * it looks for an address, are left out, and so are repetitions.
 */
#include "lib/elig/canon/canon.h"
#include "tests/support/test.h"

#define A26 "abcdefghijklmnopqrstuvwxyz"
#define A62 A26 A26 "abcdefghik"
#define A63 A26 A26 "abcdefghikl"
#define A64 A26 A26 "abcdefghiklm"

static enum elig_reason reason_of(const char *address)
{
    static const struct elig_part part = {.type = ELIG_TYPE_EMAIL};
    uint8_t out[CANON_PART_MAX];
    size_t length;
    return canon_part(&part, (struct elig_text){address, strlen(address)}, out, &length);
}

static void assert_taken(const char *const *addresses, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        enum elig_reason reason = reason_of(addresses[i]);
        if (reason != ELIG_REASON_NONE)
            fail_msg("%s: %s", addresses[i], elig_text((int)reason));
    }
}

static void assert_refused(const char *const *addresses, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (reason_of(addresses[i]) == ELIG_REASON_NONE)
            fail_msg("%s is taken", addresses[i]);
}

/* ---- is_email() ---- */

/* Diagnosed as valid, as valid with a quoted string, or as one whose domain is not in the DNS now. */
static void what_is_email_calls_deliverable_is_taken(void **state)
{
    (void)state;
    static const char *const addresses[] = {"test@iana.org",
                                            "test@nominet.org.uk",
                                            "test@about.museum",
                                            "a@iana.org",
                                            "test@e.com",
                                            "test@iana.a",
                                            "test.test@iana.org",
                                            "!#$%&`*+/=?^`{|}~@iana.org",
                                            "123@iana.org",
                                            "test@123.com",
                                            A64 "@iana.org",
                                            "test@" A63 ".com",
                                            "test@mason-dixon.com",
                                            "test@c--n.com",
                                            "test@iana.co-uk",
                                            A64 "@" A63 "." A63 "." A26 A26 "abcdefghi",
                                            "\"test\"@iana.org",
                                            "\"\\a\"@iana.org",
                                            "\"\\\"\"@iana.org",
                                            "\"\\\\\"@iana.org",
                                            "\"test\\ test\"@iana.org",
                                            "\"test\".\"test\"@iana.org",
                                            "\"test\".test@iana.org",
                                            "test@xn--hxajbheg2az3al.xn--jxalpdlp",
                                            "xn--test@iana.org"};
    assert_taken(addresses, LENGTH(addresses));
}

static void what_is_email_calls_malformed_is_refused(void **state)
{
    (void)state;
    static const char *const addresses[] = {"",
                                            "test",
                                            "@",
                                            "test@",
                                            "@io",
                                            "@iana.org",
                                            "test..iana.org",
                                            "test_exa-mple.com",
                                            "test\\@test@iana.org",
                                            A64 "n@iana.org",
                                            "test@" A64 ".com",
                                            "test@-iana.org",
                                            "test@iana-.com",
                                            "test@.iana.org",
                                            "test@iana..com",
                                            "\"\"\"@iana.org",
                                            "\"\\\"@iana.org",
                                            "test\"@iana.org",
                                            "\"test@iana.org",
                                            "\"test\"test@iana.org",
                                            "test\"text\"@iana.org",
                                            "\"test\"\"test\"@iana.org",
                                            "\"" A26 " " A26 " abcdefghj\"@iana.org",
                                            "test@a[255.255.255.255]",
                                            "((comment)test@iana.org",
                                            "test(comment)test@iana.org",
                                            "test@iana.org-",
                                            "(test@iana.org",
                                            "test@(iana.org",
                                            "test@[1.2.3.4",
                                            "\"test\\\"@iana.org",
                                            "(comment\\)test@iana.org",
                                            "test@iana.org(comment\\)",
                                            "test@iana/icann.org",
                                            "test@[RFC-5322]-domain-literal]",
                                            "test@.org"};
    assert_refused(addresses, LENGTH(addresses));
}

/* Deliverable by is_email(), refused by elig. */
static void exceptions_to_is_email_that_are_refused(void **state)
{
    (void)state;
    static const char *const addresses[] = {
        "test@io",
        "test@org", /* 5: a host without a dot is a slip in a list */
        "test@iana.123",
        "test@255.255.255.255", /* 23, 24: a number in place of a domain */
        "\"\"@iana.org",        /* 43: a mailbox without a name */
        "test@[255.255.255.255]",
        "test@[IPv6:1111:2222:3333:4444:5555:6666:7777:8888]", /* 61 on: literals */
        " test @iana.org",
        "test@ iana .com",
        "test . test@iana.org", /* 85 to 87: obsolete white space */
        "(comment)test@iana.org",
        "(comment(comment))test@iana.org",
        "test@(comment)iana.org" /* 90 on: decoration */};
    assert_refused(addresses, LENGTH(addresses));
}

/* Malformed or too long by is_email(), taken by elig. */
static void exceptions_to_is_email_that_are_taken(void **state)
{
    (void)state;
    static const char *const addresses[] = {
        ".test@iana.org", "test.@iana.org",           /* 15, 16: carriers gave out such addresses */
        "test@iana.org.",                             /* 35: the root's dot */
        A64 "@" A63 "." A63 "." A26 A26 "abcdefghij", /* 39: the limits are of the two parts, not of the sum */
        "\"" A26 " " A26 " abcdefg\\h\"@iana.org" /* 60: measured without needless escapes */};
    assert_taken(addresses, LENGTH(addresses));
}

/* ---- validator.js ---- */

static void what_validator_js_calls_valid_is_taken(void **state)
{
    (void)state;
    static const char *const addresses[] = {"foo@bar.com",
                                            "x@x.au",
                                            "foo@bar.com.au",
                                            "foo+bar@bar.com",
                                            "hans.m端ller@test.com",
                                            "hans@m端ller.com",
                                            "test|123@m端ller.com",
                                            "test123+ext@gmail.com",
                                            "some.name.midd.leNa.me.and.locality+extension@GoogleMail.com",
                                            "\"foobar\"@example.com",
                                            "\"  foo  m端ller \"@example.com",
                                            "\"foo\\@bar\"@example.com",
                                            A64 "@" A63 ".com",
                                            "test@1337.com",
                                            "foobar@my_sarisari_store.typepad.com",
                                            "Some Name <foo@bar.com>",
                                            "Some Name <hans.m端ller@test.com>",
                                            "Some Name <test|123@m端ller.com>",
                                            "'Foo Bar, Esq'<foo@bar.com>",
                                            "Name<some.name.midd.leNa.me+extension@GoogleMail.com>",
                                            "Name🍓With🍑Emoji🚴‍♀️🏆<test@aftership.com>",
                                            "🍇🍗🍑<only_emoji@aftership.com>",
                                            "\"<displayNameInBrackets>\"<jh@gmail.com>",
                                            "\"\\\"quotes\\\"\"<jh@gmail.com>",
                                            "\"name;\"<jh@gmail.com>",
                                            "\"name;\" <jh@gmail.com>"};
    assert_taken(addresses, LENGTH(addresses));
}

static void what_validator_js_calls_invalid_is_refused(void **state)
{
    (void)state;
    static const char *const addresses[] = {"invalidemail@",
                                            "invalid.com",
                                            "@invalid.com",
                                            A64 "@" A64 ".com",
                                            A64 "a@" A63 ".com",
                                            A64 "@" A63 "." A63 "." A63 "." A26 A26 "abcdef.com",
                                            "test1@invalid.co m",
                                            "test2@invalid.co\u00A0m",
                                            "test3@invalid.co\u2003m",
                                            "test13@invalid.co\u3000m",
                                            "test123+invalid! sub_address@gmail.com",
                                            "wrong()[]\",:;<>@@gmail.com",
                                            "\"wrong()[]\",:;<>@@gmail.com",
                                            "username@domain.com\uFFFD",
                                            "username@domain.com©",
                                            "nbsp\u00A0test@test.com",
                                            "nbsp_test@te\u00A0st.com",
                                            "\"foobar@gmail.com",
                                            "\"foo\"bar@gmail.com",
                                            "foo\"bar\"@gmail.com",
                                            "Some Name <invalidemail@>",
                                            "Some Name <invalid.com>",
                                            "Some Name <@invalid.com>",
                                            "Some Name foo@bar.co.uk.>",
                                            "Some Name <foo@bar.co.uk.",
                                            "Name foo@bar.co.uk",
                                            "Some Name<emoji_in_address🍈@aftership.com>",
                                            "<displayNameInBrackets><jh@gmail.com>",
                                            "\\\"quotes\\\"<jh@gmail.com>",
                                            "name;<jh@gmail.com>",
                                            "email@[123.123.123.123]",
                                            "email@255.255.255.255"};
    assert_refused(addresses, LENGTH(addresses));
}

/* Invalid by validator.js, taken by elig. */
static void exceptions_to_validator_js(void **state)
{
    (void)state;
    static const char *const addresses[] = {
        "foo@bar.com.",
        "Some Name <foo@bar.co.uk.>", /* the root's dot */
        "foo@_bar.com",               /* hosts with underscores, also at the start */
        "z@co.c",                     /* a last label of one letter is well-formed */
        "somename@ｇｍａｉｌ.com",    /* full-width letters, typed with a Japanese keyboard */
        "ｇｍａｉｌｇｍａｉｌｇｍａｉｌｇｍａｉｌｇｍａｉｌ@gmail.com",
        "multiple..dots@stillinvalid.com",
        "gmail...ignores...dots...@gmail.com",
        "ends.with.dot.@gmail.com",
        "Some Name < foo@bar.co.uk >",
        "    <jh@gmail.com>",
        "\"    \"<jh@gmail.com>", /* RFC 5322 */
        "\"\"quotes\"\"<jh@gmail.com>" /* two empty quoted strings beside a word */};
    assert_taken(addresses, LENGTH(addresses));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_email_calls_deliverable_is_taken),
        cmocka_unit_test(what_is_email_calls_malformed_is_refused),
        cmocka_unit_test(exceptions_to_is_email_that_are_refused),
        cmocka_unit_test(exceptions_to_is_email_that_are_taken),
        cmocka_unit_test(what_validator_js_calls_valid_is_taken),
        cmocka_unit_test(what_validator_js_calls_invalid_is_refused),
        cmocka_unit_test(exceptions_to_validator_js),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
