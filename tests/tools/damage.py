#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Damages lists at random, and looks for people who are lost.

A list is made of invented people, damaged once or several times, and compiled with --skip-invalid. Everybody who
was on the list before the damage must then be found, or the list must be refused, or the line that holds them must
be in the report, or a warning must say that letters were lost or that the encoding is another one. A list that
breaks the rule is made smaller as long as it breaks it, and printed.

What cannot be told is left out: a row that is missing where another one is there twice, so that their number is
right; a number that lost its zeros; text that was encoded twice; another person in place of the right one.

    damage.py [--lists N] [--seed S] [--build FOLDER]
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

HEADER = ["mail", "tel", "name", "born", "code", "note"]
KINDS = {
    "email": ["mail"],
    "phone": ["tel"],
    "person": ["name", "born"],
    "member": ["code"],
}
OPTIONS = [
    "--kind", "email=mail:email",
    "--kind", "phone=tel:phone/KR",
    "--kind", "person=name:text+born:date",
    "--kind", "member=code:digits",
]
GIVEN = ["김서연", "José", "Anna-Lena", "O'Brien", "İbrahim", "Nguyễn", "Мария", "さくら", "Ann"]
FAMILY = ["Lee", "Müller", "de la Cruz", "홍", "Søren", "Ivanova", "佐藤", "Kim"]
NOTES = ["", "x", "a note", "1 Street\n2 Town", 'says "hello"', "comma, and semicolon;", "ü"]


class Row:
    """A person: cells by column, the line that holds them in the damaged list, or None if that is not known."""

    def __init__(self, number, rng):
        self.number = number
        self.cells = {
            "mail": f"p{number}.{rng.randrange(1000)}@example.{rng.choice(['com', 'org', 'kr'])}",
            "tel": f"010-{rng.randrange(1000, 10000)}-{number:04d}",
            "name": f"{rng.choice(GIVEN)} {rng.choice(FAMILY)} {chr(97 + number % 26)}{chr(97 + number // 26)}",
            "born": f"{rng.randrange(1930, 2010)}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}",
            "code": f"{rng.randrange(10**5, 10**6)}{number:03d}",
            "note": rng.choice(NOTES),
        }


class List:
    """Rows with a dialect; how they were damaged, and how they are read."""

    def __init__(self, rng):
        self.rows = [Row(number, rng) for number in range(rng.randrange(1, 25))]
        self.truth = {kind: [tuple(row.cells[c] for c in columns) for row in self.rows]
                      for kind, columns in KINDS.items()}
        self.delimiter = rng.choice([",", ";", "\t", "|"])
        self.is_quoted = rng.random() < 0.7
        self.line_end = rng.choice(["\n", "\r\n", "\r"])
        self.encoding = self.declared = rng.choice(["UTF-8", "UTF-8", "UTF-16", "UTF-8-SIG"])
        if not self.is_quoted:
            for row in self.rows:  # such a list cannot hold them
                row.cells["note"] = row.cells["note"].translate(str.maketrans("\n\",;\t|", "      "))

    def cell(self, text):
        if self.is_quoted and any(c in text for c in "\"\r\n" + self.delimiter):
            return '"' + text.replace('"', '""') + '"'
        return text

    def line(self, cells):
        return self.delimiter.join(self.cell(text) for text in cells)


class Damaged:
    """The lines of a list, each with the person it holds, before it is written."""

    def __init__(self, source):
        self.source = source
        self.options = []
        self.lines = [[None, source.line(HEADER)]]
        self.lines += [[row, source.line([row.cells[c] for c in HEADER])] for row in source.rows]
        self.cut = 0
        self.what = []

    def write(self, path):
        """Writes the list; returns the number of the line at which each person's row starts."""
        end = self.source.line_end
        at, line, texts = {}, 1, []
        for row, text in self.lines:
            if row is not None:
                at.setdefault(row.number, line)
            text += end
            line += text.replace("\r\n", "\n").replace("\r", "\n").count("\n")
            texts.append(text)
        encoding = {"UTF-8-SIG": "utf-8-sig"}.get(self.source.encoding, self.source.encoding)
        data = "".join(texts).encode(encoding, errors="replace")
        with open(path, "wb") as file:
            file.write(data[: len(data) - self.cut])
        return at


