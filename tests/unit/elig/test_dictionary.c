/* SPDX-License-Identifier: Apache-2.0 */
/* test_dictionary.c - label words as the file keeps them, and every way in which bytes are not such words. */
#include "lib/elig/index/dictionary.h"
#include "tests/support/test.h"

static int read_words(const char *bytes, size_t length, size_t used, uint32_t count)
{
    struct dictionary dictionary;
    uint8_t *exact = malloc(length + 1); /* exactly as long, so that reading past it shows under a sanitizer */
    assert_non_null(exact);
    uint8_t *copy = exact + 1;
    memcpy(copy, bytes, length);
    int error = dictionary_read(&dictionary, count, copy, length, used);
    if (error != 0) {
        assert_null(dictionary.words);
        assert_int_equal(dictionary.count, 0);
    }
    dictionary_free(&dictionary);
    free(exact);
    return error;
}

#define READ(text, used, count) read_words(text, sizeof(text) - 1, used, count)

static void words_are_read_in_order(void **state)
{
    (void)state;
    static const char bytes[] = "\x01"
                                "a"
                                "\x02"
                                "ab"
                                "\x06"
                                "\xEB\xB3\xB4\xEC\x83\x81"
                                "\0\0\0";
    struct dictionary dictionary;
    assert_int_equal(dictionary_read(&dictionary, 3, (const uint8_t *)bytes, sizeof bytes - 1, 12), 0);
    assert_int_equal(dictionary.count, 3);
    assert_string_equal(dictionary.words[0], "a");
    assert_string_equal(dictionary.words[1], "ab");
    assert_string_equal(dictionary.words[2], "\xEB\xB3\xB4\xEC\x83\x81");
    assert_int_equal(dictionary_bytes(&dictionary), 12);
    uint8_t written[12];
    dictionary_write(&dictionary, written);
    assert_memory_equal(written, bytes, 12);
    dictionary_free(&dictionary);
    assert_null(dictionary.words);
    dictionary_free(&dictionary);
}

static void no_words_are_no_bytes(void **state)
{
    (void)state;
    assert_int_equal(READ("", 0, 0), 0);
    assert_int_equal(READ("\0\0", 0, 0), 0);
    assert_int_equal(READ("\x01"
                          "a",
                          2, 0),
                     ELIG_E_DAMAGED);
    assert_int_equal(READ("", 0, 1), ELIG_E_DAMAGED);
}

static const struct {
    const char *why, *bytes;
    size_t length, used;
    uint32_t count;
    int expected;
} damaged[] = {
    {"two words",
     "\x01"
     "a\x01"
     "b",
     4, 4, 2, 0},
    {"a word too many",
     "\x01"
     "a\x01"
     "b",
     4, 4, 1, ELIG_E_DAMAGED},
    {"a word too few",
     "\x01"
     "a\x01"
     "b",
     4, 4, 3, ELIG_E_DAMAGED},
    {"the last one cut short",
     "\x01"
     "a\x01"
     "b",
     4, 3, 2, ELIG_E_DAMAGED},
    {"bytes after the end",
     "\x01"
     "a\x01"
     "b",
     4, 2, 1, ELIG_E_DAMAGED},
    {"an end after the bytes",
     "\x01"
     "a\x01"
     "b",
     4, 5, 2, ELIG_E_DAMAGED},
    {"a length beyond the end",
     "\x02"
     "a",
     2, 2, 1, ELIG_E_DAMAGED},
    {"a length beyond any",
     "\xff"
     "a",
     2, 2, 1, ELIG_E_DAMAGED},
    {"an empty word", "", 1, 1, 1, ELIG_E_DAMAGED},
    {"out of order",
     "\x01"
     "b\x01"
     "a",
     4, 4, 2, ELIG_E_DAMAGED},
    {"twice the same",
     "\x01"
     "a\x01"
     "a",
     4, 4, 2, ELIG_E_DAMAGED},
    {"a word before its prefix",
     "\x02"
     "ab\x01"
     "a",
     5, 5, 2, ELIG_E_DAMAGED},
    {"in order, bytes having no sign",
     "\x01"
     "z\x02\xC3\xA9",
     5, 5, 2, 0},
    {"out of order, bytes having no sign",
     "\x02\xC3\xA9\x01"
     "z",
     5, 5, 2, ELIG_E_DAMAGED},
    {"padding",
     "\x01"
     "a\0\0",
     4, 2, 1, 0},
    {"padding that is not zero",
     "\x01"
     "a\0\0\x01",
     5, 2, 1, ELIG_E_DAMAGED},
};

static void damaged_words_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(damaged); i++)
        if (read_words(damaged[i].bytes, damaged[i].length, damaged[i].used, damaged[i].count) !=
            damaged[i].expected)
            fail_msg("%s", damaged[i].why);
}

