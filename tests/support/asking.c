/* SPDX-License-Identifier: Apache-2.0 */
/* Opening indexes and asking them, for tests. */
#include "tests/support/asking.h"

#include "tests/support/test.h"

const uint8_t *test_salt(void)
{
    return (const uint8_t *)"sixteen bytes of";
}

uint8_t *test_secret(void)
{
    static uint8_t secret[ELIG_SECRET_BYTES];
    for (unsigned i = 0; i < sizeof secret; i++)
        secret[i] = (uint8_t)(7 * i + 1);
    return secret;
}

int test_open_error(const char *path, enum elig_check check, const uint8_t *secret)
{
    const struct elig_options options = {.size = sizeof options, .check = check, .secret = secret};
    struct elig *index = (struct elig *)&options; /* anything but NULL */
    int error = elig_open(path, &options, &index);
    if (error == 0)
        elig_close(index);
    else
        assert_null(index);
    return error;
}

struct elig *test_open(const char *path, enum elig_check check)
{
    const struct elig_options options = {.size = sizeof options, .check = check, .secret = test_secret()};
    struct elig *index = NULL;
    assert_int_equal(elig_open(path, &options, &index), 0);
    assert_non_null(index);
    return index;
}

struct elig_answer test_find(const struct elig *index, const uint8_t *digest)
{
    struct elig_answer answer;
    int error = elig_find(index, (const uint8_t(*)[ELIG_DIGEST_BYTES])digest, 1, &answer);
    assert_int_equal(error, answer.error);
    return answer;
}

int test_result(const struct elig_answer *answer)
{
    assert_int_equal(answer->error != 0, answer->verdict == ELIG_NO_VERDICT);
    return answer->error != 0 ? answer->error : answer->verdict;
}

int test_ask(const struct elig *index, const char *kind, const char *identifier, struct elig_answer *answer)
{
    const struct elig_text text = {identifier, strlen(identifier)};
    unsigned number;
    assert_int_equal(elig_kind(index, kind, &number), 0);
    int error = elig_lookup(index, number, &text, 1, 1, answer);
    assert_int_equal(error, answer->error);
    return test_result(answer);
}

void assert_same_label(const char *label, const char *expected)
{
    if (expected == NULL)
        assert_null(label);
    else {
        assert_non_null(label);
        assert_string_equal(label, expected);
    }
}

void assert_listed(const struct elig *index, const char *kind, const char *identifier, const char *label)
{
    struct elig_answer answer;
    assert_int_equal(test_ask(index, kind, identifier, &answer), ELIG_ELIGIBLE);
    assert_same_label(answer.label, label);
}

void assert_not_listed(const struct elig *index, const char *kind, const char *identifier)
{
    struct elig_answer answer;
    assert_int_equal(test_ask(index, kind, identifier, &answer), ELIG_NOT_LISTED);
    assert_null(answer.label);
}
