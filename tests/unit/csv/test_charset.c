/* SPDX-License-Identifier: Apache-2.0 */
/* test_charset.c - encodings to UTF-8, wherever a chunk of input ends and however small the room. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/csv/charset.h"

#define OUT_MAX 65536
#define LONG_INPUT 40000

/* "홍길동,서울" in UTF-8 and, as Korean Excel writes it, in CP949. */
#define HONG_UTF8 "\xED\x99\x8D\xEA\xB8\xB8\xEB\x8F\x99"
#define SEOUL_UTF8 "\xEC\x84\x9C\xEC\x9A\xB8"
#define HONG_CP949 "\xC8\xAB\xB1\xE6\xB5\xBF"
#define SEOUL_CP949 "\xBC\xAD\xBF\xEF"

/* U+B7C1, which CP949 has and EUC-KR, its subset, has not. */
#define EXTENSION_UTF8 "\xEB\xB7\x81"
#define EXTENSION_CP949 "\x94\xEE"

struct text {
    char bytes[OUT_MAX];
    size_t length;
};

/* Decodes input in chunks, with as little room as charset_feed() may be given, up to its end. */
static void decode(struct charset *charset, const char *input, size_t length, size_t chunk, size_t room,
                   struct text *out)
{
    out->length = 0;
    for (size_t at = 0; at < length; at += chunk) {
        const char *from = input + at;
        size_t left = chunk < length - at ? chunk : length - at;
        while (left > 0) {
            assert_true(room <= sizeof out->bytes - out->length);
            size_t written = charset_feed(charset, &from, &left, out->bytes + out->length, room);
            assert_true(written <= room);
            out->length += written;
        }
    }
    assert_true(CHARSET_ROOM_MIN <= sizeof out->bytes - out->length);
    out->length += charset_finish(charset, out->bytes + out->length, CHARSET_ROOM_MIN);
}

/* Decodes in chunks of each small size and at once; each time with the same decoder, which must
 * start anew. */
static void assert_decodes(const char *encoding, const char *input, size_t length, const char *expected,
                           size_t expected_length)
{
    static struct text out;
    struct charset *charset;
    assert_int_equal(charset_open(&charset, encoding), 0);
    for (size_t chunk = 1; chunk <= length + 1; chunk++) {
        decode(charset, input, length, chunk, CHARSET_ROOM_MIN, &out);
        assert_int_equal(out.length, expected_length);
        assert_memory_equal(out.bytes, expected, expected_length);
    }
    charset_close(charset);
}

#define ASSERT_DECODES(encoding, input, expected) \
    assert_decodes(encoding, input, sizeof(input) - 1, expected, sizeof(expected) - 1)

static void utf8_passes_through_valid_or_not(void **state)
{
    (void)state;
    ASSERT_DECODES(NULL, HONG_UTF8 ",a\xC3\n\xFF\xED\xA0\x80\r\n", HONG_UTF8 ",a\xC3\n\xFF\xED\xA0\x80\r\n");
    ASSERT_DECODES("UTF-8", "a\0b\xE2\x82", "a\0b\xE2\x82");
    ASSERT_DECODES("utf8", SEOUL_UTF8, SEOUL_UTF8);
}

static void a_byte_order_mark_at_the_start_is_dropped(void **state)
{
    (void)state;
    ASSERT_DECODES(NULL, "\xEF\xBB\xBFid,name\n", "id,name\n");
    ASSERT_DECODES("UTF-8", "\xEF\xBB\xBF", "");
    ASSERT_DECODES("UTF-16LE",
                   "\xFF\xFE"
                   "a\0",
                   "a");
    ASSERT_DECODES("UTF-16BE",
                   "\xFE\xFF\0"
                   "a",
                   "a");
}

static void only_the_first_byte_order_mark_is_dropped(void **state)
{
    (void)state;
    ASSERT_DECODES(NULL, "\xEF\xBB\xBF\xEF\xBB\xBFx", "\xEF\xBB\xBFx");
    ASSERT_DECODES(NULL, "x\xEF\xBB\xBF", "x\xEF\xBB\xBF");
    ASSERT_DECODES("UTF-16LE",
                   "\xFF\xFE\xFF\xFE"
                   "a\0",
                   "\xEF\xBB\xBF"
                   "a");
}

static void the_beginning_of_a_byte_order_mark_is_no_mark(void **state)
{
    (void)state;
    ASSERT_DECODES(NULL, "\xEF\xBB\x80", "\xEF\xBB\x80");
    ASSERT_DECODES(NULL, "\xEF\xBC\xA1", "\xEF\xBC\xA1");
    ASSERT_DECODES(NULL, "\xEF\xBB", "\xEF\xBB");
    ASSERT_DECODES(NULL, "\xEF", "\xEF");
    ASSERT_DECODES(NULL, "", "");
}

