/* SPDX-License-Identifier: Apache-2.0 */
/* test_attack.c - the candidates of an attack, the ground truth, and the attack itself on made indexes. */
#include <math.h>
#include <sodium.h>

#include "audit/attack/attack.h"
#include "lib/elig/canon/canon.h"
#include "lib/guess/keyspace.h"
#include "tests/support/asking.h"
#include "tests/support/fixture_index.h"
#include "tests/support/test.h"

/* ---- Candidates of a keyspace ---- */

static struct elig_part part_of(const char *type)
{
    struct elig_part part;
    assert_int_equal(canon_part_parse(type, &part), 1);
    return part;
}

/* The number of days from the start of the keyspace to a candidate. */
static unsigned day_of(const struct elig_part *part, struct elig_text text)
{
    static char days[36525][11];
    if (days[0][0] == '\0')
        for (unsigned i = 0; i < LENGTH(days); i++) {
            char day[KEYSPACE_CANDIDATE_TEXT];
            assert_int_equal(keyspace_write(part, i, day), 10);
            memcpy(days[i], day, sizeof days[i]);
        }
    unsigned low = 0, high = LENGTH(days) - 1;
    while (low < high) {
        unsigned middle = (low + high + 1) / 2;
        if (memcmp(days[middle], text.bytes, text.length) <= 0)
            low = middle;
        else
            high = middle - 1;
    }
    assert_int_equal(memcmp(days[low], text.bytes, text.length), 0);
    return low;
}

/* Counts the occurrences of each day. */
static void take_days(uint64_t sample, uint8_t counts[36525])
{
    struct elig_part part = part_of("date");
    struct guesses *guesses;
    static struct guesses_batch batch;
    assert_int_equal(guesses_of_part(&part, sample, &guesses), 0);
    memset(counts, 0, 36525);
    do {
        assert_int_equal(guesses_next(guesses, &batch, 1000), 0);
        for (size_t i = 0; i < batch.count; i++)
            counts[day_of(&part, batch.texts[i])]++;
    } while (batch.count > 0);
    guesses_close(guesses);
}

static void a_keyspace_is_enumerated_once(void **state)
{
    (void)state;
    static uint8_t counts[36525];
    take_days(0, counts);
    for (size_t i = 0; i < LENGTH(counts); i++)
        assert_int_equal(counts[i], 1);
    take_days(1000000, counts);
    for (size_t i = 0; i < LENGTH(counts); i++)
        assert_int_equal(counts[i], 1);
}

/* 3,650 different ones of 36,525: each tenth of the keyspace has about 365, five deviations are 91. */
static void a_sample_is_spread_over_the_keyspace(void **state)
{
    (void)state;
    static uint8_t counts[36525];
    unsigned tenths[10] = {0};
    take_days(3650, counts);
    for (size_t i = 0; i < LENGTH(counts); i++) {
        assert_true(counts[i] <= 1);
        tenths[i * 10 / LENGTH(counts)] += counts[i];
    }
    for (size_t i = 0; i < LENGTH(tenths); i++)
        assert_true(tenths[i] > 365 - 91 && tenths[i] < 365 + 91);
}

static void types_that_cannot_be_enumerated_have_no_candidates(void **state)
{
    (void)state;
    struct elig_part part = part_of("email");
    struct guesses *guesses;
    assert_int_equal(guesses_of_part(&part, 10, &guesses), ELIG_E_ARGUMENT);
    assert_null(guesses);
}

/* ---- Candidates of a file ---- */

/* Reads all lines of a file and joins them with '|'. */
static char *joined(const char *bytes, size_t length, size_t most)
{
    static struct guesses_batch batch;
    char *text = calloc(length + 2, 1);
    size_t used = 0;
    assert_non_null(text);
    test_write_bytes(test_path("lines"), bytes, length);
    struct guesses *guesses;
    assert_int_equal(guesses_of_file(test_path("lines"), &guesses), 0);
    assert_int_equal(guesses_total(guesses), length);
    uint64_t steps = 0;
    for (;;) {
        assert_int_equal(guesses_next(guesses, &batch, most), 0);
        if (batch.count == 0)
            break;
        assert_true(batch.count <= most);
        steps += batch.steps;
        for (size_t i = 0; i < batch.count; i++) {
            memcpy(text + used, batch.texts[i].bytes, batch.texts[i].length);
            used += batch.texts[i].length;
            text[used++] = '|';
        }
    }
    assert_true(steps <= length);
    guesses_close(guesses);
    return text;
}

