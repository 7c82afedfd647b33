/* SPDX-License-Identifier: Apache-2.0 */
/* test_encoding_guess.c - names in many scripts, written in the encodings that are guessed. */
#include <iconv.h>

#include "builder/inspect/encoding_guess.h"
#include "tests/support/test.h"

#define KOREAN "김서준\n이도윤\n박하은\n최지우\n정예준\n강서연\n"
#define JAPANESE "佐藤 さくら\n鈴木 ひなた\n高橋 ゆうと\n田中 あおい\n"
#define CHINESE "王晓明\n李建国\n张丽华\n赵永强\n周志远\n徐文静\n"
#define TAIWANESE "陳怡君\n林志明\n黃淑芬\n張家豪\n李美玲\n"
#define GERMAN "Jürgen Müller\nKäthe Schröder\nBjörn Weiß\nÄnne Groß\n"
#define TURKISH "Ayşe Yıldız\nOğuz Şahin\nİpek Çağlar\nIşıl Gül\n"
#define POLISH "Łukasz Wójcik\nMałgorzata Dąbrowska\nBożena Ślęzak\n"
#define RUSSIAN "Иван Петров\nМария Соколова\nОльга Кузнецова\n"
#define ARABIC "محمد علي\nفاطمة حسن\nأحمد محمود\n"

#define KANJI                                                                                                 \
    "山田 太郎一\n山田 太郎二\n山田 花子\n佐藤 健一\n渡辺 直樹\n小林 恵子\n" /* with capitals of ASCII in its \
                                                                                bytes */
#define HUNGARIAN "Gergő Szűcs\nÖrs Kőszegi\nÁgnes Tóth\nÉva Fűzi\nErdős Rózsa\n"
#define CZECH "Jiří Dvořák\nLenka Šťastná\nŽaneta Čapková\nRůžena Němcová\n"
#define FRENCH "Hélène Lefèvre\nFrançois Noël\nBenoît Châtelain\n"
#define GREEK "Γιώργος Παπαδόπουλος\nΕλένη Ζωή\nΝίκος Δημητρίου\n"
#define HEBREW "יוסף כהן\nשרה לוי\nדוד מזרחי\n"
#define THAI "สมชาย ใจดี\nวิภา สุขใจ\nธนา แก้วกล้า\n"
#define LITHUANIAN "Žydrūnas Kęstutis\nRūta Šimkutė\nJūratė Čepaitė\n"

static const struct {
    const char *text, *encoding, *guess;
} texts[] = {
    {KOREAN, "CP949", "CP949"},
    {KOREAN, "EUC-KR", "CP949"},
    {JAPANESE, "CP932", "CP932"},
    {JAPANESE, "EUC-JP", "EUC-JP"},
    {CHINESE, "GB18030", "GB18030"},
    {TAIWANESE, "BIG5", "BIG5"},
    {GERMAN, "CP1252", "windows-1252"},
    {GERMAN, "ISO-8859-1", "windows-1252"},
    {TURKISH, "CP1254", "windows-1254"},
    {POLISH, "CP1250", "windows-1250"},
    {RUSSIAN, "CP1251", "windows-1251"},
    {ARABIC, "CP1256", "windows-1256"},
    {KANJI, "CP932", "CP932"},
    {HUNGARIAN, "CP1250", "windows-1250"},
    {HUNGARIAN, "ISO-8859-2", "windows-1250"},
    {CZECH, "CP1250", "windows-1250"},
    {CZECH, "ISO-8859-2", "ISO-8859-2"},
    {CZECH, "CP852", "CP852"},
    {POLISH, "ISO-8859-2", "ISO-8859-2"},
    {FRENCH, "CP1252", "windows-1252"},
    {FRENCH, "MACINTOSH", "MACINTOSH"},
    {RUSSIAN, "KOI8-R", "KOI8-R"},
    {RUSSIAN, "ISO-8859-5", "ISO-8859-5"},
    {RUSSIAN, "CP866", "CP866"},
    {RUSSIAN, "MAC-CYRILLIC", "MAC-CYRILLIC"},
    {GREEK, "CP1253", "windows-1253"},
    {GREEK, "ISO-8859-7", "windows-1253"},
    {HEBREW, "CP1255", "windows-1255"},
    {HEBREW, "ISO-8859-8", "windows-1255"},
    {ARABIC, "ISO-8859-6", "ISO-8859-6"},
    {THAI, "CP874", "CP874"},
    {LITHUANIAN, "CP1257", "windows-1257"},
    {KOREAN, "UTF-8", "UTF-8"},
    {GERMAN, "UTF-16", "UTF-16"},
    {GERMAN, "UTF-16LE", "UTF-16LE"},
    {GERMAN, "UTF-16BE", "UTF-16BE"},
};