# ---- Kinds of damage. Each returns whether it could be done. ----


def some_row(damaged, rng):
    return rng.choice([entry for entry in damaged.lines if entry[0] is not None])


def replace_cell(damaged, rng, column, change):
    """Changes a cell of a row that was not changed before."""
    entry = some_row(damaged, rng)
    cells = [entry[0].cells[c] for c in HEADER]
    if entry[1] != damaged.source.line(cells):
        return False
    cells[HEADER.index(column)] = change(cells[HEADER.index(column)])
    entry[1] = damaged.source.line(cells)
    return True


def float_code(damaged, rng):
    return replace_cell(damaged, rng, "code", lambda text: text + rng.choice([".0", ".00", ",0", ".5"]))


def exponent_code(damaged, rng):
    return replace_cell(damaged, rng, "code", lambda text: f"{text[0]}.{text[1:5]}E+{len(text) - 1}")


def float_phone(damaged, rng):
    return replace_cell(damaged, rng, "tel", lambda text: text.replace("-", "")[1:] + ".0")


def two_addresses(damaged, rng):
    mark = rng.choice([";", ",", "/", " ", " ; ", "\n"])
    return replace_cell(damaged, rng, "mail", lambda text: text + mark + "q@example.net")


def decorate_address(damaged, rng):
    before, after = rng.choice([("'", ""), ("E-mail:", ""), ("", "'"), ("(", ")"), ("Kim<", ""), ("", ">")])
    return replace_cell(damaged, rng, "mail", lambda text: before + text + after)


def phone_range(damaged, rng):
    return replace_cell(damaged, rng, "tel", lambda text: text + rng.choice(["~8", "/8", "-8"]))


def lost_letters(damaged, rng):
    return replace_cell(damaged, rng, "name", lambda text: text[:-1] + rng.choice(["\ufffd", "\x00", "\x85"]))


def question_marks(damaged, rng):
    return replace_cell(damaged, rng, "name", lambda text: "?? ???")


def day_first(damaged, rng):
    return replace_cell(damaged, rng, "born", lambda text: "/".join(reversed(text.split("-"))))


def serial_date(damaged, rng):
    return replace_cell(damaged, rng, "born", lambda text: str(rng.randrange(10000, 40000)))


def stray_quote(damaged, rng):
    entry = some_row(damaged, rng)
    text = entry[1]
    places = [0, len(text)] + [i for i, c in enumerate(text) if c == damaged.source.delimiter]
    places += [i + 1 for i in places if i + 1 <= len(text)]
    at = rng.choice(places)
    entry[1] = text[:at] + '"' + text[at:]
    return True


def two_stray_quotes(damaged, rng):
    return stray_quote(damaged, rng) and stray_quote(damaged, rng)


def lost_quote(damaged, rng):
    entry = some_row(damaged, rng)
    at = entry[1].find('"')
    if at < 0:
        return False
    entry[1] = entry[1][:at] + entry[1][at + 1 :]
    return True


def stray_delimiter(damaged, rng):
    entry = some_row(damaged, rng)
    at = rng.randrange(len(entry[1]) + 1)
    entry[1] = entry[1][:at] + damaged.source.delimiter + entry[1][at:]
    return True


def stray_line_end(damaged, rng):
    entry = some_row(damaged, rng)
    at = rng.randrange(len(entry[1]) + 1)
    entry[1] = entry[1][:at] + damaged.source.line_end + entry[1][at:]
    return True


