/* SPDX-License-Identifier: Apache-2.0 */
/* test_encoding_judge.c - names in many scripts under encodings that decode them and are others than theirs. */
#include <iconv.h>

#include "lib/csv/encoding_judge.h"
#include "tests/support/test.h"

#define KOREAN "김서준\n이도윤\n박하은\n최지우\n정예준\n강서연\n"
#define JAPANESE "佐藤 さくら\n鈴木 ひなた\n高橋 ゆうと\n田中 あおい\n"
#define KATAKANA "ｽｽﾞｷ ﾀﾛｳ\nﾀﾅｶ ﾊﾅｺ\nﾔﾏﾓﾄ ｹﾝｼﾞ\nﾜﾀﾅﾍﾞ ﾕｳｺ\n"
#define CHINESE "王晓明\n李建国\n张丽华\n赵永强\n周志远\n徐文静\n"
#define TAIWANESE "陳怡君\n林志明\n黃淑芬\n張家豪\n李美玲\n"
#define GERMAN \
    "Jürgen Müller\nKäthe Schröder\nBjörn Weiß\nÄnne Groß\nJörg Schäfer\nGünther Krüger\nUrsula Jäger\n"
#define TURKISH "Ayşe Yıldız\nOğuz Şahin\nİpek Çağlar\nIşıl Gül\nGülşah Öztürk\nÇiğdem Işık\nŞükrü Ağaoğlu\n"
#define RUSSIAN "Иван Петров\nМария Соколова\nОльга Кузнецова\n"
#define THAI "สมชาย ใจดี\nสมหญิง รักไทย\nประเสริฐ ศรีสุข\n"

static const struct {
    const char *text, *encoding, *declared, *better;
} texts[] = {
    {KOREAN, "CP949", "CP949", NULL},
    {KOREAN, "CP949", "EUC-KR", NULL},
    {KOREAN, "CP949", "latin1", "CP949"},
    {KOREAN, "CP949", "windows-1252", "CP949"},
    {KOREAN, "CP949", "GB18030", "CP949"},
    {KOREAN, "CP949", "GBK", "CP949"},
    {KOREAN, "CP949", "BIG5", "CP949"},
    {KOREAN, "CP949", "EUC-JP", "CP949"},
    {KOREAN, "CP949", "Shift_JIS", "CP949"},
    {KOREAN, "CP949", "KOI8-R", "CP949"},
    {KOREAN, "CP949", "TIS-620", "CP949"},
    {JAPANESE, "CP932", "sjis", NULL},
    {JAPANESE, "CP932", "latin1", "CP932"},
    {JAPANESE, "CP932", "GB18030", "CP932"},
    {JAPANESE, "EUC-JP", "EUC-JP", NULL},
    {JAPANESE, "EUC-JP", "CP949", "EUC-JP"},
    {JAPANESE, "EUC-JP", "GB18030", "EUC-JP"},
    {KATAKANA, "CP932", "CP932", NULL},
    {KATAKANA, "EUC-JP", "EUC-JP", NULL},
    {CHINESE, "GB18030", "GBK", NULL},
    {CHINESE, "GB18030", "CP949", "GB18030"},
    {CHINESE, "GB18030", "BIG5", "GB18030"},
    {CHINESE, "GB18030", "latin1", "GB18030"},
    {TAIWANESE, "BIG5", "CP950", NULL},
    {TAIWANESE, "BIG5", "GB18030", "BIG5"},
    {TAIWANESE, "BIG5", "latin1", "BIG5"},
    {GERMAN GERMAN, "CP1252", "latin1", NULL},
    {GERMAN GERMAN, "CP1252", "windows-1254", NULL},
    {GERMAN GERMAN, "CP1252", "windows-1251", "windows-1252"},
    {GERMAN GERMAN, "CP1252", "GB18030", "windows-1252"},
    {GERMAN GERMAN, "CP850", "CP850", NULL},
    {TURKISH TURKISH, "CP1254", "ISO-8859-9", NULL},
    {TURKISH TURKISH, "CP1254", "latin1", "windows-1254"},
    {RUSSIAN, "CP1251", "CP1251", NULL},
    {RUSSIAN, "CP1251", "latin1", "windows-1251"},
    {RUSSIAN, "KOI8-R", "KOI8-R", NULL},
    {RUSSIAN, "CP866", "CP866", NULL},
    {THAI, "TIS-620", "TIS-620", NULL},
    {"홍길동\n", "CP949", "latin1", NULL}, /* too little to say */
    {"Kim\n", "CP949", "latin1", NULL},
};

static void encodings_that_decode_and_are_wrong_are_objected_to(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(texts); i++) {
        char bytes[1024], *to = bytes, *from = (char *)texts[i].text;
        uint8_t lines[1024];
        size_t left = strlen(from), room = sizeof bytes;
        iconv_t conversion = iconv_open(texts[i].encoding, "UTF-8");
        assert_true(conversion != (iconv_t)-1);
        assert_int_equal(iconv(conversion, &from, &left, &to, &room), 0);
        iconv_close(conversion);
        struct encoding_sample sample = {.bytes = lines, .room = sizeof lines};
        encoding_sample_add(&sample, (const uint8_t *)"name\n", 5);
        encoding_sample_add(&sample, (const uint8_t *)bytes, sizeof bytes - room);
        encoding_sample_end_line(&sample);
        const char *better;
        assert_int_equal(encoding_judge_objection(&sample, texts[i].declared, &better), 0);
        const char *found = better != NULL ? better : "none",
                   *expected = texts[i].better != NULL ? texts[i].better : "none";
        if (strcmp(found, expected) != 0)
            fail_msg("%s as %s: %s, not %s", texts[i].encoding, texts[i].declared, found, expected);
    }
}

static void a_sample_has_lines_beyond_ascii_alone(void **state)
{
    (void)state;
    uint8_t bytes[8];
    struct encoding_sample sample = {.bytes = bytes, .room = sizeof bytes};
    encoding_sample_add(&sample, (const uint8_t *)"ab\n\xC8", 4);
    encoding_sample_add(&sample, (const uint8_t *)"\xAB\nc\n", 4);
    assert_int_equal(sample.length, 3);
    encoding_sample_add(&sample, (const uint8_t *)"\xC8\xAB\xC8\xAB\xC8\xAB", 6);
    encoding_sample_end_line(&sample);
    assert_int_equal(sample.length, 8);
    assert_memory_equal(bytes, "\xC8\xAB\n\xC8\xAB\xC8\xAB\xC8", 8);
    const char *better;
    assert_int_equal(encoding_judge_objection(&(struct encoding_sample){.bytes = bytes}, "no-such", &better),
                     0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encodings_that_decode_and_are_wrong_are_objected_to),
        cmocka_unit_test(a_sample_has_lines_beyond_ascii_alone),
    };
    return cmocka_run_group_tests_name("encoding_judge", tests, NULL, NULL);
}