static struct encoding_guess guess_bytes(const void *bytes, size_t length)
{
    struct encoding_guess guess;
    test_write_bytes(test_path("list"), bytes, length);
    assert_int_equal(encoding_guess_file(test_path("list"), &guess), 0);
    return guess;
}

static struct encoding_guess guess_text(const char *text, const char *encoding)
{
    char bytes[1024], *to = bytes, *from = (char *)text;
    size_t left = strlen(from), room = sizeof bytes;
    iconv_t conversion = iconv_open(encoding, "UTF-8");
    assert_true(conversion != (iconv_t)-1);
    assert_int_equal(iconv(conversion, &from, &left, &to, &room), 0);
    iconv_close(conversion);
    return guess_bytes(bytes, sizeof bytes - room);
}

static void names_tell_their_encoding(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(texts); i++) {
        struct encoding_guess guess = guess_text(texts[i].text, texts[i].encoding);
        if (guess.name == NULL || strcmp(guess.name, texts[i].guess) != 0)
            fail_msg("%s: %s", texts[i].encoding, guess.name == NULL ? "none" : guess.name);
        assert_null(guess.advice);
    }
}

static void near_encodings_are_rivals_and_strange_ones_perhaps(void **state)
{
    (void)state;
    struct encoding_guess guess = guess_bytes("Jos\xE9\n", 5);
    assert_string_equal(guess.name, "windows-1252");
    assert_false(guess.judgement.is_perhaps);
    /* one letter of Cyrillic is one of several encodings */
    guess = guess_bytes("\xC0\xED\xED\xE0\n", 5);
    assert_non_null(guess.judgement.rivals[0]);
    /* Turkish of the Macintosh, which iconv does not know */
    static const char turkish[] = "I\xDF\xDDl \x82"
                                  "a\xDB"
                                  "r\xDD\n\xDEule Y\xDDld\xDDz\n";
    guess = guess_bytes(turkish, sizeof turkish - 1);
    assert_true(guess.name == NULL || guess.judgement.is_perhaps);
    /* JOHAB is told and not read */
    guess = guess_text(KOREAN KOREAN, "JOHAB");
    assert_non_null(guess.advice);
    assert_non_null(strstr(guess.advice, "JOHAB"));
}

static void utf8_is_checked_to_its_end(void **state)
{
    (void)state;
    struct encoding_guess guess = guess_bytes("a,b\n", 4);
    assert_true(guess.is_ascii && guess.is_whole && !guess.has_mark);
    assert_string_equal(guess.name, "UTF-8");
    guess = guess_bytes("\xEF\xBB\xBF"
                        "a,b",
                        6);
    assert_true(guess.has_mark && !guess.is_whole);
    assert_string_equal(guess.name, "UTF-8");
    /* one line in another encoding, among enough that are UTF-8 */
    char text[1024] = "";
    for (int i = 0; i < 20; i++)
        strcat(text, i == 10 ? "M\xFCller\n" : "Müller\n");
    guess = guess_bytes(text, strlen(text));
    assert_string_equal(guess.name, "UTF-8");
    assert_int_equal(guess.bad_lines, 1);
    assert_int_equal(guess.first_bad[0], 11);
    static const char *const bad[] = {"\xC0\x80\n", "\xED\xA0\x80\n", "\xF5\x80\x80\x80\n", "\xC3\n", "\x80\n"};
    for (size_t i = 0; i < LENGTH(bad); i++)
        assert_int_equal(guess_bytes(bad[i], strlen(bad[i])).bad_lines, 1);
}

static void what_is_no_list_is_named(void **state)
{
    (void)state;
    assert_non_null(guess_bytes("\x1F\x8B\x08\0\0\0", 6).advice);
    assert_non_null(guess_bytes("PK\x03\x04zip", 7).advice);
    struct encoding_guess guess = guess_bytes("", 0);
    assert_null(guess.advice);
    assert_int_equal(guess.bytes, 0);
    assert_int_equal(encoding_guess_file(test_path("missing"), &guess), ELIG_E_READ);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_tell_their_encoding),
        cmocka_unit_test(near_encodings_are_rivals_and_strange_ones_perhaps),
        cmocka_unit_test(utf8_is_checked_to_its_end),
        cmocka_unit_test(what_is_no_list_is_named),
    };
    return cmocka_run_group_tests_name("encoding_guess", tests, test_folder_make, test_folder_remove);
}
