/* SPDX-License-Identifier: Apache-2.0 */
/* Folds of text and of local parts: every entry of the lists, what is not in them, and idempotence. */
#include "lib/elig/canon/code_point.h"
#include "lib/elig/canon/normalize.h"
#include "tests/support/test.h"

#define CODE_POINTS_END 0x110000u
#define RANDOM_TEXTS 100000

static enum elig_reason fold_string(enum fold fold, const char *text, char out[ELIG_TEXT_MAX + 1])
{
    size_t length;
    enum elig_reason reason =
        normalize_text((struct elig_text){text, strlen(text)}, fold, (uint8_t *)out, &length);

    out[length] = 0;
    return reason;
}

static const enum fold every_fold[] = {FOLD_TEXT, FOLD_PLAIN, FOLD_COMPACT, FOLD_PLAIN_COMPACT, FOLD_LOCAL};

static void assert_fold(enum fold fold, const char *text, const char *expected)
{
    char out[ELIG_TEXT_MAX + 1];

    assert_int_equal(fold_string(fold, text, out), ELIG_REASON_NONE);
    assert_string_equal(out, expected);
}

static void assert_same(enum fold fold, const char *text, const char *other)
{
    char out[ELIG_TEXT_MAX + 1];

    assert_int_equal(fold_string(fold, other, out), ELIG_REASON_NONE);
    assert_fold(fold, text, out);
}

static void assert_different(enum fold fold, const char *text, const char *other)
{
    char first[ELIG_TEXT_MAX + 1], second[ELIG_TEXT_MAX + 1];

    assert_int_equal(fold_string(fold, text, first), ELIG_REASON_NONE);
    assert_int_equal(fold_string(fold, other, second), ELIG_REASON_NONE);
    assert_string_not_equal(first, second);
}

/* All of a list, between two letters, become the same. */
static void assert_all_become(enum fold fold, const uint32_t *list, size_t count, const char *expected)
{
    for (size_t i = 0; i < count; i++) {
        char text[16] = "a", result[16];
        size_t size = code_point_write(list[i], (uint8_t *)text + 1);
        strcpy(text + 1 + size, "b");
        snprintf(result, sizeof result, "a%sb", expected);
        assert_fold(fold, text, result);
    }
}

static void assert_all_refused(const uint32_t *list, size_t count)
{
    char out[ELIG_TEXT_MAX + 1];

    for (size_t i = 0; i < count; i++) {
        char text[16] = "a";
        size_t size = code_point_write(list[i], (uint8_t *)text + 1);
        strcpy(text + 1 + size, "b");
        assert_int_equal(fold_string(FOLD_LOCAL, text, out), ELIG_REASON_EMAIL_LOCAL);
        assert_string_equal(out, "");
    }
}

static const uint32_t apostrophes[] = {'\'',   0x00B4, 0x02B9, 0x02BB, 0x02BC, 0x02BD, 0x02BE, 0x02BF,
                                       0x02C8, 0x02CA, 0x02CB, 0x0374, 0x0384, 0x055A, 0x05F3, 0x07F4,
                                       0x07F5, 0x1FBD, 0x1FBF, 0x1FFD, 0x1FFE, 0x2018, 0x2019, 0x201B,
                                       0x2032, 0x2035, 0xA78B, 0xA78C, 0xFF07};
static const uint32_t single_quotes[] = {0x201A, 0x2039, 0x203A};
static const uint32_t double_quotes[] = {0x00AB, 0x00BB, 0x02BA, 0x05F4, 0x201C, 0x201D,
                                         0x201E, 0x201F, 0x2033, 0x2036, 0x301D, 0x301E};
static const uint32_t middle_dots[] = {0x00B7, 0x0387, 0x1427, 0x16EB, 0x2022, 0x2027, 0x2219,
                                       0x22C5, 0x2E31, 0x30FB, 0x318D, 0xA78F, 0xFF65};

static void apostrophes_are_one(void **state)
{
    static const uint32_t graves[] = {'`', 0x1FEF, 0xFF40};

    (void)state;
    assert_all_become(FOLD_TEXT, apostrophes, LENGTH(apostrophes), "'");
    assert_all_become(FOLD_TEXT, single_quotes, LENGTH(single_quotes), "'");
    assert_all_become(FOLD_TEXT, graves, LENGTH(graves), "'");
    assert_all_become(FOLD_LOCAL, apostrophes, LENGTH(apostrophes), "'");
    assert_all_become(FOLD_LOCAL, graves, LENGTH(graves), "`"); /* a character of mailboxes */
    assert_same(FOLD_TEXT, "O’Brien", "o'brien");
}