static void lines_are_read_with_any_line_ending(void **state)
{
    (void)state;
    static const char lines[] = "one\r\n\ntwo\nthr\tee\n\r\nlast";
    for (size_t most = 1; most < 5; most++) {
        char *text = joined(lines, sizeof lines - 1, most);
        assert_string_equal(text, "one|two|thr\tee|last|");
        free(text);
    }
    char *text = joined("", 0, 10);
    assert_string_equal(text, "");
    free(text);
    text = joined("\n\n\n", 3, 10);
    assert_string_equal(text, "");
    free(text);
}

/* More lines than a batch has, and more bytes than it holds. */
static void long_files_are_read_to_the_end(void **state)
{
    (void)state;
    size_t length = 0;
    char *lines = malloc(4 << 20);
    assert_non_null(lines);
    for (unsigned i = 0; i < 100000; i++)
        length += (size_t)sprintf(lines + length, "candidate number %u\n", i);
    char *text = joined(lines, length, GUESSES_AT_ONCE);
    for (size_t i = 0; i < length; i++)
        lines[i] = lines[i] == '\n' ? '|' : lines[i];
    assert_int_equal(strlen(text), length);
    assert_memory_equal(text, lines, length);
    free(text);
    free(lines);
}

static void a_line_that_is_too_long_is_cut_and_the_next_is_not(void **state)
{
    (void)state;
    size_t length = 3 * GUESSES_BYTES + 17;
    char *lines = malloc(length + 16);
    assert_non_null(lines);
    memset(lines, 'x', length);
    memcpy(lines + length, "\nnext\n", 6);
    char *text = joined(lines, length + 6, GUESSES_AT_ONCE);
    char *end = strchr(text, '|');
    assert_non_null(end);
    assert_true((size_t)(end - text) <= GUESSES_BYTES && (size_t)(end - text) > ELIG_TEXT_MAX);
    assert_string_equal(end, "|next|");
    free(text);
    free(lines);
}

static void a_missing_file_sets_errno(void **state)
{
    (void)state;
    errno = 0;
    struct guesses *guesses;
    assert_int_equal(guesses_of_file(test_path("nowhere"), &guesses), ELIG_E_READ);
    assert_int_equal(errno, ENOENT);
}

/* A folder can be opened, but not read. */
static void a_read_that_fails_is_an_error(void **state)
{
    (void)state;
    struct guesses *guesses;
    static struct guesses_batch batch;
    assert_int_equal(guesses_of_file("/", &guesses), 0);
    assert_int_equal(guesses_next(guesses, &batch, 10), ELIG_E_READ);
    assert_int_equal(errno, EISDIR);
    guesses_close(guesses);
}

static void parts_are_split_at_their_tabs(void **state)
{
    (void)state;
    struct elig_text parts[3];
    assert_int_equal(guesses_split((struct elig_text){"a\tbc\t", 5}, parts, 3), 1);
    assert_int_equal(parts[0].length, 1);
    assert_int_equal(parts[1].length, 2);
    assert_memory_equal(parts[1].bytes, "bc", 2);
    assert_int_equal(parts[2].length, 0);
    assert_int_equal(guesses_split((struct elig_text){"a\tbc\t", 5}, parts, 2), 0);
    assert_int_equal(guesses_split((struct elig_text){"abc", 3}, parts, 2), 0);
    assert_int_equal(guesses_split((struct elig_text){"abc", 3}, parts, 1), 1);
}

/* ---- The ground truth ---- */

static struct digest_input input_of(const char *kind, const char *canonical)
{
    return (struct digest_input){kind, (const uint8_t *)canonical, strlen(canonical)};
}

static void ground_truth_knows_each_identifier_by_its_kind(void **state)
{
    (void)state;
    struct ground_truth *ground_truth = ground_truth_new();
    assert_non_null(ground_truth);
    const struct digest_input listed[] = {input_of("a", "one"), input_of("a", "two"), input_of("b", "one"),
                                          input_of("a", "two")};
    const struct digest_input asked[] = {input_of("a", "two"), input_of("b", "two"), input_of("b", "one"),
                                         input_of("a", "three")};
    assert_int_equal(ground_truth_count(ground_truth, asked, LENGTH(asked)), 0);
    assert_int_equal(ground_truth_add(ground_truth, listed, LENGTH(listed)), 0);
    ground_truth_sort(ground_truth, 0);
    assert_int_equal(ground_truth_size(ground_truth), 3);
    assert_int_equal(ground_truth_count(ground_truth, asked, LENGTH(asked)), 2);
    ground_truth_free(ground_truth);
}

