#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What elig-build ought to find in a list, worked out a second time by other means.

    oracle.py FILE --kind email=email:email --kind phone=phone:phone/KR
                   --kind person=name:text/compact+birth:date [--encoding NAME] [--delimiter C]

Reads a CSV file with a header and prints, as JSON, how many rows, distinct identifiers, empty cells and
duplicates there are for each kind, which identifiers stand in most rows, and which lines hold identifiers that
must be rejected, and why. Shares no
code with elig: Unicode comes from Python's unicodedata, dates from datetime, domains from its idna codec.

An identifier of a row is empty if one of its parts is empty and none malformed; rejected for the reason of its
first malformed part; otherwise it counts. A line number is that of the line at which the row starts, the
header being on line 1.

Limits, all of them beyond what tests/tools/people.c writes: phone numbers are only those of +82 and of what is
clearly no number at all; domains follow IDNA 2003, which agrees with UTS #46 on Hangul and ASCII.
"""

import argparse
import datetime
import json
import re
import sys
import unicodedata

# The texts of reasons, lib/elig/text.c.
TOO_LONG = "too long"
ENCODING = "not valid text in the expected encoding"
CONTROL = "control character"
UNASSIGNED = "character newer than this list's rules"
EMAIL_AT = "e-mail address without @"
EMAIL_LOCAL = "e-mail address with a malformed part before the @"
EMAIL_DOMAIN = "e-mail address with a malformed domain"
PHONE_CHARACTER = "phone number with a character that is no digit or separator"
PHONE_LENGTH = "phone number of a length its calling code does not have"
DIGITS_CHARACTER = "number with a character that is no digit or separator"
DATE_FORMAT = "date that is not written as year, month and day, in this order"
DATE_CALENDAR = "date that is not in the calendar"

TEXT_BYTES_MAX = 1024  # ELIG_TEXT_MAX
LOCAL_BYTES_MAX = 64
DOMAIN_BYTES_MAX = 253

# White space of Unicode (PropList.txt, White_Space), which is not what str.strip() takes for it.
WHITE_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a" \
              "\u2028\u2029\u202f\u205f\u3000"

# Number lengths within +82, trunk 0 left off: libphonenumber's metadata for KR, generalDesc possibleLengths.
KR_CODE = "82"
KR_LENGTHS = {5, 6, 8, 9, 10, 11, 12, 13, 14}
KR_MOBILE = re.compile(r"10\d{8}")
KR_INTERNATIONAL = re.compile(r"00(?:[125689]|3(?:[46]5|91)|7(?:00|27|3|55|6[126]))")
E164_DIGITS_MAX = 15

REPEATS = 10  # identifiers of most rows that the report names


class Rejected(Exception):
    """Carries the reason."""


def normalise(text):
    """NFKC with case folded, and folded again, since folding can undo the normal form."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def check(text):
    """What every type demands; returns the text without the white space around it."""
    if any("\udc80" <= c <= "\udcff" for c in text):
        raise Rejected(ENCODING)
    text = text.strip(WHITE_SPACE)
    if len(text.encode()) > TEXT_BYTES_MAX:
        raise Rejected(TOO_LONG)
    for c in text:
        category = unicodedata.category(c)
        if category == "Cc":
            raise Rejected(CONTROL)
        if category == "Cn":
            raise Rejected(UNASSIGNED)
    return text


