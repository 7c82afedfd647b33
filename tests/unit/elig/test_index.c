/* SPDX-License-Identifier: Apache-2.0 */
/* test_index.c - an index opened, asked and closed: every check mode, single and batch, windows, kinds,
 * threads. */
#include <dirent.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>

#include "lib/elig/index/index.h"
#include "tests/support/asking.h"
#include "tests/support/fixture_index.h"
#include "tests/support/forge_index.h"
#include "tests/support/test.h"

static const enum elig_check checks[] = {ELIG_CHECK_WALK, ELIG_CHECK_FIRST_USE, ELIG_CHECK_ALL};

/* Two kinds, labels, a window and a campaign. Nine rows of made-up people. */
static const char people_csv[] = "mail,given,born,label\n"
                                 "Anna@Example.com,Anna Kim,1990-01-02,gold\n"
                                 "ben@example.com,Ben Lee,1985-12-31,\n"
                                 "carla+news@example.org,Carla Park,2000-02-29,silver\n"
                                 "dora@example.com,,,gold\n"
                                 ",Emil Choi,19700101,silver\n";

static char column_mail[] = "mail", column_given[] = "given", column_born[] = "born";

static struct config people_recipe(void)
{
    struct config config = test_config();
    config.list.kind_count = 2;
    config.list.kinds[0] =
        (struct elig_kind){.name = "email", .part_count = 1, .parts = {{.type = ELIG_TYPE_EMAIL}}};
    config.list.kinds[1] = (struct elig_kind){
        .name = "person", .part_count = 2, .parts = {{.type = ELIG_TYPE_TEXT}, {.type = ELIG_TYPE_DATE}}};
    config.list.columns[0][0] = column_mail;
    config.list.columns[1][0] = column_given;
    config.list.columns[1][1] = column_born;
    config.list.label_column = "label";
    config.not_before = 1000;
    config.not_after = 2000;
    config.campaign = "Spring vouchers";
    return config;
}

static const char *people_path(void)
{
    static char path[TEST_PATH_MAX];
    strcpy(path, test_path("people.elig"));
    return path;
}

static int setup(void **state)
{
    if (test_folder_make(state) != 0)
        return -1;
    struct config config = people_recipe();
    return test_compile(&config, people_csv, people_path()) == EXIT_DONE ? 0 : -1;
}

static struct elig_text text_of(const char *text)
{
    return (struct elig_text){text, strlen(text)};
}

static int look_up(const struct elig *index, const char *kind, const char *first, const char *second,
                   int64_t now, struct elig_answer *answer)
{
    const struct elig_text parts[] = {text_of(first), text_of(second)};
    memset(answer, 0xa5, sizeof *answer);
    unsigned number = UINT_MAX;
    (void)!elig_kind(index, kind, &number);
    size_t part_count = strcmp(kind, "person") == 0 ? 2 : 1;
    int error = elig_lookup(index, number, parts, part_count, now, answer);
    assert_int_equal(error, answer->error);
    return test_result(answer);
}

static void everybody_listed_is_found_in_every_mode(void **state)
{
    (void)state;
    static const struct {
        const char *kind, *first, *second, *label;
    } listed[] = {
        {"email", "anna@example.com", "", "gold"},       {"email", " ANNA@EXAMPLE.COM ", "", "gold"},
        {"email", "ben@example.com", "", NULL},          {"email", "carla+news@example.org", "", "silver"},
        {"email", "dora@example.com", "", "gold"},       {"person", "anna  kim", "1990.01.02", "gold"},
        {"person", "Ben Lee", "19851231", NULL},         {"person", "CARLA PARK", "2000/02/29", "silver"},
        {"person", "Emil Choi", "1970-01-01", "silver"},
    };
    static const struct {
        const char *kind, *first, *second;
    } not_listed[] = {
        {"email", "carla@example.org", ""},  {"email", "anna@example.org", ""},
        {"email", "emil@example.com", ""},   {"person", "Anna Kim", "1990-01-03"},
        {"person", "Anna", "1990-01-02"},    {"person", "Dora", "1990-01-02"},
        {"person", "Ben Lee", "2000-02-29"},
    };
    for (size_t i = 0; i < LENGTH(checks); i++) {
        struct elig *index = test_open(people_path(), checks[i]);
        struct elig_answer answer;
        for (size_t j = 0; j < LENGTH(listed); j++) {
            assert_int_equal(look_up(index, listed[j].kind, listed[j].first, listed[j].second, 1500, &answer),
                             ELIG_ELIGIBLE);
            assert_int_equal(answer.reason, ELIG_REASON_NONE);
            assert_same_label(answer.label, listed[j].label);
        }
        for (size_t j = 0; j < LENGTH(not_listed); j++) {
            assert_int_equal(
                look_up(index, not_listed[j].kind, not_listed[j].first, not_listed[j].second, 1500, &answer),
                ELIG_NOT_LISTED);
            assert_null(answer.label);
        }
        elig_close(index);
    }
}