/* ---- Guessing ---- */

#define MEMBERS 20000

/* An index of customer numbers of eight digits, every 5,000th of them, and its ground truth. */
static struct elig *make_numbers(unsigned fingerprint_bits, int64_t not_before, int64_t not_after,
                                 struct ground_truth *ground_truth)
{
    struct config config = test_config();
    char *csv = malloc(16 * (MEMBERS + 1));
    size_t length = 0;
    assert_non_null(csv);
    length += (size_t)sprintf(csv, "id\n");
    for (unsigned i = 0; i < MEMBERS; i++) {
        char number[9];
        snprintf(number, sizeof number, "%08u", i * 5000 % 100000000);
        length += (size_t)sprintf(csv + length, "%s\n", number);
        const struct digest_input input = input_of("id", number);
        if (ground_truth != NULL)
            assert_int_equal(ground_truth_add(ground_truth, &input, 1), 0);
    }
    if (ground_truth != NULL)
        ground_truth_sort(ground_truth, 0);
    config.list.kinds[0].parts[0].type = ELIG_TYPE_DIGITS;
    config.rate_bits = fingerprint_bits;
    config.not_before = not_before;
    config.not_after = not_after;
    assert_int_equal(test_compile(&config, csv, test_path("numbers.elig")), EXIT_DONE);
    free(csv);
    return test_open(test_path("numbers.elig"), ELIG_CHECK_FIRST_USE);
}

static struct attack guess(const struct elig *index, uint64_t sample, const struct ground_truth *ground_truth)
{
    struct elig_part part = part_of("digits");
    struct attack attack = {.index = index, .ground_truth = ground_truth, .is_wanted = {1}, .threads = 2};
    assert_int_equal(guesses_of_part(&part, sample, &attack.guesses), 0);
    assert_int_equal(attack_run(&attack), 0);
    guesses_close(attack.guesses);
    return attack;
}

/* Of 10^6 of 10^8 candidates 200 are listed, give or take five deviations of sqrt(200); of the others one in
 * 256 is a false positive. */
static void guesses_find_members_and_false_positives_at_the_predicted_rates(void **state)
{
    (void)state;
    struct ground_truth *ground_truth = ground_truth_new();
    struct elig *index = make_numbers(8, 0, 0, ground_truth);
    struct attack attack = guess(index, 1000000, ground_truth);
    const struct attack_tally *tally = &attack.tallies[0];
    double strangers = (double)(tally->found - tally->members), expected = 1e6 / 256;
    assert_int_equal(tally->tried, 1000000);
    assert_int_equal(tally->invalid, 0);
    assert_true(fabs((double)tally->members - 200) < 5 * sqrt(200));
    assert_true(fabs(strangers - expected) < 5 * sqrt(expected));
    assert_true(attack.seconds > 0);
    assert_true(attack.core_seconds > 0);
    elig_close(index);
    ground_truth_free(ground_truth);
}

static void a_window_does_not_stop_an_attacker(void **state)
{
    (void)state;
    static const struct {
        int64_t not_before, not_after;
    } windows[] = {{1, 2}, {4000000000, 0}, {0, 1000}, {4000000000, 4000000001}};
    for (size_t i = 0; i < LENGTH(windows); i++) {
        struct ground_truth *ground_truth = ground_truth_new();
        struct elig *index = make_numbers(32, windows[i].not_before, windows[i].not_after, ground_truth);
        struct attack attack = guess(index, 200000, ground_truth);
        assert_true(attack.tallies[0].members > 0);
        assert_int_equal(attack.tallies[0].found, attack.tallies[0].members);
        elig_close(index);
        ground_truth_free(ground_truth);
    }
}

