/* SPDX-License-Identifier: Apache-2.0 */
/* test_utf8_stream.c - bytes that come one by one are UTF-8 exactly if the whole text is, by another function.
 */
#include "lib/csv/utf8_stream.h"
#include "lib/elig/canon/raw_text.h"
#include "tests/support/random.h"
#include "tests/support/test.h"

struct counts {
    unsigned ascii, characters, faults;
};

static struct counts count(const char *bytes, size_t length)
{
    struct utf8_stream stream = {.length = 0};
    struct counts counts = {0};
    for (size_t i = 0; i < length; i++) {
        enum utf8_step step = utf8_stream_add(&stream, (uint8_t)bytes[i]);
        counts.ascii += step == UTF8_ASCII;
        counts.characters += step == UTF8_CHARACTER;
        counts.faults += step == UTF8_FAULT;
    }
    counts.faults += stream.length > 0;
    return counts;
}

static void characters_and_faults_are_counted(void **state)
{
    static const struct {
        const char *bytes;
        struct counts counts;
    } cases[] = {
        {"abc", {3, 0, 0}},
        {"h\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", {1, 3, 0}},
        {"\xC3", {0, 0, 1}},                         /* cut off by the end */
        {"\xC3z\xC3\xA9", {0, 1, 1}},                /* cut off by a letter */
        {"\xE2\x82\xC3\xA9", {0, 1, 1}},             /* cut off by another character, which is whole */
        {"\x80\x80", {0, 0, 2}},                     /* no beginnings */
        {"\xC0\xAF\xE0\x80\x80", {0, 0, 2}},         /* overlong */
        {"\xED\xA0\x80\xF4\x90\x80\x80", {0, 0, 2}}, /* a surrogate, and beyond U+10FFFF */
        {"\xFFz", {0, 0, 1}},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct counts counts = count(cases[i].bytes, strlen(cases[i].bytes));
        assert_int_equal(counts.ascii, cases[i].counts.ascii);
        assert_int_equal(counts.characters, cases[i].counts.characters);
        assert_int_equal(counts.faults, cases[i].counts.faults);
    }
}

static void a_text_has_faults_exactly_if_it_is_ill_formed(void **state)
{
    static const char bytes[] = "a\x80\x9F\xA0\xBF\xC1\xC2\xDF\xE0\xE1\xED\xEF\xF0\xF4\xF5\xFF";
    uint64_t random = test_seed(1);
    (void)state;
    for (unsigned i = 0; i < 200000; i++) {
        char text[8];
        size_t length = 1 + test_random(&random) % sizeof text;
        for (size_t j = 0; j < length; j++)
            text[j] = bytes[test_random(&random) % (sizeof bytes - 1)];
        bool is_ill_formed = raw_text_check((struct elig_text){text, length}) == ELIG_REASON_ENCODING;
        assert_int_equal(count(text, length).faults > 0, is_ill_formed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(characters_and_faults_are_counted),
        cmocka_unit_test(a_text_has_faults_exactly_if_it_is_ill_formed),
    };
    return cmocka_run_group_tests_name("utf8_stream", tests, NULL, NULL);
}
