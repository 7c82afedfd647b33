/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report_html.c - writes the report as one HTML page, for a screen and for A4 paper. The page loads and runs
 * nothing. It conveys everything by words and shapes, so that a grey print loses nothing. It is also
 * well-formed XML.
 */
#include <string.h>

#include "audit/report/report_model.h"

#define WORD_MAX 20 /* bytes of the longest word that is not broken in a table */

/* print-color-adjust: a browser that omits backgrounds would print white letters on white. */
static const char style[] =
    "@page {\n"
    "  size: A4;\n"
    "  margin: 18mm 17mm 20mm;\n"
    "  @bottom-left { content: \"elig-audit report\"; font: 8pt sans-serif; color: #444; width: 16%; }\n"
    "  @bottom-right { content: \"page \" counter(page) \" of \" counter(pages); font: 8pt sans-serif; color: "
    "#444; }\n"
    "}\n"
    "* { box-sizing: border-box; print-color-adjust: exact; -webkit-print-color-adjust: exact; }\n"
    "html { font-size: 15px; }\n"
    "body { max-width: 51rem; margin: 2rem auto; padding: 0 1rem; color: #111; background: #fff;\n"
    "  line-height: 1.45; overflow-wrap: break-word;\n"
    "  font-family: \"Helvetica Neue\", Helvetica, Arial, \"Liberation Sans\", \"DejaVu Sans\", \"Noto Sans "
    "CJK KR\",\n"
    "    sans-serif; }\n"
    "h1 { font-size: 1.7rem; margin: 1.2rem 0 .6rem; }\n"
    "h2 { font-size: 1.3rem; margin: 2.2rem 0 .8rem; padding-bottom: .2rem; border-bottom: 2px solid #111; }\n"
    "h3 { font-size: 1.05rem; margin: 0 0 .4rem; }\n"
    "h1, h2, h3, caption { break-after: avoid; }\n"
    "p { margin: .4rem 0; orphans: 3; widows: 3; }\n"
    "a { color: inherit; text-decoration-color: #999; text-underline-offset: .15em; }\n"
    "code { font: .86em \"Liberation Mono\", \"DejaVu Sans Mono\", monospace; }\n"
    ".headline { margin: 0; padding: .2rem 0 .2rem .8rem; border-left: 5px solid #111; font-size: 1.2rem; }\n"
    ".alarm { padding: .9rem 1.1rem; border: 5px solid #000; font-size: 1.7rem; line-height: 1.25;\n"
    "  font-weight: 700; }\n"
    ".result { display: flex; align-items: center; gap: .8rem; margin: .8rem 0; font-size: 1.15rem; }\n"
    ".note { padding: .5rem .8rem; border: 1px solid #777; }\n"
    ".outcome { display: inline-block; width: 4.8em; height: 2em; font-size: .82rem; line-height: calc(2em - "
    "2px);\n"
    "  text-align: center; letter-spacing: .06em; white-space: nowrap; font-weight: 400; border: 1px solid "
    "#777; }\n"
    ".outcome.fail { color: #fff; background: #000; border-color: #000; font-weight: 700; }\n"
    ".outcome.warn { border: 3px solid #000; line-height: calc(2em - 6px); font-weight: 700; }\n"
    ".outcome.info { border-style: dashed; font-style: italic; color: #333; }\n"
    ".result .outcome { font-size: 1.25rem; flex: none; }\n"
    ".check { margin: 0 0 1rem; padding: .6rem .8rem; border: 1px solid #bbb; border-left: 5px solid #bbb;\n"
    "  break-inside: avoid; }\n"
    ".check.fail { border-color: #000; border-left-width: 12px; }\n"
    ".check.warn { border-color: #000; border-left: 8px double #000; }\n"
    ".check.info { border-style: dashed; border-left-width: 1px; }\n"
    ".check h3 { display: flex; align-items: baseline; gap: .6rem; }\n"
    ".check h3 .question { flex: auto; }\n"
    ".check h3 code { flex: none; font-weight: 400; font-size: .82rem; color: #444; }\n"
    ".check h3 .outcome { flex: none; }\n"
    ".figure { font-weight: 600; }\n"
    ".more { font-size: .93rem; color: #333; }\n"
    ".details { margin: .4rem 0; padding-left: 1.2rem; font-size: .95rem; }\n"
    "table { width: 100%; margin: .9rem 0; border-collapse: collapse; font-size: .95rem; }\n"
    "caption { padding: .2rem 0; text-align: left; font-weight: 700; font-size: 1.05rem; }\n"
    "thead { display: table-header-group; }\n"
    "tr { break-inside: avoid; }\n"
    "th, td { padding: .25rem .8rem .25rem 0; text-align: left; vertical-align: top;\n"
    "  border-bottom: 1px solid #ccc; }\n"
    "th:last-child, td:last-child { padding-right: 0; }\n"
    "thead th { border-bottom: 2px solid #111; vertical-align: bottom; }\n"
    "tbody th { font-weight: 400; color: #444; }\n"
    "tbody th.group { padding-top: .8rem; font-weight: 700; color: #111; break-after: avoid; }\n"
    ".n { text-align: right; font-variant-numeric: tabular-nums; }\n"
    ".facts th { width: 11rem; }\n"
    ".long { overflow-wrap: anywhere; }\n"
    ".tight { width: 1%; white-space: nowrap; }\n"
    ".signature { break-inside: avoid; }\n"
    ".signature th { width: 13rem; vertical-align: bottom; border: 0; }\n"
    ".signature td.given { height: auto; border: 0; overflow-wrap: anywhere; }\n"
    ".signature td { height: 3.2rem; border-bottom: 1px solid #111; }\n"
    "@media print {\n"
    "  html { font-size: 9.5pt; }\n"
    "  body { max-width: none; margin: 0; padding: 0; }\n"
    "  a { text-decoration: none; }\n"
    "}\n";

