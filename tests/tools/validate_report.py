# SPDX-License-Identifier: Apache-2.0
"""Validates a report of elig-audit: its JSON against docs/elig-audit.schema.json, its HTML as well-formed, with
nothing that loads or runs, and links to anchors that are there.

    validate_report.py FILE.json FILE.html

Says what is wrong and exits 1; exits 77 where the module jsonschema (Debian: python3-jsonschema) is missing.
"""
import html.parser
import json
import pathlib
import sys
import xml.etree.ElementTree

SCHEMA = pathlib.Path(__file__).resolve().parents[2] / "docs" / "elig-audit.schema.json"
VOID = {"meta", "br", "hr", "col", "wbr"}
ELEMENTS = VOID | {
    "html", "head", "title", "style", "body", "section", "h1", "h2", "h3", "p", "span", "b", "code", "a", "ul", "li",
    "table", "caption", "thead", "tbody", "tr", "th", "td"}
ATTRIBUTES = {
    "lang", "charset", "name", "content", "http-equiv", "class", "id", "href", "scope", "colspan"}


class Page(html.parser.HTMLParser):
    """Elements that are open, anchors, links, and what is wrong."""

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.links, self.wrong = [], [], [], []

    def blame(self, what):
        self.wrong.append("line %d: %s" % (self.getpos()[0], what))

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_starttag(self, tag, attrs):
        if tag not in ELEMENTS:
            self.blame("element '%s'" % tag)
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name not in ATTRIBUTES:
                self.blame("attribute '%s'" % name)
            elif name == "id":
                self.ids.append(value)
            elif name == "href":
                self.links.append(value)
                if not value.startswith("#"):
                    self.blame("a link out of the page")

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.blame("'</%s>' closes nothing" % tag)

    def handle_data(self, data):
        if self.open[-1:] == ["style"]:
            for word in ("url(", "@import", "expression", "<"):
                if word in data:
                    self.blame("'%s' in the style" % word)


def check_json(path):
    import jsonschema
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)

    def refuse(constant):
        raise ValueError("%s is no JSON" % constant)

    def unique(pairs):
        if len({name for name, _ in pairs}) != len(pairs):
            raise ValueError("a name twice in one object")
        return dict(pairs)

    report = json.loads(pathlib.Path(path).read_text(encoding="utf-8"), parse_constant=refuse, object_pairs_hook=unique)
    wrong = ["%s: %s" % ("/".join(map(str, error.absolute_path)), error.message)
             for error in jsonschema.Draft202012Validator(schema).iter_errors(report)]
    if wrong:
        return wrong

    # What a schema cannot say: numbers and names agree with each other.
    ids = [check["id"] for check in report["checks"]]
    if len(set(ids)) != len(ids):
        wrong.append("a check twice")
    for outcome, count in report["counts"].items():
        if count != sum(check["outcome"] == outcome for check in report["checks"]):
            wrong.append("counts/%s: not as many" % outcome)
    failed, warned = report["counts"]["fail"], report["counts"]["warn"]
    if report["outcome"] != ("fail" if failed or (report["strict"] and warned) else "warn" if warned else "pass"):
        wrong.append("outcome: not that of the checks")
    for check in report["checks"]:
        if check["id"].split(".")[0] != check["chapter"]:
            wrong.append("%s: in another chapter" % check["id"])
    if {rule["name"] for rule in report["rules"]} != {name for check in report["checks"] for name in check["rules"]}:
        wrong.append("rules: not those of the checks")
    for key, table in report["tables"].items():
        columns = [column["key"] for column in table["columns"]]
        columns += [column["key"] + "_text" for column in table["columns"] if column["number"]]
        if any(name not in columns for row in table["rows"] for name in row):
            wrong.append("tables/%s: a cell of no column" % key)
    return wrong


def check_html(path):
    text = pathlib.Path(path).read_text(encoding="utf-8")
    page = Page()
    page.feed(text)
    page.close()
    wrong = page.wrong
    if page.open:
        wrong.append("not closed: %s" % page.open)
    if not text.startswith("<!DOCTYPE html>"):
        wrong.append("no doctype")
    if len(set(page.ids)) != len(page.ids):
        wrong.append("an id twice")
    wrong += ["a link to '%s', which is nowhere" % link for link in page.links if link[1:] not in page.ids]
    if "default-src 'none'" not in text.split("<title>")[0]:
        wrong.append("no policy that forbids loading, or too late")
    try:
        xml.etree.ElementTree.fromstring(text)
    except xml.etree.ElementTree.ParseError as error:
        return wrong + ["not well-formed: %s" % error]
    return wrong


def main():
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        wrong = ["%s: %s" % (sys.argv[1], what) for what in check_json(sys.argv[1])]
    except ImportError:
        print("the module jsonschema is missing", file=sys.stderr)
        return 77
    except ValueError as error:
        wrong = ["%s: %s" % (sys.argv[1], error)]
    wrong += ["%s: %s" % (sys.argv[2], what) for what in check_html(sys.argv[2])]
    for what in wrong:
        print(what, file=sys.stderr)
    return 1 if wrong else 0


sys.exit(main())
