/* SPDX-License-Identifier: Apache-2.0 */
/* test_json.c - JSON documents, to the byte. */
#include "lib/util/json.h"
#include "tests/support/test.h"

static char *text;
static size_t length;

static struct json start(int is_flat)
{
    FILE *stream = open_memstream(&text, &length);
    assert_non_null(stream);
    return json_start(stream, is_flat);
}

static void assert_document(struct json *json, const char *expected)
{
    assert_int_equal(fclose(json->stream), 0);
    assert_string_equal(text, expected);
    free(text);
}

static void an_object_is_indented(void **state)
{
    (void)state;
    struct json json = start(0);
    json_open(&json, NULL, '{');
    json_string(&json, "a", "b");
    json_open(&json, "list", '[');
    json_number(&json, NULL, 1);
    json_open(&json, NULL, '{');
    json_string(&json, "x", NULL);
    json_close(&json, '}');
    json_close(&json, ']');
    json_bool(&json, "yes", 1);
    json_bool(&json, "no", 0);
    json_close(&json, '}');
    assert_document(&json, "{\n  \"a\": \"b\",\n  \"list\": [\n    1,\n    {\n      \"x\": null\n    }\n  ],\n"
                           "  \"yes\": true,\n  \"no\": false\n}\n");
}

static void a_flat_document_is_one_line(void **state)
{
    (void)state;
    struct json json = start(1);
    json_open(&json, NULL, '{');
    json_string(&json, "verdict", "eligible");
    json_open(&json, "list", '[');
    json_number(&json, NULL, 0);
    json_number(&json, NULL, UINT64_MAX);
    json_close(&json, ']');
    json_close(&json, '}');
    assert_document(&json, "{\"verdict\": \"eligible\", \"list\": [0, 18446744073709551615]}\n");
}

static void empty_objects_and_arrays_are_closed_where_they_open(void **state)
{
    (void)state;
    struct json json = start(0);
    json_open(&json, NULL, '[');
    json_open(&json, NULL, '{');
    json_close(&json, '}');
    json_open(&json, NULL, '[');
    json_close(&json, ']');
    json_close(&json, ']');
    assert_document(&json, "[\n  {},\n  []\n]\n");
}

static void text_is_escaped_and_other_alphabets_are_not(void **state)
{
    (void)state;
    struct json json = start(1);
    json_open(&json, NULL, '[');
    json_string(&json, NULL, "\"\\/\b\n\r\t\x1f\x7f \xEB\xB3\xB4\xEC\x83\x81");
    json_close(&json, ']');
    assert_document(&json,
                    "[\"\\\"\\\\/\\u0008\\u000a\\u000d\\u0009\\u001f\\u007f \xEB\xB3\xB4\xEC\x83\x81\"]\n");
    json = start(1);
    json_open(&json, NULL, '{');
    json_string(&json, "a\"b\n", "");
    json_close(&json, '}');
    assert_document(&json, "{\"a\\\"b\\u000a\": \"\"}\n");
}

static void real_numbers_are_short_and_have_a_point(void **state)
{
    (void)state;
    struct json json = start(1);
    json_open(&json, NULL, '[');
    json_double(&json, NULL, 0.5);
    json_double(&json, NULL, 34.3512345);
    json_double(&json, NULL, 2.3283064365386963e-10);
    json_double(&json, NULL, 0);
    json_close(&json, ']');
    assert_document(&json, "[0.5, 34.3512, 2.32831e-10, 0]\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_object_is_indented),
        cmocka_unit_test(a_flat_document_is_one_line),
        cmocka_unit_test(empty_objects_and_arrays_are_closed_where_they_open),
        cmocka_unit_test(text_is_escaped_and_other_alphabets_are_not),
        cmocka_unit_test(real_numbers_are_short_and_have_a_point),
    };
    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
