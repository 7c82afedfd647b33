/* SPDX-License-Identifier: Apache-2.0 */
/* test_report.c - everything that is added to a report is written as text, JSON and HTML, in order and escaped;
 * also when memory runs out. */
#include <math.h>
#include <sys/wait.h>

#include "audit/report/report.h"
#include "audit/report/report_model.h"
#include "audit/report/wrap.h"
#include "tests/support/inject.h"
#include "tests/support/test.h"

/* ---- Samples ---- */

#define HONG "\xED\x99\x8D\xEA\xB8\xB8\xEB\x8F\x99"
#define REPLACED "\xEF\xBF\xBD"
/* Markup, quotes, line ends, terminal commands (one in C1), ill-formed UTF-8, a change of direction and its
 * end. */
#define DIRECTION_END "\xE2\x80\xAC"
#define HOSTILE                                                       \
    "<script>alert('\"&\")</script>\r\n  PASS  forged\x1b[2J\xC2\x9B" \
    "31m\xFF\xC3(\xED\xA0\x80\xE2\x80\xAE" HONG DIRECTION_END

static struct report *new_report(void)
{
    struct report *report = report_new();
    assert_non_null(report);
    return report;
}

static char *long_text(const char *piece, size_t times)
{
    size_t length = strlen(piece);
    char *text = calloc(times, length + 1);
    assert_non_null(text);
    for (size_t i = 0; i < times; i++)
        memcpy(text + i * length, piece, length);
    return text;
}

/* A table of prices, as the real ones are. */
static void fill_prices(struct report *report)
{
    static const struct {
        const char *kind;
        double candidates, dollars;
        const char *text;
    } kinds[] = {{"phone/KR", 1e8, 3.2, "$3.20, 2 GPU-hours"},
                 {"email", 1e10, 318000, "$318,000, 23 GPU-years"},
                 {"name+birthday", 4.1e12, 1.3e8, "$130 million"},
                 {"member id", 0, INFINITY, "not without the secret"}};
    struct table *table = report_table(report, CHAPTER_ATTACKER, "prices", "What it costs to try everybody",
                                       "A price is for all identifiers at once, not for one.");
    table_column(table, "kind", "kind", 0);
    table_column(table, "candidates", "candidates", 1);
    table_column(table, "source", "where that number is from", 0);
    table_column(table, "dollars", "price", 1);
    for (size_t i = 0; i < LENGTH(kinds); i++) {
        table_text(table, "%s", kinds[i].kind);
        table_number(table, kinds[i].candidates, "%.3g", kinds[i].candidates);
        table_text(table, "national numbering plan, mobile ranges, as of 2025; see docs/THREATS.md");
        table_number(table, kinds[i].dollars, "%s", kinds[i].text);
    }
}

/* All checks, most of which pass. */
static struct report *sample_full(void)
{
    struct report *report = new_report();
    report_headline(report, 1,
                    "ENUMERABLE: all of phone/KR can be tried for $3.20, by anyone who has the file");
    report_fact(report, "file", "file", "members.elig, 139,264 bytes");
    report_fact(report, "blake2b_256", "BLAKE2b-256",
                "7f0a6e1b8f4b6f0c2d3e4f5061728394a5b6c7d8e9fa0b1c2d3e4f5061728394");
    report_fact(report, "audited_at", "audited at", "2025-11-03 09:41:12 UTC");
    report_fact(report, "campaign", "campaign", "spring 2025, " HONG);
    for (unsigned check = 0; check < CHECK_COUNT; check++) {
        enum outcome outcome = check % 11 == 4   ? OUTCOME_INFO
                               : check % 13 == 5 ? OUTCOME_WARN
                               : check == 2      ? OUTCOME_FAIL
                                                 : OUTCOME_PASS;
        struct finding *finding = report_finding(report, (enum check)check, outcome,
                                                 "%u of 34 pages differ, p = %.3g", check == 2, 0.37);
        finding_method(finding, "Each page is hashed with BLAKE2b-256 and compared with the entry of the page "
                                "above it, up to the hash in the header; see docs/FORMAT.md, section 4.");
        finding_number(finding, "pages", 34);
        finding_number(finding, "p", 0.37);
        if (outcome == OUTCOME_FAIL)
            finding_detail(finding, "leaf 17: its hash is not the one that inner page 3 has for it");
        if (outcome == OUTCOME_WARN)
            finding_detail(finding, "build again with --label-minimum 20");
    }
    fill_prices(report);
    return report;
}