static void the_header_is_told(void **state)
{
    (void)state;
    struct elig *index = test_open(people_path(), ELIG_CHECK_WALK);
    struct elig_info info = {.size = sizeof info};
    struct stat status;
    elig_info(index, &info);
    assert_int_equal(stat(people_path(), &status), 0);
    assert_int_equal(info.format_version, 2);
    assert_int_equal(info.rules_version, ELIG_RULES_VERSION);
    assert_int_equal(info.profile, ELIG_PROFILE_KEYED);
    assert_memory_equal(info.salt, test_salt(), ELIG_SALT_BYTES);
    assert_int_equal(info.identifiers, 8);
    assert_int_equal(info.file_bytes, status.st_size);
    assert_int_equal(info.fingerprint_bits, 32);
    assert_int_equal(info.label_bits, 2);
    assert_int_equal(info.label_count, 2);
    assert_int_equal(info.kind_count, 2);
    assert_string_equal(info.kinds[0].name, "email");
    assert_int_equal(info.kinds[0].identifiers, 4);
    assert_string_equal(info.kinds[1].name, "person");
    assert_int_equal(info.kinds[1].identifiers, 4);
    assert_int_equal(info.kinds[1].part_count, 2);
    assert_int_equal(info.not_before, 1000);
    assert_int_equal(info.not_after, 2000);
    assert_string_equal(info.campaign, "Spring vouchers");
    assert_int_equal(info.leaf_pages, 1);
    assert_int_equal(info.tree_levels, 0);
    assert_null(info.signer);
    assert_int_equal(info.serial, 0);
    unsigned kind;
    assert_int_equal(elig_kind(index, "email", &kind), 0);
    assert_int_equal(kind, 0);
    assert_int_equal(elig_kind(index, "person", &kind), 0);
    assert_int_equal(kind, 1);
    assert_int_equal(elig_kind(index, "phone", &kind), ELIG_E_ARGUMENT);
    assert_int_equal(elig_kind(index, "", &kind), ELIG_E_ARGUMENT);
    assert_int_equal(elig_kind(index, "emai", &kind), ELIG_E_ARGUMENT);
    elig_close(index);
}

static void outside_its_window_an_index_says_so_to_everybody(void **state)
{
    (void)state;
    static const struct {
        int64_t now;
        int verdict;
    } times[] = {{INT64_MIN, ELIG_NOT_OPEN}, {0, ELIG_NOT_OPEN},    {999, ELIG_NOT_OPEN},
                 {1000, ELIG_ELIGIBLE},      {2000, ELIG_ELIGIBLE}, {2001, ELIG_CLOSED},
                 {INT64_MAX, ELIG_CLOSED}};
    struct elig *index = test_open(people_path(), ELIG_CHECK_ALL);
    struct elig_answer answer;
    for (size_t i = 0; i < LENGTH(times); i++) {
        assert_int_equal(elig_window(index, times[i].now), times[i].verdict);
        assert_int_equal(look_up(index, "email", "ben@example.com", "", times[i].now, &answer),
                         times[i].verdict);
        assert_null(answer.label);
        if (times[i].verdict != ELIG_ELIGIBLE) { /* nor does it say that something is malformed */
            assert_int_equal(look_up(index, "email", "no address", "", times[i].now, &answer),
                             times[i].verdict);
            assert_int_equal(answer.reason, ELIG_REASON_NONE);
        }
    }
    elig_close(index);
}

static void an_index_without_bounds_is_always_open(void **state)
{
    (void)state;
    struct config config = test_config();
    const char *path = test_path("open.elig");
    assert_int_equal(test_compile(&config, "id\na\n", path), EXIT_DONE);
    struct elig *index = test_open(path, ELIG_CHECK_WALK);
    assert_int_equal(elig_window(index, INT64_MIN), ELIG_ELIGIBLE);
    assert_int_equal(elig_window(index, 0), ELIG_ELIGIBLE);
    assert_int_equal(elig_window(index, INT64_MAX), ELIG_ELIGIBLE);
    elig_close(index);
}

