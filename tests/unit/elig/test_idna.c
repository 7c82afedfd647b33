/* SPDX-License-Identifier: Apache-2.0 */
/* Punycode, and domain names by UTS #46 with the rules of docs/FORMAT.md. */
#include "lib/elig/canon/code_point.h"
#include "lib/elig/canon/idna.h"
#include "lib/elig/canon/normalize.h"
#include "lib/elig/canon/punycode.h"
#include "tests/support/test.h"
#include "tests/unit/elig/unicode_vectors.h"

#define RANDOM_LABELS 100000

static bool to_ascii(const char *name, char out[IDNA_NAME_MAX + 1])
{
    size_t length;
    bool is_domain = idna_to_ascii((struct elig_text){name, strlen(name)}, (uint8_t *)out, &length);

    out[length] = 0;
    return is_domain;
}

static void assert_domain(const char *name, const char *expected)
{
    char out[IDNA_NAME_MAX + 1];

    assert_true(to_ascii(name, out));
    assert_string_equal(out, expected);
    /* Both spellings of a domain have one form. */
    assert_true(to_ascii(expected, out));
    assert_string_equal(out, expected);
}

static void assert_refused(const char *name)
{
    char out[IDNA_NAME_MAX + 1];

    if (to_ascii(name, out))
        fail_msg("%s is accepted", name);
    for (size_t i = 0; i < IDNA_NAME_MAX; i++)
        assert_int_equal(out[i], 0);
}

/* ---- Punycode ---- */

/* RFC 3492, section 7.1, as far as they are in lower case. */
static const struct {
    const char *text;
    const char *encoded;
} punycode_vectors[] = {
    {"ليهمابتكلموشعربي؟", "egbpdaj6bu4bxfgehfvwxn"},
    {"他们为什么不说中文", "ihqwcrb4cv8a8dqg056pqjye"},
    {"他們爲什麽不說中文", "ihqwctvzc91f659drss3x8bo0yb"},
    {"למההםפשוטלאמדבריםעברית", "4dbcagdahymbxekheh6e0a7fei0b"},
    {"なぜみんな日本語を話してくれないのか", "n8jok5ay5dzabd5bym9f0cm5685rrjetr6pdxa"},
    {"세계의모든사람들이한국어를이해한다면얼마나좋을까",
     "989aomsvi5e83db1d2a355cv1e0vak1dwrv93d5xbh15a0dt30a5jpsd879ccm6fea98c"},
    {"почемужеонинеговорятпорусски", "b1abfaaepdrnnbgefbadotcwatmq2g4l"},
    {"3年b組金八先生", "3b-ww4c5e180e575a65lsy2b"},
    {"ひとつ屋根の下2", "2-u9tlzr9756bt3uc0v"},
    {"そのスピードで", "d9juau41awczczp"},
    {"-> $1.00 <-", "-> $1.00 <--"},
    {"bücher", "bcher-kva"},
};

static void punycode_is_that_of_rfc_3492(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(punycode_vectors); i++) {
        struct normalize text;
        uint32_t decoded[128];
        uint8_t encoded[128];
        size_t length, count;
        const char *bytes = punycode_vectors[i].text;
        normalize_begin(&text, FOLD_NONE, false);
        for (size_t at = 0; bytes[at] != 0;) {
            uint32_t code_point;
            at += code_point_read((const uint8_t *)bytes + at, strlen(bytes + at), &code_point);
            assert_int_equal(normalize_add(&text, code_point), ELIG_REASON_NONE);
        }
        normalize_compose(&text);
        assert_true(punycode_encode(text.elements, text.count, encoded, sizeof encoded, &length));
        assert_int_equal(length, strlen(punycode_vectors[i].encoded));
        assert_memory_equal(encoded, punycode_vectors[i].encoded, length);
        assert_true(punycode_decode(encoded, length, decoded, LENGTH(decoded), &count));
        assert_int_equal(count, text.count);
        assert_memory_equal(decoded, text.elements, count * sizeof *decoded);
    }
}