/* Hostile texts in every place, and values that are not numbers. */
static struct report *sample_hostile(void)
{
    struct report *report = new_report();
    char *endless = long_text("supercalifragilistic", 200), *hangul = long_text(HONG " ", 200);
    report_headline(report, 0, "%s", HOSTILE);
    report_fact(report, "file", HOSTILE, "%s", HOSTILE);
    report_fact(report, "endless", endless, "%s", endless);
    struct finding *finding = report_finding(report, CHECK_WORDS, OUTCOME_WARN, "%s", HOSTILE);
    finding_method(finding, "%s", hangul);
    finding_detail(finding, "%s", HOSTILE);
    finding_detail(finding, "%s", endless);
    finding_detail(finding, "%s", "");
    finding_number(finding, "nan", NAN);
    finding_number(finding, "infinite", -INFINITY);
    struct table *table = report_table(report, CHAPTER_LINK, "hostile", HOSTILE, HOSTILE);
    table_column(table, "text", HOSTILE, 0);
    table_column(table, "number", endless, 1);
    for (unsigned i = 2; i < TABLE_COLUMNS_MAX + 3; i++)
        table_column(table, i % 2 ? "odd" : "even", hangul, i % 2 == 0);
    table_text(table, "%s", HOSTILE);
    table_number(table, NAN, "%s", HOSTILE);
    table_text(table, "%s", endless);
    free(endless);
    free(hangul);
    return report;
}

static struct report *(*const samples[])(void) = {new_report, sample_full, sample_hostile};

/* ---- Written out ---- */

enum format { AS_TEXT, AS_COLORED, AS_JSON, AS_HTML, FORMAT_COUNT };

static char *write_wide(const struct report *report, enum format format, bool is_strict, unsigned width)
{
    char *text;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    assert_non_null(stream);
    if (format == AS_JSON)
        report_write_json(report, stream, is_strict);
    else if (format == AS_HTML)
        report_write_html(report, stream, is_strict);
    else
        report_write_text(report, stream, is_strict, width, format == AS_COLORED);
    assert_int_equal(fclose(stream), 0);
    assert_int_equal(strlen(text), length);
    return text;
}

static char *write_out(const struct report *report, enum format format)
{
    return write_wide(report, format, 0, 80);
}

/* Where text contains pattern, which it must. */
static const char *assert_contains(const char *text, const char *pattern)
{
    const char *found = strstr(text, pattern);
    if (found == NULL)
        fail_msg("'%s' is not in:\n%s", pattern, text);
    return found;
}

static void assert_holds(const struct report *report, enum format format, const char *pattern)
{
    char *text = write_out(report, format);
    assert_contains(text, pattern);
    free(text);
}

static void assert_lacks(const struct report *report, enum format format, const char *pattern)
{
    char *text = write_out(report, format);
    if (strstr(text, pattern) != NULL)
        fail_msg("'%s' is in:\n%s", pattern, text);
    free(text);
}

/* ---- What checks.h says ---- */

static void every_check_has_a_unique_id_a_chapter_and_a_question(void **state)
{
    (void)state;
    for (unsigned i = 0; i < CHECK_COUNT; i++) {
        const struct report_check *check = &report_checks[i];
        const char *chapter = report_chapters[check->chapter].key;
        assert_int_equal(strncmp(check->id, chapter, strlen(chapter)), 0);
        assert_int_equal(check->id[strlen(chapter)], '.');
        assert_int_equal(strspn(check->id, "abcdefghijklmnopqrstuvwxyz0123456789.-"), strlen(check->id));
        assert_int_equal(check->question[strlen(check->question) - 1], '?');
        assert_in_range(check->rules, 1, (1U << RULE_COUNT) - 1);
        for (unsigned j = 0; j < i; j++)
            assert_string_not_equal(check->id, report_checks[j].id);
        if (i > 0)
            assert_true(check->chapter >= report_checks[i - 1].chapter);
    }
}