static void malformed_identifiers_are_invalid_with_a_reason(void **state)
{
    (void)state;
    struct elig *index = test_open(people_path(), ELIG_CHECK_WALK);
    struct elig_answer answer;
    assert_int_equal(look_up(index, "email", "no address", "", 1500, &answer), ELIG_INVALID);
    assert_int_equal(answer.reason, ELIG_REASON_EMAIL_AT);
    assert_int_equal(answer.part, 0);
    assert_int_equal(look_up(index, "email", "", "", 1500, &answer), ELIG_INVALID);
    assert_int_equal(answer.reason, ELIG_REASON_EMPTY);
    assert_int_equal(look_up(index, "person", "Anna Kim", "yesterday", 1500, &answer), ELIG_INVALID);
    assert_int_equal(answer.reason, ELIG_REASON_DATE_FORMAT);
    assert_int_equal(answer.part, 2);
    assert_int_equal(look_up(index, "person", "...", "2001-02-03", 1500, &answer), ELIG_INVALID);
    assert_int_equal(answer.reason, ELIG_REASON_TEXT_LETTER);
    assert_int_equal(answer.part, 1);
    assert_int_equal(look_up(index, "person", "", "2001-02-03", 1500, &answer), ELIG_INVALID);
    assert_int_equal(answer.reason, ELIG_REASON_EMPTY);
    assert_int_equal(answer.part, 1);
    assert_int_equal(look_up(index, "person", "Anna Kim", "2001-02-29", 1500, &answer), ELIG_INVALID);
    assert_int_equal(answer.reason, ELIG_REASON_DATE_CALENDAR);
    assert_int_equal(look_up(index, "email", "a\nb@example.com", "", 1500, &answer), ELIG_INVALID);
    assert_int_equal(answer.reason, ELIG_REASON_CONTROL);
    const struct elig_text none = {NULL, 0};
    assert_int_equal(elig_lookup(index, 0, &none, 1, 1500, &answer), 0);
    assert_int_equal(answer.verdict, ELIG_INVALID);
    assert_int_equal(answer.reason, ELIG_REASON_EMPTY);
    elig_close(index);
}

static void arguments_out_of_range_are_refused(void **state)
{
    (void)state;
    struct elig *index = test_open(people_path(), ELIG_CHECK_WALK);
    struct elig_answer answer = {0};
    const struct elig_text text = text_of("ben@example.com");
    uint8_t digest[ELIG_DIGEST_BYTES];
    enum elig_reason reason;
    assert_int_equal(elig_lookup(index, 2, &text, 1, 1500, &answer), ELIG_E_ARGUMENT);
    assert_int_equal(test_result(&answer), ELIG_E_ARGUMENT);
    assert_int_equal(elig_lookup(index, UINT32_MAX, &text, 1, 1500, &answer), ELIG_E_ARGUMENT);
    assert_int_equal(elig_lookup(index, 0, NULL, 1, 1500, &answer), ELIG_E_ARGUMENT);
    assert_int_equal(elig_digest(index, 2, &text, 1, digest, &reason), ELIG_E_ARGUMENT);
    assert_int_equal(elig_digest(index, 0, NULL, 1, digest, &reason), ELIG_E_ARGUMENT);
    assert_int_equal(elig_lookup_batch(index, 2, &text, 1, 1, 1500, &answer), ELIG_E_ARGUMENT);
    elig_close(index);

    struct elig_options options = {.size = sizeof options, .check = (enum elig_check)3};
    assert_int_equal(elig_open(people_path(), &options, &index), ELIG_E_ARGUMENT);
    assert_null(index);
    options.check = (enum elig_check) - 1;
    assert_int_equal(elig_open(people_path(), &options, &index), ELIG_E_ARGUMENT);
    assert_int_equal(elig_open(NULL, NULL, &index), ELIG_E_ARGUMENT);
    assert_int_equal(elig_open(people_path(), NULL, NULL), ELIG_E_ARGUMENT);
    elig_close(NULL);
}