static void random_punycode_decodes_to_what_encodes_to_it(void **state)
{
    static const char digits[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    uint64_t seed = 3;
    size_t decodable = 0;

    (void)state;
    for (int i = 0; i < RANDOM_LABELS; i++) {
        uint8_t bytes[IDNA_LABEL_MAX], again[IDNA_LABEL_MAX];
        uint32_t code_points[IDNA_LABEL_MAX];
        size_t length = test_below(&seed, sizeof bytes), count, again_length;
        for (size_t at = 0; at < length; at++)
            bytes[at] = (uint8_t)digits[test_below(&seed, sizeof digits - 1)];
        if (!punycode_decode(bytes, length, code_points, LENGTH(code_points), &count))
            continue;
        decodable++;
        assert_true(punycode_encode(code_points, count, again, sizeof again, &again_length));
        assert_int_equal(again_length, length);
        assert_memory_equal(again, bytes, length);
    }
    assert_true(decodable > RANDOM_LABELS / 100);
}

static void punycode_that_overflows_or_does_not_fit_is_refused(void **state)
{
    static const char *const bad[] = {"99999999", "-a", "kva9", "bcher-kv", "99999b",
                                      "0\x80",    "-",  "A",    "\xFC-kva"};
    const uint32_t wide[] = {0x10FFFF, 'a', 0xAC00};
    uint32_t code_points[8];
    uint8_t out[16];
    size_t count, length;

    (void)state;
    for (size_t i = 0; i < LENGTH(bad); i++)
        assert_false(punycode_decode((const uint8_t *)bad[i], strlen(bad[i]), code_points, 8, &count));
    /* "a-" is what encodes to itself and a delimiter: a label where nothing had to be encoded. */
    assert_true(punycode_decode((const uint8_t *)"a-", 2, code_points, 8, &count));
    assert_false(punycode_decode((const uint8_t *)"bcher-kva", 9, code_points, 5, &count));
    assert_true(punycode_encode(wide, 3, out, sizeof out, &length));
    for (size_t room = 0; room < length; room++) {
        size_t cut;
        assert_false(punycode_encode(wide, 3, out, room, &cut));
    }
}

/* ---- Names ---- */

static void names_agree_with_tr46(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(domain_vectors); i++)
        if (domain_vectors[i].form != NULL)
            assert_domain(domain_vectors[i].typed, domain_vectors[i].form);
        else
            assert_refused(domain_vectors[i].typed);
}

static void names_are_mapped_and_encoded(void **state)
{
    (void)state;
    assert_domain("Example.COM", "example.com");
    assert_domain("bücher.de", "xn--bcher-kva.de");
    assert_domain("BU\xCC\x88"
                  "CHER.DE",
                  "xn--bcher-kva.de");
    assert_domain("XN--BCHER-KVA.de", "xn--bcher-kva.de");
    assert_domain("한국.kr", "xn--3e0b707e.kr");
    assert_domain("\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB국.kr", "xn--3e0b707e.kr");
    assert_domain("日本語。ＪＰ", "xn--wgv71a119e.jp");
    assert_domain("ex\xC2\xAD"
                  "ample.com",
                  "example.com"); /* soft hyphen */
}

/* Not transitional, and UTS #46 since Unicode 15.1 for U+1E9E. */
static void sharp_s_and_final_sigma_stand(void **state)
{
    (void)state;
    assert_domain("faß.de", "xn--fa-hia.de");
    assert_domain("FAẞ.de", "xn--fa-hia.de");
    assert_domain("βόλος.com", "xn--nxasmm1c.com");
    assert_domain("ΒΌΛΟΣ.com", "xn--nxasmq6b.com");
}

static void forged_encodings_are_refused(void **state)
{
    (void)state;
    assert_refused("xn--.com");
    assert_refused("xn--a.com");
    assert_refused("xn--abc-.com"); /* nothing was encoded */
    assert_refused("xn--BCHER-KVA9.com");
    assert_refused("xn--fa-hia-.de");
    assert_refused("xn--a-ecp.ru");      /* a with a code point that UTS #46 maps */
    assert_refused("xn--u-ccb.com");     /* not NFC */
    assert_refused("xn--bücher-kva.de"); /* not ASCII */
    assert_refused("xn--xn--a--gua.pt"); /* decodes to another encoding */
}

static void joiners_need_their_context(void **state)
{
    (void)state;
    assert_domain("www.ශ\xE0\xB7\x8A\xE2\x80\x8Dරී.com", "www.xn--10cl1a0b660p.com");
    assert_domain("نامه\xE2\x80\x8Cای.com", "xn--mgba3gch31f060k.com");
    assert_refused("a\xE2\x80\x8C"
                   "b.com");
    assert_refused("a\xE2\x80\x8D"
                   "b.com");
    assert_refused("ا\xE2\x80\x8Cا.com"); /* alef does not join what follows */
}