static void quotation_marks_are_one(void **state)
{
    static const uint32_t ascii[] = {'"', 0xFF02};

    (void)state;
    assert_all_become(FOLD_TEXT, double_quotes, LENGTH(double_quotes), "\"");
    assert_all_become(FOLD_TEXT, ascii, LENGTH(ascii), "\"");
    assert_all_refused(double_quotes, LENGTH(double_quotes));
    assert_all_refused(single_quotes, LENGTH(single_quotes));
}

static void middle_dots_are_one(void **state)
{
    (void)state;
    assert_all_become(FOLD_TEXT, middle_dots, LENGTH(middle_dots), "·");
    assert_all_refused(middle_dots, LENGTH(middle_dots));
    assert_same(FOLD_TEXT, "ジャン・ポール", "ジャン･ポール");
    assert_same(FOLD_TEXT, "김ㆍ이", "김·이");
}

static void dashes_are_one_and_runs_of_them_too(void **state)
{
    static const uint32_t minus[] = {0x2212, 0x207B, 0x208B, 0x02D7, 0x2043, 0x2500, 0x2501, 0xFE32, 0xFE58};
    static const uint32_t long_dashes[] = {0x2013, 0x2014, 0x2015, 0xFE31, 0xFE32, 0xFE58};
    static const uint32_t hyphens[] = {'-', 0x2010, 0x2011, 0x2212, 0xFE63, 0xFF0D};

    (void)state;
    for (uint32_t code_point = 0; code_point < CODE_POINTS_END; code_point++)
        if ((code_point_class(code_point) & UNICODE_TABLE_DASH) != 0 && code_point != 0x301C &&
            code_point != 0x3030)
            assert_all_become(FOLD_TEXT, &code_point, 1, "-");
    assert_all_become(FOLD_TEXT, minus, LENGTH(minus), "-");
    assert_fold(FOLD_TEXT, "a--b", "a-b");
    assert_fold(FOLD_TEXT, "a-–—‐b - c", "a-b - c");
    assert_all_become(FOLD_LOCAL, hyphens, LENGTH(hyphens), "-");
    assert_fold(FOLD_LOCAL, "a--b", "a--b"); /* another mailbox */
    assert_all_refused(long_dashes, LENGTH(long_dashes));
}

static void the_prolonged_sound_mark_is_a_hyphen_but_after_kana(void **state)
{
    static const enum fold folds[] = {FOLD_TEXT, FOLD_PLAIN, FOLD_LOCAL};

    (void)state;
    for (size_t i = 0; i < LENGTH(folds); i++) {
        assert_fold(folds[i], "1ー2", "1-2");
        assert_fold(folds[i], "1ｰ2", "1-2");
        assert_fold(folds[i], "スーパー", "スーパー");
        assert_fold(folds[i], "ｽｰﾊﾟｰ", "スーパー");
        assert_fold(folds[i], "らーめん", "らーめん");
        assert_fold(folds[i], "ガーー", "ガーー");
        assert_fold(folds[i], "カ\xE3\x82\x99ー", "ガー"); /* decomposed */
        assert_fold(folds[i], "ー", "-");
    }
    assert_fold(FOLD_TEXT, "北ー1", "北-1");
}

static void other_punctuation_of_keyboards_is_joined(void **state)
{
    (void)state;
    assert_fold(FOLD_TEXT, "a。b｡c۔d", "a.b.c.d");
    assert_fold(FOLD_TEXT, "a〜b～c〰d", "a~b~c~d");
    assert_fold(FOLD_TEXT,
                "a\xE2\xA0\x80"
                "b",
                "a b"); /* Braille blank */
    assert_fold(FOLD_TEXT, "か゛は゜", "がぱ");
    assert_fold(FOLD_LOCAL, "a。b｡c", "a.b.c");
}

static void dotted_and_dotless_i_are_one(void **state)
{
    static const enum fold folds[] = {FOLD_TEXT, FOLD_PLAIN, FOLD_LOCAL};

    (void)state;
    for (size_t i = 0; i < LENGTH(folds); i++) {
        assert_fold(folds[i], "İZMİR", "izmir");
        assert_fold(folds[i], "I\xCC\x87ZMI\xCC\x87R", "izmir");
        assert_fold(folds[i], "ılık ILIK ilik", "ilik ilik ilik");
        assert_same(folds[i], "İ\xCC\xA3", "I\xCC\xA3\xCC\x87"); /* canonically equivalent */
        assert_same(folds[i], "i\xCC\x87\xCC\x81", "í");
    }
}