/* A caller compiled against a later header passes more, one against this header what it knows. */
static void options_and_info_carry_their_size(void **state)
{
    (void)state;
    struct {
        struct elig_options known;
        uint8_t later[16];
    } options = {.known = ELIG_OPTIONS_INIT};
    struct {
        struct elig_info known;
        uint8_t later[16];
    } info;
    struct elig *index = NULL;
    for (size_t size = 0; size < sizeof(struct elig_options); size++) {
        options.known.size = size;
        assert_int_equal(elig_open(people_path(), &options.known, &index), ELIG_E_ARGUMENT);
    }
    static const size_t not_set[] = {4097, (size_t)1 << 40, SIZE_MAX};
    for (size_t i = 0; i < LENGTH(not_set); i++) {
        options.known.size = not_set[i];
        assert_int_equal(elig_open(people_path(), &options.known, &index), ELIG_E_ARGUMENT);
    }
    options.known.size = sizeof options;
    assert_int_equal(elig_open(people_path(), &options.known, &index), 0);
    for (size_t i = 0; i < LENGTH(not_set); i++) {
        info.known.size = not_set[i];
        assert_int_equal(elig_info(index, &info.known), ELIG_E_ARGUMENT);
    }
    for (size_t i = 0; i < sizeof options.later; i++) {
        struct elig *refused = index;
        options.later[i] = 1;
        assert_int_equal(elig_open(people_path(), &options.known, &refused), ELIG_E_ARGUMENT);
        assert_null(refused);
        options.later[i] = 0;
    }
    for (size_t size = 0; size <= sizeof info; size++) {
        memset(&info, 0xa5, sizeof info);
        info.known.size = size;
        assert_int_equal(elig_info(index, &info.known), size < sizeof info.known ? ELIG_E_ARGUMENT : 0);
        assert_int_equal(info.known.size, size);
        for (size_t i = 0; i < sizeof info.later; i++)
            assert_int_equal(info.later[i],
                             size >= sizeof info.known && i < size - sizeof info.known ? 0 : 0xa5);
    }
    elig_close(index);
}

static void without_options_an_index_is_opened_to_be_told_about(void **state)
{
    (void)state;
    struct elig *index = NULL;
    struct elig_info info = {.size = sizeof info};
    struct elig_answer answer;
    uint8_t digest[ELIG_DIGEST_BYTES];
    enum elig_reason reason;
    const struct elig_text text = text_of("ben@example.com");
    assert_int_equal(elig_open(people_path(), NULL, &index), 0);
    elig_info(index, &info);
    assert_int_equal(info.identifiers, 8);
    assert_int_equal(elig_lookup(index, 0, &text, 1, 1500, &answer), ELIG_E_NO_SECRET);
    assert_int_equal(test_result(&answer), ELIG_E_NO_SECRET);
    assert_int_equal(elig_digest(index, 0, &text, 1, digest, &reason), ELIG_E_NO_SECRET);
    assert_int_equal(elig_lookup(index, 0, &text, 1, 0, &answer), 0);
    assert_int_equal(answer.verdict, ELIG_NOT_OPEN);
    elig_close(index);
}

static void another_secret_is_refused(void **state)
{
    (void)state;
    uint8_t secret[ELIG_SECRET_BYTES];
    for (size_t i = 0; i < LENGTH(checks); i++)
        for (size_t byte = 0; byte < sizeof secret; byte++) {
            memcpy(secret, test_secret(), sizeof secret);
            secret[byte] ^= 1;
            assert_int_equal(test_open_error(people_path(), checks[i], secret), ELIG_E_WRONG_SECRET);
        }
}

static void the_secret_is_copied(void **state)
{
    (void)state;
    uint8_t secret[ELIG_SECRET_BYTES];
    const struct elig_options options = {.size = sizeof options, .check = ELIG_CHECK_WALK, .secret = secret};
    struct elig *index;
    struct elig_answer answer;
    memcpy(secret, test_secret(), sizeof secret);
    assert_int_equal(elig_open(people_path(), &options, &index), 0);
    memset(secret, 0, sizeof secret);
    assert_int_equal(look_up(index, "email", "ben@example.com", "", 1500, &answer), ELIG_ELIGIBLE);
    elig_close(index);
}

static void a_digest_can_be_kept_and_asked_about_later(void **state)
{
    (void)state;
    struct elig *index = test_open(people_path(), ELIG_CHECK_WALK), *without_secret = NULL;
    const struct elig_text text = text_of("dora@example.com"), bad = text_of("dora");
    uint8_t digest[ELIG_DIGEST_BYTES];
    enum elig_reason reason = ELIG_REASON_CONTROL;
    assert_int_equal(elig_digest(index, 0, &text, 1, digest, &reason), 0);
    assert_int_equal(reason, ELIG_REASON_NONE);
    assert_int_equal(elig_open(people_path(), NULL, &without_secret), 0);
    struct elig_answer answer = test_find(without_secret, digest);
    assert_int_equal(answer.verdict, ELIG_ELIGIBLE);
    assert_same_label(answer.label, "gold");
    assert_int_equal(elig_digest(index, 0, &bad, 1, digest, &reason), ELIG_E_IDENTIFIER);
    assert_int_equal(reason, ELIG_REASON_EMAIL_AT);
    elig_close(index);
    elig_close(without_secret);
}

static void an_empty_index_lists_no_identifier(void **state)
{
    (void)state;
    struct config config = test_config();
    const char *path = test_path("empty.elig");
    assert_int_equal(test_compile(&config, "id\n", path), EXIT_DONE);
    for (size_t i = 0; i < LENGTH(checks); i++) {
        struct elig *index = test_open(path, checks[i]);
        struct elig_info info = {.size = sizeof info};
        elig_info(index, &info);
        assert_int_equal(info.identifiers, 0);
        assert_int_equal(info.leaf_pages, 0);
        assert_int_equal(info.file_bytes, ELIG_PAGE_BYTES);
        assert_not_listed(index, "id", "anybody");
        elig_close(index);
    }
}