/* ---- Text ---- */

/* Escapes what is markup between tags and in a quoted attribute. Texts have no control characters
 * (report_model.h). */
static void put_text(FILE *stream, const char *text)
{
    static const char special[] = "&<>\"'";
    static const char *const escapes[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
    for (; *text != '\0'; text++) {
        const char *found = strchr(special, *text);
        if (found != NULL)
            fputs(escapes[found - special], stream);
        else
            fputc(*text, stream);
    }
}

/* Writes <name>text</name> and a line end; class, if not NULL, as its class. */
static void put_element(FILE *stream, const char *name, const char *class, const char *text)
{
    fprintf(stream, class != NULL ? "<%s class=\"%s\">" : "<%s>", name, class);
    put_text(stream, text);
    fprintf(stream, "</%s>\n", name);
}

static void put_outcome(FILE *stream, enum outcome outcome)
{
    fprintf(stream, "<span class=\"outcome %s\">%s</span>", report_outcomes[outcome].key,
            report_outcomes[outcome].title);
}

/* Begins a cell of a table and writes its text. Columns are as wide as their longest word, except for words
 * longer than WORD_MAX, which may be broken. */
static void put_cell(FILE *stream, const char *begin, bool is_number, const char *text)
{
    size_t longest = 0;
    for (const char *at = text; *at != '\0'; at += strspn(at, " ")) {
        size_t length = strcspn(at, " ");
        longest = length > longest ? length : longest;
        at += length;
    }
    const char *name = is_number ? longest > WORD_MAX ? "n long" : "n" : longest > WORD_MAX ? "long" : NULL;
    fputs(begin, stream);
    if (name != NULL)
        fprintf(stream, " class=\"%s\"", name);
    fputc('>', stream);
    put_text(stream, text);
}

/* ---- The top ---- */

/* A fact that identifies the file of a printed page: a hash, or the time of the audit. */
static bool is_hash_or_time(const struct fact *fact)
{
    const char *dash = strrchr(fact->key, '-');
    return dash != NULL && (strcmp(dash, "-blake2b") == 0 || strcmp(fact->key, "audited-at") == 0);
}

/* The hashes and the time at the foot of every printed page, so that a page cannot be moved to another report.
 * Only characters that are safe in a CSS string are written. */
static void put_foot(FILE *stream, const struct report *report)
{
    fputs("@page { @bottom-center { font: 5.5pt monospace; color: #444; width: 68%; content: \"", stream);
    for (const struct fact *fact = report->facts; fact != NULL; fact = fact->next)
        if (is_hash_or_time(fact) && fact->text[strspn(fact->text, "0123456789abcdefTZ:-")] == '\0')
            fprintf(stream, "%s ", fact->text);
    fputs("\"; } }\n", stream);
}

static void put_head(FILE *stream, const struct report *report, enum outcome outcome)
{
    fputs(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'\"/>\n"
        "<meta name=\"referrer\" content=\"no-referrer\"/>\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n",
        stream);
    fprintf(stream, "<meta name=\"generator\" content=\"%s\"/>\n", REPORT_PROGRAM);
    fprintf(stream, "<title>elig-audit: %s</title>\n", report_outcomes[outcome].title);
    fprintf(stream, "<style>\n%s", style);
    put_foot(stream, report);
    fputs("</style>\n</head>\n<body>\n", stream);
}

static void put_result(FILE *stream, const struct report *report, bool is_strict)
{
    char summary[REPORT_SUMMARY];
    fputs("<p class=\"result\">", stream);
    put_outcome(stream, report_outcome(report, is_strict));
    fprintf(stream, "<span>%s</span></p>\n", report_summary(report, is_strict, summary));
}

/* ---- The summary ---- */

static void put_link(FILE *stream, enum check check)
{
    fprintf(stream, "<a href=\"#%s\"><code>%s</code></a>", report_checks[check].id, report_checks[check].id);
}

/* Failures, then warnings, with their figures. */
static void put_attention(FILE *stream, const struct report *report)
{
    enum check check;
    if (report_outcome(report, false) == OUTCOME_PASS)
        return;
    fputs("<table>\n<caption>To be looked at</caption>\n<tbody>\n", stream);
    for (unsigned at = 0; report_next_problem(report, &at, &check);) {
        const struct finding *finding = &report->findings[check];
        fputs("<tr><td class=\"tight\">", stream);
        put_outcome(stream, finding->outcome);
        fputs("</td><td class=\"tight\">", stream);
        put_link(stream, check);
        put_cell(stream, "</td><td", false, finding->figure);
        fputs("</td></tr>\n", stream);
    }
    fputs("</tbody>\n</table>\n", stream);
}

static void put_summary_rows(FILE *stream, const struct report *report, enum chapter chapter)
{
    bool is_first = true;
    for (unsigned check = 0; check < CHECK_COUNT; check++) {
        if (!report->findings[check].is_present || report_checks[check].chapter != chapter)
            continue;
        if (is_first) {
            fputs("<tr><th class=\"group\" scope=\"rowgroup\" colspan=\"3\">", stream);
            put_text(stream, report_chapters[chapter].title);
            fputs("</th></tr>\n", stream);
        }
        is_first = false;
        fputs("<tr><td class=\"tight\">", stream);
        put_outcome(stream, report->findings[check].outcome);
        fputs("</td><td class=\"tight\">", stream);
        put_link(stream, (enum check)check);
        fputs("</td><td>", stream);
        put_text(stream, report_checks[check].question);
        fputs("</td></tr>\n", stream);
    }
}

static void put_summary(FILE *stream, const struct report *report)
{
    fputs("<section>\n<h2 id=\"summary\">All checks</h2>\n<table>\n<thead><tr><th class=\"tight\" "
          "scope=\"col\">Outcome</th>"
          "<th scope=\"col\">Check</th><th scope=\"col\">Question</th></tr></thead>\n<tbody>\n",
          stream);
    for (unsigned chapter = 0; chapter < CHAPTER_COUNT; chapter++)
        put_summary_rows(stream, report, (enum chapter)chapter);
    fputs("</tbody>\n</table>\n</section>\n", stream);
}

/* ---- Chapters ---- */

static void put_rules(FILE *stream, unsigned rules)
{
    const char *comma = "";
    fputs("<p class=\"more\"><b>Rules:</b> ", stream);
    for (unsigned rule = 0; rule < RULE_COUNT; rule++)
        if ((rules & 1U << rule) != 0) {
            fprintf(stream, "%s<a href=\"#rule-%u\">", comma, rule + 1);
            put_text(stream, report_rules[rule].key);
            fputs("</a>", stream);
            comma = ", ";
        }
    fputs("</p>\n", stream);
}

static void put_finding(FILE *stream, enum check check, const struct finding *finding)
{
    const struct report_check *asked = &report_checks[check];
    fprintf(stream, "<section class=\"check %s\" id=\"%s\">\n", report_outcomes[finding->outcome].key,
            asked->id);
    fputs("<h3>", stream);
    put_outcome(stream, finding->outcome);
    fputs(" <span class=\"question\">", stream);
    put_text(stream, asked->question);
    fprintf(stream, "</span> <code>%s</code></h3>\n", asked->id);
    put_element(stream, "p", "figure", finding->figure);
    if (finding->method != NULL) {
        fputs("<p class=\"more\"><b>How:</b> ", stream);
        put_text(stream, finding->method);
        fputs("</p>\n", stream);
    }
    fputs(finding->details != NULL ? "<ul class=\"details\">\n" : "", stream);
    for (const struct detail *detail = finding->details; detail != NULL; detail = detail->next)
        put_element(stream, "li", NULL, detail->text);
    fputs(finding->details != NULL ? "</ul>\n" : "", stream);
    if (finding->details_left_out > 0)
        fprintf(stream, "<p class=\"more\">\xE2\x80\xA6 and %llu more</p>\n",
                (unsigned long long)finding->details_left_out);
    put_rules(stream, asked->rules);
    fputs("</section>\n", stream);
}

static void put_table(FILE *stream, const struct table *table)
{
    fputs("<table>\n", stream);
    put_element(stream, "caption", NULL, table->title);
    fputs("<thead><tr>", stream);
    for (unsigned i = 0; i < table->column_count; i++) {
        put_cell(stream, "<th scope=\"col\"", table->columns[i].is_number, table->columns[i].title);
        fputs("</th>", stream);
    }
    fputs("</tr></thead>\n<tbody>\n", stream);
    unsigned column = 0;
    for (const struct cell *cell = table->cells; cell != NULL; cell = cell->next) {
        fputs(column == 0 ? "<tr>" : "", stream);
        put_cell(stream, "<td", table->columns[column].is_number, cell->text);
        fputs("</td>", stream);
        column = (column + 1) % table->column_count;
        fputs(column == 0 || cell->next == NULL ? "</tr>\n" : "", stream);
    }
    fputs("</tbody>\n</table>\n", stream);
    if (table->note != NULL)
        put_element(stream, "p", "more", table->note);
}

static void put_chapter(FILE *stream, const struct report *report, enum chapter chapter)
{
    fprintf(stream, "<section>\n<h2 id=\"chapter-%s\">", report_chapters[chapter].key);
    put_text(stream, report_chapters[chapter].title);
    fputs("</h2>\n", stream);
    for (unsigned check = 0; check < CHECK_COUNT; check++)
        if (report->findings[check].is_present && report_checks[check].chapter == chapter)
            put_finding(stream, (enum check)check, &report->findings[check]);
    for (const struct table *table = report->tables; table != NULL; table = table->next)
        if (table->chapter == chapter)
            put_table(stream, table);
    fputs("</section>\n", stream);
}

/* ---- The end ---- */

static void put_references(FILE *stream, const struct report *report)
{
    unsigned used = report_rules_used(report);
    if (used == 0)
        return;
    fputs("<section>\n<h2 id=\"references\">References</h2>\n<table>\n<tbody>\n", stream);
    for (unsigned rule = 0; rule < RULE_COUNT; rule++)
        if ((used & 1U << rule) != 0) {
            fprintf(stream, "<tr id=\"rule-%u\"><td class=\"tight\">", rule + 1);
            put_text(stream, report_rules[rule].key);
            fputs("</td><td>", stream);
            put_text(stream, report_rules[rule].title);
            fputs("</td></tr>\n", stream);
        }
    fputs("</tbody>\n</table>\n</section>\n", stream);
}

static void put_signature(FILE *stream, const struct report *report, bool is_strict)
{
    static const char *const lines[] = {"Audited by", "Organisation and role", "Place and date", "Signature"};
    fputs("<section class=\"signature\">\n<h2 id=\"signature\">Signed</h2>\n", stream);
    put_result(stream, report, is_strict);
    fputs("<table>\n<tbody>\n", stream);
    for (const struct fact *fact = report->facts; fact != NULL; fact = fact->next)
        if (strcmp(fact->key, "file") == 0 || strcmp(fact->key, "other") == 0 || is_hash_or_time(fact)) {
            put_cell(stream, "<tr><th scope=\"row\"", false, fact->title);
            fputs("</th>", stream);
            put_element(stream, "td", "given", fact->text);
            fputs("</tr>\n", stream);
        }
    for (unsigned i = 0; i < sizeof lines / sizeof *lines; i++)
        fprintf(stream, "<tr><th scope=\"row\">%s</th><td></td></tr>\n", lines[i]);
    fputs("</tbody>\n</table>\n</section>\n", stream);
}

void report_write_html(const struct report *report, FILE *stream, bool is_strict)
{
    put_head(stream, report, report_outcome(report, is_strict));
    if (report->headline != NULL)
        put_element(stream, "p", report->is_alarm ? "headline alarm" : "headline", report->headline);
    fputs("<h1>Audit report</h1>\n", stream);
    put_result(stream, report, is_strict);
    fputs("<table class=\"facts\">\n<tbody>\n", stream);
    for (const struct fact *fact = report->facts; fact != NULL; fact = fact->next) {
        put_cell(stream, "<tr><th scope=\"row\"", false, fact->title);
        put_cell(stream, "</th><td", false, fact->text);
        fputs("</td></tr>\n", stream);
    }
    fputs("</tbody>\n</table>\n", stream);
    put_element(stream, "p", "note", REPORT_NOTE);
    put_attention(stream, report);
    put_summary(stream, report);
    for (unsigned chapter = 0; chapter < CHAPTER_COUNT; chapter++)
        if (report_has_chapter(report, (enum chapter)chapter))
            put_chapter(stream, report, (enum chapter)chapter);
    put_references(stream, report);
    put_signature(stream, report, is_strict);
    fputs("</body>\n</html>\n", stream);
}
