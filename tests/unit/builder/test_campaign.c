/* SPDX-License-Identifier: Apache-2.0 */
/* test_campaign.c - profiles of lists and the options that they suggest. */
#include "builder/inspect/campaign.h"
#include "tests/support/test.h"

/* The options of a list, without comments. */
static char *campaign_of(const char *text, const struct list_given *given)
{
    static char out[4096];
    struct list_profile list;
    struct campaign campaign;
    char *written = NULL;
    size_t length;
    test_write_text(test_path("list"), text);
    assert_int_equal(list_profile_make(&list, test_path("list"), given), 0);
    assert_int_equal(campaign_make(&campaign, &list), 0);
    FILE *stream = open_memstream(&written, &length);
    assert_non_null(stream);
    campaign_write(&campaign, stream, "");
    fclose(stream);
    out[0] = '\0';
    for (char *line = strtok(written, "\n"); line != NULL; line = strtok(NULL, "\n"))
        if (line[0] != '#' || strncmp(line, "# kind", 6) == 0 || strncmp(line, "# label", 7) == 0) {
            strcat(out, line);
            strcat(out, ";");
        }
    free(written);
    campaign_free(&campaign);
    list_profile_free(&list);
    return out;
}

static const struct {
    const char *text, *options;
} lists[] = {
    {"mail,phone\nlotus@example.org,010-5550-0001\ncedar@example.org,010-5550-0002\n",
     "kind email=mail:email;kind phone=phone:phone/KR;"},
    {"lotus@example.org\tx\ncedar@example.org\ty\n", "delimiter tab;no-header;kind email=1:email;"},
    {"mail 1,mail 2\nlotus@example.org,cedar@example.org\n", "kind email=1:email;kind email-2=2:email;"},
    {"mail;mail\nlotus@example.org;cedar@example.org\n",
     "delimiter ;;kind email=1:email;kind email-2=2:email;"},
    {"a:b,c\nlotus@example.org,x\n", "kind email=1:email;"},
    {"name,birth\nlotus,1990-02-03\ncedar,1991-02-03\n", "kind person=name:text/compact+birth:date;"},
    {"name,birth\nlotus,13/02/1990\ncedar,14/02/1991\n", "# kind person=name:text/compact+birth:date;"},
    {"member,name\n71234567,lotus\n72345678,cedar\n", "kind number=member:digits;"},
    {"member,name\n71234567.0,lotus\n72345678.0,cedar\n", "kind name=name:text;"},
    {"a,b\n1,\"x\n2,y\n3,\"z\n4,5\n", "quote none;kind number=1:digits;"},
};

static void options_follow_from_columns(void **state)
{
    (void)state;
    static const struct list_given nothing = {.encoding = NULL};
    for (size_t i = 0; i < LENGTH(lists); i++) {
        const char *options = campaign_of(lists[i].text, &nothing);
        if (strcmp(options, lists[i].options) != 0)
            fail_msg("%zu: '%s', expected '%s'", i, options, lists[i].options);
    }
}

static void what_is_given_is_not_guessed(void **state)
{
    (void)state;
    static const char regions[][2] = {{'J', 'P'}};
    static const struct list_given given = {.encoding = "CP949",
                                            .delimiter = '#',
                                            .is_without_header = true,
                                            .regions = regions,
                                            .region_count = 1};
    assert_string_equal(campaign_of("090-1234-5678#a\n090-2345-6789#b\n", &given),
                        "encoding CP949;delimiter #;no-header;kind phone=1:phone/JP;");
}

static void a_column_of_few_words_may_be_a_label(void **state)
{
    (void)state;
    static const struct list_given nothing = {.encoding = NULL};
    char text[4096] = "mail,tier\n";
    for (int i = 0; i < 40; i++)
        sprintf(text + strlen(text), "lotus%d@example.org,%s\n", i, i % 2 == 0 ? "gold" : "silver");
    assert_string_equal(campaign_of(text, &nothing), "kind email=mail:email;# label tier;");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_follow_from_columns),
        cmocka_unit_test(what_is_given_is_not_guessed),
        cmocka_unit_test(a_column_of_few_words_may_be_a_label),
    };
    return cmocka_run_group_tests_name("campaign", tests, test_folder_make, test_folder_remove);
}
