/* SPDX-License-Identifier: Apache-2.0 */
/* test_options_draft.c - descriptions of lists and the options that they suggest. */
#include "builder/inspect/options_draft.h"
#include "tests/support/test.h"

/* The options of a list, without comments. */
static char *draft_of(const char *text, const struct list_given *given)
{
    static char out[4096];
    struct list_description list;
    struct options_draft draft;
    char *written = NULL;
    size_t length;
    test_write_text(test_path("list"), text);
    assert_int_equal(list_description_make(&list, test_path("list"), given), 0);
    assert_int_equal(options_draft_make(&draft, &list), 0);
    FILE *stream = open_memstream(&written, &length);
    assert_non_null(stream);
    options_draft_write(&draft, stream, "");
    fclose(stream);
    out[0] = '\0';
    for (char *line = strtok(written, "\n"); line != NULL; line = strtok(NULL, "\n"))
        if (line[0] != '#' || strncmp(line, "# kind", 6) == 0 || strncmp(line, "# label", 7) == 0) {
            strcat(out, line);
            strcat(out, ";");
        }
    free(written);
    options_draft_free(&draft);
    list_description_free(&list);
    return out;
}

static const struct {
    const char *text, *options;
} lists[] = {
    {"mail,phone\nlotus@example.org,010-5550-0001\ncedar@example.org,010-5550-0002\n",
     "kind email=mail:email;kind phone=phone:phone/KR;"},
    {"lotus@example.org\tx\ncedar@example.org\ty\n", "delimiter tab;no-header;kind email=1:email;"},
    {"mail 1,mail 2\nlotus@example.org,cedar@example.org\n", "kind email=1:email;# kind email-2=2:email;"},
    {"mail;mail\nlotus@example.org;cedar@example.org\n",
     "delimiter ;;kind email=1:email;# kind email-2=2:email;"},
    {"a:b,c\nlotus@example.org,x\n", "kind email=1:email;"},
    {"name,birth\nlotus,1990-02-03\ncedar,1991-02-03\n", "kind person=name:text/compact+birth:date;"},
    {"name,birth\nlotus,13/02/1990\ncedar,14/02/1991\n", "kind person=name:text/compact+birth:date/dmy;"},
    {"name,birth\nlotus,02/13/1990\ncedar,02/03/1991\n", "kind person=name:text/compact+birth:date/mdy;"},
    {"name,birth\nlotus,02/03/1990\ncedar,04/05/1991\n",
     "# kind person=name:text/compact+birth:date/dmy;# kind person=name:text/compact+birth:date/mdy;"},
    {"name,birth\nlotus,13/02/1990\ncedar,02/13/1990\namber,02/03/1990\nember,03/02/1990\n",
     "# kind person=name:text/compact+birth:date/dmy;# kind person=name:text/compact+birth:date/mdy;"},
    {"name,birth\nlotus,13.02.90\ncedar,14.02.91\n", "# kind person=name:text/compact+birth:date/dmy=NN;"},
    {"name,birth\nlotus,900213\ncedar,910214\n", "# kind person=name:text/compact+birth:date/ymd=NN;"},
    {"name,birth\nlotus,32907\ncedar,32908\n", "kind person=name:text/compact+birth:date/serial;"},
    {"name,birth\nlotus,1990-02-13\ncedar,1991-02-14\namber,32907\n",
     "# kind person=name:text/compact+birth:date;"},
    {"member,name\n71234567,lotus\n72345678,cedar\n", "kind number=member:digits;"},
    {"member,name\n71234567.0,lotus\n72345678.0,cedar\n", "# kind name=name:text;"},
    /* numbers that fit many regions, and what is known beside them */
    {"phone\n01020005000\n01020005001\n", ""},
    {"Telefon,Soyad\n05321234567,Y\u0131ld\u0131z\n05321234568,\u015Eahin\n", "# kind phone=Telefon:phone/TR;"},
    {"phone,name\n01020005000,\uae40\n01020005001,\uae40\n", "kind phone=phone:phone/KR;"},
    {"phone,mail\n01020005000,lotus@x.kr\n01020005001,cedar@x.kr\n",
     "kind email=mail:email;kind phone=phone:phone/KR;"},
    {"mail,phone\nlotus@example.org,2125551000\ncedar@example.org,2125551001\n", "kind email=mail:email;"},
    {"mail,phone\nlotus@example.org,(212) 555-1000\ncedar@example.org,(212) 555-1001\n",
     "kind email=mail:email;# kind phone=phone:phone/US;"},
    {"phone\n+82 10-2000-5000\n+1 212-555-1000\n", "kind phone=phone:phone;"},
    {"member,phone\n9000000001,010-2000-5000\n9000007919,010-2000-5001\n",
     "kind phone=phone:phone/KR;# kind number=member:digits;"},
    /* digits are suggested where nothing speaks against them */
    {"tel,name\n1020005000,\uae40\n1020005001,\uae40\n", "kind phone=tel:phone/KR;"},
    {"tel\n031-200-1000~1\n031-200-2000~1\n", ""},
    {"tel\n123\n124\n", "# kind number=tel:digits;"},
    {"1020005000\n1020005001\n", "no-header;# kind number=1:digits;"},
    {"id\n1\n12345\n123\n", "# kind number=id:digits;"},
    {"a,b\n7201,\"x\n7192,y\n7183,\"z\n7174,5\n", "quote none;# kind number=1:digits;"},
    /* a text alone is not listed, and what cannot be listed is not passed over */
    {"name,email\nlotus,{a@example.com}\ncedar,{b@example.com}\n", "# kind name=name:text;"},
    {"\uC774\uB984,\uC5F0\uB77D\uCC98\nlotus,a@example.com\ncedar,010-2000-5001\n",
     "# kind name=\uC774\uB984:text;"},
    {"name,\uD68C\uC6D0\uBC88\uD638\nlotus,10000.0\ncedar,20000.0\n", "# kind name=name:text;"},
    {"name,birth\nlotus,1990-02-03 15:00:00\ncedar,1991-02-03 15:00:00\n", "# kind name=name:text;"},
    {"name,member\nlotus,1234567890123450\ncedar,1234567890128900\n", "# kind name=name:text;"},
    {"lotus^a@example.com\ncedar^b@example.com\n", "no-header;"},
    {"lotus:010-2000-5001\ncedar:010-2000-5002\n", "no-header;"},
    {"lotus\uFF0Ca@example.com\ncedar\uFF0Cb@example.com\n", "no-header;"},
    {"lotus      010-2000-5001\ncedar      010-2000-5002\n", "no-header;"},
    {"lotus a@example.com\ncedar b@example.com\n", "no-header;"},
    /* which column is whose */
    {"first name,last name,birth\nlotus,amber,1990-02-03\ncedar,ember,1991-02-03\n",
     "# kind person=first name:text/compact+birth:date;"},
    {"city,name,birth,date\nSeoul,amber,1990-02-03,2026-01-01\nBusan,ember,1991-02-03,2026-01-01\n",
     "kind person=name:text/compact+birth:date;"},
    {"city,note,birth\nSeoul,amber,1990-02-03\nBusan,ember,1991-02-03\n",
     "# kind person=city:text/compact+birth:date;"},
    {"address,birth\nlotus,1990-02-03\ncedar,1991-02-03\n", "# kind person=address:text/compact+birth:date;"},
    {"name,birth\nl*s,1990-02-03\nc*r,1991-02-03\n", "# kind person=name:text/compact+birth:date;"},
    {"name,birth\nlotus,1990-02-03\nNULL,1991-02-03\n", "# kind person=name:text/compact+birth:date;"},
    {"name,date\nlotus,2026-01-01\ncedar,2025-12-31\n", "# kind person=name:text/compact+date:date;"},
    {"name,birth\nlotus,2533-01-01\ncedar,2534-12-31\n", "# kind person=name:text/compact+birth:date;"},
    {"id,name\n1001,lotus\n1002,cedar\n1003,amber\n1004,ember\n", "# kind number=id:digits;"},
    {"id,code\n71234567,7777\n72345678,8888\n", "# kind number=id:digits;# kind number=code:digits;"},
    {"name,\uAE08\uC561\nlotus,72000\ncedar,81500\n", "# kind number=2:digits;"},
    {"name,zip code\nlotus,72001\ncedar,81502\n", "# kind number=zip code:digits;"},
    {"name,member\nlotus,AB7201\ncedar,CD8105\n", "# kind code=member:exact;"},
    {"mail,member\nlotus@example.org,AB7201\ncedar@example.org,CD8105\n",
     "kind email=mail:email;# kind code=member:exact;"},
    {"name,\uC8FC\uBBFC\uBC88\uD638\nlotus,900101-1234567\ncedar,910101-1234567\n",
     "kind number=\uC8FC\uBBFC\uBC88\uD638:digits;"},
};

