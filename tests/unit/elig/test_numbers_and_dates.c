/* SPDX-License-Identifier: Apache-2.0 */
/* test_numbers_and_dates.c - how phone numbers, digits and dates are written in lists and typed in questions:
 * which spellings are one identifier, and which are refused, with which reason. */
#include "tests/support/spellings.h"
#include "tests/support/test.h"

static void what_a_spreadsheet_made_a_number_is_refused(void **state)
{
    static const struct spelling cases[] = {
        REFUSED_AS("digits", "12345.0", NUMBER_FLOAT),
        REFUSED_AS("digits", "12345.00", NUMBER_FLOAT),
        REFUSED_AS("digits", "12345.5", NUMBER_FLOAT),
        REFUSED_AS("digits", "900101-1234567.0", NUMBER_FLOAT),
        REFUSED_AS("digits", "１２３．０", NUMBER_FLOAT),
        REFUSED_AS("digits", "1.23457E+11", NUMBER_FLOAT),
        REFUSED_AS("digits", "9e9", NUMBER_FLOAT),
        REFUSED_AS("digits", "1~2", DIGITS_CHARACTER),
        REFUSED_AS("digits", "+12", DIGITS_CHARACTER),
        REFUSED_AS("digits", "12e", DIGITS_CHARACTER),
        SAME_AS("digits", "1234-0", "12340"),
        SAME_AS("digits", "12.345.678-9", "123456789"),
        SAME_AS("digits", "1.2.0", "120"),
        SAME_AS("digits", "12345.", "12345"),
        SAME_AS("digits", "12・34ー5", "12345"),
        REFUSED_AS("phone/DE", "15123456789.0", NUMBER_FLOAT),
        REFUSED_AS("phone/DE", "15123456789.00", NUMBER_FLOAT),
        REFUSED_AS("phone/ID", "81234567890.0", NUMBER_FLOAT),
        REFUSED_AS("phone/KR", "312345678.0", NUMBER_FLOAT),
        REFUSED_AS("phone/KR", "+821012345678.0", NUMBER_FLOAT),
        REFUSED_AS("phone/KR", "3.12345678E+09", NUMBER_FLOAT),
        REFUSED_AS("phone/KR", "312 345 678.0", NUMBER_FLOAT),
        REFUSED_AS("phone/KR", "312-345-678.00", NUMBER_FLOAT),
        REFUSED_AS("phone/KR", "0101234.0000", NUMBER_FLOAT),
        REFUSED_AS("phone/KR", "010 1234.0000", NUMBER_FLOAT),
        REFUSED_AS("phone/KR", "1.012345678e9", NUMBER_FLOAT),
        REFUSED_AS("phone/KR", "８．２Ｅ＋１１", NUMBER_FLOAT),
        REFUSED_AS("phone/KR", "010-1234-5678E", PHONE_CHARACTER),
        SAME_AS("phone/KR", "010.1234.5678", "010-1234-5678"),
        SAME_AS("phone/KR", "010.1234.0000", "010-1234-0000"),
        SAME_AS("phone/KR", "010.12345678", "010-1234-5678"),
        SAME_AS("phone/KR", "+82 (10) 1234.0000", "010-1234-0000"),
        SAME_AS("phone/KR", "010-1234.0000", "010-1234-0000"),
    };
    (void)state;
    assert_spellings(cases, LENGTH(cases));
}