/* Batches of every length around the library's group size, with malformed ones among them. */
static void a_batch_answers_like_one_at_a_time(void **state)
{
    (void)state;
    enum { MOST = 200 };
    static const char *const typed[] = {"anna@example.com",
                                        "ben@example.com",
                                        "noone@example.com",
                                        "no address",
                                        "dora@example.com",
                                        "zoe@example.com",
                                        "",
                                        "a\x7f@example.com",
                                        "\xff@example.com",
                                        "carla+news@example.org"};
    for (size_t i = 0; i < LENGTH(checks); i++) {
        struct elig *index = test_open(people_path(), checks[i]);
        struct elig_text parts[MOST];
        struct elig_answer answers[MOST + 1], single;
        uint64_t seed = 5;
        for (size_t count = 0; count <= MOST; count += count < 70 ? 1 : 13) {
            for (size_t j = 0; j < count; j++)
                parts[j] = text_of(typed[test_below(&seed, LENGTH(typed))]);
            memset(answers, 0xa5, sizeof answers);
            assert_int_equal(elig_lookup_batch(index, 0, parts, 1, count, 1500, answers), 0);
            for (size_t j = 0; j < count; j++) {
                elig_lookup(index, 0, &parts[j], 1, 1500, &single);
                assert_int_equal(answers[j].verdict, single.verdict);
                assert_int_equal(answers[j].reason, single.reason);
                assert_ptr_equal(answers[j].label, single.label);
            }
            const uint8_t *after = (const uint8_t *)&answers[count];
            for (size_t j = 0; j < sizeof *answers; j++)
                assert_int_equal(after[j], 0xa5);
        }
        elig_close(index);
    }
}

static void another_number_of_parts_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(checks); i++) {
        struct elig *index = test_open(people_path(), checks[i]);
        struct elig_info info = {.size = sizeof info};
        elig_info(index, &info);
        for (unsigned kind = 0; kind < info.kind_count; kind++)
            for (size_t part_count = 0; part_count <= ELIG_PARTS_MAX + 1; part_count++) {
                /* exactly as many texts as are announced, so that checkers see a text more being read */
                struct elig_text *parts = calloc(2 * part_count, sizeof *parts);
                struct elig_answer answers[2];
                uint8_t digest[ELIG_DIGEST_BYTES];
                enum elig_reason reason;
                int expected = part_count == info.kinds[kind].part_count ? 0 : ELIG_E_ARGUMENT;
                assert_int_equal(elig_lookup(index, kind, parts, part_count, 1500, answers), expected);
                assert_int_equal(test_result(answers), expected == 0 ? ELIG_INVALID : expected);
                assert_int_equal(elig_lookup_batch(index, kind, parts, part_count, 2, 1500, answers), expected);
                assert_int_equal(test_result(&answers[1]), expected == 0 ? ELIG_INVALID : expected);
                assert_int_equal(elig_digest(index, kind, parts, part_count, digest, &reason),
                                 expected == 0 ? ELIG_E_IDENTIFIER : expected);
                free(parts);
            }
        elig_close(index);
    }
}

static void a_batch_of_composites_takes_its_parts_in_order(void **state)
{
    (void)state;
    struct elig *index = test_open(people_path(), ELIG_CHECK_FIRST_USE);
    const struct elig_text parts[] = {text_of("Anna Kim"),   text_of("1990-01-02"), text_of("Ben Lee"),
                                      text_of("1990-01-02"), text_of("Emil Choi"),  text_of("1970-01-01")};
    struct elig_answer answers[3];
    assert_int_equal(elig_lookup_batch(index, 1, parts, 2, 3, 1500, answers), 0);
    assert_int_equal(answers[0].verdict, ELIG_ELIGIBLE);
    assert_same_label(answers[0].label, "gold");
    assert_int_equal(answers[1].verdict, ELIG_NOT_LISTED);
    assert_int_equal(answers[2].verdict, ELIG_ELIGIBLE);
    assert_int_equal(elig_lookup_batch(index, 1, parts, 2, 3, 3000, answers), 0);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(answers[i].verdict, ELIG_CLOSED);
    elig_close(index);
}