static void korean_excel_is_decoded(void **state)
{
    (void)state;
    ASSERT_DECODES("CP949", HONG_CP949 "," SEOUL_CP949 "\r\n", HONG_UTF8 "," SEOUL_UTF8 "\r\n");
    ASSERT_DECODES("UHC", EXTENSION_CP949 HONG_CP949, EXTENSION_UTF8 HONG_UTF8);
}

static void an_undecodable_byte_spoils_only_itself(void **state)
{
    (void)state;
    ASSERT_DECODES("CP949",
                   "a\xFF"
                   "b," HONG_CP949,
                   "a\xFF"
                   "b," HONG_UTF8);
    ASSERT_DECODES("ASCII", "a\x80\x81z", "a\xFF\xFFz");
}

static void a_lead_byte_does_not_swallow_the_delimiter_after_it(void **state)
{
    (void)state;
    ASSERT_DECODES("CP949", "\xC8," HONG_CP949 "\xB1\n\xB1\"\xB1\r", "\xFF," HONG_UTF8 "\xFF\n\xFF\"\xFF\r");
}

static void an_incomplete_end_is_undecodable(void **state)
{
    (void)state;
    ASSERT_DECODES("CP949", HONG_CP949 "\xC8", HONG_UTF8 "\xFF");
    ASSERT_DECODES("UTF-16LE", "a\0b", "a\xFF");
    ASSERT_DECODES("GB18030", "a\x81\x30\x81", "a\xFF\xFF\xFF");
}

static void utf16_and_utf32_follow_their_byte_order_mark(void **state)
{
    (void)state;
    ASSERT_DECODES("UTF-16", "\xFF\xFE\x4D\xD6,\0", "\xED\x99\x8D,");
    ASSERT_DECODES("UTF-16", "\xFE\xFF\xD6\x4D\0,", "\xED\x99\x8D,");
    ASSERT_DECODES("UTF-32", "\xFF\xFE\0\0\x4D\xD6\0\0,\0\0\0", "\xED\x99\x8D,");
    ASSERT_DECODES("UTF-16LE", "\x3D\xD8\x00\xDE", "\xF0\x9F\x98\x80");
}

static void a_bad_unit_of_a_wide_encoding_keeps_the_units_aligned(void **state)
{
    (void)state;
    ASSERT_DECODES("UTF-16LE", "a\0\x00\xDC,\0b\0", "a\xFF,b");
    ASSERT_DECODES("UTF-16BE", "\xD8\x3D\0,\0b", "\xFF,b");
    ASSERT_DECODES("UTF-32LE", "a\0\0\0\0\0\x11\0,\0\0\0", "a\xFF,");
}

static void shift_states_are_followed_and_reset(void **state)
{
    (void)state;
    /* Ends in the shifted state: the same decoder must read the next input from the unshifted one. */
    ASSERT_DECODES("ISO-2022-KR", "\x1B$)C\x0E\x48\x2B\x31\x66\x35\x3F", HONG_UTF8);
    ASSERT_DECODES("ISO-2022-JP",
                   "a\x1B$B\x25\x22\x1B(B"
                   "b",
                   "a\xE3\x82\xA2"
                   "b");
}

static void long_inputs_are_decoded_whole(void **state)
{
    (void)state;
    static char input[LONG_INPUT];
    static struct text out;
    size_t cell = sizeof HONG_CP949 - 1, cell_utf8 = sizeof HONG_UTF8 - 1;

    /* One byte before the names puts every later chunk boundary inside a character. */
    input[0] = 'x';
    size_t length = 1;
    for (; length + cell <= sizeof input; length += cell)
        memcpy(input + length, HONG_CP949, cell);

    struct charset *charset;
    assert_int_equal(charset_open(&charset, "CP949"), 0);
    static const size_t chunks[] = {LONG_INPUT, 4096, 1000, 7};
    static const size_t rooms[] = {CHARSET_ROOM_MIN, CHARSET_ROOM_MIN + 1, 1000};
    for (size_t i = 0; i < sizeof chunks / sizeof *chunks; i++) {
        for (size_t j = 0; j < sizeof rooms / sizeof *rooms; j++) {
            decode(charset, input, length, chunks[i], rooms[j], &out);
            assert_int_equal(out.length, 1 + (length - 1) / cell * cell_utf8);
            for (size_t at = 1; at < out.length; at += cell_utf8)
                assert_memory_equal(out.bytes + at, HONG_UTF8, cell_utf8);
        }
    }
    charset_close(charset);
}