def email(text, options):
    text = normalise(text)
    local, at, domain = text.rpartition("@")
    if not at:
        raise Rejected(EMAIL_AT)
    if "plus" in options:
        local = local.partition("+")[0]
    if not local or len(local.encode()) > LOCAL_BYTES_MAX or any(c in WHITE_SPACE for c in local):
        raise Rejected(EMAIL_LOCAL)
    try:
        domain = domain.encode("idna").decode().lower()
    except UnicodeError:
        raise Rejected(EMAIL_DOMAIN) from None
    labels = domain.split(".")
    if len(labels) < 2 or len(domain) > DOMAIN_BYTES_MAX:
        raise Rejected(EMAIL_DOMAIN)
    if not all(re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", label) for label in labels):
        raise Rejected(EMAIL_DOMAIN)
    if "gmail" in options and domain in ("gmail.com", "googlemail.com"):
        local, domain = local.replace(".", ""), "gmail.com"
    return local + "@" + domain


def phone(text, options):
    if options != ["KR"]:
        sys.exit("oracle.py: phone numbers of KR only")
    digits = re.sub(r"[\s().\-/\u2010-\u2015\u2212]", "", normalise(text))
    international = digits.startswith("+")
    digits = digits.removeprefix("+")
    if not re.fullmatch(r"[0-9]+", digits):
        raise Rejected(PHONE_CHARACTER)

    # Every way to read it as a Korean number; a mobile number, which says what it is, comes before others.
    readings = [digits]
    if not international:
        prefixes = KR_INTERNATIONAL.match(digits), re.match("00", digits)
        readings += [digits[prefix.end():] for prefix in prefixes if prefix]
    national = [reading.removeprefix(KR_CODE).removeprefix("0") for reading in readings
                if reading.startswith(KR_CODE)]
    if not international:
        national.append(digits.removeprefix("0"))
    national = [number for number in national if len(number) in KR_LENGTHS
                and len(KR_CODE + number) <= E164_DIGITS_MAX]
    if not national:
        raise Rejected(PHONE_LENGTH)
    return KR_CODE + next((number for number in national if KR_MOBILE.fullmatch(number)), national[0])


def text_type(text, options):
    words = re.split("[" + WHITE_SPACE + "]+", normalise(text))
    return ("" if "compact" in options else " ").join(words).strip(" ")


def digits_type(text, _options):
    digits = re.sub(r"[\s().\-/\u2010-\u2015\u2212]", "", normalise(text))
    if not re.fullmatch(r"[0-9]+", digits):
        raise Rejected(DIGITS_CHARACTER)
    return digits


def date(text, _options):
    match = re.fullmatch(r"([0-9]{4})([-./]?)([0-9]{2})\2([0-9]{2})", text)
    if not match:
        raise Rejected(DATE_FORMAT)
    try:
        return datetime.date(int(match[1]), int(match[3]), int(match[4])).isoformat()
    except ValueError:
        raise Rejected(DATE_CALENDAR) from None


TYPES = {"email": email, "phone": phone, "text": text_type, "digits": digits_type, "date": date,
         "exact": lambda text, _options: text}


def read_rows(text, delimiter):
    """Yields (line, number of lines, fields) for each row of RFC 4180 text."""
    d = re.escape(delimiter)
    field = re.compile(rf'(?:"((?:[^"]|"")*)"|((?:[^"{d}\r\n][^{d}\r\n]*)?))({d}|\r\n|\n|\r|\Z)')
    line_end = re.compile(r"\r\n|\r|\n")
    at, line, row_line, row = 0, 1, 1, []
    while at < len(text):
        match = field.match(text, at)
        if not match:
            sys.exit(f"oracle.py: line {line}: malformed quotes")
        quoted, plain, end = match.groups()
        if not row:
            row_line = line
        row.append(plain if quoted is None else quoted.replace('""', '"'))
        line += len(line_end.findall(match.group()))
        at = match.end()
        if end == delimiter and at < len(text):
            continue
        if end == delimiter:
            row.append("")
        if quoted is not None or row != [""]:
            yield row_line, max(line - row_line, 1), row
        row = []


class Kind:
    """One --kind option and what was found for it."""

    def __init__(self, option):
        self.name, _, parts = option.partition("=")
        self.parts = []
        for part in parts.split("+"):
            column, _, notation = part.rpartition(":")
            name, *options = notation.split("/")
            if name not in TYPES or not column:
                sys.exit(f"oracle.py: --kind {option}: not NAME=COLUMN:TYPE")
            self.parts.append((column, TYPES[name], options))
        self.seen, self.count, self.rejected = {}, 0, {}  # seen: the lines of each identifier
        self.empty, self.incomplete = 0, 0

    def take(self, row, line):
        """Returns whether the row has an identifier of this kind, rejected or not."""
        forms, reason = [], None
        for column, canonical, options in self.parts:
            try:
                text = check(row[column])
                forms.append(canonical(text, options) if text else "")
            except Rejected as rejected:
                reason = reason or str(rejected)
        if reason:
            self.rejected.setdefault(reason, []).append(line)
            return True
        if "" in forms:
            self.empty += not any(forms)
            self.incomplete += any(forms)
            return False
        self.seen.setdefault(tuple(forms), []).append(line)
        self.count += 1
        return True

    def rejects(self):
        return sum(map(len, self.rejected.values()))

    def found(self):
        return {"name": self.name, "identifiers": len(self.seen), "empty": self.empty,
                "incomplete": self.incomplete, "duplicates": self.count - len(self.seen), "rejected": self.rejected}


def main():
    parser = argparse.ArgumentParser(description="Counts what elig-build ought to find in a list.")
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--kind", action="append", required=True, metavar="NAME=COLUMN:TYPE[+COLUMN:TYPE]")
    parser.add_argument("--encoding", default="utf-8", metavar="NAME")
    parser.add_argument("--delimiter", default=",", metavar="C")
    arguments = parser.parse_args()

    kinds = [Kind(option) for option in arguments.kind]
    with open(arguments.file, encoding=arguments.encoding, errors="surrogateescape", newline="") as file:
        rows = read_rows(file.read().removeprefix("\ufeff"), arguments.delimiter)
    header = next(rows, (1, 1, []))[2]
    count, empty_rows, all_lines, multiline_rows, lost_lines = 0, 0, 0, 0, 0
    for line, lines, fields in rows:
        if len(fields) != len(header):
            sys.exit(f"oracle.py: line {line}: {len(fields)} fields where the header has {len(header)}")
        row = dict(zip(header, fields))
        count += 1
        all_lines += lines
        multiline_rows += lines > 1
        rejected = sum(kind.rejects() for kind in kinds)
        empty_rows += not any([kind.take(row, line) for kind in kinds])
        lost_lines += lines if sum(kind.rejects() for kind in kinds) > rejected else 0
    repeats = sorted((-len(lines), lines[0], number, kind.name) for number, kind in enumerate(kinds)
                     for lines in kind.seen.values() if len(lines) > 1)[:REPEATS]
    json.dump({"rows": count, "empty_rows": empty_rows, "lines": all_lines, "multiline_rows": multiline_rows,
               "lost_lines": lost_lines, "repeats": [(-rows, line, name) for rows, line, _, name in repeats],
               "kinds": [kind.found() for kind in kinds]},
              sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
