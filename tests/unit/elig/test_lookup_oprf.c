/* SPDX-License-Identifier: Apache-2.0 */
/* test_lookup_oprf.c - the library's three calls for lookups without the secret: what they make together, and
 * what each refuses. */
#include <sodium.h>

#include "lib/elig/digest/voprf.h"
#include "tests/support/asking.h"
#include "tests/support/fixture_index.h"
#include "tests/support/test.h"

#define LIST "id\none\ntwo\nthree\nfour\n"

typedef const uint8_t (*elements)[ELIG_ELEMENT_BYTES];

static struct elig *index_without_secret(const char *name)
{
    struct elig *index;
    const struct elig_options options = {.size = sizeof options, .check = ELIG_CHECK_FIRST_USE};
    assert_int_equal(elig_open(test_path(name), &options, &index), 0);
    return index;
}

static int setup(void **state)
{
    struct config config;
    if (sodium_init() < 0 || test_folder_make(state) != 0)
        return -1;
    config = test_config();
    if (test_compile(&config, LIST, test_path("keyed.elig")) != EXIT_DONE)
        return -1;
    config.profile.id = ELIG_PROFILE_BLIND;
    return test_compile(&config, LIST, test_path("blind.elig")) == EXIT_DONE ? 0 : -1;
}

/* A question about some identifiers, up to its answer. */
#define ASKED 3
struct question {
    struct elig_text parts[ASKED];
    uint8_t blinds[ASKED][ELIG_SCALAR_BYTES], blinded[ASKED][ELIG_ELEMENT_BYTES];
    uint8_t evaluated[ASKED][ELIG_ELEMENT_BYTES], proof[ELIG_PROOF_BYTES];
    uint8_t digests[ASKED][ELIG_DIGEST_BYTES];
};

static void blind_all(const struct elig *index, struct question *question)
{
    static const char *const who[ASKED] = {"two", "five", "four"};
    enum elig_reason reason;
    for (size_t i = 0; i < ASKED; i++) {
        question->parts[i] = (struct elig_text){who[i], strlen(who[i])};
        assert_int_equal(
            elig_blind(index, 0, &question->parts[i], 1, question->blinds[i], question->blinded[i], &reason),
            0);
    }
}

static int evaluate(struct question *question, const uint8_t *secret)
{
    return elig_evaluate(secret, (elements)question->blinded, ASKED, question->evaluated, question->proof);
}

static int unblind(const struct elig *index, struct question *question)
{
    memset(question->digests, 0xee, sizeof question->digests);
    return elig_unblind(index, 0, question->parts, 1, ASKED, (elements)question->blinds,
                        (elements)question->blinded, (elements)question->evaluated, question->proof,
                        question->digests);
}

static void members_are_found_without_the_secret(void **state)
{
    (void)state;
    struct elig *index = index_without_secret("blind.elig"),
                *owner = test_open(test_path("blind.elig"), ELIG_CHECK_WALK);
    struct question question;
    struct elig_answer answers[ASKED];
    blind_all(index, &question);
    assert_int_equal(evaluate(&question, test_secret()), 0);
    assert_int_equal(unblind(index, &question), 0);
    assert_int_equal(elig_find(index, (elements)question.digests, ASKED, answers), 0);
    for (size_t i = 0; i < ASKED; i++) {
        uint8_t digest[ELIG_DIGEST_BYTES];
        enum elig_reason reason;
        assert_int_equal(answers[i].verdict, i == 1 ? ELIG_NOT_LISTED : ELIG_ELIGIBLE);
        assert_int_equal(elig_digest(owner, 0, &question.parts[i], 1, digest, &reason), 0);
        assert_memory_equal(digest, question.digests[i], sizeof digest);
    }
    struct elig_answer answer;
    assert_int_equal(elig_lookup(index, 0, question.parts, 1, 0, &answer), ELIG_E_NO_SECRET);
    elig_close(index);
    elig_close(owner);
}

/* Nor does the same identifier ever look the same. */
static void a_blinded_element_says_nothing(void **state)
{
    (void)state;
    struct elig *index = index_without_secret("blind.elig");
    struct question one, other;
    blind_all(index, &one);
    blind_all(index, &other);
    for (size_t i = 0; i < ASKED; i++) {
        assert_memory_not_equal(one.blinded[i], other.blinded[i], ELIG_ELEMENT_BYTES);
        assert_memory_not_equal(one.blinds[i], other.blinds[i], ELIG_SCALAR_BYTES);
    }
    elig_close(index);
}

