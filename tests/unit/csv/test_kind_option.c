/* SPDX-License-Identifier: Apache-2.0 */
/* test_kind_option.c - columns, types and notations of --kind, as builder and auditor give it. */
#include <stdlib.h>
#include <string.h>

#include "lib/csv/kind_option.h"
#include "lib/util/message.h"
#include "tests/support/test.h"

/* What the builder makes of an option, written again. */
static void assert_added(const char *text, const char *expected)
{
    struct schema schema = SCHEMA_INIT;
    assert_int_equal(kind_option_add(&schema, text), 0);
    char *written = kind_option_text(&schema, 0);
    assert_string_equal(written, expected);
    free(written);
    schema_free(&schema);
}

static void options_of_the_builder(void **state)
{
    static const char *const same[] = {
        "email=mail:email",          "person=name:text/compact+birth:date/dmy=30",
        "phone=2:phone/KR/e164",     "email=mail:email/plus/several",
        "email=a+b:email",           "person=a+b:text+c:d+e:date", /* columns "a+b" and "c:d+e" */
        "email=contact: mail:email", "email==:email",
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(same); i++)
        assert_added(same[i], same[i]);
}

static void faults_of_the_builders_options(void **state)
{
    static const char *const wrong[] = {
        "",
        "email",
        "=mail:email",
        "E=mail:email",
        "email=",
        "email=mail",
        "email=:email",
        "email=mail:",
        "email=mail:emial",
        "email=mail:email/several/plus",
        "email=mail:dmy",
        "email=mail:email+",
        "email=mail:email+name",
        "email=mail:email/dmy",
        "phone=tel:phone/UK",
        "born=born:date/ymd",
        "born=born:date/dmy/mdy",
        "person=name:text/several+birth:date",
        "person=name:text+name:date",
        "k=1:exact+2:exact+3:exact+4:exact+5:exact+6:exact+7:exact+8:exact+9:exact",
        "name-of-a-kind-that-is-too-long-by-one=mail:email",
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(wrong); i++) {
        struct schema schema = SCHEMA_INIT;
        assert_int_equal(kind_option_add(&schema, wrong[i]), MESSAGE_E_USAGE);
        schema_free(&schema);
    }
    struct schema schema = SCHEMA_INIT;
    assert_int_equal(kind_option_add(&schema, "email=mail:email"), 0);
    assert_int_equal(kind_option_add(&schema, "email=mail2:email"), MESSAGE_E_USAGE);
    schema_free(&schema);
}

/* The schema of an index with one kind. */
static struct schema schema_of(const char *option)
{
    struct schema schema = SCHEMA_INIT;
    assert_int_equal(kind_option_add(&schema, option), 0);
    for (unsigned i = 0; i < ELIG_PARTS_MAX; i++) {
        free(schema.columns[0][i]);
        schema.columns[0][i] = NULL;
    }
    return schema;
}

static void types_may_be_left_out_where_they_are_known(void **state)
{
    static const char *const cases[][3] = {
        {"email=x:email", "email=mail", "email=mail:email"},
        {"email=x:email", "email=mail:email", "email=mail:email"},
        {"email=x:email", "email=mail:several", "email=mail:email/several"},
        {"email=x:email", "email=a+b", "email=a+b:email"},
        {"email=x:email", "email=contact:mail", "email=contact:mail:email"},
        {"born=x:date", "born=birth:dmy=30", "born=birth:date/dmy=30"},
        {"born=x:date", "born=birth:date/dmy=30", "born=birth:date/dmy=30"},
        {"person=x:text+y:date", "person=name+born", "person=name:text+born:date"},
        {"person=x:text+y:date", "person=name+born:mdy", "person=name:text+born:date/mdy"},
        {"person=x:text+y:date", "person=name+born:date", "person=name:text+born:date"},
        {"person=x:text+y:date", "person=a+b:text+born:date", "person=a+b:text+born:date"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct schema schema = schema_of(cases[i][0]);
        assert_int_equal(kind_option_set_columns(&schema, 0, cases[i][1]), 0);
        char *written = kind_option_text(&schema, 0);
        assert_string_equal(written, cases[i][2]);
        free(written);
        schema_free(&schema);
    }
}

static void what_does_not_fit_the_index(void **state)
{
    static const char *const cases[][2] = {
        {"email=x:email", "email=mail:text"},
        {"email=x:email", "email=mail:email/plus"},
        {"email=x:email", "email=mail:dmy"},
        {"phone=x:phone/KR", "phone=tel:phone/JP"},
        {"person=x:text+y:date", "person=name"},
        {"person=x:text+y:date", "person=name+born+city"},
        {"person=x:text+y:date", "person=name+name"},
        {"person=x:text+y:date", "person=name+"},
        {"person=x:text+y:date", "person=name:several+born"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct schema schema = schema_of(cases[i][0]);
        assert_int_equal(kind_option_set_columns(&schema, 0, cases[i][1]), MESSAGE_E_USAGE);
        schema_free(&schema);
    }
}

static void without_an_index_columns_are_exact(void **state)
{
    struct schema schema = SCHEMA_INIT;
    (void)state;
    assert_int_equal(kind_option_add_untyped(&schema, "email=mail:email"), 0);
    assert_int_equal(kind_option_add_untyped(&schema, "person=name+born"), 0);
    char *written = kind_option_text(&schema, 0);
    assert_string_equal(written, "email=mail:email");
    free(written);
    written = kind_option_text(&schema, 1);
    assert_string_equal(written, "person=name:exact+born:exact");
    free(written);
    schema_free(&schema);
}

static void names(void **state)
{
    (void)state;
    assert_true(kind_option_has_name("email=mail"));
    assert_false(kind_option_has_name("email="));
    assert_false(kind_option_has_name("=mail"));
    assert_false(kind_option_has_name("email"));
    assert_true(kind_option_is_of("email=mail", "email"));
    assert_false(kind_option_is_of("email2=mail", "email"));
    assert_false(kind_option_is_of("email=mail", "email2"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_of_the_builder),
        cmocka_unit_test(faults_of_the_builders_options),
        cmocka_unit_test(types_may_be_left_out_where_they_are_known),
        cmocka_unit_test(what_does_not_fit_the_index),
        cmocka_unit_test(without_an_index_columns_are_exact),
        cmocka_unit_test(names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