static void a_replaced_file_does_not_disturb_an_open_index(void **state)
{
    (void)state;
    struct config config = test_config();
    const char *path = test_path("replaced.elig");
    for (size_t i = 0; i < LENGTH(checks); i++) {
        assert_int_equal(test_compile(&config, "id\nold\n", path), EXIT_DONE);
        struct elig *old = test_open(path, checks[i]);
        assert_int_equal(test_compile(&config, "id\nnew\n", path), EXIT_DONE);
        struct elig *new = test_open(path, checks[i]);
        assert_listed(old, "id", "old", NULL);
        assert_not_listed(old, "id", "new");
        assert_not_listed(new, "id", "old");
        assert_listed(new, "id", "new", NULL);
        elig_close(old);
        elig_close(new);
    }
}

static unsigned open_descriptors(void)
{
    unsigned count = 0;
    DIR *folder = opendir("/proc/self/fd");
    assert_non_null(folder);
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

static void closing_gives_everything_back(void **state)
{
    (void)state;
    unsigned before = open_descriptors();
    for (int i = 0; i < 20; i++)
        for (size_t j = 0; j < LENGTH(checks); j++) {
            elig_close(test_open(people_path(), checks[j]));
            assert_int_equal(test_open_error(people_path(), checks[j], (const uint8_t *)people_csv),
                             ELIG_E_WRONG_SECRET);
            assert_int_equal(test_open_error("/dev/null", checks[j], NULL), ELIG_E_NOT_INDEX);
        }
    assert_int_equal(open_descriptors(), before);
}

static void an_open_index_is_not_passed_on_to_other_programs(void **state)
{
    (void)state;
    unsigned before = open_descriptors();
    struct elig *index = test_open(people_path(), ELIG_CHECK_ALL);
    assert_int_equal(open_descriptors(), before + 1);
    for (int file = 3; file < 256; file++) {
        char path[64], target[TEST_PATH_MAX];
        snprintf(path, sizeof path, "/proc/self/fd/%d", file);
        ssize_t length = readlink(path, target, sizeof target - 1);
        if (length > 0 && (size_t)length == strlen(people_path()) &&
            memcmp(target, people_path(), (size_t)length) == 0)
            assert_int_equal(fcntl(file, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    }
    elig_close(index);
}

/* ---- Many digests at once ---- */

static struct elig *open_populated(const char *path, enum elig_check check)
{
    const struct elig_options options = {
        .size = sizeof options, .check = check, .secret = test_secret(), .populate = 1};
    struct elig *index = NULL;
    assert_int_equal(elig_open(path, &options, &index), 0);
    return index;
}

/* Asks for count digests from first on at once, and compares with one at a time. Returns what elig_find() did.
 */
static int assert_like_singles(const struct elig *index, uint8_t (*digests)[ELIG_DIGEST_BYTES], size_t count)
{
    struct elig_answer answers[201];
    int first = 0;
    assert_true(count < LENGTH(answers));
    memset(answers, 0xa5, sizeof answers);
    int error = elig_find(index, (const uint8_t(*)[ELIG_DIGEST_BYTES])digests, count, answers);
    for (size_t i = 0; i < count; i++) {
        struct elig_answer single = test_find(index, digests[i]);
        assert_int_equal(answers[i].verdict, single.verdict);
        assert_int_equal(answers[i].reason, single.reason);
        assert_ptr_equal(answers[i].label, single.label);
        first = first == 0 ? single.error : first;
    }
    const uint8_t *after = (const uint8_t *)&answers[count];
    for (size_t i = 0; i < sizeof *answers; i++)
        assert_int_equal(after[i], 0xa5);
    assert_int_equal(error, first);
    return error;
}

/* Every length there can be a difference at, with members, others, labels, digests below the first leaf and,
 * the second time, a damaged leaf among them. */
static void batches_of_digests_of_any_length_are_like_single_ones(void **state)
{
    (void)state;
    enum { COUNT = 3000, ASKED = 400 };
    static const char *const words[] = {"gold", "silver"};
    struct record *records = test_records(31, COUNT);
    for (size_t i = 0; i < COUNT; i += 2)
        records[i] = test_record(records[i].digest, (uint16_t)(1 + i / 2 % 2), i + 1);
    const struct test_list list = {.records = records, .count = COUNT, .words = words, .word_count = 2};
    const char *path = test_path("batches.elig");
    test_make_index(&list, path);
    uint8_t(*digests)[ELIG_DIGEST_BYTES] = test_digests(32, ASKED);
    for (size_t i = 0; i < ASKED; i++)
        if (i % 3 > 0)
            memcpy(digests[i], records[i].digest, ELIG_DIGEST_BYTES);
    for (size_t i = 0; i < ASKED; i += 17)
        memset(digests[i], 0, ELIG_DIGEST_BYTES / 2);
    for (int is_damaged = 0; is_damaged <= 1; is_damaged++) {
        struct elig *indexes[] = {test_open(path, ELIG_CHECK_WALK), test_open(path, ELIG_CHECK_FIRST_USE),
                                  open_populated(path, ELIG_CHECK_FIRST_USE)};
        for (size_t i = 0; i < LENGTH(indexes); i++) {
            int worst = 0;
            for (size_t count = 0; count <= 200; count += count < 80 || indexes[i]->check > 0 ? 1 : 29) {
                int error = assert_like_singles(indexes[i], digests + count, count);
                worst = error < worst ? error : worst;
            }
            assert_int_equal(worst, is_damaged ? ELIG_E_DAMAGED : 0);
            elig_close(indexes[i]);
        }
        struct test_file file = test_read_file(path);
        file.bytes[file.length - 1] ^= 1; /* in the last leaf */
        test_write_bytes(path, file.bytes, file.length);
        test_file_free(&file);
    }
    free(records);
    free(digests);
}

/* ---- A copy in memory ---- */

static void a_populated_index_answers_whatever_becomes_of_its_file(void **state)
{
    (void)state;
    static const size_t counts[] = {1, 700}; /* one page; and more than one huge page */
    for (size_t i = 0; i < LENGTH(counts); i++)
        for (enum elig_check check = ELIG_CHECK_FIRST_USE; check <= ELIG_CHECK_ALL; check++) {
            uint8_t(*digests)[ELIG_DIGEST_BYTES] = test_digests(41, counts[i]);
            struct elig_answer *answers = calloc(counts[i], sizeof *answers);
            assert_non_null(answers);
            for (size_t j = 0; j < counts[i]; j++) { /* in order */
                digests[j][0] = (uint8_t)(j >> 8);
                digests[j][1] = (uint8_t)j;
            }
            struct test_file file = forge_index((const uint8_t(*)[ELIG_DIGEST_BYTES])digests, counts[i]);
            const char *path = test_path("populated.elig");
            test_write_bytes(path, file.bytes, file.length);
            struct elig *index = open_populated(path, check);
            memset(file.bytes, 0xee, file.length);
            for (int is_cut = 0; is_cut <= 1; is_cut++) { /* written over, then cut short */
                test_write_bytes(path, file.bytes, is_cut ? 10 : file.length);
                assert_int_equal(
                    elig_find(index, (const uint8_t(*)[ELIG_DIGEST_BYTES])digests, counts[i], answers), 0);
                for (size_t j = 0; j < counts[i]; j++)
                    assert_int_equal(answers[j].verdict, ELIG_ELIGIBLE);
                assert_int_equal(test_find(index, digests[counts[i] / 2]).verdict, ELIG_ELIGIBLE);
            }
            elig_close(index);
            test_file_free(&file);
            free(digests);
            free(answers);
        }
}

static void a_populated_index_is_checked_like_any_other(void **state)
{
    (void)state;
    struct config config = test_config();
    const char *path = test_path("damaged.elig");
    struct elig_options options = {.size = sizeof options, .check = ELIG_CHECK_ALL, .populate = 1};
    struct elig *index;
    assert_int_equal(test_compile(&config, "id\nsomebody\n", path), EXIT_DONE);
    struct test_file file = test_read_file(path);
    file.bytes[file.length - 1] ^= 1;
    assert_int_equal(unlink(path), 0);
    test_write_bytes(path, file.bytes, file.length);
    test_file_free(&file);
    assert_int_equal(elig_open(path, &options, &index), ELIG_E_DAMAGED);
    assert_null(index);
    options.check = ELIG_CHECK_FIRST_USE;
    options.secret = test_secret();
    assert_int_equal(elig_open(path, &options, &index), 0);
    struct elig_answer answer;
    assert_int_equal(test_ask(index, "id", "somebody", &answer), ELIG_E_DAMAGED);
    elig_close(index);
    options.check = ELIG_CHECK_WALK; /* which keeps nothing */
    assert_int_equal(elig_open(path, &options, &index), ELIG_E_ARGUMENT);
    assert_null(index);
    assert_int_equal(test_compile(&config, "id\n", test_path("none.elig")), EXIT_DONE);
    index = open_populated(test_path("none.elig"), ELIG_CHECK_ALL);
    assert_not_listed(index, "id", "somebody");
    elig_close(index);
}

/* ---- Threads ---- */

#define THREADS 4
#define MEMBERS 20000

struct asker {
    pthread_t thread;
    const struct elig *index;
    const struct record *records;
    uint64_t seed;
    unsigned wrong;
};

static void *ask_many(void *argument)
{
    struct asker *asker = argument;
    for (int i = 0; i < 20000; i++) {
        struct elig_answer answer;
        uint8_t digest[1][ELIG_DIGEST_BYTES];
        int is_member = test_below(&asker->seed, 2) == 0;
        memcpy(digest[0], asker->records[test_below(&asker->seed, MEMBERS)].digest, ELIG_DIGEST_BYTES);
        digest[0][ELIG_DIGEST_AT_FINGERPRINT] ^= (uint8_t)!is_member; /* the member's own slot does not match */
        elig_find(asker->index, (const uint8_t(*)[ELIG_DIGEST_BYTES])digest, 1, &answer);
        asker->wrong += answer.verdict != (is_member ? ELIG_ELIGIBLE : ELIG_NOT_LISTED);
    }
    return NULL;
}

/* The same in batches. */
static void *ask_many_at_once(void *argument)
{
    enum { AT_ONCE = 100 };
    struct asker *asker = argument;
    for (int i = 0; i < 200; i++) {
        struct elig_answer answers[AT_ONCE];
        uint8_t digests[AT_ONCE][ELIG_DIGEST_BYTES];
        for (size_t j = 0; j < AT_ONCE; j++) {
            memcpy(digests[j], asker->records[test_below(&asker->seed, MEMBERS)].digest, ELIG_DIGEST_BYTES);
            digests[j][ELIG_DIGEST_AT_FINGERPRINT] ^= j % 2;
        }
        elig_find(asker->index, (const uint8_t(*)[ELIG_DIGEST_BYTES])digests, AT_ONCE, answers);
        for (size_t j = 0; j < AT_ONCE; j++)
            asker->wrong += answers[j].verdict != (j % 2 == 0 ? ELIG_ELIGIBLE : ELIG_NOT_LISTED);
    }
    return NULL;
}

static void ask_in_threads(const struct elig *index, const struct record *records)
{
    struct asker askers[THREADS];
    for (unsigned j = 0; j < THREADS; j++) {
        askers[j] = (struct asker){.index = index, .records = records, .seed = j};
        assert_int_equal(
            pthread_create(&askers[j].thread, NULL, j % 2 == 0 ? ask_many : ask_many_at_once, &askers[j]), 0);
    }
    for (unsigned j = 0; j < THREADS; j++) {
        assert_int_equal(pthread_join(askers[j].thread, NULL), 0);
        assert_int_equal(askers[j].wrong, 0);
    }
}

static void many_threads_share_one_index(void **state)
{
    (void)state;
    struct record *records = test_records(21, MEMBERS);
    const struct test_list list = {.records = records, .count = MEMBERS};
    const char *path = test_path("threads.elig");
    test_make_index(&list, path);
    for (size_t i = 0; i < LENGTH(checks); i++) {
        struct elig *index = test_open(path, checks[i]);
        ask_in_threads(index, records);
        elig_close(index);
        if (checks[i] != ELIG_CHECK_WALK) {
            index = open_populated(path, checks[i]);
            ask_in_threads(index, records);
            elig_close(index);
        }
    }
    free(records);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everybody_listed_is_found_in_every_mode),
        cmocka_unit_test(the_header_is_told),
        cmocka_unit_test(outside_its_window_an_index_says_so_to_everybody),
        cmocka_unit_test(an_index_without_bounds_is_always_open),
        cmocka_unit_test(malformed_identifiers_are_invalid_with_a_reason),
        cmocka_unit_test(arguments_out_of_range_are_refused),
        cmocka_unit_test(options_and_info_carry_their_size),
        cmocka_unit_test(without_options_an_index_is_opened_to_be_told_about),
        cmocka_unit_test(another_secret_is_refused),
        cmocka_unit_test(the_secret_is_copied),
        cmocka_unit_test(a_digest_can_be_kept_and_asked_about_later),
        cmocka_unit_test(an_empty_index_lists_no_identifier),
        cmocka_unit_test(a_batch_answers_like_one_at_a_time),
        cmocka_unit_test(another_number_of_parts_is_refused),
        cmocka_unit_test(a_batch_of_composites_takes_its_parts_in_order),
        cmocka_unit_test(a_replaced_file_does_not_disturb_an_open_index),
        cmocka_unit_test(closing_gives_everything_back),
        cmocka_unit_test(an_open_index_is_not_passed_on_to_other_programs),
        cmocka_unit_test(batches_of_digests_of_any_length_are_like_single_ones),
        cmocka_unit_test(a_populated_index_answers_whatever_becomes_of_its_file),
        cmocka_unit_test(a_populated_index_is_checked_like_any_other),
        cmocka_unit_test(many_threads_share_one_index),
    };
    return cmocka_run_group_tests_name("index", tests, setup, test_folder_remove);
}