/* ---- Outcomes ---- */

static void the_outcome_is_the_worst_of_all(void **state)
{
    (void)state;
    struct report *report = new_report();
    assert_int_equal(report_outcome(report, 1), OUTCOME_PASS);
    report_finding(report, CHECK_LENGTH, OUTCOME_PASS, "ok");
    report_finding(report, CHECK_COUNTS, OUTCOME_INFO, "counts");
    assert_int_equal(report_outcome(report, 1), OUTCOME_PASS);
    report_finding(report, CHECK_LABELS, OUTCOME_WARN, "few");
    assert_int_equal(report_outcome(report, 0), OUTCOME_WARN);
    assert_int_equal(report_outcome(report, 1), OUTCOME_FAIL);
    report_finding(report, CHECK_TREE, OUTCOME_FAIL, "broken");
    assert_int_equal(report_outcome(report, 0), OUTCOME_FAIL);
    assert_holds(report, AS_TEXT, "FAIL  4 checks: 1 FAIL, 1 WARN, 1 PASS, 1 INFO\n");
    assert_holds(report, AS_JSON, "\"outcome\": \"fail\"");
    report_free(report);
}

static void a_strict_report_says_that_it_is(void **state)
{
    (void)state;
    struct report *report = new_report();
    report_finding(report, CHECK_LABELS, OUTCOME_WARN, "few");
    for (unsigned i = 0; i < 2; i++) {
        bool is_strict = i == 1;
        char *text = write_wide(report, AS_TEXT, is_strict, 80),
             *json = write_wide(report, AS_JSON, is_strict, 0),
             *html = write_wide(report, AS_HTML, is_strict, 0);
        assert_contains(
            text, is_strict ? "FAIL  1 check: 0 FAIL, 1 WARN, 0 PASS, 0 INFO; strict: a WARN counts as a FAIL"
                            : "WARN  1 check: 0 FAIL, 1 WARN, 0 PASS, 0 INFO\n");
        assert_contains(text, "WARN  structure.labels"); /* the outcome of the check itself does not change */
        assert_contains(json,
                        is_strict ? "\"outcome\": \"fail\",\n  \"strict\": true" : "\"outcome\": \"warn\"");
        assert_contains(html,
                        is_strict ? "<title>elig-audit: FAIL</title>" : "<title>elig-audit: WARN</title>");
        free(text);
        free(json);
        free(html);
    }
    report_free(report);
}