static void what_a_service_ought_not_to_answer_is_refused(void **state)
{
    (void)state;
    struct elig *index = index_without_secret("blind.elig");
    const uint8_t other_secret[ELIG_SECRET_BYTES] = {1};
    struct question question;
    blind_all(index, &question);
    assert_int_equal(evaluate(&question, other_secret), 0); /* a right answer of another secret's */
    assert_int_equal(unblind(index, &question), ELIG_E_PROOF);
    assert_int_equal(evaluate(&question, test_secret()), 0);
    struct question spoilt = question;
    memcpy(spoilt.evaluated[0], question.evaluated[1], ELIG_ELEMENT_BYTES);
    memcpy(spoilt.evaluated[1], question.evaluated[0], ELIG_ELEMENT_BYTES);
    assert_int_equal(unblind(index, &spoilt), ELIG_E_PROOF);
    spoilt = question;
    memset(spoilt.evaluated[2], 0, ELIG_ELEMENT_BYTES);
    assert_int_equal(unblind(index, &spoilt), ELIG_E_PROOF);
    spoilt = question;
    spoilt.proof[5] ^= 1;
    assert_int_equal(unblind(index, &spoilt), ELIG_E_PROOF);
    assert_int_equal(unblind(index, &question), 0);
    elig_close(index);
}

static void what_a_client_ought_not_to_send_is_refused(void **state)
{
    (void)state;
    uint8_t blinded[2][ELIG_ELEMENT_BYTES], evaluated[2][ELIG_ELEMENT_BYTES], proof[ELIG_PROOF_BYTES];
    crypto_core_ristretto255_random(blinded[0]);
    crypto_core_ristretto255_random(blinded[1]);
    assert_int_equal(elig_evaluate(test_secret(), (elements)blinded, 2, evaluated, proof), 0);
    blinded[1][31] |= 0x80;
    assert_int_equal(elig_evaluate(test_secret(), (elements)blinded, 2, evaluated, proof), ELIG_E_ELEMENT);
    memset(blinded[1], 0, ELIG_ELEMENT_BYTES);
    assert_int_equal(elig_evaluate(test_secret(), (elements)blinded, 2, evaluated, proof), ELIG_E_ELEMENT);
    memset(blinded[1], 0xff, ELIG_ELEMENT_BYTES);
    assert_int_equal(elig_evaluate(test_secret(), (elements)blinded, 2, evaluated, proof), ELIG_E_ELEMENT);
    assert_int_equal(elig_evaluate(test_secret(), (elements)blinded, 0, evaluated, proof), ELIG_E_ARGUMENT);
    assert_int_equal(elig_evaluate(test_secret(), (elements)blinded, ELIG_BLIND_MAX + 1, evaluated, proof),
                     ELIG_E_ARGUMENT);
    assert_int_equal(elig_evaluate(NULL, (elements)blinded, 1, evaluated, proof), ELIG_E_ARGUMENT);
}

static void calls_that_make_no_sense_are_refused(void **state)
{
    (void)state;
    struct elig *keyed = index_without_secret("keyed.elig"), *index = index_without_secret("blind.elig");
    struct question question;
    const struct elig_text two = {"two", 3}, empty = {" ", 1};
    uint8_t blind[ELIG_SCALAR_BYTES], blinded[ELIG_ELEMENT_BYTES];
    enum elig_reason reason;
    assert_int_equal(elig_blind(keyed, 0, &two, 1, blind, blinded, &reason), ELIG_E_ARGUMENT);
    assert_int_equal(elig_blind(index, 1, &two, 1, blind, blinded, &reason), ELIG_E_ARGUMENT);
    assert_int_equal(elig_blind(index, 0, NULL, 1, blind, blinded, &reason), ELIG_E_ARGUMENT);
    for (size_t part_count = 0; part_count <= 2; part_count += 2)
        assert_int_equal(elig_blind(index, 0, &two, part_count, blind, blinded, &reason), ELIG_E_ARGUMENT);
    assert_int_equal(elig_blind(index, 0, &empty, 1, blind, blinded, &reason), ELIG_E_IDENTIFIER);
    assert_int_equal(reason, ELIG_REASON_EMPTY);
    blind_all(index, &question);
    assert_int_equal(evaluate(&question, test_secret()), 0);
    assert_int_equal(unblind(keyed, &question), ELIG_E_ARGUMENT);
    assert_int_equal(elig_unblind(index, 0, question.parts, 2, 1, (elements)question.blinds,
                                  (elements)question.blinded, (elements)question.evaluated, question.proof,
                                  question.digests),
                     ELIG_E_ARGUMENT);
    question.parts[1] = empty; /* not what was blinded, nor anything that could have been */
    assert_int_equal(unblind(index, &question), ELIG_E_ARGUMENT);
    for (size_t i = 0; i < sizeof question.digests; i++)
        assert_int_equal(((const uint8_t *)question.digests)[i], 0);
    elig_close(keyed);
    elig_close(index);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_are_found_without_the_secret),
        cmocka_unit_test(a_blinded_element_says_nothing),
        cmocka_unit_test(what_a_service_ought_not_to_answer_is_refused),
        cmocka_unit_test(what_a_client_ought_not_to_send_is_refused),
        cmocka_unit_test(calls_that_make_no_sense_are_refused),
    };
    return cmocka_run_group_tests_name("blind", tests, setup, test_folder_remove);
}
