/* SPDX-License-Identifier: Apache-2.0 */
/* test_label_table.c - words get numbers in the order in which they are added, and codes in the order of their
 * bytes. */
#include "builder/records/label_table.h"
#include "lib/elig/parallel.h"
#include "tests/support/fixture_index.h"
#include "tests/support/test.h"

/* The number of the first length bytes of a word, or an error. */
static int intern(struct label_table *labels, const char *word, size_t length)
{
    uint16_t number;
    int error = label_table_intern(labels, word, length, &number);
    return error != 0 ? error : number;
}

static int number_of(struct label_table *labels, const char *word)
{
    return intern(labels, word, strlen(word));
}

static struct label_table *new_labels(void)
{
    struct label_table *labels = label_table_new();
    assert_non_null(labels);
    return labels;
}

static void a_word_keeps_the_number_it_got_first(void **state)
{
    (void)state;
    struct label_table *labels = new_labels();
    assert_int_equal(label_table_count(labels), 0);
    assert_int_equal(number_of(labels, "zebra"), 1);
    assert_int_equal(number_of(labels, "ape"), 2);
    assert_int_equal(number_of(labels, "zebra"), 1);
    assert_int_equal(number_of(labels, "zeb"), 3);
    assert_int_equal(number_of(labels, "zebras"), 4);
    assert_int_equal(label_table_count(labels), 4);
    assert_string_equal(label_table_word(labels, 3), "zeb");
    label_table_free(labels);
}

static void a_word_need_not_be_terminated(void **state)
{
    (void)state;
    struct label_table *labels = new_labels();
    assert_int_equal(intern(labels, "voucher-50000", 7), 1);
    assert_int_equal(number_of(labels, "voucher"), 1);
    assert_int_equal(number_of(labels, "voucher-50000"), 2);
    label_table_free(labels);
}

static void words_of_the_greatest_length_are_told_apart(void **state)
{
    (void)state;
    struct label_table *labels = new_labels();
    char word[ELIG_LABEL_MAX];
    memset(word, 'x', sizeof word);
    assert_int_equal(intern(labels, word, sizeof word), 1);
    word[sizeof word - 1] = 'y';
    assert_int_equal(intern(labels, word, sizeof word), 2);
    assert_int_equal(intern(labels, word, sizeof word - 1), 3);
    assert_int_equal(strlen(label_table_word(labels, 2)), ELIG_LABEL_MAX);
    label_table_free(labels);
}

static void a_word_too_many_is_refused_and_the_others_stay(void **state)
{
    (void)state;
    struct label_table *labels = new_labels();
    char word[ELIG_LABEL_MAX + 1];
    for (int i = 1; i <= ELIG_LABELS_MAX; i++) {
        snprintf(word, sizeof word, "word %d", i);
        assert_int_equal(number_of(labels, word), i);
    }
    assert_int_equal(number_of(labels, "one more"), LABEL_TABLE_E_FULL);
    assert_int_equal(number_of(labels, "one more"), LABEL_TABLE_E_FULL);
    assert_int_equal(number_of(labels, "word 1"), 1);
    assert_int_equal(number_of(labels, word), ELIG_LABELS_MAX);
    assert_int_equal(label_table_count(labels), ELIG_LABELS_MAX);
    label_table_free(labels);
}

static void a_dictionary_has_the_words_in_use_in_order(void **state)
{
    (void)state;
    static uint64_t of_label[ELIG_LABELS_MAX + 1];
    static uint16_t code[ELIG_LABELS_MAX + 1];
    struct label_table *labels = new_labels();
    struct dictionary dictionary;
    static const char *const words[] = {"pear", "\xEB\xB3\xB4\xEC\x83\x81", "apple", "unused", "app"};
    for (size_t i = 0; i < LENGTH(words); i++)
        assert_int_equal(number_of(labels, words[i]), i + 1);
    of_label[0] = 9; /* identifiers without a label */
    of_label[1] = 1;
    of_label[2] = UINT64_C(1) << 40;
    of_label[3] = 2;
    of_label[5] = 3;
    memset(code, 0xff, sizeof code);
    assert_int_equal(label_table_dictionary(labels, of_label, &dictionary, code), 0);
    assert_int_equal(dictionary.count, 4);
    assert_string_equal(dictionary.words[0], "app");
    assert_string_equal(dictionary.words[1], "apple");
    assert_string_equal(dictionary.words[2], "pear");
    assert_string_equal(dictionary.words[3], words[1]);
    static const uint16_t codes[] = {0, 3, 4, 2, 0, 1, 0};
    for (size_t i = 0; i < LENGTH(codes); i++)
        assert_int_equal(code[i], codes[i]);
    dictionary_free(&dictionary);
    label_table_free(labels);
}