static void letters_that_keyboards_lack_are_joined(void **state)
{
    (void)state;
    assert_fold(FOLD_TEXT, "Œuvre cœur", "oeuvre coeur");
    assert_fold(FOLD_TEXT, "ĐÐƉ đðɖ", "đđđ đđđ");
    assert_same(FOLD_TEXT, "Ştefan Ţepeş", "Ștefan Țepeș");
    assert_same(FOLD_TEXT, "s\xCC\xA6", "ş");
    assert_different(FOLD_TEXT, "r\xCC\xA6", "ŗ");
    assert_fold(FOLD_LOCAL, "œð", "œð");
}

static void arabic_and_persian_spellings_are_one(void **state)
{
    (void)state;
    assert_same(FOLD_TEXT, "علی", "علي");
    assert_same(FOLD_TEXT, "على", "علي");
    assert_same(FOLD_TEXT, "أحمد", "احمد");
    assert_same(FOLD_TEXT, "إبراهيم", "ابراهيم");
    assert_same(FOLD_TEXT, "آمنة", "امنه");
    assert_same(FOLD_TEXT, "ٱلله", "الله");
    assert_same(FOLD_TEXT, "فاطمة", "فاطمه");
    assert_same(FOLD_TEXT, "کریم", "كريم");
    assert_same(FOLD_TEXT, "مُحَمَّد", "محمد");
    assert_same(FOLD_TEXT, "محـــمد", "محمد");
    assert_same(FOLD_TEXT, "الرحمٰن", "الرحمن");
    assert_same(FOLD_TEXT, "ﻋﻠﻲ", "علي");     /* presentation forms */
    assert_same(FOLD_TEXT, "ا\xD9\x93", "آ"); /* alef and madda, decomposed */
    assert_same(FOLD_TEXT, "ۀ ۂ", "ه ه");
    assert_different(FOLD_TEXT, "رؤوف", "رووف"); /* other hamzas stay */
    assert_different(FOLD_LOCAL, "علی", "علي");
}

static void digits_are_ascii(void **state)
{
    (void)state;
    assert_fold(FOLD_TEXT, "٠١٢٣٤٥٦٧٨٩ ۴۵ ९ ๕ 𞥐", "0123456789 45 9 5 0");
    assert_fold(FOLD_TEXT, "１２ ²", "12 2");
    assert_fold(FOLD_LOCAL, "٣３", "٣3");
}

static void what_may_be_another_person_is_not_joined(void **state)
{
    (void)state;
    assert_different(FOLD_TEXT, "Müller", "Mueller");
    assert_different(FOLD_TEXT, "Müller", "Muller");
    assert_different(FOLD_TEXT, "Søren", "Soeren");
    assert_different(FOLD_TEXT, "髙橋", "高橋");
    assert_different(FOLD_TEXT, "さくら", "サクラ");
    assert_different(FOLD_TEXT, "이", "리");
    assert_different(FOLD_TEXT, "a-b", "ab");
    assert_different(FOLD_TEXT, "Иван", "Йван");
}

static void white_space_is_one_space_or_none(void **state)
{
    (void)state;
    assert_fold(FOLD_TEXT, "  a   b  ", "a b");
    assert_fold(FOLD_TEXT, "\xE3\x80\x80홍  길동\xE2\x80\xA8 \xE1\x9A\x80é\xC2\xA0\xC2\xA0", "홍 길동 é");
    assert_fold(FOLD_TEXT, "\xE2\xA0\x80", "");
    assert_fold(FOLD_TEXT, " ", "");
    assert_fold(FOLD_TEXT, "¨a",
                "\xCC\x88"
                "a"); /* whose mapping begins with a space */
    assert_fold(FOLD_COMPACT, " a b - - c ", "ab-c");
    assert_fold(FOLD_COMPACT, "عبد الرحمن", "عبدالرحمن");
    assert_fold(FOLD_COMPACT, "e \xCC\x81", "é"); /* what the space kept apart composes */
    assert_fold(FOLD_COMPACT, "ス ー", "スー");
    assert_fold(FOLD_PLAIN_COMPACT, "José  Müller", "josemuller");
    assert_fold(FOLD_LOCAL, "a  b", "a  b");
    assert_fold(FOLD_NONE, " a  b ", " a  b ");
}