static void ranges_of_numbers_are_refused(void **state)
{
    static const struct spelling cases[] = {
        REFUSED_AS("phone/DE", "030 1234567 / 57", PHONE_SEVERAL),
        REFUSED_AS("phone/DE", "06221 54321/54322", PHONE_SEVERAL),
        REFUSED_AS("phone/DE", "0461 12345 / 12346", PHONE_SEVERAL),
        REFUSED_AS("phone/SE", "08-12 34 56 / 57", PHONE_SEVERAL),
        REFUSED_AS("phone/KR", "02-123-4567/02-123-4568", PHONE_SEVERAL),
        SAME_AS("phone/DE", "030/1234567", "030 1234567"),
        SAME_AS("phone/DE", "+49/30/1234567", "030 1234567"),
        SAME_AS("phone/KR", "02/123/4567", "02-123-4567"),
        SAME_AS("phone/KR", "010/1234/5678", "010-1234-5678"),
        REFUSED_AS("phone/KR", "031-123-4567-8", PHONE_SEVERAL),
        REFUSED_AS("phone/KR", "(031-123-4567-8)", PHONE_SEVERAL),
        REFUSED_AS("phone/KR", "02-123-4567/8", PHONE_SEVERAL),
        REFUSED_AS("phone/KR", "02-123-4567 / 8", PHONE_SEVERAL),
        REFUSED_AS("phone/KR", "02-123-4567~8", PHONE_SEVERAL),
        REFUSED_AS("phone/KR", "02-123-4567·8", PHONE_SEVERAL),
        REFUSED_AS("phone/KR", "02-123-4567〜8", PHONE_SEVERAL),
        REFUSED_AS("phone/JP", "03-1234-5678～9", PHONE_SEVERAL),
        REFUSED_AS("phone/DE", "030 1234567-68", PHONE_SEVERAL),
        REFUSED_AS("phone/US", "212-555-0123/24", PHONE_SEVERAL),
        REFUSED_AS("phone", "+1 212-555-0123-4", PHONE_SEVERAL),
        SAME_AS("phone/RU", "8 (912) 345-67-89", "+7 912 345 67 89"),
        SAME_AS("phone/FR", "01-23-45-67-89", "+33 1 23 45 67 89"),
        SAME_AS("phone/BE", "0470/12-34-56", "+32 470 12 34 56"),
        SAME_AS("phone/LU", "27-12-34-56", "+352 27 12 34 56"),
        SAME_AS("phone/KR", "02-123-4567", "+82 2 123 4567"),
    };
    (void)state;
    assert_spellings(cases, LENGTH(cases));
}

static void signs_that_keyboards_give_are_separators(void **state)
{
    static const struct spelling cases[] = {
        SAME_AS("phone/JP", "03ー1234ー5678", "03-1234-5678"),
        SAME_AS("phone/JP", "03ｰ1234ｰ5678", "03-1234-5678"),
        SAME_AS("phone/JP", "０３−１２３４−５６７８", "03-1234-5678"),
        SAME_AS("phone/JP", "03─1234━5678", "03-1234-5678"),
        SAME_AS("phone/KR", "[010] 1234-5678", "010-1234-5678"),
        SAME_AS("phone/KR", "［０１０］ 1234-5678", "010-1234-5678"),
        SAME_AS("phone/KR", "010ㆍ1234ㆍ5678", "010-1234-5678"),
        SAME_AS("phone/KR", "010ㅡ1234ㅡ5678", "010-1234-5678"),
        SAME_AS("phone/KR", "010•1234•5678", "010-1234-5678"),
        SAME_AS("phone/KR", "010⋅1234∙5678", "010-1234-5678"),
        SAME_AS("phone/KR", "٠١٠-1234-5678", "010-1234-5678"),
        SAME_AS("phone/KR", "tel:+82-10-1234-5678", "010-1234-5678"),
        SAME_AS("phone/KR", "TEL:010-1234-5678", "010-1234-5678"),
        SAME_AS("phone", "Tel:+82-10-1234-5678", "+82 10 1234 5678"),
        REFUSED_AS("phone/KR", "tel:+82-2-123-4567;ext=8", PHONE_CHARACTER),
        REFUSED_AS("phone/KR", "tel:123-4567;phone-context=+82-2", PHONE_CHARACTER),
        REFUSED_AS("phone/KR", "tel:", PHONE_CHARACTER),
        REFUSED_AS("phone/KR", "fax:010-1234-5678", PHONE_CHARACTER),
        REFUSED_AS("phone/KR", "'010-1234-5678", PHONE_CHARACTER),
    };
    (void)state;
    assert_spellings(cases, LENGTH(cases));
}

static void calling_codes_are_digits(void **state)
{
    static const struct spelling cases[] = {
        REFUSED_AS("phone/KR", "+0821055550101", PHONE_CODE),
        REFUSED_AS("phone/KR", "+0 10 5555 0101", PHONE_CODE),
        REFUSED_AS("phone/KR", "+999 1234 5678", PHONE_CODE),
        REFUSED_AS("phone/KR", "+210 1234 5678", PHONE_CODE),
        REFUSED_AS("phone/KR", "tel:+0821055550101", PHONE_CODE),
        OTHER_THAN("phone/UY", "000 478 990 4966", "+47 89 90 49 66"),
        REFUSED_AS("phone", "00 0 82 10 1234 5678", PHONE_LENGTH),
    };
    (void)state;
    assert_spellings(cases, LENGTH(cases));
}