static void a_dictionary_does_not_depend_on_the_order_of_the_input(void **state)
{
    (void)state;
    static uint64_t of_label[ELIG_LABELS_MAX + 1];
    static uint16_t code[2][ELIG_LABELS_MAX + 1];
    struct dictionary dictionary[2];
    char word[ELIG_LABEL_MAX + 1];
    for (int way = 0; way <= 1; way++) {
        struct label_table *labels = new_labels();
        for (int i = 0; i < 1000; i++) {
            snprintf(word, sizeof word, "%d", way == 0 ? i : 999 - i);
            assert_int_equal(number_of(labels, word), i + 1);
            of_label[i + 1] = 1;
        }
        assert_int_equal(label_table_dictionary(labels, of_label, &dictionary[way], code[way]), 0);
        label_table_free(labels);
    }
    assert_memory_equal(dictionary[0].words, dictionary[1].words, 1000 * sizeof *dictionary[0].words);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(code[0][i + 1], code[1][1000 - i]);
    dictionary_free(&dictionary[0]);
    dictionary_free(&dictionary[1]);
}

static void unused_labels_make_an_empty_dictionary(void **state)
{
    (void)state;
    static uint64_t of_label[ELIG_LABELS_MAX + 1];
    static uint16_t code[ELIG_LABELS_MAX + 1];
    struct label_table *labels = new_labels();
    struct dictionary dictionary;
    memset(of_label, 0, sizeof of_label);
    assert_int_equal(label_table_dictionary(labels, of_label, &dictionary, code), 0);
    assert_int_equal(dictionary.count, 0);
    assert_null(dictionary.words);
    assert_int_equal(number_of(labels, "word"), 1);
    assert_int_equal(label_table_dictionary(labels, of_label, &dictionary, code), 0);
    assert_int_equal(dictionary.count, 0);
    assert_int_equal(code[1], 0);
    label_table_free(labels);
}

#define THREADS 8
#define WORDS 500

struct crowd {
    struct label_table *labels;
    int numbers[THREADS][WORDS];
};

/* Each piece is one thread's view: all words, in an order of its own. */
static int number_all(void *context, unsigned worker, uint64_t piece)
{
    struct crowd *crowd = context;
    (void)worker;
    for (unsigned i = 0; i < WORDS; i++) {
        char word[ELIG_LABEL_MAX + 1];
        unsigned which = (unsigned)(i * 7 + piece * 61) % WORDS;
        snprintf(word, sizeof word, "word %u", which);
        crowd->numbers[piece][which] = number_of(crowd->labels, word);
    }
    return 0;
}

static void threads_agree_about_numbers(void **state)
{
    (void)state;
    static struct crowd crowd;
    uint8_t is_taken[WORDS + 1] = {0};
    crowd.labels = new_labels();
    assert_int_equal(parallel_run(THREADS, THREADS, number_all, &crowd), 0);
    assert_int_equal(label_table_count(crowd.labels), WORDS);
    for (unsigned i = 0; i < WORDS; i++) {
        char word[ELIG_LABEL_MAX + 1];
        assert_in_range(crowd.numbers[0][i], 1, WORDS);
        assert_int_equal(is_taken[crowd.numbers[0][i]]++, 0);
        for (unsigned piece = 1; piece < THREADS; piece++)
            assert_int_equal(crowd.numbers[piece][i], crowd.numbers[0][i]);
        snprintf(word, sizeof word, "word %u", i);
        assert_string_equal(label_table_word(crowd.labels, (unsigned)crowd.numbers[0][i]), word);
    }
    label_table_free(crowd.labels);
}

static void freeing_no_labels_is_fine(void **state)
{
    (void)state;
    label_table_free(NULL);
    struct label_table *labels = new_labels();
    assert_int_equal(label_table_count(labels), 0);
    label_table_free(labels);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_keeps_the_number_it_got_first),
        cmocka_unit_test(a_word_need_not_be_terminated),
        cmocka_unit_test(words_of_the_greatest_length_are_told_apart),
        cmocka_unit_test(a_word_too_many_is_refused_and_the_others_stay),
        cmocka_unit_test(a_dictionary_has_the_words_in_use_in_order),
        cmocka_unit_test(a_dictionary_does_not_depend_on_the_order_of_the_input),
        cmocka_unit_test(unused_labels_make_an_empty_dictionary),
        cmocka_unit_test(threads_agree_about_numbers),
        cmocka_unit_test(freeing_no_labels_is_fine),
    };
    return cmocka_run_group_tests_name("labels", tests, NULL, NULL);
}