static void lines_are_tried_for_kinds_with_as_many_parts(void **state)
{
    (void)state;
    static char name[] = "name", birth[] = "birth", number[] = "number";
    struct config config = test_config();
    config.list.kind_count = 2;
    config.list.kinds[0] = (struct elig_kind){
        .name = "person", .part_count = 2, .parts = {{.type = ELIG_TYPE_TEXT}, {.type = ELIG_TYPE_DATE}}};
    config.list.kinds[1] =
        (struct elig_kind){.name = "number", .part_count = 1, .parts = {{.type = ELIG_TYPE_DIGITS}}};
    config.list.columns[0][0] = name;
    config.list.columns[0][1] = birth;
    config.list.columns[1][0] = number;
    assert_int_equal(test_compile(&config, "name,birth,number\nAda,1985-12-31,17\nBert,1970-01-01,18\n",
                                  test_path("people.elig")),
                     EXIT_DONE);
    test_write_text(test_path("lines"),
                    "ADA\t1985.12.31\nAda\t1985-12-30\n17\n1 8\n19\nx\nAda\t1985-13-31\na\tb\tc\n");
    struct elig *index = test_open(test_path("people.elig"), ELIG_CHECK_FIRST_USE);
    struct attack attack = {.index = index, .is_wanted = {1, 1}, .threads = 1};
    assert_int_equal(guesses_of_file(test_path("lines"), &attack.guesses), 0);
    assert_int_equal(attack_run(&attack), 0);
    assert_int_equal(attack.tallies[0].tried, 3);
    assert_int_equal(attack.tallies[0].found, 1);
    assert_int_equal(attack.tallies[0].invalid, 1);
    assert_int_equal(attack.tallies[1].tried, 4);
    assert_int_equal(attack.tallies[1].found, 2);
    assert_int_equal(attack.tallies[1].invalid, 1);
    assert_int_equal(attack.unmatched, 1);
    guesses_close(attack.guesses);
    elig_close(index);
}

static void a_missing_secret_stops_it(void **state)
{
    (void)state;
    elig_close(make_numbers(32, 0, 0, NULL));
    const struct elig_options options = {.size = sizeof options, .check = ELIG_CHECK_FIRST_USE};
    struct elig *index;
    struct elig_part part = part_of("digits");
    assert_int_equal(elig_open(test_path("numbers.elig"), &options, &index), 0);
    struct attack attack = {.index = index, .is_wanted = {1}, .threads = 2};
    assert_int_equal(guesses_of_part(&part, 1000000, &attack.guesses), 0);
    assert_int_equal(attack_run(&attack), ELIG_E_NO_SECRET);
    guesses_close(attack.guesses);
    elig_close(index);
}

static void an_offline_index_needs_no_secret(void **state)
{
    (void)state;
    struct config config = test_config();
    config.profile = (struct profile){.id = ELIG_PROFILE_OFFLINE,
                                      .argon2_memory = ELIG_ARGON2_MEMORY_MIN,
                                      .argon2_passes = ELIG_ARGON2_PASSES_MIN};
    memcpy(config.profile.salt, test_salt(), ELIG_SALT_BYTES);
    config.secret = NULL;
    config.accepts_enumerable = 1;
    assert_int_equal(test_compile(&config, "id\none\ntwo\n", test_path("offline.elig")), EXIT_DONE);
    test_write_text(test_path("lines"), "one\nthree\nfour\n");
    const struct elig_options options = {.size = sizeof options, .check = ELIG_CHECK_FIRST_USE};
    struct attack attack = {.is_wanted = {1}, .threads = 4};
    struct elig *index;
    assert_int_equal(elig_open(test_path("offline.elig"), &options, &index), 0);
    attack.index = index;
    assert_int_equal(guesses_of_file(test_path("lines"), &attack.guesses), 0);
    assert_int_equal(attack_run(&attack), 0);
    assert_int_equal(attack.tallies[0].tried, 3);
    assert_int_equal(attack.tallies[0].found, 1);
    guesses_close(attack.guesses);
    elig_close(index);
}

static int setup(void **state)
{
    return sodium_init() < 0 ? -1 : test_folder_make(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_keyspace_is_enumerated_once),
        cmocka_unit_test(a_sample_is_spread_over_the_keyspace),
        cmocka_unit_test(types_that_cannot_be_enumerated_have_no_candidates),
        cmocka_unit_test(lines_are_read_with_any_line_ending),
        cmocka_unit_test(long_files_are_read_to_the_end),
        cmocka_unit_test(a_line_that_is_too_long_is_cut_and_the_next_is_not),
        cmocka_unit_test(a_missing_file_sets_errno),
        cmocka_unit_test(a_read_that_fails_is_an_error),
        cmocka_unit_test(parts_are_split_at_their_tabs),
        cmocka_unit_test(ground_truth_knows_each_identifier_by_its_kind),
        cmocka_unit_test(guesses_find_members_and_false_positives_at_the_predicted_rates),
        cmocka_unit_test(a_window_does_not_stop_an_attacker),
        cmocka_unit_test(lines_are_tried_for_kinds_with_as_many_parts),
        cmocka_unit_test(a_missing_secret_stops_it),
        cmocka_unit_test(an_offline_index_needs_no_secret),
    };
    message_program("test_attack");
    return cmocka_run_group_tests(tests, setup, test_folder_remove);
}
