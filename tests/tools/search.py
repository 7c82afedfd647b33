#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Searches files for anybody on a list.

    search.py --kind NAME=COLUMN:TYPE[+COLUMN:TYPE...] ... LIST.csv FILE_OR_FOLDER ...
    search.py --plant FORM LIST.csv

Looks for every cell that is part of an identifier, as it stands in the list and in its canonical form (from
oracle.py), as bytes of UTF-8, UTF-16, UTF-32 and CP949, in capitals and small letters, backwards, as hexadecimal digits and
as base64 at each alignment. Prints where something was found, by line number, and ends with 1; ends with 0 if nothing
was.

--plant writes one identifier of the list in FORM (raw, reversed, hex, HEX, base64, utf-16) among other bytes, to
prove that the search would find it.

Words shorter than LENGTH_MIN bytes are left out: they occur anywhere by chance.
"""

import argparse
import base64
import binascii
import os
import sys

import oracle

LENGTH_MIN = 6


def byte_forms(raw):
    """Yields the bytes that would give raw away."""
    yield raw
    yield raw[::-1]
    yield binascii.hexlify(raw)
    yield binascii.hexlify(raw).upper()
    for before in range(3):
        # The first and the last characters also hold bits of what comes before and after.
        coded = base64.b64encode(bytes(before) + raw)
        first = (0, 2, 3)[before]
        whole = (before + len(raw)) * 8 // 6
        yield coded[first:whole]
        yield base64.b64encode(bytes(before) + raw, b"-_")[first:whole]


def forms(text):
    """Yields the bytes that would give text away."""
    raw = text.encode("utf-8", "surrogateescape")
    if len(raw) < LENGTH_MIN:
        return
    yield from byte_forms(raw)
    if not any("\udc80" <= c <= "\udcff" for c in text):
        yield text.upper().encode()
        yield text.lower().encode()
        yield text[::-1].encode()
        yield text.encode("utf-16-le")
        yield text.encode("utf-16-be")
        yield text.encode("cp949", "ignore")


def read_list(name):
    with open(name, encoding="utf-8", errors="surrogateescape", newline="") as file:
        rows = oracle.read_rows(file.read(), ",")
    header = next(rows)[2]
    for line, _, fields in rows:
        if len(fields) == len(header):
            yield line, dict(zip(header, fields))


def texts(row, kinds):
    """Yields each part of each identifier of a row, as it stands there and in its canonical form."""
    for kind in kinds:
        for column, canonical, options in kind.parts:
            text = row[column]
            yield text
            yield text.strip(oracle.WHITE_SPACE)
            try:
                yield canonical(oracle.check(text), options)
            except oracle.Rejected:
                pass


# What is looked for is found by four of its bytes, read as a number: those from its first byte on, or those from its
# second, whichever begin at an even place of what is searched. So every second place is looked at, by filter(), without
# a loop in Python.
WORD = 4


def add_forms(wanted, coded, line):
    """Adds forms to look for: wanted is a dictionary of lists of (bytes, line), by each number that finds them."""
    for form in set(coded):
        if len(form) >= LENGTH_MIN:
            for first in range(2):
                word = int.from_bytes(form[first:first + WORD], sys.byteorder)
                wanted.setdefault(word, set()).add((form, line))


def all_forms(name, kinds):
    """Everything to look for, as add_forms() keeps it."""
    seen, wanted = set(), {}
    for line, row in read_list(name):
        for text in texts(row, kinds):
            if text not in seen:
                seen.add(text)
                add_forms(wanted, forms(text), line)
    return wanted


def find(data, wanted):
    """Returns what of wanted is in data, or in data without its zero bytes, as text in UTF-16 or UTF-32 may have:
    pairs of the first place, in either, and the line it is from."""
    places = set()
    for view in (bytes(data), data.translate(None, b"\0")):
        words = set()
        for phase in (0, 2):
            whole = (len(view) - phase) // WORD * WORD
            if whole > 0:
                words.update(filter(wanted.__contains__, memoryview(view)[phase:phase + whole].cast("I")))
        places.update((view.find(form), line) for word in words for form, line in wanted[word])
    return sorted((place for place in places if place[0] >= 0), key=lambda place: place[0])


def files_below(names):
    for name in names:
        if not os.path.isdir(name):
            yield name
        for folder, _, files in os.walk(name):
            yield from (os.path.join(folder, file) for file in files)


def search(name, wanted):
    """Returns the number of places in a file where something was found."""
    with open(name, "rb") as file:
        places = find(file.read(), wanted)
    for at, line in places:
        print(f"{name}: at byte {at}: from line {line} of the list")
    return len(places)


def plant(form, name):
    address = next(row["email"] for _, row in read_list(name) if "@example." in row["email"])
    raw = address.encode()
    planted = {"raw": raw, "reversed": raw[::-1], "hex": binascii.hexlify(raw), "HEX": binascii.hexlify(raw).upper(),
               "base64": base64.b64encode(b"1" + raw + b"2"), "utf-16": address.encode("utf-16-le")}[form]
    sys.stdout.buffer.write(os.urandom(5000) + planted + os.urandom(5000))


def main():
    parser = argparse.ArgumentParser(description="Searches files for anybody on a list.")
    parser.add_argument("--kind", action="append", default=[], metavar="NAME=COLUMN:TYPE[+COLUMN:TYPE]")
    parser.add_argument("--plant", metavar="FORM")
    parser.add_argument("list", metavar="LIST.csv")
    parser.add_argument("files", nargs="*", metavar="FILE_OR_FOLDER")
    arguments = parser.parse_args()
    if arguments.plant:
        plant(arguments.plant, arguments.list)
        return 0
    wanted = all_forms(arguments.list, [oracle.Kind(kind) for kind in arguments.kind])
    return 1 if sum(search(name, wanted) for name in files_below(arguments.files)) else 0


if __name__ == "__main__":
    sys.exit(main())