static void plain_text_has_no_accents(void **state)
{
    (void)state;
    assert_fold(FOLD_PLAIN, "José MÜLLER Đặng Nguyễn", "jose muller đang nguyen");
    assert_fold(FOLD_PLAIN, "e\xCC\x81 ñ ç å ő", "e n c a o");
    assert_fold(FOLD_PLAIN, "Ἀθήνα Пётр", "αθηνα петр");
    assert_fold(FOLD_PLAIN, "שָׁלוֹם", "שלום");
    /* Letters with a stroke have no mark; marks of other scripts are vowels, or make another letter. */
    assert_fold(FOLD_PLAIN, "Łódź Søren Ħ", "łodz søren ħ");
    assert_fold(FOLD_PLAIN, "राम गीता", "राम गीता");
    assert_fold(FOLD_PLAIN, "が ぱ 각", "が ぱ 각");
    assert_fold(FOLD_PLAIN, "น้ำ", "น\xE0\xB9\x89\xE0\xB9\x8Dา");
    assert_fold(FOLD_PLAIN, "O’Brien-–X", "o'brien-x");
    assert_fold(FOLD_PLAIN, "ᾳ", "αι");
}

static void assert_idempotent(enum fold fold, struct elig_text text)
{
    uint8_t first[ELIG_TEXT_MAX], second[ELIG_TEXT_MAX];
    size_t first_length, second_length;

    if (normalize_text(text, fold, first, &first_length) != ELIG_REASON_NONE)
        return;
    text = (struct elig_text){(const char *)first, first_length};
    assert_int_equal(normalize_text(text, fold, second, &second_length), ELIG_REASON_NONE);
    assert_int_equal(first_length, second_length);
    assert_memory_equal(first, second, first_length);
}

static void a_fold_is_its_own_fold(void **state)
{
    static const uint32_t active[] = {
        'i',    0x307, 0x131,  0x130, 's',    0x326,  0x323, 0x30FC, 0x30AB, 0x3099, 0x309B, '-',    0x2014,
        0x627,  0x653, 0x654,  0x655, 0x640,  0x6C1,  0x6C2, 0x64B,  0x345,  0x391,  0xFF9E, 0x1100, 0x1161,
        0x11A8, 0x153, 0x318D, ' ',   0x3000, 0x2800, 0xA8,  0x2033, 0x660,  0x6D5,  0x34F};
    uint64_t seed = 5;
    char text[64];

    (void)state;
    for (size_t f = 0; f < LENGTH(every_fold); f++) {
        for (uint32_t code_point = 0; code_point < CODE_POINTS_END; code_point += (uint32_t)test_stride())
            if (code_point_class(code_point) & UNICODE_TABLE_ASSIGNED)
                assert_idempotent(every_fold[f],
                                  (struct elig_text){text, code_point_write(code_point, (uint8_t *)text)});
        for (size_t i = 0; i < RANDOM_TEXTS; i += test_stride()) {
            size_t length = 0;
            for (size_t left = 1 + test_below(&seed, 9); left > 0; left--) {
                uint32_t code_point = active[test_below(&seed, LENGTH(active))];
                if (test_below(&seed, 3) == 0)
                    code_point = (uint32_t)test_below(&seed, 0x3200);
                if (code_point_class(code_point) & UNICODE_TABLE_ASSIGNED)
                    length += code_point_write(code_point, (uint8_t *)text + length);
            }
            assert_idempotent(every_fold[f], (struct elig_text){text, length});
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(apostrophes_are_one),
        cmocka_unit_test(quotation_marks_are_one),
        cmocka_unit_test(middle_dots_are_one),
        cmocka_unit_test(dashes_are_one_and_runs_of_them_too),
        cmocka_unit_test(the_prolonged_sound_mark_is_a_hyphen_but_after_kana),
        cmocka_unit_test(other_punctuation_of_keyboards_is_joined),
        cmocka_unit_test(dotted_and_dotless_i_are_one),
        cmocka_unit_test(letters_that_keyboards_lack_are_joined),
        cmocka_unit_test(arabic_and_persian_spellings_are_one),
        cmocka_unit_test(digits_are_ascii),
        cmocka_unit_test(what_may_be_another_person_is_not_joined),
        cmocka_unit_test(white_space_is_one_space_or_none),
        cmocka_unit_test(plain_text_has_no_accents),
        cmocka_unit_test(a_fold_is_its_own_fold),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
