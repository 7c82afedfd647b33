/* SPDX-License-Identifier: Apache-2.0 */
/* test_header_word.c - names of columns. */
#include "builder/inspect/header_word.h"
#include "tests/support/test.h"

static const struct {
    const char *name;
    enum header_word word;
} names[] = {
    {"phone", HEADER_WORD_PHONE},
    {"Phone Number", HEADER_WORD_PHONE},
    {"phone_no", HEADER_WORD_PHONE},
    {"MOBILE", HEADER_WORD_PHONE},
    {"Mobilnummer", HEADER_WORD_PHONE},
    {"Telefonnr.", HEADER_WORD_PHONE},
    {"tel1", HEADER_WORD_PHONE},
    {"homeTel", HEADER_WORD_PHONE},
    {"전화번호", HEADER_WORD_PHONE},
    {"\u110C\u1165\u11AB\u1112\u116A", HEADER_WORD_PHONE}, /* the same without the number, decomposed */
    {"휴대폰", HEADER_WORD_PHONE},
    {"携帯", HEADER_WORD_PHONE},
    {"birthdate", HEADER_WORD_BIRTH},
    {"DOB", HEADER_WORD_BIRTH},
    {"생년월일", HEADER_WORD_BIRTH},
    {"Postal code", HEADER_WORD_POSTAL},
    {"우편번호", HEADER_WORD_POSTAL},
    {"member", HEADER_WORD_NUMBER},
    {"user_id", HEADER_WORD_NUMBER},
    {"회원번호", HEADER_WORD_NUMBER},
    {"Date of issue", HEADER_WORD_DATE},
    {"가입일자", HEADER_WORD_DATE},
    {"E-mail 2", HEADER_WORD_EMAIL},
    {"이메일", HEADER_WORD_EMAIL},
    {"mailing", HEADER_WORD_OTHER},
    {"name", HEADER_WORD_NAME},
    {"고객명", HEADER_WORD_NAME},
    {"Ad Soyad", HEADER_WORD_NAME},
    {"address", HEADER_WORD_OTHER},
    {"intellect", HEADER_WORD_OTHER},
    {"idea", HEADER_WORD_OTHER},
    {"excellent", HEADER_WORD_OTHER},
    {"", HEADER_WORD_OTHER},
    {"\xFF", HEADER_WORD_OTHER},
};

static void names_say_what_cells_are(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(names); i++) {
        enum header_word word = header_word_find((struct elig_text){names[i].name, strlen(names[i].name)});
        if (word != names[i].word)
            fail_msg("'%s': %d, expected %d", names[i].name, word, names[i].word);
    }
    static const char is_long[ELIG_TEXT_MAX + 1] = "phone";
    assert_int_equal(header_word_find((struct elig_text){is_long, sizeof is_long}), HEADER_WORD_OTHER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_say_what_cells_are),
    };
    return cmocka_run_group_tests_name("header_word", tests, NULL, NULL);
}