static void options_follow_from_columns(void **state)
{
    (void)state;
    static const struct list_given nothing = {.encoding = NULL};
    for (size_t i = 0; i < LENGTH(lists); i++) {
        const char *options = draft_of(lists[i].text, &nothing);
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
    assert_string_equal(draft_of("090-1234-5678#a\n090-2345-6789#b\n", &given),
                        "encoding CP949;delimiter #;no-header;kind phone=1:phone/JP;");
}

static void a_given_region_leaves_no_doubt(void **state)
{
    (void)state;
    static const char regions[][2] = {{'K', 'R'}, {'I', 'N'}};
    static const struct list_given korea = {.regions = regions, .region_count = 1};
    static const struct list_given either = {.regions = regions, .region_count = 2};
    assert_string_equal(draft_of("phone\n01020005000\n01020005001\n", &korea), "kind phone=phone:phone/KR;");
    assert_string_equal(draft_of("x\n1020005000\n1020005001\n", &korea), "kind phone=1:phone/KR;");
    assert_string_equal(draft_of("id\n1020005000\n1020005001\n", &korea),
                        "# kind phone=id:phone/KR;# kind number=id:digits;");
    assert_string_equal(draft_of("phone\n01020005000\n01020005001\n", &either),
                        "# kind phone=phone:phone/KR;# kind phone=phone:phone/IN;");
}

/* Writes what must be decided about a list to out, which has room for it; returns how many decisions. */
static unsigned decisions_of(const char *text, char out[4096])
{
    static const struct list_given nothing = {.encoding = NULL};
    struct list_description list;
    struct options_draft draft;
    test_write_text(test_path("list"), text);
    assert_int_equal(list_description_make(&list, test_path("list"), &nothing), 0);
    assert_int_equal(options_draft_make(&draft, &list), 0);
    unsigned count = draft.decision_count;
    out[0] = '\0';
    for (unsigned i = 0; i < draft.comment_count; i++)
        if (draft.comments[i].is_decision)
            strcat(out, draft.comments[i].text);
    options_draft_free(&draft);
    list_description_free(&list);
    return count;
}

static void what_must_be_decided_is_said(void **state)
{
    (void)state;
    char text[4096];
    assert_int_equal(decisions_of("mail\nlotus@example.org\n", text), 0);
    assert_int_equal(decisions_of("mail,phone\nlotus@example.org,01020005000\n", text), 1);
    assert_non_null(strstr(text, "column 'phone': phone numbers that fit regions of 2"));
    assert_int_equal(decisions_of("tel\n031-200-1000~1\n031-200-2000~1\n", text), 1);
    assert_non_null(strstr(text, "2 of 2 are not valid"));
    assert_non_null(strstr(text, "2 have a second number or are a range"));
    assert_int_equal(decisions_of("name,birth\nlotus,02/03/1990\n", text), 1);
    assert_non_null(strstr(text, "the day or the month first"));
    assert_int_equal(decisions_of("name,birth\nlotus,13/02/1990\ncedar,02/13/1990\n", text), 1);
    assert_non_null(strstr(text, "some dates have the day first and others the month"));
    assert_int_equal(decisions_of("mail,name,birth\nlotus@example.org,lotus,02/03/1990\n", text), 1);
    assert_non_null(strstr(text, "the day or the month first"));
    assert_int_equal(decisions_of("name,birth\nlotus,90-02-03\n", text), 1);
    assert_non_null(strstr(text, "years of two digits"));
    assert_int_equal(decisions_of("mail,name,birth\nlotus@example.org,lotus,90-02-03\n", text), 1);
    assert_non_null(strstr(text, "years of two digits"));
    assert_int_equal(decisions_of("mail,name,birth\nlotus@example.org,lotus,2533-02-03\n", text), 1);
    assert_non_null(strstr(text, "1 of 1 dates are before 1850 or in the future"));
    assert_int_equal(decisions_of("mail,member\nlotus@example.org,71234567.0\n", text), 1);
    assert_non_null(strstr(text, "column 'member': it is not listed; of its 1 cells, 1 are numbers with"));
    assert_int_equal(decisions_of("mail,account\nlotus@example.org,1234567890123450\n", text), 1);
    assert_non_null(strstr(text, "as spreadsheets round them"));
    assert_int_equal(decisions_of("mail,name,note\nlotus@example.org,lotus,{cedar@example.org}\n", text), 1);
    assert_non_null(strstr(text, "column 'note': it is not listed; of its 1 cells, 1 are texts with an '@'"));
    assert_int_equal(decisions_of("mail\nlo***s@example.com\nce***r@example.com\n", text), 1);
    assert_non_null(strstr(text, "column 'mail': 2 cells have '?' or '*'"));
    assert_int_equal(decisions_of("lotus^a@example.com\ncedar^b@example.com\n", text), 1);
    assert_non_null(strstr(text, "delimiter: each line is one field, and '^'"));
    assert_int_equal(decisions_of("lotus@@x,Lotus\ncedar@example.com,Cedar\n", text), 1);
    assert_non_null(strstr(text, "header: the first row has '@'"));
}

static void many_columns_of_a_kind_are_to_be_decided(void **state)
{
    (void)state;
    char list[4096] = "", text[4096] = "";
    for (int i = 0; i < 40; i++)
        sprintf(list + strlen(list), "%smail %c%c", i > 0 ? "," : "", 'a' + i / 26, 'a' + i % 26);
    for (int i = 0; i < 40; i++)
        sprintf(list + strlen(list), "%slotus%d@example.org", i > 0 ? "," : "\n", i);
    assert_int_equal(decisions_of(list, text), 1);
    assert_non_null(strstr(text, "columns 'mail ab', 'mail ac'"));
    assert_non_null(strstr(text, "'mail bn': further values of the kind email, which are not listed"));
}

static void a_column_of_few_words_may_be_a_label(void **state)
{
    (void)state;
    static const struct list_given nothing = {.encoding = NULL};
    char text[4096] = "mail,tier\n";
    for (int i = 0; i < 40; i++)
        sprintf(text + strlen(text), "lotus%d@example.org,%s\n", i, i % 2 == 0 ? "gold" : "silver");
    assert_string_equal(draft_of(text, &nothing), "kind email=mail:email;# label tier;");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_follow_from_columns),
        cmocka_unit_test(what_is_given_is_not_guessed),
        cmocka_unit_test(a_given_region_leaves_no_doubt),
        cmocka_unit_test(what_must_be_decided_is_said),
        cmocka_unit_test(a_column_of_few_words_may_be_a_label),
        cmocka_unit_test(many_columns_of_a_kind_are_to_be_decided),
    };
    return cmocka_run_group_tests_name("options_draft", tests, test_folder_make, test_folder_remove);
}