static void numbers_that_are_dialled_whole_are_one_in_every_spelling(void **state)
{
    static const struct spelling cases[] = {
        SAME_AS("phone/MN", "8812 3456", "+976 8812 3456"),
        SAME_AS("phone/LU", "27 12 34 56", "+352 27 12 34 56"),
        SAME_AS("phone/UY", "2123 4567", "+598 2123 4567"),
        SAME_AS("phone/UY", "094 231 234", "+598 94 231 234"),
        SAME_AS("phone/KR", "1588-1234", "+82 1588 1234"),
        SAME_AS("phone/KR", "15881234", "+82 1588-1234"),
        SAME_AS("phone/KR", "1588 1234", "82-1588-1234"),
        SAME_AS("phone/KR", "1588-1234", "0082 1588 1234"),
        SAME_AS("phone/KR", "1588-1234", "tel:+82-1588-1234"),
        SAME_AS("phone/KR", "1644-1234", "+82 1644 1234"),
        SAME_AS("phone/VN", "1800 1234", "+84 1800 1234"),
        SAME_AS("phone/BR", "4004-1234", "+55 4004 1234"),
        REFUSED_AS("phone/KR", "2123-4567", PHONE_AMBIGUOUS),
        REFUSED_AS("phone/DE", "555 1234", PHONE_AMBIGUOUS),
        REFUSED_AS("phone/US", "310 1234", PHONE_AMBIGUOUS),
    };
    (void)state;
    assert_spellings(cases, LENGTH(cases));
}

static void renumbered_numbers_are_what_they_are_now(void **state)
{
    static const struct spelling cases[] = {
        SAME_AS("phone/MX", "+52 1 55 1234 5678", "+52 55 1234 5678"),
        SAME_AS("phone/MX", "55 1234 5678", "+52 1 55 1234 5678"),
        SAME_AS("phone/MX", "044 55 1234 5678", "+52 55 1234 5678"),
        SAME_AS("phone/MX", "045 55 1234 5678", "+52 55 1234 5678"),
        SAME_AS("phone/MX", "01 55 1234 5678", "+52 55 1234 5678"),
        SAME_AS("phone/MX", "52 1 55 1234 5678", "+52 55 1234 5678"),
        SAME_AS("phone/KR", "00 52 1 55 1234 5678", "+52 55 1234 5678"),
        REFUSED_AS("phone/MX", "1 559 123 4567", PHONE_LENGTH), /* or California */
        SAME_AS("phone/AR", "+54 9 11 2345-6789", "011 15-2345-6789"),
        SAME_AS("phone/AR", "+54 9 11 2345-6789", "11 15-2345-6789"),
        SAME_AS("phone/AR", "+54 9 11 2345-6789", "+54 11 15 2345 6789"),
        SAME_AS("phone/AR", "+54 9 11 2345-6789", "+54 011 15 2345 6789"),
        SAME_AS("phone/AR", "0221 15 234-5678", "+54 9 221 234-5678"),
        SAME_AS("phone/AR", "02966 15 23-4567", "+54 9 2966 23-4567"),
        SAME_AS("phone/AR", "011 15-1523-6789", "+54 9 11 1523 6789"),
        OTHER_THAN("phone/AR", "+54 11 2345-6789", "+54 9 11 2345-6789"),
        SAME_AS("phone/BR", "+55 31 8123-4567", "+55 31 98123-4567"),
        SAME_AS("phone/BR", "(11) 9123-4567", "(11) 99123-4567"),
        SAME_AS("phone/BR", "011 6123-4567", "+55 11 96123 4567"),
        OTHER_THAN("phone/BR", "(11) 3123-4567", "(11) 93123-4567"),
        SAME_AS("phone/BJ", "+229 97 12 34 56", "+229 01 97 12 34 56"),
        SAME_AS("phone/BJ", "97 12 34 56", "01 97 12 34 56"),
        SAME_AS("phone/BJ", "01 97 12 34 56", "+229 01 97 12 34 56"),
        SAME_AS("phone/BJ", "00229 97 12 34 56", "+229 01 97 12 34 56"),
    };
    (void)state;
    assert_spellings(cases, LENGTH(cases));
}