def cut_bytes(damaged, rng):
    """A list that ends anywhere. Only the number of rows can tell if that is at a row's end."""
    damaged.cut = rng.randrange(1, 60)
    damaged.options = ["--expect-rows", str(len(damaged.source.rows))]
    return True


def lost_row(damaged, rng):
    damaged.lines.remove(some_row(damaged, rng))
    damaged.options = ["--expect-rows", str(len(damaged.source.rows))]
    return any(entry[0] is not None for entry in damaged.lines)


def doubled_row(damaged, rng):
    entry = some_row(damaged, rng)
    damaged.lines.insert(damaged.lines.index(entry), list(entry))
    return True


def header_again(damaged, rng):
    damaged.lines.insert(rng.randrange(1, len(damaged.lines) + 1), list(damaged.lines[0]))
    return True


def lost_header(damaged, rng):
    if damaged.lines[0][0] is not None:
        return False
    damaged.lines.pop(0)
    return True


def swapped_cells(damaged, rng):
    """A row whose first two cells are in the other order."""
    entry = some_row(damaged, rng)
    cells = [entry[0].cells[c] for c in HEADER]
    cells[0], cells[1] = cells[1], cells[0]
    entry[1] = damaged.source.line(cells)
    return True


def other_encoding(damaged, rng):
    """Written in one encoding, read in another."""
    written, read = rng.choice([("UTF-8", "CP949"), ("UTF-8", "ISO-8859-1"), ("UTF-8", "windows-1252"),
                                ("UTF-16", "UTF-8"), ("UTF-8", "UTF-16"), ("UTF-8", "Shift_JIS")])
    damaged.source.encoding, damaged.source.declared = written, read
    return True


def reencoded(damaged, rng):
    """An export that cannot hold all letters writes question marks, or one of another encoding than UTF-8."""
    damaged.source.encoding = rng.choice(["CP949", "cp1252", "shift_jis"])
    damaged.source.declared = "UTF-8"
    return True


DAMAGES = [float_code, exponent_code, float_phone, two_addresses, decorate_address, phone_range, lost_letters,
           question_marks, day_first, serial_date, stray_quote, two_stray_quotes, lost_quote, stray_delimiter,
           stray_line_end, cut_bytes, lost_row, doubled_row, header_again, lost_header, swapped_cells,
           other_encoding, reencoded]


# Each changes the number of rows that are counted, which then cannot tell that one is missing.
OTHER_NUMBER = {doubled_row, header_again, stray_line_end, stray_quote, two_stray_quotes, lost_quote,
                two_addresses}

# ---- Trying ----

WRONG_ENCODING = "not valid text in the expected encoding"
WARNINGS = ["texts have a '?'", "is it another encoding?", "it may be UTF-8"]


def read_report(path):
    """The lines that the report names; None if it says that the encoding is another one."""
    with open(path, encoding="utf-8") as file:
        report = json.load(file)
    named = set()
    for entry in report["inputs"]:
        for reason in entry["rejected"]:
            if reason["reason"] == WRONG_ENCODING:
                return None
            for line in reason["lines"]:
                first, last = line if isinstance(line, list) else (line, line)
                named.update(range(first, last + 1))
    return named


def lost_people(damaged, folder, programs):
    """What is lost: pairs of kind and identifier. None if the list was refused."""
    path, index, report = (os.path.join(folder, name) for name in ("list", "index", "report"))
    at = damaged.write(path)
    source = damaged.source
    quote = [] if source.is_quoted else ["--quote", "none"] if source.reads_unquoted else []
    command = [programs["build"], "compile", "--quiet", "--secret", programs["secret"], "--skip-invalid=100%",
               "--salt", "000102030405060708090a0b0c0d0e0f", "--delimiter", source.delimiter,
               "--encoding", source.declared, "--report", report, "-o", index] + quote + OPTIONS
    done = subprocess.run(command + damaged.options + [path], capture_output=True, check=False)
    if done.returncode != 0:
        if done.returncode not in (1, 5):
            raise RuntimeError(f"exit code {done.returncode}: {done.stderr.decode()}")
        return None
    named = read_report(report)
    if named is None or any(warning in done.stderr.decode() for warning in WARNINGS):
        return []
    lost = []
    for kind in KINDS:
        asked = source.truth[kind]
        typed = "".join("\t".join(parts) + "\n" for parts in asked)
        answers = subprocess.run([programs["lookup"], "--secret", programs["secret"], "--batch", index, kind],
                                 input=typed.encode(), capture_output=True, check=False)
        for row, parts, answer in zip(source.rows, asked, answers.stdout.decode().splitlines(), strict=True):
            if not answer.startswith("eligible") and at.get(row.number) not in named:
                lost.append((kind, parts))
    return lost