static void words_that_are_no_plain_text_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "\n",   "a\tb", "\x1b[2J",  "\x7f",         "\xC2\x85",         "\xC2\x9b",
        "\xff", "\xC3", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "a\xE2\x82"};
    for (size_t i = 0; i < LENGTH(bad); i++) {
        char bytes[ELIG_LABEL_MAX + 1];
        size_t length = strlen(bad[i]);
        bytes[0] = (char)length;
        memcpy(bytes + 1, bad[i], length);
        assert_int_equal(dictionary_word_is_valid(bad[i], length), 0);
        assert_int_equal(read_words(bytes, length + 1, length + 1, 1), ELIG_E_DAMAGED);
    }
    assert_int_equal(dictionary_word_is_valid("a\0b", 3), 0);
    assert_int_equal(READ("\x03"
                          "a\0b",
                          4, 1),
                     ELIG_E_DAMAGED);
}

static void a_word_has_from_1_to_63_bytes(void **state)
{
    (void)state;
    char bytes[2 + ELIG_LABEL_MAX];
    memset(bytes, 'x', sizeof bytes);
    bytes[0] = ELIG_LABEL_MAX;
    assert_int_equal(read_words(bytes, 1 + ELIG_LABEL_MAX, 1 + ELIG_LABEL_MAX, 1), 0);
    bytes[0] = ELIG_LABEL_MAX + 1;
    assert_int_equal(read_words(bytes, 2 + ELIG_LABEL_MAX, 2 + ELIG_LABEL_MAX, 1), ELIG_E_DAMAGED);
    assert_int_equal(dictionary_word_is_valid("x", 1), 1);
    assert_int_equal(dictionary_word_is_valid("", 0), 0);
    assert_int_equal(dictionary_word_is_valid(bytes + 1, ELIG_LABEL_MAX), 1);
    assert_int_equal(dictionary_word_is_valid(bytes + 1, ELIG_LABEL_MAX + 1), 0);
}

static void as_many_words_as_there_may_be_are_read(void **state)
{
    (void)state;
    struct dictionary dictionary = {ELIG_LABELS_MAX, calloc(ELIG_LABELS_MAX, ELIG_LABEL_MAX + 1)}, read;
    assert_non_null(dictionary.words);
    for (unsigned i = 0; i < ELIG_LABELS_MAX; i++)
        snprintf(dictionary.words[i], ELIG_LABEL_MAX + 1, "%05u", i);
    size_t length = dictionary_bytes(&dictionary);
    uint8_t *bytes = malloc(length);
    assert_non_null(bytes);
    dictionary_write(&dictionary, bytes);
    assert_int_equal(dictionary_read(&read, ELIG_LABELS_MAX, bytes, length, length), 0);
    assert_memory_equal(read.words, dictionary.words, ELIG_LABELS_MAX * sizeof *read.words);
    dictionary_free(&read);
    dictionary_free(&dictionary);
    free(bytes);
}

/* Whatever is accepted is written again as the same bytes: there is one way to write a dictionary. */
static void random_bytes_are_refused_or_read_as_what_they_are(void **state)
{
    (void)state;
    uint64_t seed = 1;
    unsigned accepted = 0;
    for (int i = 0; i < 500000; i++) {
        static const uint8_t alphabet[] = {0, 1, 1, 2, 2, 3, 'a', 'b', 'c', 0xC3, 0xA9, 0xff};
        uint8_t bytes[12], written[12];
        struct dictionary dictionary;
        size_t length = test_below(&seed, sizeof bytes + 1), used = test_below(&seed, length + 1);
        for (size_t j = 0; j < length; j++)
            bytes[j] = alphabet[test_below(&seed, sizeof alphabet)];
        if (dictionary_read(&dictionary, (uint32_t)test_below(&seed, 4), bytes, length, used) != 0)
            continue;
        accepted += dictionary.count > 0;
        assert_int_equal(dictionary_bytes(&dictionary), used);
        dictionary_write(&dictionary, written);
        assert_memory_equal(written, bytes, used);
        dictionary_free(&dictionary);
    }
    assert_in_range(accepted, 100, 500000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_read_in_order),
        cmocka_unit_test(no_words_are_no_bytes),
        cmocka_unit_test(damaged_words_are_refused),
        cmocka_unit_test(words_that_are_no_plain_text_are_refused),
        cmocka_unit_test(a_word_has_from_1_to_63_bytes),
        cmocka_unit_test(as_many_words_as_there_may_be_are_read),
        cmocka_unit_test(random_bytes_are_refused_or_read_as_what_they_are),
    };
    return cmocka_run_group_tests_name("dictionary", tests, NULL, NULL);
}