/* These were accepted as they stand. */
static void old_numbers_that_look_like_numbers_are_renumbered(void **state)
{
    static const struct spelling cases[] = {
        SAME_AS("phone/CO", "+57 1 234 5678", "+57 601 234 5678"),
        SAME_AS("phone/CO", "+57 4 612 3456", "604 612 3456"),
        OTHER_THAN("phone/CO", "310 123 4567", "+57 603 123 4567"),
        SAME_AS("phone/CO", "(1) 234 5678", "601 234 5678"),
        SAME_AS("phone/CO", "310-12345-67", "+57 310 123 4567"),
        SAME_AS("phone/CO", "310-123-45-67", "+57 310 123 4567"),
        REFUSED_AS("phone/CO", "+57 05 00 61 82", PHONE_RANGE),
        SAME_AS("phone/VN", "0120 123 4567", "070 123 4567"),
        SAME_AS("phone/VN", "+84 121 123 4567", "079 123 4567"),
        SAME_AS("phone/VN", "0122 123 4567", "+84 77 123 4567"),
        SAME_AS("phone/VN", "84 123 123 4567", "083 123 4567"),
        SAME_AS("phone/VN", "0124 123 4567", "084 123 4567"),
        SAME_AS("phone/VN", "0125 123 4567", "085 123 4567"),
        SAME_AS("phone/VN", "0126 123 4567", "076 123 4567"),
        SAME_AS("phone/VN", "0127 123 4567", "081 123 4567"),
        SAME_AS("phone/VN", "0128 123 4567", "078 123 4567"),
        SAME_AS("phone/VN", "0129 123 4567", "082 123 4567"),
        SAME_AS("phone/VN", "0162 123 4567", "032 123 4567"),
        SAME_AS("phone/VN", "00 84 169 123 4567", "039 123 4567"),
        SAME_AS("phone/VN", "0186 123 4567", "056 123 4567"),
        SAME_AS("phone/VN", "0188 123 4567", "058 123 4567"),
        SAME_AS("phone/VN", "0199 123 4567", "059 123 4567"),
        OTHER_THAN("phone/VN", "1800 123 456", "+84 50 012 3456"), /* dialled whole */
        OTHER_THAN("phone/VN", "+84 1900 123 456", "+84 59 012 3456"),
        SAME_AS("phone/GA", "+241 01 12 34 56", "+241 11 12 34 56"),
        SAME_AS("phone/GA", "+241 02 12 34 56", "+241 62 12 34 56"),
        SAME_AS("phone/GA", "04 12 34 56", "+241 74 12 34 56"),
        SAME_AS("phone/GA", "05 12 34 56", "+241 65 12 34 56"),
        SAME_AS("phone/GA", "06 12 34 56", "+241 66 12 34 56"),
        SAME_AS("phone/GA", "07 12 34 56", "+241 77 12 34 56"),
        SAME_AS("phone/GA", "+241 7 12 34 56", "+241 77 12 34 56"),
        SAME_AS("phone/GA", "+241 1 12 34 56", "+241 11 12 34 56"),
        SAME_AS("phone/GA", "077 12 34 56", "+241 77 12 34 56"),
        SAME_AS("phone/GA", "+241 066 12 34 56", "+241 66 12 34 56"),
        SAME_AS("phone/GA", "011 12 34 56", "+241 11 12 34 56"),
    };
    (void)state;
    assert_spellings(cases, LENGTH(cases));
}