def make(seed):
    rng = random.Random(seed)
    source = List(rng)
    source.reads_unquoted = rng.random() < 0.5
    damaged = Damaged(source)
    chosen = [rng.choice(DAMAGES) for _ in range(rng.choice([0, 1, 1, 1, 2, 3]))]
    if lost_row in chosen or cut_bytes in chosen:
        chosen = [damage for damage in chosen if damage not in OTHER_NUMBER]
    for damage in chosen:
        if damage(damaged, rng):
            damaged.what.append(damage.__name__)
        if not any(entry[0] is not None for entry in damaged.lines):
            break
    return damaged


def shrink(damaged, folder, programs):
    """Leaves lines out as long as somebody of the others is lost."""
    is_smaller = True
    while is_smaller:
        is_smaller = False
        for entry in list(damaged.lines):
            place = damaged.lines.index(entry)
            damaged.lines.remove(entry)
            kept = {e[0].number for e in damaged.lines if e[0] is not None}
            lost = lost_people(damaged, folder, programs) if kept else None
            numbers = {int(row.number) for row in damaged.source.rows
                       for kind, parts in lost or [] if parts in [tuple(row.cells[c] for c in KINDS[kind])]}
            if lost and numbers & kept:
                is_smaller = True
            else:
                damaged.lines.insert(place, entry)


def try_seed(seed, programs):
    with tempfile.TemporaryDirectory() as folder:
        damaged = make(seed)
        lost = lost_people(damaged, folder, programs)
        if not lost:
            return lost, damaged.what, None
        shrink(damaged, folder, programs)
        damaged.write(os.path.join(folder, "list"))
        with open(os.path.join(folder, "list"), "rb") as file:
            return lost, damaged.what, (damaged, file.read())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--lists", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1, help="of the first list; each next one has the next number")
    parser.add_argument("--build", default="build")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        programs = {"build": os.path.join(arguments.build, "elig-build"),
                    "lookup": os.path.join(arguments.build, "elig-lookup"),
                    "secret": os.path.join(folder, "secret")}
        subprocess.run([programs["build"], "keygen", "secret", programs["secret"]], check=True)
        seeds = range(arguments.seed, arguments.seed + arguments.lists)
        refused = published = failed = 0
        by_kind = {}
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for seed, (lost, what, found) in zip(seeds, pool.map(lambda s: try_seed(s, programs), seeds)):
                refused += lost is None
                published += lost is not None
                for name in what:
                    count = by_kind.setdefault(name, [0, 0])
                    count[lost is None] += 1
                if found is not None:
                    failed += 1
                    damaged, text = found
                    print(f"not ok seed {seed}: {', '.join(what)}: {len(lost)} lost, such as {lost[0]}; "
                          f"delimiter {damaged.source.delimiter!r}, read as {damaged.source.declared}, "
                          f"{'quoted' if damaged.source.is_quoted else 'unquoted'}: {text!r}")
        for name, (kept, no) in sorted(by_kind.items()):
            print(f"  {name}: {kept} published, {no} refused")
        print(f"{published} lists published, {refused} refused; people were lost in {failed}")
    sys.exit(1 if failed or not published or not refused else 0)


if __name__ == "__main__":
    main()