/* RFC 5893: rules of one label hold for all as soon as one has a right-to-left character. */
static void right_to_left_rules_hold_for_the_whole_name(void **state)
{
    (void)state;
    assert_domain("אב.com", "xn--4dbc.com");
    assert_domain("1a.com", "1a.com");
    assert_refused("1a.אב");
    assert_refused("אבa.com");
    assert_refused("aאב.com");
    assert_refused("א1٠.com"); /* European and Arabic digits */
    assert_domain("א1.com", "xn--1-zhc.com");
    assert_refused("xn--4dbc.1a.com");
}

static void only_letters_marks_and_digits_are_taken(void **state)
{
    (void)state;
    assert_refused("b£.kr");
    assert_refused("☕.com");
    assert_refused("xn--53h.com");
    assert_refused("≠.kr");
    assert_refused("정보ㅇ.kr"); /* part of a syllable */
    assert_refused("\xCC\x81"
                   "a.com");
    assert_refused("a b.com");
    assert_refused("[1.2.3.4]");
    assert_refused("a\xE2\x80\x8E"
                   "b.com"); /* a direction mark: UTS #46 disallows it */
    assert_domain("l·l.cat", "xn--ll-0ea.cat");
    assert_domain("々〇.jp", "xn--u6je.jp");
}

static void turkish_capitals_are_no_other_domain(void **state)
{
    (void)state;
    assert_refused("GMAİL.COM");
    assert_refused("GMAI\xCC\x87L.COM");
    assert_domain("ısı.com", "xn--s-ekab.com");
}

static void hyphens_and_underscores(void **state)
{
    (void)state;
    assert_domain("ab--cd.com", "ab--cd.com");
    assert_domain("r3---sn.com", "r3---sn.com");
    assert_domain("_dmarc.a_b.com", "_dmarc.a_b.com");
    assert_refused("-a.com");
    assert_refused("a-.com");
    assert_refused("ab--ü.com");
    assert_refused("-ü.com");
    assert_refused("ü-.com");
}

static void dots_and_numbers(void **state)
{
    (void)state;
    assert_domain("example.com.", "example.com");
    assert_domain("한국.kr。", "xn--3e0b707e.kr");
    assert_refused("example.com..");
    assert_refused("a..com");
    assert_refused(".com");
    assert_refused("com");
    assert_refused("com.");
    assert_refused("한국");
    assert_refused("");
    assert_refused(".");
    assert_refused("1.2.3.4");
    assert_refused("example.0");
    assert_refused("example.0x");
    assert_refused("example.0xAF");
    assert_refused("example.１２");
    assert_domain("163.com", "163.com");
}

/* What follows a name is not part of its top-level domain, which has letters of one alphabet only. */
static void top_level_domains(void **state)
{
    (void)state;
    static const char *const refused[] = {
        "example.0xg",     "example.1a",    "example.c0m",     "example.com1",
        "example.com_",    "example.co_m",  "example.com님",   "example.com회사",
        "example.comです", "example.comー", "example.comмейл", "example.com·",
        "example.님com",   "example.한국1", "example.한국_",   "example.xn--com-om9oo"};
    for (size_t i = 0; i < LENGTH(refused); i++)
        assert_refused(refused[i]);
    assert_domain("example.KR", "example.kr");
    assert_domain("example.ｃｏｍ", "example.com");
    assert_domain("1님com.example.한국", "xn--1com-lm0q.example.xn--3e0b707e");
    assert_domain("beispiel.vermögensberater", "beispiel.xn--vermgensberater-ctb");
    assert_domain("example.рф", "example.xn--p1ai");
    assert_domain("example.みんな", "example.xn--q9jyb4c");
    assert_domain("example.xn--q9jyb4c", "example.xn--q9jyb4c");
}

/* A name of labels of 63 bytes, cut off at some length. */
static const char *long_name(char *out, size_t length)
{
    for (size_t i = 0; i < length; i++)
        out[i] = i % (IDNA_LABEL_MAX + 1) == IDNA_LABEL_MAX ? '.' : 'a';
    out[length] = 0;
    return out;
}