static void ranges_that_the_table_does_not_have(void **state)
{
    static const struct spelling cases[] = {
        SAME_AS("phone/JP", "060-1234-5678", "+81 60 1234 5678"),
        SAME_AS("phone/KR", "+82 90 1234 5678", "tel:+82-90-1234-5678"), /* only with '+' */
        SAME_AS("phone/KR", "+82 (90) 1234-5678", "＋８２ 90 1234 5678"),
        REFUSED_AS("phone/KR", "090-1234-5678", PHONE_RANGE),
        REFUSED_AS("phone/KR", "82-90-1234-5678", PHONE_RANGE),
        REFUSED_AS("phone/KR", "+82 090 1234 5678", PHONE_RANGE), /* after a trunk prefix */
        REFUSED_AS("phone/KR", "+82 90 1234", PHONE_RANGE),       /* as long as a number without area code */
        REFUSED_AS("phone/US", "+1 555 1234", PHONE_RANGE),
        REFUSED_AS("phone/IT", "+39 6 1234 5678", PHONE_RANGE), /* 06 without its zero */
        REFUSED_AS("phone/BJ", "+229 1 97 12 34 56", PHONE_LENGTH),
        SAME_AS("phone/ES", "512 345 678", "+34 512 345 678"), /* in metadata of 2022 only */
        SAME_AS("phone/QA", "2123 4567", "+974 2123 4567"),
        SAME_AS("phone/BY", "+375 8 017 123 45 67", "+375 17 123 45 67"),
        SAME_AS("phone/AU", "+61 412 345 678", "0412 345 678"),
    };
    (void)state;
    assert_spellings(cases, LENGTH(cases));
}