static void a_second_finding_of_a_check_is_a_defect(void **state)
{
    (void)state;
#ifdef NDEBUG
    struct report *report = new_report();
    report_finding(report, CHECK_TREE, OUTCOME_FAIL, "broken");
    finding_detail(report_finding(report, CHECK_TREE, OUTCOME_PASS, "mended"), "more");
    assert_int_equal(report_outcome(report, 0), OUTCOME_FAIL);
    assert_lacks(report, AS_TEXT, "mended");
    report_free(report);
#else
    pid_t child = fork();
    if (child == 0) {
        struct report *report = report_new();
        close(STDERR_FILENO); /* the message of assert() */
        signal(SIGABRT, SIG_DFL);
        report_finding(report, CHECK_TREE, OUTCOME_FAIL, "broken");
        report_finding(report, CHECK_TREE, OUTCOME_PASS, "mended");
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(!WIFEXITED(status) || WEXITSTATUS(status) != 0);
#endif
}

/* ---- What is in a report ---- */

static void the_headline_comes_first_and_an_alarm_is_emphasised(void **state)
{
    (void)state;
    struct report *report = new_report();
    report_headline(report, 1, "not this one");
    report_headline(report, 0, "N = %d", 3);
    char *text = write_out(report, AS_TEXT), *html = write_out(report, AS_HTML);
    assert_ptr_equal(assert_contains(text, "N = 3\n"), text);
    assert_contains(html, "<body>\n<p class=\"headline\">N = 3</p>\n");
    free(text);
    free(html);
    assert_lacks(report, AS_JSON, "not this one");
    report_headline(report, 1, "ENUMERABLE");
    assert_holds(report, AS_HTML, "<body>\n<p class=\"headline alarm\">ENUMERABLE</p>\n");
    assert_holds(report, AS_JSON, "\"headline\": {\n    \"text\": \"ENUMERABLE\",\n    \"alarm\": true\n  }");
    text = write_wide(report, AS_TEXT, 0, 48);
    assert_ptr_equal(assert_contains(text, "+==============================================+\n"
                                           "| ENUMERABLE                                   |\n"
                                           "+==============================================+\n"),
                     text);
    free(text);
    report_free(report);
}

static void chapters_come_in_order_and_empty_ones_are_left_out(void **state)
{
    (void)state;
    struct report *report = new_report();
    for (unsigned i = 0; i < CHAPTER_COUNT; i++) {
        assert_lacks(report, AS_TEXT, report_chapters[i].title);
        assert_lacks(report, AS_HTML, report_chapters[i].title);
    }
    for (unsigned i = CHECK_COUNT; i > 0; i--)
        report_finding(report, (enum check)(i - 1), OUTCOME_PASS, "well");
    static const enum format formats[] = {AS_TEXT, AS_JSON, AS_HTML};
    for (size_t i = 0; i < LENGTH(formats); i++) {
        char *text = write_out(report, formats[i]), key[64];
        const char *at = text;
        for (unsigned chapter = 0; chapter < CHAPTER_COUNT; chapter++) {
            snprintf(key, sizeof key, "\"%s\"", report_chapters[chapter].key);
            const char *next =
                assert_contains(at, formats[i] == AS_JSON ? key : report_chapters[chapter].title);
            assert_true(next >= at);
            at = next;
        }
        at = text;
        for (unsigned check = 0; check < CHECK_COUNT; check++)
            at = assert_contains(at, report_checks[check].id);
        free(text);
    }
    report_free(report);
}

static void a_table_alone_makes_a_chapter(void **state)
{
    (void)state;
    struct report *report = new_report();
    struct table *table = report_table(report, CHAPTER_LINK, "t", "a table", NULL);
    table_text(table, "a cell without a column");
    static const enum format formats[] = {AS_TEXT, AS_HTML};
    for (size_t i = 0; i < LENGTH(formats); i++) {
        assert_holds(report, formats[i], report_chapters[CHAPTER_LINK].title);
        assert_lacks(report, formats[i], report_chapters[CHAPTER_PROOF].title);
        assert_lacks(report, formats[i], "a cell");
    }
    report_free(report);
}

static void a_finding_is_written_as_text(void **state)
{
    (void)state;
    struct report *report = new_report();
    struct finding *finding = report_finding(report, CHECK_SIGNATURE, OUTCOME_INFO, "not signed");
    finding_method(finding, "forgotten");
    finding_method(finding, "The signature is checked.");
    finding_detail(finding, "ask for a signed one");
    assert_holds(report, AS_TEXT,
                 "What is in the file\n===================\n\n"
                 "INFO  structure.signature  Who vouches for the file?\n"
                 "      not signed\n"
                 "      How: The signature is checked.\n"
                 "      Rules: EDPB 01/2025, RFC 8032\n"
                 "      - ask for a signed one\n"
                 "\nReferences\n");
    assert_lacks(report, AS_TEXT, "forgotten");
    report_free(report);
}

static void details_beyond_the_most_are_counted(void **state)
{
    (void)state;
    struct report *report = new_report();
    struct finding *finding = report_finding(report, CHECK_TREE, OUTCOME_FAIL, "broken");
    for (unsigned i = 1; i <= FINDING_DETAILS_MAX + 3; i++)
        finding_detail(finding, "leaf %u.", i);
    static const enum format formats[] = {AS_TEXT, AS_JSON, AS_HTML};
    for (size_t i = 0; i < LENGTH(formats); i++) {
        assert_holds(report, formats[i], "leaf 50.");
        assert_lacks(report, formats[i], "leaf 51.");
    }
    assert_holds(report, AS_TEXT, "... and 3 more\n");
    assert_holds(report, AS_JSON, "\"details_left_out\": 3\n");
    assert_holds(report, AS_HTML, "and 3 more</p>");
    report_free(report);
}

static void numbers_are_whole_or_null_in_json(void **state)
{
    (void)state;
    struct report *report = new_report();
    struct finding *finding = report_finding(report, CHECK_RATE, OUTCOME_PASS, "as stated");
    finding_number(finding, "asked", 1);
    finding_number(finding, "asked", 9007199254740991.0);
    finding_number(finding, "rate", 2.3283064365386963e-10);
    finding_number(finding, "negative", -3);
    finding_number(finding, "nan", NAN);
    finding_number(finding, "infinite", INFINITY);
    assert_holds(report, AS_JSON,
                 "\"numbers\": {\n"
                 "        \"asked\": 9007199254740991,\n"
                 "        \"rate\": 2.32831e-10,\n"
                 "        \"negative\": -3,\n"
                 "        \"nan\": null,\n"
                 "        \"infinite\": null\n"
                 "      }");
    report_free(report);
}

static void a_fact_of_the_same_key_replaces_the_first(void **state)
{
    (void)state;
    struct report *report = new_report();
    report_fact(report, "file", "file", "old");
    report_fact(report, "salt", "its salt", "00");
    report_fact(report, "file", "file", "new");
    assert_holds(report, AS_TEXT, "file      new\nits salt  00\n");
    assert_holds(report, AS_JSON, "\"facts\": {\n    \"file\": \"new\",\n    \"salt\": \"00\"\n  }");
    assert_holds(report, AS_HTML, "<tr><th scope=\"row\">its salt</th><td>00</td></tr>");
    report_free(report);
}

static void tables_are_aligned_and_wrapped_within_their_columns(void **state)
{
    (void)state;
    struct report *report = new_report();
    struct table *table = report_table(report, CHAPTER_PROOF, "t", "A table", "And a note.");
    table_column(table, "kind", "kind", 0);
    table_column(table, "n", "how many", 1);
    table_text(table, HONG);
    table_number(table, 1234, "1,234");
    table_text(table, "one two three four five six seven eight nine ten");
    table_text(table, "none");
    table_text(table, "unfinished");
    char *text = write_wide(report, AS_TEXT, 0, 48);
    assert_contains(text, "A table\n"
                          "  kind                                  how many\n"
                          "  ------------------------------------  --------\n"
                          "  " HONG "                                   1,234\n"
                          "  one two three four five six seven         none\n"
                          "  eight nine ten\n"
                          "  unfinished\n"
                          "  And a note.\n");
    free(text);
    assert_holds(report, AS_JSON,
                 "\"kind\": \"" HONG "\",\n          \"n\": 1234,\n          \"n_text\": \"1,234\"");
    assert_holds(report, AS_JSON, "\"n\": null,\n          \"n_text\": \"none\"");
    assert_holds(report, AS_HTML, "<td>" HONG "</td><td class=\"n\">1,234</td></tr>");
    report_free(report);
}

/* ---- Whatever it holds ---- */

static void hostile_texts_are_harmless(void **state)
{
    (void)state;
    struct report *report = sample_hostile();
    for (enum format format = AS_TEXT; format < FORMAT_COUNT; format++) {
        char *text = write_out(report, format);
        for (const char *at = text; *at != '\0'; at++)
            assert_true((unsigned char)*at >= 0x20 || *at == '\n' || (format == AS_COLORED && *at == '\x1b'));
        assert_null(strstr(text, "\xC2\x9B")); /* a control character that begins a command */
        assert_null(strstr(text, DIRECTION_END));
        assert_null(strchr(text, '\xFF'));
        assert_null(strstr(text, "\xED\xA0"));
        assert_null(strstr(text, "\n  PASS  forged"));
        free(text);
    }
    assert_lacks(report, AS_HTML, "<script");
    assert_holds(report, AS_HTML,
                 "&lt;script&gt;alert(&#39;&quot;&amp;&quot;)&lt;/script&gt;" REPLACED REPLACED
                 "  PASS  forged" REPLACED "[2J");
    assert_holds(report, AS_JSON, "\"<script>alert('\\\"&\\\")</script>" REPLACED REPLACED "  PASS");
    report_free(report);
}

static void html_loads_and_runs_nothing(void **state)
{
    (void)state;
    static const char *const refused[] = {
        "<script", "http://", "https://", " src=",       "url(", "@import",
        "<link",   "<img",    "<iframe",  "<a href=\"h", " on",  "javascript:"};
    struct report *report = sample_full();
    char *html = write_out(report, AS_HTML);
    assert_contains(
        html, "content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\"");
    for (size_t i = 0; i < LENGTH(refused); i++) {
        const char *found = strstr(html, refused[i]);
        /* " on" is how an attribute like onclick begins, and a word of many texts */
        if (strcmp(refused[i], " on") == 0)
            while (found != NULL && found[3 + strspn(found + 3, "abcdefghijklmnopqrstuvwxyz")] != '=')
                found = strstr(found + 1, refused[i]);
        if (found != NULL)
            fail_msg("'%s': %.60s", refused[i], found);
    }
    for (const char *at = html; (at = strstr(at, "href=\"")) != NULL; at++)
        assert_int_equal(at[6], '#');
    free(html);
    report_free(report);
}

/* Columns of a line of the samples: a Hangul syllable has two, all other characters in them have one. */
static unsigned columns_of(const char *line, size_t bytes)
{
    unsigned columns = 0;
    for (size_t i = 0; i < bytes; i++)
        if (((unsigned char)line[i] & 0xC0) != 0x80)
            columns += (unsigned char)line[i] >= 0xEA && (unsigned char)line[i] <= 0xED ? 2 : 1;
    return columns;
}

static void no_line_is_longer_than_the_terminal_is_wide(void **state)
{
    (void)state;
    static const unsigned widths[] = {48, 49, 63, 80, 132, 500};
    for (size_t sample = 0; sample < LENGTH(samples); sample++)
        for (size_t i = 0; i < LENGTH(widths); i++) {
            struct report *report = samples[sample]();
            char *text = write_wide(report, AS_TEXT, 1, widths[i]);
            for (const char *line = text; *line != '\0'; line += strcspn(line, "\n") + 1) {
                size_t bytes = strcspn(line, "\n");
                if (columns_of(line, bytes) > widths[i])
                    fail_msg("%u columns: '%.*s'", widths[i], (int)bytes, line);
            }
            free(text);
            report_free(report);
        }
}

static void unsuitable_widths_are_replaced(void **state)
{
    (void)state;
    struct report *report = sample_full();
    static const unsigned given[] = {0, 1}, taken[] = {80, 48};
    for (size_t i = 0; i < LENGTH(given); i++) {
        char *one = write_wide(report, AS_TEXT, 0, given[i]), *other = write_wide(report, AS_TEXT, 0, taken[i]);
        assert_string_equal(one, other);
        free(one);
        free(other);
    }
    report_free(report);
}

static void colours_are_optional_and_change_no_word(void **state)
{
    (void)state;
    for (size_t sample = 0; sample < LENGTH(samples); sample++) {
        struct report *report = samples[sample]();
        char *plain = write_out(report, AS_TEXT), *colored = write_out(report, AS_COLORED), *out = colored;
        assert_null(strchr(plain, '\x1b'));
        assert_non_null(strchr(colored, '\x1b'));
        for (const char *in = colored; *in != '\0'; in++)
            if (*in == '\x1b')
                in += strcspn(in, "m");
            else
                *out++ = *in;
        *out = '\0';
        assert_string_equal(colored, plain);
        free(plain);
        free(colored);
        report_free(report);
    }
}

static void every_report_says_that_the_data_are_personal(void **state)
{
    (void)state;
    for (size_t sample = 0; sample < LENGTH(samples); sample++) {
        struct report *report = samples[sample]();
        for (enum format format = AS_TEXT; format < FORMAT_COUNT; format++) {
            assert_holds(report, format, "An index is pseudonymised personal data");
            assert_lacks(report, format, "nonymous");
        }
        report_free(report);
    }
}

/* ---- Valid by the judgement of others ---- */

#define EXIT_SKIPPED 77 /* the script found no schema validator */

/* The exit code of tests/tools/validate_report.py. */
static int validate(const char *json, const char *html)
{
    pid_t child = fork();
    if (child == 0) {
        execl("/usr/bin/python3", "python3", "tests/tools/validate_report.py", json, html, (char *)NULL);
        _exit(EXIT_SKIPPED);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void json_fits_its_schema_and_html_is_well_formed(void **state)
{
    (void)state;
    const char *json = test_path("report.json"), *html = test_path("report.html");
    for (size_t sample = 0; sample < LENGTH(samples); sample++) {
        struct report *report = samples[sample]();
        char *json_string = write_out(report, AS_JSON), *html_text = write_out(report, AS_HTML);
        test_write_text(json, json_string);
        test_write_text(html, html_text);
        free(json_string);
        free(html_text);
        report_free(report);
        int code = validate(json, html);
        if (code == EXIT_SKIPPED)
            skip();
        assert_int_equal(code, 0);
    }
}

/* ---- Without memory ---- */

static void without_memory_nothing_breaks_and_the_report_is_incomplete(void **state)
{
    (void)state;
    inject_fail(INJECT_MEMORY, 0, false, ENOMEM);
    struct report *report = report_new();
    inject_stop();
    assert_null(report);
    report_free(NULL);
    bool is_whole = false;
    for (unsigned long places = 0; !is_whole; places++) {
        report = new_report();
        inject_fail(INJECT_MEMORY, places, false, ENOMEM);
        report_headline(report, 1, "headline");
        report_fact(report, "file", "file", "name");
        struct finding *finding = report_finding(report, CHECK_TREE, OUTCOME_FAIL, "broken");
        finding_method(finding, "by looking");
        finding_detail(finding, "leaf %d", 3);
        finding_number(finding, "leaf", 3);
        fill_prices(report);
        inject_stop();
        is_whole = report_is_complete(report);
        assert_int_equal(report_outcome(report, 0), OUTCOME_FAIL);
        for (enum format format = AS_TEXT; format < FORMAT_COUNT; format++)
            free(write_out(report, format));
        report_free(report);
        assert_in_range(places, 0, 1000);
        if (is_whole)
            assert_in_range(places, 50, 1000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_check_has_a_unique_id_a_chapter_and_a_question),
        cmocka_unit_test(the_outcome_is_the_worst_of_all),
        cmocka_unit_test(a_strict_report_says_that_it_is),
        cmocka_unit_test(a_second_finding_of_a_check_is_a_defect),
        cmocka_unit_test(the_headline_comes_first_and_an_alarm_is_emphasised),
        cmocka_unit_test(chapters_come_in_order_and_empty_ones_are_left_out),
        cmocka_unit_test(a_table_alone_makes_a_chapter),
        cmocka_unit_test(a_finding_is_written_as_text),
        cmocka_unit_test(details_beyond_the_most_are_counted),
        cmocka_unit_test(numbers_are_whole_or_null_in_json),
        cmocka_unit_test(a_fact_of_the_same_key_replaces_the_first),
        cmocka_unit_test(tables_are_aligned_and_wrapped_within_their_columns),
        cmocka_unit_test(hostile_texts_are_harmless),
        cmocka_unit_test(html_loads_and_runs_nothing),
        cmocka_unit_test(no_line_is_longer_than_the_terminal_is_wide),
        cmocka_unit_test(unsuitable_widths_are_replaced),
        cmocka_unit_test(colours_are_optional_and_change_no_word),
        cmocka_unit_test(every_report_says_that_the_data_are_personal),
        cmocka_unit_test(json_fits_its_schema_and_html_is_well_formed),
        cmocka_unit_test(without_memory_nothing_breaks_and_the_report_is_incomplete),
    };
    return cmocka_run_group_tests_name("dossier", tests, test_folder_make, test_folder_remove);
}