static void open_refuses_encodings_it_does_not_know(void **state)
{
    (void)state;
    static const char *const names[] = {"no-such-encoding", "", "CP949//IGNORE", "UTF-8//TRANSLIT", "//",
                                        /* ASCII is something else in them */
                                        "JOHAB", "SHIFT_JISX0213", "UTF-7", "ISO646-DE", "CP864", "IBM037",
                                        "IBM933"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct charset *charset = (struct charset *)&charset; /* anything but NULL */
        assert_int_equal(charset_open(&charset, names[i]), ELIG_E_ARGUMENT);
        assert_null(charset);
        charset_close(charset); /* which takes NULL */
    }
}

/* In the code page of Windows that goes by the name of Shift_JIS, which iconv's Shift_JIS is not. */
static void ascii_stays_ascii(void **state)
{
    (void)state;
    static const char *const names[] = {"Shift_JIS", "sjis",        "shift-jis", "MS_KANJI", "csShiftJIS",
                                        "CP932",     "EUC-JP",      "CP949",     "EUC-KR",   "BIG5",
                                        "GB18030",   "ISO-2022-KR", "KOI8-R",    "MACINTOSH"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        ASSERT_DECODES(names[i], " a~b\\c$|#@[]^`{}'\"&+%", " a~b\\c$|#@[]^`{}'\"&+%");
    ASSERT_DECODES("Shift_JIS", "\x83\x5C\x87\x40", "\xE3\x82\xBD\xE2\x91\xA0");
}

static struct charset_doubts doubts_of(const char *encoding, const char *text)
{
    static struct text out;
    struct charset *charset;
    assert_int_equal(charset_open(&charset, encoding), 0);
    decode(charset, text, strlen(text), 3, CHARSET_ROOM_MIN, &out);
    struct charset_doubts doubts = charset_doubts(charset);
    charset_close(charset);
    return doubts;
}

#define JORG_LATIN1 "J\xF6rg\r\n"
#define JORG_UTF8 "J\xC3\xB6rg\r\n"
#define HONG_LINES HONG_CP949 "\n" HONG_CP949 "\n" HONG_CP949 "\n" HONG_CP949 "\n"

static void lines_of_utf8_among_others_are_counted(void **state)
{
    (void)state;
    struct charset_doubts doubts = doubts_of("latin1", "n\r\n" JORG_UTF8 JORG_LATIN1 "Kim\r\n" JORG_LATIN1);
    assert_true(doubts.is_mixed && !doubts.is_utf8 && !doubts.may_be_utf8);
    assert_int_equal(doubts.utf8_lines, 1);
    assert_int_equal(doubts.other_lines, 2);
    assert_false(doubts_of("latin1", JORG_LATIN1 JORG_LATIN1 "Kim\n").is_mixed);
    assert_false(doubts_of("latin1", JORG_UTF8 JORG_UTF8 "Kim\n").is_mixed); /* all of it is */
    /* C8 B2 is a name in CP949, and a character of UTF-8: one in a few lines is an accident, many are not */
    assert_true(doubts_of("CP949", "\xC8\xB2\n" HONG_CP949 "\n" HONG_CP949 "\n").is_mixed);
    assert_false(
        doubts_of("CP949", "\xC8\xB2\n" HONG_LINES HONG_LINES HONG_LINES HONG_LINES HONG_LINES).is_mixed);
    /* a line that is not ended */
    assert_int_equal(doubts_of("cp1252", JORG_LATIN1 "J\xC3\xB6rg").utf8_lines, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_passes_through_valid_or_not),
        cmocka_unit_test(a_byte_order_mark_at_the_start_is_dropped),
        cmocka_unit_test(only_the_first_byte_order_mark_is_dropped),
        cmocka_unit_test(the_beginning_of_a_byte_order_mark_is_no_mark),
        cmocka_unit_test(korean_excel_is_decoded),
        cmocka_unit_test(an_undecodable_byte_spoils_only_itself),
        cmocka_unit_test(a_lead_byte_does_not_swallow_the_delimiter_after_it),
        cmocka_unit_test(an_incomplete_end_is_undecodable),
        cmocka_unit_test(utf16_and_utf32_follow_their_byte_order_mark),
        cmocka_unit_test(a_bad_unit_of_a_wide_encoding_keeps_the_units_aligned),
        cmocka_unit_test(shift_states_are_followed_and_reset),
        cmocka_unit_test(long_inputs_are_decoded_whole),
        cmocka_unit_test(ascii_stays_ascii),
        cmocka_unit_test(lines_of_utf8_among_others_are_counted),
        cmocka_unit_test(open_refuses_encodings_it_does_not_know),
    };
    return cmocka_run_group_tests_name("charset", tests, NULL, NULL);
}