static const struct spelling dates[] = {
    SAME_AS("date", "1990. 2. 3.", "1990-02-03"),
    SAME_AS("date", "1990. 2. 3", "1990-02-03"),
    SAME_AS("date", "1990.2.3", "1990-02-03"),
    SAME_AS("date", "1990.2.3.", "1990-02-03"),
    SAME_AS("date", "1990.02.03", "1990-02-03"),
    SAME_AS("date", "1990-2-3", "1990-02-03"),
    SAME_AS("date", "1990/2/3", "1990-02-03"),
    SAME_AS("date", "1990 / 2 / 3", "1990-02-03"),
    SAME_AS("date", "1990 2 3", "1990-02-03"),
    SAME_AS("date", "19900203", "1990-02-03"),
    SAME_AS("date", "１９９０／２／３", "1990-02-03"),
    SAME_AS("date", "1990–02–03", "1990-02-03"),
    SAME_AS("date", "1990ー2ー3", "1990-02-03"),
    SAME_AS("date", "1990・2・3", "1990-02-03"),
    SAME_AS("date", "1990ㆍ2ㆍ3", "1990-02-03"),
    SAME_AS("date", "1990년 2월 3일", "1990-02-03"),
    SAME_AS("date", "1990년2월3일", "1990-02-03"),
    SAME_AS("date", "1990 년 02 월 03 일", "1990-02-03"),
    SAME_AS("date", "1990年2月3日", "1990-02-03"),
    SAME_AS("date", "１９９０年２月３日", "1990-02-03"),
    SAME_AS("date", "1990年2月3号", "1990-02-03"),
    SAME_AS("date", "١٩٩٠/٠٢/٠٣", "1990-02-03"),
    SAME_AS("date", "1990-02-03 00:00:00", "1990-02-03"),
    SAME_AS("date", "1990-02-03 0:00", "1990-02-03"),
    SAME_AS("date", "1990-02-03 00:00:00.000", "1990-02-03"),
    SAME_AS("date", "1990-02-03T00:00:00Z", "1990-02-03"),
    SAME_AS("date", "1990-02-03T00:00:00.000Z", "1990-02-03"),
    SAME_AS("date", "1990-02-03T00:00:00+00:00", "1990-02-03"),
    SAME_AS("date", "1990-02-03T00:00:00+0900", "1990-02-03"),
    SAME_AS("date", "1990-02-03 00:00:00 UTC", "1990-02-03"),
    SAME_AS("date", "19900203T000000Z", "1990-02-03"),
    SAME_AS("date", "1990-02-03 오전 12:00:00", "1990-02-03"),
    SAME_AS("date", "1990-02-03 12:00:00 AM", "1990-02-03"),
    SAME_AS("date", "1990/02/03 午前0:00:00", "1990-02-03"),
    SAME_AS("date", "1990/02/03 上午12:00:00", "1990-02-03"),
    SAME_AS("date", "1990-02-03T00:00:00.000000000+09", "1990-02-03"),
    SAME_AS("date", "1990. 2. 3. 오전 12:00:00", "1990-02-03"),
    REFUSED_AS("date", "1990-02-03 09:30:00", DATE_TIME),
    REFUSED_AS("date", "1990-02-03 00:00:01", DATE_TIME),
    REFUSED_AS("date", "1990-02-03T15:00:00Z", DATE_TIME),
    REFUSED_AS("date", "1990-02-03 12:00:00", DATE_TIME),
    REFUSED_AS("date", "1990-02-03 오후 12:00:00", DATE_TIME),
    REFUSED_AS("date", "1990-02-03 12:00:00 PM", DATE_TIME),
    REFUSED_AS("date", "1990-02-03 24:00:00", DATE_TIME),
    REFUSED_AS("date", "1990-02-03 0", DATE_FORMAT),
    REFUSED_AS("date", "1990-02-03M", DATE_FORMAT),
    REFUSED_AS("date", "19M90-02-03", DATE_FORMAT),
    REFUSED_AS("date", "1990-02-03오", DATE_FORMAT),
    REFUSED_AS("date", "1990Y02O03D", DATE_FORMAT),
    REFUSED_AS("date", "1990-02-03 12:00:00 A", DATE_FORMAT),
    REFUSED_AS("date", "1990-02-03 00:00:00:00", DATE_FORMAT),
    REFUSED_AS("date", "1990-02-03 00:0", DATE_FORMAT),
    REFUSED_AS("date", "1990-02-03 00:00:00.", DATE_FORMAT),
    REFUSED_AS("date", "1990-02-03 00:00+", DATE_FORMAT),
    REFUSED_AS("date", "1990-02-03 00:00+0", DATE_FORMAT),
    REFUSED_AS("date", "1990-02-03 00000", DATE_FORMAT),
    REFUSED_AS("date", "1990-02-03 00:00:00.0001", DATE_TIME),
    REFUSED_AS("date", "1990-02-03 00:", DATE_FORMAT),
    REFUSED_AS("date", "1990-02-03 00:00:00x", DATE_FORMAT),
    REFUSED_AS("date", "1990-02-03..", DATE_FORMAT),
    REFUSED_AS("date", "1990-02-03.", DATE_FORMAT),
    REFUSED_AS("date", "03/02/1990", DATE_FORMAT),
    REFUSED_AS("date", "31/12/1990", DATE_FORMAT),
    REFUSED_AS("date", "12/31/1990", DATE_FORMAT),
    REFUSED_AS("date", "31.12.1990", DATE_FORMAT),
    REFUSED_AS("date", "90-02-03", DATE_FORMAT),
    REFUSED_AS("date", "32907", DATE_FORMAT),
    REFUSED_AS("date", "32907.0", DATE_FORMAT),
    REFUSED_AS("date", "1990-2/3", DATE_FORMAT),
    REFUSED_AS("date", "1990년 2월 3", DATE_FORMAT),
    REFUSED_AS("date", "1990-02", DATE_FORMAT),
    REFUSED_AS("date", "1990-002-03", DATE_FORMAT),
    REFUSED_AS("date", "1990(02)03", DATE_FORMAT),
    REFUSED_AS("date", "199002031", DATE_FORMAT),
    REFUSED_AS("date", "1990-13-02", DATE_CALENDAR),
    REFUSED_AS("date", "1990-02-29", DATE_CALENDAR),
    REFUSED_AS("date", "1990년 2월 30일", DATE_CALENDAR),
    REFUSED_AS("date", "0000-01-01", DATE_CALENDAR),
    REFUSED_AS("date", "1900-02-29 00:00:00", DATE_CALENDAR),
};

static void dates_are_written_year_first(void **state)
{
    (void)state;
    assert_spellings(dates, LENGTH(dates));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_spreadsheet_made_a_number_is_refused),
        cmocka_unit_test(ranges_of_numbers_are_refused),
        cmocka_unit_test(signs_that_keyboards_give_are_separators),
        cmocka_unit_test(calling_codes_are_digits),
        cmocka_unit_test(numbers_that_are_dialled_whole_are_one_in_every_spelling),
        cmocka_unit_test(renumbered_numbers_are_what_they_are_now),
        cmocka_unit_test(old_numbers_that_look_like_numbers_are_renumbered),
        cmocka_unit_test(ranges_that_the_table_does_not_have),
        cmocka_unit_test(dates_are_written_year_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
