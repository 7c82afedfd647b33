/* SPDX-License-Identifier: Apache-2.0 */
/* test_public_text.c - public texts that look like personal data are told from those that do not. */
#include "audit/util/public_text.h"
#include "tests/support/test.h"

static void words_that_are_not_personal_pass(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        "voucher-50000",
                                        "former-customer",
                                        "Incident of 2026-11-26, see https://example.com/incident",
                                        "An incident",
                                        "open 2026-12-01 to 2027-01-31",
                                        "20261201",
                                        "call 112",
                                        "v1.2.3",
                                        "@",
                                        "a@b",
                                        "level 3/5",
                                        "홍길동님께",
                                        "email",
                                        "person",
                                        "50000 KRW",
                                        "09:00-18:00"};
    for (size_t i = 0; i < LENGTH(texts); i++)
        if (public_text_likeness(texts[i]) != NULL)
            fail_msg("'%s' looks like %s", texts[i], public_text_likeness(texts[i]));
}

static void words_like_personal_data_are_found(void **state)
{
    (void)state;
    static const char *const texts[] = {"jane.roe@example.com",
                                        "Questions: jane.roe@example.com.",
                                        "[jane.roe@example.com]",
                                        "gold jane.roe@example.com",
                                        "mailto:jane.roe@example.com?",
                                        "jane.roe@example.com.",
                                        "01044449999",
                                        "010-4444-9999",
                                        "Call 010 4444 9999",
                                        "tel:010-4444-9999",
                                        "tel 010-4444-9999",
                                        "+82 10 4444 9999",
                                        "id 12345678901",
                                        "1234567",
                                        "ｊａｎｅ＠ｅｘａｍｐｌｅ．ｃｏｍ"};
    for (size_t i = 0; i < LENGTH(texts); i++)
        if (public_text_likeness(texts[i]) == NULL)
            fail_msg("'%s' is not taken for personal data", texts[i]);
}

static void a_kind_that_is_a_number_is_not_repeated(void **state)
{
    (void)state;
    const struct elig_kind email = {.name = "email"}, number = {.name = "01044449999"};
    assert_string_equal(public_text_kind(&email), "email");
    assert_null(strstr(public_text_kind(&number), "0104"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_that_are_not_personal_pass),
        cmocka_unit_test(words_like_personal_data_are_found),
        cmocka_unit_test(a_kind_that_is_a_number_is_not_repeated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