static void lengths_are_limited(void **state)
{
    char name[IDNA_NAME_MAX + 2], out[IDNA_NAME_MAX + 1];

    (void)state;
    assert_true(to_ascii(long_name(name, IDNA_NAME_MAX), out));
    assert_refused(long_name(name, IDNA_NAME_MAX + 1));
    long_name(name, IDNA_LABEL_MAX);
    strcpy(name + IDNA_LABEL_MAX, ".com");
    assert_true(to_ascii(name, out));
    strcpy(name + IDNA_LABEL_MAX, "a.com");
    assert_refused(name);
    /* An umlaut and 55 letters: 63 bytes with "xn--". */
    strcpy(name, "ä");
    for (size_t letters = 0; letters < 56; letters++) {
        memset(name + 2, 'a', letters);
        strcpy(name + 2 + letters, ".de");
        assert_true(to_ascii(name, out));
        assert_true(strlen(out) <= IDNA_LABEL_MAX + 3);
    }
    assert_int_equal(strlen(out), IDNA_LABEL_MAX + 3);
    memset(name + 2, 'a', 56);
    strcpy(name + 2 + 56, ".de");
    assert_refused(name);
}

static void the_ascii_check_agrees_with_the_whole(void **state)
{
    static const char characters[] = "aez019-_.xn--..0xF@ ";
    uint64_t seed = 4;

    (void)state;
    for (size_t i = 0; i < RANDOM_LABELS; i += test_stride()) {
        char name[40], out[IDNA_NAME_MAX + 1];
        size_t length = test_below(&seed, sizeof name - 1), checked = length;
        for (size_t at = 0; at < length; at++)
            name[at] = characters[test_below(&seed, sizeof characters - 1)];
        name[length] = 0;
        for (char *c = name; *c != 0; c++)
            *c = *c == 'F' ? 'f' : *c;
        enum idna_ascii kind = idna_check_ascii((const uint8_t *)name, &checked);
        bool is_domain = to_ascii(name, out);
        if (kind == IDNA_ENCODED)
            continue;
        assert_int_equal(is_domain, kind == IDNA_PLAIN);
        if (is_domain) {
            assert_int_equal(strlen(out), checked);
            assert_memory_equal(out, name, checked);
        }
    }
}

/* Eight letters are passed over at once: any byte in any place is still seen. */
static void a_byte_is_told_whatever_place_it_has(void **state)
{
    (void)state;
    for (size_t letters = 1; letters <= 20; letters++)
        for (size_t at = 0; at < letters; at++)
            for (unsigned byte = 0; byte <= UINT8_MAX; byte++) {
                uint8_t name[32];
                size_t length = letters + 2;
                memset(name, 'z', sizeof name);
                name[at] = (uint8_t)byte;
                memcpy(name + letters, ".a", 2);
                bool is_inner = at > 0 && at < letters - 1;
                bool is_plain = (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '_' ||
                                ((byte == '-' || byte == '.') && is_inner);
                assert_int_equal(idna_check_ascii(name, &length), is_plain ? IDNA_PLAIN : IDNA_MALFORMED);
                assert_int_equal(length, letters + 2);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(punycode_is_that_of_rfc_3492),
        cmocka_unit_test(random_punycode_decodes_to_what_encodes_to_it),
        cmocka_unit_test(punycode_that_overflows_or_does_not_fit_is_refused),
        cmocka_unit_test(names_agree_with_tr46),
        cmocka_unit_test(names_are_mapped_and_encoded),
        cmocka_unit_test(sharp_s_and_final_sigma_stand),
        cmocka_unit_test(forged_encodings_are_refused),
        cmocka_unit_test(joiners_need_their_context),
        cmocka_unit_test(right_to_left_rules_hold_for_the_whole_name),
        cmocka_unit_test(only_letters_marks_and_digits_are_taken),
        cmocka_unit_test(turkish_capitals_are_no_other_domain),
        cmocka_unit_test(hyphens_and_underscores),
        cmocka_unit_test(dots_and_numbers),
        cmocka_unit_test(top_level_domains),
        cmocka_unit_test(lengths_are_limited),
        cmocka_unit_test(the_ascii_check_agrees_with_the_whole),
        cmocka_unit_test(a_byte_is_told_whatever_place_it_has),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
